// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Observations go in, rows come out: one transcript per test, in milliseconds of virtual time, without a world. The mobile node is
 * node 0, the correspondent 1, the home agent 2, a second correspondent 3; flow 0 goes to the mobile node, flow 1 comes from it.
 */
#include "sim/record/recorder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/observe.h"

#define MS MIP_MILLISECOND

enum { MN, CN, HA, CN2, NODES };

static const struct in6 old_care_of = { { 0x20, 1, 0xd, 0xb8, [7] = 1, [15] = 9 } };
static const struct in6 new_care_of = { { 0x20, 1, 0xd, 0xb8, [7] = 2, [15] = 9 } };
static const struct in6 third_care_of = { { 0x20, 1, 0xd, 0xb8, [7] = 3, [15] = 9 } };

static struct in6 home_of(int node)
{
	return (struct in6){ { 0x20, 1, 0xd, 0xb8, [7] = 0xff, [15] = (uint8_t)(node + 1) } };
}

static int lookup(const void *context, const struct in6 *address)
{
	(void)context;
	for (int i = 0; i < NODES; i++) {
		struct in6 home = home_of(i);

		if (in6_equal(address, &home))
			return i;
	}
	return -1;
}

static struct scenario_node nodes[NODES] = {
	[MN] = { .name = (char *)"mn", .type = NODE_MOBILE, .home_cell = 0, .scheme = "ebu" },
	[CN] = { .name = (char *)"cn", .type = NODE_HOST, .home_cell = -1, .scheme = "ebu" },
	[HA] = { .name = (char *)"ha", .type = NODE_HOME_AGENT, .home_cell = -1, .scheme = "ebu" },
	[CN2] = { .name = (char *)"cn2", .type = NODE_HOST, .home_cell = -1, .scheme = "ebu" },
};
static struct scenario_cell cells[] = {
	{ .name = (char *)"home", .router = HA },
	{ .name = (char *)"cell1", .router = HA },
	{ .name = (char *)"cell2", .router = HA },
};
static struct scenario_flow flows[] = { { .name = (char *)"down", .from = CN, .to = MN }, { .name = (char *)"up", .from = MN, .to = CN } };
static struct scenario scenario = { .nodes = nodes, .cells = cells, .flows = flows, .node_count = NODES, .cell_count = 3, .flow_count = 2 };

/* ---- telling the recorder ------------------------------------------------------------------------------------------------ */

static struct recorder *start(void)
{
	struct recorder *r = recorder_new(&scenario, NULL);

	recorder_attach_lookup(r, lookup, NULL);
	return r;
}

static void tell(struct recorder *r, struct observation o)
{
	const struct observer *w = recorder_observer(r);

	w->observe(w->context, &o);
}

static void at(struct recorder *r, int ms, int node, enum observation_kind kind, int peer, const struct in6 *address)
{
	struct observation o = { .kind = kind, .node = (uint32_t)node, .at = ms * MS };

	if (peer >= 0)
		o.peer = home_of(peer);
	if (address)
		o.address = *address;
	tell(r, o);
}

static void down(struct recorder *r, int ms, int from, int to)
{
	const struct world_movement_observer *m = recorder_movement(r);

	m->link_down(m->context, ms * MS, MN, from, to);
}

static void up(struct recorder *r, int ms, int cell)
{
	const struct world_movement_observer *m = recorder_movement(r);

	m->link_up(m->context, ms * MS, MN, cell);
}

/* Sent at one time, received at another (-1: never) at `address`. */
static void sent(struct recorder *r, int flow, int sequence, int ms)
{
	tell(r, (struct observation){ .kind = OBSERVE_DATA_SENT,
				      .node = (uint32_t)flows[flow].from,
				      .flow = (uint32_t)flow,
				      .value = (uint32_t)sequence,
				      .at = ms * MS });
}

static void received(struct recorder *r, int flow, int sequence, int sent_ms, int ms, enum via via, const struct in6 *address)
{
	struct observation o = { .kind = OBSERVE_DATA_RECEIVED,
				 .node = (uint32_t)flows[flow].to,
				 .flow = (uint32_t)flow,
				 .value = (uint32_t)sequence,
				 .sent_at = sent_ms * MS,
				 .at = ms * MS,
				 .via = via };

	if (address)
		o.address = *address;
	tell(r, o);
}

