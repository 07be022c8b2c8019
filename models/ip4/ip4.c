// SPDX-License-Identifier: GPL-3.0-or-later
/* The engine's frame: interfaces, addresses, routes, originating packets, link-layer output. See ip4.h. */
#include "models/ip4/ip4.h"

#include "models/node.h"
#include "models/wire/classify4.h"
#include "models/wire/ipv6.h"

void ip4_enable(struct node *n, bool forwarding)
{
	mip_assert(!n->ip4);
	n->ip4 = mip_alloc(sizeof *n->ip4);
	n->ip4->forwarding = forwarding;
}

void ip4_fini(struct node *n)
{
	struct ip4 *e = n->ip4;
	struct in4_entry *a;

	if (!e)
		return;
	for (unsigned i = 0; i < e->interface_count; i++) {
		struct ip4_interface *f = e->interfaces[i];

		ip4_arp_flush(n, 0, f);
		in4_table_fini(&f->arp);
		while ((a = in4_table_any(&f->proxies)))
			ip4_remove_proxy(f, a->key);
		in4_table_fini(&f->proxies);
		mip_free(f, sizeof *f);
	}
	while ((a = in4_table_any(&e->local)))
		ip4_remove_local(n, a->key);
	in4_table_fini(&e->local);
	mip_free(e->interfaces, e->interface_capacity * sizeof(struct ip4_interface *));
	mip_free(e->routes, e->route_capacity * sizeof *e->routes);
	mip_free(e, sizeof *e);
	n->ip4 = NULL;
}

/* ---- interfaces and addresses ------------------------------------------------------------------------------------------ */

struct ip4_interface *ip4_add_interface(struct node *n, const struct mac *mac, uint16_t mtu)
{
	struct ip4 *e = n->ip4;
	struct ip4_interface *i = mip_alloc(sizeof *i);

	if (e->interface_count == e->interface_capacity) {
		uint16_t capacity = (uint16_t)(e->interface_capacity < UINT16_MAX / 2 ? 2 * e->interface_capacity + 1 : UINT16_MAX);
		struct ip4_interface **more = mip_alloc(capacity * sizeof *more);

		if (e->interface_count)
			memcpy(more, e->interfaces, e->interface_count * sizeof *more);
		mip_free(e->interfaces, e->interface_capacity * sizeof *more);
		e->interfaces = more;
		e->interface_capacity = capacity;
	}
	i->index = e->interface_count;
	i->mtu = mtu;
	if (mac) {
		i->ethernet = true;
		i->mac = *mac;
	}
	e->interfaces[e->interface_count++] = i;
	return i;
}

struct ip4_interface *ip4_interface(struct node *n, unsigned index)
{
	mip_assert(index < n->ip4->interface_count);
	return n->ip4->interfaces[index];
}

void ip4_set_address(struct node *n, struct ip4_interface *i, in4 address, unsigned prefix_length)
{
	i->address = address;
	i->prefix_length = (uint8_t)prefix_length;
	ip4_add_local(n, address);
	ip4_add_route(n, address & in4_mask(prefix_length), prefix_length, i->index, 0);
}

void ip4_add_local(struct node *n, in4 address)
{
	struct in4_entry *e;

	if (ip4_is_local(n, address))
		return;
	e = mip_alloc(sizeof *e);
	e->key = address;
	in4_table_add(&n->ip4->local, e);
}

void ip4_remove_local(struct node *n, in4 address)
{
	struct in4_entry *e = in4_table_find(&n->ip4->local, address);

	if (!e)
		return;
	in4_table_remove(&n->ip4->local, e);
	mip_free(e, sizeof *e);
}

bool ip4_is_local(const struct node *n, in4 address)
{
	return in4_table_find(&n->ip4->local, address);
}

void ip4_signal(struct node *n, mip_time now, unsigned interface, int what)
{
	struct ip4_interface *i = ip4_interface(n, interface);

	if (what == LINK_UP) {
		i->up = true;
	} else if (what == LINK_DOWN) {
		i->up = false;
		ip4_arp_flush(n, now, i);
	}
}

bool ip4_wants_group(struct node *n, unsigned interface, const struct mac *group)
{
	static const struct mac broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

	(void)interface;
	/* The IPv4 groups of our worlds concern every host, or every router. */
	return mac_equal(group, &broadcast) || (group->octets[0] == 1 && (group->octets[5] == 1 || n->ip4->forwarding));
}

