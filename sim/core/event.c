// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The event list is a 64-ary radix ladder. Digit l of a time is its bits 6l .. 6l+5. An entry stands at the level of the
 * highest digit in which its time differs from `base`, a lower bound of all times in the ladder, in the bucket of that digit.
 * So the lowest bucket of the lowest occupied level holds the earliest entries, and with base moved to that bucket's start its
 * entries spread over lower levels. A bucket that fits one chunk is sorted into the front instead. Every entry moves down at
 * most once a level, and in chunks, which is kind to caches.
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
 * An entry names its timer by a slot. Disarming clears the slot and leaves the entry, which is dropped when it comes up; when
 * the dead outnumber the living all places are swept. A slot belongs to one entry, so nothing is left behind in a timer that
 * is no longer armed: its owner may go away.
 */
#include "sim/core/event.h"

#define LEVELS 11               /* 6 bits each cover 63 */
#define CHUNK_SIZE 512
#define CHUNK_ENTRIES (CHUNK_SIZE / sizeof(struct entry) - 1)
#define LOAD_CHUNKS 2           /* a bucket of so many at most goes to the front */
#define FRONT_ENOUGH 32         /* a load goes on to the next bucket below this */
#define FRONT_MAX 96           /* more than this are split */
#define FRONT_KEEP 32           /* what a split leaves */
#define FRONT_SIZE 256
#define SWEEP_MIN 64            /* so many dead do not matter */
#define LOOK_AHEAD 8            /* timers are prefetched this far ahead of being fired, and their slots twice as far */
#define NO_TIES UINT64_MAX

struct entry {
	uint64_t at;
	uint64_t slot;
};

/* Aligned to its size, so that an entry's address tells its chunk and the end of a chunk is a multiple of the size. */
struct chunk {
	struct chunk *next;     /* valid in all but the last of a bag */
	uint64_t pad;
	struct entry entries[CHUNK_ENTRIES];
};

/* A FIFO of entries. Zeros: empty. */
struct bag {
	struct chunk *head;
	struct entry *end;      /* behind the last entry */
};

/* Timer pointer of a live entry, NULL of a dead one, or (free) the next free slot << 1 | 1. */
typedef uintptr_t slot_word;

struct slab {
	struct slab *next;
	size_t size;
};

struct sim {
	mip_time now;
	uint64_t fired;
	struct entry *front;            /* first entry in front_store */
	struct entry *front_end;
	uint64_t limit;
	uint64_t ties_at;
	struct entry *tie;              /* next of the ties; == ties.end: none */
	struct bag ties;
	uint64_t base;
	uint32_t levels;                /* bit l: level l has entries */
	bool running, stopping;
	slot_word *slots;
	uint32_t free_slot;             /* 0: none; slot 0 is never used */
	uint32_t slots_used, slots_capacity;
	uint64_t live, dead;            /* entries */
	struct chunk *free_chunks;
	struct slab *slabs;
	size_t slab_chunks;
	uint64_t occupied[LEVELS];
	struct bag ladder[LEVELS][64];
	struct entry front_store[FRONT_SIZE];
};

/* ---- chunks and bags ---------------------------------------------------------------------------------------------- */

static inline struct chunk *chunk_of_last(const struct entry *end)
{
	return (struct chunk *)(((uintptr_t)end - 1) & ~(uintptr_t)(CHUNK_SIZE - 1));
}

static inline void free_chunk(struct sim *s, struct chunk *c)
{
	c->next = s->free_chunks;
	s->free_chunks = c;
}

static void new_slab(struct sim *s)
{
	size_t size = (s->slab_chunks + 1) * CHUNK_SIZE;
	struct slab *slab = mip_alloc_raw(size);
	uintptr_t first = ((uintptr_t)(slab + 1) + CHUNK_SIZE - 1) & ~(uintptr_t)(CHUNK_SIZE - 1);
	size_t i;

	*slab = (struct slab){ s->slabs, size };
	s->slabs = slab;
	for (i = ((uintptr_t)slab + size - first) / CHUNK_SIZE; i--;)
		free_chunk(s, (struct chunk *)(first + i * CHUNK_SIZE));
	if (s->slab_chunks < 2048)
		s->slab_chunks *= 2;
}

static __attribute__((noinline)) struct entry *bag_extend(struct sim *s, struct bag *b)
{
	struct chunk *c;

	if (!s->free_chunks)
		new_slab(s);
	c = s->free_chunks;
	s->free_chunks = c->next;
	if (b->head)
		chunk_of_last(b->end)->next = c;
	else
		b->head = c;
	return c->entries;
}

