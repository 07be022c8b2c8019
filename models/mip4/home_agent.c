// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Home agent (RFC 5944 3.8, 4): registrations with timestamps or nonces, proxy and gratuitous ARP, interception and tunnels, reverse
 * tunnels (RFC 3024). Route Optimization: Binding Updates on an intercepted packet, a Binding Warning or a Binding Request; special
 * tunnels are opened again towards the care-of address.
 *
 * Left out: several bindings for one mobile node (S is answered with code 1, so that 135 never is), broadcasts (B), requests to the
 * home network's broadcast address (home agent discovery).
 */
#include "models/mip4/registration_key.h"

#define NTP_OF_ZERO 2208988800u /* seconds from 1900 to 1970: where our virtual clocks begin */

#define CORRESPONDENTS 8             /* of a mobile node that hear of movements */

struct home_binding {
	struct in4_entry entry;          /* by home address */
	struct home_agent *agent;
	struct timer timer;
	in4 care_of_address;             /* 0: not registered now, remembered for its Identification */
	mip_time expires;
	uint64_t identification;         /* the last one accepted */
	uint32_t nonce;                  /* the one its next request must carry */
	struct mip4_limit told, asked;   /* who was sent this binding, unasked and asked */
	in4 correspondents[CORRESPONDENTS]; /* who has it, told longest ago first, with notify_correspondents */
	uint8_t correspondent_count;
	uint8_t encapsulation;
	bool reverse_tunnel, private_binding;
};

/* A node that is sent updates: nonces run per association. */
struct told_node {
	struct in4_entry entry;
	uint32_t next_nonce;
};

struct home_agent {
	struct role role;
	struct ip4_interface *home_link;
	uint8_t master[MIP4_KEY];
	struct in4_table bindings, told;
	uint32_t away;                   /* bindings in use */
	struct mip4_limit asked;         /* by whom about bindings that there are not */
	struct beacon beacon;
	struct home_keys keys;
};

static struct home_agent *agent_of(struct role *r)
{
	return mip_container_of(r, struct home_agent, role);
}

static struct home_binding *find(const struct home_agent *h, in4 home_address)
{
	return (struct home_binding *)(void *)in4_table_find(&h->bindings, home_address);
}

/* The one in use. */
static struct home_binding *find_away(const struct home_agent *h, in4 home_address)
{
	struct home_binding *b = find(h, home_address);

	return b && b->care_of_address ? b : NULL;
}

static bool serves(const struct home_agent *h, in4 address)
{
	in4 mask = in4_mask(h->home_link->prefix_length);

	return (address & mask) == (h->home_link->address & mask) && address != h->home_link->address && (address & ~mask) && (~address & ~mask);
}

static void observe(struct home_agent *h, mip_time now, enum observation_kind kind, in4 home_address, in4 care_of_address, uint32_t value)
{
	node_observe(h->role.node, now, (struct observation){ .kind = kind, .peer = in6_of_in4(home_address),
	                                                      .address = in6_of_in4(care_of_address), .value = value });
}

/* ---- binding updates ------------------------------------------------------------------------------------------------------- */

/* Anybody may ask, so what is remembered is bounded. Who then is out of step asks again. */
#define TOLD_NODES 4096

static void forget_told(struct home_agent *h)
{
	struct in4_entry *e;

	while ((e = in4_table_any(&h->told))) {
		in4_table_remove(&h->told, e);
		mip_free(e, sizeof(struct told_node));
	}
	in4_table_fini(&h->told);
}

static void forget_correspondent(struct home_binding *b, in4 who)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < b->correspondent_count; i++)
		if (b->correspondents[i] != who)
			b->correspondents[kept++] = b->correspondents[i];
	b->correspondent_count = kept;
}

static void remember_correspondent(struct home_binding *b, in4 who)
{
	forget_correspondent(b, who);
	if (b->correspondent_count == CORRESPONDENTS)
		forget_correspondent(b, b->correspondents[0]);
	b->correspondents[b->correspondent_count++] = who;
}

/* request: the Identification of the Binding Request that this answers, NULL: none. Its low half then is this update's nonce, so that
 * a correspondent out of step knows the answer to its question; from there nonces go on. flags: UPDATE_ACKNOWLEDGE or 0. */
