// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Neighbour cache, address resolution and Neighbor Unreachability Detection (RFC 4861 section 7), with RFC 4429's rules for
 * optimistic addresses. Left out: anycast delays, the random delay of proxied advertisements (7.2.8), upper-layer reachability
 * hints. DEVIATION: ReachableTime is 30 s, not 15-45 s at random, and the three repetitions of unsolicited advertisements are
 * one; both without effect on handover times.
 */
#include "models/ip6/ip6_int.h"

static void resolution_fire(struct node *n, struct timer *t, mip_time now);

/* ---- the table --------------------------------------------------------------------------------------------------- */

#define FEW 8 /* up to here one chain does */

static struct neighbour **bucket(struct neighbour_cache *c, const struct in6 *address)
{
	return c->buckets ? &c->buckets[in6_hash(address) & c->mask] : &c->few;
}

struct neighbour *neighbour_find(struct interface *i, const struct in6 *address)
{
	struct neighbour *b = *bucket(&i->neighbours, address);

	while (b && !in6_equal(&b->address, address))
		b = b->chain;
	return b;
}

static void grow(struct neighbour_cache *c)
{
	uint32_t size = c->buckets ? 2 * (c->mask + 1) : 2 * FEW;
	struct neighbour **old = c->buckets;

	c->buckets = mip_alloc(size * sizeof *c->buckets);
	if (old)
		mip_free(old, (c->mask + 1) * sizeof *old);
	c->mask = size - 1;
	c->few = NULL;
	for (struct neighbour *b = c->oldest; b; b = b->newer) {
		struct neighbour **to = bucket(c, &b->address);

		b->chain = *to;
		*to = b;
	}
}

static void unlink_age(struct neighbour_cache *c, struct neighbour *b)
{
	*(b->older ? &b->older->newer : &c->oldest) = b->newer;
	*(b->newer ? &b->newer->older : &c->newest) = b->older;
}

static void link_newest(struct neighbour_cache *c, struct neighbour *b)
{
	b->older = c->newest;
	b->newer = NULL;
	*(c->newest ? &c->newest->newer : &c->oldest) = b;
	c->newest = b;
}

static void settle(struct node *n, struct neighbour *b)
{
	struct resolution *r = b->resolution;

	if (!r)
		return;
	mip_assert(!r->queue.head);
	timer_disarm(&n->timers, &r->timer);
	mip_free(r, sizeof *r);
	b->resolution = NULL;
}

/* Takes the entry out; whatever waited for it must be gone. */
static void forget(struct node *n, struct interface *i, struct neighbour *b)
{
	struct neighbour **at = bucket(&i->neighbours, &b->address);

	settle(n, b);
	while (*at != b)
		at = &(*at)->chain;
	*at = b->chain;
	unlink_age(&i->neighbours, b);
	i->neighbours.count--;
	mip_free(b, sizeof *b);
}

/* NULL: the cache is full of entries that are being resolved. */
static struct neighbour *create(struct node *n, struct interface *i, const struct in6 *address)
{
	struct neighbour_cache *c = &i->neighbours;
	struct neighbour *b, **to;

	if (c->count >= (n->ip6.forwarding ? NEIGHBOUR_LIMIT_ROUTER : NEIGHBOUR_LIMIT_HOST)) {
		for (b = c->oldest; b && b->resolution;)
			b = b->newer;
		if (!b)
			return NULL;
		forget(n, i, b);
	}
	if (c->count >= (c->buckets ? c->mask + 1 : FEW))
		grow(c);
	b = mip_alloc(sizeof *b);
	b->address = *address;
	to = bucket(c, address);
	b->chain = *to;
	*to = b;
	link_newest(c, b);
	c->count++;
	return b;
}

/* ---- solicitations ----------------------------------------------------------------------------------------------- */

/* RFC 4861 7.2.2: from the address that the packet which asks for it has, if it is ours. to: NULL multicasts. */
static void solicit(struct node *n, mip_time now, struct interface *i, const struct in6 *target, const struct in6 *wanted,
                    const struct mac *to)
{
	const struct in6 *source = address_for_nd(i, wanted);
	struct in6 group = in6_solicited_node(target);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };

	if (!source)
		return; /* nothing to ask from yet; the attempt counts */
	m.u.neighbour = (struct nd_neighbour_message){ .target = *target, .has_mac = true, .mac = i->mac };
	icmp_send_nd(n, now, i, &m, source, to ? target : &group, to);
}

static struct resolution *resolution_new(struct interface *i, struct neighbour *b)
{
	struct resolution *r = mip_alloc(sizeof *r);

