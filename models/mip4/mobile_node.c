// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile node (RFC 5944 3.6, 2.4): agents found by solicitation, by the first advertisement from another subnet or by the end of the old
 * agent's lifetime; a foreign agent's care-of address or one of its own on the visited subnet (co-located), which it then takes tunnels
 * at; registration with timestamps or nonces, both brought back in step by code 133; refusals it can repair are repaired (3.6.2.3);
 * returning home. Smooth handoff (the MIPv4-RO document, section 4): it authenticates the Binding Update to its previous agent in
 * advance, and repeats it itself until that is acknowledged or the pointer would have ended.
 *
 * A co-located address is the subnet's prefix and a number that the node has on every subnet, usable after a configured delay: it stands
 * for whatever assigns addresses there.
 *
 * Left out: home agent discovery, simultaneous bindings. What it sends while it is not registered has no way out and is counted as that,
 * unless it is optimistic and takes the agent for its router while the home agent has yet to answer (conf->wait).
 */
#include "models/mip4/registration_key.h"

#define NTP_OF_ZERO 2208988800u
#define FRACTION_BITS 10 /* of a clock of about milliseconds */
#define SOLICITATIONS 3 /* 2.4 */
#define SOLICIT_FIRST MIP_SECOND
#define SOLICIT_LAST (60 * MIP_SECOND)

struct agent {
	in4 address, care_of_address;    /* address 0: none */
	struct mac mac;
	uint16_t flags, sequence, registration_lifetime_s;
	uint8_t prefix_length;           /* of its subnet; 0: not said */
	bool home;
	mip_time expires;
};

struct seen_packet {
	in4 source;
	uint16_t identification;
	bool used;
};

struct mobile_node {
	struct role role;
	struct mobile_node4_conf conf;
	struct ip4_interface *link;
	struct agent agent, candidate;   /* candidate: another's advertisement while the old agent's lifetime lasts */
	in4 care_of_address;             /* here; 0: none, or none yet */
	in4 registered_with;             /* care-of address the home agent accepted last; 0: at home or nowhere */
	bool registered, been_away;      /* been_away: the home agent may have a binding */
	struct timer agent_timer;        /* end of the agent's lifetime; without one, the next solicitation */
	struct timer request_timer;      /* the co-located address is there; repeat the request; renew the registration */
	mip_time solicit_after;
	uint32_t solicited;
	mip_time backoff, sent_at;
	uint64_t identification;         /* of the last request */
	uint64_t stay;                   /* of the last one accepted, away */
	bool unanswered;                 /* the last request is */
	uint16_t asked_s;
	int64_t clock_s;                 /* what our clock is corrected by */
	uint32_t nonce;
	/* what refusals have taught about this agent and our home agent */
	uint16_t longest_s;              /* 0: nothing */
	bool no_encapsulation, no_reverse, want_reverse;
	/* the previous foreign agent, until it has acknowledged */
	struct {
		struct mip4_previous_agent a;
		uint8_t key[MIP4_KEY];
		struct timer timer;
		mip_time backoff, until;
		bool waiting;
	} previous;
	struct seen_packet *seen;        /* the last packets, with a buffering previous agent */
	uint32_t seen_next;
	struct mobile_keys keys;
};

static struct mobile_node *mobile_of(struct role *r)
{
	return mip_container_of(r, struct mobile_node, role);
}

static void observe(struct mobile_node *m, mip_time now, enum observation_kind kind, in4 address, uint32_t value)
{
	node_observe(m->role.node, now, (struct observation){ .kind = kind, .peer = in6_of_in4(m->conf.home_agent),
	                                                      .address = in6_of_in4(address), .value = value });
}

/* The key configured for an agent; NULL: none. */
static const uint8_t *agent_key(const struct mobile_node *m, in4 care_of_address)
{
	return mip4_association_key(m->conf.agents, m->conf.agent_count, care_of_address);
}

