// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Access router with fast handovers (RFC 5568): the role, and what it knows of its neighbours. The one a node leaves is in
 * previous_router.c, the one it comes to in new_router.c.
 *
 * DEVIATION: section 10 asks for ESP. Here HAck is believed if it comes from a router of the neighbour table, HI from whatever is
 * not on one of the links of those routers, so that nodes there cannot send one; sizes are those without ESP.
 * Left out: DHCP (PrRtAdv code 5), unsolicited information without a trigger (code 4), HAck code 4.
 */
#include "models/fmip6/access_router_int.h"
#include "models/wire/icmp6.h"
#include "models/wire/mh.h"

static struct access_router *router_of(struct role *r)
{
	return mip_container_of(r, struct access_router, role);
}

const struct fast_neighbour *access_router_of_prefix(const struct access_router *a, const struct in6 *address)
{
	for (uint32_t i = 0; i < a->domain->count; i++)
		if (in6_prefix64(&a->domain->neighbours[i].router) == in6_prefix64(address))
			return &a->domain->neighbours[i];
	return NULL;
}

static const struct fast_neighbour *neighbour_of_address(const struct access_router *a, const struct in6 *address)
{
	for (uint32_t i = 0; i < a->domain->count; i++)
		if (in6_equal(&a->domain->neighbours[i].router, address))
			return &a->domain->neighbours[i];
	return NULL;
}

bool access_router_is_own(const struct access_router *a, const struct fast_neighbour *x)
{
	return ip6_find_address(a->role.node, &x->router);
}

void access_router_observe(struct access_router *a, mip_time now, enum observation_kind kind, const struct binding *b,
                           uint32_t value)
{
	node_observe(
	    a->role.node, now,
	    (struct observation){ .kind = kind, .peer = b->home_address, .address = b->care_of_address, .value = value });
}

/* ---- RtSolPr (6.1.1), PrRtAdv (6.1.2) -------------------------------------------------------------------------------------- */

/* What is known of an access point; true: a router that a node can go to fast. */
static bool advise(const struct access_router *a, const struct mac *access_point, struct fast_advice *v)
{
	v->has_access_point = true;
	v->access_point = *access_point;
	v->access_point_code = ACCESS_POINT_UNKNOWN;
	for (uint32_t i = 0; i < a->domain->count; i++) {
		const struct fast_neighbour *x = &a->domain->neighbours[i];

		if (!mac_equal(&x->access_point, access_point))
			continue;
		if (access_router_is_own(a, x)) {
			v->access_point_code = ACCESS_POINT_SAME_ROUTER;
		} else if (!x->fast) {
			v->access_point_code = ACCESS_POINT_NOT_FAST;
		} else {
			v->access_point_code = ACCESS_POINT_NEW;
			v->has_router_mac = v->has_router_address = true;
			v->router_mac = x->router_mac;
			v->router_address = x->router; /* its prefix is the address's, so that is not repeated */
			return true;
		}
		break;
	}
	return false;
}

static void solicited(struct access_router *a, mip_time now, const struct delivery *d, const struct fast_advice *s)
{
	const struct in6 *source = ip6_link_local(d->in);
	struct fast_advice v = { .subtype = FAST_PRRTADV, .identifier = s->identifier };

	if (!source || !s->has_access_point)
		return;
	v.code = advise(a, &s->access_point, &v) ? PRRTADV_TUPLES : PRRTADV_NO_INFORMATION;
	if (v.code == PRRTADV_TUPLES && ip6_on_link_interface(a->role.node, &d->source) == d->in) {
		if (s->has_source_mac)
			new_router_leaving(a, &s->source_mac);
		previous_router_advised(a, now, &d->source);
	}
	ip6_send(a->role.node, now, fast_advice_packet(source, &d->source, &v), IP6_SEND_PLAIN);
}

/* ---- hooks ----------------------------------------------------------------------------------------------------------------- */

static enum verdict access_router_input(struct role *r, mip_time now, struct delivery *d)
{
	struct access_router *a = router_of(r);
	enum drop_reason why = DROP_MALFORMED;
	struct fast_advice advice;
	struct fast_message m;

