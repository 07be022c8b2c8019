// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One direction of a link: a transmitter with a bounded drop-tail queue, a serialisation rate, a propagation delay with jitter
 * (order is kept) and independent loss. Everything in flight stands in one FIFO, so that a driver needs one pending event per
 * channel. Lost packets take up the transmitter and vanish at the far end.
 */
#ifndef MODELS_LINK_CHANNEL_H
#define MODELS_LINK_CHANNEL_H

#include "models/packet.h"
#include "models/random.h"

struct channel_conf {
	mip_time delay, jitter;
	int64_t rate_bps;             /* 0: unlimited, no serialisation time */
	int64_t queue_octets;         /* waiting behind the one being sent; 0: unlimited */
	uint32_t loss_q32;            /* probability * 2^32 */
};

/* A packet that waits for the transmitter, and when its turn is. */
struct channel_turn {
	mip_time start;
	uint32_t octets;
};

/* A ring of them; made when a packet has to wait and the queue is bounded. */
struct channel_waiting {
	struct channel_turn *turns;
	uint32_t first, count, capacity;
	int64_t octets;
};

struct channel {
	const struct channel_conf *conf;
	struct packet_queue flight;   /* by arrival time */
	mip_time idle_at;             /* when the transmitter is free */
	mip_time last_arrival;
	uint32_t sent;                /* packets so far; numbers the loss draws */
	struct random_stream random;
	struct channel_waiting *waiting; /* NULL: none so far */
};

enum channel_result { CHANNEL_OK, CHANNEL_QUEUE_FULL, CHANNEL_LOST };

/* conf is borrowed. stream_id: random_stream_id of the link's and direction's name. */
void channel_init(struct channel *c, const struct channel_conf *conf, uint64_t stream_id);
/* Takes the packet when the result is CHANNEL_OK, leaves it to the caller (to report and free) otherwise. `frame_octets`: what the
 * rate applies to, link-layer header included. */
enum channel_result channel_send(struct channel *c, mip_time now, const struct random_key *key, struct packet *p, uint32_t frame_octets);
/* Arrival of the head; MIP_NEVER when nothing is in flight. */
static inline mip_time channel_deadline(const struct channel *c)
{
	return c->flight.head ? c->flight.head->at : MIP_NEVER;
}
/* The next packet that has arrived by now, or NULL. */
struct packet *channel_receive(struct channel *c, mip_time now);
void channel_fini(struct channel *c);

#endif
