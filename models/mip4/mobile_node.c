// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile node (RFC 5944 3.6, 2.4) with a foreign agent's care-of address: agents found by solicitation, by the first advertisement from
 * another subnet or by the end of the old agent's lifetime; registration with timestamps or nonces, both brought back in step by code
 * 133; returning home. Smooth handoff (the MIPv4-RO document, section 4): it authenticates the Binding Update to its previous agent in
 * advance, and repeats it itself until that is acknowledged or the pointer would have ended.
 *
 * Left out: co-located care-of addresses, home agent discovery, simultaneous bindings. What it sends while it is not registered has no
 * way out and is counted as that.
 */
#include "models/mip4/message4.h"

#define NTP_OF_ZERO 2208988800u

struct agent {
	in4 address, care_of_address;    /* address 0: none */
	struct mac mac;
	uint16_t flags, sequence;
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
	in4 registered_with;             /* care-of address the home agent accepted last; 0: at home or nowhere */
	bool registered, been_away;      /* been_away: the home agent may have a binding */
	struct timer agent_timer;        /* end of the agent's lifetime */
	struct timer request_timer;      /* repeat the request, or renew the registration */
	mip_time backoff, sent_at;
	uint64_t identification;         /* of the last request */
	uint16_t asked_s;
	int64_t clock_s;                 /* what our clock is corrected by */
	uint32_t nonce;
	/* the previous foreign agent, until it has acknowledged */
	struct {
		struct mip4_previous_agent a;
		struct timer timer;
		mip_time backoff, until;
		bool waiting;
	} previous;
	struct seen_packet *seen;        /* the last packets, with a buffering previous agent */
	uint32_t seen_next;
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

static const uint8_t *agent_key(const struct mobile_node *m, in4 care_of_address)
{
	for (uint32_t i = 0; i < m->conf.agent_count; i++)
		if (m->conf.agents[i].peer == care_of_address)
			return m->conf.agents[i].key;
	return NULL;
}

/* ---- previous foreign agent -------------------------------------------------------------------------------------------------- */

/* The update as the new agent builds it: the same octets (section 4.2). */
static void write_previous_update(const struct mobile_node *m, struct wr *w)
{
	mip4_write(w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = m->previous.a.cache_lifetime_s,
	                                      .home_address = m->conf.home_address, .care_of_address = m->previous.a.care_of_address });
	mip4_put_auth(w, EXTENSION4_GENERAL_AUTH, SPI_MN_FA, (enum mip4_algorithm)m->role.node->conf->mip4.algorithm,
	              agent_key(m, m->previous.a.agent));
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
	if (m->registered || m->agent.home) {
		write_previous_update(m, &w);
		mip4_send(n, now, m->conf.home_address, MIP4_PORT, m->previous.a.agent, MIP4_PORT, &w);
	}
	node_arm(n, t, now + m->previous.backoff);
	m->previous.backoff = mip_time_min(2 * m->previous.backoff, MIP4_RETRANSMIT_LAST);
}

/* Begins to tell the previous agent about `care_of_address`. */
static void start_previous(struct mobile_node *m, mip_time now, in4 care_of_address)
{
	struct node *n = m->role.node;
	in4 old = m->registered_with;
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof octets);

	m->previous.waiting = false;
	timer_disarm(&n->timers, &m->previous.timer);
	if (!n->conf->mip4.smooth_handoff || !old || old == care_of_address || !agent_key(m, old))
		return;
	m->previous.a = (struct mip4_previous_agent){
		.cache_lifetime_s = (uint16_t)mip_time_min(n->conf->mip4.pointer_lifetime / MIP_SECOND, MIP4_INFINITE - 1),
		.agent = old, .care_of_address = care_of_address, .spi = SPI_MN_FA };
	write_previous_update(m, &w);
	memcpy(m->previous.a.authenticator, w.p - MIP4_AUTHENTICATOR, MIP4_AUTHENTICATOR);
	m->previous.waiting = true;
	m->previous.until = now + n->conf->mip4.pointer_lifetime;
	m->previous.backoff = 2 * MIP4_RETRANSMIT_FIRST;
	node_arm(n, &m->previous.timer, now + MIP4_RETRANSMIT_FIRST);
}

/* ---- registration -------------------------------------------------------------------------------------------------------------- */

