// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The document into plain structs, driven by the schema. Checks what concerns one item as it reads it; check.c looks at what
 * concerns several. Reading goes on after a complaint: unknown references are left -1, so that nothing is complained about twice.
 */
#include "sim/scenario/reader.h"

#include <string.h>

#include "sim/scenario/value.h"

#define MEMBERS_IN_NAME 8 /* of a shared link without a name */

static const char *const kind_wanted[] = {
	[SCHEMA_SECTION] = "want a map of keys",
	[SCHEMA_LIST] = "want a list",
	[SCHEMA_NAMED] = "want a map by name",
	[SCHEMA_NAMED_LISTS] = "want a map by name",
	[SCHEMA_NODES] = "want a list of node names",
	[SCHEMA_CELLS] = "want a list of cell names",
	[SCHEMA_SUBNETS] = "want a list of IPv6 addresses and prefixes",
	[SCHEMA_SWEEP] = "want a map of path: [values]",
	[SCHEMA_POINTS] = "want a list of maps of path: value",
	[SCHEMA_RANDOM] = "want a map of path: {min: DURATION, max: DURATION}",
};

static enum yaml_kind kind_of(enum schema_type type)
{
	if (type < SCHEMA_SECTION)
		return YAML_SCALAR;
	return type == SCHEMA_LIST || type == SCHEMA_NODES || type == SCHEMA_CELLS || type == SCHEMA_SUBNETS ||
	       type == SCHEMA_POINTS ? YAML_LIST : YAML_MAP;
}

/* Scalars are stored in target; so are sections that are stored somewhere. The rest is checked for its kind and left to the
 * caller. */
static void read_keys(struct reader *r, const struct schema_section *section, const struct yaml_node *map, void *target,
                      struct given *given)
{
	GString *why = NULL;

	for (int i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i], *value = map->children[i];
		const struct schema_key *k = schema_find(section, key->text);
		struct schema_value parsed;
		size_t row;

		if (!k) {
			struct suggestion s;

			suggestion_init(&s, key->text);
			for (k = section->keys; k->name && r->complaints.count < COMPLAINTS_MAXIMUM; k++)
				suggestion_offer(&s, k->name);
			complain(&r->complaints, &key->at, "unknown key '%.80s' of %s%s", key->text, section->name,
			         suggestion_text(&s));
			continue;
		}
		row = (size_t)(k - section->keys);
		given->key[row] = key;
		if (k->later && !schema_is_scalar(k)) {
			complain(&r->complaints, &key->at, "%s is not available in this version", k->name);
		} else if (value->kind != kind_of(k->type)) {
			if (value->kind == YAML_SCALAR && !*value->text)
				complain(&r->complaints, &key->at, "%s has no value", k->name);
			else
				complain(&r->complaints, &value->at, "bad %s: %s", k->name,
				         schema_is_scalar(k) ? "want a single value" : kind_wanted[k->type]);
		} else if (schema_is_scalar(k)) {
			if (!why)
				why = g_string_new(NULL);
			if (schema_parse(k, value->text, &r->names, &parsed, why)) {
				schema_store(k, &parsed, target);
				given->value[row] = value;
			} else {
				complain(&r->complaints, *value->text ? &value->at : &key->at, "%s", why->str);
			}
		} else {
			given->value[row] = value;
			if (k->type == SCHEMA_SECTION && k->offset != SCHEMA_NOWHERE) {
				struct given inner = { { NULL }, { NULL } };

				read_keys(r, k->section, value, target, &inner);
			}
		}
	}
	if (why)
		g_string_free(why, TRUE);
}

/* The same, and complains about required keys that are missing, at `at`. */
static void read_section(struct reader *r, const struct schema_section *section, const struct yaml_node *map,
                         const struct place *at, void *target, struct given *given)
{
	memset(given, 0, sizeof *given);
	read_keys(r, section, map, target, given);
	for (const struct schema_key *k = section->keys; k->name; k++) {
		if (!k->fallback && !given->key[k - section->keys])
			complain(&r->complaints, at, "%s needs '%s'", section->name, k->name);
	}
}

static const struct yaml_node *find_row(const struct yaml_node *const *list, const struct schema_section *section,
                                        const char *name)
{
	const struct schema_key *k = schema_find(section, name);

	mip_assert(k);
	return list[k - section->keys];
}

static const struct schema_section *section_of(const char *top_key)
{
	const struct schema_key *k = schema_find(&schema_top, top_key);

	mip_assert(k && k->section);
	return k->section;
}

