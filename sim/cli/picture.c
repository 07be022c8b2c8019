// SPDX-License-Identifier: GPL-3.0-or-later
/* A laid-out network as SVG and as a tree of text. Colours are of the Okabe-Ito palette; shapes tell the types without them. */
#include <math.h>

#include "sim/cli/layout.h"
#include "sim/scenario/value.h"

#define MARGIN 110.0
#define NAMES_IN_CELL 6 /* of mobile nodes; more would hide each other */
#define CELL_RADIUS LAYOUT_CELL_RADIUS
#define ARROWS_MAXIMUM 60 /* beyond, the picture would be black */
#define TEXT_DEPTH 30 /* of the tree; longer chains are cut */

static const struct look {
	const char *type, *colour;
} looks[] = {
	[NODE_HOST] = { "host", "#0072B2" },
	[NODE_ROUTER] = { "router", "#7F7F7F" },
	[NODE_ACCESS_ROUTER] = { "access-router", "#E69F00" },
	[NODE_HOME_AGENT] = { "home-agent", "#009E73" },
	[NODE_MOBILE] = { "mobile-node", "#D55E00" },
	[NODE_ANCHOR_POINT] = { "anchor-point", "#CC79A7" },
	[NODE_ATTACKER] = { "attacker", "#000000" },
};

/* "25ms 1Gbps", and loss where there is any. */
static void channel_text(const struct channel_conf *c, GString *out)
{
	static const struct {
		const char *name;
		int64_t factor;
	} units[] = { { "Gbps", 1000000000 }, { "Mbps", 1000000 }, { "kbps", 1000 }, { "bps", 1 } };
	char delay[40];
	int u = 0;

	g_string_append(out, value_duration_text(c->delay, delay));
	if (c->rate_bps) {
		while (units[u].factor > 1 && c->rate_bps % (units[u].factor / 10))
			u++;
		while (units[u].factor > 1 && c->rate_bps < units[u].factor)
			u++;
		g_string_append_printf(out, " %" G_GINT64_FORMAT, c->rate_bps / units[u].factor);
		if (c->rate_bps % units[u].factor)
			g_string_append_printf(out, ".%d", (int)(c->rate_bps % units[u].factor / (units[u].factor / 10)));
		g_string_append(out, units[u].name);
	}
	if (c->loss_q32)
		g_string_append_printf(out, " loss %.3g%%", c->loss_q32 / 42949672.96);
}

struct box {
	double left, right, top, bottom;
};

static void stretch(struct box *b, double x, double y)
{
	b->left = MIN(b->left, x);
	b->right = MAX(b->right, x);
	b->top = MIN(b->top, y);
	b->bottom = MAX(b->bottom, y);
}

/* ---- SVG ---------------------------------------------------------------------------------------------------------- */

static void label(GString *out, double x, double y, const char *class, const char *text)
{
	char *escaped = g_markup_escape_text(text, -1);

	g_string_append_printf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, escaped);
	g_free(escaped);
}

static void shape(GString *out, enum node_type type, double x, double y)
{
	const char *colour = looks[type].colour;

	switch (type) {
	case NODE_HOST:
		g_string_append_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"30\" height=\"22\" rx=\"2\" fill=\"%s\"/>\n",
		                       x - 15, y - 11, colour);
		break;
	case NODE_ACCESS_ROUTER:
		g_string_append_printf(out, "<path d=\"M%.1f %.1fl17 29h-34z\" fill=\"%s\"/>\n", x, y - 17, colour);
		break;
	case NODE_HOME_AGENT:
		g_string_append_printf(out, "<path d=\"M%.1f %.1fl18 15v15h-36v-15z\" fill=\"%s\"/>\n", x, y - 18, colour);
		break;
	case NODE_MOBILE:
		g_string_append_printf(out, "<path d=\"M%.1f %.1fl14 14l-14 14l-14 -14z\" fill=\"%s\"/>\n", x, y - 14, colour);
		break;
	default:
		g_string_append_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"15\" fill=\"%s\"/>\n", x, y, colour);
	}
}

static void line(GString *out, const char *class, const struct layout_point *a, const struct layout_point *b, const char *text)
{
	g_string_append_printf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", a->x, a->y, b->x,
	                       b->y, class);
	if (*text)
		label(out, (a->x + b->x) / 2, (a->y + b->y) / 2 - 4, "value", text);
}

