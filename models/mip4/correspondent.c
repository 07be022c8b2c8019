// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A correspondent with a binding cache (the MIPv4-RO document, section 3): Binding Updates from home agents it shares a key with, nonces
 * in step or brought back in step by a Binding Request, tunnels straight to care-of addresses, reconfirmation of bindings in use.
 */
#include "models/mip4/message4.h"

struct cached {
	struct in4_entry entry;          /* by home address */
	struct correspondent *owner;
	struct cached *older, *newer;    /* in the order of use */
	struct timer timer;              /* reconfirmation, then the end */
	mip_time expires;
	in4 care_of_address, home_agent;
	uint8_t encapsulation;
	bool used, asked;                /* since the last update */
};

/* What is remembered of a home agent. */
struct peer {
	uint32_t expected_nonce;
	uint32_t question;               /* low half of the Identification of our Binding Request */
	bool asking;
	mip_time allowed;                /* the next request because of a nonce out of step */
};

struct correspondent {
	struct role role;
	const struct mip4_association *associations;
	struct peer *peers;
	uint32_t count;
	struct in4_table cache;
	struct cached *oldest, *newest;
};

static struct correspondent *correspondent_of(struct role *r)
{
	return mip_container_of(r, struct correspondent, role);
}

static void observe(struct correspondent *c, mip_time now, enum observation_kind kind, in4 home_address, in4 care_of_address, uint32_t value)
{
	node_observe(c->role.node, now, (struct observation){ .kind = kind, .peer = in6_of_in4(home_address),
	                                                      .address = in6_of_in4(care_of_address), .value = value });
}

/* ---- cache ------------------------------------------------------------------------------------------------------------------- */

static void unlink_entry(struct correspondent *c, struct cached *e)
{
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
}

static void link_newest(struct correspondent *c, struct cached *e)
{
	e->older = c->newest;
	e->newer = NULL;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void remove_entry(struct correspondent *c, struct cached *e)
{
	timer_disarm(&c->role.node->timers, &e->timer);
	unlink_entry(c, e);
	in4_table_remove(&c->cache, &e->entry);
	mip_free(e, sizeof *e);
}

static void send_request(struct correspondent *c, mip_time now, uint32_t peer, in4 home_address)
{
	struct node *n = c->role.node;
	in4 to = c->associations[peer].peer;
	uint8_t octets[32];
	struct wr w = wr_of(octets, sizeof octets);
	uint64_t question = node_random_u64(n, RANDOM_SECRET);

	c->peers[peer].question = (uint32_t)question;
	c->peers[peer].asking = true;
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_BINDING_REQUEST, .home_address = home_address, .identification = question });
	mip4_send(n, now, ip4_source_address(n, to), MIP4_PORT, to, MIP4_PORT, &w);
}

static int peer_of(const struct correspondent *c, in4 address)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (c->associations[i].peer == address)
			return (int)i;
	return -1;
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct cached *e = mip_container_of(t, struct cached, timer);
	struct correspondent *c = e->owner;

	if (now < e->expires && e->used && !e->asked) {
		e->asked = true;
		send_request(c, now, (uint32_t)peer_of(c, e->home_agent), e->entry.key);
	}
	if (now < e->expires) {
		node_arm(n, t, e->expires);
		return;
	}
	observe(c, now, OBSERVE_BINDING_EXPIRED, e->entry.key, e->care_of_address, 0);
	remove_entry(c, e);
}

/* NULL: the cache is full and nothing gives way. */
static struct cached *make_room(struct correspondent *c, mip_time now, in4 home_address)
{
	const struct protocol_conf *conf = c->role.node->conf;
	struct cached *e;

	if (c->cache.count >= conf->binding_cache_limit) {
		if (!conf->binding_cache_evict || !c->oldest)
			return NULL;
		observe(c, now, OBSERVE_BINDING_DELETED, c->oldest->entry.key, c->oldest->care_of_address, 0);
		remove_entry(c, c->oldest);
	}
	e = mip_alloc(sizeof *e);
	e->entry.key = home_address;
	e->owner = c;
	e->timer.fire = fire;
	in4_table_add(&c->cache, &e->entry);
	link_newest(c, e);
	return e;
}

/* ---- updates ------------------------------------------------------------------------------------------------------------------- */

static uint8_t update(struct correspondent *c, mip_time now, in4 home_agent, const struct mip4_message *m)
{
	struct cached *e = (struct cached *)(void *)in4_table_find(&c->cache, m->home_address);
	mip_time lifetime = m->lifetime_s == MIP4_INFINITE ? MIP_NEVER : m->lifetime_s * MIP_SECOND;

	if (!lifetime || m->care_of_address == m->home_address) {
		if (e) {
			observe(c, now, OBSERVE_BINDING_DELETED, m->home_address, e->care_of_address, 0);
			remove_entry(c, e);
		}
		return ACK_OK;
	}
	if (!m->care_of_address || in4_is_multicast(m->care_of_address) || m->care_of_address == IN4_BROADCAST)
		return ACK_BAD_UPDATE;
	if (!e)
		e = make_room(c, now, m->home_address);
	if (!e)
		return ACK_RESOURCES;
	e->care_of_address = m->care_of_address;
	e->home_agent = home_agent;
	e->encapsulation = m->flags & UPDATE_MINIMAL ? ENCAPSULATE_MINIMAL : m->flags & UPDATE_GRE ? ENCAPSULATE_GRE : ENCAPSULATE_IP_IN_IP;
	e->expires = mip_time_add(now, lifetime);
	e->used = e->asked = false;
	node_arm(c->role.node, &e->timer, lifetime == MIP_NEVER ? MIP_NEVER : now + lifetime / 4 * 3);
	observe(c, now, OBSERVE_BU_ACCEPTED, m->home_address, m->care_of_address, m->lifetime_s);
	return ACK_OK;
}

