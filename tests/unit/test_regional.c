// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HMIPv6 at the mobile node in a small net (mobile_net.h): which anchor point it takes, who is told of what when it moves, and what it does
 * when an anchor point refuses, is silent, fails or lies. MAP1 and MAP2 are anchor points; each access router announces what a test says.
 */
#include "models/hmip6/hmip6.h"
#include "models/wire/icmp6.h"
#include "tests/unit/mobile_net.h"
#include "tests/unit/rows.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

/* What the access routers announce in the running test. */
static struct nd_anchor announced[NET_NODES][2];
static mip_time ends[NET_NODES];         /* of what the access router announces first; 0: never */
static struct protocol_conf anchor_conf;
static struct role *regional;

static void furnish(struct net *t, int node)
{
	struct node *n = t->nodes[node];

	if (node == MAP1 || node == MAP2) {
		struct anchor_point_conf conf = { .address = net_address(node, 1), .fails_at = MIP_NEVER };

		n->conf = &anchor_conf;
		node_add_role(n, anchor_point_new(n, &conf));
	}
	if (node == MN) {
		regional = regional_new(n, NULL);
		node_add_role(n, regional);
	}
	for (unsigned k = 0; k < 2; k++)
		if (announced[node][k].distance)
			ip6_advertise_anchor(n, ip6_interface(n, 0), &announced[node][k], ends[node] && !k ? ends[node] : MIP_NEVER);
}

static struct nd_anchor anchor(int node, uint8_t distance, uint8_t preference)
{
	return (struct nd_anchor){ .address = net_address(node, 1), .valid_s = 1800, .distance = distance, .preference = preference };
}

/* Nothing announced yet. */
static struct net *hmip_net(void)
{
	struct net *t = net_new();

	memset(announced, 0, sizeof announced);
	memset(ends, 0, sizeof ends);
	t->mobile_conf.local = LOCAL_HMIP;
	t->mobile_conf.anchor_selection = ANCHOR_FURTHEST;
	t->furnish = furnish;
	anchor_conf = t->conf;
	anchor_conf.home_agent_dad = false;
	return t;
}

static void start(struct net *t)
{
	net_build(t);
	regional_serve(regional, t->mobile_node);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
}

/* Our regional address at an anchor point. */
static struct in6 regional_at(int map)
{
	struct in6 prefix = net_prefix(map), on_link = net_care_of(AR1);

	return in6_join(&prefix, &on_link);
}

static bool bound_at(int map)
{
	struct in6 in_use, want = net_address(map, 1);

	return regional_anchor(regional, &in_use) && in6_equal(&in_use, &want);
}

/* The care-of address that the home agent accepted last. */
static struct in6 registered(const struct net *t)
{
	struct in6 last = in6_unspecified;

	for (guint i = 0; i < t->seen->len; i++) {
		const struct observation *o = &g_array_index(t->seen, struct observation, i);

		if (o->node == HA && o->kind == OBSERVE_BU_ACCEPTED)
			last = o->address;
	}
	return last;
}

static void assert_registered(const struct net *t, struct in6 want)
{
	struct in6 last = registered(t);

	g_assert_cmpmem(&last, sizeof last, &want, sizeof want);
}

/* ---- moving -------------------------------------------------------------------------------------------------------------------- */

static void within_a_domain(void)
{
	struct net *t = hmip_net();
	mip_time moved;

	announced[AR1][0] = announced[AR2][0] = anchor(MAP1, 2, 10);
	start(t);
	g_assert_true(bound_at(MAP1));
	assert_registered(t, regional_at(MAP1));
	/* Nothing is registered beyond the anchor point before that has acknowledged (RFC 5380 section 6). */
	g_assert_cmpint(net_at(t, MN, OBSERVE_HOME_BU_SENT), ==, net_at(t, MN, OBSERVE_LOCAL_BA_ACCEPTED));
	g_assert_cmpint(net_at(t, MN, OBSERVE_LOCAL_BA_ACCEPTED), ==, net_at(t, MN, OBSERVE_LOCAL_BU_SENT) + 2 * t->delay_map);
	net_data(t, MN);
	net_run(t, 10 * S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	/* One local update, and home agent and correspondent hear nothing. */
	net_forget(t);
	moved = t->now;
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 0);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 0);
	g_assert_cmpint(net_at(t, MN, OBSERVE_LOCAL_BU_SENT), >, moved);
	net_data(t, CN);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	net_free(t);
}

