// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Addresses of this node, their lifetimes and duplicate address detection (RFC 4862 5.4 and 5.5.4, RFC 4429), also on behalf of
 * others (RFC 6275 10.3.1). DupAddrDetectTransmits is 1. DEVIATION: a duplicate link-local address does not disable the interface
 * (RFC 4862 5.4.5, a SHOULD): with link-local-dad: first no other address is ever configured then, with-care-of they are tested
 * on their own.
 */
#include "models/ip6/ip6_int.h"

static void address_fire(struct node *n, struct timer *t, mip_time now);

struct ip6_address *address_new(struct node *n, struct interface *i, const struct in6 *address, unsigned prefix_length,
                                enum ip6_address_state state)
{
	struct ip6_address *a = mip_alloc(sizeof *a), **end = &i->addresses;

	mip_assert(prefix_length <= 128);
	a->address = *address;
	a->interface = i;
	a->prefix_length = (uint8_t)prefix_length;
	a->state = (uint8_t)state;
	a->preferred_until = a->valid_until = MIP_NEVER;
	a->timer.fire = address_fire;
	while (*end)
		end = &(*end)->next;
	*end = a;
	if (n->ip6.forwarding) {
		if (!n->ip6.routes)
			n->ip6.routes = route_table_new();
		route_mark_local(n->ip6.routes, address, i);
	}
	return a;
}

struct ip6_address *ip6_add_address(struct node *n, struct interface *i, const struct in6 *address, unsigned prefix_length)
{
	struct ip6_address *a = address_on(i, address);

	if (a)
		return a;
	a = address_new(n, i, address, prefix_length, IP6_ADDRESS_PREFERRED);
	if (n->ip6.forwarding && prefix_length < 128)
		ip6_add_route(n, address, prefix_length, i, NULL);
	return a;
}

void ip6_add_anycast(struct node *n, struct interface *i, const struct in6 *address)
{
	if (!address_on(i, address))
		address_new(n, i, address, 128, IP6_ADDRESS_PREFERRED)->anycast = true;
}

struct ip6_address *address_on(struct interface *i, const struct in6 *address)
{
	struct ip6_address *a = i->addresses;

	while (a && !in6_equal(&a->address, address))
		a = a->next;
	return a;
}

struct ip6_address *ip6_find_address(struct node *n, const struct in6 *address)
{
	struct ip6_address *a;

	if (n->ip6.forwarding) {
		/* Routers have many interfaces and mostly other people's packets. */
		const struct route_slot *s = n->ip6.routes ? route_slot_find(n->ip6.routes, in6_prefix64(address)) : NULL;

		if (!s || !s->local)
			return NULL;
		if (!s->many_local)
			return address_on(s->local, address);
	}
	for (struct interface *i = n->ip6.interfaces; i; i = i->next)
		if ((a = address_on(i, address)))
			return a;
	return NULL;
}

void ip6_remove_address(struct node *n, struct ip6_address *a)
{
	struct ip6_address **at = &a->interface->addresses;

	timer_disarm(&n->timers, &a->timer);
	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	mip_free(a, sizeof *a);
}

void ip6_move_address(struct ip6_address *a, struct interface *to)
{
	struct ip6_address **at = &a->interface->addresses;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	a->next = NULL;
	a->interface = to;
	for (at = &to->addresses; *at;)
		at = &(*at)->next;
	*at = a;
}

void address_free_all(struct node *n, struct interface *i)
{
	while (i->addresses)
		ip6_remove_address(n, i->addresses);
}

struct ip6_address *ip6_global_address(struct interface *i)
{
	static const uint8_t rank[] = { [IP6_ADDRESS_PREFERRED] = 3,
		                        [IP6_ADDRESS_OPTIMISTIC] = 2,
		                        [IP6_ADDRESS_DEPRECATED] = 1,
		                        [IP6_ADDRESS_DUPLICATE] = 0 };
	struct ip6_address *best = NULL;

	for (struct ip6_address *a = i->addresses; a; a = a->next)
		if (rank[a->state] && !a->anycast && !in6_is_link_local(&a->address) &&
		    (!best || rank[a->state] > rank[best->state]))
			best = a;
	return best;
}

