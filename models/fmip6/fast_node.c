// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fast handovers at the mobile node (RFC 5568 sections 3.2, 4, 5.6, 5.7).
 *
 * A link-going-down signal that names the next access point starts it: RtSolPr, PrRtAdv, and in predictive mode FBU from the old
 * link. On the new link, if it is the one announced: the router and the new care-of address are known, so the address is used at
 * once - as a verified one after an FBack, else optimistically - and an unsolicited advertisement tells the router; without an
 * FBack an FBU goes to the previous router from there. If it is another one, or nothing was announced in time, the address comes
 * from Neighbor Discovery and the FBU follows it (reactive). Packets of the previous address come out of the previous router's
 * tunnel.
 *
 * Back on the old link, or still there FAST_PATIENCE after the FBack: an FBU with lifetime 0 ends the tunnel.
 *
 * The network may initiate all that: a Proxy Router Advertisement with code 1 comes unasked for. And the new router may answer
 * the announcement (6.4.6): with another address, which is announced in turn and told the previous router; with the previous one,
 * which it serves, so that it is used until Neighbor Discovery has made one; or by calling it invalid, which makes us form one at
 * random.
 *
 * Left out: uplink through the previous router: the new care-of address is used for sending at once, by way of the home agent
 * until correspondents know it.
 */
#include "models/fmip6/message.h"
#include "models/mip6/binding_update_list.h"
#include "models/wire/icmp6.h"

#define PASTS 3 /* previous routers that may still tunnel to us */

enum fast_phase {
	FAST_IDLE,
	FAST_SOLICITING,   /* RtSolPr is out */
	FAST_ADVISED,      /* the next router is known */
	FAST_UPDATING,     /* FBU is out from the old link */
	FAST_ACKNOWLEDGED, /* packets are being diverted */
	FAST_CALLED_OFF    /* an FBU with lifetime 0 is out */
};

struct past {
	struct in6 router;
	struct ip6_address *address; /* the previous care-of address, kept in state away; NULL: not in use */
	mip_time until;
};

struct fast_node {
	struct role role;
	struct fast_node_conf conf;
	struct interface *interface;
	struct in6 router;           /* of this link, global; unspecified: not known */
	struct in6 care_of_address;  /* on this link; unspecified: none */
	struct mac access_point;     /* of this link */
	struct mac attached;         /* of the link that is coming up */
	struct mac identifier;       /* our own link-layer address */

	/* what comes next */
	struct mac target, next_mac;
	struct in6 next_router, next_address;
	struct timer timer;
	mip_time interval;
	uint16_t solicitation, sequence;
	uint8_t phase;               /* enum fast_phase */
	uint8_t attempts;

	/* the link left last, while the router there has to be told */
	struct in6 previous_router, previous_address;
	bool owes_update;            /* an FBU, once there is an address */
	bool unannounced;            /* the router here may think us elsewhere, or keep packets for us */
	struct timer past_timer;
	struct past pasts[PASTS];
};

static struct fast_node *fast_of(struct role *r)
{
	return mip_container_of(r, struct fast_node, role);
}

static void observe(struct fast_node *f, mip_time now, enum observation_kind kind, const struct in6 *peer, uint32_t value)
{
	node_observe(f->role.node, now,
	             (struct observation){ .kind = kind, .peer = *peer, .address = f->care_of_address, .value = value });
}

static void become(struct fast_node *f, enum fast_phase phase)
{
	f->phase = (uint8_t)phase;
	f->attempts = 0;
	timer_disarm(&f->role.node->timers, &f->timer);
}

/* ---- what is sent ---------------------------------------------------------------------------------------------------------- */

static void repeat(struct fast_node *f, mip_time now, mip_time first)
{
	f->interval = f->attempts ? 2 * f->interval : first;
	f->attempts++;
	node_arm(f->role.node, &f->timer, now + f->interval);
}

static void solicit(struct fast_node *f, mip_time now)
{
	struct fast_advice s = { .subtype = FAST_RTSOLPR,
		                 .identifier = ++f->solicitation,
		                 .has_source_mac = true,
		                 .source_mac = f->identifier,
		                 .has_access_point = true,
		                 .access_point_code = ACCESS_POINT_NEW,
		                 .access_point = f->target };

	repeat(f, now, FAST_TIMEOUT);
	ip6_send(f->role.node, now, fast_advice_packet(&f->care_of_address, &f->router, &s), IP6_SEND_PLAIN);
}

