// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Credit-Based Authorization: accounts against closed forms, packets beyond the credit, and the promise itself over random runs of a
 * correspondent: no packet to an unverified care-of address without credit. The oracle is the same rule in real numbers, so it is an
 * upper bound of what an account that rounds down may hold. A run that breaks the promise is cut down to the steps it takes.
 */
#include "correspondent_harness.h"
#include "models/mip6/credit.h"
#include "models/wire/spot_check.h"

#define RFC4866 .factor = { 7, 8 }, .interval = 5 * MIP_SECOND, .quench = { 1, 1 }, .verified_only = true
#define DRAFT .factor = { 1, 2 }, .interval = 3 * MIP_SECOND, .quench = { 1, 2 }, .per_interval = true, .forfeit = true

static const struct credit_conf presets[] = {
	{ .mode = CREDIT_INBOUND, RFC4866 },
	{ .mode = CREDIT_INBOUND, DRAFT },
	{ .mode = CREDIT_OUTBOUND, RFC4866 },
	{ .mode = CREDIT_OUTBOUND, DRAFT },
};

/* ---- accounts ------------------------------------------------------------------------------------------------------ */

/* Credit after k intervals of `rate` octets a second, before and after the ageing. */
static void grow(const struct credit_conf *conf, uint32_t packet, mip_time gap, unsigned k, uint32_t *before, uint32_t *after)
{
	struct credit c;
	mip_time now = 7;

	credit_open(&c, now);
	for (mip_time at = 7 + gap / 2; at < 7 + k * conf->interval; at += gap) {
		now = at;
		while (credit_due(&c, conf) <= now)
			credit_age(&c, conf, now);
		credit_earn(&c, conf, packet);
	}
	*before = c.octets;
	credit_age(&c, conf, credit_due(&c, conf));
	*after = c.octets;
}

static void test_inbound_credit_grows_as_the_closed_form_says(void)
{
	static const struct {
		unsigned intervals;
		uint32_t before;
	} published[] = { { 1, 50000 }, { 2, 93750 }, { 4, 165527 }, { 8, 262556 } };
	const struct credit_conf *conf = &presets[0];
	uint32_t before, after;

	for (unsigned i = 0; i < G_N_ELEMENTS(published); i++) {
		grow(conf, 100, 10 * MIP_MILLISECOND, published[i].intervals, &before, &after);
		g_assert_cmpuint(before, <=, published[i].before);
		g_assert_cmpuint(before + published[i].intervals, >, published[i].before);
	}
	/* The limits: 40 and 35 times the rate. Less than eight octets are lost in rounding for good. */
	grow(conf, 100, 10 * MIP_MILLISECOND, 200, &before, &after);
	g_assert_cmpuint(before, <=, 400000);
	g_assert_cmpuint(before, >=, 400000 - 8);
	g_assert_cmpuint(after, <=, 350000);
	g_assert_cmpuint(after, >=, 350000 - 8);
}

static void test_draft_credit_tends_to_the_effort_of_an_interval(void)
{
	uint32_t before, after;

	grow(&presets[1], 100, 10 * MIP_MILLISECOND, 1, &before, &after);
	g_assert_cmpuint(before, ==, 0);
	g_assert_cmpuint(after, ==, 15000);
	grow(&presets[1], 100, 10 * MIP_MILLISECOND, 100, &before, &after);
	g_assert_cmpuint(after, >=, 30000 - 2);
	g_assert_cmpuint(after, <=, 30000);
}

/* Within one octet per ageing of the same rule in real numbers, whatever the rate: what was earned first has been rounded most often. */
static void test_rounding_costs_less_than_an_octet_per_ageing(void)
{
	static const uint32_t packets[] = { 80, 97, 1048, 1499 };

	for (unsigned p = 0; p < 2; p++)
		for (unsigned i = 0; i < G_N_ELEMENTS(packets); i++)
			for (unsigned k = 1; k <= 60; k++) {
				const struct credit_conf *conf = &presets[p];
				const mip_time gap = 13 * MIP_MILLISECOND;
				uint32_t before, after;
				long double credit = 0, factor = (long double)conf->factor.numerator / conf->factor.denominator;

				grow(conf, packets[i], gap, k, &before, &after);
				for (unsigned n = 0; n < k; n++) {
					/* packets at gap/2 + j gap; those of interval n */
					int64_t until = ((n + 1) * conf->interval - gap / 2 + gap - 1) / gap, from = (n * conf->interval - gap / 2 + gap - 1) / gap;
					long double earned = (long double)(until - from) * packets[i];

					credit = conf->per_interval ? factor * credit + earned / 2 : factor * (credit + earned);
				}
				g_assert_cmpfloat((double)after, <=, (double)credit);
				g_assert_cmpfloat((double)after, >, (double)credit - k);
			}
}

