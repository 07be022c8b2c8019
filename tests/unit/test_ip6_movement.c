// SPDX-License-Identifier: GPL-3.0-or-later
/* Movement detection: what a host does on a new link, by switch (RFC 6275 11.5.1). */
#include "tests/unit/net.h"

/* Two cells, each with a router of its own; a host in the first, for long enough to be settled. */
struct cells {
	struct net *w;
	struct net_link *l[2];
	int r[2], h;
	struct listener *role;
	struct in6 care_of[2];
};

static struct cells cells_new(enum movement_detection how, enum dad_mode dad)
{
	struct cells c = { .w = net_new() };

	for (int k = 0; k < 2; k++) {
		c.l[k] = net_link(c.w, true, MS);
		c.r[k] = net_router(c.w, c.l[k], (uint16_t)(5 + k), false);
	}
	c.h = net_host(c.w);
	c.w->conf[c.h].movement_detection = how;
	c.w->conf[c.h].dad = dad;
	c.role = net_listen(c.w, c.h, false);
	for (int k = 0; k < 2; k++)
		c.care_of[k] = net_autoconfigured((uint16_t)(5 + k), c.h, 0);
	net_attach(c.w, c.h, 0, c.l[0]);
	net_run(c.w, 30 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	return c;
}

static void move(struct cells *c)
{
	net_detach(c->w, c->h, 0);
	net_attach(c->w, c->h, 0, c->l[1]);
}

/* When the next advertisement of the second router reaches the host. */
static mip_time next_advertisement(struct cells *c)
{
	guint k = c->w->lines->len;

	for (;; k++) {
		while (k >= c->w->lines->len)
			net_run(c->w, c->w->now + MS / 10);
		if (g_array_index(c->w->lines, struct net_line, k).from == c->r[1] &&
		    g_array_index(c->w->lines, struct net_line, k).type == MESSAGE_RA)
			return g_array_index(c->w->lines, struct net_line, k).at + MS;
	}
}

static void hint_flushes_and_solicits_at_once(void)
{
	struct cells c = cells_new(DETECT_HINT, DAD_ON);
	struct in6 far = net_address(9, 9);

	move(&c);
	g_assert_cmpuint(net_sent(c.w, c.h, MESSAGE_RS, 30 * S), ==, 1);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, -1);
	assert_in6(listener_last(c.role, IP6_NOTICE_ADDRESS_GONE)->address, c.care_of[0]);
	assert_in6(listener_last(c.role, IP6_NOTICE_ROUTER_LOST)->address, net_link_local(c.r[0], 0));
	g_assert_false(ip6_reachable(c.w->node[c.h], &far));
	net_run(c.w, 35 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_true(ip6_reachable(c.w->node[c.h], &far));
	g_assert_cmpuint(net_seen(c.w, c.h, OBSERVE_ROUTER_FOUND, 0), ==, 2);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ROUTER), ==, 2);
	net_free(c.w);
}

/* Router found, prefix seen, address usable: in the instant of the advertisement when nothing has to be waited for. */
static void same_instant_without_detection(void)
{
	struct cells c = cells_new(DETECT_HINT, DAD_OFF);
	mip_time at;
	guint k = 0;

	move(&c);
	at = next_advertisement(&c);
	net_run(c.w, at - 1);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, -1);
	k = c.role->notices->len;
	net_run(c.w, at);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(c.role->notices->len, ==, k + 3);
	g_assert_cmpint(g_array_index(c.role->notices, struct ip6_notice, k).kind, ==, IP6_NOTICE_ROUTER);
	g_assert_cmpint(g_array_index(c.role->notices, struct ip6_notice, k + 1).kind, ==, IP6_NOTICE_PREFIX);
	g_assert_cmpint(g_array_index(c.role->notices, struct ip6_notice, k + 2).kind, ==, IP6_NOTICE_ADDRESS_READY);
	net_free(c.w);
}

static void eager_waits_for_the_new_router(void)
{
	struct cells c = cells_new(DETECT_EAGER, DAD_ON);
	mip_time at;

	move(&c);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED); /* does not know yet */
	at = next_advertisement(&c);
	net_run(c.w, at - 1);
	g_assert_cmpuint(net_sent(c.w, c.h, MESSAGE_RS, 30 * S), ==, 0);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	net_run(c.w, at);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, -1);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_TENTATIVE);
	g_assert_cmpuint(net_sent(c.w, c.h, MESSAGE_NS, at), ==, 2); /* link-local and care-of address in parallel */
	net_run(c.w, at + S - 1);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_TENTATIVE);
	net_run(c.w, at + S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_PREFERRED);
	net_free(c.w);
}

/* Down and up again in the same cell: the address survives, and the router is reported found again. */
static void eager_return_to_the_same_router(void)
{
	struct cells c = cells_new(DETECT_EAGER, DAD_ON);

	net_detach(c.w, c.h, 0);
	net_run(c.w, 31 * S);
	net_attach(c.w, c.h, 0, c.l[0]);
	net_run(c.w, 36 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ADDRESS_GONE), ==, 0);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ROUTER), ==, 2);
	net_free(c.w);
}