/* An item of a list or map, or a complaint. */
static bool is_map(struct reader *r, const struct yaml_node *n, const struct schema_section *section)
{
	if (n->kind == YAML_MAP)
		return true;
	complain(&r->complaints, &n->at, "%s has to be a map of keys, like {key: value}", section->name);
	return false;
}

static void check_name(struct reader *r, const struct yaml_node *key)
{
	const char *wrong = schema_bad_name(key->text);

	if (wrong)
		complain(&r->complaints, &key->at, "bad name '%.80s': %s", key->text, wrong);
	else if (!strcmp(key->text, "none"))
		complain(&r->complaints, &key->at, "bad name 'none': it means no cell");
}

static GHashTable *note_names(GPtrArray *list, const struct yaml_node *map)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

	for (int i = 0; map && i < map->count; i++) {
		g_hash_table_insert(table, (void *)map->keys[i]->text, GINT_TO_POINTER(i + 1));
		g_ptr_array_add(list, (void *)map->keys[i]->text);
	}
	return table;
}

/* ---- protocol ----------------------------------------------------------------------------------------------------- */

/* The values of a named row, which the key `named` of the map asks for, if it does. */
static const char *read_row(const struct yaml_node *map, const char *named, const struct schema_scheme *rows,
                            const struct schema_section *section, struct scenario_node *target)
{
	int at = yaml_find(map, named);
	const struct schema_scheme *row =
	    at < 0 || map->children[at]->kind != YAML_SCALAR ? NULL : schema_scheme_find(rows, map->children[at]->text);
	struct schema_value value;

	for (int i = 0; row && row->switches[i].key; i++) {
		const struct schema_key *k = schema_find(section, row->switches[i].key);
		bool good = k && schema_parse(k, row->switches[i].value, NULL, &value, NULL);

		mip_assert(good);
		schema_store(k, &value, target);
	}
	return row ? row->name : NULL;
}

static void read_subnets(struct reader *r, const struct yaml_node *list, const char *name, struct subnet_list *target)
{
	struct subnet *subnets = g_new0(struct subnet, list->count + 1);

	g_ptr_array_add(r->s->lists, subnets);
	*target = (struct subnet_list){ subnets, (uint32_t)list->count };
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i];
		const char *wrong = item->kind == YAML_SCALAR ? value_subnet(item->text, &subnets[i]) : "want a single value";

		if (wrong)
			complain(&r->complaints, &item->at, "bad %s: %s", name, wrong);
	}
}

/* NULL: it is not there, or no map, which is complained about elsewhere. */
static const struct yaml_node *map_of(const struct yaml_node *map, const char *name)
{
	int at = yaml_find(map, name);

	return at >= 0 && map->children[at]->kind == YAML_MAP ? map->children[at] : NULL;
}

/* On top of what target holds: first the row of the scheme, then the single switches, whatever their order in the file. */
static void read_protocol(struct reader *r, const struct yaml_node *map, struct scenario_node *target)
{
	const char *scheme = read_row(map, "scheme", schema_schemes, &schema_protocol, target);
	const struct yaml_node *advertisement, *trusted, *ingress_filtered;
	struct given given;
	const struct yaml_node *credit = map_of(map, "credit"), *mip4 = map_of(map, "mip4"), *keys = mip4 ? map_of(mip4, "registration-keys") : NULL,
			       *computation = mip4 ? map_of(mip4, "computation") : NULL;

	if (scheme)
		target->scheme = scheme;
	if (credit)
		read_row(credit, "preset", schema_credit_presets, &schema_credit, target);
	if (keys)
		read_row(keys, "method", schema_key_methods, &schema_registration_keys, target);
	if (computation)
		read_row(computation, "machine", schema_machines, &schema_computation, target);
	read_section(r, &schema_protocol, map, &map->at, target, &given);
	trusted = find_row(given.value, &schema_protocol, "trusted");
	if (trusted)
		read_subnets(r, trusted, "trusted", &target->protocol.trusted);
	ingress_filtered = find_row(given.value, &schema_protocol, "ingress-filtered");
	if (ingress_filtered)
		read_subnets(r, ingress_filtered, "ingress-filtered", &target->protocol.ingress_filtered);
	if (target->protocol.peer_signalling == PEER_PROXIES && (!target->protocol.proxy_hold || !target->protocol.proxy_wait))
		complain(&r->complaints, &map->at, "peer-signalling: proxies needs proxy-hold and proxy-wait");
	else if (target->protocol.proxy_wait && target->protocol.proxy_hold <= target->protocol.proxy_wait)
		complain(&r->complaints, &map->at, "proxy-hold has to be longer than proxy-wait: what is told last would find nothing kept");
	advertisement = find_row(given.value, &schema_protocol, "router-advertisement");
	if (advertisement && target->protocol.router_advertisement_min > target->protocol.router_advertisement_max)
		complain(&r->complaints, &advertisement->at, "router-advertisement: min is larger than max");
}