static void test_an_account_does_not_overflow(void)
{
	struct credit c;

	credit_open(&c, 0);
	for (unsigned i = 0; i < 3; i++)
		credit_earn(&c, &presets[0], UINT32_MAX - 1);
	g_assert_cmpuint(c.octets, ==, UINT32_MAX);
	credit_age(&c, &presets[0], 5 * MIP_SECOND);
	g_assert_cmpuint(c.octets, ==, 3758096383); /* floor(7/8 (2^32 - 1)) */
}

static void test_an_empty_account_keeps_its_clock(void)
{
	struct credit c;

	credit_open(&c, 1);
	credit_age(&c, &presets[0], 1 + 1000000 * 5 * MIP_SECOND + 3);
	g_assert_cmpint(c.since, ==, 1 + 1000000 * 5 * MIP_SECOND);
}

static void test_a_short_packet_costs_the_credit_only_in_the_draft(void)
{
	struct credit c = { .octets = 99 };

	g_assert_false(credit_spend(&c, &presets[0], 100));
	g_assert_cmpuint(c.octets, ==, 99);
	g_assert_true(credit_spend(&c, &presets[0], 99));
	c.octets = 99;
	g_assert_false(credit_spend(&c, &presets[1], 100));
	g_assert_cmpuint(c.octets, ==, 0);
}

/* ---- at the correspondent ------------------------------------------------------------------------------------------- */

static struct packet *data(const struct in6 *source, const struct in6 *destination, uint32_t octets)
{
	struct packet *p = udp_packet(source, destination);

	mip_assert(octets >= 56);
	p->bulk = (uint16_t)(octets - 56);
	udp_write(p->data + IPV6_HEADER, 5000, 5001, 8, p->bulk, source, destination);
	ip6_finish(p);
	return p;
}

/* From the mobile node's care-of address; `octets` with all headers. */
static void receive(struct bench *b, const struct mobile *m, uint32_t octets)
{
	struct in6 self = CORRESPONDENT;
	struct packet *p = data(&m->home, &self, octets - HOME_ADDRESS_HEADER);

	ip6_insert_home_address(p, &m->care_of);
	node_input(b->n, b->now, 0, p);
	bench_drain(b); /* nobody listens on that port */
}

/* Where it went: octets to the care-of address, 0 to home; -1: nowhere. `octets` with the routing header. */
static int64_t transmit(struct bench *b, const struct mobile *m, uint32_t octets)
{
	struct in6 self = CORRESPONDENT;
	struct sent s;
	int64_t result = -1;

	ip6_send(b->n, b->now, data(&self, &m->home, octets - ROUTING_HEADER_2), 0);
	s = bench_take(b, -1);
	if (s.p) {
		result = in6_equal(&s.wire_destination, &m->home) ? 0 : packet_octets(s.p);
		sent_free(&s);
	}
	bench_assert_silent(b);
	return result;
}

static struct bench *credit_bench(const struct credit_conf *conf, struct mobile *m)
{
	struct bench *b = correspondent_bench();

	b->conf.unverified = UNVERIFIED_CREDIT;
	b->conf.credit = *conf;
	*m = tested(b, 0x10);
	return b;
}

static void move_early(struct bench *b, struct mobile *m, uint16_t sequence)
{
	m->care_of.octets[15]++;
	node_input(b->n, b->now, 0, update(m, sequence, 300, EARLY | NO_ACKNOWLEDGEMENT));
	bench_assert_silent(b);
}

static void verify(struct bench *b, struct mobile *m, uint16_t sequence)
{
	run_test(b, m, MH_COTI);
	node_input(b->n, b->now, 0, update(m, sequence, 105, NO_ACKNOWLEDGEMENT));
}