static void receive(struct correspondent *c, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m, const uint8_t *payload)
{
	struct node *n = c->role.node;
	int i = peer_of(c, d->source);
	enum mip4_algorithm algorithm = (enum mip4_algorithm)n->conf->mip4.algorithm;
	struct peer *p;
	uint32_t nonce = (uint32_t)m->identification;
	uint8_t status, octets[64];
	struct wr w = wr_of(octets, sizeof octets);

	if (i < 0 || !mip4_auth_ok(payload, mip4_extension_find(m, EXTENSION4_GENERAL_AUTH), SPI_HA_CN, algorithm, c->associations[i].key)) {
		status = ACK_AUTHENTICATION;
	} else if (!m->has_identification) {
		status = ACK_BAD_UPDATE;
	} else {
		p = &c->peers[i];
		if (nonce == p->expected_nonce || (p->asking && nonce == p->question)) {
			p->expected_nonce = (uint32_t)(m->identification >> 32);
			p->asking = false;
			status = update(c, now, d->source, m);
		} else {
			status = ACK_IDENTIFICATION;
			/* 3.3: out of step, or a replay: the answer to a question of our own tells. */
			if (now >= p->allowed) {
				p->allowed = mip_time_add(now, n->conf->mip4.update_interval);
				send_request(c, now, (uint32_t)i, m->home_address);
			}
		}
	}
	if (status != ACK_OK)
		observe(c, now, OBSERVE_BU_REFUSED, m->home_address, m->care_of_address, status);
	if (!(m->flags & UPDATE_ACKNOWLEDGE))
		return;
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_ACKNOWLEDGE, .code = status, .home_address = m->home_address,
	                                       .has_identification = m->has_identification, .identification = m->identification });
	if (i >= 0)
		mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, algorithm, c->associations[i].key);
	mip4_send(n, now, d->destination, MIP4_PORT, d->source, MIP4_PORT, &w);
}

/* An agent without a visitor tells us that our entry is out of date. Anybody could say so: it only makes us ask. */
static void receive_warning(struct correspondent *c, mip_time now, const struct mip4_message *m)
{
	struct cached *e = (struct cached *)(void *)in4_table_find(&c->cache, m->home_address);
	int i = e ? peer_of(c, e->home_agent) : -1;

	if (i < 0 || now < c->peers[i].allowed)
		return;
	c->peers[i].allowed = mip_time_add(now, c->role.node->conf->mip4.update_interval);
	send_request(c, now, (uint32_t)i, m->home_address);
}

static int input(struct role *r, mip_time now, struct ip4_delivery *d)
{
	const uint8_t *payload;
	size_t octets;
	struct udp_header udp;
	struct mip4_message m;

	if (mip4_take(r->node, now, d, &payload, &octets, &udp, &m) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (payload && m.type == MIP4_WARNING) {
		receive_warning(correspondent_of(r), now, &m);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (!payload || m.type != MIP4_UPDATE)
		return VERDICT_CONTINUE;
	receive(correspondent_of(r), now, d, &m, payload);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static int output(struct role *r, mip_time now, struct packet *p)
{
	struct correspondent *c = correspondent_of(r);
	struct cached *e = (struct cached *)(void *)in4_table_find(&c->cache, ipv4_destination(p->data));

	if (!e || ip4_is_local(r->node, e->care_of_address))
		return VERDICT_CONTINUE;
	e->used = true;
	unlink_entry(c, e);
	link_newest(c, e);
	ip4_encapsulate(r->node, p, (enum ip4_encapsulation)e->encapsulation, ipv4_source(p->data), e->care_of_address);
	ip4_send(r->node, now, p, IP4_SEND_PLAIN);
	return VERDICT_TAKEN;
}

static void release(struct role *r)
{
	struct correspondent *c = correspondent_of(r);

	while (c->oldest)
		remove_entry(c, c->oldest);
	in4_table_fini(&c->cache);
	mip_free(c->peers, c->count * sizeof *c->peers);
	mip_free(c, sizeof *c);
}

static const struct ip4_role_ops ip4_ops = { .input = input, .output = output };
static const struct role_ops ops = { .name = "correspondent4", .ip4 = &ip4_ops, .free = release };

struct role *correspondent4_new(struct node *n, const struct mip4_association *home_agents, uint32_t count)
{
	struct correspondent *c = mip_alloc(sizeof *c);

	c->role.ops = &ops;
	c->role.node = n;
	c->associations = home_agents;
	c->count = count;
	c->peers = mip_alloc(count * sizeof *c->peers);
	return &c->role;
}
