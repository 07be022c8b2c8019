// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes what recorder.c kept as result rows. What the numbers mean:
 *
 * sim_flow      received: distinct sequence numbers. lost: sent and never received, without those sent less than the flow's largest
 *               delay before the end, which may still be under way. reordered: arrived after a higher number. delay_p95_s: the
 *               order statistic of rank ceil(0.95 n), exact. jitter_s: interarrival jitter J of RFC 3550 section 6.4.1, gain
 *               1/16, started at 0, as it stands at the end of the run.
 * sim_gap       before and after: where the moving node receives, before and after its link went down; where it sends, sent before
 *               and after that. lost: the missing among the packets sent after the last one received before, up to the first
 *               one received after or to the last step of the registrations of this handover (home agent and the flow's other
 *               end), whichever is later, and never past the node's next movement: later losses are the path's, not the
 *               handover's. duplicated, reordered: arrivals until the next movement; of these, without the duplicates, received to
 *               throughput_bps (where the moving node sends: of what it sent after link down).
 * sim_message   octets at the IP layer without the outer headers of tunnels, which are the octets of the type `<type>+tunnel`.
 * sim_metric    `drop:<reason>` in packets; `signalling:<leg>`: octets of mobility messages, tunnel headers counted, between the mobile node and
 *               access router, anchor point, home agent, correspondents and between routers, from the first movement on (of fast handovers:
 *               all), each counted once, at the node that sends it (an FBU: that takes it); and counts of what has no other table; the node `-` is the world (links).
 *               Of a flow between mobile nodes, at the receiver: `broken:<flow>` 1 if no data comes directly 10 s after the last movement,
 *               else 0 (none if run or flow ends before); `recovery:<flow>` from the last link down until data sent since comes directly.
 */
#include <stdlib.h>

#include "sim/record/recorder_int.h"

static const char *node_name(const struct recorder *r, int node)
{
	return node >= 0 && node < r->scenario->node_count ? r->scenario->nodes[node].name : "-";
}

static const char *cell_name(const struct recorder *r, int cell)
{
	return cell >= 0 ? r->scenario->cells[cell].name : NULL;
}

static void handover_rows(const struct recorder *r, GByteArray *rows)
{
	for (guint i = 0; i < r->handovers->len; i++) {
		const struct handover *h = recorder_handover(r, i);

		result_row(rows, RESULT_HANDOVER);
		result_text(rows, node_name(r, h->node));
		result_int(rows, h->sequence);
		result_text(rows, cell_name(r, h->from_cell));
		result_text(rows, cell_name(r, h->to_cell));
		result_text(rows, r->scenario->nodes[h->node].scheme);
		result_time(rows, h->down);
		result_time(rows, h->up);
		result_time(rows, h->router);
		result_time(rows, h->care_of_address);
		result_time(rows, h->home_bu);
		result_time(rows, h->home_ba);
		result_time(rows, h->local_bu);
		result_time(rows, h->local_ba);
	}
}

/* Registered at home and still nothing tried: nothing was wanted. */
static bool left_alone(const struct handover *h, const struct registration *g)
{
	for (int i = 0; i <= STEP_BU; i++)
		if (g->at[i] != MIP_NEVER)
			return false;
	return h->home_ba != MIP_NEVER;
}

static const char *outcome_name(const struct handover *h, const struct registration *g)
{
	static const char *const names[] = { [OUTCOME_NONE] = "none",
					     [OUTCOME_TENTATIVE] = "tentative",
					     [OUTCOME_FALLBACK] = "fallback",
					     [OUTCOME_REFUSED] = "refused",
					     [OUTCOME_EXPIRED] = "expired" };

	if (g->at[STEP_BA] != MIP_NEVER)
		return "registered";
	/* The peer has the binding; unless the mobile node never learnt of it and gave up, that is what counts. */
	if (g->at[STEP_BU_RX] != MIP_NEVER && g->outcome != OUTCOME_FALLBACK)
		return "registered";
	/* The node was gone before what it had begun was settled. */
	if (h->next >= 0 && (g->outcome == OUTCOME_TENTATIVE || (g->outcome == OUTCOME_NONE && !left_alone(h, g))))
		return "moved";
	return names[g->outcome];
}

