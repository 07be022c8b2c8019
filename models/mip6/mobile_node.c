// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The mobile node role (RFC 6275 section 11, EBU document sections 3 and 4): where the node is, which care-of address it has, and
 * the way of its packets. The home registration is in mobile_node_home.c, correspondents in mobile_node_peer.c and
 * mobile_node_answer.c.
 *
 * Packets from the home address while away: directly with a Home Address option where a binding update list entry allows it, else
 * through the reverse tunnel as soon as the update for the current care-of address has left and the home agent already held a
 * binding; else (first registration, no care-of address, return not yet acknowledged) they wait, 64 at most, the oldest giving
 * way.
 *
 * A node with several home addresses has the role once for each: those of further prefixes of its home link it makes by itself,
 * from advertisements there and Mobile Prefix Advertisements (11.4.3), in mobile_node_prefix_offered. Each has its own binding
 * update list.
 *
 * Left out: several care-of addresses (11.5.4), multicast through the tunnel (11.3.4), further home addresses of nodes with
 * local mobility management or two radios.
 */
#include "models/mip6/mobile_node_state.h"
#include "models/mip6/spot_check_answer.h"
#include "models/wire/icmp6.h"

static struct mobile_node *mobile_node_of(struct role *r)
{
	return mip_container_of(r, struct mobile_node, role);
}

static bool at_home(const struct mobile_node *m)
{
	return m->position == POSITION_HOME || m->position == POSITION_RETURNING || m->position == POSITION_PROBING;
}

/* ---- packets from the home address ---------------------------------------------------------------------------------------- */

static void enqueue(struct mobile_node *m, mip_time now, struct packet *take)
{
	/* Where its destination will be once it leaves is not known yet. */
	ip6_remove_routing_header(take);
	if (m->queued == MOBILE_NODE_QUEUE_LIMIT)
		node_drop(m->role.node, now, packet_queue_pop(&m->queue), DROP_QUEUE_FULL);
	else
		m->queued++;
	packet_queue_push(&m->queue, take);
}

void mobile_node_flush(struct mobile_node *m, mip_time now)
{
	struct packet_queue waiting = m->queue;
	struct packet *p;

	if (m->position != POSITION_HOME && m->position != POSITION_REFUSED && !mobile_node_tunnel(m))
		return;
	m->queue = (struct packet_queue){ 0 };
	m->queued = 0;
	while ((p = packet_queue_pop(&waiting)))
		ip6_send(m->role.node, now, p, 0);
}

/* Where a packet is going in the end, and what it carries. A routing header is one that the correspondent role just put in. */
static struct in6 final_destination(const struct packet *p, uint8_t *protocol, size_t *offset)
{
	*protocol = ipv6_next_header(p->data);
	*offset = IPV6_HEADER;
	if (*protocol == PROTOCOL_ROUTING && p->length >= IPV6_HEADER + ROUTING_HEADER_2 && p->data[IPV6_HEADER + 2] == 2) {
		struct in6 home_address;

		memcpy(&home_address, p->data + IPV6_HEADER + 8, sizeof home_address);
		*protocol = p->data[IPV6_HEADER];
		*offset += ROUTING_HEADER_2;
		return home_address;
	}
	return ipv6_destination(p->data);
}

/* Packets worth a route of their own: no signalling, no ICMPv6 but echo. type: NULL or the first octet of the upper layer. */
static bool is_data(uint8_t protocol, const uint8_t *type)
{
	if (protocol == PROTOCOL_ICMP6)
		return type && (*type == ICMP6_ECHO_REQUEST || *type == ICMP6_ECHO_REPLY);
	return protocol != PROTOCOL_MOBILITY;
}

void mobile_node_send_tunnelled(struct mobile_node *m, mip_time now, struct packet *take)
{
	ipsec_tunnel(m->role.node, now, &m->home_address, &m->home_agent, &m->care_of_address, &m->home_agent, take);
}

