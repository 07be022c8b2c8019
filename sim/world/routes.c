// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Shortest paths into routing tables. Vertices are nodes and segments; only forwarding nodes and segments carry transit. Trees
 * hanging off the network are peeled first: a peeled node gets a default route towards the rest, the rest learns what lies
 * behind it; so trees (access networks, chains) cost linear time and a stub router one default route. Dijkstra runs from each
 * node of the core that remains. Ties fall to the vertex that is lower in number, so routes depend on the scenario alone.
 */
#include "models/ip4/ip4.h"
#include "sim/world/world_int.h"

struct edge {
	uint32_t to;
	int32_t next;            /* in the list of the vertex it leaves, -1 ends; edges come in pairs: the reverse of i is i ^ 1 */
	int64_t cost;
	uint16_t interface;      /* of the node it leaves */
	uint16_t to_interface;   /* of the node it reaches */
	uint32_t prefix;         /* number of the wire's or segment's prefix */
};

/* A prefix that lies at or behind a vertex. */
struct behind {
	uint32_t prefix;
	int32_t via;             /* edge of the vertex towards it; -1: its own */
	int32_t second;          /* where via leads to a segment: the edge the segment continues by, -1: none */
	int32_t next;
};

struct vertex {
	int32_t edges;           /* first, -1 none */
	uint32_t degree;
	int32_t behind, behind_last;
	int32_t parent;          /* edge towards the rest once peeled, -1 */
	bool peeled;
};

struct graph {
	struct world *w;
	struct vertex *vertices;
	uint32_t count;          /* nodes, then segments */
	GArray *edges, *items;
	uint32_t *stamps;        /* by prefix: 1 + the node that has a route to it already */
};

/* What Dijkstra finds out about a core vertex. */
struct path {
	int64_t cost;            /* -1: not reached */
	int32_t first, second;   /* first edge; where it leads to a segment, the one after it */
	bool settled;
};

static struct edge *edge_at(const struct graph *g, int32_t i)
{
	return &g_array_index(g->edges, struct edge, i);
}

static struct behind *item_at(const struct graph *g, int32_t i)
{
	return &g_array_index(g->items, struct behind, i);
}

static bool is_segment(const struct graph *g, uint32_t vertex)
{
	return vertex >= g->w->node_count;
}

static bool carries_transit(const struct graph *g, uint32_t vertex)
{
	return is_segment(g, vertex) || g->w->nodes[vertex].forwarding;
}

static const struct in6 *prefix_of(const struct world *w, uint32_t prefix)
{
	if (prefix < w->wires->len)
		return &((const struct wire *)g_ptr_array_index(w->wires, prefix))->prefix;
	return &((const struct segment *)g_ptr_array_index(w->segments, prefix - w->wires->len))->prefix;
}

/* What else leads there; NULL: nothing. */
static const struct in6 *other_prefix_of(const struct world *w, uint32_t prefix)
{
	const struct segment *s = prefix < w->wires->len ? NULL : g_ptr_array_index(w->segments, prefix - w->wires->len);

	return s && !in6_is_unspecified(&s->other_prefix) ? &s->other_prefix : NULL;
}

/* ---- the graph ----------------------------------------------------------------------------------------------------------- */

static void add_edge(struct graph *g, uint32_t from, struct edge e)
{
	struct vertex *v = &g->vertices[from];

	e.next = v->edges;
	v->edges = (int32_t)g->edges->len;
	v->degree++;
	g_array_append_val(g->edges, e);
}

static void add_item(struct graph *g, uint32_t vertex, uint32_t prefix, int32_t via, int32_t second)
{
	struct vertex *v = &g->vertices[vertex];
	struct behind item = { prefix, via, second, -1 };
	int32_t index = (int32_t)g->items->len;

	g_array_append_val(g->items, item);
	if (v->behind < 0)
		v->behind = index;
	else
		item_at(g, v->behind_last)->next = index;
	v->behind_last = index;
}

