// SPDX-License-Identifier: GPL-3.0-or-later
/* The mobile node in a small net with real routers, home agent and correspondent (mobile_net.h). */
#include "tests/unit/mobile_net.h"
#include "tests/unit/rows.h"
#include "models/wire/icmp6.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

static struct net *early_net(enum waiting wait)
{
	struct net *t = net_new();

	t->mobile_conf.home_test = HOME_TEST_PROACTIVE;
	t->mobile_conf.care_of_test = CARE_OF_TEST_CONCURRENT;
	t->mobile_conf.wait = wait;
	return t;
}

/* ---- closed forms ------------------------------------------------------------------------------------------------------- */

struct form {
	const char *name;
	bool early, reuse, sequential;
	enum waiting wait;
};

static const struct form forms[] = {
	{ "standard-conservative", false, false, false, WAIT_CONSERVATIVE },
	{ "standard-optimistic", false, false, false, WAIT_OPTIMISTIC },
	{ "reuse-conservative", false, true, false, WAIT_CONSERVATIVE },
	{ "reuse-optimistic", false, true, false, WAIT_OPTIMISTIC },
	{ "sequential-conservative", false, false, true, WAIT_CONSERVATIVE },
	{ "early-conservative", true, false, false, WAIT_CONSERVATIVE },
	{ "early-optimistic", true, false, false, WAIT_OPTIMISTIC },
};

static const mip_time delays[] = { 3 * MS, 31 * MS + 7, 200 * MS + 1 };

static void check_form(const struct form *f, mip_time ha, mip_time ro, mip_time ha_cn)
{
	struct net *t = f->early ? early_net(f->wait) : net_new();
	mip_time rtt_ha = 2 * ha, rtt_ro = 2 * ro, rtt_bt = f->reuse ? 0 : 2 * (ha + ha_cn);
	mip_time standard = mip_time_max(rtt_ha, mip_time_max(rtt_bt, rtt_ro));
	mip_time send, receive, update_at, t_coa;

	t->mobile_conf.wait = f->wait;
	t->mobile_conf.reuse_home_token = f->reuse;
	t->mobile_conf.registration_order = f->sequential ? REGISTER_SEQUENTIAL : REGISTER_PARALLEL;
	t->delay_ha = ha;
	t->delay_ro = ro;
	t->delay_ha_cn = ha_cn;
	net_settle(t);
	net_run(t, 20 * S);
	net_move(t, AR2);
	net_run(t, 25 * S);

	t_coa = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	if (f->early) {
		send = f->wait == WAIT_OPTIMISTIC ? 0 : mip_time_max(rtt_ha, rtt_ro);
		receive = rtt_ro;
		update_at = mip_time_max(rtt_ha, rtt_ro) + ro;
		g_assert_cmpint(net_at(t, CN, OBSERVE_EARLY_BU_ACCEPTED) + ro - t_coa, ==, receive);
	} else {
		if (f->sequential)
			standard = rtt_ha + mip_time_max(rtt_bt, rtt_ro);
		send = standard + (f->wait == WAIT_OPTIMISTIC ? 0 : rtt_ro);
		receive = standard + rtt_ro;
		update_at = standard + ro;
		g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BU_SENT), ==, 0);
		g_assert_cmpint(net_at(t, CN, OBSERVE_BU_ACCEPTED) + ro - t_coa, ==, receive);
	}
	g_assert_cmpint(net_at(t, MN, OBSERVE_SEND_DIRECT) - t_coa, ==, send);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_SEND_DIRECT), ==, 1);
	g_assert_cmpint(net_at(t, CN, OBSERVE_BU_ACCEPTED) - t_coa, ==, update_at);
	g_assert_cmpint(net_at(t, MN, OBSERVE_BA_ACCEPTED) - t_coa, ==, update_at + ro);
	g_assert_cmpint(net_at(t, MN, OBSERVE_HOME_BA_ACCEPTED) - t_coa, ==, rtt_ha);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 1);
	net_free(t);
}

