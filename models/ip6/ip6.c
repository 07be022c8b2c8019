// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The engine's frame: interfaces, link signals, originating packets, choosing the way out and the source address, link-layer
 * output. Left out: fragmentation and reassembly (every link of our worlds carries what is sent; longer packets are dropped and
 * answered with Packet Too Big), Multicast Listener Discovery (links filter by ip6_wants_group), policy tables for source
 * addresses (RFC 6724): the outgoing interface's preferred address is taken.
 */
#include "models/ip6/ip6_int.h"
#include "models/wire/classify.h"

void ip6_init(struct node *n)
{
	n->ip6 = (struct ip6){ 0 };
}

void ip6_fini(struct node *n)
{
	struct interface *i, *next;

	while (n->ip6.probes)
		ip6_cancel_probe(n, n->ip6.probes);
	for (i = n->ip6.interfaces; i; i = next) {
		next = i->next;
		router_fini(n, i);
		discovery_fini(n, i);
		neighbour_fini(n, i);
		address_free_all(n, i);
		mip_free(i, sizeof *i);
	}
	proxy_fini(n);
	route_table_free(n->ip6.routes);
	mip_free(n->ip6.by_index, n->ip6.interface_capacity * sizeof(struct interface *));
	n->ip6 = (struct ip6){ 0 };
}

/* ---- interfaces -------------------------------------------------------------------------------------------------- */

struct interface *ip6_add_interface(struct node *n, enum interface_kind kind, const struct mac *mac, uint16_t mtu)
{
	struct interface *i = mip_alloc(sizeof *i);
	struct ip6 *ip6 = &n->ip6;

	mip_assert((kind == INTERFACE_ETHERNET) == !!mac && ip6->interface_count < UINT16_MAX);
	if (ip6->interface_count == ip6->interface_capacity) {
		uint16_t capacity =
		    (uint16_t)(ip6->interface_capacity < UINT16_MAX / 2 ? 2 * ip6->interface_capacity + 1 : UINT16_MAX);
		struct interface **by_index = mip_alloc(capacity * sizeof(struct interface *));

		if (ip6->interface_count)
			memcpy(by_index, ip6->by_index, ip6->interface_count * sizeof(struct interface *));
		mip_free(ip6->by_index, ip6->interface_capacity * sizeof(struct interface *));
		ip6->by_index = by_index;
		ip6->interface_capacity = capacity;
	}
	i->kind = (uint8_t)kind;
	i->mtu = mtu;
	*(ip6->interface_count ? &ip6->by_index[ip6->interface_count - 1]->next : &ip6->interfaces) = i;
	ip6->by_index[ip6->interface_count] = i;
	i->index = ip6->interface_count++;
	i->solicit.fire = discovery_solicit_fire;
	i->delay_drawn_at = -1;
	if (mac) {
		struct in6 link_local = in6_link_local_of(mac);

		i->mac = *mac;
		address_new(n, i, &link_local, 64, n->ip6.forwarding ? IP6_ADDRESS_PREFERRED : IP6_ADDRESS_TENTATIVE);
	}
	return i;
}

struct interface *ip6_interface(struct node *n, unsigned index)
{
	mip_assert(index < n->ip6.interface_count);
	return n->ip6.by_index[index];
}

static struct route_table *routes_get(struct node *n)
{
	if (!n->ip6.routes)
		n->ip6.routes = route_table_new();
	return n->ip6.routes;
}

const struct mac *ip6_mac(const struct interface *i)
{
	return &i->mac;
}

void ip6_set_forwarding(struct node *n, bool on)
{
	n->ip6.forwarding = on;
	if (!on)
		return;
	for (struct interface *i = n->ip6.interfaces; i; i = i->next)
		for (struct ip6_address *a = i->addresses; a; a = a->next) {
			if (in6_is_link_local(&a->address) && a->state == IP6_ADDRESS_TENTATIVE)
				a->state = IP6_ADDRESS_PREFERRED; /* a router's addresses are configured, not probed */
			route_mark_local(routes_get(n), &a->address, i);
			if (!in6_is_link_local(&a->address) && a->prefix_length < 128 && a->state == IP6_ADDRESS_PREFERRED)
				ip6_add_route(n, &a->address, a->prefix_length, i, NULL);
		}
}

void ip6_add_route(struct node *n, const struct in6 *prefix, unsigned prefix_length, struct interface *i,
                   const struct in6 *next_hop)
{
	route_add(routes_get(n), prefix, prefix_length, i, next_hop);
}

void ip6_remove_route(struct node *n, const struct in6 *prefix, unsigned prefix_length)
{
	if (n->ip6.routes)
		route_remove(n->ip6.routes, prefix, prefix_length);
}

void ip6_signal(struct node *n, mip_time now, struct interface *i, int what)
{
	if (what == LINK_UP && !i->up) {
		i->up = true;
		if (i->kind == INTERFACE_POINT_TO_POINT)
			return;
		if (n->ip6.forwarding)
			router_link_up(n, now, i);
		else
			discovery_link_up(n, now, i);
	} else if (what == LINK_DOWN && i->up) {
		i->up = false;
		router_link_down(n, i);
		discovery_link_down(n, i);
		address_suspend(n, i);
	}
}

