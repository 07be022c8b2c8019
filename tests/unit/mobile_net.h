// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A small net for tests of the mobile node: home agent, two access routers, a correspondent, one mobile node, all real, with cells
 * without delay and straight paths of a settable delay between the fixed nodes. Packets can be lost or seen on the way. Two more routers,
 * each with a /64 on a link of its own, are there for what a test makes of them (furnish).
 */
#ifndef TESTS_UNIT_MOBILE_NET_H
#define TESTS_UNIT_MOBILE_NET_H

#include <glib.h>

#include "models/mip6/message.h"
#include "models/mip6/mip6.h"

enum { HA, AR1, AR2, MAP1, MAP2, CN, MN, NET_NODES, NOWHERE = -1 };

struct arrival {                         /* of a UDP packet */
	mip_time at;
	int node;
	bool tunnelled, routing_header, home_address;
	struct in6 wire_source, wire_destination;
};

struct net;
struct sink {
	struct role role;
	struct net *net;
	int node;
};

struct crossing {
	mip_time at;
	guint64 serial;
	int to;
	unsigned interface;
	struct packet *p;
};

struct net {
	struct node_env env;
	struct observer observer;
	struct protocol_conf conf, mobile_conf, peer_conf;
	struct node *nodes[NET_NODES];
	mip_time now, delay_ha, delay_ro, delay_ha_cn; /* one way: access router - home agent, - correspondent; between those two */
	mip_time delay_map;                            /* access router - MAP1 or MAP2; these are as far from the others as access routers */
	void (*furnish)(struct net *t, int node);      /* called for each node before it gets its own roles; NULL: nothing to add */
	struct role *mobile_node;                      /* of MN */
	int cell;                                      /* the mobile node's */
	GArray *flying, *seen, *arrived;
	guint64 serial;
	struct in6 home_address, home_agent, peer;
	bool (*lose)(struct net *t, int from, int to, const struct packet *p); /* NULL: nothing */
	int left_to_lose;                              /* for lose functions */
	int lost;
	bool down;                                     /* the correspondent does not answer */
};

static inline struct in6 net_prefix(int node)
{
	return (struct in6){ { 0x20, 0x01, 0x0d, 0xb8, [7] = (uint8_t)(node + 1) } };
}

static inline struct in6 net_address(int node, uint8_t host)
{
	struct in6 a = net_prefix(node);

	a.octets[15] = host;
	return a;
}

static inline struct mac net_mac(int node)
{
	return (struct mac){ { 2, 0, 0, 0, 0, (uint8_t)(node + 1) } };
}

/* The care-of address in a cell. */
static inline struct in6 net_care_of(int cell)
{
	struct mac mac = net_mac(MN);
	struct in6 prefix = net_prefix(cell), identifier = in6_link_local_of(&mac);

	return in6_join(&prefix, &identifier);
}

static inline void net_observe(void *context, const struct observation *o)
{
	g_array_append_val(((struct net *)context)->seen, *o);
}

