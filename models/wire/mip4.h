// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile IPv4 on UDP port 434: registration (RFC 5944 section 3), the Route Optimization messages 16 to 19 and the Previous Foreign Agent
 * Notification (the MIPv4-RO document, layouts of draft-ietf-mobileip-optim-11); mip4_keys.h has the registration key extensions.
 * These numbers have other owners today (RFC 4857, RFC 4881), so that decoders of today's protocols show them as malformed.
 *
 * Choices where the drafts leave one: authentication of 16 to 19 is a Generalized Authentication extension (36) of the placeholder
 * subtype 9; an acknowledgement carries an Identification if, and only if, its length says so (8 octets, or 32 with authentication,
 * behind the home address); the P bit of a request is 0x01, as in optim-11.
 */
#ifndef MODELS_WIRE_MIP4_H
#define MODELS_WIRE_MIP4_H

#include "models/in4.h"
#include "models/wire/cursor.h"

#define MIP4_PORT 434
#define MIP4_REPLY_OCTETS 20            /* its fixed part */
#define MIP4_AUTHENTICATOR 16
#define MIP4_AUTH_EXTENSION 22          /* 32 to 34: type, length, SPI, authenticator */
#define MIP4_GENERAL_AUTH_EXTENSION 24  /* 36 */
#define MIP4_TARGETS 8                  /* of a warning that we keep */
#define MIP4_EXTENSIONS 12
#define MIP4_MAX 1200                   /* octets of the largest message we write */
#define MIP4_INFINITE 0xffff

enum mip4_type { MIP4_REQUEST = 1, MIP4_REPLY = 3, MIP4_WARNING = 16, MIP4_BINDING_REQUEST = 17, MIP4_UPDATE = 18, MIP4_ACKNOWLEDGE = 19 };

enum mip4_request_flags {
	REQUEST_SIMULTANEOUS = 0x80, REQUEST_BROADCAST = 0x40, REQUEST_DECAPSULATE = 0x20, REQUEST_MINIMAL = 0x10, REQUEST_GRE = 0x08,
	REQUEST_RESERVED = 0x04, REQUEST_REVERSE_TUNNEL = 0x02, REQUEST_PRIVATE = 0x01
};
enum mip4_update_flags { UPDATE_ACKNOWLEDGE = 0x80, UPDATE_IDENTIFICATION = 0x40, UPDATE_MINIMAL = 0x20, UPDATE_GRE = 0x10 };

enum mip4_code {
	MIP4_ACCEPTED = 0, MIP4_ACCEPTED_NO_SIMULTANEOUS = 1,
	MIP4_FA_UNSPECIFIED = 64, MIP4_FA_PROHIBITED = 65, MIP4_FA_RESOURCES = 66, MIP4_FA_MN_AUTH = 67, MIP4_FA_HA_AUTH = 68,
	MIP4_FA_LIFETIME = 69, MIP4_FA_BAD_REQUEST = 70, MIP4_FA_BAD_REPLY = 71, MIP4_FA_ENCAPSULATION = 72, MIP4_FA_REVERSE_TUNNEL = 74,
	MIP4_FA_REVERSE_MANDATORY = 75, MIP4_FA_TOO_DISTANT = 76, MIP4_FA_CARE_OF = 77, MIP4_FA_TIMEOUT = 78, MIP4_FA_HOME_NETWORK = 80,
	MIP4_FA_HA_HOST = 81, MIP4_FA_HA_PORT = 82, MIP4_FA_HA_UNREACHABLE = 88, MIP4_FA_HOME_AGENT = 194,
	MIP4_HA_UNSPECIFIED = 128, MIP4_HA_PROHIBITED = 129, MIP4_HA_RESOURCES = 130, MIP4_HA_MN_AUTH = 131, MIP4_HA_FA_AUTH = 132,
	MIP4_HA_IDENTIFICATION = 133, MIP4_HA_BAD_REQUEST = 134, MIP4_HA_TOO_MANY = 135, MIP4_HA_UNKNOWN = 136,
	MIP4_HA_REVERSE_TUNNEL = 137, MIP4_HA_REVERSE_MANDATORY = 138, MIP4_HA_ENCAPSULATION = 139
};
enum mip4_ack_status {
	ACK_OK = 0, ACK_UNSPECIFIED = 128, ACK_PROHIBITED = 129, ACK_RESOURCES = 130, ACK_AUTHENTICATION = 131, ACK_IDENTIFICATION = 133,
	ACK_BAD_UPDATE = 134
};