const struct in6 *ip6_link_local(struct interface *i)
{
	for (const struct ip6_address *a = i->addresses; a; a = a->next)
		if (in6_is_link_local(&a->address) && ip6_usable(a))
			return &a->address;
	return NULL;
}

const struct in6 *address_for_nd(struct interface *i, const struct in6 *wanted)
{
	const struct in6 *best = NULL;

	for (const struct ip6_address *a = i->addresses; a; a = a->next) {
		if ((a->state != IP6_ADDRESS_PREFERRED && a->state != IP6_ADDRESS_DEPRECATED) || a->anycast)
			continue;
		if (wanted && in6_equal(&a->address, wanted))
			return &a->address;
		if (!best || (in6_is_link_local(&a->address) && !in6_is_link_local(best)))
			best = &a->address;
	}
	return best;
}

/* ---- notices ----------------------------------------------------------------------------------------------------- */

static void notify(struct node *n, mip_time now, enum ip6_notice_kind kind, const struct ip6_address *a)
{
	const struct ip6_notice notice = {
		.kind = kind, .interface = a->interface, .address = a->address, .prefix_length = a->prefix_length
	};

	ip6_notify(n, now, &notice);
}

/* The address leaves the list first: who is told must not find it any more. */
static void gone(struct node *n, mip_time now, struct ip6_address *a)
{
	const struct ip6_notice notice = { .kind = IP6_NOTICE_ADDRESS_GONE,
		                           .interface = a->interface,
		                           .address = a->address,
		                           .prefix_length = a->prefix_length };

	ip6_remove_address(n, a);
	ip6_notify(n, now, &notice);
}

/* ---- lifetimes --------------------------------------------------------------------------------------------------- */

/* A timer armed too early is harmless (it looks again), so renewals, which come with every advertisement, cost nothing. */
void address_arm_lifetime(struct node *n, mip_time now, struct ip6_address *a)
{
	mip_time at;

	if (ip6_probing(a) || a->state == IP6_ADDRESS_AWAY || a->state == IP6_ADDRESS_DUPLICATE)
		return;
	if (a->state == IP6_ADDRESS_DEPRECATED && now < a->preferred_until)
		a->state = IP6_ADDRESS_PREFERRED;
	if (a->state == IP6_ADDRESS_PREFERRED && now >= a->preferred_until)
		a->state = IP6_ADDRESS_DEPRECATED;
	at = a->state == IP6_ADDRESS_PREFERRED ? mip_time_min(a->preferred_until, a->valid_until) : a->valid_until;
	if (at != MIP_NEVER && (!timer_armed(&a->timer) || at < timer_at(&n->timers, &a->timer)))
		node_arm(n, &a->timer, at);
}

/* ---- duplicate address detection --------------------------------------------------------------------------------- */

static void probe(struct node *n, mip_time now, struct interface *i, const struct in6 *target)
{
	struct in6 group = in6_solicited_node(target);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };

	m.u.neighbour = (struct nd_neighbour_message){ .target = *target };
	icmp_send_nd(n, now, i, &m, &in6_unspecified, &group, NULL);
}

/* RFC 4862 5.4.2: 0 to 1 s, one draw for all addresses that an interface gets at one instant (they share the solicited-node
 * group that the delay is about). */
static mip_time random_delay(struct node *n, mip_time now, struct interface *i)
{
	if (!n->conf->dad_delay)
		return 0;
	if (i->delay_drawn_at != now) {
		i->delay_drawn_at = now;
		i->delay = node_random_between(n, RANDOM_ADDRESS, 0, MAX_RTR_SOLICITATION_DELAY);
	}
	return i->delay;
}

static bool waits_for_link_local(const struct node *n, const struct ip6_address *a)
{
	if (n->conf->link_local_dad != LINK_LOCAL_DAD_FIRST || n->ip6.forwarding || in6_is_link_local(&a->address))
		return false;
	for (const struct ip6_address *l = a->interface->addresses; l; l = l->next)
		if (in6_is_link_local(&l->address))
			return l->state == IP6_ADDRESS_TENTATIVE || l->state == IP6_ADDRESS_DUPLICATE;
	return false;
}

/* The probe is due; then the wait for an answer. */
static void step(struct node *n, mip_time now, struct ip6_address *a)
{
	a->probes_left--;
	node_arm(n, &a->timer, now + RETRANS_TIMER);
	probe(n, now, a->interface, &a->address);
}

