// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Foreign agent (RFC 5944 3.7, 4.2): advertisements, registrations relayed, visitor list, tunnels opened for visitors, reverse tunnels.
 * Smooth handoff (the MIPv4-RO document, section 4): as the new agent it sends the Binding Update a visitor asks for, as the previous
 * one it turns the visitor into a forwarding pointer, with the last packets delivered sent on if it keeps any; it warns the home agent
 * about nodes that still send here, and sends what it has neither visitor nor pointer for home in a special tunnel.
 *
 * DEVIATION: a visitor known by pointer only is found by home address alone, whatever care-of address of ours the tunnel went to.
 * Left out: authentication extensions 33 and 34 with registrations, code 78 when an ICMP error tells earlier, busy (B).
 */
#include "models/mip4/message4.h"

struct visitor {
	struct in4_entry entry;          /* by home address */
	struct foreign_agent *agent;
	struct timer timer;              /* pending: the reply is late; visitor or pointer: end of lifetime */
	struct ip4_interface *interface;
	struct mac mac;
	in4 home_agent;
	in4 pointer;                     /* moved on: its new care-of address; 0: it is here */
	uint64_t identification;         /* of the request that is pending */
	uint16_t source_port;
	bool pending, registered, reverse_tunnel;
	uint8_t encapsulation;
	struct mip4_limit warned;        /* whom the home agent was warned about */
	/* the last packets delivered, a ring */
	struct packet **kept;
	uint32_t kept_next, kept_count;
};

struct foreign_agent {
	struct role role;
	uint8_t master[MIP4_KEY];
	struct beacon *beacons;
	struct in4_table visitors;
	struct mip4_limit strangers;     /* who was told that their mobile node is not here */
};

static struct foreign_agent *agent_of(struct role *r)
{
	return mip_container_of(r, struct foreign_agent, role);
}

static struct visitor *find(const struct foreign_agent *f, in4 home_address)
{
	return (struct visitor *)(void *)in4_table_find(&f->visitors, home_address);
}

static struct beacon *beacon_of(const struct foreign_agent *f, const struct ip4_interface *i)
{
	struct beacon *b = f->beacons;

	while (b && b->interface != i)
		b = b->next;
	return b;
}

/* ---- visitors -------------------------------------------------------------------------------------------------------------- */

static void forget_kept(struct visitor *v, uint32_t capacity)
{
	for (uint32_t i = 0; v->kept && i < capacity; i++)
		packet_free(v->kept[i]);
	if (v->kept)
		mip_free(v->kept, capacity * sizeof *v->kept);
	v->kept = NULL;
	v->kept_next = v->kept_count = 0;
}

static void remove_visitor(struct foreign_agent *f, struct visitor *v)
{
	timer_disarm(&f->role.node->timers, &v->timer);
	forget_kept(v, f->role.node->conf->mip4.buffer_packets);
	mip4_limit_fini(&v->warned);
	in4_table_remove(&f->visitors, &v->entry);
	mip_free(v, sizeof *v);
}

/* A datagram for the mobile node in its own link-layer frame: its address is on no link of ours. */
static void deliver(struct visitor *v, mip_time now, struct packet *take)
{
	ip4_report(v->agent->role.node, now, OBSERVE_MESSAGE_FORWARDED, take);
	ip4_send_on(v->agent->role.node, now, v->interface, &v->mac, take);
}

