// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Media: point-to-point wires and Ethernet segments (shared links, cells). Each sending direction is one models/link channel
 * with one kernel timer for the head of what is in flight.
 */
#include "models/ip4/ip4.h"
#include "sim/world/world_int.h"

struct in6 world_next_prefix(struct world *w, const struct in6 *given)
{
	struct in6 p = { { 0x20, 0x01, 0x0d, 0xb8 } };

	w->subnets++;
	if (given)
		return *given;
	if (w->ipv4) /* 10.0.0.0/8, cut into subnets of one size */
		return in6_of_in4(0x0a000000u + (w->subnets << w->host_bits));
	store_be32(p.octets + 4, w->subnets);
	return p;
}

struct in6 world_member_address(const struct world *w, const struct in6 *prefix, uint32_t node)
{
	struct in6 a = *prefix;

	if (w->ipv4)
		return in6_of_in4(in4_of_in6(prefix) + node + 1);
	memset(a.octets + 8, 0, 4);
	store_be32(a.octets + 12, node + 1);
	return a;
}

/* Configured on the interface, in the world's family. */
static void give_address(struct world *w, uint32_t node, unsigned index, struct interface *i, const struct in6 *address)
{
	struct node *n = w->nodes[node].node;

	if (w->ipv4)
		ip4_set_address(n, ip4_interface(n, index), in4_of_in6(address), 32 - w->host_bits);
	else
		ip6_add_address(n, i, address, 64);
	world_know_address(w, address, node);
}

struct mac world_mac(uint32_t node, unsigned interface)
{
	/* Locally administered, unicast: the two low bits of the first octet are taken. */
	struct mac m = { { (uint8_t)(interface >> 8 << 2 | 2), (uint8_t)interface } };

	mip_assert(interface < 1 << 14);
	store_be32(m.octets + 2, node);
	return m;
}

static struct port *add_port(struct world *w, uint32_t node, enum interface_kind kind, uint16_t mtu, unsigned *index, struct interface **i)
{
	struct world_node *wn = &w->nodes[node];
	unsigned n = wn->port_count;
	struct mac mac = world_mac(node, n);
	struct port *ports = wn->ports;

	mip_assert(n < UINT16_MAX);
	if (world_port_capacity(n) == n) {
		ports = mip_alloc(world_port_capacity(n + 1) * sizeof *ports);
		if (n)
			memcpy(ports, wn->ports, n * sizeof *ports);
		mip_free(wn->ports, n * sizeof *ports);
		wn->ports = ports;
	}
	wn->port_count++;
	*i = ip6_add_interface(wn->node, kind, kind == INTERFACE_ETHERNET ? &mac : NULL, mtu);
	if (w->ipv4)
		ip4_add_interface(wn->node, kind == INTERFACE_ETHERNET ? &mac : NULL, mtu);
	*index = n;
	ports[n].tap = w->tap_ports->len;
	g_ptr_array_add(w->tap_ports, GSIZE_TO_POINTER((size_t)node << 16 | n));
	return &ports[n];
}

/* ---- wires ------------------------------------------------------------------------------------------------------------- */

static void wire_arrival(struct sim *sim, struct sim_timer *t, mip_time now)
{
	struct wire_direction *d = mip_container_of(t, struct wire_direction, timer);
	struct packet *p;

	while ((p = channel_receive(&d->channel, now)))
		world_deliver(d->world, d->to_node, d->to_interface, now, p);
	sim_arm(sim, t, channel_deadline(&d->channel));
}