static void send_update(struct home_agent *h, mip_time now, in4 to, in4 home_address, const uint64_t *request, uint8_t flags)
{
	struct node *n = h->role.node;
	struct home_binding *b = find_away(h, home_address);
	struct told_node *t = (struct told_node *)(void *)in4_table_find(&h->told, to);
	struct mip4_message m = { .type = MIP4_UPDATE, .home_address = home_address, .care_of_address = home_address, .has_identification = true };
	uint8_t octets[MIP4_MAX], key[MIP4_KEY];
	struct wr w = wr_of(octets, sizeof octets);
	uint32_t nonce;

	if (!t) {
		if (h->told.count == TOLD_NODES)
			forget_told(h);
		t = mip_alloc(sizeof *t);
		t->entry.key = to;
		in4_table_add(&h->told, &t->entry);
	}
	nonce = request ? (uint32_t)*request : t->next_nonce;
	t->next_nonce = (uint32_t)node_random_u64(n, RANDOM_SECRET);
	m.identification = (uint64_t)t->next_nonce << 32 | nonce;
	if (b && !b->private_binding) {
		m.care_of_address = b->care_of_address;
		m.lifetime_s = (uint16_t)mip_time_min((b->expires - now) / MIP_SECOND, MIP4_INFINITE - 1);
		if (n->conf->mip4.notify_correspondents)
			remember_correspondent(b, to);
		m.flags = b->encapsulation == ENCAPSULATE_MINIMAL ? UPDATE_MINIMAL : b->encapsulation == ENCAPSULATE_GRE ? UPDATE_GRE : 0;
	}
	m.flags |= flags;
	mip4_write(&w, &m);
	mip4_node_key(to, h->master, key);
	mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, (enum mip4_algorithm)n->conf->mip4.algorithm, key);
	observe(h, now, OBSERVE_BU_SENT, to, m.care_of_address, m.lifetime_s);
	mip4_send(n, now, h->home_link->address, MIP4_PORT, to, MIP4_PORT, &w);
}

/* Unasked: no more often than the interval allows (the document, 3.3), and nothing about a private binding. */
static void tell(struct home_agent *h, mip_time now, struct home_binding *b, in4 to)
{
	const struct protocol_conf *c = h->role.node->conf;

	if (c->route_optimization && !b->private_binding && to && to != b->care_of_address && !ip4_is_local(h->role.node, to) &&
	    !in4_is_multicast(to) && mip4_limit_allows(&b->told, now, to, c->mip4.update_interval))
		send_update(h, now, to, b->entry.key, NULL, 0);
}

/* The binding has changed, or is no more. */
static void tell_correspondents(struct home_agent *h, mip_time now, struct home_binding *b)
{
	in4 all[CORRESPONDENTS];
	uint8_t count = b->correspondent_count;

	memcpy(all, b->correspondents, sizeof all);
	b->correspondent_count = 0;
	for (uint8_t i = 0; i < count; i++) {
		mip4_limit_allows(&b->told, now, all[i], h->role.node->conf->mip4.update_interval);
		send_update(h, now, all[i], b->entry.key, NULL, UPDATE_ACKNOWLEDGE);
	}
}

/* One that refuses is left alone from now on. */
static void receive_acknowledgement(struct home_agent *h, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m,
                                    const uint8_t *payload)
{
	struct home_binding *b = find(h, m->home_address);
	uint8_t key[MIP4_KEY];

	mip4_node_key(d->source, h->master, key);
	if (!b || !mip4_one_auth_ok(payload, m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, (enum mip4_algorithm)h->role.node->conf->mip4.algorithm, key))
		return;
	observe(h, now, m->code == ACK_OK ? OBSERVE_BA_ACCEPTED : OBSERVE_BA_REFUSED, d->source, 0, m->code);
	if (m->code != ACK_OK)
		forget_correspondent(b, d->source);
}

/* ---- interception ------------------------------------------------------------------------------------------------------------ */

static void tunnel(struct home_agent *h, mip_time now, struct home_binding *b, struct packet *take)
{
	struct node *n = h->role.node;

	ip4_encapsulate(n, take, (enum ip4_encapsulation)b->encapsulation, h->home_link->address, b->care_of_address);
	ip4_send(n, now, take, IP4_SEND_PLAIN);
}

