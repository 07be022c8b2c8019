// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile IPv4 roles (RFC 5944) with Route Optimization and smooth handoff (the MIPv4-RO document): each is created here and given to
 * node_add_role. What they do in detail is configured by node->conf->mip4 (models/conf.h).
 *
 * Security associations are configured, as the document has it: each home agent has a master key, and the key it shares with any node
 * (mobile node, correspondent) is MD5(address, master key, address). Foreign agents share keys with mobile nodes in the same way.
 */
#ifndef MODELS_MIP4_MIP4_H
#define MODELS_MIP4_MIP4_H

#include "models/crypto/mip4_auth.h"

struct role;
struct node;

#define MIP4_RETRANSMIT_FIRST MIP_SECOND       /* RFC 5944 3.6.3: at least 1 s, then doubled */
#define MIP4_RETRANSMIT_LAST (32 * MIP_SECOND)
#define MIP4_PENDING (7 * MIP_SECOND)          /* 3.7.1: a foreign agent waits this long for the home agent */
#define MIP4_TOLERANCE 7                       /* seconds, 5.7.1 */

/* A key shared with the node at `peer`. */
struct mip4_association {
	in4 peer;
	uint8_t key[MIP4_KEY];
};

/* Keys shared by pairs of a foreign and a home agent; those of a world stand in one list. */
struct mip4_pair_keys {
	struct mip4_pair_key {
		in4 foreign, home;                   /* care-of address, home agent's address */
		uint8_t key[MIP4_KEY];
	} *pairs;
	uint32_t count;
};

/* Serves the home addresses of the subnet of interface number `interface` (home_agent.c). */
struct role *home_agent4_new(struct node *n, unsigned interface, const uint8_t master[MIP4_KEY]);
/* With whom it shares keys for the sake of registration keys; borrowed. Also of a foreign agent. Without the call: with nobody. */
void home_agent4_share(struct role *r, const struct mip4_pair_keys *with);
void foreign_agent4_share(struct role *r, const struct mip4_pair_keys *with);
/* One per node; then one call for each interface where it is an agent, its address being the care-of address (foreign_agent.c). Keys that
 * this address shares with home agents are borrowed. */
struct role *foreign_agent4_new(struct node *n, const uint8_t master[MIP4_KEY]);
void foreign_agent4_serve(struct role *r, unsigned interface, const struct mip4_association *home_agents, uint32_t count);

struct mobile_node4_conf {
	in4 home_address, home_agent;
	uint8_t home_prefix_length;
	in4 host_part;                               /* of its co-located care-of addresses: what it is given on every subnet */
	uint8_t key[MIP4_KEY];                       /* shared with the home agent */
	const struct mip4_association *agents;       /* keys shared with foreign agents, by care-of address; borrowed */
	uint32_t agent_count;
};
/* On the node's interface 0 (mobile_node.c). */
struct role *mobile_node4_new(struct node *n, const struct mobile_node4_conf *conf);

/* Binding cache of a correspondent; associations with home agents are borrowed (correspondent.c). */
struct role *correspondent4_new(struct node *n, const struct mip4_association *home_agents, uint32_t count);

#endif
