// SPDX-License-Identifier: GPL-3.0-or-later
/* See layout.h. A breadth-first tree, leaves counted inwards, sectors given outwards; no recursion, for networks may be long
 * chains. */
#include "sim/cli/layout.h"

#include <math.h>

#define RING 190.0 /* between rings, at least */
#define SPACING 120.0 /* between neighbours on a ring, about */

struct graph {
	struct arc {
		int to, via, next;
	} * arcs;
	int *first, *last;
	int count;
};

/* At the end of the list, so that the order of the file is kept. */
static void add_arc(struct graph *g, int from, int to, int via)
{
	g->arcs[g->count] = (struct arc){ to, via, -1 };
	*(g->first[from] < 0 ? &g->first[from] : &g->arcs[g->last[from]].next) = g->count;
	g->last[from] = g->count++;
}

static void join(struct graph *g, int a, int b, int via)
{
	add_arc(g, a, b, via);
	add_arc(g, b, a, via);
}

int *layout_first_cells(const struct scenario *s)
{
	int *cells = g_new(int, s->node_count + 1);
	bool *moved = g_new0(bool, s->node_count + 1);

	for (int i = 0; i < s->node_count; i++)
		cells[i] = s->nodes[i].home_cell;
	for (int i = 0; i < s->move_count && s->moves[i].at == 0; i++) {
		if (!moved[s->moves[i].node])
			cells[s->moves[i].node] = s->moves[i].cell;
		moved[s->moves[i].node] = true;
	}
	g_free(moved);
	return cells;
}

static void make_graph(struct graph *g, const struct layout *l)
{
	const struct scenario *s = l->s;
	int arcs = 2 * (s->cell_count + s->node_count), *cells = layout_first_cells(s);

	for (int i = 0; i < s->link_count; i++)
		arcs += 2 * s->links[i].member_count;
	g->arcs = g_new(struct arc, arcs + 1);
	g->first = g_new(int, l->count + 1);
	g->last = g_new(int, l->count + 1);
	g->count = 0;
	for (int i = 0; i < l->count; i++)
		g->first[i] = g->last[i] = -1;
	for (int i = 0; i < s->link_count; i++) {
		const struct scenario_link *link = &s->links[i];

		if (link->member_count == 2)
			join(g, link->members[0], link->members[1], i);
		else
			for (int k = 0; k < link->member_count; k++)
				join(g, link->members[k], layout_link_point(l, i), i);
	}
	for (int i = 0; i < s->cell_count; i++)
		join(g, s->cells[i].router, layout_cell_point(l, i), -1);
	for (int i = 0; i < s->node_count; i++) {
		if (cells[i] >= 0)
			join(g, i, layout_cell_point(l, cells[i]), -1);
	}
	g_free(cells);
}

/* The router on most links; ties go to the first in the file. */
static int find_middle(const struct layout *l, const struct graph *g)
{
	int best = 0, most = -1;

	for (int i = 0; i < l->s->node_count; i++) {
		enum node_type type = l->s->nodes[i].type;
		int degree = type == NODE_ROUTER ? 2 : type == NODE_HOST || type == NODE_MOBILE ? 0 : 1;

		for (int a = g->first[i]; a >= 0; a = g->arcs[a].next)
			degree += 4;
		if (degree > most) {
			most = degree;
			best = i;
		}
	}
	return best;
}

static void grow(struct layout *l, const struct graph *g, int root, bool *seen)
{
	int next = l->order_count;

	seen[root] = true;
	l->points[root].parent = -1;
	l->order[l->order_count++] = root;
	for (; next < l->order_count; next++) {
		int at = l->order[next], *tail = &l->points[at].first_child;

		for (int a = g->first[at]; a >= 0; a = g->arcs[a].next) {
			struct layout_point *p = &l->points[g->arcs[a].to];

			if (seen[g->arcs[a].to])
				continue;
			seen[g->arcs[a].to] = true;
			p->parent = at;
			p->via = g->arcs[a].via;
			p->depth = l->points[at].depth + 1;
			*tail = g->arcs[a].to;
			tail = &p->next;
			l->order[l->order_count++] = g->arcs[a].to;
		}
	}
}

