// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The seam between the mobile node role and protocols of local mobility: which address is registered with home agent and
 * correspondents. Without one it is the address on the link. With one (HMIPv6's regional address, RFC 5380) the mobile node role
 * asks it whenever the address on the link changes, and registers what it is given.
 */
#ifndef MODELS_MIP6_LOCAL_H
#define MODELS_MIP6_LOCAL_H

#include "models/base.h"

struct role;
struct mobile_node_local;

struct mobile_node_local_ops {
	/* An address on a foreign link may be used. Whoever is asked calls mobile_node_register_address, now or later. */
	void (*address_ready)(struct mobile_node_local *l, mip_time now, const struct in6 *on_link);
	/* That address is gone; the registered one stays valid unless mobile_node_lose_address is called. */
	void (*address_gone)(struct mobile_node_local *l, mip_time now, const struct in6 *on_link);
	/* The mobile node is on its home link. */
	void (*at_home)(struct mobile_node_local *l, mip_time now);
};

/* Embedded in its owner, which outlives no node. */
struct mobile_node_local {
	const struct mobile_node_local_ops *ops;
};

/* mobile_node: a role from mobile_node_new. local is borrowed. */
void mobile_node_set_local(struct role *mobile_node, struct mobile_node_local *local);
/* The care-of address from now on. The same again does nothing. */
void mobile_node_register_address(struct role *mobile_node, mip_time now, const struct in6 *care_of_address);

#endif
