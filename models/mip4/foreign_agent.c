// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Foreign agent (RFC 5944 3.7, 4.2): advertisements, registrations relayed, visitor list, tunnels opened for visitors, reverse tunnels.
 * Smooth handoff (the MIPv4-RO document, section 4): as the new agent it sends the Binding Update a visitor asks for, as the previous
 * one it turns the visitor into a forwarding pointer, with the last packets delivered sent on if it keeps any; it warns the home agent
 * about nodes that still send here, and sends what it has neither visitor nor pointer for home in a special tunnel.
 *
 * Registration keys: see registration_key.h.
 *
 * DEVIATION: a visitor known by pointer only is found by home address alone, whatever care-of address of ours the tunnel went to.
 * Left out: delivery styles of RFC 3024 (code 79), visitors without a home address.
 */
#include "models/mip4/registration_key.h"

/* A request of a visitor on its way (3.7.2: apart from the registration in force until the home agent has said yes). */
struct pending {
	bool waiting;
	struct timer timer;              /* the reply is late */
	struct ip4_interface *interface;
	struct mac mac;
	in4 home_agent;
	uint64_t identification;
	uint16_t datagram;               /* IPv4 identification of the relayed one, by which ICMP errors name it */
	uint16_t source_port, asked_s;
	uint8_t encapsulation;
	bool reverse_tunnel;
};

struct visitor {
	struct in4_entry entry;          /* by home address */
	struct foreign_agent *agent;
	struct pending pending;
	struct visitor *next_waiting;    /* in the order of their requests */
	/* the registration in force */
	bool registered;
	uint64_t stay[2];                /* its Identification, and that of the one before if the visitor was here all the time */
	struct timer timer;              /* end of registration or pointer */
	struct ip4_interface *interface;
	struct mac mac;
	in4 home_agent;
	in4 pointer;                     /* moved on: its new care-of address; 0: it is here */
	uint8_t encapsulation;
	bool reverse_tunnel;
	struct mip4_limit warned;        /* whom the home agent was warned about */
	/* the last packets delivered, a ring */
	struct packet **kept;
	uint32_t kept_next, kept_count;
	struct visitor_keys *keys;       /* NULL: no registration key */
};

/* An interface where it is an agent. */
struct served {
	struct beacon beacon;
	const struct mip4_association *home_agents; /* keys shared with them; borrowed */
	uint32_t home_agent_count;
};

