// SPDX-License-Identifier: GPL-3.0-or-later
/* Early Binding Updates at a correspondent. */
#include "correspondent_harness.h"

static void test_tentative_binding_expires_to_the_nanosecond(void)
{
	static const struct {
		uint16_t asked; /* 10 ms */
		mip_time lifetime;
	} cases[] = { { 300, 3 * MIP_SECOND }, { 301, 3 * MIP_SECOND }, { UINT16_MAX, 3 * MIP_SECOND }, { 1, 10 * MIP_MILLISECOND } };

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);
		struct mip6_security security = security_of(&m, true, false);
		mip_time start = b->now;
		struct sent s = give(b, update(&m, 1, cases[i].asked, EARLY));

		assert_in6(&s.wire_destination, &m.care_of);
		assert_acknowledged(s, &m, true, BA_ACCEPTED, 1, (uint16_t)(cases[i].lifetime / (10 * MIP_MILLISECOND)), &security);
		g_assert_cmpuint(bench_seen(b, OBSERVE_EARLY_BU_ACCEPTED), ==, 1);
		assert_in6(&bench_last(b, OBSERVE_EARLY_BU_ACCEPTED)->address, &m.care_of);
		bench_until(b, start + cases[i].lifetime - 1);
		assert_data_to(b, &m, &m.care_of);
		bench_until(b, start + cases[i].lifetime);
		assert_data_to(b, &m, &m.home);
		g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 1);
		g_assert_cmpint(bench_last(b, OBSERVE_BINDING_EXPIRED)->at, ==, start + cases[i].lifetime);
		bench_free(b);
	}
}

static void test_update_confirms_the_tentative_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct sent s = give(b, update(&m, 1, 300, EARLY | NO_ACKNOWLEDGEMENT));

	g_assert_null(s.p);
	bench_until(b, b->now + 3 * MIP_SECOND - 1);
	register_binding(b, &m, 2);
	bench_until(b, b->now + 100 * MIP_SECOND);
	assert_data_to(b, &m, &m.care_of);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_EXPIRED), ==, 0);
	bench_free(b);
}

static void test_early_update_replaces_the_binding_of_another_care_of_address(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10), moved = m;
	struct mip6_security security;

	register_binding(b, &m, 1);
	moved.care_of = CARE_OF_2;
	security = security_of(&moved, true, false);
	assert_acknowledged(give(b, update(&moved, 2, 300, EARLY)), &moved, true, BA_ACCEPTED, 2, 300, &security);
	assert_data_to(b, &m, &moved.care_of);
	bench_until(b, b->now + 3 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 1);
	bench_free(b);
}

static void test_early_update_leaves_a_verified_binding_alone(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, true, false), regular = security_of(&m, false, false);
	mip_time end = b->now + 420 * MIP_SECOND;

	register_binding(b, &m, 1);
	assert_acknowledged(give(b, update(&m, 2, 300, EARLY)), &m, true, BA_ACCEPTED, 2, 300, &security);
	assert_acknowledged(give(b, update(&m, 2, 105, 0)), &m, false, BA_SEQUENCE_OUT_OF_WINDOW, 2, 0, &regular);
	bench_until(b, end - 1);
	bench_drain(b);
	assert_data_to(b, &m, &m.care_of);
	bench_until(b, end);
	assert_data_to(b, &m, &m.home);
	g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 0);
	bench_free(b);
}

static void test_repeated_early_update_does_not_prolong_the_tentative_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, true, false);
	mip_time start = b->now;

	assert_acknowledged(give(b, update(&m, 1, 300, EARLY)), &m, true, BA_ACCEPTED, 1, 300, &security);
	bench_until(b, start + 2 * MIP_SECOND);
	assert_acknowledged(give(b, update(&m, 2, 300, EARLY)), &m, true, BA_ACCEPTED, 2, 100, &security);
	bench_until(b, start + 3 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	bench_free(b);
}

static void test_unverified_refuse_answers_129(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m;
	struct mip6_security security;

	b->conf.unverified = UNVERIFIED_REFUSE;
	m = tested(b, 0x10);
	security = security_of(&m, true, false);
	assert_acknowledged(give(b, update(&m, 1, 300, EARLY | NO_ACKNOWLEDGEMENT)), &m, true, BA_PROHIBITED, 1, 0, &security);
	assert_data_to(b, &m, &m.home);
	register_binding(b, &m, 2);
	bench_free(b);
}

static void test_early_update_with_lifetime_zero_is_discarded(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);

	register_binding(b, &m, 1);
	node_input(b->n, b->now, 0, update(&m, 2, 0, EARLY));
	bench_assert_silent(b);
	assert_data_to(b, &m, &m.care_of);
	bench_free(b);
}

static void test_early_update_without_support_is_a_binding_error(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m;

	b->conf.ebu_support = false;
	m = tested(b, 0x10);
	assert_binding_error(give(b, update(&m, 1, 300, EARLY)), BE_UNKNOWN_MH_TYPE, &m.care_of, &m.home);
	assert_data_to(b, &m, &m.home);
	register_binding(b, &m, 2);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/correspondent-early/" #name, test_##name)
	T(tentative_binding_expires_to_the_nanosecond);
	T(update_confirms_the_tentative_binding);
	T(early_update_replaces_the_binding_of_another_care_of_address);
	T(early_update_leaves_a_verified_binding_alone);
	T(repeated_early_update_does_not_prolong_the_tentative_binding);
	T(unverified_refuse_answers_129);
	T(early_update_with_lifetime_zero_is_discarded);
	T(early_update_without_support_is_a_binding_error);
	return g_test_run();
}
