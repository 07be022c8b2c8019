// SPDX-License-Identifier: GPL-3.0-or-later
/* Answers to spot checks, see spot_check_answer.h. */
#include "models/mip6/spot_check_answer.h"

void spot_check_keep(struct spot_checks *owed, const struct delivery *d)
{
	struct spot_checks asked;

	if (!d->spot_check_offset ||
	    spot_check_decode(d->packet->data + d->spot_check_offset, d->packet->length - (size_t)d->spot_check_offset, &asked) !=
	        WIRE_OK ||
	    asked.kind != SPOT_CHECK_ASK)
		return;
	for (unsigned i = 0; i < asked.count; i++) {
		if (owed->count == SPOT_CHECKS_MAX) {
			memmove(owed->checks, owed->checks + 1, (SPOT_CHECKS_MAX - 1) * sizeof *owed->checks);
			owed->count--;
		}
		owed->checks[owed->count++] = asked.checks[i];
	}
}

void spot_check_answer(struct spot_checks *owed, struct packet *p)
{
	uint8_t options[SPOT_CHECK_HEADER_MAX];

	if (!owed->count)
		return;
	owed->kind = SPOT_CHECK_ANSWER;
	ip6_insert_destination_options(p, options, spot_check_encode(owed, options));
	owed->count = 0;
}
