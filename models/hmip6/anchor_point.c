// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobility anchor point (RFC 5380 sections 4, 5, 7): local binding updates with duplicate address detection for the regional
 * address, proxy Neighbor Discovery for it, tunnels to and from the address on the mobile node's link.
 *
 * Regional addresses are formed by mobile nodes from the anchor point's prefix and probed here before the first acknowledgement,
 * as RFC 4140 had it: RFC 5380 6.1 allocates them with IKEv2, which is left out (the R flag is never set).
 * DEVIATION: local binding updates are accepted unauthenticated (12.1 asks for IPsec); sizes are those without ESP.
 * Unless told which on-link addresses to serve (status 129 for others, 6.2; what it holds then stays until it expires), an anchor
 * point left behind goes on forwarding to wherever the node is. Left out: multicast, bulk registration.
 */
#include "models/hmip6/hmip6.h"
#include "models/mip6/answer.h"
#include "models/mip6/binding_cache.h"
#include "models/mip6/message.h"
#include "models/node.h"
#include "models/wire/icmp6.h"

#define BINDING_UNIT (4 * MIP_SECOND)

struct anchor_point {
	struct role role;
	struct in6 address;
	const struct in6 *on_link;
	uint32_t on_link_count;
	struct interface *link;          /* that regional addresses belong to */
	struct timer failure;
	struct answer_limit errors;
	struct binding_cache cache;      /* home address: the regional one; care-of: the one on the mobile node's link */
	bool failed;
};

struct reply {
	struct in6 source, destination;  /* as on the wire */
	uint16_t lifetime;               /* wire units */
};

/* A registration that waits for duplicate address detection; later updates take its place. */
struct home_request {
	struct ip6_probe probe;
	struct anchor_point *anchor;
	struct binding *binding;
	struct reply reply;
};

static struct anchor_point *anchor_of(struct role *r)
{
	return mip_container_of(r, struct anchor_point, role);
}

static void observe(struct anchor_point *a, mip_time now, enum observation_kind kind, const struct in6 *regional,
                    const struct in6 *on_link, uint32_t value)
{
	node_observe(a->role.node, now,
	             (struct observation){ .kind = kind, .peer = *regional, .address = *on_link, .value = value });
}

/* Section 4: MUST carry a type 2 routing header with the regional address. */
static void acknowledge(struct anchor_point *a, mip_time now, const struct reply *reply, const struct in6 *regional,
                        uint8_t status, uint16_t sequence)
{
	struct mh_message m = { .type = MH_BA, .status = status, .sequence = sequence,
		                .lifetime = status < BA_UNSPECIFIED ? reply->lifetime : 0 };

	ip6_send(a->role.node, now, mip6_message(&reply->source, &reply->destination, NULL, regional, &m, NULL), IP6_SEND_PLAIN);
}

static void activate(struct anchor_point *a, mip_time now, struct binding *b, const struct reply *reply)
{
	binding_set_state(b, BINDING_REGULAR);
	b->expires = now + reply->lifetime * BINDING_UNIT;
	node_arm(a->role.node, &b->timer, b->expires);
	ip6_add_proxy(a->role.node, now, a->link, &b->home_address);
	observe(a, now, OBSERVE_LOCAL_BU_ACCEPTED, &b->home_address, &b->care_of_address, b->sequence);
	acknowledge(a, now, reply, &b->home_address, BA_ACCEPTED, b->sequence);
}

static void free_request(struct node *n, struct binding *b)
{
	ip6_cancel_probe(n, &b->home.request->probe);
	mip_free(b->home.request, sizeof *b->home.request);
	b->home.request = NULL;
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	struct home_request *q = mip_container_of(p, struct home_request, probe);
	struct anchor_point *a = q->anchor;
	struct binding *b = q->binding;
	struct reply reply = q->reply;

	free_request(a->role.node, b);
	if (!duplicate) {
		activate(a, now, b, &reply);
		return;
	}
	acknowledge(a, now, &reply, &b->home_address, BA_DUPLICATE_ADDRESS, b->sequence);
	binding_cache_remove(&a->cache, a->role.node, b);
}