static void svg_links(const struct layout *l, GString *out)
{
	const struct scenario *s = l->s;
	GString *text = g_string_new(NULL);

	for (int i = 0; i < s->link_count; i++) {
		const struct scenario_link *link = &s->links[i];
		const struct layout_point *hub = &l->points[layout_link_point(l, i)];

		g_string_truncate(text, 0);
		channel_text(&link->channel, text);
		if (link->member_count == 2) {
			line(out, "link", &l->points[link->members[0]], &l->points[link->members[1]], text->str);
			continue;
		}
		for (int k = 0; k < link->member_count; k++)
			line(out, "link", &l->points[link->members[k]], hub, "");
		g_string_append_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"60\" height=\"6\" rx=\"3\" fill=\"#444\"/>\n",
		                       hub->x - 30, hub->y - 3);
		label(out, hub->x, hub->y - 8, "value", text->str);
		label(out, hub->x, hub->y + 18, "value", link->name);
	}
	for (int i = 0; i < s->cell_count; i++) {
		const struct layout_point *p = &l->points[layout_cell_point(l, i)];

		line(out, "air", &l->points[s->cells[i].router], p, "");
		if (s->cells[i].also >= 0)
			line(out, "air", &l->points[s->cells[i].also], p, "");
		g_string_append_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.0f\" class=\"cell\"/>\n", p->x, p->y,
		                       CELL_RADIUS);
		g_string_assign(text, s->cells[i].name);
		label(out, p->x, p->y + CELL_RADIUS + 14, "name", text->str);
		g_string_truncate(text, 0);
		channel_text(&s->cells[i].channel, text);
		label(out, p->x, p->y + CELL_RADIUS + 27, "value", text->str);
	}
	g_string_free(text, TRUE);
}

/* Movements of one node from one cell to another are one arrow with all their numbers. */
struct arrow {
	int node, from, to, count;
	GString *text;
};

static void draw_arrow(const struct layout *l, const struct arrow *a, struct box *box, GString *out)
{
	const struct layout_point *from = &l->points[layout_cell_point(l, a->from)],
	                          *to = &l->points[layout_cell_point(l, a->to)];
	double dx = to->x - from->x, dy = to->y - from->y, length = MAX(hypot(dx, dy), 1), ux = dx / length, uy = dy / length;
	/* Bent away from the middle, one direction more than the other, so that the way back is another curve. */
	double outwards = (from->x + to->x) * -uy + (from->y + to->y) * ux < 0 ? -1 : 1,
	       bend = outwards * length * (a->from < a->to ? 0.22 : 0.4);
	double mx = (from->x + to->x) / 2 - uy * bend, my = (from->y + to->y) / 2 + ux * bend;
	double sx = mx - from->x, sy = my - from->y, ex = mx - to->x, ey = my - to->y, sl = MAX(hypot(sx, sy), 1),
	       el = MAX(hypot(ex, ey), 1);
	double trim = CELL_RADIUS + 3;

	if (a->from == a->to) {
		label(out, from->x, from->y - CELL_RADIUS - 6, "move", a->text->str);
		return;
	}
	stretch(box, (from->x + to->x) / 4 + mx / 2, (from->y + to->y) / 4 + my / 2);
	g_string_append_printf(out, "<path d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\" class=\"arrow\" marker-end=\"url(#head)\"/>\n",
	                       from->x + sx / sl * trim, from->y + sy / sl * trim, mx, my, to->x + ex / el * trim,
	                       to->y + ey / el * trim);
	label(out, (from->x + to->x) / 4 + mx / 2, (from->y + to->y) / 4 + my / 2 - 4, "move", a->text->str);
}