static void reply(struct foreign_agent *f, mip_time now, const struct visitor *v, const struct mip4_message *m)
{
	uint8_t octets[MIP4_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	mip4_write(&w, m);
	p = ip4_udp(f->role.node, v->interface->address, MIP4_PORT, m->home_address, v->source_port, 64, octets, wr_length(&w));
	ip4_report(f->role.node, now, OBSERVE_MESSAGE_SENT, p);
	ip4_send_on(f->role.node, now, v->interface, &v->mac, p);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct visitor *v = mip_container_of(t, struct visitor, timer);

	(void)n;
	if (v->pending && !v->registered && !v->pointer)
		reply(v->agent, now, v, &(struct mip4_message){ .type = MIP4_REPLY, .code = MIP4_FA_TIMEOUT, .home_address = v->entry.key,
		                                                .home_agent = v->home_agent, .identification = v->identification });
	remove_visitor(v->agent, v);
}

/* 3.7.2: what we refuse ourselves; MIP4_ACCEPTED otherwise. */
static uint8_t judge(const struct foreign_agent *f, const struct ip4_interface *in, const struct mip4_message *m)
{
	const struct beacon *b = beacon_of(f, in);

	if (m->flags & REQUEST_RESERVED)
		return MIP4_FA_BAD_REQUEST;
	if (ip4_is_local(f->role.node, m->home_agent))
		return MIP4_FA_HOME_AGENT;
	if (!(m->flags & REQUEST_DECAPSULATE) && m->lifetime_s && m->care_of_address != in->address)
		return MIP4_FA_CARE_OF;
	if (((m->flags & REQUEST_MINIMAL) && !(b->flags & AGENT_MINIMAL)) || ((m->flags & REQUEST_GRE) && !(b->flags & AGENT_GRE)))
		return MIP4_FA_ENCAPSULATION;
	return MIP4_ACCEPTED;
}

/* Section 4.3 of the document: the update that the mobile node has authenticated in advance, octet for octet. */
static void notify_previous(struct foreign_agent *f, mip_time now, const struct ip4_interface *in, const struct mip4_message *m,
                            const uint8_t *payload)
{
	const struct mip4_extension *e = mip4_extension_find(m, EXTENSION4_PREVIOUS_AGENT);
	struct mip4_previous_agent a;
	uint8_t octets[MIP4_MAX], *authenticator;
	struct wr w = wr_of(octets, sizeof octets);

	if (!e)
		return;
	mip4_read_previous_agent(payload, e, &a);
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = a.cache_lifetime_s,
	                                       .home_address = m->home_address, .care_of_address = a.care_of_address });
	authenticator = mip4_write_auth(&w, EXTENSION4_GENERAL_AUTH, a.spi);
	memcpy(authenticator, a.authenticator, MIP4_AUTHENTICATOR);
	mip4_send(f->role.node, now, in->address, MIP4_PORT, a.agent, MIP4_PORT, &w);
}

static void relay_request(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct udp_header *udp,
                          const struct mip4_message *m, const uint8_t *payload, size_t octets)
{
	struct node *n = f->role.node;
	struct visitor *v = find(f, m->home_address);
	uint8_t copy[MIP4_MAX], code;
	struct wr w = wr_of(copy, sizeof copy);

	if (octets > sizeof copy)
		return;
	if (!v) {
		v = mip_alloc(sizeof *v);
		v->entry.key = m->home_address;
		v->agent = f;
		v->timer.fire = fire;
		in4_table_add(&f->visitors, &v->entry);
	}
	v->interface = d->in;
	v->mac = d->from;
	v->home_agent = m->home_agent;
	v->identification = m->identification;
	v->source_port = udp->source_port;
	v->reverse_tunnel = m->flags & REQUEST_REVERSE_TUNNEL;
	v->encapsulation = m->flags & REQUEST_MINIMAL ? ENCAPSULATE_MINIMAL : m->flags & REQUEST_GRE ? ENCAPSULATE_GRE : ENCAPSULATE_IP_IN_IP;
	/* It is here again: the way to where it was is of no use. */
	if (v->pointer) {
		v->pointer = 0;
		v->registered = false;
	}
	v->pending = true;
	code = judge(f, d->in, m);
	if (code != MIP4_ACCEPTED) {
		reply(f, now, v, &(struct mip4_message){ .type = MIP4_REPLY, .code = code, .home_address = m->home_address,
		                                         .home_agent = m->home_agent, .identification = m->identification });
		if (!v->registered)
			remove_visitor(f, v);
		return;
	}
	if (!v->registered)
		node_arm(n, &v->timer, now + MIP4_PENDING);
	notify_previous(f, now, d->in, m, payload);
	/* 3.7.2.2: what follows the extension for the home agent would be ours and is taken off; there is none here. */
	wr_copy(&w, payload, octets);
	mip4_send(n, now, d->in->address, MIP4_PORT, m->home_agent, MIP4_PORT, &w);
}