/* What we share with an agent: configured, or obtained with a registration. NULL: nothing. */
static const uint8_t *key_with(const struct mobile_node *m, mip_time now, in4 care_of_address, uint32_t *spi)
{
	const uint8_t *configured = agent_key(m, care_of_address);
	const struct registration_key *k = mobile_keys_find(&m->keys, now, care_of_address);

	*spi = configured ? SPI_MN_FA : k ? k->spi : 0;
	return configured ? configured : k ? k->key : NULL;
}

static bool co_located(const struct mobile_node *m)
{
	return m->role.node->conf->mip4.co_located;
}

/* Is the registration the foreign agent's to relay? */
static bool through_agent(const struct mobile_node *m)
{
	return !m->agent.home && (!co_located(m) || (m->agent.flags & AGENT_REGISTRATION_REQUIRED));
}

static bool reverse_tunnel(const struct mobile_node *m)
{
	return m->want_reverse || (m->role.node->conf->mip4.reverse_tunnel && !m->no_reverse &&
	                           (co_located(m) || (m->agent.flags & AGENT_REVERSE_TUNNEL)));
}

/* Shares a key with the foreign agent here, and shows it (33)? NULL: no. */
static const uint8_t *visited_key(const struct mobile_node *m)
{
	return through_agent(m) && (m->role.node->conf->mip4.agent_authentication & AGENT_AUTHENTICATION_MOBILE) ?
	               agent_key(m, m->agent.care_of_address) :
	               NULL;
}

/* ---- previous foreign agent -------------------------------------------------------------------------------------------------- */

/* The update as the new agent builds it: the same octets (section 4.2). */
static void write_previous_update(const struct mobile_node *m, struct wr *w)
{
	mip4_write(w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = m->previous.a.cache_lifetime_s,
	                                      .home_address = m->conf.home_address, .care_of_address = m->previous.a.care_of_address });
	mip4_put_auth(w, EXTENSION4_GENERAL_AUTH, m->previous.a.spi, (enum mip4_algorithm)m->role.node->conf->mip4.algorithm, m->previous.key);
}

static void previous_fire(struct node *n, struct timer *t, mip_time now)
{
	struct mobile_node *m = mip_container_of(t, struct mobile_node, previous.timer);
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof octets);

	if (!m->previous.waiting || now >= m->previous.until) {
		m->previous.waiting = false;
		return;
	}
	/* Not before there is a way to send it. */
	if (m->registered || m->agent.home || (co_located(m) && m->care_of_address)) {
		write_previous_update(m, &w);
		ip4_send(n, now, ip4_udp(n, m->conf.home_address, MIP4_PORT, m->previous.a.agent, MIP4_PORT, 64, octets, wr_length(&w)),
		         IP4_SEND_PLAIN);
	}
	node_arm(n, t, now + m->previous.backoff);
	m->previous.backoff = mip_time_min(2 * m->previous.backoff, MIP4_RETRANSMIT_LAST);
}

/* Begins to tell the previous agent about `care_of_address`: in the registration, or by ourselves at once where no agent relays that. */
static void start_previous(struct mobile_node *m, mip_time now, in4 care_of_address)
{
	struct node *n = m->role.node;
	in4 old = m->registered_with;
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof octets);
	uint32_t spi;
	const uint8_t *key;

	m->previous.waiting = false;
	timer_disarm(&n->timers, &m->previous.timer);
	if (!old || old == care_of_address)
		return;
	key = key_with(m, now, old, &spi);
	/* The key stays for the case that we move on before the next agent has given us one. */
	mobile_keys_leave(&m->keys);
	if (!n->conf->mip4.smooth_handoff || !key)
		return;
	m->previous.a = (struct mip4_previous_agent){
		.cache_lifetime_s = (uint16_t)mip_time_min(n->conf->mip4.pointer_lifetime / MIP_SECOND, MIP4_INFINITE - 1),
		.agent = old, .care_of_address = care_of_address, .spi = spi };
	if (spi == SPI_MN_FA)
		mip4_stay_key(key, m->stay, m->previous.key);
	else
		memcpy(m->previous.key, key, sizeof m->previous.key);
	write_previous_update(m, &w);
	memcpy(m->previous.a.authenticator, w.p - MIP4_AUTHENTICATOR, MIP4_AUTHENTICATOR);
	m->previous.waiting = true;
	m->previous.until = now + n->conf->mip4.pointer_lifetime;
	m->previous.backoff = 2 * MIP4_RETRANSMIT_FIRST;
	if (through_agent(m))
		node_arm(n, &m->previous.timer, now + MIP4_RETRANSMIT_FIRST);
	else
		previous_fire(n, &m->previous.timer, now);
}