/* Another anchor point: the one left behind is told the new address on the link first, and forwards what still comes. */
static void between_domains(void)
{
	struct net *t = hmip_net();
	struct in6 peer, old;

	announced[AR1][0] = anchor(MAP1, 2, 10);
	announced[AR2][0] = anchor(MAP2, 2, 10);
	start(t);
	net_data(t, MN);
	net_run(t, 10 * S);
	net_forget(t);
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_true(bound_at(MAP2));
	assert_registered(t, regional_at(MAP2));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 2);
	peer = net_address(MAP1, 1);
	old = net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, 0)->peer;
	g_assert_cmpmem(&peer, sizeof peer, &old, sizeof old);
	/* A packet for the old regional address, as one that was on its way. */
	peer = t->peer;
	old = regional_at(MAP1);
	net_forget(t);
	{
		struct packet *p = ip6_packet(&peer, &t->home_address, PROTOCOL_UDP, 64, UDP_HEADER);

		udp_write(packet_put(p, UDP_HEADER), 5000, 5001, 0, 0, &peer, &t->home_address);
		ip6_finish(p);
		ip6_encapsulate(p, &t->home_agent, &old);
		ip6_send(t->nodes[HA], t->now, p, IP6_SEND_PLAIN);
		net_pump(t, HA);
	}
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	g_assert_true(net_last_arrival(t)->tunnelled);
	/* Back again: that one still has a binding, which serves at once. */
	net_forget(t);
	net_move(t, AR1);
	net_run(t, t->now + 5 * S);
	g_assert_true(bound_at(MAP1));
	assert_registered(t, regional_at(MAP1));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 2);
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	net_free(t);
}

/* One left behind is not refreshed; the one in use is, before its binding ends. */
static void refreshes(void)
{
	struct net *t = hmip_net();
	struct in6 old = net_address(MAP1, 1);
	guint to_old = 0, to_new = 0;

	t->mobile_conf.lifetime = 20 * S;
	announced[AR1][0] = anchor(MAP1, 2, 10);
	announced[AR2][0] = anchor(MAP2, 2, 10);
	start(t);
	net_run(t, 100 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), >=, 5);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, net_count(t, MAP1, OBSERVE_LOCAL_BU_ACCEPTED));
	g_assert_true(bound_at(MAP1));
	net_forget(t);
	net_move(t, AR2);
	net_run(t, t->now + 100 * S);
	for (guint i = 0; i < net_count(t, MN, OBSERVE_LOCAL_BU_SENT); i++) {
		const struct in6 *to = &net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, i)->peer;

		*(in6_equal(to, &old) ? &to_old : &to_new) += 1;
	}
	g_assert_cmpuint(to_old, ==, 1);
	g_assert_cmpuint(to_new, >=, 5);
	net_free(t);
}

/* Two anchor points of one subnet know the node by the same regional address, which stays ours until both are done with it. */
static void same_subnet(void)
{
	struct net *t = hmip_net();
	struct nd_anchor second = anchor(MAP1, 2, 10);

	announced[AR1][0] = anchor(MAP1, 2, 10);
	second.address.octets[15] = 2;
	announced[AR2][0] = second;
	start(t);
	for (int k = 0; k < 4; k++) {
		net_move(t, k % 2 ? AR1 : AR2);
		net_run(t, t->now + 40 * S); /* the second one never answers, and is given up */
	}
	g_assert_true(bound_at(MAP1));
	assert_registered(t, regional_at(MAP1));
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	net_free(t);
}

/* An anchor point of the link's own subnet would give the address on the link: there is nothing to register with it. */
static void own_subnet(void)
{
	struct net *t = hmip_net();

	announced[AR1][0] = anchor(AR1, 2, 10);
	start(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 0);
	assert_registered(t, net_care_of(AR1));
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	net_free(t);
}

/* On the home link neither anchor point is needed. */
static void at_home(void)
{
	struct net *t = hmip_net();

	announced[AR1][0] = anchor(MAP1, 2, 10);
	start(t);
	net_move(t, HA);
	net_run(t, t->now + 10 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_AT_HOME), ==, 1);
	g_assert_false(bound_at(MAP1));
	net_forget(t);
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	g_assert_false(net_last_arrival(t)->tunnelled);
	net_move(t, AR1);
	net_run(t, t->now + 5 * S);
	g_assert_true(bound_at(MAP1));
	net_free(t);
}

/* ---- which one ------------------------------------------------------------------------------------------------------------------ */

