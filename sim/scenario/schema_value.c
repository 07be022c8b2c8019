// SPDX-License-Identifier: GPL-3.0-or-later
/* What the rows of the schema mean: texts to values, values into structs, and the list of all keys. */
#include "sim/scenario/schema.h"

#include <string.h>

#include "sim/scenario/value.h"

const struct schema_key *schema_find(const struct schema_section *section, const char *name)
{
	for (const struct schema_key *k = section->keys; k->name; k++) {
		if (!strcmp(k->name, name))
			return k;
	}
	return NULL;
}

bool schema_is_scalar(const struct schema_key *k)
{
	return k->type < SCHEMA_SECTION;
}

const struct schema_scheme *schema_scheme_find(const struct schema_scheme *rows, const char *name)
{
	for (const struct schema_scheme *s = rows; s->name; s++) {
		if (!strcmp(s->name, name))
			return s;
	}
	return NULL;
}

const char *schema_bad_name(const char *name)
{
	for (const char *p = name; *p; p++) {
		if (!g_ascii_isalnum(*p) && *p != '-' && *p != '_')
			return "want letters, digits, - and _";
	}
	if (!g_ascii_isalnum(*name))
		return "want it to start with a letter or digit";
	return strlen(name) > 63 ? "want at most 63 characters" : NULL;
}

static bool parse_choice(const struct schema_key *k, const char *text, struct schema_value *value, GString *why)
{
	struct suggestion s;

	suggestion_init(&s, text);
	for (const struct schema_choice *c = k->choices; c->name; c++) {
		if (!strcmp(c->name, text)) {
			if (c->later && why)
				g_string_printf(why, "%s: %s is not available in this version", k->name, text);
			value->number = c->value;
			return !c->later;
		}
		suggestion_offer(&s, c->name);
	}
	if (!why)
		return false;
	g_string_printf(why, "bad %s '%.80s': want ", k->name, text);
	for (const struct schema_choice *c = k->choices; c->name; c++)
		g_string_append_printf(why, "%s%s", c == k->choices ? "" : c[1].name ? ", " : " or ", c->name);
	g_string_append(why, suggestion_text(&s));
	return false;
}

static bool parse_reference(const struct schema_key *k, const char *text, struct schema_names *names, struct schema_value *value,
                            GString *why)
{
	bool node = k->type == SCHEMA_NODE;
	const GPtrArray *list;
	struct suggestion s;

	value->number = -1;
	if (!names || !(node ? names->nodes : names->cells))
		return true;
	value->number = GPOINTER_TO_INT(g_hash_table_lookup(node ? names->nodes : names->cells, text)) - 1;
	if (value->number >= 0)
		return true;
	if (!why)
		return false;
	list = node ? names->node_list : names->cell_list;
	suggestion_init(&s, text);
	for (unsigned i = 0; i < list->len && names->comparisons > 0; i++, names->comparisons--)
		suggestion_offer(&s, g_ptr_array_index(list, i));
	g_string_printf(why, "unknown %s '%.80s'%s", node ? "node" : "cell", text, suggestion_text(&s));
	return false;
}

static void number_text(const struct schema_key *k, int64_t number, char *buffer, size_t size)
{
	if (k->type == SCHEMA_DURATION)
		value_duration_text(number, buffer);
	else
		g_snprintf(buffer, size, "%" G_GINT64_FORMAT "%s", number,
		           k->type == SCHEMA_SIZE || k->type == SCHEMA_SIZE32 ? "B" : "");
}

/* Range and multiple of a number; false: *why says what is wanted. */
static bool in_range(const struct schema_key *k, const char *text, int64_t number, GString *why)
{
	char low[48], high[48];

	if (number >= k->minimum && (!k->maximum || number <= k->maximum) && (!k->multiple || number % k->multiple == 0))
		return true;
	if (!why)
		return false;
	g_string_printf(why, "bad %s '%.80s': want ", k->name, text);
	if (number >= k->minimum && (!k->maximum || number <= k->maximum)) {
		number_text(k, k->multiple, low, sizeof low);
		g_string_append_printf(why, "a multiple of %s", low);
		return false;
	}
	number_text(k, k->minimum, low, sizeof low);
	number_text(k, k->maximum, high, sizeof high);
	if (k->maximum && k->minimum)
		g_string_append_printf(why, "from %s to %s", low, high);
	else if (k->maximum)
		g_string_append_printf(why, "at most %s", high);
	else if (k->minimum == 1 && k->type == SCHEMA_DURATION)
		g_string_append(why, "more than 0");
	else
		g_string_append_printf(why, "at least %s", low);
	return false;
}

