// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Random numbers for models: Philox4x32-10 (Salmon et al., SC'11), stateless but for a count per (node, purpose). The key is
 * (seed, replication); the high counter words come from the node's and the purpose's names. One more draw in one node, or
 * for one purpose, moves no other. Integer arithmetic only, so that results do not depend on a libm.
 */
#ifndef MODELS_RANDOM_H
#define MODELS_RANDOM_H

#include "models/base.h"

struct random_key {
	uint32_t word[2];
};

enum random_purpose {
	RANDOM_ROUTER_ADVERTISEMENT, /* intervals and delays of advertisements */
	RANDOM_ADDRESS,              /* delays before solicitations and duplicate address detection */
	RANDOM_SECRET,               /* cookies, nonces, node keys */
	RANDOM_MOBILITY,             /* initial sequence numbers, identifiers */
	RANDOM_TRAFFIC,
	RANDOM_LINK,                 /* loss and jitter */
	RANDOM_TRANSPORT,            /* initial sequence numbers of TCP */
	RANDOM_PREDICTION,           /* of movement: what a link-going-down signal says */
	RANDOM_PURPOSES
};

/* One stream: `id` from random_stream_id(name); blocks drawn so far. 16 octets; zero-initialise, then set id. */
struct random_stream {
	uint64_t id;
	uint64_t drawn;
};

/* The Philox4x32-10 block function. */
void random_block(const uint32_t counter[4], const struct random_key *key, uint32_t out[4]);
struct random_key random_key_of(uint64_t seed, uint32_t replication);
/* 64-bit id of a node's name; mixed with the purpose it becomes the high counter words. */
uint64_t random_name_id(const char *name);
uint64_t random_stream_id(uint64_t name_id, enum random_purpose purpose);

/* The next 64 bits of a stream (half a block is discarded: one draw, one block, so draws are countable). */
uint64_t random_u64(const struct random_key *key, struct random_stream *s);
/* Uniform integer in [low, high], both included, without bias beyond 2^-64. */
int64_t random_between(const struct random_key *key, struct random_stream *s, int64_t low, int64_t high);
/* True with probability threshold / 2^32, using draw number `n` of the stream, so that the packet with this number meets the
 * same fate whatever else was drawn. */
bool random_chance_at(const struct random_key *key, const struct random_stream *s, uint64_t n, uint32_t threshold);
void random_octets(const struct random_key *key, struct random_stream *s, uint8_t *out, size_t n);
/* -ln(U) in units of 2^-32, U uniform in (0,1]: fixed point, the same on every machine. */
uint64_t random_exponential_q32(const struct random_key *key, struct random_stream *s);

#endif
