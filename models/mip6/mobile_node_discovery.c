// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a mobile node finds out about its home while it is away (RFC 6275 11.4): home agents, by Home Agent Address Discovery
 * (11.4.1), and the lifetime of its home prefix, by Mobile Prefix Solicitation (11.4.2, 11.4.3).
 *
 * The node registers for no longer than its home prefix is valid; with it the home address ends. Prefixes beside it bring further
 * home addresses (mobile_node.c).
 */
#include "models/mip6/mobile_node_state.h"
#include "models/wire/icmp6.h"

/* RFC 6275 section 12 */
#define INITIAL_DHAAD_TIMEOUT (3 * MIP_SECOND)
#define DHAAD_RETRIES 4
#define INITIAL_SOLICIT_TIMER (3 * MIP_SECOND)
#define SOLICIT_LIMIT 5 /* transmissions of one solicitation; our choice */
#define SOLICIT_BEFORE (60 * MIP_SECOND) /* the end of the home prefix; of short lifetimes, a quarter */
#define HOME_AGENTS_LIMIT 8 /* of a reply; the further ones are not tried */

struct mobile_node_discovery {
	struct timer timer;
	struct exchange request, solicitation;
	mip_time prefix_due;             /* the home prefix is to be asked about */
	mip_time prefix_end;             /* ... and is not valid any more */
	mip_time another_due;            /* the next home agent is to be tried; MIP_NEVER: no */
	mip_time ask_after;              /* no new question before: so soon after an answer there would be the same one */
	uint16_t request_id, solicitation_id;
	uint8_t count, next;             /* of list */
	struct in6 list[HOME_AGENTS_LIMIT];
	struct mobile_node *owner;
};

static void arm(struct mobile_node_discovery *x)
{
	node_arm(x->owner->role.node, &x->timer,
	         mip_time_min(mip_time_min(x->request.due, x->solicitation.due),
	                      mip_time_min(mip_time_min(x->prefix_due, x->prefix_end), x->another_due)));
}

/* ---- sending --------------------------------------------------------------------------------------------------------------- */

static struct packet *message(const struct in6 *source, const struct in6 *destination, uint8_t type, uint16_t identifier)
{
	uint8_t body[4] = { (uint8_t)(identifier >> 8), (uint8_t)identifier };
	struct icmp6_message m = { .type = type };
	struct packet *p = ip6_packet(source, destination, PROTOCOL_ICMP6, 64, 8);
	struct wr w = wr_of(p->data + IPV6_HEADER, 8);

	m.u.other.body = body;
	m.u.other.length = sizeof body;
	packet_put(p, icmp6_encode(&w, &m, 0, source, destination));
	ip6_finish(p);
	return p;
}

static void send_request(struct mobile_node *m, mip_time now, struct mobile_node_discovery *x)
{
	struct in6 anycast = in6_home_agents_anycast(&m->home_address);

	if (!exchange_allowed(&x->request, now))
		return;
	exchange_sent(&x->request, now);
	ip6_send(m->role.node, now, message(&m->care_of_address, &anycast, ICMP6_HOME_AGENT_DISCOVERY_REQUEST, x->request_id),
	         IP6_SEND_PLAIN);
}

static void send_solicitation(struct mobile_node *m, mip_time now, struct mobile_node_discovery *x)
{
	struct packet *p;

	if (!exchange_allowed(&x->solicitation, now))
		return;
	exchange_sent(&x->solicitation, now);
	p = message(&m->home_address, &m->home_agent, ICMP6_MOBILE_PREFIX_SOLICITATION, x->solicitation_id);
	ip6_insert_home_address(p, &m->care_of_address);
	ipsec_send(m->role.node, now, &m->home_address, &m->home_agent, IPSEC_PREFIX, p);
}

static bool failed(const struct mobile_node *m, struct exchange *x, mip_time now, unsigned attempts)
{
	return exchange_failed(x, now, m->role.node->conf->retransmission ? attempts : 1);
}

static void take_home_agent(struct mobile_node *m, mip_time now, const struct in6 *address)
{
	m->home_agent = *address;
	/* Another one holds no binding of ours; the former's runs out. */
	m->home.bound = m->home.acknowledged = m->home.touched = false;
	m->home.expires = m->home.refresh_at = MIP_NEVER;
	mobile_node_home_register(m, now);
}

