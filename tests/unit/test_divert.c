// SPDX-License-Identifier: GPL-3.0-or-later
/* Diverted routing (Taxonomy 5.6): the correspondent sends through the home agent until it knows the new care-of address. */
#include "tests/unit/mobile_net.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

static struct net *divert_net(bool divert, bool reuse)
{
	struct net *t = net_new();

	t->mobile_conf.divert = divert;
	t->mobile_conf.reuse_home_token = reuse;
	t->delay_ha = 40 * MS;
	t->delay_ro = 15 * MS;
	t->delay_ha_cn = 30 * MS;
	return t;
}

/* Bound at AR1, data both ways every millisecond while it moves to AR2. Returns when the care-of address there was usable. */
static mip_time move(struct net *t)
{
	net_settle(t);
	net_move(t, AR2);
	while (t->now < 11 * S) {
		net_data(t, CN);
		net_data(t, MN);
		net_run(t, t->now + MS);
	}
	return net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
}

/* The first datagram from the correspondent that came so; MIP_NEVER: none did. */
static mip_time first_arrival(const struct net *t, bool tunnelled)
{
	for (guint i = 0; i < t->arrived->len; i++) {
		const struct arrival *a = &g_array_index(t->arrived, struct arrival, i);

		if (a->node == MN && a->tunnelled == tunnelled)
			return a->at;
	}
	return MIP_NEVER;
}

static guint lost(const struct net *t)
{
	guint sent = 1000, got = 0;

	for (guint i = 0; i < t->arrived->len; i++)
		got += g_array_index(t->arrived, struct arrival, i).node == MN;
	/* what was sent last is on its way */
	return sent - got - (guint)(t->delay_ro / MS);
}

static void assert_within_ms(mip_time a, mip_time b)
{
	g_assert_cmpint(a, >=, b);
	g_assert_cmpint(a, <=, b + MS);
}

/* The old binding is gone one way after the address was there; the standard exchange goes on as ever. */
static void test_data_comes_through_the_home_agent_until_it_comes_directly(void)
{
	struct net *t = divert_net(true, true), *plain = divert_net(false, true);
	mip_time at = move(t), at_plain = move(plain), round_trip = 2 * t->delay_ro, through = t->delay_ha_cn + t->delay_ha;

	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 1);
	g_assert_cmpint(net_at(t, MN, OBSERVE_DIVERTED), ==, at);
	assert_within_ms(first_arrival(t, true) - at, t->delay_ro + through);
	assert_within_ms(first_arrival(t, false) - at, 2 * t->delay_ha + round_trip); /* max(RTT_HA, RTT_RO) + RTT_RO */
	g_assert_cmpint(first_arrival(plain, true), ==, MIP_NEVER);
	assert_within_ms(first_arrival(plain, false) - at_plain, 2 * t->delay_ha + round_trip);
	/* Saved is all from the request's arrival to the update's: RTT_HA in all. */
	g_assert_cmpint(at, ==, at_plain);
	g_assert_cmpuint(lost(plain) - lost(t), >=, 2 * t->delay_ha / MS - 1);
	g_assert_cmpuint(lost(plain) - lost(t), <=, 2 * t->delay_ha / MS + 1);
	g_assert_cmpint(net_at(t, MN, OBSERVE_SEND_DIRECT), ==, net_at(plain, MN, OBSERVE_SEND_DIRECT));
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_DELETED), ==, 1);
	g_assert_cmpuint(net_drops(t, CN, DROP_BAD_SEQUENCE), ==, 0);
	net_free(t);
	net_free(plain);
}

static void test_without_a_home_token_it_waits_for_one(void)
{
	struct net *t = divert_net(true, false);
	mip_time at;

	/* The home test is done before the home agent has answered the correspondent's care-of test. */
	t->delay_ro = 200 * MS;
	at = move(t);
	g_assert_cmpint(net_at(t, MN, OBSERVE_DIVERTED) - at, ==, 2 * (t->delay_ha + t->delay_ha_cn));
	net_free(t);

	/* With both tests done there is an update to send, and nothing to divert. */
	t = divert_net(true, false);
	move(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 0);
	net_free(t);
}

static void test_an_early_update_is_better(void)
{
	struct net *t = divert_net(true, true);

	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
	move(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 0);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BA_ACCEPTED), ==, 1);
	net_free(t);

	/* Refused, it is no good any more. */
	t = divert_net(true, true);
	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
	t->peer_conf.unverified = UNVERIFIED_REFUSE;
	move(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 1);
	g_assert_cmpint(first_arrival(t, true), !=, MIP_NEVER);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* A lost request is not repeated: the update makes up for it. */
static bool lose_the_request(struct net *t, int from, int to, const struct packet *p)
{
	(void)to;
	return from == MN && p->message == MESSAGE_BU && t->left_to_lose-- > 0;
}

static void test_a_lost_request_changes_nothing_else(void)
{
	struct net *t = divert_net(true, true);

	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	net_data(t, MN);
	net_run(t, 10 * S);
	net_forget(t);
	t->lose = lose_the_request;
	t->left_to_lose = 1;
	net_move(t, AR2);
	net_run(t, 15 * S);
	g_assert_cmpint(t->lost, ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 1);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_DELETED), ==, 0);
	g_assert_cmpint(net_at(t, MN, OBSERVE_SEND_DIRECT) - net_at(t, MN, OBSERVE_CARE_OF_ADDRESS), ==, 2 * (t->delay_ha + t->delay_ro));
	net_free(t);
}

/* Nothing is bound yet, or home is near: there is nothing to divert. */
static void test_only_a_binding_that_was_left_is_diverted(void)
{
	struct net *t = divert_net(true, true);

	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	net_data(t, MN);
	net_run(t, 10 * S);
	net_move(t, HA);
	net_run(t, 20 * S);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_DELETED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DIVERTED), ==, 0);
	net_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/divert/" #name, test_##name)
	T(data_comes_through_the_home_agent_until_it_comes_directly);
	T(without_a_home_token_it_waits_for_one);
	T(an_early_update_is_better);
	T(a_lost_request_changes_nothing_else);
	T(only_a_binding_that_was_left_is_diverted);
	return g_test_run();
}