static void registration_rows(const struct recorder *r, GByteArray *rows)
{
	for (guint i = 0; i < r->handovers->len; i++) {
		const struct handover *h = recorder_handover(r, i);

		for (guint k = 0; k < h->registrations->len; k++) {
			const struct registration *g = &g_array_index(h->registrations, struct registration, k);

			result_row(rows, RESULT_REGISTRATION);
			result_int(rows, i);
			result_text(rows, node_name(r, g->peer));
			for (int s = 0; s < REGISTRATION_STEPS; s++)
				result_time(rows, g->at[s]);
			result_text(rows, outcome_name(h, g));
		}
	}
}

/* ---- flows ---------------------------------------------------------------------------------------------------------- */

static int compare_times(const void *a, const void *b)
{
	const mip_time *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static mip_time time_at(const GArray *times, guint i)
{
	return g_array_index(times, mip_time, i);
}

/* The delays of what arrived, sorted. Free with g_array_free. */
static GArray *flow_delays(const struct flow_record *f)
{
	GArray *delays = g_array_new(FALSE, FALSE, sizeof(mip_time));

	for (guint i = 0; i < f->received_at->len; i++) {
		mip_time received = time_at(f->received_at, i), delay = received - time_at(f->sent_at, i);

		if (received != MIP_NEVER)
			g_array_append_val(delays, delay);
	}
	if (delays->len)
		qsort(delays->data, delays->len, sizeof(mip_time), compare_times);
	return delays;
}

/* Sent at or before `known` and missing, among those sent in (after, until]. Sequence numbers are in the order of sending. */
static uint64_t missing(const struct flow_record *f, mip_time after, mip_time until, mip_time known)
{
	guint low = 0, high = f->sent_at->len;
	uint64_t n = 0;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (time_at(f->sent_at, middle) <= after)
			low = middle + 1;
		else
			high = middle;
	}
	for (guint i = low; i < f->sent_at->len; i++) {
		mip_time sent = time_at(f->sent_at, i);

		if (sent > until || sent > known)
			break;
		n += time_at(f->received_at, i) == MIP_NEVER;
	}
	return n;
}

static void seconds(GByteArray *rows, double ns, bool known)
{
	if (known)
		result_real(rows, ns / 1e9);
	else
		result_null(rows);
}

/* known[flow]: what was sent by then and is missing is lost. */
static void flow_rows(const struct recorder *r, mip_time end, mip_time *known, GByteArray *rows)
{
	for (int i = 0; i < r->scenario->flow_count; i++) {
		const struct flow_record *f = &r->flows[i];
		GArray *delays = flow_delays(f);
		guint n = delays->len;
		double sum = 0;

		for (guint k = 0; k < n; k++)
			sum += (double)time_at(delays, k);
		known[i] = end - (n ? time_at(delays, n - 1) : 0);
		result_row(rows, RESULT_FLOW);
		result_text(rows, r->scenario->flows[i].name);
		result_text(rows, node_name(r, r->scenario->flows[i].from));
		result_text(rows, node_name(r, r->scenario->flows[i].to));
		result_int(rows, f->sent_at->len);
		result_int(rows, (int64_t)f->received);
		result_int(rows, (int64_t)missing(f, -1, MIP_NEVER - 1, known[i]));
		result_int(rows, (int64_t)f->duplicated);
		result_int(rows, (int64_t)f->reordered);
		seconds(rows, n ? sum / n : 0, n);
		seconds(rows, n ? (double)time_at(delays, (guint)(((uint64_t)n * 95 + 99) / 100) - 1) : 0, n);
		seconds(rows, n ? (double)time_at(delays, n - 1) : 0, n);
		seconds(rows, f->jitter_ns, n > 1);
		g_array_free(delays, TRUE);
	}
}

/* ---- gaps ----------------------------------------------------------------------------------------------------------- */

static mip_time later(mip_time a, mip_time b)
{
	return b == MIP_NEVER ? a : mip_time_max(a, b);
}

/* When the registrations that decide this flow's path had been settled. */
static mip_time settled(const struct recorder *r, const struct gap *g)
{
	const struct handover *h = recorder_handover(r, g->handover);
	const struct scenario_flow *flow = &r->scenario->flows[g->flow];
	int peer = flow->from == h->node ? flow->to : flow->from;
	mip_time t = later(h->down, h->home_ba);

	for (guint k = 0; k < h->registrations->len; k++) {
		const struct registration *n = &g_array_index(h->registrations, struct registration, k);

		for (int s = 0; s < REGISTRATION_STEPS && n->peer == peer; s++)
			t = later(t, n->at[s]);
	}
	return t;
}