/* RFC 6275 11.3.1 */
static enum verdict mobile_node_output(struct role *r, mip_time now, struct packet *p)
{
	struct mobile_node *m = mobile_node_of(r);
	struct in6 source = ipv6_source(p->data), destination;
	struct binding_update *b;
	uint8_t protocol;
	size_t offset;

	if (!in6_equal(&source, &m->home_address) || m->position == POSITION_HOME)
		return VERDICT_CONTINUE;
	if (m->position == POSITION_REFUSED) {
		node_drop(r->node, now, p, DROP_NO_SOURCE_ADDRESS);
		return VERDICT_TAKEN;
	}
	destination = final_destination(p, &protocol, &offset);
	if (!in6_is_routable_unicast(&destination))
		return VERDICT_CONTINUE;
	if (mobile_node_away(m) && protocol != PROTOCOL_MOBILITY) {
		b = is_data(protocol, p->length > offset ? p->data + offset : NULL) ? mobile_node_optimize(m, now, &destination) :
		                                                                     binding_update_find(&m->list, &destination);
		/* 11.3.1: the home agent has a binding, too; and with nobody else are errors worth one (9.2). Payload that is to
		 * be protected takes the tunnel. */
		if (in6_equal(&destination, &m->home_agent) && m->home.acknowledged &&
		    !(node_has_ipsec(r->node) && r->node->conf->ipsec_payload)) {
			ip6_insert_home_address(p, &m->care_of_address);
			return VERDICT_CONTINUE;
		}
		if (b && b->direct && now < b->direct_until) {
			spot_check_answer(&b->answers, p);
			ip6_insert_home_address(p, &m->care_of_address);
			mobile_node_used(m, now, b);
			return VERDICT_CONTINUE;
		}
	}
	if (mobile_node_tunnel(m)) {
		mobile_node_send_tunnelled(m, now, p);
		return VERDICT_TAKEN;
	}
	enqueue(m, now, p);
	return VERDICT_TAKEN;
}

/* ---- packets to it --------------------------------------------------------------------------------------------------------- */

/* RFC 6275 11.7.2: a packet through the home agent shows that its sender has no binding for us. */
static void tunnelled_from(struct mobile_node *m, mip_time now, const uint8_t *inner, size_t octets)
{
	struct in6 destination = ipv6_destination(inner), peer;
	struct ipv6_view v;

	if (!in6_equal(&destination, &m->home_address) || ipv6_walk(inner, octets, true, &v) != IPV6_WALK_OK)
		return;
	if (!is_data(v.protocol, octets > v.offset ? inner + v.offset : NULL))
		return;
	peer = v.has_home_address ? v.home_address : ipv6_source(inner);
	mobile_node_optimize(m, now, &peer);
}

static void receive_tunnelled(struct mobile_node *m, mip_time now, struct delivery *d)
{
	struct node *n = m->role.node;
	struct in6 outer = d->wire_source;

	/* RFC 6275 11.3.3: tunnels from elsewhere MUST be refused. */
	if (!in6_equal(&outer, &m->home_agent)) {
		node_drop(n, now, d->packet, DROP_BAD_TUNNEL_SOURCE);
		return;
	}
	if (d->length < IPV6_HEADER || ipv6_version(delivery_upper(d)) != 6) {
		node_drop(n, now, d->packet, d->length < IPV6_HEADER ? DROP_TRUNCATED : DROP_MALFORMED);
		return;
	}
	if (!ipsec_expects_tunnelled(n, &m->home_address, &m->home_agent, delivery_upper(d), d->length, d)) {
		node_drop(n, now, d->packet, DROP_UNPROTECTED);
		return;
	}
	tunnelled_from(m, now, delivery_upper(d), d->length);
	packet_pull(d->packet, d->offset);
	ip6_reinject(n, now, d->in, &outer, d->packet);
}

/* The role of another home address of this node, further down; NULL: none. */
static struct mobile_node *next_mobile_node(const struct role *r);

bool mobile_node_follows(const struct mobile_node *m)
{
	return next_mobile_node(m->role.next);
}

