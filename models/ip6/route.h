// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where packets go: a hash of /64 prefixes, a short list for the other lengths and a default route. The same hash marks the
 * prefixes under which this node has addresses of its own, so that a router tells transit packets with one probe.
 */
#ifndef MODELS_IP6_ROUTE_H
#define MODELS_IP6_ROUTE_H

#include "models/base.h"

struct interface;

struct route_hop {
	struct interface *out; /* NULL: no route */
	struct in6 next_hop; /* unspecified: the destination itself, it is on-link */
};

struct route_slot {
	uint64_t prefix;
	struct route_hop hop;
	struct interface *local; /* has addresses under this prefix; NULL: none has */
	bool used, many_local; /* many_local: more interfaces than one have */
};

struct route_entry {
	struct in6 prefix;
	struct route_hop hop;
	struct route_entry *next;
	uint8_t length;
};

struct route_table {
	struct route_slot *slots;
	uint32_t capacity, count; /* capacity 0 or a power of two, never more than 3/4 full */
	uint8_t shift; /* 64 - log2(capacity) */
	struct route_entry *others; /* neither /64 nor default; longest first, then in the order of adding */
	struct route_hop fallback; /* the default route */
};

struct route_table *route_table_new(void);
void route_table_free(struct route_table *t);
/* Replaces a route for the same prefix. */
void route_add(struct route_table *t, const struct in6 *prefix, unsigned length, struct interface *out,
               const struct in6 *next_hop);
void route_remove(struct route_table *t, const struct in6 *prefix, unsigned length);
/* Notes that an interface has an address under the /64; never taken back, it is only a hint where to look. */
void route_mark_local(struct route_table *t, const struct in6 *address, struct interface *i);
/* Longest match among all but /64 and default, at least `above` + 1 bits long; NULL: none. */
const struct route_hop *route_find_other(const struct route_table *t, const struct in6 *destination, unsigned above);

static inline struct route_slot *route_slot_find(const struct route_table *t, uint64_t prefix)
{
	uint32_t k;

	if (!t->capacity)
		return NULL;
	for (k = (uint32_t)((prefix * 0x9e3779b97f4a7c15u) >> t->shift); t->slots[k].used; k = (k + 1) & (t->capacity - 1))
		if (t->slots[k].prefix == prefix)
			return &t->slots[k];
	return NULL;
}

/* The most specific route that is not the default one; NULL: none. */
static inline const struct route_hop *route_find(const struct route_table *t, const struct in6 *destination)
{
	const struct route_slot *s = route_slot_find(t, in6_prefix64(destination));
	const struct route_hop *hop = s && s->hop.out ? &s->hop : NULL;
	const struct route_hop *other;

	if (!t->others)
		return hop;
	other = route_find_other(t, destination, hop ? 64 : 0);
	return other ? other : hop;
}

#endif
