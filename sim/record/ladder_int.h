// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside sim/record: the message in a frame, as ladder.c follows it. */
#ifndef SIM_RECORD_LADDER_INT_H
#define SIM_RECORD_LADDER_INT_H

#include <stdio.h>

#include "models/packet.h"

/* The innermost packet. */
struct ladder_inner {
	const uint8_t *upper;           /* its transport or mobility header, and what follows */
	size_t octets;
	struct in6 source, destination; /* logical: home addresses where the packet names them */
	struct in6 wire_source;
	uint8_t message;                /* enum message_type */
	uint8_t status;                 /* of an acknowledgement with Mobility Header: 128 and more is a refusal */
	bool tunnelled, routed;         /* routed: to a care-of address, by routing header */
	uint16_t keys;                  /* of a registration: its extensions for registration keys (ladder4.c) */
	bool special;                   /* data on its way home in a special tunnel (ladder4.c) */
};

/* p: the frame; skip: of it, in front of the IP header. false: nothing that a ladder shows. */
bool ladder4_find(const struct packet *p, size_t skip, struct ladder_inner *out);
/* ", name" of each extension in `keys`. */
void ladder4_print_keys(uint16_t keys, FILE *to);

#endif