void ip6_notify(struct node *n, mip_time now, const struct ip6_notice *notice)
{
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->notice)
			r->ops->notice(r, now, notice);
}

/* ---- observation ------------------------------------------------------------------------------------------------- */

void ip6_report_message(struct node *n, mip_time now, enum observation_kind kind, const struct packet *p, uint32_t outer)
{
	uint16_t overhead = 0;
	uint8_t type = wire_classify(p, &overhead);

	node_observe(n, now,
	             (struct observation){ .kind = kind,
	                                   .value = type,
	                                   .octets = packet_octets(p) + outer,
	                                   .flow = overhead + outer,
	                                   .peer = ipv6_source(p->data),
	                                   .address = ipv6_destination(p->data) });
}

/* Somebody else's packet that leaves in a tunnel of ours is passed on, not originated. */
void ip6_report_sent(struct node *n, mip_time now, const struct packet *p)
{
	enum observation_kind kind = OBSERVE_MESSAGE_SENT;

	if (p->relayed) {
		kind = OBSERVE_MESSAGE_FORWARDED;
	} else if (ipv6_next_header(p->data) == PROTOCOL_IPV6 && p->length >= 2 * IPV6_HEADER) {
		struct in6 inner = ipv6_source(p->data + IPV6_HEADER);

		if (!ip6_find_address(n, &inner))
			kind = OBSERVE_MESSAGE_FORWARDED;
	}
	ip6_report_message(n, now, kind, p, 0);
}

/* ---- the way out ------------------------------------------------------------------------------------------------- */

bool ip6_find_hop(struct node *n, const struct in6 *destination, struct ip6_hop *hop)
{
	const struct route_table *t = n->ip6.routes;
	const struct route_hop *r = t ? route_find(t, destination) : NULL;
	const struct host_router *router;

	if (!r && !n->ip6.forwarding && (hop->out = discovery_on_link(n, destination))) {
		hop->next_hop = *destination;
		return true;
	}
	if (!r && t && t->fallback.out)
		r = &t->fallback;
	if (r) {
		hop->out = r->out;
		hop->next_hop = in6_is_unspecified(&r->next_hop) ? *destination : r->next_hop;
		return true;
	}
	router = n->ip6.forwarding ? NULL : discovery_default_router(n);
	if (!router)
		return false;
	hop->out = router->interface;
	hop->next_hop = router->address;
	return true;
}

/* A host on two links: what leaves from an address of one link leaves by a router of that link, for others may not let it pass
 * (ingress filtering; RFC 6724 rule 5.5 looked at from the other side). */
static void prefer_own_router(const struct ip6_address *source, struct ip6_hop *hop)
{
	struct interface *i = source ? source->interface : NULL;

	if (!i || i == hop->out || !i->up || !i->routers || !hop->out->routers ||
	    !in6_equal(&hop->next_hop, &hop->out->routers->address))
		return;
	hop->out = i;
	hop->next_hop = i->routers->address;
}

/* Where a packet of link scope goes: the interface of its source address, else the first that is up. */
static struct interface *scoped_interface(struct node *n, const struct in6 *source)
{
	struct ip6_address *a = ip6_find_address(n, source);
	struct interface *i = n->ip6.interfaces;

	if (a)
		return a->interface;
	while (i && !i->up)
		i = i->next;
	return i;
}

static bool link_scope(const struct in6 *a)
{
	return in6_is_multicast(a) || in6_is_link_local(a);
}

bool ip6_reachable(struct node *n, const struct in6 *destination)
{
	struct ip6_hop hop;

	if (link_scope(destination))
		return (hop.out = scoped_interface(n, &in6_unspecified));
	return ip6_find_hop(n, destination, &hop) && hop.out->up;
}

uint32_t ip6_path_mtu(struct node *n, const struct in6 *destination)
{
	struct ip6_hop hop;

	return ip6_find_hop(n, destination, &hop) ? hop.out->mtu : IPV6_MINIMUM_MTU;
}

struct interface *ip6_on_link_interface(struct node *n, const struct in6 *address)
{
	const struct route_hop *r = n->ip6.routes ? route_find(n->ip6.routes, address) : NULL;

	if (r && in6_is_unspecified(&r->next_hop) && r->out->kind == INTERFACE_ETHERNET)
		return r->out;
	return n->ip6.forwarding ? NULL : discovery_on_link(n, address);
}

bool ip6_source_address(struct node *n, const struct in6 *destination, struct in6 *source)
{
	struct ip6_hop hop = { 0 };
	const struct in6 *link_local;
	struct ip6_address *a;

	if (link_scope(destination)) {
		hop.out = scoped_interface(n, &in6_unspecified);
		link_local = hop.out ? ip6_link_local(hop.out) : NULL;
		if (link_local) {
			*source = *link_local;
			return true;
		}
	} else if (!ip6_find_hop(n, destination, &hop)) {
		return false;
	}
	a = hop.out ? ip6_global_address(hop.out) : NULL;
	/* An unnumbered interface borrows from the others. */
	for (struct interface *i = n->ip6.interfaces; i && !a; i = i->next)
		a = ip6_global_address(i);
	if (!a)
		return false;
	*source = a->address;
	return true;
}

