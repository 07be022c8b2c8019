// SPDX-License-Identifier: GPL-3.0-or-later
/* The decision table of registration.c: what is owed to a correspondent next. */
#include <glib.h>

#include "models/mip6/mip6.h"
#include "models/mip6/registration.h"
#include "tests/unit/rows.h"

#define NOW (1000 * MIP_SECOND)
#define EARLY REGISTRATION_EARLY_UPDATE
#define HOME REGISTRATION_HOME_TEST
#define CARE_OF REGISTRATION_CARE_OF_TEST
#define UPDATE REGISTRATION_UPDATE
#define DIRECT REGISTRATION_SEND_DIRECT

/* Ages are before NOW; -1: not held. */
struct row {
	const char *name;
	/* switches */
	enum home_test home_test;
	bool reuse;
	enum care_of_test care_of_test;
	enum waiting wait;
	enum registration_order order;
	/* held */
	bool tunnel, acknowledged, deleting, unknown, registered;
	mip_time started_s, home_s, care_of_s;
	enum registration_progress early, update;
	unsigned want;
};

#define MOVE HOME_TEST_ON_MOVEMENT
#define AHEAD HOME_TEST_PROACTIVE
#define BEFORE CARE_OF_TEST_BEFORE
#define CONCURRENT CARE_OF_TEST_CONCURRENT
#define SAFE WAIT_CONSERVATIVE
#define BOLD WAIT_OPTIMISTIC
#define PARALLEL REGISTER_PARALLEL
#define SEQUENTIAL REGISTER_SEQUENTIAL
#define NO REGISTRATION_NOT_SENT
#define SENT REGISTRATION_SENT
#define OK REGISTRATION_ACCEPTED
#define GONE REGISTRATION_WITHDRAWN