static void closed_form(gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(delays); i++)
		for (guint j = 0; j < G_N_ELEMENTS(delays); j++)
			for (guint k = 0; k < G_N_ELEMENTS(delays); k++)
				check_form(data, delays[i], delays[j], delays[k]);
}

/* ---- order on the wire ------------------------------------------------------------------------------------------------------- */

static GString *wire;

static bool record(struct net *t, int from, int to, const struct packet *p)
{
	static const char *const names[] = {
#define X(e, s) s,
		MESSAGE_TYPES(X)
#undef X
	};

	(void)t;
	(void)to;
	if (from == MN && p->message >= MESSAGE_BRR)
		g_string_append_printf(wire, "%s ", names[p->message]);
	return false;
}

static void order_on_the_wire(gconstpointer data)
{
	bool early = GPOINTER_TO_INT(data);
	struct net *t = early ? early_net(WAIT_CONSERVATIVE) : net_new();

	net_settle(t);
	wire = g_string_new(NULL);
	t->lose = record;
	net_move(t, AR2);
	while (net_at(t, MN, OBSERVE_CARE_OF_ADDRESS) == MIP_NEVER)
		net_run(t, t->now + MS);
	g_assert_cmpstr(wire->str, ==, early ? "BU(home) EBU CoTI " : "BU(home) HoTI CoTI ");
	g_string_free(wire, TRUE);
	net_free(t);
}

/* Sizes as in the reference tables of RFC 6275's formats: header, extension headers, tunnel. */
static bool check_shape(struct net *t, int from, int to, const struct packet *p)
{
	const struct in6 care_of = net_care_of(AR2);
	struct packet *copy;
	struct delivery d = { 0 };
	struct ipv6_view v;
	struct mh_message m;

	(void)to;
	if (from != MN || p->message < MESSAGE_BRR)
		return false;
	copy = packet_clone(p);
	packet_pull(copy, ETHERNET_HEADER);
	g_assert_cmpuint(packet_octets(copy), ==, p->message == MESSAGE_COTI ? 56 : p->message == MESSAGE_EBU ? 104 : 96);
	g_assert_true(!memcmp(copy->data + 8, &care_of, sizeof care_of)); /* on the wire all come from there */
	if (p->message == MESSAGE_HOTI)
		packet_pull(copy, IPV6_HEADER);
	g_assert_cmpint(ipv6_walk(copy->data, copy->length, true, &v), ==, IPV6_WALK_OK);
	d = (struct delivery){ .packet = copy, .offset = v.offset, .length = (uint16_t)(copy->length - v.offset),
		               .source = v.has_home_address ? v.home_address : ipv6_source(copy->data),
		               .destination = ipv6_destination(copy->data) };
	g_assert_cmpint(mip6_decode(&d, &m), ==, WIRE_OK);
	g_assert_cmpint(v.has_home_address, ==, p->message != MESSAGE_HOTI && p->message != MESSAGE_COTI);
	if (p->message == MESSAGE_COTI)
		g_assert_true(in6_equal(&d.source, &care_of));
	else
		g_assert_true(in6_equal(&d.source, &t->home_address));
	if (p->message == MESSAGE_BU_HOME) {
		g_assert_cmphex(m.flags, ==, BU_ACKNOWLEDGE | BU_HOME | BU_LINK_LOCAL);
		g_assert_cmpuint(m.lifetime, ==, 105);
		g_assert_true(m.options.has_alternate_care_of_address && !m.options.has_nonce_indices);
		g_assert_true(in6_equal(&m.options.alternate_care_of_address, &care_of));
	} else if (p->message == MESSAGE_BU || p->message == MESSAGE_EBU) {
		g_assert_cmphex(m.flags, ==, BU_ACKNOWLEDGE);
		g_assert_cmpuint(m.lifetime, ==, p->message == MESSAGE_BU ? 105 : 300);
		g_assert_true(m.options.has_nonce_indices && m.options.has_authenticator && m.options.authenticator_is_last);
		g_assert_cmpint(m.options.care_of_nonce_index != 0, ==, p->message == MESSAGE_BU);
	}
	t->left_to_lose |= 1 << p->message;
	packet_free(copy);
	return false;
}

