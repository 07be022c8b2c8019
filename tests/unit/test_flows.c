// SPDX-License-Identifier: GPL-3.0-or-later
/* Traffic of the application roles between two nodes on a wire: what leaves when, what is counted as received, what is refused. */
#include "models/app/request_flow.h"
#include "models/app/tcp_flow.h"
#include "models/app/udp_flow.h"
#include "tests/unit/net.h"

#define DELAY (5 * MS)

enum { A, B };

struct wire {
	struct net *w;
	struct net_link *link;
	struct in6 a, b;
};

/* Two nodes with one interface each; ipv4: with IPv4 addresses. */
static struct wire wire_new(bool ipv4)
{
	struct wire t = { .w = net_new() };

	t.link = net_link(t.w, false, DELAY);
	t.a = ipv4 ? in6_of_in4(0x0a000001) : net_address(1, 1);
	t.b = ipv4 ? in6_of_in4(0x0a000002) : net_address(2, 1);
	for (int k = 0; k < 2; k++) {
		int node = net_node(t.w);
		struct node *n = t.w->node[node];
		const struct in6 *address = k ? &t.b : &t.a;

		net_port(t.w, node, false);
		if (ipv4) {
			ip4_enable(n, false);
			ip4_set_address(n, ip4_add_interface(n, NULL, 1500), in4_of_in6(address), 24);
		} else {
			ip6_add_address(n, ip6_interface(n, 0), address, 128);
			ip6_add_route(n, &in6_unspecified, 0, ip6_interface(n, 0), NULL);
		}
	}
	return t;
}

static void wire_up(struct wire *t)
{
	net_attach(t->w, A, 0, t->link);
	net_attach(t->w, B, 0, t->link);
}

static struct role *role(struct wire *t, int node, struct role *(*make)(struct node *))
{
	struct role *r = make(t->w->node[node]);

	node_add_role(t->w->node[node], r);
	return r;
}

static guint seen(const struct wire *t, int node, enum observation_kind kind)
{
	guint count = 0;

	for (guint k = 0; k < t->w->seen->len; k++) {
		const struct observation *o = &g_array_index(t->w->seen, struct observation, k);

		count += o->node == (uint32_t)node && o->kind == kind;
	}
	return count;
}

/* The n-th from 0; there must be so many. */
static const struct observation *nth(const struct wire *t, int node, enum observation_kind kind, guint n)
{
	for (guint k = 0; k < t->w->seen->len; k++) {
		const struct observation *o = &g_array_index(t->w->seen, struct observation, k);

		if (o->node == (uint32_t)node && o->kind == kind && !n--)
			return o;
	}
	g_assert_not_reached();
}

static const struct observation *last(const struct wire *t, int node, enum observation_kind kind)
{
	return nth(t, node, kind, seen(t, node, kind) - 1);
}

/* A datagram from A to B made by hand: payload as given, good checksum unless `spoilt`. */
static void by_hand(struct wire *t, int to, uint16_t from_port, uint16_t to_port, const uint8_t *payload, size_t octets, bool spoilt)
{
	const struct in6 *source = to == B ? &t->a : &t->b, *destination = to == B ? &t->b : &t->a;
	struct packet *p = ip6_packet(source, destination, PROTOCOL_UDP, 64, UDP_HEADER + octets);
	uint8_t *u = packet_put(p, UDP_HEADER + octets);

	memcpy(u + UDP_HEADER, payload, octets);
	udp_write(u, from_port, to_port, octets, 0, source, destination);
	u[7] ^= spoilt;
	ip6_finish(p);
	net_input(t->w, to, 0, p);
}

/* ---- UDP ------------------------------------------------------------------------------------------------------------------- */

static struct udp_flow_conf udp_conf(const struct wire *t, enum udp_flow_kind kind)
{
	return (struct udp_flow_conf){ .flow = 50003, .kind = kind, .source = t->a, .destination = t->b, .interval = 20 * MS,
		                       .start = 100 * MS, .stop = 200 * MS, .size = 160, .talk = S, .silence = 1350 * MS };
}

