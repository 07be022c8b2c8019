// SPDX-License-Identifier: GPL-3.0-or-later
/* The event kernel against a plain model: a list of armed timers, of which the first by (time, arming order) fires next. */
#include "sim/core/event.h"

#include <glib.h>

#include "models/random.h"

/* ---- single behaviours -------------------------------------------------------------------------------------------- */

#define LOG_MAX 4096

struct log {
	int id[LOG_MAX];
	mip_time at[LOG_MAX];
	unsigned count;
};

struct logged {
	struct sim_timer timer;
	struct log *log;
	int id;
	struct logged *arms;        /* on firing, arms this one */
	mip_time after;             /* this much later */
	bool stops;
};

static void logged_fire(struct sim *sim, struct sim_timer *timer, mip_time now)
{
	struct logged *t = mip_container_of(timer, struct logged, timer);

	g_assert_cmpint(now, ==, sim_now(sim));
	g_assert_cmpint(timer->at, ==, MIP_NEVER);
	g_assert_cmpuint(t->log->count, <, LOG_MAX);
	t->log->id[t->log->count] = t->id;
	t->log->at[t->log->count++] = now;
	if (t->arms)
		sim_arm(sim, &t->arms->timer, now + t->after);
	if (t->stops)
		sim_stop(sim);
}

static void logged_init(struct logged *t, struct log *log, unsigned count)
{
	unsigned i;

	*log = (struct log){ 0 };
	for (i = 0; i < count; i++) {
		t[i] = (struct logged){ .log = log, .id = (int)i };
		sim_timer_init(&t[i].timer, logged_fire);
	}
}

static void assert_order(const struct log *log, const int *ids, unsigned count)
{
	unsigned i;

	g_assert_cmpuint(log->count, ==, count);
	for (i = 0; i < count; i++)
		g_assert_cmpint(log->id[i], ==, ids[i]);
}

static void test_order(void)
{
	/* Times at every level of the ladder, each armed twice, in a scrambled order. */
	static const mip_time times[] = { MIP_NEVER - 1, 0, 63, 64, 1, 4095, 4096, 262144, 1LL << 24, 1LL << 30, 1LL << 36,
		1LL << 42, 1LL << 48, 1LL << 54, 1LL << 60, 65, 1LL << 62, 420 * MIP_SECOND };
	enum { N = 2 * G_N_ELEMENTS(times) };
	struct logged t[N];
	struct log log;
	struct sim *sim = sim_new();
	unsigned i;

	logged_init(t, &log, N);
	for (i = 0; i < N; i++)
		sim_arm(sim, &t[i].timer, times[i * 7 % N / 2]);
	g_assert_cmpuint(sim_run(sim, MIP_NEVER), ==, N);
	g_assert_cmpuint(log.count, ==, N);
	for (i = 1; i < N; i++) {
		g_assert_cmpint(log.at[i - 1], <=, log.at[i]);
		if (log.at[i - 1] == log.at[i])
			g_assert_cmpint(log.id[i - 1], <, log.id[i]);
	}
	g_assert_cmpint(sim_now(sim), ==, MIP_NEVER - 1);
	g_assert_cmpuint(sim_events(sim), ==, N);
	sim_free(sim);
}

static void test_until(void)
{
	static const int first[] = { 0, 1 }, all[] = { 0, 1, 3, 2 };
	struct logged t[4];
	struct log log;
	struct sim *sim = sim_new();

	logged_init(t, &log, 4);
	sim_arm(sim, &t[0].timer, 10);
	sim_arm(sim, &t[1].timer, 20);
	sim_arm(sim, &t[2].timer, 5000000);
	g_assert_cmpuint(sim_run(sim, 9), ==, 0);
	g_assert_cmpint(sim_now(sim), ==, 9);
	/* What is due at until fires. */
	g_assert_cmpuint(sim_run(sim, 20), ==, 2);
	assert_order(&log, first, G_N_ELEMENTS(first));
	g_assert_cmpuint(sim_run(sim, 21), ==, 0);
	g_assert_cmpint(sim_now(sim), ==, 21);
	/* Before what was next already, after a run that looked for it. */
	sim_arm(sim, &t[3].timer, 22);
	g_assert_cmpuint(sim_run(sim, 6000000), ==, 2);
	assert_order(&log, all, G_N_ELEMENTS(all));
	g_assert_cmpint(sim_now(sim), ==, 6000000);
	g_assert_cmpuint(sim_run(sim, MIP_NEVER), ==, 0);
	g_assert_cmpint(sim_now(sim), ==, 6000000);
	sim_free(sim);
}