/* ---- registration -------------------------------------------------------------------------------------------------------------- */

static uint64_t new_identification(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	uint64_t nanoseconds = (uint64_t)(now + n->conf->mip4.clock_offset), id;

	if (n->conf->mip4.replay)
		return (uint64_t)m->nonce << 32 | (uint32_t)node_random_u64(n, RANDOM_MOBILITY);
	/* NTP format (RFC 5944 5.7.1): seconds and a binary fraction, of which our clock knows so many bits; the others are random, so that
	 * an old reply does not fit a request that follows at a distance of whole seconds. Always greater than the one before. */
	id = (uint64_t)(NTP_OF_ZERO + (int64_t)(nanoseconds / MIP_SECOND) + m->clock_s) << 32 |
	     (nanoseconds % MIP_SECOND << FRACTION_BITS) / MIP_SECOND << (32 - FRACTION_BITS) |
	     (node_random_u64(n, RANDOM_MOBILITY) & (UINT64_MAX >> (32 + FRACTION_BITS)));
	return id > m->identification || (id >> 32) + MIP4_TOLERANCE < m->identification >> 32 ? id : m->identification + 1;
}

/* Into the form of section 3.3, without extensions. */
static void fill_request(struct mobile_node *m, struct mip4_message *q)
{
	const struct protocol_conf *c = m->role.node->conf;
	uint16_t flags = co_located(m) ? AGENT_MINIMAL | AGENT_GRE : m->agent.flags;
	uint16_t longest_s = through_agent(m) ? m->agent.registration_lifetime_s : MIP4_INFINITE - 1;

	if (m->longest_s && m->longest_s < longest_s)
		longest_s = m->longest_s;
	q->care_of_address = m->care_of_address;
	q->lifetime_s = (uint16_t)mip_time_min(c->lifetime / MIP_SECOND, longest_s);
	if (co_located(m))
		q->flags |= REQUEST_DECAPSULATE;
	if (c->mip4.encapsulation == ENCAPSULATE_MINIMAL && (flags & AGENT_MINIMAL) && !m->no_encapsulation)
		q->flags |= REQUEST_MINIMAL;
	if (c->mip4.encapsulation == ENCAPSULATE_GRE && (flags & AGENT_GRE) && !m->no_encapsulation)
		q->flags |= REQUEST_GRE;
	if (reverse_tunnel(m))
		q->flags |= REQUEST_REVERSE_TUNNEL;
	if (c->mip4.private_binding)
		q->flags |= REQUEST_PRIVATE;
}

static bool asks_for_key(const struct mobile_node *m)
{
	return through_agent(m) && !co_located(m) && !agent_key(m, m->care_of_address);
}

/* Has a value to be computed before a key can be asked for? Then the request is sent when that is done. */
static bool wait_for_value(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	mip_time ready;

	if (!asks_for_key(m))
		return false;
	ready = mobile_keys_ready(&m->keys, now, m->care_of_address, m->agent.flags, mip_time_add(now, n->conf->lifetime));
	if (ready > now)
		node_arm(n, &m->request_timer, ready);
	return ready > now;
}