struct foreign_agent {
	struct role role;
	uint8_t master[MIP4_KEY];
	struct beacon *beacons;          /* of struct served */
	struct in4_table visitors;
	struct visitor *waiting;
	struct mip4_limit strangers;     /* who was told that their mobile node is not here */
	struct foreign_keys keys;
	struct mip4_limit denied;        /* mobile nodes; one denial a second (3.7.2) */
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

/* B tells nodes that are not here yet that there is no room (2.1.1). */
static void set_busy(struct foreign_agent *f)
{
	bool full = f->visitors.count >= f->role.node->conf->binding_cache_limit;

	for (struct beacon *b = f->beacons; b; b = b->next)
		b->flags = (uint16_t)(full ? b->flags | AGENT_BUSY : b->flags & ~AGENT_BUSY);
}

static void stop_waiting(struct visitor *v)
{
	struct visitor **at = &v->agent->waiting;

	if (!v->pending.waiting)
		return;
	v->pending.waiting = false;
	timer_disarm(&v->agent->role.node->timers, &v->pending.timer);
	while (*at != v)
		at = &(*at)->next_waiting;
	*at = v->next_waiting;
}

static void start_waiting(struct visitor *v, mip_time now)
{
	struct visitor **at = &v->agent->waiting;

	while (*at)
		at = &(*at)->next_waiting;
	*at = v;
	v->next_waiting = NULL;
	v->pending.waiting = true;
	node_arm(v->agent->role.node, &v->pending.timer, now + MIP4_PENDING);
}

static void remove_visitor(struct foreign_agent *f, struct visitor *v)
{
	stop_waiting(v);
	timer_disarm(&f->role.node->timers, &v->timer);
	forget_kept(v, f->role.node->conf->mip4.buffer_packets);
	mip4_limit_fini(&v->warned);
	visitor_keys_free(v->keys);
	in4_table_remove(&f->visitors, &v->entry);
	mip_free(v, sizeof *v);
	set_busy(f);
}

static void remove_if_unused(struct visitor *v)
{
	if (!v->registered && !v->pointer && !v->pending.waiting)
		remove_visitor(v->agent, v);
}

/* Registration and pointer are over. */
static void forget(struct visitor *v)
{
	struct node *n = v->agent->role.node;

	timer_disarm(&n->timers, &v->timer);
	v->registered = false;
	v->pointer = 0;
	forget_kept(v, n->conf->mip4.buffer_packets);
	remove_if_unused(v);
}

/* Registration and pointer are over, but a registration key stays for `rest`, so that a repeated update is acknowledged again. */
static void forget_but_key(struct visitor *v, mip_time now, mip_time rest)
{
	if (!visitor_keys_any(v->keys, now) || !rest) {
		forget(v);
		return;
	}
	if (!v->registered && !v->pointer)
		return; /* a repetition prolongs nothing */
	v->registered = false;
	v->pointer = 0;
	forget_kept(v, v->agent->role.node->conf->mip4.buffer_packets);
	node_arm(v->agent->role.node, &v->timer, now + rest);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	(void)n;
	(void)now;
	forget(mip_container_of(t, struct visitor, timer));
}

/* A datagram for the mobile node in its own link-layer frame: its address is on no link of ours. */
static void deliver(struct visitor *v, mip_time now, struct packet *take)
{
	struct node *n = v->agent->role.node;

	ip4_report(n, now, OBSERVE_MESSAGE_FORWARDED, take);
	if (v->registered && !v->pointer)
		ip4_send_on(n, now, v->interface, &v->mac, take);
	else
		ip4_send_on(n, now, v->pending.interface, &v->pending.mac, take);
}

/* ---- registration ------------------------------------------------------------------------------------------------------------ */

static const uint8_t *home_agent_key(const struct foreign_agent *f, const struct pending *q)
{
	const struct served *s = mip_container_of(beacon_of(f, q->interface), struct served, beacon);

	return f->role.node->conf->mip4.agent_authentication & AGENT_AUTHENTICATION_HOME ?
	               mip4_association_key(s->home_agents, s->home_agent_count, q->home_agent) :
	               mip4_pair_key(f->keys.with, q->interface->address, q->home_agent);
}

/* The mobile node's frame, whatever its address; extension 33 comes last (3.7.3.2). */
static void send_to_mobile(struct foreign_agent *f, mip_time now, const struct pending *q, in4 home_address, struct wr *w)
{
	struct node *n = f->role.node;
	struct packet *p;

	if (n->conf->mip4.agent_authentication & AGENT_AUTHENTICATION_MOBILE) {
		uint8_t key[MIP4_KEY];

		mip4_node_key(home_address, f->master, key);
		mip4_put_auth(w, EXTENSION4_MN_FA, SPI_MN_FA, (enum mip4_algorithm)n->conf->mip4.algorithm, key);
	}
	mip_assert(!w->bad);
	p = ip4_udp(n, q->interface->address, MIP4_PORT, home_address, q->source_port, 64, w->start, wr_length(w));
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
	ip4_send_on(n, now, q->interface, &q->mac, p);
}

/* A reply of our own. */
static void deny(struct foreign_agent *f, mip_time now, const struct pending *q, in4 home_address, uint8_t code)
{
	uint8_t octets[128];
	struct wr w = wr_of(octets, sizeof octets);
	uint16_t lifetime_s = code == MIP4_FA_LIFETIME ? mip4_agent_lifetime_s(f->role.node) : q->asked_s;

	if (!mip4_limit_allows(&f->denied, now, home_address, MIP_SECOND))
		return;
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_REPLY, .code = code, .lifetime_s = lifetime_s, .home_address = home_address,
	                                       .home_agent = q->home_agent, .identification = q->identification });
	send_to_mobile(f, now, q, home_address, &w);
}

/* The request comes to nothing; what was there before stays. */
static void end_pending(struct visitor *v, mip_time now, uint8_t code)
{
	stop_waiting(v);
	if (code != MIP4_ACCEPTED)
		deny(v->agent, now, &v->pending, v->entry.key, code);
	remove_if_unused(v);
}

