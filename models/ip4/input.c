// SPDX-License-Identifier: GPL-3.0-or-later
/* Receiving: link-layer filter, header, ours or not, ICMP, handing to the roles. See ip4.h. */
#include "models/ip4/ip4.h"
#include "models/node.h"
#include "models/wire/ipv6.h"

#define ERROR_INTERVAL (10 * MIP_MILLISECOND) /* RFC 1812 4.3.2.8 wants a limit and leaves the number open */
#define ERROR_QUOTE 8                         /* octets behind the header that an error quotes (RFC 792) */

bool ip4_is_frame(const struct node *n, unsigned interface, const struct packet *p)
{
	if (!n->ip4 || interface >= n->ip4->interface_count)
		return false;
	if (n->ip4->interfaces[interface]->ethernet) {
		uint16_t type = p->length >= ETHERNET_HEADER ? load_be16(p->data + 12) : 0;

		return type == ETHERTYPE_IPV4 || type == ETHERTYPE_ARP;
	}
	return p->length && p->data[0] >> 4 == 4;
}

static enum drop_reason drop_of(enum wire_error e)
{
	return e == WIRE_TRUNCATED ? DROP_TRUNCATED : e == WIRE_CHECKSUM ? DROP_CHECKSUM : DROP_MALFORMED;
}

/* A whole, good header? Cuts what a link padded behind the packet. Otherwise drops it. */
static bool header_ok(struct node *n, mip_time now, struct packet *take, struct ipv4_header *h)
{
	enum wire_error e = ipv4_decode(take->data, take->length, packet_octets(take), h);
	uint32_t excess;

	if (e != WIRE_OK) {
		node_drop(n, now, take, drop_of(e));
		return false;
	}
	excess = packet_octets(take) - h->total_length;
	if (excess <= take->bulk) {
		take->bulk = (uint16_t)(take->bulk - excess);
	} else {
		take->length = (uint16_t)(take->length - (excess - take->bulk));
		take->bulk = 0;
	}
	return true;
}

/* ---- ICMP ---------------------------------------------------------------------------------------------------------------- */

void ip4_send_error(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint16_t mtu)
{
	const uint8_t *h = about->data;
	size_t header = ipv4_header_length(h), quoted = about->length < header + ERROR_QUOTE ? about->length : header + ERROR_QUOTE;
	in4 to = ipv4_source(h), from = ip4_source_address(n, to);
	struct packet *p;
	uint8_t *u;

	if (!from || !to || in4_is_multicast(to) || in4_is_multicast(ipv4_destination(h)) || ipv4_destination(h) == IN4_BROADCAST ||
	    (load_be16(h + 6) & 0x1fff) || ip4_is_local(n, to) || now < n->ip4->error_allowed)
		return;
	if (ipv4_protocol(h) == PROTOCOL4_ICMP && (about->length <= header || icmp4_is_error(h[header])))
		return;
	n->ip4->error_allowed = now + ERROR_INTERVAL;
	p = ip4_packet(from, to, PROTOCOL4_ICMP, 64, 8 + quoted);
	u = packet_put(p, 8 + quoted);
	memset(u, 0, 8);
	u[0] = type;
	u[1] = code;
	store_be16(u + 6, mtu);
	memcpy(u + 8, h, quoted);
	icmp4_checksum_set(u, 8 + quoted);
	ip4_finish(n, p);
	ip4_send(n, now, p, 0);
}

static void answer_echo(struct node *n, mip_time now, struct ip4_delivery *d)
{
	struct packet *p = ip4_packet(d->destination, d->source, PROTOCOL4_ICMP, 64, d->length);
	uint8_t *u = packet_put(p, d->length);

	memcpy(u, ip4_upper(d), d->length);
	p->bulk = d->packet->bulk;
	u[0] = ICMP4_ECHO_REPLY;
	icmp4_checksum_set(u, d->length);
	ip4_finish(n, p);
	packet_free(d->packet);
	ip4_send(n, now, p, 0);
}

