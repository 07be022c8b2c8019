// SPDX-License-Identifier: GPL-3.0-or-later
/* Who is exempt from the limits of an unverified care-of address, and the misuse monitor. Credit has tests of its own. */
#include "correspondent_harness.h"

static bool early(struct bench *b, const struct mobile *m, uint16_t sequence, unsigned how)
{
	bench_forget(b);
	node_input(b->n, b->now, 0, update(m, sequence, 300, EARLY | NO_ACKNOWLEDGEMENT | how));
	bench_drain(b);
	return bench_seen(b, OBSERVE_EARLY_BU_ACCEPTED);
}

static void test_only_trusted_home_addresses_are_granted(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10), other = tested(b, 0x90);
	const struct subnet subnets[] = { { m.home, 128 } };

	b->conf.unverified = UNVERIFIED_TRUSTED;
	b->conf.trusted = (struct subnet_list){ subnets, 1 };
	g_assert_true(early(b, &m, 1, 0));
	assert_data_to(b, &m, &m.care_of);
	g_assert_false(early(b, &other, 1, 0));
	g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, BA_PROHIBITED);
	assert_data_to(b, &other, &other.home);
	/* time limits it all the same */
	bench_until(b, b->now + 3 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	bench_free(b);
}

/* An Alternate Care-of Address option is not what a router compares with its prefix. */
static void test_ingress_filtered_prefixes_count_only_for_the_source_address(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10), elsewhere;
	const struct subnet subnets[] = { { m.care_of, 64 } };

	b->conf.unverified = UNVERIFIED_TRUSTED;
	b->conf.ingress_filtered = (struct subnet_list){ subnets, 1 };
	elsewhere = m;
	elsewhere.care_of = CARE_OF_2;
	g_assert_false(early(b, &elsewhere, 1, 0));
	g_assert_false(early(b, &m, 2, WITH_ALTERNATE | NO_HOME_ADDRESS_OPTION));
	g_assert_true(early(b, &m, 3, 0));
	bench_free(b);
}

static void test_the_exempt_need_no_credit(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10), other = tested(b, 0x90);
	const struct subnet subnets[] = { { m.home, 124 } };

	b->conf.unverified = UNVERIFIED_CREDIT;
	b->conf.credit = (struct credit_conf){ .factor = { 7, 8 }, .interval = 5 * MIP_SECOND, .quench = { 1, 1 } };
	b->conf.trusted = (struct subnet_list){ subnets, 1 };
	g_assert_true(early(b, &m, 1, 0) && early(b, &other, 1, 0));
	assert_data_to(b, &m, &m.care_of);
	assert_data_to(b, &other, &other.home);
	bench_free(b);
}

/* data_goes_to sends 80 octets; 8000 octets in a second is one in 10 ms. */
static void test_the_monitor_limits_the_rate(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	unsigned passed = 0;

	b->conf.unverified = UNVERIFIED_HEURISTIC;
	b->conf.heuristic = (struct heuristic_conf){ .rate_bps = 64000, .burst = 400, .score = 3 };
	g_assert_true(early(b, &m, 1, 0));
	for (unsigned i = 0; i < 1000; i++) {
		struct in6 to;

		bench_until(b, b->now + MIP_MILLISECOND);
		to = data_goes_to(b, &m.home);
		passed += in6_equal(&to, &m.care_of);
	}
	g_assert_cmpuint(passed, ==, (400 + 999 * 8) / 80); /* the first millisecond finds the bucket full */
	g_assert_cmpuint(bench_seen(b, OBSERVE_MISUSE), ==, 1000 - passed);
	bench_free(b);
}

static void test_the_score_grows_with_addresses_that_are_never_verified(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	uint16_t sequence = 1;

	b->conf.unverified = UNVERIFIED_HEURISTIC;
	b->conf.heuristic = (struct heuristic_conf){ .rate_bps = 64000, .burst = 16000, .score = 2 };
	g_assert_true(early(b, &m, sequence++, 0));
	bench_until(b, b->now + 3 * MIP_SECOND); /* expires: 1 */
	g_assert_true(early(b, &m, sequence++, 0));
	m.care_of = CARE_OF_2;
	g_assert_true(early(b, &m, sequence++, 0)); /* given up for another: 2 */
	m.care_of = CARE_OF;
	g_assert_false(early(b, &m, sequence++, 0));
	g_assert_cmpuint(bench_last(b, OBSERVE_MISUSE)->value, ==, MISUSE_REFUSED);
	run_test(b, &m, MH_COTI);
	register_binding(b, &m, sequence++); /* verified: 1 */
	m.care_of = CARE_OF_2;
	g_assert_true(early(b, &m, sequence++, 0));
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/unverified/" #name, test_##name)
	T(only_trusted_home_addresses_are_granted);
	T(ingress_filtered_prefixes_count_only_for_the_source_address);
	T(the_exempt_need_no_credit);
	T(the_monitor_limits_the_rate);
	T(the_score_grows_with_addresses_that_are_never_verified);
	return g_test_run();
}