	r->timer.fire = resolution_fire;
	r->neighbour = b;
	r->interface = i;
	b->resolution = r;
	return r;
}

static void resolve(struct node *n, mip_time now, struct resolution *r)
{
	struct in6 wanted = r->queue.head ? ipv6_source(r->queue.head->data) : in6_unspecified;

	r->sent++;
	node_arm(n, &r->timer, now + RETRANS_TIMER);
	solicit(n, now, r->interface, &r->neighbour->address, &wanted, NULL);
}

/* An address of ours in the same prefix, to ask a global address from; NULL: there is none. */
static const struct in6 *address_under(const struct interface *i, const struct in6 *target)
{
	const struct ip6_address *a = i->addresses;

	while (a && !(a->autoconfigured && in6_prefix64(&a->address) == in6_prefix64(target)))
		a = a->next;
	return a ? &a->address : NULL;
}

static void probe(struct node *n, mip_time now, struct resolution *r)
{
	r->neighbour->state = NEIGHBOUR_PROBE;
	r->sent++;
	node_arm(n, &r->timer, now + RETRANS_TIMER);
	solicit(n, now, r->interface, &r->neighbour->address, address_under(r->interface, &r->neighbour->address),
	        &r->neighbour->mac);
}

/* Nobody answered: RFC 4861 7.2.2 (packets that waited are answered with an error) and 7.3.3 (the entry goes). */
static void unreachable(struct node *n, mip_time now, struct neighbour *b)
{
	struct interface *i = b->resolution->interface;
	struct packet_queue queue = b->resolution->queue;
	struct in6 address = b->address;
	struct packet *p;

	b->resolution->queue = (struct packet_queue){ 0 };
	forget(n, i, b);
	while ((p = packet_queue_pop(&queue))) {
		ip6_send_error(n, now, p, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_ADDRESS, 0);
		node_drop(n, now, p, DROP_UNREACHABLE_NEIGHBOUR);
	}
	discovery_unreachable(n, now, i, &address);
}

static void resolution_fire(struct node *n, struct timer *t, mip_time now)
{
	struct resolution *r = mip_container_of(t, struct resolution, timer);

	if (r->neighbour->state == NEIGHBOUR_INCOMPLETE) {
		if (r->sent < MAX_MULTICAST_SOLICIT)
			resolve(n, now, r);
		else
			unreachable(n, now, r->neighbour);
	} else if (r->sent < MAX_UNICAST_SOLICIT) {
		probe(n, now, r);
	} else {
		unreachable(n, now, r->neighbour);
	}
}

/* ---- output ------------------------------------------------------------------------------------------------------ */

static void enqueue(struct node *n, mip_time now, struct resolution *r, struct packet *take)
{
	if (r->queued == NEIGHBOUR_QUEUE) {
		node_drop(n, now, packet_queue_pop(&r->queue), DROP_QUEUE_FULL); /* RFC 4861 7.2.2: the oldest goes */
		r->queued--;
	}
	packet_queue_push(&r->queue, take);
	r->queued++;
}

static void output_slowly(struct node *n, mip_time now, struct interface *i, struct neighbour *b, const struct in6 *next_hop,
                          struct packet *take)
{
	if (!b) {
		const struct host_router *router = n->ip6.forwarding ? NULL : i->routers;

		/* RFC 4429 3.2: an optimistic node asks nobody; its router forwards for it. */
		if (router && !address_for_nd(i, NULL) && !in6_equal(&router->address, next_hop) &&
		    (b = neighbour_find(i, &router->address)) && b->state != NEIGHBOUR_INCOMPLETE) {
			neighbour_output(n, now, i, &router->address, take);
			return;
		}
		b = create(n, i, next_hop);
		if (!b) {
			node_drop(n, now, take, DROP_QUEUE_FULL);
			return;
		}
		b->state = NEIGHBOUR_INCOMPLETE;
		enqueue(n, now, resolution_new(i, b), take);
		resolve(n, now, b->resolution);
		return;
	}
	if (b->state == NEIGHBOUR_INCOMPLETE) {
		enqueue(n, now, b->resolution, take);
		return;
	}
	if (b->state == NEIGHBOUR_REACHABLE || b->state == NEIGHBOUR_STALE) {
		b->state = NEIGHBOUR_DELAY;
		node_arm(n, &resolution_new(i, b)->timer, now + DELAY_FIRST_PROBE_TIME);
	}
	ip6_frame(n, now, i, &b->mac, take);
}

