// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP transcripts in virtual time: what leaves when, on a path of 50 ms each way without a rate, 1000 octets a segment. Numbers are
 * those of RFC 9293 less the initial one: the SYN is 0, data starts at 1. Each transcript is what the RFC named beside it asks for,
 * worked out by hand where a comment says so.
 */
#include "tests/unit/rows.h"
#include "tests/unit/tcp_pair.h"

#define LOSSES_MAXIMUM 16

struct plan {
	int lost[LOSSES_MAXIMUM];        /* numbers of the data segments of A that are lost, from 1, transmissions counted; 0 ends */
	int late;                        /* this one comes `late_by` later */
	mip_time late_by;
	int sent;
	mip_time outage_from, outage_to; /* nothing gets through in either direction */
	mip_time slow_from, slow_to, slow_by; /* what A sends meanwhile takes longer */
	int syns_lost;
};

static struct fate planned(struct pair *p, int from, const struct tcp_segment *s)
{
	struct plan *plan = p->context;
	struct fate f = pair_fate_of_delay(50 * MIP_MILLISECOND);

	if (p->now >= plan->outage_from && p->now < plan->outage_to)
		return (struct fate){ 0 };
	if (s->header.flags & TCP_SYN && plan->syns_lost) {
		plan->syns_lost--;
		return (struct fate){ 0 };
	}
	if (!from && p->now >= plan->slow_from && p->now < plan->slow_to)
		f.delay[0] += plan->slow_by;
	if (from || !s->octets)
		return f;
	plan->sent++;
	for (int i = 0; i < LOSSES_MAXIMUM && plan->lost[i]; i++) {
		if (plan->lost[i] == plan->sent)
			f.copies = 0;
	}
	if (plan->late == plan->sent)
		f.delay[0] += plan->late_by;
	return f;
}

static void begin(struct pair *p, struct plan *plan, bool sack, int64_t octets)
{
	struct tcp_conf conf = pair_conf;

	conf.sack = sack;
	pair_init(p, &conf, &conf, planned, octets);
	p->context = plan;
	p->log = g_string_new(NULL);
	tcp_connect(&p->end[0], 0);
	tcp_send(&p->end[0], octets);
	tcp_close(&p->end[0]);
}

static void finish(struct pair *p, int64_t octets)
{
	g_assert_cmpint(tcp_delivered(&p->end[1]), ==, octets);
	g_assert_true(tcp_done(&p->end[0]));
	pair_fini(p);
}

/* The log from the line that starts with `from` on. */
static void assert_log(const struct pair *p, const char *from, const char *want)
{
	const char *at = strstr(p->log->str, from);
	GString *got;

	g_assert_nonnull(at);
	got = g_string_new(at);
	g_string_truncate(got, MIN(got->len, strlen(want)));
	if (strcmp(got->str, want))
		g_test_message("wanted:\n%s\ngot:\n%s", want, p->log->str);
	g_assert_cmpstr(got->str, ==, want);
	g_string_free(got, TRUE);
}

/* ---- no loss ---------------------------------------------------------------------------------------------------------------- */

/* RFC 5681 3.1: four segments of 1000 at first, one more for every acknowledgment; every second segment is acknowledged. */
static void slow_start_and_close(void)
{
	struct plan plan = { 0 };
	struct pair p;

	begin(&p, &plan, true, 10000);
	pair_run(&p, 300 * MIP_SECOND);
	g_assert_cmpstr(p.log->str, ==,
	                "0.000 A S0:0\n0.050 B S0:0 ack 1\n"
	                "0.100 A 1:1001 ack 1\n0.100 A 1001:2001 ack 1\n0.100 A 2001:3001 ack 1\n0.100 A 3001:4001 ack 1\n"
	                "0.150 B 1:1 ack 2001\n0.150 B 1:1 ack 4001\n"
	                "0.200 A 4001:5001 ack 1\n0.200 A 5001:6001 ack 1\n0.200 A 6001:7001 ack 1\n"
	                "0.200 A 7001:8001 ack 1\n0.200 A 8001:9001 ack 1\n0.200 A F9001:10001 ack 1\n"
	                "0.250 B 1:1 ack 6001\n0.250 B 1:1 ack 8001\n0.250 B F1:1 ack 10002\n0.300 A 10002:10002 ack 2\n");
	g_assert_cmpuint(p.end[0].counts.retransmissions, ==, 0);
	g_assert_cmpint(p.end[0].smoothed, ==, 100 * MIP_MILLISECOND);
	g_assert_cmpint(p.end[0].timeout, ==, MIP_SECOND);
	g_assert_cmpint(p.end[0].state, ==, TCP_CLOSED);
	g_assert_false(p.end[0].aborted);
	g_assert_cmpint(p.end[1].state, ==, TCP_CLOSED);
	finish(&p, 10000);
}

