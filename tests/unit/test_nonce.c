// SPDX-License-Identifier: GPL-3.0-or-later
#include "mip6_harness.h"
#include "models/mip6/nonce.h"

static void test_new_nonce_every_30_seconds_on_demand(void)
{
	static const struct {
		mip_time at;
		unsigned generation; /* how many nonces have been made by then */
	} steps[] = {
		{ 0, 1 }, { 1, 1 }, { 30 * MIP_SECOND - 1, 1 }, { 30 * MIP_SECOND, 2 }, { 59 * MIP_SECOND, 2 },
		{ 1000 * MIP_SECOND, 3 }, { 1029 * MIP_SECOND, 3 }, { 1030 * MIP_SECOND, 4 },
	};
	struct bench *b = bench_new();
	struct nonces s;

	nonces_init(&s, b->n, 0);
	g_assert_cmpuint(bench_seen(b, OBSERVE_SECRET), ==, 1);
	for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
		const struct nonce *x = nonces_current(&s, b->n, steps[i].at);

		g_assert_cmpuint(bench_seen(b, OBSERVE_SECRET), ==, 1 + steps[i].generation);
		g_assert_cmpuint(x->index, ==, bench_last(b, OBSERVE_SECRET)->index);
		g_assert_cmpuint(x->index, !=, 0);
		g_assert_true(nonces_find(&s, x->index, steps[i].at) == x);
	}
	nonces_fini(&s);
	bench_free(b);
}

static void test_accepted_for_240_seconds_and_no_longer(void)
{
	struct bench *b = bench_new();
	struct nonces s;
	uint16_t index;
	mip_time t = 5 * MIP_SECOND;

	nonces_init(&s, b->n, t);
	index = nonces_current(&s, b->n, t)->index;
	g_assert_nonnull(nonces_find(&s, index, t + MAX_NONCE_LIFETIME));
	g_assert_null(nonces_find(&s, index, t + MAX_NONCE_LIFETIME + 1));
	g_assert_null(nonces_find(&s, (uint16_t)(index + 1), t));
	g_assert_null(nonces_find(&s, 0, t));
	nonces_fini(&s);
	bench_free(b);
}

/* The busiest correspondent makes a nonce each 30 s; a token of a nonce's last moment must still last 210 s (RFC 6275 5.2.7). */
static void test_token_lasts_210_seconds_at_full_rate(void)
{
	struct bench *b = bench_new();
	struct nonces s;
	uint16_t last = 0;

	nonces_init(&s, b->n, 0);
	for (mip_time t = 0; t < 1000 * MIP_SECOND; t += MIP_SECOND) {
		uint16_t index = nonces_current(&s, b->n, t)->index;

		if (last && index != last)
			for (mip_time u = t; u < t - MIP_SECOND + MAX_TOKEN_LIFETIME; u += MIP_SECOND) {
				struct nonces copy = s;

				for (mip_time v = t; v <= u; v += MIP_SECOND)
					nonces_current(&copy, b->n, v);
				g_assert_nonnull(nonces_find(&copy, last, u));
			}
		if (t > 100 * MIP_SECOND)
			break;
		last = index;
	}
	nonces_fini(&s);
	bench_free(b);
}

static void test_index_skips_zero_and_nonces_differ(void)
{
	struct bench *b = bench_new();
	struct nonces s;
	uint8_t before[RR_NONCE];

	nonces_init(&s, b->n, 0);
	s.last_index = UINT16_MAX - 1;
	memcpy(before, nonces_current(&s, b->n, 0)->octets, sizeof before);
	g_assert_cmpuint(nonces_current(&s, b->n, 0)->index, ==, UINT16_MAX);
	g_assert_cmpuint(nonces_current(&s, b->n, (MAX_NONCE_LIFETIME / NONCES_KEPT))->index, ==, 1);
	g_assert_cmpint(memcmp(before, nonces_current(&s, b->n, (MAX_NONCE_LIFETIME / NONCES_KEPT))->octets, sizeof before), !=, 0);
	nonces_fini(&s);
	bench_free(b);
}

static void test_forgotten_nonces_are_unknown_and_indices_go_on(void)
{
	struct bench *b = bench_new();
	struct nonces s;
	uint16_t index;

	nonces_init(&s, b->n, 0);
	index = nonces_current(&s, b->n, 0)->index;
	nonces_forget(&s);
	g_assert_null(nonces_find(&s, index, 0));
	g_assert_cmpuint(nonces_current(&s, b->n, 1)->index, ==, index + 1);
	nonces_fini(&s);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nonce/new-one-every-30-s-on-demand", test_new_nonce_every_30_seconds_on_demand);
	g_test_add_func("/nonce/accepted-for-240-s-and-no-longer", test_accepted_for_240_seconds_and_no_longer);
	g_test_add_func("/nonce/token-lasts-210-s-at-full-rate", test_token_lasts_210_seconds_at_full_rate);
	g_test_add_func("/nonce/index-skips-zero", test_index_skips_zero_and_nonces_differ);
	g_test_add_func("/nonce/forgotten", test_forgotten_nonces_are_unknown_and_indices_go_on);
	return g_test_run();
}
