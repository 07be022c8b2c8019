// SPDX-License-Identifier: GPL-3.0-or-later
#include "mip6_harness.h"
#include "models/mip6/binding_cache.h"

static unsigned fired;

static void count_firing(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);

	(void)now;
	fired++;
	binding_cache_remove(b->cache, n, b);
}

static struct in6 home(unsigned i)
{
	struct in6 a = address(1, 1);

	store_be32(a.octets + 12, i);
	return a;
}

static void test_finds_what_was_added_and_nothing_else(void)
{
	struct bench *b = bench_new();
	struct binding_cache c;
	struct in6 a;

	binding_cache_init(&c, count_firing);
	a = home(0);
	g_assert_null(binding_cache_find(&c, &a));
	for (unsigned i = 0; i < 10000; i++) {
		a = home(i);
		binding_cache_add(&c, &a, i % 3 ? BINDING_REGULAR : BINDING_TENTATIVE)->sequence = (uint16_t)i;
	}
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 10000);
	for (unsigned i = 0; i < 10000; i += 2) {
		a = home(i);
		binding_cache_remove(&c, b->n, binding_cache_find(&c, &a));
	}
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 5000);
	for (unsigned i = 0; i < 10000; i++) {
		const struct binding *x;

		a = home(i);
		x = binding_cache_find(&c, &a);
		g_assert_cmpint(!x, ==, i % 2 == 0);
		if (x)
			g_assert_cmpuint(x->sequence, ==, i);
	}
	binding_cache_fini(&c, b->n);
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 0);
	g_assert_null(binding_cache_find(&c, &a));
	bench_free(b);
}

static void test_states_decide_what_is_used_and_counted(void)
{
	struct bench *b = bench_new();
	struct binding_cache c;
	struct in6 a = home(1);
	struct binding *x;

	binding_cache_init(&c, count_firing);
	x = binding_cache_add(&c, &a, BINDING_PROBING);
	g_assert_null(binding_cache_find_in_use(&c, &a));
	binding_set_state(x, BINDING_TENTATIVE);
	g_assert_true(binding_cache_find_in_use(&c, &a) == x);
	binding_set_state(x, BINDING_REGULAR);
	g_assert_true(binding_cache_find_in_use(&c, &a) == x);
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 1);
	binding_set_state(x, BINDING_REMEMBERED);
	g_assert_null(binding_cache_find_in_use(&c, &a));
	g_assert_true(binding_cache_find(&c, &a) == x);
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 0);
	g_assert_cmpuint(c.count[BINDING_REMEMBERED], ==, 1);
	binding_cache_fini(&c, b->n);
	bench_free(b);
}

static void test_removes_all_of_one_state(void)
{
	struct bench *b = bench_new();
	struct binding_cache c;

	binding_cache_init(&c, count_firing);
	for (unsigned i = 0; i < 100; i++) {
		struct in6 a = home(i);

		binding_cache_add(&c, &a, i < 40 ? BINDING_REMEMBERED : BINDING_REGULAR);
	}
	g_assert_true(binding_cache_forget_remembered(&c, b->n));
	g_assert_cmpuint(c.count[BINDING_REMEMBERED], ==, 0);
	g_assert_cmpuint(c.count[BINDING_REGULAR], ==, 60);
	for (unsigned i = 0; i < 100; i++) {
		struct in6 a = home(i);

		g_assert_cmpint(!binding_cache_find(&c, &a), ==, i < 40);
	}
	binding_cache_fini(&c, b->n);
	bench_free(b);
}

static void test_timers_fire_and_go_with_their_entries(void)
{
	struct bench *b = bench_new();
	struct binding_cache c;

	binding_cache_init(&c, count_firing);
	for (unsigned i = 0; i < 100; i++) {
		struct in6 a = home(i);

		node_arm(b->n, &binding_cache_add(&c, &a, BINDING_REGULAR)->timer, b->now + (i + 1) * MIP_SECOND);
	}
	fired = 0;
	bench_until(b, b->now + 30 * MIP_SECOND);
	g_assert_cmpuint(fired, ==, 30);
	g_assert_cmpuint(binding_cache_in_use(&c), ==, 70);
	binding_cache_fini(&c, b->n);
	g_assert_cmpint(node_deadline(b->n), ==, MIP_NEVER);
	bench_free(b);
}

static void test_sequence_numbers_compare_modulo_65536(void)
{
	/* the RFC's example: after 15, the numbers 0 to 15 and 32783 to 65535 are old (9.5.1) */
	for (unsigned s = 0; s <= UINT16_MAX; s++)
		g_assert_cmpint(sequence_is_newer((uint16_t)s, 15), ==, s > 15 && s < 32783);
	g_assert_true(sequence_is_newer(0, 65535));
	g_assert_false(sequence_is_newer(65535, 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/binding-cache/finds-what-was-added", test_finds_what_was_added_and_nothing_else);
	g_test_add_func("/binding-cache/states", test_states_decide_what_is_used_and_counted);
	g_test_add_func("/binding-cache/removes-all-of-one-state", test_removes_all_of_one_state);
	g_test_add_func("/binding-cache/timers", test_timers_fire_and_go_with_their_entries);
	g_test_add_func("/binding-cache/sequence-numbers", test_sequence_numbers_compare_modulo_65536);
	return g_test_run();
}