static uint64_t new_identification(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	uint64_t nanoseconds = (uint64_t)(now + n->conf->mip4.clock_offset), id;

	if (n->conf->mip4.replay)
		return (uint64_t)m->nonce << 32 | (uint32_t)node_random_u64(n, RANDOM_MOBILITY);
	/* NTP format (RFC 5944 5.7.1): seconds and a binary fraction. Always greater than the one before. */
	id = (uint64_t)(NTP_OF_ZERO + (int64_t)(nanoseconds / MIP_SECOND) + m->clock_s) << 32 | (nanoseconds % MIP_SECOND << 32) / MIP_SECOND;
	return id > m->identification || (id >> 32) + MIP4_TOLERANCE < m->identification >> 32 ? id : m->identification + 1;
}

static void send_request(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	const struct mip4_conf *c = &n->conf->mip4;
	struct mip4_message q = { .type = MIP4_REQUEST, .home_address = m->conf.home_address, .home_agent = m->conf.home_agent };
	uint8_t octets[MIP4_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	m->identification = new_identification(m, now);
	q.identification = m->identification;
	if (m->agent.home) {
		q.care_of_address = m->conf.home_address;
	} else {
		q.care_of_address = m->agent.care_of_address;
		q.lifetime_s = (uint16_t)mip_time_min(n->conf->lifetime / MIP_SECOND, MIP4_INFINITE - 1);
		if (c->encapsulation == ENCAPSULATE_MINIMAL && (m->agent.flags & AGENT_MINIMAL))
			q.flags |= REQUEST_MINIMAL;
		if (c->encapsulation == ENCAPSULATE_GRE && (m->agent.flags & AGENT_GRE))
			q.flags |= REQUEST_GRE;
		if (c->reverse_tunnel && (m->agent.flags & AGENT_REVERSE_TUNNEL))
			q.flags |= REQUEST_REVERSE_TUNNEL;
		if (c->private_binding)
			q.flags |= REQUEST_PRIVATE;
	}
	m->asked_s = q.lifetime_s;
	mip4_write(&w, &q);
	if (m->previous.waiting && !m->agent.home && (m->agent.flags & AGENT_SMOOTH) &&
	    m->previous.a.care_of_address == m->agent.care_of_address)
		mip4_write_previous_agent(&w, &m->previous.a);
	mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, (enum mip4_algorithm)c->algorithm, m->conf.key);
	p = ip4_udp(n, m->conf.home_address, MIP4_PORT, m->agent.home ? m->conf.home_agent : m->agent.address, MIP4_PORT, 64, octets,
	            wr_length(&w));
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
	observe(m, now, OBSERVE_HOME_BU_SENT, q.care_of_address, q.lifetime_s);
	m->sent_at = now;
	/* Away from home there is no ARP (RFC 5944 4.6): the agent's advertisement told its MAC. */
	ip4_send_on(n, now, m->link, &m->agent.mac, p);
	node_arm(n, &m->request_timer, now + m->backoff);
	m->backoff = mip_time_min(2 * m->backoff, MIP4_RETRANSMIT_LAST);
}

static void request_fire(struct node *n, struct timer *t, mip_time now)
{
	struct mobile_node *m = mip_container_of(t, struct mobile_node, request_timer);

	(void)n;
	(void)t;
	if (!m->agent.address || !m->link->up)
		return;
	/* Due for renewal, or unanswered. */
	if (m->registered)
		m->backoff = MIP4_RETRANSMIT_FIRST;
	send_request(m, now);
}

static void start_registration(struct mobile_node *m, mip_time now)
{
	m->registered = false;
	m->backoff = MIP4_RETRANSMIT_FIRST;
	send_request(m, now);
}

static void accepted(struct mobile_node *m, mip_time now, const struct mip4_message *r)
{
	struct node *n = m->role.node;
	/* 3.6.2: counted from the request; a longer lifetime than asked for is not believed. */
	uint16_t granted = r->lifetime_s < m->asked_s ? r->lifetime_s : m->asked_s;

	timer_disarm(&n->timers, &m->request_timer);
	observe(m, now, OBSERVE_HOME_BA_ACCEPTED, m->agent.home ? m->conf.home_address : m->agent.care_of_address, granted);
	if (m->agent.home) {
		m->registered_with = 0;
		return;
	}
	m->registered = true;
	m->registered_with = m->agent.care_of_address;
	ip4_arp_set(n, now, m->link, m->agent.address, &m->agent.mac);
	ip4_add_route(n, 0, 0, m->link->index, m->agent.address);
	node_arm(n, &m->request_timer, m->sent_at + granted * MIP_SECOND / 4 * 3);
}