static void send_request(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	const struct mip4_conf *c = &n->conf->mip4;
	const uint8_t *key = visited_key(m);
	struct mip4_message q = { .type = MIP4_REQUEST, .home_address = m->conf.home_address, .home_agent = m->conf.home_agent };
	uint8_t octets[MIP4_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	if (wait_for_value(m, now))
		return;
	/* 3.6.3: with nonces an unanswered request is repeated unchanged, with timestamps each is a new one. */
	if (!m->unanswered || !c->replay)
		m->identification = new_identification(m, now);
	m->unanswered = true;
	q.identification = m->identification;
	if (m->agent.home)
		q.care_of_address = m->conf.home_address;
	else
		fill_request(m, &q);
	m->asked_s = q.lifetime_s;
	mip4_write(&w, &q);
	if (m->previous.waiting && through_agent(m) && (m->agent.flags & AGENT_SMOOTH) &&
	    m->previous.a.care_of_address == m->care_of_address)
		mip4_write_previous_agent(&w, &m->previous.a);
	if (asks_for_key(m))
		mobile_keys_ask(&m->keys, now, &w);
	mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, (enum mip4_algorithm)c->algorithm, m->conf.key);
	if (key)
		mip4_put_auth(&w, EXTENSION4_MN_FA, SPI_MN_FA, (enum mip4_algorithm)c->algorithm, key);
	/* 3.6.1.1; the time to live shows the agent that we are on its link (RFC 3024 3.3). */
	p = ip4_udp(n, co_located(m) && !m->agent.home ? m->care_of_address : m->conf.home_address, MIP4_PORT,
	            through_agent(m) ? m->agent.address : m->conf.home_agent, MIP4_PORT, through_agent(m) ? 255 : 64, octets, wr_length(&w));
	observe(m, now, OBSERVE_HOME_BU_SENT, q.care_of_address, q.lifetime_s);
	m->sent_at = now;
	if (m->agent.home || through_agent(m)) {
		/* Away from home there is no ARP (RFC 5944 4.6): the agent's advertisement told its MAC. */
		ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
		ip4_send_on(n, now, m->link, &m->agent.mac, p);
	} else {
		ip4_send(n, now, p, IP4_SEND_PLAIN);
	}
	node_arm(n, &m->request_timer, now + m->backoff);
	m->backoff = mip_time_min(2 * m->backoff, MIP4_RETRANSMIT_LAST);
}

static void have_address(struct mobile_node *m, mip_time now);

static void request_fire(struct node *n, struct timer *t, mip_time now)
{
	struct mobile_node *m = mip_container_of(t, struct mobile_node, request_timer);

	(void)n;
	(void)t;
	if (!m->agent.address || !m->link->up)
		return;
	if (!m->care_of_address && !m->agent.home) {
		have_address(m, now);
		return;
	}
	/* Due for renewal, or unanswered. */
	if (m->registered)
		m->backoff = MIP4_RETRANSMIT_FIRST;
	send_request(m, now);
}

static void use_router(struct mobile_node *m, mip_time now)
{
	ip4_arp_set(m->role.node, now, m->link, m->agent.address, &m->agent.mac);
	ip4_add_route(m->role.node, 0, 0, m->link->index, m->agent.address);
}

static void start_registration(struct mobile_node *m, mip_time now)
{
	m->registered = m->unanswered = false;
	m->backoff = MIP4_RETRANSMIT_FIRST;
	send_request(m, now);
}

static void accepted(struct mobile_node *m, mip_time now, const struct mip4_message *r, const uint8_t *payload)
{
	struct node *n = m->role.node;
	/* 3.6.2: counted from the request; a longer lifetime than asked for is not believed. */
	uint16_t granted = r->lifetime_s < m->asked_s ? r->lifetime_s : m->asked_s;

	timer_disarm(&n->timers, &m->request_timer);
	observe(m, now, OBSERVE_HOME_BA_ACCEPTED, m->agent.home ? m->conf.home_address : m->care_of_address, granted);
	if (m->agent.home) {
		m->registered_with = 0;
		return;
	}
	m->registered = true;
	m->registered_with = m->care_of_address;
	m->stay = m->identification;
	mobile_keys_reply(&m->keys, now, m->care_of_address, r, payload, m->conf.key, m->sent_at + granted * MIP_SECOND);
	if (!co_located(m))
		use_router(m, now);
	node_arm(n, &m->request_timer, m->sent_at + granted * MIP_SECOND / 4 * 3);
}

