// SPDX-License-Identifier: GPL-3.0-or-later
/* Chained hash tables keyed by IPv4 address, growing by powers of two. */
#include "models/in4.h"

static uint32_t slot_of(const struct in4_table *t, in4 key)
{
	return (uint32_t)(key * 0x9e3779b1u >> 7) & (t->capacity - 1);
}

struct in4_entry *in4_table_find(const struct in4_table *t, in4 key)
{
	struct in4_entry *e = t->count ? t->buckets[slot_of(t, key)] : NULL;

	while (e && e->key != key)
		e = e->next;
	return e;
}

static void insert(struct in4_table *t, struct in4_entry *e)
{
	struct in4_entry **bucket = &t->buckets[slot_of(t, e->key)];

	e->next = *bucket;
	*bucket = e;
}

void in4_table_add(struct in4_table *t, struct in4_entry *e)
{
	if (t->count == t->capacity) {
		struct in4_table larger = { .capacity = t->capacity ? 2 * t->capacity : 4, .count = t->count };

		larger.buckets = mip_alloc(larger.capacity * sizeof(struct in4_entry *));
		for (uint32_t i = 0; i < t->capacity; i++)
			for (struct in4_entry *old = t->buckets[i], *next; old; old = next) {
				next = old->next;
				insert(&larger, old);
			}
		mip_free(t->buckets, t->capacity * sizeof(struct in4_entry *));
		*t = larger;
	}
	insert(t, e);
	t->count++;
}

void in4_table_remove(struct in4_table *t, struct in4_entry *e)
{
	struct in4_entry **at = &t->buckets[slot_of(t, e->key)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	t->count--;
}

struct in4_entry *in4_table_any(const struct in4_table *t)
{
	for (uint32_t i = 0; t->count && i < t->capacity; i++)
		if (t->buckets[i])
			return t->buckets[i];
	return NULL;
}

void in4_table_fini(struct in4_table *t)
{
	mip_assert(!t->count);
	mip_free(t->buckets, t->capacity * sizeof(struct in4_entry *));
	*t = (struct in4_table){ 0 };
}