/* ---- reading the rows ---------------------------------------------------------------------------------------------------- */

struct rows {
	GByteArray *octets;
	GPtrArray *text; /* "table|value|value..."; times in ms where they are whole */
};

static void append_value(GString *line, struct result_value v)
{
	switch (v.kind) {
	case RESULT_INT:
		if (v.integer && v.integer % MS == 0)
			g_string_append_printf(line, "|%" G_GINT64_FORMAT "ms", v.integer / MS);
		else
			g_string_append_printf(line, "|%" G_GINT64_FORMAT, v.integer);
		break;
	case RESULT_REAL:
		g_string_append_printf(line, "|%.6g", v.real);
		break;
	case RESULT_TEXT:
		g_string_append_printf(line, "|%s", v.text);
		break;
	default:
		g_string_append(line, "|-");
	}
}

static struct rows finish(struct recorder *r, int end_ms)
{
	static const char *const names[RESULT_TABLES] = {
		[RESULT_HANDOVER] = "handover", [RESULT_REGISTRATION] = "registration", [RESULT_FLOW] = "flow",
		[RESULT_GAP] = "gap",		[RESULT_MESSAGE] = "message",		[RESULT_METRIC] = "metric",
	};
	struct rows rows = { g_byte_array_new(), g_ptr_array_new_with_free_func(g_free) };
	struct result_reader reader;
	struct result_value v;
	GString *line = NULL;

	recorder_finish(r, end_ms * MS, rows.octets);
	recorder_free(r);
	reader = (struct result_reader){ rows.octets->data, rows.octets->data + rows.octets->len };
	while ((v = result_next(&reader)).kind != RESULT_END) {
		if (v.kind == RESULT_ROW) {
			if (line)
				g_ptr_array_add(rows.text, g_string_free(line, FALSE));
			g_assert_nonnull(names[v.integer]);
			line = g_string_new(names[v.integer]);
		} else {
			append_value(line, v);
		}
	}
	if (line)
		g_ptr_array_add(rows.text, g_string_free(line, FALSE));
	return rows;
}

/* The rows of one table, in order, are exactly these. */
static void expect(const struct rows *rows, const char *table, const char *const *wanted)
{
	guint k = 0;

	for (guint i = 0; i < rows->text->len; i++) {
		const char *line = rows->text->pdata[i];

		if (!g_str_has_prefix(line, table) || line[strlen(table)] != '|')
			continue;
		g_assert_nonnull(wanted[k]);
		g_assert_cmpstr(line, ==, wanted[k]);
		k++;
	}
	g_assert_null(wanted[k]);
}
#define expect_rows(rows, table, ...) expect(rows, table, (const char *const[]){ __VA_ARGS__, NULL })

static void done(struct rows *rows)
{
	g_byte_array_free(rows->octets, TRUE);
	g_ptr_array_free(rows->text, TRUE);
}

/* ---- transcripts ----------------------------------------------------------------------------------------------------------- */

/* First attachment in cell 1 and its registration: no row. */
static void settle(struct recorder *r)
{
	up(r, 0, 1);
	at(r, 10, MN, OBSERVE_ROUTER_FOUND, -1, NULL);
	at(r, 20, MN, OBSERVE_CARE_OF_ADDRESS, -1, &old_care_of);
	at(r, 20, MN, OBSERVE_HOME_BU_SENT, HA, NULL);
	at(r, 30, MN, OBSERVE_HOME_BA_ACCEPTED, HA, NULL);
	at(r, 40, MN, OBSERVE_BU_SENT, CN, NULL);
	at(r, 50, CN, OBSERVE_BU_ACCEPTED, MN, &old_care_of);
	at(r, 60, MN, OBSERVE_BA_ACCEPTED, CN, NULL);
}