static void test_the_series_has_the_closed_form_at_its_ageings(void)
{
	struct mobile m;
	struct bench *b = credit_bench(&presets[0], &m);
	double expected = 0;
	mip_time start;
	unsigned ageing = 0;

	verify(b, &m, 1);
	start = b->now;
	bench_forget(b);
	for (unsigned i = 0; i < 8 * 500; i++) {
		bench_until(b, start + i * 10 * MIP_MILLISECOND + 5 * MIP_MILLISECOND);
		receive(b, &m, 100);
	}
	for (guint i = 0; i < b->seen->len; i++) {
		const struct observation *o = &g_array_index(b->seen, struct observation, i);

		if (o->kind != OBSERVE_CREDIT)
			continue;
		if (!(ageing & 1))
			expected += 50000;
		else
			expected *= 7.0 / 8;
		ageing++;
		g_assert_cmpint(o->at, ==, start + (ageing + 1) / 2 * 5 * MIP_SECOND);
		g_assert_cmpfloat(o->value, <=, expected);
		g_assert_cmpfloat(o->value, >, expected - ageing / 2.0 - 1);
	}
	g_assert_cmpuint(ageing, ==, 2 * 7);
	bench_free(b);
}

static void test_credit_covers_what_it_covers(void)
{
	struct mobile m;
	struct bench *b = credit_bench(&presets[0], &m);

	move_early(b, &m, 1);
	g_assert_cmpint(transmit(b, &m, 80), ==, 0); /* a stranger has none */
	verify(b, &m, 2);
	receive(b, &m, 1000);
	move_early(b, &m, 3);
	receive(b, &m, 5000); /* from an unverified address: earns nothing */
	g_assert_cmpint(transmit(b, &m, 900), ==, 900);
	g_assert_cmpint(transmit(b, &m, 101), ==, 0);
	g_assert_cmpint(transmit(b, &m, 100), ==, 100);
	g_assert_cmpint(transmit(b, &m, 80), ==, 0);
	verify(b, &m, 4);
	g_assert_cmpint(transmit(b, &m, 1400), ==, 1400);
	g_assert_cmpuint(bench_seen(b, OBSERVE_CREDIT_SHORT), ==, 3);
	g_assert_cmpuint(bench_seen(b, OBSERVE_UNVERIFIED_SENT), ==, 2);
	bench_free(b);
}

static void test_a_packet_that_is_short_is_dropped_if_so_configured(void)
{
	struct credit_conf conf = presets[0];
	struct mobile m;
	struct bench *b;

	conf.when_short = CREDIT_SHORT_DROP;
	b = credit_bench(&conf, &m);
	move_early(b, &m, 1);
	g_assert_cmpint(transmit(b, &m, 80), ==, -1);
	g_assert_cmpuint(bench_drops(b, DROP_NO_CREDIT), ==, 1);
	bench_free(b);
}

/* The packets the node sends now, in order. */
static void assert_sent(struct bench *b, const struct in6 *to, const uint32_t *octets, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct sent s = bench_take(b, -1);

		g_assert_nonnull(s.p);
		assert_in6(&s.wire_destination, to);
		g_assert_cmpuint(packet_octets(s.p), ==, octets[i]);
		sent_free(&s);
	}
	bench_assert_silent(b);
}