static void even_intervals(gconstpointer ipv4)
{
	bool four = GPOINTER_TO_INT(ipv4);
	struct wire t = wire_new(four);
	struct udp_flow_conf conf = udp_conf(&t, UDP_FLOW_CBR);
	struct role *source = role(&t, A, udp_flow_role_new);

	role(&t, B, udp_flow_role_new);
	udp_flow_add(source, &conf);
	conf.flow = 7;
	conf.start = conf.stop; /* never */
	udp_flow_add(source, &conf);
	wire_up(&t);
	net_run(t.w, S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_DATA_SENT), ==, 5);
	g_assert_cmpuint(seen(&t, B, OBSERVE_DATA_RECEIVED), ==, 5);
	for (guint k = 0; k < 5; k++) {
		const struct observation *sent = nth(&t, A, OBSERVE_DATA_SENT, k), *received = nth(&t, B, OBSERVE_DATA_RECEIVED, k);

		g_assert_cmpint(sent->at, ==, (100 + 20 * k) * MS);
		g_assert_cmpint(received->at, ==, sent->at + DELAY);
		g_assert_cmpint(received->sent_at, ==, sent->at);
		g_assert_cmpuint(received->value, ==, k);
		g_assert_cmpuint(received->flow, ==, 50003);
		g_assert_cmpuint(received->octets, ==, (four ? 20 : 40) + 8 + 160);
		g_assert_cmpint(received->via, ==, four ? VIA_NATIVE : VIA_HOME_LINK);
		assert_in6(received->peer, t.a);
		assert_in6(sent->peer, t.b);
	}
	net_free(t.w);
}

/* The gaps between datagrams of a long run, in ms, as a GArray of double. */
static GArray *gaps_of(enum udp_flow_kind kind)
{
	struct wire t = wire_new(false);
	struct udp_flow_conf conf = udp_conf(&t, kind);
	GArray *gaps = g_array_new(FALSE, FALSE, sizeof(double));

	conf.start = 0;
	conf.stop = 1000 * S;
	udp_flow_add(role(&t, A, udp_flow_role_new), &conf);
	t.link->deaf = true;
	wire_up(&t);
	net_run(t.w, 1001 * S);
	for (guint k = 1, n = 0; k < t.w->seen->len; k++) {
		const struct observation *o = &g_array_index(t.w->seen, struct observation, k);
		static mip_time before;
		double gap = (double)(o->at - before) / MS;

		if (o->kind != OBSERVE_DATA_SENT)
			continue;
		if (n++)
			g_array_append_val(gaps, gap);
		before = o->at;
	}
	net_free(t.w);
	return gaps;
}

/* 50 000 exponential gaps: mean and deviation are the interval to well within five standard errors (0.45 % and 1 %). */
static void exponential_intervals(void)
{
	GArray *gaps = gaps_of(UDP_FLOW_POISSON), *again = gaps_of(UDP_FLOW_POISSON);
	double sum = 0, squares = 0, mean, deviation;

	for (guint k = 0; k < gaps->len; k++) {
		double gap = g_array_index(gaps, double, k);

		g_assert_cmpfloat(gap, >, 0);
		sum += gap;
		squares += gap * gap;
	}
	mean = sum / gaps->len;
	deviation = squares / gaps->len - mean * mean;
	g_assert_cmpfloat_with_epsilon(mean, 20, 20 * 5 * 0.0045);
	g_assert_cmpfloat_with_epsilon(deviation, 400, 400 * 5 * 0.0126);
	g_assert_cmpuint(again->len, ==, gaps->len);
	g_assert_cmpmem(again->data, (int)(again->len * sizeof(double)), gaps->data, (int)(gaps->len * sizeof(double)));
	g_array_free(gaps, TRUE);
	g_array_free(again, TRUE);
}

