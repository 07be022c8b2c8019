// SPDX-License-Identifier: GPL-3.0-or-later
/* The formulas of analysis/closed_forms.h against numbers worked out by hand from the sources they come from. */
#include "analysis/closed_forms.h"

#include <glib.h>

#define MS MIP_MILLISECOND

/* one-way: mobile node - home agent 15, - correspondent 20, home agent - correspondent 30 ms */
static const struct round_trips plain = { 30 * MS, 90 * MS, 40 * MS };
/* the home agent is farther than anything else: only possible with a link cost, or when RTT_BT counts as 0 */
static const struct round_trips far_home = { 200 * MS, 60 * MS, 40 * MS };
static const struct round_trips far_peer = { 30 * MS, 90 * MS, 120 * MS };

static const struct latency_case {
	const char *name;
	struct closed_form_case c; /* early, optimistic, reuse, sequential */
	const struct round_trips *rtt;
	mip_time send, receive, rebound, confirmed;
} latency_cases[] = {
	{ "standard-conservative", { false, false, false, false }, &plain, 130 * MS, 130 * MS, 110 * MS, 110 * MS },
	{ "standard-optimistic", { false, true, false, false }, &plain, 90 * MS, 130 * MS, 110 * MS, 110 * MS },
	{ "early-conservative", { true, false, false, false }, &plain, 40 * MS, 40 * MS, 20 * MS, 60 * MS },
	{ "early-optimistic", { true, true, false, false }, &plain, 0, 40 * MS, 20 * MS, 60 * MS },
	{ "standard-reuses-home-token", { false, false, true, false }, &plain, 80 * MS, 80 * MS, 60 * MS, 60 * MS },
	{ "standard-optimistic-reuses-home-token", { false, true, true, false }, &plain, 40 * MS, 80 * MS, 60 * MS, 60 * MS },
	{ "standard-waits-for-home-agent", { false, false, false, false }, &far_home, 240 * MS, 240 * MS, 220 * MS, 220 * MS },
	{ "early-waits-for-home-agent", { true, false, false, false }, &far_home, 200 * MS, 40 * MS, 20 * MS, 220 * MS },
	{ "standard-waits-for-care-of-test", { false, false, false, false }, &far_peer, 240 * MS, 240 * MS, 180 * MS, 180 * MS },
	{ "early-waits-for-peer", { true, false, false, false }, &far_peer, 120 * MS, 120 * MS, 60 * MS, 180 * MS },
	{ "sequential", { false, false, false, true }, &plain, 160 * MS, 160 * MS, 140 * MS, 140 * MS },
	{ "sequential-optimistic", { false, true, false, true }, &plain, 120 * MS, 160 * MS, 140 * MS, 140 * MS },
	{ "sequential-reuses-home-token", { false, false, true, true }, &plain, 110 * MS, 110 * MS, 90 * MS, 90 * MS },
};

static void test_latency(gconstpointer data)
{
	const struct latency_case *t = data;

	g_assert_cmpint(closed_form_send(t->c, *t->rtt), ==, t->send);
	g_assert_cmpint(closed_form_receive(t->c, *t->rtt), ==, t->receive);
	g_assert_cmpint(closed_form_rebound(t->c, *t->rtt), ==, t->rebound);
	g_assert_cmpint(closed_form_confirmed(t->c, *t->rtt), ==, t->confirmed);
}

static void test_stream(void)
{
	/* instants 5, 25, 45 ... */
	g_assert_cmpint(closed_form_stream_arrival(5 * MS, 20 * MS, 26 * MS, 10 * MS), ==, 50 * MS);
	g_assert_cmpint(closed_form_stream_arrival(5 * MS, 20 * MS, 25 * MS, 10 * MS), ==, 30 * MS);
	g_assert_cmpint(closed_form_stream_arrival(5 * MS, 20 * MS, 25 * MS + 1, 10 * MS), ==, 50 * MS);
	g_assert_cmpint(closed_form_stream_arrival(5 * MS, 20 * MS, 0, 10 * MS), ==, 10 * MS);
}

static void test_detection(void)
{
	static const struct {
		double a, b, mean, deviation;
	} rows[] = { { 1, 3, 2.583, 0.759 }, { 0.05, 1.5, 2.001, 0.456 }, { 0.03, 0.07, 1.526, 0.289 } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpfloat_with_epsilon(closed_form_detection_and_address_s(rows[i].a, rows[i].b), rows[i].mean, 0.0006);
		g_assert_cmpfloat_with_epsilon(closed_form_detection_and_address_deviation_s(rows[i].a, rows[i].b),
					       rows[i].deviation, 0.0006);
	}
	/* A constant interval: the wait is uniform over it. */
	g_assert_cmpfloat_with_epsilon(closed_form_advertisement_wait_s(2, 2), 1, 1e-12);
	g_assert_cmpfloat_with_epsilon(closed_form_advertisement_wait_variance_s2(2, 2), 4.0 / 12, 1e-12);
}

static void test_refresh(void)
{
	g_assert_cmpuint(closed_form_refresh_octets(false, false), ==, 336);
	g_assert_cmpuint(closed_form_refresh_octets(true, false), ==, 432);
	g_assert_cmpuint(closed_form_refresh_octets(true, true), ==, 512);
	g_assert_cmpfloat_with_epsilon(closed_form_refresh_bps(336, 420), 6.40, 0.005);
	g_assert_cmpfloat_with_epsilon(closed_form_refresh_bps(432, 420), 8.23, 0.005);
	g_assert_cmpfloat_with_epsilon(closed_form_refresh_bps(512, 420), 9.75, 0.005);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(latency_cases); i++) {
		char *path = g_strconcat("/closed-forms/latency/", latency_cases[i].name, NULL);

		g_test_add_data_func(path, &latency_cases[i], test_latency);
		g_free(path);
	}
	g_test_add_func("/closed-forms/stream-leaves-at-its-next-instant", test_stream);
	g_test_add_func("/closed-forms/detection-and-address", test_detection);
	g_test_add_func("/closed-forms/refresh-signalling", test_refresh);
	return g_test_run();
}