static const struct selection {
	const char *name;
	enum anchor_selection how;
	uint8_t distance[2], preference[2];
	bool allocates, over;            /* of the first: it assigns addresses itself; its lifetime is 0 */
	int want;                        /* NOWHERE: neither */
} selections[] = {
	{ "furthest", ANCHOR_FURTHEST, { 2, 3 }, { 15, 1 }, false, false, MAP2 },
	{ "furthest-other-order", ANCHOR_FURTHEST, { 3, 2 }, { 1, 15 }, false, false, MAP1 },
	{ "equally-far", ANCHOR_FURTHEST, { 2, 2 }, { 9, 10 }, false, false, MAP2 },
	{ "nearest", ANCHOR_NEAREST, { 2, 3 }, { 1, 15 }, false, false, MAP1 },
	{ "equally-near", ANCHOR_NEAREST, { 2, 2 }, { 9, 10 }, false, false, MAP2 },
	{ "preference", ANCHOR_PREFERENCE, { 3, 2 }, { 5, 6 }, false, false, MAP2 },
	{ "preference-0-takes-no-more", ANCHOR_FURTHEST, { 9, 2 }, { 0, 1 }, false, false, MAP2 },
	{ "none-left", ANCHOR_FURTHEST, { 9, 2 }, { 0, 0 }, false, false, NOWHERE },
	{ "assigns-addresses-itself", ANCHOR_FURTHEST, { 9, 2 }, { 9, 9 }, true, false, MAP2 },
	{ "lifetime-0", ANCHOR_FURTHEST, { 9, 2 }, { 9, 9 }, false, true, MAP2 },
};

static void selected(gconstpointer row)
{
	const struct selection *w = row;
	struct net *t = hmip_net();

	t->mobile_conf.anchor_selection = w->how;
	announced[AR1][0] = anchor(MAP1, w->distance[0], w->preference[0]);
	announced[AR1][1] = anchor(MAP2, w->distance[1], w->preference[1]);
	announced[AR1][0].allocates = w->allocates;
	if (w->over)
		ends[AR1] = 1;
	start(t);
	if (w->want == NOWHERE) {
		g_assert_false(bound_at(MAP1) || bound_at(MAP2));
		g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 0);
		assert_registered(t, net_care_of(AR1));
	} else {
		g_assert_true(bound_at(w->want));
		g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 1);
		assert_registered(t, regional_at(w->want));
	}
	net_free(t);
}

/* One in use stays in use where both are announced, and when it takes no new ones; but not when it has failed. */
static void kept_while_announced(void)
{
	struct net *t = hmip_net();

	announced[AR1][0] = anchor(MAP1, 2, 10);
	announced[AR2][0] = anchor(MAP1, 2, 0);
	announced[AR2][1] = anchor(MAP2, 3, 10);
	ends[AR2] = 20 * S;
	start(t);
	net_move(t, AR2);
	net_run(t, 15 * S);
	g_assert_true(bound_at(MAP1));
	net_run(t, 30 * S);
	g_assert_true(bound_at(MAP2));
	assert_registered(t, regional_at(MAP2));
	net_free(t);
}

/* ---- what goes wrong ------------------------------------------------------------------------------------------------------------- */

static bool lose_to_map1(struct net *t, int from, int to, const struct packet *p)
{
	(void)t;
	(void)from;
	(void)p;
	return to == MAP1;
}

/* Silent, or refusing: the next best, and without any the address on the link; on the next link it is asked again. */
static void next_best(gconstpointer silent)
{
	struct net *t = hmip_net();

	announced[AR1][0] = announced[AR2][0] = anchor(MAP1, 5, 10);
	announced[AR1][1] = anchor(MAP2, 2, 10);
	if (silent)
		t->lose = lose_to_map1;
	else
		anchor_conf.binding_cache_limit = 0;
	start(t);
	net_run(t, 60 * S);
	if (silent) {
		/* Asked four times, 1.5 s and then twice as long each time. */
		g_assert_cmpint(net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, 3)->at, ==, net_at(t, MN, OBSERVE_LOCAL_BU_SENT) + 10500 * MS);
		g_assert_true(bound_at(MAP2));
		assert_registered(t, regional_at(MAP2));
		g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 5);
	} else {
		g_assert_false(bound_at(MAP2)); /* which refuses too */
		assert_registered(t, net_care_of(AR1));
		g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 2);
	}
	anchor_conf.binding_cache_limit = 10;
	t->lose = NULL;
	net_move(t, AR2);
	net_run(t, t->now + 10 * S);
	g_assert_true(bound_at(MAP1));
	net_free(t);
}