/* ---- nodes and cells ---------------------------------------------------------------------------------------------- */

static void read_node(struct reader *r, int index, const struct yaml_node *key, const struct yaml_node *map,
                      const struct scenario_node *base)
{
	const struct schema_section *section = section_of("nodes");
	struct scenario_node *n = &r->s->nodes[index];
	struct node_places *places = &r->node_places[index];
	const struct yaml_node *home, *address, *anchor, *regional, *attack, *protocol;
	struct given given;

	*n = *base;
	n->name = g_strdup(key->text);
	n->type = NODE_TYPES;
	n->home_cell = n->anchor = n->regional_home = -1;
	n->preference = 10;
	n->fails_at = MIP_NEVER;
	places->name = key->at;
	check_name(r, key);
	if (!is_map(r, map, section))
		return;
	read_section(r, section, map, &key->at, n, &given);
	anchor = find_row(given.key, section, "anchor");
	if (anchor)
		places->anchor = anchor->at;
	regional = find_row(given.key, section, "regional-home");
	if (regional)
		places->regional_home = regional->at;
	home = find_row(given.key, section, "home");
	address = find_row(given.key, section, "address");
	attack = find_row(given.key, section, "attack");
	protocol = find_row(given.value, section, "protocol");
	if (protocol)
		read_protocol(r, protocol, n);
	if (!find_row(given.value, section, "type"))
		n->type = NODE_TYPES; /* unknown: nothing more is said about it */
	if (home)
		places->home = home->at;
	if (address)
		places->address = address->at;
	n->has_address = find_row(given.value, section, "address");
	if (n->type == NODE_TYPES)
		return;
	if (n->type == NODE_MOBILE && !home)
		complain(&r->complaints, &key->at, "a mobile-node needs 'home', a cell");
	if (n->type == NODE_ATTACKER && !attack)
		complain(&r->complaints, &key->at, "an attacker needs 'attack', with victim and correspondent");
	else if (n->type != NODE_ATTACKER && attack)
		complain(&r->complaints, &attack->at, "only an attacker attacks");
	else if (attack && n->attack.victim < 0)
		complain(&r->complaints, &attack->at, "attack needs 'victim', a node");
	else if (attack && n->attack.correspondent < 0)
		complain(&r->complaints, &attack->at, "attack needs 'correspondent', a node");
	if (n->type != NODE_MOBILE && home)
		complain(&r->complaints, &home->at, "only a mobile-node has a home");
	if (n->type != NODE_MOBILE && n->type != NODE_HOST && address)
		complain(&r->complaints, &address->at,
		         "only hosts and mobile nodes can be given an address; give the link a prefix");
}

static void read_nodes(struct reader *r, const struct yaml_node *map, const struct scenario_node *base)
{
	r->s->node_count = map->count;
	r->s->nodes = g_new0(struct scenario_node, map->count);
	r->node_places = g_new0(struct node_places, map->count);
	if (!map->count)
		complain(&r->complaints, &map->at, "no nodes");
	for (int i = 0; i < map->count; i++)
		read_node(r, i, map->keys[i], map->children[i], base);
}

static void read_cells(struct reader *r, const struct yaml_node *map)
{
	const struct schema_section *section = section_of("cells");
	struct scenario_cell base = { .router = -1, .also = -1 };

	schema_defaults(section, &base);
	r->s->cell_count = map->count;
	r->s->cells = g_new0(struct scenario_cell, map->count);
	r->cell_places = g_new0(struct cell_places, map->count);
	for (int i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i], *router, *prefix;
		struct scenario_cell *c = &r->s->cells[i];
		struct given given;

		*c = base;
		c->name = g_strdup(key->text);
		r->cell_places[i].name = key->at;
		check_name(r, key);
		if (!is_map(r, map->children[i], section))
			continue;
		read_section(r, section, map->children[i], &key->at, c, &given);
		router = find_row(given.value, section, "router");
		prefix = find_row(given.value, section, "prefix");
		c->has_prefix = prefix;
		if (router)
			r->cell_places[i].router = router->at;
		if (prefix)
			r->cell_places[i].prefix = prefix->at;
		if (find_row(given.key, section, "also"))
			r->cell_places[i].also = find_row(given.key, section, "also")->at;
		if (find_row(given.key, section, "renumber"))
			r->cell_places[i].renumber = find_row(given.key, section, "renumber")->at;
	}
}

