// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stationary proxies (Simultaneous document, section IV.B). The steps of its figure 5:
 *   1  a mobile node tunnels test inits and binding updates for a correspondent to its home agent (mobile_node_peer.c);
 *   2  that passes them on, keeps a copy for T_h and sends a Location Query
 *   3  to the correspondent's home address, where its home agent takes it, answers, and waits for T_p
 *   4  for a registration of the correspondent,
 *   5  of which it tells the asker;
 *   6  a location that the message was not sent to gets a copy.
 * The query goes to the home address since the asker knows no other address of that home agent. A home agent without this role
 * passes it on to the mobile node, which answers by a Binding Error or not at all: the kept copy then times out.
 *
 * DEVIATION: queries and answers are not authenticated; home agents of different owners would need a security association for it.
 * Anybody can learn where a mobile node is, and a forged answer makes a copy go astray.
 */
#include "models/mip6/proxies.h"

#include "models/mip6/answer.h"
#include "models/mip6/message_store.h"

#define LOCATION_UNIT (10 * MIP_MILLISECOND)
#define ASKERS 256 /* who are told of changes, at a time; the oldest gives way */

struct asker {
	struct in6 address, home_address;
	mip_time until;
	uint16_t query;
};

struct proxies {
	struct role role;
	struct in6 address;
	struct message_store store;
	struct asker askers[ASKERS];     /* a ring */
	uint16_t next_asker, query;
	bool sending;                    /* what passes now is a copy */
	bool from_mobile;                /* ... came out of a tunnel from one of our mobile nodes */
};

static const struct role_ops proxies_ops;

static struct proxies *proxies_of(struct role *r)
{
	return mip_container_of(r, struct proxies, role);
}

static bool is_home(const struct proxies *x, const struct in6 *a)
{
	return in6_prefix64(a) == in6_prefix64(&x->address);
}

/* ---- binding update proxy -------------------------------------------------------------------------------------------------- */

/* The correspondent is there: whatever is kept under this query and went elsewhere, goes there. */
static void located(struct proxies *x, mip_time now, uint16_t query, const struct in6 *home_address, const struct in6 *where)
{
	struct node *n = x->role.node;
	struct kept_message *k = NULL;

	x->sending = true;
	while ((k = message_store_next(&x->store, now, home_address, k))) {
		struct in6 source = ipv6_source(k->packet->data);
		struct packet *p;

		if (k->query != query || in6_equal(&k->sent_to, where))
			continue;
		k->sent_to = *where;
		p = packet_clone(k->packet);
		if (!in6_equal(where, home_address))
			ip6_insert_routing_header(p, where);
		node_observe(n, now, (struct observation){ .kind = OBSERVE_REFORWARDED, .peer = *home_address, .address = *where,
		                                           .octets = packet_octets(p) });
		ip6_reinject(n, now, k->in, &source, p);
	}
	x->sending = false;
}