static void test_packets_that_wait_leave_in_order(void)
{
	static const uint32_t with_header[] = { 124, 125, 126 }, without[] = { 100, 101, 102 };
	struct credit_conf conf = presets[1];
	struct in6 self = CORRESPONDENT;
	struct mobile m;
	struct bench *b;
	struct sent s;

	conf.when_short = CREDIT_SHORT_BUFFER;
	conf.per_interval = conf.forfeit = false;
	b = credit_bench(&conf, &m);
	/* until the care-of address is verified */
	move_early(b, &m, 1);
	for (unsigned i = 0; i < 3; i++)
		g_assert_cmpint(transmit(b, &m, with_header[i]), ==, -1);
	verify(b, &m, 2);
	assert_sent(b, &m.care_of, with_header, 3);
	/* until there is credit: 250 octets at quench 1/2 cover the first of them, and nothing overtakes */
	move_early(b, &m, 3);
	for (unsigned i = 0; i < 3; i++)
		g_assert_cmpint(transmit(b, &m, with_header[i]), ==, -1);
	node_input(b->n, b->now, 0, data(&m.home, &self, 250));
	s = bench_take(b, -1);
	assert_in6(&s.wire_destination, &m.care_of);
	g_assert_cmpuint(packet_octets(s.p), ==, with_header[0]);
	sent_free(&s);
	bench_drain(b); /* nobody listens on that port */
	/* until the binding ends */
	bench_until(b, b->now + 3 * MIP_SECOND);
	assert_sent(b, &m.home, without + 1, 2);
	/* or for good, when there are too many */
	move_early(b, &m, 4);
	for (unsigned i = 0; i < 65; i++)
		transmit(b, &m, 124);
	g_assert_cmpuint(bench_drops(b, DROP_QUEUE_FULL), ==, 1);
	bench_free(b);
}

/* ---- spot checks ---------------------------------------------------------------------------------------------------- */

/* Sends a packet; the check it carries, if any. */
static bool transmit_checked(struct bench *b, const struct mobile *m, struct spot_check *check)
{
	struct in6 self = CORRESPONDENT;
	struct spot_checks s;
	struct sent sent;
	bool carries;

	ip6_send(b->n, b->now, data(&self, &m->home, 1000 - ROUTING_HEADER_2), 0);
	sent = bench_take(b, -1);
	g_assert_nonnull(sent.p);
	assert_in6(&sent.wire_destination, &m->care_of);
	carries = sent.view.spot_check_offset;
	g_assert_cmpuint(packet_octets(sent.p), ==, carries ? 1016 : 1000);
	if (carries) {
		g_assert_cmpint(spot_check_decode(sent.p->data + sent.view.spot_check_offset,
		                                  sent.p->length - (size_t)sent.view.spot_check_offset, &s), ==, WIRE_OK);
		g_assert_cmpuint(s.kind, ==, SPOT_CHECK_ASK);
		g_assert_cmpuint(s.count, ==, 1);
		*check = s.checks[0];
	}
	sent_free(&sent);
	return carries;
}

static void answer(struct bench *b, const struct mobile *m, const struct spot_check *checks, unsigned count)
{
	struct in6 self = CORRESPONDENT;
	struct packet *p = data(&m->home, &self, 80);
	struct spot_checks s = { .kind = SPOT_CHECK_ANSWER, .count = (uint8_t)count };
	uint8_t options[SPOT_CHECK_HEADER_MAX];

	memcpy(s.checks, checks, count * sizeof *checks);
	ip6_insert_destination_options(p, options, spot_check_encode(&s, options));
	ip6_insert_home_address(p, &m->care_of);
	node_input(b->n, b->now, 0, p);
	bench_drain(b);
}

static void test_spot_checks_decide_how_much_counts(void)
{
	struct credit_conf conf = presets[3];
	struct spot_check checks[15];
	struct mobile m;
	struct bench *b;
	mip_time start;

	conf.spot_checks = true;
	conf.quench = (struct fraction){ 1, 1 };
	b = credit_bench(&conf, &m);
	verify(b, &m, 1);
	start = b->now;
	/* two packets in each of 15 slots; the first of a slot carries its check */
	for (unsigned i = 0; i < 30; i++) {
		bench_until(b, start + i * 100 * MIP_MILLISECOND);
		g_assert_cmpint(transmit_checked(b, &m, &checks[i / 2]), ==, i % 2 == 0);
		g_assert_cmpuint(checks[i / 2].slot, ==, i / 2);
	}
	answer(b, &m, checks, 4);
	answer(b, &m, checks, 1);      /* again: counts once */
	answer(b, &m, checks + 12, 2); /* the last slots count, too, and so does the first (not so in the draft) */
	checks[5].token[7] ^= 1;
	answer(b, &m, checks + 5, 1);  /* not right: passed over */
	g_assert_cmpuint(bench_last(b, OBSERVE_SPOT_CHECK)->value, ==, 2);
	/* by the next interval it is too late for the others */
	bench_until(b, start + 3 * MIP_SECOND);
	answer(b, &m, checks + 6, 1);
	move_early(b, &m, 2);
	answer(b, &m, checks + 7, 1);
	g_assert_cmpint(transmit(b, &m, 1400), ==, 1400);
	g_assert_cmpuint(bench_last(b, OBSERVE_CREDIT)->value, ==, 30000 * 6 / 15 - 1400);
	bench_free(b);
}

