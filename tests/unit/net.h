// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A very small world for tests of nodes: links with a delay, stations that come and go, virtual time, and a log of every frame
 * and observation. Nodes are seen only through their verbs.
 */
#ifndef TESTS_UNIT_NET_H
#define TESTS_UNIT_NET_H

#include <glib.h>

#include "models/ip4/ip4.h"
#include "models/node.h"
#include "models/wire/classify.h"
#include "models/wire/classify4.h"
#include "models/wire/icmp6.h"

#define NET_NODES 16
#define NET_PORTS 4
#define MS MIP_MILLISECOND
#define S MIP_SECOND

struct net_link {
	mip_time delay;
	bool ethernet, deaf; /* deaf: loses everything */
	unsigned lose;       /* so many of the next frames */
	int stations[NET_NODES], ports[NET_NODES], count;
};

struct net_frame {
	struct packet *packet;
	struct net_link *link;
	mip_time at;
	int to, port;
};

/* One line of the log: a packet sent at a port. IPv4 addresses stand as their mapped IPv6 ones; ARP has none. */
struct net_line {
	mip_time at;
	int from, port;
	uint8_t type; /* enum message_type */
	struct in6 source, destination;
	uint8_t hop_limit;
	bool to_group; /* by link-layer address */
	GBytes *octets; /* from the network layer's header on */
};

struct net {
	struct node_env env;
	struct observer observer;
	struct protocol_conf conf[NET_NODES];
	struct node *node[NET_NODES];
	struct net_link *link[NET_NODES][NET_PORTS];
	int count;
	mip_time now;
	GQueue flight; /* struct net_frame *, by time, then order of sending */
	GPtrArray *links;
	GArray *seen; /* struct observation */
	GArray *lines; /* struct net_line */
};

static inline void net_observe(void *context, const struct observation *o)
{
	struct net *w = context;

	g_array_append_val(w->seen, *o);
}

static inline void net_line_clear(void *line)
{
	g_bytes_unref(((struct net_line *)line)->octets);
}

static inline struct net *net_new(void)
{
	struct net *w = g_new0(struct net, 1);

	w->seen = g_array_new(FALSE, FALSE, sizeof(struct observation));
	w->lines = g_array_new(FALSE, FALSE, sizeof(struct net_line));
	g_array_set_clear_func(w->lines, net_line_clear);
	w->links = g_ptr_array_new_with_free_func(g_free);
	w->observer = (struct observer){ .observe = net_observe, .context = w, .wants_messages = true };
	w->env = (struct node_env){ .random_key = random_key_of(1, 0), .observer = &w->observer };
	return w;
}

static inline void net_free(struct net *w)
{
	struct net_frame *f;

	while ((f = g_queue_pop_head(&w->flight))) {
		packet_free(f->packet);
		mip_free(f, sizeof *f);
	}
	for (int k = 0; k < w->count; k++)
		node_free(w->node[k]);
	g_ptr_array_free(w->links, TRUE);
	g_array_free(w->seen, TRUE);
	g_array_free(w->lines, TRUE);
	g_free(w);
}

/* A node's number. */
static inline int net_node(struct net *w)
{
	char name[8] = { 'n', (char)('a' + w->count) };
	int k = w->count++;

	g_assert_cmpint(k, <, NET_NODES);
	w->conf[k] =
	    (struct protocol_conf){ .dad = DAD_ON, .router_advertisement_min = 1 * S, .router_advertisement_max = 3 * S };
	w->node[k] = node_new(&w->env, &w->conf[k], (uint32_t)k, random_name_id(name));
	return k;
}

static inline struct net_link *net_link(struct net *w, bool ethernet, mip_time delay)
{
	struct net_link *l = g_new0(struct net_link, 1);

	l->delay = delay;
	l->ethernet = ethernet;
	g_ptr_array_add(w->links, l);
	return l;
}

static inline struct mac net_mac(int node, int port)
{
	return (struct mac){ { 0x02, 0, 0, 0, (uint8_t)port, (uint8_t)(node + 1) } };
}

/* 2001:db8:subnet::host */
static inline struct in6 net_address(uint16_t subnet, uint16_t host)
{
	struct in6 a = { { 0x20, 0x01, 0x0d, 0xb8 } };

	store_be16(a.octets + 6, subnet);
	store_be16(a.octets + 14, host);
	return a;
}

/* What a node's interface makes of a prefix. */
static inline struct in6 net_autoconfigured(uint16_t subnet, int node, int port)
{
	struct mac mac = net_mac(node, port);
	struct in6 prefix = net_address(subnet, 0), identifier = in6_link_local_of(&mac);

	return in6_join(&prefix, &identifier);
}

