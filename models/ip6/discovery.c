// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The host side of Router Discovery (RFC 4861 6.3), stateless address autoconfiguration (RFC 4862 5.5) and movement detection
 * (RFC 6275 11.5.1) in three tastes:
 *   hint            the link layer's word is taken: link up means a new link;
 *   eager           the first advertisement of a router not known so far means a new link (one router per link, therefore);
 *   unreachability  such an advertisement only raises the question; the old router is probed, and its silence means movement.
 *                   The same question is asked when the router's own advertisements stay away for LOST_ADVERTISEMENTS of their
 *                   intervals.
 *
 * Left out: router preferences, load sharing (the first router in the list is used), the parameters of advertisements that set
 * hop limit, MTU and timers (our routers advertise the defaults).
 */
#include "models/ip6/ip6_int.h"

static struct host_router *find_router(const struct interface *i, const struct in6 *address)
{
	struct host_router *r = i->routers;

	while (r && !in6_equal(&r->address, address))
		r = r->next;
	return r;
}

const struct host_router *discovery_default_router(struct node *n)
{
	for (struct interface *i = n->ip6.interfaces; i; i = i->next)
		if (i->up && i->routers)
			return i->routers;
	return NULL;
}

/* Advertised prefixes, and those of addresses set by hand. */
struct interface *discovery_on_link(struct node *n, const struct in6 *address)
{
	for (struct interface *i = n->ip6.interfaces; i; i = i->next) {
		for (const struct link_prefix *p = i->prefixes; p; p = p->next)
			if (in6_prefix_equal(&p->prefix, address, p->length))
				return i;
		for (const struct ip6_address *a = i->addresses; a; a = a->next)
			if (!a->autoconfigured && a->state == IP6_ADDRESS_PREFERRED && a->prefix_length < 128 &&
			    in6_prefix_equal(&a->address, address, a->prefix_length))
				return i;
	}
	return NULL;
}

/* ---- solicitations ----------------------------------------------------------------------------------------------- */

void discovery_solicit_fire(struct node *n, struct timer *t, mip_time now)
{
	struct interface *i = mip_container_of(t, struct interface, solicit);
	const struct in6 *source = address_for_nd(i, NULL);
	struct icmp6_message m = { .type = ICMP6_ROUTER_SOLICITATION };

	i->solicits_left--;
	if (i->solicits_left)
		node_arm(n, &i->solicit, now + RTR_SOLICITATION_INTERVAL);
	m.u.router_solicitation.has_mac = source;
	m.u.router_solicitation.mac = i->mac;
	icmp_send_nd(n, now, i, &m, source ? source : &in6_unspecified, &in6_all_routers, NULL);
}

/* ---- forgetting -------------------------------------------------------------------------------------------------- */

static void remove_router(struct node *n, struct interface *i, struct host_router *r)
{
	struct host_router **at = &i->routers;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	timer_disarm(&n->timers, &r->timer);
	mip_free(r, sizeof *r);
}

static void lose_router(struct node *n, mip_time now, struct host_router *r)
{
	const struct ip6_notice notice = { .kind = IP6_NOTICE_ROUTER_LOST, .interface = r->interface, .address = r->address };

	remove_router(n, r->interface, r);
	ip6_notify(n, now, &notice);
}

static void remove_prefix(struct node *n, struct interface *i, struct link_prefix *p)
{
	struct link_prefix **at = &i->prefixes;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	timer_disarm(&n->timers, &p->timer);
	mip_free(p, sizeof *p);
}

static void drop_candidate(struct interface *i)
{
	if (i->candidate)
		mip_free(i->candidate, sizeof *i->candidate);
	i->candidate = NULL;
}

static void forget_link(struct node *n, mip_time now, struct interface *i)
{
	drop_candidate(i);
	neighbour_flush(n, now, i);
	while (i->prefixes)
		remove_prefix(n, i, i->prefixes);
	while (i->routers)
		lose_router(n, now, i->routers);
	address_flush(n, now, i);
}

void ip6_leave(struct node *n, mip_time now, struct interface *i)
{
	forget_link(n, now, i);
	i->attached_before = false;
}

/* Everything known about the old link goes, and the link-local address is tested on the new one (RFC 6275 11.5.1). */
void ip6_move(struct node *n, mip_time now, struct interface *i)
{
	forget_link(n, now, i);
	address_probe_link_local(n, now, i);
}

void discovery_fini(struct node *n, struct interface *i)
{
	timer_disarm(&n->timers, &i->solicit);
	drop_candidate(i);
	while (i->prefixes)
		remove_prefix(n, i, i->prefixes);
	while (i->routers)
		remove_router(n, i, i->routers);
}

/* ---- link -------------------------------------------------------------------------------------------------------- */