static bool relay_reply(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m,
                        const uint8_t *payload, size_t octets)
{
	struct node *n = f->role.node;
	struct visitor *v = find(f, m->home_address);
	struct packet *p;

	/* 3.7.3.1: it answers a pending request, by home address and the low half of the Identification. */
	if (!v || !v->pending || (uint32_t)v->identification != (uint32_t)m->identification || d->source != v->home_agent)
		return false;
	v->pending = false;
	p = ip4_udp(n, v->interface->address, MIP4_PORT, m->home_address, v->source_port, 64, payload, octets);
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
	ip4_send_on(n, now, v->interface, &v->mac, p);
	if (m->code > MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		if (!v->registered)
			remove_visitor(f, v);
	} else if (!m->lifetime_s) {
		remove_visitor(f, v);
	} else {
		v->registered = true;
		node_arm(n, &v->timer, m->lifetime_s == MIP4_INFINITE ? MIP_NEVER : now + m->lifetime_s * MIP_SECOND);
	}
	return true;
}

/* ---- the previous agent ------------------------------------------------------------------------------------------------------ */

static void through_pointer(struct visitor *v, mip_time now, struct packet *take)
{
	struct node *n = v->agent->role.node;

	ip4_encapsulate(n, take, (enum ip4_encapsulation)v->encapsulation, v->interface->address, v->pointer);
	ip4_send(n, now, take, IP4_SEND_PLAIN);
}

/* The oldest first, behind what asked for them. */
static void send_kept(struct visitor *v, mip_time now)
{
	uint32_t capacity = v->agent->role.node->conf->mip4.buffer_packets;

	for (uint32_t i = 0; i < v->kept_count; i++) {
		uint32_t slot = (v->kept_next + capacity - v->kept_count + i) % capacity;
		struct packet *p = v->kept[slot];

		v->kept[slot] = NULL;
		through_pointer(v, now, p);
	}
	forget_kept(v, capacity);
}

static void keep(struct visitor *v, const struct packet *p)
{
	uint32_t capacity = v->agent->role.node->conf->mip4.buffer_packets;

	if (!capacity)
		return;
	if (!v->kept)
		v->kept = mip_alloc(capacity * sizeof *v->kept);
	packet_free(v->kept[v->kept_next]);
	v->kept[v->kept_next] = packet_clone(p);
	v->kept_next = (v->kept_next + 1) % capacity;
	if (v->kept_count < capacity)
		v->kept_count++;
}

static void acknowledge(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m, uint8_t status,
                        const uint8_t key[MIP4_KEY], struct visitor *v)
{
	struct node *n = f->role.node;
	uint8_t octets[MIP4_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	mip4_write(&w, &(struct mip4_message){ .type = MIP4_ACKNOWLEDGE, .code = status, .home_address = m->home_address,
	                                       .has_identification = m->has_identification, .identification = m->identification });
	mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, SPI_MN_FA, (enum mip4_algorithm)n->conf->mip4.algorithm, key);
	/* To the mobile node by the new entry (section 4.3); without one to whoever asked. */
	p = ip4_udp(n, d->destination, MIP4_PORT, v && v->pointer ? m->home_address : d->source, MIP4_PORT, 64, octets, wr_length(&w));
	if (v && v->pointer)
		through_pointer(v, now, p);
	else
		ip4_send(n, now, p, IP4_SEND_PLAIN);
}

