// SPDX-License-Identifier: GPL-3.0-or-later
/* The scenario reader: values exactly, the whole table of keys, --set, sweeps, and what is stored. */
#include "tests/unit/scenario_text.h"

#include "sim/scenario/value.h"

/* ---- values ------------------------------------------------------------------------------------------------------- */

static const struct duration_case {
	const char *text;
	int64_t ns; /* -1: refused */
} duration_cases[] = {
	{ "0s", 0 },
	{ "1ns", 1 },
	{ "1.5ms", 1500000 },
	{ "0.1us", 100 },
	{ "00420s", 420 * MIP_SECOND },
	{ "2min", 120 * MIP_SECOND },
	{ "1.5h", 5400 * MIP_SECOND },
	{ "0.000000001s", 1 },
	{ "1.0000000000ns", 1 },
	{ "1000000000s", 1000000000 * MIP_SECOND },
	{ "1000000001s", -1 },
	{ "99999999999999999999999999h", -1 },
	{ "0.0000000001s", -1 },
	{ "1.5ns", -1 },
	{ "20", -1 },
	{ "20mz", -1 },
	{ "20 ms", -1 },
	{ "-1s", -1 },
	{ "+1s", -1 },
	{ "1e3s", -1 },
	{ ".5s", -1 },
	{ "5.s", -1 },
	{ "1..5s", -1 },
	{ "1.5.5s", -1 },
	{ "s", -1 },
	{ "", -1 },
	{ "infs", -1 },
	{ "0x10s", -1 },
};

static void durations_are_exact(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(duration_cases); i++) {
		const struct duration_case *c = &duration_cases[i];
		int64_t ns = -2;
		const char *wrong = value_duration(c->text, &ns);

		g_test_message("%s", c->text);
		if (c->ns < 0) {
			g_assert_nonnull(wrong);
		} else {
			g_assert_null(wrong);
			g_assert_cmpint(ns, ==, c->ns);
		}
	}
}

static void durations_print_as_they_were(void)
{
	static const char *const texts[] = { "0s",  "1ns",   "1.5us",  "1.5ms",     "0.999us",
		                             "60s", "3600s", "1.001s", "1000001us", "420s" };
	static const char *const want[] = {
		"0s", "1ns", "1.5us", "1.5ms", "999ns", "60s", "3600s", "1.001s", "1000.001ms", "420s"
	};
	char buffer[40];
	int64_t ns;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_null(value_duration(texts[i], &ns));
		g_assert_cmpstr(value_duration_text(ns, buffer), ==, want[i]);
	}
}