static void test_stop(void)
{
	static const int first[] = { 0, 1 }, all[] = { 0, 1, 2, 4, 3 };
	struct logged t[5];
	struct log log;
	struct sim *sim = sim_new();
	int i;

	logged_init(t, &log, 5);
	t[1].stops = true;
	for (i = 0; i < 3; i++)
		sim_arm(sim, &t[i].timer, 100);
	sim_arm(sim, &t[3].timer, 200);
	/* Stops among equal times; now stays there and nothing is lost. */
	g_assert_cmpuint(sim_run(sim, 1000), ==, 2);
	assert_order(&log, first, G_N_ELEMENTS(first));
	g_assert_cmpint(sim_now(sim), ==, 100);
	sim_arm(sim, &t[4].timer, 100);
	g_assert_cmpuint(sim_run(sim, 1000), ==, 3);
	assert_order(&log, all, G_N_ELEMENTS(all));
	g_assert_cmpint(sim_now(sim), ==, 1000);
	sim_free(sim);
}

static void test_armed_for_now(void)
{
	static const int order[] = { 0, 1, 2, 3, 4 };
	struct logged t[5];
	struct log log;
	struct sim *sim = sim_new();

	logged_init(t, &log, 5);
	t[0].arms = &t[3];
	t[3].arms = &t[4];
	sim_arm(sim, &t[0].timer, 7);
	sim_arm(sim, &t[1].timer, 7);
	sim_arm(sim, &t[2].timer, 7);
	g_assert_cmpuint(sim_run(sim, 7), ==, 5);
	assert_order(&log, order, G_N_ELEMENTS(order));
	sim_free(sim);
}

static void test_rearm(void)
{
	static const int order[] = { 1, 0, 2 };
	struct logged t[4];
	struct log log;
	struct sim *sim = sim_new();

	logged_init(t, &log, 4);
	sim_arm(sim, &t[0].timer, 50);
	sim_arm(sim, &t[1].timer, 30);
	sim_arm(sim, &t[2].timer, 30);
	sim_arm(sim, &t[3].timer, 30);
	sim_arm(sim, &t[0].timer, 30);  /* moves behind those of the same time */
	sim_arm(sim, &t[1].timer, 30);  /* the same time: keeps its place */
	sim_arm(sim, &t[2].timer, 40);
	sim_arm(sim, &t[2].timer, 30);  /* moved away and back: behind */
	sim_arm(sim, &t[3].timer, MIP_NEVER);
	sim_arm(sim, &t[3].timer, MIP_NEVER);
	g_assert_cmpuint(sim_run(sim, 100), ==, 3);
	assert_order(&log, order, G_N_ELEMENTS(order));
	sim_free(sim);
}

/* A run ends where the list has looked ahead to a crowd of one time; another crowd comes before it, and more of both. */
static void test_crowd_before_crowd(void)
{
	enum { N = 400 };
	struct logged t[N];
	struct log log;
	struct sim *sim = sim_new();
	unsigned i;

	logged_init(t, &log, N);
	for (i = 0; i < 100; i++)
		sim_arm(sim, &t[i].timer, 1000000);
	sim_run(sim, 900000);
	for (; i < N; i++)
		sim_arm(sim, &t[i].timer, i % 10 ? 950000 + i % 100 : 1000000);
	g_assert_cmpuint(sim_run(sim, MIP_SECOND), ==, N);
	for (i = 1; i < N; i++) {
		g_assert_cmpint(log.at[i - 1], <=, log.at[i]);
		if (log.at[i - 1] == log.at[i])
			g_assert_cmpint(log.id[i - 1], <, log.id[i]);
	}
	sim_free(sim);
}

/* The owner of a disarmed timer may go away and its memory be used again, though the list still has the dead entry. */
static void test_owner_goes_away(void)
{
	static const int order[] = { 7 };
	struct sim *sim = sim_new();
	struct log log;
	struct logged *t = g_new(struct logged, 1);

	logged_init(t, &log, 1);
	sim_arm(sim, &t->timer, 10);
	sim_arm(sim, &t->timer, MIP_NEVER);
	memset(t, 0xa5, sizeof *t);
	g_free(t);
	t = g_new(struct logged, 1);
	logged_init(t, &log, 1);
	t->id = 7;
	sim_arm(sim, &t->timer, 10);
	g_assert_cmpuint(sim_run(sim, 20), ==, 1);
	assert_order(&log, order, 1);
	g_free(t);
	sim_free(sim);
}