/* RFC 5681 4.2: a single segment waits for a second one, here 200 ms. */
static void single_segment_is_acknowledged_late(void)
{
	struct plan plan = { 0 };
	struct pair p;

	begin(&p, &plan, true, 9000);
	p.end[0].end = 1001; /* the rest later, so that nothing closes */
	p.end[0].closing = false;
	pair_run(&p, 10 * MIP_SECOND);
	assert_log(&p, "0.100 A", "0.100 A 1:1001 ack 1\n0.350 B 1:1 ack 1001\n");
	tcp_send(&p.end[0], 8000);
	tcp_close(&p.end[0]);
	p.now = 10 * MIP_SECOND;
	/* RFC 5681 4.1: after an idle time longer than the timeout no more than the initial window. */
	p.end[0].congestion_window = 50000;
	pair_run(&p, 300 * MIP_SECOND);
	assert_log(&p, "10.000 A", "10.000 A 1001:2001 ack 1\n10.000 A 2001:3001 ack 1\n10.000 A 3001:4001 ack 1\n10.000 A 4001:5001 ack 1\n"
	                           "10.050 B 1:1 ack 3001\n");
	finish(&p, 9000);
}

/* RFC 5681 3.1 equation 3 by counting: above the threshold one segment more per window. */
static void congestion_avoidance_counts_octets(void)
{
	struct plan plan = { 0 };
	struct pair p;

	begin(&p, &plan, true, 400000);
	p.end[0].slow_start_threshold = 4000;
	p.end[1].conf.delayed_ack = 0; /* odd windows would wait for their last acknowledgment */
	pair_run(&p, 100 * MIP_MILLISECOND + 20 * 100 * MIP_MILLISECOND + 50 * MIP_MILLISECOND);
	g_assert_cmpint(p.end[0].congestion_window, ==, 4000 + 20 * 1000);
	pair_run(&p, 600 * MIP_SECOND);
	finish(&p, 400000);
}

/* ---- loss ------------------------------------------------------------------------------------------------------------------- */