/* Is it worth asking once more at once (3.6.2.3, 5.7; RFC 3024 3.1)? Other refusals wait for the timer. */
static bool repair(struct mobile_node *m, const struct mip4_message *r)
{
	bool *lesson = NULL;

	switch (r->code) {
	case MIP4_HA_IDENTIFICATION:
		if (!m->role.node->conf->mip4.replay)
			m->clock_s += (int64_t)(r->identification >> 32) - (int64_t)(m->identification >> 32);
		return true;
	case MIP4_FA_LIFETIME:
		if (!r->lifetime_s || r->lifetime_s >= m->asked_s)
			return false;
		m->longest_s = r->lifetime_s;
		return true;
	case MIP4_FA_ENCAPSULATION:
	case MIP4_HA_ENCAPSULATION:
		lesson = &m->no_encapsulation;
		break;
	case MIP4_FA_REVERSE_TUNNEL:
	case MIP4_HA_REVERSE_TUNNEL:
		lesson = &m->no_reverse;
		break;
	case MIP4_FA_REVERSE_MANDATORY:
	case MIP4_HA_REVERSE_MANDATORY:
		lesson = &m->want_reverse;
		break;
	default:
		return false;
	}
	/* Once: who says no to both is not asked over and over. */
	if (*lesson || (m->no_reverse && lesson == &m->want_reverse) || (m->want_reverse && lesson == &m->no_reverse))
		return false;
	*lesson = true;
	return true;
}

static void receive_reply(struct mobile_node *m, mip_time now, const struct mip4_message *r, const uint8_t *payload)
{
	struct node *n = m->role.node;
	bool agents_own = (r->code >= MIP4_FA_UNSPECIFIED && r->code < MIP4_HA_UNSPECIFIED) || r->code == MIP4_FA_HOME_AGENT;
	enum mip4_algorithm algorithm = (enum mip4_algorithm)n->conf->mip4.algorithm;
	const uint8_t *key = visited_key(m);

	/* 3.6.2.1: the home agent's word is authorized; the foreign agent's is where we share a key. */
	if (r->home_address != m->conf.home_address || (uint32_t)r->identification != (uint32_t)m->identification ||
	    !timer_armed(&m->request_timer) || (key && !mip4_one_auth_ok(payload, r, EXTENSION4_MN_FA, SPI_MN_FA, algorithm, key)) ||
	    (agents_own ? !through_agent(m) : !mip4_one_auth_ok(payload, r, EXTENSION4_MN_HA, SPI_MN_HA, algorithm, m->conf.key))) {
		observe(m, now, OBSERVE_HOME_BA_REFUSED, 0, 256 + DROP_UNEXPECTED);
		return;
	}
	m->unanswered = false;
	if (n->conf->mip4.replay && !agents_own)
		m->nonce = (uint32_t)(r->identification >> 32);
	if (r->code <= MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		accepted(m, now, r, payload);
		return;
	}
	observe(m, now, OBSERVE_HOME_BA_REFUSED, 0, r->code);
	if (repair(m, r))
		send_request(m, now);
}

/* ---- agents ---------------------------------------------------------------------------------------------------------------------- */

static void leave_link(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;

	ip4_remove_route(n, 0, 0);
	ip4_remove_route(n, m->conf.home_address & in4_mask(m->conf.home_prefix_length), m->conf.home_prefix_length);
	if (co_located(m) && m->care_of_address) {
		ip4_remove_route(n, m->care_of_address & in4_mask(m->agent.prefix_length), m->agent.prefix_length);
		ip4_remove_local(n, m->care_of_address);
	}
	ip4_arp_flush(n, now, m->link);
	m->link->address = m->care_of_address = 0;
	m->registered = false;
	m->longest_s = 0;
	m->no_encapsulation = m->no_reverse = m->want_reverse = false;
	timer_disarm(&n->timers, &m->request_timer);
}

static void come_home(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;

	ip4_set_address(n, m->link, m->conf.home_address, m->conf.home_prefix_length);
	use_router(m, now);
	ip4_gratuitous_arp(n, now, m->link, m->conf.home_address);
	observe(m, now, OBSERVE_AT_HOME, m->conf.home_address, 0);
	/* The previous agent need not send on to nowhere: the home address means forget (section 4.2). */
	start_previous(m, now, m->conf.home_address);
	if (m->been_away)
		start_registration(m, now);
}

