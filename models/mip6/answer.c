// SPDX-License-Identifier: GPL-3.0-or-later
/* Answers to Mobility Header messages that cannot be processed (RFC 6275 9.2, 9.3.3). */
#include "models/mip6/answer.h"
#include "models/wire/icmp6.h"

static bool allowed(struct answer_limit *limit, mip_time now)
{
	mip_time next = mip_time_max(limit->next, now);

	if (next - now > (BINDING_ERROR_BURST - 1) * BINDING_ERROR_INTERVAL)
		return false;
	limit->next = next + BINDING_ERROR_INTERVAL;
	return true;
}

void mip6_send_binding_error(struct node *n, mip_time now, struct answer_limit *limit, const struct delivery *d,
                             enum be_status status)
{
	struct mh_message m = { .type = MH_BE, .status = (uint8_t)status };

	/* 9.3.3: MUST NOT answer a source that is not unicast; and one error to each member of a group would be too many. */
	if (in6_is_multicast(&d->wire_source) || in6_is_unspecified(&d->wire_source) || in6_is_multicast(&d->wire_destination))
		return;
	if (!allowed(limit, now))
		return;
	if (d->has_home_address)
		m.home_address = d->source;
	/* About a message nobody knows, from where it was sent to: bindings have no part in that. */
	mip6_send(n, now,
	          mip6_message(status == BE_UNKNOWN_MH_TYPE ? &d->wire_destination : &d->destination, &d->wire_source, NULL, NULL,
	                       &m, NULL));
}

void mip6_refuse(struct node *n, mip_time now, struct answer_limit *limit, struct delivery *d, enum wire_error error)
{
	switch (error) {
	case WIRE_UNKNOWN_TYPE:
		mip6_send_binding_error(n, now, limit, d, BE_UNKNOWN_MH_TYPE);
		break;
	case WIRE_BAD_PAYLOAD_PROTO:
		ip6_send_error(n, now, d->packet, ICMP6_PARAMETER_PROBLEM, PARAMETER_ERRONEOUS_HEADER, d->offset);
		break;
	case WIRE_BAD_LENGTH:
		ip6_send_error(n, now, d->packet, ICMP6_PARAMETER_PROBLEM, PARAMETER_ERRONEOUS_HEADER, (uint32_t)d->offset + 1);
		break;
	default:
		break;
	}
	node_drop(n, now, d->packet, mip6_drop_reason(error));
}

void mip6_send(struct node *n, mip_time now, struct packet *take)
{
	struct in6 source = ipv6_source(take->data), destination = ipv6_destination(take->data);
	const struct ip6_address *a = ip6_find_address(n, &source);
	bool tunnelled = (a && a->state == IP6_ADDRESS_AWAY) || home_agent_serves(n, &destination);

	ip6_send(n, now, take, tunnelled ? 0 : IP6_SEND_PLAIN);
}

bool mip6_may_use_binding(const struct packet *p)
{
	const uint8_t *h = p->data;
	struct in6 destination = ipv6_destination(h);
	uint8_t type;

	if (in6_is_multicast(&destination) || in6_is_link_local(&destination))
		return false;
	switch (ipv6_next_header(h)) {
	case PROTOCOL_MOBILITY:
	case PROTOCOL_ROUTING: /* a binding was applied already */
		return false;
	case PROTOCOL_ICMP6:
		type = p->length > IPV6_HEADER ? h[IPV6_HEADER] : 0;
		return type < ICMP6_ROUTER_SOLICITATION || type > ICMP6_REDIRECT;
	default:
		return true;
	}
}