static void shapes(void)
{
	struct net *t = early_net(WAIT_CONSERVATIVE);

	t->mobile_conf.home_test = HOME_TEST_ON_MOVEMENT;
	net_settle(t);
	t->lose = check_shape;
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	g_assert_cmphex(t->left_to_lose, ==, 1 << MESSAGE_BU_HOME | 1 << MESSAGE_EBU | 1 << MESSAGE_HOTI | 1 << MESSAGE_COTI | 1 << MESSAGE_BU);
	net_free(t);
}

/* ---- the home registration ----------------------------------------------------------------------------------------------------- */

static void first_registration(gconstpointer data)
{
	bool short_timer = GPOINTER_TO_INT(data);
	struct net *t = net_new();

	if (short_timer)
		t->mobile_conf.first_registration_timeout = S;
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 10 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, short_timer ? 2 : 1);
	g_assert_cmpint(net_at(t, MN, OBSERVE_HOME_BA_ACCEPTED) - net_at(t, MN, OBSERVE_HOME_BU_SENT), ==, S + 2 * t->delay_ha);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 0); /* no data, no route to optimise */
	net_free(t);
}

/* Packets wait for the first registration, and for a care-of address; too many push the oldest out, and are counted. */
static void queue(gconstpointer data)
{
	guint packets = GPOINTER_TO_UINT(data), kept = packets > 64 ? 64 : packets;
	struct net *t = net_new();

	net_build(t);
	net_run(t, S);
	net_data(t, MN); /* no link yet */
	net_move(t, AR1);
	while (net_at(t, MN, OBSERVE_HOME_BU_SENT) == MIP_NEVER)
		net_run(t, t->now + MS);
	for (guint i = 1; i < packets; i++)
		net_data(t, MN);
	net_run(t, 10 * S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, kept);
	g_assert_cmpuint(net_drops(t, MN, DROP_QUEUE_FULL), ==, packets - kept);
	g_assert_cmpint(g_array_index(t->arrived, struct arrival, 0).at, ==,
	                net_at(t, MN, OBSERVE_HOME_BA_ACCEPTED) + t->delay_ha + t->delay_ha_cn);
	net_free(t);
}

static bool lose_home_updates(struct net *t, int from, int to, const struct packet *p)
{
	(void)to;
	if (from != MN || p->message != MESSAGE_BU_HOME || !t->left_to_lose)
		return false;
	t->left_to_lose--;
	return true;
}

static void home_back_off(void)
{
	static const int gaps_s[] = { 1, 2, 4, 8, 16, 32, 32, 32 };
	struct net *t = net_new();

	net_settle(t);
	t->lose = lose_home_updates;
	t->left_to_lose = 8;
	net_move(t, AR2);
	net_run(t, t->now + 200 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 9);
	for (guint i = 0; i < G_N_ELEMENTS(gaps_s); i++) {
		const struct observation *a = net_nth(t, MN, OBSERVE_HOME_BU_SENT, i), *b = net_nth(t, MN, OBSERVE_HOME_BU_SENT, i + 1);

		g_assert_cmpint(b->at - a->at, ==, gaps_s[i] * S);
		g_assert_cmpuint((uint16_t)(b->value - a->value), ==, 1); /* a greater number each time */
	}
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void no_retransmission(void)
{
	struct net *t = net_new();

	t->mobile_conf.retransmission = false;
	net_settle(t);
	t->lose = lose_home_updates;
	t->left_to_lose = 1;
	net_move(t, AR2);
	net_run(t, t->now + 100 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 0);
	net_free(t);
}

/* ---- correspondents --------------------------------------------------------------------------------------------------------------- */

static bool lose_care_of_inits(struct net *t, int from, int to, const struct packet *p)
{
	(void)to;
	if (from != MN || p->message != MESSAGE_COTI || !t->left_to_lose)
		return false;
	t->left_to_lose--;
	return true;
}

static void test_back_off(void)
{
	struct net *t = net_new();
	mip_time at;

	net_settle(t);
	t->lose = lose_care_of_inits;
	t->left_to_lose = 2;
	net_move(t, AR2);
	net_run(t, t->now + 20 * S);
	at = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 3);
	g_assert_cmpint(net_nth(t, MN, OBSERVE_COTI_SENT, 1)->at, ==, at + S);
	g_assert_cmpint(net_nth(t, MN, OBSERVE_COTI_SENT, 2)->at, ==, at + 3 * S);
	g_assert_cmpint(net_at(t, MN, OBSERVE_BU_SENT), ==, at + 3 * S + 2 * t->delay_ro);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 1); /* back-off by message type */
	net_free(t);
}