/* Who is to redirect: the anchor point, where there is one, else the router. */
static struct in6 redirector(const struct fast_node *f, const struct in6 *router)
{
	struct in6 anchor;

	return f->conf.anchor && f->conf.anchor(f->conf.regional, &anchor) ? anchor : *router;
}

static bool made_from(const struct in6 *address, const struct mac *mac)
{
	struct in6 link_local = in6_link_local_of(mac);

	return !memcmp(address->octets + 8, link_local.octets + 8, 8);
}

/* source: the address on the link we are on. */
static void send_fbu(struct fast_node *f, mip_time now, const struct in6 *to, const struct in6 *previous,
                     const struct in6 *source, const struct in6 *alternate, uint16_t lifetime_s)
{
	struct fast_security security = { .care_of_address = alternate ? *alternate : *source, .router = *to };
	struct fast_message m = {
		.type = FAST_BU, .flags = BU_ACKNOWLEDGE | BU_HOME, .sequence = ++f->sequence, .lifetime_s = lifetime_s
	};

	if (alternate) {
		m.has_alternate_care_of_address = true;
		m.alternate_care_of_address = *alternate;
	}
	/* An address that was assigned does not show our link-layer address, which the new router has to know us by. */
	m.has_link_layer_address = !made_from(previous, &f->identifier);
	m.link_layer_address = f->identifier;
	fast_key(f->conf.domain, previous, security.key);
	observe(f, now, OBSERVE_FAST_BU_SENT, to, lifetime_s ? !alternate : 2);
	ip6_send(f->role.node, now, fast_packet(source, to, previous, NULL, &m, &security), IP6_SEND_PLAIN);
}

/* The router an address belongs to: that of this link, unless it is served here for another one's. */
static struct in6 router_of(const struct fast_node *f, const struct in6 *address)
{
	for (uint32_t i = 0; i < f->conf.domain->count; i++)
		if (in6_prefix64(&f->conf.domain->neighbours[i].router) == in6_prefix64(address))
			return f->conf.domain->neighbours[i].router;
	return f->router;
}

static void announce_next(struct fast_node *f, mip_time now)
{
	struct in6 router = router_of(f, &f->care_of_address), to = redirector(f, &router);

	repeat(f, now, FAST_FBU_TIMEOUT);
	send_fbu(f, now, &to, &f->care_of_address, &f->care_of_address, &f->next_address, FAST_TUNNEL_LIFETIME_S);
}

static void call_off(struct fast_node *f, mip_time now)
{
	struct in6 router = router_of(f, &f->care_of_address), to = redirector(f, &router);

	if (f->phase != FAST_CALLED_OFF)
		become(f, FAST_CALLED_OFF);
	repeat(f, now, FAST_FBU_TIMEOUT);
	send_fbu(f, now, &to, &f->care_of_address, &f->care_of_address, NULL, 0);
}

/* From the new link, to where the old address's packets go. It may be the link of the very address, which was in use elsewhere,
 * served there: then there is a tunnel to be ended (5.6). */
static void report(struct fast_node *f, mip_time now)
{
	bool back = in6_equal(&f->previous_address, &f->care_of_address);

	repeat(f, now, FAST_FBU_TIMEOUT);
	send_fbu(f, now, &f->previous_router, &f->previous_address, &f->care_of_address, NULL, back ? 0 : FAST_TUNNEL_LIFETIME_S);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct fast_node *f = mip_container_of(t, struct fast_node, timer);

	(void)n;
	if (f->owes_update) {
		if (f->attempts <= FBU_RETRIES)
			report(f, now);
		else
			f->owes_update = false;
		return;
	}
	switch (f->phase) {
	case FAST_SOLICITING:
		/* Section 4: no answer means that the router does not do this. */
		if (f->attempts <= RTSOLPR_RETRIES)
			solicit(f, now);
		else
			become(f, FAST_IDLE);
		break;
	case FAST_UPDATING:
		if (f->attempts <= FBU_RETRIES)
			announce_next(f, now);
		else
			become(f, FAST_IDLE);
		break;
	case FAST_ACKNOWLEDGED:
		call_off(f, now);
		break;
	case FAST_CALLED_OFF:
		if (f->attempts <= FBU_RETRIES)
			call_off(f, now);
		else
			become(f, FAST_IDLE);
		break;
	default:
		break;
	}
}

