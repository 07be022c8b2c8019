// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a home agent does for mobile nodes besides their registrations (RFC 6275 10.5, 10.6): it keeps the list of home agents on
 * its link from their advertisements, answers Home Agent Address Discovery Requests and Mobile Prefix Solicitations, and tells
 * its mobile nodes when the prefixes of the home link change.
 *
 * Left out: prefixes that only other routers advertise (10.6.1): home agents of one link are configured alike here; the M and O
 * flags.
 */
#include "models/mip6/answer.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/mip6.h"
#include "models/mip6/prefix_schedule.h"
#include "models/wire/icmp6.h"

#define HOME_AGENTS_LIMIT 256 /* on one link; beyond, further ones are not listed */
#define REPLY_LIMIT ((IPV6_MINIMUM_MTU - IPV6_HEADER - 8) / 16) /* 10.5.1: no reply beyond the minimum MTU */

struct listed {
	struct listed *next;
	struct in6 link_local, address;
	mip_time expires;
	uint16_t preference;
};

struct home_agent_discovery {
	struct role role;
	struct in6 address;
	struct interface *home_link;
	struct listed *list;
	uint32_t count;
	struct prefix_schedule schedule;
	struct timer timer;      /* of the schedule */
	struct timer interval;   /* MaxMobPfxAdvInterval: everybody is told at least that often */
};

static struct home_agent_discovery *discovery_of(struct role *r)
{
	return mip_container_of(r, struct home_agent_discovery, role);
}

static void remove_listed(struct home_agent_discovery *h, struct listed **at)
{
	struct listed *gone = *at;

	*at = gone->next;
	mip_free(gone, sizeof *gone);
	h->count--;
}

/* All of one home agent's entries; NULL: those whose time is over. */
static void forget(struct home_agent_discovery *h, const struct in6 *link_local, mip_time now)
{
	for (struct listed **at = &h->list; *at;)
		if (link_local ? in6_equal(&(*at)->link_local, link_local) : (*at)->expires <= now)
			remove_listed(h, at);
		else
			at = &(*at)->next;
}

/* 10.5.1: an advertisement replaces what was known of its sender. */
static void heard(struct home_agent_discovery *h, mip_time now, const struct in6 *link_local,
                  const struct nd_router_advertisement *ra)
{
	uint16_t lifetime_s = ra->has_home_agent_information ? ra->home_agent_lifetime_s : ra->router_lifetime_s;

	forget(h, link_local, now);
	forget(h, NULL, now);
	if (!ra->home_agent || !lifetime_s)
		return;
	for (unsigned k = 0; k < ra->prefix_count && h->count < HOME_AGENTS_LIMIT; k++) {
		struct listed *x;

		if (!ra->prefixes[k].router_address || !in6_is_routable_unicast(&ra->prefixes[k].prefix))
			continue;
		x = mip_alloc(sizeof *x);
		*x = (struct listed){ .next = h->list,
			              .link_local = *link_local,
			              .address = ra->prefixes[k].prefix,
			              .expires = now + lifetime_s * MIP_SECOND,
			              .preference = ra->has_home_agent_information ? ra->home_agent_preference : 0 };
		h->list = x;
		h->count++;
	}
}

/* ---- unsolicited advertisements (10.6.2) ----------------------------------------------------------------------------------- */

static void advertise(struct home_agent_discovery *h, mip_time now, const struct in6 *home_address,
                      const struct in6 *care_of_address, const uint8_t *identifier);

static void arm(struct home_agent_discovery *h)
{
	node_arm(h->role.node, &h->timer, prefix_schedule_deadline(&h->schedule));
}

static void schedule(struct home_agent_discovery *h, mip_time now, const struct in6 *home_address)
{
	struct node *n = h->role.node;
	mip_time longest = n->conf->prefix_advertisement_max;
	uint32_t valid_s, preferred_s;

	if (prefix_schedule_planned(&h->schedule, home_address))
		return;
	if (ip6_advertised_lifetimes(n, now, h->home_link, home_address, &valid_s, &preferred_s))
		longest = mip_time_min(longest, preferred_s * MIP_SECOND);
	prefix_schedule_add(
	    &h->schedule, home_address,
	    now + prefix_schedule_delay(n->conf->prefix_advertisement_min, longest, node_random_u64(n, RANDOM_MOBILITY)));
}

