// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IPv4 addresses, and tables keyed by them. Where both families share a field (observations, traffic, the world's prefixes) an IPv4
 * address stands as its IPv4-mapped IPv6 address (RFC 4291 2.5.5.2). Such a pair also has the pseudo-header sum of RFC 768: ::ffff
 * adds 0xffff, which is zero in one's complement.
 */
#ifndef MODELS_IN4_H
#define MODELS_IN4_H

#include "models/base.h"

typedef uint32_t in4; /* in host order; 0: none */

#define IN4_BROADCAST 0xffffffffu
#define IN4_ALL_SYSTEMS 0xe0000001u  /* 224.0.0.1, agent advertisements */
#define IN4_ALL_ROUTERS 0xe0000002u  /* 224.0.0.2, RFC 1256 solicitations */
#define IN4_ALL_AGENTS 0xe000000bu   /* 224.0.0.11, registration requests and solicitations to whoever is there */

static inline bool in4_is_multicast(in4 a)
{
	return a >> 28 == 14;
}

static inline in4 in4_mask(unsigned bits)
{
	return bits ? 0xffffffffu << (32 - bits) : 0;
}

static inline struct in6 in6_of_in4(in4 a)
{
	struct in6 m = { { [10] = 0xff, [11] = 0xff } };

	store_be32(m.octets + 12, a);
	return m;
}

static inline bool in6_is_in4(const struct in6 *a)
{
	static const uint8_t start[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->octets, start, sizeof start);
}

static inline in4 in4_of_in6(const struct in6 *a)
{
	return load_be32(a->octets + 12);
}

/* An entry of a table; first member of what it keeps. The owner allocates and frees. */
struct in4_entry {
	struct in4_entry *next;
	in4 key;
};

/* Zero-initialised: empty. Its order must never be seen in a result. */
struct in4_table {
	struct in4_entry **buckets;
	uint32_t capacity, count;
};

/* NULL: not there. */
struct in4_entry *in4_table_find(const struct in4_table *t, in4 key);
/* e->key is set and not in the table. */
void in4_table_add(struct in4_table *t, struct in4_entry *e);
void in4_table_remove(struct in4_table *t, struct in4_entry *e);
/* Any entry, for emptying a table; NULL: empty. */
struct in4_entry *in4_table_any(const struct in4_table *t);
/* The table must be empty. */
void in4_table_fini(struct in4_table *t);

#endif
