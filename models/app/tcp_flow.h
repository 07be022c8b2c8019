// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP traffic of one node: connections that send a number of octets, or until they are stopped, and the ends that take them in. Flow f
 * uses port TCP_FLOW_PORT_BASE + f mod 50000 at both ends; the source connects, sends and closes, the other end closes when it sees
 * the end. Octets are zero and bulk: no segment stores any. Segments go through the roles of the node like any other data, to the
 * home address where the other end is mobile.
 *
 * DEVIATION: a segment for which there is no connection is a counted drop, not answered by a reset (RFC 9293 3.10.7.1); nothing here
 * connects to a port where nobody listens.
 */
#ifndef MODELS_APP_TCP_FLOW_H
#define MODELS_APP_TCP_FLOW_H

#include "models/app/tcp.h"

struct role;
struct node;

#define TCP_FLOW_PORT_BASE 10000

struct tcp_flow_conf {
	uint32_t flow;                     /* number, unique in the world */
	struct in6 source, destination;    /* home addresses where mobile */
	mip_time start, stop;              /* connects at start; sends nothing new from stop on */
	int64_t octets;                    /* TCP_UNLIMITED: until stop */
	struct tcp_conf tcp;
	bool series;                       /* report the congestion window and what is delivered whenever they change */
};

/* One per node, made on first use. */
struct role *tcp_flow_role_new(struct node *n);
/* Before the run starts, for both ends of each flow; conf is copied. `source`: this node is the sending end. */
void tcp_flow_add(struct role *r, const struct tcp_flow_conf *conf, bool source);

#endif