static inline void bag_push(struct sim *s, struct bag *b, struct entry e)
{
	struct entry *end = b->end;

	/* Behind a full chunk, or NULL. */
	if (!((uintptr_t)end & (CHUNK_SIZE - 1)))
		end = bag_extend(s, b);
	*end = e;
	b->end = end + 1;
}

/* Where the entries of chunk c, one of b's, end. */
static inline struct entry *chunk_end(const struct bag *b, struct chunk *c)
{
	return c == chunk_of_last(b->end) ? b->end : c->entries + CHUNK_ENTRIES;
}

static bool bag_is_one_time(const struct bag *b)
{
	struct chunk *c = b->head, *last = chunk_of_last(b->end);
	uint64_t at = c->entries[0].at;
	struct entry *e;

	for (;; c = c->next) {
		for (e = c->entries; e < chunk_end(b, c); e++)
			if (e->at != at)
				return false;
		if (c == last)
			return true;
	}
}

/* ---- the ladder --------------------------------------------------------------------------------------------------- */

static inline void ladder_push(struct sim *s, struct entry e)
{
	unsigned high = 63u - (unsigned)__builtin_clzll((e.at ^ s->base) | 1);
	unsigned level = high * 43 >> 8; /* high / 6 */
	unsigned digit = e.at >> 6 * level & 63;

	s->levels |= 1u << level;
	s->occupied[level] |= (uint64_t)1 << digit;
	bag_push(s, &s->ladder[level][digit], e);
}

/* The level of the earliest bucket; the ladder is not empty. */
static inline unsigned ladder_level(const struct sim *s)
{
	return (unsigned)__builtin_ctz(s->levels);
}

static inline uint64_t level_width(unsigned level)
{
	return (uint64_t)1 << 6 * level;
}

/* The start of the earliest bucket of this level. */
static inline uint64_t ladder_start(const struct sim *s, unsigned level)
{
	uint64_t digit = (uint64_t)__builtin_ctzll(s->occupied[level]);

	return (s->base & ~(level_width(level) * 64 - 1)) | digit << 6 * level;
}

/* Takes out the earliest bucket of this level. */
static inline struct bag ladder_pop(struct sim *s, unsigned level)
{
	struct bag *place = &s->ladder[level][__builtin_ctzll(s->occupied[level])], b = *place;

	*place = (struct bag){ 0 };
	s->occupied[level] &= s->occupied[level] - 1;
	if (!s->occupied[level])
		s->levels &= ~(1u << level);
	return b;
}

/* The timer an entry names, if it lives, will be wanted soon. */
static inline void prefetch_timer(const struct sim *s, uint64_t slot)
{
	__builtin_prefetch((const void *)s->slots[slot], 1);
}

/* ---- the front ---------------------------------------------------------------------------------------------------- */

static inline bool ties_pending(const struct sim *s)
{
	return s->tie != s->ties.end;
}

static inline void ties_push(struct sim *s, struct entry e)
{
	bag_push(s, &s->ties, e);
	if (!s->tie)
		s->tie = s->ties.head->entries;
}

/* The entry n places behind the next one (n less than a chunk has), NULL if there is none; tie is not at the end of a chunk. */
static inline const struct entry *ties_ahead(const struct sim *s, size_t n)
{
	const struct entry *e = s->tie + n, *end = s->ties.head->entries + CHUNK_ENTRIES;

	if (s->ties.head == chunk_of_last(s->ties.end))
		return e < s->ties.end ? e : NULL;
	if (e < end)
		return e;
	e = s->ties.head->next->entries + (e - end);
	return s->ties.head->next != chunk_of_last(s->ties.end) || e < s->ties.end ? e : NULL;
}

/* At least one is pending. */
static inline struct entry ties_pop(struct sim *s)
{
	const struct entry *ahead;

	if (!((uintptr_t)s->tie & (CHUNK_SIZE - 1))) {
		struct chunk *used = s->ties.head;

		s->ties.head = used->next;
		s->tie = s->ties.head->entries;
		free_chunk(s, used);
	}
	ahead = ties_ahead(s, 2 * LOOK_AHEAD);
	if (ahead)
		__builtin_prefetch(&s->slots[ahead->slot]);
	ahead = ties_ahead(s, LOOK_AHEAD);
	if (ahead)
		prefetch_timer(s, ahead->slot);
	return *s->tie++;
}