/* ---- routes ------------------------------------------------------------------------------------------------------------- */

/* Where it stands, or where it belongs. */
static uint32_t route_slot(const struct ip4 *e, in4 prefix, unsigned bits)
{
	uint32_t low = 0, high = e->route_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct ip4_route *r = &e->routes[middle];

		if (r->bits > bits || (r->bits == bits && r->prefix < prefix))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_route(const struct ip4 *e, uint32_t slot, in4 prefix, unsigned bits)
{
	return slot < e->route_count && e->routes[slot].bits == bits && e->routes[slot].prefix == prefix;
}

void ip4_add_route(struct node *n, in4 prefix, unsigned bits, unsigned interface, in4 next_hop)
{
	struct ip4 *e = n->ip4;
	uint32_t slot = route_slot(e, prefix, bits);

	mip_assert(bits <= 32 && !(prefix & ~in4_mask(bits)));
	if (!is_route(e, slot, prefix, bits)) {
		if (e->route_count == e->route_capacity) {
			uint32_t capacity = e->route_capacity ? 2 * e->route_capacity : 4;
			struct ip4_route *more = mip_alloc(capacity * sizeof *more);

			if (e->route_count)
				memcpy(more, e->routes, e->route_count * sizeof *more);
			mip_free(e->routes, e->route_capacity * sizeof *more);
			e->routes = more;
			e->route_capacity = capacity;
		}
		memmove(&e->routes[slot + 1], &e->routes[slot], (e->route_count - slot) * sizeof *e->routes);
		e->route_count++;
	}
	e->routes[slot] = (struct ip4_route){ prefix, next_hop, (uint16_t)interface, (uint8_t)bits };
}

void ip4_remove_route(struct node *n, in4 prefix, unsigned bits)
{
	struct ip4 *e = n->ip4;
	uint32_t slot = route_slot(e, prefix, bits);

	if (!is_route(e, slot, prefix, bits))
		return;
	e->route_count--;
	memmove(&e->routes[slot], &e->routes[slot + 1], (e->route_count - slot) * sizeof *e->routes);
}

const struct ip4_route *ip4_find_route(const struct node *n, in4 destination)
{
	const struct ip4 *e = n->ip4;

	/* One look-up for each prefix length there is. */
	for (uint32_t first = 0; first < e->route_count;) {
		unsigned bits = e->routes[first].bits;
		uint32_t slot = route_slot(e, destination & in4_mask(bits), bits);

		if (is_route(e, slot, destination & in4_mask(bits), bits))
			return &e->routes[slot];
		if (!bits)
			break;
		first = route_slot(e, 0, bits - 1);
	}
	return NULL;
}

in4 ip4_source_address(const struct node *n, in4 destination)
{
	const struct ip4_route *r = ip4_find_route(n, destination);

	return r ? n->ip4->interfaces[r->interface]->address : 0;
}

/* ---- packets -------------------------------------------------------------------------------------------------------------- */

struct packet *ip4_packet(in4 source, in4 destination, uint8_t protocol, uint8_t ttl, size_t room)
{
	struct packet *p = packet_new(IPV4_HEADER + room);
	const struct ipv4_header h = { .ttl = ttl, .protocol = protocol, .source = source, .destination = destination };

	ipv4_write(packet_put(p, IPV4_HEADER), &h);
	return p;
}

void ip4_finish(struct node *n, struct packet *p)
{
	store_be16(p->data + 2, (uint16_t)packet_octets(p));
	store_be16(p->data + 4, n->ip4->identification++);
	ipv4_checksum_set(p->data);
}

struct packet *ip4_udp(struct node *n, in4 source, uint16_t source_port, in4 destination, uint16_t destination_port, uint8_t ttl,
                       const void *payload, size_t octets)
{
	struct packet *p = ip4_packet(source, destination, PROTOCOL4_UDP, ttl, UDP_HEADER + octets);
	uint8_t *u = packet_put(p, UDP_HEADER + octets);
	const struct in6 from = in6_of_in4(source), to = in6_of_in4(destination);

	memcpy(u + UDP_HEADER, payload, octets);
	udp_write(u, source_port, destination_port, octets, 0, &from, &to);
	ip4_finish(n, p);
	return p;
}

void ip4_report(struct node *n, mip_time now, int kind, const struct packet *p)
{
	uint16_t overhead = 0;
	uint8_t type;

	if (!n->env->observer || !n->env->observer->wants_messages)
		return;
	type = wire_classify4(p, &overhead);
	node_observe(n, now, (struct observation){ .kind = (enum observation_kind)kind, .value = type, .octets = packet_octets(p),
	                                           .flow = overhead, .peer = in6_of_in4(ipv4_source(p->data)),
	                                           .address = in6_of_in4(ipv4_destination(p->data)) });
}

void ip4_frame(struct node *n, mip_time now, struct ip4_interface *i, const struct mac *to, uint16_t ethertype, struct packet *take)
{
	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
		return;
	}
	if (i->ethernet) {
		uint8_t *e = packet_push(take, ETHERNET_HEADER);

		memcpy(e, to, 6);
		memcpy(e + 6, &i->mac, 6);
		store_be16(e + 12, ethertype);
	}
	take->interface = i->index;
	packet_queue_push(&n->out, take);
}

