// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The routing table of routers and wired hosts. Filled from outside (routes are computed by the world); no routing protocol.
 */
#include "models/ip6/route.h"

struct route_table *route_table_new(void)
{
	return mip_alloc(sizeof(struct route_table));
}

void route_table_free(struct route_table *t)
{
	struct route_entry *e, *next;

	if (!t)
		return;
	for (e = t->others; e; e = next) {
		next = e->next;
		mip_free(e, sizeof *e);
	}
	if (t->slots)
		mip_free(t->slots, t->capacity * sizeof *t->slots);
	mip_free(t, sizeof *t);
}

static struct route_slot *free_slot(struct route_table *t, uint64_t prefix)
{
	uint32_t k = (uint32_t)((prefix * 0x9e3779b97f4a7c15u) >> t->shift);

	while (t->slots[k].used)
		k = (k + 1) & (t->capacity - 1);
	return &t->slots[k];
}

static void grow(struct route_table *t)
{
	struct route_slot *old = t->slots;
	uint32_t capacity = t->capacity;

	t->capacity = capacity ? 2 * capacity : 4;
	t->shift = (uint8_t)(capacity ? t->shift - 1 : 62);
	t->slots = mip_alloc(t->capacity * sizeof *t->slots);
	for (uint32_t k = 0; k < capacity; k++)
		if (old[k].used)
			*free_slot(t, old[k].prefix) = old[k];
	if (old)
		mip_free(old, capacity * sizeof *old);
}

static struct route_slot *slot_get(struct route_table *t, uint64_t prefix)
{
	struct route_slot *s = route_slot_find(t, prefix);

	if (s)
		return s;
	if (4 * (t->count + 1) > 3 * t->capacity)
		grow(t);
	s = free_slot(t, prefix);
	*s = (struct route_slot){ .prefix = prefix, .used = true };
	t->count++;
	return s;
}

void route_add(struct route_table *t, const struct in6 *prefix, unsigned length, struct interface *out,
               const struct in6 *next_hop)
{
	struct route_hop hop = { out, next_hop ? *next_hop : in6_unspecified };
	struct route_entry **at, *e;

	mip_assert(length <= 128);
	if (!length) {
		t->fallback = hop;
		return;
	}
	if (length == 64) {
		slot_get(t, in6_prefix64(prefix))->hop = hop;
		return;
	}
	for (at = &t->others; *at && (*at)->length >= length; at = &(*at)->next)
		if ((*at)->length == length && in6_prefix_equal(&(*at)->prefix, prefix, length)) {
			(*at)->hop = hop;
			return;
		}
	e = mip_alloc(sizeof *e);
	*e = (struct route_entry){ .prefix = *prefix, .hop = hop, .next = *at, .length = (uint8_t)length };
	*at = e;
}

void route_remove(struct route_table *t, const struct in6 *prefix, unsigned length)
{
	struct route_slot *s;

	if (!length) {
		t->fallback = (struct route_hop){ 0 };
	} else if (length == 64) {
		/* The slot stays: it keeps probe sequences whole and may still be marked local. */
		if ((s = route_slot_find(t, in6_prefix64(prefix))))
			s->hop = (struct route_hop){ 0 };
	} else {
		for (struct route_entry **at = &t->others; *at; at = &(*at)->next) {
			struct route_entry *e = *at;

			if (e->length == length && in6_prefix_equal(&e->prefix, prefix, length)) {
				*at = e->next;
				mip_free(e, sizeof *e);
				return;
			}
		}
	}
}

void route_mark_local(struct route_table *t, const struct in6 *address, struct interface *i)
{
	struct route_slot *s = slot_get(t, in6_prefix64(address));

	if (s->local && s->local != i)
		s->many_local = true;
	s->local = i;
}

const struct route_hop *route_find_other(const struct route_table *t, const struct in6 *destination, unsigned above)
{
	for (const struct route_entry *e = t->others; e && e->length > above; e = e->next)
		if (in6_prefix_equal(&e->prefix, destination, e->length))
			return &e->hop;
	return NULL;
}