static void svg_movement(const struct layout *l, struct box *box, GString *out)
{
	const struct scenario *s = l->s;
	int *cell = layout_first_cells(s), *number = g_new0(int, s->node_count + 1), mobile = 0;
	GArray *arrows = g_array_new(FALSE, FALSE, sizeof(struct arrow));
	GArray *moves = scenario_moves(s, s->seed, 0);
	char when[40];

	for (int i = 0; i < s->node_count; i++)
		mobile += s->nodes[i].type == NODE_MOBILE;
	for (guint i = 0; i < moves->len; i++) {
		const struct scenario_move *m = &g_array_index(moves, struct scenario_move, i);
		struct arrow *a = NULL;
		int from = cell[m->node];

		if (m->at == 0 && !number[m->node])
			continue;
		number[m->node]++;
		cell[m->node] = m->cell;
		if (from < 0 || m->cell < 0)
			continue;
		for (unsigned k = 0; k < arrows->len && !a; k++) {
			a = &g_array_index(arrows, struct arrow, k);
			if (a->node != m->node || a->from != from || a->to != m->cell)
				a = NULL;
		}
		if (!a) {
			struct arrow fresh = { m->node, from, m->cell, 0, NULL };

			if (arrows->len == ARROWS_MAXIMUM)
				continue;
			fresh.text = g_string_new(mobile > 1 ? s->nodes[m->node].name : NULL);
			g_array_append_val(arrows, fresh);
			a = &g_array_index(arrows, struct arrow, arrows->len - 1);
		}
		if (++a->count == 1)
			g_string_append_printf(a->text, "%s%d (%s)", a->text->len ? " " : "", number[m->node],
			                       value_duration_text(m->every ? m->at - m->at % MIP_MILLISECOND : m->at, when));
		else if (a->count <= 5)
			g_string_append_printf(a->text, ", %d", number[m->node]);
		else if (a->count == 6)
			g_string_append(a->text, ", ...");
	}
	for (unsigned k = 0; k < arrows->len; k++) {
		draw_arrow(l, &g_array_index(arrows, struct arrow, k), box, out);
		g_string_free(g_array_index(arrows, struct arrow, k).text, TRUE);
	}
	g_array_free(arrows, TRUE);
	g_array_free(moves, TRUE);
	g_free(cell);
	g_free(number);
}

void layout_svg(const struct layout *l, GString *out)
{
	static const char style[] =
	    "<style>text{font:12px sans-serif;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px}"
	    ".name{font-weight:bold}.value{font-size:10px;fill:#444}.move{font-size:11px;fill:#AA4E85;font-weight:bold}"
	    ".title{font-size:16px;text-anchor:start}.key{text-anchor:start}"
	    ".link{stroke:#444;stroke-width:1.5}.air{stroke:#56B4E9;stroke-width:1.2;stroke-dasharray:2 3}"
	    ".cell{fill:#56B4E9;fill-opacity:.08;stroke:#56B4E9;stroke-width:1.5;stroke-dasharray:6 4}"
	    ".arrow{fill:none;stroke:#CC79A7;stroke-width:2}</style>\n"
	    "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
	    "orient=\"auto\">"
	    "<path d=\"M0 0L10 5L0 10z\" fill=\"#CC79A7\"/></marker></defs>\n";
	const struct scenario *s = l->s;
	GString *body = g_string_new(NULL);
	struct box box = { 0, 0, 0, 0 };
	double width, height;
	unsigned used = 0;
	int row = 0;

	for (int i = 0; i < l->order_count; i++)
		stretch(&box, l->points[l->order[i]].x, l->points[l->order[i]].y);
	svg_links(l, body);
	for (int i = 0; i < s->node_count; i++) {
		const struct layout_point *p = &l->points[i];

		shape(body, s->nodes[i].type, p->x, p->y);
		if (p->crowd <= NAMES_IN_CELL)
			label(body, p->x, p->y + 30, "name", s->nodes[i].name);
		used |= 1u << s->nodes[i].type;
	}
	svg_movement(l, &box, body);
	box.left -= MARGIN;
	box.top -= MARGIN + 20;
	width = MAX(box.right + MARGIN - box.left, 680);
	height = box.bottom + MARGIN + 40 - box.top;
	g_string_append_printf(
	    out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"%.1f %.1f %.1f %.1f\">\n%s",
	    width, height, box.left, box.top, width, height, style);
	g_string_append_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#fff\"/>\n", box.left,
	                       box.top, width, height);
	g_string_append_len(out, body->str, (gssize)body->len);
	label(out, box.left + 14, box.top + 26, "title", *s->title ? s->title : s->name);
	for (int type = 0; type < NODE_TYPES; type++) {
		if (!(used & 1u << type))
			continue;
		shape(out, (enum node_type)type, box.left + 30 + 130 * row, box.top + height - 24);
		label(out, box.left + 54 + 130 * row++, box.top + height - 20, "key", looks[type].type);
	}
	g_string_append(out, "</svg>\n");
	g_string_free(body, TRUE);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static void text_point(const struct layout *l, const struct layout_point *p, GString *out)
{
	const struct scenario *s = l->s;

	if (p->kind == LAYOUT_NODE) {
		g_string_append_printf(out, "%s (%s)", s->nodes[p->index].name, looks[s->nodes[p->index].type].type);
	} else if (p->kind == LAYOUT_LINK) {
		g_string_append_printf(out, "%s (shared link) ", s->links[p->index].name);
		channel_text(&s->links[p->index].channel, out);
	} else {
		g_string_append_printf(out, "%s (cell) ", s->cells[p->index].name);
		channel_text(&s->cells[p->index].channel, out);
	}
}

