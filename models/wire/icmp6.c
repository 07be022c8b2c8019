// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ICMPv6 codec: errors and echo (RFC 4443), Neighbor Discovery (RFC 4861 section 4) with the flags and options of Mobile IPv6
 * (RFC 6275 7.1 to 7.4). Left out: the Redirected Header option, and the fields of types 144 to 147, whose bodies are handed on.
 */
#include "models/wire/icmp6.h"
#include "models/wire/ipv6.h"

#define ICMP6_HEADER 4

enum {
	ND_SOURCE_MAC = 1,
	ND_TARGET_MAC = 2,
	ND_PREFIX = 3,
	ND_MTU = 5,
	ND_INTERVAL = 7,
	ND_HOME_AGENT = 8,
	ND_ARRIVAL = 20,
	ND_ANCHOR = 23
};
enum { RA_MANAGED = 0x80, RA_OTHER = 0x40, RA_HOME_AGENT = 0x20 };
enum { PREFIX_ON_LINK = 0x80, PREFIX_AUTONOMOUS = 0x40, PREFIX_ROUTER_ADDRESS = 0x20 };
enum { ANCHOR_ALLOCATES = 0x80 };
enum { NA_ROUTER = 0x80, NA_SOLICITED = 0x40, NA_OVERRIDE = 0x20 };

/* ---- decoding ------------------------------------------------------------------------------------------------------- */

/*
 * The next Neighbor Discovery option, RFC 4861 4.6: +0 type | +1 length in 8 octets, these two included | +2 data. False at the
 * end and on an error; *error tells which. A length of zero MUST make the receiver discard the packet.
 */
static bool next_option(struct rd *r, uint8_t *type, struct rd *data, enum wire_error *error)
{
	uint8_t length;

	if (!rd_left(r))
		return false;
	*type = rd_u8(r);
	length = rd_u8(r);
	if (!r->bad && !length) {
		*error = WIRE_MALFORMED;
		return false;
	}
	*data = rd_sub(r, 8 * (size_t)length - 2);
	if (r->bad)
		*error = WIRE_TRUNCATED;
	return !r->bad;
}

/* Source or target link-layer address. Only the first one counts; another length belongs to another kind of link. */
static void decode_mac(struct rd *data, bool *has, struct mac *mac)
{
	if (*has || rd_left(data) != sizeof mac->octets)
		return;
	*has = true;
	rd_copy(data, mac->octets, sizeof mac->octets);
}

/* Walks all options; of type `wanted` (0: none) is the link-layer address to take. */
static enum wire_error decode_options(struct rd *r, uint8_t wanted, bool *has, struct mac *mac)
{
	enum wire_error error = WIRE_OK;
	struct rd data;
	uint8_t type;

	while (next_option(r, &type, &data, &error))
		if (type == wanted)
			decode_mac(&data, has, mac);
	return error;
}

/* Prefix Information, from +2: prefix length | flags | valid | preferred | reserved (4) | prefix (16). RFC 4861 4.6.2. */
static enum wire_error decode_prefix(struct rd *data, struct nd_router_advertisement *a)
{
	struct nd_prefix *p = &a->prefixes[a->prefix_count];
	uint8_t flags;

	if (rd_left(data) != 30 || a->prefix_count == ND_MAX_PREFIXES)
		return WIRE_OK;
	p->length = rd_u8(data);
	if (p->length > 128)
		return WIRE_MALFORMED;
	flags = rd_u8(data);
	p->on_link = flags & PREFIX_ON_LINK;
	p->autonomous = flags & PREFIX_AUTONOMOUS;
	p->router_address = flags & PREFIX_ROUTER_ADDRESS;
	p->valid_s = rd_u32(data);
	p->preferred_s = rd_u32(data);
	rd_u32(data);
	rd_in6(data, &p->prefix);
	a->prefix_count++;
	return WIRE_OK;
}

/* Mobility anchor point option, from +2: distance and preference (4 bits each) | R | valid lifetime (4) | address (16). RFC 5380
 * 7. A distance of 0 is not allowed: such an option is passed over. */
static void decode_anchor(struct rd *data, struct nd_router_advertisement *a)
{
	struct nd_anchor *m = &a->anchors[a->anchor_count];
	uint8_t octet;

	if (rd_left(data) != 22 || a->anchor_count == ND_MAX_ANCHORS)
		return;
	octet = rd_u8(data);
	if (!(octet >> 4))
		return;
	m->distance = octet >> 4;
	m->preference = octet & 15;
	m->allocates = rd_u8(data) & ANCHOR_ALLOCATES;
	m->valid_s = rd_u32(data);
	rd_in6(data, &m->address);
	a->anchor_count++;
}

