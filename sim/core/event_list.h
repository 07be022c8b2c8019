// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The event list is a 64-ary radix ladder. Digit l of a time is its bits 6l .. 6l+5. An entry stands at the level of the
 * highest digit in which its time differs from `base`, a lower bound of all times in the ladder, in the bucket of that digit.
 * So the lowest bucket of the lowest occupied level holds the earliest entries, and with base moved to that bucket's start its
 * entries spread over lower levels. A bucket of few is sorted into the front instead. Every entry moves down at most once a
 * level, and in chunks, which is kind to caches.
 *
 * Three places, then, and what holds between them:
 *   front   sorted; everything before `limit` that is not in ties;
 *   ties    a FIFO of entries of exactly `ties_at`. While it is there, whatever is armed for that time goes there, after all
 *           entries of that time in the front; the ladder has none of that time. Without it, a sorted front under
 *           synchronised starts would be quadratic;
 *   ladder  everything else, all at `limit` or later.
 * Equal times always share a bucket and every move keeps the order in a bucket, so entries of one time stay in the order of
 * arming without a serial number.
 *
 * An entry names its item (a timer) by a slot. Cancelling clears the slot and leaves the entry, which is dropped when it comes
 * up; when the dead outnumber the living all places are swept. A slot belongs to one entry, so nothing points to an item that
 * is no longer in the list: it may go away.
 *
 * For event.c only. What every event passes through is here, to be inlined; the rest is in event_list.c.
 */
#ifndef SIM_CORE_EVENT_LIST_H
#define SIM_CORE_EVENT_LIST_H

#include "models/base.h"

#define EVENT_LEVELS 11         /* 6 bits each cover 63 */
#define EVENT_CHUNK_SIZE 512
#define EVENT_CHUNK_ENTRIES (EVENT_CHUNK_SIZE / sizeof(struct event_entry) - 1)
#define EVENT_FRONT_SIZE 256
#define EVENT_SWEEP_MIN 64      /* so many dead do not matter */
#define EVENT_LOOK_AHEAD 8      /* items are prefetched this far ahead of being taken out, and their slots twice as far */

struct event_entry {
	uint64_t at;
	uint64_t slot;
};

/* Aligned to its size, so that an entry's address tells its chunk and the end of a chunk is a multiple of the size. */
struct event_chunk {
	struct event_chunk *next;     /* valid in all but the last of a bag */
	uint64_t pad;
	struct event_entry entries[EVENT_CHUNK_ENTRIES];
};

/* A FIFO of entries. Zeros: empty. */
struct event_bag {
	struct event_chunk *head;
	struct event_entry *end;      /* behind the last entry */
};

/* Item of a live entry, NULL of a dead one, or (free) the next free slot << 1 | 1. */
typedef uintptr_t event_slot;

struct event_slab {
	struct event_slab *next;
	size_t size;
};

struct event_list {
	uint64_t now;                   /* the driver's time: nothing is added before it. Set it to each entry's time */
	struct event_entry *front;            /* first entry in front_store */
	struct event_entry *front_end;
	uint64_t limit;
	uint64_t ties_at;
	struct event_entry *tie;              /* next of the ties; == ties.end: none */
	struct event_bag ties;
	uint64_t base;
	uint32_t levels;                /* bit l: level l has entries */
	uint32_t free_slot;             /* 0: none; slot 0 is never used */
	event_slot *slots;
	uint32_t slots_used, slots_capacity;
	uint64_t live, dead;            /* entries */
	struct event_chunk *free_chunks;
	struct event_slab *slabs;
	size_t slab_chunks;
	uint64_t occupied[EVENT_LEVELS];
	struct event_bag ladder[EVENT_LEVELS][64];
	struct event_entry front_store[EVENT_FRONT_SIZE];
};

void event_list_init(struct event_list *l);
void event_list_fini(struct event_list *l);

/* ---- the parts in event_list.c ------------------------------------------------------------------------------------ */

struct event_entry *event_bag_extend(struct event_list *l, struct event_bag *b);
void event_list_insert_front(struct event_list *l, struct event_entry new);
/*
 * Front and ties are used up: brings the next portion from the ladder. false: nothing due by until is left. Never moves base
 * beyond until, so that base is at most now whenever something may be added.
 */
bool event_list_load(struct event_list *l, uint64_t until);
void event_list_more_slots(struct event_list *l);
void event_list_sweep(struct event_list *l);

/* ---- chunks and bags ---------------------------------------------------------------------------------------------- */

static inline struct event_chunk *event_chunk_of_last(const struct event_entry *end)
{
	return (struct event_chunk *)(((uintptr_t)end - 1) & ~(uintptr_t)(EVENT_CHUNK_SIZE - 1));
}

static inline void event_free_chunk(struct event_list *l, struct event_chunk *c)
{
	c->next = l->free_chunks;
	l->free_chunks = c;
}

static inline void event_bag_push(struct event_list *l, struct event_bag *b, struct event_entry e)
{
	struct event_entry *end = b->end;

	/* Behind a full chunk, or NULL. */
	if (!((uintptr_t)end & (EVENT_CHUNK_SIZE - 1)))
		end = event_bag_extend(l, b);
	*end = e;
	b->end = end + 1;
}