static void move(struct recorder *r, int ms, const struct in6 *care_of)
{
	down(r, ms, 1, 2);
	up(r, ms + 50, 2);
	at(r, ms + 60, MN, OBSERVE_ROUTER_FOUND, -1, NULL);
	at(r, ms + 70, MN, OBSERVE_CARE_OF_ADDRESS, -1, care_of);
}

static void test_standard(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	move(r, 1000, &new_care_of);
	at(r, 1070, MN, OBSERVE_HOME_BU_SENT, HA, NULL);
	at(r, 1070, MN, OBSERVE_HOTI_SENT, CN, NULL);
	at(r, 1071, MN, OBSERVE_COTI_SENT, CN, NULL);
	at(r, 1080, HA, OBSERVE_BU_ACCEPTED, MN, &new_care_of); /* not a correspondent's */
	at(r, 1090, MN, OBSERVE_HOME_BA_ACCEPTED, HA, NULL);
	at(r, 1100, MN, OBSERVE_COT_ACCEPTED, CN, NULL);
	at(r, 1110, MN, OBSERVE_HOT_ACCEPTED, CN, NULL);
	at(r, 1110, MN, OBSERVE_BU_SENT, CN, NULL);
	at(r, 1125, CN, OBSERVE_BU_ACCEPTED, MN, &new_care_of);
	at(r, 1140, MN, OBSERVE_BA_ACCEPTED, CN, NULL);
	at(r, 1140, MN, OBSERVE_SEND_DIRECT, CN, &new_care_of);
	/* Refreshing the binding later changes nothing. */
	at(r, 5000, MN, OBSERVE_HOTI_SENT, CN, NULL);
	at(r, 5010, MN, OBSERVE_BU_SENT, CN, NULL);
	at(r, 5020, MN, OBSERVE_HOME_BU_SENT, HA, NULL);
	rows = finish(r, 9000);
	expect_rows(&rows, "handover", "handover|mn|1|cell1|cell2|ebu|1000ms|1050ms|1060ms|1070ms|1070ms|1090ms|-|-");
	expect_rows(&rows, "registration",
		    "registration|0|cn|1070ms|1110ms|1071ms|1100ms|-|-|-|1110ms|1125ms|1140ms|1140ms|-|registered");
	done(&rows);
}

static void test_early(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	at(r, 900, MN, OBSERVE_HOTI_SENT, CN, NULL); /* proactive: before the handover, not of it */
	at(r, 950, MN, OBSERVE_HOT_ACCEPTED, CN, NULL);
	move(r, 1000, &new_care_of);
	at(r, 1070, MN, OBSERVE_EARLY_BU_SENT, CN, NULL);
	at(r, 1070, MN, OBSERVE_COTI_SENT, CN, NULL);
	at(r, 1080, CN, OBSERVE_EARLY_BU_ACCEPTED, MN, &new_care_of);
	at(r, 1090, MN, OBSERVE_EARLY_BA_ACCEPTED, CN, NULL);
	at(r, 1091, MN, OBSERVE_SEND_DIRECT, CN, &new_care_of);
	rows = finish(r, 1095);
	expect_rows(&rows, "registration", "registration|0|cn|-|-|1070ms|-|1070ms|1080ms|1090ms|-|-|-|1091ms|-|tentative");
	done(&rows);
}

static void test_first_direct_packet(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	for (int i = 0; i < 6; i++)
		sent(r, 0, i, 1000 + 20 * i);
	move(r, 1100, &new_care_of);
	at(r, 1170, MN, OBSERVE_EARLY_BU_SENT, CN, NULL);
	received(r, 0, 0, 1000, 1171, VIA_DIRECT, &old_care_of); /* not to the new address */
	received(r, 0, 1, 1020, 1172, VIA_TUNNEL, &new_care_of); /* not direct */
	received(r, 0, 2, 1040, 1180, VIA_DIRECT, &new_care_of);
	received(r, 0, 3, 1060, 1190, VIA_DIRECT, &new_care_of);
	rows = finish(r, 2000);
	expect_rows(&rows, "registration", "registration|0|cn|-|-|-|-|1170ms|-|-|-|-|-|-|1180ms|none");
	done(&rows);
}