static const struct row rows[] = {
	/*                                       switches                                 tun ack del unk reg  age h  c   early update */
	{ "standard-starts-both-tests",          MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  0, -1, -1,   NO, NO, HOME | CARE_OF },
	{ "nothing-without-a-tunnel",            MOVE, 0, BEFORE, SAFE, PARALLEL,         0, 0, 0, 0, 0,  0, -1, -1,   NO, NO, 0 },
	{ "early-nothing-without-a-tunnel",      AHEAD, 0, CONCURRENT, BOLD, PARALLEL,    0, 0, 0, 0, 0,  0, 9, -1,    NO, NO, 0 },
	{ "standard-tests-anew-after-moving",    MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, HOME | CARE_OF },
	{ "reuse-skips-the-home-test",           MOVE, 1, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, CARE_OF },
	{ "reuse-not-beyond-210-s",              MOVE, 1, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  0, 210, -1,  NO, NO, HOME | CARE_OF },
	{ "reuse-up-to-210-s",                   MOVE, 1, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  0, 209, -1,  NO, NO, CARE_OF },
	{ "proactive-skips-the-home-test",       AHEAD, 0, BEFORE, SAFE, PARALLEL,        1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, CARE_OF },
	{ "update-waits-for-the-home-agent",     MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 0, 0, 0, 0,  5, 1, 1,     NO, NO, 0 },
	{ "update-waits-for-the-care-of-test",   MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 0,  5, 1, -1,    NO, NO, CARE_OF },
	{ "update-waits-for-the-home-test",      MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 0,  5, -1, 1,    NO, NO, HOME },
	{ "update-when-all-three-are-there",     MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 0,  5, 1, 1,     NO, NO, UPDATE },
	{ "optimistic-sends-with-the-update",    MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 1, 0, 0, 0,  5, 1, 1,     NO, NO, UPDATE | DIRECT },
	{ "conservative-waits-for-the-answer",   MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 0,  5, 1, 1,     NO, SENT, 0 },
	{ "optimistic-does-not",                 MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 1, 0, 0, 0,  5, 1, 1,     NO, SENT, DIRECT },
	{ "accepted-is-direct",                  MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 1,  5, 1, 1,     NO, OK, DIRECT },
	{ "sequential-holds-tests-back",         MOVE, 0, BEFORE, SAFE, SEQUENTIAL,       1, 0, 0, 0, 0,  0, -1, -1,   NO, NO, 0 },
	{ "sequential-tests-after-the-answer",   MOVE, 0, BEFORE, SAFE, SEQUENTIAL,       1, 1, 0, 0, 0,  0, -1, -1,   NO, NO, HOME | CARE_OF },
	{ "sequential-holds-early-back",         AHEAD, 0, CONCURRENT, BOLD, SEQUENTIAL,  1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, 0 },
	{ "early-with-a-fresh-token",            AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, EARLY | CARE_OF },
	{ "early-optimistic-sends-at-once",      AHEAD, 0, CONCURRENT, BOLD, PARALLEL,    1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, EARLY | CARE_OF | DIRECT },
	{ "early-and-a-new-home-test",           MOVE, 0, CONCURRENT, SAFE, PARALLEL,     1, 0, 0, 0, 0,  0, 9, -1,    NO, NO, EARLY | HOME | CARE_OF },
	{ "early-not-without-a-token",           AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  0, -1, -1,   NO, NO, HOME | CARE_OF },
	{ "early-not-with-an-old-token",         AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  0, 210, -1,  NO, NO, HOME | CARE_OF },
	{ "early-not-with-a-token-of-now",       AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  5, 1, -1,    NO, NO, CARE_OF },
	{ "early-not-to-who-knows-it-not",       AHEAD, 0, CONCURRENT, BOLD, PARALLEL,    1, 0, 0, 1, 0,  0, 9, -1,    NO, NO, CARE_OF },
	{ "early-not-on-a-refresh",              AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 1, 0, 0, 1,  0, 9, -1,    NO, NO, CARE_OF | DIRECT },
	{ "early-once",                          AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  0, 9, -1,    SENT, NO, CARE_OF },
	{ "early-conservative-needs-both-1",     AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 0, 0, 0, 0,  0, 9, -1,    OK, NO, CARE_OF },
	{ "early-conservative-needs-both-2",     AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 1, 0, 0, 0,  0, 9, -1,    SENT, NO, CARE_OF },
	{ "early-conservative-has-both",         AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 1, 0, 0, 0,  0, 9, -1,    OK, NO, CARE_OF | DIRECT },
	{ "early-stays-direct-while-confirming", AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 1, 0, 0, 0,  0, 9, 0,     OK, SENT, DIRECT },
	{ "early-withdrawn-is-not-direct",       AHEAD, 0, CONCURRENT, BOLD, PARALLEL,    1, 1, 0, 1, 0,  0, 9, -1,    GONE, NO, CARE_OF },
	{ "early-is-confirmed",                  AHEAD, 0, CONCURRENT, SAFE, PARALLEL,    1, 1, 0, 0, 0,  3, 9, 1,     OK, NO, UPDATE | DIRECT },
	{ "refresh-tests-again",                 MOVE, 0, BEFORE, SAFE, PARALLEL,         1, 1, 0, 0, 1,  0, 9, 9,     NO, NO, HOME | CARE_OF | DIRECT },
	{ "refresh-keeps-a-proactive-token",     AHEAD, 0, BEFORE, SAFE, PARALLEL,        1, 1, 0, 0, 1,  0, 9, 9,     NO, NO, CARE_OF | DIRECT },
	{ "update-refused-for-good",             MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 1, 0, 0, 0,  5, 1, 1,     NO, GONE, 0 },
	{ "deletion-needs-a-home-test",          MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 0, 1, 0, 0,  0, 9, -1,    NO, NO, HOME },
	{ "deletion-needs-no-care-of-test",      MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 0, 1, 0, 0,  5, 1, -1,    NO, NO, UPDATE },
	{ "deletion-with-the-token-kept",        AHEAD, 0, CONCURRENT, BOLD, PARALLEL,    1, 0, 1, 0, 0,  0, 9, -1,    NO, NO, UPDATE },
	{ "deletion-not-before-the-home-agents", MOVE, 0, BEFORE, BOLD, PARALLEL,         0, 0, 1, 0, 0,  0, 9, -1,    NO, NO, 0 },
	{ "deletion-once",                       MOVE, 0, BEFORE, BOLD, PARALLEL,         1, 0, 1, 0, 0,  5, 1, -1,    NO, SENT, 0 },
};

