// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Spot Check destination option of Credit-Based Authorization's outbound mode. The drafts (section 6) give it neither number nor
 * layout; roam's own decision, in a Destination Options header of its own directly in front of the upper layer:
 *
 *   +0 option type 0x1e, for experiments (RFC 4727): a node that does not know it skips it (high bits 00)
 *   +1 option length 1 + 9 n
 *   +2 what: 1 check (to the mobile node), 2 answer (to the correspondent)
 *   +3 n times: slot (1), token (8); n from 1 to SPOT_CHECKS_MAX
 */
#ifndef MODELS_WIRE_SPOT_CHECK_H
#define MODELS_WIRE_SPOT_CHECK_H

#include "models/wire/cursor.h"

#define OPTION_SPOT_CHECK 0x1e
#define SPOT_CHECKS_MAX 4
#define SPOT_CHECK_TOKEN 8
#define SPOT_CHECK_HEADER_MAX 48 /* Destination Options header with as many as there may be */

enum spot_check_kind { SPOT_CHECK_ASK = 1, SPOT_CHECK_ANSWER = 2 };

struct spot_check {
	uint8_t slot;
	uint8_t token[SPOT_CHECK_TOKEN];
};

struct spot_checks {
	uint8_t kind;                    /* enum spot_check_kind */
	uint8_t count;
	struct spot_check checks[SPOT_CHECKS_MAX];
};

/* The options of a Destination Options header, from its third octet on, padded so that the header is whole; returns their octets.
 * out has room for SPOT_CHECK_HEADER_MAX. count from 1 to SPOT_CHECKS_MAX. */
size_t spot_check_encode(const struct spot_checks *s, uint8_t *out);
/* The option at octets, which starts with its type and may be followed by others. */
enum wire_error spot_check_decode(const uint8_t *octets, size_t n, struct spot_checks *out);

#endif