static const struct loss_case {
	const char *name;
	bool sack;
	int64_t octets;
	struct plan plan;
	uint32_t retransmissions, timeouts, recoveries;
	int64_t threshold;
	const char *from, *log;
} losses[] = {
	/* RFC 6675 5: the third duplicate enters recovery with half of the flight (7000; nothing beyond the window left); 6001-7001 alone is
	 * no proof, two more are. */
	{ "one-with-sack", true, 12000, { .lost = { 6 } }, 1, 0, 1, 3500, "0.250 B",
	  "0.250 B 1:1 ack 5001 sack 6001-7001\n0.250 B 1:1 ack 5001 sack 6001-8001\n"
	  "0.250 B 1:1 ack 5001 sack 6001-9001\n0.250 B 1:1 ack 5001 sack 6001-10001\n"
	  "0.300 A 10001:11001 ack 1\n0.300 A F11001:12001 ack 1\n0.300 A 5001:6001 ack 1\n"
	  "0.350 B 1:1 ack 5001 sack 6001-11001\n0.350 B 1:1 ack 5001 sack 6001-12001\n0.350 B F1:1 ack 12002\n" },
	{ "one-with-newreno", false, 12000, { .lost = { 6 } }, 1, 0, 1, 3500, "0.250 B",
	  "0.250 B 1:1 ack 5001\n0.250 B 1:1 ack 5001\n0.250 B 1:1 ack 5001\n0.250 B 1:1 ack 5001\n"
	  "0.300 A 10001:11001 ack 1\n0.300 A F11001:12001 ack 1\n0.300 A 5001:6001 ack 1\n"
	  "0.350 B 1:1 ack 5001\n0.350 B 1:1 ack 5001\n0.350 B F1:1 ack 12002\n" },
	/* Window 6000, and limited transmit sends 2000 beyond it: half of 6000. At 0.4 s the pipe has room for one segment at a time: the
	 * second hole first (NextSeg rule 1), then new data (rule 2). */
	{ "two-with-sack", true, 14000, { .lost = { 5, 7 } }, 2, 0, 1, 3000, "0.250 B",
	  "0.250 B 1:1 ack 4001 sack 5001-6001\n0.250 B 1:1 ack 4001 sack 7001-8001 sack 5001-6001\n"
	  "0.250 B 1:1 ack 4001 sack 7001-9001 sack 5001-6001\n0.250 B 1:1 ack 4001 sack 7001-10001 sack 5001-6001\n"
	  "0.300 A 10001:11001 ack 1\n0.300 A 11001:12001 ack 1\n0.300 A 4001:5001 ack 1\n"
	  "0.350 B 1:1 ack 4001 sack 7001-11001 sack 5001-6001\n0.350 B 1:1 ack 4001 sack 7001-12001 sack 5001-6001\n"
	  "0.350 B 1:1 ack 6001 sack 7001-12001\n"
	  "0.400 A 6001:7001 ack 1\n0.400 A 12001:13001 ack 1\n0.400 A F13001:14001 ack 1\n" },
	/* RFC 6582 3.2: the partial acknowledgment of 6001 sends the second hole at once. */
	{ "two-with-newreno", false, 14000, { .lost = { 5, 7 } }, 2, 0, 1, 3000, "0.300 A",
	  "0.300 A 10001:11001 ack 1\n0.300 A 11001:12001 ack 1\n0.300 A 4001:5001 ack 1\n"
	  "0.350 B 1:1 ack 4001\n0.350 B 1:1 ack 4001\n0.350 B 1:1 ack 6001\n"
	  "0.400 A 12001:13001 ack 1\n0.400 A 6001:7001 ack 1\n0.400 A F13001:14001 ack 1\n"
	  "0.450 B 1:1 ack 6001\n0.450 B 1:1 ack 13001\n0.450 B F1:1 ack 14002\n" },
	/* New data lost during recovery is above the recovery point; NextSeg rule 1 finds it all the same. */
	{ "new-data-in-recovery", true, 12000, { .lost = { 5, 11 } }, 2, 0, 1, 3000, "0.350 B",
	  "0.350 B 1:1 ack 4001 sack 11001-12001 sack 5001-10001\n0.350 B 1:1 ack 10001 sack 11001-12001\n"
	  "0.400 A 10001:11001 ack 1\n0.450 B F1:1 ack 12002\n" },
	/* Nothing follows to make duplicates: RFC 6298 5.3, one second after the last acknowledgment that advanced (at 0.5 s). */
	{ "tail", true, 6000, { .lost = { 6 } }, 1, 1, 0, 2000, "0.200 A",
	  "0.200 A 4001:5001 ack 1\n0.200 A F5001:6001 ack 1 lost\n0.450 B 1:1 ack 5001\n"
	  "1.500 A F5001:6001 ack 1\n1.550 B F1:1 ack 6002\n" },
	/* RFC 5681 3.1: after the timeout slow start from one segment; all that was outstanding goes again. */
	{ "tail-of-three", false, 6000, { .lost = { 4, 5, 6 } }, 3, 1, 0, 2000, "0.350 B",
	  "0.350 B 1:1 ack 3001\n1.400 A 3001:4001 ack 1\n1.650 B 1:1 ack 4001\n"
	  "1.700 A 4001:5001 ack 1\n1.700 A F5001:6001 ack 1\n1.750 B F1:1 ack 6002\n" },
	/* RFC 6298 5.5: 1, 2, 4, 8 s; RFC 5681 3.1: the threshold is set once, by half of 6000. */
	{ "outage", true, 10000, { .outage_from = 190 * MIP_MILLISECOND, .outage_to = 10 * MIP_SECOND }, 9, 4, 0, 3000, "1.200 A",
	  "1.200 A 4001:5001 ack 1 lost\n3.200 A 4001:5001 ack 1 lost\n7.200 A 4001:5001 ack 1 lost\n15.200 A 4001:5001 ack 1\n"
	  "15.450 B 1:1 ack 5001\n15.500 A 5001:6001 ack 1\n15.500 A 6001:7001 ack 1\n15.550 B 1:1 ack 7001\n"
	  "15.600 A 7001:8001 ack 1\n15.600 A 8001:9001 ack 1\n15.600 A F9001:10001 ack 1\n" },
	/* Nothing lost, all late by more than the timeout: what is sent again is thrown away by the receiver, each octet counts once. */
	{ "spurious-timeout", true, 10000,
	  { .slow_from = 190 * MIP_MILLISECOND, .slow_to = 210 * MIP_MILLISECOND, .slow_by = 1200 * MIP_MILLISECOND }, 6, 1, 0, 3000, "1.200 A",
	  "1.200 A 4001:5001 ack 1\n1.450 B 1:1 ack 5001\n1.450 B 1:1 ack 7001\n1.450 B 1:1 ack 9001\n1.450 B F1:1 ack 10002\n"
	  "1.500 A 5001:6001 ack 1\n" },
	/* One or two overtaken: no recovery. */
	{ "reordering-by-one", true, 8000, { .late = 7, .late_by = 2 * MIP_MILLISECOND }, 0, 0, 0, INT64_MAX, "0.250 B",
	  "0.250 B 1:1 ack 6001\n0.250 B 1:1 ack 6001 sack 7001-8001\n0.252 B F1:1 ack 8002\n0.302 A 8002:8002 ack 2\n" },
	{ "reordering-by-two-newreno", false, 8000, { .late = 6, .late_by = MIP_MILLISECOND }, 0, 0, 0, INT64_MAX, "0.250 B",
	  "0.250 B 1:1 ack 5001\n0.250 B 1:1 ack 5001\n0.251 B F1:1 ack 8002\n" },
	/* Three overtake: sent again without need, and thrown away. */
	{ "reordering-by-three", true, 8000, { .late = 5, .late_by = 2 * MIP_MILLISECOND }, 1, 0, 1, 2000, "0.252 B",
	  "0.252 B F1:1 ack 8002\n0.300 A 4001:5001 ack 1\n0.302 A 8002:8002 ack 2\n0.350 B 2:2 ack 8002\n" },
	/* RFC 6298 5.7 and RFC 5681 3.1: a lost SYN means one segment at first. */
	{ "syn", true, 3000, { .syns_lost = 1 }, 0, 1, 0, INT64_MAX, "0.000 A",
	  "0.000 A S0:0 lost\n1.000 A S0:0\n1.050 B S0:0 ack 1\n1.100 A 1:1001 ack 1\n1.350 B 1:1 ack 1001\n"
	  "1.400 A 1001:2001 ack 1\n1.400 A F2001:3001 ack 1\n" },
	{ "answer-to-the-syn", true, 1000, { .outage_from = 40 * MIP_MILLISECOND, .outage_to = 60 * MIP_MILLISECOND }, 0, 1, 0, INT64_MAX,
	  "0.000 A", "0.000 A S0:0\n0.050 B S0:0 ack 1 lost\n1.000 A S0:0\n1.050 B S0:0 ack 1\n1.050 B S0:0 ack 1\n" },
};