/* ---- previous addresses ---------------------------------------------------------------------------------------------------- */

static void arm_pasts(struct fast_node *f)
{
	mip_time at = MIP_NEVER;

	for (struct past *p = f->pasts; p < f->pasts + PASTS; p++)
		if (p->address)
			at = mip_time_min(at, p->until);
	node_arm(f->role.node, &f->past_timer, at);
}

static void forget_past(struct fast_node *f, struct past *p)
{
	if (p->address)
		ip6_remove_address(f->role.node, p->address);
	p->address = NULL;
	arm_pasts(f);
}

static void past_fire(struct node *n, struct timer *t, mip_time now)
{
	struct fast_node *f = mip_container_of(t, struct fast_node, past_timer);

	(void)n;
	for (struct past *p = f->pasts; p < f->pasts + PASTS; p++)
		if (p->address && p->until <= now)
			forget_past(f, p);
	arm_pasts(f);
}

static void forget_prefix(struct fast_node *f, const struct in6 *address)
{
	for (struct past *p = f->pasts; p < f->pasts + PASTS; p++)
		if (p->address && in6_prefix64(&p->address->address) == in6_prefix64(address))
			forget_past(f, p);
}

static void remember(struct fast_node *f, mip_time now, const struct in6 *router, const struct in6 *address)
{
	struct past *place = f->pasts;
	const struct ip6_address *known;

	forget_prefix(f, address);
	known = ip6_find_address(f->role.node, address);
	if (known && !known->autoconfigured)
		return; /* the home address, or one at an anchor point: somebody else keeps it */
	for (struct past *p = f->pasts; p < f->pasts + PASTS; p++)
		if (!p->address || (place->address && p->until < place->until))
			place = p;
	forget_past(f, place);
	place->router = *router;
	place->until = now + FAST_TUNNEL_LIFETIME_S * MIP_SECOND;
	place->address = ip6_add_address(f->role.node, f->interface, address, 128);
	place->address->state = IP6_ADDRESS_AWAY;
	arm_pasts(f);
}

/* ---- movement -------------------------------------------------------------------------------------------------------------- */

static struct in6 our_address_on(const struct fast_node *f, const struct in6 *prefix)
{
	struct in6 identifier = in6_link_local_of(&f->identifier);

	return in6_join(prefix, &identifier);
}

/* On a link whose router and address are known beforehand. */
static void settle(struct fast_node *f, mip_time now, const struct in6 *router, const struct mac *mac, struct in6 address,
                   bool verified)
{
	struct node *n = f->role.node;

	f->router = *router;
	forget_prefix(f, &address);
	ip6_know_router(n, now, f->interface, mac);
	/* Those told that it is ready register it; the router has to know first where we are. */
	f->unannounced = false;
	ip6_announce_arrival(n, now, f->interface, &address);
	ip6_assign_address(n, now, f->interface, &address, verified);
}