static bool lose_to_maps(struct net *t, int from, int to, const struct packet *p)
{
	(void)t;
	(void)from;
	(void)p;
	return to == MAP1 || to == MAP2;
}

/* It falls silent with our binding: that ends, packets wait for a while, then the address on the link has to do. */
static void falls_silent(void)
{
	struct net *t = hmip_net();
	mip_time bound_at_time;

	t->mobile_conf.lifetime = 20 * S;
	announced[AR1][0] = anchor(MAP1, 2, 10);
	start(t);
	bound_at_time = net_at(t, MN, OBSERVE_LOCAL_BU_SENT);
	t->lose = lose_to_maps;
	net_run(t, bound_at_time + 20 * S - 1);
	g_assert_true(bound_at(MAP1));
	net_run(t, bound_at_time + 20 * S);
	g_assert_false(bound_at(MAP1));
	net_run(t, bound_at_time + 60 * S);
	assert_registered(t, net_care_of(AR1));
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	net_free(t);
}

/* Moving on before it has acknowledged anything: it is not left behind, since it cannot forward; nor is one that was tried in between. */
static void never_acknowledged(void)
{
	struct net *t = hmip_net();
	struct in6 silent = net_address(MAP2, 1);
	guint to_silent;

	announced[AR1][0] = anchor(MAP1, 2, 10);
	announced[AR2][0] = anchor(MAP2, 2, 10);
	start(t);
	t->lose = lose_to_maps;
	net_move(t, AR2);
	net_run(t, t->now + S);
	t->lose = NULL;
	to_silent = net_count(t, MN, OBSERVE_LOCAL_BU_SENT);
	net_move(t, AR1);
	net_run(t, t->now + 20 * S);
	g_assert_true(bound_at(MAP1));
	assert_registered(t, regional_at(MAP1));
	for (guint i = to_silent; i < net_count(t, MN, OBSERVE_LOCAL_BU_SENT); i++) {
		const struct in6 *to = &net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, i)->peer;

		g_assert_false(in6_equal(to, &silent));
	}
	/* The same without one to go back to. */
	anchor_conf.binding_cache_limit = 0;
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_false(bound_at(MAP2));
	assert_registered(t, net_care_of(AR2));
	net_free(t);
}

/* Somebody told it a higher sequence number for our address: 135 names it, and the next one is above. */
static void sequence_of_another(void)
{
	struct net *t = hmip_net();
	struct in6 self = net_address(MAP1, 1), on_link = net_care_of(AR2), address = regional_at(MAP1);
	struct mh_message m = { .type = MH_BU, .flags = BU_ACKNOWLEDGE | BU_ANCHOR, .lifetime = 10 };
	uint16_t last;

	announced[AR1][0] = announced[AR2][0] = anchor(MAP1, 2, 10);
	start(t);
	last = (uint16_t)net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, 0)->value;
	m.sequence = (uint16_t)(last + 1000);
	node_input(t->nodes[MAP1], t->now, 1, mip6_message(&on_link, &self, &address, NULL, &m, NULL));
	net_pump(t, MAP1);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 0); /* the answer went to that link */
	net_forget(t);
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BU_SENT), ==, 2);
	g_assert_cmpuint(net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, 1)->value, ==, (uint16_t)(last + 1001));
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void answer_by_hand(struct net *t, uint8_t status, uint16_t sequence, uint16_t lifetime, bool spoilt)
{
	struct in6 self = net_address(MAP1, 1), on_link = net_care_of(AR1), address = regional_at(MAP1);
	struct mh_message m = { .type = MH_BA, .status = status, .sequence = sequence, .lifetime = lifetime };
	struct packet *p = mip6_message(&self, &on_link, NULL, &address, &m, NULL);

	p->data[p->length - 1] ^= spoilt;
	ip6_send(t->nodes[MAP1], t->now, p, IP6_SEND_PLAIN);
	net_pump(t, MAP1);
	net_run(t, t->now + 20 * MS);
}

