// SPDX-License-Identifier: GPL-3.0-or-later
/* See explore.h. */
#include "sim/study/explore.h"

static const char *const labels[EXPLORE_OUTCOMES][3] = {
	[EXPLORE_BROKEN] = { "whole", "broken" },
	[EXPLORE_REGISTERED] = { "registered", "unregistered" },
	[EXPLORE_SESSION] = { "direct", "tunnel", "silent" },
	[EXPLORE_RECOVERY] = { "recovers", "never" },
};

const char *explore_question(enum explore_outcome outcome)
{
	static const char *const names[EXPLORE_OUTCOMES] = {
		[EXPLORE_BROKEN] = "broken", [EXPLORE_REGISTERED] = "registered", [EXPLORE_SESSION] = "session", [EXPLORE_RECOVERY] = "recovery",
	};

	return names[outcome];
}

const char *explore_label(enum explore_outcome outcome, int label)
{
	return label < 0 || label >= (int)G_N_ELEMENTS(labels[outcome]) ? NULL : labels[outcome][label];
}

static int label_of(enum explore_outcome kind, const struct outcome *o)
{
	switch (kind) {
	case EXPLORE_REGISTERED:
		return !o->registered;
	case EXPLORE_SESSION:
		return (int)o->session;
	case EXPLORE_RECOVERY:
		return o->recovery == MIP_NEVER;
	default:
		return o->session != SESSION_DIRECT;
	}
}

struct search {
	const char *file;
	struct scenario_set *sets;       /* the user's, then room for two */
	int set_count;
	const struct scenario *base;
	uint64_t seed;
	void (*progress)(uint64_t runs);
	struct exploration *out;
	GString *complaints;
};

/* A flow that ends before its session is judged would count as silent. */
static bool judged_in_time(const struct search *q, const struct scenario *s)
{
	mip_time judgement = outcome_judgement(s);

	if (judgement == MIP_NEVER) {
		g_string_append_printf(q->complaints, "%s: nothing moves, so there is nothing to explore\n", q->file);
		return false;
	}
	if (judgement > s->duration) {
		g_string_append_printf(q->complaints, "%s: sessions are judged 10 s after the last movement, and the run ends before\n", q->file);
		return false;
	}
	for (int f = 0; f < s->flow_count; f++) {
		if (s->flows[f].stop > judgement || s->flows[f].start > judgement)
			continue;
		g_string_append_printf(q->complaints, "%s: flow '%s' ends before sessions are judged, 10 s after the last movement\n", q->file,
		                       s->flows[f].name);
		return false;
	}
	return true;
}

static bool try(struct search *q, mip_time at, mip_time across, struct explore_sample *out)
{
	char first[32], second[32];
	int count = q->set_count;
	const struct scenario_explore *x = &q->base->explore;
	struct scenario *s;
	bool ok;

	g_snprintf(first, sizeof first, "%" G_GINT64_FORMAT "ns", (gint64)at);
	q->sets[count++] = (struct scenario_set){ x->path, first };
	if (x->across_path) {
		g_snprintf(second, sizeof second, "%" G_GINT64_FORMAT "ns", (gint64)across);
		q->sets[count++] = (struct scenario_set){ x->across_path, second };
	}
	s = scenario_read(q->file, q->sets, count, q->complaints);
	ok = s && judged_in_time(q, s);
	if (ok) {
		out->at = at;
		out->across = across;
		outcome_find(s, q->seed, 0, x->outcome == EXPLORE_RECOVERY, &out->outcome);
		out->label = label_of(x->outcome, &out->outcome);
		q->out->runs++;
		if (q->progress)
			q->progress(q->out->runs);
	}
	scenario_free(s);
	return ok;
}

static void add_interval(struct search *q, mip_time from, mip_time to, int label)
{
	struct explore_interval i = { from, to, label };

	g_array_append_val(q->out->intervals, i);
}

/* From one sample to the next: all boundaries between them that bisection meets. */
static bool refine(struct search *q, const struct explore_sample *left, const struct explore_sample *right)
{
	struct explore_interval *last = &g_array_index(q->out->intervals, struct explore_interval, q->out->intervals->len - 1);
	struct explore_sample low = *left, high;

	while (low.label != right->label) {
		high = *right;
		while (high.at - low.at > EXPLORE_RESOLUTION) {
			struct explore_sample middle;
			mip_time steps = (high.at - low.at) / EXPLORE_RESOLUTION;

			if (!try(q, low.at + steps / 2 * EXPLORE_RESOLUTION, low.across, &middle))
				return false;
			if (middle.label == low.label)
				low = middle;
			else
				high = middle;
		}
		last->to = low.at;
		add_interval(q, high.at, high.at, high.label);
		last = &g_array_index(q->out->intervals, struct explore_interval, q->out->intervals->len - 1);
		low = high;
	}
	last->to = right->at;
	return true;
}

static bool walk(struct search *q, mip_time across)
{
	const struct scenario_explore *x = &q->base->explore;
	struct explore_sample previous = { .label = 0 }, here = { .label = 0 };

	for (mip_time at = x->from;; at = mip_time_min(at + x->step, x->to)) {
		if (!try(q, at, across, &here))
			return false;
		g_array_append_val(q->out->samples, here);
		if (!x->across_path) {
			if (at == x->from)
				add_interval(q, at, at, here.label);
			else if (!refine(q, &previous, &here))
				return false;
		}
		previous = here;
		if (at >= x->to)
			return true;
	}
}

bool explore(const char *file, const struct scenario_set *sets, int set_count, const struct scenario *base, uint64_t seed,
             void (*progress)(uint64_t runs), struct exploration *out, GString *complaints)
{
	struct search q = { .file = file, .set_count = set_count, .base = base, .seed = seed, .progress = progress, .out = out,
		            .complaints = complaints };
	const struct scenario_explore *x = &base->explore;
	bool ok = true;

	q.sets = g_new0(struct scenario_set, set_count + 2);
	for (int i = 0; i < set_count; i++)
		q.sets[i] = sets[i];
	out->samples = g_array_new(FALSE, FALSE, sizeof(struct explore_sample));
	out->intervals = g_array_new(FALSE, FALSE, sizeof(struct explore_interval));
	out->runs = 0;
	if (x->across_path)
		for (mip_time across = x->across_from; ok; across = mip_time_min(across + x->across_step, x->across_to)) {
			ok = walk(&q, across);
			if (across >= x->across_to)
				break;
		}
	else
		ok = walk(&q, 0);
	g_free(q.sets);
	return ok;
}

void exploration_free(struct exploration *e)
{
	g_array_free(e->samples, TRUE);
	g_array_free(e->intervals, TRUE);
}
