// SPDX-License-Identifier: GPL-3.0-or-later
/* Binding lifetime extension by credit, at both ends; Token Lifetime in Home Tests, and when those are made. */
#include "tests/unit/mobile_net.h"
#include "models/mip6/lifetime_credit.h"
#include "models/mip6/registration.h"
#include "tests/unit/vector.h"

#define S MIP_SECOND
#define HOUR (3600 * MIP_SECOND)
#define UNIT (4 * MIP_SECOND)

/* ---- octets ------------------------------------------------------------------------------------------------------------ */

/* The packets that independent Python made of the same keys. */
static void test_authenticators_are_those_of_the_vectors(void)
{
	const struct in6 home = { { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 0x10 } }, care_of = { { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 0x10 } };
	struct mip6_security security = { .care_of_address = care_of, .correspondent = { { 0x20, 1, 0x0d, 0xb8, 0, 3, [15] = 0x20 } } };
	struct mh_message u = { .type = MH_BU, .sequence = 9, .flags = BU_ACKNOWLEDGE, .lifetime = 7200,
		                .options = { .has_nonce_indices = true, .home_nonce_index = 4, .care_of_nonce_index = 8, .credit_updates = 3 } };
	struct mh_message a = { .type = MH_BA, .sequence = 9, .lifetime = 270, .options = { .credit_updates = 3 } };
	struct octets update = octets_of_vector("mh-bu-lifetime-credit"), answer = octets_of_vector("mh-ba-lifetime-credit");
	uint8_t node_key[RR_NODE_KEY], nonce[RR_NONCE], home_token[RR_TOKEN], care_of_token[RR_TOKEN], credit_key[RR_BINDING_KEY];
	struct rr_node_key *k;
	struct packet *p;

	for (unsigned i = 0; i < sizeof node_key; i++)
		node_key[i] = (uint8_t)i;
	k = rr_node_key_new(node_key);
	for (unsigned i = 0; i < sizeof nonce; i++)
		nonce[i] = (uint8_t)(0x10 + i);
	rr_token(k, &home, nonce, RR_HOME, home_token);
	for (unsigned i = 0; i < sizeof nonce; i++)
		nonce[i] = (uint8_t)(0x20 + i);
	rr_token(k, &care_of, nonce, RR_CARE_OF, care_of_token);
	rr_node_key_free(k);
	rr_binding_key(home_token, care_of_token, security.key);
	rr_credit_key(security.key, NULL, credit_key);
	rr_credit_key(security.key, credit_key, credit_key);
	rr_credit_key(security.key, credit_key, credit_key);
	security.credit_key = credit_key;
	p = mip6_message(&care_of, &security.correspondent, &home, NULL, &u, &security);
	assert_octets(p->data, p->length, update.data, update.length);
	packet_free(p);
	p = mip6_message(&security.correspondent, &care_of, NULL, &home, &a, &security);
	assert_octets(p->data, p->length, answer.data, answer.length);
	packet_free(p);
	octets_free(&update);
	octets_free(&answer);
}

/* ---- the row at both ends -------------------------------------------------------------------------------------------------- */

static struct net *credit_net(void)
{
	struct net *t = net_new();

	t->mobile_conf.lifetime_credit = t->peer_conf.lifetime_credit =
	    (struct lifetime_credit_conf){ .on = true, .part = { 3, 10 }, .limit = 8 * HOUR };
	t->conf.router_advertisement_min = 3 * S;
	t->conf.router_advertisement_max = 10 * S;
	return t;
}

/* At AR1, bound at the correspondent. Returns when the row began there. */
static mip_time settle(struct net *t)
{
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 15 * S);
	net_data(t, MN);
	net_run(t, 20 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	return net_at(t, CN, OBSERVE_BU_ACCEPTED);
}

/* A datagram a minute, so that every binding is used, until the end. */
static void talk(struct net *t, mip_time end)
{
	while (t->now < end) {
		net_data(t, MN);
		net_run(t, mip_time_min(end, t->now + 60 * S));
	}
}

static mip_time granted(mip_time bound, mip_time limit)
{
	mip_time lifetime = mip_time_min(mip_time_max(126 * S, bound * 3 / 10), limit);

	return lifetime / UNIT * UNIT;
}

/*
 * t(k + 1) = t(k) + L(t(k)) - margin + what the tests take: with 0.3 t it grows by the factor 1.3. A refresh is two tests in parallel and the
 * update; the first one's clock starts with the update.
 */
