// SPDX-License-Identifier: GPL-3.0-or-later
/* See classify4.h. */
#include "models/wire/classify4.h"
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"
#include "models/wire/mip4.h"

static enum message_type icmp4_classify(const uint8_t *p, size_t octets)
{
	if (!octets)
		return MESSAGE_UNKNOWN;
	switch (p[0]) {
	case ICMP4_ECHO_REQUEST:
		return MESSAGE_ECHO_REQUEST;
	case ICMP4_ECHO_REPLY:
		return MESSAGE_ECHO_REPLY;
	case ICMP4_ROUTER_ADVERTISEMENT:
		return MESSAGE_AGENT_ADVERTISEMENT;
	case ICMP4_ROUTER_SOLICITATION:
		return MESSAGE_AGENT_SOLICITATION;
	default:
		return icmp4_is_error(p[0]) ? MESSAGE_ICMP4_ERROR : MESSAGE_UNKNOWN;
	}
}

static enum message_type udp_classify(const uint8_t *p, size_t octets)
{
	if (octets <= UDP_HEADER || (load_be16(p) != MIP4_PORT && load_be16(p + 2) != MIP4_PORT))
		return MESSAGE_DATA;
	switch (p[UDP_HEADER]) {
	case MIP4_REQUEST:
		return MESSAGE_REGISTRATION_REQUEST;
	case MIP4_REPLY:
		return MESSAGE_REGISTRATION_REPLY;
	case MIP4_WARNING:
		return MESSAGE_BINDING_WARNING;
	case MIP4_BINDING_REQUEST:
		return MESSAGE_BINDING_REQUEST;
	case MIP4_UPDATE:
		return MESSAGE_BINDING_UPDATE;
	case MIP4_ACKNOWLEDGE:
		return MESSAGE_BINDING_ACKNOWLEDGE;
	default:
		return MESSAGE_UNKNOWN;
	}
}

uint8_t wire_classify4(const struct packet *p, uint16_t *overhead)
{
	const uint8_t *at = p->data;
	size_t octets = p->length;
	struct ipv4_header h;
	struct minimal_header m;
	size_t length;

	*overhead = 0;
	while (ipv4_decode(at, octets, octets + p->bulk, &h) == WIRE_OK) {
		uint8_t protocol = h.protocol;

		at += h.header_length;
		octets -= h.header_length;
		if (protocol == PROTOCOL4_IPV4) {
			*overhead = (uint16_t)(*overhead + h.header_length);
			continue;
		}
		if (protocol == PROTOCOL4_GRE && gre_decode(at, octets, &length) == WIRE_OK) {
			*overhead = (uint16_t)(*overhead + h.header_length + length);
			at += length;
			octets -= length;
			continue;
		}
		if (protocol == PROTOCOL4_MINIMAL && minimal_decode(at, octets, &m) == WIRE_OK) {
			*overhead = (uint16_t)(*overhead + m.length);
			at += m.length;
			octets -= m.length;
			protocol = m.protocol;
		}
		switch (protocol) {
		case PROTOCOL4_ICMP:
			return (uint8_t)icmp4_classify(at, octets);
		case PROTOCOL4_UDP:
			return (uint8_t)udp_classify(at, octets);
		case PROTOCOL4_TCP:
			return MESSAGE_DATA;
		default:
			return MESSAGE_UNKNOWN;
		}
	}
	return MESSAGE_UNKNOWN;
}
