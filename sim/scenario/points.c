// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The points of a study. `sweep`: the cross product of its lists and ranges; `zip`: lists that go along together; `points`: what is
 * listed one by one. All three are crossed with each other, the first of points, zip, sweep varying slowest, and the last sweep fastest.
 * `exclude` leaves out the points that have all the values of one of its entries.
 */
#include "sim/scenario/reader.h"

#include <math.h>
#include <string.h>

#include "sim/scenario/value.h"

#define POINTS_MAXIMUM 1000000

/* ---- ranges: {from, to, step}, or {from, to, steps}, or {from, to, log} ------------------------------------------------------- */

/* 20ms: number 20, unit ms. */
static bool split(const char *text, double *number, const char **unit)
{
	char *rest;

	*number = g_ascii_strtod(text, &rest);
	*unit = rest;
	return rest != text && isfinite(*number) && *number >= 0;
}

static char *value_text(const struct schema_key *k, double v, bool three_digits, const char *unit)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE], *text;
	bool whole = k->type == SCHEMA_U16 || k->type == SCHEMA_U32 || k->type == SCHEMA_U64 || !strcmp(unit, "B") || !strcmp(unit, "bps") ||
	             !strcmp(unit, "ns");
	int64_t ns;

	if (three_digits)
		v = g_ascii_strtod(g_ascii_formatd(number, sizeof number, "%.3g", v), NULL);
	if (whole)
		v = round(v);
	text = g_strconcat(g_ascii_formatd(number, sizeof number, "%.10g", v), unit, NULL);
	/* Counted in larger units on the wire: the nearest that there is. */
	if (k->type == SCHEMA_DURATION && k->multiple && !value_duration(text, &ns) && ns % k->multiple) {
		char buffer[40];

		g_free(text);
		text = g_strdup(value_duration_text((ns + k->multiple / 2) / k->multiple * k->multiple, buffer));
	}
	return text;
}

/* The values of a range; NULL: complained. */
static GPtrArray *range_values(struct reader *r, const struct schema_key *k, const struct yaml_node *map)
{
	static const char *const names[] = { "from", "to", "step", "steps", "log" };
	const char *units[5] = { NULL }, *wrong = NULL;
	double v[5] = { 0 };
	bool has[5] = { false };
	GPtrArray *values;
	double count;

	for (int i = 0; i < map->count && !wrong; i++) {
		size_t n = 0;

		while (n < 5 && strcmp(names[n], map->keys[i]->text))
			n++;
		if (n == 5 || map->children[i]->kind != YAML_SCALAR || !split(map->children[i]->text, &v[n], &units[n]))
			wrong = "want {from: VALUE, to: VALUE} with step: VALUE, steps: NUMBER or log: NUMBER";
		else
			has[n] = true;
	}
	if (!wrong && (!has[0] || !has[1] || has[2] + has[3] + has[4] != 1))
		wrong = "want {from: VALUE, to: VALUE} with one of step: VALUE, steps: NUMBER and log: NUMBER";
	else if (!wrong && (strcmp(units[0], units[1]) || (has[2] && strcmp(units[0], units[2]))))
		wrong = "want the same unit in from, to and step";
	else if (!wrong && (v[0] > v[1] || (has[2] && v[2] <= 0) || (has[4] && v[0] <= 0)))
		wrong = "want from below to, a step above 0, and with log a from above 0";
	else if (!wrong && ((has[3] && (v[3] != floor(v[3]) || v[3] < 2 || *units[3])) || (has[4] && (v[4] != floor(v[4]) || v[4] < 2 || *units[4]))))
		wrong = "want a whole number of values from 2 on in steps or log";
	/* The last value of a step counts in spite of rounding. */
	count = wrong ? 0 : has[2] ? floor((v[1] - v[0]) / v[2] + 1e-9) + 1 : has[3] ? v[3] : v[4];
	if (!wrong && count > POINTS_MAXIMUM)
		wrong = "more than " G_STRINGIFY(POINTS_MAXIMUM) " points";
	if (wrong) {
		complain(&r->complaints, &map->at, "%s", wrong);
		return NULL;
	}
	values = g_ptr_array_new_with_free_func(g_free);
	for (int i = 0; i < (int)count; i++) {
		double x = has[2] ? v[0] + i * v[2] : has[3] ? v[0] + i * (v[1] - v[0]) / (count - 1) : v[0] * pow(v[1] / v[0], i / (count - 1));

		g_ptr_array_add(values, value_text(k, x, has[4], units[0]));
	}
	return values;
}

/* ---- sweep ---------------------------------------------------------------------------------------------------------------- */