/* ---- links -------------------------------------------------------------------------------------------------------- */

static bool read_members(struct reader *r, const struct yaml_node *list, struct scenario_link *l)
{
	int mark = 1 + (int)(l - r->s->links);
	static const struct schema_key key = { .name = "node", .type = SCHEMA_NODE };
	GString *why = g_string_new(NULL);
	bool good = list->count >= 2;

	if (!good)
		complain(&r->complaints, &list->at, "a link is between two nodes at least");
	l->members = g_new(int, list->count);
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i];
		struct schema_value value;
		int member;

		if (item->kind != YAML_SCALAR) {
			complain(&r->complaints, &item->at, "want the name of a node");
			good = false;
			continue;
		}
		if (!schema_parse(&key, item->text, &r->names, &value, why)) {
			complain(&r->complaints, &item->at, "%s", why->str);
			good = false;
			continue;
		}
		member = (int)value.number;
		if (member < 0) { /* there are no nodes to know */
			good = false;
			continue;
		}
		if (r->on_link[member] == mark) {
			complain(&r->complaints, &item->at, "'%s' is on this link already", item->text);
			good = false;
		} else if (r->s->nodes[member].type == NODE_MOBILE) {
			complain(&r->complaints, &item->at, "'%s' is a mobile-node: it attaches to cells, not to links",
			         item->text);
			good = false;
		} else {
			r->on_link[member] = mark;
			l->members[l->member_count++] = member;
		}
	}
	g_string_free(why, TRUE);
	return good;
}

/*
 * A link without a name is called after its nodes; parallel ones get numbers, for a link's name is what its randomness hangs on.
 * names: name -> the last number tried behind it.
 */
static void name_link(struct reader *r, struct scenario_link *l, GHashTable *names, const struct place *at)
{
	int shown = MIN(l->member_count, MEMBERS_IN_NAME), number = 1;
	GString *name;
	char *base;

	if (l->name) {
		if (!g_hash_table_insert(names, g_strdup(l->name), GINT_TO_POINTER(1)))
			complain(&r->complaints, at, "another link is called '%s'", l->name);
		return;
	}
	name = g_string_new(NULL);
	for (int i = 0; i < shown; i++)
		g_string_append_printf(name, "%s%s", i ? "-" : "", r->s->nodes[l->members[i]].name);
	if (shown < l->member_count)
		g_string_append_printf(name, "-and-%d", l->member_count - shown);
	base = g_strdup(name->str);
	if (g_hash_table_contains(names, base)) {
		number = GPOINTER_TO_INT(g_hash_table_lookup(names, base));
		do
			g_string_printf(name, "%s-%d", base, ++number);
		while (g_hash_table_contains(names, name->str));
		g_hash_table_insert(names, g_strdup(name->str), GINT_TO_POINTER(1));
	}
	g_hash_table_insert(names, base, GINT_TO_POINTER(number));
	l->name = g_string_free(name, FALSE);
}

static void read_links(struct reader *r, const struct yaml_node *list)
{
	const struct schema_section *section = section_of("links");
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct scenario_link base = { 0 };

	schema_defaults(section, &base);
	r->s->link_count = list->count;
	r->s->links = g_new0(struct scenario_link, list->count);
	r->link_places = g_new0(struct link_places, list->count);
	r->on_link = g_new0(int, r->s->node_count + 1);
	/* Given names first: a computed one never takes a given one. */
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < list->count; i++) {
			const struct yaml_node *item = list->children[i], *members, *prefix, *name;
			struct scenario_link *l = &r->s->links[i];
			struct given given;

			if (pass) {
				if (!l->name)
					name_link(r, l, names, &item->at);
				continue;
			}
			*l = base;
			r->link_places[i].item = item->at;
			if (!is_map(r, item, section))
				continue;
			read_section(r, section, item, &item->at, l, &given);
			members = find_row(given.value, section, "between");
			prefix = find_row(given.value, section, "prefix");
			name = find_row(given.value, section, "name");
			l->has_prefix = prefix;
			if (prefix)
				r->link_places[i].prefix = prefix->at;
			if (!find_row(given.key, section, "cost"))
				l->cost = l->channel.delay;
			if (members)
				r->link_places[i].good = read_members(r, members, l);
			if (name)
				name_link(r, l, names, &name->at);
		}
	}
	g_hash_table_destroy(names);
}

