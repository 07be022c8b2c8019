// SPDX-License-Identifier: GPL-3.0-or-later
/* One direction of a link: times to the nanosecond, the bounded queue, order under jitter, loss by packet number. */
#include "models/link/channel.h"

#include <glib.h>

static const struct random_key key = { { 1, 2 } };

/* Sends a frame; the packet's first octet carries `mark`. */
static enum channel_result send_frame(struct channel *c, mip_time now, uint8_t mark, uint32_t octets)
{
	struct packet *p = packet_new(1);
	enum channel_result r;

	*packet_put(p, 1) = mark;
	r = channel_send(c, now, &key, p, octets);
	if (r != CHANNEL_OK)
		packet_free(p);
	return r;
}

static void assert_arrival(struct channel *c, mip_time at, uint8_t mark)
{
	struct packet *p;

	g_assert_cmpint(channel_deadline(c), ==, at);
	g_assert_null(channel_receive(c, at - 1));
	p = channel_receive(c, at);
	g_assert_nonnull(p);
	g_assert_cmpuint(p->data[0], ==, mark);
	packet_free(p);
}

static const struct timing {
	const char *name;
	struct channel_conf conf;
	uint32_t octets;
	mip_time first, second; /* arrivals of two frames handed over at 1000 */
} timings[] = {
	{ "unlimited-and-no-delay", { 0 }, 1500, 1000, 1000 },
	{ "delay-only", { .delay = 500 }, 1500, 1500, 1500 },
	{ "one-octet-at-a-gigabit", { .rate_bps = 1000000000 }, 1, 1008, 1016 },
	{ "rounded-up", { .rate_bps = 3000000000 }, 1, 1003, 1006 },
	{ "slow", { .rate_bps = 11000000, .delay = MIP_MILLISECOND }, 1500, 1000 + 1090910 + 1000000, 1000 + 2 * 1090910 + 1000000 },
	{ "one-bit-a-second", { .rate_bps = 1 }, 131070, 1000 + 1048560 * MIP_SECOND, 1000 + 2097120 * MIP_SECOND },
};

static void test_timing(const void *data)
{
	const struct timing *t = data;
	struct channel c;

	channel_init(&c, &t->conf, 1);
	g_assert_cmpint(channel_deadline(&c), ==, MIP_NEVER);
	g_assert_null(channel_receive(&c, MIP_NEVER - 1));
	g_assert_cmpint(send_frame(&c, 1000, 'a', t->octets), ==, CHANNEL_OK);
	g_assert_cmpint(send_frame(&c, 1000, 'b', t->octets), ==, CHANNEL_OK);
	assert_arrival(&c, t->first, 'a');
	assert_arrival(&c, t->second, 'b');
	g_assert_cmpint(channel_deadline(&c), ==, MIP_NEVER);
	channel_fini(&c);
}

/* The transmitter is free when the last bit has left, not when it arrives. */
static void test_pipeline(void)
{
	const struct channel_conf conf = { .rate_bps = 8000000, .delay = 1000000 };
	struct channel c;

	channel_init(&c, &conf, 1);
	send_frame(&c, 0, 'a', 100);          /* leaves until 100 us */
	send_frame(&c, 40000, 'b', 100);      /* until 200 us */
	send_frame(&c, 300000, 'c', 100);     /* finds it free */
	assert_arrival(&c, 1100000, 'a');
	assert_arrival(&c, 1200000, 'b');
	assert_arrival(&c, 1400000, 'c');
	channel_fini(&c);
}

static void test_queue(void)
{
	const struct channel_conf conf = { .rate_bps = 8000000, .queue_octets = 250 }; /* 1 us an octet */
	struct channel c;

	channel_init(&c, &conf, 1);
	g_assert_cmpint(send_frame(&c, 0, 'a', 1000), ==, CHANNEL_OK);   /* is being sent, does not count */
	g_assert_cmpint(send_frame(&c, 0, 'b', 100), ==, CHANNEL_OK);
	g_assert_cmpint(send_frame(&c, 0, 'c', 151), ==, CHANNEL_QUEUE_FULL);
	g_assert_cmpint(send_frame(&c, 0, 'd', 150), ==, CHANNEL_OK);    /* exactly full */
	g_assert_cmpint(send_frame(&c, 999999, 'e', 1), ==, CHANNEL_QUEUE_FULL);
	/* Now b is being sent. */
	g_assert_cmpint(send_frame(&c, 1000000, 'f', 100), ==, CHANNEL_OK);
	g_assert_cmpint(send_frame(&c, 1000000, 'g', 1), ==, CHANNEL_QUEUE_FULL);
	assert_arrival(&c, 1000000, 'a');
	assert_arrival(&c, 1100000, 'b');
	assert_arrival(&c, 1250000, 'd');
	assert_arrival(&c, 1350000, 'f');
	g_assert_cmpint(channel_deadline(&c), ==, MIP_NEVER);
	/* An idle transmitter takes what the queue would not hold. */
	g_assert_cmpint(send_frame(&c, 1350000, 'h', 1000), ==, CHANNEL_OK);
	channel_fini(&c);
}