/* ---- the property ------------------------------------------------------------------------------------------------- */

#define TIMERS 1500

struct model_timer {
	struct sim_timer timer;
	struct property *property;
	mip_time at;                /* as the model has it */
	uint64_t armed;             /* number of the arming */
};

struct property {
	struct random_key key;
	struct random_stream random;
	struct sim *sim;
	struct model_timer timers[TIMERS];
	unsigned used;              /* of the timers */
	uint64_t armings;
	unsigned spread;            /* index of the spread of times */
	unsigned budget;            /* armings left to fired timers */
	mip_time until;
};

static int64_t pick(struct property *p, int64_t low, int64_t high)
{
	return random_between(&p->key, &p->random, low, high);
}

static mip_time pick_offset(struct property *p)
{
	switch (p->spread) {
	case 0: /* nothing but ties */
		return pick(p, 0, 3) * MIP_MILLISECOND;
	case 1: /* now and near */
		return pick(p, 0, 2) ? pick(p, 0, 20) : 0;
	case 2: /* packets and timers */
		return pick(p, 0, 9) ? pick(p, 0, 2 * MIP_MILLISECOND) : pick(p, 0, 800 * MIP_SECOND);
	case 3: /* every level */
		return (mip_time)1 << pick(p, 0, 58);
	case 4: /* ties within a crowd */
		return pick(p, 0, 1) ? 1000000 : pick(p, 990000, 1010000);
	default:
		return pick(p, 0, 100000);
	}
}

static void model_arm(struct property *p, struct model_timer *t, mip_time at)
{
	if (at != t->at)
		t->armed = ++p->armings;
	t->at = at;
	sim_arm(p->sim, &t->timer, at);
}

static void random_action(struct property *p)
{
	struct model_timer *t = &p->timers[pick(p, 0, p->used - 1)];

	model_arm(p, t, pick(p, 0, 3) ? sim_now(p->sim) + pick_offset(p) : MIP_NEVER);
}

/* Many for one instant: now, near, or where some other timer stands. */
static void random_burst(struct property *p)
{
	mip_time now = sim_now(p->sim), at = now + pick_offset(p);
	unsigned i = (unsigned)pick(p, 0, p->used - 1), count = (unsigned)pick(p, 1, 300);

	if (!pick(p, 0, 2))
		at = now;
	else if (!pick(p, 0, 2) && p->timers[i].at != MIP_NEVER)
		at = p->timers[i].at;
	while (count--)
		model_arm(p, &p->timers[i++ % p->used], at);
}

/* Before, at or after what some timer waits for, so that runs end where the list has looked ahead. */
static mip_time pick_until(struct property *p)
{
	mip_time now = sim_now(p->sim), at = p->timers[pick(p, 0, p->used - 1)].at;

	if (at == MIP_NEVER || !pick(p, 0, 2))
		return now + pick_offset(p);
	return at - pick(p, 0, mip_time_min(at - now, (mip_time)1 << pick(p, 0, 22)));
}

static void property_fire(struct sim *sim, struct sim_timer *timer, mip_time now)
{
	struct model_timer *t = mip_container_of(timer, struct model_timer, timer), *o;
	struct property *p = t->property;
	int64_t actions;

	g_assert_cmpint(t->at, ==, now);
	g_assert_cmpint(now, <=, p->until);
	/* Nothing that is armed comes before it. */
	for (o = p->timers; o < p->timers + p->used; o++)
		g_assert_true(o->at > now || (o->at == now && o->armed >= t->armed));
	t->at = MIP_NEVER;
	for (actions = pick(p, 0, 3); actions && p->budget; actions--, p->budget--)
		random_action(p);
	if (p->budget && !pick(p, 0, 100)) {
		random_burst(p);
		p->budget--;
	}
	if (!pick(p, 0, 200))
		sim_stop(sim);
}