static mip_time ago(mip_time seconds)
{
	return seconds < 0 ? MIP_NEVER : NOW - seconds * MIP_SECOND;
}

static void decide(gconstpointer data)
{
	const struct row *w = data;
	struct protocol_conf conf = { .home_test = w->home_test, .reuse_home_token = w->reuse, .care_of_test = w->care_of_test,
		                      .wait = w->wait, .registration_order = w->order };
	struct registration r = { .tunnel = w->tunnel, .home_acknowledged = w->acknowledged, .deleting = w->deleting,
		                  .early_unknown = w->unknown, .registered = w->registered, .started = ago(w->started_s),
		                  .home_token_at = ago(w->home_s), .home_token_until = w->home_s < 0 ? 0 : ago(w->home_s) + MAX_TOKEN_LIFETIME,
		                  .care_of_token_at = ago(w->care_of_s),
		                  .early = w->early, .update = w->update };

	g_assert_cmphex(registration_next(&conf, &r, NOW), ==, w->want);
}

/* With `divert`, a token held, the home agent not heard yet: the request to divert comes once, and only where no update can leave. */
static void diversion(void)
{
	static const struct {
		enum care_of_test care_of_test;
		bool on;
		mip_time home_s, care_of_s;
		bool acknowledged;
		enum registration_progress early, divert;
		unsigned want;
	} cases[] = {
		{ BEFORE, true, 9, -1, false, NO, NO, CARE_OF | REGISTRATION_DIVERT },
		{ BEFORE, false, 9, -1, false, NO, NO, CARE_OF },
		{ BEFORE, true, 9, -1, false, NO, SENT, CARE_OF },
		{ BEFORE, true, 9, -1, false, NO, GONE, CARE_OF },
		{ BEFORE, true, -1, -1, false, NO, NO, HOME | CARE_OF },
		{ BEFORE, true, 9, 0, false, NO, NO, REGISTRATION_DIVERT },
		{ BEFORE, true, 9, 0, true, NO, NO, UPDATE },
		{ CONCURRENT, true, 9, -1, false, NO, NO, EARLY | CARE_OF },
		{ CONCURRENT, true, 9, -1, false, SENT, NO, CARE_OF },
		{ CONCURRENT, true, 9, -1, false, GONE, NO, CARE_OF | REGISTRATION_DIVERT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct protocol_conf conf = { .home_test = AHEAD, .care_of_test = cases[i].care_of_test, .divert = cases[i].on };
		struct registration r = { .tunnel = true, .home_acknowledged = cases[i].acknowledged, .started = NOW,
			                  .home_token_at = ago(cases[i].home_s), .home_token_until = NOW + MIP_SECOND,
			                  .care_of_token_at = ago(cases[i].care_of_s), .early = cases[i].early, .divert = cases[i].divert };

		g_assert_cmphex(registration_next(&conf, &r, NOW), ==, cases[i].want);
	}
}

/* A care-of token got ahead counts though it is older than the movement; an update at once does not wait for the home agent, nor does an early
 * one go where it would only come along. */
static void ahead_and_at_once(void)
{
	static const struct {
		bool ahead, at_once, acknowledged;
		enum care_of_test care_of_test;
		mip_time home_s, care_of_s;
		unsigned want;
	} cases[] = {
		{ false, false, true, BEFORE, 9, 9, CARE_OF },
		{ true, false, true, BEFORE, 9, 9, UPDATE },
		{ true, false, true, BEFORE, 9, 210, CARE_OF },
		{ true, false, false, BEFORE, 9, 9, 0 },
		{ true, true, false, BEFORE, 9, 9, UPDATE },
		{ false, true, false, BEFORE, 9, 0, UPDATE },
		{ false, true, false, BEFORE, -1, 0, HOME },
		{ true, true, false, CONCURRENT, 9, 9, UPDATE },
		{ true, false, false, CONCURRENT, 9, 9, EARLY },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct protocol_conf conf = { .home_test = AHEAD, .care_of_test = cases[i].care_of_test, .update_at_once = cases[i].at_once };
		struct registration r = { .tunnel = true, .home_acknowledged = cases[i].acknowledged, .started = NOW,
			                  .home_token_at = ago(cases[i].home_s), .home_token_until = NOW + MIP_SECOND,
			                  .care_of_token_at = ago(cases[i].care_of_s), .care_of_ahead = cases[i].ahead };

		g_assert_cmphex(registration_next(&conf, &r, NOW), ==, cases[i].want);
	}
}

/* RFC 4449: the home token is always there; without a care-of test the care-of token, too. */
static void with_a_preconfigured_key(void)
{
	static const struct {
		enum care_of_test care_of_test;
		bool at_once, acknowledged, deleting;
		mip_time care_of_s;
		enum registration_progress early;
		unsigned want;
	} cases[] = {
		{ CARE_OF_TEST_NONE, false, true, false, -1, NO, UPDATE },
		{ CARE_OF_TEST_NONE, false, false, false, -1, NO, 0 },
		{ CARE_OF_TEST_NONE, true, false, false, -1, NO, UPDATE },
		{ CARE_OF_TEST_NONE, false, false, true, -1, NO, UPDATE },
		{ BEFORE, false, true, false, -1, NO, CARE_OF },
		{ BEFORE, false, true, false, 0, NO, UPDATE },
		{ BEFORE, false, false, true, -1, NO, UPDATE },
		{ CONCURRENT, false, true, false, -1, NO, EARLY | CARE_OF },
		{ CONCURRENT, false, true, false, 0, OK, UPDATE | DIRECT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct protocol_conf conf = { .home_test = HOME_TEST_NONE, .authorization = AUTHORIZE_PRECONFIGURED,
			                      .care_of_test = cases[i].care_of_test, .update_at_once = cases[i].at_once };
		struct registration r = { .tunnel = true, .home_acknowledged = cases[i].acknowledged, .deleting = cases[i].deleting,
			                  .started = NOW, .home_token_at = MIP_NEVER, .care_of_token_at = ago(cases[i].care_of_s),
			                  .early = cases[i].early };

		g_assert_cmphex(registration_next(&conf, &r, NOW), ==, cases[i].want);
	}
}

static void next_home_test(void)
{
	struct protocol_conf conf = { .home_test_interval = 100 * MIP_SECOND };

	g_assert_cmpint(registration_next_home_test(&conf, NOW, MIP_NEVER), ==, NOW + 100 * MIP_SECOND);
	conf.home_test_interval = 500 * MIP_SECOND; /* the token would be gone long before */
	g_assert_cmpint(registration_next_home_test(&conf, NOW, MIP_NEVER), ==, NOW + MAX_TOKEN_LIFETIME - 8 * MIP_SECOND);
	g_assert_cmpint(registration_next_home_test(&conf, NOW, NOW + 900 * MIP_SECOND), ==, NOW + 892 * MIP_SECOND);
	conf.home_test_interval = MIP_NEVER;
	g_assert_cmpint(registration_next_home_test(&conf, NOW, NOW + 900 * MIP_SECOND), ==, MIP_NEVER);
}

static void margin(void)
{
	g_assert_cmpint(registration_margin(420 * MIP_SECOND), ==, 8 * MIP_SECOND);
	g_assert_cmpint(registration_margin(4 * MIP_SECOND), ==, MIP_SECOND);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		add_row("/registration", rows[i].name, &rows[i], decide);
	g_test_add_func("/registration/a-request-to-divert", diversion);
	g_test_add_func("/registration/with-a-preconfigured-key", with_a_preconfigured_key);
	g_test_add_func("/registration/ahead-and-at-once", ahead_and_at_once);
	g_test_add_func("/registration/next-home-test-before-the-token-ends", next_home_test);
	g_test_add_func("/registration/margin-has-room-for-three-tries", margin);
	return g_test_run();
}
