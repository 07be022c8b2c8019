// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Paths like links.0.delay: found in the schema and the document at once, for --set, for sweeps, and the other way round for the
 * list of parameters.
 */
#include "sim/scenario/reader.h"

#include <string.h>

#define LONG_LIST 256 /* longer lists are not listed as parameters */
#define PATHS_MAXIMUM 256 /* of sweeps, and of random durations: each is looked up in the document */

/* Where a path leads. */
struct target {
	const struct schema_key *key;
	const char *name; /* last step: the key in map; in a sweep the swept path */
	struct yaml_node *map; /* holds the key; NULL: not there (yet) */
};

/* What a path goes through, and whether to make what is missing. */
struct walk {
	struct reader *r;
	const char *path, *rest;
	const char *origin; /* not NULL: sections that are missing are made */
	GString *why;
	char step[128];
};

static bool next_step(struct walk *w)
{
	const char *end = strchrnul(w->rest, '.');
	size_t length = (size_t)(end - w->rest);

	if (!length || length >= sizeof w->step) {
		g_string_printf(w->why, "bad path '%.120s': want keys with dots between them, like links.0.delay", w->path);
		return false;
	}
	memcpy(w->step, w->rest, length);
	w->step[length] = '\0';
	w->rest = *end ? end + 1 : NULL;
	return true;
}

static bool unknown_key(struct walk *w, const struct schema_section *section)
{
	struct suggestion s;

	suggestion_init(&s, w->step);
	for (const struct schema_key *k = section->keys; k->name; k++)
		suggestion_offer(&s, k->name);
	g_string_printf(w->why, "unknown key '%s' of %s in path '%.120s'%s", w->step, section->name, w->path,
	                suggestion_text(&s));
	return false;
}

/* One entry of a map by name. */
static bool step_by_name(struct walk *w, const struct schema_key *k, struct yaml_node **node)
{
	struct suggestion s;
	int at = *node && (*node)->kind == YAML_MAP ? yaml_find(*node, w->step) : -1;

	if (at >= 0) {
		*node = (*node)->children[at];
		return true;
	}
	suggestion_init(&s, w->step);
	for (int i = 0; *node && (*node)->kind == YAML_MAP && i < (*node)->count; i++)
		suggestion_offer(&s, (*node)->keys[i]->text);
	g_string_printf(w->why, "nothing called '%s' in %s%s", w->step, k->name, suggestion_text(&s));
	return false;
}

static bool step_by_number(struct walk *w, const char *what, struct yaml_node **node)
{
	int count = *node && (*node)->kind == YAML_LIST ? (*node)->count : 0;
	char *end;
	guint64 n = g_ascii_strtoull(w->step, &end, 10);

	if (!g_ascii_isdigit(*w->step) || *end) {
		g_string_printf(w->why, "bad path '%.120s': %s is a list, want a number instead of '%s'", w->path, what, w->step);
		return false;
	}
	if (n >= (guint64)count) {
		g_string_printf(w->why, "bad path '%.120s': %s has %d entr%s, counted from 0", w->path, what, count,
		                count == 1 ? "y" : "ies");
		return false;
	}
	*node = (*node)->children[n];
	return true;
}

/* Through an entry of a list or of a map by name: two or three steps of the path are one item. */
static bool step_into_item(struct walk *w, const struct schema_key *k, struct yaml_node **node)
{
	char what[sizeof w->step + 32];

	g_strlcpy(what, k->name, sizeof what);
	if (k->type == SCHEMA_NAMED || k->type == SCHEMA_NAMED_LISTS) {
		if (!next_step(w) || !step_by_name(w, k, node))
			return false;
		g_snprintf(what, sizeof what, "%s.%s", k->name, w->step);
	}
	if (k->type == SCHEMA_LIST || k->type == SCHEMA_NAMED_LISTS) {
		if (!w->rest) {
			g_string_printf(w->why, "bad path '%.120s': want a number behind %s", w->path, what);
			return false;
		}
		return next_step(w) && step_by_number(w, what, node);
	}
	return true;
}