/* Is this tunnelled packet for a home address of one of those? */
static bool for_another(const struct mobile_node *m, const struct delivery *d)
{
	const struct mobile_node *x = next_mobile_node(m->role.next);
	struct in6 destination;

	if (!x || d->length < IPV6_HEADER)
		return false;
	destination = ipv6_destination(delivery_upper(d));
	while (x && !in6_equal(&x->home_address, &destination))
		x = next_mobile_node(x->role.next);
	return x;
}

/* Messages only a mobile node receives; the others are a correspondent's or nobody's. */
static bool is_ours(const struct delivery *d)
{
	const uint8_t *mh = delivery_upper(d);

	if (d->length < 8)
		return false;
	switch (mh[2]) {
	case MH_BRR:
	case MH_HOT:
	case MH_COT:
	case MH_BA:
	case MH_BE:
		return true;
	case MH_EXPERIMENTAL:
		return mh[6] == MH_EARLY_BA;
	default:
		return false;
	}
}

static enum verdict mobile_node_input(struct role *r, mip_time now, struct delivery *d)
{
	struct mobile_node *m = mobile_node_of(r);
	struct binding_update *b;
	struct mh_message a;
	enum wire_error error;
	enum drop_reason why;

	if (d->protocol == PROTOCOL_IPV6) {
		if (for_another(m, d))
			return VERDICT_CONTINUE;
		receive_tunnelled(m, now, d);
		return VERDICT_TAKEN;
	}
	if (d->protocol == PROTOCOL_ICMP6 && mobile_node_discovery_input(m, now, d) == VERDICT_TAKEN)
		return VERDICT_TAKEN;
	if (d->protocol != PROTOCOL_MOBILITY) {
		b = d->has_routing_header ? binding_update_find(&m->list, &d->source) : NULL;
		if (b)
			spot_check_keep(&b->answers, d);
		if (b && b->direct)
			mobile_node_used(m, now, b);
		return VERDICT_CONTINUE;
	}
	if (!is_ours(d))
		return VERDICT_CONTINUE;
	error = mip6_decode(d, &a);
	if (error != WIRE_OK) {
		mip6_refuse(r->node, now, &m->errors, d, error);
		return VERDICT_TAKEN;
	}
	why = mobile_node_message(m, now, d, &a);
	if (why == DROP_UNEXPECTED && mobile_node_follows(m))
		return VERDICT_CONTINUE;
	if (why == DROP_REASON_COUNT)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

/* RFC 6275 11.3.3, 6.4: our home address; at home there is no reason for a routing header. */
static bool mobile_node_accept_routing_header(struct role *r, const struct in6 *home_address)
{
	const struct mobile_node *m = mobile_node_of(r);

	return mobile_node_away(m) && in6_equal(home_address, &m->home_address);
}

/* ---- movement (RFC 6275 11.5) ---------------------------------------------------------------------------------------------- */

/* The question for the home agent's link-layer address; allocated, since few nodes ever return without knowing it. */
struct home_agent_location {
	struct ip6_probe probe;
	struct mobile_node *mobile_node;
};

static void stop_locating(struct mobile_node *m)
{
	if (!m->location)
		return;
	ip6_cancel_probe(m->role.node, &m->location->probe);
	mip_free(m->location, sizeof *m->location);
	m->location = NULL;
}

/* No care-of address: what is under way has nowhere to be answered to. */
static void lose_care_of_address(struct mobile_node *m)
{
	m->care_of_valid = false;
	mobile_node_discovery_abandon(m);
	mobile_node_home_abandon(m);
	mobile_node_peers_abandon(m);
}

static void leave_home(struct mobile_node *m)
{
	timer_disarm(&m->role.node->timers, &m->address->timer);
	m->address->state = IP6_ADDRESS_AWAY;
	m->position = POSITION_UNKNOWN;
	stop_locating(m);
	mobile_node_home_abandon(m);
	mobile_node_peers_abandon(m);
}

void mobile_node_leave(struct mobile_node *m)
{
	if (at_home(m))
		leave_home(m);
	else
		lose_care_of_address(m);
}

void mobile_node_take_care_of_address(struct mobile_node *m, mip_time now, const struct in6 *address)
{
	if (at_home(m))
		leave_home(m);
	else if (mobile_node_away(m) && in6_equal(address, &m->care_of_address))
		return;
	m->position = POSITION_AWAY;
	m->care_of_address = *address;
	m->care_of_valid = true;
	m->link_lost = false;
	mobile_node_observe(m, now, OBSERVE_CARE_OF_ADDRESS, &m->home_agent, 0);
	mobile_node_peers_moved(m, now);
	mobile_node_home_register(m, now); /* the correspondents' messages follow it */
}

void mobile_node_probe_home(struct mobile_node *m, mip_time now)
{
	m->position = POSITION_PROBING;
	m->address->state = IP6_ADDRESS_AWAY;
	ip6_probe_address(m->role.node, now, m->address);
}

static void home_agent_located(struct ip6_probe *p, mip_time now, bool answered)
{
	struct mobile_node *m = mip_container_of(p, struct home_agent_location, probe)->mobile_node;

	if (answered && p->has_answered_by)
		ip6_learn_neighbour(m->role.node, now, m->interface, &m->home_agent, &p->answered_by);
	if (m->position == POSITION_RETURNING)
		mobile_node_home_register(m, now);
}

/* RFC 6275 11.5.2, 11.5.5: the home prefix is on-link. */
void mobile_node_arrive_home(struct mobile_node *m, mip_time now)
{
	if (m->local)
		m->local->ops->at_home(m->local, now);
	lose_care_of_address(m);
	mobile_node_observe(m, now, OBSERVE_AT_HOME, &m->home_agent, 0);
	if (!m->home.touched) {
		mobile_node_probe_home(m, now);
		return;
	}
	/* No duplicate address detection now; but solicitations MUST be answered from here on, or the acknowledgement could not
	 * be delivered. Our own packets wait in the output hook. */
	m->position = POSITION_RETURNING;
	m->address->state = IP6_ADDRESS_PREFERRED;
	if (m->home.link_local)
		ip6_hold_link_local(m->role.node, m->interface);
	if (ip6_neighbour_known(m->interface, &m->home_agent)) {
		mobile_node_home_register(m, now);
		return;
	}
	/* 11.5.5: the home agent still answers for the home address, so it must not be what the solicitation comes from; asked
	 * for that very address from nowhere, it says its link-layer address. */
	stop_locating(m);
	m->location = mip_alloc(sizeof *m->location);
	m->location->mobile_node = m;
	m->location->probe =
	    (struct ip6_probe){ .target = m->home_address, .interface = m->interface, .done = home_agent_located };
	ip6_start_probe(m->role.node, now, &m->location->probe);
}

void mobile_node_settle_home(struct mobile_node *m, mip_time now, bool link_local_defended)
{
	m->position = POSITION_HOME;
	m->address->state = IP6_ADDRESS_PREFERRED;
	/* With the L flag the home agent defended our link-local address as long as it held the binding, against us, too
	 * (10.4.1). It has kept it unique, so it is not probed (11.5.5). DEVIATION: not from here on; the probe that left when
	 * the link came up, before anything told that this is home, is answered by the home agent and counted as a duplicate. */
	if (link_local_defended)
		ip6_take_link_local(m->role.node, now, m->interface);
	else
		ip6_retry_link_local(m->role.node, now, m->interface);
	ip6_announce(m->role.node, now, m->interface, &m->home_address, true);
	mobile_node_peers_returned(m, now);
	mobile_node_flush(m, now);
}

void mobile_node_refuse_home_address(struct mobile_node *m, mip_time now)
{
	lose_care_of_address(m);
	timer_disarm(&m->role.node->timers, &m->timer);
	timer_disarm(&m->role.node->timers, &m->address->timer);
	m->address->state = IP6_ADDRESS_DUPLICATE;
	m->position = POSITION_REFUSED;
	mobile_node_flush(m, now); /* drops and counts */
}

static bool is_home_prefix(const struct mobile_node *m, const struct in6 *a)
{
	return in6_prefix64(a) == in6_prefix64(&m->home_address);
}

static void router_found(struct mobile_node *m, const struct ip6_notice *n)
{
	bool home = !n->advertisement || ip6_on_link_interface(m->role.node, &m->home_address) == m->interface; /* or a second router on the home link */

	for (unsigned i = 0; n->advertisement && i < n->advertisement->prefix_count; i++)
		home |= is_home_prefix(m, &n->advertisement->prefixes[i].prefix);
	if (!home && at_home(m))
		leave_home(m);
}

static void address_ready(struct mobile_node *m, mip_time now, const struct in6 *address)
{
	if (in6_equal(address, &m->home_address)) {
		if (m->position == POSITION_PROBING) {
			m->position = POSITION_HOME;
			mobile_node_peers_returned(m, now);
			mobile_node_flush(m, now);
		}
	} else if (in6_is_routable_unicast(address) && !is_home_prefix(m, address) && !at_home(m)) {
		if (m->local)
			m->local->ops->address_ready(m->local, now, address);
		else
			mobile_node_take_care_of_address(m, now, address);
	}
}

void mobile_node_set_local(struct role *mobile_node, struct mobile_node_local *local)
{
	mobile_node_of(mobile_node)->local = local;
}

void mobile_node_register_address(struct role *mobile_node, mip_time now, const struct in6 *care_of_address)
{
	mobile_node_take_care_of_address(mobile_node_of(mobile_node), now, care_of_address);
}

static void address_gone(struct mobile_node *m, mip_time now, const struct in6 *address)
{
	if (m->local && in6_is_routable_unicast(address))
		m->local->ops->address_gone(m->local, now, address);
	if (mobile_node_away(m) && in6_equal(address, &m->care_of_address))
		lose_care_of_address(m);
}

/* What an advertisement on the home link says about the home prefix and, if it is not known yet, the home agent. */
static void home_advertised(struct mobile_node *m, mip_time now, const struct ip6_notice *n)
{
	bool home = false;

	for (unsigned k = 0; k < n->advertisement->prefix_count; k++)
		home |= is_home_prefix(m, &n->advertisement->prefixes[k].prefix);
	for (unsigned k = 0; home && k < n->advertisement->prefix_count; k++) {
		const struct nd_prefix *p = &n->advertisement->prefixes[k];

		if (!is_home_prefix(m, &p->prefix)) {
			mobile_node_prefix_offered(m, now, p);
			continue;
		}
		mobile_node_home_prefix_seen(m, now, p->valid_s);
		if (in6_is_unspecified(&m->home_agent) && n->advertisement->home_agent && p->router_address)
			m->home_agent = p->prefix;
	}
}

/* The link of the care-of address is back: what was sent meanwhile went nowhere, so the back-off starts anew. */
static void back_in_reach(struct mobile_node *m, mip_time now, const struct in6 *prefix)
{
	if (!m->link_lost || in6_prefix64(prefix) != in6_prefix64(&m->care_of_address))
		return;
	m->link_lost = false;
	if (mobile_node_away(m) && exchange_running(&m->home.update))
		mobile_node_home_register(m, now);
}

static void mobile_node_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct mobile_node *m = mobile_node_of(r);

