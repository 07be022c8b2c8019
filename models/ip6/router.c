// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The router side of Router Discovery (RFC 4861 6.2) with the changes of RFC 6275 section 7: short intervals, Advertisement
 * Interval option, router address in the prefix, H flag. All advertisements but those of RFC 5568 6.4.6 are multicast. Left out:
 * the faster initial advertisements (the first comes at a random instant of one interval after link up, so that routers of a
 * world are not in phase) and the final one with lifetime 0.
 */
#include "models/ip6/ip6_int.h"

#define VALID_LIFETIME_S 2592000 /* AdvValidLifetime, RFC 4861 6.2.1 */
#define PREFERRED_LIFETIME_S 604800 /* AdvPreferredLifetime */

static uint32_t remaining_s(mip_time now, mip_time until, uint32_t otherwise)
{
	return until == MIP_NEVER ? otherwise : until <= now ? 0 : (uint32_t)((until - now) / MIP_SECOND);
}

unsigned ip6_advertised_prefixes(struct node *n, mip_time now, const struct interface *i, struct nd_prefix *out, unsigned room)
{
	const struct advertiser *v = i->advertiser;
	unsigned count = 0;

	(void)n;
	for (unsigned k = 0; v && k < v->prefix_count && count < room; k++) {
		const struct advertised *a = &v->prefixes[k];

		out[count] = (struct nd_prefix){ .length = 64,
			                         .on_link = true,
			                         .autonomous = true,
			                         .router_address = v->home_agent || v->shows_address,
			                         .valid_s = remaining_s(now, a->valid_until, VALID_LIFETIME_S),
			                         .preferred_s = remaining_s(now, a->preferred_until, PREFERRED_LIFETIME_S) };
		out[count++].prefix = v->home_agent || v->shows_address ? a->address : in6_join(&a->address, &in6_unspecified);
	}
	return count;
}

bool ip6_advertised_lifetimes(struct node *n, mip_time now, const struct interface *i, const struct in6 *address,
                              uint32_t *valid_s, uint32_t *preferred_s)
{
	struct nd_prefix list[ADVERTISED_LIMIT];
	unsigned count = ip6_advertised_prefixes(n, now, i, list, ADVERTISED_LIMIT);

	for (unsigned k = 0; k < count; k++)
		if (in6_prefix_equal(&list[k].prefix, address, list[k].length)) {
			*valid_s = list[k].valid_s;
			*preferred_s = list[k].preferred_s;
			return true;
		}
	return false;
}

bool ip6_set_advertised(struct node *n, struct interface *i, const struct in6 *address, mip_time valid_until,
                        mip_time preferred_until)
{
	struct advertiser *v = i->advertiser;
	unsigned k = 0;

	(void)n;
	while (k < v->prefix_count && !in6_prefix_equal(&v->prefixes[k].address, address, 64))
		k++;
	if (k == ADVERTISED_LIMIT)
		return false;
	if (k == v->prefix_count)
		v->prefix_count++;
	v->prefixes[k] = (struct advertised){ *address, valid_until, preferred_until };
	return true;
}

bool ip6_change_advertised(struct node *n, mip_time now, struct interface *i, const struct in6 *address, mip_time valid_until,
                           mip_time preferred_until)
{
	const struct ip6_notice notice = { .kind = IP6_NOTICE_PREFIXES, .interface = i, .address = *address };

	if (!ip6_set_advertised(n, i, address, valid_until, preferred_until))
		return false;
	ip6_add_address(n, i, address, 64);
	ip6_notify(n, now, &notice);
	return true;
}

static void fill(struct node *n, mip_time now, const struct advertiser *v, struct nd_router_advertisement *ra)
{
	const mip_time max = n->conf->router_advertisement_max;
	mip_time lifetime_s = (3 * max + MIP_SECOND - 1) / MIP_SECOND;

	ra->hop_limit = DEFAULT_HOP_LIMIT;
	ra->home_agent = v->home_agent;
	ra->router_lifetime_s = (uint16_t)(lifetime_s < 1 ? 1 : lifetime_s > 9000 ? 9000 : lifetime_s);
	ra->has_source_mac = true;
	ra->source_mac = v->interface->mac;
	ra->has_interval = true;
	ra->interval_ms = (uint32_t)((max + MIP_MILLISECOND - 1) / MIP_MILLISECOND);
	/* RFC 6275 7.4: may be left out where it would say the defaults. */
	ra->has_home_agent_information = v->home_agent && n->conf->home_agent_preference;
	ra->home_agent_preference = n->conf->home_agent_preference;
	ra->home_agent_lifetime_s = ra->router_lifetime_s;
	ra->prefix_count = (uint8_t)ip6_advertised_prefixes(n, now, v->interface, ra->prefixes, ND_MAX_PREFIXES);
	for (const struct advertised_anchor *x = v->anchors; x; x = x->next) {
		ra->anchors[ra->anchor_count] = x->option;
		if (now >= x->fails_at)
			ra->anchors[ra->anchor_count].valid_s = 0;
		ra->anchor_count++;
	}
}