/* Neighbor Advertisement Acknowledgment, from +2: option code | status | reserved (4) | with length 3 an address (16). RFC 5568
 * 6.4.6 also speaks of an IP Address Option in its place, which length 3 has no room for. */
static void decode_arrival(struct rd *data, struct nd_router_advertisement *a)
{
	if (a->arrival || (rd_left(data) != 6 && rd_left(data) != 22))
		return;
	rd_u8(data);
	a->arrival = rd_u8(data);
	rd_u32(data);
	a->has_arrival_address = a->arrival && rd_left(data);
	if (a->has_arrival_address)
		rd_in6(data, &a->arrival_address);
}

/* One option of a Router Advertisement; those of an unexpected length are passed over like unknown ones. */
static enum wire_error decode_advertisement_option(uint8_t type, struct rd *data, struct nd_router_advertisement *a)
{
	switch (type) {
	case ND_SOURCE_MAC:
		decode_mac(data, &a->has_source_mac, &a->source_mac);
		return WIRE_OK;
	case ND_PREFIX:
		return decode_prefix(data, a);
	case ND_ANCHOR:
		decode_anchor(data, a);
		return WIRE_OK;
	case ND_ARRIVAL:
		decode_arrival(data, a);
		return WIRE_OK;
	default:
		break;
	}
	if (rd_left(data) != 6)
		return WIRE_OK;
	switch (type) {
	case ND_MTU: /* +2 reserved | +4 MTU */
		rd_u16(data);
		a->has_mtu = true;
		a->mtu = rd_u32(data);
		break;
	case ND_INTERVAL: /* +2 reserved | +4 interval in ms, RFC 6275 7.3 */
		rd_u16(data);
		a->has_interval = true;
		a->interval_ms = rd_u32(data);
		break;
	case ND_HOME_AGENT: /* +2 reserved | +4 preference | +6 lifetime in s, RFC 6275 7.4 */
		rd_u16(data);
		a->has_home_agent_information = true;
		a->home_agent_preference = rd_u16(data);
		a->home_agent_lifetime_s = rd_u16(data);
		break;
	default:
		break;
	}
	return WIRE_OK;
}

/* From +4: hop limit | flags | router lifetime (2) | reachable time (4) | retransmission timer (4) | options. RFC 4861 4.2. */
static enum wire_error decode_advertisement(struct rd *r, struct nd_router_advertisement *a)
{
	enum wire_error error = WIRE_OK;
	struct rd data;
	uint8_t flags, type;

	a->hop_limit = rd_u8(r);
	flags = rd_u8(r);
	a->managed = flags & RA_MANAGED;
	a->other = flags & RA_OTHER;
	a->home_agent = flags & RA_HOME_AGENT;
	a->router_lifetime_s = rd_u16(r);
	a->reachable_ms = rd_u32(r);
	a->retransmit_ms = rd_u32(r);
	if (r->bad)
		return WIRE_TRUNCATED;
	while (next_option(r, &type, &data, &error)) {
		error = decode_advertisement_option(type, &data, a);
		if (error)
			break;
	}
	return error;
}

/* From +4: flags and reserved (4) | target (16) | options. RFC 4861 4.3, 4.4. */
static enum wire_error decode_neighbour(struct rd *r, uint8_t type, struct nd_neighbour_message *n)
{
	bool advertisement = type == ICMP6_NEIGHBOR_ADVERTISEMENT;
	uint8_t flags = rd_u8(r);

	if (advertisement) {
		n->router = flags & NA_ROUTER;
		n->solicited = flags & NA_SOLICITED;
		n->override = flags & NA_OVERRIDE;
	}
	rd_octets(r, 3);
	rd_in6(r, &n->target);
	if (r->bad)
		return WIRE_TRUNCATED;
	if (in6_is_multicast(&n->target))
		return WIRE_MALFORMED;
	return decode_options(r, advertisement ? ND_TARGET_MAC : ND_SOURCE_MAC, &n->has_mac, &n->mac);
}

enum wire_error icmp6_decode(const uint8_t *message, size_t octets, struct icmp6_message *out)
{
	struct rd r = rd_of(message, octets);

