// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fast handovers (RFC 5568 section 6): the Mobility Header messages FBU, FBack, HI and HAck, and ICMPv6 type 154 with RtSolPr and
 * PrRtAdv. Where the RFC contradicts itself or is silent:
 *
 *   BADF's Option Length (6.4.5)         16: SPI and authenticator. 12, the text's word, is understood where four octets more end the header.
 *   BADF's alignment                     8n + 6, so that it ends the header without padding; it has to be last.
 *   "care-of address" BADF is made over  the new one; in an FBU with lifetime 0 the previous one.
 *   address option (6.4.2)               type 34, as assigned in section 11; its figure prints 17.
 *   HAck to HI with S (6.2.1.2)          code 2, "assigned", by its own table; the text's 3 is RFC 4068's number. 3: previous address served.
 *   access point without fast handover   PrRtAdv code 2 with option code 7 (6.1.2); code 3 (sections 4, 5.1) is understood.
 *   PrRtAdv code 5 (DHCP)                taken for code 0, as the FBU needs an address anyway (5.2); never sent: there is no DHCP here.
 *   acknowledgement option (6.4.6)       the address follows Reserved directly, which is what length 3 has room for.
 *   routing header of an FBack           type 2 with the previous address, unless that is its destination (as RFC 6275 9.5.4).
 *   FBack after HAck code 3              status 1 with the previous address as alternate: that is what the node has to use.
 *   status of an FBU refused             128; 130 where an access router has no room.
 *   lifetimes of FBU and FBack           seconds.
 *
 * RFC 4068 differs in layouts that cannot be told from these (its Link-Layer Address option has an octet more and the same length, its FBU
 * lifetimes other units) or that share an experimental number (ICMPv6 type 150, HI and HAck among its subtypes, FNA). No node here sends
 * them; they are unknown messages, counted as such. Left out besides: more than one access point in a message (the first counts).
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
enum fast_prrtadv_code {
	PRRTADV_TUPLES = 0,
	PRRTADV_TRIGGER = 1,
	PRRTADV_NO_INFORMATION = 2,
	PRRTADV_PARTLY = 3,
	PRRTADV_UNSOLICITED = 4,
	PRRTADV_DHCP = 5
};
enum fast_access_point_code {
	ACCESS_POINT_WILDCARD = 0,
	ACCESS_POINT_NEW = 1,
	ACCESS_POINT_SAME_ROUTER = 5,
	ACCESS_POINT_UNKNOWN = 6,
	ACCESS_POINT_NOT_FAST = 7
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
	bool has_alternate_care_of_address, has_link_layer_address, has_previous_care_of_address, has_new_care_of_address,
	    has_authenticator;
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
