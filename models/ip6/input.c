// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Receiving: link-layer filter, fixed header, ours or not, extension headers (RFC 8200, RFC 6275 6.3, 6.4 and 9.3.1), handing to
 * the roles. Left out: reassembly (fragments are dropped), routing headers of other types than 2.
 */
#include "models/ip6/ip6_int.h"
#include "models/wire/classify.h"

/* A whole, well-formed fixed header? Cuts what a link padded behind the packet. Otherwise drops it. */
static bool header_ok(struct node *n, mip_time now, struct packet *take)
{
	uint32_t octets, excess;

	if (take->length < IPV6_HEADER) {
		node_drop(n, now, take, DROP_TRUNCATED);
		return false;
	}
	if (ipv6_version(take->data) != 6) {
		node_drop(n, now, take, DROP_MALFORMED);
		return false;
	}
	octets = IPV6_HEADER + (uint32_t)ipv6_payload_length(take->data);
	if (packet_octets(take) == octets)
		return true;
	if (packet_octets(take) < octets) {
		node_drop(n, now, take, DROP_TRUNCATED);
		return false;
	}
	excess = packet_octets(take) - octets;
	if (excess <= take->bulk) {
		take->bulk = (uint16_t)(take->bulk - excess);
	} else {
		take->length = (uint16_t)(take->length - (excess - take->bulk));
		take->bulk = 0;
	}
	return true;
}

static bool group_is_ours(struct node *n, struct interface *i, const struct in6 *group)
{
	struct mac mac = mac_of_multicast(group);

	if (in6_equal(group, &in6_all_nodes))
		return true;
	if (in6_equal(group, &in6_all_routers))
		return n->ip6.forwarding;
	return in6_prefix_equal(group, &(struct in6){ { 0xff, 0x02, [11] = 1, [12] = 0xff } }, 104) &&
	       ip6_wants_group(n, i->index, &mac);
}

/* Neighbor Discovery sent to an address we are the proxy of: ours to answer, not to pass on (RFC 4861 7.2.8). */
static bool for_proxy(struct node *n, struct interface *i, const struct packet *p)
{
	struct in6 destination;

	if (!n->ip6.proxies || ipv6_next_header(p->data) != PROTOCOL_ICMP6 || p->length <= IPV6_HEADER ||
	    p->data[IPV6_HEADER] < ICMP6_ROUTER_SOLICITATION || p->data[IPV6_HEADER] > ICMP6_REDIRECT)
		return false;
	destination = ipv6_destination(p->data);
	return proxy_find(n, i, &destination);
}

void ip6_input(struct node *n, mip_time now, unsigned interface, struct packet *take)
{
	struct interface *i = ip6_interface(n, interface);
	struct in6 destination;
	struct ip6_address *a;

	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
		return;
	}
	if (i->kind == INTERFACE_ETHERNET) {
		struct mac to, from;

		if (take->length < ETHERNET_HEADER) {
			node_drop(n, now, take, DROP_TRUNCATED);
			return;
		}
		memcpy(&to, take->data, sizeof to);
		memcpy(&from, take->data + 6, sizeof from);
		if (load_be16(take->data + 12) != ETHERTYPE_IPV6 || mac_equal(&from, &i->mac) ||
		    (!mac_equal(&to, &i->mac) && !mac_is_multicast(&to))) {
			node_drop(n, now, take, DROP_NOT_FOR_US);
			return;
		}
		packet_pull(take, ETHERNET_HEADER);
	}
	if (!header_ok(n, now, take))
		return;
	destination = ipv6_destination(take->data);
	if (in6_is_multicast(&destination)) {
		if (group_is_ours(n, i, &destination))
			ip6_deliver(n, now, i, take, NULL);
		else
			node_drop(n, now, take, DROP_NOT_FOR_US);
		return;
	}
	a = ip6_find_address(n, &destination);
	if (a && (a->state == IP6_ADDRESS_TENTATIVE || a->state == IP6_ADDRESS_DUPLICATE))
		node_drop(n, now, take, DROP_TENTATIVE_ADDRESS); /* RFC 4862 5.4 */
	else if ((a && a->state != IP6_ADDRESS_AWAY) || for_proxy(n, i, take))
		ip6_deliver(n, now, i, take, NULL);
	else if (n->ip6.forwarding)
		ip6_forward(n, now, i, take, false);
	else
		node_drop(n, now, take, DROP_NOT_FOR_US);
}

