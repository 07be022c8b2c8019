// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP traffic: sources and the sink. Even intervals, exponential ones, and speech: bursts of even intervals with exponentially
 * distributed lengths and pauses. A datagram starts with flow (4), sequence number (4) and the time it was sent (8), the rest
 * is zero and bulk; so a datagram has 16 octets at least. Flow f uses destination port UDP_FLOW_PORT_BASE + f mod 50000.
 */
#ifndef MODELS_APP_UDP_FLOW_H
#define MODELS_APP_UDP_FLOW_H

#include "models/base.h"

struct role;
struct node;

#define UDP_FLOW_PORT_BASE 10000
#define UDP_FLOW_MINIMUM 16

enum udp_flow_kind { UDP_FLOW_CBR, UDP_FLOW_POISSON, UDP_FLOW_VOICE };

struct udp_flow_conf {
	uint32_t flow;                     /* number, unique in the world */
	enum udp_flow_kind kind;
	struct in6 source, destination;    /* home addresses where mobile */
	mip_time interval;                 /* Poisson: mean */
	mip_time start, stop;              /* first datagram at start, none at or after stop */
	uint32_t size;                     /* UDP payload octets */
	mip_time talk, silence;            /* voice: means of a talk spurt and of the pause after it */
};

/* One per node, made on first use: sends the node's flows and takes in all UDP for the node's addresses on flow ports. */
struct role *udp_flow_role_new(struct node *n);
/* Before the run starts; conf is copied. r is from udp_flow_role_new of the source's node. */
void udp_flow_add(struct role *r, const struct udp_flow_conf *conf);

#endif