struct wire *world_add_wire(struct world *w, uint32_t a, uint32_t b, const struct channel_conf *conf, uint16_t mtu, int64_t cost,
                            const struct in6 *prefix, uint64_t name_id)
{
	struct wire *wire = mip_alloc(sizeof *wire);

	wire->nodes[0] = a;
	wire->nodes[1] = b;
	wire->cost = cost;
	wire->prefix = world_next_prefix(w, prefix);
	for (int k = 0; k < 2; k++) {
		struct wire_direction *out = &wire->directions[k];
		struct interface *i;
		unsigned index;
		struct in6 address = world_member_address(w, &wire->prefix, wire->nodes[k]);
		struct port *port = add_port(w, wire->nodes[k], INTERFACE_POINT_TO_POINT, mtu, &index, &i);

		port->wire = out;
		wire->interfaces[k] = (uint16_t)index;
		wire->directions[!k].to_node = wire->nodes[k];
		wire->directions[!k].to_interface = (uint16_t)index;
		out->world = w;
		channel_init(&out->channel, conf, random_stream_id(name_id + (uint64_t)k, RANDOM_LINK));
		sim_timer_init(&out->timer, wire_arrival);
		give_address(w, wire->nodes[k], index, i, &address);
	}
	g_ptr_array_add(w->wires, wire);
	return wire;
}

/* ---- segments ----------------------------------------------------------------------------------------------------------- */

struct segment *world_add_segment(struct world *w, const struct channel_conf *conf, uint16_t mtu, int64_t cost, const struct in6 *prefix,
                                  uint64_t name_id)
{
	struct segment *s = mip_alloc(sizeof *s);

	s->world = w;
	s->conf = conf;
	s->mtu = mtu;
	s->cost = cost;
	s->name_id = name_id;
	s->prefix = world_next_prefix(w, prefix);
	s->routers = g_array_new(FALSE, FALSE, sizeof(struct segment_router));
	g_ptr_array_add(w->segments, s);
	return s;
}

static void station_free(struct station *t)
{
	channel_fini(&t->channel);
	mip_free(t, sizeof *t);
}

static void unlink_station(struct station *t)
{
	struct segment *s = t->segment;

	*(t->previous ? &t->previous->next : &s->first) = t->next;
	*(t->next ? &t->next->previous : &s->last) = t->previous;
}

/* The station a unicast frame is for. MAC addresses are made from node and interface numbers, so no table is needed. */
static struct station *find_station(const struct segment *s, const struct mac *to)
{
	const struct world *w = s->world;
	uint32_t node = load_be32(to->octets + 2);
	unsigned interface = (unsigned)to->octets[0] >> 2 << 8 | to->octets[1];
	struct station *t;

	if ((to->octets[0] & 3) != 2 || node >= w->node_count || interface >= w->nodes[node].port_count)
		return NULL;
	t = w->nodes[node].ports[interface].station;
	return t && t->segment == s ? t : NULL;
}

static void segment_deliver(struct station *from, mip_time now, struct packet *take)
{
	struct segment *s = from->segment;
	struct world *w = s->world;
	struct mac to;

	memcpy(&to, take->data, sizeof to);
	if (!mac_is_multicast(&to)) {
		struct station *t = find_station(s, &to);

		if (t && t != from) {
			world_deliver(w, t->node, t->interface, now, take);
		} else {
			world_observe_drop(w, from->node, now, take, DROP_NOT_ON_LINK);
			packet_free(take);
		}
		return;
	}
	/* In the order of attachment; stations do not come or go while a frame is delivered. */
	for (struct station *t = s->first; t; t = t->next)
		if (t != from && node_wants_group(w->nodes[t->node].node, t->interface, &to))
			world_deliver(w, t->node, t->interface, now, packet_clone(take));
	packet_free(take);
}

static void station_arrival(struct sim *sim, struct sim_timer *timer, mip_time now)
{
	struct station *t = mip_container_of(timer, struct station, timer);
	struct packet *p;

	while ((p = channel_receive(&t->channel, now)))
		segment_deliver(t, now, p);
	sim_arm(sim, timer, channel_deadline(&t->channel));
	if (t->gone && !t->channel.flight.head) {
		*(t->previous ? &t->previous->next : &t->segment->departed) = t->next;
		if (t->next)
			t->next->previous = t->previous;
		station_free(t);
	}
}