static void advertise(struct node *n, mip_time now, struct advertiser *v)
{
	const struct in6 *source = ip6_link_local(v->interface);
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };

	mip_assert(source);
	fill(n, now, v, &m.u.router_advertisement);
	v->last = now;
	node_arm(n, &v->timer,
	         now + node_random_between(n, RANDOM_ROUTER_ADVERTISEMENT, n->conf->router_advertisement_min,
	                                   n->conf->router_advertisement_max));
	icmp_send_nd(n, now, v->interface, &m, source, &in6_all_nodes, NULL);
}

void ip6_answer_arrival(struct node *n, mip_time now, struct interface *i, const struct in6 *destination, const struct mac *mac,
                        uint8_t status, const struct in6 *supplied)
{
	const struct in6 *source = ip6_link_local(i);
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };
	struct nd_router_advertisement *ra = &m.u.router_advertisement;

	if (!source || !i->advertiser)
		return;
	fill(n, now, i->advertiser, ra);
	ra->arrival = status;
	ra->has_arrival_address = supplied;
	if (supplied)
		ra->arrival_address = *supplied;
	icmp_send_nd(n, now, i, &m, source, destination, mac);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	advertise(n, now, mip_container_of(t, struct advertiser, timer));
}

void ip6_advertise(struct node *n, struct interface *i, const struct in6 *router_address, bool home_agent)
{
	struct advertiser *v = i->advertiser;

	mip_assert(n->ip6.forwarding && i->kind == INTERFACE_ETHERNET);
	mip_assert(n->conf->router_advertisement_min > 0 &&
	           n->conf->router_advertisement_max >= n->conf->router_advertisement_min);
	if (!v)
		v = i->advertiser = mip_alloc(sizeof *v);
	v->interface = i;
	v->timer.fire = fire;
	v->last = MIP_NEVER;
	v->home_agent = home_agent;
	ip6_set_advertised(n, i, router_address, MIP_NEVER, MIP_NEVER);
	ip6_add_address(n, i, router_address, 64);
}

void ip6_advertise_address(struct interface *i)
{
	i->advertiser->shows_address = true;
}

void ip6_advertise_anchor(struct node *n, struct interface *i, const struct nd_anchor *anchor, mip_time fails_at)
{
	struct advertised_anchor **end = &i->advertiser->anchors, *x;
	unsigned count = 0;

	(void)n;
	for (; *end; end = &(*end)->next)
		count++;
	mip_assert(count < ND_MAX_ANCHORS);
	x = *end = mip_alloc(sizeof *x);
	x->option = *anchor;
	x->option.valid_s = VALID_LIFETIME_S;
	x->fails_at = fails_at;
}

void router_link_up(struct node *n, mip_time now, struct interface *i)
{
	struct advertiser *v = i->advertiser;

	if (!v)
		return;
	v->last = MIP_NEVER;
	node_arm(n, &v->timer,
	         now + node_random_between(n, RANDOM_ROUTER_ADVERTISEMENT, 0,
	                                   mip_time_min(n->conf->router_advertisement_max, MAX_INITIAL_RTR_ADVERT_INTERVAL)));
}

void router_link_down(struct node *n, struct interface *i)
{
	if (i->advertiser)
		timer_disarm(&n->timers, &i->advertiser->timer);
}

/* RFC 4861 6.2.6: after a random delay, but not sooner than MinDelayBetweenRAs after the last; the regular one if it comes first.
 */
void router_solicitation(struct node *n, mip_time now, const struct delivery *d, const struct mac *mac)
{
	struct advertiser *v = d->in->advertiser;
	mip_time at, gap;

	if (!n->ip6.forwarding)
		return;
	if (mac && !in6_is_unspecified(&d->source))
		neighbour_learn(n, now, d->in, &d->source, mac);
	if (!v)
		return;
	at = now;
	if (!n->conf->router_advertisement_prompt)
		at += node_random_between(n, RANDOM_ROUTER_ADVERTISEMENT, 0, MAX_RA_DELAY_TIME);
	gap = mip_time_max(MIN_DELAY_BETWEEN_RAS_MOBILE, mip_time_min(MIN_DELAY_BETWEEN_RAS, n->conf->router_advertisement_min));
	if (v->last != MIP_NEVER)
		at = mip_time_max(at, v->last + gap);
	if (at < timer_at(&n->timers, &v->timer))
		node_arm(n, &v->timer, at);
}

void router_fini(struct node *n, struct interface *i)
{
	if (!i->advertiser)
		return;
	timer_disarm(&n->timers, &i->advertiser->timer);
	for (struct advertised_anchor *x = i->advertiser->anchors, *next; x; x = next) {
		next = x->next;
		mip_free(x, sizeof *x);
	}
	mip_free(i->advertiser, sizeof *i->advertiser);
	i->advertiser = NULL;
}
