// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Forwarding (RFC 8200, RFC 4443). Left out: redirects are not sent, multicast is not routed, hop-by-hop options are not looked
 * at on the way (RFC 8200 section 4 leaves that to configuration).
 */
#include "models/ip6/ip6_int.h"

static void refuse(struct node *n, mip_time now, struct packet *take, uint8_t type, uint8_t code, uint32_t parameter,
                   enum drop_reason why)
{
	ip6_send_error(n, now, take, type, code, parameter);
	node_drop(n, now, take, why);
}

/* Who tunnels in a ring adds a header each time round: the room in front is what limits nesting (RFC 2473 4.1). */
bool ip6_tunnel_hop(struct node *n, mip_time now, struct packet *p)
{
	if (packet_headroom(p) < IP6_TUNNEL_ROOM) {
		node_drop(n, now, p, DROP_HOP_LIMIT);
		return false;
	}
	if (ipv6_hop_limit(p->data) <= 1) {
		refuse(n, now, p, ICMP6_TIME_EXCEEDED, 0, 0, DROP_HOP_LIMIT);
		return false;
	}
	p->data[7]--;
	return true;
}

/* tunnelled: it came out of a tunnel, so that leaving by the interface it came in is no loop. */
void ip6_forward(struct node *n, mip_time now, struct interface *in, struct packet *take, bool tunnelled)
{
	struct in6 source, destination;
	struct ip6_hop hop;

	if (n->hooks & NODE_HOOK_FORWARD)
		for (struct role *r = n->roles; r; r = r->next)
			if (r->ops->forward && r->ops->forward(r, now, in, take) == VERDICT_TAKEN)
				return;
	source = ipv6_source(take->data);
	destination = ipv6_destination(take->data);
	if (in6_is_multicast(&source) || in6_is_unspecified(&source) || in6_is_unspecified(&destination)) {
		node_drop(n, now, take, DROP_MALFORMED);
		return;
	}
	if (in6_is_link_local(&source) || in6_is_link_local(&destination)) {
		node_drop(n, now, take, DROP_NOT_FOR_US); /* RFC 4291 2.5.6: MUST NOT leave its link */
		return;
	}
	if (ipv6_hop_limit(take->data) <= 1) {
		refuse(n, now, take, ICMP6_TIME_EXCEEDED, 0, 0, DROP_HOP_LIMIT);
		return;
	}
	if (!ip6_find_hop(n, &destination, &hop)) {
		refuse(n, now, take, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_NO_ROUTE, 0, DROP_NO_ROUTE);
		return;
	}
	if (hop.out == in && in->kind == INTERFACE_POINT_TO_POINT && !tunnelled) {
		/* RFC 4443 3.1: MUST NOT go back over the point-to-point link it came by */
		refuse(n, now, take, ICMP6_DESTINATION_UNREACHABLE, UNREACHABLE_ADDRESS, 0, DROP_NO_ROUTE);
		return;
	}
	if (packet_octets(take) > hop.out->mtu) {
		refuse(n, now, take, ICMP6_PACKET_TOO_BIG, 0, hop.out->mtu, DROP_TOO_BIG);
		return;
	}
	take->data[7]--;
	if (ip6_wants_messages(n))
		ip6_report_message(n, now, OBSERVE_MESSAGE_FORWARDED, take, 0);
	ip6_transmit(n, now, hop.out, &hop.next_hop, take);
}