/* Within a spurt every 20 ms; of 1 s talk and 1.35 s silence on average the share of talk is 1/2.35. */
static void spurts_and_pauses(void)
{
	GArray *gaps = gaps_of(UDP_FLOW_VOICE);
	double even = 0, pauses = 0;
	guint spurts = 0;

	for (guint k = 0; k < gaps->len; k++) {
		double gap = g_array_index(gaps, double, k);

		g_assert_cmpfloat(gap, >=, 20);
		if (gap == 20) {
			even += gap;
		} else {
			spurts++;
			pauses += gap;
		}
	}
	/* 425 spurts in 1000 s; the sum of so many exponentials is within 5/sqrt(425) = 24 % of its mean. */
	g_assert_cmpuint(spurts, >, 320);
	g_assert_cmpuint(spurts, <, 530);
	g_assert_cmpfloat_with_epsilon(even / spurts, 1000, 240);
	g_assert_cmpfloat_with_epsilon(pauses / spurts, 1350, 330);
	g_array_free(gaps, TRUE);
}

static void udp_refusals(void)
{
	struct wire t = wire_new(false);
	uint8_t payload[16] = { 0, 0, 0, 9, 0, 0, 0, 4 };

	role(&t, B, udp_flow_role_new);
	wire_up(&t);
	net_run(t.w, S);
	by_hand(&t, B, 10009, 10009, payload, sizeof payload, true);
	g_assert_cmpuint(net_drops(t.w, B, DROP_CHECKSUM), ==, 1);
	by_hand(&t, B, 10009, 10009, payload, 15, false);
	g_assert_cmpuint(net_drops(t.w, B, DROP_MALFORMED), ==, 1);
	store_be64(payload + 8, S + 1); /* sent in the future */
	by_hand(&t, B, 10009, 10009, payload, sizeof payload, false);
	store_be64(payload + 8, UINT64_MAX);
	by_hand(&t, B, 10009, 10009, payload, sizeof payload, false);
	g_assert_cmpuint(net_drops(t.w, B, DROP_MALFORMED), ==, 3);
	store_be64(payload + 8, S);
	by_hand(&t, B, 10009, 9999, payload, sizeof payload, false); /* no flow's port */
	by_hand(&t, B, 10009, 60000, payload, sizeof payload, false);
	g_assert_cmpuint(net_drops(t.w, B, DROP_NO_LISTENER), ==, 2);
	g_assert_cmpuint(seen(&t, B, OBSERVE_DATA_RECEIVED), ==, 0);
	by_hand(&t, B, 10009, 59999, payload, sizeof payload, false);
	g_assert_cmpuint(seen(&t, B, OBSERVE_DATA_RECEIVED), ==, 1);
	net_free(t.w);
}

/* ---- request and response --------------------------------------------------------------------------------------------------- */

static struct request_flow_conf request_conf(const struct wire *t)
{
	return (struct request_flow_conf){ .flow = 2501, .source = t->a, .destination = t->b, .request = 100, .response = 3000,
		                           .think = 200 * MS, .timeout = 50 * MS, .start = 10 * MS, .stop = 20 * S };
}

static struct wire request_wire(bool ipv4)
{
	struct wire t = wire_new(ipv4);
	struct request_flow_conf conf = request_conf(&t);

	request_flow_add(role(&t, A, request_flow_role_new), &conf);
	conf.flow++;
	conf.start = conf.stop;
	request_flow_add(role(&t, A, request_flow_role_new), &conf); /* never */
	role(&t, B, request_flow_role_new);
	wire_up(&t);
	return t;
}