static void try_another(struct mobile_node *m, mip_time now, struct mobile_node_discovery *x)
{
	x->another_due = MIP_NEVER;
	if (!mobile_node_away(m))
		return;
	while (x->next < x->count && in6_equal(&x->list[x->next], &m->home_agent))
		x->next++;
	if (x->next < x->count)
		take_home_agent(m, now, &x->list[x->next++]);
	else if (now < x->ask_after)
		x->another_due = x->ask_after;
	else
		mobile_node_discover(m, now);
}

static void fire(struct node *n, struct timer *timer, mip_time now)
{
	struct mobile_node_discovery *x = mip_container_of(timer, struct mobile_node_discovery, timer);
	struct mobile_node *m = x->owner;

	(void)n;
	if (x->another_due <= now)
		try_another(m, now, x);
	if (x->request.due <= now) {
		if (failed(m, &x->request, now, 1 + DHAAD_RETRIES) || !mobile_node_away(m))
			exchange_stop(&x->request);
		else
			send_request(m, now, x);
	}
	if (x->prefix_end <= now) {
		/* RFC 4862 5.5.4: an address is not used beyond its valid lifetime. */
		x->prefix_end = x->prefix_due = MIP_NEVER;
		mobile_node_refuse_home_address(m, now);
	}
	if (x->prefix_due <= now) {
		x->prefix_due = MIP_NEVER;
		if (mobile_node_away(m) && m->home.acknowledged)
			mobile_node_solicit_prefixes(m, now);
	}
	if (x->solicitation.due <= now) {
		if (failed(m, &x->solicitation, now, SOLICIT_LIMIT) || !mobile_node_away(m))
			exchange_stop(&x->solicitation);
		else
			send_solicitation(m, now, x);
	}
	arm(x);
}

/* Memory for all this appears with the first need of it. */
static struct mobile_node_discovery *discovery_of(struct mobile_node *m)
{
	struct mobile_node_discovery *x = m->discovery;

	if (x)
		return x;
	x = m->discovery = mip_alloc(sizeof *x);
	x->owner = m;
	x->timer.fire = fire;
	x->prefix_due = x->prefix_end = x->another_due = MIP_NEVER;
	exchange_init(&x->request);
	exchange_init(&x->solicitation);
	return x;
}

void mobile_node_discovery_free(struct mobile_node *m)
{
	if (!m->discovery)
		return;
	timer_disarm(&m->role.node->timers, &m->discovery->timer);
	mip_free(m->discovery, sizeof *m->discovery);
	m->discovery = NULL;
}

void mobile_node_discovery_abandon(struct mobile_node *m)
{
	struct mobile_node_discovery *x = m->discovery;

	if (!x)
		return;
	exchange_stop(&x->request);
	exchange_stop(&x->solicitation);
	x->another_due = MIP_NEVER;
	arm(x);
}

void mobile_node_discover(struct mobile_node *m, mip_time now)
{
	struct mobile_node_discovery *x = discovery_of(m);

	if (exchange_running(&x->request))
		return;
	x->request_id = (uint16_t)node_random_u64(m->role.node, RANDOM_MOBILITY);
	exchange_start(&x->request, now, INITIAL_DHAAD_TIMEOUT);
	send_request(m, now, x);
	arm(x);
}

bool mobile_node_try_another_home_agent(struct mobile_node *m, mip_time now)
{
	struct mobile_node_discovery *x;

	if (!m->role.node->conf->home_agent_discovery)
		return false;
	/* 11.4.1: not before InitialBindackTimeoutFirstReg after the update that was refused. */
	x = discovery_of(m);
	x->another_due = mip_time_max(now, m->home.sent_at + m->role.node->conf->first_registration_timeout);
	arm(x);
	return true;
}

void mobile_node_solicit_prefixes(struct mobile_node *m, mip_time now)
{
	struct mobile_node_discovery *x = discovery_of(m);

	if (exchange_running(&x->solicitation))
		return;
	x->solicitation_id = (uint16_t)node_random_u64(m->role.node, RANDOM_MOBILITY);
	exchange_start(&x->solicitation, now, INITIAL_SOLICIT_TIMER);
	send_solicitation(m, now, x);
	arm(x);
}