static void test_moved(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	move(r, 1000, &new_care_of);
	at(r, 1070, MN, OBSERVE_BU_SENT, CN, NULL);
	move(r, 2000, &third_care_of);
	/* The update of the first movement arrives after the second: it carries the first address. */
	at(r, 2071, CN, OBSERVE_BU_ACCEPTED, MN, &new_care_of);
	at(r, 2072, MN, OBSERVE_BU_SENT, CN, NULL);
	move(r, 3000, &new_care_of);
	rows = finish(r, 4000);
	expect_rows(&rows, "handover", "handover|mn|1|cell1|cell2|ebu|1000ms|1050ms|1060ms|1070ms|-|-|-|-",
		    "handover|mn|2|cell1|cell2|ebu|2000ms|2050ms|2060ms|2070ms|-|-|-|-",
		    "handover|mn|3|cell1|cell2|ebu|3000ms|3050ms|3060ms|3070ms|-|-|-|-");
	expect_rows(&rows, "registration", "registration|0|cn|-|-|-|-|-|-|-|1070ms|2071ms|-|-|-|registered",
		    "registration|1|cn|-|-|-|-|-|-|-|2072ms|-|-|-|-|moved", "registration|2|cn|-|-|-|-|-|-|-|-|-|-|-|-|none");
	done(&rows);
}

/* Nothing was tried, as with a correspondent that is known to have no Mobile IPv6: then it is not the next movement that was in the way. */
static void test_nothing_begun(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	move(r, 1000, &new_care_of);
	at(r, 1080, MN, OBSERVE_HOME_BU_SENT, HA, NULL);
	at(r, 1090, MN, OBSERVE_HOME_BA_ACCEPTED, HA, NULL);
	move(r, 2000, &third_care_of);
	rows = finish(r, 3000);
	expect_rows(&rows, "registration", "registration|0|cn|-|-|-|-|-|-|-|-|-|-|-|-|none",
		    "registration|1|cn|-|-|-|-|-|-|-|-|-|-|-|-|none");
	done(&rows);
}

static const struct outcome_case {
	const char *name, *outcome;
	struct {
		int node;
		enum observation_kind kind;
	} steps[3];
} outcome_cases[] = {
	{ "refused-by-peer", "refused", { { CN, OBSERVE_BU_REFUSED } } },
	{ "refused-seen-by-mobile-node", "refused", { { MN, OBSERVE_BA_REFUSED } } },
	{ "fallback", "fallback", { { MN, OBSERVE_BA_REFUSED }, { MN, OBSERVE_FALLBACK } } },
	{ "registered-but-given-up", "fallback", { { CN, OBSERVE_BU_ACCEPTED }, { MN, OBSERVE_FALLBACK } } },
	{ "registered-whose-refresh-is-given-up",
	  "registered",
	  { { CN, OBSERVE_BU_ACCEPTED }, { MN, OBSERVE_BA_ACCEPTED }, { MN, OBSERVE_FALLBACK } } },
	{ "tentative-expired", "expired", { { CN, OBSERVE_EARLY_BU_ACCEPTED }, { CN, OBSERVE_BINDING_EXPIRED } } },
	{ "refused-then-registered", "registered", { { CN, OBSERVE_BU_REFUSED }, { CN, OBSERVE_BU_ACCEPTED } } },
	{ "registered-stays-when-it-expires", "registered", { { CN, OBSERVE_BU_ACCEPTED }, { CN, OBSERVE_BINDING_EXPIRED } } },
	{ "home-agents-binding-is-no-correspondents", "none", { { HA, OBSERVE_BINDING_EXPIRED } } },
};

static void test_outcome(gconstpointer data)
{
	const struct outcome_case *c = data;
	struct recorder *r = start();
	struct rows rows;
	const char *line = NULL;

	settle(r);
	move(r, 1000, &new_care_of);
	for (int i = 0; i < 3 && c->steps[i].kind; i++)
		at(r, 1100 + i, c->steps[i].node, c->steps[i].kind, c->steps[i].node == MN ? CN : MN, &new_care_of);
	rows = finish(r, 2000);
	for (guint i = 0; i < rows.text->len; i++)
		if (g_str_has_prefix(rows.text->pdata[i], "registration|"))
			line = strrchr(rows.text->pdata[i], '|') + 1;
	g_assert_cmpstr(line, ==, c->outcome);
	done(&rows);
}

