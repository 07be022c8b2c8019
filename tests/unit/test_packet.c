// SPDX-License-Identifier: GPL-3.0-or-later
/* Packets: room in front and behind, what a clone takes along, queues. */
#include "models/packet.h"

#include <glib.h>

static void test_new(void)
{
	static const size_t sizes[] = { 0, 1, 200, 201, 220, 300, 1500, 2000 };
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct packet *p = packet_new(sizes[i]);
		uint8_t *first;

		g_assert_cmpuint(packet_octets(p), ==, 0);
		g_assert_cmpuint(p->message, ==, 0);
		g_assert_cmpuint(p->overhead, ==, 0);
		/* All that was asked for fits behind, the whole headroom before; under ASan both are written to the last octet. */
		first = packet_put(p, sizes[i]);
		g_assert_true(first == p->data);
		memset(first, 0xaa, sizes[i]);
		memset(packet_push(p, PACKET_HEADROOM), 0xbb, PACKET_HEADROOM);
		g_assert_cmpuint(packet_octets(p), ==, sizes[i] + PACKET_HEADROOM);
		g_assert_true(p->data + PACKET_HEADROOM == first);
		packet_free(p);
	}
	packet_free(NULL);
}

static void test_push_pull(void)
{
	struct packet *p = packet_new(8);
	uint8_t *a, *b;

	a = packet_put(p, 4);
	memcpy(a, "abcd", 4);
	b = packet_put(p, 4);
	g_assert_true(b == a + 4);
	memcpy(b, "efgh", 4);
	memcpy(packet_push(p, 2), "xy", 2);
	g_assert_cmpmem(p->data, p->length, "xyabcdefgh", 10);
	packet_pull(p, 5);
	g_assert_cmpmem(p->data, p->length, "defgh", 5);
	p->bulk = 100;
	g_assert_cmpuint(packet_octets(p), ==, 105);
	packet_pull(p, 5);
	g_assert_cmpuint(p->length, ==, 0);
	packet_free(p);
}

static void test_clone(void)
{
	struct packet *p = packet_new(1000), *copy;

	memset(packet_put(p, 1000), 'z', 1000);
	memcpy(packet_push(p, 3), "abc", 3);
	p->bulk = 300;
	p->message = 7;
	p->overhead = 40;
	p->interface = 2;
	copy = packet_clone(p);
	g_assert_cmpmem(copy->data, copy->length, p->data, p->length);
	g_assert_cmpuint(copy->bulk, ==, 300);
	g_assert_cmpuint(copy->message, ==, 7);
	g_assert_cmpuint(copy->overhead, ==, 40);
	g_assert_cmpuint(copy->interface, ==, 2);
	g_assert_null(copy->next);
	/* Of its own, with headroom of its own. */
	copy->data[0] = 'X';
	g_assert_cmpuint(p->data[0], ==, 'a');
	packet_push(copy, PACKET_HEADROOM);
	packet_free(p);
	g_assert_cmpuint(copy->data[PACKET_HEADROOM], ==, 'X');
	packet_free(copy);
}

/* One that fills its store so far that a copy has no room for the usual headroom. */
static void test_clone_largest(void)
{
	size_t octets = PACKET_MAXIMUM - sizeof(struct packet) - PACKET_HEADROOM;
	struct packet *p = packet_new(octets), *copy;

	memset(packet_put(p, octets), 'z', octets);
	memset(packet_push(p, 100), 'a', 100);
	copy = packet_clone(p);
	g_assert_cmpmem(copy->data, copy->length, p->data, p->length);
	packet_push(copy, PACKET_HEADROOM - 100);
	packet_free(p);
	packet_free(copy);
}

static void test_queue(void)
{
	struct packet_queue q = { 0 };
	struct packet *p;
	unsigned i, round;

	g_assert_null(packet_queue_pop(&q));
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 5; i++) {
			p = packet_new(1);
			*packet_put(p, 1) = (uint8_t)i;
			packet_queue_push(&q, p);
		}
		for (i = 0; i < 5; i++) {
			p = packet_queue_pop(&q);
			g_assert_nonnull(p);
			g_assert_cmpuint(p->data[0], ==, i);
			packet_free(p);
		}
		g_assert_null(packet_queue_pop(&q));
	}
	packet_queue_push(&q, packet_new(1));
	packet_queue_push(&q, packet_new(1));
	packet_queue_clear(&q);
	g_assert_null(packet_queue_pop(&q));
}

/* ---- our own bugs end at once ------------------------------------------------------------------------------------- */

static void pull_too_much(struct packet *p)
{
	packet_pull(p, 3);
}

static void push_too_much(struct packet *p)
{
	packet_push(p, PACKET_HEADROOM + 1);
}

static void put_too_much(struct packet *p)
{
	packet_put(p, p->capacity);
}

static void put_behind_bulk(struct packet *p)
{
	p->bulk = 1;
	packet_put(p, 1);
}

static void ask_for_too_much(struct packet *p)
{
	packet_free(p);
	packet_free(packet_new(PACKET_MAXIMUM));
}

static const struct bug {
	const char *name;
	void (*commit)(struct packet *p);
} bugs[] = {
	{ "pull-more-than-there-is", pull_too_much },
	{ "push-beyond-headroom", push_too_much },
	{ "put-beyond-room", put_too_much },
	{ "put-behind-bulk", put_behind_bulk },
	{ "new-beyond-maximum", ask_for_too_much },
};

static void test_bug(const void *data)
{
	const struct bug *bug = data;

	if (g_test_subprocess()) {
		struct packet *p = packet_new(10);

		packet_put(p, 2);
		bug->commit(p);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*internal error at *models/packet.*does not hold*");
}

int main(int argc, char **argv)
{
	unsigned i;

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/packet/new-has-room-on-both-sides", test_new);
	g_test_add_func("/packet/push-put-pull", test_push_pull);
	g_test_add_func("/packet/clone-is-its-own", test_clone);
	g_test_add_func("/packet/clone-of-the-largest", test_clone_largest);
	g_test_add_func("/packet/queue-is-first-in-first-out", test_queue);
	for (i = 0; i < G_N_ELEMENTS(bugs); i++) {
		char *path = g_strconcat("/packet/asserts/", bugs[i].name, NULL);

		g_test_add_data_func(path, &bugs[i], test_bug);
		g_free(path);
	}
	return g_test_run();
}