static void test_lifetimes_grow_as_the_closed_form_says(void)
{
	struct net *t = credit_net();
	mip_time begin = settle(t), tests = 2 * (t->delay_ha + t->delay_ha_cn), bound = 0, at_8_hours = 0, at_limit = 0;
	guint updates;

	talk(t, 40 * HOUR);
	updates = net_count(t, CN, OBSERVE_BU_ACCEPTED);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, updates);
	g_assert_cmpuint(updates, >, 20);
	for (guint i = 0; i < updates; i++) {
		mip_time lifetime = granted(bound, 8 * HOUR);

		g_assert_cmpint(net_nth(t, CN, OBSERVE_BU_ACCEPTED, i)->at - begin, ==, bound);
		if (bound <= 8 * HOUR)
			at_8_hours = lifetime;
		if (lifetime == 8 * HOUR && !at_limit)
			at_limit = bound;
		bound += lifetime - registration_margin(lifetime) + tests;
	}
	/* 0.104 bit/s is an update every 8 h; it takes 8 h / 0.3 to get there. The last lifetime given out before 8 h is below 0.3 of that. */
	g_assert_cmpint(at_limit, >=, 8 * HOUR * 10 / 3 / UNIT * UNIT);
	g_assert_cmpint(at_limit, <, 35 * HOUR);
	g_assert_cmpint(at_8_hours, <=, 8640 * S);
	g_assert_cmpint(at_8_hours, >, 8640 * S * 10 / 13 - 60 * S);
	net_free(t);
}

static GArray *lifetimes; /* granted, in units, in the order of the acknowledgements that left */
static guint16 last_n;
static int lose_type; /* of the next t->left_to_lose messages */

static bool look(struct net *t, int from, int to, const struct packet *p)
{
	struct packet *copy;
	struct ipv6_view v;
	struct mh_message m;
	size_t length;

	(void)to;
	if (from == CN && p->message == MESSAGE_BA) {
		copy = packet_clone(p);
		g_assert_cmpint(ipv6_walk(copy->data, copy->length, true, &v), ==, IPV6_WALK_OK);
		g_assert_cmpint(mh_decode(copy->data + v.offset, copy->length - v.offset, &m, &length), ==, WIRE_OK);
		g_array_append_val(lifetimes, m.lifetime);
		last_n = m.options.has_lifetime_credit ? m.options.credit_updates : 0;
		packet_free(copy);
	}
	if (t->left_to_lose && p->message == lose_type && from != CN + 1) {
		t->left_to_lose--;
		return true;
	}
	return false;
}

static guint lifetime_of_last(const struct net *t)
{
	(void)t;
	return 4 * (guint)g_array_index(lifetimes, guint16, lifetimes->len - 1);
}

static struct net *looked_at(void)
{
	struct net *t = credit_net();

	lifetimes = g_array_new(FALSE, FALSE, sizeof(guint16));
	t->lose = look;
	return t;
}

static void done(struct net *t)
{
	g_array_free(lifetimes, TRUE);
	net_free(t);
}

/* After an hour 18 minutes, as the draft says; the row counts every update. */
static void test_an_hour_gives_18_minutes(void)
{
	struct net *t = looked_at();
	mip_time begin = settle(t);

	g_assert_cmpuint(lifetime_of_last(t), ==, 124);
	g_assert_cmpuint(last_n, ==, 1);
	while (!net_nth(t, CN, OBSERVE_BU_ACCEPTED, 0) || t->now < begin + HOUR || lifetime_of_last(t) < 1080)
		talk(t, t->now + 60 * S);
	g_assert_cmpuint(lifetime_of_last(t), <=, (guint)((t->now - begin) * 3 / 10 / S));
	g_assert_cmpuint(last_n, ==, net_count(t, CN, OBSERVE_BU_ACCEPTED));
	done(t);
}

/* The acknowledgement is lost: the update is repeated, with the same N, and nothing is lost of the row. */
static void test_a_lost_acknowledgement_does_not_break_the_row(void)
{
	struct net *t = looked_at();
	guint16 before;

	settle(t);
	talk(t, HOUR);
	before = last_n;
	lose_type = MESSAGE_BA;
	t->left_to_lose = 1;
	while (t->left_to_lose)
		talk(t, t->now + 60 * S);
	talk(t, t->now + 60 * S);
	g_assert_cmpuint(last_n, ==, before + 1);
	talk(t, t->now + HOUR);
	g_assert_cmpuint(last_n, >, before + 1);
	g_assert_cmpuint(lifetime_of_last(t), >, 1080);
	done(t);
}

/* It comes back to the first address: bindings are short again. */
static void test_moving_ends_the_row(void)
{
	struct net *t = looked_at();

	settle(t);
	talk(t, HOUR);
	g_assert_cmpuint(lifetime_of_last(t), >, 600);
	net_move(t, AR2);
	net_run(t, t->now + 20 * S);
	g_assert_cmpuint(lifetime_of_last(t), ==, 124);
	g_assert_cmpuint(last_n, ==, 1);
	net_move(t, AR1);
	net_run(t, t->now + 20 * S);
	g_assert_cmpuint(lifetime_of_last(t), ==, 124);
	g_assert_cmpuint(last_n, ==, 1);
	done(t);
}