/* ---- delivery --------------------------------------------------------------------------------------------------------------- */

static void deliver(struct node *n, mip_time now, struct ip4_delivery *d)
{
	bool icmp = d->protocol == PROTOCOL4_ICMP, group = !ip4_is_local(n, d->destination);

	if (icmp) {
		enum wire_error e = icmp4_check(ip4_upper(d), d->length);

		if (e != WIRE_OK) {
			node_drop(n, now, d->packet, drop_of(e));
			return;
		}
	}
	if (!ip4_is_tunnel(d->protocol))
		ip4_report(n, now, OBSERVE_MESSAGE_RECEIVED, d->packet);
	if (icmp && ip4_upper(d)[0] == ICMP4_ECHO_REQUEST && !group) {
		answer_echo(n, now, d);
		return;
	}
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->ip4 && r->ops->ip4->input && r->ops->ip4->input(r, now, d) == VERDICT_TAKEN)
			return;
	if (!icmp && !group)
		ip4_send_error(n, now, d->packet, ICMP4_UNREACHABLE,
		               d->protocol == PROTOCOL4_UDP ? UNREACHABLE4_PORT : UNREACHABLE4_PROTOCOL, 0);
	node_drop(n, now, d->packet, DROP_NO_LISTENER);
}

static void sort(struct node *n, mip_time now, struct ip4_interface *in, in4 tunnel_source, const struct mac *from, struct packet *take)
{
	struct ipv4_header h;
	struct ip4_delivery d;

	if (!header_ok(n, now, take, &h))
		return;
	if (!ip4_is_local(n, h.destination) && h.destination != IN4_BROADCAST && !in4_is_multicast(h.destination)) {
		if (n->ip4->forwarding)
			ip4_forward(n, now, in, tunnel_source, false, take);
		else
			node_drop(n, now, take, DROP_NOT_FOR_US);
		return;
	}
	if (h.more_fragments || h.fragment_offset) {
		node_drop(n, now, take, DROP_UNKNOWN_HEADER);
		return;
	}
	/* RFC 2003 3.1; what came by a link has had a hop at least. */
	if (!h.ttl && tunnel_source) {
		node_drop(n, now, take, DROP_HOP_LIMIT);
		return;
	}
	d = (struct ip4_delivery){ .packet = take, .in = in, .source = h.source, .destination = h.destination, .protocol = h.protocol,
		                   .ttl = h.ttl, .tunnelled = tunnel_source, .tunnel_source = tunnel_source, .has_mac = from,
		                   .offset = h.header_length, .length = (uint16_t)(take->length - h.header_length),
		                   .octets = packet_octets(take) - h.header_length };
	if (from)
		d.from = *from;
	deliver(n, now, &d);
}

void ip4_input(struct node *n, mip_time now, unsigned interface, struct packet *take)
{
	struct ip4_interface *i = ip4_interface(n, interface);
	struct mac to, from;
	uint16_t type;

	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
		return;
	}
	if (!i->ethernet) {
		sort(n, now, i, 0, NULL, take);
		return;
	}
	memcpy(&to, take->data, sizeof to);
	memcpy(&from, take->data + 6, sizeof from);
	type = load_be16(take->data + 12);
	if (mac_equal(&from, &i->mac) || (!mac_equal(&to, &i->mac) && !mac_is_multicast(&to))) {
		node_drop(n, now, take, DROP_NOT_FOR_US);
		return;
	}
	packet_pull(take, ETHERNET_HEADER);
	if (type == ETHERTYPE_ARP)
		arp_input(n, now, i, take);
	else
		sort(n, now, i, 0, &from, take);
}

void ip4_reinject(struct node *n, mip_time now, struct ip4_interface *in, in4 tunnel_source, struct packet *take)
{
	sort(n, now, in, tunnel_source, NULL, take);
}
