// SPDX-License-Identifier: GPL-3.0-or-later
/* Preconfigured keys (RFC 4449), with and without a care-of test (Taxonomy 6.2.2). */
#include "tests/unit/mobile_net.h"

#define MS MIP_MILLISECOND
#define S MIP_SECOND

static struct packet *last_update; /* the mobile node's, as it left */
static unsigned tests[2];           /* HoTI, CoTI that left */

static bool look(struct net *t, int from, int to, const struct packet *p)
{
	(void)to;
	if (from != MN)
		return false;
	tests[0] += p->message == MESSAGE_HOTI;
	tests[1] += p->message == MESSAGE_COTI;
	if (p->message == MESSAGE_BU) {
		if (last_update)
			packet_free(last_update);
		last_update = packet_clone(p);
		packet_pull(last_update, ETHERNET_HEADER);
	}
	return t->left_to_lose && p->message == MESSAGE_BU && t->left_to_lose--;
}

static struct net *keyed_net(enum care_of_test care_of_test)
{
	struct net *t = net_new();

	t->conf.authorization = AUTHORIZE_PRECONFIGURED;
	t->conf.home_test = HOME_TEST_NONE;
	t->conf.care_of_test = care_of_test;
	t->mobile_conf = t->peer_conf = t->conf;
	t->lose = look;
	tests[0] = tests[1] = 0;
	return t;
}

static void settle(struct net *t)
{
	net_build(t);
	net_run(t, S);
	net_move(t, AR1);
	net_run(t, 5 * S);
	net_data(t, MN);
	net_run(t, 10 * S);
}

static void done(struct net *t)
{
	if (last_update)
		packet_free(last_update);
	last_update = NULL;
	net_free(t);
}

static struct mh_message decoded(const struct packet *p)
{
	struct ipv6_view v;
	struct mh_message m;
	size_t length;

	g_assert_cmpint(ipv6_walk(p->data, p->length, true, &v), ==, IPV6_WALK_OK);
	g_assert_cmpint(mh_decode(p->data + v.offset, p->length - v.offset, &m, &length), ==, WIRE_OK);
	return m;
}

/* RTT_HA, RTT_RO: the update leaves with the home agent's acknowledgement, or (update: at-once) with the address itself. */
static void check_form(enum care_of_test care_of_test, bool at_once, mip_time ha, mip_time ro)
{
	struct net *t = keyed_net(care_of_test);
	bool early = care_of_test == CARE_OF_TEST_CONCURRENT, tested = care_of_test != CARE_OF_TEST_NONE;
	mip_time told = mip_time_max(tested ? 2 * ro : 0, at_once ? 0 : 2 * ha), at;

	t->mobile_conf.update_at_once = at_once;
	t->delay_ha = ha;
	t->delay_ro = ro;
	settle(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	net_forget(t);
	tests[1] = 0;
	net_move(t, AR2);
	net_run(t, 20 * S);
	at = net_at(t, MN, OBSERVE_CARE_OF_ADDRESS);
	g_assert_cmpint(net_at(t, CN, OBSERVE_BU_ACCEPTED) - at, ==, told + ro);
	g_assert_cmpint(net_at(t, MN, OBSERVE_BA_ACCEPTED) - at, ==, told + 2 * ro);
	g_assert_cmpint(net_at(t, CN, OBSERVE_EARLY_BU_ACCEPTED), ==, early ? at + ro : MIP_NEVER);
	g_assert_cmpuint(tests[0], ==, 0);
	g_assert_cmpuint(tests[1], ==, tested);
	done(t);
}

static void test_latencies_are_the_closed_forms(void)
{
	static const mip_time delays[] = { 3 * MS, 31 * MS + 7, 200 * MS + 1 };

	for (unsigned how = 0; how < 6; how++)
		for (unsigned i = 0; i < 9; i++)
			check_form((enum care_of_test)(how / 2), how & 1, delays[i / 3], delays[i % 3]);
}

static void test_on_the_wire(void)
{
	struct net *t = keyed_net(CARE_OF_TEST_NONE);
	struct mh_message u;

	settle(t);
	u = decoded(last_update);
	g_assert_false(u.options.has_nonce_indices);
	g_assert_true(u.options.has_authenticator && u.options.authenticator_is_last);
	done(t);
	t = keyed_net(CARE_OF_TEST_BEFORE);
	settle(t);
	u = decoded(last_update);
	g_assert_true(u.options.has_nonce_indices);
	g_assert_cmpuint(u.options.home_nonce_index, ==, 0);
	g_assert_cmpuint(u.options.care_of_nonce_index, !=, 0);
	done(t);
}

/* No tokens that grow old: the lifetime asked for is granted, and a refresh needs nothing but itself. */
static void test_a_binding_may_last(void)
{
	struct net *t = keyed_net(CARE_OF_TEST_NONE);

	t->conf.lifetime = 4000 * S;
	t->mobile_conf.lifetime = 4000 * S;
	t->conf.router_advertisement_min = 3 * S;
	t->conf.router_advertisement_max = 10 * S;
	settle(t);
	net_run(t, 60 * S);
	net_data(t, MN);
	while (t->now < 7200 * S) {
		net_data(t, MN);
		net_run(t, t->now + 100 * S);
	}
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 2);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_EXPIRED), ==, 0);
	g_assert_cmpuint(tests[0] + tests[1], ==, 0);
	done(t);
}