/* The ring of waiting frames against their plain list, over many sizes and gaps. */
static void test_queue_agrees_with_a_list(void)
{
	enum { N = 5000 };
	const struct channel_conf conf = { .rate_bps = 8000000000, .queue_octets = 20000, .loss_q32 = 1u << 29 };
	struct random_stream random = { .id = 3 };
	static mip_time start[N];
	static uint32_t octets[N];
	unsigned sent = 0, full = 0, lost = 0, i, j;
	mip_time now = 0, idle_at = 0;
	struct channel c;

	channel_init(&c, &conf, 1);
	for (i = 0; i < N; i++) {
		uint32_t size = (uint32_t)random_between(&key, &random, 1, 1500); /* 1 ns an octet */
		int64_t waiting = 0;
		enum channel_result r;

		now += random_between(&key, &random, 0, 9) ? random_between(&key, &random, 0, 1300) : 20000 * (i % 7 == 0);
		for (j = 0; j < sent; j++)
			waiting += start[j] > now ? octets[j] : 0;
		r = send_frame(&c, now, 0, size);
		if (idle_at > now && waiting + size > conf.queue_octets) {
			g_assert_cmpint(r, ==, CHANNEL_QUEUE_FULL);
			full++;
			continue;
		}
		g_assert_cmpint(r, !=, CHANNEL_QUEUE_FULL);
		lost += r == CHANNEL_LOST;
		start[sent] = mip_time_max(now, idle_at);
		octets[sent] = size;
		idle_at = start[sent++] + size;
	}
	/* The case is worth something only if all of them happened. */
	g_assert_cmpuint(full, >, 50);
	g_assert_cmpuint(lost, >, 50);
	channel_fini(&c);
}

static void test_jitter(void)
{
	enum { N = 1000 };
	const struct channel_conf conf = { .delay = 1000, .jitter = 500 };
	struct channel c;
	mip_time now, early = 0, late = 0, last = 0;
	struct packet *p;
	unsigned i;

	/* Far apart: the whole range is used. */
	channel_init(&c, &conf, 9);
	for (i = 0; i < N; i++) {
		now = i * 10000;
		send_frame(&c, now, 0, 100);
		g_assert_cmpint(channel_deadline(&c), >=, now + 1000);
		g_assert_cmpint(channel_deadline(&c), <=, now + 1500);
		early += channel_deadline(&c) < now + 1050;
		late += channel_deadline(&c) > now + 1450;
		packet_free(channel_receive(&c, now + 1500));
	}
	g_assert_cmpint(early, >, 50);
	g_assert_cmpint(late, >, 50);
	channel_fini(&c);
	/* Close together: never out of order. */
	channel_init(&c, &conf, 9);
	for (i = 0; i < 200; i++)
		send_frame(&c, i, (uint8_t)i, 100);
	for (i = 0; i < 200; i++) {
		g_assert_cmpint(channel_deadline(&c), >=, last);
		last = channel_deadline(&c);
		p = channel_receive(&c, last);
		g_assert_cmpuint(p->data[0], ==, i);
		packet_free(p);
	}
	channel_fini(&c);
}

/* Loss takes up the transmitter, and changes nothing for the packets that are not lost. */
static void test_loss(void)
{
	enum { N = 4000 };
	const struct channel_conf clean = { .rate_bps = 8000000000, .delay = 10, .jitter = 5000 };
	struct channel_conf lossy = clean;
	struct channel a, b;
	unsigned lost = 0, i;

	lossy.loss_q32 = 1u << 30; /* a quarter */
	channel_init(&a, &clean, 5);
	channel_init(&b, &lossy, 5);
	for (i = 0; i < N; i++) {
		struct packet *x, *y;
		enum channel_result r;

		g_assert_cmpint(send_frame(&a, i * 100, (uint8_t)i, 150), ==, CHANNEL_OK);
		r = send_frame(&b, i * 100, (uint8_t)i, 150);
		x = channel_receive(&a, MIP_NEVER - 1);
		y = channel_receive(&b, MIP_NEVER - 1);
		if (r == CHANNEL_LOST) {
			g_assert_null(y);
			lost++;
		} else {
			g_assert_cmpint(x->at, ==, y->at);
		}
		packet_free(x);
		packet_free(y);
	}
	/* 1000 expected, standard deviation 27. */
	g_assert_cmpuint(lost, >, 850);
	g_assert_cmpuint(lost, <, 1150);
	channel_fini(&a);
	channel_fini(&b);
}

/* Same number, same fate: a second channel of the same stream without jitter loses the same packets. */
static void test_loss_by_number(void)
{
	const struct channel_conf plain = { .loss_q32 = 1u << 31 }, jittery = { .jitter = 1000, .loss_q32 = 1u << 31 };
	struct channel a, b, other;
	unsigned differ = 0, i;

	channel_init(&a, &plain, 5);
	channel_init(&b, &jittery, 5);
	channel_init(&other, &plain, 6);
	for (i = 0; i < 500; i++) {
		enum channel_result r = send_frame(&a, i, 0, 1);

		g_assert_cmpint(r, ==, send_frame(&b, 7 * i, 0, 1000));
		differ += r != send_frame(&other, i, 0, 1);
	}
	g_assert_cmpuint(differ, >, 150);
	channel_fini(&a);
	channel_fini(&b);
	channel_fini(&other);
}

int main(int argc, char **argv)
{
	unsigned i;

	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(timings); i++) {
		char *path = g_strconcat("/channel/times/", timings[i].name, NULL);

		g_test_add_data_func(path, &timings[i], test_timing);
		g_free(path);
	}
	g_test_add_func("/channel/transmitter-is-free-before-arrival", test_pipeline);
	g_test_add_func("/channel/queue-bounds-what-waits", test_queue);
	g_test_add_func("/channel/queue-agrees-with-a-list", test_queue_agrees_with_a_list);
	g_test_add_func("/channel/jitter-keeps-order", test_jitter);
	g_test_add_func("/channel/loss-changes-no-other-packet", test_loss);
	g_test_add_func("/channel/loss-is-by-packet-number", test_loss_by_number);
	return g_test_run();
}
