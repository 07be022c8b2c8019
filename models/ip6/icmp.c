// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ICMPv6 (RFC 4443): errors sent and received, echo, and the checks common to Neighbor Discovery messages (RFC 4861 6.1, 7.1).
 * Left out: Redirects are counted and ignored (RFC 4861 8.3 lets a host do so at the price of a longer path); no path MTU is
 * kept, for no sender of ours could use it.
 */
#include "models/ip6/ip6_int.h"

#define ERROR_INTERVAL (100 * MIP_MILLISECOND) /* token bucket: 10 errors/s ... */
#define ERROR_BURST 10 /* ... after a burst of 10, RFC 4443 2.4 f */
#define ERROR_INVOKING (IPV6_MINIMUM_MTU - IPV6_HEADER - 8)

/* Neighbor Discovery messages are small: they fit the small packets, for which a million idle nodes are grateful. */
static struct packet *nd_packet(const struct icmp6_message *m, const struct in6 *source, const struct in6 *destination)
{
	uint8_t octets[8 + 8 + 24 + 8 + ND_MAX_PREFIXES * 32 + 16 + ND_MAX_ANCHORS * 24];
	struct wr w = wr_of(octets, sizeof octets);
	size_t length = icmp6_encode(&w, m, 0, source, destination);
	struct packet *p;

	mip_assert(length);
	p = ip6_packet(source, destination, PROTOCOL_ICMP6, ND_HOP_LIMIT, length);
	memcpy(packet_put(p, length), octets, length);
	ip6_finish(p);
	return p;
}

void icmp_send_nd(struct node *n, mip_time now, struct interface *i, const struct icmp6_message *m, const struct in6 *source,
                  const struct in6 *destination, const struct mac *to)
{
	struct packet *p;

	if (i->kind != INTERFACE_ETHERNET || !i->up)
		return;
	p = nd_packet(m, source, destination);
	if (ip6_wants_messages(n))
		ip6_report_message(n, now, OBSERVE_MESSAGE_SENT, p, 0);
	if (to)
		ip6_frame(n, now, i, to, p);
	else
		ip6_transmit(n, now, i, destination, p);
}

/* ---- errors sent ------------------------------------------------------------------------------------------------- */

/* RFC 4443 2.4 e */
static bool may_complain_about(const struct packet *about, uint8_t type, uint8_t code)
{
	struct in6 source = ipv6_source(about->data), destination = ipv6_destination(about->data);
	struct ipv6_view v = { 0 };

	if (in6_is_unspecified(&source) || in6_is_multicast(&source))
		return false;
	if (in6_is_multicast(&destination) && type != ICMP6_PACKET_TOO_BIG &&
	    !(type == ICMP6_PARAMETER_PROBLEM && code == PARAMETER_UNKNOWN_OPTION))
		return false;
	if (ipv6_next_header(about->data) == PROTOCOL_UDP)
		return true;
	if (ipv6_walk(about->data, about->length, true, &v) != IPV6_WALK_OK || v.protocol != PROTOCOL_ICMP6)
		return true;
	if (v.offset >= about->length)
		return false;
	return about->data[v.offset] >= 128 && about->data[v.offset] != ICMP6_REDIRECT;
}

void ip6_send_error(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint32_t pointer)
{
	ip6_send_error_from(n, now, about, type, code, pointer, NULL);
}