/* ---- movement ----------------------------------------------------------------------------------------------------- */

/* up: from when on the link before is there. */
static void check_overlap(struct reader *r, const struct scenario_move *m, const struct scenario_move *previous, mip_time up,
                          const struct given *given)
{
	const struct schema_section *section = section_of("movement");
	const struct yaml_node *overlap = find_row(given->value, section, "overlap");
	char a[40], b[40];

	if (!overlap || m->overlap < 0 || !find_row(given->value, section, "at"))
		return;
	if (find_row(given->key, section, "down") && m->down)
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
	const struct schema_section *section = section_of("movement");
	const struct yaml_node *every = find_row(given->key, section, "every"), *cells = find_row(given->key, section, "cells"),
	                       *cell = find_row(given->key, section, "cell"), *until = find_row(given->key, section, "until"),
	                       *lead = find_row(given->key, section, "lead"), *overlap = find_row(given->key, section, "overlap");

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
	const struct schema_section *section = section_of("movement");
	const struct yaml_node *at = find_row(given->value, section, "at"), *cell = find_row(given->value, section, "cell"),
	                       *down = find_row(given->key, section, "down"), *lead = find_row(given->value, section, "lead");
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
	const struct schema_section *section = section_of("movement");
	struct scenario_move base = { .node = node, .cell = -1, .until = r->s->duration }, previous;
	bool has_previous = false;

	schema_defaults(section, &base);
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i];
		struct scenario_move m = base;
		struct given given;

		if (!is_map(r, item, section))
			continue;
		m.place = i;
		read_section(r, section, item, &item->at, &m, &given);
		if (find_row(given.value, section, "cells"))
			read_move_cells(r, find_row(given.value, section, "cells"), &m);
		check_move(r, &m, has_previous ? &previous : NULL, item, &given);
		if (find_row(given.value, section, "at")) {
			previous = m;
			has_previous = true;
		}
		g_array_append_val(moves, m);
	}
}

static void read_movement(struct reader *r, const struct yaml_node *map)
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

/* ---- traffic ------------------------------------------------------------------------------------------------------ */

/* Which keys of a flow speak of which kinds; the others are for all. */
static const struct {
	const char *key;
	unsigned kinds;                  /* bits 1 << enum flow_kind */
	bool required;
} flow_rules[] = {
#define UDP (1 << FLOW_CBR | 1 << FLOW_POISSON)
	{ "interval", UDP, true },
	{ "size", UDP, true },
	{ "size", UDP | 1 << FLOW_TCP, false },
#undef UDP
	{ "codec", 1 << FLOW_VOICE, false },
	{ "talk", 1 << FLOW_VOICE, false },
	{ "silence", 1 << FLOW_VOICE, false },
	{ "request", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "response", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "think", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "timeout", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "segment", 1 << FLOW_TCP, false },
	{ "receive-buffer", 1 << FLOW_TCP, false },
	{ "sack", 1 << FLOW_TCP, false },
	{ "delayed-ack", 1 << FLOW_TCP, false },
	{ "min-rto", 1 << FLOW_TCP, false },
	{ "series", 1 << FLOW_TCP, false },
};

static void check_flow_kind(struct reader *r, const struct scenario_flow *f, const struct yaml_node *item, const struct given *given)
{
	const struct schema_section *section = section_of("traffic");
	const struct yaml_node *size = find_row(given->value, section, "size");
	const char *kind = "";

	for (const struct schema_choice *c = schema_find(section, "kind")->choices; c->name; c++)
		kind = c->value == (int)f->kind ? c->name : kind;
	for (size_t i = 0; i < G_N_ELEMENTS(flow_rules); i++) {
		const struct yaml_node *key = find_row(given->key, section, flow_rules[i].key);
		bool speaks = flow_rules[i].kinds >> f->kind & 1;

		if (flow_rules[i].required && speaks && !key)
			complain(&r->complaints, &item->at, "%s needs '%s'", section->name, flow_rules[i].key);
		/* "size" stands twice; the row that is not required has all its kinds. */
		if (key && !speaks && !(flow_rules[i].required && !strcmp(flow_rules[i].key, "size")))
			complain(&r->complaints, &key->at, "%s means nothing with kind: %s", flow_rules[i].key, kind);
	}
	if (size && f->kind <= FLOW_POISSON && (f->size < UDP_FLOW_MINIMUM || f->size > 65000))
		complain(&r->complaints, &size->at, "bad size '%.80s': want from 16B to 65000B", size->text);
}

