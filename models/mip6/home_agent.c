// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Home agent (RFC 6275 section 10): home registrations with duplicate address detection and proxy Neighbor Discovery, interception
 * and tunnelling towards mobile nodes, reverse tunnels from them.
 *
 * With `ipsec` on, updates without ESP are refused, as are unprotected test messages in the tunnel. DEVIATION: off is allowed, and is the
 * default; then registrations are accepted unauthenticated, which 5.1 forbids.
 * DEVIATION: the L flag is taken as 0, the link-local address is neither probed nor defended (10.3.1). The K flag is never granted.
 * Left out: sections 10.5 and 10.6 (home agent discovery, prefixes for mobile nodes), multicast (10.4.3), relaying of ICMPv6 errors from
 * within the tunnel (RFC 2473 section 8), status 1: home prefixes never expire here.
 */
#include "models/mip6/answer.h"
#include "models/mip6/binding_cache.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/mip6.h"
#include "models/mip6/proxies.h"
#include "models/mip6/reforward.h"
#include "models/wire/icmp6.h"

#define BINDING_UNIT (4 * MIP_SECOND)

struct home_agent {
	struct role role;
	struct in6 address;
	struct interface *home_link;
	uint8_t prefix_length;
	struct answer_limit errors;
	struct binding_cache cache;
};

/* Where the acknowledgement of an update goes and what it grants: what is left of a Binding Update once it is accepted. */
struct reply {
	struct in6 source, destination;  /* as on the wire */
	bool routing_header;
	uint16_t lifetime;               /* wire units */
};

/* A registration whose home address is being probed (10.3.1); updates that arrive meanwhile take its place. */
struct home_request {
	struct ip6_probe probe;
	struct home_agent *agent;
	struct binding *binding;
	struct reply reply;
};

static struct home_agent *home_agent_of(struct role *r)
{
	return mip_container_of(r, struct home_agent, role);
}

static void observe(struct home_agent *h, mip_time now, enum observation_kind kind, const struct in6 *home_address,
                    const struct in6 *care_of_address, uint32_t value)
{
	node_observe(h->role.node, now, (struct observation){ .kind = kind, .peer = *home_address, .address = *care_of_address,
	                                                      .value = value });
}

/* 9.5.4, 10.3.1: to the IPv6 source of the update; a routing header just if that had a Home Address option. */
static void acknowledge(struct home_agent *h, mip_time now, const struct reply *reply, const struct in6 *home_address,
                        enum ba_status status, uint16_t sequence)
{
	struct mh_message m = { .type = MH_BA, .status = (uint8_t)status, .sequence = sequence,
		                .lifetime = status < BA_UNSPECIFIED ? reply->lifetime : 0 };
	struct packet *p = mip6_message(&reply->source, &reply->destination, NULL, reply->routing_header ? home_address : NULL, &m, NULL);

	p->message = MESSAGE_BA_HOME;
	ipsec_send(h->role.node, now, home_address, &h->address, IPSEC_BINDING, p);
}

static void refuse(struct home_agent *h, mip_time now, const struct reply *reply, const struct in6 *home_address,
                   const struct in6 *care_of_address, enum ba_status status, uint16_t sequence)
{
	observe(h, now, OBSERVE_BU_REFUSED, home_address, care_of_address, status);
	acknowledge(h, now, reply, home_address, status, sequence);
}

/* ---- the life of a home registration --------------------------------------------------------------------------------- */

static void activate(struct home_agent *h, mip_time now, struct binding *b, const struct reply *reply)
{
	struct node *n = h->role.node;

	binding_set_state(b, BINDING_REGULAR);
	b->expires = now + reply->lifetime * BINDING_UNIT;
	node_arm(n, &b->timer, b->expires);
	/* Also on a refresh: idempotent, and cheaper than asking. */
	ip6_add_proxy(n, now, h->home_link, &b->home_address);
	observe(h, now, OBSERVE_BU_ACCEPTED, &b->home_address, &b->care_of_address, b->sequence);
	acknowledge(h, now, reply, &b->home_address, BA_ACCEPTED, b->sequence);
	reforward_registered(n, now, &b->home_address);
	proxies_registered(n, now, &b->home_address);
}