static void test_without_a_spot_check_nothing_counts(void)
{
	struct credit_conf conf = presets[3];
	struct mobile m;
	struct bench *b;

	conf.spot_checks = true;
	b = credit_bench(&conf, &m);
	verify(b, &m, 1);
	bench_until(b, b->now + 7 * MIP_SECOND); /* nothing sent, nothing started: 0/0 counts as nothing */
	move_early(b, &m, 2);
	g_assert_cmpint(transmit(b, &m, 80), ==, 0);
	bench_free(b);
}

static void test_the_option_as_it_stands_on_the_wire(void)
{
	static const uint8_t one[] = { 0x1e, 10, 1, 3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0 };
	struct spot_checks s = { .kind = SPOT_CHECK_ASK, .count = 1, .checks = { { 3, { 1, 2, 3, 4, 5, 6, 7, 8 } } } }, again;
	uint8_t out[SPOT_CHECK_HEADER_MAX];

	g_assert_cmpuint(spot_check_encode(&s, out), ==, sizeof one);
	g_assert_cmpmem(out, sizeof one, one, sizeof one);
	for (size_t n = 0; n < 12; n++)
		g_assert_cmpint(spot_check_decode(one, n, &again), ==, WIRE_TRUNCATED);
	g_assert_cmpint(spot_check_decode(one, 12, &again), ==, WIRE_OK);
	g_assert_cmpmem(&again, sizeof again, &s, sizeof s);
	for (unsigned kind = 0; kind < 256; kind++) {
		memcpy(out, one, sizeof one);
		out[2] = (uint8_t)kind;
		g_assert_cmpint(spot_check_decode(out, sizeof one, &again), ==, kind == 1 || kind == 2 ? WIRE_OK : WIRE_MALFORMED);
	}
	for (uint8_t length = 0; length < 12; length++) {
		memcpy(out, one, sizeof one);
		out[1] = length;
		g_assert_cmpint(spot_check_decode(out, sizeof one, &again), ==, length == 10 ? WIRE_OK : WIRE_MALFORMED);
	}
	s.count = SPOT_CHECKS_MAX;
	g_assert_cmpuint(spot_check_encode(&s, out), ==, 46);
	g_assert_cmpint(spot_check_decode(out, 46, &again), ==, WIRE_OK);
}

/* ---- random runs ---------------------------------------------------------------------------------------------------- */

enum action { RECEIVE, RECEIVE_BY_HOME, TRANSMIT, MOVE, VERIFY, ACTIONS };

struct step {
	enum action action;
	mip_time after;
	uint32_t octets;
};

#define STEPS 60

struct oracle {
	const struct credit_conf *conf;
	bool bound, verified;
	mip_time since, lapses;
	long double credit, effort;
	uint64_t received, unverified;
};

static long double real(struct fraction f)
{
	return (long double)f.numerator / f.denominator;
}

static void oracle_to(struct oracle *o, mip_time now)
{
	if (o->bound && !o->verified && o->lapses <= now)
		o->bound = false;
	for (; o->bound && o->since + o->conf->interval <= now; o->since += o->conf->interval) {
		o->credit = real(o->conf->factor) * o->credit + real(o->conf->quench) * o->effort;
		o->effort = 0;
	}
}

static void oracle_bind(struct oracle *o, mip_time now, bool verified)
{
	if (!o->bound) {
		o->since = now;
		o->credit = o->effort = 0;
	}
	o->bound = true;
	o->verified = verified;
	o->lapses = now + 3 * MIP_SECOND;
}

static void oracle_earn(struct oracle *o, uint32_t octets)
{
	if (o->conf->per_interval)
		o->effort += octets;
	else
		o->credit += real(o->conf->quench) * octets;
}