static void test_home_and_nowhere(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	down(r, 1000, 1, 0);
	up(r, 1010, 0);
	at(r, 1020, MN, OBSERVE_AT_HOME, -1, NULL);
	at(r, 1020, MN, OBSERVE_HOME_BU_SENT, HA, NULL);
	at(r, 1021, MN, OBSERVE_BU_SENT, CN, NULL);
	at(r, 1030, MN, OBSERVE_HOME_BA_ACCEPTED, HA, NULL);
	at(r, 1031, MN, OBSERVE_BA_ACCEPTED, CN, NULL);
	/* Out of every cell, later into one: one handover. */
	down(r, 2000, 0, -1);
	up(r, 3000, 2);
	/* And out for good. */
	down(r, 4000, 2, -1);
	rows = finish(r, 5000);
	expect_rows(&rows, "handover", "handover|mn|1|cell1|home|ebu|1000ms|1010ms|-|-|1020ms|1030ms|-|-",
		    "handover|mn|2|home|cell2|ebu|2000ms|3000ms|-|-|-|-|-|-", "handover|mn|3|cell2|-|ebu|4000ms|-|-|-|-|-|-|-");
	expect_rows(&rows, "registration", "registration|0|cn|-|-|-|-|-|-|-|1021ms|-|1031ms|-|-|registered",
		    "registration|1|cn|-|-|-|-|-|-|-|-|-|-|-|-|moved", "registration|2|cn|-|-|-|-|-|-|-|-|-|-|-|-|none");
	done(&rows);
}

static void test_flow(void)
{
	/* Delays 10, 30, 140, 10 ms in the order of arrival: mean 47.5; of four, rank ceil(3.8) is the largest. */
	struct recorder *r = start();
	struct rows rows;

	for (int i = 0; i < 6; i++)
		sent(r, 0, i, 100 + 100 * i);
	received(r, 0, 0, 100, 110, VIA_DIRECT, NULL);
	received(r, 0, 2, 300, 330, VIA_DIRECT, NULL);
	received(r, 0, 2, 300, 331, VIA_DIRECT, NULL); /* twice */
	received(r, 0, 1, 200, 340, VIA_DIRECT, NULL); /* late: 140 */
	received(r, 0, 3, 400, 410, VIA_DIRECT, NULL);
	received(r, 0, 7, 100, 500, VIA_DIRECT, NULL); /* never sent */
	/* 4 is lost; 5, sent 20 ms before the end, may be under way. */
	rows = finish(r, 650);
	/* Jitter: |30-10|/16 = 1.25, += (110-1.25)/16 = 8.046875, += (130-8.046875)/16 = 15.66894531 ms */
	expect_rows(&rows, "flow", "flow|down|cn|mn|6|4|1|1|1|0.0475|0.14|0.14|0.0156689", "flow|up|mn|cn|0|0|0|0|0|-|-|-|-");
	done(&rows);
}

static void test_percentile(void)
{
	struct recorder *r = start();
	struct rows rows;
	const char *line = NULL;

	/* Delays 1 ... 100 ms: rank 95. The last is sent at 10 000, so nothing is under way at the end. */
	for (int i = 0; i < 100; i++)
		sent(r, 0, i, 100 * (i + 1));
	for (int i = 0; i < 100; i++)
		received(r, 0, i, 100 * (i + 1), 100 * (i + 1) + 1 + i * 37 % 100, VIA_DIRECT, NULL);
	rows = finish(r, 20000);
	line = rows.text->pdata[0];
	g_assert_true(g_str_has_prefix(line, "flow|down|cn|mn|100|100|0|0|0|0.0505|0.095|0.1|"));
	done(&rows);
}