/* The link is up, and with link-layer hints all about the old one is forgotten. */
static void arrive(struct fast_node *f, mip_time now, const struct mac *access_point)
{
	struct node *n = f->role.node;
	const struct in6 router = f->router, address = f->previous_address;
	enum fast_phase phase = f->phase;
	bool same = mac_equal(access_point, &f->access_point),
	     known = !in6_is_unspecified(&router) && !in6_is_unspecified(&address);
	bool foretold = (phase == FAST_ADVISED || phase == FAST_UPDATING || phase == FAST_ACKNOWLEDGED) &&
	                mac_equal(access_point, &f->target);
	struct in6 owner = router_of(f, &address), redirecting = redirector(f, &owner);

	if (n->conf->movement_detection != DETECT_HINT)
		ip6_move(n, now, f->interface); /* the access point's name is as good a hint as any */
	become(f, FAST_IDLE);
	f->owes_update = false;
	f->unannounced = true;
	f->access_point = *access_point;
	f->router = in6_unspecified;
	if (!known)
		return;
	if (same) {
		/* Back before anything happened; what was announced has to be called off. */
		const struct fast_neighbour *x = NULL;

		for (uint32_t i = 0; i < f->conf.domain->count; i++)
			if (in6_equal(&f->conf.domain->neighbours[i].router, &router))
				x = &f->conf.domain->neighbours[i];
		if (x && phase >= FAST_UPDATING) {
			settle(f, now, &router, &x->router_mac, address, true);
			call_off(f, now);
		}
		return;
	}
	f->previous_router = redirecting;
	remember(f, now, &redirecting, &address);
	f->owes_update = !foretold || phase != FAST_ACKNOWLEDGED;
	if (!foretold)
		return;
	settle(f, now, &f->next_router, &f->next_mac, f->next_address, phase == FAST_ACKNOWLEDGED);
	/* Where the previous address is served, the one that Neighbor Discovery will make is not known to the router yet. */
	f->unannounced = in6_equal(&f->next_address, &address);
}

static void fast_access_point(struct role *r, mip_time now, struct interface *i, enum link_signal what,
                              const struct mac *access_point)
{
	struct fast_node *f = fast_of(r);

	if (i != f->interface)
		return;
	if (what == LINK_GOING_DOWN) {
		if (in6_is_unspecified(&f->router) || in6_is_unspecified(&f->care_of_address) ||
		    mac_equal(access_point, &f->access_point))
			return;
		f->owes_update = false;
		become(f, FAST_SOLICITING);
		f->target = *access_point;
		solicit(f, now);
	} else if (what == LINK_UP) {
		f->attached = *access_point;
	}
}

static void fast_signal(struct role *r, mip_time now, struct interface *i, enum link_signal what)
{
	struct fast_node *f = fast_of(r);

	if (i == f->interface && what == LINK_UP)
		arrive(f, now, &f->attached);
	if (i != f->interface || what != LINK_DOWN)
		return;
	/* The engine forgets addresses when the next link is there; which one it was has to be known then. */
	f->previous_address = f->care_of_address;
	timer_disarm(&r->node->timers, &f->timer);
}

static void address_ready(struct fast_node *f, mip_time now, const struct in6 *address)
{
	f->care_of_address = *address;
	if (f->unannounced)
		ip6_announce_arrival(f->role.node, now, f->interface, address);
	f->unannounced = false;
	if (!f->owes_update)
		return;
	f->attempts = 0;
	report(f, now);
}

/* A new router's word about the address we announced (6.4.6). */
static void answered(struct fast_node *f, mip_time now, const struct nd_router_advertisement *ra)
{
	struct node *n = f->role.node;
	struct in6 announced = f->care_of_address, next;

	if (in6_is_unspecified(&announced))
		return;
	if (ra->arrival == ND_ARRIVAL_PREVIOUS_SERVED && ra->has_arrival_address) {
		/* Only one that the previous router still has for us; no more FBUs. */
		for (const struct past *p = f->pasts; p < f->pasts + PASTS; p++)
			if (p->address && in6_equal(&p->address->address, &ra->arrival_address))
				goto served;
		return;
served:
		next = ra->arrival_address;
		forget_prefix(f, &next);
		f->owes_update = f->unannounced = false;
		become(f, FAST_IDLE);
	} else if (ra->arrival == ND_ARRIVAL_USE_SUPPLIED && ra->has_arrival_address && in6_is_routable_unicast(&ra->arrival_address)) {
		next = ra->arrival_address;
	} else {
		next = announced;
		store_be64(next.octets + 8, node_random_u64(n, RANDOM_MOBILITY) & ~(uint64_t)2 << 56); /* not a universal identifier */
	}
	if (in6_equal(&next, &announced))
		return;
	if (ra->arrival != ND_ARRIVAL_PREVIOUS_SERVED) {
		f->unannounced = true;
		f->owes_update = !in6_is_unspecified(&f->previous_address) && !in6_is_unspecified(&f->previous_router);
	}
	ip6_give_up_address(n, now, &announced);
	ip6_assign_address(n, now, f->interface, &next, ra->arrival == ND_ARRIVAL_USE_SUPPLIED || ra->arrival == ND_ARRIVAL_PREVIOUS_SERVED);
	/* The one that Neighbor Discovery makes next may be the one just given up, and asked for in vain. */
	f->unannounced |= ra->arrival == ND_ARRIVAL_PREVIOUS_SERVED;
}