static void pending_fire(struct node *n, struct timer *t, mip_time now)
{
	(void)n;
	end_pending(mip_container_of(t, struct visitor, pending.timer), now, MIP4_FA_TIMEOUT);
}

/* 3.7.2: what we refuse ourselves; MIP4_ACCEPTED otherwise. */
static uint8_t judge(const struct foreign_agent *f, const struct ip4_delivery *d, const struct mip4_message *m, const uint8_t *payload)
{
	const struct protocol_conf *c = f->role.node->conf;
	bool reverse = m->flags & REQUEST_REVERSE_TUNNEL;
	uint8_t key[MIP4_KEY];

	mip4_node_key(m->home_address, f->master, key);
	if ((c->mip4.agent_authentication & AGENT_AUTHENTICATION_MOBILE) &&
	    !mip4_one_auth_ok(payload, m, EXTENSION4_MN_FA, SPI_MN_FA, (enum mip4_algorithm)c->mip4.algorithm, key))
		return MIP4_FA_MN_AUTH;
	if (m->flags & REQUEST_RESERVED)
		return MIP4_FA_BAD_REQUEST;
	if (ip4_is_local(f->role.node, m->home_agent))
		return MIP4_FA_HOME_AGENT;
	if (c->mip4.prohibit)
		return MIP4_FA_PROHIBITED;
	if (!find(f, m->home_address) && f->visitors.count >= c->binding_cache_limit)
		return MIP4_FA_RESOURCES;
	if (!(m->flags & REQUEST_DECAPSULATE) && m->lifetime_s && m->care_of_address != d->in->address)
		return MIP4_FA_CARE_OF;
	if (m->lifetime_s > mip4_agent_lifetime_s(f->role.node))
		return MIP4_FA_LIFETIME;
	if (!(m->flags & REQUEST_DECAPSULATE) && (m->flags & (REQUEST_MINIMAL | REQUEST_GRE)) && c->mip4.only_ip_in_ip)
		return MIP4_FA_ENCAPSULATION;
	if (reverse && c->mip4.reverse_tunnels == REVERSE_TUNNELS_REFUSED)
		return MIP4_FA_REVERSE_TUNNEL;
	if (!reverse && m->lifetime_s && c->mip4.reverse_tunnels == REVERSE_TUNNELS_REQUIRED)
		return MIP4_FA_REVERSE_MANDATORY;
	/* RFC 3024 3.3: only from the link itself. */
	if (reverse && d->ttl != 255)
		return MIP4_FA_TOO_DISTANT;
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

	if (!e || !f->role.node->conf->mip4.smooth_handoff)
		return;
	mip4_read_previous_agent(payload, e, &a);
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = a.cache_lifetime_s,
	                                       .home_address = m->home_address, .care_of_address = a.care_of_address });
	authenticator = mip4_write_auth(&w, EXTENSION4_GENERAL_AUTH, a.spi);
	memcpy(authenticator, a.authenticator, MIP4_AUTHENTICATOR);
	mip4_send(f->role.node, now, in->address, MIP4_PORT, a.agent, MIP4_PORT, &w);
}

static struct visitor *get_visitor(struct foreign_agent *f, in4 home_address)
{
	struct visitor *v = find(f, home_address);

	if (v)
		return v;
	v = mip_alloc(sizeof *v);
	v->entry.key = home_address;
	v->agent = f;
	v->timer.fire = fire;
	v->pending.timer.fire = pending_fire;
	in4_table_add(&f->visitors, &v->entry);
	set_busy(f);
	return v;
}

