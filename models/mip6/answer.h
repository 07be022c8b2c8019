// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What correspondents and home agents share: answers to Mobility Header messages that cannot be processed (RFC 6275 9.2, 9.3.3),
 * how an answer leaves the node, and what the two roles of one node have to know of each other.
 */
#ifndef MODELS_MIP6_ANSWER_H
#define MODELS_MIP6_ANSWER_H

#include "models/mip6/message.h"

/* Rate limit of Binding Errors (9.3.3: "in the same manner as ICMPv6"): one each BINDING_ERROR_INTERVAL, BINDING_ERROR_BURST of
 * them at once after a rest. Zero-initialised: rested. */
#define BINDING_ERROR_INTERVAL (10 * MIP_MILLISECOND)
#define BINDING_ERROR_BURST 32

struct answer_limit {
	mip_time next;           /* when the next would be due if they went out evenly */
};

/* A Binding Error to where the packet came from on the wire; nothing if that is no unicast address or the rate is exceeded.
 * The delivery is borrowed. */
void mip6_send_binding_error(struct node *n, mip_time now, struct answer_limit *limit, const struct delivery *d,
                             enum be_status status);

/* Drops a message that mip6_decode refused (error is not WIRE_OK), with the answer 9.2 asks for. Takes the packet. */
void mip6_refuse(struct node *n, mip_time now, struct answer_limit *limit, struct delivery *d, enum wire_error error);

/*
 * Sends a Mobility Header message as RFC 6275 6.1 wants it: past every binding. Only where the message itself must go through a
 * home agent's tunnel do the output hooks see it: from the home address of a mobile node that is away (its hook tunnels it), and
 * to a home address that this very node serves (ours tunnels it). Takes the packet.
 */
void mip6_send(struct node *n, mip_time now, struct packet *take);

/* May a binding turn into a type 2 routing header in this packet (9.3.2)? Not in Mobility Header and Neighbor Discovery packets,
 * nor to multicast and link-local destinations. */
bool mip6_may_use_binding(const struct packet *p);

/* The node's home agent role holds a home registration for the address (home_agent.c). */
bool home_agent_serves(const struct node *n, const struct in6 *home_address);
/* The same, and where that registration leads; *care_of_address is left alone when there is none. */
bool home_agent_care_of_address(const struct node *n, const struct in6 *home_address, struct in6 *care_of_address);
/* The home addresses registered with the home agent role of that address, sorted; to be freed with mip_free, if there are any. */
uint32_t home_agent_registered(const struct node *n, const struct in6 *home_agent, struct in6 **home_addresses);
/* home_agent_discovery.c, from the home agent role with that address: a home address is registered (again), or no more. */
void home_agent_discovery_registered(struct node *n, mip_time now, const struct in6 *home_agent, const struct in6 *home_address,
                                     bool registered);
/* The node's home agent role tunnels to this care-of address of some mobile node. */
bool home_agent_knows_care_of_address(const struct node *n, const struct in6 *care_of_address);
/* The node's correspondent role has a binding in use for the address (correspondent.c). */
bool correspondent_serves(const struct node *n, const struct in6 *home_address);
/* The same, and where that binding leads; *care_of_address is left alone when there is none. */
bool correspondent_care_of_address(const struct node *n, const struct in6 *home_address, struct in6 *care_of_address);
/* Is there a correspondent role (it answers what nobody understands), a home agent role (it takes updates with the H flag)? */
bool node_has_correspondent(const struct node *n);
bool node_has_home_agent(const struct node *n);

#endif
