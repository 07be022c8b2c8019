// SPDX-License-Identifier: GPL-3.0-or-later
/* IPv6 header, extension headers, the Internet checksum, UDP (RFC 8200, RFC 6275 6.3 and 6.4, RFC 768). */
#ifndef MODELS_WIRE_IPV6_H
#define MODELS_WIRE_IPV6_H

#include "models/wire/cursor.h"

#define IPV6_HEADER 40
#define UDP_HEADER 8
#define ETHERNET_HEADER 14
#define ETHERTYPE_IPV6 0x86dd
#define IPV6_MINIMUM_MTU 1280
#define HOME_ADDRESS_HEADER 24  /* Destination Options header with PadN and the Home Address option */
#define ROUTING_HEADER_2 24

enum ip_protocol {
	PROTOCOL_HOP_BY_HOP = 0, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_IPV6 = 41, PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44, PROTOCOL_ESP = 50, PROTOCOL_AH = 51, PROTOCOL_ICMP6 = 58, PROTOCOL_NONE = 59,
	PROTOCOL_DESTINATION_OPTIONS = 60, PROTOCOL_MOBILITY = 135
};

/* The fixed header in place. `h` points at 40 octets at least. */
static inline uint8_t ipv6_version(const uint8_t *h) { return h[0] >> 4; }
static inline uint16_t ipv6_payload_length(const uint8_t *h) { return load_be16(h + 4); }
static inline uint8_t ipv6_next_header(const uint8_t *h) { return h[6]; }
static inline uint8_t ipv6_hop_limit(const uint8_t *h) { return h[7]; }
static inline struct in6 ipv6_source(const uint8_t *h) { struct in6 a; memcpy(&a, h + 8, 16); return a; }
static inline struct in6 ipv6_destination(const uint8_t *h) { struct in6 a; memcpy(&a, h + 24, 16); return a; }
static inline void ipv6_set_payload_length(uint8_t *h, uint16_t v) { store_be16(h + 4, v); }
static inline void ipv6_set_source(uint8_t *h, const struct in6 *a) { memcpy(h + 8, a, 16); }
static inline void ipv6_set_destination(uint8_t *h, const struct in6 *a) { memcpy(h + 24, a, 16); }

/* Writes a fixed header (traffic class and flow label 0). */
void ipv6_header_write(uint8_t *h, uint16_t payload_length, uint8_t next_header, uint8_t hop_limit, const struct in6 *source,
                       const struct in6 *destination);

/*
 * What one walk over the extension headers of a packet finds. Offsets count from the IPv6 header.
 *
 * Routing headers: only type 2 is reported (its values are for the caller to judge); another type without segments left is passed
 * over, with segments left it is IPV6_WALK_MALFORMED, as is a second type 2 (RFC 8200 4.4). A piece of a fragmented packet ends the
 * walk: protocol is then PROTOCOL_FRAGMENT and offset that of the fragment header; a fragment header around a whole packet is passed
 * over. A hop-by-hop header that is not the first ends the walk as protocol 0, an unknown next header (RFC 8200 4).
 */
struct ipv6_view {
	uint8_t protocol;                 /* upper layer: the first header that is not an extension header */
	uint16_t offset;                  /* where it starts */
	uint16_t next_header_offset;      /* of the octet that named it */
	bool has_home_address;
	struct in6 home_address;          /* from the Home Address option */
	uint16_t home_address_option_offset;
	bool has_routing_header;
	uint16_t routing_header_offset;
	uint8_t routing_type, segments_left, routing_length; /* length in 8-octet units, as on the wire */
	struct in6 routing_address;       /* first 16 octets behind the reserved field, type 2 only */
	uint16_t spot_check_offset;       /* of a Spot Check option (spot_check.h) in a Destination Options header; 0: none */
	bool has_fragment_header;         /* either kind */
	uint16_t error_offset;            /* with an option or header in error: the octet at fault, for the pointer */
	uint8_t error_option;             /* the unrecognised option's type: its two high bits say what to do (RFC 8200 4.2) */
};

enum ipv6_walk_result {
	IPV6_WALK_OK,
	IPV6_WALK_TRUNCATED,              /* the IPv6 or an extension header is longer than `octets` or the payload length */
	IPV6_WALK_MALFORMED,              /* Parameter Problem code 0, pointer error_offset (0: not version 6, no answer) */
	IPV6_WALK_UNKNOWN_OPTION          /* error_option/error_offset; options with high bits 00 are skipped, not reported */
};
/* `octets`: the stored octets from the IPv6 header on. knows_home_address: false makes option 201 an unknown one (a host
 * without Mobile IPv6). */
enum ipv6_walk_result ipv6_walk(const uint8_t *packet, size_t octets, bool knows_home_address, struct ipv6_view *out);

/* Internet checksum, RFC 1071: sums in 16-bit words; fold and complement at the end. Zero octets add nothing. n must be even
 * in every call but the last. */
uint32_t checksum_add(uint32_t sum, const void *octets, size_t n);
uint32_t checksum_pseudo_header(const struct in6 *source, const struct in6 *destination, uint32_t length, uint8_t protocol);
uint16_t checksum_finish(uint32_t sum);

/* UDP header at `u` with a correct checksum over header, `stored` octets of payload behind it and bulk zero octets. */
void udp_write(uint8_t *u, uint16_t source_port, uint16_t destination_port, size_t stored, size_t bulk, const struct in6 *source,
               const struct in6 *destination);

struct udp_header {
	uint16_t source_port, destination_port, length;
};
/* stored: octets present from the UDP header on; total: the same with bulk. */
enum wire_error udp_decode(const uint8_t *u, size_t stored, size_t total, const struct in6 *source, const struct in6 *destination,
                           struct udp_header *out);

#endif
