// SPDX-License-Identifier: GPL-3.0-or-later
/* The timers of a node against a plain model: the first by (time, arming order) fires next. */
#include "models/timer.h"

#include <glib.h>

#include "models/random.h"

#define TIMERS 60

struct model_timer {
	struct timer timer;
	struct property *property;
	mip_time at;
	uint64_t armed;         /* number of the arming */
};

struct property {
	struct timer_heap heap;
	struct model_timer timers[TIMERS];
	struct random_key key;
	struct random_stream random;
	uint64_t armings;
	unsigned fired, budget;
	mip_time now;
};

static int64_t pick(struct property *p, int64_t low, int64_t high)
{
	return random_between(&p->key, &p->random, low, high);
}

static void model_arm(struct property *p, struct model_timer *t, mip_time at)
{
	if (at != t->at)
		t->armed = ++p->armings;
	t->at = at;
	timer_arm(&p->heap, &t->timer, at);
}

static void random_action(struct property *p)
{
	struct model_timer *t = &p->timers[pick(p, 0, TIMERS - 1)];

	switch (pick(p, 0, 5)) {
	case 0:
		model_arm(p, t, MIP_NEVER);
		break;
	case 1:
		t->at = MIP_NEVER;
		timer_disarm(&p->heap, &t->timer);
		break;
	case 2: /* far, or in the past, which fires at once */
		model_arm(p, t, pick(p, 0, p->now + 1000));
		break;
	default: /* near, with many ties */
		model_arm(p, t, p->now + pick(p, 0, 8));
	}
}

static void assert_heap(const struct property *p)
{
	mip_time earliest = MIP_NEVER;
	unsigned i, armed = 0;

	for (i = 0; i < TIMERS; i++) {
		const struct model_timer *t = &p->timers[i];

		g_assert_cmpint(timer_armed(&t->timer), ==, t->at != MIP_NEVER);
		g_assert_cmpint(timer_at(&p->heap, &t->timer), ==, t->at);
		armed += t->at != MIP_NEVER;
		earliest = mip_time_min(earliest, t->at);
	}
	g_assert_cmpuint(p->heap.count, ==, armed);
	g_assert_cmpint(timer_heap_deadline(&p->heap), ==, earliest);
}

static void property_fire(struct node *node, struct timer *timer, mip_time now)
{
	struct model_timer *t = mip_container_of(timer, struct model_timer, timer), *o;
	struct property *p = t->property;
	int64_t actions;

	g_assert_null(node);
	g_assert_cmpint(now, ==, p->now);
	g_assert_cmpint(t->at, <=, now);
	g_assert_false(timer_armed(timer));
	for (o = p->timers; o < p->timers + TIMERS; o++)
		g_assert_true(o->at > t->at || (o->at == t->at && o->armed >= t->armed));
	t->at = MIP_NEVER;
	p->fired++;
	for (actions = pick(p, 0, 2); actions && p->budget; actions--, p->budget--)
		random_action(p);
}

static void test_property(void)
{
	unsigned cases = g_test_slow() ? 2000 : 100, i, j;
	uint64_t first = (uint64_t)g_test_rand_int() << 32;

	g_test_message("seeds from %" G_GUINT64_FORMAT, first);
	for (i = 0; i < cases; i++) {
		struct property *p = g_new0(struct property, 1);

		p->key = random_key_of(first + i, 0);
		/* The serial wraps in some cases. */
		if (i % 2)
			p->heap.serial = UINT32_MAX - (uint32_t)pick(p, 0, 500);
		for (j = 0; j < TIMERS; j++)
			p->timers[j] = (struct model_timer){ .timer.fire = property_fire, .property = p, .at = MIP_NEVER };
		for (j = 0; j < 200; j++) {
			random_action(p);
			assert_heap(p);
			if (!pick(p, 0, 4)) {
				p->now += pick(p, 0, 12);
				p->budget = 30;
				timer_heap_expire(&p->heap, NULL, p->now);
				assert_heap(p);
				g_assert_cmpint(timer_heap_deadline(&p->heap), >, p->now);
			}
		}
		g_assert_cmpuint(p->fired, >, 0);
		timer_heap_fini(&p->heap);
		g_free(p);
	}
}

/* ---- single behaviours -------------------------------------------------------------------------------------------- */

static struct timer *fired[8];
static unsigned fired_count;

static void note_fire(struct node *node, struct timer *timer, mip_time now)
{
	(void)node, (void)now;
	fired[fired_count++] = timer;
}

static void test_rearm(void)
{
	struct timer_heap h = { 0 };
	struct timer t[4] = { { .fire = note_fire }, { .fire = note_fire }, { .fire = note_fire }, { .fire = note_fire } };

	fired_count = 0;
	timer_arm(&h, &t[0], 5);
	timer_arm(&h, &t[1], 5);
	timer_arm(&h, &t[2], 5);
	timer_arm(&h, &t[3], 5);
	timer_arm(&h, &t[0], 5);        /* the same time: keeps its place */
	timer_arm(&h, &t[1], 6);
	timer_arm(&h, &t[1], 5);        /* away and back: last */
	timer_disarm(&h, &t[2]);
	timer_disarm(&h, &t[2]);
	timer_heap_expire(&h, NULL, 4); /* early: nothing */
	g_assert_cmpuint(fired_count, ==, 0);
	timer_heap_expire(&h, NULL, 9); /* late: all */
	g_assert_cmpuint(fired_count, ==, 3);
	g_assert_true(fired[0] == &t[0]);
	g_assert_true(fired[1] == &t[3]);
	g_assert_true(fired[2] == &t[1]);
	g_assert_cmpint(timer_heap_deadline(&h), ==, MIP_NEVER);
	timer_heap_fini(&h);
	g_assert_cmpint(timer_heap_deadline(&h), ==, MIP_NEVER);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/timer/rearm-moves-only-when-time-differs", test_rearm);
	g_test_add_func("/timer/random-operations-agree-with-a-list", test_property);
	return g_test_run();
}
