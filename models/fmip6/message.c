// SPDX-License-Identifier: GPL-3.0-or-later
/* Fast handover messages in packets (RFC 5568 6.1, 6.2, 6.4.5). */
#include "models/fmip6/message.h"
#include "models/wire/icmp6.h"
#include "models/wire/mh.h"

#define HOP_LIMIT 64
#define ND_HOP_LIMIT 255

void fast_key(const struct fast_domain *domain, const struct in6 *previous, uint8_t key[RR_BINDING_KEY])
{
	rr_binding_key(domain->secret, previous->octets + 8, key);
}

struct packet *fast_packet(const struct in6 *wire_source, const struct in6 *wire_destination,
                           const struct in6 *home_address_option, const struct in6 *routing_header, const struct fast_message *m,
                           const struct fast_security *security)
{
	const struct in6 *source = home_address_option ? home_address_option : wire_source;
	const struct in6 *destination = routing_header ? routing_header : wire_destination;
	struct fast_message message = *m;
	uint8_t octets[FAST_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	size_t length, offset = 0;
	struct packet *p;

	if (security) {
		message.has_authenticator = true;
		message.spi = FAST_SPI;
	}
	length = fast_encode(&w, &message, &offset);
	mip_assert(length);
	if (security)
		rr_authenticator(security->key, &security->care_of_address, &security->router, octets, offset, octets + offset);
	mh_set_checksum(octets, mh_checksum(octets, length, source, destination));
	p = ip6_packet(source, destination, PROTOCOL_MOBILITY, HOP_LIMIT, length);
	memcpy(packet_put(p, length), octets, length);
	ip6_finish(p);
	if (home_address_option)
		ip6_insert_home_address(p, wire_source);
	if (routing_header)
		ip6_insert_routing_header(p, wire_destination);
	return p;
}

enum wire_error fast_receive(const struct delivery *d, struct fast_message *out)
{
	const uint8_t *mh = delivery_upper(d);
	size_t length;

	if (d->length < 8 || 8 * ((size_t)mh[1] + 1) > d->length)
		return WIRE_TRUNCATED;
	if (mh_checksum(mh, 8 * ((size_t)mh[1] + 1), &d->source, &d->destination) != load_be16(mh + 4))
		return WIRE_CHECKSUM;
	return fast_decode(mh, d->length, out, &length);
}

bool fast_verify(const struct delivery *d, const struct fast_message *m, const struct fast_security *security)
{
	uint8_t expected[RR_AUTHENTICATOR];

	if (!m->has_authenticator || !m->authenticator_is_last || m->spi != FAST_SPI)
		return false;
	rr_authenticator(security->key, &security->care_of_address, &security->router, delivery_upper(d), m->authenticator_offset,
	                 expected);
	return rr_equal(expected, m->authenticator, sizeof expected);
}

struct packet *fast_advice_packet(const struct in6 *source, const struct in6 *destination, const struct fast_advice *a)
{
	struct icmp6_message m = { .type = ICMP6_FAST_HANDOVER, .code = a->code };
	uint8_t body[FAST_MAX], octets[FAST_MAX + 4];
	struct wr w = wr_of(body, sizeof body);
	struct packet *p;
	size_t length;

	m.u.other.length = fast_advice_encode(&w, a);
	m.u.other.body = body;
	mip_assert(m.u.other.length);
	w = wr_of(octets, sizeof octets);
	length = icmp6_encode(&w, &m, 0, source, destination);
	mip_assert(length);
	p = ip6_packet(source, destination, PROTOCOL_ICMP6, ND_HOP_LIMIT, length);
	memcpy(packet_put(p, length), octets, length);
	ip6_finish(p);
	return p;
}

bool fast_advice_receive(const struct delivery *d, struct fast_advice *out)
{
	const uint8_t *message = delivery_upper(d);

	/* The engine has looked at the checksum. */
	return d->protocol == PROTOCOL_ICMP6 && d->length >= 4 && message[0] == ICMP6_FAST_HANDOVER && !d->tunnelled &&
	       ipv6_hop_limit(d->packet->data) == ND_HOP_LIMIT &&
	       fast_advice_decode(message[1], message + 4, d->length - 4u, out) == WIRE_OK;
}