static void test_gap_receiving(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	/* A packet every 20 ms from 900, 10 ms on its way. Link down at 1000; early binding at the peer at 1085. */
	for (int i = 0; i < 30; i++)
		sent(r, 0, i, 900 + 20 * i);
	received(r, 0, 0, 900, 910, VIA_DIRECT, &old_care_of);
	received(r, 0, 2, 940, 950, VIA_DIRECT, &old_care_of); /* 1 is lost on the way, before the handover */
	received(r, 0, 3, 960, 970, VIA_DIRECT, &old_care_of);
	received(r, 0, 4, 980, 990, VIA_DIRECT, &old_care_of);
	move(r, 1000, &new_care_of);
	at(r, 1075, MN, OBSERVE_EARLY_BU_SENT, CN, NULL);
	at(r, 1085, CN, OBSERVE_EARLY_BU_ACCEPTED, MN, &new_care_of);
	/* 5 ... 9 (1000 ... 1080) are lost, 10 (1100) is the first; 15 (1200) is lost much later. */
	for (int i = 10; i < 30; i++)
		if (i != 15)
			received(r, 0, i, 900 + 20 * i, 910 + 20 * i, VIA_DIRECT, &new_care_of);
	rows = finish(r, 3000);
	expect_rows(&rows, "gap", "gap|0|0|990ms|1110ms|5|0|0|direct|19|0|0.01|0.01|0|-", "gap|0|1|-|-|0|0|0|-|0|0|-|-|-|-");
	g_assert_true(g_str_has_prefix(rows.text->pdata[2], "flow|down|cn|mn|30|23|7|"));
	done(&rows);
}

static void test_gap_lost_after_first(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	for (int i = 0; i < 20; i++)
		sent(r, 1, i, 900 + 20 * i);
	for (int i = 0; i < 4; i++)
		received(r, 1, i, 900 + 20 * i, 930 + 20 * i, VIA_DIRECT, NULL);
	move(r, 1000, &new_care_of);
	/* Sent at 980, before link down, still on its way then: before. */
	received(r, 1, 4, 980, 1010, VIA_DIRECT, NULL);
	at(r, 1070, MN, OBSERVE_HOTI_SENT, CN, NULL);
	/* 5 ... 8 had no link; 9 (1080) takes the tunnel, 10, 11 (1100, 1120) are lost on the way until all is settled at 1130. */
	received(r, 1, 9, 1080, 1115, VIA_HOME_LINK, NULL);
	at(r, 1130, MN, OBSERVE_BA_ACCEPTED, CN, NULL);
	received(r, 1, 12, 1140, 1170, VIA_DIRECT, NULL);
	received(r, 1, 12, 1140, 1171, VIA_DIRECT, NULL);
	for (int i = 14; i < 20; i++) /* 13 (1160) is lost afterwards */
		received(r, 1, i, 900 + 20 * i, 930 + 20 * i, VIA_DIRECT, NULL);
	rows = finish(r, 3000);
	/* 9, 12, 14 ... 19: one of eight by the tunnel, 35 ms and seven times 30 ms; jitter 5 ms / 16 * (15/16)^6. */
	expect_rows(&rows, "gap", "gap|0|0|-|-|0|0|0|-|0|0|-|-|-|-", "gap|0|1|1010ms|1115ms|6|1|0|tunnel|8|1|0.030625|0.035|0.000212167|-");
	done(&rows);
}

static void test_gap_never_ends(void)
{
	struct recorder *r = start();
	struct rows rows;

	settle(r);
	for (int i = 0; i < 10; i++)
		sent(r, 0, i, 900 + 20 * i);
	received(r, 0, 0, 900, 910, VIA_DIRECT, &old_care_of);
	move(r, 915, &new_care_of);
	down(r, 1001, 2, 1);
	up(r, 1010, 1);
	rows = finish(r, 1200);
	/* 1 ... 5 (to 1000) belong to the first movement, 6 ... 9 to the second; none twice. */
	expect_rows(&rows, "gap", "gap|0|0|910ms|-|5|0|0|-|0|0|-|-|-|-", "gap|0|1|-|-|0|0|0|-|0|0|-|-|-|-",
	            "gap|1|0|910ms|-|4|0|0|-|0|0|-|-|-|-", "gap|1|1|-|-|0|0|0|-|0|0|-|-|-|-");
	done(&rows);
}