void ip6_reinject(struct node *n, mip_time now, struct interface *in, const struct in6 *tunnel_source, struct packet *take)
{
	struct in6 destination;
	struct ip6_address *a;

	if (!header_ok(n, now, take))
		return;
	take->overhead = (uint16_t)(take->overhead > IPV6_HEADER ? take->overhead - IPV6_HEADER : 0);
	destination = ipv6_destination(take->data);
	a = in6_is_multicast(&destination) ? NULL : ip6_find_address(n, &destination);
	if (a && (ip6_usable(a) || a->state == IP6_ADDRESS_AWAY))
		ip6_deliver(n, now, in, take, tunnel_source);
	else if (!a && n->ip6.forwarding && !in6_is_multicast(&destination)) {
		if (ipv6_next_header(take->data) != PROTOCOL_IPV6 && ipv6_next_header(take->data) != PROTOCOL_ESP)
			take->overhead = 0; /* what ESP had added to the tunnel */
		ip6_forward(n, now, in, take, true);
	} else
		node_drop(n, now, take, a ? DROP_TENTATIVE_ADDRESS : DROP_NOT_FOR_US);
}

/* ---- extension headers ------------------------------------------------------------------------------------------- */

static bool knows_home_address(const struct node *n)
{
	for (const struct role *r = n->roles; r; r = r->next)
		if (r->ops->accept_home_address)
			return true;
	return false;
}

/* RFC 8200 4.2: the two high bits of an unknown option's type say what to do. */
static void refuse_option(struct node *n, mip_time now, struct delivery *d, const struct ipv6_view *v)
{
	unsigned action = v->error_option >> 6;

	if (action == 2 || (action == 3 && !in6_is_multicast(&d->wire_destination)))
		ip6_send_error(n, now, d->packet, ICMP6_PARAMETER_PROBLEM, PARAMETER_UNKNOWN_OPTION, v->error_offset);
	node_drop(n, now, d->packet, DROP_UNKNOWN_HEADER);
}

/* RFC 6275 6.4, 11.3.3; RFC 8200 4.4 for what we do not know. False: dropped. */
static bool routing_header(struct node *n, mip_time now, struct delivery *d, const struct ipv6_view *v)
{
	bool known = false;

	for (struct role *r = n->roles; r && v->routing_type == 2; r = r->next) {
		struct ip6_address *a;

		if (!r->ops->accept_routing_header)
			continue;
		known = true;
		if (v->segments_left != 1 || v->routing_length != 2)
			break;
		a = ip6_find_address(n, &v->routing_address);
		if (a && a->state != IP6_ADDRESS_TENTATIVE && a->state != IP6_ADDRESS_DUPLICATE &&
		    r->ops->accept_routing_header(r, &v->routing_address)) {
			d->destination = v->routing_address;
			d->has_routing_header = true;
			return true;
		}
	}
	if (!known && !v->segments_left)
		return true;
	/* RFC 6275 8.2: who knows type 2 discards silently what is not for it; RFC 8200 4.4 is for types nobody knows. */
	if (!known && !(v->routing_type == 2 && knows_home_address(n)))
		ip6_send_error(n, now, d->packet, ICMP6_PARAMETER_PROBLEM, PARAMETER_ERRONEOUS_HEADER,
		               v->routing_header_offset + 2u);
	node_drop(n, now, d->packet, DROP_BAD_ROUTING_HEADER);
	return false;
}

/* RFC 6275 9.3.1. False: dropped. */
static bool home_address(struct node *n, mip_time now, struct delivery *d, const struct ipv6_view *v)
{
	bool exempt = v->protocol == PROTOCOL_MOBILITY || v->protocol == PROTOCOL_ESP || v->protocol == PROTOCOL_AH;
	struct role *first = NULL;

	if (!in6_is_routable_unicast(&v->home_address)) {
		/* MUST be a unicast routable address: silently, no Binding Error for what cannot be bound */
		node_drop(n, now, d->packet, DROP_BAD_HOME_ADDRESS);
		return false;
	}
	d->has_home_address = true;
	d->source = v->home_address;
	if (exempt)
		return true;
	for (struct role *r = n->roles; r; r = r->next) {
		if (r->ops->accept_home_address && r->ops->accept_home_address(r, now, d))
			return true;
		if (r->ops->refuse_home_address && !first)
			first = r;
	}
	if (first)
		first->ops->refuse_home_address(first, now, d);
	node_drop(n, now, d->packet, DROP_BAD_HOME_ADDRESS);
	return false;
}