static void free_request(struct binding *b)
{
	mip_free(b->home.request, sizeof *b->home.request);
	b->home.request = NULL;
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	struct home_request *q = mip_container_of(p, struct home_request, probe);
	struct home_agent *h = q->agent;
	struct binding *b = q->binding;
	struct reply reply = q->reply;

	free_request(b);
	if (duplicate) {
		refuse(h, now, &reply, &b->home_address, &b->care_of_address, BA_DUPLICATE_ADDRESS, b->sequence);
		binding_cache_remove(&h->cache, h->role.node, b);
	} else {
		activate(h, now, b, &reply);
	}
}

static void start_probe(struct home_agent *h, mip_time now, struct binding *b, const struct reply *reply)
{
	struct home_request *q = mip_alloc(sizeof *q);

	timer_disarm(&h->role.node->timers, &b->timer);
	binding_set_state(b, BINDING_PROBING);
	b->home.request = q;
	*q = (struct home_request){ .agent = h, .binding = b, .reply = *reply };
	q->probe.target = b->home_address;
	q->probe.interface = h->home_link;
	q->probe.done = probe_done;
	ip6_start_probe(h->role.node, now, &q->probe);
}

static void binding_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct home_agent *h = mip_container_of(b->cache, struct home_agent, cache);

	if (b->state == BINDING_REGULAR) {
		ip6_remove_proxy(n, h->home_link, &b->home_address);
		observe(h, now, OBSERVE_BINDING_EXPIRED, &b->home_address, &b->care_of_address, 0);
	}
	binding_cache_remove(&h->cache, n, b);
}

/* 10.3.1. b: the entry there is, or NULL. */
static void register_home(struct home_agent *h, mip_time now, const struct in6 *home_address, const struct in6 *care_of_address,
                          uint16_t sequence, const struct reply *reply, struct binding *b)
{
	struct node *n = h->role.node;

	if (ip6_find_address(n, home_address)) {
		refuse(h, now, reply, home_address, care_of_address, BA_DUPLICATE_ADDRESS, sequence);
		return;
	}
	if ((!b || b->state == BINDING_REMEMBERED) &&
	    h->cache.count[BINDING_REGULAR] + h->cache.count[BINDING_PROBING] >= n->conf->binding_cache_limit) {
		refuse(h, now, reply, home_address, care_of_address, BA_INSUFFICIENT_RESOURCES, sequence); /* 10.3.1 */
		return;
	}
	if (!b)
		b = binding_cache_add(&h->cache, home_address, BINDING_REMEMBERED);
	b->sequence = sequence;
	b->care_of_address = *care_of_address;
	if (b->state == BINDING_PROBING)
		b->home.request->reply = *reply;
	else if (b->state == BINDING_REMEMBERED && n->conf->home_agent_dad)
		start_probe(h, now, b, reply);
	else
		activate(h, now, b, reply);
}

/* 10.3.2. A repeated request within MAX_DELETE_BCE_TIMEOUT, whose first answer may be lost, is answered as the first. */
static void deregister_home(struct home_agent *h, mip_time now, const struct in6 *care_of_address, uint16_t sequence,
                            const struct reply *reply, struct binding *b)
{
	struct node *n = h->role.node;

	if (b->state == BINDING_PROBING) {
		ip6_cancel_probe(n, &b->home.request->probe);
		free_request(b);
	} else if (b->state == BINDING_REGULAR) {
		ip6_remove_proxy(n, h->home_link, &b->home_address);
		observe(h, now, OBSERVE_BINDING_DELETED, &b->home_address, &b->care_of_address, sequence);
	}
	b->sequence = sequence;
	binding_set_state(b, BINDING_REMEMBERED);
	node_arm(n, &b->timer, now + MAX_DELETE_BCE_TIMEOUT);
	observe(h, now, OBSERVE_BU_ACCEPTED, &b->home_address, care_of_address, sequence);
	acknowledge(h, now, reply, &b->home_address, BA_ACCEPTED, sequence);
	reforward_registered(n, now, &b->home_address);
	proxies_registered(n, now, &b->home_address);
}

