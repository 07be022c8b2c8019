// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the mobile node makes of answers: refusals, errors, forgeries. The net is that of mobile_net.h; where no real peer would answer so,
 * the answer is made here, or a number in the mobile node's state is bent first.
 */
#include "models/mip6/mobile_node_state.h"
#include "tests/unit/mobile_net.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

static struct net *settled(enum home_test home_test)
{
	struct net *t = net_new();

	t->mobile_conf.home_test = home_test;
	net_settle(t);
	return t;
}

static struct mobile_node *state(struct net *t)
{
	struct role *r = t->nodes[MN]->roles;

	while (g_strcmp0(r->ops->name, "mobile-node"))
		r = r->next;
	return mip_container_of(r, struct mobile_node, role);
}

static void send_from(struct net *t, int node, const struct in6 *to, const struct in6 *routing_header, const struct mh_message *m,
                      const struct mip6_security *security)
{
	struct in6 from = node == CN ? t->peer : t->home_agent;

	ip6_send(t->nodes[node], t->now, mip6_message(&from, to, NULL, routing_header, m, security), IP6_SEND_PLAIN);
	net_pump(t, node);
}

/* A Binding Refresh Request makes the mobile node register again. */
static void ask_for_refresh(struct net *t)
{
	send_from(t, CN, &t->home_address, NULL, &(struct mh_message){ .type = MH_BRR }, NULL);
}

static void refresh_request(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);

	ask_for_refresh(t);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void correspondent_135(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	guint accepted = state(t)->list.head->sequence;

	state(t)->list.head->sequence -= 100;
	ask_for_refresh(t);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_REFUSED), ==, 1);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_BA_REFUSED, 0)->value, ==, BA_SEQUENCE_OUT_OF_WINDOW);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_BU_SENT, 1)->value, ==, (uint16_t)(accepted + 1));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void home_agent_135(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	guint accepted = state(t)->home.sequence;

	state(t)->home.sequence -= 100;
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_HOME_BA_REFUSED, 0)->value, ==, BA_SEQUENCE_OUT_OF_WINDOW);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_HOME_BU_SENT, 1)->value, ==, (uint16_t)(accepted + 1));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void expired_home_nonce(void)
{
	struct net *t = settled(HOME_TEST_PROACTIVE);

	state(t)->list.head->home_nonce_index += 1000;
	ask_for_refresh(t);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_BA_REFUSED, 0)->value, ==, BA_EXPIRED_HOME_NONCE);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 1); /* that token was good */
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static bool lose_acknowledgements(struct net *t, int from, int to, const struct packet *p)
{
	(void)t;
	(void)to;
	return from == CN && p->message == MESSAGE_BA;
}

/* A forged answer is none: the update is repeated until it is given up. */
static void forged_acknowledgement(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct mip6_security wrong = { .care_of_address = net_care_of(AR1), .correspondent = t->peer };
	struct mh_message a = { .type = MH_BA, .lifetime = 105 };
	struct in6 care_of = net_care_of(AR1);

	t->lose = lose_acknowledgements;
	ask_for_refresh(t);
	net_run(t, t->now + 500 * MS);
	a.sequence = (uint16_t)net_nth(t, MN, OBSERVE_BU_SENT, 0)->value;
	t->lose = NULL;
	send_from(t, CN, &care_of, &t->home_address, &a, NULL); /* without authenticator */
	wrong.key[0] = 1;
	send_from(t, CN, &care_of, &t->home_address, &a, &wrong);
	a.sequence++;
	send_from(t, CN, &care_of, &t->home_address, &a, &wrong);
	t->lose = lose_acknowledgements;
	net_run(t, t->now + 80 * S);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_AUTHENTICATOR), ==, 2);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_SEQUENCE), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 0);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 6);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	net_free(t);
}

static void wrong_cookie(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct mh_message test = { .type = MH_COT, .nonce_index = 1 };
	struct in6 care_of = net_care_of(AR1);

	send_from(t, CN, &care_of, NULL, &test, NULL);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 1); /* none is under way */
	ask_for_refresh(t);
	while (!net_count(t, MN, OBSERVE_COTI_SENT))
		net_run(t, t->now + MS);
	send_from(t, CN, &care_of, NULL, &test, NULL);
	test.type = MH_HOT;
	send_from(t, CN, &t->home_address, NULL, &test, NULL);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_COOKIE), ==, 2);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* A Home Test that did not come through the home agent's tunnel, and a tunnel that is not the home agent's. */