static void eager_return_after_the_router_expired(void)
{
	struct cells c = cells_new(DETECT_EAGER, DAD_ON);

	net_detach(c.w, c.h, 0);
	net_run(c.w, 50 * S);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ROUTER_LOST), ==, 1);
	net_attach(c.w, c.h, 0, c.l[0]);
	net_run(c.w, 60 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ADDRESS_GONE), ==, 0); /* the prefix says: the same link */
	net_free(c.w);
}

static void unreachability_asks_the_old_router_first(void)
{
	struct cells c = cells_new(DETECT_UNREACHABILITY, DAD_ON);
	mip_time at;

	move(&c);
	at = next_advertisement(&c);
	net_run(c.w, at);
	g_assert_cmpuint(net_sent(c.w, c.h, MESSAGE_NS, at), ==, 1);
	g_assert_false(net_last(c.w, c.h, MESSAGE_NS)->to_group);
	assert_in6(net_last(c.w, c.h, MESSAGE_NS)->destination, net_link_local(c.r[0], 0));
	net_run(c.w, at + 3 * S - 1);
	g_assert_cmpuint(net_sent(c.w, c.h, MESSAGE_NS, at), ==, 3);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	net_run(c.w, at + 3 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, -1);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_TENTATIVE);
	net_run(c.w, at + 4 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[1]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(net_seen(c.w, c.h, OBSERVE_ROUTER_FOUND, 0), ==, 2);
	net_free(c.w);
}

static void unreachability_keeps_two_routers_of_one_link(void)
{
	struct cells c = cells_new(DETECT_UNREACHABILITY, DAD_ON);
	int second = net_router(c.w, c.l[0], 7, false);
	struct in6 another = net_autoconfigured(7, c.h, 0);

	net_run(c.w, 45 * S);
	g_assert_cmpint(net_state(c.w, c.h, c.care_of[0]), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpint(net_state(c.w, c.h, another), ==, IP6_ADDRESS_PREFERRED);
	g_assert_cmpuint(listener_count(c.role, IP6_NOTICE_ROUTER_LOST), ==, 0);
	assert_in6(listener_last(c.role, IP6_NOTICE_ROUTER)->address, net_link_local(second, 0));
	net_free(c.w);
}

/* A host that goes to and fro ends up the same each time. */
static void ten_handovers(gconstpointer data)
{
	struct cells c = cells_new((enum movement_detection)GPOINTER_TO_INT(data), DAD_ON);

	for (int k = 1; k <= 10; k++) {
		net_detach(c.w, c.h, 0);
		net_run(c.w, c.w->now + 50 * MS);
		net_attach(c.w, c.h, 0, c.l[k & 1]);
		net_run(c.w, c.w->now + 12 * S);
		g_assert_cmpint(net_state(c.w, c.h, c.care_of[k & 1]), ==, IP6_ADDRESS_PREFERRED);
		g_assert_cmpint(net_state(c.w, c.h, c.care_of[!(k & 1)]), ==, -1);
		g_assert_cmpuint(net_seen(c.w, c.h, OBSERVE_ROUTER_FOUND, 0), ==, k + 1);
	}
	net_free(c.w);
}

/* The same world twice gives the same frames at the same times. */
static void runs_repeat(void)
{
	struct cells a = cells_new(DETECT_EAGER, DAD_ON), b = cells_new(DETECT_EAGER, DAD_ON);

	move(&a);
	move(&b);
	net_run(a.w, 60 * S);
	net_run(b.w, 60 * S);
	g_assert_cmpuint(a.w->lines->len, ==, b.w->lines->len);
	for (guint k = 0; k < a.w->lines->len; k++) {
		const struct net_line *x = &g_array_index(a.w->lines, struct net_line, k),
		                      *y = &g_array_index(b.w->lines, struct net_line, k);

		g_assert_true(x->at == y->at && x->from == y->from && g_bytes_equal(x->octets, y->octets));
	}
	net_free(a.w);
	net_free(b.w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ip6/movement/hint-flushes-and-solicits-at-once", hint_flushes_and_solicits_at_once);
	g_test_add_func("/ip6/movement/same-instant-without-detection", same_instant_without_detection);
	g_test_add_func("/ip6/movement/eager-waits-for-the-new-router", eager_waits_for_the_new_router);
	g_test_add_func("/ip6/movement/eager-return-to-the-same-router", eager_return_to_the_same_router);
	g_test_add_func("/ip6/movement/eager-return-after-the-router-expired", eager_return_after_the_router_expired);
	g_test_add_func("/ip6/movement/unreachability-asks-the-old-router-first", unreachability_asks_the_old_router_first);
	g_test_add_func("/ip6/movement/unreachability-keeps-two-routers-of-one-link",
	                unreachability_keeps_two_routers_of_one_link);
	g_test_add_data_func("/ip6/movement/ten-handovers/hint", GINT_TO_POINTER(DETECT_HINT), ten_handovers);
	g_test_add_data_func("/ip6/movement/ten-handovers/eager", GINT_TO_POINTER(DETECT_EAGER), ten_handovers);
	g_test_add_data_func("/ip6/movement/ten-handovers/unreachability", GINT_TO_POINTER(DETECT_UNREACHABILITY), ten_handovers);
	g_test_add_func("/ip6/movement/runs-repeat", runs_repeat);
	return g_test_run();
}
