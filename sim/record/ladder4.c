// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a ladder shows of an IPv4 world: messages to port 434; solicitations of agents and the advertisements that answer them (those to
 * everybody are in every cell all the time); data that a foreign agent sends home in a special tunnel, whose outer destination is
 * the inner one.
 */
#include "models/wire/classify4.h"
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"
#include "models/wire/mip4_keys.h"
#include "sim/record/ladder_int.h"

#include <string.h>

/* In the order of the document's sections 7 and 8; with a group and a value, 116 is Diffie-Hellman's. */
static const struct {
	uint8_t type;
	bool exchange;
	const char *name;
} key_names[] = {
	{ EXTENSION4_FA_KEY_REQUEST, false, "foreign agent key request" }, { EXTENSION4_MN_PUBLIC_KEY, false, "mobile node public key" },
	{ EXTENSION4_FA_PUBLIC_KEY, false, "foreign agent public key" },   { EXTENSION4_KEY_REQUEST, false, "key request" },
	{ EXTENSION4_KEY_REQUEST, true, "Diffie-Hellman request" },        { EXTENSION4_HOME_MOBILE_KEY, false, "home-mobile key" },
	{ EXTENSION4_FA_KEY, false, "foreign agent key" },                 { EXTENSION4_MN_PUBLIC_KEY_REPLY, false, "mobile node public key reply" },
	{ EXTENSION4_FA_PUBLIC_KEY_REPLY, false, "foreign agent public key reply" }, { EXTENSION4_DH_REPLY, false, "Diffie-Hellman reply" },
	{ EXTENSION4_SPI, false, "SPI" },
};
#define KEY_NAMES (sizeof key_names / sizeof *key_names)

static uint16_t keys_of(const uint8_t *upper, size_t octets)
{
	struct mip4_message m;
	uint16_t keys = 0;

	if (octets < UDP_HEADER || mip4_decode(upper + UDP_HEADER, octets - UDP_HEADER, &m) != WIRE_OK)
		return 0;
	for (unsigned i = 0; i < m.extension_count; i++)
		for (unsigned k = 0; k < KEY_NAMES; k++)
			if (m.extensions[i].type == key_names[k].type &&
			    (m.extensions[i].type != EXTENSION4_KEY_REQUEST || (m.extensions[i].length > 0) == key_names[k].exchange))
				keys |= (uint16_t)(1 << k);
	return keys;
}

void ladder4_print_keys(uint16_t keys, FILE *to)
{
	for (unsigned k = 0; k < KEY_NAMES; k++)
		if (keys >> k & 1)
			fprintf(to, ", %s", key_names[k].name);
}

bool ladder4_find(const struct packet *p, size_t skip, struct ladder_inner *out)
{
	const uint8_t *at = p->data + skip;
	size_t octets = p->length - skip;
	in4 outer_destination = 0;
	struct ipv4_header h;
	uint16_t overhead;

	*out = (struct ladder_inner){ 0 };
	for (;;) {
		struct packet whole = { .data = (uint8_t *)at, .length = (uint16_t)octets, .bulk = p->bulk };
		struct minimal_header m = { 0 };
		size_t length = 0;

		if (ipv4_decode(at, octets, octets + p->bulk, &h) != WIRE_OK)
			return false;
		out->message = wire_classify4(&whole, &overhead);
		at += h.header_length;
		octets -= h.header_length;
		if (h.protocol == PROTOCOL4_MINIMAL && minimal_decode(at, octets, &m) == WIRE_OK) {
			out->tunnelled = true;
			at += m.length;
			octets -= m.length;
			h.protocol = m.protocol;
			h.destination = m.destination;
			h.source = m.has_source ? m.source : h.source;
			break;
		}
		if (h.protocol != PROTOCOL4_IPV4 && (h.protocol != PROTOCOL4_GRE || gre_decode(at, octets, &length) != WIRE_OK))
			break;
		at += length;
		octets -= length;
		out->tunnelled = true;
		outer_destination = h.destination;
	}
	out->special = out->tunnelled && outer_destination == h.destination && out->message == MESSAGE_DATA;
	out->upper = at;
	out->octets = octets;
	out->source = out->wire_source = in6_of_in4(h.source);
	out->destination = in6_of_in4(h.destination);
	switch (out->message) {
	case MESSAGE_AGENT_SOLICITATION:
		return true;
	case MESSAGE_AGENT_ADVERTISEMENT:
		return !in4_is_multicast(h.destination);
	case MESSAGE_REGISTRATION_REQUEST:
	case MESSAGE_REGISTRATION_REPLY:
		out->keys = keys_of(at, octets);
		return true;
	case MESSAGE_BINDING_WARNING:
	case MESSAGE_BINDING_REQUEST:
	case MESSAGE_BINDING_UPDATE:
	case MESSAGE_BINDING_ACKNOWLEDGE:
		return true;
	default:
		return out->special;
	}
}
