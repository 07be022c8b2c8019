// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fast handovers (RFC 5568 section 6): the Mobility Header messages FBU, FBack, HI and HAck, and ICMPv6 type 154 with RtSolPr and
 * PrRtAdv. Contradictions of the RFC are decided so:
 *
 * - BADF (6.4.5): Option Length counts the SPI and the authenticator, 16. 12, the text's word, is accepted where the octets behind it
 *   are the authenticator's last four and end the header.
 * - The Mobility Header IPv6 Address/Prefix option is type 34, as assigned in section 11, not 17 as its figure prints.
 * - HAck code 2 is "new care-of address assigned" (6.2.1.2), though other sections say 3.
 * - An access point without fast handover is reported by PrRtAdv code 2 with option code 7; code 3 is understood too.
 *
 * Left out: RFC 4068's layouts, DHCP (PrRtAdv code 5), more than one access point in a message (the first counts).
 */
#ifndef MODELS_WIRE_FAST_H
#define MODELS_WIRE_FAST_H

#include "models/wire/cursor.h"

enum fast_type { FAST_BU = 8, FAST_BACK = 9, FAST_HI = 14, FAST_HACK = 15 };
enum { FAST_ICMP6 = 154, FAST_RTSOLPR = 2, FAST_PRRTADV = 3 }; /* ICMPv6 type and subtypes */
enum { FAST_HI_ASSIGN = 0x80, FAST_HI_BUFFER = 0x40 };
enum { FAST_HI_PREDICTIVE = 0, FAST_HI_REACTIVE = 1 };
enum fast_hack_code {
	HACK_ACCEPTED = 0, HACK_INVALID_CARE_OF_ADDRESS = 1, HACK_ASSIGNED = 2, HACK_USE_PREVIOUS = 3, HACK_UNSOLICITED = 4,
	HACK_UNSPECIFIED = 128, HACK_PROHIBITED = 129, HACK_RESOURCES = 130
};
enum fast_back_status {
	FBACK_ACCEPTED = 0, FBACK_USE_ALTERNATE = 1, FBACK_UNSPECIFIED = 128, FBACK_PROHIBITED = 129, FBACK_RESOURCES = 130
};
enum fast_prrtadv_code { PRRTADV_TUPLES = 0, PRRTADV_TRIGGER = 1, PRRTADV_NO_INFORMATION = 2, PRRTADV_PARTLY = 3, PRRTADV_UNSOLICITED = 4 };
enum fast_access_point_code {
	ACCESS_POINT_WILDCARD = 0, ACCESS_POINT_NEW = 1, ACCESS_POINT_SAME_ROUTER = 5, ACCESS_POINT_UNKNOWN = 6, ACCESS_POINT_NOT_FAST = 7
};

#define FAST_AUTHENTICATOR 12
#define FAST_MAX 160 /* octets of the largest message we write */

/* Draws: FBU as a BU, FBack as a BA, but the lifetime is in seconds (6.2.2, 6.2.3).
 *   HI:   +6 sequence | +8 S 0x80, U 0x40 | +9 code | +10 options
 *   HAck: +6 sequence | +8 reserved       | +9 code | +10 options */
struct fast_message {
	uint8_t type;             /* enum fast_type */
	uint8_t code;             /* HI, HAck: code; FBack: status */
	uint16_t sequence;
	uint16_t flags;           /* FBU: BU_*; HI: FAST_HI_* */
	uint16_t lifetime_s;      /* FBU, FBack */
	bool has_alternate_care_of_address, has_link_layer_address, has_previous_care_of_address, has_new_care_of_address, has_authenticator;
	struct in6 alternate_care_of_address;
	struct mac link_layer_address;
	struct in6 previous_care_of_address, new_care_of_address;
	uint32_t spi;
	uint8_t authenticator[FAST_AUTHENTICATOR];
	uint16_t authenticator_offset;  /* decode: from the start of the header */
	bool authenticator_is_last;     /* decode: 6.4.5 demands it */
};

static inline bool fast_is_type(uint8_t mh_type)
{
	return mh_type == FAST_BU || mh_type == FAST_BACK || mh_type == FAST_HI || mh_type == FAST_HACK;
}

/* As mh_decode and mh_encode (mh.h); WIRE_UNKNOWN_TYPE for other Mobility Header types. */
enum wire_error fast_decode(const uint8_t *mh, size_t octets, struct fast_message *out, size_t *length);
size_t fast_encode(struct wr *w, const struct fast_message *m, size_t *authenticator_offset);

/* RtSolPr and PrRtAdv: +0 154 | +1 code | +2 checksum | +4 subtype | +5 reserved | +6 identifier | +8 options. */
struct fast_advice {
	uint8_t subtype, code;
	uint16_t identifier;
	bool has_source_mac, has_access_point, has_router_mac, has_router_address, has_router_prefix, has_new_care_of_address;
	uint8_t access_point_code;      /* enum fast_access_point_code */
	uint8_t prefix_length;
	struct mac source_mac, access_point, router_mac;
	struct in6 router_address, router_prefix, new_care_of_address;
};

/* body: what follows the checksum, as icmp6_decode hands it on. */
enum wire_error fast_advice_decode(uint8_t code, const uint8_t *body, size_t octets, struct fast_advice *out);
/* Appends the body; the caller gives it to icmp6_encode as `other`. 0: no room. */
size_t fast_advice_encode(struct wr *w, const struct fast_advice *a);

#endif