static void text_branch(const struct layout *l, int index, GString *prefix, GString *out)
{
	size_t length = prefix->len;

	for (int c = l->points[index].first_child; c >= 0; c = l->points[c].next) {
		const struct layout_point *p = &l->points[c];
		bool last = p->next < 0;

		g_string_append_printf(out, "%s%s ", prefix->str, last ? "└─" : "├─");
		if (p->kind == LAYOUT_NODE && p->via >= 0 && l->s->links[p->via].member_count == 2) {
			channel_text(&l->s->links[p->via].channel, out);
			g_string_append(out, " ─ ");
		}
		text_point(l, p, out);
		g_string_append_c(out, '\n');
		g_string_append(prefix, last ? "   " : "│  ");
		if (p->depth < TEXT_DEPTH)
			text_branch(l, c, prefix, out);
		else if (p->first_child >= 0)
			g_string_append_printf(out, "%s└─ ...\n", prefix->str);
		g_string_truncate(prefix, length);
	}
}

static void flow_text(const struct scenario *s, int i, GString *out)
{
	const struct scenario_flow *f = &s->flows[i];
	char when[40];

	g_string_append_printf(out, "%s%10s  %s: %s to %s, ", i ? "" : "\n", "flow", f->name, s->nodes[f->from].name, s->nodes[f->to].name);
	if (f->kind == FLOW_TCP && f->size == TCP_UNLIMITED)
		g_string_append(out, "TCP\n");
	else if (f->kind == FLOW_TCP)
		g_string_append_printf(out, "TCP, %" G_GINT64_FORMAT " octets\n", f->size);
	else if (f->kind == FLOW_REQUEST_RESPONSE)
		g_string_append_printf(out, "requests of %u octets, responses of %u\n", f->request, f->response);
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT " octets every %s%s\n", f->size, value_duration_text(f->interval, when),
		                       f->kind == FLOW_VOICE ? " of speech" : "");
}

void layout_text(const struct layout *l, GString *out)
{
	const struct scenario *s = l->s;
	GString *prefix = g_string_new(NULL);
	char when[40];

	g_string_append_printf(out, "%s\n\n", *s->title ? s->title : s->name);
	for (int i = 0; i < l->order_count; i++) {
		if (l->points[l->order[i]].parent >= 0)
			continue;
		text_point(l, &l->points[l->order[i]], out);
		g_string_append_c(out, '\n');
		text_branch(l, l->order[i], prefix, out);
	}
	for (int i = 0; i < s->link_count; i++) {
		const struct scenario_link *link = &s->links[i];
		const struct layout_point *a = &l->points[link->members[0]], *b = &l->points[link->members[1]];

		/* Not a branch of the tree: it closes a ring. */
		if (link->member_count != 2 || (a->via == i && a->parent == link->members[1]) ||
		    (b->via == i && b->parent == link->members[0]))
			continue;
		g_string_append_printf(out, "also: %s ─ ", s->nodes[link->members[0]].name);
		channel_text(&link->channel, out);
		g_string_append_printf(out, " ─ %s\n", s->nodes[link->members[1]].name);
	}
	if (s->move_count)
		g_string_append(out, "\n");
	for (int i = 0; i < s->move_count && i < ARROWS_MAXIMUM; i++) {
		const struct scenario_move *m = &s->moves[i];

		g_string_append_printf(out, "%10s  %s to ", value_duration_text(m->at, when), s->nodes[m->node].name);
		if (!m->every)
			g_string_append_printf(out, "%s\n", m->cell < 0 ? "nowhere" : s->cells[m->cell].name);
		for (int k = 0; m->every && k < m->cell_count; k++)
			g_string_append_printf(out, "%s%s", k ? ", " : "", s->cells[m->cells[k]].name);
		if (m->every) {
			g_string_append_printf(out, " in turn, at random, every %s in the mean", value_duration_text(m->every, when));
			g_string_append_printf(out, ", until %s\n", value_duration_text(m->until, when));
		}
	}
	if (s->move_count > ARROWS_MAXIMUM)
		g_string_append_printf(out, "%10s  and %d more movements\n", "", s->move_count - ARROWS_MAXIMUM);
	for (int i = 0; i < s->flow_count; i++)
		flow_text(s, i, out);
	g_string_free(prefix, TRUE);
}