static void read_values(struct reader *r, const struct schema_key *k, const struct yaml_node *list, bool unique,
                        struct scenario_sweep *sweep)
{
	GPtrArray *range = list->kind == YAML_MAP ? range_values(r, k, list) : NULL;
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	GString *why = g_string_new(NULL);
	int count = range ? (int)range->len : list->kind == YAML_LIST ? list->count : 0;

	sweep->values = g_new0(char *, count + 1);
	for (int i = 0; i < count; i++) {
		const struct yaml_node *value = range ? list : list->children[i];
		const char *text = range ? g_ptr_array_index(range, i) : value->text;
		struct schema_value parsed;

		if (!range && value->kind != YAML_SCALAR) {
			complain(&r->complaints, &value->at, "want a single value");
			continue;
		}
		if (!schema_parse(k, text, &r->names, &parsed, why))
			complain(&r->complaints, &value->at, "%s", why->str);
		sweep->values[sweep->value_count] = g_strdup(text);
		if (!g_hash_table_add(seen, sweep->values[sweep->value_count]) && unique)
			complain(&r->complaints, &value->at, "'%.80s' stands in this sweep twice", text);
		sweep->value_count++;
	}
	if (range)
		g_ptr_array_free(range, TRUE);
	g_hash_table_destroy(seen);
	g_string_free(why, TRUE);
}

static bool is_range_or_list(struct reader *r, const struct yaml_node *key, const struct yaml_node *list)
{
	if (list->kind == YAML_MAP || (list->kind == YAML_LIST && list->count))
		return true;
	complain(&r->complaints, list->kind == YAML_SCALAR && !*list->text ? &key->at : &list->at, "want a list of values to sweep over");
	return false;
}

static void read_sweep(struct reader *r, const struct yaml_node *root, const struct yaml_node *map)
{
	if (path_too_many(r, map))
		return;
	r->s->sweeps = g_new0(struct scenario_sweep, map->count);
	for (int i = 0; i < map->count; i++) {
		const struct yaml_node *key = map->keys[i], *list = map->children[i];
		struct scenario_sweep *sweep = &r->s->sweeps[r->s->sweep_count++];
		const struct schema_key *k = path_sweepable(r, root, key);

		sweep->path = g_strdup(key->text);
		if (k && is_range_or_list(r, key, list))
			read_values(r, k, list, true, sweep);
	}
}

/* ---- zip, points, exclude: lists of sets of values --------------------------------------------------------------------------- */

static void add_value(struct scenario_choices *c, const char *path, const char *value)
{
	struct scenario_set set = { g_strdup(path), g_strdup(value) };

	g_array_append_val(c->sets, set);
	g_array_index(c->ends, int, c->ends->len - 1) = (int)c->sets->len;
}

static void add_choice(struct scenario_choices *c)
{
	int end;

	if (!c->sets) {
		c->sets = g_array_new(FALSE, FALSE, sizeof(struct scenario_set));
		c->ends = g_array_new(FALSE, FALSE, sizeof(int));
	}
	end = (int)c->sets->len;
	g_array_append_val(c->ends, end);
}

static int choice_count(const struct scenario_choices *c)
{
	return c->ends ? (int)c->ends->len : 0;
}

/* The sets of one choice. */
static const struct scenario_set *choice(const struct scenario_choices *c, int index, int *count)
{
	int start = index ? g_array_index(c->ends, int, index - 1) : 0;

	*count = g_array_index(c->ends, int, index) - start;
	return &g_array_index(c->sets, struct scenario_set, start);
}

static void read_zip(struct reader *r, const struct yaml_node *root, const struct yaml_node *map)
{
	struct scenario_sweep *lists;
	int length = -1;

	if (path_too_many(r, map))
		return;
	lists = g_new0(struct scenario_sweep, map->count + 1);
	for (int i = 0; i < map->count; i++) {
		const struct schema_key *k = path_sweepable(r, root, map->keys[i]);

		if (!k || !is_range_or_list(r, map->keys[i], map->children[i]))
			continue;
		read_values(r, k, map->children[i], false, &lists[i]);
		if (length < 0)
			length = lists[i].value_count;
		else if (lists[i].value_count != length)
			complain(&r->complaints, &map->children[i]->at, "%d values here, but %d in the list it goes along with", lists[i].value_count,
			         length);
	}
	for (int row = 0; row < length && !r->complaints.count; row++) {
		add_choice(&r->s->zip);
		for (int i = 0; i < map->count; i++)
			add_value(&r->s->zip, map->keys[i]->text, lists[i].values[row]);
	}
	for (int i = 0; i < map->count; i++)
		g_strfreev(lists[i].values);
	g_free(lists);
}