static void fallback(void)
{
	struct net *t = net_new();
	mip_time at;

	net_settle(t);
	t->lose = lose_care_of_inits;
	t->left_to_lose = 3;
	net_move(t, AR2);
	net_run(t, t->now + 20 * S);
	at = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	g_assert_cmpint(net_at(t, MN, OBSERVE_FALLBACK), ==, at + 7 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 3);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	g_assert_false(net_last_arrival(t)->home_address); /* it came by the tunnel */
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 3);
	/* The first data after the pause tries again. */
	net_run(t, at + 68 * S);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_true(net_last_arrival(t)->home_address);
	net_free(t);
}

static bool lose_acknowledgements(struct net *t, int from, int to, const struct packet *p)
{
	(void)to;
	if (from != CN || p->message != MESSAGE_BA || !t->left_to_lose)
		return false;
	t->left_to_lose--;
	return true;
}

/* RFC 6275 11.8: the limit of three is for the tests; an update is repeated until MAX_BINDACK_TIMEOUT has passed in vain. */
static void update_back_off(gconstpointer data)
{
	static const int gaps_s[] = { 1, 2, 4, 8, 16 };
	bool give_up = data;
	struct net *t = net_new();

	net_settle(t);
	t->lose = lose_acknowledgements;
	t->left_to_lose = give_up ? 6 : 5;
	net_move(t, AR2);
	net_run(t, t->now + 100 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 6);
	for (guint i = 0; i < G_N_ELEMENTS(gaps_s); i++)
		g_assert_cmpint(net_nth(t, MN, OBSERVE_BU_SENT, i + 1)->at - net_nth(t, MN, OBSERVE_BU_SENT, i)->at, ==, gaps_s[i] * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, give_up ? 0 : 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, give_up ? 1 : 0);
	if (give_up)
		g_assert_cmpint(net_at(t, MN, OBSERVE_FALLBACK) - net_at(t, MN, OBSERVE_BU_SENT), ==, 63 * S);
	net_free(t);
}

static void both_directions_direct(void)
{
	struct net *t = net_new();
	struct in6 care_of = net_care_of(AR1);

	net_settle(t);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_true(net_last_arrival(t)->home_address);
	g_assert_cmpint(net_last_arrival(t)->at, ==, t->now - S + t->delay_ro);
	net_data(t, CN);
	net_run(t, t->now + S);
	g_assert_cmpint(net_last_arrival(t)->node, ==, MN);
	g_assert_true(net_last_arrival(t)->routing_header);
	g_assert_true(in6_equal(&net_last_arrival(t)->wire_destination, &care_of));
	g_assert_cmpint(net_last_arrival(t)->at, ==, t->now - S + t->delay_ro);
	net_free(t);
}

