// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP flows, request-response flows and the series flows are asked for.
 *
 * sim_flow      of a TCP flow: a packet is a segment of new data. received: delivered to the application in order; its delay runs from
 *               its first transmission to that, so it holds retransmissions and waiting behind holes. reordered is 0 in consequence;
 *               duplicated counts arrivals with nothing new in them.
 * sim_gap       of a TCP flow: the handover's stall, the longest time between two deliveries of new data of which the second came
 *               after link down (and before the node's next movement). t_first_after NULL: data was under way and none came any more.
 * sim_metric    at the receiving node, per flow: throughput (octets received, once each, from the flow's start to its stop, or until a
 *               transfer of known size is complete; TCP: of data, else at the IP layer), stall (longest of its handovers); at the source:
 *               retransmissions, timeouts, fast-recoveries, and for request-response transactions, transactions-failed,
 *               transaction-mean and transaction-p95 (from the request to the last octet of its response).
 * sim_series    cwnd, ssthresh and delivered of flows with `series: on`, at each change.
 */
#include <stdlib.h>

#include "sim/record/recorder_int.h"

struct stream_sample {
	mip_time at;
	uint64_t event;
	int64_t value;
};

struct stream_record {
	GArray *ends;                      /* int64_t: where each segment of new data ended, in the order of the flow's sent_at */
	guint delivered_segments;
	int64_t delivered;                 /* octets */
	mip_time last_delivered, last_delivered_sent, completed_at;
	uint64_t retransmissions, timeouts, recoveries, transactions_failed;
	bool aborted;
	GArray *transactions;              /* mip_time, latencies; NULL: none */
	GArray *series[SERIES_KIND_COUNT]; /* struct stream_sample; NULL: none */
};

static struct stream_record *stream_of(struct recorder *r, uint32_t flow)
{
	struct stream_record *s;

	if (!r->streams)
		r->streams = g_new0(struct stream_record *, r->scenario->flow_count);
	s = r->streams[flow];
	if (!s) {
		s = r->streams[flow] = g_new0(struct stream_record, 1);
		s->last_delivered = s->last_delivered_sent = s->completed_at = MIP_NEVER;
	}
	return s;
}

static const struct stream_record *stream_known(const struct recorder *r, int flow)
{
	return r->streams ? r->streams[flow] : NULL;
}

/* ---- taking in -------------------------------------------------------------------------------------------------------------- */

static void segment_sent(struct recorder *r, struct stream_record *s, const struct observation *o)
{
	struct observation data = *o;

	s->retransmissions += o->value == STREAM_AGAIN;
	if (o->value != STREAM_NEW)
		return;
	if (!s->ends)
		s->ends = g_array_new(FALSE, FALSE, sizeof(int64_t));
	data.kind = OBSERVE_DATA_SENT;
	data.value = s->ends->len;
	g_array_append_val(s->ends, o->amount);
	recorder_data_sent(r, &data);
}

/* New data was delivered: does this end the longest silence of a handover so far? */
static void stalls_take(struct recorder *r, const struct stream_record *s, const struct observation *o)
{
	struct flow_record *f = &r->flows[o->flow];

	for (int end = 0; end < 2; end++) {
		struct gap *g = f->gaps[end] >= 0 ? recorder_gap(r, f->gaps[end]) : NULL;

		if (!g)
			continue;
		if (s->last_delivered != MIP_NEVER && g->first_after != MIP_NEVER && g->last_before != MIP_NEVER &&
		    o->at - s->last_delivered <= g->first_after - g->last_before)
			continue;
		g->last_before = s->last_delivered;
		g->last_before_sent = s->last_delivered_sent;
		g->first_after = o->at;
		g->first_after_sent = f->last_received_sent;
		g->via = !end && o->via == VIA_HOME_LINK && !recorder_handover(r, g->handover)->at_home ? VIA_TUNNEL : o->via;
	}
}

static void segment_received(struct recorder *r, struct stream_record *s, const struct observation *o)
{
	const struct scenario_flow *flow = &r->scenario->flows[o->flow];
	struct flow_record *f = &r->flows[o->flow];
	bool at_sink = o->node == (uint32_t)flow->to;

	r->nodes[at_sink ? flow->from : flow->to].data_octets += o->octets;
	if (!at_sink || !s->ends)
		return;
	f->duplicated += o->value == STREAM_AGAIN;
	while (s->delivered_segments < s->ends->len && g_array_index(s->ends, int64_t, s->delivered_segments) <= o->amount) {
		struct observation data = *o;

		data.kind = OBSERVE_DATA_RECEIVED;
		data.value = s->delivered_segments++;
		data.octets = 0;
		data.sent_at = g_array_index(f->sent_at, mip_time, data.value);
		recorder_data_received(r, &data);
	}
	if (o->amount <= s->delivered)
		return;
	stalls_take(r, s, o);
	for (int end = 0; end < 2; end++)
		if (f->gaps[end] >= 0)
			recorder_gap(r, f->gaps[end])->octets += (uint64_t)(o->amount - s->delivered);
	s->delivered = o->amount;
	s->last_delivered = o->at;
	s->last_delivered_sent = f->last_received_sent;
	if (s->delivered == flow->size)
		s->completed_at = o->at;
}

void recorder_stream_observe(struct recorder *r, const struct observation *o)
{
	struct stream_record *s;

	if (o->flow >= (uint32_t)r->scenario->flow_count)
		return;
	s = stream_of(r, o->flow);
	switch (o->kind) {
	case OBSERVE_STREAM_SENT:
		segment_sent(r, s, o);
		break;
	case OBSERVE_STREAM_RECEIVED:
		segment_received(r, s, o);
		break;
	case OBSERVE_STREAM_TIMEOUT:
		s->timeouts++;
		break;
	case OBSERVE_STREAM_RECOVERY:
		s->recoveries++;
		break;
	case OBSERVE_STREAM_CLOSED:
		s->aborted = o->value;
		break;
	case OBSERVE_TRANSACTION: {
		mip_time latency = o->at - o->sent_at;

		if (!s->transactions)
			s->transactions = g_array_new(FALSE, FALSE, sizeof(mip_time));
		g_array_append_val(s->transactions, latency);
		break;
	}
	case OBSERVE_TRANSACTION_FAILED:
		s->transactions_failed++;
		break;
	case OBSERVE_SERIES: {
		struct stream_sample sample = { o->at, r->world ? world_events(r->world) : 0, o->amount };

		if (o->value >= SERIES_KIND_COUNT)
			break;
		if (!s->series[o->value])
			s->series[o->value] = g_array_new(FALSE, FALSE, sizeof sample);
		g_array_append_val(s->series[o->value], sample);
		break;
	}
	default:
		break;
	}
}

/* ---- writing out ------------------------------------------------------------------------------------------------------------ */

/* Data that was sent and never delivered. Without it silence is no stall. */
static bool outstanding(const struct stream_record *s)
{
	return s && s->ends && g_array_index(s->ends, int64_t, s->ends->len - 1) > s->delivered;
}

void recorder_stream_settle(struct recorder *r, mip_time end)
{
	for (int i = 0; r->streams && i < r->scenario->flow_count; i++) {
		const struct stream_record *s = r->streams[i];

		if (!outstanding(s))
			continue;
		for (int k = 0; k < 2; k++) {
			struct gap *g = r->flows[i].gaps[k] >= 0 ? recorder_gap(r, r->flows[i].gaps[k]) : NULL;

			if (!g || s->last_delivered == MIP_NEVER)
				continue;
			if (g->first_after != MIP_NEVER && g->last_before != MIP_NEVER && end - s->last_delivered <= g->first_after - g->last_before)
				continue;
			g->last_before = s->last_delivered;
			g->last_before_sent = s->last_delivered_sent;
			g->first_after = g->first_after_sent = MIP_NEVER;
		}
	}
}

bool recorder_stream_is_tcp(const struct recorder *r, uint32_t flow)
{
	return r->streams && r->streams[flow] && r->streams[flow]->ends;
}

static void metric(const struct recorder *r, int node, const char *name, int flow, const char *unit, double value, GByteArray *rows)
{
	char *whole = g_strconcat(name, ":", r->scenario->flows[flow].name, NULL);

	result_row(rows, RESULT_METRIC);
	result_text(rows, r->scenario->nodes[node].name);
	result_text(rows, whole);
	result_text(rows, unit);
	result_real(rows, value);
	g_free(whole);
}

static void throughput_row(const struct recorder *r, int i, mip_time end, GByteArray *rows)
{
	const struct scenario_flow *flow = &r->scenario->flows[i];
	const struct stream_record *s = stream_known(r, i);
	bool tcp = s && s->ends;
	int64_t octets = tcp ? s->delivered : (int64_t)r->flows[i].octets;
	mip_time until = tcp && s->completed_at != MIP_NEVER ? s->completed_at : mip_time_min(flow->stop, end);

	if (r->flows[i].sent_at->len && until > flow->start)
		metric(r, flow->to, "throughput", i, "bit/s", (double)octets * 8e9 / (double)(until - flow->start), rows);
}

/* Its longest stall; one without an end lasts to the end of the run. */
static void stall_row(const struct recorder *r, int flow, mip_time end, GByteArray *rows)
{
	const struct stream_record *s = stream_known(r, flow);
	mip_time longest = -1;

	for (guint i = 0; i < r->gaps->len; i++) {
		const struct gap *g = recorder_gap(r, i);
		bool ends = g->first_after != MIP_NEVER;

		if (g->flow == flow && g->last_before != MIP_NEVER && (ends || (outstanding(s) && g->last_before == s->last_delivered)))
			longest = mip_time_max(longest, (ends ? g->first_after : end) - g->last_before);
	}
	if (longest >= 0)
		metric(r, r->scenario->flows[flow].to, "stall", flow, "s", (double)longest / 1e9, rows);
}

static int compare_times(const void *a, const void *b)
{
	const mip_time *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void transaction_rows(const struct recorder *r, int i, const struct stream_record *s, GByteArray *rows)
{
	int client = r->scenario->flows[i].from;
	guint n = s->transactions ? s->transactions->len : 0;
	double sum = 0;

	metric(r, client, "transactions", i, "times", n, rows);
	metric(r, client, "transactions-failed", i, "times", (double)s->transactions_failed, rows);
	if (!n)
		return;
	qsort(s->transactions->data, n, sizeof(mip_time), compare_times);
	for (guint k = 0; k < n; k++)
		sum += (double)g_array_index(s->transactions, mip_time, k);
	metric(r, client, "transaction-mean", i, "s", sum / n / 1e9, rows);
	metric(r, client, "transaction-p95", i, "s",
	       (double)g_array_index(s->transactions, mip_time, (guint)(((uint64_t)n * 95 + 99) / 100) - 1) / 1e9, rows);
}

static int series_rows(const struct recorder *r, int flow, const struct stream_record *s, int ordinal, GByteArray *rows)
{
	static const char *const names[] = {
#define X(e, n, u) [SERIES_##e] = n,
		SERIES_KINDS(X)
#undef X
	};
	static const char *const units[] = {
#define X(e, n, u) [SERIES_##e] = u,
		SERIES_KINDS(X)
#undef X
	};

	for (int k = 0; k < SERIES_KIND_COUNT; k++) {
		const struct scenario_flow *f = &r->scenario->flows[flow];
		char *name;

		if (!s->series[k])
			continue;
		name = g_strconcat(names[k], ":", f->name, NULL);
		result_row(rows, RESULT_SERIES);
		result_text(rows, r->scenario->nodes[k == SERIES_DELIVERED ? f->to : f->from].name);
		result_text(rows, name);
		result_text(rows, units[k]);
		for (guint i = 0; i < s->series[k]->len; i++) {
			const struct stream_sample *sample = &g_array_index(s->series[k], struct stream_sample, i);

			result_row(rows, RESULT_SAMPLE);
			result_int(rows, ordinal);
			result_time(rows, sample->at);
			result_int(rows, (int64_t)sample->event);
			result_real(rows, (double)sample->value);
		}
		ordinal++;
		g_free(name);
	}
	return ordinal;
}

int recorder_stream_rows(const struct recorder *r, mip_time end, int ordinal, GByteArray *rows)
{
	for (int i = 0; i < r->scenario->flow_count; i++) {
		const struct stream_record *s = stream_known(r, i);
		int from = r->scenario->flows[i].from;

		throughput_row(r, i, end, rows);
		if (!s)
			continue;
		if (s->ends) {
			stall_row(r, i, end, rows);
			metric(r, from, "retransmissions", i, "segments", (double)s->retransmissions, rows);
			metric(r, from, "timeouts", i, "times", (double)s->timeouts, rows);
			metric(r, from, "fast-recoveries", i, "times", (double)s->recoveries, rows);
			if (s->aborted)
				metric(r, from, "aborted", i, "times", 1, rows);
		}
		if (s->transactions || s->transactions_failed)
			transaction_rows(r, i, s, rows);
		ordinal = series_rows(r, i, s, ordinal, rows);
	}
	return ordinal;
}

void recorder_stream_free(struct recorder *r)
{
	for (int i = 0; r->streams && i < r->scenario->flow_count; i++) {
		struct stream_record *s = r->streams[i];

		if (!s)
			continue;
		for (int k = 0; k < SERIES_KIND_COUNT; k++) {
			if (s->series[k])
				g_array_free(s->series[k], TRUE);
		}
		if (s->ends)
			g_array_free(s->ends, TRUE);
		if (s->transactions)
			g_array_free(s->transactions, TRUE);
		g_free(s);
	}
	g_free(r->streams);
}