	memset(out, 0, sizeof *out);
	out->type = rd_u8(&r);
	out->code = rd_u8(&r);
	rd_u16(&r);
	if (r.bad)
		return WIRE_TRUNCATED;
	/* RFC 4861 6.1 and 7.1: the code of every Neighbor Discovery message is 0, others are discarded. */
	if (out->type >= ICMP6_ROUTER_SOLICITATION && out->type <= ICMP6_REDIRECT && out->code)
		return WIRE_MALFORMED;
	switch (out->type) {
	case ICMP6_DESTINATION_UNREACHABLE:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAMETER_PROBLEM: /* +4 MTU, pointer or unused | +8 invoking packet */
		out->u.error.parameter = rd_u32(&r);
		out->u.error.length = rd_left(&r);
		out->u.error.invoking = r.p;
		break;
	case ICMP6_ECHO_REQUEST:
	case ICMP6_ECHO_REPLY: /* +4 identifier | +6 sequence | +8 data */
		out->u.echo.identifier = rd_u16(&r);
		out->u.echo.sequence = rd_u16(&r);
		out->u.echo.length = rd_left(&r);
		out->u.echo.data = r.p;
		break;
	case ICMP6_ROUTER_SOLICITATION: /* +4 reserved | +8 options */
		rd_u32(&r);
		if (r.bad)
			break;
		return decode_options(&r, ND_SOURCE_MAC, &out->u.router_solicitation.has_mac, &out->u.router_solicitation.mac);
	case ICMP6_ROUTER_ADVERTISEMENT:
		return decode_advertisement(&r, &out->u.router_advertisement);
	case ICMP6_NEIGHBOR_SOLICITATION:
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		return decode_neighbour(&r, out->type, &out->u.neighbour);
	case ICMP6_REDIRECT: /* +4 reserved | +8 target | +24 destination | +40 options */
		rd_u32(&r);
		rd_in6(&r, &out->u.redirect.target);
		rd_in6(&r, &out->u.redirect.destination);
		if (r.bad)
			break;
		/* RFC 4861 8.1: a router's link-local address, or the destination itself; never a multicast destination. */
		if (in6_is_multicast(&out->u.redirect.destination) ||
		    !(in6_is_link_local(&out->u.redirect.target) ||
		      in6_equal(&out->u.redirect.target, &out->u.redirect.destination)))
			return WIRE_MALFORMED;
		return decode_options(&r, ND_TARGET_MAC, &out->u.redirect.has_mac, &out->u.redirect.mac);
	default:
		out->u.other.length = rd_left(&r);
		out->u.other.body = r.p;
		break;
	}
	return r.bad ? WIRE_TRUNCATED : WIRE_OK;
}

/* ---- encoding ------------------------------------------------------------------------------------------------------- */

static void encode_mac(struct wr *w, uint8_t type, bool has, const struct mac *mac)
{
	if (!has)
		return;
	wr_u8(w, type);
	wr_u8(w, 1);
	wr_copy(w, mac->octets, sizeof mac->octets);
}

/* Type, length and reserved octets of an option of one unit with four octets of data. */
static void encode_small_option(struct wr *w, uint8_t type)
{
	wr_u8(w, type);
	wr_u8(w, 1);
	wr_u16(w, 0);
}

static uint8_t flag(bool set, uint8_t bit)
{
	return set ? bit : 0;
}

void nd_prefix_encode(struct wr *w, const struct nd_prefix *p)
{
	wr_u8(w, ND_PREFIX);
	wr_u8(w, 4);
	wr_u8(w, p->length);
	wr_u8(w, flag(p->on_link, PREFIX_ON_LINK) | flag(p->autonomous, PREFIX_AUTONOMOUS) |
	             flag(p->router_address, PREFIX_ROUTER_ADDRESS));
	wr_u32(w, p->valid_s);
	wr_u32(w, p->preferred_s);
	wr_u32(w, 0);
	wr_in6(w, &p->prefix);
}

enum wire_error nd_prefixes_decode(const uint8_t *options, size_t octets, struct nd_prefix *out, unsigned *count)
{
	struct nd_router_advertisement a = { .prefix_count = 0 };
	struct rd r = rd_of(options, octets), data;
	enum wire_error error = WIRE_OK;
	uint8_t type;

	while (next_option(&r, &type, &data, &error))
		if (type == ND_PREFIX && (error = decode_prefix(&data, &a)) != WIRE_OK)
			break;
	memcpy(out, a.prefixes, sizeof a.prefixes);
	*count = a.prefix_count;
	return error;
}

