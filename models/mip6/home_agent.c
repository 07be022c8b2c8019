// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Home agent (RFC 6275 section 10): home registrations with duplicate address detection and proxy Neighbor Discovery,
 * interception and tunnelling towards mobile nodes, reverse tunnels from them.
 *
 * With `ipsec` on, updates without ESP are refused, as are unprotected test messages in the tunnel. DEVIATION: off is allowed,
 * and is the default; then registrations are accepted unauthenticated, which 5.1 forbids.
 * The K flag is never granted. Home agent discovery (10.5) and prefixes for mobile nodes (10.6) are in home_agent_discovery.c.
 * DEVIATION: a registered node that sets the L flag later gets its link-local address defended without a probe.
 * DEVIATION: packets up to the minimum MTU that do not fit the tunnel are dropped, not fragmented (RFC 2473 7.1): our links carry
 * them. Left out: multicast (10.4.3).
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
	bool link_local;                 /* L flag */
};

/* A registration whose home address is being probed (10.3.1), with L the link-local address, too; updates that arrive meanwhile
 * take its place. */
struct home_request {
	struct ip6_probe probe, link_local_probe;
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
	struct packet *p =
	    mip6_message(&reply->source, &reply->destination, NULL, reply->routing_header ? home_address : NULL, &m, NULL);

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

static struct in6 link_local_of(const struct in6 *home_address)
{
	static const struct in6 prefix = { { 0xfe, 0x80 } };

	return in6_join(&prefix, home_address);
}

/* 10.4.1. Also on a refresh: idempotent, and cheaper than asking. */
static void defend(struct home_agent *h, mip_time now, struct binding *b, bool link_local_too)
{
	struct in6 link_local = link_local_of(&b->home_address);

	ip6_add_proxy(h->role.node, now, h->home_link, &b->home_address);
	if (link_local_too)
		ip6_add_proxy(h->role.node, now, h->home_link, &link_local);
	else if (b->home.link_local)
		ip6_remove_proxy(h->role.node, h->home_link, &link_local);
	b->home.link_local = link_local_too;
}

static void stop_defending(struct home_agent *h, struct binding *b)
{
	struct in6 link_local = link_local_of(&b->home_address);

	ip6_remove_proxy(h->role.node, h->home_link, &b->home_address);
	if (b->home.link_local)
		ip6_remove_proxy(h->role.node, h->home_link, &link_local);
	b->home.link_local = false;
}

/* 10.3.1: on our link, by a prefix that is still good for a unit of time. */
static bool is_on_home_link(struct home_agent *h, mip_time now, const struct in6 *home_address)
{
	uint32_t valid_s, preferred_s;

	if (ip6_advertised_lifetimes(h->role.node, now, h->home_link, home_address, &valid_s, &preferred_s))
		return valid_s >= 4;
	return in6_prefix_equal(home_address, &h->address, h->prefix_length);
}

/* 10.3.1: not beyond the prefix's valid lifetime; status 1 when its preferred lifetime ends with the binding or before. */
static enum ba_status limit_lifetime(struct home_agent *h, mip_time now, const struct in6 *home_address, struct reply *reply)
{
	uint32_t valid_s, preferred_s;