void ip6_send_error_from(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint32_t pointer,
                         const struct in6 *from)
{
	bool tunnelled = false;
	struct in6 to, source, was_for;
	struct icmp6_message m = { .type = type, .code = code };
	struct ip6_address *a;
	struct packet *p;
	struct wr w;
	size_t stored, bulk, octets;

	mip_assert(about->length >= IPV6_HEADER);
	if (!may_complain_about(about, type, code))
		return;
	if (n->ip6.icmp_error_allowed > now + (ERROR_BURST - 1) * ERROR_INTERVAL)
		return;
	to = ipv6_source(about->data);
	was_for = ipv6_destination(about->data);
	a = in6_is_multicast(&was_for) ? NULL : ip6_find_address(n, &was_for);
	if (from)
		source = *from;
	else if (a && ip6_usable(a) && !a->anycast)
		source = was_for; /* RFC 4443 2.2 a */
	else if ((tunnelled = a && a->state == IP6_ADDRESS_AWAY))
		source = was_for; /* it came through a tunnel, and the answer goes that way */
	else if (!ip6_source_address(n, &to, &source))
		return;
	n->ip6.icmp_error_allowed = mip_time_max(n->ip6.icmp_error_allowed, now) + ERROR_INTERVAL;

	stored = about->length < ERROR_INVOKING ? about->length : ERROR_INVOKING;
	bulk = about->bulk < ERROR_INVOKING - stored ? about->bulk : ERROR_INVOKING - stored;
	m.u.error.parameter = pointer;
	m.u.error.invoking = about->data;
	m.u.error.length = stored;
	p = ip6_packet(&source, &to, PROTOCOL_ICMP6, DEFAULT_HOP_LIMIT, 8 + stored);
	w = wr_of(p->data + IPV6_HEADER, 8 + stored);
	octets = icmp6_encode(&w, &m, bulk, &source, &to);
	mip_assert(octets);
	packet_put(p, octets);
	p->bulk = (uint16_t)bulk;
	ip6_finish(p);
	ip6_send(n, now, p, tunnelled ? 0 : IP6_SEND_PLAIN);
}

/* ---- errors received --------------------------------------------------------------------------------------------- */

static void error_received(struct node *n, mip_time now, const struct delivery *d, const struct icmp6_message *m)
{
	struct ip6_notice notice = { .kind = IP6_NOTICE_ICMP_ERROR,
		                     .interface = d->in,
		                     .source = d->source,
		                     .type = m->type,
		                     .code = m->code,
		                     .pointer = m->u.error.parameter };
	struct ipv6_view v = { 0 };
	struct in6 source;

	if (m->u.error.length < IPV6_HEADER) {
		node_drop(n, now, d->packet, DROP_TRUNCATED);
		return;
	}
	source = ipv6_source(m->u.error.invoking);
	if (!ip6_find_address(n, &source)) {
		node_drop(n, now, d->packet, DROP_UNEXPECTED); /* not a packet of ours */
		return;
	}
	notice.destination = ipv6_destination(m->u.error.invoking);
	notice.invoking = m->u.error.invoking;
	notice.invoking_length = m->u.error.length;
	/* The quoted packet is cut somewhere: what the walk saw before the cut is good. */
	if (ipv6_walk(m->u.error.invoking, m->u.error.length, true, &v) == IPV6_WALK_OK)
		notice.protocol = v.protocol;
	if (v.has_routing_header && v.routing_type == 2 && v.segments_left == 1)
		notice.destination = v.routing_address;
	ip6_notify(n, now, &notice);
	packet_free(d->packet);
}

/* ---- echo -------------------------------------------------------------------------------------------------------- */

static void answer_echo(struct node *n, mip_time now, const struct delivery *d, const struct icmp6_message *request)
{
	struct icmp6_message m = { .type = ICMP6_ECHO_REPLY, .u.echo = request->u.echo };
	struct in6 source = d->destination;
	struct packet *p;
	struct wr w;
	size_t room = 8 + request->u.echo.length, octets;

	const struct ip6_address *a = in6_is_multicast(&source) ? NULL : ip6_find_address(n, &source);

	if (in6_is_unspecified(&d->source) ||
	    ((in6_is_multicast(&source) || (a && a->anycast)) && !ip6_source_address(n, &d->source, &source))) {
		node_drop(n, now, d->packet, DROP_NO_SOURCE_ADDRESS);
		return;
	}
	if (room > PACKET_MAXIMUM - sizeof *p - PACKET_HEADROOM - IPV6_HEADER) {
		node_drop(n, now, d->packet, DROP_TOO_BIG);
		return;
	}
	p = ip6_packet(&source, &d->source, PROTOCOL_ICMP6, DEFAULT_HOP_LIMIT, room);
	w = wr_of(p->data + IPV6_HEADER, room);
	octets = icmp6_encode(&w, &m, d->packet->bulk, &source, &d->source);
	mip_assert(octets);
	packet_put(p, octets);
	p->bulk = d->packet->bulk;
	ip6_finish(p);
	packet_free(d->packet);
	ip6_send(n, now, p, 0);
}