static void start_probe(struct anchor_point *a, mip_time now, struct binding *b, const struct reply *reply)
{
	struct home_request *q = mip_alloc(sizeof *q);

	binding_set_state(b, BINDING_PROBING);
	b->home.request = q;
	*q = (struct home_request){ .anchor = a, .binding = b, .reply = *reply };
	q->probe.target = b->home_address;
	q->probe.interface = a->link;
	q->probe.done = probe_done;
	ip6_start_probe(a->role.node, now, &q->probe);
}

static void forget(struct anchor_point *a, struct binding *b)
{
	if (b->state == BINDING_PROBING)
		free_request(a->role.node, b);
	else
		ip6_remove_proxy(a->role.node, a->link, &b->home_address);
	binding_cache_remove(&a->cache, a->role.node, b);
}

static void binding_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);

	(void)n;
	(void)now;
	forget(mip_container_of(b->cache, struct anchor_point, cache), b);
}

static bool serves(const struct anchor_point *a, const struct in6 *on_link)
{
	for (uint32_t i = 0; i < a->on_link_count; i++)
		if (in6_prefix64(&a->on_link[i]) == in6_prefix64(on_link))
			return true;
	return !a->on_link_count;
}

static void receive_update(struct anchor_point *a, mip_time now, const struct delivery *d, const struct mh_message *m)
{
	struct node *n = a->role.node;
	const struct in6 regional = d->source;
	struct reply reply = { d->destination, d->wire_source, m->lifetime };
	struct binding *b = binding_cache_find(&a->cache, &regional);

	if (b && !sequence_is_newer(m->sequence, b->sequence)) {
		if (b->state != BINDING_PROBING)
			acknowledge(a, now, &reply, &regional, BA_SEQUENCE_OUT_OF_WINDOW, b->sequence);
		return;
	}
	if (!in6_prefix_equal(&regional, &a->address, 64)) {
		acknowledge(a, now, &reply, &regional, BA_NOT_HOME_SUBNET, m->sequence);
		return;
	}
	if (ip6_find_address(n, &regional)) {
		acknowledge(a, now, &reply, &regional, BA_DUPLICATE_ADDRESS, m->sequence);
		return;
	}
	if (m->lifetime && !serves(a, &d->wire_source)) {
		acknowledge(a, now, &reply, &regional, BA_PROHIBITED, m->sequence);
		return;
	}
	if (!m->lifetime) {
		if (b)
			forget(a, b);
		acknowledge(a, now, &reply, &regional, b ? BA_ACCEPTED : BA_NOT_HOME_AGENT, m->sequence);
		return;
	}
	if (!b && binding_cache_taken(&a->cache) >= n->conf->binding_cache_limit) {
		acknowledge(a, now, &reply, &regional, BA_INSUFFICIENT_RESOURCES, m->sequence);
		return;
	}
	if (!b)
		b = binding_cache_add(&a->cache, &regional, BINDING_REMEMBERED);
	b->sequence = m->sequence;
	b->care_of_address = d->wire_source;
	if (b->state == BINDING_PROBING)
		b->home.request->reply = reply;
	else if (b->state == BINDING_REMEMBERED && n->conf->home_agent_dad)
		start_probe(a, now, b, &reply);
	else
		activate(a, now, b, &reply);
}

/* ---- packets ------------------------------------------------------------------------------------------------------------ */

static void tunnel(struct anchor_point *a, mip_time now, const struct binding *b, struct packet *take)
{
	ip6_encapsulate(take, &a->address, &b->care_of_address);
	ip6_send(a->role.node, now, take, IP6_SEND_PLAIN);
}

