// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fast handovers (RFC 5568): the access router, previous and new one in one, and the mobile node's side, as roles.
 *
 * Who shares what: routers of a domain know each other by one table; mobile nodes and routers share a static domain secret, from
 * which each mobile node's key comes (SPI FAST_SPI); RFC 5269's SEND-derived keys are left out.
 */
#ifndef MODELS_FMIP6_FMIP6_H
#define MODELS_FMIP6_FMIP6_H

#include "models/base.h"

struct node;
struct role;

/* RFC 5568 section 9; the timeouts are the RFC's where nothing is known of the round-trip time. */
#define RTSOLPR_RETRIES 3
#define FBU_RETRIES 3
#define HI_RETRIES 3
#define FAST_TIMEOUT (100 * MIP_MILLISECOND)       /* of RtSolPr and HI, doubled at each repetition */
#define FAST_FBU_TIMEOUT (500 * MIP_MILLISECOND)   /* our choice; the same */
#define PROXY_ND_LIFETIME (1500 * MIP_MILLISECOND)
#define FAST_TUNNEL_LIFETIME_S 10                  /* asked for in an FBU; what is buffered is kept as long */
#define FAST_PATIENCE (2 * MIP_SECOND)             /* a handover that was announced and has not come by then is called off */
#define FAST_SPI 0x100
#define FAST_SECRET 8

/* One access point and the router behind it. */
struct fast_neighbour {
	struct mac access_point, router_mac;
	struct in6 router;          /* its global address on the access point's link; the link's prefix is the first 64 bits */
	bool fast;                  /* it does fast handovers */
};

/* Shared by a world's routers and mobile nodes; borrowed, outlives them. */
struct fast_domain {
	const struct fast_neighbour *neighbours;
	uint32_t count;
	uint8_t secret[FAST_SECRET];
};

/* address: what tunnels of packets that do not belong to a link of its own (those an anchor point redirects) begin at; NULL: a
 * plain access router, which uses its address on the mobile node's link. At an anchor point add it before that role. */
struct role *access_router_new(struct node *n, const struct fast_domain *domain, const struct in6 *address);

/* Add it before the roles it serves, regional and mobile node. anchor: NULL, or tells the anchor point to send FBUs to in the
 * place of the previous access router (RFC 4140 appendix A); false: none now. */
struct fast_node_conf {
	const struct fast_domain *domain;
	bool (*anchor)(const struct role *regional, struct in6 *address);
	const struct role *regional;
};
struct role *fast_node_new(struct node *n, const struct fast_node_conf *conf);

#endif