static void tunnelled_packet_starts_it(void)
{
	struct net *t = net_new();

	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	net_data(t, CN);
	net_run(t, 10 * S);
	g_assert_true(net_last_arrival(t)->tunnelled);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

/* A correspondent without Early Binding Updates costs the early start once, and is remembered. */
static void early_unknown(gconstpointer data)
{
	enum waiting wait = GPOINTER_TO_INT(data);
	struct net *t = early_net(wait);
	mip_time at;

	t->peer_conf.ebu_support = false;
	net_settle(t);
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	at = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	g_assert_cmpint(net_at(t, MN, OBSERVE_EARLY_UNKNOWN), ==, at + 2 * t->delay_ro);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 0);
	g_assert_cmpint(net_at(t, MN, OBSERVE_BU_SENT), ==, at + 2 * mip_time_max(t->delay_ha, t->delay_ro));
	for (int i = 0; i < 3; i++) {
		net_forget(t);
		net_move(t, i % 2 ? AR2 : AR1);
		net_run(t, t->now + 5 * S);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_EARLY_BU_SENT), ==, 0);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	}
	net_free(t);
}

/* A correspondent without Mobile IPv6 answers with an ICMPv6 error; everything stays in the tunnel, for good. */
static void legacy_correspondent(void)
{
	struct net *t = net_new();

	t->peer_conf.route_optimization = false;
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	net_data(t, MN);
	net_run(t, 10 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	net_forget(t);
	net_move(t, AR2);
	net_run(t, 200 * S);
	net_data(t, MN);
	net_run(t, 300 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 0);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 0);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	net_free(t);
}

static void proactive_tests(void)
{
	struct net *t = early_net(WAIT_CONSERVATIVE);

	t->mobile_conf.home_test_interval = 50 * S;
	net_settle(t);
	net_run(t, 208 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOT_ACCEPTED), ==, 4); /* 50, 100, 150, 200 s after the first at 5 s */
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 0);
	net_forget(t);
	node_signal(t->nodes[MN], t->now, 0, LINK_GOING_DOWN);
	net_pump(t, MN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOT_ACCEPTED), ==, 1);
	net_free(t);
}

/* The hint comes too late: the test is cut off by the movement, the early update uses the old token, the test runs again. */
static void proactive_test_cut_off(void)
{
	struct net *t = early_net(WAIT_CONSERVATIVE);
	mip_time at;

	net_settle(t);
	node_signal(t->nodes[MN], t->now, 0, LINK_GOING_DOWN);
	net_pump(t, MN);
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	at = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	g_assert_cmpint(net_at(t, MN, OBSERVE_EARLY_BU_SENT), ==, at);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOTI_SENT), ==, 2);
	g_assert_cmpint(net_nth(t, MN, OBSERVE_HOTI_SENT, 1)->at, ==, at);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOT_ACCEPTED), ==, 1);
	g_assert_cmpint(net_at(t, MN, OBSERVE_SEND_DIRECT), ==, at + 2 * mip_time_max(t->delay_ha, t->delay_ro));
	net_free(t);
}

/* ---- movement ------------------------------------------------------------------------------------------------------------------------ */

static void ten_handovers(gconstpointer data)
{
	struct net *t = GPOINTER_TO_INT(data) ? early_net(WAIT_OPTIMISTIC) : net_new();

	net_settle(t);
	for (int i = 0; i < 10; i++) {
		struct in6 care_of = net_care_of(i % 2 ? AR1 : AR2);

		net_forget(t);
		net_move(t, i % 2 ? AR1 : AR2);
		net_run(t, t->now + 3 * S);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_CARE_OF_ADDRESS), ==, 1);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_COT_ACCEPTED), ==, 1);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
		g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_REFUSED), ==, 0);
		net_data(t, CN);
		net_run(t, t->now + S);
		g_assert_true(in6_equal(&net_last_arrival(t)->wire_destination, &care_of));
	}
	net_free(t);
}

/* Moving on while a registration is under way: the last place counts, nothing of the first comes through. */
static void abandoned_registration(void)
{
	struct net *t = net_new();
	struct in6 care_of = net_care_of(AR1);

	t->delay_ro = 200 * MS;
	t->delay_ha = 300 * MS;
	net_settle(t);
	net_move(t, AR2);
	while (net_at(t, MN, OBSERVE_COTI_SENT) == MIP_NEVER)
		net_run(t, t->now + MS);
	net_run(t, t->now + 100 * MS);
	net_move(t, AR1);
	net_run(t, t->now + 10 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_CARE_OF_ADDRESS), ==, 2);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BU_SENT), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	g_assert_true(in6_equal(&net_nth(t, CN, OBSERVE_BU_ACCEPTED, 0)->address, &care_of));
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_true(in6_equal(&net_last_arrival(t)->wire_source, &care_of));
	net_free(t);
}