static void loss(gconstpointer row)
{
	const struct loss_case *c = row;
	struct plan plan = c->plan;
	struct pair p;

	begin(&p, &plan, c->sack, c->octets);
	pair_run(&p, 400 * MIP_SECOND);
	assert_log(&p, c->from, c->log);
	g_assert_cmpuint(p.end[0].counts.retransmissions, ==, c->retransmissions);
	g_assert_cmpuint(p.end[0].counts.timeouts, ==, c->timeouts);
	g_assert_cmpuint(p.end[0].counts.fast_recoveries, ==, c->recoveries);
	g_assert_cmpint(p.end[0].slow_start_threshold, ==, c->threshold);
	finish(&p, c->octets);
}

/* RFC 6298 2.2, 2.3 with numbers by hand: 300, 100, 500 ms. */
static void timer_by_hand(void)
{
	static const struct {
		mip_time round_trip, smoothed, variation;
	} steps[] = {
		{ 300 * MIP_MILLISECOND, 300 * MIP_MILLISECOND, 150 * MIP_MILLISECOND },
		{ 100 * MIP_MILLISECOND, 275 * MIP_MILLISECOND, 162500 * MIP_MICROSECOND },     /* 3/4 150 + 1/4 200; 7/8 300 + 1/8 100 */
		{ 500 * MIP_MILLISECOND, 303125 * MIP_MICROSECOND, 178125 * MIP_MICROSECOND },  /* 3/4 162.5 + 1/4 225; 7/8 275 + 1/8 500 */
	};
	struct tcp_conf conf = pair_conf;
	struct tcp_segment s, ack = { .header = { .flags = TCP_ACK, .window = 60000 } };
	struct tcp t;
	mip_time now = 0;

	conf.rto_minimum = MIP_MILLISECOND;
	tcp_init(&t, &conf, 100);
	tcp_connect(&t, 0);
	tcp_send(&t, 1000000);
	g_assert_true(tcp_output(&t, 0, &s));
	/* The SYN's answer is the first sample; then one segment at a time. */
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		now += steps[i].round_trip;
		ack.header.flags = i ? TCP_ACK : TCP_SYN | TCP_ACK;
		ack.header.sequence = i ? 501 : 500;
		ack.header.acknowledgment = 100 + (uint32_t)t.next;
		tcp_input(&t, now, &ack);
		g_assert_cmpint(t.smoothed, ==, steps[i].smoothed);
		g_assert_cmpint(t.variation, ==, steps[i].variation);
		g_assert_cmpint(t.timeout, ==, steps[i].smoothed + 4 * steps[i].variation);
		while (tcp_output(&t, now, &s))
			;
	}
	tcp_fini(&t);
}

