// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whatever a network loses, reorders and repeats, a TCP transfer delivers every octet in order, exactly once, and closes. Random
 * networks by seed; a failing one is tried again with less (fewer octets, then without reordering, duplication, loss) to name the
 * smallest that still fails.
 */
#include "models/random.h"
#include "tests/unit/tcp_pair.h"

struct network {
	uint64_t seed;
	int64_t octets;
	unsigned loss, reorder, duplicate; /* per mille */
	bool sack[2];
	uint32_t segment, buffer;
	mip_time delayed_ack;
	struct random_key key;
	struct random_stream stream;
};

static int64_t draw(struct network *n, int64_t low, int64_t high)
{
	return random_between(&n->key, &n->stream, low, high);
}

static struct fate random_fate(struct pair *p, int from, const struct tcp_segment *s)
{
	struct network *n = p->context;
	struct fate f = { 1, { 20 * MIP_MILLISECOND, 0 } };

	(void)from;
	(void)s;
	if (draw(n, 0, 999) < n->loss)
		f.copies = 0;
	else if (draw(n, 0, 999) < n->duplicate)
		f.copies = 2;
	for (int k = 0; k < 2; k++)
		f.delay[k] = 20 * MIP_MILLISECOND + (draw(n, 0, 999) < n->reorder ? draw(n, 0, 200 * MIP_MILLISECOND) : 0);
	return f;
}

static struct network network_of(uint64_t seed)
{
	struct network n = { .seed = seed, .key = random_key_of(seed, 0), .stream = { random_stream_id(1, RANDOM_TRAFFIC), 0 } };

	n.octets = draw(&n, 0, 1) ? draw(&n, 0, 60000) : draw(&n, 0, 3000);
	n.loss = draw(&n, 0, 1) ? (unsigned)draw(&n, 0, 50) : (unsigned)draw(&n, 0, 250);
	n.reorder = draw(&n, 0, 1) ? 0 : (unsigned)draw(&n, 0, 400);
	n.duplicate = draw(&n, 0, 2) ? 0 : (unsigned)draw(&n, 0, 300);
	n.sack[0] = draw(&n, 0, 3) > 0;
	n.sack[1] = draw(&n, 0, 3) > 0;
	n.segment = (uint32_t)draw(&n, 1, 4) == 1 ? (uint32_t)draw(&n, 50, 200) : (uint32_t)draw(&n, 500, 1460);
	n.buffer = draw(&n, 0, 1) ? 1 << 20 : (uint32_t)draw(&n, 1, 20000);
	n.delayed_ack = draw(&n, 0, 1) ? 0 : draw(&n, 1, 500) * MIP_MILLISECOND;
	return n;
}

/* NULL: all is well. */
static const char *transfer(struct network n)
{
	struct tcp_conf a = pair_conf, b = pair_conf;
	const char *why = NULL;
	struct pair p;

	a.sack = n.sack[0];
	b.sack = n.sack[1];
	a.maximum_segment = (uint16_t)n.segment;
	b.receive_buffer = n.buffer;
	b.delayed_ack = n.delayed_ack;
	pair_init(&p, &a, &b, random_fate, n.octets);
	p.context = &n;
	tcp_connect(&p.end[0], 0);
	tcp_send(&p.end[0], n.octets);
	tcp_close(&p.end[0]);
	pair_run(&p, 500000 * MIP_SECOND);
	/* A chain of 15 timeouts gives up, as it should; at most a quarter is lost here, so that does not happen. */
	if (tcp_delivered(&p.end[1]) != n.octets)
		why = "not all delivered";
	else if (tcp_acknowledged(&p.end[0]) != n.octets || !tcp_done(&p.end[0]))
		why = "not all acknowledged";
	else if (p.end[0].state != TCP_CLOSED || p.end[0].aborted)
		why = "not closed";
	else if (p.end[1].peer_end != n.octets + 1)
		why = "the listener saw no end";
	pair_fini(&p);
	return why;
}

/* The smallest network like this one that fails too. */
static struct network shrink(struct network n)
{
	for (bool smaller = true; smaller;) {
		struct network tries[] = { n, n, n, n, n };

		smaller = false;
		tries[0].octets /= 2;
		tries[1].reorder = 0;
		tries[2].duplicate = 0;
		tries[3].loss /= 2;
		tries[4].octets -= n.octets > 0;
		for (size_t i = 0; i < G_N_ELEMENTS(tries) && !smaller; i++) {
			if (memcmp(&tries[i], &n, sizeof n) && transfer(tries[i])) {
				n = tries[i];
				smaller = true;
			}
		}
	}
	return n;
}

static void every_octet_once(void)
{
	const char *wanted = g_getenv("TCP_NETWORKS");
	uint64_t networks = wanted ? g_ascii_strtoull(wanted, NULL, 10) : 3000;

	for (uint64_t seed = 1; seed <= networks; seed++) {
		struct network n = network_of(seed);
		const char *why = transfer(n);

		if (!why)
			continue;
		n = shrink(n);
		g_test_message("seed %" G_GUINT64_FORMAT ": %s; %" G_GINT64_FORMAT " octets in segments of %u, buffer %u, sack %d %d, loss %u, "
		               "reorder %u, duplicate %u per mille", n.seed, why, n.octets, n.segment, n.buffer, n.sack[0], n.sack[1], n.loss,
		               n.reorder, n.duplicate);
		g_test_fail();
		return;
	}
}

/* The property can fail: a network that loses everything delivers nothing. */
static void nothing_of_nothing(void)
{
	struct network n = network_of(1);

	n.octets = 1000;
	n.loss = 1000;
	g_assert_nonnull(transfer(n));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tcp/delivery/every-octet-once", every_octet_once);
	g_test_add_func("/tcp/delivery/nothing-of-nothing", nothing_of_nothing);
	return g_test_run();
}