/* Away for a moment, same care-of address: the mobile node begins with 1, the correspondent agrees. */
static void test_out_of_step_begins_anew(void)
{
	struct net *t = looked_at();

	settle(t);
	talk(t, HOUR);
	net_move(t, NOWHERE);
	net_run(t, t->now + S);
	net_move(t, AR1);
	talk(t, t->now + HOUR);
	g_assert_cmpuint(last_n, >, 1);
	g_assert_cmpuint(lifetime_of_last(t), >, 600);
	done(t);
}

static void test_one_end_alone_does_what_it_always_did(void)
{
	for (int end = 0; end < 2; end++) {
		struct net *t = looked_at();

		*(end ? &t->mobile_conf : &t->peer_conf) = t->conf;
		settle(t);
		g_assert_cmpuint(lifetime_of_last(t), ==, 420);
		talk(t, HOUR);
		g_assert_cmpuint(lifetime_of_last(t), ==, 420);
		g_assert_cmpuint(last_n, ==, 0);
		g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 9); /* every 412 s and what the tests take */
		done(t);
	}
}

/* ---- Token Lifetime (EBU document 4.1) ------------------------------------------------------------------------------------------ */

/* The times between home tests while standing still: as long as the tokens last, less 8 s. A nonce in use already, by a care-of test, may
 * have up to an eighth of its time behind it; seconds are counted whole. */
static void check_tests(mip_time nonce_lifetime, bool option, mip_time least, mip_time most)
{
	struct net *t = net_new();
	mip_time longest = 0;
	guint tests;

	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->peer_conf.nonce_lifetime = nonce_lifetime;
	t->peer_conf.token_lifetime_option = option;
	t->conf.router_advertisement_min = 3 * S;
	t->conf.router_advertisement_max = 10 * S;
	settle(t);
	talk(t, 2 * HOUR);
	tests = net_count(t, MN, OBSERVE_HOT_ACCEPTED);
	for (guint i = 0; i + 1 < tests; i++) {
		mip_time apart = net_nth(t, MN, OBSERVE_HOTI_SENT, i + 1)->at - net_nth(t, MN, OBSERVE_HOTI_SENT, i)->at;

		g_assert_cmpint(apart, >=, least - S);
		g_assert_cmpint(apart, <=, most + S);
		longest = mip_time_max(longest, apart);
	}
	g_assert_cmpint(longest, >=, most - S);
	g_assert_cmpuint(tests, >=, (guint)(2 * HOUR / (most + S)));
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_REFUSED), ==, 0);
	net_free(t);
}

static void test_home_tests_come_before_the_token_ends(void)
{
	check_tests(MAX_NONCE_LIFETIME, false, 200 * S, 200 * S);
	check_tests(MAX_NONCE_LIFETIME, true, 202 * S, 232 * S);
	check_tests(960 * S, true, 832 * S, 952 * S);
	check_tests(96 * S, true, 76 * S, 88 * S);
}

/* No test but for refreshes, and on the hint; the token of that is there when the movement comes. */
static void test_home_tests_on_a_hint_alone(void)
{
	struct net *t = net_new();
	mip_time moved;

	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->mobile_conf.home_test_interval = MIP_NEVER;
	t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
	settle(t);
	talk(t, HOUR);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, net_count(t, MN, OBSERVE_BU_SENT));
	net_forget(t);
	node_signal(t->nodes[MN], t->now, 0, LINK_GOING_DOWN);
	net_pump(t, MN);
	net_run(t, t->now + 300 * MIP_MILLISECOND);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOT_ACCEPTED), ==, 1);
	moved = t->now;
	net_move(t, AR2);
	net_run(t, t->now + 2 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BA_ACCEPTED), ==, 1);
	g_assert_cmpint(net_at(t, MN, OBSERVE_EARLY_BU_SENT), ==, net_at(t, MN, OBSERVE_CARE_OF_ADDRESS));
	g_assert_cmpint(net_at(t, MN, OBSERVE_HOT_ACCEPTED), <, moved);
	net_free(t);
}

/* Shorter than 210 s and not told: an early update may meet a nonce that is gone, and is refused; told, it never does. */
static void test_who_is_told_is_not_refused(void)
{
	for (int told = 0; told < 2; told++) {
		struct net *t = net_new();

		t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
		t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
		t->peer_conf.nonce_lifetime = 100 * S;
		t->peer_conf.token_lifetime_option = told;
		settle(t);
		net_run(t, 180 * S);
		net_move(t, AR2);
		net_run(t, 190 * S);
		g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_REFUSED), ==, !told);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BA_ACCEPTED), ==, told);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 2);
		net_free(t);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/lifetime-credit/" #name, test_##name)
	T(authenticators_are_those_of_the_vectors);
	T(lifetimes_grow_as_the_closed_form_says);
	T(an_hour_gives_18_minutes);
	T(a_lost_acknowledgement_does_not_break_the_row);
	T(moving_ends_the_row);
	T(out_of_step_begins_anew);
	T(one_end_alone_does_what_it_always_did);
	T(home_tests_come_before_the_token_ends);
	T(home_tests_on_a_hint_alone);
	T(who_is_told_is_not_refused);
	return g_test_run();
}
