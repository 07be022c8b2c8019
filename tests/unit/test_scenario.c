// SPDX-License-Identifier: GPL-3.0-or-later
/* The scenario reader: values exactly, the whole table of keys, complaints word for word, --set, sweeps, and what is stored. */
#include "sim/scenario/scenario.h"

#include <string.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "sim/scenario/value.h"
#include "sim/scenario/yaml.h"

/* A network to put one line into; %s stand for top-level text, an addition to the mobile node, to the link, and to the cell. */
static const char frame[] = "duration: 60s\n"
                            "nodes:\n"
                            "  ha: {type: home-agent}\n"
                            "  ar: {type: access-router}\n"
                            "  cn: {type: host}\n"
                            "  mn: {type: mobile-node, home: home}\n"
                            "links:\n"
                            "  - {between: [ha, ar], delay: 5ms}\n"
                            "  - {between: [cn, ar], delay: 1ms}\n"
                            "cells:\n"
                            "  home: {router: ha}\n"
                            "  far: {router: ar}\n";

static char *write_file(const char *text, gssize length)
{
	char *name = NULL;
	int fd = g_file_open_tmp("scenario-XXXXXX.yaml", &name, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(name, text, length, NULL));
	return name;
}

/* The scenario of a text; *complaints get the file's name as "F". */
static struct scenario *read_text(const char *text, const struct scenario_set *sets, int count, GString *complaints)
{
	char *name = write_file(text, -1);
	struct scenario *s = scenario_read(name, sets, count, complaints);

	g_string_replace(complaints, name, "F", 0);
	g_unlink(name);
	g_free(name);
	return s;
}

static struct scenario *read_good(const char *text, const struct scenario_set *sets, int count)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *s = read_text(text, sets, count, complaints);

	g_assert_cmpstr(complaints->str, ==, "");
	g_assert_nonnull(s);
	g_string_free(complaints, TRUE);
	return s;
}

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
	g_assert_nonnull(strstr(out->str, "aes*"));
	g_string_free(out, TRUE);
}

/* ---- complaints: the first line, word for word ------------------------------------------------------------------------- */

