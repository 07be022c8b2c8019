// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HMIPv6 at the mobile node (RFC 5380 sections 4, 6, 9): choice of the anchor point, regional address, local binding updates, the
 * tunnel between the address on the link and the anchor point. The mobile node role registers the regional address and never sees
 * the rest.
 *
 * - Default choice (9.1): the farthest with preference and lifetime not 0; also the nearest, or the one of highest preference. An
 *   anchor point in use is kept while it is advertised (lazy to release).
 * - Nothing is registered beyond the anchor point before it acknowledged the new regional address (a SHOULD of section 6).
 *   Meanwhile, and for as long as its binding lasts, the previous anchor point forwards: it is told the new address on the link
 *   first.
 * - A move within the domain needs one local binding update; packets wait only until that has left.
 * - An anchor point that refuses, or does not answer ANCHOR_ATTEMPTS times, is not asked again on this link; without any left the
 *   address on the link is registered, plain Mobile IPv6.
 * - Without Mobile IPv6 beyond the domain (6.5) the regional address at one anchor point is the home address. Elsewhere it lives
 *   on as long as that one, left behind, forwards.
 * Left out: registering the address on the link with a correspondent on the same link (6.1).
 */
#include "models/hmip6/hmip6.h"
#include "models/mip6/binding_update_list.h"
#include "models/mip6/local.h"
#include "models/mip6/message.h"
#include "models/mip6/registration.h"
#include "models/node.h"
#include "models/wire/icmp6.h"

#define UNIT (4 * MIP_SECOND)
#define ANCHOR_ATTEMPTS 4
#define QUEUE_LIMIT 64 /* packets that wait for an address on the link; the oldest gives way */

/* What one anchor point knows of us, or is to know. */
struct anchorage {
	struct regional *owner;
	struct ip6_address *address;     /* the regional one, kept in state away; NULL: not in use */
	struct in6 anchor;
	struct timer timer;
	struct exchange update;
	mip_time sent_at, expires, refresh_at;
	uint16_t sequence, first_sequence;
	bool sent;                       /* it was told the current address on the link */
	bool bound;                      /* it has acknowledged some */
};

struct regional {
	struct role role;
	struct mobile_node_local local;
	struct role *mobile_node;        /* NULL: nothing is registered beyond the anchor point */
	struct in6 temporary_home;       /* unspecified where there is a mobile node role */
	struct anchorage current, previous;
	struct in6 on_link;
	bool on_link_valid;
	bool advertised;                 /* an advertisement was seen on this link */
	uint8_t anchor_count;
	struct nd_anchor anchors[ND_MAX_ANCHORS]; /* of the latest advertisement on this link */
	struct in6 refused[ND_MAX_ANCHORS];
	uint8_t refused_count, queued;
	struct packet_queue queue;
};

static struct regional *regional_of(struct role *r)
{
	return mip_container_of(r, struct regional, role);
}

static void choose(struct regional *g, mip_time now);

/* ---- local binding updates ------------------------------------------------------------------------------------------------ */

static void arm(struct anchorage *a)
{
	node_arm(a->owner->role.node, &a->timer, mip_time_min(a->update.due, mip_time_min(a->refresh_at, a->expires)));
}

/* Two anchor points of one subnet know us by the same regional address. */
static void release(struct anchorage *a)
{
	struct node *n = a->owner->role.node;
	const struct anchorage *other = a == &a->owner->current ? &a->owner->previous : &a->owner->current;

	if (a->address && a->address != other->address)
		ip6_remove_address(n, a->address);
	a->address = NULL;
	a->sent = a->bound = false;
	a->expires = a->refresh_at = MIP_NEVER;
	exchange_stop(&a->update);
	timer_disarm(&n->timers, &a->timer);
}

static void flush(struct regional *g, mip_time now)
{
	struct packet_queue waiting = g->queue;
	struct packet *p;

	g->queue = (struct packet_queue){ 0 };
	g->queued = 0;
	while ((p = packet_queue_pop(&waiting)))
		ip6_send(g->role.node, now, p, IP6_SEND_PLAIN);
}