bool schema_parse(const struct schema_key *k, const char *text, struct schema_names *names, struct schema_value *value,
                  GString *why)
{
	const char *wrong = NULL;
	uint64_t whole = 0;
	uint32_t q32 = 0;
	bool limited = false;

	*value = (struct schema_value){ .text = text };
	if (!*text && k->type != SCHEMA_TEXT) {
		if (why)
			g_string_printf(why, "%s has no value", k->name);
		return false;
	}
	if (k->word && !strcmp(text, k->word)) {
		value->number = k->word_value;
		return true;
	}
	switch (k->type) {
	case SCHEMA_TEXT:
		return true;
	case SCHEMA_CHOICE:
		return parse_choice(k, text, value, why);
	case SCHEMA_NODE:
	case SCHEMA_CELL:
		return parse_reference(k, text, names, value, why);
	case SCHEMA_NAME:
		wrong = schema_bad_name(text);
		break;
	case SCHEMA_DURATION:
		wrong = value_duration(text, &value->number);
		limited = true;
		break;
	case SCHEMA_RATE:
		wrong = value_rate(text, &value->number);
		break;
	case SCHEMA_SIZE:
	case SCHEMA_SIZE32:
		wrong = value_size(text, &value->number);
		limited = true;
		break;
	case SCHEMA_PROBABILITY:
		wrong = value_probability(text, &q32);
		value->number = q32;
		break;
	case SCHEMA_FRACTION:
		wrong = value_fraction(text, &value->fraction);
		break;
	case SCHEMA_SWITCH:
		value->number = !strcmp(text, "on");
		wrong = value->number || !strcmp(text, "off") ? NULL : "want on or off";
		break;
	case SCHEMA_U16:
	case SCHEMA_U32:
		wrong = value_whole(text, &whole);
		if (!wrong && whole > INT64_MAX)
			wrong = "too large";
		value->number = (int64_t)whole;
		limited = true;
		break;
	case SCHEMA_U64:
		wrong = value_whole(text, &whole);
		value->number = (int64_t)whole;
		break;
	case SCHEMA_ADDRESS:
		wrong = value_address(text, &value->address);
		break;
	case SCHEMA_PREFIX:
		wrong = value_prefix(text, &value->address);
		break;
	default:
		wrong = "want no single value";
	}
	if (wrong) {
		if (why)
			g_string_printf(why, "bad %s '%.80s': %s", k->name, text, wrong);
		return false;
	}
	if (limited && !in_range(k, text, value->number, why))
		return false;
	if (k->later) {
		if (why)
			g_string_printf(why, "%s: %s is not available in this version", k->name, text);
		return false;
	}
	return true;
}

void schema_store(const struct schema_key *k, const struct schema_value *value, void *target)
{
	char *p;

	if (k->offset == SCHEMA_NOWHERE)
		return;
	p = (char *)target + k->offset;
	switch (k->type) {
	case SCHEMA_TEXT:
	case SCHEMA_NAME:
		g_free(*(char **)(void *)p);
		*(char **)(void *)p = g_strdup(value->text);
		break;
	case SCHEMA_DURATION:
	case SCHEMA_RATE:
	case SCHEMA_SIZE:
	case SCHEMA_U64:
		*(int64_t *)(void *)p = value->number;
		break;
	case SCHEMA_SIZE32:
	case SCHEMA_PROBABILITY:
	case SCHEMA_U32:
		*(uint32_t *)(void *)p = (uint32_t)value->number;
		break;
	case SCHEMA_FRACTION:
		*(struct fraction *)(void *)p = value->fraction;
		break;
	case SCHEMA_SWITCH:
		*(bool *)(void *)p = value->number != 0;
		break;
	case SCHEMA_CHOICE: /* enums are as large as int on the systems we know */
	case SCHEMA_NODE:
	case SCHEMA_CELL:
		*(int *)(void *)p = (int)value->number;
		break;
	case SCHEMA_U16:
		*(uint16_t *)(void *)p = (uint16_t)value->number;
		break;
	case SCHEMA_ADDRESS:
	case SCHEMA_PREFIX:
		*(struct in6 *)(void *)p = value->address;
		break;
	default:
		break;
	}
}

