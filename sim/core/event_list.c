// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of the event list that not every event passes through; event_list.h says how it works. */
#include "sim/core/event_list.h"

#define LOAD_CHUNKS 2           /* a bucket of so many at most goes to the front */
#define FRONT_ENOUGH 32         /* a load goes on to the next bucket below this */
#define FRONT_MAX 96            /* more than this are split */
#define FRONT_KEEP 32           /* what a split leaves */
#define NO_TIES UINT64_MAX

/* ---- chunks and bags ---------------------------------------------------------------------------------------------- */

static void new_slab(struct event_list *l)
{
	size_t size = (l->slab_chunks + 1) * EVENT_CHUNK_SIZE;
	struct event_slab *slab = mip_alloc_raw(size);
	uintptr_t first = ((uintptr_t)(slab + 1) + EVENT_CHUNK_SIZE - 1) & ~(uintptr_t)(EVENT_CHUNK_SIZE - 1);
	size_t i;

	*slab = (struct event_slab){ l->slabs, size };
	l->slabs = slab;
	for (i = ((uintptr_t)slab + size - first) / EVENT_CHUNK_SIZE; i--;)
		event_free_chunk(l, (struct event_chunk *)(first + i * EVENT_CHUNK_SIZE));
	if (l->slab_chunks < 2048)
		l->slab_chunks *= 2;
}

struct event_entry *event_bag_extend(struct event_list *l, struct event_bag *b)
{
	struct event_chunk *c;

	if (!l->free_chunks)
		new_slab(l);
	c = l->free_chunks;
	l->free_chunks = c->next;
	if (b->head)
		event_chunk_of_last(b->end)->next = c;
	else
		b->head = c;
	return c->entries;
}

/* Where the entries of chunk c, one of b's, end. */
static inline struct event_entry *chunk_end(const struct event_bag *b, struct event_chunk *c)
{
	return c == event_chunk_of_last(b->end) ? b->end : c->entries + EVENT_CHUNK_ENTRIES;
}

static bool bag_is_one_time(const struct event_bag *b)
{
	struct event_chunk *c = b->head, *last = event_chunk_of_last(b->end);
	uint64_t at = c->entries[0].at;
	struct event_entry *e;

	for (;; c = c->next) {
		for (e = c->entries; e < chunk_end(b, c); e++)
			if (e->at != at)
				return false;
		if (c == last)
			return true;
	}
}

/* ---- the ladder --------------------------------------------------------------------------------------------------- */

/* The level of the earliest bucket; the ladder is not empty. */
static inline unsigned ladder_level(const struct event_list *l)
{
	return (unsigned)__builtin_ctz(l->levels);
}

static inline uint64_t level_width(unsigned level)
{
	return (uint64_t)1 << 6 * level;
}

/* The start of the earliest bucket of this level. */
static inline uint64_t ladder_start(const struct event_list *l, unsigned level)
{
	uint64_t digit = (uint64_t)__builtin_ctzll(l->occupied[level]);

	return (l->base & ~(level_width(level) * 64 - 1)) | digit << 6 * level;
}

/* Takes out the earliest bucket of this level. */
static inline struct event_bag ladder_pop(struct event_list *l, unsigned level)
{
	struct event_bag *place = &l->ladder[level][__builtin_ctzll(l->occupied[level])], b = *place;

	*place = (struct event_bag){ 0 };
	l->occupied[level] &= l->occupied[level] - 1;
	if (!l->occupied[level])
		l->levels &= ~(1u << level);
	return b;
}

/* ---- the front ---------------------------------------------------------------------------------------------------- */

/* Gives the ties to the ladder; limit is at or before their time. */
static void return_ties(struct event_list *l)
{
	struct event_bag b = l->ties;
	struct event_entry *e = l->tie;
	struct event_chunk *c;

	l->ties = (struct event_bag){ 0 };
	l->tie = NULL;
	l->ties_at = NO_TIES;
	if (e == b.end) {
		if (b.head)
			event_free_chunk(l, b.head);
		return;
	}
	for (c = b.head;;) {
		struct event_chunk *next = c->next;
		bool last = c == event_chunk_of_last(b.end);
		struct event_entry *end = chunk_end(&b, c);

		for (; e < end; e++)
			event_ladder_push(l, *e);
		event_free_chunk(l, c);
		if (last)
			return;
		c = next;
		e = c->entries;
	}
}

