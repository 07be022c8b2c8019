// SPDX-License-Identifier: GPL-3.0-or-later
/* Between tcp.c (connection), tcp_sender.c (what to send when) and tcp_receiver.c (what has come). */
#ifndef MODELS_APP_TCP_INT_H
#define MODELS_APP_TCP_INT_H

#include "models/app/tcp.h"

/* ---- tcp_sender.c -------------------------------------------------------------------------------------------------------- */

void tcp_sender_init(struct tcp *t);
/* The connection stands: initial window, first round trip. */
void tcp_sender_established(struct tcp *t, mip_time now);
/* An acknowledgment: `acknowledgment` is at most t->next. bare: no data, SYN or FIN in it, and the window is as it was. */
void tcp_sender_input(struct tcp *t, mip_time now, const struct tcp_header *h, int64_t acknowledgment, bool bare);
/* What may leave now: [*start, *stop), with *data octets of data in it (the FIN is no data). False: nothing. Accounts for it. */
bool tcp_sender_next(struct tcp *t, mip_time now, int64_t *start, int64_t *stop, bool *again);
/* The retransmission timer expired. */
void tcp_sender_expire(struct tcp *t, mip_time now);
/* After output: is a timer needed for a closed window? */
void tcp_sender_persist(struct tcp *t, mip_time now);

/* ---- tcp_receiver.c -------------------------------------------------------------------------------------------------------- */

/* Data and FIN of an acceptable segment that starts at `sequence`. */
void tcp_receiver_input(struct tcp *t, mip_time now, const struct tcp_segment *in, int64_t sequence);
/* The SACK blocks due, newest first (RFC 2018 4). */
void tcp_receiver_blocks(const struct tcp *t, struct tcp_header *out);

/* ---- numbers ------------------------------------------------------------------------------------------------------------- */

/* The distance nearest to `near` that looks like `wire`. */
static inline int64_t tcp_distance(uint32_t wire, uint32_t initial, int64_t near)
{
	return near + (int32_t)(wire - (initial + (uint32_t)near));
}

static inline int64_t tcp_min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t tcp_max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

#endif