/* A mobile node stands in its cell, not on the ring beyond. */
static bool in_cell(const struct layout *l, const struct layout_point *p)
{
	return p->kind == LAYOUT_NODE && p->parent >= 0 && l->points[p->parent].kind == LAYOUT_CELL &&
	       l->s->nodes[p->index].type == NODE_MOBILE;
}

/* One in the middle, more in a spiral of even density. */
static void fill_cell(struct layout *l, const struct layout_point *cell)
{
	int count = 0, k = 0;

	for (int c = cell->first_child; c >= 0; c = l->points[c].next)
		count += in_cell(l, &l->points[c]);
	for (int c = cell->first_child; c >= 0; c = l->points[c].next) {
		struct layout_point *p = &l->points[c];
		double r = count == 1 ? 0 : LAYOUT_CELL_RADIUS * 0.7 * sqrt((k + 0.5) / count);

		if (!in_cell(l, p))
			continue;
		p->crowd = count;
		p->x = cell->x + r * cos(k * 2.4);
		p->y = cell->y + r * sin(k * 2.4);
		k++;
	}
}

static void place(struct layout *l, int leaves, int deepest)
{
	double *start = g_new0(double, l->count + 1), ring, next_root = -G_PI, offset;
	int roots = 0;

	for (int i = 0; i < l->order_count; i++)
		roots += l->points[l->order[i]].parent < 0;
	/* More than one island: their middles go on a ring of their own. */
	offset = roots > 1 ? 1 : 0;
	ring = MAX(RING, SPACING * leaves / (2 * G_PI * MAX(deepest + offset, 1)));
	l->radius = ring * (deepest + offset);
	for (int i = 0; i < l->order_count; i++) {
		struct layout_point *p = &l->points[l->order[i]];
		double span = 2 * G_PI * p->leaves / leaves, r = ring * (p->depth + offset), child;

		if (p->parent < 0) {
			start[l->order[i]] = next_root;
			next_root += span;
		}
		if (in_cell(l, p))
			continue; /* placed by its cell */
		p->angle = start[l->order[i]] + span / 2;
		p->x = r * cos(p->angle);
		p->y = r * sin(p->angle);
		if (p->kind == LAYOUT_CELL && p->parent >= 0)
			fill_cell(l, p);
		child = start[l->order[i]];
		for (int c = p->first_child; c >= 0; c = l->points[c].next) {
			start[c] = child;
			child += 2 * G_PI * l->points[c].leaves / leaves;
		}
	}
	g_free(start);
}

void layout_init(struct layout *l, const struct scenario *s)
{
	int leaves = 0, deepest = 0;
	struct graph g;
	bool *seen;

	*l = (struct layout){ .s = s, .count = s->node_count + s->link_count + s->cell_count };
	l->points = g_new0(struct layout_point, l->count + 1);
	l->order = g_new0(int, l->count + 1);
	seen = g_new0(bool, l->count + 1);
	for (int i = 0; i < l->count; i++) {
		struct layout_point *p = &l->points[i];

		p->kind = i < s->node_count ? LAYOUT_NODE : i < s->node_count + s->link_count ? LAYOUT_LINK : LAYOUT_CELL;
		p->index = i - (p->kind == LAYOUT_NODE   ? 0
		                : p->kind == LAYOUT_LINK ? s->node_count
		                                         : s->node_count + s->link_count);
		p->parent = p->via = p->first_child = p->next = -1;
	}
	make_graph(&g, l);
	grow(l, &g, find_middle(l, &g), seen);
	for (int i = 0; i < s->node_count; i++) {
		if (!seen[i])
			grow(l, &g, i, seen);
	}
	for (int i = l->order_count - 1; i >= 0; i--) {
		struct layout_point *p = &l->points[l->order[i]];

		if (in_cell(l, p))
			continue;
		p->leaves = MAX(p->leaves, 1);
		deepest = MAX(deepest, p->depth);
		if (p->parent >= 0)
			l->points[p->parent].leaves += p->leaves;
		else
			leaves += p->leaves;
	}
	place(l, leaves, deepest);
	g_free(seen);
	g_free(g.arcs);
	g_free(g.first);
	g_free(g.last);
}

void layout_fini(struct layout *l)
{
	g_free(l->points);
	g_free(l->order);
}