static bool resolve(struct walk *w, struct yaml_node *root, struct target *t)
{
	const struct schema_section *section = &schema_top;
	struct yaml_node *map = root;

	w->rest = w->path;
	for (;;) {
		const struct schema_key *k;
		struct yaml_node *child = NULL;
		int at;

		if (!next_step(w))
			return false;
		k = schema_find(section, w->step);
		if (!k)
			return unknown_key(w, section);
		*t = (struct target){ k, k->name, map };
		if (!w->rest)
			return true;
		if (map && (at = yaml_find(map, k->name)) >= 0)
			child = map->children[at];
		if (k->type == SCHEMA_SWEEP || k->type == SCHEMA_RANDOM) { /* the rest is the key, dots and all */
			*t = (struct target){ k, w->rest, child };
			return true;
		}
		if (!k->section) {
			g_string_printf(w->why, "bad path '%.120s': %s has no parts", w->path, k->name);
			return false;
		}
		if (k->type == SCHEMA_SECTION && !child && map && w->origin) {
			const struct place at_set = { 1, 1, 1, w->origin };
			struct yaml_node *key = yaml_node_new(&w->r->tree, YAML_SCALAR, &at_set);

			key->text = k->name;
			child = yaml_node_new(&w->r->tree, YAML_MAP, &at_set);
			yaml_append(&w->r->tree, map, key, child);
		}
		if (k->type != SCHEMA_SECTION && (!w->rest || !step_into_item(w, k, &child)))
			return false;
		if (!w->rest) {
			g_string_printf(w->why, "bad path '%.120s': it ends before a key of %s", w->path, k->section->name);
			return false;
		}
		if (child && child->kind != YAML_MAP) {
			g_string_printf(w->why, "bad path '%.120s': %s is no map in the file", w->path, k->name);
			return false;
		}
		map = child;
		section = k->section;
	}
}

static struct yaml_node *value_of_set(struct reader *r, const struct target *t, const struct scenario_set *set,
                                      const struct place *at)
{
	struct yaml_node *value;

	if (!schema_is_scalar(t->key))
		return yaml_parse(&r->tree, set->value, strlen(set->value), at->origin, &r->complaints);
	value = yaml_node_new(&r->tree, YAML_SCALAR, at);
	value->text = yaml_text(&r->tree, set->value, strlen(set->value));
	return value;
}

void path_set(struct reader *r, struct yaml_node *root, const struct scenario_set *set, const char *origin)
{
	const struct place at = { 1, 1, 1, origin };
	struct walk w = { .r = r, .path = set->path, .origin = origin };
	struct yaml_node *key, *value;
	struct target t;
	int index;

	if (!g_utf8_validate(set->value, -1, NULL) || !g_utf8_validate(set->path, -1, NULL)) {
		complain(&r->complaints, &at, "not UTF-8");
		return;
	}
	if (root->kind != YAML_MAP)
		return; /* complained about by the reader */
	w.why = g_string_new(NULL);
	if (!resolve(&w, root, &t) || !t.map) {
		complain(&r->complaints, &at, "%s", w.why->len ? w.why->str : "nothing to set it in");
	} else if ((value = value_of_set(r, &t, set, &at))) {
		index = yaml_find(t.map, t.name);
		if (index >= 0) {
			t.map->children[index] = value;
			t.map->keys[index]->at = at; /* what is said about the key now concerns this --set */
		} else {
			key = yaml_node_new(&r->tree, YAML_SCALAR, &at);
			key->text = yaml_text(&r->tree, t.name, strlen(t.name));
			yaml_append(&r->tree, t.map, key, value);
		}
	}
	g_string_free(w.why, TRUE);
}

/* ---- sweeps ------------------------------------------------------------------------------------------------------- */

bool path_too_many(struct reader *r, const struct yaml_node *map)
{
	if (map->count > PATHS_MAXIMUM)
		complain(&r->complaints, &map->keys[PATHS_MAXIMUM]->at, "more than %d keys here", PATHS_MAXIMUM);
	return map->count > PATHS_MAXIMUM;
}