/* Before the address of this prefix is made and probed: a router that was told to expect us would speak for it. */
static void announce_early(struct fast_node *f, mip_time now, const struct ip6_notice *n)
{
	struct in6 address = our_address_on(f, &n->address);

	if (!f->unannounced || n->prefix_length != 64 || ip6_find_address(f->role.node, &address))
		return;
	f->unannounced = false;
	ip6_announce_arrival(f->role.node, now, f->interface, &address);
}

static void fast_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct fast_node *f = fast_of(r);
	const struct nd_router_advertisement *ra = n->advertisement;

	if (n->interface != f->interface)
		return;
	switch (n->kind) {
	case IP6_NOTICE_PREFIX:
		forget_prefix(f, &n->address);
		announce_early(f, now, n);
		/* RFC 6275 7.2: with the R flag the prefix is the router's address. Home agents do no fast handovers. */
		for (unsigned i = 0; ra && !ra->home_agent && i < ra->prefix_count; i++)
			if (ra->prefixes[i].router_address)
				f->router = ra->prefixes[i].prefix;
		break;
	case IP6_NOTICE_ARRIVAL:
		answered(f, now, ra);
		break;
	case IP6_NOTICE_ADDRESS_READY:
		if (in6_is_routable_unicast(&n->address))
			address_ready(f, now, &n->address);
		break;
	case IP6_NOTICE_ADDRESS_GONE:
	case IP6_NOTICE_ADDRESS_DUPLICATE:
		if (in6_equal(&n->address, &f->care_of_address))
			f->care_of_address = in6_unspecified;
		break;
	default:
		break;
	}
}

/* ---- what comes ------------------------------------------------------------------------------------------------------------ */

static enum drop_reason advised(struct fast_node *f, mip_time now, const struct fast_advice *a)
{
	bool complete = a->has_router_address && a->has_router_mac && a->has_access_point &&
	                a->access_point_code == ACCESS_POINT_NEW && in6_is_routable_unicast(&a->router_address) &&
	                (!a->has_new_care_of_address || in6_is_routable_unicast(&a->new_care_of_address));
	bool known = a->code == PRRTADV_TUPLES || a->code == PRRTADV_PARTLY || a->code == PRRTADV_DHCP;

	if (a->subtype != FAST_PRRTADV || in6_is_unspecified(&f->care_of_address))
		return DROP_UNEXPECTED;
	if (a->code == PRRTADV_TRIGGER) {
		/* Unasked for (3.3); once an FBU has left for that access point it says nothing new. */
		if (a->identifier || !complete || in6_is_unspecified(&f->router) ||
		    mac_equal(&a->access_point, &f->access_point) ||
		    ((f->phase == FAST_UPDATING || f->phase == FAST_ACKNOWLEDGED) && mac_equal(&a->access_point, &f->target)))
			return DROP_UNEXPECTED;
		f->owes_update = false;
		f->target = a->access_point;
	} else if (f->phase != FAST_SOLICITING || a->identifier != f->solicitation) {
		return DROP_UNEXPECTED;
	} else if (!known || !complete || !mac_equal(&a->access_point, &f->target)) {
		become(f, FAST_IDLE); /* no router we could go to fast */
		return DROP_REASON_COUNT;
	}
	f->next_router = a->router_address;
	f->next_mac = a->router_mac;
	/* 5.2: an address that it carries MUST be used. */
	f->next_address = a->has_new_care_of_address ?
	                      a->new_care_of_address :
	                      our_address_on(f, a->has_router_prefix ? &a->router_prefix : &a->router_address);
	if (f->role.node->conf->local == LOCAL_FMIP_REACTIVE) {
		become(f, FAST_ADVISED);
		return DROP_REASON_COUNT;
	}
	become(f, FAST_UPDATING);
	announce_next(f, now);
	return DROP_REASON_COUNT;
}