static void build(struct graph *g)
{
	struct world *w = g->w;

	for (uint32_t i = 0; i < g->count; i++)
		g->vertices[i] = (struct vertex){ .edges = -1, .behind = -1, .behind_last = -1, .parent = -1 };
	for (unsigned i = 0; i < w->wires->len; i++) {
		const struct wire *e = g_ptr_array_index(w->wires, i);

		for (int k = 0; k < 2; k++) {
			add_edge(g, e->nodes[k], (struct edge){ e->nodes[!k], -1, e->cost, e->interfaces[k], e->interfaces[!k], i });
			add_item(g, e->nodes[k], i, -1, -1);
		}
	}
	for (unsigned i = 0; i < w->segments->len; i++) {
		const struct segment *s = g_ptr_array_index(w->segments, i);
		uint32_t v = w->node_count + i, prefix = w->wires->len + i;

		add_item(g, v, prefix, -1, -1);
		/* A cost counts once per crossing: on the way in. */
		for (const struct station *t = s->first; t; t = t->next) {
			add_edge(g, t->node, (struct edge){ v, -1, s->cost, t->interface, 0, prefix });
			add_edge(g, v, (struct edge){ t->node, -1, 0, 0, t->interface, prefix });
			add_item(g, t->node, prefix, -1, -1);
		}
	}
}

/* Takes leaves off until none is left, and tells each one's neighbour what lies behind it. */
static void peel(struct graph *g)
{
	GArray *queue = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (uint32_t v = 0; v < g->count; v++)
		if (g->vertices[v].degree == 1)
			g_array_append_val(queue, v);
	for (unsigned i = 0; i < queue->len; i++) {
		uint32_t v = g_array_index(queue, uint32_t, i), p;
		struct vertex *leaf = &g->vertices[v];
		int32_t up = leaf->edges;

		if (leaf->degree != 1)
			continue; /* the last of its tree: nothing left to be peeled from */
		while (g->vertices[edge_at(g, up)->to].peeled)
			up = edge_at(g, up)->next;
		p = edge_at(g, up)->to;
		leaf->peeled = true;
		leaf->parent = up;
		leaf->degree = 0;
		for (int32_t k = leaf->behind; k >= 0; k = item_at(g, k)->next) {
			struct behind item = *item_at(g, k);

			if (item.via < 0 || carries_transit(g, v))
				add_item(g, p, item.prefix, up ^ 1, is_segment(g, v) ? item.via : -1);
		}
		if (--g->vertices[p].degree == 1)
			g_array_append_val(queue, p);
	}
	g_array_free(queue, TRUE);
}

/* ---- routes of one node ---------------------------------------------------------------------------------------------------- */

static void put_route(struct graph *g, uint32_t u, int32_t first, int32_t second, const struct in6 *prefix, unsigned length)
{
	const struct edge *e = edge_at(g, first);
	struct node *n = g->w->nodes[u].node;
	struct interface *i = ip6_interface(n, e->interface);

	if (g->w->ipv4) {
		const struct edge *onward = is_segment(g, e->to) ? edge_at(g, second) : NULL;

		ip4_add_route(n, length ? in4_of_in6(prefix) : 0, length ? 32 - g->w->host_bits : 0, e->interface,
		              onward ? ip4_interface(g->w->nodes[onward->to].node, onward->to_interface)->address : 0);
	} else if (is_segment(g, e->to)) {
		const struct edge *onward = edge_at(g, second);
		struct mac mac = world_mac(onward->to, onward->to_interface);
		struct in6 next_hop = in6_link_local_of(&mac);

		ip6_add_route(n, prefix, length, i, &next_hop);
	} else {
		ip6_add_route(n, prefix, length, i, NULL);
	}
}

/* Unless it has one already. */
static void route_once(struct graph *g, uint32_t u, int32_t first, int32_t second, uint32_t prefix)
{
	if (g->stamps[prefix] == u + 1)
		return;
	g->stamps[prefix] = u + 1;
	put_route(g, u, first, second, prefix_of(g->w, prefix), 64);
	if (other_prefix_of(g->w, prefix))
		put_route(g, u, first, second, other_prefix_of(g->w, prefix), 64);
}

static void route_own_and_behind(struct graph *g, uint32_t u)
{
	const struct vertex *v = &g->vertices[u];
	struct node *n = g->w->nodes[u].node;

	for (int32_t k = v->edges; k >= 0; k = edge_at(g, k)->next) {
		const struct edge *e = edge_at(g, k);

		g->stamps[e->prefix] = u + 1;
		/* In an IPv4 world it came with the address. */
		if (!g->w->ipv4)
			ip6_add_route(n, prefix_of(g->w, e->prefix), 64, ip6_interface(n, e->interface), NULL);
	}
	for (int32_t k = v->behind; k >= 0; k = item_at(g, k)->next)
		if (item_at(g, k)->via >= 0)
			route_once(g, u, item_at(g, k)->via, item_at(g, k)->second, item_at(g, k)->prefix);
}

struct heap_entry {
	int64_t cost;
	uint32_t vertex;
};

static bool nearer(struct heap_entry a, struct heap_entry b)
{
	return a.cost != b.cost ? a.cost < b.cost : a.vertex < b.vertex;
}