/* ---- connections ------------------------------------------------------------------------------------------------------------- */

static void given_up_after_fifteen_timeouts(void)
{
	struct plan plan = { .outage_from = 0, .outage_to = MIP_NEVER };
	struct pair p;

	begin(&p, &plan, true, 1000);
	pair_run(&p, MIP_NEVER - 1);
	g_assert_cmpint(p.end[0].state, ==, TCP_CLOSED);
	g_assert_true(p.end[0].aborted);
	g_assert_cmpuint(p.sent[0], ==, 1 + TCP_RETRIES_MAXIMUM);
	g_assert_cmpint(tcp_deadline(&p.end[0]), ==, MIP_NEVER);
	pair_fini(&p);
}

static void cut_sends_nothing_new(void)
{
	struct plan plan = { 0 };
	struct pair p;
	int64_t sent;

	begin(&p, &plan, true, 1000000);
	p.end[0].closing = false;
	pair_run(&p, 250 * MIP_MILLISECOND);
	sent = p.end[0].next - 1;
	tcp_cut(&p.end[0]);
	pair_run(&p, 300 * MIP_SECOND);
	g_assert_cmpint(p.end[0].state, ==, TCP_CLOSED);
	finish(&p, sent);
}

/* RFC 7323 2.3: 1 MiB needs a shift of 5 or more; without the peer's option none. RFC 9293 3.7.1: the smaller segment counts. */
static void options_are_negotiated(void)
{
	struct plan plan = { 0 };
	struct tcp_conf small = pair_conf;
	struct tcp_segment s;
	struct tcp t;
	struct pair p;

	begin(&p, &plan, true, 1000);
	pair_run(&p, MIP_SECOND);
	g_assert_cmpint(p.end[0].receive_shift, ==, 5);
	g_assert_cmpint(p.end[1].send_shift, ==, 5);
	g_assert_cmpint(p.end[0].window, ==, 1 << 20);
	g_assert_true(p.end[0].sack && p.end[1].sack);
	finish(&p, 1000);

	small.maximum_segment = 500;
	tcp_init(&t, &small, 0);
	tcp_listen(&t);
	s = (struct tcp_segment){ .header = { .flags = TCP_SYN, .sequence = 9, .window = 1000, .has_maximum_segment = true, .maximum_segment = 700 } };
	tcp_input(&t, 0, &s);
	g_assert_true(tcp_output(&t, 0, &s));
	g_assert_cmphex(s.header.flags, ==, TCP_SYN | TCP_ACK);
	g_assert_false(s.header.has_window_scale || s.header.sack_permitted);
	g_assert_cmpuint(s.header.window, ==, 65535);
	g_assert_cmpuint(t.segment, ==, 500);
	g_assert_cmpint(t.receive_shift, ==, 0);
	tcp_fini(&t);
}

/* An established sender by hand: initial numbers 100 and 500. */
static void establish_by_hand(struct tcp *t, uint16_t window)
{
	struct tcp_segment s = { .header = { .flags = TCP_SYN | TCP_ACK, .sequence = 500, .acknowledgment = 101, .window = window } };

	tcp_init(t, &pair_conf, 100);
	tcp_connect(t, 0);
	tcp_send(t, 5000);
	tcp_input(t, 0, &s);
	g_assert_cmpint(t->state, ==, TCP_ESTABLISHED);
}

static unsigned drain(struct tcp *t, mip_time now, struct tcp_segment *last)
{
	struct tcp_segment s;
	unsigned n = 0;

	for (; tcp_output(t, now, &s); n++)
		*last = s;
	return n;
}