static void transactions(gconstpointer ipv4)
{
	struct wire t = request_wire(GPOINTER_TO_INT(ipv4));
	guint count;

	net_run(t.w, 100 * S);
	count = seen(&t, A, OBSERVE_TRANSACTION);
	g_assert_cmpuint(count, >, 60); /* about 20 s / 210 ms */
	g_assert_cmpuint(count, <, 130);
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION_FAILED), ==, 0);
	g_assert_cmpuint(net_sent(t.w, A, MESSAGE_DATA, 0), ==, count);
	g_assert_cmpuint(net_sent(t.w, B, MESSAGE_DATA, 0), ==, 3 * count);
	g_assert_cmpuint(seen(&t, B, OBSERVE_DATA_RECEIVED), ==, count);
	for (guint k = 0; k < count; k++) {
		const struct observation *o = nth(&t, A, OBSERVE_TRANSACTION, k), *asked = nth(&t, A, OBSERVE_DATA_SENT, k);

		g_assert_cmpint(o->at, ==, o->sent_at + 2 * DELAY);
		g_assert_cmpint(o->sent_at, ==, asked->at);
		g_assert_cmpuint(o->value, ==, k);
		g_assert_cmpuint(asked->octets, ==, (GPOINTER_TO_INT(ipv4) ? 20 : 40) + 8 + 100);
		g_assert_cmpint(asked->at, <, 20 * S);
	}
	g_assert_cmpint(nth(&t, A, OBSERVE_DATA_SENT, 0)->at, ==, 10 * MS);
	net_free(t.w);
}

/* Lost: failed after the timeout, and another is asked after a pause. Late: the same; the answer then counts for nothing. */
static void unanswered(gconstpointer late)
{
	struct wire t = request_wire(false);

	if (late)
		t.link->delay = 30 * MS;
	else
		t.link->deaf = true;
	net_run(t.w, 10 * S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION_FAILED), >, 20);
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION), ==, 0);
	g_assert_cmpint(nth(&t, A, OBSERVE_TRANSACTION_FAILED, 0)->at, ==, 60 * MS);
	g_assert_cmpint(nth(&t, A, OBSERVE_TRANSACTION_FAILED, 0)->sent_at, ==, 10 * MS);
	g_assert_cmpuint(seen(&t, A, OBSERVE_DROP), ==, 0);
	t.link->deaf = false;
	t.link->delay = DELAY;
	net_run(t.w, 12 * S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION), >, 0);
	net_free(t.w);
}

static void server_refusals(void)
{
	static const struct {
		uint32_t octets;
		mip_time sent_at;
		size_t length;
	} bad[] = { { 19, 0, 20 }, { 1000001, 0, 20 }, { 100, 2 * S, 20 }, { 100, -1, 20 }, { 100, 0, 19 } };
	struct wire t = request_wire(false);
	uint8_t payload[20] = { 0 };

	t.link->deaf = true;
	net_run(t.w, S);
	for (guint k = 0; k < G_N_ELEMENTS(bad); k++) {
		store_be64(payload + 8, (uint64_t)bad[k].sent_at);
		store_be32(payload + 16, bad[k].octets);
		by_hand(&t, B, 62500, 60000, payload, bad[k].length, false);
		g_assert_cmpuint(net_drops(t.w, B, DROP_MALFORMED), ==, k + 1);
	}
	store_be64(payload + 8, 0);
	store_be32(payload + 16, 20);
	by_hand(&t, B, 62500, 60000, payload, 20, true);
	g_assert_cmpuint(net_drops(t.w, B, DROP_CHECKSUM), ==, 1);
	by_hand(&t, B, 62500, 65000, payload, 20, false);
	g_assert_cmpuint(net_drops(t.w, B, DROP_NO_LISTENER), ==, 1);
	g_assert_cmpuint(net_sent(t.w, B, MESSAGE_DATA, 0), ==, 0);
	by_hand(&t, B, 62500, 60000, payload, 20, false);
	g_assert_cmpuint(net_sent(t.w, B, MESSAGE_DATA, 0), ==, 1);
	/* The largest answer: 834 pieces, none too small for its header, none larger than a piece may be. */
	store_be32(payload + 16, REQUEST_FLOW_MAXIMUM);
	by_hand(&t, B, 62500, 60000, payload, 20, false);
	g_assert_cmpuint(net_sent(t.w, B, MESSAGE_DATA, 0), ==, 835);
	net_free(t.w);
}

