// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Naming packets for observers. ESP cannot be looked into: there the sender's word in the packet is taken. Left out: what AH and
 * pieces of fragmented packets carry.
 */
#include "models/wire/classify.h"
#include "models/wire/fast.h"
#include "models/wire/icmp6.h"
#include "models/wire/ipv6.h"

static enum message_type icmp6_classify(uint8_t type)
{
	switch (type) {
	case ICMP6_ECHO_REQUEST:
		return MESSAGE_ECHO_REQUEST;
	case ICMP6_ECHO_REPLY:
		return MESSAGE_ECHO_REPLY;
	case ICMP6_ROUTER_SOLICITATION:
		return MESSAGE_RS;
	case ICMP6_ROUTER_ADVERTISEMENT:
		return MESSAGE_RA;
	case ICMP6_NEIGHBOR_SOLICITATION:
		return MESSAGE_NS;
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		return MESSAGE_NA;
	case ICMP6_REDIRECT:
		return MESSAGE_REDIRECT;
	case ICMP6_HOME_AGENT_DISCOVERY_REQUEST:
		return MESSAGE_HOME_AGENT_REQUEST;
	case ICMP6_HOME_AGENT_DISCOVERY_REPLY:
		return MESSAGE_HOME_AGENT_REPLY;
	case ICMP6_MOBILE_PREFIX_SOLICITATION:
		return MESSAGE_MPS;
	case ICMP6_MOBILE_PREFIX_ADVERTISEMENT:
		return MESSAGE_MPA;
	default:
		/* The upper half of the type's range are informational messages (RFC 4443 2.1). */
		return type < 128 ? MESSAGE_ICMP6_ERROR : MESSAGE_UNKNOWN;
	}
}

enum message_type mh_classify(const struct mh_message *m)
{
	switch (m->type) {
	case MH_BRR:
		return MESSAGE_BRR;
	case MH_HOTI:
		return MESSAGE_HOTI;
	case MH_COTI:
		return MESSAGE_COTI;
	case MH_HOT:
		return MESSAGE_HOT;
	case MH_COT:
		return MESSAGE_COT;
	case MH_BU:
		return m->flags & BU_HOME ? MESSAGE_BU_HOME : m->flags & BU_ANCHOR ? MESSAGE_BU_LOCAL : MESSAGE_BU;
	case MH_BA:
		if (m->options.has_authenticator || (m->status >= BA_EXPIRED_HOME_NONCE && m->status <= BA_EXPIRED_NONCES))
			return MESSAGE_BA;
		return MESSAGE_BA_HOME;
	case MH_BE:
		return MESSAGE_BE;
	case MH_EXPERIMENTAL:
		return m->subtype == MH_EARLY_BU         ? MESSAGE_EBU :
		       m->subtype == MH_EARLY_BA         ? MESSAGE_EBA :
		       m->subtype == MH_LOCATION_QUERY ? MESSAGE_LOCATION_QUERY :
		       m->subtype == MH_LOCATION       ? MESSAGE_LOCATION :
		                                         MESSAGE_UNKNOWN;
	default:
		return MESSAGE_UNKNOWN;
	}
}

static enum message_type fast_classify(const uint8_t *mh, size_t octets)
{
	struct fast_message m;
	size_t length;

	if (fast_decode(mh, octets, &m, &length) != WIRE_OK)
		return MESSAGE_UNKNOWN;
	return m.type == FAST_BU   ? MESSAGE_FBU :
	       m.type == FAST_BACK ? MESSAGE_FBACK :
	       m.type == FAST_HI   ? MESSAGE_HI :
	                             MESSAGE_HACK;
}

static enum message_type upper_classify(const uint8_t *packet, size_t octets, const struct ipv6_view *view)
{
	const uint8_t *upper = packet + view->offset;
	struct mh_message m;
	size_t length;

	octets -= view->offset;
	switch (view->protocol) {
	case PROTOCOL_UDP:
	case PROTOCOL_TCP:
		return MESSAGE_DATA;
	case PROTOCOL_ICMP6:
		if (octets > 4 && *upper == ICMP6_FAST_HANDOVER)
			return upper[4] == FAST_RTSOLPR ? MESSAGE_RTSOLPR :
			       upper[4] == FAST_PRRTADV ? MESSAGE_PRRTADV :
			                                  MESSAGE_UNKNOWN;
		return octets ? icmp6_classify(*upper) : MESSAGE_UNKNOWN;
	case PROTOCOL_MOBILITY:
		if (octets > 2 && fast_is_type(upper[2]))
			return fast_classify(upper, octets);
		return mh_decode(upper, octets, &m, &length) == WIRE_OK ? mh_classify(&m) : MESSAGE_UNKNOWN;
	default:
		return MESSAGE_UNKNOWN;
	}
}

uint8_t wire_classify(const struct packet *p, uint16_t *overhead)
{
	const uint8_t *packet = p->data;
	size_t octets = p->length;
	struct ipv6_view view;

	for (;;) {
		*overhead = (uint16_t)(packet - p->data);
		if (ipv6_walk(packet, octets, true, &view) != IPV6_WALK_OK)
			return MESSAGE_UNKNOWN;
		if (view.protocol == PROTOCOL_ESP && p->message) {
			if (p->overhead > *overhead)
				*overhead = p->overhead;
			return p->message;
		}
		if (view.protocol != PROTOCOL_IPV6)
			return (uint8_t)upper_classify(packet, octets, &view);
		packet += view.offset;
		octets -= view.offset;
	}
}