void schema_defaults(const struct schema_section *section, void *target)
{
	for (const struct schema_key *k = section->keys; k->name; k++) {
		struct schema_value value;

		if (k->offset == SCHEMA_NOWHERE)
			continue;
		if (k->type == SCHEMA_SECTION)
			schema_defaults(k->section, target);
		else if (schema_is_scalar(k) && k->fallback && *k->fallback) {
			bool good = schema_parse(k, k->fallback, NULL, &value, NULL);

			mip_assert(good);
			schema_store(k, &value, target);
		}
	}
}

/* ---- the list of all keys ------------------------------------------------------------------------------------------ */

static void type_text(const struct schema_key *k, bool later, GString *out)
{
	static const char *const names[] = {
		[SCHEMA_TEXT] = "text",
		[SCHEMA_NAME] = "name",
		[SCHEMA_DURATION] = "duration (ns, us, ms, s, min, h)",
		[SCHEMA_RATE] = "rate (bps, kbps, Mbps, Gbps)",
		[SCHEMA_SIZE] = "size (B, kB, KiB, MiB)",
		[SCHEMA_SIZE32] = "size (B, kB, KiB, MiB)",
		[SCHEMA_PROBABILITY] = "probability (0..1)",
		[SCHEMA_FRACTION] = "fraction (0..1)",
		[SCHEMA_SWITCH] = "on|off",
		[SCHEMA_U16] = "whole number",
		[SCHEMA_U32] = "whole number",
		[SCHEMA_U64] = "whole number",
		[SCHEMA_ADDRESS] = "IPv6 address",
		[SCHEMA_PREFIX] = "IPv6 prefix (/64)",
		[SCHEMA_NODE] = "node",
		[SCHEMA_CELL] = "cell",
		[SCHEMA_NODES] = "list of nodes",
		[SCHEMA_CELLS] = "list of cells",
		[SCHEMA_SUBNETS] = "list of IPv6 addresses or prefixes",
		[SCHEMA_POINTS] = "list of maps of values by path",
		[SCHEMA_SWEEP] = "lists of values by path",
		[SCHEMA_RANDOM] = "ranges by path",
	};

	if (k->type == SCHEMA_CHOICE) {
		for (const struct schema_choice *c = k->choices; c->name; c++)
			g_string_append_printf(out, "%s%s%s", c == k->choices ? "" : "|", c->name, c->later || later ? "*" : "");
	} else {
		g_string_append(out, names[k->type]);
		if (k->word)
			g_string_append_printf(out, " or %s", k->word);
		g_string_append(out, k->later || later ? "*" : "");
	}
}

static void list_section(const struct schema_section *section, const char *prefix, bool later, GString *out)
{
	for (const struct schema_key *k = section->keys; k->name; k++) {
		GString *path = g_string_new(prefix), *type;

		g_string_append(path, k->name);
		if (k->section && !(section != &schema_top && k->section == &schema_protocol)) {
			static const char *const steps[] = { [SCHEMA_SECTION] = ".",
				                             [SCHEMA_LIST] = ".N.",
				                             [SCHEMA_NAMED] = ".NAME.",
				                             [SCHEMA_NAMED_LISTS] = ".NAME.N." };

			g_string_append(path, steps[k->type]);
			list_section(k->section, path->str, later || k->later, out);
			g_string_free(path, TRUE);
			continue;
		}
		type = g_string_new(NULL);
		if (k->section)
			g_string_append(type, "as protocol");
		else
			type_text(k, later, type);
		g_string_append_printf(out, "%-38s  %-62s  %-18s  %s\n", path->str, type->str,
		                       !k->fallback   ? "required"
		                       : *k->fallback ? k->fallback
		                                      : "-",
		                       k->help);
		g_string_free(type, TRUE);
		g_string_free(path, TRUE);
	}
}

void scenario_schema(GString *out)
{
	g_string_append_printf(out, "%-38s  %-62s  %-18s  %s\n", "key", "type", "default",
	                       "what it is (*: not available in this version)");
	list_section(&schema_top, "", false, out);
}
