// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The event kernel under the hold model: n timers pending, each event arms its own timer again. Every event writes to a record
 * of 64 octets that holds the timer, as a real handler would. Offsets come from a table, so that only the kernel is measured.
 */
#include "sim/bench/bench.h"

#include "models/random.h"
#include "sim/core/event.h"

#include <glib.h>
#include <time.h>

#define OFFSETS (1u << 14)
#define OFFSETS_SEED 1
/* Events before measuring, as a multiple of what is pending. Of the bimodal kind most pending ones are then still short, at a
 * million about one a nanosecond, which is the harder time; after twenty-fold most are long, and it goes twice as fast. */
#define WARM_UP 2

enum hold_variant { HOLD_EXPONENTIAL, HOLD_BIMODAL, HOLD_TIES };

struct hold_record {
	_Alignas(64) struct sim_timer timer;
	struct hold *hold;
	uint64_t fired;
	uint64_t last;
};

struct hold {
	uint32_t next;          /* offset */
	uint64_t left;          /* events to fire before the stop */
	int64_t offsets[OFFSETS];
};

double bench_cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int64_t draw_offset(enum hold_variant variant, const struct random_key *key, struct random_stream *stream)
{
	mip_time mean = MIP_SECOND;

	if (variant == HOLD_TIES)
		return random_between(key, stream, 0, 3) * MIP_MILLISECOND;
	/* Packets within milliseconds, protocol timers within minutes. */
	if (variant == HOLD_BIMODAL)
		mean = random_between(key, stream, 0, 9) ? MIP_MILLISECOND : 420 * MIP_SECOND;
	return (int64_t)((unsigned __int128)random_exponential_q32(key, stream) * (uint64_t)mean >> 32);
}

static void hold_fire(struct sim *sim, struct sim_timer *timer, mip_time now)
{
	struct hold_record *r = mip_container_of(timer, struct hold_record, timer);
	struct hold *h = r->hold;

	r->fired++;
	r->last = (uint64_t)now;
	sim_arm(sim, timer, now + h->offsets[h->next++ % OFFSETS]);
	if (!--h->left)
		sim_stop(sim);
}

static void hold_run(struct sim *sim, struct hold *h, uint64_t events)
{
	h->left = events;
	sim_run(sim, MIP_NEVER);
}

static double measure_hold(const struct bench *row)
{
	size_t pending = (size_t)row->size, i;
	uint64_t events = pending < 1000000 ? 2000000 : 4000000;
	struct random_key key = random_key_of(OFFSETS_SEED, 0);
	struct random_stream stream = { .id = random_name_id("bench") };
	struct hold *h = g_new0(struct hold, 1);
	struct hold_record *records = aligned_alloc(64, pending * sizeof *records);
	struct sim *sim = sim_new();
	double seconds;

	g_assert_nonnull(records);
	for (i = 0; i < OFFSETS; i++)
		h->offsets[i] = draw_offset((enum hold_variant)row->variant, &key, &stream);
	for (i = 0; i < pending; i++) {
		records[i] = (struct hold_record){ .hold = h };
		sim_timer_init(&records[i].timer, hold_fire);
		sim_arm(sim, &records[i].timer, draw_offset((enum hold_variant)row->variant, &key, &stream));
	}
	hold_run(sim, h, WARM_UP * pending);
	seconds = bench_cpu_seconds();
	hold_run(sim, h, events);
	seconds = bench_cpu_seconds() - seconds;
	sim_free(sim);
	free(records);
	g_free(h);
	return (double)events / seconds;
}

#define HOLD(label, kind, pending, goal)                                                                                           \
	{                                                                                                                          \
		.name = label, .parameters = "{\"pending\":" #pending "}", .unit = "events/s", .target = goal,                     \
		.measure = measure_hold, .repetitions = pending < 1000000 ? 5 : 3, .size = pending, .variant = kind                \
	}

static const struct bench rows[] = {
	HOLD("kernel-hold", HOLD_EXPONENTIAL, 1000, 20e6),
	HOLD("kernel-hold", HOLD_EXPONENTIAL, 100000, 7e6),
	HOLD("kernel-hold", HOLD_EXPONENTIAL, 1000000, 5e6),
	HOLD("kernel-hold-bimodal", HOLD_BIMODAL, 100000, 15e6),
	HOLD("kernel-hold-bimodal", HOLD_BIMODAL, 1000000, 9e6),
	HOLD("kernel-hold-ties", HOLD_TIES, 100000, 10e6),
};

const struct bench_table bench_kernel = { rows, G_N_ELEMENTS(rows) };