/* After the update to the home agent has left, data takes the new tunnel at once. */
static void tunnel_right_after_moving(void)
{
	struct net *t = net_new();

	net_settle(t);
	net_move(t, AR2);
	net_data(t, MN); /* no care-of address: waits */
	while (net_at(t, MN, OBSERVE_CARE_OF_ADDRESS) == MIP_NEVER)
		net_run(t, t->now + MS);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	g_assert_cmpint(net_last_arrival(t)->at, ==, net_at(t, MN, OBSERVE_CARE_OF_ADDRESS) + t->delay_ha + t->delay_ha_cn);
	g_assert_cmpuint(net_drops(t, HA, DROP_BAD_TUNNEL_SOURCE), ==, 0);
	net_free(t);
}

/* Unsolicited advertisements of the home address that override (RFC 6275 11.5.5). */
static bool count_announcements(struct net *t, int from, int to, const struct packet *p)
{
	struct icmp6_message m;
	const uint8_t *h = p->data + ETHERNET_HEADER;
	struct in6 destination;

	(void)to;
	if (from != MN || ipv6_next_header(h) != PROTOCOL_ICMP6)
		return false;
	destination = ipv6_destination(h);
	g_assert_cmpint(icmp6_decode(h + IPV6_HEADER, p->length - ETHERNET_HEADER - IPV6_HEADER, &m), ==, WIRE_OK);
	if (m.type == ICMP6_NEIGHBOR_ADVERTISEMENT && in6_equal(&destination, &in6_all_nodes) &&
	    in6_equal(&m.u.neighbour.target, &t->home_address)) {
		g_assert_true(m.u.neighbour.override && !m.u.neighbour.solicited && m.u.neighbour.has_mac);
		t->left_to_lose++;
	}
	return false;
}

static void return_home(gconstpointer data)
{
	struct net *t = GPOINTER_TO_INT(data) ? early_net(WAIT_OPTIMISTIC) : net_new();
	mip_time back;

	net_settle(t);
	t->lose = count_announcements;
	net_move(t, HA);
	net_data(t, MN);
	net_run(t, t->now + 5 * S);
	g_assert_cmpint(t->left_to_lose, >=, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_AT_HOME), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, HA, OBSERVE_BINDING_DELETED), ==, 1);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_DELETED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_COTI_SENT), ==, 0);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	/* Plain, both ways. */
	back = t->now;
	net_data(t, CN);
	net_data(t, MN);
	net_run(t, t->now + S);
	g_assert_cmpuint(net_arrivals(t, MN), ==, 1);
	for (guint i = 1; i < 3; i++) {
		const struct arrival *a = &g_array_index(t->arrived, struct arrival, i);

		g_assert_cmpint(a->at, ==, back + t->delay_ha_cn);
		g_assert_false(a->tunnelled || a->routing_header || a->home_address);
	}
	/* And away again. */
	net_forget(t);
	net_move(t, AR1);
	net_run(t, t->now + 5 * S);
	net_data(t, CN);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_free(t);
}

static void start_at_home(void)
{
	struct net *t = net_new();

	t->mobile_conf.dad = DAD_ON;
	net_build(t);
	net_run(t, S);
	net_move(t, HA);
	net_data(t, MN);
	net_run(t, 5 * S);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_AT_HOME), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BU_SENT), ==, 0);
	g_assert_cmpuint(net_arrivals(t, CN), ==, 1);
	g_assert_cmpint(net_last_arrival(t)->at, ==, net_at(t, MN, OBSERVE_AT_HOME) + S + t->delay_ha_cn);
	net_free(t);
}

/* ---- lifetimes ------------------------------------------------------------------------------------------------------------------------- */

