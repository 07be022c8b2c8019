// SPDX-License-Identifier: GPL-3.0-or-later
/* Forwarding from the previous network, the mobile node's side, between two access routers that forward (forwarder.h). */
#include "models/mip6/forwarder.h"
#include "tests/unit/mobile_net.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND
#define LIFETIME (40 * S)

static void furnish(struct net *t, int node)
{
	struct in6 address = net_address(node, 1);

	if (node == AR1 || node == AR2) {
		node_add_role(t->nodes[node], forwarder_new(t->nodes[node], &address));
		ip6_advertise_address(ip6_interface(t->nodes[node], 0));
	}
	if (node == MN)
		node_add_role(t->nodes[node], previous_link_new(t->nodes[node]));
}

static struct net *begin(void)
{
	struct net *t = net_new();

	t->mobile_conf.forwarder_lifetime = LIFETIME;
	t->furnish = furnish;
	return t;
}

/* A packet from the correspondent to a care-of address, as one that was on its way when it was left. */
static bool reaches(struct net *t, int cell)
{
	struct in6 care_of = net_care_of(cell);
	struct packet *p = ip6_packet(&t->peer, &care_of, PROTOCOL_UDP, 64, UDP_HEADER);
	guint before = net_arrivals(t, MN);

	udp_write(packet_put(p, UDP_HEADER), 5000, 5001, 0, 0, &t->peer, &care_of);
	ip6_finish(p);
	ip6_send(t->nodes[CN], t->now, p, IP6_SEND_PLAIN);
	net_pump(t, CN);
	net_run(t, t->now + 200 * MS);
	return net_arrivals(t, MN) > before;
}

/* Updates to this access router and the home agent's are told apart by where they go. */
static guint asked[NET_NODES];
static bool lose_asked;

static bool count_updates(struct net *t, int from, int to, const struct packet *p)
{
	struct in6 destination = ipv6_destination(p->data + (to == t->cell && from == MN ? ETHERNET_HEADER : 0));
	int node = net_node_of(&destination);

	(void)t;
	if (from != MN || p->message != MESSAGE_BU_HOME || (node != AR1 && node != AR2))
		return false;
	asked[node]++;
	return lose_asked;
}

static void transcript(void)
{
	struct net *t = begin();
	int place = AR1;

	memset(asked, 0, sizeof asked);
	lose_asked = false;
	net_settle(t);
	t->lose = count_updates;
	g_assert_true(reaches(t, AR1));
	/* From link to link: what comes to the address left last reaches it, by one update; on the way back it is called off. */
	for (int k = 0; k < 4; k++) {
		int left = place;

		place = place == AR1 ? AR2 : AR1;
		memset(asked, 0, sizeof asked);
		net_move(t, place);
		net_run(t, t->now + 5 * S);
		g_assert_true(reaches(t, left));
		g_assert_true(net_last_arrival(t)->tunnelled);
		g_assert_true(reaches(t, place));
		g_assert_false(net_last_arrival(t)->tunnelled);
		g_assert_cmpuint(asked[left], ==, 1);
		g_assert_cmpuint(asked[place], ==, k > 0); /* the deletion */
	}
	/* Once forwarding is over nothing reaches it, and the address is no longer ours. */
	net_run(t, t->now + LIFETIME);
	g_assert_false(reaches(t, place == AR1 ? AR2 : AR1));
	net_free(t);
}

static void unanswered(void)
{
	struct net *t = begin();

	memset(asked, 0, sizeof asked);
	net_settle(t);
	t->lose = count_updates;
	lose_asked = true;
	net_move(t, AR2);
	net_run(t, t->now + 30 * S);
	g_assert_cmpuint(asked[AR1], ==, 3); /* 1 s and 2 s later again, then no more */
	lose_asked = false;
	g_assert_false(reaches(t, AR1));
	/* That link is forgotten: on the next move only the one left now is asked. */
	memset(asked, 0, sizeof asked);
	net_move(t, AR1);
	net_run(t, t->now + 5 * S);
	g_assert_cmpuint(asked[AR1], ==, 0);
	g_assert_cmpuint(asked[AR2], ==, 1);
	g_assert_true(reaches(t, AR2));
	net_free(t);
}

/* A router that has no room refuses; one that knows a higher number says so and is asked with the next. */
static void refused(gconstpointer sequence)
{
	struct net *t = begin();
	struct in6 self = net_address(AR1, 1), from = net_care_of(AR2), left = net_care_of(AR1);
	struct mh_message m = { .type = MH_BU, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = 10, .sequence = 1 };

	memset(asked, 0, sizeof asked);
	lose_asked = false;
	net_settle(t);
	t->lose = count_updates;
	if (!sequence) {
		t->conf.binding_cache_limit = 0;
	} else {
		/* The forwarder holds a binding whose number is above whatever comes. */
		net_move(t, AR2);
		while (!asked[AR1])
			net_run(t, t->now + 10 * MS);
		net_run(t, t->now + S);
		net_move(t, AR1);
		net_run(t, t->now + 5 * S);
		for (unsigned k = 0; k < 4; k++) { /* one of four is ahead of any number in a 16-bit circle */
			m.sequence = (uint16_t)(m.sequence + 0x3fff);
			node_input(t->nodes[AR1], t->now, 1, mip6_message(&from, &self, &left, NULL, &m, NULL));
			net_pump(t, AR1);
		}
		memset(asked, 0, sizeof asked);
		net_run(t, t->now + S);
	}
	net_move(t, AR2);
	net_run(t, t->now + 5 * S);
	if (!sequence) {
		g_assert_cmpuint(asked[AR1], ==, 1);
		g_assert_false(reaches(t, AR1));
	} else {
		g_assert_cmpuint(asked[AR1], <=, 2);
		g_assert_true(reaches(t, AR1));
	}
	net_free(t);
}

/* Packets of the router's that are no acknowledgement of what was asked change nothing. */
static void false_answers(void)
{
	struct net *t = begin();
	struct in6 self = net_address(AR1, 1), care_of = net_care_of(AR2), left = net_care_of(AR1);
	struct mh_message m = { .type = MH_BA, .status = BA_UNSPECIFIED };

	memset(asked, 0, sizeof asked);
	lose_asked = true;
	net_settle(t);
	t->lose = count_updates;
	net_move(t, AR2);
	while (!asked[AR1])
		net_run(t, t->now + 10 * MS);
	for (uint32_t k = 0; k < 0x10000; k += 0x1000) { /* sixteen numbers, of which one at most is right */
		m.sequence = (uint16_t)k;
		ip6_send(t->nodes[AR1], t->now, mip6_message(&self, &care_of, NULL, &left, &m, NULL), IP6_SEND_PLAIN);
		net_pump(t, AR1);
	}
	lose_asked = false;
	net_run(t, t->now + 2 * S);
	g_assert_true(reaches(t, AR1)); /* the repeated one was accepted */
	net_free(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/previous-link/transcript", transcript);
	g_test_add_func("/previous-link/unanswered", unanswered);
	g_test_add_data_func("/previous-link/refused", GINT_TO_POINTER(false), refused);
	g_test_add_data_func("/previous-link/sequence-of-another", GINT_TO_POINTER(true), refused);
	g_test_add_func("/previous-link/false-answers", false_answers);
	return g_test_run();
}
