// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Access router with fast handovers (RFC 5568 sections 4 and 5), and an anchor point in the place of the previous one (RFC 4140 appendix A).
 *
 * As previous router: answers RtSolPr from the neighbour table, and FBUs by HI to the router the new care-of address belongs to. From the
 * moment HAck accepts - not before, in either mode - packets for the previous care-of address go through a tunnel to the new one, then the
 * FBack leaves, in predictive mode to both links. As new router: probes the address announced (unless duplicate address detection is off
 * or optimistic here), offers another where it is taken, speaks for it on the link for PROXY_ND_LIFETIME, and keeps packets for it, up to
 * `handover-buffer`, until an unsolicited advertisement says that the node is there; they leave in the order they came, and what comes
 * later does not overtake them.
 *
 * Decided: with HI code 1 there is nothing to keep or check, HAck follows at once.
 * DEVIATION: HI and HAck are believed by their sender's standing in the neighbour table; section 10 asks for ESP.
 * DEVIATION: what was kept leaves at once, not five packets first and the rest at the metered rate (5.4): a link's own queue is where
 * a burst may be lost.
 * Left out: buffering at the previous router, its PCoA support by host routes (HAck code 3), NAACK, unsolicited PrRtAdv, DHCP.
 */
#include "models/fmip6/message.h"
#include "models/mip6/binding_cache.h"
#include "models/mip6/message.h"
#include "models/wire/icmp6.h"

#define ASSIGN_ATTEMPTS 3

struct access_router {
	struct role role;
	const struct fast_domain *domain;
	struct in6 anchor;               /* unspecified at a plain access router */
	struct binding_cache leaving;    /* previous care-of address -> new one; REGULAR: tunnelling, PROBING: HI is out */
	struct binding_cache arriving;   /* new care-of address; REGULAR: packets are kept, PROBING, REMEMBERED: the node is here */
	uint16_t sequence;               /* of HI */
};

/* What an entry of either cache needs besides. */
struct home_request {
	/* leaving: the FBU to be answered, and the HI that is out */
	struct in6 router, fbu_source, self;
	uint16_t fbu_sequence, hi_sequence, lifetime_s;
	mip_time interval;
	uint8_t attempts;
	bool reactive;
	/* arriving */
	struct ip6_probe probe;
	struct access_router *owner;
	struct binding *binding;
	struct interface *interface;
	struct timer proxy;
	struct mac mac;
	struct packet_queue kept;
	uint32_t kept_count;
	struct in6 wanted;               /* as HI had it; the binding's own may be another one we offer */
	struct in6 previous;
};

static struct access_router *router_of(struct role *r)
{
	return mip_container_of(r, struct access_router, role);
}

static const struct fast_neighbour *neighbour_of_prefix(const struct access_router *a, const struct in6 *address)
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

static bool is_ours(const struct access_router *a, const struct fast_neighbour *x)
{
	return ip6_find_address(a->role.node, &x->router);
}

static void observe(struct access_router *a, mip_time now, enum observation_kind kind, const struct binding *b, uint32_t value)
{
	node_observe(a->role.node, now, (struct observation){ .kind = kind, .peer = b->home_address, .address = b->care_of_address,
	                                                      .value = value });
}

/* ---- RtSolPr (6.1.1), PrRtAdv (6.1.2) ---------------------------------------------------------------------------------------- */

static void solicited(struct access_router *a, mip_time now, const struct delivery *d, const struct fast_advice *s)
{
	struct node *n = a->role.node;
	const struct in6 *source = ip6_link_local(d->in);
	struct fast_advice v = { .subtype = FAST_PRRTADV, .identifier = s->identifier, .has_access_point = true,
		                 .access_point = s->access_point, .access_point_code = ACCESS_POINT_UNKNOWN, .code = PRRTADV_NO_INFORMATION };

	if (!source || !s->has_access_point)
		return;
	for (uint32_t i = 0; i < a->domain->count; i++) {
		const struct fast_neighbour *x = &a->domain->neighbours[i];

		if (!mac_equal(&x->access_point, &s->access_point))
			continue;
		if (is_ours(a, x)) {
			v.access_point_code = ACCESS_POINT_SAME_ROUTER;
		} else if (!x->fast) {
			v.access_point_code = ACCESS_POINT_NOT_FAST;
		} else {
			v.code = PRRTADV_TUPLES;
			v.access_point_code = ACCESS_POINT_NEW;
			v.has_router_mac = v.has_router_address = true;
			v.router_mac = x->router_mac;
			v.router_address = x->router; /* its prefix is the address's, so that is not repeated */
		}
		break;
	}
	ip6_send(n, now, fast_advice_packet(source, &d->source, &v), IP6_SEND_PLAIN);
}

