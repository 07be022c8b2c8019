// SPDX-License-Identifier: GPL-3.0-or-later
/* See session.h. */
#include "sim/record/session.h"

#define SILENCE MIP_SECOND

struct session_watch {
	const struct scenario *scenario;
	mip_time left, ended;            /* the last link down; the last movement's end; MIP_NEVER: none yet */
	struct {
		mip_time direct, any;    /* the latest packet until the judgement */
		mip_time recovered;      /* the first one that came directly and was sent after `left` */
	} * flows;
};

struct session_watch *session_new(const struct scenario *s)
{
	struct session_watch *w = g_new0(struct session_watch, 1);

	w->scenario = s;
	w->left = w->ended = MIP_NEVER;
	w->flows = g_malloc0_n((gsize)s->flow_count + 1, sizeof *w->flows);
	for (int f = 0; f < s->flow_count; f++) {
		w->flows[f].direct = w->flows[f].any = INT64_MIN / 2;
		w->flows[f].recovered = MIP_NEVER;
	}
	return w;
}

void session_free(struct session_watch *w)
{
	if (!w)
		return;
	g_free(w->flows);
	g_free(w);
}

void session_left(struct session_watch *w, mip_time now)
{
	w->left = w->ended = now;
	for (int f = 0; f < w->scenario->flow_count; f++)
		w->flows[f].recovered = MIP_NEVER;
}

void session_arrived(struct session_watch *w, mip_time now)
{
	if (w->left != MIP_NEVER)
		w->ended = now;
}

mip_time session_judgement(const struct session_watch *w)
{
	return mip_time_add(w->ended, SESSION_PATIENCE);
}

void session_received(struct session_watch *w, const struct observation *o)
{
	if (o->flow >= (uint32_t)w->scenario->flow_count)
		return;
	if (o->at <= session_judgement(w)) {
		w->flows[o->flow].any = o->at;
		if (o->via != VIA_TUNNEL)
			w->flows[o->flow].direct = o->at;
	}
	if (o->via != VIA_TUNNEL && w->left != MIP_NEVER && o->sent_at >= w->left && w->flows[o->flow].recovered == MIP_NEVER)
		w->flows[o->flow].recovered = o->at;
}

bool session_is_judged(const struct session_watch *w, int flow)
{
	const struct scenario_flow *f = &w->scenario->flows[flow];

	return w->left != MIP_NEVER && f->start < w->left && f->stop >= session_judgement(w);
}

enum session session_state(const struct session_watch *w, int flow)
{
	mip_time since = session_judgement(w) - mip_time_max(SILENCE, 3 * w->scenario->flows[flow].interval);

	return w->flows[flow].direct > since ? SESSION_DIRECT : w->flows[flow].any > since ? SESSION_TUNNEL : SESSION_SILENT;
}

mip_time session_recovery(const struct session_watch *w, int flow)
{
	return w->flows[flow].recovered == MIP_NEVER ? MIP_NEVER : w->flows[flow].recovered - w->left;
}