static int forward(struct role *r, mip_time now, struct ip4_interface *in, in4 tunnel_source, struct packet *p)
{
	struct home_agent *h = agent_of(r);
	struct home_binding *b = find_away(h, ipv4_destination(p->data));
	in4 outer = ipv4_source(p->data), ignored, inner;

	(void)in;
	(void)tunnel_source;
	if (!b)
		return VERDICT_CONTINUE;
	/* RFC 2003 3.2: what comes from where it would go to is not sent there again. A foreign agent whose special tunnel comes back
	 * to it has lost its visitor (spectun-00). */
	if (outer == b->care_of_address) {
		node_drop(r->node, now, p, DROP_BAD_TUNNEL_SOURCE);
		return VERDICT_TAKEN;
	}
	if (ip4_is_tunnel(ipv4_protocol(p->data)) && ip4_decapsulate(p, &ignored)) {
		if (ipv4_destination(p->data) != b->entry.key) {
			node_drop(r->node, now, p, DROP_NOT_FOR_US);
			return VERDICT_TAKEN;
		}
		/* Foreign agents share no key for updates with us: only the correspondent is told. */
		inner = ipv4_source(p->data);
		if (!ip4_pass(r->node, now, p))
			return VERDICT_TAKEN;
		tunnel(h, now, b, p);
		tell(h, now, b, inner);
		return VERDICT_TAKEN;
	}
	if (!ip4_pass(r->node, now, p))
		return VERDICT_TAKEN;
	tunnel(h, now, b, p);
	tell(h, now, b, outer);
	return VERDICT_TAKEN;
}

static int output(struct role *r, mip_time now, struct packet *p)
{
	struct home_binding *b = find_away(agent_of(r), ipv4_destination(p->data));

	if (!b)
		return VERDICT_CONTINUE;
	tunnel(agent_of(r), now, b, p);
	return VERDICT_TAKEN;
}

/* ---- registration ------------------------------------------------------------------------------------------------------------- */

static void end_binding(struct home_agent *h, struct home_binding *b)
{
	b->care_of_address = 0;
	h->away--;
	timer_disarm(&h->role.node->timers, &b->timer);
	ip4_remove_proxy(h->home_link, b->entry.key);
}

static void expire(struct node *n, struct timer *t, mip_time now)
{
	struct home_binding *b = mip_container_of(t, struct home_binding, timer);

	(void)n;
	observe(b->agent, now, OBSERVE_BINDING_EXPIRED, b->entry.key, b->care_of_address, 0);
	end_binding(b->agent, b);
}

static uint32_t ntp_seconds(mip_time now)
{
	return (uint32_t)(NTP_OF_ZERO + (uint64_t)(now / MIP_SECOND));
}

/* 5.7. A binding that is not there yet has seen nothing: any nonce that is not zero is then asked for anew. */
static bool identification_ok(const struct home_agent *h, mip_time now, const struct home_binding *b, uint64_t identification)
{
	int64_t ahead = (int64_t)(identification >> 32) - (int64_t)ntp_seconds(now);

	if (h->role.node->conf->mip4.replay)
		return (uint32_t)(identification >> 32) == b->nonce;
	return identification > b->identification && ahead <= MIP4_TOLERANCE && ahead >= -MIP4_TOLERANCE;
}

static struct home_binding *get(struct home_agent *h, in4 home_address)
{
	struct home_binding *b = find(h, home_address);

	if (b)
		return b;
	b = mip_alloc(sizeof *b);
	b->entry.key = home_address;
	b->agent = h;
	b->timer.fire = expire;
	b->nonce = (uint32_t)node_random_u64(h->role.node, RANDOM_SECRET);
	in4_table_add(&h->bindings, &b->entry);
	return b;
}

/* Is the care-of address a foreign agent's that we share a key with? Then `key` is it (3.5.4). */
static bool shares_key_with_agent(const struct home_agent *h, const struct ip4_delivery *d, const struct mip4_message *m, uint8_t key[MIP4_KEY])
{
	if (!((h->role.node->conf->mip4.agent_authentication & AGENT_AUTHENTICATION_HOME) ||
	      mip4_pair_key(h->keys.with, d->source, h->home_link->address)) || d->source == m->home_address ||
	    (d->source == m->care_of_address && (m->flags & REQUEST_DECAPSULATE)))
		return false;
	mip4_node_key(d->source, h->master, key);
	return true;
}

