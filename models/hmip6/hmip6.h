// SPDX-License-Identifier: GPL-3.0-or-later
/* Hierarchical Mobile IPv6 (RFC 5380): the mobility anchor point and the mobile node's side of it, as roles. */
#ifndef MODELS_HMIP6_HMIP6_H
#define MODELS_HMIP6_HMIP6_H

#include "models/base.h"

struct node;
struct role;

struct anchor_point_conf {
	struct in6 address;           /* global, on a link whose /64 regional addresses are made from */
	mip_time fails_at;            /* from then on it serves nobody; MIP_NEVER: it lasts */
	const struct in6 *on_link;    /* the /64s that addresses on a mobile node's link may be from (RFC 5380 6.2); borrowed */
	uint32_t on_link_count;       /* 0: any */
};
struct role *anchor_point_new(struct node *n, const struct anchor_point_conf *conf);

/*
 * Add it before the mobile node role, which it serves: its tunnels are opened first. temporary_home: NULL, or the regional
 * address at some anchor point that is used as home address, without Mobile IPv6 beyond the domain (RFC 5380 6.5): then there is
 * no mobile node role. The address works while an anchor point of that prefix holds a binding for it; else what is sent from it
 * is dropped.
 */
struct role *regional_new(struct node *n, const struct in6 *temporary_home);
/* Connects regional and mobile node role; call it once, before anything happens. */
void regional_serve(struct role *regional, struct role *mobile_node);
/* The anchor point that holds a binding for us now; false: none does. */
bool regional_anchor(const struct role *regional, struct in6 *anchor);

#endif