static uint16_t lifetime_asked(const struct node *n)
{
	mip_time units = n->conf->lifetime / UNIT;

	return (uint16_t)(units < 1 ? 1 : units > UINT16_MAX ? UINT16_MAX : units);
}

static void send_update(struct anchorage *a, mip_time now)
{
	struct regional *g = a->owner;
	struct mh_message u = { .type = MH_BU, .flags = BU_ACKNOWLEDGE | BU_ANCHOR, .lifetime = lifetime_asked(g->role.node) };

	if (!exchange_allowed(&a->update, now))
		return;
	a->sequence++;
	if (!a->update.attempts) {
		a->first_sequence = a->sequence;
		a->sent_at = now;
	}
	u.sequence = a->sequence;
	exchange_sent(&a->update, now);
	a->sent = true;
	node_observe(g->role.node, now,
	             (struct observation){
	                 .kind = OBSERVE_LOCAL_BU_SENT, .peer = a->anchor, .address = g->on_link, .value = a->sequence });
	ip6_send(g->role.node, now, mip6_message(&g->on_link, &a->anchor, &a->address->address, NULL, &u, NULL), IP6_SEND_PLAIN);
	if (a->bound)
		flush(g, now);
}

static void register_address(struct regional *g, mip_time now, const struct in6 *address)
{
	if (g->mobile_node)
		mobile_node_register_address(g->mobile_node, now, address);
}

static void give_up(struct anchorage *a, mip_time now)
{
	struct regional *g = a->owner;

	if (a == &g->current) {
		if (g->refused_count < ND_MAX_ANCHORS)
			g->refused[g->refused_count++] = a->anchor;
		release(a);
		choose(g, now);
	} else {
		release(a);
	}
}

static void run(struct anchorage *a, mip_time now)
{
	struct node *n = a->owner->role.node;

	if (a->update.due <= now) {
		if (exchange_failed(&a->update, now, n->conf->retransmission ? ANCHOR_ATTEMPTS : 1)) {
			give_up(a, now);
			return;
		}
		send_update(a, now);
	}
	arm(a);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct anchorage *a = mip_container_of(t, struct anchorage, timer);

	(void)n;
	if (a->expires <= now) {
		if (a == &a->owner->previous) {
			release(a);
			return;
		}
		a->bound = false;
		a->expires = MIP_NEVER;
	}
	if (a->refresh_at <= now) {
		a->refresh_at = MIP_NEVER;
		/* One left behind is not refreshed: what it forwards are leftovers. */
		if (a == &a->owner->current && a->owner->on_link_valid && !exchange_running(&a->update))
			exchange_start(&a->update, now, INITIAL_BINDACK_TIMEOUT);
	}
	run(a, now);
}

static void update(struct anchorage *a, mip_time now)
{
	struct node *n = a->owner->role.node;

	a->sent = false;
	exchange_start(&a->update, now, a->bound ? INITIAL_BINDACK_TIMEOUT : n->conf->first_registration_timeout);
	run(a, now);
}

/* The Binding Acknowledgement of an anchor point (section 4: with the regional address in a routing header). */
static enum drop_reason acknowledged(struct anchorage *a, mip_time now, const struct mh_message *m)
{
	struct regional *g = a->owner;
	mip_time lifetime;