/* A piece that cannot be of the answer is malformed; one that came before counts once. */
static void pieces(void)
{
	struct wire t = request_wire(false);
	uint8_t piece[20] = { 0 };

	t.link->deaf = true;
	net_run(t.w, 20 * MS); /* request 0 of flow 2501 is out */
	store_be32(piece, 2501);
	store_be32(piece + 16, 3);
	store_be32(piece, 99);
	by_hand(&t, A, 60001, 62501, piece, sizeof piece, false); /* no such flow */
	store_be32(piece, 2501);
	store_be32(piece + 16, 4);
	by_hand(&t, A, 60001, 62501, piece, sizeof piece, false); /* of four */
	store_be32(piece + 16, 3 << 16 | 3);
	by_hand(&t, A, 60001, 62501, piece, sizeof piece, false); /* the fourth of three */
	by_hand(&t, A, 60001, 62501, piece, 19, false);
	g_assert_cmpuint(net_drops(t.w, A, DROP_MALFORMED), ==, 4);
	for (uint32_t k = 0; k < 3; k++)
		for (int twice = 0; twice < 2; twice++) {
			store_be32(piece + 16, k << 16 | 3);
			g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION), ==, 0);
			by_hand(&t, A, 60001, 62501, piece, sizeof piece, false);
			if (k == 2)
				break;
		}
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION), ==, 1);
	by_hand(&t, A, 60001, 62501, piece, sizeof piece, false); /* one more, too late */
	g_assert_cmpuint(seen(&t, A, OBSERVE_TRANSACTION), ==, 1);
	g_assert_cmpuint(seen(&t, A, OBSERVE_DROP), ==, 4);
	net_free(t.w);
}

/* ---- TCP --------------------------------------------------------------------------------------------------------------------- */

static struct tcp_flow_conf tcp_conf(const struct wire *t)
{
	return (struct tcp_flow_conf){ .flow = 3, .source = t->a, .destination = t->b, .start = 10 * MS, .stop = 60 * S, .octets = 100000,
		                       .series = true,
		                       .tcp = { .maximum_segment = 1000, .receive_buffer = 1 << 20, .sack = true, .rto_minimum = S,
		                                .delayed_ack = 200 * MS } };
}

static struct wire tcp_wire(const struct tcp_flow_conf *conf, bool ipv4)
{
	struct wire t = wire_new(ipv4);
	struct tcp_flow_conf c = *conf;

	c.source = t.a;
	c.destination = t.b;
	tcp_flow_add(role(&t, A, tcp_flow_role_new), &c, true);
	tcp_flow_add(role(&t, B, tcp_flow_role_new), &c, false);
	wire_up(&t);
	return t;
}

static guint segments(const struct wire *t, int node, enum stream_segment which)
{
	guint count = 0;

	for (guint k = 0; k < t->w->seen->len; k++) {
		const struct observation *o = &g_array_index(t->w->seen, struct observation, k);

		count += o->node == (uint32_t)node && o->kind == OBSERVE_STREAM_SENT && o->value == (uint32_t)which;
	}
	return count;
}

static int64_t last_series(const struct wire *t, int node, enum series_kind kind)
{
	for (guint k = t->w->seen->len; k--;) {
		const struct observation *o = &g_array_index(t->w->seen, struct observation, k);

		if (o->node == (uint32_t)node && o->kind == OBSERVE_SERIES && o->value == (uint32_t)kind)
			return o->amount;
	}
	return -1;
}

static void transfer(gconstpointer ipv4)
{
	const struct wire none = { 0 };
	struct tcp_flow_conf conf = tcp_conf(&none);
	struct wire t = tcp_wire(&conf, GPOINTER_TO_INT(ipv4));

	net_run(t.w, 120 * S);
	g_assert_cmpuint(segments(&t, A, STREAM_NEW), ==, 100);
	g_assert_cmpuint(segments(&t, A, STREAM_AGAIN), ==, 0);
	g_assert_cmpint(last(&t, B, OBSERVE_STREAM_RECEIVED)->amount, ==, 100000);
	g_assert_cmpint(last(&t, B, OBSERVE_STREAM_RECEIVED)->via, ==, GPOINTER_TO_INT(ipv4) ? VIA_NATIVE : VIA_HOME_LINK);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_CLOSED), ==, 1);
	g_assert_cmpuint(last(&t, A, OBSERVE_STREAM_CLOSED)->value, ==, 0);
	g_assert_cmpint(last_series(&t, B, SERIES_DELIVERED), ==, 100000);
	g_assert_cmpint(last_series(&t, A, SERIES_CONGESTION_WINDOW), >, 10000);
	g_assert_cmpint(last_series(&t, A, SERIES_SLOW_START_THRESHOLD), ==, -1); /* no loss, no threshold */
	g_assert_cmpint(nth(&t, A, OBSERVE_STREAM_SENT, 0)->at, ==, 10 * MS);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_TIMEOUT), ==, 0);
	net_free(t.w);
}