static void false_tunnel(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct packet *p;
	struct in6 care_of = net_care_of(AR1);

	p = mip6_message(&t->peer, &t->home_address, NULL, NULL, &(struct mh_message){ .type = MH_BRR }, NULL);
	ip6_encapsulate(p, &t->peer, &care_of);
	ip6_send(t->nodes[CN], t->now, p, IP6_SEND_PLAIN);
	net_pump(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_TUNNEL_SOURCE), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 0);
	net_free(t);
}

/* The correspondent lost our binding: back to the tunnel at once, and a new registration. */
static void unknown_binding(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct in6 care_of = net_care_of(AR1);
	struct mh_message error = { .type = MH_BE, .status = BE_UNKNOWN_BINDING, .home_address = t->home_address };

	send_from(t, CN, &care_of, NULL, &error, NULL);
	net_run(t, t->now + 16 * MS);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 1);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_false(net_last_arrival(t)->home_address);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_true(net_last_arrival(t)->home_address);
	net_free(t);
}

/* So did the home agent: it is told again. While that is unanswered, and at home, the error says nothing new. */
static void home_agent_lost_us(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct in6 care_of = net_care_of(AR1);
	struct mh_message error = { .type = MH_BE, .status = BE_UNKNOWN_BINDING, .home_address = t->home_address };

	for (int k = 0; k < 2; k++)
		send_from(t, HA, &care_of, NULL, &error, NULL);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 1);
	net_move(t, HA);
	net_run(t, t->now + 10 * S);
	net_forget(t);
	send_from(t, HA, &t->home_address, NULL, &error, NULL);
	net_run(t, t->now + 10 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 0);
	net_free(t);
}

/* Binding Errors that are about nothing of ours. */
static void errors_about_nothing(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);
	struct in6 care_of = net_care_of(AR1), stranger = net_address(AR2, 7);
	struct mh_message error = { .type = MH_BE, .status = BE_UNKNOWN_BINDING, .home_address = net_address(AR2, 9) };

	send_from(t, CN, &care_of, NULL, &error, NULL); /* another's home address */
	error.home_address = t->home_address;
	error.status = 3; /* means nothing */
	send_from(t, CN, &care_of, NULL, &error, NULL);
	ip6_send(t->nodes[CN], t->now, mip6_message(&stranger, &care_of, NULL, NULL, &error, NULL), IP6_SEND_PLAIN);
	net_pump(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 3);
	error.status = BE_UNKNOWN_MH_TYPE; /* nothing is under way that it could be about */
	send_from(t, CN, &care_of, NULL, &error, NULL);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 0);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_true(net_last_arrival(t)->home_address);
	net_free(t);
}

/* What a correspondent could answer: the update that is under way, its binding key, and that number. */
static void answer_update(struct net *t, uint8_t status, uint16_t lifetime, bool with_routing_header)
{
	const struct binding_update *b = state(t)->list.head;
	struct mip6_security security = { .care_of_address = net_care_of(t->cell), .correspondent = t->peer };
	struct mh_message a = { .type = MH_BA, .status = status, .lifetime = lifetime, .sequence = b->sequence };
	struct in6 to = with_routing_header ? net_care_of(t->cell) : t->home_address;

	memcpy(security.key, b->key, sizeof security.key);
	send_from(t, CN, &to, with_routing_header ? &t->home_address : NULL, &a, &security);
}

/* Until an update of ours is out that the correspondent did not get. */
static struct net *with_lost_update(void)
{
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);

	t->lose = lose_acknowledgements;
	ask_for_refresh(t);
	net_run(t, t->now + 500 * MS);
	t->lose = NULL;
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 1);
	return t;
}

/* A right answer by the wrong way, by way of the home agent, is none (RFC 6275 11.7.3 with 6.4). */
static void acknowledgement_without_routing_header(void)
{
	struct net *t = with_lost_update();

	answer_update(t, BA_ACCEPTED, 100, false);
	net_run(t, t->now + 100 * MS);
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 0);
	answer_update(t, BA_ACCEPTED, 100, true);
	net_run(t, t->now + 100 * MS);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void granted_nothing(void)
{
	struct net *t = with_lost_update();

	answer_update(t, BA_ACCEPTED, 0, true);
	net_run(t, t->now + 100 * MS);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_false(net_last_arrival(t)->home_address);
	net_free(t);
}