/* Too many in the front: the later part goes back to the ladder, to come up again in smaller portions. */
static void split_front(struct event_list *l)
{
	struct event_entry *cut = l->front + FRONT_KEEP, *e;
	bool all_now;

	/* Equal times stay together. */
	while (cut < l->front_end && cut[-1].at == cut->at)
		cut++;
	if (cut == l->front_end)
		for (cut = l->front_end - 1; cut > l->front && cut[-1].at == cut->at; cut--)
			;
	l->limit = cut->at;
	if (l->ties_at >= l->limit)
		return_ties(l);
	/* The ladder must have none of this instant: more of it may be armed, and stand in ties. */
	all_now = cut->at == l->now;
	for (e = cut; e < l->front_end; e++)
		if (all_now)
			event_ties_push(l, *e);
		else
			event_ladder_push(l, *e);
	if (all_now)
		l->ties_at = l->now;
	l->front_end = cut;
}

static __attribute__((noinline)) void make_room_in_front(struct event_list *l)
{
	size_t n = (size_t)(l->front_end - l->front);

	memmove(l->front_store, l->front, n * sizeof *l->front);
	l->front = l->front_store;
	l->front_end = l->front + n;
}

/* Behind all of its time or earlier. The front is short, and a plain loop beats bisection. */
void event_list_insert_front(struct event_list *l, struct event_entry new)
{
	struct event_entry *e = l->front + (l->front_end - l->front) / 2;

	if (e < l->front_end && new.at < e->at && l->front > l->front_store) {
		/* The earlier half makes room. */
		for (e = l->front--; e->at <= new.at; e++)
			e[-1] = *e;
		e[-1] = new;
	} else {
		if (l->front_end == l->front_store + EVENT_FRONT_SIZE)
			make_room_in_front(l);
		for (e = l->front_end++; e > l->front && e[-1].at > new.at; e--)
			*e = e[-1];
		*e = new;
	}
	if (l->front_end - l->front > FRONT_MAX)
		split_front(l);
}

/* Entries in b if it fits LOAD_CHUNKS chunks, else 0. */
static unsigned small_bag_count(const struct event_bag *b)
{
	struct event_chunk *c = b->head, *last = event_chunk_of_last(b->end);
	unsigned n = 0;

	for (; c != last; c = c->next, n += EVENT_CHUNK_ENTRIES)
		if (n == (LOAD_CHUNKS - 1) * EVENT_CHUNK_ENTRIES)
			return 0;
	return n + (unsigned)(b->end - c->entries);
}

/* Stable, and good at few or nearly sorted ones. */
static void insertion_sort(struct event_entry *start, struct event_entry *end)
{
	struct event_entry *next, *e;

	for (next = start + 1; next < end; next++) {
		struct event_entry new = *next;

		for (e = next; e > start && e[-1].at > new.at; e--)
			*e = e[-1];
		*e = new;
	}
}

/* Sorts a small bag of this level to the end of the front: where it is worth it by the next digit first. */
static void front_append(struct event_list *l, const struct event_bag *b, unsigned count, unsigned level)
{
	struct event_entry *out = l->front_end;
	struct event_chunk *c = b->head, *next;
	unsigned left = count, i;
	uint8_t place[64] = { 0 };
	bool digits = count > EVENT_CHUNK_ENTRIES && level;
	unsigned shift = digits ? 6 * (level - 1) : 0;

	if (digits) {
		unsigned sum = 0;

		for (; left; c = c->next) {
			unsigned n = left < EVENT_CHUNK_ENTRIES ? left : EVENT_CHUNK_ENTRIES;

			for (i = 0; i < n; i++)
				place[c->entries[i].at >> shift & 63]++;
			left -= n;
		}
		for (i = 0; i < 64; i++) {
			unsigned n = place[i];

			place[i] = (uint8_t)sum;
			sum += n;
		}
		c = b->head;
		left = count;
	}
	for (i = 0; left; c = next) {
		unsigned n = left < EVENT_CHUNK_ENTRIES ? left : EVENT_CHUNK_ENTRIES;
		const struct event_entry *e;

		next = c->next;
		for (e = c->entries; e < c->entries + n; e++) {
			__builtin_prefetch(&l->slots[e->slot]);
			out[digits ? place[e->at >> shift & 63]++ : i++] = *e;
		}
		event_free_chunk(l, c);
		left -= n;
	}
	insertion_sort(out, out + count);
	l->front_end = out + count;
}

/* Each entry to a level below; base is the start of what was its bucket. */
static void ladder_spread(struct event_list *l, const struct event_bag *b)
{
	struct event_chunk *c = b->head, *last = event_chunk_of_last(b->end);

	for (;;) {
		struct event_chunk *next = c->next;
		const struct event_entry *e, *end = chunk_end(b, c);

		for (e = c->entries; e < end; e++)
			event_ladder_push(l, *e);
		event_free_chunk(l, c);
		if (c == last)
			return;
		c = next;
	}
}