/* ---- binding updates ------------------------------------------------------------------------------------------------- */

/* Silently (9.5.1). */
static void discard(struct home_agent *h, mip_time now, struct delivery *d, const struct in6 *care_of_address, enum drop_reason why)
{
	observe(h, now, OBSERVE_BU_REFUSED, &d->source, care_of_address, 256 + (uint32_t)why);
	node_drop(h->role.node, now, d->packet, why);
}

static void receive_update(struct home_agent *h, mip_time now, struct delivery *d, const struct mh_message *m)
{
	const struct in6 care_of_address =
	        m->options.has_alternate_care_of_address ? m->options.alternate_care_of_address : d->wire_source;
	const struct in6 home_address = d->source;
	struct reply reply = { d->destination, d->wire_source, d->has_home_address, m->lifetime };
	struct binding *b = binding_cache_find(&h->cache, &home_address);
	enum ba_status status = BA_ACCEPTED;

	if (!in6_is_routable_unicast(&home_address) || !in6_is_routable_unicast(&care_of_address) ||
	    !in6_is_routable_unicast(&d->wire_source) || (m->lifetime && !d->has_home_address)) {
		discard(h, now, d, &care_of_address, DROP_BAD_HOME_ADDRESS);
		return;
	}
	if (!ipsec_expects(h->role.node, IPSEC_BINDING, d)) {
		discard(h, now, d, &care_of_address, DROP_UNPROTECTED);
		return;
	}
	/* 9.5.1: with the H flag the option MUST NOT be present. */
	if (m->options.has_nonce_indices) {
		discard(h, now, d, &care_of_address, DROP_MALFORMED);
		return;
	}
	if (b && !sequence_is_newer(m->sequence, b->sequence)) {
		/* Nothing was accepted yet while the address is being probed: an update overtaken by its repetition. */
		if (b->state == BINDING_PROBING) {
			discard(h, now, d, &care_of_address, DROP_BAD_SEQUENCE);
			return;
		}
		status = BA_SEQUENCE_OUT_OF_WINDOW;
	} else if (correspondent_serves(h->role.node, &home_address)) {
		status = BA_TYPE_CHANGE_DISALLOWED;
	} else if (!in6_prefix_equal(&home_address, &h->address, h->prefix_length)) {
		status = BA_NOT_HOME_SUBNET;
	} else if (!m->lifetime && !b) {
		status = BA_NOT_HOME_AGENT;
	} else if (m->lifetime && in6_equal(&care_of_address, &home_address)) {
		status = BA_INVALID_CARE_OF_ADDRESS;
	}
	if (status != BA_ACCEPTED)
		refuse(h, now, &reply, &home_address, &care_of_address, status,
		       status == BA_SEQUENCE_OUT_OF_WINDOW ? b->sequence : m->sequence);
	else if (m->lifetime)
		register_home(h, now, &home_address, &care_of_address, m->sequence, &reply, b);
	else
		deregister_home(h, now, &care_of_address, m->sequence, &reply, b);
	packet_free(d->packet);
}

/* ---- packets ----------------------------------------------------------------------------------------------------------- */

static struct binding *binding_for(const struct home_agent *h, const struct in6 *home_address)
{
	return binding_cache_find_in_use(&h->cache, home_address);
}

static void tunnel(struct home_agent *h, mip_time now, const struct binding *b, struct packet *take)
{
	ipsec_tunnel(h->role.node, now, &b->home_address, &h->address, &h->address, &b->care_of_address, take);
}