	if (m->position == POSITION_REFUSED)
		return;
	if (n->kind == IP6_NOTICE_ICMP_ERROR) {
		if (n->type == ICMP6_PARAMETER_PROBLEM)
			mobile_node_parameter_problem(m, now, n);
		return;
	}
	if (m->second && n->interface == m->second->interface)
		mobile_node_second_notice(m, now, n);
	if (n->interface != m->interface)
		return;
	switch (n->kind) {
	case IP6_NOTICE_ROUTER:
		router_found(m, n);
		break;
	case IP6_NOTICE_PREFIX:
		home_advertised(m, now, n);
		back_in_reach(m, now, &n->address);
		if (is_home_prefix(m, &n->address) && !at_home(m))
			mobile_node_arrive_home(m, now);
		break;
	case IP6_NOTICE_ADDRESS_READY:
		address_ready(m, now, &n->address);
		break;
	case IP6_NOTICE_ADDRESS_DUPLICATE:
		if (in6_equal(&n->address, &m->home_address))
			mobile_node_refuse_home_address(m, now);
		else
			address_gone(m, now, &n->address); /* it was optimistic */
		break;
	case IP6_NOTICE_ADDRESS_GONE:
		address_gone(m, now, &n->address);
		break;
	default:
		break;
	}
}