	if (!ip6_advertised_lifetimes(h->role.node, now, h->home_link, home_address, &valid_s, &preferred_s))
		return BA_ACCEPTED;
	if (reply->lifetime > valid_s / 4)
		reply->lifetime = (uint16_t)(valid_s / 4);
	return preferred_s / 4 <= reply->lifetime ? BA_ACCEPTED_PREFIX_DISCOVERY : BA_ACCEPTED;
}

static void activate(struct home_agent *h, mip_time now, struct binding *b, struct reply *reply)
{
	struct node *n = h->role.node;
	enum ba_status status = limit_lifetime(h, now, &b->home_address, reply);

	binding_set_state(b, BINDING_REGULAR);
	b->expires = now + reply->lifetime * BINDING_UNIT;
	node_arm(n, &b->timer, b->expires);
	defend(h, now, b, reply->link_local);
	observe(h, now, OBSERVE_BU_ACCEPTED, &b->home_address, &b->care_of_address, b->sequence);
	acknowledge(h, now, reply, &b->home_address, status, b->sequence);
	home_agent_discovery_registered(n, now, &h->address, &b->home_address, true);
	reforward_registered(n, now, &b->home_address);
	proxies_registered(n, now, &b->home_address);
}

static void free_request(struct home_agent *h, struct binding *b)
{
	ip6_cancel_probe(h->role.node, &b->home.request->probe);
	ip6_cancel_probe(h->role.node, &b->home.request->link_local_probe);
	mip_free(b->home.request, sizeof *b->home.request);
	b->home.request = NULL;
}

/* The first conflict decides; without one both probes have to end. */
static void probes_done(struct home_request *q, mip_time now, bool duplicate)
{
	struct home_agent *h = q->agent;
	struct binding *b = q->binding;
	struct reply reply = q->reply;

	if (!duplicate && (q->probe.back || q->link_local_probe.back))
		return;
	free_request(h, b);
	if (duplicate) {
		refuse(h, now, &reply, &b->home_address, &b->care_of_address, BA_DUPLICATE_ADDRESS, b->sequence);
		binding_cache_remove(&h->cache, h->role.node, b);
	} else {
		activate(h, now, b, &reply);
	}
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	probes_done(mip_container_of(p, struct home_request, probe), now, duplicate);
}

static void link_local_probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	probes_done(mip_container_of(p, struct home_request, link_local_probe), now, duplicate);
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
	if (!reply->link_local)
		return;
	q->link_local_probe = (struct ip6_probe){ .target = link_local_of(&b->home_address), .interface = h->home_link,
		                                  .done = link_local_probe_done };
	ip6_start_probe(h->role.node, now, &q->link_local_probe);
}

static void binding_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct home_agent *h = mip_container_of(b->cache, struct home_agent, cache);

	if (b->state == BINDING_REGULAR) {
		stop_defending(h, b);
		home_agent_discovery_registered(n, now, &h->address, &b->home_address, false);
		observe(h, now, OBSERVE_BINDING_EXPIRED, &b->home_address, &b->care_of_address, 0);
	}
	binding_cache_remove(&h->cache, n, b);
}