/* Fills in what the extension headers say. False: dropped. */
static bool extensions(struct node *n, mip_time now, struct delivery *d)
{
	struct ipv6_view v;

	switch (ipv6_walk(d->packet->data, d->packet->length, knows_home_address(n), &v)) {
	case IPV6_WALK_OK:
		break;
	case IPV6_WALK_TRUNCATED:
		node_drop(n, now, d->packet, DROP_TRUNCATED);
		return false;
	case IPV6_WALK_MALFORMED:
		ip6_send_error(n, now, d->packet, ICMP6_PARAMETER_PROBLEM, PARAMETER_ERRONEOUS_HEADER, v.error_offset);
		node_drop(n, now, d->packet, DROP_MALFORMED);
		return false;
	case IPV6_WALK_UNKNOWN_OPTION:
		refuse_option(n, now, d, &v);
		return false;
	}
	d->protocol = v.protocol;
	d->offset = v.offset;
	d->next_header_offset = v.next_header_offset;
	d->spot_check_offset = v.spot_check_offset;
	if (v.has_routing_header && !routing_header(n, now, d, &v))
		return false;
	if (v.protocol == PROTOCOL_FRAGMENT) { /* an atomic fragment (RFC 6946) has been walked through */
		node_drop(n, now, d->packet, DROP_UNKNOWN_HEADER);
		return false;
	}
	return !v.has_home_address || home_address(n, now, d, &v);
}

/* Octets of tunnels count apart; those of ESP are the message's in transport mode, the tunnel's in tunnel mode. */
static void report_received(struct node *n, mip_time now, const struct delivery *d)
{
	uint32_t outer = d->tunnelled ? IPV6_HEADER + (uint32_t)d->packet->overhead : 0;
	uint16_t overhead = 0;
	uint8_t type = wire_classify(d->packet, &overhead);

	node_observe(n, now,
	             (struct observation){ .kind = OBSERVE_MESSAGE_RECEIVED,
	                                   .value = type,
	                                   .octets = packet_octets(d->packet) + d->esp_octets + outer,
	                                   .flow = overhead + outer,
	                                   .peer = ipv6_source(d->packet->data),
	                                   .address = ipv6_destination(d->packet->data) });
}

/* ---- delivery ---------------------------------------------------------------------------------------------------- */

bool ip6_offer(struct node *n, mip_time now, struct delivery *d)
{
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->input && r->ops->input(r, now, d) == VERDICT_TAKEN)
			return true;
	return false;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == PROTOCOL_DESTINATION_OPTIONS || protocol == PROTOCOL_ROUTING || protocol == PROTOCOL_HOP_BY_HOP ||
	       protocol == PROTOCOL_FRAGMENT;
}

void ip6_deliver(struct node *n, mip_time now, struct interface *in, struct packet *take, const struct in6 *tunnel_source)
{
	struct delivery d = {
		.packet = take, .in = in, .protocol = ipv6_next_header(take->data), .offset = IPV6_HEADER, .next_header_offset = 6
	};

	d.source = d.wire_source = ipv6_source(take->data);
	d.destination = d.wire_destination = ipv6_destination(take->data);
	if (tunnel_source) {
		d.tunnelled = true;
		d.tunnel_source = *tunnel_source;
	}
	if (in6_is_multicast(&d.source)) {
		node_drop(n, now, take, DROP_MALFORMED);
		return;
	}
	if (is_extension(d.protocol) && !extensions(n, now, &d))
		return;
	mip_assert(d.offset <= take->length);
	d.length = (uint16_t)(take->length - d.offset);
	d.octets = d.length + (uint32_t)take->bulk;
	ip6_deliver_upper(n, now, &d);
}

void ip6_deliver_upper(struct node *n, mip_time now, struct delivery *d)
{
	struct packet *take = d->packet;

	/* What a tunnel or ESP brings is counted when it has been opened. */
	if (ip6_wants_messages(n) && d->protocol != PROTOCOL_IPV6 && d->protocol != PROTOCOL_ESP)
		report_received(n, now, d);
	if (d->protocol == PROTOCOL_ICMP6) {
		icmp_input(n, now, d);
		return;
	}
	if (d->protocol == PROTOCOL_NONE) {
		packet_free(take);
		return;
	}
	if (ip6_offer(n, now, d))
		return;
	if (d->protocol == PROTOCOL_UDP) {
		ip6_send_error(n, now, take, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_PORT, 0);
		node_drop(n, now, take, DROP_NO_LISTENER);
	} else {
		ip6_send_error(n, now, take, ICMP6_PARAMETER_PROBLEM, PARAMETER_UNKNOWN_NEXT_HEADER, d->next_header_offset);
		node_drop(n, now, take, DROP_UNKNOWN_HEADER);
	}
}