/* Only from the address on the link that is registered for the inner source. */
static void receive_tunnelled(struct anchor_point *a, mip_time now, struct delivery *d)
{
	struct node *n = a->role.node;
	const uint8_t *inner = delivery_upper(d);
	const struct binding *b;
	struct in6 source;

	if (d->length < IPV6_HEADER || ipv6_version(inner) != 6) {
		node_drop(n, now, d->packet, d->length < IPV6_HEADER ? DROP_TRUNCATED : DROP_MALFORMED);
		return;
	}
	source = ipv6_source(inner);
	b = binding_cache_find_in_use(&a->cache, &source);
	if (!b || !in6_equal(&b->care_of_address, &d->wire_source)) {
		node_drop(n, now, d->packet, DROP_BAD_TUNNEL_SOURCE);
		return;
	}
	packet_pull(d->packet, d->offset);
	ip6_reinject(n, now, d->in, &d->wire_source, d->packet);
}

static enum verdict anchor_point_input(struct role *r, mip_time now, struct delivery *d)
{
	struct anchor_point *a = anchor_of(r);
	struct mh_message m;
	enum wire_error error;

	if (!in6_equal(&d->destination, &a->address))
		return VERDICT_CONTINUE;
	if (a->failed) {
		node_drop(r->node, now, d->packet, DROP_NO_LISTENER);
		return VERDICT_TAKEN;
	}
	if (d->protocol == PROTOCOL_IPV6) {
		receive_tunnelled(a, now, d);
		return VERDICT_TAKEN;
	}
	if (d->protocol != PROTOCOL_MOBILITY || d->length < 8 || delivery_upper(d)[2] != MH_BU)
		return VERDICT_CONTINUE;
	error = mip6_decode(d, &m);
	if (error != WIRE_OK) {
		mip6_refuse(r->node, now, &a->errors, d, error);
		return VERDICT_TAKEN;
	}
	if (m.type != MH_BU || !(m.flags & BU_ANCHOR))
		return VERDICT_CONTINUE;
	/* Section 4: A and M set, H not; the regional address in a Home Address option. */
	if (m.flags & BU_HOME || !d->has_home_address || !in6_is_routable_unicast(&d->wire_source)) {
		node_drop(r->node, now, d->packet, DROP_MALFORMED);
		return VERDICT_TAKEN;
	}
	receive_update(a, now, d, &m);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static enum verdict anchor_point_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct anchor_point *a = anchor_of(r);
	struct in6 destination = ipv6_destination(p->data);
	const struct binding *b;

	(void)in;
	b = a->failed ? NULL : binding_cache_find_in_use(&a->cache, &destination);
	if (!b)
		return VERDICT_CONTINUE;
	if (!ip6_tunnel_hop(r->node, now, p))
		return VERDICT_TAKEN;
	tunnel(a, now, b, p);
	return VERDICT_TAKEN;
}

static void forget_all(struct anchor_point *a)
{
	for (uint32_t i = 0; i < a->cache.bucket_count; i++)
		while (a->cache.buckets[i])
			forget(a, a->cache.buckets[i]);
}

static void failure(struct node *n, struct timer *t, mip_time now)
{
	struct anchor_point *a = mip_container_of(t, struct anchor_point, failure);

	(void)n;
	(void)now;
	a->failed = true;
	forget_all(a);
}

static void anchor_point_free(struct role *r)
{
	struct anchor_point *a = anchor_of(r);

	timer_disarm(&r->node->timers, &a->failure);
	forget_all(a);
	binding_cache_fini(&a->cache, r->node);
	mip_free(a, sizeof *a);
}

static const struct role_ops anchor_point_ops = {
	.name = "anchor-point",
	.input = anchor_point_input,
	.accept_home_address = mip6_accept_no_home_address,
	.forward = anchor_point_forward,
	.free = anchor_point_free,
};

struct role *anchor_point_new(struct node *n, const struct anchor_point_conf *conf)
{
	struct anchor_point *a = mip_alloc(sizeof *a);
	const struct ip6_address *own = ip6_find_address(n, &conf->address);

	mip_assert(own);
	a->role.ops = &anchor_point_ops;
	a->role.node = n;
	a->address = conf->address;
	a->on_link = conf->on_link;
	a->on_link_count = conf->on_link_count;
	a->link = own->interface;
	a->failure.fire = failure;
	if (conf->fails_at != MIP_NEVER)
		node_arm(n, &a->failure, conf->fails_at);
	binding_cache_init(&a->cache, binding_timer);
	return &a->role;
}
