// SPDX-License-Identifier: GPL-3.0-or-later
/* Hierarchical Mobile IPv6 (RFC 5380): the mobility anchor point and the mobile node's side of it, as roles. */
#ifndef MODELS_HMIP6_HMIP6_H
#define MODELS_HMIP6_HMIP6_H

#include "models/base.h"

struct node;
struct role;

/* address: the anchor point's global address, on a link whose /64 regional addresses are made from. fails_at: from then on it serves
 * nobody; MIP_NEVER: it lasts. */
struct role *anchor_point_new(struct node *n, const struct in6 *address, mip_time fails_at);

/* Add it before the mobile node role, which it serves: its tunnels are opened first. */
struct role *regional_new(struct node *n);
/* Connects the two; call it once, before anything happens. */
void regional_serve(struct role *regional, struct role *mobile_node);
/* The anchor point that holds a binding for us now; false: none does. */
bool regional_anchor(const struct role *regional, struct in6 *anchor);

#endif