static void mobile_node_signal(struct role *r, mip_time now, struct interface *i, enum link_signal what)
{
	struct mobile_node *m = mobile_node_of(r);

	if ((m->second && mobile_node_second_signal(m, now, i, what)) || i != m->interface)
		return;
	m->link_lost |= what == LINK_DOWN;
	if (what == LINK_GOING_DOWN && r->node->conf->home_test == HOME_TEST_PROACTIVE)
		mobile_node_test_homes(m, now);
	/* With link-layer hints a new link is a movement until the next advertisement says otherwise. */
	if (what == LINK_UP && r->node->conf->movement_detection == DETECT_HINT && at_home(m))
		leave_home(m);
}

static void mobile_node_free(struct role *r)
{
	struct mobile_node *m = mobile_node_of(r);

	mobile_node_discovery_free(m);
	stop_locating(m);
	mobile_node_second_free(m);
	binding_update_list_clear(&m->list, &r->node->timers);
	timer_disarm(&r->node->timers, &m->timer);
	packet_queue_clear(&m->queue);
	mip_free(m, sizeof *m);
}

static struct mobile_node *another_home_address(struct mobile_node *m, const struct nd_prefix *p)
{
	struct mobile_node_conf conf = { .home_address = in6_join(&p->prefix, &m->home_address) };
	struct role *r;