/* ---- dispatch ---------------------------------------------------------------------------------------------------- */

/* The checks of RFC 4861 6.1.1, 6.1.2, 7.1.1 and 7.1.2 beyond those of the codec. */
static bool nd_valid(const struct delivery *d, const struct icmp6_message *m)
{
	const struct nd_neighbour_message *nm = &m->u.neighbour;
	struct in6 group;

	if (ipv6_hop_limit(d->packet->data) != ND_HOP_LIMIT || m->code || d->in->kind != INTERFACE_ETHERNET || d->tunnelled)
		return false;
	switch (m->type) {
	case ICMP6_ROUTER_SOLICITATION:
		return !in6_is_unspecified(&d->source) || !m->u.router_solicitation.has_mac;
	case ICMP6_ROUTER_ADVERTISEMENT:
		return in6_is_link_local(&d->source);
	case ICMP6_NEIGHBOR_SOLICITATION:
		if (in6_is_multicast(&nm->target))
			return false;
		group = in6_solicited_node(&nm->target);
		return !in6_is_unspecified(&d->source) || (!nm->has_mac && in6_equal(&d->destination, &group));
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		return !in6_is_multicast(&nm->target) && !(in6_is_multicast(&d->destination) && nm->solicited) &&
		       !in6_is_unspecified(&d->source);
	default:
		return true;
	}
}

static void nd_input(struct node *n, mip_time now, const struct delivery *d, const struct icmp6_message *m)
{
	switch (m->type) {
	case ICMP6_ROUTER_SOLICITATION:
		router_solicitation(n, now, d, m->u.router_solicitation.has_mac ? &m->u.router_solicitation.mac : NULL);
		break;
	case ICMP6_ROUTER_ADVERTISEMENT:
		discovery_advertisement(n, now, d, &m->u.router_advertisement);
		break;
	case ICMP6_NEIGHBOR_SOLICITATION:
		neighbour_solicitation(n, now, d, &m->u.neighbour);
		break;
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		neighbour_advertisement(n, now, d, &m->u.neighbour);
		break;
	}
}

static enum drop_reason reason(enum wire_error e)
{
	return e == WIRE_TRUNCATED ? DROP_TRUNCATED : e == WIRE_UNKNOWN_TYPE ? DROP_UNKNOWN_MESSAGE : DROP_MALFORMED;
}

void icmp_input(struct node *n, mip_time now, struct delivery *d)
{
	const uint8_t *upper = delivery_upper(d);
	struct icmp6_message m;
	enum wire_error e;

	if (!icmp6_checksum_ok(upper, d->length, d->octets, &d->source, &d->destination)) {
		node_drop(n, now, d->packet, d->length < 4 ? DROP_TRUNCATED : DROP_CHECKSUM);
		return;
	}
	e = icmp6_decode(upper, d->length, &m);
	if (e != WIRE_OK) {
		node_drop(n, now, d->packet, reason(e));
		return;
	}
	switch (m.type) {
	case ICMP6_DESTINATION_UNREACHABLE:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAMETER_PROBLEM:
		error_received(n, now, d, &m);
		return;
	case ICMP6_ECHO_REQUEST:
		answer_echo(n, now, d, &m);
		return;
	case ICMP6_ROUTER_SOLICITATION:
	case ICMP6_ROUTER_ADVERTISEMENT:
	case ICMP6_NEIGHBOR_SOLICITATION:
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		if (!nd_valid(d, &m)) {
			node_drop(n, now, d->packet, DROP_MALFORMED);
			return;
		}
		nd_input(n, now, d, &m);
		packet_free(d->packet);
		return;
	case ICMP6_ECHO_REPLY:
	case ICMP6_HOME_AGENT_DISCOVERY_REQUEST:
	case ICMP6_HOME_AGENT_DISCOVERY_REPLY:
	case ICMP6_MOBILE_PREFIX_SOLICITATION:
	case ICMP6_MOBILE_PREFIX_ADVERTISEMENT:
	case ICMP6_FAST_HANDOVER:
		if (!ip6_offer(n, now, d))
			node_drop(n, now, d->packet, DROP_NO_LISTENER);
		return;
	default:
		node_drop(n, now, d->packet, DROP_UNKNOWN_MESSAGE);
	}
}