static void have_address(struct mobile_node *m, mip_time now)
{
	const struct agent *a = &m->agent;

	if (co_located(m)) {
		m->care_of_address = (a->address & in4_mask(a->prefix_length)) | m->conf.host_part;
		ip4_set_address(m->role.node, m->link, m->care_of_address, a->prefix_length);
	} else {
		m->care_of_address = a->care_of_address;
	}
	if (co_located(m) || m->role.node->conf->wait == WAIT_OPTIMISTIC)
		use_router(m, now);
	observe(m, now, OBSERVE_CARE_OF_ADDRESS, m->care_of_address, 0);
	start_previous(m, now, m->care_of_address);
	start_registration(m, now);
}

static void use_agent(struct mobile_node *m, mip_time now, const struct agent *a)
{
	leave_link(m, now);
	m->agent = *a;
	m->candidate = (struct agent){ 0 };
	node_arm(m->role.node, &m->agent_timer, a->expires);
	observe(m, now, OBSERVE_ROUTER_FOUND, a->address, 0);
	if (a->home) {
		come_home(m, now);
		return;
	}
	m->been_away = true; /* the home agent may have heard of us from now on */
	if (co_located(m) && m->role.node->conf->mip4.address_delay)
		node_arm(m->role.node, &m->request_timer, now + m->role.node->conf->mip4.address_delay);
	else
		have_address(m, now);
}

/* 2.4: three times at intervals of a second, then doubled ones, until an agent is heard. */
static void solicit(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	struct packet *p = ip4_packet(m->conf.home_address, IN4_ALL_ROUTERS, PROTOCOL4_ICMP, 1, 8);
	uint8_t *u = packet_put(p, 8);

	memset(u, 0, 8);
	u[0] = ICMP4_ROUTER_SOLICITATION;
	icmp4_checksum_set(u, 8);
	ip4_finish(n, p);
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
	ip4_send_on(n, now, m->link, NULL, p);
	m->solicit_after = ++m->solicited <= SOLICITATIONS ? SOLICIT_FIRST : mip_time_min(2 * m->solicit_after, SOLICIT_LAST);
	node_arm(n, &m->agent_timer, now + m->solicit_after);
}

static void start_soliciting(struct mobile_node *m, mip_time now)
{
	m->solicited = 0;
	if (m->link->up)
		solicit(m, now);
}

static void agent_fire(struct node *n, struct timer *t, mip_time now)
{
	struct mobile_node *m = mip_container_of(t, struct mobile_node, agent_timer);

	if (!m->agent.address) {
		if (m->link->up)
			solicit(m, now);
		return;
	}
	if (now < m->agent.expires) {
		node_arm(n, t, m->agent.expires);
		return;
	}
	/* 2.4.2.1: its lifetime is over; another that was heard meanwhile is next. */
	if (m->candidate.address && now < m->candidate.expires) {
		struct agent next = m->candidate;

		use_agent(m, now, &next);
		return;
	}
	leave_link(m, now);
	m->agent = (struct agent){ 0 };
	start_soliciting(m, now);
}

/* 2.4.2.2: another agent on the same subnet does not mean that we moved. */
static bool same_subnet(const struct agent *a, const struct agent *b)
{
	return a->prefix_length && a->prefix_length == b->prefix_length && !((a->address ^ b->address) & in4_mask(a->prefix_length));
}