bool event_list_load(struct event_list *l, uint64_t until)
{
	l->front = l->front_end = l->front_store;
	while (l->levels) {
		unsigned level = ladder_level(l);
		uint64_t start = ladder_start(l, level);
		unsigned count, i;
		struct event_bag b;

		if (start > until)
			return false;
		b = ladder_pop(l, level);
		l->base = start;
		count = small_bag_count(&b);
		if (count) {
			front_append(l, &b, count, level);
			/* Where buckets hold one or two, take some. Base stays: it may not pass now. */
			while (l->front_end - l->front < FRONT_ENOUGH && l->occupied[level]) {
				count = small_bag_count(&l->ladder[level][__builtin_ctzll(l->occupied[level])]);
				if (!count)
					break;
				start = ladder_start(l, level);
				b = ladder_pop(l, level);
				front_append(l, &b, count, level);
			}
			l->limit = start + level_width(level);
			for (i = 0; i < EVENT_LOOK_AHEAD && l->front + i < l->front_end; i++)
				event_prefetch_item(l, l->front[i].slot);
			return true;
		}
		if (bag_is_one_time(&b)) {
			if (l->ties.head)
				event_free_chunk(l, l->ties.head);
			l->ties = b;
			l->tie = b.head->entries;
			l->ties_at = l->tie->at;
			l->limit = l->ties_at + 1;
			return true;
		}
		ladder_spread(l, &b);
	}
	l->base = l->now;
	return false;
}

/* ---- slots -------------------------------------------------------------------------------------------------------- */

void event_list_more_slots(struct event_list *l)
{
	uint32_t capacity = l->slots_capacity ? 2 * l->slots_capacity : 64;
	event_slot *slots;

	mip_assert(capacity > l->slots_capacity);
	slots = mip_alloc_raw(capacity * sizeof *slots);
	if (l->slots)
		memcpy(slots, l->slots, l->slots_used * sizeof *slots);
	mip_free(l->slots, l->slots_capacity * sizeof *slots);
	l->slots = slots;
	l->slots_capacity = capacity;
}

/* ---- sweeping out dead entries ------------------------------------------------------------------------------------ */

static bool entry_lives(struct event_list *l, const struct event_entry *e)
{
	if (l->slots[e->slot])
		return true;
	event_give_slot(l, e->slot);
	l->dead--;
	return false;
}

/* From entry `first` of the first chunk on. */
static struct event_bag sweep_bag(struct event_list *l, struct event_bag b, const struct event_entry *first)
{
	struct event_bag out = { 0 };
	struct event_chunk *c, *last, *next;
	const struct event_entry *e = first, *end;

	if (!b.head)
		return out;
	last = event_chunk_of_last(b.end);
	for (c = b.head;; c = next, e = c->entries) {
		next = c->next;
		end = chunk_end(&b, c);
		for (; e < end; e++)
			if (entry_lives(l, e))
				event_bag_push(l, &out, *e);
		event_free_chunk(l, c);
		if (c == last)
			return out;
	}
}

void event_list_sweep(struct event_list *l)
{
	struct event_entry *in, *out = l->front;
	unsigned level;
	uint64_t digits;

	for (in = l->front; in < l->front_end; in++)
		if (entry_lives(l, in))
			*out++ = *in;
	l->front_end = out;
	l->ties = sweep_bag(l, l->ties, l->tie);
	l->tie = l->ties.head ? l->ties.head->entries : NULL;
	for (level = 0; level < EVENT_LEVELS; level++) {
		for (digits = l->occupied[level]; digits; digits &= digits - 1) {
			unsigned digit = (unsigned)__builtin_ctzll(digits);
			struct event_bag *b = &l->ladder[level][digit];

			*b = sweep_bag(l, *b, b->head->entries);
			if (!b->head)
				l->occupied[level] &= ~((uint64_t)1 << digit);
		}
		if (!l->occupied[level])
			l->levels &= ~(1u << level);
	}
	mip_assert(!l->dead);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

void event_list_init(struct event_list *l)
{
	memset(l, 0, sizeof *l);
	l->front = l->front_end = l->front_store;
	l->ties_at = NO_TIES;
	l->slab_chunks = 32;
	l->slots_used = 1;
	event_list_more_slots(l);
}

void event_list_fini(struct event_list *l)
{
	while (l->slabs) {
		struct event_slab *slab = l->slabs;

		l->slabs = slab->next;
		mip_free(slab, slab->size);
	}
	mip_free(l->slots, l->slots_capacity * sizeof *l->slots);
}