/* 10.3.1. b: the entry there is, or NULL. */
static void register_home(struct home_agent *h, mip_time now, const struct in6 *home_address, const struct in6 *care_of_address,
                          uint16_t sequence, struct reply *reply, struct binding *b)
{
	struct node *n = h->role.node;

	if (ip6_find_address(n, home_address)) {
		refuse(h, now, reply, home_address, care_of_address, BA_DUPLICATE_ADDRESS, sequence);
		return;
	}
	if ((!b || b->state == BINDING_REMEMBERED) &&
	    binding_cache_taken(&h->cache) >= n->conf->binding_cache_limit) {
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
		free_request(h, b);
	} else if (b->state == BINDING_REGULAR) {
		stop_defending(h, b);
		home_agent_discovery_registered(n, now, &h->address, &b->home_address, false);
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
static void discard(struct home_agent *h, mip_time now, struct delivery *d, const struct in6 *care_of_address,
                    enum drop_reason why)
{
	observe(h, now, OBSERVE_BU_REFUSED, &d->source, care_of_address, 256 + (uint32_t)why);
	node_drop(h->role.node, now, d->packet, why);
}

static void receive_update(struct home_agent *h, mip_time now, struct delivery *d, const struct mh_message *m)
{
	const struct in6 care_of_address =
	        m->options.has_alternate_care_of_address ? m->options.alternate_care_of_address : d->wire_source;
	const struct in6 home_address = d->source;
	/* 10.3.2: the home address as care-of address asks for deletion, whatever the lifetime. */
	const bool deleting = !m->lifetime || in6_equal(&care_of_address, &home_address);
	struct reply reply = { .source = d->destination,
		               .destination = d->wire_source,
		               .routing_header = !in6_equal(&d->wire_source, &home_address),
		               .lifetime = deleting ? 0 : m->lifetime,
		               .link_local = m->flags & BU_LINK_LOCAL };
	struct binding *b = binding_cache_find(&h->cache, &home_address);
	enum ba_status status = BA_ACCEPTED;

	if (!in6_is_routable_unicast(&home_address) || !in6_is_routable_unicast(&care_of_address) ||
	    !in6_is_routable_unicast(&d->wire_source) || (!deleting && !d->has_home_address)) {
		discard(h, now, d, &care_of_address, DROP_BAD_HOME_ADDRESS);
		return;
	}
	if (!ipsec_expects(h->role.node, IPSEC_BINDING, d)) {
		discard(h, now, d, &care_of_address, DROP_UNPROTECTED);
		return;
	}
	/* 6.1.7: a care-of address that leads back to the home address. */
	if (!deleting && binding_cache_leads_to(&h->cache, &care_of_address, &home_address)) {
		discard(h, now, d, &care_of_address, DROP_BAD_HOME_ADDRESS);
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
	} else if (!is_on_home_link(h, now, &home_address)) {
		status = BA_NOT_HOME_SUBNET;
	} else if (deleting && !b) {
		status = BA_NOT_HOME_AGENT;
	}
	if (status != BA_ACCEPTED)
		refuse(h, now, &reply, &home_address, &care_of_address, status,
		       status == BA_SEQUENCE_OUT_OF_WINDOW ? b->sequence : m->sequence);
	else if (!deleting)
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
	struct node *n = h->role.node;
	const uint32_t mtu = ip6_path_mtu(n, &b->care_of_address);

	/* RFC 2473 7.1 */
	if (packet_octets(take) > IPV6_MINIMUM_MTU && packet_octets(take) + IPV6_HEADER > mtu) {
		ip6_send_error_from(n, now, take, ICMP6_PACKET_TOO_BIG, 0,
		                    mtu - IPV6_HEADER < IPV6_MINIMUM_MTU ? IPV6_MINIMUM_MTU : mtu - IPV6_HEADER, &h->address);
		node_drop(n, now, take, DROP_TOO_BIG);
		return;
	}
	ipsec_tunnel(n, now, &b->home_address, &h->address, &h->address, &b->care_of_address, take);
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

/* A router with several home links, or several addresses on one, has a role for each: the next one further down. */
static const struct home_agent *next_home_agent(const struct role *r);

/* Is there one further down with this very address? */
static bool next_has_address(const struct role *r, const struct in6 *address)
{
	const struct home_agent *h = next_home_agent(r);

	while (h && !in6_equal(&h->address, address))
		h = next_home_agent(h->role.next);
	return h;
}

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
		if (!in6_equal(&d->destination, &h->address) &&
		    (next_has_address(r->next, &d->destination) ||
		     (!in6_prefix_equal(&d->source, &h->address, h->prefix_length) && next_home_agent(r->next))))
			return VERDICT_CONTINUE;
		receive_update(h, now, d, &m);
		return VERDICT_TAKEN;
	}
	/* A correspondent role answers the rest. Without one the engine does, with the Parameter Problem by which mobile nodes
	 * know a node without route optimization (11.3.5); what cannot be read is refused here. */
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

/* 10.4.2: our own packets to a mobile node take a routing header; our own Mobility Header messages to its home address (those of
 * a correspondent role) must not (6.1), so they go through the tunnel as from anybody else. */
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

/* 10.4.2: what goes to a defended link-local address MUST NOT be tunnelled, and SHOULD be answered with an error. */
static enum verdict refuse_link_local(struct home_agent *h, mip_time now, const struct in6 *destination, struct packet *p)
{
	struct in6 home_address = in6_join(&h->address, destination);
	const struct binding *b = binding_for(h, &home_address);
	const struct in6 *source = ip6_link_local(h->home_link);

	if (!b || !b->home.link_local || !source)
		return VERDICT_CONTINUE;
	ip6_send_error_from(h->role.node, now, p, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_ADDRESS, 0, source);
	node_drop(h->role.node, now, p, DROP_UNREACHABLE_NEIGHBOUR);
	return VERDICT_TAKEN;
}

/* 10.3.1: no binding outlasts the prefix of its home address. */
static void end_with_prefixes(struct home_agent *h, mip_time now)
{
	for (uint32_t i = 0; i < h->cache.bucket_count; i++)
		for (struct binding *b = h->cache.buckets[i]; b; b = b->hash_next) {
			uint32_t valid_s, preferred_s;

			if (b->state != BINDING_REGULAR ||
			    !ip6_advertised_lifetimes(h->role.node, now, h->home_link, &b->home_address, &valid_s,
			                              &preferred_s) ||
			    b->expires <= now + valid_s * MIP_SECOND)
				continue;
			b->expires = now + valid_s * MIP_SECOND;
			node_arm(h->role.node, &b->timer, b->expires);
		}
}

/* RFC 2473 8.2, RFC 6275 9.3.4: what happened to a packet within our tunnel is told to who sent what it carried. */
static void home_agent_notice(struct role *r, mip_time now, const struct ip6_notice *notice)
{
	struct home_agent *h = home_agent_of(r);
	struct node *n = r->node;
	struct in6 outer, inner;
	struct packet *p;
	size_t octets;

	if (notice->kind == IP6_NOTICE_PREFIXES && notice->interface == h->home_link)
		end_with_prefixes(h, now);
	if (notice->kind != IP6_NOTICE_ICMP_ERROR || notice->invoking_length < 2 * IPV6_HEADER ||
	    ipv6_next_header(notice->invoking) != PROTOCOL_IPV6 || ipv6_version(notice->invoking + IPV6_HEADER) != 6)
		return;
	outer = ipv6_source(notice->invoking);
	inner = ipv6_destination(notice->invoking + IPV6_HEADER);
	if (!in6_equal(&outer, &h->address) || !binding_for(h, &inner))
		return;
	octets = notice->invoking_length - IPV6_HEADER;
	p = packet_new(octets);
	memcpy(packet_put(p, octets), notice->invoking + IPV6_HEADER, octets);
	if (notice->type != ICMP6_PACKET_TOO_BIG)
		ip6_send_error_from(n, now, p, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_ADDRESS, 0, &h->address);
	else if (IPV6_HEADER + (uint32_t)ipv6_payload_length(p->data) > IPV6_MINIMUM_MTU)
		ip6_send_error_from(n, now, p, ICMP6_PACKET_TOO_BIG, 0,
		                    notice->pointer < IPV6_MINIMUM_MTU + IPV6_HEADER ? IPV6_MINIMUM_MTU :
		                                                                       notice->pointer - IPV6_HEADER,
		                    &h->address);
	packet_free(p);
}

/* 10.4.1, 10.4.2. */
static enum verdict home_agent_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct home_agent *h = home_agent_of(r);
	struct in6 destination = ipv6_destination(p->data);
	const struct binding *b = binding_for(h, &destination);

	if (in == h->home_link && in6_is_link_local(&destination))
		return refuse_link_local(h, now, &destination, p);
	if (!b)
		return VERDICT_CONTINUE;
	if (!ip6_tunnel_hop(r->node, now, p))
		return VERDICT_TAKEN;
	tunnel(h, now, b, p);
	return VERDICT_TAKEN;
}

static void home_agent_free(struct role *r)
{
	struct home_agent *h = home_agent_of(r);
	struct binding_cache *c = &h->cache;

	for (uint32_t i = 0; i < c->bucket_count && c->count[BINDING_PROBING]; i++)
		for (struct binding *b = c->buckets[i]; b; b = b->hash_next)
			if (b->state == BINDING_PROBING)
				free_request(h, b);
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
	.notice = home_agent_notice,
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
	binding_cache_init_home(&h->cache, binding_timer);
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

static int by_address(const struct in6 *a, const struct in6 *b)
{
	return memcmp(a, b, sizeof *a);
}

uint32_t home_agent_registered(const struct node *n, const struct in6 *home_agent, struct in6 **home_addresses)
{
	const struct home_agent *h = next_home_agent(n->roles);
	uint32_t count = 0, room;
	struct in6 *list;

	while (h && !in6_equal(&h->address, home_agent))
		h = next_home_agent(h->role.next);
	room = h ? binding_cache_in_use(&h->cache) : 0;
	if (!room)
		return 0;
	list = *home_addresses = mip_alloc(room * sizeof *list);
	for (uint32_t i = 0; i < h->cache.bucket_count; i++)
		for (const struct binding *b = h->cache.buckets[i]; b; b = b->hash_next) {
			uint32_t at = count;

			if (!binding_in_use(b))
				continue;
			/* In order, so that nobody sees that of the table. */
			for (; at && by_address(&list[at - 1], &b->home_address) > 0; at--)
				list[at] = list[at - 1];
			list[at] = b->home_address;
			count++;
		}
	return count;
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