/* 10.4.5: the outer source MUST be the care-of address registered for the inner source, unless ESP vouches for it. */
static void receive_tunnelled(struct home_agent *h, mip_time now, struct delivery *d)
{
	struct node *n = h->role.node;
	struct packet *p = d->packet;
	const uint8_t *inner = delivery_upper(d);
	const struct binding *b;
	struct in6 source, destination;

	if (d->length < IPV6_HEADER || ipv6_version(inner) != 6) {
		node_drop(n, now, p, d->length < IPV6_HEADER ? DROP_TRUNCATED : DROP_MALFORMED);
		return;
	}
	source = ipv6_source(inner);
	destination = ipv6_destination(inner);
	b = binding_for(h, &source);
	if (!b || (!d->secured && !in6_equal(&b->care_of_address, &d->wire_source))) {
		node_drop(n, now, p, DROP_BAD_TUNNEL_SOURCE);
		return;
	}
	if (!ipsec_expects_tunnelled(n, &b->home_address, &h->address, inner, d->length, d)) {
		node_drop(n, now, p, DROP_UNPROTECTED);
		return;
	}
	/* To itself: it would come back to the tunnel it came from. */
	if (in6_equal(&source, &destination)) {
		node_drop(n, now, p, DROP_UNEXPECTED);
		return;
	}
	packet_pull(p, d->offset);
	ip6_reinject(n, now, d->in, &d->wire_source, p);
}

/* A router with several home links has a role for each: the next one further down. */
static const struct home_agent *next_home_agent(const struct role *r);

static enum verdict home_agent_input(struct role *r, mip_time now, struct delivery *d)
{
	struct home_agent *h = home_agent_of(r);
	struct mh_message m;
	enum wire_error error;

	if (d->protocol == PROTOCOL_IPV6) {
		struct in6 inner = d->length < IPV6_HEADER ? in6_unspecified : ipv6_source(delivery_upper(d));

		if (!binding_for(h, &inner) && next_home_agent(r->next))
			return VERDICT_CONTINUE;
		receive_tunnelled(h, now, d);
		return VERDICT_TAKEN;
	}
	if (d->protocol != PROTOCOL_MOBILITY)
		return VERDICT_CONTINUE;
	error = mip6_decode(d, &m);
	if (error == WIRE_OK && m.type == MH_BU && m.flags & BU_HOME) {
		if (!in6_prefix_equal(&d->source, &h->address, h->prefix_length) && next_home_agent(r->next))
			return VERDICT_CONTINUE;
		receive_update(h, now, d, &m);
		return VERDICT_TAKEN;
	}
	/* A correspondent role answers the rest. Without one the engine does, with the Parameter Problem by which mobile nodes know a node
	 * without route optimization (11.3.5); what cannot be read is refused here. */
	if (error == WIRE_OK || node_has_correspondent(r->node) || next_home_agent(r->next))
		return VERDICT_CONTINUE;
	mip6_refuse(r->node, now, &h->errors, d, error);
	return VERDICT_TAKEN;
}

static bool home_agent_accept_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	const struct binding *b = binding_for(home_agent_of(r), &d->source);

	(void)now;
	return b && in6_equal(&b->care_of_address, &d->wire_source);
}

static void home_agent_refuse_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	mip6_send_binding_error(r->node, now, &home_agent_of(r)->errors, d, BE_UNKNOWN_BINDING);
}

/* 10.4.2: our own packets to a mobile node take a routing header; our own Mobility Header messages to its home address (those of a
 * correspondent role) must not (6.1), so they go through the tunnel as from anybody else. */
static enum verdict home_agent_output(struct role *r, mip_time now, struct packet *p)
{
	struct home_agent *h = home_agent_of(r);
	struct in6 destination = ipv6_destination(p->data);
	const struct binding *b = binding_for(h, &destination);

