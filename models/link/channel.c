// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One event a hop: when a packet is handed over, all that will happen to it is known, so its arrival is computed at once. What
 * waits for the transmitter matters to a bounded queue only; then the channel notes when each waiting packet's turn is, lost
 * ones too.
 */
#include "models/link/channel.h"

#define BITS_PER_OCTET 8

void channel_init(struct channel *c, const struct channel_conf *conf, uint64_t stream_id)
{
	*c = (struct channel){ .conf = conf, .random = { .id = stream_id } };
}

/* Rounded up: the last bit has left. */
static mip_time serialisation_time(const struct channel_conf *conf, uint32_t octets)
{
	uint64_t rate = (uint64_t)conf->rate_bps;

	if (!rate)
		return 0;
	mip_assert(octets < 1u << 31); /* keeps the product within 64 bits */
	return (mip_time)(((uint64_t)octets * (BITS_PER_OCTET * MIP_SECOND) + rate - 1) / rate);
}

/* Forgets what has started by now. */
static void waiting_start(struct channel_waiting *w, mip_time now)
{
	while (w->count && w->turns[w->first].start <= now) {
		w->octets -= w->turns[w->first].octets;
		w->first = w->first + 1 == w->capacity ? 0 : w->first + 1;
		w->count--;
	}
}

static void waiting_grow(struct channel_waiting *w)
{
	uint32_t capacity = w->capacity ? 2 * w->capacity : 8, i;
	struct channel_turn *turns = mip_alloc_raw(capacity * sizeof *turns);

	for (i = 0; i < w->count; i++)
		turns[i] = w->turns[(w->first + i) % w->capacity];
	mip_free(w->turns, w->capacity * sizeof *turns);
	w->turns = turns;
	w->capacity = capacity;
	w->first = 0;
}

static void waiting_add(struct channel_waiting *w, mip_time start, uint32_t octets)
{
	if (w->count == w->capacity)
		waiting_grow(w);
	w->turns[(w->first + w->count++) % w->capacity] = (struct channel_turn){ start, octets };
	w->octets += octets;
}

enum channel_result channel_send(struct channel *c, mip_time now, const struct random_key *key, struct packet *p, uint32_t frame_octets)
{
	const struct channel_conf *conf = c->conf;
	mip_time start = now, arrival;

	if (c->idle_at > now) {
		start = c->idle_at;
		if (conf->queue_octets) {
			if (!c->waiting)
				c->waiting = mip_alloc(sizeof *c->waiting);
			waiting_start(c->waiting, now);
			if (c->waiting->octets + frame_octets > conf->queue_octets)
				return CHANNEL_QUEUE_FULL;
			waiting_add(c->waiting, start, frame_octets);
		}
	}
	c->idle_at = start + serialisation_time(conf, frame_octets);
	arrival = c->idle_at + conf->delay;
	if (conf->jitter)
		arrival += random_between(key, &c->random, 0, conf->jitter);
	/* A lost packet holds up later ones as if it arrived: whether a packet is lost changes no other packet's time. */
	arrival = mip_time_max(arrival, c->last_arrival);
	c->last_arrival = arrival;
	if (random_chance_at(key, &c->random, c->sent++, conf->loss_q32))
		return CHANNEL_LOST;
	p->at = arrival;
	packet_queue_push(&c->flight, p);
	return CHANNEL_OK;
}

struct packet *channel_receive(struct channel *c, mip_time now)
{
	return channel_deadline(c) <= now ? packet_queue_pop(&c->flight) : NULL;
}

void channel_fini(struct channel *c)
{
	packet_queue_clear(&c->flight);
	if (c->waiting)
		mip_free(c->waiting->turns, c->waiting->capacity * sizeof *c->waiting->turns);
	mip_free(c->waiting, sizeof *c->waiting);
	c->waiting = NULL;
}