/* ---- originating ------------------------------------------------------------------------------------------------- */

void ip6_send(struct node *n, mip_time now, struct packet *take, unsigned flags)
{
	struct in6 source, destination;
	struct ip6_address *a, *own;
	struct ip6_hop hop;

	mip_assert(take->length >= IPV6_HEADER && packet_octets(take) == IPV6_HEADER + (uint32_t)ipv6_payload_length(take->data));
	if (!(flags & IP6_SEND_PLAIN) && (n->hooks & NODE_HOOK_OUTPUT))
		for (struct role *r = n->roles; r; r = r->next)
			if (r->ops->output && r->ops->output(r, now, take) == VERDICT_TAKEN)
				return;
	if (n->hooks & NODE_HOOK_BELOW)
		for (struct role *r = n->roles; r; r = r->next)
			if (r->ops->below && r->ops->below(r, now, take) == VERDICT_TAKEN)
				return;
	source = ipv6_source(take->data);
	a = own = ip6_find_address(n, &source);
	if (a && (a->state == IP6_ADDRESS_TENTATIVE || a->state == IP6_ADDRESS_DUPLICATE)) {
		node_drop(n, now, take, DROP_TENTATIVE_ADDRESS);
		return;
	}
	if (in6_is_unspecified(&source)) {
		node_drop(n, now, take, DROP_NO_SOURCE_ADDRESS);
		return;
	}
	destination = ipv6_destination(take->data);
	a = ip6_find_address(n, &destination);
	if (a && ip6_usable(a)) {
		if (ip6_wants_messages(n))
			ip6_report_sent(n, now, take);
		ip6_deliver(n, now, a->interface, take, NULL);
		return;
	}
	if (a && a->state != IP6_ADDRESS_AWAY) {
		node_drop(n, now, take, DROP_TENTATIVE_ADDRESS);
		return;
	}
	if (link_scope(&destination)) {
		hop.out = scoped_interface(n, &source);
		hop.next_hop = destination;
	} else if (!ip6_find_hop(n, &destination, &hop)) {
		hop.out = NULL;
	}
	if (!hop.out) {
		node_drop(n, now, take, DROP_NO_ROUTE);
		return;
	}
	if (n->ip6.interface_count > 1 && !n->ip6.forwarding)
		prefer_own_router(own, &hop);
	if (packet_octets(take) > hop.out->mtu) {
		node_drop(n, now, take, DROP_TOO_BIG);
		return;
	}
	if (ip6_wants_messages(n))
		ip6_report_sent(n, now, take);
	ip6_transmit(n, now, hop.out, &hop.next_hop, take);
}

/* ---- link layer -------------------------------------------------------------------------------------------------- */

void ip6_frame(struct node *n, mip_time now, struct interface *i, const struct mac *to, struct packet *take)
{
	uint8_t *h;

	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
		return;
	}
	h = packet_push(take, ETHERNET_HEADER);
	memcpy(h, to, sizeof *to);
	memcpy(h + 6, &i->mac, sizeof i->mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	take->interface = i->index;
	packet_queue_push(&n->out, take);
}

void ip6_transmit(struct node *n, mip_time now, struct interface *i, const struct in6 *next_hop, struct packet *take)
{
	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
	} else if (i->kind == INTERFACE_POINT_TO_POINT) {
		take->interface = i->index;
		packet_queue_push(&n->out, take);
	} else if (in6_is_multicast(next_hop)) {
		struct mac group = mac_of_multicast(next_hop);

		ip6_frame(n, now, i, &group, take);
	} else {
		neighbour_output(n, now, i, next_hop, take);
	}
}

bool ip6_wants_group(struct node *n, unsigned interface, const struct mac *group)
{
	static const uint8_t one[4] = { 0, 0, 0, 1 }, two[4] = { 0, 0, 0, 2 };
	struct interface *i = ip6_interface(n, interface);
	const uint8_t *g = group->octets + 2;

	if (group->octets[0] != 0x33 || group->octets[1] != 0x33)
		return false;
	if (!memcmp(g, one, 4))
		return true;
	if (!memcmp(g, two, 4))
		return n->ip6.forwarding;
	if (g[0] != 0xff)
		return false;
	for (const struct ip6_address *a = i->addresses; a; a = a->next)
		if (!memcmp(a->address.octets + 13, g + 1, 3) && a->state != IP6_ADDRESS_AWAY &&
		    a->state != IP6_ADDRESS_DUPLICATE)
			return true;
	for (const struct ip6_probe *p = n->ip6.probes; p; p = p->next)
		if (p->interface == i && !memcmp(p->target.octets + 13, g + 1, 3))
			return true;
	return proxy_wants_group(n, i, g + 1);
}
