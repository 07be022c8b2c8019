// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Request and response over UDP: a client asks, the server answers with so many octets in datagrams of at most
 * REQUEST_FLOW_PIECE, the client thinks (exponentially distributed) and asks again. A request that is not answered in full within the
 * timeout has failed; nothing is repeated.
 *
 * A request starts with flow (4), number (4), time sent (8) and octets wanted (4); each piece of the response with flow, number, time of
 * the request, its place among the pieces (2) and their count (2). Flow f: server port REQUEST_FLOW_PORT + f mod 2500, client 2500 above.
 */
#ifndef MODELS_APP_REQUEST_FLOW_H
#define MODELS_APP_REQUEST_FLOW_H

#include "models/base.h"

struct role;
struct node;

#define REQUEST_FLOW_PORT 60000
#define REQUEST_FLOW_PORTS 2500
#define REQUEST_FLOW_MINIMUM 20
#define REQUEST_FLOW_PIECE 1200           /* octets of UDP payload */
#define REQUEST_FLOW_MAXIMUM 1000000      /* octets of a response */

struct request_flow_conf {
	uint32_t flow;                     /* number, unique in the world */
	struct in6 source, destination;    /* client, server; home addresses where mobile */
	uint32_t request, response;        /* UDP payload octets */
	mip_time think;                    /* mean between a response (or its failure) and the next request */
	mip_time timeout;
	mip_time start, stop;              /* first request at start, none at or after stop */
};

/* One per node, made on first use; every server needs one too. */
struct role *request_flow_role_new(struct node *n);
/* At the client, before the run starts; conf is copied. */
void request_flow_add(struct role *r, const struct request_flow_conf *conf);

#endif
