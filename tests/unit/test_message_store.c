// SPDX-License-Identifier: GPL-3.0-or-later
/* The store of a home agent that re-forwards: what it keeps, for how long, what gives way. */
#include <glib.h>

#include "models/mip6/message.h"
#include "models/mip6/message_store.h"

#define MS MIP_MILLISECOND

static const struct in6 b_home = { { 0x20, 1, [15] = 0xb } }, c_home = { { 0x20, 1, [15] = 0xc } };
static const struct in6 a_home = { { 0x20, 1, [15] = 0xa } }, a_care_of = { { 0x20, 2, [15] = 0xa } }, x = { { 0x20, 3, [15] = 0x1 } };

static struct packet *message(uint8_t type, uint8_t subtype, uint16_t flags, const struct in6 *from, const struct in6 *to)
{
	const struct mh_message m = { .type = type, .subtype = subtype, .flags = flags, .lifetime = 10 };
	bool update = type == MH_BU || type == MH_EXPERIMENTAL;

	return mip6_message(from, to, update ? &a_home : NULL, NULL, &m, NULL);
}

static struct kept_message *keep(struct message_store *s, mip_time now, uint32_t limit, uint8_t type, const struct in6 *from,
                                 const struct in6 *to)
{
	struct packet *p = message(type, MH_EARLY_BU, 0, from, to);
	struct kept_message *k;

	g_assert_true(message_store_wants(p));
	k = message_store_keep(s, now, 100 * MS, limit, to, NULL, p);
	packet_free(p);
	return k;
}

/* Their kinds, in order. */
static char *kept(struct message_store *s, mip_time now, const struct in6 *for_whom)
{
	GString *out = g_string_new(NULL);
	struct kept_message *k = NULL;

	while ((k = message_store_next(s, now, for_whom, k)))
		g_string_append_printf(out, "%s%d", out->len ? " " : "", k->message == MESSAGE_HOTI ? 1 : k->message == MESSAGE_COTI ? 2 : k->message == MESSAGE_BU ? 5 : 7);
	return g_string_free(out, FALSE);
}

#define assert_kept(s, now, whom, want)                          \
	do {                                                     \
		char *got = kept(s, now, whom);                  \
		g_assert_cmpstr(got, ==, want);                  \
		g_free(got);                                     \
	} while (0)

static void only_what_opens_an_exchange(void)
{
	static const struct {
		uint8_t type;
		uint16_t flags;
		bool wanted;
	} rows[] = { { MH_HOTI, 0, true },  { MH_COTI, 0, true },   { MH_BU, 0, true }, { MH_EXPERIMENTAL, 0, true },
		     { MH_BU, BU_HOME, false }, { MH_HOT, 0, false }, { MH_COT, 0, false }, { MH_BA, 0, false }, { MH_BRR, 0, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct packet *p = message(rows[i].type, MH_EARLY_BU, rows[i].flags, &a_care_of, &b_home);

		g_assert_cmpint(message_store_wants(p), ==, rows[i].wanted);
		/* Cut anywhere it is nothing to keep, and nothing breaks. */
		for (uint16_t n = p->length; n--;) {
			p->length = n;
			g_assert_false(message_store_wants(p));
		}
		packet_free(p);
	}
}

static void kept_for_its_time_and_for_its_receiver(void)
{
	struct message_store s = { 0 };

	keep(&s, 0, 9, MH_COTI, &a_care_of, &b_home);
	keep(&s, 50 * MS, 9, MH_HOTI, &a_home, &b_home);
	keep(&s, 60 * MS, 9, MH_HOTI, &a_home, &c_home);
	assert_kept(&s, 100 * MS - 1, &b_home, "2 1");
	assert_kept(&s, 100 * MS, &b_home, "1");
	assert_kept(&s, 100 * MS, &c_home, "1");
	assert_kept(&s, 150 * MS, &b_home, "");
	g_assert_cmpint(s.count, ==, 1);
	message_store_clear(&s);
	g_assert_cmpint(s.count, ==, 0);
	assert_kept(&s, 0, &c_home, "");
}

static void a_newer_message_makes_older_ones_useless(void)
{
	struct message_store s = { 0 };

	keep(&s, 0, 9, MH_COTI, &a_care_of, &b_home);
	keep(&s, 1, 9, MH_HOTI, &a_home, &b_home);
	keep(&s, 2, 9, MH_COTI, &x, &b_home);         /* somebody else's, or of another care-of address */
	keep(&s, 3, 9, MH_HOTI, &a_home, &c_home);
	keep(&s, 4, 9, MH_COTI, &a_care_of, &b_home); /* repeated */
	assert_kept(&s, 5, &b_home, "1 2 2");
	keep(&s, 6, 9, MH_EXPERIMENTAL, &a_care_of, &b_home); /* early: the tests go on */
	assert_kept(&s, 7, &b_home, "1 2 2 7");
	message_store_clear(&s);

	keep(&s, 1, 9, MH_HOTI, &a_home, &b_home);
	keep(&s, 2, 9, MH_COTI, &x, &b_home);
	keep(&s, 3, 9, MH_COTI, &a_care_of, &b_home);
	keep(&s, 4, 9, MH_HOTI, &a_home, &c_home);
	keep(&s, 5, 9, MH_BU, &a_care_of, &b_home);
	g_assert_cmpint(s.count, ==, 3);
	assert_kept(&s, 6, &c_home, "1");
	keep(&s, 7, 9, MH_HOTI, &x, &b_home); /* the end of the list is where it should be */
	g_assert_cmpint(s.count, ==, 4);
	message_store_clear(&s);
}

static void the_oldest_gives_way(void)
{
	struct message_store s = { 0 };

	for (uint8_t i = 0; i < 10; i++) {
		struct in6 from = a_care_of;

		from.octets[0] = (uint8_t)(0x20 + i);
		keep(&s, i, 4, i % 2 ? MH_HOTI : MH_COTI, &from, &b_home);
		g_assert_cmpint(s.count, ==, MIN(i + 1, 4));
	}
	assert_kept(&s, 10, &b_home, "2 1 2 1");
	keep(&s, 11, 1, MH_HOTI, &a_home, &b_home);
	g_assert_cmpint(s.count, ==, 1);
	message_store_clear(&s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mip6/message-store/only-what-opens-an-exchange", only_what_opens_an_exchange);
	g_test_add_func("/mip6/message-store/kept-for-its-time-and-for-its-receiver", kept_for_its_time_and_for_its_receiver);
	g_test_add_func("/mip6/message-store/newer-makes-useless", a_newer_message_makes_older_ones_useless);
	g_test_add_func("/mip6/message-store/the-oldest-gives-way", the_oldest_gives_way);
	return g_test_run();
}