static void heap_push(GArray *h, struct heap_entry e)
{
	guint i = h->len;
	struct heap_entry *a;

	g_array_append_val(h, e);
	a = (struct heap_entry *)(void *)h->data;
	for (; i && nearer(e, a[(i - 1) / 2]); i = (i - 1) / 2)
		a[i] = a[(i - 1) / 2];
	a[i] = e;
}

static struct heap_entry heap_pop(GArray *h)
{
	struct heap_entry *a = (struct heap_entry *)(void *)h->data, top = a[0], last = a[h->len - 1];
	guint n = h->len - 1, i = 0;

	g_array_set_size(h, n);
	for (guint child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && nearer(a[child + 1], a[child]))
			child++;
		if (!nearer(a[child], last))
			break;
		a[i] = a[child];
	}
	if (n)
		a[i] = last;
	return top;
}

/* Shortest paths from `start` over the core, and from them u's routes to everything at or behind it. When u is peeled and hangs
 * on the core segment `start`, `entry` is its edge to it; otherwise start is u and entry -1. */
static void route_core(struct graph *g, uint32_t u, uint32_t start, int32_t entry, struct path *paths, GArray *heap)
{
	for (uint32_t i = 0; i < g->count; i++)
		paths[i] = (struct path){ -1, -1, -1, false };
	paths[start] = (struct path){ 0, entry, -1, false };
	g_array_set_size(heap, 0);
	heap_push(heap, (struct heap_entry){ 0, start });
	while (heap->len) {
		uint32_t at = heap_pop(heap).vertex;
		struct path *here = &paths[at];
		bool direct = here->first >= 0 && is_segment(g, at) && edge_at(g, here->first)->to == at;

		if (here->settled)
			continue;
		here->settled = true;
		if (at != u && here->first >= 0)
			for (int32_t k = g->vertices[at].behind; k >= 0; k = item_at(g, k)->next) {
				const struct behind *item = item_at(g, k);
				int32_t second = direct ? item->via : here->second;

				if ((item->via < 0 || carries_transit(g, at)) && !(direct && second < 0))
					route_once(g, u, here->first, second, item->prefix);
			}
		if (at != start && !carries_transit(g, at))
			continue;
		for (int32_t k = g->vertices[at].edges; k >= 0; k = edge_at(g, k)->next) {
			const struct edge *e = edge_at(g, k);
			struct path *there = &paths[e->to];
			int64_t cost = here->cost + e->cost;

			if (g->vertices[e->to].peeled || there->settled || (there->cost >= 0 && there->cost <= cost))
				continue;
			*there = (struct path){ cost, here->first >= 0 ? here->first : k, direct ? k : here->second, false };
			heap_push(heap, (struct heap_entry){ cost, e->to });
		}
	}
}

void world_compute_routes(struct world *w)
{
	struct graph g = { .w = w, .count = w->node_count + w->segments->len };
	struct path *paths = g_new(struct path, g.count);
	GArray *heap = g_array_new(FALSE, FALSE, sizeof(struct heap_entry));

	g.vertices = g_new(struct vertex, g.count);
	g.edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
	g.items = g_array_new(FALSE, FALSE, sizeof(struct behind));
	g.stamps = g_new0(uint32_t, w->wires->len + w->segments->len + 1u);
	build(&g);
	peel(&g);
	for (uint32_t u = 0; u < w->node_count; u++) {
		const struct vertex *v = &g.vertices[u];

		if (v->edges < 0)
			continue;
		route_own_and_behind(&g, u);
		if (v->peeled) {
			const struct edge *up = edge_at(&g, v->parent);
			const struct vertex *parent = &g.vertices[up->to];

			if (!is_segment(&g, up->to)) {
				put_route(&g, u, v->parent, -1, &in6_unspecified, 0);
				continue;
			}
			for (int32_t k = parent->behind; k >= 0; k = item_at(&g, k)->next)
				if (item_at(&g, k)->via >= 0)
					route_once(&g, u, v->parent, item_at(&g, k)->via, item_at(&g, k)->prefix);
			if (parent->peeled)
				put_route(&g, u, v->parent, parent->parent, &in6_unspecified, 0);
			else if (parent->degree)
				route_core(&g, u, up->to, v->parent, paths, heap);
		} else if (v->degree) {
			route_core(&g, u, u, -1, paths, heap);
		}
	}
	g_array_free(heap, TRUE);
	g_array_free(g.edges, TRUE);
	g_array_free(g.items, TRUE);
	g_free(g.stamps);
	g_free(g.vertices);
	g_free(paths);
}