static void relay_request(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct udp_header *udp,
                          const struct mip4_message *m, const uint8_t *payload, size_t octets)
{
	struct node *n = f->role.node;
	struct pending q = { .interface = d->in, .mac = d->from, .home_agent = m->home_agent,
		             .identification = m->identification, .source_port = udp->source_port, .asked_s = m->lifetime_s,
		             .encapsulation = (uint8_t)mip4_encapsulation_of(m->flags), .reverse_tunnel = m->flags & REQUEST_REVERSE_TUNNEL };
	uint8_t copy[MIP4_MAX + FOREIGN_KEYS_ROOM], code = judge(f, d, m, payload);
	const uint8_t *key = home_agent_key(f, &q);
	struct wr w = wr_of(copy, sizeof copy);
	struct visitor *v;
	mip_time at;

	/* 3.7.2.2: what follows the extension for the home agent is ours and is taken off. */
	octets = mip4_authorized_octets(m, octets);
	if (code != MIP4_ACCEPTED || octets > MIP4_MAX - MIP4_AUTH_EXTENSION) {
		deny(f, now, &q, m->home_address, code == MIP4_ACCEPTED ? MIP4_FA_BAD_REQUEST : code);
		return;
	}
	v = get_visitor(f, m->home_address);
	stop_waiting(v);
	q.timer = v->pending.timer;
	v->pending = q;
	start_waiting(v, now);
	notify_previous(f, now, d->in, m, payload);
	wr_copy(&w, payload, octets);
	at = foreign_keys_offer(&f->keys, now, &v->keys, key, m, payload, &w);
	/* Never on deregistration (3.5.4). */
	if (key && m->lifetime_s) {
		mip4_put_auth(&w, EXTENSION4_FA_HA, SPI_FA_HA, (enum mip4_algorithm)n->conf->mip4.algorithm, key);
		mip4_observe_secret(n, now, SECRET_FOREIGN_HOME, m->home_agent, SPI_FA_HA, key, MIP4_KEY);
	}
	mip_assert(!w.bad);
	v->pending.datagram = n->ip4->identification;
	processor_send(&f->keys.processor, now, at, ip4_udp(n, d->in->address, MIP4_PORT, m->home_agent, MIP4_PORT, 64, copy, wr_length(&w)));
}

/* key: shared with the home agent, NULL: none. */
static void take_over(struct visitor *v, mip_time now, const struct mip4_message *m, const uint8_t *payload, const uint8_t *key)
{
	struct node *n = v->agent->role.node;
	const struct pending *q = &v->pending;
	uint16_t limit = mip4_agent_lifetime_s(n), lifetime_s = m->lifetime_s;
	bool back = !v->registered;

	v->stay[1] = v->registered && !v->pointer ? v->stay[0] : q->identification;
	v->stay[0] = q->identification;
	v->registered = true;
	/* It is here again: the way to where it was is of no use. */
	v->pointer = 0;
	v->interface = q->interface;
	v->mac = q->mac;
	v->home_agent = q->home_agent;
	v->encapsulation = q->encapsulation;
	v->reverse_tunnel = q->reverse_tunnel;
	/* Nobody may grant more than was asked for. */
	lifetime_s = lifetime_s < q->asked_s ? lifetime_s : q->asked_s;
	lifetime_s = lifetime_s < limit ? lifetime_s : limit;
	node_arm(n, &v->timer, now + lifetime_s * MIP_SECOND);
	foreign_keys_install(&v->agent->keys, now, v->keys, key, m, payload, now + lifetime_s * MIP_SECOND, back);
}

/* 3.7.3.1: the visitor whose pending request it answers, by home address and the low half of the Identification; NULL: none. */
static struct visitor *answered(const struct foreign_agent *f, const struct ip4_delivery *d, const struct mip4_message *m)
{
	struct visitor *v = find(f, m->home_address);

	return v && v->pending.waiting && (uint32_t)v->pending.identification == (uint32_t)m->identification &&
	                       d->source == v->pending.home_agent ?
	               v :
	               NULL;
}

static bool relay_reply(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m,
                        const uint8_t *payload, size_t octets)
{
	struct node *n = f->role.node;
	struct visitor *v = answered(f, d, m);
	uint8_t copy[MIP4_MAX];
	struct wr w = wr_of(copy, sizeof copy);
	const uint8_t *key;

	if (!v)
		return false;
	key = home_agent_key(f, &v->pending);
	octets = mip4_authorized_octets(m, octets);
	if (key && v->pending.asked_s &&
	    !mip4_one_auth_ok(payload, m, EXTENSION4_FA_HA, SPI_FA_HA, (enum mip4_algorithm)n->conf->mip4.algorithm, key)) {
		end_pending(v, now, MIP4_FA_HA_AUTH);
		return false;
	}
	if (octets > sizeof copy - MIP4_AUTH_EXTENSION) {
		end_pending(v, now, MIP4_FA_BAD_REPLY);
		return false;
	}
	wr_copy(&w, payload, octets);
	send_to_mobile(f, now, &v->pending, m->home_address, &w);
	if (m->code <= MIP4_ACCEPTED_NO_SIMULTANEOUS && m->lifetime_s && v->pending.asked_s) {
		take_over(v, now, m, payload, key);
	} else if (m->code <= MIP4_ACCEPTED_NO_SIMULTANEOUS) {
		timer_disarm(&n->timers, &v->timer);
		v->registered = false;
		v->pointer = 0;
	}
	end_pending(v, now, MIP4_ACCEPTED);
	return true;
}