static void finish_voice(struct scenario_flow *f)
{
	static const struct {
		int milliseconds, octets;
	} codecs[] = {
#define X(e, s, ms, octets) [UDP_CODEC_##e] = { ms, octets },
		UDP_CODECS(X)
#undef X
	};

	f->interval = codecs[f->codec].milliseconds * MIP_MILLISECOND;
	f->size = codecs[f->codec].octets + UDP_CODEC_RTP_HEADER;
}

static void read_traffic(struct reader *r, const struct yaml_node *list)
{
	const struct schema_section *section = section_of("traffic");
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
	struct scenario_flow base = { .from = -1, .to = -1, .stop = r->s->duration, .size = TCP_UNLIMITED };

	schema_defaults(section, &base);
	r->s->flow_count = list->count;
	r->s->flows = g_new0(struct scenario_flow, list->count);
	r->flow_places = g_new0(struct place, list->count);
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i], *name, *stop, *to;
		struct scenario_flow *f = &r->s->flows[i];
		struct given given;

		*f = base;
		r->flow_places[i] = item->at;
		if (!is_map(r, item, section))
			continue;
		read_section(r, section, item, &item->at, f, &given);
		check_flow_kind(r, f, item, &given);
		if (f->kind == FLOW_VOICE)
			finish_voice(f);
		name = find_row(given.value, section, "name");
		stop = find_row(given.value, section, "stop");
		to = find_row(given.value, section, "to");
		if (name && !g_hash_table_add(names, f->name))
			complain(&r->complaints, &name->at, "another flow is called '%s'", f->name);
		if (stop && f->stop <= f->start)
			complain(&r->complaints, &stop->at, "stop is not after start");
		if (to && f->to == f->from)
			complain(&r->complaints, &to->at, "a flow has to go to another node");
	}
	g_hash_table_destroy(names);
}

/* ---- all ---------------------------------------------------------------------------------------------------------- */

void reader_read(struct reader *r, const struct yaml_node *root)
{
	struct scenario_node base = { .home_cell = -1, .anchor = -1, .regional_home = -1, .fails_at = MIP_NEVER, .scheme = schema_schemes[0].name,
		                      .attack = { .victim = -1, .correspondent = -1 } };
	const struct yaml_node *nodes, *links, *cells, *movement, *traffic, *protocol, *study, *explore;
	struct given given;

	if (root->kind != YAML_MAP) {
		complain(&r->complaints, &root->at, "a scenario is a map of keys: title, duration, nodes, ...");
		return;
	}
	schema_defaults(&schema_top, r->s);
	schema_defaults(&schema_protocol, &base);
	schema_defaults(section_of("nodes"), &base);
	read_section(r, &schema_top, root, &root->at, r->s, &given);
	nodes = find_row(given.value, &schema_top, "nodes");
	links = find_row(given.value, &schema_top, "links");
	cells = find_row(given.value, &schema_top, "cells");
	movement = find_row(given.value, &schema_top, "movement");
	traffic = find_row(given.value, &schema_top, "traffic");
	protocol = find_row(given.value, &schema_top, "protocol");
	study = find_row(given.value, &schema_top, "study");

	/* Of nodes or cells that are missing or no map at all, only that is said, not that each of them is unknown. */
	if (nodes)
		r->names.nodes = note_names(r->names.node_list, nodes);
	if (cells || !find_row(given.key, &schema_top, "cells"))
		r->names.cells = note_names(r->names.cell_list, cells);
	if (protocol)
		read_protocol(r, protocol, &base);
	if (nodes)
		read_nodes(r, nodes, &base);
	if (cells)
		read_cells(r, cells);
	if (links)
		read_links(r, links);
	if (movement)
		read_movement(r, movement);
	if (traffic)
		read_traffic(r, traffic);
	if (study) {
		int sweep = yaml_find(study, "random");

		points_read(r, root, study);
		if (sweep >= 0 && study->children[sweep]->kind == YAML_MAP)
			path_read_randoms(r, root, study->children[sweep]);
	}
	explore = find_row(given.value, &schema_top, "explore");
	if (explore)
		path_check_explore(r, root, explore);
	reader_check(r);
}
