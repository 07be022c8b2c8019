// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Forwarding from the previous network (Simultaneous document, section IV.A, figure 4): a role of access routers and one of
 * mobile nodes. The router tunnels packets for a care-of address that was left to the one that took its place; it learns of it by
 * a Binding Update with the H flag whose home address is the previous care-of address.
 */
#ifndef MODELS_MIP6_FORWARDER_H
#define MODELS_MIP6_FORWARDER_H

#include "models/node.h"

/* At an access router: `address` is its address on the cell's link, advertised with the R flag (ip6_advertise with home_agent
 * set). */
struct role *forwarder_new(struct node *n, const struct in6 *address);

/* At a mobile node, before its mobile node role: asks the router of each link it leaves for forwarding, for
 * node->conf->forwarder_lifetime, and takes what is forwarded. */
struct role *previous_link_new(struct node *n);

#endif
