// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An access router that forwards for those who left (Simultaneous document, section IV.A). It is a small home agent for care-of
 * addresses of its link: RFC 6275 sections 10.3.1, 10.3.2 and 10.4.2, without duplicate address detection (the address was in use
 * a moment ago) and without proxy Neighbor Discovery (what comes from elsewhere passes the router anyway, and a node that comes
 * back could not configure its address again). So neighbours on the same link are not forwarded for.
 *
 * DEVIATION: accepted unauthenticated. A router that did so for everybody would let anyone divert anyone's packets; for the
 * timing of handovers, which is what it is here for, the exchange of messages is the same.
 */
#include "models/mip6/forwarder.h"

#include "models/mip6/answer.h"
#include "models/mip6/binding_cache.h"
#include "models/wire/icmp6.h"

#define BINDING_UNIT (4 * MIP_SECOND)

struct forwarder {
	struct role role;
	struct in6 address;
	struct binding_cache cache;
};

static struct forwarder *forwarder_of(struct role *r)
{
	return mip_container_of(r, struct forwarder, role);
}

static void binding_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);

	(void)now;
	binding_cache_remove(b->cache, n, b);
}

static void acknowledge(struct forwarder *f, mip_time now, const struct delivery *d, enum ba_status status, uint16_t sequence,
                        uint16_t lifetime)
{
	struct mh_message m = { .type = MH_BA, .status = (uint8_t)status, .sequence = sequence, .lifetime = lifetime };
	struct packet *p =
	    mip6_message(&d->destination, &d->wire_source, NULL, d->has_home_address ? &d->source : NULL, &m, NULL);

	p->message = MESSAGE_BA_HOME;
	ip6_send(f->role.node, now, p, IP6_SEND_PLAIN);
}

static void receive_update(struct forwarder *f, mip_time now, const struct delivery *d, const struct mh_message *m)
{
	struct node *n = f->role.node;
	uint32_t limit = n->conf->binding_cache_limit;
	struct binding *b = binding_cache_find(&f->cache, &d->source);

	if (!in6_prefix_equal(&d->source, &f->address, 64)) {
		acknowledge(f, now, d, BA_NOT_HOME_SUBNET, m->sequence, 0);
	} else if (b && !sequence_is_newer(m->sequence, b->sequence)) {
		acknowledge(f, now, d, BA_SEQUENCE_OUT_OF_WINDOW, b->sequence, 0);
	} else if (!m->lifetime) {
		if (b)
			binding_cache_remove(&f->cache, n, b);
		acknowledge(f, now, d, b ? BA_ACCEPTED : BA_NOT_HOME_AGENT, m->sequence, 0);
	} else if (!d->has_home_address || in6_equal(&d->wire_source, &d->source)) {
		acknowledge(f, now, d, BA_INVALID_CARE_OF_ADDRESS, m->sequence, 0);
	} else if (!b && binding_cache_in_use(&f->cache) >= limit) {
		acknowledge(f, now, d, BA_INSUFFICIENT_RESOURCES, m->sequence, 0);
	} else {
		if (!b)
			b = binding_cache_add(&f->cache, &d->source, BINDING_REGULAR);
		b->sequence = m->sequence;
		b->care_of_address = d->wire_source;
		b->expires = now + m->lifetime * BINDING_UNIT;
		node_arm(n, &b->timer, b->expires);
		acknowledge(f, now, d, BA_ACCEPTED, m->sequence, m->lifetime);
	}
}

static enum verdict forwarder_input(struct role *r, mip_time now, struct delivery *d)
{
	struct forwarder *f = forwarder_of(r);
	struct mh_message m;

	if (d->protocol != PROTOCOL_MOBILITY || !in6_equal(&d->destination, &f->address) || mip6_decode(d, &m) != WIRE_OK ||
	    m.type != MH_BU || !(m.flags & BU_HOME))
		return VERDICT_CONTINUE;
	if (!in6_is_routable_unicast(&d->source) || !in6_is_routable_unicast(&d->wire_source)) {
		node_drop(r->node, now, d->packet, DROP_BAD_HOME_ADDRESS);
		return VERDICT_TAKEN;
	}
	receive_update(f, now, d, &m);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static enum verdict forwarder_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct forwarder *f = forwarder_of(r);
	struct in6 destination = ipv6_destination(p->data);
	const struct binding *b = binding_cache_find_in_use(&f->cache, &destination);

	(void)in;
	if (!b)
		return VERDICT_CONTINUE;
	if (!ip6_tunnel_hop(r->node, now, p))
		return VERDICT_TAKEN;
	ip6_encapsulate(p, &f->address, &b->care_of_address);
	ip6_send(r->node, now, p, IP6_SEND_PLAIN);
	return VERDICT_TAKEN;
}

static void forwarder_free(struct role *r)
{
	struct forwarder *f = forwarder_of(r);

	binding_cache_fini(&f->cache, r->node);
	mip_free(f, sizeof *f);
}

static const struct role_ops forwarder_ops = {
	.name = "forwarder",
	.input = forwarder_input,
	.accept_home_address = mip6_accept_no_home_address,
	.forward = forwarder_forward,
	.free = forwarder_free,
};

struct role *forwarder_new(struct node *n, const struct in6 *address)
{
	struct forwarder *f = mip_alloc(sizeof *f);

	f->role.ops = &forwarder_ops;
	f->role.node = n;
	f->address = *address;
	binding_cache_init(&f->cache, binding_timer);
	return &f->role;
}