/* ---- ladder and ties ---------------------------------------------------------------------------------------------- */

static inline void event_ladder_push(struct event_list *l, struct event_entry e)
{
	unsigned high = 63u - (unsigned)__builtin_clzll((e.at ^ l->base) | 1);
	unsigned level = high * 43 >> 8; /* high / 6 */
	unsigned digit = e.at >> 6 * level & 63;

	l->levels |= 1u << level;
	l->occupied[level] |= (uint64_t)1 << digit;
	event_bag_push(l, &l->ladder[level][digit], e);
}

/* The item an entry names, if it lives, will be wanted soon. */
static inline void event_prefetch_item(const struct event_list *l, uint64_t slot)
{
	__builtin_prefetch((const void *)l->slots[slot], 1);
}

static inline bool event_ties_pending(const struct event_list *l)
{
	return l->tie != l->ties.end;
}

static inline void event_ties_push(struct event_list *l, struct event_entry e)
{
	event_bag_push(l, &l->ties, e);
	if (!l->tie)
		l->tie = l->ties.head->entries;
}

/* The entry n places behind the next one (n less than a chunk has), NULL if there is none; tie is not at the end of a chunk. */
static inline const struct event_entry *event_ties_ahead(const struct event_list *l, size_t n)
{
	const struct event_entry *e = l->tie + n, *end = l->ties.head->entries + EVENT_CHUNK_ENTRIES;

	if (l->ties.head == event_chunk_of_last(l->ties.end))
		return e < l->ties.end ? e : NULL;
	if (e < end)
		return e;
	e = l->ties.head->next->entries + (e - end);
	return l->ties.head->next != event_chunk_of_last(l->ties.end) || e < l->ties.end ? e : NULL;
}

/* At least one is pending. */
static inline struct event_entry event_ties_pop(struct event_list *l)
{
	const struct event_entry *ahead;

	if (!((uintptr_t)l->tie & (EVENT_CHUNK_SIZE - 1))) {
		struct event_chunk *used = l->ties.head;

		l->ties.head = used->next;
		l->tie = l->ties.head->entries;
		event_free_chunk(l, used);
	}
	ahead = event_ties_ahead(l, 2 * EVENT_LOOK_AHEAD);
	if (ahead)
		__builtin_prefetch(&l->slots[ahead->slot]);
	ahead = event_ties_ahead(l, EVENT_LOOK_AHEAD);
	if (ahead)
		event_prefetch_item(l, ahead->slot);
	return *l->tie++;
}

/* ---- slots -------------------------------------------------------------------------------------------------------- */

static inline uint32_t event_take_slot(struct event_list *l, void *item)
{
	uint32_t slot = l->free_slot;

	if (slot) {
		l->free_slot = (uint32_t)(l->slots[slot] >> 1);
	} else {
		if (l->slots_used >= l->slots_capacity)
			event_list_more_slots(l);
		slot = l->slots_used++;
	}
	l->slots[slot] = (event_slot)item;
	return slot;
}

/* Frees it and returns its item; NULL: the entry was dead. */
static inline void *event_give_slot(struct event_list *l, uint64_t slot)
{
	void *item = (void *)l->slots[slot];

	l->slots[slot] = (event_slot)l->free_slot << 1 | 1;
	l->free_slot = (uint32_t)slot;
	return item;
}

/* ---- what the kernel calls ---------------------------------------------------------------------------------------- */

/* at >= now. item is a pointer to something aligned. Returns the slot, for event_list_cancel. */
static inline uint32_t event_list_add(struct event_list *l, uint64_t at, void *item)
{
	uint32_t slot = event_take_slot(l, item);
	struct event_entry e = { at, slot };

	l->live++;
	if (at == l->now && !event_ties_pending(l))
		l->ties_at = at;
	if (at == l->ties_at)
		event_ties_push(l, e);
	else if (at < l->limit)
		event_list_insert_front(l, e);
	else
		event_ladder_push(l, e);
	return slot;
}

static inline void event_list_cancel(struct event_list *l, uint32_t slot)
{
	l->slots[slot] = 0;
	l->live--;
	if (++l->dead > l->live + EVENT_SWEEP_MIN)
		event_list_sweep(l);
}

/* Takes out the earliest item and says its time; NULL: none is due by until. */
static inline void *event_list_next(struct event_list *l, uint64_t until, uint64_t *at)
{
	for (;;) {
		struct event_entry e;
		void *item;

		if (l->front < l->front_end && (!event_ties_pending(l) || l->front->at <= l->ties_at)) {
			e = *l->front;
			if (e.at > until)
				return NULL;
			if (l->front + EVENT_LOOK_AHEAD < l->front_end)
				event_prefetch_item(l, l->front[EVENT_LOOK_AHEAD].slot);
			l->front++;
		} else if (event_ties_pending(l)) {
			if (l->ties_at > until)
				return NULL;
			e = event_ties_pop(l);
		} else if (event_list_load(l, until)) {
			continue;
		} else {
			return NULL;
		}
		item = event_give_slot(l, e.slot);
		if (item) {
			l->live--;
			*at = e.at;
			return item;
		}
		l->dead--;
	}
}

#endif