static void ask(struct proxies *x, mip_time now, uint16_t query, const struct in6 *home_address)
{
	struct mh_message m = { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION_QUERY, .sequence = query };

	ip6_send(x->role.node, now, mip6_message(&x->address, home_address, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

/* Steps 2 and 3. p goes on by itself. */
static void keep(struct proxies *x, mip_time now, struct interface *in, const struct packet *p)
{
	const struct protocol_conf *conf = x->role.node->conf;
	struct in6 sent_to = ipv6_destination(p->data), home_address;
	struct packet *plain = packet_clone(p);
	struct kept_message *k;

	ip6_remove_routing_header(plain);
	home_address = ipv6_destination(plain->data);
	k = message_store_keep(&x->store, now, conf->proxy_hold, conf->reforward_limit, &home_address, in, plain);
	k->sent_to = sent_to;
	k->query = ++x->query;
	packet_free(plain);
	/* One of our own mobile nodes needs no query: its registrations are seen here (proxies_registered). */
	if (!is_home(x, &home_address))
		ask(x, now, k->query, &home_address);
}

/* ---- location proxy -------------------------------------------------------------------------------------------------------- */

static void answer(struct proxies *x, mip_time now, const struct asker *a)
{
	struct mh_message m = { .type = MH_EXPERIMENTAL, .subtype = MH_LOCATION, .sequence = a->query };
	struct node *n = x->role.node;
	mip_time left = (a->until - now) / LOCATION_UNIT;

	m.lifetime = (uint16_t)mip_time_min(left, UINT16_MAX);
	m.options.has_alternate_care_of_address = true;
	m.options.alternate_care_of_address = a->home_address;
	home_agent_care_of_address(n, &a->home_address, &m.options.alternate_care_of_address);
	ip6_send(n, now, mip6_message(&x->address, &a->address, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

/* A Location Query for one of our home addresses, in the shape in which it passes. */
static bool is_query(const struct packet *p, struct mh_message *m)
{
	struct ipv6_view v;
	size_t length;

	return !p->bulk && ipv6_next_header(p->data) == PROTOCOL_MOBILITY &&
	       ipv6_walk(p->data, p->length, true, &v) == IPV6_WALK_OK && v.protocol == PROTOCOL_MOBILITY &&
	       mh_decode(p->data + v.offset, p->length - (size_t)v.offset, m, &length) == WIRE_OK && m->type == MH_EXPERIMENTAL &&
	       m->subtype == MH_LOCATION_QUERY;
}

static void asked(struct proxies *x, mip_time now, const struct packet *p, const struct mh_message *m)
{
	struct asker *a = &x->askers[x->next_asker];

	x->next_asker = (uint16_t)((x->next_asker + 1) % ASKERS);
	*a = (struct asker){ .address = ipv6_source(p->data), .home_address = ipv6_destination(p->data), .query = m->sequence,
		             .until = mip_time_add(now, x->role.node->conf->proxy_wait) };
	answer(x, now, a);
}

static void registered(struct proxies *x, mip_time now, const struct in6 *home_address)
{
	struct in6 where = *home_address;
	struct kept_message *k = NULL;

	for (unsigned i = 0; i < ASKERS; i++) {
		const struct asker *a = &x->askers[(x->next_asker + i) % ASKERS];

		if (now < a->until && in6_equal(&a->home_address, home_address))
			answer(x, now, a);
	}
	/* Between two mobile nodes of ours both proxies are here. */
	home_agent_care_of_address(x->role.node, home_address, &where);
	while ((k = message_store_next(&x->store, now, home_address, k)))
		located(x, now, k->query, home_address, &where);
}

void proxies_registered(struct node *n, mip_time now, const struct in6 *home_address)
{
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops == &proxies_ops && is_home(proxies_of(r), home_address))
			registered(proxies_of(r), now, home_address);
}

/* ---- hooks ----------------------------------------------------------------------------------------------------------------- */

static enum verdict proxies_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct proxies *x = proxies_of(r);
	struct in6 source = ipv6_source(p->data), destination = ipv6_destination(p->data);
	struct mh_message m;

	if (x->sending)
		return VERDICT_CONTINUE;
	if (is_home(x, &destination) && is_query(p, &m)) {
		asked(x, now, p, &m);
		packet_free(p);
		return VERDICT_TAKEN;
	}
	if ((x->from_mobile || (is_home(x, &source) && home_agent_serves(r->node, &source))) && message_store_wants(p))
		keep(x, now, in, p);
	return VERDICT_CONTINUE;
}

/* Step 1. Care-of Test Inits and updates come from the care-of address in the tunnel, too; 10.4.5 of RFC 6275 has no such
 * packets. Whoever could send them without a tunnel may send them in one. */
static bool take_tunnelled(struct proxies *x, mip_time now, struct delivery *d)
{
	struct packet inner = { .data = (uint8_t *)delivery_upper(d), .length = d->length };
	struct in6 source;

	if (d->length < IPV6_HEADER || ipv6_version(inner.data) != 6 || d->packet->bulk)
		return false;
	source = ipv6_source(inner.data);
	if (!in6_equal(&source, &d->wire_source) || !home_agent_knows_care_of_address(x->role.node, &source) ||
	    !message_store_wants(&inner))
		return false;
	packet_pull(d->packet, d->offset);
	x->from_mobile = true;
	ip6_reinject(x->role.node, now, d->in, &source, d->packet);
	x->from_mobile = false;
	return true;
}

static enum verdict proxies_input(struct role *r, mip_time now, struct delivery *d)
{
	struct proxies *x = proxies_of(r);
	struct kept_message *k;
	struct mh_message m;

	if (!in6_equal(&d->destination, &x->address))
		return VERDICT_CONTINUE;
	if (d->protocol == PROTOCOL_IPV6)
		return take_tunnelled(x, now, d) ? VERDICT_TAKEN : VERDICT_CONTINUE;
	if (d->protocol != PROTOCOL_MOBILITY || mip6_decode(d, &m) != WIRE_OK || m.type != MH_EXPERIMENTAL ||
	    m.subtype != MH_LOCATION || !m.options.has_alternate_care_of_address)
		return VERDICT_CONTINUE;
	for (k = x->store.head; k && k->query != m.sequence; k = k->next)
		;
	/* Of what is over nothing is sent: message_store_next looks at the time. */
	if (k) {
		struct in6 home_address = k->home_address;

		located(x, now, m.sequence, &home_address, &m.options.alternate_care_of_address);
	}
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static void proxies_free(struct role *r)
{
	struct proxies *x = proxies_of(r);

	message_store_clear(&x->store);
	mip_free(x, sizeof *x);
}

static const struct role_ops proxies_ops = {
	.name = "proxies",
	.input = proxies_input,
	.forward = proxies_forward,
	.free = proxies_free,
};

struct role *proxies_new(struct node *n, const struct in6 *address)
{
	struct proxies *x = mip_alloc(sizeof *x);

	x->role.ops = &proxies_ops;
	x->role.node = n;
	x->address = *address;
	return &x->role;
}