	if (d->protocol == PROTOCOL_IPV6)
		return new_router_tunnelled(a, now, d) == VERDICT_TAKEN ? VERDICT_TAKEN : previous_router_tunnelled(a, now, d);
	if (d->protocol == PROTOCOL_ICMP6) {
		if (!fast_advice_receive(d, &advice) || advice.subtype != FAST_RTSOLPR)
			return VERDICT_CONTINUE;
		solicited(a, now, d, &advice);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	/* A local binding update is word of where the node is, also to an anchor point that redirected its packets away from
	 * there; not one that came through the tunnel of a router that serves the previous address. */
	if (!in6_is_unspecified(&a->anchor) && !d->tunnelled && d->protocol == PROTOCOL_MOBILITY && d->length >= 8 &&
	    delivery_upper(d)[2] == MH_BU)
		previous_router_returned(a, &d->wire_source);
	if (d->protocol != PROTOCOL_MOBILITY || d->length < 8 || !fast_is_type(delivery_upper(d)[2]) ||
	    delivery_upper(d)[2] == FAST_BACK)
		return VERDICT_CONTINUE;
	if (fast_receive(d, &m) == WIRE_OK) {
		if (m.type == FAST_BU)
			why = previous_router_update(a, now, d, &m);
		else if (m.type == FAST_HI)
			/* An anchor point, which is not in the table, may send one too. */
			why = access_router_of_prefix(a, &d->source) && !neighbour_of_address(a, &d->source) ?
			          DROP_UNEXPECTED :
			          new_router_initiated(a, now, d, &m);
		else
			why = neighbour_of_address(a, &d->source) ? previous_router_acknowledged(a, now, d, &m) : DROP_UNEXPECTED;
	}
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

static enum verdict access_router_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	if (new_router_forward(router_of(r), now, in, p) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	return previous_router_forward(router_of(r), now, p);
}

/* At an anchor point packets for a mobile node are in a tunnel of its own by now. */
static enum verdict access_router_below(struct role *r, mip_time now, struct packet *p)
{
	(void)now;
	if (ipv6_next_header(p->data) == PROTOCOL_IPV6)
		previous_router_below(router_of(r), p);
	return VERDICT_CONTINUE;
}

static void access_router_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	if (n->kind == IP6_NOTICE_NEIGHBOUR && n->neighbour->has_mac && !n->neighbour->solicited && !n->neighbour->override &&
	    !n->neighbour->router && in6_is_routable_unicast(&n->address) &&
	    (ip6_on_link_interface(r->node, &n->address) == n->interface ||
	     new_router_serves(router_of(r), n->interface, &n->address)))
		new_router_announced(router_of(r), now, n->interface, &n->address, &n->neighbour->mac);
}

/* Handovers that the network initiates (RFC 5568 3.3): the node is told what it would have asked for. Its addresses here are made
 * from its link-layer address, as far as we know; all that it says itself is in the FBU that it will send. */
static void access_router_station_leaving(struct role *r, mip_time now, struct interface *i, const struct mac *station,
                                          const struct mac *access_point)
{
	struct access_router *a = router_of(r);
	struct fast_advice v = { .subtype = FAST_PRRTADV, .code = PRRTADV_TRIGGER };
	struct in6 node = in6_link_local_of(station), previous;
	const struct fast_neighbour *here = NULL;
	const struct ip6_address *own;

	for (uint32_t k = 0; k < a->domain->count && !here; k++) {
		own = ip6_find_address(r->node, &a->domain->neighbours[k].router);
		here = own && own->interface == i ? &a->domain->neighbours[k] : NULL;
	}
	if (!here || !ip6_link_local(i) || !advise(a, access_point, &v))
		return;
	previous = in6_join(&here->router, &node);
	ip6_learn_neighbour(r->node, now, i, &node, station);
	new_router_leaving(a, station);
	previous_router_advised(a, now, &previous);
	ip6_send(r->node, now, fast_advice_packet(ip6_link_local(i), &node, &v), IP6_SEND_PLAIN);
}

static void access_router_free(struct role *r)
{
	struct access_router *a = router_of(r);

	previous_router_forget_all(a);
	new_router_forget_all(a);
	binding_cache_fini(&a->leaving, r->node);
	binding_cache_fini(&a->arriving, r->node);
	mip_free(a, sizeof *a);
}

static const struct role_ops access_router_ops = {
	.name = "access-router",
	.input = access_router_input,
	.accept_home_address = mip6_accept_no_home_address,
	.forward = access_router_forward,
	.notice = access_router_notice,
	.station_leaving = access_router_station_leaving,
	.free = access_router_free,
};

static const struct role_ops anchored_ops = {
	.name = "access-router",
	.input = access_router_input,
	.accept_home_address = mip6_accept_no_home_address,
	.forward = access_router_forward,
	.below = access_router_below,
	.notice = access_router_notice,
	.free = access_router_free,
};

struct role *access_router_new(struct node *n, const struct fast_domain *domain, const struct in6 *address)
{
	struct access_router *a = mip_alloc(sizeof *a);

	a->role.ops = address ? &anchored_ops : &access_router_ops;
	a->role.node = n;
	a->domain = domain;
	if (address)
		a->anchor = *address;
	a->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
	binding_cache_init(&a->leaving, previous_router_timer);
	binding_cache_init(&a->arriving, new_router_timer);
	return &a->role;
}