	if (p->router_address)
		conf.home_agent = p->prefix;
	r = mobile_node_new(m->role.node, &conf);
	node_add_role(m->role.node, r);
	return mobile_node_of(r);
}

void mobile_node_prefix_offered(struct mobile_node *m, mip_time now, const struct nd_prefix *p)
{
	unsigned count = 0;
	struct mobile_node *x;

	if (m->local || m->second || !p->autonomous || p->length != 64 || !p->preferred_s || p->preferred_s > p->valid_s ||
	    !in6_is_routable_unicast(&p->prefix))
		return;
	for (x = next_mobile_node(m->role.node->roles); x; x = next_mobile_node(x->role.next)) {
		if (is_home_prefix(x, &p->prefix))
			return;
		count++;
	}
	if (count == MOBILE_NODE_HOME_ADDRESSES)
		return;
	x = another_home_address(m, p);
	mobile_node_home_prefix_seen(x, now, p->valid_s);
	if (mobile_node_away(m))
		mobile_node_take_care_of_address(x, now, &m->care_of_address);
}

static const struct role_ops mobile_node_ops = {
	.name = "mobile-node",
	.input = mobile_node_input,
	.accept_routing_header = mobile_node_accept_routing_header,
	.output = mobile_node_output,
	.signal = mobile_node_signal,
	.notice = mobile_node_notice,
	.free = mobile_node_free,
};

struct role *mobile_node_new(struct node *n, const struct mobile_node_conf *conf)
{
	struct mobile_node *m = mip_alloc(sizeof *m);

	m->role.ops = &mobile_node_ops;
	m->role.node = n;
	m->home_address = conf->home_address;
	m->home_agent = conf->home_agent;
	m->home_prefix_until = MIP_NEVER;
	m->interface = ip6_interface(n, 0);
	/* 128 bits: away from home its prefix is not on-link. */
	m->address = ip6_add_address(n, m->interface, &m->home_address, 128);
	m->address->autoconfigured = false; /* if it was there already, it is ours now */
	timer_disarm(&n->timers, &m->address->timer);
	m->address->state = IP6_ADDRESS_AWAY;
	mobile_node_second_init(m);
	mobile_node_home_init(m);
	return &m->role;
}

static struct mobile_node *next_mobile_node(const struct role *r)
{
	while (r && r->ops != &mobile_node_ops)
		r = r->next;
	return r ? mip_container_of(r, struct mobile_node, role) : NULL;
}