const struct schema_key *path_sweepable(struct reader *r, const struct yaml_node *root, const struct yaml_node *key)
{
	GString *why = g_string_new(NULL);
	struct walk w = { .r = r, .path = key->text, .why = why };
	struct target t = { .key = NULL };

	if (!resolve(&w, (struct yaml_node *)root, &t)) {
		complain(&r->complaints, &key->at, "%s", why->str);
		t.key = NULL;
	} else if (!schema_is_scalar(t.key) || g_str_has_prefix(key->text, "study.") || !strcmp(key->text, "title") ||
	           !strcmp(key->text, "seed")) {
		complain(&r->complaints, &key->at, "'%.120s' cannot be swept%s", key->text,
		         strcmp(key->text, "seed") ? "" : "; use replications");
		t.key = NULL;
	}
	g_string_free(why, TRUE);
	return t.key;
}

/* ---- random durations --------------------------------------------------------------------------------------------- */

/* One end of a range; the key's own limits hold for both, words like `none` do not stand for a duration here. */
static bool read_end(struct reader *r, const struct schema_key *k, const struct yaml_node *range, const char *name, mip_time *end)
{
	int at = yaml_find(range, name);
	struct schema_value value;
	GString *why = g_string_new(NULL);
	bool good = false;

	if (at < 0)
		complain(&r->complaints, &range->at, "want {min: DURATION, max: DURATION}: '%s' is missing", name);
	else if (range->children[at]->kind != YAML_SCALAR)
		complain(&r->complaints, &range->children[at]->at, "want a duration");
	else if (!schema_parse(k, range->children[at]->text, &r->names, &value, why))
		complain(&r->complaints, &range->children[at]->at, "%s", why->str);
	else if (k->word && !strcmp(range->children[at]->text, k->word))
		complain(&r->complaints, &range->children[at]->at, "want a duration");
	else
		good = true;
	*end = good ? value.number : 0;
	g_string_free(why, TRUE);
	return good;
}

void path_read_randoms(struct reader *r, const struct yaml_node *root, const struct yaml_node *map)
{
	GString *why = g_string_new(NULL);

	if (path_too_many(r, map)) {
		g_string_free(why, TRUE);
		return;
	}
	r->s->randoms = g_new0(struct scenario_random, map->count);
	for (int i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i], *range = map->children[i];
		struct walk w = { .r = r, .path = key->text, .why = why };
		struct scenario_random *random = &r->s->randoms[r->s->random_count++];
		struct target t;

		random->path = g_strdup(key->text);
		if (!resolve(&w, (struct yaml_node *)root, &t)) {
			complain(&r->complaints, &key->at, "%s", why->str);
		} else if (scenario_sweeps(r->s, key->text)) {
			complain(&r->complaints, &key->at, "'%.120s' is swept already", key->text);
		} else if (t.key->type != SCHEMA_DURATION || t.key->later) {
			complain(&r->complaints, &key->at, "'%.120s' is no duration", key->text);
		} else if (t.key->multiple) {
			complain(&r->complaints, &key->at,
			         "'%.120s' cannot be drawn: not every duration is good for it; sweep it", key->text);
		} else if (range->kind != YAML_MAP) {
			complain(&r->complaints, &range->at, "want {min: DURATION, max: DURATION}");
		} else {
			bool good = read_end(r, t.key, range, "min", &random->min);

			good &= read_end(r, t.key, range, "max", &random->max);
			for (int k = 0; k < range->count; k++) {
				if (strcmp(range->keys[k]->text, "min") && strcmp(range->keys[k]->text, "max"))
					complain(&r->complaints, &range->keys[k]->at,
					         "unknown key '%.80s' in a range: want min and max", range->keys[k]->text);
			}
			if (good && random->min > random->max)
				complain(&r->complaints, &range->at, "min is larger than max");
		}
	}
	g_string_free(why, TRUE);
}