static const struct bad_case {
	const char *name, *set_path, *set_value; /* a --set on the frame ... */
	const char *text; /* ... or lines after the frame; a text starting with '!' stands alone */
	const char *want; /* after "F:"; with a set: after "--set PATH=VALUE: error: " */
} bad_cases[] = {
	{ "unknown-key", NULL, NULL, "trafic: []", "13:1: error: unknown key 'trafic' of the scenario; did you mean 'traffic'?" },
	{ "unknown-key-no-suggestion", NULL, NULL, "xyzzy: []", "13:1: error: unknown key 'xyzzy' of the scenario" },
	{ "duplicate-key", NULL, NULL, "title: a\ntitle: b", "14:1: error: duplicate key 'title', first on line 13" },
	{ "missing-key", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s}]",
	  "13:11: error: a flow needs 'size'" },
	{ "wrong-kind", NULL, NULL, "traffic: 5", "13:10: error: bad traffic: want a list" },
	{ "wrong-kind-of-item", NULL, NULL, "traffic: [5]", "13:11: error: a flow has to be a map of keys, like {key: value}" },
	{ "map-for-a-value", NULL, NULL, "title: {a: b}", "13:8: error: bad title: want a single value" },
	{ "no-value", NULL, NULL, "seed:", "13:1: error: seed has no value" },
	{ "flow-to-unknown", NULL, NULL, "traffic: [{name: x, from: cn, to: mm, interval: 1s, size: 16B}]",
	  "13:35: error: unknown node 'mm'; did you mean 'mn'?" },
	{ "flow-to-itself", NULL, NULL, "traffic: [{name: x, from: cn, to: cn, interval: 1s, size: 16B}]",
	  "13:35: error: a flow has to go to another node" },
	{ "flow-too-small", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s, size: 15B}]",
	  "13:59: error: bad size '15B': want from 16B to 65000B" },
	{ "flow-without-pause", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 0s, size: 16B}]",
	  "13:49: error: bad interval '0s': want more than 0" },
	{ "flow-stops-first", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s, size: 16B, start: 2s, stop: 2s}]",
	  "13:81: error: stop is not after start" },
	{ "flow-name-twice", NULL, NULL,
	  "traffic:\n - {name: x, from: cn, to: mn, interval: 1s, size: 16B}\n - {name: x, from: mn, to: cn, interval: 1s, size: "
	  "16B}",
	  "15:11: error: another flow is called 'x'" },
	{ "movement-of-unknown", NULL, NULL, "movement: {mnn: []}", "13:12: error: unknown node 'mnn'; did you mean 'mn'?" },
	{ "movement-of-a-host", NULL, NULL, "movement: {cn: []}", "13:12: error: 'cn' is no mobile-node" },
	{ "movement-into-unknown", NULL, NULL, "movement: {mn: [{at: 1s, cell: fra}]}",
	  "13:32: error: unknown cell 'fra'; did you mean 'far'?" },
	{ "movement-back-in-time", NULL, NULL, "movement: {mn: [{at: 2s, cell: far, down: 1s}, {at: 2.5s, cell: home}]}",
	  "13:53: error: at 2.5s: has to come after 3s, when the movement before is over" },
	{ "movement-at-once", NULL, NULL, "movement: {mn: [{at: 2s, cell: far}, {at: 2s, cell: home}]}",
	  "13:43: error: at 2s: has to come after 2s, when the movement before is over" },
	{ "movement-lead-too-long", NULL, NULL, "movement: {mn: [{at: 2s, cell: far}, {at: 4s, cell: home, lead: 3s}]}",
	  "13:65: error: lead 3s: the signal would come before the link is up at 2s" },
	{ "movement-down-at-start", NULL, NULL, "movement: {mn: [{at: 0s, cell: far, down: 1s}]}",
	  "13:37: error: down means nothing here: at 0s the node is in its place from the beginning" },
	{ "not-an-addition", NULL, NULL, "protocol: {dad: yes}", "13:17: error: bad dad 'yes': want on, off or optimistic" },
	{ "not-a-switch", NULL, NULL, "protocol: {retransmission: true}",
	  "13:28: error: bad retransmission 'true': want on or off" },
	{ "advertisement-order", NULL, NULL, "protocol: {router-advertisement: {min: 2s, max: 1s}}",
	  "13:34: error: router-advertisement: min is larger than max" },
	{ "credit", NULL, NULL, "protocol: {credit: {factor: 7/8}}", "13:12: error: credit is not available in this version" },
	{ "sweep-unknown-path", NULL, NULL, "study: {sweep: {protocol.schema: [a]}}",
	  "13:17: error: unknown key 'schema' of protocol in path 'protocol.schema'; did you mean 'scheme'?" },
	{ "sweep-bad-value", NULL, NULL, "study: {sweep: {links.0.delay: [1ms, 2mz]}}",
	  "13:38: error: bad delay '2mz': want a number with unit ns, us, ms, s, min or h, like 20ms" },
	{ "sweep-value-twice", NULL, NULL, "study: {sweep: {links.0.delay: [1ms, 1ms]}}",
	  "13:38: error: '1ms' stands in this sweep twice" },
	{ "sweep-of-nothing", NULL, NULL, "study: {sweep: {links.0.delay: []}}",
	  "13:32: error: want a list of values to sweep over" },
	{ "sweep-of-a-list", NULL, NULL, "study: {sweep: {links: [a]}}", "13:17: error: 'links' cannot be swept" },
	{ "sweep-of-the-seed", NULL, NULL, "study: {sweep: {seed: [1]}}",
	  "13:17: error: 'seed' cannot be swept; use replications" },
	{ "random-no-duration", NULL, NULL, "study: {random: {links.0.rate: {min: 1s, max: 2s}}}",
	  "13:18: error: 'links.0.rate' is no duration" },
	{ "random-reversed", NULL, NULL, "study: {random: {links.0.delay: {min: 2s, max: 1s}}}",
	  "13:33: error: min is larger than max" },
	{ "random-half", NULL, NULL, "study: {random: {links.0.delay: {min: 2s}}}",
	  "13:33: error: want {min: DURATION, max: DURATION}: 'max' is missing" },
	{ "random-and-swept", NULL, NULL, "study: {sweep: {duration: [1s]}, random: {duration: {min: 1s, max: 2s}}}",
	  "13:43: error: 'duration' is swept already" },
	{ "random-of-multiples", NULL, NULL, "study: {random: {protocol.lifetime: {min: 4s, max: 8s}}}",
	  "13:18: error: 'protocol.lifetime' cannot be drawn: not every duration is good for it; sweep it" },
	{ "directive", NULL, NULL, "!%YAML 1.2\n---\ntitle: a\n", "1:1: error: directives have no meaning here" },
	{ "tag", NULL, NULL, "title: !!str a", "13:14: error: tags have no meaning here" },
	{ "second-document", NULL, NULL, "---\ntitle: a", "13:1: error: a second document: a scenario is one" },
	{ "unknown-alias", NULL, NULL, "title: *a", "13:8: error: unknown alias '*a'" },
	{ "alias-in-itself", NULL, NULL, "traffic: &a [*a]", "13:14: error: alias '*a' stands inside what it names" },
	{ "syntax", NULL, NULL, "title: 'a", "13:9: error: single-quoted scalar without closing quote" },
	{ "wide-characters-count-one", NULL, NULL, "title: {\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8e: 1, b: &c x, d: *e}",
	  "13:29: error: unknown alias '*e'" },

	{ "no-nodes", NULL, NULL, "!duration: 1s\nnodes: {}\n", "2:8: error: no nodes" },
	{ "no-duration", NULL, NULL, "!nodes: {a: {type: host}}\n", "1:1: error: the scenario needs 'duration'" },
	{ "a-list-is-no-scenario", NULL, NULL, "![]\n", "1:1: error: a scenario is a map of keys: title, duration, nodes, ..." },
	{ "empty", NULL, NULL, "!", "1:1: error: the file is empty" },
	{ "only-a-comment", NULL, NULL, "!# nothing\n", "1:1: error: nothing in it" },
	{ "not-utf-8", NULL, NULL, "!title: \xe9\xff\n", "1:8: error: octet 0xe9: not UTF-8 text" },
	{ "name-with-a-dot", NULL, NULL, "!duration: 1s\nnodes: {a.b: {type: host}}\n",
	  "2:9: error: bad name 'a.b': want letters, digits, - and _" },
	{ "islands", NULL, NULL,
	  "!duration: 1s\nnodes: {a: {type: host}, b: {type: host}, c: {type: host}}\n"
	  "links: [{between: [a, b]}, {between: [b, c]}]\ntraffic:\n  - {name: x, from: a, to: c, interval: 1s, size: 16B}\n",
	  "5:5: error: no way from 'a' to 'c': no links connect them" },

	{ "set-link", "links.0.between", "[ha]", NULL, "a link is between two nodes at least" },
	{ "set-link-twice", "links.0.between", "[ha, ar, ha]", NULL, "'ha' is on this link already" },
	{ "set-link-mobile", "links.0.between", "[ha, mn]", NULL, "'mn' is a mobile-node: it attaches to cells, not to links" },
	{ "set-no-such-link", "links.7.delay", "1s", NULL, "bad path 'links.7.delay': links has 2 entries, counted from 0" },
	{ "set-link-by-name", "links.x.delay", "1s", NULL,
	  "bad path 'links.x.delay': links is a list, want a number instead of 'x'" },
	{ "set-no-such-node", "nodes.nm.type", "host", NULL, "nothing called 'nm' in nodes; did you mean 'mn'?" },
	{ "set-too-deep", "links.0.delay.x", "1s", NULL, "bad path 'links.0.delay.x': delay has no parts" },
	{ "set-not-deep-enough", "nodes.mn", "1s", NULL, "bad path 'nodes.mn': it ends before a key of a node" },
	{ "set-empty-step", "links..delay", "1s", NULL,
	  "bad path 'links..delay': want keys with dots between them, like links.0.delay" },
	{ "set-syntax", "links.0.between", "[ha", NULL, "flow sequence without a closing bracket" },
	{ "set-not-utf-8", "title", "\xff", NULL, "not UTF-8" },
	{ "set-type", "nodes.cn.type", "hots", NULL,
	  "bad type 'hots': want host, router, access-router, home-agent, mobile-node, anchor-point, foreign-agent or attacker; "
	  "did you mean 'host'?" },
	{ "set-home-of-a-host", "nodes.cn.home", "home", NULL, "only a mobile-node has a home" },
	{ "set-home-not-at-a-home-agent", "nodes.mn.home", "far", NULL,
	  "cell 'far' is no home: its router 'ar' is no home-agent" },
	{ "set-cell-at-a-host", "cells.far.router", "cn", NULL, "'cn' is no router" },
	{ "set-address-without-prefix", "nodes.cn.address", "2001:db8::1", NULL,
	  "no link of the host has the 'prefix' of this address" },
	{ "set-address-of-a-router", "nodes.ar.address", "2001:db8::1", NULL,
	  "only hosts and mobile nodes can be given an address; give the link a prefix" },
	{ "set-address-multicast", "nodes.cn.address", "ff02::1", NULL,
	  "bad address 'ff02::1': want a routable unicast address" },
	{ "set-prefix-length", "links.0.prefix", "2001:db8::/48", NULL,
	  "bad prefix '2001:db8::/48': want an IPv6 prefix of 64 bits, like 2001:db8:1::/64" },
	{ "set-mtu", "links.0.mtu", "1279", NULL, "bad mtu '1279': want from 1280 to 65535" },
	{ "set-queue", "links.0.queue", "0B", NULL, "bad queue '0B': want at least 1B" },
	{ "set-loss", "links.0.loss", "2", NULL, "bad loss '2': want at most 1" },
	{ "set-duration", "duration", "0s", NULL, "bad duration '0s': want more than 0" },
	{ "set-seed", "seed", "-1", NULL, "bad seed '-1': want a whole number" },
	{ "set-lifetime-multiple", "protocol.lifetime", "5s", NULL, "bad lifetime '5s': want a multiple of 4s" },
	{ "set-lifetime-range", "protocol.lifetime", "0s", NULL, "bad lifetime '0s': want from 4s to 262140s" },
	{ "set-tentative-lifetime", "protocol.tentative-lifetime", "1.005s", NULL,
	  "bad tentative-lifetime '1.005s': want a multiple of 10ms" },
	{ "set-replications", "study.replications", "thirty", NULL, "bad replications 'thirty': want a whole number" },

	{ "later-scheme", "protocol.scheme", "fmip", NULL, "scheme: fmip is not available in this version" },
	{ "later-scheme-credit", "protocol.scheme", "ebu+credit", NULL, "scheme: ebu+credit is not available in this version" },
	{ "later-unverified", "protocol.unverified", "credit", NULL, "unverified: credit is not available in this version" },
	{ "later-authorization", "protocol.authorization", "cga", NULL, "authorization: cga is not available in this version" },
	{ "later-divert", "protocol.divert", "on", NULL, "divert: on is not available in this version" },
	{ "later-local", "protocol.local", "hmip", NULL, "local: hmip is not available in this version" },
	{ "later-peer", "protocol.peer-signalling", "proxies", NULL,
	  "peer-signalling: proxies is not available in this version" },
	{ "later-reforward", "protocol.reforward", "100ms", NULL, "reforward: 100ms is not available in this version" },
	{ "later-reforward-bad", "protocol.reforward", "soon", NULL,
	  "bad reforward 'soon': want a number with unit ns, us, ms, s, min or h, like 20ms" },
	{ "later-ipsec", "protocol.ipsec", "aes", NULL, "ipsec: aes is not available in this version" },
	{ "later-home-test", "protocol.home-test", "none", NULL, "home-test: none is not available in this version" },
	{ "later-care-of-test", "protocol.care-of-test", "none", NULL, "care-of-test: none is not available in this version" },
	{ "later-node", "nodes.cn.type", "attacker", NULL, "type: attacker is not available in this version" },
	{ "later-credit", "protocol.credit.mode", "outbound", NULL, "credit is not available in this version" },
};