/* ---- as previous router --------------------------------------------------------------------------------------------------- */

static void forget_leaving(struct access_router *a, struct binding *b)
{
	mip_free(b->home.request, sizeof *b->home.request);
	b->home.request = NULL;
	binding_cache_remove(&a->leaving, a->role.node, b);
}

static void answer_fbu(struct access_router *a, mip_time now, const struct in6 *previous, const struct in6 *care_of_address,
                       const struct in6 *alternate, const struct in6 *self, const struct in6 *to, uint16_t sequence, uint16_t lifetime_s,
                       uint8_t status)
{
	struct fast_security security = { .care_of_address = *care_of_address, .router = *self };
	struct fast_message m = { .type = FAST_BACK, .code = status, .sequence = sequence, .lifetime_s = status < FBACK_UNSPECIFIED ? lifetime_s : 0 };

	if (alternate) {
		m.has_alternate_care_of_address = true;
		m.alternate_care_of_address = *alternate;
	}
	fast_key(a->domain, previous, security.key);
	/* A routing header where the destination is not the previous address itself (as RFC 6275 9.5.4 has it; RFC 5568 does not say). */
	ip6_send(a->role.node, now, fast_packet(self, to, NULL, in6_equal(to, previous) ? NULL : previous, &m, &security), IP6_SEND_PLAIN);
}

