// SPDX-License-Identifier: GPL-3.0-or-later
/* The movement of a scenario: every entry against the one before it of the same node. */
#include "sim/scenario/reader.h"

#include "sim/scenario/value.h"

/* up: from when on the link before is there. */
static void check_overlap(struct reader *r, const struct scenario_move *m, const struct scenario_move *previous, mip_time up,
                          const struct given *given)
{
	const struct schema_section *section = reader_section_of("movement");
	const struct yaml_node *overlap = reader_row(given->value, section, "overlap");
	char a[40], b[40];

	if (!overlap || m->overlap < 0 || !reader_row(given->value, section, "at"))
		return;
	if (reader_row(given->key, section, "down") && m->down)
		complain(&r->complaints, &overlap->at, "overlap and down: the new link comes before the old one goes, or after it");
	else if ((!previous && !m->at) || (previous && previous->cell < 0) || m->cell < 0)
		complain(&r->complaints, &overlap->at, "overlap means nothing here: there are no two links");
	else if (m->overlap >= m->at - up)
		complain(&r->complaints, &overlap->at, "overlap %s: the new link would be there before the one it follows, at %s",
		         value_duration_text(m->overlap, a), value_duration_text(up, b));
	else if (previous && previous->cell == m->cell)
		complain(&r->complaints, &overlap->at, "overlap: that is the cell it is in");
}

static void read_move_cells(struct reader *r, const struct yaml_node *list, struct scenario_move *m)
{
	static const struct schema_key key = { .name = "cells", .type = SCHEMA_CELL };
	GString *why = g_string_new(NULL);

	m->cells = g_new(int, list->count + 1);
	g_ptr_array_add(r->s->lists, m->cells);
	if (!list->count)
		complain(&r->complaints, &list->at, "bad cells: want one cell at least");
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i];
		struct schema_value value = { .number = -1 };

		if (item->kind != YAML_SCALAR)
			complain(&r->complaints, &item->at, "bad cells: want the name of a cell");
		else if (!schema_parse(&key, item->text, &r->names, &value, why))
			complain(&r->complaints, &item->at, "%s", why->str);
		m->cells[m->cell_count++] = (int)value.number;
	}
	g_string_free(why, TRUE);
	if (m->cell_count)
		m->cell = m->cells[0];
}

/* Which keys go along with `every`. */
static void check_random(struct reader *r, const struct scenario_move *m, bool from_start, const struct yaml_node *at,
                         const struct yaml_node *item, const struct given *given)
{
	const struct schema_section *section = reader_section_of("movement");
	const struct yaml_node *every = reader_row(given->key, section, "every"), *until = reader_row(given->key, section, "until"),
	                       *cell = reader_row(given->key, section, "cell"), *cells = reader_row(given->key, section, "cells"),
	                       *lead = reader_row(given->key, section, "lead"),
	                       *overlap = reader_row(given->key, section, "overlap");

	if (!cell && !cells)
		complain(&r->complaints, &item->at, "%s needs '%s'", section->name, every ? "cells" : "cell");
	if (cell && cells)
		complain(&r->complaints, &cells->at, "cell and cells do not go together");
	if (!every && (cells || until))
		complain(&r->complaints, cells ? &cells->at : &until->at, "%s means nothing without every", cells ? "cells" : "until");
	if (!m->every)
		return;
	if (cell)
		complain(&r->complaints, &cell->at, "every needs 'cells', a list, instead of cell");
	if (lead)
		complain(&r->complaints, &lead->at, "lead means nothing with every: nobody knows beforehand");
	if (overlap)
		complain(&r->complaints, &overlap->at, "overlap does not go with every");
	if (from_start)
		complain(&r->complaints, &every->at, "at 0s the first entry says where the node is; put every into the next");
	else if (at && m->until <= m->at)
		complain(&r->complaints, until ? &until->at : &at->at, "until is not after at");
}

/* One entry against the one before it (NULL: none). */
static void check_move(struct reader *r, const struct scenario_move *m, const struct scenario_move *previous,
                       const struct yaml_node *item, const struct given *given)
{
	const struct schema_section *section = reader_section_of("movement");
	const struct yaml_node *at = reader_row(given->value, section, "at"), *cell = reader_row(given->value, section, "cell"),
	                       *down = reader_row(given->key, section, "down"), *lead = reader_row(given->value, section, "lead");
	bool from_start = !previous && at && m->at == 0, detached = cell && m->cell < 0;
	mip_time up = previous ? (previous->every ? previous->until : previous->at) + previous->down : 0;
	char a[40], b[40];

	check_random(r, m, from_start, at, item, given);
	if (at && previous && (m->at < up || m->at <= previous->at)) {
		complain(&r->complaints, &at->at, "at %s: has to come after %s, when the movement before is over",
		         value_duration_text(m->at, a), value_duration_text(up, b));
		return;
	}
	if (down && (from_start || detached))
		complain(&r->complaints, &down->at,
		         from_start ? "down means nothing here: at 0s the node is in its place from the beginning"
		                    : "down means nothing with cell: none");
	check_overlap(r, m, previous, up, given);
	if (!lead || m->lead < 0 || !at)
		return;
	if (from_start || (previous && previous->cell < 0))
		complain(&r->complaints, &lead->at, "lead means nothing here: no link goes down");
	else if (m->lead > m->at - up)
		complain(&r->complaints, &lead->at, "lead %s: the signal would come before the link is up at %s",
		         value_duration_text(m->lead, a), value_duration_text(up, b));
}

static void read_moves_of(struct reader *r, int node, const struct yaml_node *list, GArray *moves)
{
	const struct schema_section *section = reader_section_of("movement");
	struct scenario_move base = { .node = node, .cell = -1, .until = r->s->duration }, previous;
	bool has_previous = false;

	schema_defaults(section, &base);
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i];
		struct scenario_move m = base;
		struct given given;

		if (!reader_is_map(r, item, section))
			continue;
		m.place = i;
		reader_section(r, section, item, &item->at, &m, &given);
		if (reader_row(given.value, section, "cells"))
			read_move_cells(r, reader_row(given.value, section, "cells"), &m);
		check_move(r, &m, has_previous ? &previous : NULL, item, &given);
		if (reader_row(given.value, section, "at")) {
			previous = m;
			has_previous = true;
		}
		g_array_append_val(moves, m);
	}
}

void moves_read(struct reader *r, const struct yaml_node *map)
{
	static const struct schema_key key = { .name = "node", .type = SCHEMA_NODE };
	GArray *moves = g_array_new(FALSE, FALSE, sizeof(struct scenario_move));
	GString *why = g_string_new(NULL);

	for (int i = 0; i < map->count; i++) {
		const struct yaml_node *name = map->keys[i], *list = map->children[i];
		struct schema_value value;

		if (!schema_parse(&key, name->text, &r->names, &value, why))
			complain(&r->complaints, &name->at, "%s", why->str);
		else if (value.number >= 0 && r->s->nodes[value.number].type != NODE_MOBILE &&
		         r->s->nodes[value.number].type != NODE_TYPES)
			complain(&r->complaints, &name->at, "'%s' is no mobile-node", name->text);
		if (list->kind != YAML_LIST)
			complain(&r->complaints, &list->at, "bad movement of '%.80s': want a list", name->text);
		else
			read_moves_of(r, (int)value.number, list, moves);
	}
	scenario_sort_moves(moves);
	r->s->move_count = (int)moves->len;
	r->s->moves = (struct scenario_move *)(void *)g_array_free(moves, FALSE);
	g_string_free(why, TRUE);
}