static void receive_update(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m,
                           const uint8_t *payload)
{
	struct node *n = f->role.node;
	struct visitor *v = find(f, m->home_address);
	const struct observation o = { .peer = in6_of_in4(m->home_address), .address = in6_of_in4(m->care_of_address) };
	struct observation seen = o;
	uint8_t key[MIP4_KEY];

	mip4_node_key(m->home_address, f->master, key);
	if (!mip4_auth_ok(payload, mip4_extension_find(m, EXTENSION4_GENERAL_AUTH), SPI_MN_FA,
	                  (enum mip4_algorithm)n->conf->mip4.algorithm, key)) {
		seen.kind = OBSERVE_BU_REFUSED;
		seen.value = ACK_AUTHENTICATION;
		node_observe(n, now, seen);
		if (m->flags & UPDATE_ACKNOWLEDGE)
			acknowledge(f, now, d, m, ACK_AUTHENTICATION, key, NULL);
		return;
	}
	/* A notification delayed past the return of the mobile node must not send it away again: it names us as care-of address. */
	seen.kind = OBSERVE_BU_ACCEPTED;
	seen.value = m->lifetime_s;
	node_observe(n, now, seen);
	if (v && (m->care_of_address == m->home_address || !m->lifetime_s || ip4_is_local(n, m->care_of_address))) {
		if (!ip4_is_local(n, m->care_of_address))
			remove_visitor(f, v);
		v = NULL;
	} else if (v) {
		v->pointer = m->care_of_address;
		v->registered = v->pending = false;
		node_arm(n, &v->timer, m->lifetime_s == MIP4_INFINITE ? MIP_NEVER : now + m->lifetime_s * MIP_SECOND);
	}
	if (m->flags & UPDATE_ACKNOWLEDGE)
		acknowledge(f, now, d, m, ACK_OK, key, v);
	if (v && v->kept)
		send_kept(v, now);
}

/* Tell the home agent about a node that still sends here (section 3.1). */
static void warn(struct visitor *v, mip_time now, in4 target)
{
	struct node *n = v->agent->role.node;
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof octets);

	if (!n->conf->route_optimization || target == v->home_agent ||
	    !mip4_limit_allows(&v->warned, now, target, n->conf->mip4.update_interval))
		return;
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_WARNING, .home_address = v->entry.key, .target_count = 1, .targets = { target } });
	mip4_send(n, now, v->interface->address, MIP4_PORT, v->home_agent, MIP4_PORT, &w);
}

/* ---- data -------------------------------------------------------------------------------------------------------------------- */

/* Out of a tunnel that ended here. */
static void from_tunnel(struct foreign_agent *f, mip_time now, in4 source, in4 ours, struct packet *take)
{
	struct node *n = f->role.node;
	in4 to = ipv4_destination(take->data);
	struct visitor *v = find(f, to);

	if (v && v->pointer) {
		warn(v, now, source);
		through_pointer(v, now, take);
	} else if (v && (v->registered || v->pending)) {
		/* Pending too: the previous agent's acknowledgement may be here before the home agent's reply (section 4.3). */
		keep(v, take);
		deliver(v, now, take);
	} else if (n->conf->mip4.special_tunnels && source != to && !ip4_is_local(n, to)) {
		/* spectun-00: outer destination is the home address, so that the home agent intercepts it. */
		ip4_encapsulate(n, take, ENCAPSULATE_IP_IN_IP, ours, to);
		ip4_send(n, now, take, IP4_SEND_PLAIN);
	} else {
		/* optim-11: its home agent is not known here, so who tunnels hears of it and may ask. */
		if (n->conf->route_optimization && !ip4_is_local(n, source) &&
		    mip4_limit_allows(&f->strangers, now, source, n->conf->mip4.update_interval)) {
			uint8_t octets[16];
			struct wr w = wr_of(octets, sizeof octets);

			mip4_write(&w, &(struct mip4_message){ .type = MIP4_WARNING, .home_address = to });
			mip4_send(n, now, ours, MIP4_PORT, source, MIP4_PORT, &w);
		}
		node_drop(n, now, take, DROP_NOT_REGISTERED);
	}
}