static void complains_of(const void *data)
{
	const struct bad_case *c = data;
	const struct scenario_set set = { c->set_path, c->set_value };
	char *text = c->text && *c->text == '!' ? g_strdup(c->text + 1) : g_strconcat(frame, c->text, "\n", NULL), *want;
	GString *complaints = g_string_new(NULL);
	struct scenario *s = read_text(text, &set, c->set_path ? 1 : 0, complaints);

	g_assert_null(s);
	if (c->set_path)
		want = g_strdup_printf("--set %s=%s: error: %s", c->set_path, c->set_value, c->want);
	else
		want = g_strdup_printf("F:%s", c->want);
	g_string_truncate(complaints, strcspn(complaints->str, "\n"));
	g_assert_cmpstr(complaints->str, ==, want);
	g_string_free(complaints, TRUE);
	g_free(want);
	g_free(text);
}

/* What has a default that is promised for later values still takes the default by name. */
static void the_available_values_of_later_keys_are_taken(void)
{
	const struct scenario_set sets[] = {
		{ "protocol.divert", "off" },
		{ "protocol.local", "none" },
		{ "protocol.peer-signalling", "home" },
		{ "protocol.reforward", "off" },
		{ "protocol.proxy-hold", "off" },
		{ "protocol.proxy-wait", "off" },
		{ "protocol.ipsec", "off" },
		{ "protocol.authorization", "return-routability" },
	};

	scenario_free(read_good(frame, sets, G_N_ELEMENTS(sets)));
}

