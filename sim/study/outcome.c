// SPDX-License-Identifier: GPL-3.0-or-later
/* See outcome.h. */
#include "sim/study/outcome.h"

#include "sim/world/world.h"

/* One mobile node's binding at one other node. */
struct bound {
	gint64 ends;                     /* mobile node << 32 | other node; first, for it is the key */
	int mobile;
	struct in6 care_of_address;
	bool there;
};

struct watch {
	const struct scenario *s;
	const struct world *world;
	struct session_watch *session;
	bool moved;
	struct in6 *care_of_address;     /* by node */
	bool *away;
	GHashTable *bounds;              /* of struct bound */
	uint64_t signals, signal_octets;
};

mip_time outcome_judgement(const struct scenario *s)
{
	bool *placed = g_new0(bool, s->node_count + 1);
	mip_time last = MIP_NEVER;

	for (int i = 0; i < s->move_count; i++) {
		const struct scenario_move *m = &s->moves[i];
		/* A first entry at 0 s is where the node is from the beginning. */
		bool initial = !m->at && !placed[m->node];

		placed[m->node] = true;
		if (!initial)
			last = mip_time_max(last == MIP_NEVER ? 0 : last, (m->every ? m->until : m->at) + m->down);
	}
	g_free(placed);
	return mip_time_add(last, SESSION_PATIENCE);
}

static gint64 ends_of(int mobile, int peer)
{
	return (gint64)mobile << 32 | (gint64)peer;
}

static void add_bound(struct watch *w, int mobile, int peer)
{
	struct bound b = { .ends = ends_of(mobile, peer), .mobile = mobile };

	if (w->s->nodes[mobile].type == NODE_MOBILE && !g_hash_table_contains(w->bounds, &b.ends))
		g_hash_table_add(w->bounds, g_memdup2(&b, sizeof b));
}

static void on_binding(struct watch *w, const struct observation *o)
{
	gint64 ends = ends_of(world_node_of(w->world, &o->peer), (int)o->node);
	struct bound *b = g_hash_table_lookup(w->bounds, &ends);

	if (!b)
		return;
	b->there = o->kind == OBSERVE_BU_ACCEPTED;
	b->care_of_address = o->address;
}

static void on_left(void *context, mip_time now, uint32_t node, int from_cell, int to_cell)
{
	struct watch *w = context;

	(void)node;
	(void)from_cell;
	(void)to_cell;
	w->moved = true;
	session_left(w->session, now);
}

static void on_arrived(void *context, mip_time now, uint32_t node, int cell)
{
	const struct watch *w = context;

	(void)node;
	(void)cell;
	session_arrived(w->session, now);
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
		session_received(w->session, o);
		break;
	case OBSERVE_REFORWARDED:
		w->signals++;
		w->signal_octets += o->octets;
		break;
	case OBSERVE_MESSAGE_SENT:
		if (w->moved && is_signal(o->value)) {
			w->signals++;
			w->signal_octets += o->octets;
		}
		break;
	default:
		break;
	}
}

static void judge(const struct watch *w, struct outcome *out)
{
	GHashTableIter each;
	void *at;

	/* Where random movements were not drawn, there was nothing to outlive. */
	out->session = SESSION_DIRECT;
	for (int f = 0; w->moved && f < w->s->flow_count; f++) {
		enum session here = session_state(w->session, f);

		if (here > out->session)
			out->session = here;
	}
	out->registered = true;
	g_hash_table_iter_init(&each, w->bounds);
	while (g_hash_table_iter_next(&each, &at, NULL)) {
		const struct bound *b = at;

		if (w->away[b->mobile] && !(b->there && in6_equal(&b->care_of_address, &w->care_of_address[b->mobile])))
			out->registered = false;
	}
	out->signals = w->signals;
	out->signal_octets = w->signal_octets;
}

void outcome_find(const struct scenario *s, uint64_t seed, uint32_t replication, bool until_end, struct outcome *out)
{
	mip_time judgement = outcome_judgement(s);
	struct watch w = { .s = s };
	struct observer observer = { .observe = on_observation, .context = &w, .wants_messages = true };
	struct world_movement_observer movement = { .link_down = on_left, .link_up = on_arrived, .context = &w };
	struct world *world;

	mip_assert(judgement != MIP_NEVER);
	w.session = session_new(s);
	w.care_of_address = g_new0(struct in6, s->node_count);
	w.away = g_new0(bool, s->node_count);
	w.bounds = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (int f = 0; f < s->flow_count; f++) {
		add_bound(&w, s->flows[f].from, s->flows[f].to);
		add_bound(&w, s->flows[f].to, s->flows[f].from);
	}
	world = world_new(s, &(struct world_conf){ .seed = seed, .replication = replication, .observer = &observer, .movement = &movement });
	w.world = world;
	world_run(world, judgement);
	judge(&w, out);
	if (until_end)
		world_run(world, s->duration);
	out->recovery = 0;
	for (int f = 0; w.moved && f < s->flow_count; f++)
		out->recovery = mip_time_max(out->recovery, session_recovery(w.session, f));
	world_free(world);
	g_free(w.care_of_address);
	g_free(w.away);
	session_free(w.session);
	g_hash_table_destroy(w.bounds);
}
