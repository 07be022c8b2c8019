// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IPv4 header (RFC 791), ARP over Ethernet (RFC 826), ICMP (RFC 792) and UDP checksums over IPv4, minimal encapsulation (RFC 2004) and
 * GRE (RFC 2784). Left out: making IPv4 options (they are passed over), GRE keys and sequence numbers (RFC 2890).
 */
#ifndef MODELS_WIRE_IPV4_H
#define MODELS_WIRE_IPV4_H

#include "models/in4.h"
#include "models/wire/cursor.h"

#define IPV4_HEADER 20
#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ARP_OCTETS 28
#define MINIMAL_HEADER 8
#define MINIMAL_HEADER_SOURCE 12
#define GRE_HEADER 4
#define GRE_HEADER_CHECKSUM 8

enum ip4_protocol {
	PROTOCOL4_ICMP = 1,
	PROTOCOL4_IPV4 = 4,
	PROTOCOL4_TCP = 6,
	PROTOCOL4_UDP = 17,
	PROTOCOL4_GRE = 47,
	PROTOCOL4_MINIMAL = 55
};

struct ipv4_header {
	uint8_t header_length;           /* octets, with options; 0 stands for 20 when writing */
	uint8_t tos, ttl, protocol;
	uint16_t total_length, identification;
	bool dont_fragment, more_fragments;
	uint16_t fragment_offset;        /* in units of 8 octets */
	in4 source, destination;
};

/* stored: octets present; total: the same with bulk. WIRE_TRUNCATED, WIRE_MALFORMED (version, lengths), WIRE_CHECKSUM. */
enum wire_error ipv4_decode(const uint8_t *p, size_t stored, size_t total, struct ipv4_header *out);
/* 20 octets with their checksum; no options. */
void ipv4_write(uint8_t *p, const struct ipv4_header *h);
/* Puts the checksum right over the header as it stands (header length from the header). */
void ipv4_checksum_set(uint8_t *p);
/* One less, checksum adjusted (RFC 1624). */
void ipv4_decrement_ttl(uint8_t *p);
static inline in4 ipv4_source(const uint8_t *p) { return load_be32(p + 12); }
static inline in4 ipv4_destination(const uint8_t *p) { return load_be32(p + 16); }
static inline uint8_t ipv4_protocol(const uint8_t *p) { return p[9]; }
static inline uint8_t ipv4_header_length(const uint8_t *p) { return (uint8_t)((p[0] & 15) * 4); }

/* ---- ARP ----------------------------------------------------------------------------------------------------------------- */

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp {
	uint16_t operation;
	struct mac sender_mac, target_mac;
	in4 sender, target;
};

enum wire_error arp_decode(const uint8_t *p, size_t octets, struct arp *out);
void arp_write(uint8_t p[ARP_OCTETS], const struct arp *a);

/* ---- ICMP ---------------------------------------------------------------------------------------------------------------- */

enum icmp4_type {
	ICMP4_ECHO_REPLY = 0, ICMP4_UNREACHABLE = 3, ICMP4_REDIRECT = 5, ICMP4_ECHO_REQUEST = 8, ICMP4_ROUTER_ADVERTISEMENT = 9,
	ICMP4_ROUTER_SOLICITATION = 10, ICMP4_TIME_EXCEEDED = 11, ICMP4_PARAMETER_PROBLEM = 12
};
enum {
	UNREACHABLE4_NET = 0,
	UNREACHABLE4_HOST = 1,
	UNREACHABLE4_PROTOCOL = 2,
	UNREACHABLE4_PORT = 3,
	UNREACHABLE4_FRAGMENTATION = 4
};

/* Is it about an error (RFC 1122 3.2.2)? */
static inline bool icmp4_is_error(uint8_t type)
{
	return type == ICMP4_UNREACHABLE || type == 4 || type == ICMP4_REDIRECT || type == ICMP4_TIME_EXCEEDED ||
	       type == ICMP4_PARAMETER_PROBLEM;
}
/* Eight octets at least, and the checksum good; octets that are bulk add nothing. */
enum wire_error icmp4_check(const uint8_t *p, size_t stored);
void icmp4_checksum_set(uint8_t *p, size_t stored);

#define AGENT_ADDRESSES 4      /* router addresses and care-of addresses we keep; more are passed over */
enum agent_flags {
	AGENT_REGISTRATION_REQUIRED = 0x8000,
	AGENT_BUSY = 0x4000,
	AGENT_HOME = 0x2000,
	AGENT_FOREIGN = 0x1000,
	AGENT_MINIMAL = 0x0800,
	AGENT_GRE = 0x0400,
	AGENT_REVERSE_TUNNEL = 0x0100,
	AGENT_SMOOTH = 0x0080 /* the S bit of the Route Optimization drafts; today's U bit (UDP tunnelling) */
};

/* Router advertisement (RFC 1256) with the mobility agent and prefix-lengths extensions (RFC 5944 2.1). */
struct agent_advertisement {
	uint8_t code;                    /* 0, or 16: does not route common traffic */
	uint16_t lifetime_s;
	uint8_t address_count;
	in4 addresses[AGENT_ADDRESSES];
	uint32_t preferences[AGENT_ADDRESSES];
	bool has_agent;
	uint16_t sequence, registration_lifetime_s, flags;
	uint8_t care_of_count;
	in4 care_of[AGENT_ADDRESSES];
	uint8_t prefix_count;
	uint8_t prefix_lengths[AGENT_ADDRESSES];
};

/* The whole ICMP message; the checksum is looked at. */
enum wire_error agent_advertisement_decode(const uint8_t *p, size_t octets, struct agent_advertisement *out);
/* With its checksum; returns the octets, 0: no room. */
size_t agent_advertisement_write(void *p, size_t room, const struct agent_advertisement *a);

/* ---- tunnels --------------------------------------------------------------------------------------------------------------- */

/* Minimal forwarding header: what stands between the IP header and the payload. */
struct minimal_header {
	uint8_t protocol;
	bool has_source;
	in4 destination, source;
	uint8_t length;                  /* 8 or 12 */
};

enum wire_error minimal_decode(const uint8_t *p, size_t stored, struct minimal_header *out);
/* 8 or 12 octets as has_source says. */
void minimal_write(uint8_t *p, const struct minimal_header *h);

/* *length: of the GRE header. A checksum is verified over header and payload (bulk adds nothing). Refused: another protocol than IPv4,
 * a version other than 0, any of bits 1 to 5 set (RFC 2784 2.3). */
enum wire_error gre_decode(const uint8_t *p, size_t stored, size_t *length);
/* payload: octets stored behind the header, summed when checksum is asked for. */
void gre_write(uint8_t *p, bool checksum, size_t payload);

#endif