static inline enum verdict sink_input(struct role *r, mip_time now, struct delivery *d)
{
	struct sink *s = mip_container_of(r, struct sink, role);
	struct arrival a = { .at = now, .node = s->node, .tunnelled = d->tunnelled, .routing_header = d->has_routing_header,
		             .home_address = d->has_home_address, .wire_source = d->wire_source, .wire_destination = d->wire_destination };

	if (d->protocol != PROTOCOL_UDP)
		return VERDICT_CONTINUE;
	g_array_append_val(s->net->arrived, a);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static inline void sink_free(struct role *r)
{
	g_free(mip_container_of(r, struct sink, role));
}

static const struct role_ops sink_ops = { .name = "sink", .input = sink_input, .free = sink_free };

static inline void net_add_sink(struct net *t, int node)
{
	struct sink *s = g_new0(struct sink, 1);

	s->role.ops = &sink_ops;
	s->net = t;
	s->node = node;
	node_add_role(t->nodes[node], &s->role);
}

static inline mip_time net_delay(const struct net *t, int a, int b)
{
	if (a == CN || b == CN)
		return a == HA || b == HA ? t->delay_ha_cn : t->delay_ro;
	return a == HA || b == HA ? t->delay_ha : t->delay_map;
}

static inline int net_node_of(const struct in6 *a)
{
	int node = a->octets[7] - 1;

	return node >= 0 && node <= CN ? node : NOWHERE;
}

static inline void net_fly(struct net *t, int from, int to, unsigned interface, struct packet *p, mip_time delay)
{
	struct crossing c = { .at = t->now + delay, .serial = t->serial++, .to = to, .interface = interface, .p = p };

	if (t->lose && t->lose(t, from, to, p)) {
		t->lost++;
		packet_free(p);
	} else {
		g_array_append_val(t->flying, c);
	}
}

static inline void net_pump(struct net *t, int node)
{
	struct packet *p;

	while ((p = node_output(t->nodes[node]))) {
		struct in6 destination;
		int to;

		if (node == MN || (node != CN && p->interface == 0)) {
			if (t->cell == NOWHERE || (node != MN && node != t->cell))
				packet_free(p);
			else
				net_fly(t, node, node == MN ? t->cell : MN, 0, p, 0);
			continue;
		}
		destination = ipv6_destination(p->data);
		to = net_node_of(&destination);
		if (to == NOWHERE || to == node)
			packet_free(p);
		else
			net_fly(t, node, to, to == CN ? 0 : 1, p, net_delay(t, node, to));
	}
}

static inline void net_run(struct net *t, mip_time until)
{
	for (;;) {
		int node = NOWHERE;
		guint first = 0;
		mip_time at = MIP_NEVER;

		for (guint i = 0; i < t->flying->len; i++) {
			const struct crossing *c = &g_array_index(t->flying, struct crossing, i);

			if (c->at < at || (c->at == at && c->serial < g_array_index(t->flying, struct crossing, first).serial)) {
				at = c->at;
				first = i;
			}
		}
		for (int i = 0; i < NET_NODES; i++)
			if (node_deadline(t->nodes[i]) < at) {
				at = node_deadline(t->nodes[i]);
				node = i;
			}
		if (at > until)
			break;
		t->now = at;
		if (node != NOWHERE) {
			node_expire(t->nodes[node], at);
		} else {
			struct crossing c = g_array_index(t->flying, struct crossing, first);

			g_array_remove_index(t->flying, first);
			node = c.to;
			node_input(t->nodes[node], at, c.interface, c.p);
		}
		net_pump(t, node);
	}
	t->now = until;
}

/* The mobile node leaves its cell and joins another at the same instant. */
static inline void net_move(struct net *t, int cell)
{
	if (t->cell != NOWHERE)
		node_signal(t->nodes[MN], t->now, 0, LINK_DOWN);
	net_pump(t, MN);
	t->cell = cell;
	if (cell != NOWHERE)
		node_signal(t->nodes[MN], t->now, 0, LINK_UP);
	net_pump(t, MN);
}

/* One datagram between the mobile node's home address and the correspondent. */
static inline void net_data(struct net *t, int from)
{
	const struct in6 *source = from == MN ? &t->home_address : &t->peer, *destination = from == MN ? &t->peer : &t->home_address;
	struct packet *p = ip6_packet(source, destination, PROTOCOL_UDP, 64, UDP_HEADER + 8);
	uint8_t *u = packet_put(p, UDP_HEADER + 8);

	memset(u, 0, UDP_HEADER + 8);
	udp_write(u, 5000, 5001, 8, 0, source, destination);
	ip6_finish(p);
	ip6_send(t->nodes[from], t->now, p, 0);
	net_pump(t, from);
}

/* Settings may be changed between this and net_build. */
static inline struct net *net_new(void)
{
	struct net *t = g_new0(struct net, 1);

	t->seen = g_array_new(FALSE, FALSE, sizeof(struct observation));
	t->arrived = g_array_new(FALSE, FALSE, sizeof(struct arrival));
	t->flying = g_array_new(FALSE, FALSE, sizeof(struct crossing));
	t->observer = (struct observer){ .observe = net_observe, .context = t, .wants_messages = true };
	t->env = (struct node_env){ .random_key = random_key_of(1, 0), .observer = &t->observer };
	t->conf = (struct protocol_conf){ .route_optimization = true,
		                          .retransmission = true,
		                          .lifetime = 420 * MIP_SECOND,
		                          .home_test_interval = 200 * MIP_SECOND,
		                          .unverified = UNVERIFIED_LIFETIME,
		                          .nonce_lifetime = MAX_NONCE_LIFETIME,
		                          .tentative_lifetime = 3 * MIP_SECOND,
		                          .ebu_support = true,
		                          .binding_cache_limit = 100,
		                          .dad = DAD_OFF,
		                          .home_agent_dad = true,
		                          .first_registration_timeout = 1500 * MIP_MILLISECOND,
		                          .router_advertisement_min = 30 * MIP_MILLISECOND,
		                          .router_advertisement_max = 70 * MIP_MILLISECOND };
	t->mobile_conf = t->peer_conf = t->conf;
	t->cell = NOWHERE;
	t->delay_ha = 20 * MIP_MILLISECOND;
	t->delay_ro = 15 * MIP_MILLISECOND;
	t->delay_ha_cn = 17 * MIP_MILLISECOND;
	t->delay_map = 5 * MIP_MILLISECOND;
	return t;
}

static inline void net_build(struct net *t)
{
	static const char *const names[] = { "ha", "ar1", "ar2", "map1", "map2", "cn", "mn" };
	struct mobile_node_conf mobile;

	for (int i = 0; i < NET_NODES; i++) {
		const struct protocol_conf *conf = i == MN ? &t->mobile_conf : i == CN ? &t->peer_conf : &t->conf;
		struct mac mac = net_mac(i);
		struct in6 a = net_address(i, 1);
		struct node *n = t->nodes[i] = node_new(&t->env, conf, (uint32_t)i, random_name_id(names[i]));

		if (i != CN)
			ip6_add_interface(n, INTERFACE_ETHERNET, &mac, 1500);
		if (i != MN) {
			ip6_set_forwarding(n, i != CN);
			ip6_add_interface(n, INTERFACE_POINT_TO_POINT, NULL, 1500);
			if (i == CN || i == MAP1 || i == MAP2)
				ip6_add_address(n, ip6_interface(n, 0), &a, i == CN ? 128 : 64);
			else
				ip6_advertise(n, ip6_interface(n, 0), &a, i == HA);
			ip6_add_route(n, &in6_unspecified, 0, ip6_interface(n, i == CN ? 0 : 1), NULL);
		}
		if (t->furnish)
			t->furnish(t, i);
	}
	t->home_agent = net_address(HA, 1);
	t->home_address = net_care_of(HA);
	t->peer = net_address(CN, 1);
	node_add_role(t->nodes[HA], home_agent_new(t->nodes[HA], &t->home_agent));
	mobile = (struct mobile_node_conf){ t->home_address, t->home_agent };
	t->mobile_node = mobile_node_new(t->nodes[MN], &mobile);
	node_add_role(t->nodes[MN], t->mobile_node);
	if (t->peer_conf.route_optimization)
		node_add_role(t->nodes[CN], correspondent_new(t->nodes[CN]));
	net_add_sink(t, MN);
	net_add_sink(t, CN);
	for (int i = 0; i < MN; i++) {
		node_signal(t->nodes[i], 0, 0, LINK_UP);
		if (i != CN)
			node_signal(t->nodes[i], 0, 1, LINK_UP);
		net_pump(t, i);
	}
}

static inline void net_free(struct net *t)
{
	for (int i = 0; i < NET_NODES; i++)
		node_free(t->nodes[i]);
	for (guint i = 0; i < t->flying->len; i++)
		packet_free(g_array_index(t->flying, struct crossing, i).p);
	g_array_free(t->flying, TRUE);
	g_array_free(t->seen, TRUE);
	g_array_free(t->arrived, TRUE);
	g_free(t);
}

/* ---- what was seen ------------------------------------------------------------------------------------------------------- */

static inline void net_forget(struct net *t)
{
	g_array_set_size(t->seen, 0);
	g_array_set_size(t->arrived, 0);
	t->lost = 0;
}

static inline guint net_count(const struct net *t, int node, enum observation_kind kind)
{
	guint count = 0;

	for (guint i = 0; i < t->seen->len; i++) {
		const struct observation *o = &g_array_index(t->seen, struct observation, i);

		count += o->node == (uint32_t)node && o->kind == kind;
	}
	return count;
}

/* The n-th (from 0) observation; NULL: there were fewer. */
static inline const struct observation *net_nth(const struct net *t, int node, enum observation_kind kind, guint nth)
{
	for (guint i = 0; i < t->seen->len; i++) {
		const struct observation *o = &g_array_index(t->seen, struct observation, i);

		if (o->node == (uint32_t)node && o->kind == kind && !nth--)
			return o;
	}
	return NULL;
}

/* When it was first seen; MIP_NEVER: it was not. */
static inline mip_time net_at(const struct net *t, int node, enum observation_kind kind)
{
	const struct observation *o = net_nth(t, node, kind, 0);

	return o ? o->at : MIP_NEVER;
}

static inline guint net_drops(const struct net *t, int node, enum drop_reason why)
{
	guint count = 0;

	for (guint i = 0; i < t->seen->len; i++) {
		const struct observation *o = &g_array_index(t->seen, struct observation, i);

		count += o->node == (uint32_t)node && o->kind == OBSERVE_DROP && o->value == (uint32_t)why;
	}
	return count;
}

static inline guint net_arrivals(const struct net *t, int node)
{
	guint count = 0;

	for (guint i = 0; i < t->arrived->len; i++)
		count += g_array_index(t->arrived, struct arrival, i).node == node;
	return count;
}

static inline const struct arrival *net_last_arrival(const struct net *t)
{
	g_assert_cmpuint(t->arrived->len, >, 0);
	return &g_array_index(t->arrived, struct arrival, t->arrived->len - 1);
}

/* Attached to the first cell and registered at the correspondent if that optimizes; nothing in flight, observations forgotten. */
static inline void net_settle(struct net *t)
{
	net_build(t);
	net_run(t, MIP_SECOND);
	net_move(t, AR1);
	net_run(t, 5 * MIP_SECOND);
	net_data(t, MN);
	net_run(t, 10 * MIP_SECOND);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, t->peer_conf.route_optimization);
	net_forget(t);
}

#endif
