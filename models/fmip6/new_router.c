// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The access router a mobile node comes to (RFC 5568 sections 4, 5.4, 6.2, 6.3). Announced by HI with code 0, its address is
 * probed (unless duplicate address detection is off or optimistic here), another is offered where it is taken or addresses are
 * assigned (HAck code 2); or the previous address is served by a host route and a tunnel to and from the previous router (code
 * 3). For PROXY_ND_LIFETIME the router speaks for the address on the link, and it keeps packets for it, up to `handover-buffer`,
 * until an unsolicited advertisement says that the node is there; they leave in the order they came, and what comes later does
 * not overtake them.
 *
 * A node may be faster than the HI about it. Who has announced itself just now, and has not been heard of leaving, is here:
 * nothing is kept, probed or spoken for (section 4 allows the router to look whether the address is the node's own).
 * Whoever comes while its address is still being probed for it ends the probe.
 *
 * A node that announces itself with an address it may not have gets a Router Advertisement with the acknowledgement option: the
 * address assigned, that the previous one is served, or that it has to make another.
 *
 * Decided: with HI code 1 there is nothing to keep or check, HAck follows at once.
 * DEVIATION: by default what was kept leaves at once, not five packets first and the rest at the rate they came (5.4;
 * `buffer-release: metered`): a link's own queue is where a burst may be lost.
 */
#include "models/fmip6/access_router_int.h"
#include "models/wire/icmp6.h"

#define ASSIGN_ATTEMPTS 3
#define RELEASE_BURST 5 /* RFC 5568 5.4 */
#define RELEASE_SPACING (20 * MIP_MILLISECOND) /* metered, the most: a few rare packets must not hold up signalling for long; our choice */
#define ARRIVAL_MEMORY (MIP_SECOND / 2) /* HI may come later than the node by this; our choice */

static void answer_hi(struct access_router *a, mip_time now, const struct in6 *self, const struct in6 *to, uint16_t sequence,
                      uint8_t code, const struct in6 *care_of_address)
{
	struct fast_message m = { .type = FAST_HACK, .sequence = sequence, .code = code };

	if (care_of_address) {
		m.has_new_care_of_address = true;
		m.new_care_of_address = *care_of_address;
	}
	ip6_send(a->role.node, now, fast_packet(self, to, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

static void forget(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	struct node *n = a->role.node;
	struct packet *p;

	ip6_cancel_probe(n, &q->probe);
	timer_disarm(&n->timers, &q->proxy);
	timer_disarm(&n->timers, &q->release);
	ip6_remove_proxy(n, q->interface, &b->home_address);
	if (q->previous_served && b->state == BINDING_REMEMBERED)
		ip6_remove_route(n, &b->home_address, 128);
	while ((p = packet_queue_pop(&q->kept)))
		node_drop(n, now, p, DROP_NO_BINDING);
	mip_free(q, sizeof *q);
	b->home.request = NULL;
	binding_cache_remove(&a->arriving, n, b);
}

void new_router_forget_all(struct access_router *a)
{
	for (uint32_t i = 0; i < a->arriving.bucket_count; i++)
		while (a->arriving.buckets[i]) {
			packet_queue_clear(&a->arriving.buckets[i]->home.request->kept);
			forget(a, 0, a->arriving.buckets[i]);
		}
}

static void proxy_timer(struct node *n, struct timer *t, mip_time now)
{
	struct home_request *q = mip_container_of(t, struct home_request, proxy);

	(void)now;
	ip6_remove_proxy(n, q->interface, &q->binding->home_address);
}

/* ---- what was kept --------------------------------------------------------------------------------------------------------- */

static void keep(struct access_router *a, mip_time now, struct binding *b, struct packet *take)
{
	struct home_request *q = b->home.request;

	if (q->kept_count >= a->role.node->conf->handover_buffer) {
		node_drop(a->role.node, now, take, DROP_QUEUE_FULL);
		return;
	}
	/* 5.4: metered, the recent past counting most. */
	if (q->entered == 1)
		q->spacing = now - q->last_kept;
	else if (q->entered)
		q->spacing += (now - q->last_kept - q->spacing) / 4;
	q->spacing = mip_time_min(q->spacing, RELEASE_SPACING);
	q->entered++;
	q->last_kept = now;
	q->kept_count++;
	packet_queue_push(&q->kept, take);
}

/* `most` packets; true: nothing is left. The entry is remembered then, so that a late repetition of HI does not have its packets
 * kept again. */
static bool send_kept(struct access_router *a, mip_time now, struct binding *b, uint32_t most)
{
	struct home_request *q = b->home.request;
	struct interface *i = q->interface;
	struct packet *p;

	if (q->kept_count <= most) {
		struct packet_queue all = q->kept;

		q->kept = (struct packet_queue){ 0 };
		q->kept_count = 0;
		q->releasing = false;
		binding_set_state(b, BINDING_REMEMBERED);
		while ((p = packet_queue_pop(&all)))
			ip6_reinject(a->role.node, now, i, NULL, p);
		return true;
	}
	/* Forwarding looks the entry up: it must find nobody at home, or the packet would be kept again. */
	while (most--) {
		p = packet_queue_pop(&q->kept);
		q->kept_count--;
		binding_set_state(b, BINDING_REMEMBERED);
		ip6_reinject(a->role.node, now, i, NULL, p);
		binding_set_state(b, BINDING_REGULAR);
	}
	return false;
}

static void release_timer(struct node *n, struct timer *t, mip_time now)
{
	struct home_request *q = mip_container_of(t, struct home_request, release);

	if (!send_kept(q->owner, now, q->binding, 1))
		node_arm(n, t, now + q->spacing);
}

static void release(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	bool metered = a->role.node->conf->buffer_release == RELEASE_METERED;

	q->releasing = true;
	if (!send_kept(a, now, b, metered ? RELEASE_BURST : UINT32_MAX))
		node_arm(a->role.node, &q->release, now + q->spacing);
}

void new_router_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct access_router *a = mip_container_of(b->cache, struct access_router, arriving);

	(void)n;
	if (b->home.request->releasing)
		send_kept(a, now, b, UINT32_MAX);
	forget(a, now, b);
}

enum verdict new_router_forward(struct access_router *a, mip_time now, struct interface *in, struct packet *p)
{
	struct in6 destination = ipv6_destination(p->data), source = ipv6_source(p->data);
	struct binding *b = binding_cache_find_in_use(&a->arriving, &destination);
	struct home_request *q;

	if (b) {
		keep(a, now, b, p);
		return VERDICT_TAKEN;
	}
	if (!a->arriving.count[BINDING_REMEMBERED])
		return VERDICT_CONTINUE;
	/* From a previous address that is served here: back through the tunnel (section 4). */
	b = binding_cache_find(&a->arriving, &source);
	q = b ? b->home.request : NULL;
	if (!b || b->state != BINDING_REMEMBERED || !q->previous_served || q->interface != in)
		return VERDICT_CONTINUE;
	if (!ip6_tunnel_hop(a->role.node, now, p))
		return VERDICT_TAKEN;
	ip6_encapsulate(p, &q->self, &q->router);
	ip6_send(a->role.node, now, p, IP6_SEND_PLAIN);
	return VERDICT_TAKEN;
}

enum verdict new_router_tunnelled(struct access_router *a, mip_time now, struct delivery *d)
{
	const struct binding *b;
	struct in6 destination;

	if (d->length < IPV6_HEADER || ipv6_version(delivery_upper(d)) != 6)
		return VERDICT_CONTINUE;
	destination = ipv6_destination(delivery_upper(d));
	b = binding_cache_find(&a->arriving, &destination);
	if (!b || !b->home.request->previous_served || !in6_equal(&b->home.request->router, &d->wire_source))
		return VERDICT_CONTINUE;
	packet_pull(d->packet, d->offset);
	ip6_reinject(a->role.node, now, d->in, &d->wire_source, d->packet);
	return VERDICT_TAKEN;
}

/* ---- HI -------------------------------------------------------------------------------------------------------------------- */

static void answer_request(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	bool other = !in6_equal(&b->home_address, &q->wanted);

	if (q->previous_served)
		answer_hi(a, now, &q->self, &q->router, q->hi_sequence, HACK_USE_PREVIOUS, NULL);
	else
		answer_hi(a, now, &q->self, &q->router, q->hi_sequence, other ? HACK_ASSIGNED : HACK_ACCEPTED,
		          other ? &b->home_address : NULL);
}

static void expect(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	struct node *n = a->role.node;

	if (q->previous_served && b->state == BINDING_REMEMBERED)
		ip6_remove_route(n, &b->home_address, 128);
	binding_set_state(b, BINDING_REGULAR);
	q->entered = 0;
	if (!q->previous_served) {
		/* Silently: an announcement may cross the node's own, which would take it for somebody else's. */
		ip6_add_silent_proxy(n, q->interface, &b->home_address);
		node_arm(n, &q->proxy, now + PROXY_ND_LIFETIME);
	}
	node_arm(n, &b->timer, now + FAST_TUNNEL_LIFETIME_S * MIP_SECOND);
	answer_request(a, now, b);
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate);

static struct binding *add(struct access_router *a, const struct in6 *address, const struct home_request *like)
{
	struct binding *b = binding_cache_add(&a->arriving, address, BINDING_PROBING);
	struct home_request *q = mip_alloc(sizeof *q);

	*q = *like;
	q->owner = a;
	q->binding = b;
	q->proxy = (struct timer){ .fire = proxy_timer };
	q->release = (struct timer){ .fire = release_timer };
	q->probe = (struct ip6_probe){
		.target = *address, .interface = q->interface, .has_owner = true, .owner = q->mac, .done = probe_done
	};
	b->home.request = q;
	return b;
}

/* The address is free, or will be known to be in a second. */
static void offer(struct access_router *a, mip_time now, const struct in6 *address, const struct home_request *like)
{
	struct binding *b = add(a, address, like);

	b->sequence = like->hi_sequence;
	if (a->role.node->conf->dad == DAD_ON)
		ip6_start_probe(a->role.node, now, &b->home.request->probe);
	else
		expect(a, now, b);
}

/* Another address of the same prefix: the one wanted is taken, or addresses are assigned here. */
static void assign(struct access_router *a, mip_time now, const struct home_request *like)
{
	struct home_request next = *like;
	struct in6 address = like->wanted;

	if (++next.attempts > ASSIGN_ATTEMPTS) {
		answer_hi(a, now, &like->self, &like->router, like->hi_sequence, HACK_INVALID_CARE_OF_ADDRESS, NULL);
		return;
	}
	store_be64(address.octets + 8, node_random_u64(a->role.node, RANDOM_MOBILITY) & ~(uint64_t)2 << 56); /* not a universal identifier */
	if (!binding_cache_find(&a->arriving, &address))
		offer(a, now, &address, &next);
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	struct home_request *q = mip_container_of(p, struct home_request, probe), like = *q;
	struct access_router *a = q->owner;

	if (!duplicate) {
		expect(a, now, q->binding);
		return;
	}
	like.kept = (struct packet_queue){ 0 };
	forget(a, now, q->binding);
	assign(a, now, &like);
}

/* The entry of a node by what HI had asked for. */
static struct binding *find_wanted(const struct access_router *a, const struct in6 *wanted)
{
	for (uint32_t i = 0; i < a->arriving.bucket_count; i++)
		for (struct binding *b = a->arriving.buckets[i]; b; b = b->hash_next)
			if (in6_equal(&b->home.request->wanted, wanted))
				return b;
	return NULL;
}

static void note_arrival(struct access_router *a, mip_time now, struct interface *i, const struct in6 *address,
                         const struct mac *mac)
{
	struct home_request q = { .interface = i, .mac = *mac, .wanted = *address, .here_until = now + ARRIVAL_MEMORY };
	struct binding *b;

	if (a->arriving.count[BINDING_REMEMBERED] >= a->role.node->conf->binding_cache_limit)
		return;
	b = add(a, address, &q);
	binding_set_state(b, BINDING_REMEMBERED);
	node_arm(a->role.node, &b->timer, q.here_until);
}

void new_router_leaving(struct access_router *a, const struct mac *mac)
{
	for (uint32_t i = 0; i < a->arriving.bucket_count; i++)
		for (struct binding *b = a->arriving.buckets[i]; b; b = b->hash_next)
			if (mac_equal(&b->home.request->mac, mac))
				b->home.request->here_until = 0;
}

void new_router_left(struct access_router *a, mip_time now, const struct mac *mac)
{
	new_router_leaving(a, mac);
	for (uint32_t i = 0; i < a->arriving.bucket_count; i++)
		for (struct binding *b = a->arriving.buckets[i], *next; b; b = next) {
			next = b->hash_next;
			/* A host route would lead back to here what is sent to where the node is now. */
			if (b->state == BINDING_REMEMBERED && b->home.request->previous_served &&
			    mac_equal(&b->home.request->mac, mac))
				forget(a, now, b);
		}
}

bool new_router_serves(const struct access_router *a, const struct interface *i, const struct in6 *previous)
{
	const struct binding *b = binding_cache_find(&a->arriving, previous);

	return b && b->home.request->previous_served && b->home.request->interface == i;
}

enum drop_reason new_router_initiated(struct access_router *a, mip_time now, const struct delivery *d,
                                      const struct fast_message *m)
{
	struct node *n = a->role.node;
	struct home_request q = { .router = d->source,
		                  .self = d->destination,
		                  .hi_sequence = m->sequence,
		                  .wanted = m->new_care_of_address,
		                  .previous = m->previous_care_of_address,
		                  .mac = m->link_layer_address };
	struct binding *b;

	if (!m->has_new_care_of_address || !m->has_link_layer_address)
		return DROP_MALFORMED;
	q.interface = ip6_on_link_interface(n, &q.wanted);
	if (!q.interface) {
		answer_hi(a, now, &q.self, &q.router, m->sequence, HACK_INVALID_CARE_OF_ADDRESS, NULL);
		return DROP_REASON_COUNT;
	}
	if (m->code == FAST_HI_REACTIVE) {
		/* The node did not know yet that it is served here under its previous address. */
		answer_hi(a, now, &q.self, &q.router, m->sequence,
		          new_router_serves(a, q.interface, &q.previous) ? HACK_USE_PREVIOUS : HACK_ACCEPTED, NULL);
		return DROP_REASON_COUNT;
	}
	previous_router_returned(a, &q.wanted);
	b = binding_cache_find(&a->arriving, &q.wanted);
	if (!b)
		b = find_wanted(a, &q.wanted);
	if (b && b->state == BINDING_REMEMBERED && b->home.request->here_until > now &&
	    mac_equal(&b->home.request->mac, &q.mac)) {
		b->home.request->hi_sequence = b->sequence = m->sequence;
		b->home.request->router = q.router;
		b->home.request->self = q.self;
		b->home.request->previous = q.previous;
		answer_request(a, now, b);
		return DROP_REASON_COUNT;
	}
	if (b && in6_equal(&b->home.request->previous, &q.previous)) {
		/* Repeated, or a later handover of the same node to here. */
		b->home.request->hi_sequence = m->sequence;
		b->home.request->router = q.router;
		b->home.request->self = q.self;
		if (b->state == BINDING_REGULAR || (b->state == BINDING_REMEMBERED && b->sequence == m->sequence))
			answer_request(a, now, b);
		else if (b->state == BINDING_REMEMBERED)
			expect(a, now, b);
		b->sequence = m->sequence;
		return DROP_REASON_COUNT;
	}
	if (b && b->state == BINDING_REMEMBERED) {
		forget(a, now, b);
		b = NULL;
	}
	if (binding_cache_taken(&a->arriving) >= n->conf->binding_cache_limit) {
		answer_hi(a, now, &q.self, &q.router, m->sequence, HACK_RESOURCES, NULL);
		return DROP_REASON_COUNT;
	}
	/* Only an address of another router's link can be a previous one: nobody shall have anybody else's packets kept here. */
	if (n->conf->handover_address == HANDOVER_ADDRESS_PREVIOUS && m->has_previous_care_of_address &&
	    access_router_of_prefix(a, &q.previous) && !binding_cache_find(&a->arriving, &q.previous)) {
		q.previous_served = true;
		expect(a, now, add(a, &q.previous, &q));
	} else if (b || binding_cache_find(&a->arriving, &q.wanted) || ip6_find_address(n, &q.wanted) ||
	           n->conf->handover_address == HANDOVER_ADDRESS_ASSIGNED || m->flags & FAST_HI_ASSIGN) {
		assign(a, now, &q);
	} else {
		offer(a, now, &q.wanted, &q);
	}
	return DROP_REASON_COUNT;
}

/* ---- the node is here ------------------------------------------------------------------------------------------------------ */

static void arrived(struct access_router *a, mip_time now, struct binding *b)
{
	struct node *n = a->role.node;
	struct home_request *q = b->home.request;

	if (b->state == BINDING_PROBING) {
		ip6_cancel_probe(n, &q->probe);
		expect(a, now, b);
	}
	if (b->state != BINDING_REGULAR || q->releasing)
		return;
	timer_disarm(&n->timers, &q->proxy);
	ip6_remove_proxy(n, q->interface, &b->home_address);
	if (q->previous_served)
		ip6_add_route(n, &b->home_address, 128, q->interface, NULL);
	q->here_until = now + ARRIVAL_MEMORY;
	access_router_observe(a, now, OBSERVE_FAST_RELEASED, b, q->kept_count);
	release(a, now, b);
}

/* The entry of a node that is known by another address than it announces; not one of an earlier visit. */
static struct binding *find_other(const struct access_router *a, mip_time now, const struct interface *i,
                                  const struct in6 *announced, const struct mac *mac)
{
	struct binding *b = find_wanted(a, announced);

	return b && b->home.request->interface == i && mac_equal(&b->home.request->mac, mac) &&
	               !in6_equal(&b->home_address, announced) &&
	               (b->state != BINDING_REMEMBERED || b->home.request->here_until > now) ?
	           b :
	           NULL;
}

void new_router_announced(struct access_router *a, mip_time now, struct interface *i, const struct in6 *address,
                          const struct mac *mac)
{
	struct binding *b = binding_cache_find(&a->arriving, address), *other = find_other(a, now, i, address, mac);
	struct node *n = a->role.node;

	if (other) {
		bool served = other->home.request->previous_served;

		previous_router_returned(a, address);
		ip6_answer_arrival(n, now, i, address, mac, served ? ND_ARRIVAL_PREVIOUS_SERVED : ND_ARRIVAL_USE_SUPPLIED, &other->home_address);
		/* An address that was assigned is announced in its turn. */
		if (served) {
			ip6_know_neighbour(n, now, i, &other->home_address, mac);
			arrived(a, now, other);
		}
		return;
	}
	if (b && b->state == BINDING_REMEMBERED && b->home.request->interface == i && mac_equal(&b->home.request->mac, mac))
		b->home.request->here_until = now + ARRIVAL_MEMORY;
	if (b && (b->home.request->interface != i || b->state == BINDING_REMEMBERED))
		b = NULL;
	/* Somebody else's: announced to the one, or known to the neighbours (O is 0: what is known stays). */
	if (ip6_find_address(n, address) ||
	    (b ? !mac_equal(&b->home.request->mac, mac) : ip6_neighbour_contradicts(i, address, mac))) {
		ip6_answer_arrival(n, now, i, address, mac, ND_ARRIVAL_INVALID, NULL);
		return;
	}
	previous_router_returned(a, address);
	ip6_know_neighbour(n, now, i, address, mac);
	if (b)
		arrived(a, now, b);
	else if (!binding_cache_find(&a->arriving, address))
		note_arrival(a, now, i, address, mac);
}
