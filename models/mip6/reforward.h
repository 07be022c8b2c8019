// SPDX-License-Identifier: GPL-3.0-or-later
/* Smart re-forwarding, a role of a home agent (Simultaneous document, section IV.C). */
#ifndef MODELS_MIP6_REFORWARD_H
#define MODELS_MIP6_REFORWARD_H

#include "models/node.h"

/*
 * Keeps copies of test inits and binding updates on their way to mobile nodes of home_prefix (a /64) for node->conf->reforward
 * (T_b), node->conf->reforward_limit of them at most, and sends them again when the node registers another care-of address or
 * returns home. Add it before the home agent role.
 */
struct role *reforward_new(struct node *n, const struct in6 *home_prefix);

/* The home agent role has just accepted and answered a registration, or a de-registration, of the address. */
void reforward_registered(struct node *n, mip_time now, const struct in6 *home_address);

#endif