static void schedule_all(struct home_agent_discovery *h, mip_time now)
{
	struct in6 *list = NULL;
	uint32_t count = home_agent_registered(h->role.node, &h->address, &list);

	for (uint32_t k = 0; k < count; k++)
		schedule(h, now, &list[k]);
	if (count)
		mip_free(list, count * sizeof *list);
	arm(h);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct home_agent_discovery *h = mip_container_of(t, struct home_agent_discovery, timer);
	const struct scheduled_prefixes *x;

	while ((x = prefix_schedule_due(&h->schedule, now))) {
		uint8_t identifier[2];
		struct in6 care_of_address;

		store_be16(identifier, (uint16_t)node_random_u64(n, RANDOM_MOBILITY));
		if (home_agent_care_of_address(n, &x->home_address, &care_of_address))
			advertise(h, now, &x->home_address, &care_of_address, identifier);
	}
	arm(h);
}

static void interval_over(struct node *n, struct timer *t, mip_time now)
{
	struct home_agent_discovery *h = mip_container_of(t, struct home_agent_discovery, interval);

	schedule_all(h, now);
	/* Where nobody is registered there is nothing to wait for. */
	if (h->schedule.list)
		node_arm(n, t, now + n->conf->prefix_advertisement_max);
}

static const struct role_ops discovery_ops;

void home_agent_discovery_registered(struct node *n, mip_time now, const struct in6 *home_agent, const struct in6 *home_address,
                                     bool registered)
{
	for (struct role *r = n->roles; r; r = r->next) {
		struct home_agent_discovery *h = r->ops == &discovery_ops ? discovery_of(r) : NULL;

		if (!h || !in6_equal(&h->address, home_agent))
			continue;
		if (registered && n->conf->prefix_advertisement_max && !timer_armed(&h->interval))
			node_arm(n, &h->interval, now + n->conf->prefix_advertisement_max);
		if (!h->schedule.list)
			continue;
		if (registered)
			prefix_schedule_again(&h->schedule, home_address, now);
		else
			prefix_schedule_remove(&h->schedule, home_address);
		arm(h);
	}
}

static void discovery_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct home_agent_discovery *h = discovery_of(r);

	if (n->kind == IP6_NOTICE_ADVERTISEMENT && n->interface == h->home_link)
		heard(h, now, &n->address, n->advertisement);
	if (n->kind == IP6_NOTICE_PREFIXES && n->interface == h->home_link && r->node->conf->prefix_advertisement_max)
		schedule_all(h, now);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void send(struct home_agent_discovery *h, mip_time now, const struct in6 *to, const struct in6 *routing_header,
                 uint8_t type, const uint8_t *body, size_t octets)
{
	const struct in6 *destination = routing_header ? routing_header : to;
	struct icmp6_message m = { .type = type };
	struct packet *p = ip6_packet(&h->address, destination, PROTOCOL_ICMP6, 64, 4 + octets);
	struct wr w = wr_of(p->data + IPV6_HEADER, 4 + octets);

	m.u.other.body = body;
	m.u.other.length = octets;
	packet_put(p, icmp6_encode(&w, &m, 0, &h->address, destination));
	ip6_finish(p);
	if (!routing_header) {
		ip6_send(h->role.node, now, p, IP6_SEND_PLAIN);
		return;
	}
	ip6_insert_routing_header(p, to);
	ipsec_send(h->role.node, now, routing_header, &h->address, IPSEC_PREFIX, p);
}

struct ranked {
	struct in6 address;
	uint32_t random;
	uint16_t preference;
};

/* 10.5.1: by falling preference, equals in an order of chance. */
static bool before(const struct ranked *a, const struct ranked *b)
{
	return a->preference != b->preference ? a->preference > b->preference : a->random < b->random;
}