/* What can be said no to at once; MIP4_ACCEPTED otherwise. */
static uint8_t judge(struct home_agent *h, mip_time now, struct home_binding *b, const struct ip4_delivery *d, const struct mip4_message *m,
                     const uint8_t *payload)
{
	const struct protocol_conf *c = h->role.node->conf;
	enum mip4_algorithm algorithm = (enum mip4_algorithm)c->mip4.algorithm;
	uint8_t key[MIP4_KEY];

	if (!identification_ok(h, now, b, m->identification))
		return MIP4_HA_IDENTIFICATION;
	b->identification = m->identification;
	if (m->lifetime_s && shares_key_with_agent(h, d, m, key) &&
	    !mip4_one_auth_ok(payload, m, EXTENSION4_FA_HA, SPI_FA_HA, algorithm, key))
		return MIP4_HA_FA_AUTH;
	if (m->flags & REQUEST_RESERVED)
		return MIP4_HA_BAD_REQUEST;
	if (m->home_agent != h->home_link->address)
		return MIP4_HA_UNKNOWN;
	if (c->mip4.prohibit)
		return MIP4_HA_PROHIBITED;
	if (!m->lifetime_s || m->care_of_address == m->home_address)
		return MIP4_ACCEPTED;
	/* Nowhere, everywhere, or ourselves. */
	if (!m->care_of_address || in4_is_multicast(m->care_of_address) || m->care_of_address == IN4_BROADCAST ||
	    ip4_is_local(h->role.node, m->care_of_address))
		return MIP4_HA_BAD_REQUEST;
	if (!b->care_of_address && h->away >= c->binding_cache_limit)
		return MIP4_HA_RESOURCES;
	if ((m->flags & (REQUEST_MINIMAL | REQUEST_GRE)) && c->mip4.only_ip_in_ip)
		return MIP4_HA_ENCAPSULATION;
	if ((m->flags & REQUEST_REVERSE_TUNNEL) && c->mip4.reverse_tunnels == REVERSE_TUNNELS_REFUSED)
		return MIP4_HA_REVERSE_TUNNEL;
	if (!(m->flags & REQUEST_REVERSE_TUNNEL) && c->mip4.reverse_tunnels == REVERSE_TUNNELS_REQUIRED)
		return MIP4_HA_REVERSE_MANDATORY;
	return m->flags & REQUEST_SIMULTANEOUS ? MIP4_ACCEPTED_NO_SIMULTANEOUS : MIP4_ACCEPTED;
}

/* Never more than was asked for. */
static uint16_t granted_s(const struct home_agent *h, const struct mip4_message *m)
{
	uint16_t limit = mip4_agent_lifetime_s(h->role.node);

	return m->lifetime_s < limit ? m->lifetime_s : limit;
}

static void accept_request(struct home_agent *h, mip_time now, struct home_binding *b, const struct mip4_message *m)
{
	struct node *n = h->role.node;
	in4 old = b->care_of_address;

	observe(h, now, OBSERVE_BU_ACCEPTED, m->home_address, m->care_of_address, granted_s(h, m));
	if (!m->lifetime_s || m->care_of_address == m->home_address) {
		/* 3.8.2.2: another care-of address than the one in use has no binding that could be deleted. */
		if (old && (m->care_of_address == m->home_address || m->care_of_address == old)) {
			observe(h, now, OBSERVE_BINDING_DELETED, m->home_address, old, 0);
			end_binding(h, b);
			tell_correspondents(h, now, b);
		}
		return;
	}
	b->care_of_address = m->care_of_address;
	b->encapsulation = (uint8_t)mip4_encapsulation_of(m->flags);
	b->reverse_tunnel = m->flags & REQUEST_REVERSE_TUNNEL;
	b->private_binding = m->flags & REQUEST_PRIVATE;
	b->expires = now + granted_s(h, m) * MIP_SECOND;
	node_arm(n, &b->timer, b->expires);
	/* What was told before is out of date: the next packet intercepted may tell again. */
	if (old != m->care_of_address) {
		mip4_limit_fini(&b->told);
		mip4_limit_fini(&b->asked);
	}
	if (old && old != m->care_of_address)
		tell_correspondents(h, now, b);
	if (!old) {
		h->away++;
		ip4_add_proxy(n, now, h->home_link, m->home_address);
		ip4_gratuitous_arp(n, now, h->home_link, m->home_address);
	}
}