/* Without series nothing of the kind is told; without an end the stream is cut when its time is over, and closes. */
static void until_stopped(void)
{
	const struct wire none = { 0 };
	struct tcp_flow_conf conf = tcp_conf(&none);
	struct wire t;

	conf.octets = TCP_UNLIMITED;
	conf.stop = 2 * S;
	conf.series = false;
	t = tcp_wire(&conf, false);
	net_run(t.w, S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_CLOSED), ==, 0);
	net_run(t.w, 100 * S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_CLOSED), ==, 1);
	g_assert_cmpint(last(&t, A, OBSERVE_STREAM_CLOSED)->at, <, 2 * S + 500 * MS);
	g_assert_cmpint(last(&t, B, OBSERVE_STREAM_RECEIVED)->amount, >, 1000000);
	g_assert_cmpuint(seen(&t, A, OBSERVE_SERIES), ==, 0);
	net_free(t.w);
}

/* One segment is lost, then everything for a while: no octet is missing, none is counted twice. */
static void losses(void)
{
	const struct wire none = { 0 };
	struct tcp_flow_conf conf = tcp_conf(&none);
	struct wire t;

	conf.octets = 3000000;
	t = tcp_wire(&conf, false);
	net_run(t.w, 67 * MS);
	t.link->lose = 1;
	net_run(t.w, 150 * MS);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_RECOVERY), >=, 1);
	t.link->deaf = true;
	net_run(t.w, 2 * S);
	t.link->deaf = false;
	net_run(t.w, 100 * S);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_TIMEOUT), >=, 1);
	g_assert_cmpuint(segments(&t, A, STREAM_AGAIN), >, 0);
	g_assert_cmpuint(segments(&t, A, STREAM_NEW), >=, 3000);
	g_assert_cmpint(last(&t, B, OBSERVE_STREAM_RECEIVED)->amount, ==, 3000000);
	g_assert_cmpint(last_series(&t, B, SERIES_DELIVERED), ==, 3000000);
	g_assert_cmpint(last_series(&t, A, SERIES_SLOW_START_THRESHOLD), >=, 2000);
	g_assert_cmpuint(last(&t, A, OBSERVE_STREAM_CLOSED)->value, ==, 0);
	net_free(t.w);
}

static void nobody_answers(void)
{
	const struct wire none = { 0 };
	struct tcp_flow_conf conf = tcp_conf(&none);
	struct wire t;

	conf.stop = MIP_NEVER;
	t = tcp_wire(&conf, false);
	t.link->deaf = true;
	net_run(t.w, 200000 * S); /* 2^16 s: each pause is twice the one before */
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_TIMEOUT), ==, TCP_RETRIES_MAXIMUM);
	g_assert_cmpuint(seen(&t, A, OBSERVE_STREAM_CLOSED), ==, 1);
	g_assert_cmpuint(last(&t, A, OBSERVE_STREAM_CLOSED)->value, ==, 1);
	net_free(t.w);
}

/* From A to B, as if it were of a connection. */
static void segment_by_hand(struct wire *t, const struct in6 *source, uint16_t port, size_t cut, unsigned spoil_at)
{
	struct tcp_header h = { .source_port = port, .destination_port = port, .sequence = 1, .flags = TCP_SYN, .window = 1000 };
	struct packet *p = ip6_packet(source, &t->b, PROTOCOL_TCP, 64, TCP_HEADER_MAXIMUM);
	uint8_t octets[TCP_HEADER_MAXIMUM];
	size_t length = tcp_write(octets, &h, 0, source, &t->b);

	if (spoil_at)
		octets[spoil_at] ^= 0xf0;
	memcpy(packet_put(p, length - cut), octets, length - cut);
	ip6_finish(p);
	net_input(t->w, B, 0, p);
}