/* RFC 9293 3.8.6.1: one octet after a timeout, then slower; the window's opening resumes. */
static void closed_window_is_probed(void)
{
	struct tcp_segment s = { .octets = 99 }, ack = { .header = { .flags = TCP_ACK, .sequence = 501, .acknowledgment = 101, .window = 0 } };
	struct tcp t;
	mip_time at;

	establish_by_hand(&t, 0);
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);       /* the acknowledgment alone */
	g_assert_cmpuint(s.octets, ==, 0);
	at = tcp_deadline(&t);
	g_assert_cmpint(at, ==, MIP_SECOND);
	tcp_expire(&t, at);
	g_assert_cmpuint(drain(&t, at, &s), ==, 1);
	g_assert_cmpuint(s.octets, ==, 1);
	tcp_input(&t, at, &ack);                         /* refused, still closed */
	at = tcp_deadline(&t);
	tcp_expire(&t, at);
	g_assert_cmpuint(drain(&t, at, &s), ==, 1);
	g_assert_cmpuint(s.octets, ==, 1);
	ack.header.acknowledgment = 102;
	ack.header.window = 30000;
	tcp_input(&t, at + MIP_SECOND, &ack);
	g_assert_cmpuint(drain(&t, at + MIP_SECOND, &s), >=, 1);
	g_assert_cmpuint(s.octets, ==, 1000);
	tcp_fini(&t);
}

/* RFC 5961: a reset counts at the number expected and nowhere else in the window; a SYN gets a challenge. */
static void resets_and_strangers(void)
{
	struct tcp_segment s = { .octets = 99 }, in = { .header = { .flags = TCP_RST, .sequence = 600 } };
	struct tcp t;

	establish_by_hand(&t, 30000);
	drain(&t, 0, &s);
	tcp_input(&t, 0, &in);
	g_assert_cmpint(t.state, ==, TCP_ESTABLISHED);
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);
	g_assert_cmphex(s.header.flags, ==, TCP_ACK);
	in.header.flags = TCP_SYN;
	tcp_input(&t, 0, &in);
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);
	/* An acknowledgment of what was never sent. */
	in = (struct tcp_segment){ .header = { .flags = TCP_ACK, .sequence = 501, .acknowledgment = 101 + 100000, .window = 1000 } };
	tcp_input(&t, 0, &in);
	g_assert_cmpint(tcp_acknowledged(&t), ==, 0);
	g_assert_cmpuint(t.counts.refused, ==, 1);
	/* SACK blocks of what was never sent, or upside down. */
	t.sack = true;
	in.header.acknowledgment = 101;
	in.header.sack_count = 3;
	in.header.sack[0] = (struct tcp_sack_block){ 100000, 200000 };
	in.header.sack[1] = (struct tcp_sack_block){ 2101, 1101 };
	in.header.sack[2] = (struct tcp_sack_block){ 101, 1101 };
	tcp_input(&t, 0, &in);
	g_assert_cmpuint(t.sacked.count, ==, 0);
	in = (struct tcp_segment){ .header = { .flags = TCP_RST, .sequence = 501 } };
	tcp_input(&t, 0, &in);
	g_assert_cmpint(t.state, ==, TCP_CLOSED);
	g_assert_true(t.aborted);
	tcp_fini(&t);
}

static struct tcp_segment by_hand(uint8_t flags, uint32_t sequence, uint32_t acknowledgment, uint32_t octets)
{
	return (struct tcp_segment){ .header = { .flags = flags, .sequence = sequence, .acknowledgment = acknowledgment, .window = 30000 },
		                     .octets = octets };
}

static void take(struct tcp *t, mip_time now, struct tcp_segment in)
{
	tcp_input(t, now, &in);
}