	if (!exchange_running(&a->update) || !a->update.attempts)
		return DROP_UNEXPECTED;
	if (m->status == BA_SEQUENCE_OUT_OF_WINDOW) {
		a->sequence = m->sequence;
		exchange_start(&a->update, now, INITIAL_BINDACK_TIMEOUT);
		run(a, now);
		return DROP_REASON_COUNT;
	}
	if (!sequence_within(m->sequence, a->first_sequence, a->sequence))
		return DROP_BAD_SEQUENCE;
	exchange_stop(&a->update);
	if (m->status >= BA_UNSPECIFIED || !m->lifetime) {
		give_up(a, now);
		return DROP_REASON_COUNT;
	}
	lifetime = (m->lifetime < lifetime_asked(g->role.node) ? m->lifetime : lifetime_asked(g->role.node)) * UNIT;
	a->bound = true;
	a->expires = mip_time_add(a->sent_at, lifetime);
	a->refresh_at = a->expires - registration_margin(lifetime);
	arm(a);
	node_observe(g->role.node, now,
	             (struct observation){
	                 .kind = OBSERVE_LOCAL_BA_ACCEPTED, .peer = a->anchor, .address = g->on_link, .value = m->sequence });
	if (a == &g->current) {
		struct in6 regional = a->address->address;

		register_address(g, now, &regional);
		flush(g, now);
	}
	return DROP_REASON_COUNT;
}

/* ---- which anchor point ---------------------------------------------------------------------------------------------------- */

/* Not one whose subnet gives an address that we have already: the link's own, or home. */
static bool usable(const struct regional *g, const struct nd_anchor *m)
{
	const struct in6 regional = in6_join(&m->address, &g->on_link);
	const struct ip6_address *known = ip6_find_address(g->role.node, &regional);

	if (!m->preference || !m->valid_s || m->allocates ||
	    (known && known != g->current.address && known != g->previous.address))
		return false;
	for (unsigned i = 0; i < g->refused_count; i++)
		if (in6_equal(&g->refused[i], &m->address))
			return false;
	return true;
}

static bool better(enum anchor_selection how, const struct nd_anchor *m, const struct nd_anchor *than)
{
	if (how == ANCHOR_NEAREST && m->distance != than->distance)
		return m->distance < than->distance;
	if (how == ANCHOR_FURTHEST && m->distance != than->distance)
		return m->distance > than->distance;
	return m->preference > than->preference;
}

static const struct nd_anchor *select_anchor(const struct regional *g)
{
	enum anchor_selection how = g->role.node->conf->anchor_selection;
	const struct nd_anchor *best = NULL;

	for (const struct nd_anchor *m = g->anchors; m < g->anchors + g->anchor_count; m++)
		if (usable(g, m) && (!best || better(how, m, best)))
			best = m;
	return best;
}

/* An anchor point with preference 0 takes no new bindings but keeps those it has. */
static bool still_advertised(const struct regional *g)
{
	for (const struct nd_anchor *m = g->anchors; m < g->anchors + g->anchor_count; m++)
		if (in6_equal(&m->address, &g->current.anchor))
			return m->valid_s;
	return false;
}

static void use_anchor(struct regional *g, mip_time now, const struct in6 *anchor)
{
	struct anchorage *a = &g->current;
	struct in6 address = in6_join(anchor, &g->on_link);

	a->anchor = *anchor;
	a->address = ip6_add_address(g->role.node, ip6_interface(g->role.node, 0), &address, 128);
	a->address->state = IP6_ADDRESS_AWAY;
	update(a, now);
}

/* Leaves the current one behind, where it goes on forwarding if it can. */
static void leave_current(struct regional *g, mip_time now)
{
	struct anchorage kept = g->current;

	if (!kept.address)
		return;
	if (!kept.bound || kept.expires <= now) {
		release(&g->current);
		return;
	}
	release(&g->previous);
	timer_disarm(&g->role.node->timers, &g->current.timer);
	kept.timer = g->previous.timer;
	g->previous = kept;
	g->current.address = NULL;
	release(&g->current);
	exchange_init(&g->current.update);
	update(&g->previous, now);
}

/* Back to the one left behind last, which still has a binding of ours. */
static void swap(struct regional *g)
{
	struct timer_heap *timers = &g->role.node->timers;
	struct anchorage kept;

	timer_disarm(timers, &g->current.timer);
	timer_disarm(timers, &g->previous.timer);
	kept = g->current;
	g->current = g->previous;
	g->previous = kept;
	if (!g->previous.bound)
		release(&g->previous);
}