static void answer_discovery(struct home_agent_discovery *h, mip_time now, const struct delivery *d,
                             const struct icmp6_message *request)
{
	struct node *n = h->role.node;
	uint8_t body[4 + 16 * REPLY_LIMIT] = { 0 };
	struct ranked *all = mip_alloc((HOME_AGENTS_LIMIT + 1) * sizeof *all), own;
	uint32_t count = 0;

	forget(h, NULL, now);
	own = (struct ranked){ h->address, (uint32_t)node_random_u64(n, RANDOM_MOBILITY), n->conf->home_agent_preference };
	all[count++] = own;
	for (const struct listed *x = h->list; x; x = x->next) {
		struct ranked r = { x->address, (uint32_t)node_random_u64(n, RANDOM_MOBILITY), x->preference };
		uint32_t at = count++;

		for (; at && before(&r, &all[at - 1]); at--)
			all[at] = all[at - 1];
		all[at] = r;
	}
	if (count > REPLY_LIMIT)
		count = REPLY_LIMIT;
	memcpy(body, request->u.other.body, 2); /* Identifier; then Reserved */
	for (uint32_t k = 0; k < count; k++)
		memcpy(body + 4 + 16 * k, &all[k].address, 16);
	mip_free(all, (HOME_AGENTS_LIMIT + 1) * sizeof *all);
	send(h, now, &d->source, NULL, ICMP6_HOME_AGENT_DISCOVERY_REPLY, body, 4 + 16 * (size_t)count);
}

/* 10.6.3. identifier: two octets. */
static void advertise(struct home_agent_discovery *h, mip_time now, const struct in6 *home_address,
                      const struct in6 *care_of_address, const uint8_t *identifier)
{
	struct nd_prefix prefixes[ND_MAX_PREFIXES];
	unsigned count = ip6_advertised_prefixes(h->role.node, now, h->home_link, prefixes, ND_MAX_PREFIXES);
	uint8_t body[4 + 32 * ND_MAX_PREFIXES] = { identifier[0], identifier[1] };
	struct wr w = wr_of(body + 4, sizeof body - 4);

	for (unsigned k = 0; k < count; k++)
		nd_prefix_encode(&w, &prefixes[k]);
	send(h, now, care_of_address, home_address, ICMP6_MOBILE_PREFIX_ADVERTISEMENT, body, 4 + 32 * (size_t)count);
}

static enum verdict discovery_input(struct role *r, mip_time now, struct delivery *d)
{
	struct home_agent_discovery *h = discovery_of(r);
	struct icmp6_message m;

	if (d->protocol != PROTOCOL_ICMP6 || icmp6_decode(delivery_upper(d), d->length, &m) != WIRE_OK)
		return VERDICT_CONTINUE;
	if (!in6_prefix_equal(&d->destination, &h->address, 64) || m.u.other.length < 4)
		return VERDICT_CONTINUE;
	if (m.type == ICMP6_HOME_AGENT_DISCOVERY_REQUEST && in6_is_routable_unicast(&d->source)) {
		answer_discovery(h, now, d, &m);
	} else if (m.type == ICMP6_MOBILE_PREFIX_SOLICITATION && d->has_home_address && ipsec_expects(r->node, IPSEC_PREFIX, d)) {
		/* 10.6.3: to where the solicitation came from. Without ESP the Home Address option has been held against the
		 * binding already (9.3.1); in ESP there need not be one. */
		advertise(h, now, &d->source, &d->wire_source, m.u.other.body);
		prefix_schedule_remove(&h->schedule, &d->source);
		arm(h);
	} else {
		return VERDICT_CONTINUE;
	}
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static void discovery_free(struct role *r)
{
	struct home_agent_discovery *h = discovery_of(r);

	while (h->list)
		remove_listed(h, &h->list);
	prefix_schedule_clear(&h->schedule);
	timer_disarm(&r->node->timers, &h->timer);
	timer_disarm(&r->node->timers, &h->interval);
	mip_free(h, sizeof *h);
}

static const struct role_ops discovery_ops = {
	.name = "home-agent-discovery",
	.input = discovery_input,
	.notice = discovery_notice,
	.free = discovery_free,
};

struct role *home_agent_discovery_new(struct node *n, const struct in6 *address)
{
	struct home_agent_discovery *h = mip_alloc(sizeof *h);
	struct in6 anycast = in6_home_agents_anycast(address);
	const struct ip6_address *a = ip6_find_address(n, address);

	mip_assert(a);
	h->role.ops = &discovery_ops;
	h->role.node = n;
	h->address = *address;
	h->home_link = a->interface;
	h->timer.fire = fire;
	h->interval.fire = interval_over;
	ip6_add_anycast(n, h->home_link, &anycast);
	return &h->role;
}