static void property_case(uint64_t seed)
{
	struct property *p = g_new0(struct property, 1);
	mip_time earliest;
	unsigned i, round;

	p->key = random_key_of(seed, 0);
	p->sim = sim_new();
	p->used = (unsigned)(pick(p, 0, 1) ? pick(p, 1, 60) : pick(p, 200, TIMERS));
	p->spread = (unsigned)pick(p, 0, 5);
	for (i = 0; i < TIMERS; i++) {
		p->timers[i] = (struct model_timer){ .property = p, .at = MIP_NEVER };
		sim_timer_init(&p->timers[i].timer, property_fire);
	}
	for (round = 0; round < 20; round++) {
		uint64_t events = sim_events(p->sim), fired;

		if (!pick(p, 0, 3))
			p->spread = (unsigned)pick(p, 0, 5);
		for (i = (unsigned)pick(p, 0, 2 * p->used); i--;)
			random_action(p);
		for (i = (unsigned)pick(p, 0, 3); i--;)
			random_burst(p);
		p->budget = 500;
		p->until = pick_until(p);
		fired = sim_run(p->sim, p->until);
		g_assert_cmpuint(sim_events(p->sim), ==, events + fired);
		earliest = MIP_NEVER;
		for (i = 0; i < p->used; i++) {
			g_assert_cmpint(p->timers[i].at, ==, p->timers[i].timer.at);
			earliest = mip_time_min(earliest, p->timers[i].at);
		}
		/* Stopped, or all that was due has fired. */
		g_assert_cmpint(sim_now(p->sim), <=, p->until);
		g_assert_cmpint(sim_now(p->sim), <=, earliest);
		if (earliest > p->until && !fired)
			g_assert_cmpint(sim_now(p->sim), ==, p->until);
		if (sim_now(p->sim) > (mip_time)1 << 61)
			break;
	}
	/* Drains, however often it is stopped. */
	p->budget = 0;
	p->until = MIP_NEVER;
	do {
		sim_run(p->sim, MIP_NEVER);
		for (i = 0; i < p->used && p->timers[i].at == MIP_NEVER; i++)
			;
	} while (i < p->used);
	sim_free(p->sim);
	g_free(p);
}

static void test_property(void)
{
	unsigned cases = g_test_slow() ? 3000 : 150, i;
	/* One seed printed repeats a failure: run with --seed. */
	uint64_t first = (uint64_t)g_test_rand_int() << 32;

	g_test_message("seeds from %" G_GUINT64_FORMAT, first);
	for (i = 0; i < cases; i++)
		property_case(first + i);
}

/* A hundred thousand of one time, armed among others, in the time of a moment: quadratic work would take minutes. */
static void count_fire(struct sim *sim, struct sim_timer *timer, mip_time now)
{
	(void)sim, (void)timer, (void)now;
}

static void test_many_ties(void)
{
	enum { N = 100000 };
	struct sim_timer *t = g_new(struct sim_timer, N);
	struct sim *sim = sim_new();
	unsigned i, round;

	for (i = 0; i < N; i++)
		sim_timer_init(&t[i], count_fire);
	for (round = 0; round < 4; round++) {
		/* Round 1: for now. Round 2: near, where the front reaches. */
		mip_time at = sim_now(sim) + (mip_time[]){ 1000000, 0, 3, 5000000000 }[round];

		for (i = 0; i < N; i++)
			sim_arm(sim, &t[i], at + (i % 1000 == 7));
		g_assert_cmpuint(sim_run(sim, at + 1), ==, N);
	}
	g_free(t);
	sim_free(sim);
}

/* Re-arming all the time leaves dead entries; they are swept, so the pending ones still come in order and in time. */
static void test_rearm_storm(void)
{
	static const int order[] = { 1, 0 };
	struct logged t[2];
	struct log log;
	struct sim *sim = sim_new();
	int i;

	logged_init(t, &log, 2);
	for (i = 0; i < 1000000; i++) {
		sim_arm(sim, &t[0].timer, 2000000 - i);
		sim_arm(sim, &t[1].timer, 900000 + i % 7);
		g_assert_cmpuint(sim_entries(sim), <, 200);
	}
	g_assert_cmpuint(sim_run(sim, MIP_SECOND), ==, 2);
	assert_order(&log, order, 2);
	sim_free(sim);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/event/fires-by-time-then-by-arming", test_order);
	g_test_add_func("/event/run-ends-at-until", test_until);
	g_test_add_func("/event/stop-among-equal-times", test_stop);
	g_test_add_func("/event/armed-for-now-fires-after-all-of-now", test_armed_for_now);
	g_test_add_func("/event/rearm-moves-only-when-time-differs", test_rearm);
	g_test_add_func("/event/crowd-before-a-crowd-looked-at", test_crowd_before_crowd);
	g_test_add_func("/event/owner-of-disarmed-timer-goes-away", test_owner_goes_away);
	g_test_add_func("/event/random-operations-agree-with-a-list", test_property);
	g_test_add_func("/event/many-ties-are-not-quadratic", test_many_ties);
	g_test_add_func("/event/rearming-storm-is-swept", test_rearm_storm);
	return g_test_run();
}