static void probabilities_are_exact(void)
{
	static const struct {
		const char *text;
		gint64 q32; /* -1: refused */
	} cases[] = {
		{ "0", 0 },
		{ "0.0", 0 },
		{ "0.5", 2147483648 },
		{ "0.25", 1073741824 },
		{ "0.01", 42949673 }, /* 42949672.96 */
		{ "0.1", 429496730 }, /* 429496729.6 */
		{ "1", UINT32_MAX },
		{ "0.0000000002", 1 }, /* 0.86 of 2^-32 */
		{ "0.0000000001", -1 }, /* would be 0, and is not */
		{ "1.1", -1 },
		{ "1%", -1 },
		{ "-0.1", -1 },
		{ ".5", -1 },
		{ "5e-1", -1 },
		{ "0.333333333333333333333333", 1431655765 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint32_t q32 = 7;
		const char *wrong = value_probability(cases[i].text, &q32);

		g_test_message("%s", cases[i].text);
		g_assert_true((cases[i].q32 < 0) == (wrong != NULL));
		if (!wrong)
			g_assert_cmpint(q32, ==, cases[i].q32);
	}
}

static void rates_and_sizes(void)
{
	int64_t v;

	g_assert_null(value_rate("11Mbps", &v));
	g_assert_cmpint(v, ==, 11000000);
	g_assert_null(value_rate("0.5kbps", &v));
	g_assert_cmpint(v, ==, 500);
	g_assert_null(value_rate("1.25Gbps", &v));
	g_assert_cmpint(v, ==, 1250000000);
	g_assert_nonnull(value_rate("0bps", &v));
	g_assert_nonnull(value_rate("0.5bps", &v));
	g_assert_nonnull(value_rate("11mbps", &v));
	g_assert_null(value_size("64KiB", &v));
	g_assert_cmpint(v, ==, 65536);
	g_assert_null(value_size("1.5kB", &v));
	g_assert_cmpint(v, ==, 1500);
	g_assert_null(value_size("2MiB", &v));
	g_assert_cmpint(v, ==, 2097152);
	g_assert_nonnull(value_size("160", &v));
	g_assert_nonnull(value_size("0.3B", &v));
}

/* ---- what a file becomes ------------------------------------------------------------------------------------------- */

static void defaults_are_those_of_the_manual(void)
{
	struct scenario *s = read_good(frame, NULL, 0);
	const struct protocol_conf *p = &s->nodes[3].protocol;

	g_assert_cmpint(s->node_count, ==, 4);
	g_assert_cmpstr(s->nodes[3].name, ==, "mn");
	g_assert_cmpint(s->nodes[3].type, ==, NODE_MOBILE);
	g_assert_cmpint(s->nodes[3].home_cell, ==, 0);
	g_assert_cmpint(s->nodes[0].home_cell, ==, -1);
	g_assert_cmpstr(s->nodes[3].scheme, ==, "standard");
	g_assert_cmpint(p->home_test, ==, HOME_TEST_ON_MOVEMENT);
	g_assert_cmpint(p->home_test_interval, ==, 200 * MIP_SECOND);
	g_assert_false(p->reuse_home_token);
	g_assert_cmpint(p->care_of_test, ==, CARE_OF_TEST_BEFORE);
	g_assert_cmpint(p->wait, ==, WAIT_CONSERVATIVE);
	g_assert_cmpint(p->registration_order, ==, REGISTER_PARALLEL);
	g_assert_true(p->route_optimization);
	g_assert_true(p->retransmission);
	g_assert_cmpint(p->lifetime, ==, 420 * MIP_SECOND);
	g_assert_cmpint(p->unverified, ==, UNVERIFIED_REFUSE);
	g_assert_cmpint(p->tentative_lifetime, ==, 3 * MIP_SECOND);
	g_assert_true(p->ebu_support);
	g_assert_cmpint(p->binding_cache_limit, ==, 65536);
	g_assert_cmpint(p->movement_detection, ==, DETECT_HINT);
	g_assert_false(p->dad_delay);
	g_assert_cmpint(p->link_local_dad, ==, LINK_LOCAL_DAD_WITH_CARE_OF);
	g_assert_cmpint(p->dad, ==, DAD_ON);
	g_assert_true(p->home_agent_dad);
	g_assert_cmpint(p->first_registration_timeout, ==, 1500 * MIP_MILLISECOND);
	g_assert_cmpint(p->router_advertisement_min, ==, 30 * MIP_MILLISECOND);
	g_assert_cmpint(p->router_advertisement_max, ==, 70 * MIP_MILLISECOND);
	g_assert_cmpint(s->links[0].channel.delay, ==, 5 * MIP_MILLISECOND);
	g_assert_cmpint(s->links[0].cost, ==, 5 * MIP_MILLISECOND);
	g_assert_cmpint(s->links[0].channel.rate_bps, ==, 0);
	g_assert_cmpint(s->links[0].mtu, ==, 1500);
	g_assert_cmpstr(s->links[1].name, ==, "cn-ar");
	g_assert_cmpint(s->cells[1].channel.delay, ==, MIP_MILLISECOND);
	g_assert_cmpint((gint64)s->seed, ==, 1);
	g_assert_cmpint(s->replications, ==, 1);
	g_assert_cmpint(s->move_count, ==, 0);
	g_assert_cmpint(scenario_point_count(s), ==, 1);
	scenario_free(s);
}

static void switches_override_the_scheme_in_any_order(void)
{
	char *text = g_strconcat(frame, "protocol: {care-of-test: before, scheme: ebu, wait: optimistic}\n", NULL);
	struct scenario *s = read_good(text, NULL, 0);
	const struct protocol_conf *p = &s->nodes[2].protocol;

	g_assert_cmpstr(s->nodes[2].scheme, ==, "ebu");
	g_assert_cmpint(p->home_test, ==, HOME_TEST_PROACTIVE);
	g_assert_cmpint(p->care_of_test, ==, CARE_OF_TEST_BEFORE);
	g_assert_cmpint(p->unverified, ==, UNVERIFIED_LIFETIME);
	g_assert_cmpint(p->wait, ==, WAIT_OPTIMISTIC);
	scenario_free(s);
	g_free(text);
}

static void a_node_overrides_the_common_switches(void)
{
	const struct scenario_set sets[] = { { "protocol.scheme", "ebu" },
		                             { "protocol.dad", "optimistic" },
		                             { "nodes.mn.protocol.scheme", "standard" },
		                             { "nodes.mn.protocol.home-test", "proactive" },
		                             { "nodes.cn.protocol.ebu-support", "off" },
		                             { "protocol.router-advertisement.max", "1.5s" },
		                             { "nodes.ar.protocol.router-advertisement", "{min: 1s, max: 3s}" } };
	struct scenario *s = read_good(frame, sets, G_N_ELEMENTS(sets));

	g_assert_cmpstr(s->nodes[3].scheme, ==, "standard");
	g_assert_cmpint(s->nodes[3].protocol.care_of_test, ==, CARE_OF_TEST_BEFORE);
	g_assert_cmpint(s->nodes[3].protocol.home_test, ==, HOME_TEST_PROACTIVE);
	g_assert_cmpint(s->nodes[3].protocol.dad, ==, DAD_OPTIMISTIC);
	g_assert_true(s->nodes[3].protocol.ebu_support);
	g_assert_cmpstr(s->nodes[2].scheme, ==, "ebu");
	g_assert_false(s->nodes[2].protocol.ebu_support);
	g_assert_cmpint(s->nodes[0].protocol.router_advertisement_min, ==, 30 * MIP_MILLISECOND);
	g_assert_cmpint(s->nodes[0].protocol.router_advertisement_max, ==, 1500 * MIP_MILLISECOND);
	g_assert_cmpint(s->nodes[1].protocol.router_advertisement_min, ==, MIP_SECOND);
	scenario_free(s);
}

static void the_network_is_read(void)
{
	static const char text[] =
	    "title: \"caf\\u00e9 # 1\"\n"
	    "duration: 2min\n"
	    "seed: 18446744073709551615\n"
	    "nodes:\n"
	    "  r: {type: router}\n"
	    "  a: {type: host, address: '2001:db8:5::17'}\n"
	    "  b: {type: host}\n"
	    "  ha: {type: home-agent}\n"
	    "  m: {type: mobile-node, home: h, address: '2001:db8:6::1'}\n"
	    "links:\n"
	    "  - {between: [r, a, b], prefix: '2001:db8:5::/64', queue: 64KiB, jitter: 2ms, loss: 0.5, mtu: 1280}\n"
	    "  - {between: [r, ha], cost: 7us, delay: 0ms}\n"
	    "  - {between: [r, ha]}\n"
	    "  - {between: [r, ha], name: r-ha-2}\n"
	    "cells:\n"
	    "  h: {router: ha, prefix: '2001:db8:6::/64'}\n"
	    "  c: {router: r}\n"
	    "movement:\n"
	    "  m:\n"
	    "    - {at: 10s, cell: c, down: 50ms, lead: 1s}\n"
	    "    - {at: 20s, cell: none}\n"
	    "    - {at: 30s, cell: h, down: 10ms}\n"
	    "traffic:\n"
	    "  - {name: x, from: a, to: m, interval: 20ms, size: 16B}\n"
	    "  - {name: y, from: m, to: a, kind: poisson, interval: 1ms, size: 1kB, start: 1s, stop: 3s}\n";
	struct scenario *s = read_good(text, NULL, 0);

	g_assert_cmpstr(s->title, ==, "caf\xc3\xa9 # 1");
	g_assert_cmpstr(s->source, ==, text);
	g_assert_cmpint(s->duration, ==, 120 * MIP_SECOND);
	g_assert_true(s->seed == UINT64_MAX);
	g_assert_true(s->nodes[1].has_address && s->nodes[1].address.octets[15] == 0x17);
	g_assert_false(s->nodes[2].has_address);
	g_assert_cmpint(s->links[0].member_count, ==, 3);
	g_assert_cmpstr(s->links[0].name, ==, "r-a-b");
	g_assert_cmpint(s->links[0].channel.queue_octets, ==, 65536);
	g_assert_cmpint(s->links[0].channel.jitter, ==, 2 * MIP_MILLISECOND);
	g_assert_cmpint(s->links[0].channel.loss_q32, ==, 1u << 31);
	g_assert_cmpint(s->links[0].mtu, ==, 1280);
	g_assert_true(s->links[0].has_prefix && s->links[0].prefix.octets[5] == 5);
	g_assert_cmpint(s->links[1].cost, ==, 7000);
	g_assert_cmpint(s->links[1].channel.delay, ==, 0);
	/* Parallel links differ in name, for their randomness hangs on it; a given name is never taken away. */
	g_assert_cmpstr(s->links[1].name, ==, "r-ha");
	g_assert_cmpstr(s->links[2].name, ==, "r-ha-3");
	g_assert_cmpstr(s->links[3].name, ==, "r-ha-2");
	g_assert_cmpint(s->cells[1].router, ==, 0);
	g_assert_cmpint(s->move_count, ==, 3);
	g_assert_cmpint(s->moves[0].lead, ==, MIP_SECOND);
	g_assert_cmpint(s->moves[1].cell, ==, -1);
	g_assert_cmpint(s->moves[1].lead, ==, -1);
	g_assert_cmpint(s->moves[2].down, ==, 10 * MIP_MILLISECOND);
	g_assert_cmpint(s->flows[0].kind, ==, UDP_FLOW_CBR);
	g_assert_cmpint(s->flows[0].stop, ==, s->duration);
	g_assert_cmpint(s->flows[1].kind, ==, UDP_FLOW_POISSON);
	g_assert_cmpint(s->flows[1].size, ==, 1000);
	scenario_free(s);
}

static void moves_are_sorted_and_ties_keep_the_order_of_the_file(void)
{
	char *text = g_strconcat(frame,
	                         "movement:\n"
	                         "  m2: [{at: 5s, cell: far}, {at: 9s, cell: home}]\n"
	                         "  mn: [{at: 1s, cell: far}, {at: 5s, cell: home}]\n",
	                         NULL);
	const struct scenario_set sets[] = { { "nodes",
		                               "{ha: {type: home-agent}, ar: {type: access-router}, cn: {type: host}, "
		                               "mn: {type: mobile-node, home: home}, m2: {type: mobile-node, home: home}}" } };
	struct scenario *s = read_good(text, sets, 1);

	g_assert_cmpint(s->move_count, ==, 4);
	g_assert_cmpint(s->moves[0].node, ==, 3);
	g_assert_cmpint(s->moves[1].node, ==, 4);
	g_assert_cmpint(s->moves[2].node, ==, 3);
	g_assert_cmpint(s->moves[3].node, ==, 4);
	scenario_free(s);
	g_free(text);
}

static const char *parameter(const struct scenario *s, const char *path)
{
	for (unsigned i = 0; i < s->parameters->len; i++) {
		const struct scenario_parameter *p = g_ptr_array_index(s->parameters, i);

		if (!strcmp(p->path, path))
			return p->value;
	}
	return NULL;
}

static void what_was_given_is_kept(void)
{
	const struct scenario_set sets[] = { { "links.0.delay", "50ms" },
		                             { "protocol.dad", "off" },
		                             { "title", "a: \"b\"\n\\ c" } };
	struct scenario *plain = read_good(frame, NULL, 0), *s = read_good(frame, sets, G_N_ELEMENTS(sets)), *again;

	g_assert_cmpstr(parameter(s, "links.0.delay"), ==, "50ms");
	g_assert_cmpstr(parameter(s, "links.0.between"), ==, "[ha, ar]");
	g_assert_cmpstr(parameter(s, "protocol.dad"), ==, "off");
	g_assert_cmpstr(parameter(s, "nodes.mn.home"), ==, "home");
	g_assert_null(parameter(s, "protocol.wait"));
	for (unsigned i = 1; i < s->parameters->len; i++)
		g_assert_cmpstr(((struct scenario_parameter *)g_ptr_array_index(s->parameters, i - 1))->path, <,
		                ((struct scenario_parameter *)g_ptr_array_index(s->parameters, i))->path);
	/* The digest of the file is that of the study, whatever was set; the source is what was run, and reads the same again. */
	g_assert_cmpstr(s->file_sha256, ==, plain->file_sha256);
	g_assert_cmpstr(s->source_sha256, !=, plain->source_sha256);
	g_assert_cmpstr(plain->source_sha256, ==, plain->file_sha256);
	again = read_good(s->source, NULL, 0);
	g_assert_cmpstr(again->title, ==, sets[2].value);
	g_assert_cmpint(again->links[0].channel.delay, ==, 50 * MIP_MILLISECOND);
	g_assert_cmpint(again->parameters->len, ==, s->parameters->len);
	for (unsigned i = 0; i < s->parameters->len; i++) {
		const struct scenario_parameter *p = g_ptr_array_index(s->parameters, i);

		g_assert_cmpstr(parameter(again, p->path), ==, p->value);
	}
	scenario_free(again);
	scenario_free(s);
	scenario_free(plain);
}

static void points_are_the_cross_product(void)
{
	char *text = g_strconcat(frame,
	                         "study:\n  name: x\n  replications: 3\n  sweep:\n    protocol.scheme: [standard, ebu]\n"
	                         "    links.0.delay: [1ms, 2ms, 3ms]\n",
	                         NULL);
	static const char *const want[] = { "standard 1ms", "standard 2ms", "standard 3ms", "ebu 1ms", "ebu 2ms", "ebu 3ms" };
	struct scenario *s = read_good(text, NULL, 0);
	struct scenario_set sets[2];

	g_assert_cmpstr(s->name, ==, "x");
	g_assert_cmpint(s->replications, ==, 3);
	g_assert_cmpint(scenario_point_count(s), ==, 6);
	for (int i = 0; i < 6; i++) {
		char *have;

		scenario_point(s, i, sets);
		g_assert_cmpstr(sets[0].path, ==, "protocol.scheme");
		have = g_strconcat(sets[0].value, " ", sets[1].value, NULL);
		g_assert_cmpstr(have, ==, want[i]);
		g_free(have);
	}
	scenario_free(s);
	g_free(text);
}

static char *points_of(const char *study)
{
	char *text = g_strconcat(frame, "study: {", study, "}\n", NULL);
	struct scenario *s = read_good(text, NULL, 0);
	GString *out = g_string_new(NULL);

	for (int i = 0; i < scenario_point_count(s); i++) {
		int count = scenario_point(s, i, NULL);
		struct scenario_set *sets = g_new(struct scenario_set, count + 1);

		g_assert_cmpint(scenario_point(s, i, sets), ==, count);
		for (int k = 0; k < count; k++)
			g_string_append_printf(out, "%s%s", k ? " " : "", sets[k].value);
		g_string_append_c(out, '|');
		g_free(sets);
	}
	scenario_free(s);
	g_free(text);
	return g_string_free(out, FALSE);
}

static void points_zip_and_sweep_are_crossed(void)
{
	static const struct {
		const char *study, *want;
	} cases[] = {
		{ "zip: {links.0.delay: [1ms, 2ms], links.0.loss: [0, 0.1]}", "1ms 0|2ms 0.1|" },
		{ "points: [{links.0.delay: 1ms, links.0.loss: 0.1}, {}, {duration: 5s}]", "1ms 0.1||5s|" },
		{ "points: [{duration: 1s}, {duration: 2s}], zip: {links.0.delay: [1ms, 2ms]}, sweep: {links.1.delay: [3ms, 4ms]}",
		  "1s 1ms 3ms|1s 1ms 4ms|1s 2ms 3ms|1s 2ms 4ms|2s 1ms 3ms|2s 1ms 4ms|2s 2ms 3ms|2s 2ms 4ms|" },
		{ "sweep: {links.0.delay: [1ms, 2ms], links.1.delay: [3ms, 4ms]}, exclude: [{links.0.delay: 1ms, links.1.delay: 4ms}]",
		  "1ms 3ms|2ms 3ms|2ms 4ms|" },
		{ "sweep: {links.0.delay: {from: 10ms, to: 40ms, step: 10ms}}", "10ms|20ms|30ms|40ms|" },
		{ "sweep: {links.0.delay: {from: 10ms, to: 35ms, step: 10ms}}", "10ms|20ms|30ms|" },
		{ "sweep: {links.0.loss: {from: 0, to: 0.3, step: 0.1}}", "0|0.1|0.2|0.3|" },
		{ "sweep: {links.0.delay: {from: 10ms, to: 11ms, steps: 3}}", "10ms|10.5ms|11ms|" },
		{ "sweep: {links.0.delay: {from: 1ms, to: 1000ms, log: 4}}", "1ms|10ms|100ms|1000ms|" },
		{ "sweep: {links.0.delay: {from: 1ms, to: 10ms, log: 4}}", "1ms|2.15ms|4.64ms|10ms|" },
		{ "sweep: {protocol.tentative-lifetime: {from: 0.1s, to: 1s, log: 3}}", "0.1s|320ms|1s|" }, /* 316 ms is no multiple of 10 */
		{ "sweep: {protocol.binding-cache-limit: {from: 1, to: 100, log: 4}}", "1|5|22|100|" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *have = points_of(cases[i].study);

		g_assert_cmpstr(have, ==, cases[i].want);
		g_free(have);
	}
}

static void durations_are_drawn_per_replication(void)
{
	char *text = g_strconcat(
	    frame, "study: {random: {links.0.delay: {min: 1ms, max: 20ms}, links.1.delay: {min: 7ns, max: 7ns}}}\n", NULL);
	struct scenario *s = read_good(text, NULL, 0);
	struct scenario_set first[2], again[2], other[2];
	int64_t ns;

	g_assert_cmpint(s->random_count, ==, 2);
	scenario_draw(s, 1, 0, first);
	scenario_draw(s, 1, 0, again);
	scenario_draw(s, 1, 1, other);
	g_assert_cmpstr(first[0].path, ==, "links.0.delay");
	g_assert_cmpstr(first[0].value, ==, again[0].value);
	g_assert_cmpstr(first[0].value, !=, other[0].value);
	g_assert_null(value_duration(first[0].value, &ns));
	g_assert_true(ns >= MIP_MILLISECOND && ns <= 20 * MIP_MILLISECOND && ns % MIP_MICROSECOND == 0);
	g_assert_cmpstr(first[1].value, ==, "7ns");
	scenario_free(read_good(text, first, 2));
	for (int i = 0; i < 2; i++) {
		g_free((char *)first[i].value);
		g_free((char *)again[i].value);
		g_free((char *)other[i].value);
	}
	scenario_free(s);
	g_free(text);
}

static void aliases_are_copies(void)
{
	static const char text[] =
	    "duration: 1s\nnodes: {a: &h {type: host}, b: *h}\nlinks: [{between: [a, b], delay: &d 3ms, jitter: *d}]\n";
	const struct scenario_set set = { "links.0.jitter", "1ms" };
	struct scenario *s = read_good(text, &set, 1);

	g_assert_cmpint(s->links[0].channel.delay, ==, 3 * MIP_MILLISECOND);
	g_assert_cmpint(s->links[0].channel.jitter, ==, MIP_MILLISECOND);
	g_assert_cmpint(s->nodes[1].type, ==, NODE_HOST);
	scenario_free(s);
}

static void the_schema_lists_every_key_with_its_default(void)
{
	GString *out = g_string_new(NULL);
	static const char *const keys[] = { "protocol.home-test-interval",
		                            "protocol.tentative-lifetime",
		                            "cells.NAME.delay",
		                            "movement.NAME.N.at",
		                            "links.N.between",
		                            "nodes.NAME.protocol",
		                            "protocol.router-advertisement.min",
		                            "study.sweep",
		                            "protocol.credit.factor" };

	scenario_schema(out);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		char *start = g_strdup_printf("\n%s ", keys[i]);

		g_test_message("%s", keys[i]);
		g_assert_nonnull(strstr(out->str, start));
		g_free(start);
	}
	g_assert_nonnull(strstr(out->str, "protocol.lifetime "));
	g_assert_nonnull(strstr(out->str, " 420s "));
	g_assert_nonnull(strstr(out->str, "purpose-built-key*"));
	g_string_free(out, TRUE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scenario/value/durations-are-exact", durations_are_exact);
	g_test_add_func("/scenario/value/durations-print-as-they-were", durations_print_as_they_were);
	g_test_add_func("/scenario/value/probabilities-are-exact", probabilities_are_exact);
	g_test_add_func("/scenario/value/rates-and-sizes", rates_and_sizes);
	g_test_add_func("/scenario/defaults", defaults_are_those_of_the_manual);
	g_test_add_func("/scenario/switches-override-the-scheme", switches_override_the_scheme_in_any_order);
	g_test_add_func("/scenario/node-overrides", a_node_overrides_the_common_switches);
	g_test_add_func("/scenario/network", the_network_is_read);
	g_test_add_func("/scenario/moves-sorted", moves_are_sorted_and_ties_keep_the_order_of_the_file);
	g_test_add_func("/scenario/kept", what_was_given_is_kept);
	g_test_add_func("/scenario/points", points_are_the_cross_product);
	g_test_add_func("/scenario/points-crossed", points_zip_and_sweep_are_crossed);
	g_test_add_func("/scenario/random", durations_are_drawn_per_replication);
	g_test_add_func("/scenario/aliases-are-copies", aliases_are_copies);
	g_test_add_func("/scenario/schema", the_schema_lists_every_key_with_its_default);
	return g_test_run();
}