static void send_hi(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	struct fast_message m = { .type = FAST_HI, .sequence = q->hi_sequence, .code = q->reactive ? FAST_HI_REACTIVE : FAST_HI_PREDICTIVE,
		                  .flags = q->reactive ? 0 : FAST_HI_BUFFER, .has_link_layer_address = true, .link_layer_address = q->mac,
		                  .has_previous_care_of_address = true, .previous_care_of_address = b->home_address,
		                  .has_new_care_of_address = true, .new_care_of_address = b->care_of_address };

	q->attempts++;
	node_arm(a->role.node, &b->timer, mip_time_add(now, q->interval));
	q->interval *= 2;
	ip6_send(a->role.node, now, fast_packet(&q->self, &q->router, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

static void refuse_fbu(struct access_router *a, mip_time now, struct binding *b, uint8_t status)
{
	struct home_request *q = b->home.request;

	answer_fbu(a, now, &b->home_address, &b->care_of_address, NULL, &q->self, &q->fbu_source, q->fbu_sequence, 0, status);
	forget_leaving(a, b);
}

static void leaving_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct access_router *a = mip_container_of(b->cache, struct access_router, leaving);

	(void)n;
	if (b->state != BINDING_PROBING)
		forget_leaving(a, b); /* the tunnel's lifetime is over */
	else if (b->home.request->attempts <= HI_RETRIES)
		send_hi(a, now, b);
	else
		refuse_fbu(a, now, b, FBACK_UNSPECIFIED);
}

/* The interface identifier was made from the link-layer address (RFC 4291 appendix A); RFC 5568 has the mobile node's in its option only. */
static struct mac mac_of_identifier(const struct in6 *a)
{
	const uint8_t *o = a->octets + 8;

	return (struct mac){ { o[0] ^ 2, o[1], o[2], o[5], o[6], o[7] } };
}

static enum drop_reason receive_fbu(struct access_router *a, mip_time now, const struct delivery *d, const struct fast_message *m)
{
	struct node *n = a->role.node;
	const struct in6 previous = d->source;
	const struct in6 care_of_address = m->has_alternate_care_of_address ? m->alternate_care_of_address : d->wire_source;
	struct fast_security security = { .care_of_address = care_of_address, .router = d->destination };
	const struct fast_neighbour *here = neighbour_of_prefix(a, &previous), *there = neighbour_of_prefix(a, &care_of_address);
	struct binding *b = binding_cache_find(&a->leaving, &previous);
	struct home_request *q;

	if (!d->has_home_address || !in6_is_routable_unicast(&care_of_address) || !here || (in6_is_unspecified(&a->anchor) && !is_ours(a, here)))
		return DROP_BAD_HOME_ADDRESS;
	fast_key(a->domain, &previous, security.key);
	if (!fast_verify(d, m, &security))
		return DROP_BAD_AUTHENTICATOR;
	/* 5.6: back on this link, or never gone. */
	if (!m->lifetime_s) {
		if (b)
			forget_leaving(a, b);
		answer_fbu(a, now, &previous, &care_of_address, NULL, &d->destination, &d->wire_source, m->sequence, 0, FBACK_ACCEPTED);
		return DROP_REASON_COUNT;
	}
	if (!there || !there->fast || is_ours(a, there) || (!b && binding_cache_in_use(&a->leaving) >= n->conf->binding_cache_limit)) {
		answer_fbu(a, now, &previous, &care_of_address, NULL, &d->destination, &d->wire_source, m->sequence, 0,
		           there && there->fast ? FBACK_RESOURCES : FBACK_UNSPECIFIED);
		return DROP_REASON_COUNT;
	}
	if (!b) {
		b = binding_cache_add(&a->leaving, &previous, BINDING_PROBING);
		b->home.request = mip_alloc(sizeof *b->home.request);
	}
	q = b->home.request;
	q->fbu_source = d->wire_source;
	q->fbu_sequence = m->sequence;
	q->lifetime_s = m->lifetime_s;
	/* A repetition while HI is out waits with the first. */
	if (b->state == BINDING_PROBING && q->attempts && in6_equal(&b->care_of_address, &care_of_address) &&
	    q->reactive == !in6_equal(&d->wire_source, &previous))
		return DROP_REASON_COUNT;
	/* The tunnel stands: the FBack was lost, or the node left before it came. */
	if (b->state == BINDING_REGULAR && in6_equal(&b->care_of_address, &care_of_address)) {
		answer_fbu(a, now, &previous, &care_of_address, NULL, &d->destination, &d->wire_source, m->sequence, m->lifetime_s, FBACK_ACCEPTED);
		return DROP_REASON_COUNT;
	}
	binding_set_state(b, BINDING_PROBING);
	b->care_of_address = care_of_address;
	q->self = d->destination;
	q->router = there->router;
	q->reactive = !in6_equal(&d->wire_source, &previous);
	q->hi_sequence = ++a->sequence;
	q->interval = FAST_TIMEOUT;
	q->attempts = 0;
	q->mac = m->has_link_layer_address ? m->link_layer_address : mac_of_identifier(&previous);
	send_hi(a, now, b);
	return DROP_REASON_COUNT;
}

static enum drop_reason receive_hack(struct access_router *a, mip_time now, const struct delivery *d, const struct fast_message *m)
{
	struct binding *b = NULL;
	struct home_request *q;
	struct in6 asked;

	for (uint32_t i = 0; i < a->leaving.bucket_count && !b; i++)
		for (b = a->leaving.buckets[i]; b; b = b->hash_next)
			if (b->state == BINDING_PROBING && b->home.request->hi_sequence == m->sequence &&
			    in6_equal(&b->home.request->router, &d->source))
				break;
	if (!b)
		return DROP_UNEXPECTED;
	q = b->home.request;
	asked = b->care_of_address;
	if (m->code == HACK_ASSIGNED && m->has_new_care_of_address) {
		b->care_of_address = m->new_care_of_address;
	} else if (m->code != HACK_ACCEPTED) {
		refuse_fbu(a, now, b, m->code == HACK_RESOURCES ? FBACK_RESOURCES : m->code == HACK_PROHIBITED ? FBACK_PROHIBITED : FBACK_UNSPECIFIED);
		return DROP_REASON_COUNT;
	}
	binding_set_state(b, BINDING_REGULAR);
	b->expires = mip_time_add(now, q->lifetime_s * MIP_SECOND);
	node_arm(a->role.node, &b->timer, b->expires);
	observe(a, now, OBSERVE_FAST_DIVERTED, b, q->reactive);
	for (int copy = 0; copy < (q->reactive ? 1 : 2); copy++) {
		const struct in6 *alternate = m->code == HACK_ASSIGNED ? &b->care_of_address : NULL;

		answer_fbu(a, now, &b->home_address, &asked, alternate, &q->self, copy ? &b->care_of_address : &q->fbu_source, q->fbu_sequence,
		           q->lifetime_s, alternate ? FBACK_USE_ALTERNATE : FBACK_ACCEPTED);
	}
	return DROP_REASON_COUNT;
}

/* ---- as new router ----------------------------------------------------------------------------------------------------------- */

static void answer_hi(struct access_router *a, mip_time now, const struct in6 *self, const struct in6 *to, uint16_t sequence, uint8_t code,
                      const struct in6 *care_of_address)
{
	struct fast_message m = { .type = FAST_HACK, .sequence = sequence, .code = code };

	if (care_of_address) {
		m.has_new_care_of_address = true;
		m.new_care_of_address = *care_of_address;
	}
	ip6_send(a->role.node, now, fast_packet(self, to, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

static void forget_arriving(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	struct node *n = a->role.node;
	struct packet *p;

	ip6_cancel_probe(n, &q->probe);
	timer_disarm(&n->timers, &q->proxy);
	ip6_remove_proxy(n, q->interface, &b->home_address);
	while ((p = packet_queue_pop(&q->kept)))
		node_drop(n, now, p, DROP_NO_BINDING);
	mip_free(q, sizeof *q);
	b->home.request = NULL;
	binding_cache_remove(&a->arriving, n, b);
}

static void arriving_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);

	(void)n;
	forget_arriving(mip_container_of(b->cache, struct access_router, arriving), now, b);
}

static void proxy_timer(struct node *n, struct timer *t, mip_time now)
{
	struct home_request *q = mip_container_of(t, struct home_request, proxy);

	(void)now;
	ip6_remove_proxy(n, q->interface, &q->binding->home_address);
}

static void answer_request(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	bool other = !in6_equal(&b->home_address, &q->wanted);

	answer_hi(a, now, &q->self, &q->router, q->hi_sequence, other ? HACK_ASSIGNED : HACK_ACCEPTED, other ? &b->home_address : NULL);
}

static void expect(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;

	binding_set_state(b, BINDING_REGULAR);
	ip6_add_proxy(a->role.node, now, q->interface, &b->home_address);
	node_arm(a->role.node, &q->proxy, now + PROXY_ND_LIFETIME);
	node_arm(a->role.node, &b->timer, now + FAST_TUNNEL_LIFETIME_S * MIP_SECOND);
	answer_request(a, now, b);
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate);

static struct binding *add_arriving(struct access_router *a, const struct in6 *address, const struct home_request *like)
{
	struct binding *b = binding_cache_add(&a->arriving, address, BINDING_PROBING);
	struct home_request *q = mip_alloc(sizeof *q);

	*q = *like;
	q->owner = a;
	q->binding = b;
	q->proxy.fire = proxy_timer;
	q->probe.target = *address;
	q->probe.interface = q->interface;
	q->probe.done = probe_done;
	b->home.request = q;
	return b;
}

/* Another address of the same prefix, for the one wanted is taken. */
static void assign(struct access_router *a, mip_time now, const struct home_request *like)
{
	struct home_request next = *like;
	struct in6 address = like->wanted;
	struct binding *b;

	if (++next.attempts > ASSIGN_ATTEMPTS) {
		answer_hi(a, now, &like->self, &like->router, like->hi_sequence, HACK_INVALID_CARE_OF_ADDRESS, NULL);
		return;
	}
	store_be64(address.octets + 8, node_random_u64(a->role.node, RANDOM_MOBILITY) & ~(uint64_t)2 << 56); /* not a universal identifier */
	if (binding_cache_find(&a->arriving, &address))
		return;
	b = add_arriving(a, &address, &next);
	ip6_start_probe(a->role.node, now, &b->home.request->probe);
}

static void probe_done(struct ip6_probe *p, mip_time now, bool duplicate)
{
	struct home_request *q = mip_container_of(p, struct home_request, probe), kept = *q;
	struct access_router *a = q->owner;

	if (!duplicate) {
		expect(a, now, q->binding);
		return;
	}
	kept.probe = (struct ip6_probe){ 0 };
	kept.proxy = (struct timer){ 0 };
	forget_arriving(a, now, q->binding);
	assign(a, now, &kept);
}

/* A node that once left from this address is coming to it again: the tunnel it left then has had its day. */
static void returned(struct access_router *a, const struct in6 *address)
{
	struct binding *b = binding_cache_find(&a->leaving, address);

	if (b)
		forget_leaving(a, b);
}

static enum drop_reason receive_hi(struct access_router *a, mip_time now, const struct delivery *d, const struct fast_message *m)
{
	struct node *n = a->role.node;
	struct home_request q = { .router = d->source, .self = d->destination, .hi_sequence = m->sequence, .wanted = m->new_care_of_address,
		                  .previous = m->previous_care_of_address, .mac = m->link_layer_address };
	struct binding *b;

	if (!m->has_new_care_of_address || !m->has_link_layer_address)
		return DROP_MALFORMED;
	q.interface = ip6_on_link_interface(n, &q.wanted);
	if (!q.interface) {
		answer_hi(a, now, &q.self, &q.router, m->sequence, HACK_INVALID_CARE_OF_ADDRESS, NULL);
		return DROP_REASON_COUNT;
	}
	if (m->code == FAST_HI_REACTIVE) {
		answer_hi(a, now, &q.self, &q.router, m->sequence, HACK_ACCEPTED, NULL);
		return DROP_REASON_COUNT;
	}
	returned(a, &q.wanted);
	b = binding_cache_find(&a->arriving, &q.wanted);
	if (b && in6_equal(&b->home.request->previous, &q.previous)) {
		/* Repeated, or a later handover of the same node to here. */
		b->home.request->hi_sequence = m->sequence;
		b->home.request->router = q.router;
		b->home.request->self = q.self;
		if (b->state == BINDING_REGULAR || (b->state == BINDING_REMEMBERED && b->sequence == m->sequence))
			answer_request(a, now, b);
		else if (b->state == BINDING_REMEMBERED)
			expect(a, now, b);
		b->sequence = m->sequence;
		return DROP_REASON_COUNT;
	}
	if (b && b->state == BINDING_REMEMBERED) {
		forget_arriving(a, now, b);
		b = NULL;
	}
	if (binding_cache_in_use(&a->arriving) >= n->conf->binding_cache_limit) {
		answer_hi(a, now, &q.self, &q.router, m->sequence, HACK_RESOURCES, NULL);
		return DROP_REASON_COUNT;
	}
	if (b || ip6_find_address(n, &q.wanted)) {
		assign(a, now, &q);
		return DROP_REASON_COUNT;
	}
	b = add_arriving(a, &q.wanted, &q);
	b->sequence = m->sequence;
	if (n->conf->dad == DAD_ON)
		ip6_start_probe(n, now, &b->home.request->probe);
	else
		expect(a, now, b);
	return DROP_REASON_COUNT;
}

/* 6.3: the node is here. The entry is remembered, so that a late repetition of HI does not have its packets kept again. */
static void arrived(struct access_router *a, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac)
{
	struct binding *b = binding_cache_find(&a->arriving, address);
	struct node *n = a->role.node;
	struct home_request *q;
	struct packet_queue kept;
	struct packet *p;

	if (b && b->home.request->interface == i && b->state == BINDING_PROBING) {
		ip6_cancel_probe(n, &b->home.request->probe);
		expect(a, now, b);
	}
	returned(a, address);
	ip6_know_neighbour(n, now, i, address, mac);
	if (!b || b->state != BINDING_REGULAR || b->home.request->interface != i)
		return;
	q = b->home.request;
	timer_disarm(&n->timers, &q->proxy);
	ip6_remove_proxy(n, i, address);
	binding_set_state(b, BINDING_REMEMBERED);
	observe(a, now, OBSERVE_FAST_RELEASED, b, q->kept_count);
	kept = q->kept;
	q->kept = (struct packet_queue){ 0 };
	q->kept_count = 0;
	while ((p = packet_queue_pop(&kept)))
		ip6_reinject(n, now, i, NULL, p);
}

/* ---- hooks -------------------------------------------------------------------------------------------------------------------- */

static enum verdict access_router_input(struct role *r, mip_time now, struct delivery *d)
{
	struct access_router *a = router_of(r);
	enum drop_reason why = DROP_MALFORMED;
	struct fast_advice advice;
	struct fast_message m;

	if (d->protocol == PROTOCOL_ICMP6) {
		if (!fast_advice_receive(d, &advice) || advice.subtype != FAST_RTSOLPR)
			return VERDICT_CONTINUE;
		solicited(a, now, d, &advice);
		packet_free(d->packet);
		return VERDICT_TAKEN;
	}
	/* A local binding update is word of where the node is, also to an anchor point that redirected its packets away from there. */
	if (!in6_is_unspecified(&a->anchor) && d->protocol == PROTOCOL_MOBILITY && d->length >= 8 && delivery_upper(d)[2] == MH_BU)
		returned(a, &d->wire_source);
	if (d->protocol != PROTOCOL_MOBILITY || d->length < 8 || !fast_is_type(delivery_upper(d)[2]) || delivery_upper(d)[2] == FAST_BACK)
		return VERDICT_CONTINUE;
	if (fast_receive(d, &m) == WIRE_OK) {
		if (m.type == FAST_BU)
			why = receive_fbu(a, now, d, &m);
		else if (m.type == FAST_HI)
			/* An anchor point may send one too: whoever is no mobile node's address. */
			why = receive_hi(a, now, d, &m);
		else
			why = neighbour_of_address(a, &d->source) ? receive_hack(a, now, d, &m) : DROP_UNEXPECTED;
	}
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

static bool accept_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	(void)r;
	(void)now;
	(void)d;
	return false; /* only in front of Mobility Headers, which need nobody's leave */
}

static enum verdict access_router_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct access_router *a = router_of(r);
	struct in6 destination = ipv6_destination(p->data);
	struct binding *b = binding_cache_find_in_use(&a->arriving, &destination);

	(void)in;
	if (b) {
		struct home_request *q = b->home.request;

		if (q->kept_count >= r->node->conf->handover_buffer) {
			node_drop(r->node, now, p, DROP_QUEUE_FULL);
			return VERDICT_TAKEN;
		}
		q->kept_count++;
		packet_queue_push(&q->kept, p);
		return VERDICT_TAKEN;
	}
	/* An anchor point redirects its own tunnels only; others may know better where the node is. */
	b = in6_is_unspecified(&a->anchor) ? binding_cache_find_in_use(&a->leaving, &destination) : NULL;
	if (!b)
		return VERDICT_CONTINUE;
	if (!ip6_tunnel_hop(r->node, now, p))
		return VERDICT_TAKEN;
	ip6_encapsulate(p, &b->home.request->self, &b->care_of_address);
	ip6_send(r->node, now, p, IP6_SEND_PLAIN);
	return VERDICT_TAKEN;
}

/* At an anchor point packets for a mobile node are in a tunnel of its own by now. */
static enum verdict access_router_below(struct role *r, mip_time now, struct packet *p)
{
	struct access_router *a = router_of(r);
	struct in6 destination = ipv6_destination(p->data);
	struct binding *b;

	(void)now;
	if (ipv6_next_header(p->data) != PROTOCOL_IPV6 || !a->leaving.count[BINDING_REGULAR])
		return VERDICT_CONTINUE;
	b = binding_cache_find_in_use(&a->leaving, &destination);
	if (b && packet_headroom(p) >= IP6_TUNNEL_ROOM)
		ip6_encapsulate(p, &b->home.request->self, &b->care_of_address);
	return VERDICT_CONTINUE;
}

static void access_router_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	if (n->kind == IP6_NOTICE_NEIGHBOUR && n->neighbour->has_mac && !n->neighbour->solicited && !n->neighbour->override &&
	    !n->neighbour->router && in6_is_routable_unicast(&n->address) && ip6_on_link_interface(r->node, &n->address) == n->interface)
		arrived(router_of(r), now, n->interface, &n->address, &n->neighbour->mac);
}

static void access_router_free(struct role *r)
{
	struct access_router *a = router_of(r);

	for (uint32_t i = 0; i < a->leaving.bucket_count; i++)
		while (a->leaving.buckets[i])
			forget_leaving(a, a->leaving.buckets[i]);
	for (uint32_t i = 0; i < a->arriving.bucket_count; i++)
		while (a->arriving.buckets[i]) {
			packet_queue_clear(&a->arriving.buckets[i]->home.request->kept);
			forget_arriving(a, 0, a->arriving.buckets[i]);
		}
	binding_cache_fini(&a->leaving, r->node);
	binding_cache_fini(&a->arriving, r->node);
	mip_free(a, sizeof *a);
}

static const struct role_ops access_router_ops = {
	.name = "access-router",
	.input = access_router_input,
	.accept_home_address = accept_home_address,
	.forward = access_router_forward,
	.notice = access_router_notice,
	.free = access_router_free,
};

static const struct role_ops anchored_ops = {
	.name = "access-router",
	.input = access_router_input,
	.accept_home_address = accept_home_address,
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
	binding_cache_init(&a->leaving, leaving_timer);
	binding_cache_init(&a->arriving, arriving_timer);
	return &a->role;
}