void discovery_link_up(struct node *n, mip_time now, struct interface *i)
{
	bool first = !i->attached_before, hint = n->conf->movement_detection == DETECT_HINT;

	i->attached_before = true;
	i->router_seen = i->expected = false;
	if (!first && !hint) {
		/* The node does not know that it moved; advertisements will tell. */
		address_resume(n, now, i);
		if (i->solicits_left)
			node_arm(n, &i->solicit, now + node_random_between(n, RANDOM_ADDRESS, 0, MAX_RTR_SOLICITATION_DELAY));
		return;
	}
	ip6_move(n, now, i);
	i->solicits_left = MAX_RTR_SOLICITATIONS;
	if (hint) /* RFC 6275 11.5.1: no delay for a node that knows it has moved */
		discovery_solicit_fire(n, &i->solicit, now);
	else
		node_arm(n, &i->solicit, now + node_random_between(n, RANDOM_ADDRESS, 0, MAX_RTR_SOLICITATION_DELAY));
}

void discovery_link_down(struct node *n, struct interface *i)
{
	timer_disarm(&n->timers, &i->solicit);
}

/* ---- advertisements ---------------------------------------------------------------------------------------------- */

#define LOST_ADVERTISEMENTS 3 /* in a row: a reason to ask whether the router is there; RFC 6275 11.5.1 leaves the number to us */

/* Renewed with every advertisement, so the timer is left alone and looks again when it fires. */
static void router_fire(struct node *n, struct timer *t, mip_time now)
{
	struct host_router *r = mip_container_of(t, struct host_router, timer);

	if (now >= r->expires) {
		lose_router(n, now, r);
		return;
	}
	if (now >= r->overdue) {
		r->overdue = MIP_NEVER; /* the next advertisement says what to expect then */
		neighbour_probe(n, now, r->interface, in6_is_unspecified(&r->global) ? &r->address : &r->global);
	}
	node_arm(n, t, mip_time_min(r->expires, r->overdue));
}

static void expect_more(struct node *n, mip_time now, struct host_router *r, const struct nd_router_advertisement *ra)
{
	bool counts = n->conf->movement_detection == DETECT_UNREACHABILITY && ra->has_interval && ra->interval_ms;

	r->overdue = counts ? mip_time_add(now, LOST_ADVERTISEMENTS * (ra->interval_ms * MIP_MILLISECOND)) : MIP_NEVER;
	if (r->overdue < timer_at(&n->timers, &r->timer))
		node_arm(n, &r->timer, r->overdue);
}

/* RFC 6275 7.2: routers may say their global address, which tells them apart where link-local addresses do not (11.5.1). */
static struct in6 global_address(const struct nd_router_advertisement *ra)
{
	for (unsigned k = 0; k < ra->prefix_count; k++)
		if (ra->prefixes[k].router_address)
			return ra->prefixes[k].prefix;
	return in6_unspecified;
}

static void add_router(struct node *n, mip_time now, struct interface *i, const struct in6 *address, uint16_t lifetime_s)
{
	struct host_router *r = find_router(i, address), **end = &i->routers;
	unsigned count = 0;

	if (!r) {
		for (; *end; end = &(*end)->next)
			count++;
		if (count == HOST_ROUTERS_LIMIT)
			return;
		r = *end = mip_alloc(sizeof *r);
		r->address = *address;
		r->interface = i;
		r->overdue = MIP_NEVER;
		r->timer.fire = router_fire;
	}
	r->expires = now + lifetime_s * MIP_SECOND;
	if (!timer_armed(&r->timer) || r->expires < timer_at(&n->timers, &r->timer))
		node_arm(n, &r->timer, r->expires);
}

#define TOLD_ROUTER_LIFETIME_S 30 /* of a router we were told about, until it speaks for itself */

void ip6_know_router(struct node *n, mip_time now, struct interface *i, const struct mac *mac)
{
	struct in6 address = in6_link_local_of(mac);

	neighbour_learn(n, now, i, &address, mac);
	neighbour_set_router(i, &address, true);
	add_router(n, now, i, &address, TOLD_ROUTER_LIFETIME_S);
	i->router_seen = i->expected = true;
	node_observe(n, now, (struct observation){ .kind = OBSERVE_ROUTER_FOUND, .address = address });
}

bool discovery_expects_us(const struct interface *i, const struct mac *mac)
{
	struct in6 address = in6_link_local_of(mac);

	return i->expected && find_router(i, &address);
}

static mip_time until(mip_time now, uint32_t seconds)
{
	return seconds == UINT32_MAX ? MIP_NEVER : mip_time_add(now, seconds * MIP_SECOND);
}

static bool same_prefix(const struct link_prefix *p, const struct nd_prefix *a)
{
	return p->length == a->length && in6_prefix_equal(&p->prefix, &a->prefix, a->length);
}