	if (!b)
		return VERDICT_CONTINUE;
	if (ipv6_next_header(p->data) == PROTOCOL_MOBILITY) {
		tunnel(h, now, b, p);
		return VERDICT_TAKEN;
	}
	if (mip6_may_use_binding(p))
		ip6_insert_routing_header(p, &b->care_of_address);
	return VERDICT_CONTINUE;
}

/* 10.4.1, 10.4.2. Entering the tunnel counts as a hop (RFC 2473 3.1), so that two home agents cannot pass a packet on for ever. */
static enum verdict home_agent_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct home_agent *h = home_agent_of(r);
	struct in6 destination = ipv6_destination(p->data);
	const struct binding *b = binding_for(h, &destination);

	(void)in;
	if (!b)
		return VERDICT_CONTINUE;
	if (ipv6_hop_limit(p->data) <= 1) {
		ip6_send_error(r->node, now, p, ICMP6_TIME_EXCEEDED, 0, 0);
		node_drop(r->node, now, p, DROP_HOP_LIMIT);
		return VERDICT_TAKEN;
	}
	p->data[7]--;
	tunnel(h, now, b, p);
	return VERDICT_TAKEN;
}

static void home_agent_free(struct role *r)
{
	struct home_agent *h = home_agent_of(r);
	struct binding_cache *c = &h->cache;

	for (uint32_t i = 0; i < c->bucket_count && c->count[BINDING_PROBING]; i++)
		for (struct binding *b = c->buckets[i]; b; b = b->hash_next)
			if (b->state == BINDING_PROBING) {
				ip6_cancel_probe(r->node, &b->home.request->probe);
				free_request(b);
			}
	binding_cache_fini(c, r->node);
	mip_free(h, sizeof *h);
}

static const struct role_ops home_agent_ops = {
	.name = "home-agent",
	.input = home_agent_input,
	.accept_home_address = home_agent_accept_home_address,
	.refuse_home_address = home_agent_refuse_home_address,
	.output = home_agent_output,
	.forward = home_agent_forward,
	.free = home_agent_free,
};

struct role *home_agent_new(struct node *n, const struct in6 *address)
{
	struct home_agent *h = mip_alloc(sizeof *h);
	const struct ip6_address *a = ip6_find_address(n, address);

	mip_assert(a);
	h->role.ops = &home_agent_ops;
	h->role.node = n;
	h->address = *address;
	h->home_link = a->interface;
	h->prefix_length = a->prefix_length;
	binding_cache_init(&h->cache, binding_timer);
	return &h->role;
}

static const struct home_agent *next_home_agent(const struct role *r)
{
	while (r && r->ops != &home_agent_ops)
		r = r->next;
	return r ? mip_container_of(r, const struct home_agent, role) : NULL;
}

bool node_has_home_agent(const struct node *n)
{
	return next_home_agent(n->roles);
}

bool home_agent_care_of_address(const struct node *n, const struct in6 *home_address, struct in6 *care_of_address)
{
	for (const struct home_agent *h = next_home_agent(n->roles); h; h = next_home_agent(h->role.next)) {
		const struct binding *b = binding_for(h, home_address);

		if (!b)
			continue;
		*care_of_address = b->care_of_address;
		return true;
	}
	return false;
}

bool home_agent_serves(const struct node *n, const struct in6 *home_address)
{
	struct in6 anywhere;

	return home_agent_care_of_address(n, home_address, &anywhere);
}

bool home_agent_knows_care_of_address(const struct node *n, const struct in6 *care_of_address)
{
	for (const struct home_agent *h = next_home_agent(n->roles); h; h = next_home_agent(h->role.next))
		for (uint32_t i = 0; i < h->cache.bucket_count; i++)
			for (const struct binding *b = h->cache.buckets[i]; b; b = b->hash_next)
				if (binding_in_use(b) && in6_equal(&b->care_of_address, care_of_address))
					return true;
	return false;
}