static void receive_reply(struct mobile_node *m, mip_time now, const struct mip4_message *r, const uint8_t *payload)
{
	struct node *n = m->role.node;
	bool agents_own = r->code >= MIP4_FA_UNSPECIFIED && r->code < MIP4_HA_UNSPECIFIED;

	/* 3.6.2.1: a foreign agent's refusal has nothing to authorize it; everything else has. */
	if (r->home_address != m->conf.home_address || (uint32_t)r->identification != (uint32_t)m->identification ||
	    !timer_armed(&m->request_timer) ||
	    (!agents_own && r->code != MIP4_FA_HOME_AGENT &&
	     !mip4_auth_ok(payload, mip4_extension_find(r, EXTENSION4_MN_HA), SPI_MN_HA, (enum mip4_algorithm)n->conf->mip4.algorithm,
	                   m->conf.key))) {
		observe(m, now, OBSERVE_HOME_BA_REFUSED, 0, 256 + DROP_UNEXPECTED);
		return;
	}
	if (n->conf->mip4.replay && !agents_own)
		m->nonce = (uint32_t)(r->identification >> 32);
	if (r->code <= MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		accepted(m, now, r);
		return;
	}
	observe(m, now, OBSERVE_HOME_BA_REFUSED, 0, r->code);
	/* Back in step (5.7) and once more; other refusals wait for the timer. */
	if (r->code == MIP4_HA_IDENTIFICATION) {
		if (!n->conf->mip4.replay)
			m->clock_s += (int64_t)(r->identification >> 32) - (int64_t)(m->identification >> 32);
		send_request(m, now);
	}
}

/* ---- agents ---------------------------------------------------------------------------------------------------------------------- */

static void leave_link(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;

	ip4_remove_route(n, 0, 0);
	ip4_remove_route(n, m->conf.home_address & in4_mask(m->conf.home_prefix_length), m->conf.home_prefix_length);
	ip4_arp_flush(n, now, m->link);
	m->link->address = 0;
	m->registered = false;
	timer_disarm(&n->timers, &m->request_timer);
}

static void come_home(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;

	ip4_set_address(n, m->link, m->conf.home_address, m->conf.home_prefix_length);
	ip4_arp_set(n, now, m->link, m->agent.address, &m->agent.mac);
	ip4_add_route(n, 0, 0, m->link->index, m->agent.address);
	ip4_gratuitous_arp(n, now, m->link, m->conf.home_address);
	observe(m, now, OBSERVE_AT_HOME, m->conf.home_address, 0);
	/* The previous agent need not send on to nowhere: the home address means forget (section 4.2). */
	start_previous(m, now, m->conf.home_address);
	if (m->previous.waiting)
		previous_fire(n, &m->previous.timer, now);
	if (m->been_away)
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
	observe(m, now, OBSERVE_CARE_OF_ADDRESS, a->care_of_address, 0);
	start_previous(m, now, a->care_of_address);
	start_registration(m, now);
}

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
}

static void agent_fire(struct node *n, struct timer *t, mip_time now)
{
	struct mobile_node *m = mip_container_of(t, struct mobile_node, agent_timer);

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
	if (m->link->up)
		solicit(m, now);
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
	heard.home = a.addresses[0] == m->conf.home_agent;
	heard.expires = now + a.lifetime_s * MIP_SECOND;
	if (!heard.home && !(a.flags & AGENT_FOREIGN))
		return;
	if (m->agent.address == heard.address) {
		/* 2.3.2: a sequence number fallen below 256 says that the agent has restarted and knows no visitors. */
		bool restarted = heard.sequence < m->agent.sequence && heard.sequence < 256;

		m->agent.expires = heard.expires;
		m->agent.sequence = heard.sequence;
		if (m->registered)
			ip4_arp_set(m->role.node, now, m->link, heard.address, &heard.mac);
		if (restarted && !heard.home)
			start_registration(m, now);
	} else if (!m->agent.address || !patient) {
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
	/* The home agent's or another's tunnel may end here only with a co-located care-of address. */
	if (mip4_take(r->node, now, d, &payload, &octets, &udp, &q) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (payload && q.type == MIP4_REPLY) {
		receive_reply(m, now, &q, payload);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (payload && q.type == MIP4_ACKNOWLEDGE) {
		const uint8_t *key = agent_key(m, d->source);

		if (key && m->previous.waiting && d->source == m->previous.a.agent && q.home_address == m->conf.home_address &&
		    mip4_auth_ok(payload, mip4_extension_find(&q, EXTENSION4_GENERAL_AUTH), SPI_MN_FA,
		                 (enum mip4_algorithm)r->node->conf->mip4.algorithm, key)) {
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
		solicit(m, now);
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
	mip_free(m->seen, r->node->conf->mip4.buffer_packets * 2 * sizeof *m->seen);
	mip_free(m, sizeof *m);
}

static const struct ip4_role_ops ip4_ops = { .input = input };
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
	ip4_add_local(n, conf->home_address);
	return &m->role;
}
