// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * For tests of the Mobile IPv6 roles: one node in virtual time, what it observed, and a far end played by the test, which
 * builds its messages with message.h and takes the node's packets apart again.
 */
#ifndef TESTS_UNIT_MIP6_HARNESS_H
#define TESTS_UNIT_MIP6_HARNESS_H

#include <glib.h>

#include "models/mip6/message.h"
#include "models/mip6/mip6.h"
#include "models/wire/icmp6.h"

struct bench {
	struct node_env env;
	struct observer observer;
	struct protocol_conf conf;
	struct node *n;
	mip_time now;
	GArray *seen;                    /* struct observation */
	uint8_t node_key[RR_NODE_KEY], nonce[8]; /* as observed; the latest nonce */
};

static inline struct in6 address(uint16_t subnet, uint8_t host)
{
	return (struct in6){ { 0x20, 0x01, 0x0d, 0xb8, 0, 0, (uint8_t)(subnet >> 8), (uint8_t)subnet, [15] = host } };
}

static inline void bench_observe(void *context, const struct observation *o)
{
	struct bench *b = context;

	g_array_append_val(b->seen, *o);
	if (o->kind == OBSERVE_SECRET && o->value == SECRET_NODE_KEY)
		memcpy(b->node_key, o->data, sizeof b->node_key);
	if (o->kind == OBSERVE_SECRET && o->value == SECRET_NONCE)
		memcpy(b->nonce, o->data, sizeof b->nonce);
}

/* conf: sensible defaults; change b->conf before the first packet if need be. */
static inline struct bench *bench_new(void)
{
	struct bench *b = g_new0(struct bench, 1);

	b->seen = g_array_new(FALSE, FALSE, sizeof(struct observation));
	b->observer = (struct observer){ .observe = bench_observe, .context = b, .wants_secrets = true, .wants_messages = true };
	b->env = (struct node_env){ .random_key = random_key_of(1, 0), .observer = &b->observer };
	b->conf = (struct protocol_conf){ .route_optimization = true,
		                          .lifetime = 420 * MIP_SECOND,
		                          .unverified = UNVERIFIED_LIFETIME,
		                          .nonce_lifetime = MAX_NONCE_LIFETIME,
		                          .tentative_lifetime = 3 * MIP_SECOND,
		                          .ebu_support = true,
		                          .binding_cache_limit = 4,
		                          .dad = DAD_ON,
		                          .home_agent_dad = true,
		                          .router_advertisement_min = 3 * MIP_SECOND,
		                          .router_advertisement_max = 10 * MIP_SECOND };
	b->n = node_new(&b->env, &b->conf, 7, random_name_id("node under test"));
	b->now = 1000 * MIP_SECOND;
	return b;
}

static inline void bench_free(struct bench *b)
{
	node_free(b->n);
	g_array_free(b->seen, TRUE);
	g_free(b);
}

/* Lets time pass; what the node sends meanwhile stays in its queue. */
static inline void bench_until(struct bench *b, mip_time until)
{
	while (node_deadline(b->n) <= until) {
		b->now = mip_time_max(b->now, node_deadline(b->n));
		node_expire(b->n, b->now);
	}
	b->now = until;
}

static inline unsigned bench_seen(const struct bench *b, enum observation_kind kind)
{
	unsigned count = 0;

	for (guint i = 0; i < b->seen->len; i++)
		count += g_array_index(b->seen, struct observation, i).kind == kind;
	return count;
}

/* The last observation of the kind; there must be one. */
static inline const struct observation *bench_last(const struct bench *b, enum observation_kind kind)
{
	for (guint i = b->seen->len; i--;)
		if (g_array_index(b->seen, struct observation, i).kind == kind)
			return &g_array_index(b->seen, struct observation, i);
	g_assert_not_reached();
}

static inline unsigned bench_drops(const struct bench *b, enum drop_reason why)
{
	unsigned count = 0;

	for (guint i = 0; i < b->seen->len; i++) {
		const struct observation *o = &g_array_index(b->seen, struct observation, i);

		count += o->kind == OBSERVE_DROP && o->value == (uint32_t)why;
	}
	return count;
}

static inline void bench_forget(struct bench *b)
{
	g_array_set_size(b->seen, 0);
}

/* A packet from the node, taken apart. */
struct sent {
	struct packet *p;                /* NULL: the node sent nothing */
	unsigned interface;
	struct in6 wire_source, wire_destination; /* of the outermost header */
	bool tunnelled;                  /* then the rest is about the inner packet */
	struct in6 inner_source, inner_destination;
	struct ipv6_view view;
	struct delivery d;               /* logical addresses, for mip6_decode and mip6_verify */
	bool is_mh;
	struct mh_message mh;
};

/* ethernet: frames of this interface carry an Ethernet header. */
static inline struct sent bench_take(struct bench *b, int ethernet)
{
	struct sent s = { .p = node_output(b->n) };

	if (!s.p)
		return s;
	s.interface = s.p->interface;
	if ((int)s.interface == ethernet)
		packet_pull(s.p, ETHERNET_HEADER);
	s.wire_source = s.inner_source = ipv6_source(s.p->data);
	s.wire_destination = s.inner_destination = ipv6_destination(s.p->data);
	g_assert_cmpuint(packet_octets(s.p), ==, IPV6_HEADER + ipv6_payload_length(s.p->data));
	if (ipv6_next_header(s.p->data) == PROTOCOL_IPV6) {
		s.tunnelled = true;
		packet_pull(s.p, IPV6_HEADER);
		s.inner_source = ipv6_source(s.p->data);
		s.inner_destination = ipv6_destination(s.p->data);
		g_assert_cmpuint(packet_octets(s.p), ==, IPV6_HEADER + ipv6_payload_length(s.p->data));
	}
	g_assert_cmpint(ipv6_walk(s.p->data, s.p->length, true, &s.view), ==, IPV6_WALK_OK);
	s.d = (struct delivery){ .packet = s.p, .protocol = s.view.protocol, .offset = s.view.offset,
		                 .length = (uint16_t)(s.p->length - s.view.offset),
		                 .source = s.view.has_home_address ? s.view.home_address : s.inner_source,
		                 .destination = s.view.has_routing_header ? s.view.routing_address : s.inner_destination };
	if (s.view.protocol == PROTOCOL_MOBILITY) {
		s.is_mh = true;
		g_assert_cmpint(mip6_decode(&s.d, &s.mh), ==, WIRE_OK); /* with its checksum */
	}
	return s;
}

static inline void sent_free(struct sent *s)
{
	packet_free(s->p);
	s->p = NULL;
}

static inline void assert_in6(const struct in6 *a, const struct in6 *b)
{
	g_assert_cmpmem(a, sizeof *a, b, sizeof *b);
}

/* Drops whatever the node has to send. */
static inline void bench_drain(struct bench *b)
{
	struct packet *p;

	while ((p = node_output(b->n)))
		packet_free(p);
}

static inline void bench_assert_silent(struct bench *b)
{
	g_assert_null(node_output(b->n));
}

/* UDP with eight octets of payload. */
static inline struct packet *udp_packet(const struct in6 *source, const struct in6 *destination)
{
	struct packet *p = ip6_packet(source, destination, PROTOCOL_UDP, 64, UDP_HEADER + 8);
	uint8_t *u = packet_put(p, UDP_HEADER + 8);

	memset(u, 0, UDP_HEADER + 8);
	udp_write(u, 5000, 5001, 8, 0, source, destination);
	ip6_finish(p);
	return p;
}

#endif