static void receive_advertisement(struct mobile_node *m, mip_time now, const struct ip4_delivery *d)
{
	struct agent_advertisement a;
	struct agent heard = { 0 };
	bool patient = m->role.node->conf->movement_detection == DETECT_UNREACHABILITY;

	if (!d->has_mac || agent_advertisement_decode(ip4_upper(d), d->length, &a) != WIRE_OK || !a.has_agent)
		return;
	heard.address = a.addresses[0];
	heard.care_of_address = a.care_of_count ? a.care_of[0] : 0;
	heard.mac = d->from;
	heard.flags = a.flags;
	heard.sequence = a.sequence;
	heard.registration_lifetime_s = a.registration_lifetime_s;
	heard.prefix_length = a.prefix_count && a.prefix_lengths[0] <= 32 ? a.prefix_lengths[0] : 0;
	heard.home = a.addresses[0] == m->conf.home_agent;
	heard.expires = now + a.lifetime_s * MIP_SECOND;
	if (!heard.address || in4_is_multicast(heard.address) || heard.address == IN4_BROADCAST)
		return;
	/* Of use to us? A co-located address needs its subnet; a busy agent takes nobody new (2.1.1). */
	if (!heard.home && (co_located(m) ? !heard.prefix_length : !(a.flags & AGENT_FOREIGN) || !heard.care_of_address))
		return;
	if ((a.flags & AGENT_BUSY) && m->agent.address != heard.address && !heard.home)
		return;
	if (m->agent.address == heard.address) {
		/* 2.3.2: a sequence number fallen below 256 says that the agent has restarted and knows no visitors. */
		bool restarted = heard.sequence < m->agent.sequence && heard.sequence < 256;

		m->agent.expires = heard.expires;
		m->agent.sequence = heard.sequence;
		m->agent.flags = heard.flags;
		if (m->registered)
			ip4_arp_set(m->role.node, now, m->link, heard.address, &heard.mac);
		if (restarted && !heard.home) {
			mobile_keys_forget(&m->keys);
			start_registration(m, now);
		}
	} else if (!m->agent.address || (!patient && !same_subnet(&m->agent, &heard))) {
		use_agent(m, now, &heard);
	} else {
		m->candidate = heard;
	}
}

/* ---- hooks -------------------------------------------------------------------------------------------------------------------------- */

/* Seen before? A previous agent that sends on what it kept sends some a second time. */
static bool duplicate(struct mobile_node *m, const struct ip4_delivery *d)
{
	uint32_t size = m->role.node->conf->mip4.buffer_packets * 2;
	const struct seen_packet p = { d->source, load_be16(d->packet->data + 4), true };

	if (!size)
		return false;
	if (!m->seen)
		m->seen = mip_alloc(size * sizeof *m->seen);
	for (uint32_t i = 0; i < size; i++)
		if (m->seen[i].used && m->seen[i].source == p.source && m->seen[i].identification == p.identification)
			return true;
	m->seen[m->seen_next] = p;
	m->seen_next = (m->seen_next + 1) % size;
	return false;
}

/* A tunnel to a co-located care-of address; or to the home address: a special tunnel that comes home as the node does. */
static void leave_tunnel(struct mobile_node *m, mip_time now, struct ip4_delivery *d)
{
	struct node *n = m->role.node;
	in4 source;

	if (!ip4_decapsulate(d->packet, &source))
		node_drop(n, now, d->packet, DROP_MALFORMED);
	else if (ipv4_destination(d->packet->data) != m->conf.home_address)
		node_drop(n, now, d->packet, DROP_NOT_FOR_US);
	else
		ip4_reinject(n, now, d->in, source, d->packet);
}

/* What a node with a co-located address sends from its home address: nothing before it is registered, then straight or by the
 * reverse tunnel (RFC 3024), which it makes itself. */
static int output(struct role *r, mip_time now, struct packet *p)
{
	struct mobile_node *m = mobile_of(r);

	if (!co_located(m) || !m->care_of_address || ipv4_source(p->data) != m->conf.home_address)
		return VERDICT_CONTINUE;
	if (!m->registered && r->node->conf->wait != WAIT_OPTIMISTIC) {
		node_drop(r->node, now, p, DROP_NO_ROUTE);
		return VERDICT_TAKEN;
	}
	if (!reverse_tunnel(m))
		return VERDICT_CONTINUE;
	ip4_encapsulate(r->node, p, m->no_encapsulation ? ENCAPSULATE_IP_IN_IP : (enum ip4_encapsulation)r->node->conf->mip4.encapsulation,
	                m->care_of_address, m->conf.home_agent);
	ip4_send(r->node, now, p, IP4_SEND_PLAIN);
	return VERDICT_TAKEN;
}

