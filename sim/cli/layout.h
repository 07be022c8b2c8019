// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where things stand in a picture of a network: the best connected router in the middle, everything else on rings around it by
 * hops, each branch in a sector as wide as its leaves. Linear in the size of the network.
 */
#ifndef SIM_CLI_LAYOUT_H
#define SIM_CLI_LAYOUT_H

#include "sim/scenario/scenario.h"

#define LAYOUT_CELL_RADIUS 52.0

enum layout_kind { LAYOUT_NODE, LAYOUT_LINK, LAYOUT_CELL }; /* LINK: the hub of a shared link */

struct layout_point {
	enum layout_kind kind;
	int index; /* into the scenario's nodes, links or cells */
	int parent; /* towards the middle; -1: a middle */
	int via; /* the link that leads there, -1: a cell or a mobile node's place in one */
	int first_child, next; /* -1: none */
	int depth, leaves;
	int crowd; /* how many mobile nodes share its cell; 0: not in a cell */
	double x, y, angle;
};

struct layout {
	const struct scenario *s;
	struct layout_point *points; /* nodes, then links (points of two-ended ones are not used), then cells */
	int count;
	int *order; /* points from the middle outwards; those not used are left out */
	int order_count;
	double radius; /* of the outermost ring */
};

void layout_init(struct layout *l, const struct scenario *s);
void layout_fini(struct layout *l);
/* The cell each mobile node is in at the beginning; -1: none, or not mobile. For g_free. */
int *layout_first_cells(const struct scenario *s);
static inline int layout_cell_point(const struct layout *l, int cell)
{
	return l->s->node_count + l->s->link_count + cell;
}
static inline int layout_link_point(const struct layout *l, int link)
{
	return l->s->node_count + link;
}
/* The two pictures. */
void layout_svg(const struct layout *l, GString *out);
void layout_text(const struct layout *l, GString *out);

#endif