void neighbour_output(struct node *n, mip_time now, struct interface *i, const struct in6 *next_hop, struct packet *take)
{
	struct neighbour *b = neighbour_find(i, next_hop);

	if (b && b->state == NEIGHBOUR_REACHABLE && now < b->reachable_until)
		ip6_frame(n, now, i, &b->mac, take);
	else
		output_slowly(n, now, i, b, next_hop, take);
}

/* ---- what is learned --------------------------------------------------------------------------------------------- */

/* The link-layer address has become known: the entry gets `state`, and what waited goes. */
static void resolved(struct node *n, mip_time now, struct interface *i, struct neighbour *b, const struct mac *mac,
                     enum neighbour_state state)
{
	struct packet_queue queue = b->resolution ? b->resolution->queue : (struct packet_queue){ 0 };
	struct in6 address = b->address;
	struct packet *p;

	if (b->resolution)
		b->resolution->queue = (struct packet_queue){ 0 };
	settle(n, b);
	b->mac = *mac;
	b->state = (uint8_t)state;
	if (state == NEIGHBOUR_REACHABLE) {
		b->reachable_until = now + REACHABLE_TIME;
		unlink_age(&i->neighbours, b);
		link_newest(&i->neighbours, b);
	}
	while ((p = packet_queue_pop(&queue)))
		neighbour_output(n, now, i, &address, p);
}

void neighbour_learn(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac)
{
	struct neighbour *b = neighbour_find(i, address);

	if (b && b->state != NEIGHBOUR_INCOMPLETE && mac_equal(&b->mac, mac))
		return;
	if (!b && !(b = create(n, i, address)))
		return;
	resolved(n, now, i, b, mac, NEIGHBOUR_STALE);
}

bool ip6_neighbour_known(struct interface *i, const struct in6 *address)
{
	const struct neighbour *b = neighbour_find(i, address);

	return b && b->state != NEIGHBOUR_INCOMPLETE;
}

bool ip6_neighbour_contradicts(struct interface *i, const struct in6 *address, const struct mac *mac)
{
	const struct neighbour *b = neighbour_find(i, address);

	return b && b->state != NEIGHBOUR_INCOMPLETE && !mac_equal(&b->mac, mac);
}

void ip6_learn_neighbour(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac)
{
	neighbour_learn(n, now, i, address, mac);
}

void neighbour_set_router(struct interface *i, const struct in6 *address, bool is_router)
{
	struct neighbour *b = neighbour_find(i, address);

	if (b)
		b->is_router = is_router;
}

void neighbour_probe(struct node *n, mip_time now, struct interface *i, const struct in6 *address)
{
	struct neighbour *b = neighbour_find(i, address);

	if (!b) {
		b = create(n, i, address);
		if (!b)
			return;
		b->state = NEIGHBOUR_INCOMPLETE;
		resolve(n, now, resolution_new(i, b));
	} else if (b->state == NEIGHBOUR_DELAY) {
		probe(n, now, b->resolution);
	} else if (b->state == NEIGHBOUR_REACHABLE || b->state == NEIGHBOUR_STALE) {
		probe(n, now, resolution_new(i, b));
	}
}

void neighbour_flush(struct node *n, mip_time now, struct interface *i)
{
	struct neighbour *b;

	while ((b = i->neighbours.oldest)) {
		struct packet *p;

		while (b->resolution && (p = packet_queue_pop(&b->resolution->queue)))
			node_drop(n, now, p, DROP_UNREACHABLE_NEIGHBOUR);
		forget(n, i, b);
	}
}

void neighbour_fini(struct node *n, struct interface *i)
{
	while (i->neighbours.oldest) {
		if (i->neighbours.oldest->resolution)
			packet_queue_clear(&i->neighbours.oldest->resolution->queue);
		forget(n, i, i->neighbours.oldest);
	}
	if (i->neighbours.buckets)
		mip_free(i->neighbours.buckets, (i->neighbours.mask + 1) * sizeof *i->neighbours.buckets);
	i->neighbours.buckets = NULL;
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

static void answer(struct node *n, mip_time now, struct interface *i, const struct ip6_address *a, const struct in6 *asker)
{
	bool anonymous = in6_is_unspecified(asker); /* duplicate address detection: answer to all, RFC 4861 7.2.4 */
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };
	const struct in6 *source;

	m.u.neighbour = (struct nd_neighbour_message){
		.target = a->address,
		.has_mac = true,
		.mac = i->mac,
		.router = n->ip6.forwarding,
		.solicited = !anonymous,
		.override = a->state != IP6_ADDRESS_OPTIMISTIC /* RFC 4429 3.2 */ && !a->anycast /* RFC 4861 7.2.7 */
	};
	source = a->anycast ? address_for_nd(i, NULL) : &a->address;
	if (!source)
		return;
	icmp_send_nd(n, now, i, &m, source, anonymous ? &in6_all_nodes : asker, NULL);
}

