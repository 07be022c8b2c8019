// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Mobility Header (RFC 6275 section 6.1 and 6.2) and, as MH type 11 (Experimental, RFC 5096), our encoding of the Early Binding
 * Update and Acknowledgement, which the 2004 draft leaves open:
 *
 *   +0 59 | +1 Header Len | +2 11 | +3 0 | +4 checksum | +6 subtype (1 EBU, 2 EBA) | +7 0 |
 *   EBU: +8 Sequence # | +10 flags as in a BU | +12 Lifetime in 10 ms | +14 options
 *   EBA: +8 Status | +9 K and reserved | +10 Sequence # | +12 Lifetime in 10 ms | +14 options
 *
 * and, in the same two shapes, the query and answer between stationary proxies, which the Simultaneous document (IV.B) leaves open:
 *
 *   subtype 3, Location Query: as an EBU; Sequence # says which answer belongs to it, flags and Lifetime are 0; sent to the home
 *     address of the node that is asked for
 *   subtype 4, Location: as an EBA, Status 0; Lifetime: for how long changes will still be told; an Alternate Care-of Address option says
 *     where the node is, at home its home address
 *
 * Two options of drafts without numbers are Experimental Mobility options (type 18, RFC 5096), told apart by a kind; who does not know them
 * skips them:
 *
 *   +0 18 | +1 length | +2 kind | +3 0 | data
 *   kind 1, Token Lifetime (Home Test; EBU document 4.1), length 4: +4 seconds for which the token is recognised
 *   kind 2, Lifetime Credit Authorization (Binding Update, Acknowledgement; draft-arkko-mipv6-binding-lifetime-extension-00), length 16:
 *     +4 N, which update of an unbroken row this is | +6 Authenticator, over all that stands before it
 */
#ifndef MODELS_WIRE_MH_H
#define MODELS_WIRE_MH_H

#include "models/wire/cursor.h"

enum mh_type {
	MH_BRR = 0,
	MH_HOTI = 1,
	MH_COTI = 2,
	MH_HOT = 3,
	MH_COT = 4,
	MH_BU = 5,
	MH_BA = 6,
	MH_BE = 7,
	MH_EXPERIMENTAL = 11
};
enum mh_subtype { MH_EARLY_BU = 1, MH_EARLY_BA = 2, MH_LOCATION_QUERY = 3, MH_LOCATION = 4 }; /* of MH_EXPERIMENTAL */
enum { BU_ACKNOWLEDGE = 0x8000, BU_HOME = 0x4000, BU_LINK_LOCAL = 0x2000, BU_KEY_MANAGEMENT = 0x1000, BU_ANCHOR = 0x0800 /* M, RFC 5380 4 */ };

enum ba_status {
	BA_ACCEPTED = 0,
	BA_ACCEPTED_PREFIX_DISCOVERY = 1,
	BA_UNSPECIFIED = 128,
	BA_PROHIBITED = 129,
	BA_INSUFFICIENT_RESOURCES = 130,
	BA_HOME_REGISTRATION_NOT_SUPPORTED = 131,
	BA_NOT_HOME_SUBNET = 132,
	BA_NOT_HOME_AGENT = 133,
	BA_DUPLICATE_ADDRESS = 134,
	BA_SEQUENCE_OUT_OF_WINDOW = 135,
	BA_EXPIRED_HOME_NONCE = 136,
	BA_EXPIRED_CARE_OF_NONCE = 137,
	BA_EXPIRED_NONCES = 138,
	BA_TYPE_CHANGE_DISALLOWED = 139,
	BA_INVALID_CARE_OF_ADDRESS = 174
};
enum be_status { BE_UNKNOWN_BINDING = 1, BE_UNKNOWN_MH_TYPE = 2 };

#define MH_AUTHENTICATOR 12       /* octets of both authenticators */
#define MH_COOKIE 8
#define MH_MAX 512                /* octets of the largest message we write */

struct mh_options {
	bool has_refresh_advice, has_alternate_care_of_address, has_nonce_indices, has_authenticator;
	uint16_t refresh_interval_4s;
	struct in6 alternate_care_of_address;
	uint16_t home_nonce_index, care_of_nonce_index;
	uint8_t authenticator[MH_AUTHENTICATOR];
	uint16_t authenticator_offset;   /* decode: of the Authenticator field from the start of the MH */
	bool authenticator_is_last;      /* decode: nothing behind it, as RFC 6275 6.2.7 demands */
	bool has_token_lifetime, has_lifetime_credit; /* experimental, see above */
	uint16_t token_lifetime_s;
	uint16_t credit_updates;         /* N */
	uint8_t credit_authenticator[MH_AUTHENTICATOR];
	uint16_t credit_authenticator_offset; /* decode: as above */
};

struct mh_message {
	uint8_t type;                    /* enum mh_type */
	uint8_t subtype;                 /* enum mh_subtype when type is MH_EXPERIMENTAL */
	uint8_t cookie[MH_COOKIE];       /* HoTI, CoTI, HoT, CoT */
	uint8_t token[8];                /* HoT, CoT */
	uint16_t nonce_index;            /* HoT, CoT */
	uint16_t sequence, flags;        /* BU (flags: BU_*), BA (sequence) */
	uint16_t lifetime;               /* wire units: 4 s in BU and BA, 10 ms in EBU and EBA */
	uint8_t status;                  /* BA, BE */
	bool key_management;             /* BA: K */
	struct in6 home_address;         /* BE */
	struct mh_options options;
};

/*
 * Decodes one Mobility Header of at most `octets` octets; the checks of RFC 6275 9.2 in their order, but for the checksum:
 * WIRE_UNKNOWN_TYPE, WIRE_BAD_PAYLOAD_PROTO, WIRE_BAD_LENGTH, then options (WIRE_TRUNCATED, WIRE_MALFORMED). Unknown options
 * are skipped. *length gets the octets of the header whenever they are all there.
 */
enum wire_error mh_decode(const uint8_t *mh, size_t octets, struct mh_message *out, size_t *length);
/*
 * Appends the message with its padding; checksum 0; with options.has_authenticator the option is last and its octets are those
 * given (compute them afterwards over the result and write them at *authenticator_offset, RFC 6275 6.2.7).
 * Returns the octets written, 0 when there was no room.
 */
size_t mh_encode(struct wr *w, const struct mh_message *m, size_t *authenticator_offset);
/* The checksum over pseudo-header and header with its checksum field taken as 0 (RFC 6275 6.1.1); source and destination are
 * logical: home addresses where a Home Address option or type 2 routing header is present. */
uint16_t mh_checksum(const uint8_t *mh, size_t length, const struct in6 *source, const struct in6 *destination);
static inline void mh_set_checksum(uint8_t *mh, uint16_t checksum)
{
	store_be16(mh + 4, checksum);
}

#endif