static void encode_advertisement(struct wr *w, const struct nd_router_advertisement *a)
{
	mip_assert(a->prefix_count <= ND_MAX_PREFIXES);
	wr_u8(w, a->hop_limit);
	wr_u8(w, flag(a->managed, RA_MANAGED) | flag(a->other, RA_OTHER) | flag(a->home_agent, RA_HOME_AGENT));
	wr_u16(w, a->router_lifetime_s);
	wr_u32(w, a->reachable_ms);
	wr_u32(w, a->retransmit_ms);
	encode_mac(w, ND_SOURCE_MAC, a->has_source_mac, &a->source_mac);
	if (a->has_mtu) {
		encode_small_option(w, ND_MTU);
		wr_u32(w, a->mtu);
	}
	for (const struct nd_prefix *p = a->prefixes; p < a->prefixes + a->prefix_count; p++)
		nd_prefix_encode(w, p);
	if (a->has_interval) {
		encode_small_option(w, ND_INTERVAL);
		wr_u32(w, a->interval_ms);
	}
	if (a->has_home_agent_information) {
		encode_small_option(w, ND_HOME_AGENT);
		wr_u16(w, a->home_agent_preference);
		wr_u16(w, a->home_agent_lifetime_s);
	}
	mip_assert(a->anchor_count <= ND_MAX_ANCHORS);
	for (const struct nd_anchor *m = a->anchors; m < a->anchors + a->anchor_count; m++) {
		wr_u8(w, ND_ANCHOR);
		wr_u8(w, 3);
		wr_u8(w, (uint8_t)(m->distance << 4 | m->preference));
		wr_u8(w, flag(m->allocates, ANCHOR_ALLOCATES));
		wr_u32(w, m->valid_s);
		wr_in6(w, &m->address);
	}
	if (a->arrival) {
		wr_u8(w, ND_ARRIVAL);
		wr_u8(w, a->has_arrival_address ? 3 : 1);
		wr_u8(w, 0);
		wr_u8(w, a->arrival);
		wr_u32(w, 0);
		if (a->has_arrival_address)
			wr_in6(w, &a->arrival_address);
	}
}

static void encode_body(struct wr *w, const struct icmp6_message *m)
{
	const struct nd_neighbour_message *n = &m->u.neighbour;

	switch (m->type) {
	case ICMP6_DESTINATION_UNREACHABLE:
	case ICMP6_PACKET_TOO_BIG:
	case ICMP6_TIME_EXCEEDED:
	case ICMP6_PARAMETER_PROBLEM:
		wr_u32(w, m->u.error.parameter);
		wr_copy(w, m->u.error.invoking, m->u.error.length);
		break;
	case ICMP6_ECHO_REQUEST:
	case ICMP6_ECHO_REPLY:
		wr_u16(w, m->u.echo.identifier);
		wr_u16(w, m->u.echo.sequence);
		wr_copy(w, m->u.echo.data, m->u.echo.length);
		break;
	case ICMP6_ROUTER_SOLICITATION:
		wr_u32(w, 0);
		encode_mac(w, ND_SOURCE_MAC, m->u.router_solicitation.has_mac, &m->u.router_solicitation.mac);
		break;
	case ICMP6_ROUTER_ADVERTISEMENT:
		encode_advertisement(w, &m->u.router_advertisement);
		break;
	case ICMP6_NEIGHBOR_SOLICITATION:
		wr_u32(w, 0);
		wr_in6(w, &n->target);
		encode_mac(w, ND_SOURCE_MAC, n->has_mac, &n->mac);
		break;
	case ICMP6_NEIGHBOR_ADVERTISEMENT:
		wr_u8(w, flag(n->router, NA_ROUTER) | flag(n->solicited, NA_SOLICITED) | flag(n->override, NA_OVERRIDE));
		wr_zero(w, 3);
		wr_in6(w, &n->target);
		encode_mac(w, ND_TARGET_MAC, n->has_mac, &n->mac);
		break;
	case ICMP6_REDIRECT:
		wr_u32(w, 0);
		wr_in6(w, &m->u.redirect.target);
		wr_in6(w, &m->u.redirect.destination);
		encode_mac(w, ND_TARGET_MAC, m->u.redirect.has_mac, &m->u.redirect.mac);
		break;
	default:
		wr_copy(w, m->u.other.body, m->u.other.length);
		break;
	}
}

size_t icmp6_encode(struct wr *w, const struct icmp6_message *m, size_t bulk, const struct in6 *source,
                    const struct in6 *destination)
{
	size_t start = wr_length(w), length;
	uint32_t sum;

	wr_u8(w, m->type);
	wr_u8(w, m->code);
	wr_u16(w, 0);
	encode_body(w, m);
	if (w->bad)
		return 0;
	length = wr_length(w) - start;
	sum = checksum_pseudo_header(source, destination, (uint32_t)(length + bulk), PROTOCOL_ICMP6);
	store_be16(w->start + start + 2, checksum_finish(checksum_add(sum, w->start + start, length)));
	return length;
}

bool icmp6_checksum_ok(const uint8_t *message, size_t stored, size_t total, const struct in6 *source,
                       const struct in6 *destination)
{
	uint32_t sum;

	if (stored < ICMP6_HEADER)
		return false;
	sum = checksum_pseudo_header(source, destination, (uint32_t)total, PROTOCOL_ICMP6);
	return !checksum_finish(checksum_add(sum, message, stored));
}
