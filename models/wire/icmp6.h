// SPDX-License-Identifier: GPL-3.0-or-later
/* ICMPv6 (RFC 4443) and Neighbor Discovery (RFC 4861) with the Mobile IPv6 options (RFC 6275 7.1-7.4). */
#ifndef MODELS_WIRE_ICMP6_H
#define MODELS_WIRE_ICMP6_H

#include "models/wire/cursor.h"

enum icmp6_type {
	ICMP6_DESTINATION_UNREACHABLE = 1, ICMP6_PACKET_TOO_BIG = 2, ICMP6_TIME_EXCEEDED = 3, ICMP6_PARAMETER_PROBLEM = 4,
	ICMP6_ECHO_REQUEST = 128, ICMP6_ECHO_REPLY = 129,
	ICMP6_ROUTER_SOLICITATION = 133, ICMP6_ROUTER_ADVERTISEMENT = 134, ICMP6_NEIGHBOR_SOLICITATION = 135,
	ICMP6_NEIGHBOR_ADVERTISEMENT = 136, ICMP6_REDIRECT = 137,
	ICMP6_HOME_AGENT_DISCOVERY_REQUEST = 144, ICMP6_HOME_AGENT_DISCOVERY_REPLY = 145,
	ICMP6_MOBILE_PREFIX_SOLICITATION = 146, ICMP6_MOBILE_PREFIX_ADVERTISEMENT = 147,
	ICMP6_FAST_HANDOVER = 154        /* its body: models/wire/fast.h */
};
enum { UNREACHABLE_NO_ROUTE = 0, UNREACHABLE_ADDRESS = 3, UNREACHABLE_PORT = 4 };
enum { PARAMETER_ERRONEOUS_HEADER = 0, PARAMETER_UNKNOWN_NEXT_HEADER = 1, PARAMETER_UNKNOWN_OPTION = 2 };

#define ND_MAX_PREFIXES 8

struct nd_prefix {
	struct in6 prefix;                /* with the R flag: the router's whole address */
	uint8_t length;
	bool on_link, autonomous, router_address;
	uint32_t valid_s, preferred_s;
};

/* Neighbor Advertisement Acknowledgment option (RFC 5568 6.4.6): what a new access router says about the address a node came
 * with. */
enum nd_arrival {
	ND_ARRIVAL_NONE = 0,              /* no such option */
	ND_ARRIVAL_INVALID = 1, ND_ARRIVAL_USE_SUPPLIED = 2, ND_ARRIVAL_USE_ROUTER = 3, ND_ARRIVAL_PREVIOUS_SERVED = 4,
	ND_ARRIVAL_UNRECOGNIZED = 128
};

#define ND_MAX_ANCHORS 4

/* Mobility anchor point option (RFC 5380 section 7). */
struct nd_anchor {
	struct in6 address;
	uint32_t valid_s;                 /* 0: the anchor point has failed */
	uint8_t distance, preference;     /* 0..15; a distance of 0 makes the option invalid and is never kept */
	bool allocates;                   /* R: it assigns regional addresses itself */
};

struct nd_router_advertisement {
	uint8_t hop_limit;
	bool managed, other, home_agent;
	uint16_t router_lifetime_s;
	uint32_t reachable_ms, retransmit_ms;
	bool has_source_mac, has_mtu, has_interval, has_home_agent_information;
	struct mac source_mac;
	uint32_t mtu, interval_ms;
	uint16_t home_agent_preference, home_agent_lifetime_s;
	uint8_t prefix_count;             /* further prefixes than ND_MAX_PREFIXES are ignored */
	struct nd_prefix prefixes[ND_MAX_PREFIXES];
	uint8_t anchor_count;             /* further ones than ND_MAX_ANCHORS are ignored */
	struct nd_anchor anchors[ND_MAX_ANCHORS];
	uint8_t arrival;                  /* enum nd_arrival, or another status */
	bool has_arrival_address;
	struct in6 arrival_address;       /* the address supplied */
};

struct nd_neighbour_message {             /* solicitation and advertisement */
	struct in6 target;
	bool has_mac;
	struct mac mac;                   /* source (NS) or target (NA) link-layer address option */
	bool router, solicited, override; /* NA only */
};

struct icmp6_echo {
	uint16_t identifier, sequence;
	const uint8_t *data;              /* in place */
	size_t length;
};

struct icmp6_error {
	uint32_t parameter;               /* MTU, pointer or unused */
	const uint8_t *invoking;          /* in place */
	size_t length;
};

struct icmp6_message {
	uint8_t type, code;
	union {
		struct nd_router_advertisement router_advertisement;
		struct nd_neighbour_message neighbour;
		struct { bool has_mac; struct mac mac; } router_solicitation;
		struct { struct in6 target, destination; bool has_mac; struct mac mac; } redirect;
		struct icmp6_echo echo;
		struct icmp6_error error;
		struct { const uint8_t *body; size_t length; } other; /* 144-147 and unknown types, behind the checksum */
	} u;
};

/* Decodes without looking at the checksum; Neighbor Discovery options are walked and a zero length is MALFORMED. Rules about hop
 * limit 255, source and destination (RFC 4861 6.1, 7.1) are the engine's. */
enum wire_error icmp6_decode(const uint8_t *message, size_t octets, struct icmp6_message *out);
/* Appends the message to w with checksum 0, then fills the checksum in for the pseudo-header given. `bulk`: zero octets that will
 * follow (echo data and invoking packets may be bulk). Returns octets written, 0 if there was no room. */
size_t icmp6_encode(struct wr *w, const struct icmp6_message *m, size_t bulk, const struct in6 *source,
                    const struct in6 *destination);
/* A Prefix Information option, and those among other options (of a Mobile Prefix Advertisement, RFC 6275 6.8). out:
 * ND_MAX_PREFIXES. */
void nd_prefix_encode(struct wr *w, const struct nd_prefix *p);
enum wire_error nd_prefixes_decode(const uint8_t *options, size_t octets, struct nd_prefix *out, unsigned *count);
/* stored: octets at message; total: the same with bulk. */
bool icmp6_checksum_ok(const uint8_t *message, size_t stored, size_t total, const struct in6 *source,
                       const struct in6 *destination);

#endif
