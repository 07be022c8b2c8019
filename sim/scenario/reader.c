// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The document into plain structs, driven by the schema; moves.c and traffic.c read their sections. Checks what concerns one item as it
 * reads it; check.c looks at what concerns several. Reading goes on after a complaint: unknown references are left -1, so that nothing is complained about twice.
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

void reader_section(struct reader *r, const struct schema_section *section, const struct yaml_node *map, const struct place *at,
                    void *target, struct given *given)
{
	memset(given, 0, sizeof *given);
	read_keys(r, section, map, target, given);
	for (const struct schema_key *k = section->keys; k->name; k++) {
		if (!k->fallback && !given->key[k - section->keys])
			complain(&r->complaints, at, "%s needs '%s'", section->name, k->name);
	}
}

const struct yaml_node *reader_row(const struct yaml_node *const *list, const struct schema_section *section, const char *name)
{
	const struct schema_key *k = schema_find(section, name);

	mip_assert(k);
	return list[k - section->keys];
}

const struct schema_section *reader_section_of(const char *top_key)
{
	const struct schema_key *k = schema_find(&schema_top, top_key);

	mip_assert(k && k->section);
	return k->section;
}

bool reader_is_map(struct reader *r, const struct yaml_node *n, const struct schema_section *section)
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
	reader_section(r, &schema_protocol, map, &map->at, target, &given);
	trusted = reader_row(given.value, &schema_protocol, "trusted");
	if (trusted)
		read_subnets(r, trusted, "trusted", &target->protocol.trusted);
	ingress_filtered = reader_row(given.value, &schema_protocol, "ingress-filtered");
	if (ingress_filtered)
		read_subnets(r, ingress_filtered, "ingress-filtered", &target->protocol.ingress_filtered);
	if (target->protocol.peer_signalling == PEER_PROXIES && (!target->protocol.proxy_hold || !target->protocol.proxy_wait))
		complain(&r->complaints, &map->at, "peer-signalling: proxies needs proxy-hold and proxy-wait");
	else if (target->protocol.proxy_wait && target->protocol.proxy_hold <= target->protocol.proxy_wait)
		complain(&r->complaints, &map->at, "proxy-hold has to be longer than proxy-wait: what is told last would find nothing kept");
	advertisement = reader_row(given.value, &schema_protocol, "router-advertisement");
	if (advertisement && target->protocol.router_advertisement_min > target->protocol.router_advertisement_max)
		complain(&r->complaints, &advertisement->at, "router-advertisement: min is larger than max");
}

/* ---- nodes and cells ---------------------------------------------------------------------------------------------- */

static void read_node(struct reader *r, int index, const struct yaml_node *key, const struct yaml_node *map,
                      const struct scenario_node *base)
{
	const struct schema_section *section = reader_section_of("nodes");
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
	if (!reader_is_map(r, map, section))
		return;
	reader_section(r, section, map, &key->at, n, &given);
	anchor = reader_row(given.key, section, "anchor");
	if (anchor)
		places->anchor = anchor->at;
	regional = reader_row(given.key, section, "regional-home");
	if (regional)
		places->regional_home = regional->at;
	home = reader_row(given.key, section, "home");
	address = reader_row(given.key, section, "address");
	attack = reader_row(given.key, section, "attack");
	protocol = reader_row(given.value, section, "protocol");
	if (protocol)
		read_protocol(r, protocol, n);
	if (!reader_row(given.value, section, "type"))
		n->type = NODE_TYPES; /* unknown: nothing more is said about it */
	if (home)
		places->home = home->at;
	if (address)
		places->address = address->at;
	n->has_address = reader_row(given.value, section, "address");
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
	const struct schema_section *section = reader_section_of("cells");
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
		if (!reader_is_map(r, map->children[i], section))
			continue;
		reader_section(r, section, map->children[i], &key->at, c, &given);
		router = reader_row(given.value, section, "router");
		prefix = reader_row(given.value, section, "prefix");
		c->has_prefix = prefix;
		if (router)
			r->cell_places[i].router = router->at;
		if (prefix)
			r->cell_places[i].prefix = prefix->at;
		if (reader_row(given.key, section, "also"))
			r->cell_places[i].also = reader_row(given.key, section, "also")->at;
		if (reader_row(given.key, section, "renumber"))
			r->cell_places[i].renumber = reader_row(given.key, section, "renumber")->at;
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
	const struct schema_section *section = reader_section_of("links");
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
			if (!reader_is_map(r, item, section))
				continue;
			reader_section(r, section, item, &item->at, l, &given);
			members = reader_row(given.value, section, "between");
			prefix = reader_row(given.value, section, "prefix");
			name = reader_row(given.value, section, "name");
			l->has_prefix = prefix;
			if (prefix)
				r->link_places[i].prefix = prefix->at;
			if (!reader_row(given.key, section, "cost"))
				l->cost = l->channel.delay;
			if (members)
				r->link_places[i].good = read_members(r, members, l);
			if (name)
				name_link(r, l, names, &name->at);
		}
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
	schema_defaults(reader_section_of("nodes"), &base);
	reader_section(r, &schema_top, root, &root->at, r->s, &given);
	nodes = reader_row(given.value, &schema_top, "nodes");
	links = reader_row(given.value, &schema_top, "links");
	cells = reader_row(given.value, &schema_top, "cells");
	movement = reader_row(given.value, &schema_top, "movement");
	traffic = reader_row(given.value, &schema_top, "traffic");
	protocol = reader_row(given.value, &schema_top, "protocol");
	study = reader_row(given.value, &schema_top, "study");

	/* Of nodes or cells that are missing or no map at all, only that is said, not that each of them is unknown. */
	if (nodes)
		r->names.nodes = note_names(r->names.node_list, nodes);
	if (cells || !reader_row(given.key, &schema_top, "cells"))
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
		moves_read(r, movement);
	if (traffic)
		traffic_read(r, traffic);
	if (study) {
		int sweep = yaml_find(study, "random");

		points_read(r, root, study);
		if (sweep >= 0 && study->children[sweep]->kind == YAML_MAP)
			path_read_randoms(r, root, study->children[sweep]);
	}
	explore = reader_row(given.value, &schema_top, "explore");
	if (explore)
		path_check_explore(r, root, explore);
	reader_check(r);
}
