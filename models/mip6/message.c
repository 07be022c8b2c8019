// SPDX-License-Identifier: GPL-3.0-or-later
/* Mobility Header messages in packets (RFC 6275 6.1.1, 6.2.7, 6.3, 6.4, 9.2). */
#include "models/mip6/message.h"

#include "models/wire/classify.h"

#define HOP_LIMIT 64

static void authorize_credit(uint8_t *octets, size_t length, const struct mip6_security *security)
{
	struct mh_message written;
	enum wire_error error = mh_decode(octets, length, &written, &length);
	size_t at = written.options.credit_authenticator_offset;

	mip_assert(error == WIRE_OK && at);
	rr_authenticator(security->credit_key, &security->care_of_address, &security->correspondent, octets, at, octets + at);
}

struct packet *mip6_message(const struct in6 *wire_source, const struct in6 *wire_destination,
                            const struct in6 *home_address_option, const struct in6 *routing_header, const struct mh_message *m,
                            const struct mip6_security *security)
{
	const struct in6 *source = home_address_option ? home_address_option : wire_source;
	const struct in6 *destination = routing_header ? routing_header : wire_destination;
	uint8_t octets[MH_MAX];
	struct wr w = wr_of(octets, sizeof octets);
	struct mh_message message = *m;
	size_t length, authenticator_offset = 0;
	struct packet *p;

	if (security) {
		message.options.has_authenticator = true;
		message.options.has_lifetime_credit = security->credit_key;
	}
	length = mh_encode(&w, &message, &authenticator_offset);
	mip_assert(length && !w.bad);
	if (security && security->credit_key)
		authorize_credit(octets, length, security);
	if (security)
		rr_authenticator(security->key, &security->care_of_address, &security->correspondent, octets,
		                 authenticator_offset, octets + authenticator_offset);
	mh_set_checksum(octets, mh_checksum(octets, length, source, destination));

	p = ip6_packet(source, destination, PROTOCOL_MOBILITY, HOP_LIMIT, length);
	memcpy(packet_put(p, length), octets, length);
	ip6_finish(p);
	/* The routing header goes in front of the destination options (RFC 6275 6.3), so it is pushed last. */
	if (home_address_option)
		ip6_insert_home_address(p, wire_source);
	if (routing_header)
		ip6_insert_routing_header(p, wire_destination);
	p->message = (uint8_t)mh_classify(&message);
	return p;
}

enum wire_error mip6_decode(const struct delivery *d, struct mh_message *out)
{
	const uint8_t *mh = delivery_upper(d);
	size_t length;

	if (d->length < 8)
		return WIRE_TRUNCATED;
	length = 8 * ((size_t)mh[1] + 1);
	if (length > d->length)
		return WIRE_TRUNCATED;
	/* Over the header; or over all that is there, for the pseudo-header holds the length of the upper-layer packet: a Header
	 * Len that is too small can only be complained about (9.2) if the checksum is right in the sender's eyes. */
	if (mh_checksum(mh, length, &d->source, &d->destination) != load_be16(mh + 4) &&
	    mh_checksum(mh, d->length, &d->source, &d->destination) != load_be16(mh + 4))
		return WIRE_CHECKSUM;
	return mh_decode(mh, d->length, out, &length);
}

bool mip6_verify(const struct delivery *d, const struct mh_message *m, const struct mip6_security *security)
{
	uint8_t expected[RR_AUTHENTICATOR];

	/* RFC 6275 6.2.7: the option MUST be the last one. */
	if (!m->options.has_authenticator || !m->options.authenticator_is_last)
		return false;
	rr_authenticator(security->key, &security->care_of_address, &security->correspondent, delivery_upper(d),
	                 m->options.authenticator_offset, expected);
	return rr_equal(expected, m->options.authenticator, sizeof expected);
}

bool mip6_verify_credit(const struct delivery *d, const struct mh_message *m, const struct mip6_security *security,
                        const uint8_t credit_key[RR_BINDING_KEY])
{
	uint8_t expected[RR_AUTHENTICATOR];

	mip_assert(m->options.has_lifetime_credit);
	rr_authenticator(credit_key, &security->care_of_address, &security->correspondent, delivery_upper(d),
	                 m->options.credit_authenticator_offset, expected);
	return rr_equal(expected, m->options.credit_authenticator, sizeof expected);
}

enum drop_reason mip6_drop_reason(enum wire_error error)
{
	switch (error) {
	case WIRE_TRUNCATED:
		return DROP_TRUNCATED;
	case WIRE_CHECKSUM:
		return DROP_CHECKSUM;
	case WIRE_UNKNOWN_TYPE:
		return DROP_UNKNOWN_MESSAGE;
	default:
		return DROP_MALFORMED;
	}
}

bool mip6_accept_no_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	(void)r;
	(void)now;
	(void)d;
	return false;
}

void mip6_observe_secret(struct node *n, mip_time now, enum secret_kind kind, const struct in6 *peer, uint32_t index,
                         const uint8_t *octets, size_t length)
{
	if (n->env->observer && n->env->observer->wants_secrets)
		node_observe(n, now, (struct observation){ .kind = OBSERVE_SECRET, .value = kind, .peer = *peer, .index = index,
		                                           .data = octets, .data_length = length });
}