static enum drop_reason acknowledged(struct fast_node *f, mip_time now, const struct delivery *d, const struct fast_message *m)
{
	bool from_old = f->phase == FAST_UPDATING || f->phase == FAST_ACKNOWLEDGED, off = f->phase == FAST_CALLED_OFF;
	struct fast_security security = { .router = d->source };
	struct in6 previous = f->owes_update ? f->previous_address : f->care_of_address;

	if (!f->owes_update && !from_old && !off)
		return DROP_UNEXPECTED; /* also the second copy, which came by the new link */
	security.care_of_address = from_old ? f->next_address : f->care_of_address;
	fast_key(f->conf.domain, &previous, security.key);
	if (!fast_verify(d, m, &security))
		return DROP_BAD_AUTHENTICATOR;
	if (m->sequence != f->sequence)
		return DROP_BAD_SEQUENCE;
	observe(f, now, OBSERVE_FAST_BA_ACCEPTED, &d->source, m->code);
	if (f->owes_update) {
		f->owes_update = false;
		become(f, FAST_IDLE);
	} else if (off || m->code >= FBACK_UNSPECIFIED) {
		become(f, FAST_IDLE);
	} else {
		if (m->code == FBACK_USE_ALTERNATE && m->has_alternate_care_of_address &&
		    in6_is_routable_unicast(&m->alternate_care_of_address))
			f->next_address = m->alternate_care_of_address;
		become(f, FAST_ACKNOWLEDGED);
		node_arm(f->role.node, &f->timer, now + FAST_PATIENCE);
	}
	return DROP_REASON_COUNT;
}

static enum verdict fast_input(struct role *r, mip_time now, struct delivery *d)
{
	struct fast_node *f = fast_of(r);
	enum drop_reason why;
	struct fast_advice a;
	struct fast_message m;

	if (d->protocol == PROTOCOL_IPV6) {
		for (const struct past *p = f->pasts; p < f->pasts + PASTS; p++) {
			if (!p->address || !in6_equal(&p->router, &d->wire_source) || d->tunnelled || d->length < IPV6_HEADER)
				continue;
			/* Only what was sent to that address: an anchor point's own tunnels look the same from outside. */
			if (memcmp(delivery_upper(d) + 24, &p->address->address, sizeof p->address->address))
				continue;
			packet_pull(d->packet, d->offset);
			ip6_reinject(r->node, now, d->in, NULL, d->packet);
			return VERDICT_TAKEN;
		}
		return VERDICT_CONTINUE;
	}
	if (d->protocol == PROTOCOL_ICMP6 && fast_advice_receive(d, &a)) {
		why = advised(f, now, &a);
	} else if (d->protocol == PROTOCOL_MOBILITY && d->length >= 8 && delivery_upper(d)[2] == FAST_BACK) {
		why = fast_receive(d, &m) == WIRE_OK ? acknowledged(f, now, d, &m) : DROP_MALFORMED;
	} else {
		return VERDICT_CONTINUE;
	}
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

static bool accept_routing_header(struct role *r, const struct in6 *address)
{
	struct fast_node *f = fast_of(r);

	for (const struct past *p = f->pasts; p < f->pasts + PASTS; p++)
		if (p->address && in6_equal(&p->address->address, address))
			return true;
	return false;
}

static void fast_free(struct role *r)
{
	struct fast_node *f = fast_of(r);

	timer_disarm(&r->node->timers, &f->timer);
	timer_disarm(&r->node->timers, &f->past_timer);
	mip_free(f, sizeof *f);
}

static const struct role_ops fast_ops = {
	.name = "fast-node",
	.input = fast_input,
	.accept_routing_header = accept_routing_header,
	.signal = fast_signal,
	.access_point = fast_access_point,
	.notice = fast_notice,
	.free = fast_free,
};

struct role *fast_node_new(struct node *n, const struct fast_node_conf *conf)
{
	struct fast_node *f = mip_alloc(sizeof *f);

	f->role.ops = &fast_ops;
	f->role.node = n;
	f->conf = *conf;
	f->interface = ip6_interface(n, 0);
	f->identifier = *ip6_mac(f->interface);
	f->timer.fire = fire;
	f->past_timer.fire = past_fire;
	f->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
	f->solicitation = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
	return &f->role;
}