/* Answers to nothing, to another number, damaged ones. */
static void false_answers(void)
{
	struct net *t = hmip_net();
	uint16_t sequence;

	announced[AR1][0] = anchor(MAP1, 2, 10);
	start(t);
	net_forget(t);
	answer_by_hand(t, BA_ACCEPTED, 1, 10, false);
	g_assert_cmpuint(net_drops(t, MN, DROP_UNEXPECTED), ==, 1);
	t->lose = lose_to_map1;
	while (!net_count(t, MN, OBSERVE_LOCAL_BU_SENT)) /* the refresh */
		net_run(t, t->now + S);
	sequence = (uint16_t)net_nth(t, MN, OBSERVE_LOCAL_BU_SENT, 0)->value;
	answer_by_hand(t, BA_ACCEPTED, (uint16_t)(sequence + 1), 10, false);
	g_assert_cmpuint(net_drops(t, MN, DROP_BAD_SEQUENCE), ==, 1);
	answer_by_hand(t, BA_ACCEPTED, sequence, 10, true);
	g_assert_cmpuint(net_drops(t, MN, DROP_MALFORMED) + net_drops(t, MN, DROP_CHECKSUM), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BA_ACCEPTED), ==, 0);
	answer_by_hand(t, BA_ACCEPTED, sequence, 10, false);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_LOCAL_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* What is in a tunnel from the anchor point may be anything. */
static void hostile_tunnels(void)
{
	struct net *t = hmip_net();
	struct in6 self = net_address(MAP1, 1), on_link = net_care_of(AR1);

	announced[AR1][0] = anchor(MAP1, 2, 10);
	start(t);
	net_forget(t);
	for (size_t octets = 0; octets <= IPV6_HEADER; octets++) {
		struct packet *p = ip6_packet(&self, &on_link, PROTOCOL_IPV6, 64, octets);

		memset(packet_put(p, octets), 0x60, octets);
		ip6_finish(p);
		ip6_send(t->nodes[MAP1], t->now, p, IP6_SEND_PLAIN);
		net_pump(t, MAP1);
		net_run(t, t->now + 20 * MS);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_DROP), ==, octets + 1);
	}
	g_assert_cmpuint(net_arrivals(t, MN), ==, 0);
	net_free(t);
}

/* Until the new address may be used packets wait, so many of them and no more; at home they are no longer wanted. */
static void packets_wait(gconstpointer goes_home)
{
	struct net *t = hmip_net();

	announced[AR1][0] = announced[AR2][0] = anchor(MAP1, 2, 10);
	t->mobile_conf.dad = DAD_ON;
	start(t);
	net_data(t, MN);
	net_run(t, t->now + 5 * S);
	net_forget(t);
	net_move(t, AR2);
	net_run(t, t->now + 200 * MS); /* the router is known, the address not yet ours */
	for (int i = 0; i < 70; i++)
		net_data(t, MN);
	net_run(t, t->now + 200 * MS);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 0);
	g_assert_cmpuint(net_drops(t, MN, DROP_QUEUE_FULL), ==, 6);
	if (goes_home)
		net_move(t, HA);
	net_run(t, t->now + 10 * S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, goes_home ? 0 : 64);
	g_assert_cmpuint(net_drops(t, MN, DROP_NO_BINDING), ==, goes_home ? 64 : 0);
	net_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/regional/within-a-domain", within_a_domain);
	g_test_add_func("/regional/between-domains", between_domains);
	g_test_add_func("/regional/refreshes", refreshes);
	g_test_add_func("/regional/same-subnet", same_subnet);
	g_test_add_func("/regional/own-subnet", own_subnet);
	g_test_add_func("/regional/at-home", at_home);
	for (size_t i = 0; i < G_N_ELEMENTS(selections); i++)
		add_row("/regional/selected", selections[i].name, &selections[i], selected);
	g_test_add_func("/regional/kept-while-announced", kept_while_announced);
	g_test_add_data_func("/regional/next-best/refused", GINT_TO_POINTER(false), next_best);
	g_test_add_data_func("/regional/next-best/silent", GINT_TO_POINTER(true), next_best);
	g_test_add_func("/regional/falls-silent", falls_silent);
	g_test_add_func("/regional/never-acknowledged", never_acknowledged);
	g_test_add_func("/regional/sequence-of-another", sequence_of_another);
	g_test_add_func("/regional/false-answers", false_answers);
	g_test_add_func("/regional/hostile-tunnels", hostile_tunnels);
	g_test_add_data_func("/regional/packets-wait/for-the-next-link", GINT_TO_POINTER(false), packets_wait);
	g_test_add_data_func("/regional/packets-wait/in-vain", GINT_TO_POINTER(true), packets_wait);
	return g_test_run();
}