/* A reply to a pending request that cannot be read to its end; it is dropped later, like all that cannot be read. */
static void refuse_bad_reply(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d)
{
	const struct in6 source = in6_of_in4(d->source), destination = in6_of_in4(d->destination);
	const uint8_t *u = ip4_upper(d);
	struct udp_header udp;
	struct mip4_message m;
	struct visitor *v;

	if (d->protocol != PROTOCOL4_UDP || d->length < UDP_HEADER + MIP4_REPLY_OCTETS || load_be16(u + 2) != MIP4_PORT ||
	    u[UDP_HEADER] != MIP4_REPLY || udp_decode(u, d->length, d->octets, &source, &destination, &udp) != WIRE_OK ||
	    mip4_decode(u + UDP_HEADER, d->length - UDP_HEADER, &m) == WIRE_OK)
		return;
	v = answered(f, d, &m);
	if (v)
		end_pending(v, now, MIP4_FA_BAD_REPLY);
}

/* 3.7.3: what ICMP says of a request that we relayed. */
static void unreachable(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d)
{
	static const uint8_t codes[] = { MIP4_FA_HOME_NETWORK, MIP4_FA_HA_HOST, MIP4_FA_HA_UNREACHABLE, MIP4_FA_HA_PORT };
	const uint8_t *u = ip4_upper(d), *quoted = u + 8;
	struct visitor *v = f->waiting;

	/* What is quoted are our datagram's headers. */
	if (u[0] != ICMP4_UNREACHABLE || d->length < 8 + IPV4_HEADER + UDP_HEADER || ipv4_protocol(quoted) != PROTOCOL4_UDP ||
	    ipv4_header_length(quoted) != IPV4_HEADER || load_be16(quoted + IPV4_HEADER + 2) != MIP4_PORT ||
	    !ip4_is_local(f->role.node, ipv4_source(quoted)))
		return;
	while (v && (v->pending.home_agent != ipv4_destination(quoted) || v->pending.datagram != load_be16(quoted + 4)))
		v = v->next_waiting;
	if (v)
		end_pending(v, now, u[1] < sizeof codes ? codes[u[1]] : MIP4_FA_HA_UNREACHABLE);
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

/* key NULL: nothing is shared, and the refusal goes without authentication. */
static void acknowledge(struct foreign_agent *f, mip_time now, const struct ip4_delivery *d, const struct mip4_message *m, uint8_t status,
                        uint32_t spi, const uint8_t *key, struct visitor *v)
{
	struct node *n = f->role.node;
	uint8_t octets[MIP4_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	mip4_write(&w, &(struct mip4_message){ .type = MIP4_ACKNOWLEDGE, .code = status, .home_address = m->home_address,
	                                       .has_identification = m->has_identification, .identification = m->identification });
	if (key)
		mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, spi, (enum mip4_algorithm)n->conf->mip4.algorithm, key);
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
	const struct mip4_extension *e = mip4_extension_find(m, EXTENSION4_GENERAL_AUTH);
	uint32_t spi = e ? mip4_auth_spi(payload, e) : 0;
	uint8_t storage[MIP4_KEY];
	const uint8_t *key = v ? visitor_keys_find(v->keys, now, spi) : NULL;

	/* A copy, because the visitor may go. */
	if (key)
		key = memcpy(storage, key, sizeof storage);
	if (spi == SPI_MN_FA && v && (v->registered || v->pointer) &&
	    (n->conf->mip4.keys.configured || (n->conf->mip4.agent_authentication & AGENT_AUTHENTICATION_MOBILE))) {
		uint8_t configured[MIP4_KEY];

		/* The reply to the latest registration may not have reached the mobile node. */
		mip4_node_key(m->home_address, f->master, configured);
		mip4_stay_key(configured, v->stay[1], storage);
		if (!mip4_auth_ok(payload, e, spi, (enum mip4_algorithm)n->conf->mip4.algorithm, storage))
			mip4_stay_key(configured, v->stay[0], storage);
		key = storage;
	}
	if (!key || !mip4_auth_ok(payload, e, spi, (enum mip4_algorithm)n->conf->mip4.algorithm, key)) {
		seen.kind = OBSERVE_BU_REFUSED;
		seen.value = ACK_AUTHENTICATION;
		node_observe(n, now, seen);
		if (m->flags & UPDATE_ACKNOWLEDGE)
			acknowledge(f, now, d, m, ACK_AUTHENTICATION, spi, key, NULL);
		return;
	}
	if (!m->care_of_address || in4_is_multicast(m->care_of_address) || m->care_of_address == IN4_BROADCAST) {
		seen.kind = OBSERVE_BU_REFUSED;
		seen.value = ACK_BAD_UPDATE;
		node_observe(n, now, seen);
		if (m->flags & UPDATE_ACKNOWLEDGE)
			acknowledge(f, now, d, m, ACK_BAD_UPDATE, spi, key, NULL);
		return;
	}
	/* A notification delayed past the return of the mobile node must not send it away again: it names us as care-of address. */
	seen.kind = OBSERVE_BU_ACCEPTED;
	seen.value = m->lifetime_s;
	node_observe(n, now, seen);
	if (v && (m->care_of_address == m->home_address || !m->lifetime_s || ip4_is_local(n, m->care_of_address))) {
		if (!ip4_is_local(n, m->care_of_address))
			forget_but_key(v, now, m->lifetime_s * MIP_SECOND);
		v = NULL;
	} else if (v) {
		v->pointer = m->care_of_address;
		v->registered = false;
		node_arm(n, &v->timer, m->lifetime_s == MIP4_INFINITE ? MIP_NEVER : now + m->lifetime_s * MIP_SECOND);
	}
	if (m->flags & UPDATE_ACKNOWLEDGE)
		acknowledge(f, now, d, m, ACK_OK, spi, key, v);
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

	/* A ring of pointers (a node that asked to come back and was refused) ends with the hops. */
	if (!ip4_pass(n, now, take))
		return;
	if (v && v->pointer && !v->pending.waiting) {
		warn(v, now, source);
		through_pointer(v, now, take);
	} else if (v && (v->registered || v->pending.waiting)) {
		/* Waiting too: the previous agent's acknowledgement may be here before the home agent's reply (section 4.3), and a node that
		 * asks is here: a pointer to where it was would make a loop. */
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
	if (v && v->registered && !v->pointer && v->reverse_tunnel && v->interface == in) {
		if (!ip4_pass(r->node, now, p))
			return VERDICT_TAKEN;
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
	if (d->protocol == PROTOCOL4_ICMP && f->waiting)
		unreachable(f, now, d);
	if (f->waiting)
		refuse_bad_reply(f, now, d);
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

	mip4_limit_fini(&f->denied);
	while ((e = in4_table_any(&f->visitors)))
		remove_visitor(f, (struct visitor *)(void *)e);
	in4_table_fini(&f->visitors);
	mip4_limit_fini(&f->strangers);
	foreign_keys_fini(&f->keys);
	for (struct beacon *b = f->beacons, *next; b; b = next) {
		next = b->next;
		beacon_stop(r->node, b);
		mip_free(mip_container_of(b, struct served, beacon), sizeof(struct served));
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
	foreign_keys_init(&f->keys, n);
	return &f->role;
}

void foreign_agent4_share(struct role *r, const struct mip4_pair_keys *with)
{
	agent_of(r)->keys.with = with;
}

void foreign_agent4_serve(struct role *r, unsigned interface, const struct mip4_association *home_agents, uint32_t count)
{
	struct foreign_agent *f = agent_of(r);
	struct served *s = mip_alloc(sizeof *s);

	s->home_agents = home_agents;
	s->home_agent_count = count;
	s->beacon.next = f->beacons;
	f->beacons = &s->beacon;
	beacon_start(r->node, &s->beacon, ip4_interface(r->node, interface),
	             (uint16_t)(AGENT_FOREIGN | (r->node->conf->mip4.registration_required ? AGENT_REGISTRATION_REQUIRED : 0) |
	                        (r->node->conf->mip4.smooth_handoff ? AGENT_SMOOTH : 0)));
}