/* Whom the mobile node itself names to be told (optim-11, 6.3); only what its authenticator covers. */
static void tell_named(struct home_agent *h, mip_time now, struct home_binding *b, const struct mip4_message *m, const uint8_t *payload)
{
	const struct mip4_extension *e = mip4_extension_find(m, EXTENSION4_WARNING);
	in4 targets[MIP4_TARGETS];
	unsigned count;

	if (!e || e->offset > mip4_extension_find(m, EXTENSION4_MN_HA)->offset || !b->care_of_address ||
	    mip4_read_warning_extension(payload, e, targets, &count) != m->home_address)
		return;
	for (unsigned i = 0; i < count; i++)
		tell(h, now, b, targets[i]);
}

static void register_node(struct home_agent *h, mip_time now, const struct ip4_delivery *d, const struct udp_header *udp,
                          const struct mip4_message *m, const uint8_t *payload)
{
	struct node *n = h->role.node;
	enum mip4_algorithm algorithm = (enum mip4_algorithm)n->conf->mip4.algorithm;
	struct home_binding *b = NULL;
	uint8_t key[MIP4_KEY], agent_key[MIP4_KEY], octets[MIP4_MAX], code = MIP4_HA_MN_AUTH;
	struct wr w = wr_of(octets, sizeof octets);
	struct mip4_message reply;
	bool shared = shares_key_with_agent(h, d, m, agent_key);
	mip_time at = now;

	/* 3.8.2.1: without an association, or without an extension that could authorize, there is no answer; nor where an agent claims an
	 * association that we do not have. */
	if (!serves(h, m->home_address) || !mip4_extension_find(m, EXTENSION4_MN_HA) || (mip4_extension_find(m, EXTENSION4_FA_HA) && !shared)) {
		observe(h, now, OBSERVE_BU_REFUSED, m->home_address, m->care_of_address, 256 + DROP_BAD_AUTHENTICATOR);
		return;
	}
	mip4_node_key(m->home_address, h->master, key);
	if (mip4_one_auth_ok(payload, m, EXTENSION4_MN_HA, SPI_MN_HA, algorithm, key)) {
		b = get(h, m->home_address);
		code = judge(h, now, b, d, m, payload);
	}
	if (code <= MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		accept_request(h, now, b, m);
		tell_named(h, now, b, m, payload);
	} else {
		observe(h, now, OBSERVE_BU_REFUSED, m->home_address, m->care_of_address, code);
	}
	reply = (struct mip4_message){ .type = MIP4_REPLY, .code = code, .lifetime_s = granted_s(h, m), .home_address = m->home_address,
		                       .home_agent = h->home_link->address, .identification = m->identification };
	/* 5.7: the low half comes back; the high half is our clock for a node out of step, or the next nonce. */
	if (n->conf->mip4.replay && b) {
		if (code <= MIP4_ACCEPTED_NO_SIMULTANEOUS)
			b->nonce = (uint32_t)node_random_u64(n, RANDOM_SECRET);
		reply.identification = (uint64_t)b->nonce << 32 | (uint32_t)m->identification;
	} else if (code == MIP4_HA_IDENTIFICATION) {
		reply.identification = (uint64_t)ntp_seconds(now) << 32 | (uint32_t)m->identification;
	}
	mip4_write(&w, &reply);
	if (code <= MIP4_ACCEPTED_NO_SIMULTANEOUS)
		at = home_keys_supply(&h->keys, now, shared ? agent_key : NULL, m, payload, key, &w);
	mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, algorithm, key);
	if (shared && m->lifetime_s)
		mip4_put_auth(&w, EXTENSION4_FA_HA, SPI_FA_HA, algorithm, agent_key);
	mip_assert(!w.bad);
	processor_send(&h->keys.processor, now, at, ip4_udp(n, d->destination, MIP4_PORT, d->source, udp->source_port, 64, octets, wr_length(&w)));
}