/* False: the promise is broken. */
static bool judge(struct oracle *o, uint32_t octets, int64_t went, bool earns)
{
	if (!o->bound)
		return went == 0;
	if (o->verified) {
		if (o->conf->mode == CREDIT_OUTBOUND && earns)
			oracle_earn(o, octets);
		return went == octets;
	}
	if (went == (o->conf->when_short == CREDIT_SHORT_DROP ? -1 : 0)) {
		/* Random settings may round with every packet. */
		bool strict = o->conf >= presets && o->conf < presets + G_N_ELEMENTS(presets);
		/* Not stingier than rounding makes it, either: by 1/(1 - 7/8) and some. */
		bool fair = o->credit < octets + 10;

		if (o->conf->forfeit)
			o->credit = 0;
		return fair || !strict || !earns;
	}
	if (octets > o->credit)
		return false;
	o->credit -= octets;
	o->unverified += octets;
	return o->conf->mode == CREDIT_OUTBOUND || o->unverified <= o->received;
}

/* The step that broke the promise, -1: none. earns: false makes an oracle that knows of no earning, to see it complain. */
static int play(const struct credit_conf *conf, const struct step *steps, int count, bool earns)
{
	struct oracle o = { .conf = conf };
	struct in6 self = CORRESPONDENT;
	struct mobile m;
	struct bench *b = credit_bench(conf, &m);
	uint16_t sequence = 0;
	int broken = -1;

	for (int i = 0; i < count && broken < 0; i++) {
		const struct step *s = &steps[i];

		bench_until(b, b->now + s->after);
		oracle_to(&o, b->now);
		switch (s->action) {
		case RECEIVE:
			receive(b, &m, s->octets);
			o.received += s->octets;
			if (o.bound && earns && conf->mode == CREDIT_INBOUND && (o.verified || !conf->verified_only))
				oracle_earn(&o, s->octets);
			break;
		case RECEIVE_BY_HOME:
			node_input(b->n, b->now, 0, data(&m.home, &self, s->octets));
			bench_drain(b);
			o.received += s->octets;
			if (o.bound && earns && conf->mode == CREDIT_INBOUND && !conf->verified_only)
				oracle_earn(&o, s->octets);
			break;
		case TRANSMIT:
			if (!judge(&o, s->octets, transmit(b, &m, s->octets), earns))
				broken = i;
			break;
		case MOVE:
			move_early(b, &m, ++sequence);
			oracle_bind(&o, b->now, false);
			break;
		default:
			verify(b, &m, ++sequence);
			oracle_bind(&o, b->now, true);
			break;
		}
	}
	bench_free(b);
	return broken;
}

/* Every second run has a preset, the others whatever may be set. */
static const struct credit_conf *settings(struct credit_conf *own, const struct random_key *key, uint32_t run)
{
	struct random_stream stream = { .id = (uint64_t)1 << 32 | run };

	if (!(run & 1))
		return &presets[run / 2 % G_N_ELEMENTS(presets)];
	*own = (struct credit_conf){ .mode = (enum credit_mode)random_between(key, &stream, 0, 1),
		                     .when_short = random_between(key, &stream, 0, 1) ? CREDIT_SHORT_HOME : CREDIT_SHORT_DROP,
		                     .factor = { (uint32_t)random_between(key, &stream, 0, 1000), 1000 },
		                     .interval = random_between(key, &stream, 1, 8000) * MIP_MILLISECOND,
		                     .quench = { (uint32_t)random_between(key, &stream, 0, 1000), 1000 },
		                     .verified_only = random_between(key, &stream, 0, 1),
		                     .per_interval = random_between(key, &stream, 0, 1),
		                     .forfeit = random_between(key, &stream, 0, 1) };
	return own;
}

static void draw(struct step *steps, const struct random_key *key, uint32_t run)
{
	struct random_stream stream = { .id = run };

	for (int i = 0; i < STEPS; i++) {
		int64_t what = random_between(key, &stream, 0, 99);
		struct step *s = &steps[i];

		s->action = what < 35 ? RECEIVE : what < 40 ? RECEIVE_BY_HOME : what < 80 ? TRANSMIT : what < 90 ? MOVE : VERIFY;
		s->after = random_between(key, &stream, 0, 3) ? random_between(key, &stream, 0, 200 * MIP_MILLISECOND) :
		                                                random_between(key, &stream, 0, 6 * MIP_SECOND);
		s->octets = (uint32_t)random_between(key, &stream, 80, 1400);
	}
}