/* Its nonces are too old for it, again and again: three times are enough, and a minute later it is worth another try. */
static void refused_on_and_on(void)
{
	struct net *t = with_lost_update();

	for (int k = 0; k < 10 && !net_count(t, MN, OBSERVE_FALLBACK); k++) {
		guint sent = net_count(t, MN, OBSERVE_BU_SENT);

		answer_update(t, BA_EXPIRED_NONCES, 0, true);
		t->lose = lose_acknowledgements;
		for (int wait = 0; wait < 50 && net_count(t, MN, OBSERVE_BU_SENT) == sent && !net_count(t, MN, OBSERVE_FALLBACK); wait++)
			net_run(t, t->now + 100 * MS);
		t->lose = NULL;
	}
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_REFUSED), ==, 3);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 0);
	net_run(t, t->now + 61 * S);
	net_data(t, MN);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* ---- early updates ---------------------------------------------------------------------------------------------------------- */

static bool lose_early_acknowledgements(struct net *t, int from, int to, const struct packet *p)
{
	(void)t;
	(void)to;
	return from == CN && (p->message == MESSAGE_EBA || p->message == MESSAGE_COT);
}

/* The early update is out, and neither its acknowledgement nor the Care-of Test comes. */
static struct net *with_early_update(void)
{
	struct net *t = net_new();

	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
	net_settle(t);
	t->lose = lose_early_acknowledgements;
	net_move(t, AR2);
	while (!net_count(t, MN, OBSERVE_EARLY_BU_SENT))
		net_run(t, t->now + MS);
	net_run(t, t->now + 200 * MS);
	t->lose = NULL;
	return t;
}

static void answer_early(struct net *t, uint8_t status, uint16_t sequence, bool forged)
{
	const struct binding_update *b = state(t)->list.head;
	struct mip6_security security = { .care_of_address = net_care_of(AR2), .correspondent = t->peer };
	struct mh_message a = { .type = MH_EXPERIMENTAL, .subtype = MH_EARLY_BA, .status = status, .lifetime = 300, .sequence = sequence };
	struct in6 to = net_care_of(AR2);

	memcpy(security.key, b->early_key, sizeof security.key);
	security.key[0] ^= forged;
	send_from(t, CN, &to, &t->home_address, &a, &security);
	net_run(t, t->now + 50 * MS);
}

static void early_answers(void)
{
	struct net *t = with_early_update();
	uint16_t sequence = state(t)->list.head->early_sequence;

	answer_early(t, BA_ACCEPTED, (uint16_t)(sequence + 1), false);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_SEQUENCE), ==, 1);
	answer_early(t, BA_ACCEPTED, sequence, true);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_AUTHENTICATOR), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BA_ACCEPTED), ==, 0);
	answer_early(t, BA_ACCEPTED, sequence, false);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BA_ACCEPTED), ==, 1);
	answer_early(t, BA_ACCEPTED, sequence, false); /* the second copy */
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 1);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* An early update that is refused for its number: the complete one takes the next above the one named. */
static void early_135(void)
{
	struct net *t = with_early_update();
	uint16_t known = (uint16_t)(state(t)->list.head->early_sequence + 500);

	answer_early(t, BA_SEQUENCE_OUT_OF_WINDOW, known, false);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_BA_REFUSED, 0)->value, ==, BA_SEQUENCE_OUT_OF_WINDOW);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_BU_SENT, 0)->value, ==, (uint16_t)(known + 1));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void home_address_taken(void)
{
	struct net *t = net_new();

	net_build(t);
	ip6_add_address(t->nodes[HA], ip6_interface(t->nodes[HA], 0), &t->home_address, 128);
	net_run(t, S);
	net_data(t, MN);
	net_move(t, AR1);
	net_run(t, 100 * S);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_HOME_BA_REFUSED, 0)->value, ==, BA_DUPLICATE_ADDRESS);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_DUPLICATE_ADDRESS), ==, 1);
	net_move(t, AR2);
	net_run(t, 200 * S);
	net_data(t, MN);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 1); /* never again */
	g_assert_cmpuint(net_drops(t, MN, DROP_NO_SOURCE_ADDRESS), ==, 2);
	net_free(t);
}

/* However often it is asked, no more than MAX_UPDATE_RATE messages of a type leave within a second. */
static void rate_limit(void)
{
	static const enum observation_kind kinds[] = { OBSERVE_HOTI_SENT, OBSERVE_COTI_SENT, OBSERVE_BU_SENT };
	struct net *t = settled(HOME_TEST_ON_MOVEMENT);

	for (int i = 0; i < 100; i++) {
		ask_for_refresh(t);
		net_run(t, t->now + 100 * MS);
	}
	for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
		guint count = net_count(t, MN, kinds[k]);

		g_assert_cmpuint(count, >=, 25);
		for (guint i = 3; i < count; i++)
			g_assert_cmpint(net_nth(t, MN, kinds[k], i)->at - net_nth(t, MN, kinds[k], i - 3)->at, >=, S);
	}
	net_free(t);
}