/* Done without a contest: the address stays, and what waited for it starts. */
static void settled(struct node *n, mip_time now, struct ip6_address *a)
{
	struct interface *i = a->interface;
	bool was_tentative = a->state == IP6_ADDRESS_TENTATIVE, link_local = in6_is_link_local(&a->address);

	a->state = IP6_ADDRESS_PREFERRED;
	address_arm_lifetime(n, now, a);
	if (link_local)
		address_resume(n, now, i);
	else if (was_tentative)
		notify(n, now, IP6_NOTICE_ADDRESS_READY, a);
}

/* RFC 4429 3.3: without the router's link-layer address an optimistic address could send nothing. DEVIATION: a link-local one is
 * optimistic before any router is known; no packet leaves from it then, since solicitations take other sources. */
static bool router_is_resolved(struct interface *i)
{
	const struct neighbour *b = i->routers ? neighbour_find(i, &i->routers->address) : NULL;

	return b && b->state != NEIGHBOUR_INCOMPLETE;
}

static void start(struct node *n, mip_time now, struct ip6_address *a, enum dad_mode mode)
{
	mip_time delay;

	timer_disarm(&n->timers, &a->timer);
	a->state = IP6_ADDRESS_TENTATIVE;
	a->probes_left = 1;
	if (mode == DAD_OFF) {
		a->probes_left = 0;
		settled(n, now, a);
		return;
	}
	if (!a->interface->up || waits_for_link_local(n, a))
		return; /* address_resume will */
	delay = mode == DAD_OPTIMISTIC ? 0 : random_delay(n, now, a->interface); /* RFC 4429 3.3: SHOULD NOT delay */
	if (mode == DAD_OPTIMISTIC)
		a->state = IP6_ADDRESS_OPTIMISTIC;
	if (delay)
		node_arm(n, &a->timer, now + delay);
	else
		step(n, now, a);
	/* Last, for those told may do anything with the address. */
	if (mode == DAD_OPTIMISTIC && !in6_is_link_local(&a->address))
		notify(n, now, IP6_NOTICE_ADDRESS_READY, a);
}

void address_start(struct node *n, mip_time now, struct ip6_address *a)
{
	enum dad_mode mode = n->ip6.forwarding || a->interface->kind != INTERFACE_ETHERNET ? DAD_OFF : n->conf->dad;

	if (mode == DAD_OPTIMISTIC && !in6_is_link_local(&a->address) && !router_is_resolved(a->interface))
		mode = DAD_ON;
	start(n, now, a, mode);
}

void ip6_assign_address(struct node *n, mip_time now, struct interface *i, const struct in6 *address, bool verified)
{
	struct ip6_address *a = address_on(i, address);

	if (a)
		return;
	a = address_new(n, i, address, 64, IP6_ADDRESS_TENTATIVE);
	a->autoconfigured = true;
	start(n, now, a, verified || n->conf->dad == DAD_OFF ? DAD_OFF : DAD_OPTIMISTIC);
}

void ip6_give_up_address(struct node *n, mip_time now, const struct in6 *address)
{
	struct ip6_address *a = ip6_find_address(n, address);

	if (a && a->autoconfigured)
		gone(n, now, a);
}

static void address_fire(struct node *n, struct timer *t, mip_time now)
{
	struct ip6_address *a = mip_container_of(t, struct ip6_address, timer);

	if (ip6_probing(a)) {
		if (a->probes_left)
			step(n, now, a);
		else
			settled(n, now, a);
	} else if (now >= a->valid_until) {
		gone(n, now, a);
	} else {
		address_arm_lifetime(n, now, a);
	}
}

void ip6_probe_address(struct node *n, mip_time now, struct ip6_address *a)
{
	address_start(n, now, a);
}

void address_duplicate(struct node *n, mip_time now, struct ip6_address *a)
{
	timer_disarm(&n->timers, &a->timer);
	a->state = IP6_ADDRESS_DUPLICATE;
	a->probes_left = 0;
	node_observe(n, now, (struct observation){ .kind = OBSERVE_DUPLICATE_ADDRESS, .address = a->address });
	notify(n, now, IP6_NOTICE_ADDRESS_DUPLICATE, a);
}