/* There is an address on the link: see to it that it is registered where it has to be. */
static void choose(struct regional *g, mip_time now)
{
	const struct nd_anchor *m;
	struct in6 on_link = g->on_link;

	if (!g->on_link_valid)
		return;
	/* A fast handover has an address before the first advertisement: until that speaks, the anchor point is taken to reach
	 * here. */
	if (g->current.address && (!g->advertised || still_advertised(g))) {
		if (!g->current.sent)
			update(&g->current, now);
		return;
	}
	m = select_anchor(g);
	if (m && g->previous.address && in6_equal(&g->previous.anchor, &m->address)) {
		swap(g);
		if (g->previous.address)
			update(&g->previous, now);
		update(&g->current, now);
		return;
	}
	leave_current(g, now);
	if (m)
		use_anchor(g, now, &m->address);
	else
		register_address(g, now, &on_link);
}

/* ---- what the mobile node role tells --------------------------------------------------------------------------------------- */

static struct regional *regional_of_local(struct mobile_node_local *l)
{
	return mip_container_of(l, struct regional, local);
}

static void address_ready(struct mobile_node_local *l, mip_time now, const struct in6 *on_link)
{
	struct regional *g = regional_of_local(l);

	if (g->on_link_valid && in6_equal(&g->on_link, on_link))
		return;
	g->on_link = *on_link;
	g->on_link_valid = true;
	g->refused_count = 0;
	g->current.sent = g->previous.sent = false;
	node_observe(g->role.node, now, (struct observation){ .kind = OBSERVE_CARE_OF_ADDRESS, .address = *on_link });
	choose(g, now);
	if (g->previous.address && !g->previous.sent)
		update(&g->previous, now);
}

static void address_gone(struct mobile_node_local *l, mip_time now, const struct in6 *on_link)
{
	struct regional *g = regional_of_local(l);

	(void)now;
	if (!g->on_link_valid || !in6_equal(&g->on_link, on_link))
		return;
	g->on_link_valid = false;
	g->anchor_count = 0;
	g->advertised = false;
	exchange_stop(&g->current.update);
	exchange_stop(&g->previous.update);
	g->current.sent = g->previous.sent = false;
}

static void at_home(struct mobile_node_local *l, mip_time now)
{
	struct regional *g = regional_of_local(l);
	struct packet *p;

	g->on_link_valid = false;
	release(&g->current);
	release(&g->previous);
	while ((p = packet_queue_pop(&g->queue)))
		node_drop(g->role.node, now, p, DROP_NO_BINDING);
	g->queued = 0;
}

static const struct mobile_node_local_ops local_ops = { address_ready, address_gone, at_home };

/* ---- packets --------------------------------------------------------------------------------------------------------------- */

static struct anchorage *anchorage_at(struct regional *g, const struct in6 *anchor)
{
	if (g->current.address && in6_equal(&g->current.anchor, anchor))
		return &g->current;
	return g->previous.address && in6_equal(&g->previous.anchor, anchor) ? &g->previous : NULL;
}

static struct anchorage *anchorage_for(struct regional *g, const struct in6 *regional)
{
	if (g->current.address && in6_equal(&g->current.address->address, regional))
		return &g->current;
	return g->previous.address && in6_equal(&g->previous.address->address, regional) ? &g->previous : NULL;
}

/* All that leaves from a regional address goes through its anchor point's tunnel. */
static enum verdict regional_below(struct role *r, mip_time now, struct packet *p)
{
	struct regional *g = regional_of(r);
	struct in6 source = ipv6_source(p->data);
	struct anchorage *a = anchorage_for(g, &source);

	if (!a && !in6_is_unspecified(&g->temporary_home) && in6_equal(&source, &g->temporary_home)) {
		node_drop(r->node, now, p, DROP_NO_BINDING);
		return VERDICT_TAKEN;
	}
	if (!a)
		return VERDICT_CONTINUE;
	if (g->on_link_valid && a->sent && a->bound) {
		ip6_encapsulate(p, &g->on_link, &a->anchor);
		return VERDICT_CONTINUE;
	}
	if (g->queued == QUEUE_LIMIT)
		node_drop(r->node, now, packet_queue_pop(&g->queue), DROP_QUEUE_FULL);
	else
		g->queued++;
	packet_queue_push(&g->queue, p);
	return VERDICT_TAKEN;
}