static void read_choices(struct reader *r, const struct yaml_node *root, const struct yaml_node *list, const char *name,
                         struct scenario_choices *choices)
{
	GString *why = g_string_new(NULL);

	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *map = list->children[i];

		if (map->kind != YAML_MAP || path_too_many(r, map)) {
			complain(&r->complaints, &map->at, "want a map of path: value in %s", name);
			continue;
		}
		add_choice(choices);
		for (int n = 0; n < map->count; n++) {
			const struct schema_key *k = path_sweepable(r, root, map->keys[n]);
			struct schema_value parsed;

			if (!k)
				continue;
			if (map->children[n]->kind != YAML_SCALAR)
				complain(&r->complaints, &map->children[n]->at, "want a single value");
			else if (!schema_parse(k, map->children[n]->text, &r->names, &parsed, why))
				complain(&r->complaints, &map->children[n]->at, "%s", why->str);
			else
				add_value(choices, map->keys[n]->text, map->children[n]->text);
		}
	}
	g_string_free(why, TRUE);
}

/* A path may be set by one of the three only, or which of them counts would be hidden in an order. */
static void check_once(struct reader *r, const struct yaml_node *study)
{
	const struct scenario_choices *others[] = { &r->s->zip, &r->s->points };
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (int i = 0; i < r->s->sweep_count; i++)
		g_hash_table_insert(seen, r->s->sweeps[i].path, (void *)1);
	for (int k = 0; k < 2; k++) {
		for (guint i = 0; others[k]->sets && i < others[k]->sets->len; i++) {
			const char *path = g_array_index(others[k]->sets, struct scenario_set, i).path;
			int by = GPOINTER_TO_INT(g_hash_table_lookup(seen, path));

			if (by && by != k + 2) {
				complain(&r->complaints, &study->at, "'%.120s' is set by two of sweep, zip and points", path);
				break;
			}
			g_hash_table_insert(seen, (void *)path, GINT_TO_POINTER(k + 2));
		}
	}
	g_hash_table_destroy(seen);
}

/* ---- all together ------------------------------------------------------------------------------------------------------------ */

static guint64 raw_count(const struct scenario *s)
{
	guint64 count = 1;

	count *= (guint64)MAX(1, choice_count(&s->points));
	count *= (guint64)MAX(1, choice_count(&s->zip));
	for (int i = 0; i < s->sweep_count && count <= POINTS_MAXIMUM; i++)
		count *= (guint64)s->sweeps[i].value_count;
	return count;
}

static int add_sets(const struct scenario_choices *c, int index, struct scenario_set *sets)
{
	int count;
	const struct scenario_set *from = choice(c, index, &count);

	if (sets && count)
		memcpy(sets, from, (size_t)count * sizeof *sets);
	return count;
}

/* The sets of a point before anything is excluded. */
static int raw_point(const struct scenario *s, int raw, struct scenario_set *sets)
{
	int product = 1, count = 0, zips = MAX(1, choice_count(&s->zip));

	for (int i = 0; i < s->sweep_count; i++)
		product *= s->sweeps[i].value_count;
	if (choice_count(&s->points))
		count += add_sets(&s->points, raw / product / zips, sets);
	if (choice_count(&s->zip))
		count += add_sets(&s->zip, raw / product % zips, sets ? sets + count : NULL);
	raw %= product;
	for (int i = s->sweep_count - 1; i >= 0; i--) {
		const struct scenario_sweep *sweep = &s->sweeps[i];

		if (sets)
			sets[count + i] = (struct scenario_set){ sweep->path, sweep->values[raw % sweep->value_count] };
		raw /= sweep->value_count;
	}
	return count + s->sweep_count;
}

static bool has_all(const struct scenario_set *sets, int count, const struct scenario_set *wanted, int wanted_count)
{
	for (int w = 0; w < wanted_count; w++) {
		int i = 0;

		while (i < count && (strcmp(sets[i].path, wanted[w].path) || strcmp(sets[i].value, wanted[w].value)))
			i++;
		if (i == count)
			return false;
	}
	return true;
}

/* Which raw points are left. */
static void exclude(struct reader *r, const struct yaml_node *list)
{
	struct scenario *s = r->s;
	int raw = (int)raw_count(s), rules = choice_count(&s->excluded);
	bool *struck = g_new0(bool, rules + 1);

	s->kept = g_array_new(FALSE, FALSE, sizeof(int));
	for (int point = 0; point < raw; point++) {
		int count = raw_point(s, point, NULL);
		struct scenario_set *sets = g_new(struct scenario_set, count + 1);
		bool out = false;

		raw_point(s, point, sets);
		for (int rule = 0; rule < rules; rule++) {
			int wanted_count;
			const struct scenario_set *wanted = choice(&s->excluded, rule, &wanted_count);

			if (wanted_count && has_all(sets, count, wanted, wanted_count))
				out = struck[rule] = true;
		}
		g_free(sets);
		if (!out)
			g_array_append_val(s->kept, point);
	}
	for (int rule = 0; rule < rules && rule < list->count; rule++)
		if (!struck[rule])
			complain(&r->complaints, &list->children[rule]->at, "excludes no point of the study");
	if (!s->kept->len)
		complain(&r->complaints, &list->at, "excludes every point of the study");
	g_free(struck);
}