/* An answer that takes longer than the first timeout counts for what it answers. */
static void slow_home_agent(void)
{
	struct net *t = net_new();

	t->delay_ha = 600 * MS;
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 10 * S);
	net_forget(t);
	net_move(t, AR2);
	net_run(t, 20 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 2);
	g_assert_cmpint(net_at(t, MN, OBSERVE_HOME_BA_ACCEPTED) - net_at(t, MN, OBSERVE_HOME_BU_SENT), ==, 1200 * MS);
	net_free(t);
}

/* The home agent is gone for good: packets wait, then push each other out; nothing is lost without being counted. */
static bool lose_to_home_agent(struct net *t, int from, int to, const struct packet *p)
{
	(void)t;
	(void)from;
	(void)p;
	return to == HA;
}

static void home_agent_gone(void)
{
	struct net *t = net_new();

	t->mobile_conf.lifetime = 16 * S;
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	t->lose = lose_to_home_agent;
	net_run(t, 40 * S);
	t->lost = 0;
	for (int i = 0; i < 70; i++)
		net_data(t, MN);
	g_assert_cmpuint(net_drops(t, MN, DROP_QUEUE_FULL), ==, 6);
	t->lose = NULL;
	net_run(t, 100 * S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 64);
	net_free(t);
}

static void small_at_rest(void)
{
	g_assert_cmpuint(sizeof(struct mobile_node), <, 450);
}

static void full_list_gives_way(void)
{
	struct binding_update_list l = { 0 };
	struct timer_heap timers = { 0 };
	struct binding_update *b;
	struct in6 peer = { { 0x20, 0x01 } };

	for (int i = 0; i < BINDING_UPDATE_LIST_LIMIT; i++) {
		peer.octets[15] = (uint8_t)i;
		binding_update_add(&l, &timers, &peer)->goal = GOAL_REGISTER;
	}
	peer.octets[15] = BINDING_UPDATE_LIST_LIMIT;
	g_assert_null(binding_update_add(&l, &timers, &peer));
	l.head->next->goal = GOAL_NONE; /* only remembered */
	b = binding_update_add(&l, &timers, &peer);
	g_assert_nonnull(b);
	g_assert_true(binding_update_find(&l, &peer) == b);
	peer.octets[15] = 1;
	g_assert_null(binding_update_find(&l, &peer));
	g_assert_cmpuint(l.count, ==, BINDING_UPDATE_LIST_LIMIT);
	binding_update_list_clear(&l, &timers);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mobile-node/refresh-request-registers-again", refresh_request);
	g_test_add_func("/mobile-node/correspondents-135-is-adopted", correspondent_135);
	g_test_add_func("/mobile-node/home-agents-135-is-adopted", home_agent_135);
	g_test_add_func("/mobile-node/136-runs-the-home-test-again", expired_home_nonce);
	g_test_add_func("/mobile-node/forged-acknowledgement-is-none", forged_acknowledgement);
	g_test_add_func("/mobile-node/wrong-cookie-is-dropped", wrong_cookie);
	g_test_add_func("/mobile-node/false-tunnel-is-dropped", false_tunnel);
	g_test_add_func("/mobile-node/unknown-binding-goes-back-to-the-tunnel", unknown_binding);
	g_test_add_func("/mobile-node/home-agent-that-lost-us-is-told-again", home_agent_lost_us);
	g_test_add_func("/mobile-node/binding-errors-about-nothing", errors_about_nothing);
	g_test_add_func("/mobile-node/acknowledgement-without-routing-header", acknowledgement_without_routing_header);
	g_test_add_func("/mobile-node/granted-nothing-falls-back", granted_nothing);
	g_test_add_func("/mobile-node/refused-on-and-on-falls-back", refused_on_and_on);
	g_test_add_func("/mobile-node/early-answers", early_answers);
	g_test_add_func("/mobile-node/early-135-is-adopted", early_135);
	g_test_add_func("/mobile-node/134-ends-the-home-address", home_address_taken);
	g_test_add_func("/mobile-node/no-more-than-three-a-second", rate_limit);
	g_test_add_func("/mobile-node/late-answer-to-the-first-update-counts", slow_home_agent);
	g_test_add_func("/mobile-node/home-agent-gone-packets-wait", home_agent_gone);
	g_test_add_func("/mobile-node/small-at-rest", small_at_rest);
	g_test_add_func("/mobile-node/full-list-gives-way-to-the-living", full_list_gives_way);
	return g_test_run();
}