/* Gives the ties to the ladder; limit is at or before their time. */
static void return_ties(struct sim *s)
{
	struct bag b = s->ties;
	struct entry *e = s->tie;
	struct chunk *c;

	s->ties = (struct bag){ 0 };
	s->tie = NULL;
	s->ties_at = NO_TIES;
	if (e == b.end) {
		if (b.head)
			free_chunk(s, b.head);
		return;
	}
	for (c = b.head;;) {
		struct chunk *next = c->next;
		bool last = c == chunk_of_last(b.end);
		struct entry *end = chunk_end(&b, c);

		for (; e < end; e++)
			ladder_push(s, *e);
		free_chunk(s, c);
		if (last)
			return;
		c = next;
		e = c->entries;
	}
}

/* Too many in the front: the later part goes back to the ladder, to come up again in smaller portions. */
static void split_front(struct sim *s)
{
	struct entry *cut = s->front + FRONT_KEEP, *e;
	bool all_now;

	/* Equal times stay together. */
	while (cut < s->front_end && cut[-1].at == cut->at)
		cut++;
	if (cut == s->front_end)
		for (cut = s->front_end - 1; cut > s->front && cut[-1].at == cut->at; cut--)
			;
	s->limit = cut->at;
	if (s->ties_at >= s->limit)
		return_ties(s);
	/* The ladder must have none of this instant: more of it may be armed, and stand in ties. */
	all_now = cut->at == (uint64_t)s->now;
	for (e = cut; e < s->front_end; e++)
		if (all_now)
			ties_push(s, *e);
		else
			ladder_push(s, *e);
	if (all_now)
		s->ties_at = (uint64_t)s->now;
	s->front_end = cut;
}

static __attribute__((noinline)) void make_room_in_front(struct sim *s)
{
	size_t n = (size_t)(s->front_end - s->front);

	memmove(s->front_store, s->front, n * sizeof *s->front);
	s->front = s->front_store;
	s->front_end = s->front + n;
}

/* Behind all of its time or earlier. The front is short, and a plain loop beats bisection. */
static void front_insert(struct sim *s, struct entry new)
{
	struct entry *e = s->front + (s->front_end - s->front) / 2;

	if (e < s->front_end && new.at < e->at && s->front > s->front_store) {
		/* The earlier half makes room. */
		for (e = s->front--; e->at <= new.at; e++)
			e[-1] = *e;
		e[-1] = new;
	} else {
		if (s->front_end == s->front_store + FRONT_SIZE)
			make_room_in_front(s);
		for (e = s->front_end++; e > s->front && e[-1].at > new.at; e--)
			*e = e[-1];
		*e = new;
	}
	if (s->front_end - s->front > FRONT_MAX)
		split_front(s);
}

/* Entries in b if it fits LOAD_CHUNKS chunks, else 0. */
static unsigned small_bag_count(const struct bag *b)
{
	struct chunk *c = b->head, *last = chunk_of_last(b->end);
	unsigned n = 0;

	for (; c != last; c = c->next, n += CHUNK_ENTRIES)
		if (n == (LOAD_CHUNKS - 1) * CHUNK_ENTRIES)
			return 0;
	return n + (unsigned)(b->end - c->entries);
}

/* Stable, and good at few or nearly sorted ones. */
static void insertion_sort(struct entry *start, struct entry *end)
{
	struct entry *next, *e;

	for (next = start + 1; next < end; next++) {
		struct entry new = *next;

		for (e = next; e > start && e[-1].at > new.at; e--)
			*e = e[-1];
		*e = new;
	}
}