static void receive(struct home_agent *h, mip_time now, const struct ip4_delivery *d, const struct udp_header *udp,
                    const struct mip4_message *m, const uint8_t *payload)
{
	struct home_binding *b = find_away(h, m->home_address);

	switch (m->type) {
	case MIP4_REQUEST:
		register_node(h, now, d, udp, m, payload);
		break;
	case MIP4_BINDING_REQUEST:
		/* Nobody has to prove anything to ask: the limit keeps this from becoming a tool (3.3). */
		if (serves(h, m->home_address) &&
		    mip4_limit_allows(b ? &b->asked : &h->asked, now, d->source, h->role.node->conf->mip4.update_interval))
			send_update(h, now, d->source, m->home_address, &m->identification, 0);
		break;
	case MIP4_WARNING:
		for (unsigned i = 0; b && i < m->target_count; i++)
			tell(h, now, b, m->targets[i]);
		if (b && !m->target_count)
			tell(h, now, b, d->source);
		break;
	case MIP4_ACKNOWLEDGE:
		receive_acknowledgement(h, now, d, m, payload);
		break;
	default:
		break;
	}
}

static int input(struct role *r, mip_time now, struct ip4_delivery *d)
{
	struct home_agent *h = agent_of(r);
	const uint8_t *payload;
	size_t octets;
	struct udp_header udp;
	struct mip4_message m;
	struct home_binding *b;
	in4 source;

	if (mip4_is_solicitation(d) && d->in == h->home_link) {
		beacon_solicited(r->node, now, &h->beacon, d);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (ip4_is_tunnel(d->protocol) && ip4_is_local(r->node, d->destination)) {
		/* RFC 3024 5.2: a reverse tunnel, from the care-of address and with the home address inside. */
		if (!ip4_decapsulate(d->packet, &source)) {
			node_drop(r->node, now, d->packet, DROP_MALFORMED);
			return VERDICT_TAKEN;
		}
		b = find_away(h, ipv4_source(d->packet->data));
		if (!b || b->care_of_address != source || !b->reverse_tunnel)
			node_drop(r->node, now, d->packet, DROP_BAD_TUNNEL_SOURCE);
		else
			ip4_reinject(r->node, now, d->in, source, d->packet);
		return VERDICT_TAKEN;
	}
	if (mip4_take(r->node, now, d, &payload, &octets, &udp, &m) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (!payload || !(m.type == MIP4_REQUEST || m.type == MIP4_BINDING_REQUEST || m.type == MIP4_WARNING || m.type == MIP4_ACKNOWLEDGE))
		return VERDICT_CONTINUE;
	/* A node that is both agents: requests for another's home agent are the foreign agent's business. */
	if (m.type == MIP4_REQUEST && m.home_agent != h->home_link->address && !serves(h, m.home_address))
		return VERDICT_CONTINUE;
	receive(h, now, d, &udp, &m, payload);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static void release(struct role *r)
{
	struct home_agent *h = agent_of(r);
	struct in4_entry *e;

	beacon_stop(r->node, &h->beacon);
	home_keys_fini(&h->keys);
	while ((e = in4_table_any(&h->bindings))) {
		struct home_binding *b = (struct home_binding *)(void *)e;

		timer_disarm(&r->node->timers, &b->timer);
		mip4_limit_fini(&b->told);
		mip4_limit_fini(&b->asked);
		in4_table_remove(&h->bindings, e);
		mip_free(b, sizeof *b);
	}
	in4_table_fini(&h->bindings);
	forget_told(h);
	mip4_limit_fini(&h->asked);
	mip_free(h, sizeof *h);
}

static const struct ip4_role_ops ip4_ops = { .input = input, .output = output, .forward = forward };
static const struct role_ops ops = { .name = "home-agent4", .ip4 = &ip4_ops, .free = release };

struct role *home_agent4_new(struct node *n, unsigned interface, const uint8_t master[MIP4_KEY])
{
	struct home_agent *h = mip_alloc(sizeof *h);

	h->role.ops = &ops;
	h->role.node = n;
	h->home_link = ip4_interface(n, interface);
	memcpy(h->master, master, MIP4_KEY);
	home_keys_init(&h->keys, n);
	beacon_start(n, &h->beacon, h->home_link, AGENT_HOME);
	return &h->role;
}

void home_agent4_share(struct role *r, const struct mip4_pair_keys *with)
{
	agent_of(r)->keys.with = with;
}