/* Leaves out whatever can be left out: chunks, smaller and smaller, until every single step is needed. Returns what is left. */
static int shrink(const struct credit_conf *conf, struct step *steps, int count, bool earns)
{
	for (int chunk = count / 2; chunk; chunk = chunk > 1 ? chunk / 2 : 0) {
		for (int at = 0; at + chunk <= count;) {
			struct step fewer[STEPS];

			memcpy(fewer, steps, (size_t)at * sizeof *steps);
			memcpy(fewer + at, steps + at + chunk, (size_t)(count - at - chunk) * sizeof *steps);
			if (play(conf, fewer, count - chunk, earns) < 0) {
				at += chunk;
				continue;
			}
			count -= chunk;
			memcpy(steps, fewer, (size_t)count * sizeof *steps);
		}
	}
	return count;
}

static void tell(const struct credit_conf *conf, const struct step *steps, int count, uint32_t run)
{
	static const char *const names[ACTIONS] = { "receive", "receive by home", "transmit", "move", "verify" };

	g_test_message("run %u, factor %u/%u in %" G_GINT64_FORMAT " ns, quench %u/%u, mode %d, verified only %d, per interval %d, forfeit %d, short %d: the fewest steps that break the promise", run,
	               conf->factor.numerator, conf->factor.denominator, conf->interval, conf->quench.numerator, conf->quench.denominator,
	               conf->mode, conf->verified_only, conf->per_interval, conf->forfeit, conf->when_short);
	for (int i = 0; i < count; i++)
		g_test_message("  %" G_GINT64_FORMAT " ns later: %s %u", steps[i].after, names[steps[i].action], steps[i].octets);
}

static void test_never_more_than_the_credit_in_10000_random_runs(void)
{
	struct random_key key = random_key_of(20260, 0);
	struct step steps[STEPS];
	unsigned runs = 10000;

	for (uint32_t run = 0; run < runs; run++) {
		struct credit_conf own;
		const struct credit_conf *conf = settings(&own, &key, run);
		int broken;

		draw(steps, &key, run);
		broken = play(conf, steps, STEPS, true);
		if (broken >= 0) {
			tell(conf, steps, shrink(conf, steps, broken + 1, true), run);
			g_assert_not_reached();
		}
	}
}

static void test_a_broken_promise_is_found_and_cut_down(void)
{
	struct random_key key = random_key_of(20260, 0);
	struct step steps[STEPS];
	unsigned found = 0;

	for (uint32_t run = 0; run < 40; run += 4) {
		int count;

		draw(steps, &key, run);
		if (play(&presets[0], steps, STEPS, false) < 0)
			continue;
		found++;
		count = shrink(&presets[0], steps, STEPS, false);
		g_assert_cmpint(count, <=, 5); /* verify, receive, move, transmit; sometimes two receptions */
		g_assert_cmpint(steps[count - 1].action, ==, TRANSMIT);
		g_assert_cmpint(play(&presets[0], steps, count, false), ==, count - 1);
		g_assert_cmpint(play(&presets[0], steps, count, true), ==, -1);
	}
	g_assert_cmpuint(found, >=, 5);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/credit/" #name, test_##name)
	T(inbound_credit_grows_as_the_closed_form_says);
	T(draft_credit_tends_to_the_effort_of_an_interval);
	T(rounding_costs_less_than_an_octet_per_ageing);
	T(an_account_does_not_overflow);
	T(an_empty_account_keeps_its_clock);
	T(a_short_packet_costs_the_credit_only_in_the_draft);
	T(the_series_has_the_closed_form_at_its_ageings);
	T(credit_covers_what_it_covers);
	T(a_packet_that_is_short_is_dropped_if_so_configured);
	T(packets_that_wait_leave_in_order);
	T(spot_checks_decide_how_much_counts);
	T(without_a_spot_check_nothing_counts);
	T(the_option_as_it_stands_on_the_wire);
	T(never_more_than_the_credit_in_10000_random_runs);
	T(a_broken_promise_is_found_and_cut_down);
	return g_test_run();
}