static void all_complaints_come_at_once_with_their_lines(void)
{
	static const char text[] = "duration: 1\n"
	                           "nodes: {a: {type: hots}, b: {typ: host}}\n"
	                           "links:\n"
	                           "\t- {between: [a, b]}\n";
	static const char text2[] = "duration: 1\n"
	                            "nodes: {a: {type: hots}, b: {typ: host}}\n"
	                            "links:\n"
	                            "  - {between: [a, c], dealy: 1ms}\n";
	static const char want[] =
	    "F:1:11: error: bad duration '1': want a number with unit ns, us, ms, s, min or h, like 20ms\n"
	    "duration: 1\n"
	    "          ^\n"
	    "F:2:19: error: bad type 'hots': want host, router, access-router, home-agent, mobile-node, anchor-point, "
	    "foreign-agent or attacker; did you mean 'host'?\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                  ^~~~\n"
	    "F:2:26: error: a node needs 'type'\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                         ^\n"
	    "F:2:30: error: unknown key 'typ' of a node; did you mean 'type'?\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                             ^~~\n"
	    "F:4:19: error: unknown node 'c'\n"
	    "  - {between: [a, c], dealy: 1ms}\n"
	    "                  ^\n"
	    "F:4:23: error: unknown key 'dealy' of a link; did you mean 'delay'?\n"
	    "  - {between: [a, c], dealy: 1ms}\n"
	    "                      ^~~~~\n";
	GString *complaints = g_string_new(NULL);

	g_assert_null(read_text(text2, NULL, 0, complaints));
	g_assert_cmpstr(complaints->str, ==, want);
	g_string_truncate(complaints, 0);
	g_assert_null(read_text(text, NULL, 0, complaints));
	g_assert_true(g_str_has_prefix(complaints->str, "F:4:"));
	g_string_free(complaints, TRUE);
}