static void prefix_fire(struct node *n, struct timer *t, mip_time now)
{
	struct link_prefix *p = mip_container_of(t, struct link_prefix, timer);

	if (now < p->valid_until)
		node_arm(n, t, p->valid_until);
	else
		remove_prefix(n, p->interface, p);
}

/* RFC 4861 6.3.4 */
static void add_prefix(struct node *n, mip_time now, struct interface *i, const struct nd_prefix *a)
{
	struct link_prefix **at = &i->prefixes, *p;
	unsigned count = 0;

	for (; *at && !same_prefix(*at, a); at = &(*at)->next)
		count++;
	p = *at;
	if (!a->valid_s) {
		if (p)
			remove_prefix(n, i, p);
		return;
	}
	if (!p) {
		if (count == HOST_PREFIXES_LIMIT)
			return;
		p = *at = mip_alloc(sizeof *p);
		p->prefix = a->prefix;
		p->length = a->length;
		p->interface = i;
		p->timer.fire = prefix_fire;
	}
	p->valid_until = until(now, a->valid_s);
	if (p->valid_until != MIP_NEVER && (!timer_armed(&p->timer) || p->valid_until < timer_at(&n->timers, &p->timer)))
		node_arm(n, &p->timer, p->valid_until);
}

/* One that a router assigned (ip6_assign_address) stands for the one we would form. */
static struct ip6_address *assigned_of_prefix(const struct interface *i, const struct in6 *prefix)
{
	for (struct ip6_address *a = i->addresses; a; a = a->next)
		if (a->autoconfigured && in6_prefix64(&a->address) == in6_prefix64(prefix))
			return a;
	return NULL;
}

/* RFC 4862 5.5.3 */
static void autoconfigure(struct node *n, mip_time now, struct interface *i, const struct nd_prefix *p)
{
	const mip_time two_hours = 7200 * MIP_SECOND;
	struct in6 identifier = in6_link_local_of(&i->mac), address = in6_join(&p->prefix, &identifier);
	struct ip6_address *a = ip6_find_address(n, &address); /* a home address may stand with another interface */
	mip_time valid = until(now, p->valid_s);

	if (p->length != 64 || in6_is_link_local(&p->prefix) || p->preferred_s > p->valid_s)
		return;
	if (a && !a->autoconfigured)
		return; /* a home address: the mobile node deals with it */
	if (!a)
		a = assigned_of_prefix(i, &p->prefix);
	if (!a) {
		if (!p->valid_s)
			return;
		a = address_new(n, i, &address, 64, IP6_ADDRESS_TENTATIVE);
		a->autoconfigured = true;
		a->preferred_until = until(now, p->preferred_s);
		a->valid_until = valid;
		address_start(n, now, a);
		return;
	}
	a->preferred_until = until(now, p->preferred_s);
	if (valid > now + two_hours || valid > a->valid_until)
		a->valid_until = valid; /* e 1 */
	else if (a->valid_until > now + two_hours)
		a->valid_until = now + two_hours; /* e 3: unauthenticated, so not at once */
	address_arm_lifetime(n, now, a);
}

static void notify(struct node *n, mip_time now, enum ip6_notice_kind kind, struct interface *i, const struct in6 *address,
                   unsigned length, const struct nd_router_advertisement *ra)
{
	const struct ip6_notice notice = {
		.kind = kind, .interface = i, .address = *address, .prefix_length = (uint8_t)length, .advertisement = ra
	};

	ip6_notify(n, now, &notice);
}

static struct in6 bare_prefix(const struct nd_prefix *p)
{
	return p->length == 64 ? in6_join(&p->prefix, &in6_unspecified) : p->prefix;
}

static void learn_global(struct node *n, mip_time now, struct interface *i, const struct in6 *router,
                         const struct nd_router_advertisement *ra)
{
	struct host_router *r = find_router(i, router);

	if (!r)
		return;
	expect_more(n, now, r, ra);
	r->global = global_address(ra);
	if (ra->has_source_mac && !in6_is_unspecified(&r->global))
		neighbour_learn(n, now, i, &r->global, &ra->source_mac);
}