static guint refusals(const struct net *t, guint32 value)
{
	guint count = 0;

	for (guint i = 0; i < t->seen->len; i++) {
		const struct observation *o = &g_array_index(t->seen, struct observation, i);

		count += o->node == CN && o->kind == OBSERVE_BU_REFUSED && o->value == value;
	}
	return count;
}

static void replay(struct net *t, const struct packet *p)
{
	node_input(t->nodes[CN], t->now, 0, packet_clone(p));
	net_pump(t, CN);
}

/* The key is for ever, so what was sent with it must never count again. */
static void test_an_update_cannot_be_replayed_ever(void)
{
	struct net *t = keyed_net(CARE_OF_TEST_NONE);
	struct packet *update;

	t->conf.router_advertisement_min = 3 * S;
	t->conf.router_advertisement_max = 10 * S;
	settle(t);
	update = packet_clone(last_update);
	net_move(t, HA); /* deletes it */
	net_run(t, 20 * S);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BINDING_DELETED), ==, 1);
	net_run(t, 100000 * S);
	net_forget(t);
	replay(t, update);
	g_assert_cmpuint(refusals(t, BA_SEQUENCE_OUT_OF_WINDOW), ==, 1);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 0);
	packet_free(update);
	done(t);
}

/* Every bit of the Mobility Header: what is refused is refused for its checksum, and with that put right for its authenticator. */
static void test_one_flipped_bit_is_refused(void)
{
	struct net *t = keyed_net(CARE_OF_TEST_NONE);
	struct ipv6_view v;

	settle(t);
	t->left_to_lose = 1;
	net_move(t, AR2);
	net_run(t, t->now + 500 * MS); /* lost, so it would count */
	g_assert_cmpuint(t->lost, ==, 1);
	g_assert_cmpint(ipv6_walk(last_update->data, last_update->length, true, &v), ==, IPV6_WALK_OK);
	net_forget(t);
	for (size_t bit = 0; bit < 8 * ((size_t)last_update->length - v.offset); bit++) {
		struct packet *p = packet_clone(last_update);
		uint8_t *mh = p->data + v.offset;

		mh[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (bit / 8 != 4 && bit / 8 != 5)
			mh_set_checksum(mh, mh_checksum(mh, p->length - v.offset, &t->home_address, &t->peer));
		replay(t, p);
		packet_free(p);
	}
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 0);
	replay(t, last_update);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 1);
	done(t);
}

/* The correspondent is of another mind than the mobile node. */
static void test_ends_that_do_not_agree(void)
{
	struct net *t = keyed_net(CARE_OF_TEST_NONE);

	t->peer_conf.care_of_test = CARE_OF_TEST_BEFORE; /* it trusts nobody's care-of address */
	settle(t);
	g_assert_cmpuint(refusals(t, BA_PROHIBITED), ==, 1);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	done(t);

	t = keyed_net(CARE_OF_TEST_BEFORE); /* the mobile node tests, which never hurts */
	t->peer_conf.care_of_test = CARE_OF_TEST_NONE;
	settle(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	done(t);

	t = keyed_net(CARE_OF_TEST_NONE); /* it has no key of ours: silence */
	t->peer_conf.authorization = AUTHORIZE_RETURN_ROUTABILITY;
	settle(t);
	net_run(t, 80 * S);
	g_assert_cmpuint(net_count(t, CN, OBSERVE_BU_ACCEPTED), ==, 0);
	g_assert_cmpuint(net_drops(t, CN, DROP_BAD_AUTHENTICATOR), ==, 6);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_FALLBACK), ==, 1);
	done(t);

	t = keyed_net(CARE_OF_TEST_NONE); /* a correspondent with keys takes return routability, too */
	t->mobile_conf.authorization = AUTHORIZE_RETURN_ROUTABILITY;
	t->mobile_conf.home_test = HOME_TEST_ON_MOVEMENT;
	t->mobile_conf.care_of_test = CARE_OF_TEST_BEFORE;
	settle(t);
	g_assert_cmpuint(net_count(t, MN, OBSERVE_BA_ACCEPTED), ==, 1);
	g_assert_cmpuint(tests[0], ==, 1);
	done(t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/preconfigured/" #name, test_##name)
	T(latencies_are_the_closed_forms);
	T(on_the_wire);
	T(a_binding_may_last);
	T(an_update_cannot_be_replayed_ever);
	T(one_flipped_bit_is_refused);
	T(ends_that_do_not_agree);
	return g_test_run();
}