static void many_complaints_are_counted(void)
{
	GString *text = g_string_new(frame), *complaints = g_string_new(NULL);

	for (int i = 0; i < 5000; i++)
		g_string_append_printf(text, "x%d: 1\n", i);
	g_assert_null(read_text(text->str, NULL, 0, complaints));
	g_assert_true(g_str_has_suffix(complaints->str, "F: error: 4800 more errors\n"));
	g_string_free(complaints, TRUE);
	g_string_free(text, TRUE);
}

static void files_that_are_none(void)
{
	static const struct {
		const char *file, *want;
	} cases[] = {
		{ "/nonexistent/x.yaml", "/nonexistent/x.yaml: error: cannot be opened: No such file or directory\n" },
		{ "/", "/: error: is a directory\n" },
		{ "/dev/zero", "/dev/zero: error: too large: more than 8 MiB\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *complaints = g_string_new(NULL);

		g_assert_null(scenario_read(cases[i].file, NULL, 0, complaints));
		g_assert_cmpstr(complaints->str, ==, cases[i].want);
		g_string_free(complaints, TRUE);
	}
}

static void a_nul_octet_is_refused(void)
{
	GString *complaints = g_string_new(NULL);
	char *name = write_file("a: b\nc\0d: e\n", 12);

	g_assert_null(scenario_read(name, NULL, 0, complaints));
	g_assert_nonnull(strstr(complaints->str, ":2:2: error: a NUL octet: not a text\n"));
	g_unlink(name);
	g_free(name);
	g_string_free(complaints, TRUE);
}

static void alias_bombs_are_refused(void)
{
	GString *text = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"), *complaints = g_string_new(NULL);

	for (int i = 1; i < 12; i++) {
		g_string_append_printf(text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			g_string_append_printf(text, "%s*a%d", k ? ", " : "", i - 1);
		g_string_append(text, "]\n");
	}
	g_assert_null(read_text(text->str, NULL, 0, complaints));
	g_assert_nonnull(strstr(complaints->str, "error: too large: aliases make more than 2000000 values\n"));
	g_string_free(complaints, TRUE);
	g_string_free(text, TRUE);
}

static void deep_nesting_is_refused(void)
{
	static const struct {
		gsize depth;
		const char *want;
	} cases[] = {
		{ 32, "F:2:1: error: flow sequence without a closing bracket\n" },
		{ 33, "F:1:33: error: nested more than 32 deep\n" },
		{ 1000000, "F:1:1001: error: nested more than 32 deep\n" }, /* not even looked at by the library */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *complaints = g_string_new(NULL);
		char *deep = g_strnfill(cases[i].depth, '[');

		g_assert_null(read_text(deep, NULL, 0, complaints));
		g_string_truncate(complaints, strcspn(complaints->str, "\n") + 1);
		g_assert_cmpstr(complaints->str, ==, cases[i].want);
		g_free(deep);
		g_string_free(complaints, TRUE);
	}
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
	g_test_add_func("/scenario/random", durations_are_drawn_per_replication);
	g_test_add_func("/scenario/aliases-are-copies", aliases_are_copies);
	g_test_add_func("/scenario/schema", the_schema_lists_every_key_with_its_default);
	for (size_t i = 0; i < G_N_ELEMENTS(bad_cases); i++) {
		char *name = g_strdup_printf("/scenario/bad/%s", bad_cases[i].name);

		g_test_add_data_func(name, &bad_cases[i], complains_of);
		g_free(name);
	}
	g_test_add_func("/scenario/later-keys-take-their-default", the_available_values_of_later_keys_are_taken);
	g_test_add_func("/scenario/all-at-once", all_complaints_come_at_once_with_their_lines);
	g_test_add_func("/scenario/many-are-counted", many_complaints_are_counted);
	g_test_add_func("/scenario/files-that-are-none", files_that_are_none);
	g_test_add_func("/scenario/nul-octet", a_nul_octet_is_refused);
	g_test_add_func("/scenario/alias-bomb", alias_bombs_are_refused);
	g_test_add_func("/scenario/deep-nesting", deep_nesting_is_refused);
	return g_test_run();
}