static void gap_received(const struct recorder *r, const struct gap *g, mip_time until, GByteArray *rows)
{
	const struct scenario_flow *flow = &r->scenario->flows[g->flow];
	mip_time from = mip_time_max(recorder_handover(r, g->handover)->down, flow->start);

	until = mip_time_min(until, flow->stop);
	result_int(rows, g->received);
	result_int(rows, g->tunnelled);
	seconds(rows, (double)g->delay_sum / g->received, g->received);
	seconds(rows, (double)g->delay_most, g->received);
	seconds(rows, g->jitter_ns, g->received > 1);
	if (until > from)
		result_real(rows, (double)g->octets * 8e9 / (double)(until - from));
	else
		result_null(rows);
}

static void gap_rows(const struct recorder *r, mip_time run_end, const mip_time *known, GByteArray *rows)
{
	static const char *const names[] = { [VIA_DIRECT] = "direct", [VIA_TUNNEL] = "tunnel", [VIA_HOME_LINK] = "home-link",
		                            [VIA_NATIVE] = "native" };
	/* No packet is lost twice: where the window of the previous movement of the same end of the same flow ended. */
	mip_time *covered = g_new(mip_time, (gsize)r->scenario->flow_count * 2);

	for (int i = 0; i < r->scenario->flow_count * 2; i++)
		covered[i] = -1;
	for (guint i = 0; i < r->gaps->len; i++) {
		const struct gap *g = recorder_gap(r, i);
		const struct handover *h = recorder_handover(r, g->handover);
		mip_time next_down = h->next >= 0 ? recorder_handover(r, h->next)->down : MIP_NEVER, until = next_down - 1;
		mip_time *end = &covered[2 * g->flow + (r->scenario->flows[g->flow].to == h->node)];
		mip_time after = g->last_before == MIP_NEVER ? *end : mip_time_max(*end, g->last_before_sent);

		if (g->first_after != MIP_NEVER)
			until = mip_time_min(until, mip_time_max(g->first_after_sent, settled(r, g)));
		*end = until;
		result_row(rows, RESULT_GAP);
		result_int(rows, g->handover);
		result_int(rows, g->flow);
		result_time(rows, g->last_before);
		result_time(rows, g->first_after);
		result_int(rows, (int64_t)missing(&r->flows[g->flow], after, until, known[g->flow]));
		result_int(rows, g->duplicated);
		result_int(rows, g->reordered);
		result_text(rows, g->first_after != MIP_NEVER ? names[g->via] : NULL);
		gap_received(r, g, mip_time_min(next_down, run_end), rows);
	}
	g_free(covered);
}

/* ---- counters --------------------------------------------------------------------------------------------------------- */

static const char *const message_names[] = {
#define X(e, s) [MESSAGE_##e] = s,
	MESSAGE_TYPES(X)
#undef X
};

static const char *const drop_names[] = {
#define X(e, s) [DROP_##e] = s,
	DROP_REASONS(X)
#undef X
};

static void message_row(const char *node, const char *type, const char *suffix, int direction, const struct tally *t,
			GByteArray *rows)
{
	static const char *const directions[] = { [MESSAGE_OUT] = "sent", [MESSAGE_IN] = "received", [MESSAGE_THROUGH] = "forwarded" };
	char *name;

	if (!t->count)
		return;
	name = g_strconcat(type, suffix, NULL);
	result_row(rows, RESULT_MESSAGE);
	result_text(rows, node);
	result_text(rows, name);
	result_text(rows, directions[direction]);
	result_int(rows, (int64_t)t->count);
	result_int(rows, (int64_t)t->octets);
	g_free(name);
}

static void message_rows(const struct recorder *r, GByteArray *rows)
{
	for (int i = 0; i <= r->scenario->node_count; i++) {
		const struct node_tally *t = r->nodes[i].tally;

		for (int type = 0; t && type < MESSAGE_TYPE_COUNT; type++) {
			for (int d = 0; d < MESSAGE_DIRECTIONS; d++) {
				message_row(node_name(r, i), message_names[type], "", d, &t->messages[type][d], rows);
				message_row(node_name(r, i), message_names[type], "+tunnel", d, &t->tunnels[type][d], rows);
			}
		}
	}
}