static void tcp_refusals(void)
{
	const struct wire none = { 0 };
	struct tcp_flow_conf conf = tcp_conf(&none);
	struct wire t = wire_new(false);
	struct in6 stranger = net_address(9, 9);

	conf.source = t.b;
	conf.destination = t.a;
	tcp_flow_add(role(&t, B, tcp_flow_role_new), &conf, true);
	conf.flow = 4;
	conf.start = conf.stop; /* is never asked for */
	tcp_flow_add(t.w->node[B]->roles, &conf, true);
	conf.flow = 5;
	conf.source = t.a;
	conf.destination = t.b;
	tcp_flow_add(t.w->node[B]->roles, &conf, false);
	wire_up(&t);
	segment_by_hand(&t, &t.a, 10005, 0, 16);
	g_assert_cmpuint(net_drops(t.w, B, DROP_CHECKSUM), ==, 1);
	segment_by_hand(&t, &t.a, 10005, 4, 0);
	g_assert_cmpuint(net_drops(t.w, B, DROP_TRUNCATED), ==, 1);
	segment_by_hand(&t, &t.a, 10005, 0, 12);
	g_assert_cmpuint(net_drops(t.w, B, DROP_MALFORMED) + net_drops(t.w, B, DROP_TRUNCATED), ==, 2);
	segment_by_hand(&t, &t.a, 10006, 0, 0);
	segment_by_hand(&t, &stranger, 10005, 0, 0);
	segment_by_hand(&t, &t.a, 10003, 0, 0); /* a source that has not connected yet */
	segment_by_hand(&t, &t.a, 10004, 0, 0);
	g_assert_cmpuint(net_drops(t.w, B, DROP_NO_LISTENER), ==, 4);
	g_assert_cmpuint(seen(&t, B, OBSERVE_STREAM_RECEIVED), ==, 0);
	segment_by_hand(&t, &t.a, 10005, 0, 0);
	g_assert_cmpuint(seen(&t, B, OBSERVE_STREAM_RECEIVED), ==, 1);
	g_assert_cmpuint(seen(&t, B, OBSERVE_STREAM_SENT), ==, 1);
	net_free(t.w);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/flows/udp/even-intervals", GINT_TO_POINTER(false), even_intervals);
	g_test_add_data_func("/flows/udp/even-intervals-over-ipv4", GINT_TO_POINTER(true), even_intervals);
	g_test_add_func("/flows/udp/exponential-intervals", exponential_intervals);
	g_test_add_func("/flows/udp/spurts-and-pauses", spurts_and_pauses);
	g_test_add_func("/flows/udp/refusals", udp_refusals);
	g_test_add_data_func("/flows/request/transactions", GINT_TO_POINTER(false), transactions);
	g_test_add_data_func("/flows/request/transactions-over-ipv4", GINT_TO_POINTER(true), transactions);
	g_test_add_data_func("/flows/request/lost-is-failed", GINT_TO_POINTER(false), unanswered);
	g_test_add_data_func("/flows/request/late-is-failed", GINT_TO_POINTER(true), unanswered);
	g_test_add_func("/flows/request/server-refusals", server_refusals);
	g_test_add_func("/flows/request/pieces-count-once", pieces);
	g_test_add_data_func("/flows/tcp/transfer", GINT_TO_POINTER(false), transfer);
	g_test_add_data_func("/flows/tcp/transfer-over-ipv4", GINT_TO_POINTER(true), transfer);
	g_test_add_func("/flows/tcp/until-stopped", until_stopped);
	g_test_add_func("/flows/tcp/losses-are-made-good", losses);
	g_test_add_func("/flows/tcp/nobody-answers", nobody_answers);
	g_test_add_func("/flows/tcp/refusals", tcp_refusals);
	return g_test_run();
}
