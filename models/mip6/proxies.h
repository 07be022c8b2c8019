// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stationary proxies (Simultaneous document, section IV.B, figure 5): a home agent as binding update proxy of its mobile nodes,
 * which keeps what they send to correspondents and asks where those are, and as location proxy, which tells it.
 */
#ifndef MODELS_MIP6_PROXIES_H
#define MODELS_MIP6_PROXIES_H

#include "models/node.h"

/*
 * address: the home agent's, in its /64 of home addresses. Signals are kept for node->conf->proxy_hold (T_h), reforward_limit of
 * them at most; who asks for a location hears of changes for node->conf->proxy_wait (T_p). Add it before the home agent role.
 */
struct role *proxies_new(struct node *n, const struct in6 *address);

/* The home agent role has just accepted and answered a registration, or a de-registration, of the address. */
void proxies_registered(struct node *n, mip_time now, const struct in6 *home_address);

#endif
