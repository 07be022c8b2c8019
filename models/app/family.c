// SPDX-License-Identifier: GPL-3.0-or-later
/* See family.h. */
#include "models/app/family.h"

struct packet *family_packet(struct node *n, const struct in6 *source, const struct in6 *destination, uint8_t protocol, size_t room)
{
	return n->ip4 ? ip4_packet(in4_of_in6(source), in4_of_in6(destination), protocol, 64, room)
	              : ip6_packet(source, destination, protocol, 64, room);
}

void family_send(struct node *n, mip_time now, struct packet *take)
{
	if (n->ip4) {
		ip4_finish(n, take);
		ip4_send(n, now, take, 0);
	} else {
		ip6_finish(take);
		ip6_send(n, now, take, 0);
	}
}

struct delivery family_delivery(const struct ip4_delivery *d)
{
	const struct in6 source = in6_of_in4(d->source), destination = in6_of_in4(d->destination);

	return (struct delivery){ .packet = d->packet, .source = source, .destination = destination, .wire_source = source,
		                  .wire_destination = destination, .protocol = d->protocol, .offset = d->offset, .length = d->length,
		                  .octets = d->octets, .tunnelled = d->tunnelled,
		                  .tunnel_source = in6_of_in4(d->tunnel_source) };
}

enum via family_via(const struct delivery *d)
{
	/* A co-located care-of address: who made the tunnel? */
	if (in6_is_in4(&d->source))
		return !d->tunnelled ? VIA_NATIVE : in6_equal(&d->tunnel_source, &d->source) ? VIA_DIRECT : VIA_TUNNEL;
	return d->tunnelled ? VIA_TUNNEL : d->has_routing_header || d->has_home_address ? VIA_DIRECT : VIA_HOME_LINK;
}