static enum verdict regional_input(struct role *r, mip_time now, struct delivery *d)
{
	struct regional *g = regional_of(r);
	struct anchorage *a = anchorage_at(g, &d->wire_source);
	enum drop_reason why;
	struct mh_message m;

	if (!a || d->tunnelled)
		return VERDICT_CONTINUE;
	if (d->protocol == PROTOCOL_IPV6) {
		/* For the roles above, what comes out has come to the regional address plainly. */
		packet_pull(d->packet, d->offset);
		ip6_reinject(r->node, now, d->in, NULL, d->packet);
		return VERDICT_TAKEN;
	}
	if (d->protocol != PROTOCOL_MOBILITY || !d->has_routing_header || !in6_equal(&d->destination, &a->address->address) ||
	    d->length < 8 || delivery_upper(d)[2] != MH_BA)
		return VERDICT_CONTINUE;
	why = mip6_decode(d, &m) == WIRE_OK ? acknowledged(a, now, &m) : DROP_MALFORMED;
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

static bool accept_routing_header(struct role *r, const struct in6 *address)
{
	return anchorage_for(regional_of(r), address);
}

static void regional_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct regional *g = regional_of(r);
	const struct nd_router_advertisement *ra = n->advertisement;

	if (!g->mobile_node && in6_is_routable_unicast(&n->address)) {
		if (n->kind == IP6_NOTICE_ADDRESS_READY)
			address_ready(&g->local, now, &n->address);
		else if (n->kind == IP6_NOTICE_ADDRESS_GONE || n->kind == IP6_NOTICE_ADDRESS_DUPLICATE)
			address_gone(&g->local, now, &n->address);
	}
	/* With each advertisement; before its prefixes become addresses. */
	if ((n->kind != IP6_NOTICE_PREFIX && n->kind != IP6_NOTICE_ROUTER) || !ra)
		return;
	g->anchor_count = ra->anchor_count;
	memcpy(g->anchors, ra->anchors, sizeof g->anchors);
	g->advertised = true;
	if (g->on_link_valid && (g->current.address ? !still_advertised(g) : select_anchor(g) != NULL))
		choose(g, now);
}

static void regional_free(struct role *r)
{
	struct regional *g = regional_of(r);

	timer_disarm(&r->node->timers, &g->current.timer);
	timer_disarm(&r->node->timers, &g->previous.timer);
	packet_queue_clear(&g->queue);
	mip_free(g, sizeof *g);
}

static const struct role_ops regional_ops = {
	.name = "regional",
	.input = regional_input,
	.accept_routing_header = accept_routing_header,
	.below = regional_below,
	.notice = regional_notice,
	.free = regional_free,
};

struct role *regional_new(struct node *n, const struct in6 *temporary_home)
{
	struct regional *g = mip_alloc(sizeof *g);
	struct anchorage *both[] = { &g->current, &g->previous };

	g->role.ops = &regional_ops;
	g->role.node = n;
	g->local.ops = &local_ops;
	if (temporary_home)
		g->temporary_home = *temporary_home;
	for (unsigned i = 0; i < 2; i++) {
		both[i]->owner = g;
		both[i]->timer.fire = fire;
		both[i]->expires = both[i]->refresh_at = MIP_NEVER;
		both[i]->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
		exchange_init(&both[i]->update);
	}
	return &g->role;
}

void regional_serve(struct role *regional, struct role *mobile_node)
{
	regional_of(regional)->mobile_node = mobile_node;
	mobile_node_set_local(mobile_node, &regional_of(regional)->local);
}

bool regional_anchor(const struct role *regional, struct in6 *anchor)
{
	const struct regional *g = mip_container_of(regional, const struct regional, role);

	*anchor = g->current.anchor;
	return g->current.address && g->current.bound;
}