/* ---- explore ------------------------------------------------------------------------------------------------------ */

static void check_free(struct reader *r, const struct yaml_node *root, const struct schema_section *section, const struct yaml_node *map,
                       const char *path, mip_time from, mip_time to)
{
	struct walk w = { .r = r, .path = path, .why = g_string_new(NULL) };
	struct target t;
	bool complete = true;
	int at = yaml_find(map, "path");

	for (const struct schema_key *k = section->keys; k->name; k++)
		if (!k->fallback && yaml_find(map, k->name) < 0) {
			complain(&r->complaints, &map->at, "%s needs '%s'", section->name, k->name);
			complete = false;
		}
	if (complete && from > to)
		complain(&r->complaints, &map->at, "%s: from is larger than to", section->name);
	if (complete && path) {
		if (!resolve(&w, (struct yaml_node *)root, &t))
			complain(&r->complaints, &map->children[at]->at, "%s", w.why->str);
		else if (t.key->type != SCHEMA_DURATION || t.key->later || !strncmp(path, "explore.", 8))
			complain(&r->complaints, &map->children[at]->at, "'%.120s' is no duration that could be left free", path);
	}
	g_string_free(w.why, TRUE);
}

void path_check_explore(struct reader *r, const struct yaml_node *root, const struct yaml_node *explore)
{
	const struct scenario_explore *x = &r->s->explore;
	const struct schema_section *section = schema_find(&schema_top, "explore")->section;
	int at = yaml_find(explore, "across");

	check_free(r, root, section, explore, x->path, x->from, x->to);
	if (at >= 0 && explore->children[at]->kind == YAML_MAP)
		check_free(r, root, schema_find(section, "across")->section, explore->children[at], x->across_path, x->across_from,
		           x->across_to);
}

/* ---- parameters --------------------------------------------------------------------------------------------------- */

static bool all_scalars(const struct yaml_node *list)
{
	for (int i = 0; i < list->count; i++) {
		if (list->children[i]->kind != YAML_SCALAR)
			return false;
	}
	return true;
}

static void add_parameter(GPtrArray *parameters, const GString *path, char *value)
{
	struct scenario_parameter *p = g_new(struct scenario_parameter, 1);

	p->path = g_strdup(path->str);
	p->value = value;
	g_ptr_array_add(parameters, p);
}

static void collect(const struct yaml_node *n, GString *path, GPtrArray *parameters)
{
	size_t length = path->len;

	if (n->kind == YAML_SCALAR) {
		add_parameter(parameters, path, g_strdup(n->text));
		return;
	}
	if (n->kind == YAML_LIST && n->count > LONG_LIST)
		return;
	if (n->kind == YAML_LIST && all_scalars(n)) { /* the members of a link: one parameter */
		GString *value = g_string_new("[");

		for (int i = 0; i < n->count; i++)
			g_string_append_printf(value, "%s%s", i ? ", " : "", n->children[i]->text);
		g_string_append_c(value, ']');
		add_parameter(parameters, path, g_string_free(value, FALSE));
		return;
	}
	for (int i = 0; i < n->count; i++) {
		if (n->kind == YAML_MAP) {
			if (!length && (!strcmp(n->keys[i]->text, "study") || !strcmp(n->keys[i]->text, "explore")))
				continue;
			g_string_append_printf(path, "%s%s", length ? "." : "", n->keys[i]->text);
		} else {
			g_string_append_printf(path, ".%d", i);
		}
		collect(n->children[i], path, parameters);
		g_string_truncate(path, length);
	}
}

static int compare_parameters(const void *a, const void *b)
{
	return strcmp((*(struct scenario_parameter *const *)a)->path, (*(struct scenario_parameter *const *)b)->path);
}

void path_parameters(const struct yaml_node *root, GPtrArray *parameters)
{
	GString *path = g_string_new(NULL);

	collect(root, path, parameters);
	g_ptr_array_sort(parameters, compare_parameters);
	g_string_free(path, TRUE);
}