/* Neighbor Discovery is never forwarded, so the frame's header still stands in front of the packet (ip6_input). False: there is
 * none. */
static bool frame_source(const struct delivery *d, struct mac *source)
{
	if (d->tunnelled || d->in->kind != INTERFACE_ETHERNET || packet_headroom(d->packet) < ETHERNET_HEADER)
		return false;
	memcpy(source, d->packet->data - ETHERNET_HEADER + sizeof *source, sizeof *source);
	return true;
}

void neighbour_solicitation(struct node *n, mip_time now, const struct delivery *d, const struct nd_neighbour_message *m)
{
	struct interface *i = d->in;
	bool anonymous = in6_is_unspecified(&d->source);
	struct ip6_address *a;
	struct mac from;

	/* Two nodes that probe at once both fail (RFC 4862 5.4.3), but not a mobile node and the router that probes for it (RFC
	 * 5568 4). */
	if (anonymous && address_contested(n, now, i, &m->target, frame_source(d, &from) ? &from : NULL))
		return;
	a = address_on(i, &m->target);
	if (a && !ip6_usable(a))
		a = NULL;
	if (!a && !proxy_find(n, i, &m->target))
		return;
	if (!anonymous && m->has_mac)
		neighbour_learn(n, now, i, &d->source, &m->mac);
	if (a)
		answer(n, now, i, a, &d->source);
	else
		proxy_advertise(n, now, i, &m->target, anonymous ? &in6_all_nodes : &d->source, !anonymous, false);
}

/* RFC 4861 7.2.5 */
void neighbour_advertisement(struct node *n, mip_time now, const struct delivery *d, const struct nd_neighbour_message *m)
{
	struct interface *i = d->in;
	struct neighbour *b;
	bool differs, was_router;

	for (struct ip6_probe *p = n->ip6.probes; p && m->has_mac; p = p->next)
		if (p->interface == i && in6_equal(&p->target, &m->target)) {
			p->answered_by = m->mac;
			p->has_answered_by = true;
		}
	if (address_contested(n, now, i, &m->target, m->has_mac ? &m->mac : NULL))
		return;
	if (n->ip6.forwarding) {
		const struct ip6_notice notice = {
			.kind = IP6_NOTICE_NEIGHBOUR, .interface = i, .address = m->target, .neighbour = m
		};

		ip6_notify(n, now, &notice);
	}
	b = neighbour_find(i, &m->target);
	if (!b)
		return;
	if (b->state == NEIGHBOUR_INCOMPLETE) {
		if (!m->has_mac)
			return;
		b->is_router = m->router;
		resolved(n, now, i, b, &m->mac, m->solicited ? NEIGHBOUR_REACHABLE : NEIGHBOUR_STALE);
		if (m->solicited)
			discovery_confirmed(n, now, i, &m->target);
		return;
	}
	differs = m->has_mac && !mac_equal(&m->mac, &b->mac);
	if (differs && !m->override) {
		if (b->state == NEIGHBOUR_REACHABLE)
			b->state = NEIGHBOUR_STALE;
		return;
	}
	was_router = b->is_router;
	b->is_router = m->router;
	if (m->solicited || differs) {
		struct mac mac = m->has_mac ? m->mac : b->mac;

		resolved(n, now, i, b, &mac, m->solicited ? NEIGHBOUR_REACHABLE : NEIGHBOUR_STALE);
	}
	if (was_router && !m->router)
		discovery_unreachable(n, now, i, &m->target); /* no longer a router: RFC 4861 7.2.5 */
	else if (m->solicited)
		discovery_confirmed(n, now, i, &m->target);
}

void ip6_announce_arrival(struct node *n, mip_time now, struct interface *i, const struct in6 *address)
{
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	m.u.neighbour = (struct nd_neighbour_message){ .target = *address, .has_mac = true, .mac = i->mac };
	icmp_send_nd(n, now, i, &m, address, &in6_all_nodes, NULL);
}

void ip6_know_neighbour(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac)
{
	neighbour_learn(n, now, i, address, mac);
}

void ip6_announce(struct node *n, mip_time now, struct interface *i, const struct in6 *address, bool override)
{
	const struct in6 *source = address_for_nd(i, address);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	if (!source)
		return;
	m.u.neighbour = (struct nd_neighbour_message){
		.target = *address, .has_mac = true, .mac = i->mac, .router = n->ip6.forwarding, .override = override
	};
	icmp_send_nd(n, now, i, &m, source, &in6_all_nodes, NULL);
}