/* Starts those whose detection never began or was cut short. An address that is told ready may change the list: look again. */
void address_resume(struct node *n, mip_time now, struct interface *i)
{
	for (struct ip6_address *a = i->addresses; a;) {
		if (ip6_probing(a) && !timer_armed(&a->timer) && !waits_for_link_local(n, a)) {
			if (a->state == IP6_ADDRESS_OPTIMISTIC) {
				a->probes_left = 1;
				step(n, now, a);
			} else {
				address_start(n, now, a);
			}
			a = i->addresses;
		} else {
			a = a->next;
		}
	}
}

void address_suspend(struct node *n, struct interface *i)
{
	for (struct ip6_address *a = i->addresses; a; a = a->next)
		if (ip6_probing(a))
			timer_disarm(&n->timers, &a->timer);
}

void address_probe_link_local(struct node *n, mip_time now, struct interface *i)
{
	for (struct ip6_address *a = i->addresses; a; a = a->next)
		if (in6_is_link_local(&a->address)) {
			address_start(n, now, a);
			return;
		}
}

static struct ip6_address *any_link_local(struct interface *i)
{
	struct ip6_address *a = i->addresses;

	while (a && !in6_is_link_local(&a->address))
		a = a->next;
	return a;
}

void ip6_retry_link_local(struct node *n, mip_time now, struct interface *i)
{
	struct ip6_address *a = any_link_local(i);

	if (a && n->conf->dad != DAD_OFF)
		address_start(n, now, a);
}

void ip6_hold_link_local(struct node *n, struct interface *i)
{
	struct ip6_address *a = any_link_local(i);

	if (!a || !ip6_probing(a))
		return;
	timer_disarm(&n->timers, &a->timer);
	a->state = IP6_ADDRESS_TENTATIVE;
}

void ip6_take_link_local(struct node *n, mip_time now, struct interface *i)
{
	struct ip6_address *a = any_link_local(i);

	if (!a)
		return;
	timer_disarm(&n->timers, &a->timer);
	settled(n, now, a);
	ip6_announce(n, now, i, &a->address, true);
}

void address_flush(struct node *n, mip_time now, struct interface *i)
{
	for (struct ip6_address *a = i->addresses; a;) {
		if (a->autoconfigured) {
			gone(n, now, a);
			a = i->addresses;
		} else {
			a = a->next;
		}
	}
}

/* ---- on behalf of others ----------------------------------------------------------------------------------------- */

static void probe_done(struct node *n, mip_time now, struct ip6_probe *p, bool duplicate)
{
	ip6_cancel_probe(n, p);
	p->done(p, now, duplicate);
}

static void probe_fire(struct node *n, struct timer *t, mip_time now)
{
	probe_done(n, now, mip_container_of(t, struct ip6_probe, timer), false);
}

void ip6_start_probe(struct node *n, mip_time now, struct ip6_probe *p)
{
	mip_assert(!p->back && p->done && p->interface);
	p->next = n->ip6.probes;
	if (p->next)
		p->next->back = &p->next;
	p->back = &n->ip6.probes;
	n->ip6.probes = p;
	p->timer.fire = probe_fire;
	node_arm(n, &p->timer, now + RETRANS_TIMER);
	probe(n, now, p->interface, &p->target);
}

void ip6_cancel_probe(struct node *n, struct ip6_probe *p)
{
	if (!p->back)
		return;
	timer_disarm(&n->timers, &p->timer);
	*p->back = p->next;
	if (p->next)
		p->next->back = p->back;
	p->next = NULL;
	p->back = NULL;
}

bool address_contested(struct node *n, mip_time now, struct interface *i, const struct in6 *target, const struct mac *by)
{
	struct ip6_address *a = address_on(i, target);

	if (a && ip6_probing(a) && !(by && discovery_expects_us(i, by))) {
		address_duplicate(n, now, a);
		return true;
	}
	for (struct ip6_probe *p = n->ip6.probes; p; p = p->next)
		if (p->interface == i && in6_equal(&p->target, target) && !(by && p->has_owner && mac_equal(by, &p->owner))) {
			probe_done(n, now, p, true);
			return true;
		}
	return false;
}