/* Sorts a small bag of this level to the end of the front: where it is worth it by the next digit first. */
static void front_append(struct sim *s, const struct bag *b, unsigned count, unsigned level)
{
	struct entry *out = s->front_end;
	struct chunk *c = b->head, *next;
	unsigned left = count, i;
	uint8_t place[64] = { 0 };
	bool digits = count > CHUNK_ENTRIES && level;
	unsigned shift = digits ? 6 * (level - 1) : 0;

	if (digits) {
		unsigned sum = 0;

		for (; left; c = c->next) {
			unsigned n = left < CHUNK_ENTRIES ? left : CHUNK_ENTRIES;

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
		unsigned n = left < CHUNK_ENTRIES ? left : CHUNK_ENTRIES;
		const struct entry *e;

		next = c->next;
		for (e = c->entries; e < c->entries + n; e++) {
			__builtin_prefetch(&s->slots[e->slot]);
			out[digits ? place[e->at >> shift & 63]++ : i++] = *e;
		}
		free_chunk(s, c);
		left -= n;
	}
	insertion_sort(out, out + count);
	s->front_end = out + count;
}

/* Each entry to a level below; base is the start of what was its bucket. */
static void ladder_spread(struct sim *s, const struct bag *b)
{
	struct chunk *c = b->head, *last = chunk_of_last(b->end);

	for (;;) {
		struct chunk *next = c->next;
		const struct entry *e, *end = chunk_end(b, c);

		for (e = c->entries; e < end; e++)
			ladder_push(s, *e);
		free_chunk(s, c);
		if (c == last)
			return;
		c = next;
	}
}

/*
 * Front and ties are used up: brings the next portion from the ladder. false: nothing due by until is left. Never moves base
 * beyond until, so that base is at most now whenever a timer may be armed.
 */
static __attribute__((noinline)) bool load(struct sim *s, uint64_t until)
{
	s->front = s->front_end = s->front_store;
	while (s->levels) {
		unsigned level = ladder_level(s);
		uint64_t start = ladder_start(s, level);
		unsigned count, i;
		struct bag b;

		if (start > until)
			return false;
		b = ladder_pop(s, level);
		s->base = start;
		count = small_bag_count(&b);
		if (count) {
			front_append(s, &b, count, level);
			/* Where buckets hold one or two, take some. Base stays: it may not pass now. */
			while (s->front_end - s->front < FRONT_ENOUGH && s->occupied[level]) {
				count = small_bag_count(&s->ladder[level][__builtin_ctzll(s->occupied[level])]);
				if (!count)
					break;
				start = ladder_start(s, level);
				b = ladder_pop(s, level);
				front_append(s, &b, count, level);
			}
			s->limit = start + level_width(level);
			for (i = 0; i < LOOK_AHEAD && s->front + i < s->front_end; i++)
				prefetch_timer(s, s->front[i].slot);
			return true;
		}
		if (bag_is_one_time(&b)) {
			if (s->ties.head)
				free_chunk(s, s->ties.head);
			s->ties = b;
			s->tie = b.head->entries;
			s->ties_at = s->tie->at;
			s->limit = s->ties_at + 1;
			return true;
		}
		ladder_spread(s, &b);
	}
	s->base = (uint64_t)s->now;
	return false;
}

/* ---- slots -------------------------------------------------------------------------------------------------------- */

static __attribute__((noinline)) void more_slots(struct sim *s)
{
	uint32_t capacity = s->slots_capacity ? 2 * s->slots_capacity : 64;
	slot_word *slots;

	mip_assert(capacity > s->slots_capacity);
	slots = mip_alloc_raw(capacity * sizeof *slots);
	if (s->slots)
		memcpy(slots, s->slots, s->slots_used * sizeof *slots);
	mip_free(s->slots, s->slots_capacity * sizeof *slots);
	s->slots = slots;
	s->slots_capacity = capacity;
}

static inline uint32_t take_slot(struct sim *s, struct sim_timer *t)
{
	uint32_t slot = s->free_slot;

	if (slot) {
		s->free_slot = (uint32_t)(s->slots[slot] >> 1);
	} else {
		if (s->slots_used >= s->slots_capacity)
			more_slots(s);
		slot = s->slots_used++;
	}
	s->slots[slot] = (slot_word)t;
	return slot;
}

/* Frees it and returns its timer; NULL: the entry was dead. */
static inline struct sim_timer *give_slot(struct sim *s, uint64_t slot)
{
	struct sim_timer *t = (struct sim_timer *)s->slots[slot];

	s->slots[slot] = (slot_word)s->free_slot << 1 | 1;
	s->free_slot = (uint32_t)slot;
	return t;
}

/* ---- sweeping out dead entries ------------------------------------------------------------------------------------ */

static bool entry_lives(struct sim *s, const struct entry *e)
{
	if (s->slots[e->slot])
		return true;
	give_slot(s, e->slot);
	s->dead--;
	return false;
}

/* From entry `first` of the first chunk on. */
static struct bag sweep_bag(struct sim *s, struct bag b, const struct entry *first)
{
	struct bag out = { 0 };
	struct chunk *c, *last, *next;
	const struct entry *e = first, *end;

	if (!b.head)
		return out;
	last = chunk_of_last(b.end);
	for (c = b.head;; c = next, e = c->entries) {
		next = c->next;
		end = chunk_end(&b, c);
		for (; e < end; e++)
			if (entry_lives(s, e))
				bag_push(s, &out, *e);
		free_chunk(s, c);
		if (c == last)
			return out;
	}
}

static __attribute__((noinline)) void sweep(struct sim *s)
{
	struct entry *in, *out = s->front;
	unsigned level;
	uint64_t digits;

	for (in = s->front; in < s->front_end; in++)
		if (entry_lives(s, in))
			*out++ = *in;
	s->front_end = out;
	s->ties = sweep_bag(s, s->ties, s->tie);
	s->tie = s->ties.head ? s->ties.head->entries : NULL;
	for (level = 0; level < LEVELS; level++) {
		for (digits = s->occupied[level]; digits; digits &= digits - 1) {
			unsigned digit = (unsigned)__builtin_ctzll(digits);
			struct bag *b = &s->ladder[level][digit];

			*b = sweep_bag(s, *b, b->head->entries);
			if (!b->head)
				s->occupied[level] &= ~((uint64_t)1 << digit);
		}
		if (!s->occupied[level])
			s->levels &= ~(1u << level);
	}
	mip_assert(!s->dead);
}

/* ---- the kernel --------------------------------------------------------------------------------------------------- */

struct sim *sim_new(void)
{
	struct sim *s = mip_alloc(sizeof *s);

	s->front = s->front_end = s->front_store;
	s->ties_at = NO_TIES;
	s->slab_chunks = 32;
	s->slots_used = 1;
	more_slots(s);
	return s;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	while (s->slabs) {
		struct slab *slab = s->slabs;

		s->slabs = slab->next;
		mip_free(slab, slab->size);
	}
	mip_free(s->slots, s->slots_capacity * sizeof *s->slots);
	mip_free(s, sizeof *s);
}

void sim_arm(struct sim *s, struct sim_timer *t, mip_time at)
{
	struct entry e;

	if (t->at == at)
		return;
	if (t->at != MIP_NEVER) {
		s->slots[t->entry] = 0;
		s->live--;
		if (++s->dead > s->live + SWEEP_MIN)
			sweep(s);
	}
	t->at = at;
	if (at == MIP_NEVER)
		return;
	mip_assert(at >= s->now);
	t->entry = take_slot(s, t);
	s->live++;
	e = (struct entry){ (uint64_t)at, t->entry };
	if (at == s->now && !ties_pending(s))
		s->ties_at = e.at;
	if (e.at == s->ties_at)
		ties_push(s, e);
	else if (e.at < s->limit)
		front_insert(s, e);
	else
		ladder_push(s, e);
}

mip_time sim_now(const struct sim *s)
{
	return s->now;
}

uint64_t sim_run(struct sim *s, mip_time until)
{
	uint64_t before = s->fired;

	mip_assert(!s->running && until >= s->now);
	s->running = true;
	s->stopping = false;
	while (!s->stopping) {
		struct entry e;
		struct sim_timer *t;

		if (s->front < s->front_end && (!ties_pending(s) || s->front->at <= s->ties_at)) {
			e = *s->front;
			if (e.at > (uint64_t)until)
				break;
			if (s->front + LOOK_AHEAD < s->front_end)
				prefetch_timer(s, s->front[LOOK_AHEAD].slot);
			s->front++;
		} else if (ties_pending(s)) {
			if (s->ties_at > (uint64_t)until)
				break;
			e = ties_pop(s);
		} else if (load(s, (uint64_t)until)) {
			continue;
		} else {
			break;
		}
		t = give_slot(s, e.slot);
		if (!t) {
			s->dead--;
			continue;
		}
		s->live--;
		s->now = (mip_time)e.at;
		t->at = MIP_NEVER;
		s->fired++;
		t->fire(s, t, s->now);
	}
	if (!s->stopping && until != MIP_NEVER)
		s->now = until;
	s->running = false;
	mip_assert(s->base <= (uint64_t)s->now);
	return s->fired - before;
}

void sim_stop(struct sim *s)
{
	s->stopping = true;
}

uint64_t sim_entries(const struct sim *s)
{
	return s->live + s->dead;
}

uint64_t sim_events(const struct sim *s)
{
	return s->fired;
}