static int input(struct role *r, mip_time now, struct ip4_delivery *d)
{
	struct mobile_node *m = mobile_of(r);
	const uint8_t *payload;
	size_t octets;
	struct udp_header udp;
	struct mip4_message q;

	if (d->protocol == PROTOCOL4_ICMP && ip4_upper(d)[0] == ICMP4_ROUTER_ADVERTISEMENT) {
		receive_advertisement(m, now, d);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (ip4_is_tunnel(d->protocol) && ip4_is_local(r->node, d->destination)) {
		leave_tunnel(m, now, d);
		return VERDICT_TAKEN;
	}
	if (mip4_take(r->node, now, d, &payload, &octets, &udp, &q) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (payload && q.type == MIP4_REPLY) {
		receive_reply(m, now, &q, payload);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (payload && q.type == MIP4_ACKNOWLEDGE) {
		if (m->previous.waiting && d->source == m->previous.a.agent && q.home_address == m->conf.home_address &&
		    mip4_auth_ok(payload, mip4_extension_find(&q, EXTENSION4_GENERAL_AUTH), m->previous.a.spi,
		                 (enum mip4_algorithm)r->node->conf->mip4.algorithm, m->previous.key)) {
			node_observe(r->node, now, (struct observation){
				.kind = q.code == ACK_OK ? OBSERVE_BA_ACCEPTED : OBSERVE_BA_REFUSED, .peer = in6_of_in4(d->source), .value = q.code });
			m->previous.waiting = false;
			timer_disarm(&r->node->timers, &m->previous.timer);
			packet_free(d->packet);
		} else {
			node_drop(r->node, now, d->packet, DROP_BAD_AUTHENTICATOR);
		}
		return VERDICT_TAKEN;
	}
	if (!payload && duplicate(m, d)) {
		node_drop(r->node, now, d->packet, DROP_DUPLICATE);
		return VERDICT_TAKEN;
	}
	return VERDICT_CONTINUE;
}

static void link_signal(struct role *r, mip_time now, struct interface *i, enum link_signal what)
{
	struct mobile_node *m = mobile_of(r);
	enum movement_detection how = r->node->conf->movement_detection;

	(void)i;
	if (what == LINK_UP && how == DETECT_HINT) {
		start_soliciting(m, now);
	} else if (what == LINK_DOWN && how == DETECT_HINT) {
		leave_link(m, now);
		m->agent = (struct agent){ 0 };
		timer_disarm(&r->node->timers, &m->agent_timer);
	}
}

static void release(struct role *r)
{
	struct mobile_node *m = mobile_of(r);
	struct timer_heap *h = &r->node->timers;

	timer_disarm(h, &m->agent_timer);
	timer_disarm(h, &m->request_timer);
	timer_disarm(h, &m->previous.timer);
	mobile_keys_fini(&m->keys);
	mip_free(m->seen, r->node->conf->mip4.buffer_packets * 2 * sizeof *m->seen);
	mip_free(m, sizeof *m);
}

static const struct ip4_role_ops ip4_ops = { .input = input, .output = output };
static const struct role_ops ops = { .name = "mobile-node4", .signal = link_signal, .ip4 = &ip4_ops, .free = release };

struct role *mobile_node4_new(struct node *n, const struct mobile_node4_conf *conf)
{
	struct mobile_node *m = mip_alloc(sizeof *m);

	m->role.ops = &ops;
	m->role.node = n;
	m->conf = *conf;
	m->link = ip4_interface(n, 0);
	m->agent_timer.fire = agent_fire;
	m->request_timer.fire = request_fire;
	m->previous.timer.fire = previous_fire;
	mobile_keys_init(&m->keys, n);
	mip4_observe_secret(n, 0, SECRET_MOBILE_HOME, conf->home_agent, SPI_MN_HA, conf->key, sizeof conf->key);
	for (uint32_t i = 0; i < conf->agent_count; i++)
		mip4_observe_secret(n, 0, SECRET_MOBILE_FOREIGN, conf->agents[i].peer, SPI_MN_FA, conf->agents[i].key, MIP4_KEY);
	ip4_add_local(n, conf->home_address);
	return &m->role;
}