/* Takes an advertisement of this link in: router, prefixes, then who is to be told, then addresses. */
static void adopt(struct node *n, mip_time now, struct interface *i, const struct in6 *router,
                  const struct nd_router_advertisement *ra)
{
	bool known = find_router(i, router);

	if (ra->has_source_mac)
		neighbour_learn(n, now, i, router, &ra->source_mac);
	neighbour_set_router(i, router, true);
	if (ra->router_lifetime_s) {
		add_router(n, now, i, router, ra->router_lifetime_s);
		learn_global(n, now, i, router, ra);
		timer_disarm(&n->timers, &i->solicit);
		i->solicits_left = 0;
	} else if (known) {
		lose_router(n, now, find_router(i, router));
	}
	for (unsigned k = 0; k < ra->prefix_count; k++)
		if (ra->prefixes[k].on_link && !in6_is_link_local(&ra->prefixes[k].prefix))
			add_prefix(n, now, i, &ra->prefixes[k]);
	if (ra->router_lifetime_s && (!known || !i->router_seen)) {
		i->router_seen = true;
		node_observe(n, now, (struct observation){ .kind = OBSERVE_ROUTER_FOUND, .address = *router });
		notify(n, now, IP6_NOTICE_ROUTER, i, router, 0, ra);
	}
	for (unsigned k = 0; k < ra->prefix_count; k++) {
		const struct nd_prefix *p = &ra->prefixes[k];
		struct in6 prefix = bare_prefix(p);

		if (p->on_link && p->valid_s)
			notify(n, now, IP6_NOTICE_PREFIX, i, &prefix, p->length, ra);
		if (p->autonomous)
			autoconfigure(n, now, i, p);
	}
}

/* Another link's? Prefixes decide where both sides have some, the router's address where not. */
static bool foreign(struct interface *i, const struct in6 *router, const struct nd_router_advertisement *ra)
{
	bool any = false;

	for (unsigned k = 0; k < ra->prefix_count; k++) {
		if (!ra->prefixes[k].on_link)
			continue;
		any = true;
		for (const struct link_prefix *p = i->prefixes; p; p = p->next)
			if (same_prefix(p, &ra->prefixes[k]))
				return false;
	}
	if (any && i->prefixes)
		return true;
	return (i->routers || i->prefixes) && !find_router(i, router);
}

/* Not one of our routers: by link-local address or, where both say it, by global address. */
static bool is_other(struct interface *i, const struct in6 *router, const struct nd_router_advertisement *ra)
{
	const struct host_router *r = find_router(i, router);
	struct in6 global = global_address(ra);

	return !r || (!in6_is_unspecified(&global) && !in6_is_unspecified(&r->global) && !in6_equal(&global, &r->global));
}

void discovery_advertisement(struct node *n, mip_time now, const struct delivery *d, const struct nd_router_advertisement *ra)
{
	struct interface *i = d->in;
	struct in6 router = d->source;

	if (n->ip6.forwarding) {
		notify(n, now, IP6_NOTICE_ADVERTISEMENT, i, &router, 0, ra);
		return;
	}
	if (n->conf->movement_detection == DETECT_HINT || !ra->router_lifetime_s || !foreign(i, &router, ra)) {
		adopt(n, now, i, &router, ra);
		if (ra->arrival)
			notify(n, now, IP6_NOTICE_ARRIVAL, i, &router, 0, ra);
		return;
	}
	if (n->conf->movement_detection == DETECT_UNREACHABILITY && i->routers && is_other(i, &router, ra)) {
		if (i->candidate) {
			/* One question at a time; the newest answer to it counts. */
			i->candidate->router = router;
			i->candidate->advertisement = *ra;
			return;
		}
		i->candidate = mip_alloc(sizeof *i->candidate);
		*i->candidate =
		    (struct router_candidate){ .router = router, .old_router = i->routers->address, .advertisement = *ra };
		if (!in6_is_unspecified(&i->routers->global))
			i->candidate->old_router = i->routers->global;
		neighbour_probe(n, now, i, &i->candidate->old_router);
		return;
	}
	ip6_move(n, now, i);
	adopt(n, now, i, &router, ra);
}

void discovery_confirmed(struct node *n, mip_time now, struct interface *i, const struct in6 *address)
{
	struct router_candidate *c = i->candidate;

	if (!c || !in6_equal(&c->old_router, address))
		return;
	/* Both are here: a second router of the same link. */
	i->candidate = NULL;
	adopt(n, now, i, &c->router, &c->advertisement);
	mip_free(c, sizeof *c);
}

void discovery_unreachable(struct node *n, mip_time now, struct interface *i, const struct in6 *address)
{
	struct router_candidate *c = i->candidate;
	struct host_router *r = i->routers;

	while (r && !in6_equal(&r->address, address) && !in6_equal(&r->global, address))
		r = r->next;
	if (c && in6_equal(&c->old_router, address)) {
		i->candidate = NULL;
		ip6_move(n, now, i);
		adopt(n, now, i, &c->router, &c->advertisement);
		mip_free(c, sizeof *c);
	} else if (r) {
		lose_router(n, now, r);
		/* RFC 6275 11.5.1: whoever is here now shall say so. */
		if (n->conf->movement_detection == DETECT_UNREACHABILITY && !i->routers && i->up) {
			i->solicits_left = MAX_RTR_SOLICITATIONS;
			discovery_solicit_fire(n, &i->solicit, now);
		}
	}
}
