// SPDX-License-Identifier: GPL-3.0-or-later
/* See outcome.h. */
#include "sim/study/outcome.h"

#include "sim/world/world.h"

/* A flow that had no packet for so long, or for three of its intervals, is silent. */
#define SILENCE MIP_SECOND

/* One mobile node's binding at one other node. */
struct bound {
	int mobile, peer;
	struct in6 care_of_address;
	bool there;
};

struct watch {
	const struct scenario *s;
	const struct world *world;
	mip_time moved, first_moved;     /* the last and the first link down */
	struct in6 *care_of_address;     /* by node */
	bool *away;
	GArray *bounds;
	mip_time *direct_at, *any_at;    /* by flow: the latest packet, -1: none */
	mip_time *recovered;             /* by flow */
	uint64_t signals, signal_octets;
};

static bool is_initial(const struct scenario *s, int move)
{
	const struct scenario_move *m = &s->moves[move];

	if (m->at)
		return false;
	for (int i = 0; i < move; i++)
		if (s->moves[i].node == m->node)
			return false;
	return true;
}

mip_time outcome_judgement(const struct scenario *s)
{
	mip_time last = MIP_NEVER;

	for (int i = 0; i < s->move_count; i++)
		if (!is_initial(s, i))
			last = mip_time_max(last == MIP_NEVER ? 0 : last, s->moves[i].at + s->moves[i].down);
	return mip_time_add(last, OUTCOME_PATIENCE);
}

static void add_bound(struct watch *w, int mobile, int peer)
{
	struct bound b = { .mobile = mobile, .peer = peer };

	if (w->s->nodes[mobile].type != NODE_MOBILE)
		return;
	for (guint i = 0; i < w->bounds->len; i++) {
		const struct bound *o = &g_array_index(w->bounds, struct bound, i);

		if (o->mobile == mobile && o->peer == peer)
			return;
	}
	g_array_append_val(w->bounds, b);
}

static void on_binding(struct watch *w, const struct observation *o)
{
	int mobile = world_node_of(w->world, &o->peer);

	for (guint i = 0; i < w->bounds->len; i++) {
		struct bound *b = &g_array_index(w->bounds, struct bound, i);

		if (b->mobile != mobile || b->peer != (int)o->node)
			continue;
		b->there = o->kind == OBSERVE_BU_ACCEPTED;
		b->care_of_address = o->address;
	}
}

static void on_data(struct watch *w, const struct observation *o)
{
	if (o->flow >= (uint32_t)w->s->flow_count)
		return;
	w->any_at[o->flow] = o->at;
	if (o->via == VIA_TUNNEL)
		return;
	w->direct_at[o->flow] = o->at;
	if (o->sent_at >= w->moved && w->recovered[o->flow] == MIP_NEVER)
		w->recovered[o->flow] = o->at - w->moved;
}

static bool is_signal(uint32_t type)
{
	switch (type) {
	case MESSAGE_DATA:
	case MESSAGE_UNKNOWN:
	case MESSAGE_RS:
	case MESSAGE_RA:
	case MESSAGE_NS:
	case MESSAGE_NA:
	case MESSAGE_REDIRECT:
	case MESSAGE_ECHO_REQUEST:
	case MESSAGE_ECHO_REPLY:
	case MESSAGE_ICMP6_ERROR:
		return false;
	default:
		return true;
	}
}

static void on_observation(void *context, const struct observation *o)
{
	struct watch *w = context;

	switch (o->kind) {
	case OBSERVE_CARE_OF_ADDRESS:
		w->care_of_address[o->node] = o->address;
		w->away[o->node] = true;
		break;
	case OBSERVE_AT_HOME:
		w->away[o->node] = false;
		break;
	case OBSERVE_BU_ACCEPTED:
	case OBSERVE_BINDING_EXPIRED:
	case OBSERVE_BINDING_DELETED:
		on_binding(w, o);
		break;
	case OBSERVE_DATA_RECEIVED:
		on_data(w, o);
		break;
	case OBSERVE_MESSAGE_SENT:
		if (o->at >= w->first_moved && is_signal(o->value)) {
			w->signals++;
			w->signal_octets += o->octets;
		}
		break;
	default:
		break;
	}
}

static void judge(const struct watch *w, mip_time now, struct outcome *out)
{
	out->session = SESSION_DIRECT;
	for (int f = 0; f < w->s->flow_count; f++) {
		mip_time since = now - mip_time_max(SILENCE, 3 * w->s->flows[f].interval);
		enum session here = w->direct_at[f] > since ? SESSION_DIRECT : w->any_at[f] > since ? SESSION_TUNNEL : SESSION_SILENT;

		if (here > out->session)
			out->session = here;
	}
	out->registered = true;
	for (guint i = 0; i < w->bounds->len; i++) {
		const struct bound *b = &g_array_index(w->bounds, struct bound, i);

		if (w->away[b->mobile] && !(b->there && in6_equal(&b->care_of_address, &w->care_of_address[b->mobile])))
			out->registered = false;
	}
	out->signals = w->signals;
	out->signal_octets = w->signal_octets;
}

void outcome_find(const struct scenario *s, uint64_t seed, uint32_t replication, bool until_end, struct outcome *out)
{
	mip_time judgement = outcome_judgement(s);
	struct watch w = { .s = s, .first_moved = MIP_NEVER };
	struct observer observer = { .observe = on_observation, .context = &w, .wants_messages = true };
	struct world *world;

	mip_assert(judgement != MIP_NEVER);
	for (int i = 0; i < s->move_count; i++) {
		if (is_initial(s, i))
			continue;
		w.moved = mip_time_max(w.moved, s->moves[i].at);
		w.first_moved = mip_time_min(w.first_moved, s->moves[i].at);
	}
	w.care_of_address = g_new0(struct in6, s->node_count);
	w.away = g_new0(bool, s->node_count);
	w.bounds = g_array_new(FALSE, FALSE, sizeof(struct bound));
	w.direct_at = g_new(mip_time, s->flow_count + 1);
	w.any_at = g_new(mip_time, s->flow_count + 1);
	w.recovered = g_new(mip_time, s->flow_count + 1);
	for (int f = 0; f < s->flow_count; f++) {
		w.direct_at[f] = w.any_at[f] = INT64_MIN / 2;
		w.recovered[f] = MIP_NEVER;
		add_bound(&w, s->flows[f].from, s->flows[f].to);
		add_bound(&w, s->flows[f].to, s->flows[f].from);
	}
	world = world_new(s, &(struct world_conf){ .seed = seed, .replication = replication, .observer = &observer });
	w.world = world;
	world_run(world, judgement);
	judge(&w, judgement, out);
	if (until_end)
		world_run(world, s->duration);
	out->recovery = 0;
	for (int f = 0; f < s->flow_count; f++)
		out->recovery = mip_time_max(out->recovery, w.recovered[f]);
	world_free(world);
	g_free(w.care_of_address);
	g_free(w.away);
	g_free(w.direct_at);
	g_free(w.any_at);
	g_free(w.recovered);
	g_array_free(w.bounds, TRUE);
}