static int forward(struct role *r, mip_time now, struct ip4_interface *in, in4 tunnel_source, struct packet *p)
{
	struct foreign_agent *f = agent_of(r);
	struct visitor *v = find(f, ipv4_source(p->data));

	(void)tunnel_source;
	/* RFC 3024 5.1: what a visitor that asked for it sends goes by its home agent; tunnelled as it came, one hop less. */
	if (v && v->registered && !v->pointer && v->reverse_tunnel && v->interface == in && p->data[8] > 1) {
		ipv4_decrement_ttl(p->data);
		ip4_encapsulate(r->node, p, (enum ip4_encapsulation)v->encapsulation, v->interface->address, v->home_agent);
		ip4_send(r->node, now, p, IP4_SEND_PLAIN);
		return VERDICT_TAKEN;
	}
	return VERDICT_CONTINUE;
}

static int input(struct role *r, mip_time now, struct ip4_delivery *d)
{
	struct foreign_agent *f = agent_of(r);
	struct beacon *b = beacon_of(f, d->in);
	const uint8_t *payload;
	size_t octets;
	struct udp_header udp;
	struct mip4_message m;
	bool done = true;
	in4 source, ours = d->destination;

	if (mip4_is_solicitation(d) && b) {
		beacon_solicited(r->node, now, b, d);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	if (ip4_is_tunnel(d->protocol) && ip4_is_local(r->node, ours)) {
		if (!ip4_decapsulate(d->packet, &source)) {
			node_drop(r->node, now, d->packet, DROP_MALFORMED);
			return VERDICT_TAKEN;
		}
		from_tunnel(f, now, source, ours, d->packet);
		return VERDICT_TAKEN;
	}
	if (mip4_take(r->node, now, d, &payload, &octets, &udp, &m) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (!payload)
		return VERDICT_CONTINUE;
	if (m.type == MIP4_REQUEST && b && d->has_mac)
		relay_request(f, now, d, &udp, &m, payload, octets);
	else if (m.type == MIP4_REPLY)
		done = relay_reply(f, now, d, &m, payload, octets);
	else if (m.type == MIP4_UPDATE)
		receive_update(f, now, d, &m, payload);
	else
		return VERDICT_CONTINUE;
	if (done)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, DROP_UNEXPECTED);
	return VERDICT_TAKEN;
}

static void release(struct role *r)
{
	struct foreign_agent *f = agent_of(r);
	struct in4_entry *e;

	while ((e = in4_table_any(&f->visitors)))
		remove_visitor(f, (struct visitor *)(void *)e);
	in4_table_fini(&f->visitors);
	mip4_limit_fini(&f->strangers);
	for (struct beacon *b = f->beacons, *next; b; b = next) {
		next = b->next;
		beacon_stop(r->node, b);
		mip_free(b, sizeof *b);
	}
	mip_free(f, sizeof *f);
}

static const struct ip4_role_ops ip4_ops = { .input = input, .forward = forward };
static const struct role_ops ops = { .name = "foreign-agent4", .ip4 = &ip4_ops, .free = release };

struct role *foreign_agent4_new(struct node *n, const uint8_t master[MIP4_KEY])
{
	struct foreign_agent *f = mip_alloc(sizeof *f);

	f->role.ops = &ops;
	f->role.node = n;
	memcpy(f->master, master, MIP4_KEY);
	return &f->role;
}

void foreign_agent4_serve(struct role *r, unsigned interface)
{
	struct foreign_agent *f = agent_of(r);
	struct beacon *b = mip_alloc(sizeof *b);

	b->next = f->beacons;
	f->beacons = b;
	beacon_start(r->node, b, ip4_interface(r->node, interface),
	             (uint16_t)(AGENT_FOREIGN | AGENT_REGISTRATION_REQUIRED | AGENT_MINIMAL | AGENT_GRE | AGENT_REVERSE_TUNNEL |
	                        (r->node->conf->mip4.smooth_handoff ? AGENT_SMOOTH : 0)));
}