/* RFC 9293 3.10.7.2 to 4: what does not belong to a set-up is refused, and a reset counts only if it answers our SYN. */
static void set_up_refusals(void)
{
	struct tcp_segment s = { 0 };
	struct tcp t;
	uint32_t refused = 0;

	tcp_init(&t, &pair_conf, 100);
	take(&t, 0, by_hand(TCP_SYN, 500, 0, 0)); /* nobody listens yet */
	g_assert_cmpuint(t.counts.refused, ==, ++refused);
	tcp_listen(&t);
	take(&t, 0, by_hand(TCP_ACK, 500, 0, 0));
	take(&t, 0, by_hand(TCP_RST, 500, 0, 0));
	take(&t, 0, by_hand(TCP_SYN | TCP_ACK, 500, 101, 0));
	g_assert_cmpuint(t.counts.refused, ==, refused += 3);
	g_assert_cmpint(t.state, ==, TCP_LISTEN);
	take(&t, 0, by_hand(TCP_SYN, 500, 0, 0));
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);
	take(&t, 0, by_hand(TCP_SYN, 500, 0, 0)); /* our answer was lost */
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);
	g_assert_cmphex(s.header.flags, ==, TCP_SYN | TCP_ACK);
	take(&t, 0, by_hand(TCP_ACK, 501, 100, 0)); /* not of our SYN */
	take(&t, 0, by_hand(TCP_ACK, 501, 102, 0)); /* of more than that */
	take(&t, 0, by_hand(0, 501, 0, 10));        /* of nothing */
	g_assert_cmpuint(t.counts.refused, ==, refused + 3);
	g_assert_cmpint(t.state, ==, TCP_SYN_RECEIVED);
	take(&t, 0, by_hand(TCP_ACK, 501, 101, 0));
	g_assert_cmpint(t.state, ==, TCP_ESTABLISHED);
	tcp_fini(&t);

	tcp_init(&t, &pair_conf, 100);
	tcp_connect(&t, 0);
	drain(&t, 0, &s);
	take(&t, 0, by_hand(TCP_SYN | TCP_ACK, 500, 100, 0));
	take(&t, 0, by_hand(TCP_SYN, 500, 0, 0)); /* simultaneous open is left out */
	take(&t, 0, by_hand(TCP_RST, 500, 0, 0));
	take(&t, 0, by_hand(TCP_RST | TCP_ACK, 500, 102, 0));
	take(&t, 0, by_hand(TCP_ACK, 500, 101, 0));
	g_assert_cmpuint(t.counts.refused, ==, 5);
	g_assert_cmpint(t.state, ==, TCP_SYN_SENT);
	take(&t, 0, by_hand(TCP_RST | TCP_ACK, 500, 101, 0));
	g_assert_cmpint(t.state, ==, TCP_CLOSED);
	g_assert_true(t.aborted);
	tcp_fini(&t);
}

/* Our FIN is out: the octets are 101 to 5100, the FIN 5101. */
static void close_by_hand(struct tcp *t)
{
	struct tcp_segment s = { 0 };
	uint32_t last = 0;

	establish_by_hand(t, 30000);
	tcp_close(t);
	while (last != 5101) {
		drain(t, 0, &s);
		last = s.header.sequence + s.octets;
		take(t, 0, by_hand(TCP_ACK, 501, last, 0));
	}
	g_assert_cmphex(s.header.flags & TCP_FIN, ==, TCP_FIN);
	g_assert_cmpint(t->state, ==, TCP_FIN_WAIT_1);
}

/* RFC 9293 3.6, case 2: both close at once; either order of what then comes ends in TIME-WAIT, and that after two lifetimes. */
static void both_close(gconstpointer ours_first)
{
	struct tcp_segment s = { 0 };
	struct tcp t;

	close_by_hand(&t);
	if (ours_first) {
		take(&t, 0, by_hand(TCP_ACK, 501, 5102, 0));
		g_assert_cmpint(t.state, ==, TCP_FIN_WAIT_2);
		take(&t, 0, by_hand(TCP_ACK | TCP_FIN, 501, 5102, 0));
	} else {
		take(&t, 0, by_hand(TCP_ACK | TCP_FIN, 501, 5101, 0));
		g_assert_cmpint(t.state, ==, TCP_CLOSING);
		take(&t, 0, by_hand(TCP_ACK, 502, 5102, 0));
	}
	g_assert_cmpint(t.state, ==, TCP_TIME_WAIT);
	g_assert_cmpuint(drain(&t, 0, &s), ==, 1);
	g_assert_cmpuint(s.header.acknowledgment, ==, 502);
	/* The peer's FIN again: our answer was lost, and the wait begins anew. */
	take(&t, 10 * MIP_SECOND, by_hand(TCP_ACK | TCP_FIN, 501, 5102, 0));
	g_assert_cmpuint(drain(&t, 10 * MIP_SECOND, &s), ==, 1);
	g_assert_cmpint(tcp_deadline(&t), ==, 70 * MIP_SECOND);
	tcp_expire(&t, 70 * MIP_SECOND - 1);
	g_assert_cmpint(t.state, ==, TCP_TIME_WAIT);
	tcp_expire(&t, 70 * MIP_SECOND);
	g_assert_cmpint(t.state, ==, TCP_CLOSED);
	g_assert_false(t.aborted);
	tcp_fini(&t);
}

/* Closing what has no end of its own cuts it where it is. */
static void close_without_an_end(void)
{
	struct tcp_segment s = { 0 };
	struct tcp t;

	establish_by_hand(&t, 30000);
	tcp_send(&t, TCP_UNLIMITED - 5001);
	drain(&t, 0, &s);
	tcp_close(&t);
	tcp_close(&t);
	take(&t, MIP_SECOND / 10, by_hand(TCP_ACK, 501, s.header.sequence + s.octets, 0));
	g_assert_cmpuint(drain(&t, MIP_SECOND / 10, &s), ==, 1);
	g_assert_cmphex(s.header.flags & TCP_FIN, ==, TCP_FIN);
	g_assert_cmpuint(s.octets, ==, 0);
	tcp_fini(&t);
}