static struct mac mac_of_group(in4 group)
{
	struct mac m = { { 1, 0, 0x5e, (uint8_t)(group >> 16 & 0x7f), (uint8_t)(group >> 8), (uint8_t)group } };

	return group == IN4_BROADCAST ? (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } } : m;
}

void ip4_send_on(struct node *n, mip_time now, struct ip4_interface *i, const struct mac *mac, struct packet *take)
{
	struct mac group = mac_of_group(ipv4_destination(take->data));

	mip_assert(mac || ipv4_destination(take->data) == IN4_BROADCAST || in4_is_multicast(ipv4_destination(take->data)));
	ip4_frame(n, now, i, mac ? mac : &group, ETHERTYPE_IPV4, take);
}

/* Onto the link that leads there. Takes. */
static void transmit(struct node *n, mip_time now, const struct ip4_route *r, struct packet *take)
{
	struct ip4_interface *i = n->ip4->interfaces[r->interface];

	if (packet_octets(take) > i->mtu) {
		ip4_send_error(n, now, take, ICMP4_UNREACHABLE, UNREACHABLE4_FRAGMENTATION, i->mtu);
		node_drop(n, now, take, DROP_TOO_BIG);
		return;
	}
	if (i->ethernet)
		arp_transmit(n, now, i, r->next_hop ? r->next_hop : ipv4_destination(take->data), take);
	else
		ip4_frame(n, now, i, NULL, ETHERTYPE_IPV4, take);
}

void ip4_send(struct node *n, mip_time now, struct packet *take, unsigned flags)
{
	const struct ip4_route *r;

	if (!(flags & IP4_SEND_PLAIN))
		for (struct role *role = n->roles; role; role = role->next)
			if (role->ops->ip4 && role->ops->ip4->output && role->ops->ip4->output(role, now, take) == VERDICT_TAKEN)
				return;
	if (ip4_is_local(n, ipv4_destination(take->data))) {
		ip4_reinject(n, now, ip4_interface(n, 0), 0, take);
		return;
	}
	r = ip4_find_route(n, ipv4_destination(take->data));
	if (!r) {
		node_drop(n, now, take, DROP_NO_ROUTE);
		return;
	}
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, take);
	transmit(n, now, r, take);
}

bool ip4_pass(struct node *n, mip_time now, struct packet *take)
{
	if (take->data[8] > 1) {
		ipv4_decrement_ttl(take->data);
		return true;
	}
	ip4_send_error(n, now, take, ICMP4_TIME_EXCEEDED, 0, 0);
	node_drop(n, now, take, DROP_HOP_LIMIT);
	return false;
}

void ip4_forward(struct node *n, mip_time now, struct ip4_interface *in, in4 tunnel_source, bool plain, struct packet *take)
{
	const struct ip4_route *r;

	for (struct role *role = plain ? NULL : n->roles; role; role = role->next)
		if (role->ops->ip4 && role->ops->ip4->forward &&
		    role->ops->ip4->forward(role, now, in, tunnel_source, take) == VERDICT_TAKEN)
			return;
	if (!ip4_pass(n, now, take))
		return;
	r = ip4_find_route(n, ipv4_destination(take->data));
	if (!r) {
		ip4_send_error(n, now, take, ICMP4_UNREACHABLE, UNREACHABLE4_NET, 0);
		node_drop(n, now, take, DROP_NO_ROUTE);
		return;
	}
	ip4_report(n, now, OBSERVE_MESSAGE_FORWARDED, take);
	transmit(n, now, r, take);
}