static void test_counters(void)
{
	struct recorder *r = start();
	struct rows rows;
	struct observation o = { .kind = OBSERVE_MESSAGE_SENT, .node = MN, .value = MESSAGE_HOTI, .octets = 96, .flow = 40 };

	tell(r, o);
	tell(r, o);
	o = (struct observation){ .kind = OBSERVE_MESSAGE_RECEIVED, .node = CN, .value = MESSAGE_BU, .octets = 96 };
	tell(r, o);
	o = (struct observation){ .kind = OBSERVE_MESSAGE_FORWARDED, .node = HA, .value = MESSAGE_DATA, .octets = 208 };
	tell(r, o);
	o = (struct observation){ .kind = OBSERVE_DROP, .node = CN, .value = DROP_BAD_AUTHENTICATOR, .octets = 96 };
	tell(r, o);
	o = (struct observation){ .kind = OBSERVE_DROP, .node = 1000, .value = DROP_LOSS, .octets = 96 }; /* no node's */
	tell(r, o);
	at(r, 10, CN, OBSERVE_BU_REFUSED, MN, NULL);
	rows = finish(r, 100);
	expect_rows(&rows, "message", "message|mn|HoTI|sent|2|112", "message|mn|HoTI+tunnel|sent|2|80", "message|cn|BU|received|1|96",
		    "message|ha|data|forwarded|1|208");
	expect_rows(&rows, "metric", "metric|cn|drop:bad-authenticator|packets|1", "metric|cn|binding-update-refused|times|1",
		    "metric|-|drop:loss|packets|1");
	done(&rows);
}

static void test_keys(void)
{
	char *text = NULL;
	size_t length = 0;
	FILE *f = open_memstream(&text, &length);
	struct recorder *r = recorder_new(&scenario, f);
	const uint8_t token[] = { 0, 0x5a, 0xff };

	g_assert_true(recorder_observer(r)->wants_secrets);
	tell(r, (struct observation){ .kind = OBSERVE_SECRET,
				      .node = CN,
				      .at = 1500,
				      .value = SECRET_HOME_TOKEN,
				      .peer = home_of(MN),
				      .index = 7,
				      .data = token,
				      .data_length = sizeof token });
	recorder_free(r);
	fclose(f);
	g_assert_cmpstr(text, ==, "{\"t\":1500,\"node\":\"cn\",\"kind\":\"home-token\",\"peer\":\"2001:db8:0:ff::1\",\"index\":7,\"hex\":\"005aff\"}\n");
	free(text);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recorder/standard-registration", test_standard);
	g_test_add_func("/recorder/early-registration", test_early);
	g_test_add_func("/recorder/first-direct-packet-is-to-the-new-address", test_first_direct_packet);
	g_test_add_func("/recorder/moved-on-before-it-was-registered", test_moved);
	g_test_add_func("/recorder/nothing-begun-is-not-moved", test_nothing_begun);
	for (gsize i = 0; i < G_N_ELEMENTS(outcome_cases); i++) {
		char *path = g_strconcat("/recorder/outcome/", outcome_cases[i].name, NULL);

		g_test_add_data_func(path, &outcome_cases[i], test_outcome);
		g_free(path);
	}
	g_test_add_func("/recorder/home-and-through-nowhere", test_home_and_nowhere);
	g_test_add_func("/recorder/flow-counts-and-delays", test_flow);
	g_test_add_func("/recorder/percentile-is-exact", test_percentile);
	g_test_add_func("/recorder/gap-of-a-flow-to-the-mobile-node", test_gap_receiving);
	g_test_add_func("/recorder/gap-counts-losses-until-settled", test_gap_lost_after_first);
	g_test_add_func("/recorder/no-packet-is-lost-twice", test_gap_never_ends);
	g_test_add_func("/recorder/messages-and-drops", test_counters);
	g_test_add_func("/recorder/secrets-as-json-lines", test_keys);
	return g_test_run();
}
