// SPDX-License-Identifier: GPL-3.0-or-later
/* Movement: one timer walks the scenario's moves; a move is up to three steps: hint, link down, link up. With an overlap of links it is the
 * other radio that comes up, first, and takes over when the link in use goes. */
#include "sim/world/world_int.h"

enum step_kind { STEP_GOING_DOWN, STEP_DOWN, STEP_UP, STEP_SECOND_UP, STEP_TAKE_OVER };

struct step {
	mip_time at;
	uint32_t order;              /* in the scenario: breaks ties */
	uint32_t node;
	int cell;                    /* UP: where to; DOWN: where to in the end; -1: nowhere */
	enum step_kind kind;
};

struct movement {
	struct sim_timer timer;
	struct world *world;
	GArray *steps;
	guint next;
	bool started;
	int *cell_of;                /* by node; -1 detached */
	uint8_t *radio;              /* by node: in use */
};

static int compare_steps(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static struct segment *cell_segment(const struct world *w, int cell)
{
	return g_ptr_array_index(w->segments, w->shared_link_count + cell);
}

static void take(struct movement *m, const struct step *s, mip_time now)
{
	struct world *w = m->world;
	const struct world_movement_observer *o = w->conf.movement;
	int here = m->cell_of[s->node];
	unsigned radio = m->radio[s->node];

	switch (s->kind) {
	case STEP_GOING_DOWN:
		if (here >= 0 && world_does_fast(&w->scenario->nodes[s->node]) &&
		    w->scenario->nodes[s->node].protocol.handover_initiation == INITIATED_BY_NETWORK)
			world_station_leaving(w, s->node, radio, now, cell_segment(w, here), cell_segment(w, s->cell >= 0 ? s->cell : here));
		else if (here >= 0)
			world_signal_from(w, s->node, radio, now, LINK_GOING_DOWN, cell_segment(w, s->cell >= 0 ? s->cell : here));
		break;
	case STEP_DOWN:
		if (here < 0)
			break;
		if (o)
			o->link_down(o->context, now, s->node, here, s->cell);
		m->cell_of[s->node] = -1;
		world_detach(w, s->node, radio, now);
		break;
	case STEP_UP:
		mip_assert(here < 0);
		m->cell_of[s->node] = s->cell;
		if (o)
			o->link_up(o->context, now, s->node, s->cell);
		world_attach(w, s->node, radio, cell_segment(w, s->cell), now);
		break;
	case STEP_SECOND_UP:
		world_attach(w, s->node, !radio, cell_segment(w, s->cell), now);
		break;
	case STEP_TAKE_OVER:
		/* The movement is here: link down and link up at one instant. */
		if (o) {
			o->link_down(o->context, now, s->node, here, s->cell);
			o->link_up(o->context, now, s->node, s->cell);
		}
		m->cell_of[s->node] = s->cell;
		m->radio[s->node] = !radio;
		world_detach(w, s->node, radio, now);
		break;
	}
}

static void walk(struct sim *sim, struct sim_timer *t, mip_time now)
{
	struct movement *m = mip_container_of(t, struct movement, timer);

	if (!m->started)
		world_bring_up(m->world, now);
	m->started = true;
	while (m->next < m->steps->len && g_array_index(m->steps, struct step, m->next).at <= now)
		take(m, &g_array_index(m->steps, struct step, m->next++), now);
	if (m->next < m->steps->len)
		sim_arm(sim, t, g_array_index(m->steps, struct step, m->next).at);
}

static void add(struct movement *m, mip_time at, uint32_t node, int cell, enum step_kind kind)
{
	struct step s = { at, m->steps->len, node, cell, kind };

	g_array_append_val(m->steps, s);
}

/* A cell that is neither of the two, so far as there is one. */
static int another_cell(const struct world *w, struct random_stream *s, int here, int there)
{
	int count = w->scenario->cell_count, others = count - (here >= 0) - (there >= 0 && there != here);
	int64_t left;

	if (others < 1)
		return there;
	left = random_between(&w->env.random_key, s, 0, others - 1);
	for (int c = 0; c < count; c++)
		if (c != here && c != there && !left--)
			return c;
	return there;
}

/* What the link layer says of a movement beforehand, and how wrong it is. Four draws a movement, whatever comes of them, so that one
 * probability changes nothing else. since: the node is in the cell `here` from then on. */
static void predict(struct movement *m, const struct scenario_move *v, int number, int here, mip_time since)
{
	const struct world *w = m->world;
	const struct protocol_conf *p = &w->scenario->nodes[v->node].protocol;
	struct random_stream s = { random_stream_id(w->nodes[v->node].node->name_id, RANDOM_PREDICTION), 0 };
	const struct random_key *key = &w->env.random_key;
	uint64_t first = 4 * (uint64_t)number;
	mip_time at = mip_time_max(v->at - v->lead, 0);
	int cell = v->cell;

	if (random_chance_at(key, &s, first, p->prediction_false_q32) && at > since) {
		s.drawn = first + 1;
		add(m, random_between(key, &s, since, at - 1), (uint32_t)v->node, another_cell(w, &s, here, -1), STEP_GOING_DOWN);
	}
	if (random_chance_at(key, &s, first + 2, p->prediction_missed_q32))
		return;
	if (random_chance_at(key, &s, first + 3, p->prediction_wrong_q32)) {
		s.drawn = first + 1;
		cell = another_cell(w, &s, here, v->cell);
	}
	add(m, at, (uint32_t)v->node, cell, STEP_GOING_DOWN);
}

void movement_start(struct world *w)
{
	const struct scenario *s = w->scenario;
	struct movement *m = g_new0(struct movement, 1);
	bool *placed = g_new0(bool, w->node_count);
	mip_time *since = g_new0(mip_time, w->node_count);
	GArray *drawn = scenario_moves(s, w->conf.seed, w->conf.replication);
	int *cell = g_new(int, w->node_count), *moves = g_new0(int, w->node_count);

	w->movement = m;
	m->world = w;
	m->steps = g_array_new(FALSE, FALSE, sizeof(struct step));
	m->cell_of = g_new(int, w->node_count);
	m->radio = g_new0(uint8_t, w->node_count);
	for (uint32_t i = 0; i < w->node_count; i++)
		m->cell_of[i] = -1;
	for (uint32_t i = 0; i < w->node_count; i++)
		cell[i] = s->nodes[i].home_cell;
	for (guint i = 0; i < drawn->len; i++) {
		const struct scenario_move *v = &g_array_index(drawn, struct scenario_move, i);
		uint32_t node = (uint32_t)v->node;

		/* A first entry at 0 s is where the node is from the beginning. */
		if (!placed[node] && !v->at) {
			placed[node] = true;
			cell[node] = v->cell;
			if (v->cell >= 0)
				add(m, 0, node, v->cell, STEP_UP);
			continue;
		}
		if (!placed[node])
			add(m, 0, node, s->nodes[node].home_cell, STEP_UP);
		placed[node] = true;
		if (v->lead >= 0)
			predict(m, v, moves[node]++, cell[node], since[node]);
		if (v->overlap >= 0) {
			add(m, v->at - v->overlap, node, v->cell, STEP_SECOND_UP);
			add(m, v->at, node, v->cell, STEP_TAKE_OVER);
		} else {
			add(m, v->at, node, v->cell, STEP_DOWN);
		}
		if (v->cell >= 0 && v->overlap < 0)
			add(m, mip_time_add(v->at, v->down), node, v->cell, STEP_UP);
		cell[node] = v->cell;
		since[node] = mip_time_add(v->at, v->down);
	}
	/* Until it moves a mobile node sits at home. */
	for (uint32_t i = 0; i < w->node_count; i++)
		if (s->nodes[i].type == NODE_MOBILE && !placed[i])
			add(m, 0, i, s->nodes[i].home_cell, STEP_UP);
	w->moves = drawn;
	g_free(placed);
	g_free(since);
	g_free(cell);
	g_free(moves);
	g_array_sort(m->steps, compare_steps);
	sim_timer_init(&m->timer, walk);
	sim_arm(w->sim, &m->timer, 0);
}

void movement_free(struct world *w)
{
	if (!w->movement)
		return;
	g_array_free(w->moves, TRUE);
	g_array_free(w->movement->steps, TRUE);
	g_free(w->movement->cell_of);
	g_free(w->movement->radio);
	g_free(w->movement);
}