static inline struct in6 net_link_local(int node, int port)
{
	struct mac mac = net_mac(node, port);

	return in6_link_local_of(&mac);
}

/* A new interface of a node; attach it to a link afterwards. */
static inline int net_port(struct net *w, int node, bool ethernet)
{
	int port = w->node[node]->ip6.interface_count;
	struct mac mac = net_mac(node, port);

	ip6_add_interface(w->node[node], ethernet ? INTERFACE_ETHERNET : INTERFACE_POINT_TO_POINT, ethernet ? &mac : NULL, 1500);
	return port;
}

static inline void net_pump(struct net *w, int k);

/* Puts a node's port on a link: link up. */
static inline void net_attach(struct net *w, int node, int port, struct net_link *l)
{
	l->stations[l->count] = node;
	l->ports[l->count++] = port;
	w->link[node][port] = l;
	node_signal(w->node[node], w->now, (unsigned)port, LINK_UP);
	net_pump(w, node);
}

static inline void net_detach(struct net *w, int node, int port)
{
	struct net_link *l = w->link[node][port];
	int k = 0;

	while (l->stations[k] != node || l->ports[k] != port)
		k++;
	l->count--;
	l->stations[k] = l->stations[l->count];
	l->ports[k] = l->ports[l->count];
	w->link[node][port] = NULL;
	node_signal(w->node[node], w->now, (unsigned)port, LINK_DOWN);
	net_pump(w, node);
}

static inline void net_fly(struct net *w, struct net_link *l, int to, int port, struct packet *take)
{
	struct net_frame *f = mip_alloc(sizeof *f); /* the driver's pool: the linker must see that we need it */
	GList *at;

	*f = (struct net_frame){ .packet = take, .link = l, .at = w->now + l->delay, .to = to, .port = port };
	for (at = w->flight.tail; at && ((struct net_frame *)at->data)->at > f->at;)
		at = at->prev;
	if (at)
		g_queue_insert_after(&w->flight, at, f);
	else
		g_queue_push_head(&w->flight, f);
}

static inline void net_log(struct net *w, int from, const struct packet *p, bool ethernet)
{
	struct packet *copy = packet_clone(p);
	struct net_line line = { .at = w->now, .from = from, .port = p->interface };
	uint16_t overhead, ethertype = ETHERTYPE_IPV6;

	if (ethernet) {
		line.to_group = copy->data[0] & 1;
		ethertype = load_be16(copy->data + 12);
		packet_pull(copy, ETHERNET_HEADER);
	}
	if (ethertype == ETHERTYPE_ARP) {
		line.type = MESSAGE_ARP;
	} else if (ipv6_version(copy->data) == 4) {
		line.type = wire_classify4(copy, &overhead);
		line.source = in6_of_in4(ipv4_source(copy->data));
		line.destination = in6_of_in4(ipv4_destination(copy->data));
		line.hop_limit = copy->data[8];
	} else {
		line.type = wire_classify(copy, &overhead);
		line.source = ipv6_source(copy->data);
		line.destination = ipv6_destination(copy->data);
		line.hop_limit = ipv6_hop_limit(copy->data);
	}
	line.octets = g_bytes_new(copy->data, copy->length);
	g_array_append_val(w->lines, line);
	packet_free(copy);
}

/* Takes what a node owes to the links. */
static inline void net_pump(struct net *w, int k)
{
	struct packet *p;

	while ((p = node_output(w->node[k]))) {
		struct net_link *l = w->link[k][p->interface];
		bool lost;

		g_assert_nonnull(l);
		lost = l->deaf || l->lose;
		l->lose -= l->lose > 0;
		net_log(w, k, p, l->ethernet);
		for (int s = 0; s < l->count && !lost; s++)
			if (l->stations[s] != k)
				net_fly(w, l, l->stations[s], l->ports[s], packet_clone(p));
		packet_free(p);
	}
}

/* Advances virtual time, firing arrivals and deadlines in order. */
static inline void net_run(struct net *w, mip_time until)
{
	for (;;) {
		struct net_frame *f = g_queue_peek_head(&w->flight);
		mip_time next = f ? f->at : MIP_NEVER;
		int who = -1;

		for (int k = 0; k < w->count; k++)
			if (node_deadline(w->node[k]) < next) {
				next = node_deadline(w->node[k]);
				who = k;
			}
		if (next > until)
			break;
		w->now = mip_time_max(w->now, next);
		if (who >= 0) {
			node_expire(w->node[who], w->now);
			net_pump(w, who);
			continue;
		}
		g_queue_pop_head(&w->flight);
		if (w->link[f->to][f->port] == f->link) {
			node_input(w->node[f->to], w->now, (unsigned)f->port, f->packet);
			net_pump(w, f->to);
		} else {
			packet_free(f->packet);
		}
		mip_free(f, sizeof *f);
	}
	w->now = until;
}

