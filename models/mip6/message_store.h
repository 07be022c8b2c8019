// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Copies of signalling messages that passed a home agent, kept for a while because their receiver may just have moved
 * (Simultaneous document, sections IV.B and IV.C). First in, first out: all are kept equally long. What is over is dropped at the
 * next call.
 */
#ifndef MODELS_MIP6_MESSAGE_STORE_H
#define MODELS_MIP6_MESSAGE_STORE_H

#include "models/node.h"

struct kept_message {
	struct kept_message *next;
	struct packet *packet;
	struct interface *in;            /* it came by */
	struct in6 home_address;         /* of the node it is for */
	struct in6 source, wire_source;  /* logical; and as the IPv6 header has it: with test inits the same */
	uint8_t message;                 /* MESSAGE_HOTI, MESSAGE_COTI, MESSAGE_BU or MESSAGE_EBU */
	struct in6 sent_to;              /* care-of address it was sent to last; unspecified: the home link */
	mip_time until;
	uint16_t query;                  /* proxies.c: the question where its receiver is */
};

struct message_store {
	struct kept_message *head, *tail;
	uint32_t count;
};

/* Test inits and (early) binding updates for a correspondent: what is worth keeping. p starts at its IPv6 header. */
bool message_store_wants(const struct packet *p);
/*
 * Keeps a copy of p, which is wanted, for `lifetime`, and drops what it makes useless: an older one of the same kind from the
 * same sender (a repeated test init has another cookie), and with a Binding Update its sender's test inits, since those have been
 * answered. Beyond `limit` of them (1 at least) the oldest gives way. The new entry's sent_to is unset.
 */
struct kept_message *message_store_keep(struct message_store *s, mip_time now, mip_time lifetime, uint32_t limit,
                                        const struct in6 *home_address, struct interface *in, const struct packet *p);
/* The first, or the one behind `after`, that is for this node and not over; NULL: no more. Nothing may be kept between two
 * calls. */
struct kept_message *message_store_next(struct message_store *s, mip_time now, const struct in6 *home_address,
                                        struct kept_message *after);
void message_store_clear(struct message_store *s);

#endif