static const struct yaml_node *find(const struct yaml_node *study, const char *name, enum yaml_kind kind)
{
	int at = yaml_find(study, name);

	return at >= 0 && study->children[at]->kind == kind ? study->children[at] : NULL;
}

static void check_precision(struct reader *r, const struct yaml_node *study, const struct yaml_node *map)
{
	const struct scenario_precision *p = &r->s->precision;
	const struct place *at = &map->at;

	if (!p->metric || !*p->metric)
		complain(&r->complaints, at, "study.precision needs 'metric'");
	if (!p->relative.numerator)
		complain(&r->complaints, at, "want a 'relative' above 0");
	if (!p->confidence.numerator || p->confidence.numerator == p->confidence.denominator)
		complain(&r->complaints, at, "want a 'confidence' above 0 and below 1");
	if (r->s->replications < 2)
		complain(&r->complaints, &study->at, "with precision, replications is the size of a batch, 2 at least: 10, say");
	else if (p->maximum < r->s->replications)
		complain(&r->complaints, at, "'max' is below a batch of %u replications", r->s->replications);
}

void points_read(struct reader *r, const struct yaml_node *root, const struct yaml_node *study)
{
	const struct yaml_node *node;

	if ((node = find(study, "precision", YAML_MAP)))
		check_precision(r, study, node);
	if ((node = find(study, "sweep", YAML_MAP)))
		read_sweep(r, root, node);
	if ((node = find(study, "zip", YAML_MAP)))
		read_zip(r, root, node);
	if ((node = find(study, "points", YAML_LIST)))
		read_choices(r, root, node, "points", &r->s->points);
	check_once(r, study);
	if (raw_count(r->s) > POINTS_MAXIMUM) {
		complain(&r->complaints, &study->at, "more than " G_STRINGIFY(POINTS_MAXIMUM) " points");
		return;
	}
	if ((node = find(study, "exclude", YAML_LIST))) {
		read_choices(r, root, node, "exclude", &r->s->excluded);
		if (!r->complaints.count)
			exclude(r, node);
	}
}

static void choices_free(struct scenario_choices *c)
{
	for (guint i = 0; c->sets && i < c->sets->len; i++) {
		struct scenario_set *set = &g_array_index(c->sets, struct scenario_set, i);

		g_free((char *)set->path);
		g_free((char *)set->value);
	}
	if (c->sets) {
		g_array_free(c->sets, TRUE);
		g_array_free(c->ends, TRUE);
	}
}

void points_free(struct scenario *s)
{
	for (int i = 0; i < s->sweep_count; i++) {
		for (int k = 0; k < s->sweeps[i].value_count; k++)
			g_free(s->sweeps[i].values[k]);
		g_free(s->sweeps[i].values);
		g_free(s->sweeps[i].path);
	}
	g_free(s->sweeps);
	choices_free(&s->zip);
	choices_free(&s->points);
	choices_free(&s->excluded);
	if (s->kept)
		g_array_free(s->kept, TRUE);
}

int scenario_point_count(const struct scenario *s)
{
	return s->kept ? (int)s->kept->len : (int)raw_count(s);
}

int scenario_point(const struct scenario *s, int point, struct scenario_set *sets)
{
	mip_assert(point >= 0 && point < scenario_point_count(s));
	return raw_point(s, s->kept ? g_array_index(s->kept, int, point) : point, sets);
}

uint32_t scenario_replications_maximum(const struct scenario *s)
{
	return s->precision.metric ? s->precision.maximum : s->replications;
}

bool scenario_has_points(const struct scenario *s)
{
	return s->sweep_count || choice_count(&s->zip) || choice_count(&s->points);
}

bool scenario_sweeps(const struct scenario *s, const char *path)
{
	const struct scenario_choices *others[] = { &s->zip, &s->points };

	for (int i = 0; i < s->sweep_count; i++)
		if (!strcmp(s->sweeps[i].path, path))
			return true;
	for (int k = 0; k < 2; k++)
		for (guint i = 0; others[k]->sets && i < others[k]->sets->len; i++)
			if (!strcmp(g_array_index(others[k]->sets, struct scenario_set, i).path, path))
				return true;
	return false;
}