/* ---- what a test asks -------------------------------------------------------------------------------------------- */

/* Frames of a type sent by a node (-1: any) at or after `since`. */
static inline unsigned net_sent(const struct net *w, int from, enum message_type type, mip_time since)
{
	unsigned count = 0;

	for (guint k = 0; k < w->lines->len; k++) {
		const struct net_line *l = &g_array_index(w->lines, struct net_line, k);

		count += l->type == type && l->at >= since && (from < 0 || l->from == from);
	}
	return count;
}

/* The last such frame; NULL: none. */
static inline const struct net_line *net_last(const struct net *w, int from, enum message_type type)
{
	for (guint k = w->lines->len; k--;) {
		const struct net_line *l = &g_array_index(w->lines, struct net_line, k);

		if (l->type == type && (from < 0 || l->from == from))
			return l;
	}
	return NULL;
}

static inline unsigned net_seen(const struct net *w, int node, enum observation_kind kind, uint32_t value)
{
	unsigned count = 0;

	for (guint k = 0; k < w->seen->len; k++) {
		const struct observation *o = &g_array_index(w->seen, struct observation, k);

		count += o->node == (uint32_t)node && o->kind == kind && o->value == value;
	}
	return count;
}

static inline unsigned net_drops(const struct net *w, int node, enum drop_reason why)
{
	return net_seen(w, node, OBSERVE_DROP, why);
}

/* State of an address at a node; -1: it has none. */
static inline int net_state(const struct net *w, int node, struct in6 address)
{
	struct ip6_address *a = ip6_find_address(w->node[node], &address);

	return a ? a->state : -1;
}

/* A UDP datagram with `octets` of payload, `bulk` of them not stored. */
static inline struct packet *net_udp(struct in6 source, struct in6 destination, uint16_t octets, uint16_t bulk)
{
	struct packet *p = ip6_packet(&source, &destination, PROTOCOL_UDP, 64, UDP_HEADER + octets - bulk);
	uint8_t *u = packet_put(p, (size_t)(UDP_HEADER + octets - bulk));

	memset(u, 0, (size_t)(UDP_HEADER + octets - bulk));
	udp_write(u, 1000, 2000, (size_t)(octets - bulk), bulk, &source, &destination);
	p->bulk = bulk;
	ip6_finish(p);
	return p;
}

static inline struct packet *net_icmp(const struct icmp6_message *m, struct in6 source, struct in6 destination, uint8_t hop_limit)
{
	struct packet *p = ip6_packet(&source, &destination, PROTOCOL_ICMP6, hop_limit, 1400);
	struct wr w = wr_of(p->data + IPV6_HEADER, 1400);
	size_t octets = icmp6_encode(&w, m, 0, &source, &destination);

	g_assert_cmpuint(octets, >, 0);
	packet_put(p, octets);
	ip6_finish(p);
	return p;
}

static inline struct packet *net_echo(struct in6 source, struct in6 destination, uint16_t sequence)
{
	static const uint8_t data[] = "sixteen octets..";
	struct icmp6_message m = { .type = ICMP6_ECHO_REQUEST };

	m.u.echo = (struct icmp6_echo){ .identifier = 7, .sequence = sequence, .data = data, .length = 16 };
	return net_icmp(&m, source, destination, 64);
}

static inline void net_send(struct net *w, int node, struct packet *take)
{
	ip6_send(w->node[node], w->now, take, 0);
	net_pump(w, node);
}

/* As if the frame had come in from the link. */
static inline void net_input(struct net *w, int node, int port, struct packet *take)
{
	node_input(w->node[node], w->now, (unsigned)port, take);
	net_pump(w, node);
}

/* Puts an Ethernet header in front. */
static inline struct packet *net_ethernet(struct packet *p, struct mac to, struct mac from)
{
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, &to, 6);
	memcpy(h + 6, &from, 6);
	store_be16(h + 12, ETHERTYPE_IPV6);
	return p;
}

/* Decodes the ICMPv6 message of a logged frame. */
static inline struct icmp6_message net_message(const struct net_line *l)
{
	struct icmp6_message m;
	gsize octets;
	const uint8_t *p = g_bytes_get_data(l->octets, &octets);

	g_assert_true(
	    icmp6_checksum_ok(p + IPV6_HEADER, octets - IPV6_HEADER, octets - IPV6_HEADER, &l->source, &l->destination));
	g_assert_cmpint(icmp6_decode(p + IPV6_HEADER, octets - IPV6_HEADER, &m), ==, WIRE_OK);
	return m;
}