static void metric_row(const char *node, const char *name, const char *unit, uint64_t value, GByteArray *rows)
{
	if (!value)
		return;
	result_row(rows, RESULT_METRIC);
	result_text(rows, node);
	result_text(rows, name);
	result_text(rows, unit);
	result_real(rows, (double)value);
}

static void metric_rows(const struct recorder *r, GByteArray *rows)
{
	static const struct {
		enum observation_kind kind;
		const char *name;
	} events[] = {
		{ OBSERVE_DUPLICATE_ADDRESS, "duplicate-address" },   { OBSERVE_HOME_BA_REFUSED, "home-registration-refused" },
		{ OBSERVE_BU_REFUSED, "binding-update-refused" },     { OBSERVE_BA_REFUSED, "registration-refused" },
		{ OBSERVE_FALLBACK, "fallback" },                     { OBSERVE_EARLY_UNKNOWN, "early-binding-update-unknown" },
		{ OBSERVE_BINDING_EXPIRED, "binding-expired" },       { OBSERVE_BINDING_DELETED, "binding-deleted" },
		{ OBSERVE_REFORWARDED, "reforwarded" },               { OBSERVE_DIVERTED, "diverted" },
		{ OBSERVE_COTI_AHEAD_SENT, "care-of-test-ahead" },
	};
	static const char *const legs[SIGNALLING_LEGS] = {
		[LEG_MN_AR] = "signalling:mn-ar", [LEG_AR_AR] = "signalling:ar-ar", [LEG_MN_MAP] = "signalling:mn-map",
		[LEG_MN_HA] = "signalling:mn-ha", [LEG_MN_CN] = "signalling:mn-cn",
	};

	for (int i = 0; i <= r->scenario->node_count; i++) {
		const struct node_tally *t = r->nodes[i].tally;

		if (!t)
			continue;
		for (int d = 0; d < DROP_REASON_COUNT; d++) {
			char *name = g_strconcat("drop:", drop_names[d], NULL);

			metric_row(node_name(r, i), name, "packets", t->drops[d], rows);
			g_free(name);
		}
		for (gsize e = 0; e < G_N_ELEMENTS(events); e++)
			metric_row(node_name(r, i), events[e].name, "times", t->events[events[e].kind], rows);
		for (int leg = 0; leg < SIGNALLING_LEGS; leg++)
			metric_row(node_name(r, i), legs[leg], "octets", t->signalling[leg], rows);
		metric_row(node_name(r, i), "tentative-binding-expired", "times", t->tentative_expired, rows);
	}
}

static void session_row(const struct recorder *r, int flow, const char *what, const char *unit, double value, GByteArray *rows)
{
	char *name = g_strdup_printf("%s:%s", what, r->scenario->flows[flow].name);

	result_row(rows, RESULT_METRIC);
	result_text(rows, node_name(r, r->scenario->flows[flow].to));
	result_text(rows, name);
	result_text(rows, unit);
	result_real(rows, value);
	g_free(name);
}

/* Of flows between mobile nodes, each direction at its receiver. */
static void session_rows(const struct recorder *r, mip_time end, GByteArray *rows)
{
	const struct scenario *s = r->scenario;

	for (int f = 0; f < s->flow_count; f++) {
		mip_time recovery = session_recovery(r->session, f);

		if (s->nodes[s->flows[f].from].type != NODE_MOBILE || s->nodes[s->flows[f].to].type != NODE_MOBILE)
			continue;
		if (session_is_judged(r->session, f) && end >= session_judgement(r->session))
			session_row(r, f, "broken", NULL, session_state(r->session, f) != SESSION_DIRECT, rows);
		if (recovery != MIP_NEVER)
			session_row(r, f, "recovery", "s", (double)recovery / 1e9, rows);
	}
}

void recorder_finish(struct recorder *r, mip_time end, GByteArray *rows)
{
	mip_time *known = g_new0(mip_time, r->scenario->flow_count + 1);
	int series;

	recorder_stream_settle(r, end);
	handover_rows(r, rows);
	registration_rows(r, rows);
	flow_rows(r, end, known, rows);
	gap_rows(r, end, known, rows);
	message_rows(r, rows);
	metric_rows(r, rows);
	recorder_keys_rows(r, rows);
	series = recorder_credit_rows(r, rows);
	recorder_stream_rows(r, end, series, rows);
	session_rows(r, end, rows);
	g_free(known);
}