void mobile_node_home_prefix_seen(struct mobile_node *m, mip_time now, uint32_t valid_s)
{
	mip_time lifetime = valid_s * MIP_SECOND;

	m->home_prefix_until = valid_s == UINT32_MAX ? MIP_NEVER : now + lifetime;
	if (valid_s == UINT32_MAX && !m->discovery)
		return;
	/* A prefix that is valid for days is not worth memory in every mobile node: its end is beyond any run's. */
	if (lifetime > 24 * 3600 * MIP_SECOND && !m->discovery)
		return;
	discovery_of(m)->prefix_end = m->home_prefix_until;
	m->discovery->prefix_due =
	    m->home_prefix_until == MIP_NEVER ? MIP_NEVER : m->home_prefix_until - mip_time_min(SOLICIT_BEFORE, lifetime / 4);
	arm(m->discovery);
}

/* ---- answers --------------------------------------------------------------------------------------------------------------- */

static enum drop_reason discovery_reply(struct mobile_node *m, mip_time now, const struct icmp6_message *a)
{
	struct mobile_node_discovery *x = m->discovery;
	size_t octets = a->u.other.length - 4;

	if (!x || !exchange_running(&x->request) || !mobile_node_away(m) || load_be16(a->u.other.body) != x->request_id)
		return DROP_UNEXPECTED;
	exchange_stop(&x->request);
	x->count = x->next = 0;
	for (size_t at = 0; at + 16 <= octets && x->count < HOME_AGENTS_LIMIT; at += 16) {
		memcpy(&x->list[x->count], a->u.other.body + 4 + at, 16);
		x->count += in6_is_routable_unicast(&x->list[x->count]);
	}
	x->ask_after = now + MOBILE_NODE_REFUSED_RETRY;
	if (x->count == 1 && in6_equal(&x->list[0], &m->home_agent)) {
		/* There is no other. */
		if (!exchange_running(&m->home.update) && !m->home.acknowledged)
			mobile_node_home_register(m, now);
	} else if (x->count) {
		try_another(m, now, x);
	}
	arm(x);
	return DROP_REASON_COUNT;
}

/* 11.4.3 */
static enum drop_reason prefix_advertisement(struct mobile_node *m, mip_time now, const struct delivery *d,
                                             const struct icmp6_message *a)
{
	struct mobile_node_discovery *x = m->discovery;
	struct nd_prefix prefixes[ND_MAX_PREFIXES];
	unsigned count;

	if (!mobile_node_away(m) || !in6_equal(&d->source, &m->home_agent) || !d->has_routing_header ||
	    !in6_equal(&d->destination, &m->home_address) || !ipsec_expects(m->role.node, IPSEC_PREFIX, d))
		return DROP_UNEXPECTED;
	if (!x || !exchange_running(&x->solicitation) || load_be16(a->u.other.body) != x->solicitation_id) {
		/* Not what we asked for: it only tells us to ask. */
		mobile_node_solicit_prefixes(m, now);
		return DROP_REASON_COUNT;
	}
	if (nd_prefixes_decode(a->u.other.body + 4, a->u.other.length - 4, prefixes, &count) != WIRE_OK)
		return DROP_MALFORMED;
	exchange_stop(&x->solicitation);
	for (unsigned k = 0; k < count; k++) {
		if (in6_prefix_equal(&prefixes[k].prefix, &m->home_address, prefixes[k].length)) {
			mobile_node_home_prefix_seen(m, now, prefixes[k].valid_s);
			/* 11.4.2, 11.7.1: no binding lasts longer than the home address. */
			if (mobile_node_peers_shortened(m, now) ||
			    (m->home.expires != MIP_NEVER && m->home_prefix_until < m->home.expires))
				mobile_node_home_register(m, now);
		} else {
			mobile_node_prefix_offered(m, now, &prefixes[k]);
		}
	}
	arm(x);
	return DROP_REASON_COUNT;
}

enum verdict mobile_node_discovery_input(struct mobile_node *m, mip_time now, const struct delivery *d)
{
	struct icmp6_message a;
	enum drop_reason why;

	if (icmp6_decode(delivery_upper(d), d->length, &a) != WIRE_OK || a.u.other.length < 4)
		return VERDICT_CONTINUE;
	if (a.type == ICMP6_HOME_AGENT_DISCOVERY_REPLY)
		why = discovery_reply(m, now, &a);
	else if (a.type == ICMP6_MOBILE_PREFIX_ADVERTISEMENT)
		why = prefix_advertisement(m, now, d, &a);
	else
		return VERDICT_CONTINUE;
	if (why == DROP_UNEXPECTED && mobile_node_follows(m))
		return VERDICT_CONTINUE;
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(m->role.node, now, d->packet, why);
	return VERDICT_TAKEN;
}
