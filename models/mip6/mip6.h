// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile IPv6 roles (RFC 6275) with Early Binding Updates (EBU document): each is created here and given to node_add_role.
 * What they do in detail is configured by node->conf (models/conf.h); what they did is seen through observations.
 */
#ifndef MODELS_MIP6_MIP6_H
#define MODELS_MIP6_MIP6_H

#include "models/base.h"

struct role;
struct node;

/* RFC 6275 sections 12 and 13 */
#define INITIAL_BINDACK_TIMEOUT MIP_SECOND
#define MAX_BINDACK_TIMEOUT (32 * MIP_SECOND)
#define MAX_DELETE_BCE_TIMEOUT (10 * MIP_SECOND)
#define MAX_NONCE_LIFETIME (240 * MIP_SECOND)
#define MAX_TOKEN_LIFETIME (210 * MIP_SECOND)
#define MAX_RO_FAILURE 3
#define MAX_RR_BINDING_LIFETIME (420 * MIP_SECOND)
#define MAX_UPDATE_RATE 3

/* Answers return routability and binding updates, keeps a binding cache, sends route-optimised (correspondent.c). */
struct role *correspondent_new(struct node *n);

/* Home registrations for the addresses on the node's on-link prefixes, interception, tunnels (home_agent.c). Attach after the
 * home link's interface has its address; `address` is the home agent's global address there. */
struct role *home_agent_new(struct node *n, const struct in6 *address);

/* Home agent discovery (10.5) and prefixes for mobile nodes (10.6) beside the home agent role with that address
 * (home_agent_discovery.c). Adds the home agents' anycast address. */
struct role *home_agent_discovery_new(struct node *n, const struct in6 *address);

/* home_prefix is a /64. The node's Ethernet interface must exist, and a second one if it has two radios. Adds the home address
 * (state away until home is seen). */
struct mobile_node_conf {
	struct in6 home_address, home_agent;
};
struct role *mobile_node_new(struct node *n, const struct mobile_node_conf *conf);

#endif