enum mip4_extension_type {
	EXTENSION4_WARNING = 16, EXTENSION4_MN_HA = 32, EXTENSION4_MN_FA = 33, EXTENSION4_FA_HA = 34, EXTENSION4_GENERAL_AUTH = 36,
	EXTENSION4_PREVIOUS_AGENT = 96,
	/* regkey-00; a length of two octets but for 113 and 125 */
	EXTENSION4_FA_KEY_REQUEST = 113, EXTENSION4_MN_PUBLIC_KEY = 114, EXTENSION4_FA_PUBLIC_KEY = 115, EXTENSION4_KEY_REQUEST = 116,
	EXTENSION4_HOME_MOBILE_KEY = 120, EXTENSION4_FA_KEY = 121, EXTENSION4_MN_PUBLIC_KEY_REPLY = 122,
	EXTENSION4_FA_PUBLIC_KEY_REPLY = 123, EXTENSION4_DH_REPLY = 124, EXTENSION4_SPI = 125
};
#define GENERAL_AUTH_ROUTE_OPTIMIZATION 9

struct mip4_extension {
	uint8_t type, subtype;           /* subtype: of 36 */
	uint16_t offset;                 /* of its Type from the start of the message */
	uint16_t data, length;           /* offset and octets of what follows its length field */
};

struct mip4_message {
	uint8_t type;                    /* enum mip4_type */
	uint8_t flags;                   /* request, update */
	uint8_t code;                    /* reply: code; acknowledgement: status */
	uint16_t lifetime_s;
	in4 home_address, home_agent, care_of_address;
	bool has_identification;         /* update, acknowledgement */
	uint64_t identification;
	uint8_t target_count;
	in4 targets[MIP4_TARGETS];       /* warning */
	uint8_t extension_count;         /* decode only */
	struct mip4_extension extensions[MIP4_EXTENSIONS];
};

/*
 * Decodes a UDP payload. WIRE_UNKNOWN_TYPE: of the message, or an extension below 128 that we do not know (RFC 5944 1.8: the message is
 * dropped); unknown ones from 128 on are passed over. WIRE_MALFORMED: an extension of a length it cannot have, or too many of them.
 */
enum wire_error mip4_decode(const uint8_t *p, size_t octets, struct mip4_message *out);
/* Appends the message without extensions. */
void mip4_write(struct wr *w, const struct mip4_message *m);

/* The first extension of a type, NULL: none. */
const struct mip4_extension *mip4_extension_find(const struct mip4_message *m, enum mip4_extension_type type);

/* An authentication extension (32 to 34, 36) with the authenticator zero; returns where the authenticator goes, NULL: no room. */
uint8_t *mip4_write_auth(struct wr *w, enum mip4_extension_type type, uint32_t spi);
static inline uint32_t mip4_auth_spi(const uint8_t *message, const struct mip4_extension *e) { return load_be32(message + e->data); }
static inline const uint8_t *mip4_authenticator(const uint8_t *message, const struct mip4_extension *e) { return message + e->data + 4; }

/* Previous Foreign Agent Notification (96). */
struct mip4_previous_agent {
	uint16_t cache_lifetime_s;
	in4 agent, care_of_address;      /* the home address as care-of address: only delete */
	uint32_t spi;
	uint8_t authenticator[MIP4_AUTHENTICATOR];
};
void mip4_write_previous_agent(struct wr *w, const struct mip4_previous_agent *a);
void mip4_read_previous_agent(const uint8_t *message, const struct mip4_extension *e, struct mip4_previous_agent *out);

/* Binding Warning extension of a request (16): home address and targets. */
void mip4_write_warning_extension(struct wr *w, in4 home_address, const in4 *targets, unsigned count);
/* Its home address; *count targets, MIP4_TARGETS at most. */
in4 mip4_read_warning_extension(const uint8_t *message, const struct mip4_extension *e, in4 targets[MIP4_TARGETS], unsigned *count);

#endif