static void refresh(gconstpointer data)
{
	bool used = GPOINTER_TO_INT(data);
	struct net *t = net_new();
	guint expected = used ? 2 : 0;

	t->mobile_conf.lifetime = 40 * S;
	net_settle(t);
	while (t->now < 85 * S) {
		if (used)
			net_data(t, CN);
		net_run(t, t->now + S);
	}
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, expected);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_EXPIRED), ==, !used);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_HOME_BA_ACCEPTED), >=, 2);
	g_assert_cmpuint(net_count(t, HA, OBSERVE_BINDING_EXPIRED), ==, 0);
	net_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
		add_row("/mobile-node/closed-form", forms[i].name, &forms[i], closed_form);
	g_test_add_data_func("/mobile-node/order-on-the-wire/standard", GINT_TO_POINTER(false), order_on_the_wire);
	g_test_add_data_func("/mobile-node/order-on-the-wire/early", GINT_TO_POINTER(true), order_on_the_wire);
	g_test_add_func("/mobile-node/shapes-on-the-wire", shapes);
	g_test_add_data_func("/mobile-node/first-registration-takes-one-update", GINT_TO_POINTER(false), first_registration);
	g_test_add_data_func("/mobile-node/first-registration-with-1-s-takes-two", GINT_TO_POINTER(true), first_registration);
	g_test_add_data_func("/mobile-node/packets-wait-for-the-first-registration", GUINT_TO_POINTER(10), queue);
	g_test_add_data_func("/mobile-node/packets-that-wait-are-bounded", GUINT_TO_POINTER(100), queue);
	g_test_add_func("/mobile-node/home-update-backs-off", home_back_off);
	g_test_add_func("/mobile-node/no-retransmission-when-off", no_retransmission);
	g_test_add_func("/mobile-node/tests-back-off-by-type", test_back_off);
	g_test_add_data_func("/mobile-node/an-update-is-repeated-for-a-minute", NULL, update_back_off);
	g_test_add_data_func("/mobile-node/and-then-given-up", GINT_TO_POINTER(1), update_back_off);
	g_test_add_func("/mobile-node/three-failures-fall-back-to-the-tunnel", fallback);
	g_test_add_func("/mobile-node/both-directions-direct", both_directions_direct);
	g_test_add_func("/mobile-node/tunnelled-packet-starts-route-optimization", tunnelled_packet_starts_it);
	g_test_add_data_func("/mobile-node/early-unknown-is-remembered/conservative", GINT_TO_POINTER(WAIT_CONSERVATIVE), early_unknown);
	g_test_add_data_func("/mobile-node/early-unknown-is-remembered/optimistic", GINT_TO_POINTER(WAIT_OPTIMISTIC), early_unknown);
	g_test_add_func("/mobile-node/legacy-correspondent-stays-in-the-tunnel", legacy_correspondent);
	g_test_add_func("/mobile-node/proactive-home-tests", proactive_tests);
	g_test_add_func("/mobile-node/proactive-test-cut-off-runs-again", proactive_test_cut_off);
	g_test_add_data_func("/mobile-node/ten-handovers/standard", GINT_TO_POINTER(false), ten_handovers);
	g_test_add_data_func("/mobile-node/ten-handovers/early", GINT_TO_POINTER(true), ten_handovers);
	g_test_add_func("/mobile-node/registration-abandoned-by-moving-on", abandoned_registration);
	g_test_add_func("/mobile-node/tunnel-right-after-moving", tunnel_right_after_moving);
	g_test_add_data_func("/mobile-node/return-home/standard", GINT_TO_POINTER(false), return_home);
	g_test_add_data_func("/mobile-node/return-home/early", GINT_TO_POINTER(true), return_home);
	g_test_add_func("/mobile-node/start-at-home", start_at_home);
	g_test_add_data_func("/mobile-node/binding-in-use-is-refreshed", GINT_TO_POINTER(true), refresh);
	g_test_add_data_func("/mobile-node/binding-not-in-use-lapses", GINT_TO_POINTER(false), refresh);
	return g_test_run();
}