/* One segment that reaches over several holes fills them all; one that is of the past, or behind the end, fills nothing. */
static void holes(void)
{
	struct tcp t;

	establish_by_hand(&t, 30000);
	take(&t, 0, by_hand(TCP_ACK, 511, 101, 10));
	take(&t, 0, by_hand(TCP_ACK, 531, 101, 10));
	take(&t, 0, by_hand(TCP_ACK, 551, 101, 10));
	g_assert_cmpint(tcp_delivered(&t), ==, 0);
	take(&t, 0, by_hand(TCP_ACK, 501, 101, 35)); /* into the second */
	g_assert_cmpint(tcp_delivered(&t), ==, 40);
	take(&t, 0, by_hand(TCP_ACK, 521, 101, 10));
	g_assert_cmpint(tcp_delivered(&t), ==, 40);
	g_assert_cmpuint(t.counts.duplicates, ==, 1);
	take(&t, 0, by_hand(TCP_ACK | TCP_FIN, 561, 101, 5));
	take(&t, 0, by_hand(TCP_ACK, 541, 101, 100)); /* more than there is: the stream ends at 565 */
	g_assert_cmpint(tcp_delivered(&t), ==, 65);
	g_assert_cmpint(t.state, ==, TCP_CLOSE_WAIT);
	tcp_fini(&t);
}

static void ranges_by_hand(void)
{
	struct tcp_ranges r = { 0 };

	g_assert_cmpint(tcp_ranges_add(&r, 10, 20), ==, 10);
	g_assert_cmpint(tcp_ranges_add(&r, 30, 40), ==, 10);
	g_assert_cmpint(tcp_ranges_add(&r, 12, 18), ==, 0);
	g_assert_cmpint(tcp_ranges_add(&r, 20, 25), ==, 5);
	g_assert_cmpuint(r.count, ==, 2);
	g_assert_cmpint(tcp_ranges_add(&r, 5, 50), ==, 45 - 15 - 10);
	g_assert_cmpuint(r.count, ==, 1);
	tcp_ranges_trim(&r, 7);
	g_assert_cmpint(r.at[0].left, ==, 7);
	tcp_ranges_trim(&r, 50);
	g_assert_cmpuint(r.count, ==, 0);
	for (int i = 0; i < TCP_RANGES_MAXIMUM; i++)
		g_assert_cmpint(tcp_ranges_add(&r, 10 * i, 10 * i + 1), ==, 1);
	g_assert_cmpint(tcp_ranges_add(&r, 1000000, 1000001), ==, 0);
	g_assert_cmpint(tcp_ranges_add(&r, 1, 10), ==, 9);
	g_assert_cmpuint(r.count, ==, TCP_RANGES_MAXIMUM - 1);
	tcp_ranges_fini(&r);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tcp/slow-start-and-close", slow_start_and_close);
	g_test_add_func("/tcp/single-segment-is-acknowledged-late", single_segment_is_acknowledged_late);
	g_test_add_func("/tcp/congestion-avoidance-counts-octets", congestion_avoidance_counts_octets);
	for (size_t i = 0; i < G_N_ELEMENTS(losses); i++)
		add_row("/tcp/loss", losses[i].name, &losses[i], loss);
	g_test_add_func("/tcp/timer-by-hand", timer_by_hand);
	g_test_add_func("/tcp/given-up-after-fifteen-timeouts", given_up_after_fifteen_timeouts);
	g_test_add_func("/tcp/cut-sends-nothing-new", cut_sends_nothing_new);
	g_test_add_func("/tcp/options-are-negotiated", options_are_negotiated);
	g_test_add_func("/tcp/closed-window-is-probed", closed_window_is_probed);
	g_test_add_func("/tcp/resets-and-strangers", resets_and_strangers);
	g_test_add_func("/tcp/set-up-refusals", set_up_refusals);
	g_test_add_data_func("/tcp/both-close/at-once", GINT_TO_POINTER(false), both_close);
	g_test_add_data_func("/tcp/both-close/one-after-the-other", GINT_TO_POINTER(true), both_close);
	g_test_add_func("/tcp/close-without-an-end", close_without_an_end);
	g_test_add_func("/tcp/holes", holes);
	g_test_add_func("/tcp/ranges-by-hand", ranges_by_hand);
	return g_test_run();
}