/* ---- a role that writes down what it is told --------------------------------------------------------------------- */

struct listener {
	struct role role;
	GArray *notices; /* struct ip6_notice, advertisement not kept */
	unsigned udp, other, refused;
	struct delivery last;
	bool take_all; /* not only UDP */
	bool takes_forwarded;
	struct in6 home_address, care_of_address; /* accepted in the Home Address option */
	struct in6 own_home_address; /* accepted in the routing header */
};

static inline enum verdict listener_input(struct role *r, mip_time now, struct delivery *d)
{
	struct listener *l = (struct listener *)r;

	(void)now;
	if (d->protocol != PROTOCOL_UDP && !l->take_all)
		return VERDICT_CONTINUE;
	l->last = *d;
	l->last.packet = NULL;
	*(d->protocol == PROTOCOL_UDP ? &l->udp : &l->other) += 1;
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static inline void listener_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct ip6_notice copy = *n;

	(void)now;
	copy.advertisement = NULL;
	g_array_append_val(((struct listener *)r)->notices, copy);
}

static inline void listener_free(struct role *r)
{
	struct listener *l = (struct listener *)r;

	g_array_free(l->notices, TRUE);
	g_free(l);
}

static inline bool listener_accept_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	struct listener *l = (struct listener *)r;

	(void)now;
	return in6_equal(&d->source, &l->home_address) && in6_equal(&d->wire_source, &l->care_of_address);
}

static inline void listener_refuse_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	(void)now;
	(void)d;
	((struct listener *)r)->refused++;
}

static inline bool listener_accept_routing_header(struct role *r, const struct in6 *home_address)
{
	return in6_equal(&((struct listener *)r)->own_home_address, home_address);
}

static inline enum verdict listener_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	(void)now;
	(void)in;
	if (!((struct listener *)r)->takes_forwarded)
		return VERDICT_CONTINUE;
	packet_free(p);
	return VERDICT_TAKEN;
}

/* mobile: knows Home Address options and type 2 routing headers. */
static inline struct listener *net_listen(struct net *w, int node, bool mobile)
{
	static const struct role_ops plain = { .name = "listener",
		                               .input = listener_input,
		                               .notice = listener_notice,
		                               .free = listener_free,
		                               .forward = listener_forward };
	static const struct role_ops knowing = { .name = "mobile listener",
		                                 .input = listener_input,
		                                 .notice = listener_notice,
		                                 .free = listener_free,
		                                 .accept_home_address = listener_accept_home_address,
		                                 .refuse_home_address = listener_refuse_home_address,
		                                 .accept_routing_header = listener_accept_routing_header,
		                                 .forward = listener_forward };
	struct listener *l = g_new0(struct listener, 1);

	l->role.ops = mobile ? &knowing : &plain;
	l->notices = g_array_new(FALSE, FALSE, sizeof(struct ip6_notice));
	node_add_role(w->node[node], &l->role);
	return l;
}

/* The last notice of a kind; NULL: none. */
static inline const struct ip6_notice *listener_last(const struct listener *l, enum ip6_notice_kind kind)
{
	for (guint k = l->notices->len; k--;) {
		const struct ip6_notice *n = &g_array_index(l->notices, struct ip6_notice, k);

		if (n->kind == kind)
			return n;
	}
	return NULL;
}

static inline unsigned listener_count(const struct listener *l, enum ip6_notice_kind kind)
{
	unsigned count = 0;

	for (guint k = 0; k < l->notices->len; k++)
		count += g_array_index(l->notices, struct ip6_notice, k).kind == kind;
	return count;
}

#define assert_in6(a, b) g_assert_cmpmem((a).octets, 16, (b).octets, 16)

/* A router with an Ethernet port on `l`, advertising 2001:db8:subnet::/64 as ::1. */
static inline int net_router(struct net *w, struct net_link *l, uint16_t subnet, bool home_agent)
{
	int k = net_node(w), port = net_port(w, k, true);
	struct in6 address = net_address(subnet, 1);

	ip6_set_forwarding(w->node[k], true);
	ip6_add_address(w->node[k], ip6_interface(w->node[k], (unsigned)port), &address, 64);
	ip6_advertise(w->node[k], ip6_interface(w->node[k], (unsigned)port), &address, home_agent);
	net_attach(w, k, port, l);
	return k;
}

/* A host with an Ethernet port not yet attached. */
static inline int net_host(struct net *w)
{
	int k = net_node(w);

	net_port(w, k, true);
	return k;
}

#endif