static void put_on(struct world *w, uint32_t node, unsigned interface, struct segment *s)
{
	struct station *t = mip_alloc(sizeof *t);

	t->segment = s;
	t->node = node;
	t->interface = (uint16_t)interface;
	/* The stream belongs to (medium, node): who else is there changes nothing. */
	channel_init(&t->channel, s->conf, random_stream_id(s->name_id ^ w->nodes[node].node->name_id, RANDOM_LINK));
	sim_timer_init(&t->timer, station_arrival);
	t->previous = s->last;
	*(s->last ? &s->last->next : &s->first) = t;
	s->last = t;
	w->nodes[node].ports[interface].station = t;
}

unsigned world_add_member(struct world *w, struct segment *s, uint32_t node)
{
	struct in6 address = world_member_address(w, &s->prefix, node);
	struct interface *i;
	unsigned index;

	add_port(w, node, INTERFACE_ETHERNET, s->mtu, &index, &i);
	give_address(w, node, index, i, &address);
	if (w->nodes[node].forwarding) {
		struct segment_router r = { node, (uint16_t)index };

		g_array_append_val(s->routers, r);
	}
	put_on(w, node, index, s);
	return index;
}

unsigned world_add_radio(struct world *w, uint32_t node, uint16_t mtu)
{
	struct interface *i;
	unsigned index;

	add_port(w, node, INTERFACE_ETHERNET, mtu, &index, &i);
	return index;
}

void world_attach(struct world *w, uint32_t node, unsigned interface, struct segment *s, mip_time now)
{
	mip_assert(!w->nodes[node].ports[interface].station);
	put_on(w, node, interface, s);
	world_signal_from(w, node, interface, now, LINK_UP, s);
}

void world_detach(struct world *w, uint32_t node, unsigned interface, mip_time now)
{
	struct port *port = &w->nodes[node].ports[interface];
	struct station *t = port->station;

	mip_assert(t);
	port->station = NULL;
	unlink_station(t);
	t->gone = true;
	if (t->channel.flight.head) {
		t->previous = NULL;
		t->next = t->segment->departed;
		if (t->next)
			t->next->previous = t;
		t->segment->departed = t;
	} else {
		station_free(t);
	}
	world_signal(w, node, interface, now, LINK_DOWN);
}

/* ---- both --------------------------------------------------------------------------------------------------------------- */

void world_transmit(struct world *w, uint32_t node, mip_time now, struct packet *take)
{
	struct port *port = &w->nodes[node].ports[take->interface];
	struct channel *c;
	struct sim_timer *timer;

	if (port->wire) {
		c = &port->wire->channel;
		timer = &port->wire->timer;
	} else if (port->station) {
		c = &port->station->channel;
		timer = &port->station->timer;
	} else {
		world_observe_drop(w, node, now, take, DROP_INTERFACE_DOWN);
		packet_free(take);
		return;
	}
	switch (channel_send(c, now, &w->env.random_key, take, packet_octets(take))) {
	case CHANNEL_OK:
		sim_arm(w->sim, timer, channel_deadline(c));
		return;
	case CHANNEL_QUEUE_FULL:
		world_observe_drop(w, node, now, take, DROP_QUEUE_FULL);
		break;
	case CHANNEL_LOST:
		world_observe_drop(w, node, now, take, DROP_LOSS);
		break;
	}
	packet_free(take);
}

void world_free_media(struct world *w)
{
	for (uint32_t i = 0; i < w->node_count; i++)
		for (unsigned k = 0; k < w->nodes[i].port_count; k++)
			if (w->nodes[i].ports[k].station)
				station_free(w->nodes[i].ports[k].station);
	for (unsigned i = 0; i < w->wires->len; i++) {
		struct wire *wire = g_ptr_array_index(w->wires, i);

		channel_fini(&wire->directions[0].channel);
		channel_fini(&wire->directions[1].channel);
		mip_free(wire, sizeof *wire);
	}
	for (unsigned i = 0; i < w->segments->len; i++) {
		struct segment *s = g_ptr_array_index(w->segments, i);

		for (struct station *t = s->departed, *next; t; t = next) {
			next = t->next;
			station_free(t);
		}
		g_array_free(s->routers, TRUE);
		mip_free(s, sizeof *s);
	}
	g_ptr_array_free(w->wires, TRUE);
	g_ptr_array_free(w->segments, TRUE);
}
