// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * YAML to a tree, from the library's events: the tree is bounded in depth and size as it grows (deep nesting, alias bombs), and
 * costs linear time whatever the text. Left out on purpose: tags, merge keys, more than one document, keys that are no scalars.
 */
#include "sim/scenario/yaml.h"

#include <libfyaml.h>
#include <string.h>

#define BLOCK ((size_t)256 * 1024)
#define BRACKETS_MAXIMUM 1000

void yaml_tree_init(struct yaml_tree *t)
{
	*t = (struct yaml_tree){ .blocks = g_ptr_array_new_with_free_func(g_free) };
}

void yaml_tree_fini(struct yaml_tree *t)
{
	g_ptr_array_free(t->blocks, TRUE);
}

static void *take(struct yaml_tree *t, size_t octets)
{
	void *p;

	octets = (octets + 7) & ~(size_t)7;
	if (octets > t->free_octets) {
		if (octets > BLOCK / 4) { /* of its own, so that little of the current block is lost */
			p = g_malloc(octets);
			g_ptr_array_add(t->blocks, p);
			return p;
		}
		t->free = g_malloc(BLOCK);
		t->free_octets = BLOCK;
		g_ptr_array_add(t->blocks, t->free);
	}
	p = t->free;
	t->free += octets;
	t->free_octets -= octets;
	return p;
}

const char *yaml_text(struct yaml_tree *t, const char *text, size_t length)
{
	char *copy = take(t, length + 1);

	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

struct yaml_node *yaml_node_new(struct yaml_tree *t, enum yaml_kind kind, const struct place *at)
{
	struct yaml_node *n = take(t, sizeof *n);

	*n = (struct yaml_node){ .kind = kind, .at = *at };
	t->nodes++;
	return n;
}

void yaml_append(struct yaml_tree *t, struct yaml_node *parent, struct yaml_node *key, struct yaml_node *child)
{
	if (parent->count == parent->capacity) {
		int capacity = parent->capacity ? 2 * parent->capacity : 4;
		struct yaml_node **children = take(t, (size_t)capacity * sizeof *children);

		if (parent->count)
			memcpy(children, parent->children, (size_t)parent->count * sizeof *children);
		parent->children = children;
		if (parent->kind == YAML_MAP) {
			struct yaml_node **keys = take(t, (size_t)capacity * sizeof *keys);

			if (parent->count)
				memcpy(keys, parent->keys, (size_t)parent->count * sizeof *keys);
			parent->keys = keys;
		}
		parent->capacity = capacity;
	}
	if (parent->kind == YAML_MAP)
		parent->keys[parent->count] = key;
	parent->children[parent->count++] = child;
}

int yaml_find(const struct yaml_node *map, const char *key)
{
	for (int i = 0; i < map->count; i++) {
		if (!strcmp(map->keys[i]->text, key))
			return i;
	}
	return -1;
}

/* ---- events to nodes ---------------------------------------------------------------------------------------------- */

struct builder {
	struct yaml_tree *tree;
	struct complaints *complaints;
	const char *origin;
	GHashTable *anchors; /* name -> finished node, or `open` while it is being made */
	struct frame {
		struct yaml_node *node, *key;
		char *anchor;
	} stack[YAML_DEPTH_MAXIMUM];
	int depth;
	struct yaml_node *root;
	bool failed;
};

static struct yaml_node open; /* an anchor whose node is not finished: an alias to it would contain itself */

static struct place place_of(const struct builder *b, struct fy_event *e)
{
	const struct fy_mark *start = fy_event_start_mark(e), *end = fy_event_end_mark(e);
	struct place at = { 1, 1, 1, b->origin };

	if (start) {
		at.line = start->line + 1;
		at.column = start->column + 1;
		if (e->type == FYET_SCALAR && end && end->line == start->line && end->column > start->column)
			at.width = end->column - start->column;
	}
	return at;
}

/* Keeps the first of each name and complains about the others. */
static void drop_duplicates(struct builder *b, struct yaml_node *map)
{
	GHashTable *seen = map->count > 16 ? g_hash_table_new(g_str_hash, g_str_equal) : NULL;
	int kept = 0;

	for (int i = 0; i < map->count; i++) {
		struct yaml_node *key = map->keys[i], *first = NULL;

		if (seen)
			first = g_hash_table_lookup(seen, key->text);
		else
			for (int k = 0; k < kept && !first; k++)
				first = strcmp(map->keys[k]->text, key->text) ? NULL : map->keys[k];
		if (first) {
			complain(b->complaints, &key->at, "duplicate key '%.80s', first on line %d", key->text, first->at.line);
			continue;
		}
		if (seen)
			g_hash_table_insert(seen, (void *)key->text, key);
		map->keys[kept] = key;
		map->children[kept++] = map->children[i];
	}
	map->count = kept;
	if (seen)
		g_hash_table_destroy(seen);
}

static void fail(struct builder *b, const struct place *at, const char *message)
{
	complain(b->complaints, at, "%s", message);
	b->failed = true;
}

static void add(struct builder *b, struct yaml_node *n)
{
	struct frame *f = b->depth ? &b->stack[b->depth - 1] : NULL;

	if (b->tree->nodes > YAML_NODES_MAXIMUM) {
		fail(b, &n->at, "too large: more than " G_STRINGIFY(YAML_NODES_MAXIMUM) " values");
	} else if (!f) {
		b->root = n;
	} else if (f->node->kind == YAML_LIST) {
		yaml_append(b->tree, f->node, NULL, n);
	} else if (f->key) {
		yaml_append(b->tree, f->node, f->key, n);
		f->key = NULL;
	} else if (n->kind != YAML_SCALAR) {
		fail(b, &n->at, "a key has to be plain text");
	} else {
		f->key = n;
	}
}

static char *text_of(struct fy_token *t)
{
	size_t length = 0;
	const char *text = t ? fy_token_get_text(t, &length) : NULL;

	return text ? g_strndup(text, length) : NULL;
}

static void finish_anchor(struct builder *b, char *name, struct yaml_node *n)
{
	if (name)
		g_hash_table_replace(b->anchors, name, n);
}

static void push(struct builder *b, enum yaml_kind kind, struct fy_token *anchor, const struct place *at)
{
	struct frame *f = &b->stack[b->depth];

	if (b->depth == YAML_DEPTH_MAXIMUM) {
		fail(b, at, "nested more than " G_STRINGIFY(YAML_DEPTH_MAXIMUM) " deep");
		return;
	}
	f->node = yaml_node_new(b->tree, kind, at);
	f->key = NULL;
	f->anchor = text_of(anchor);
	if (f->anchor)
		finish_anchor(b, g_strdup(f->anchor), &open);
	b->depth++;
}

static void pop(struct builder *b)
{
	struct frame *f = &b->stack[--b->depth];

	if (f->node->kind == YAML_MAP)
		drop_duplicates(b, f->node);
	finish_anchor(b, f->anchor, f->node);
	f->anchor = NULL;
	add(b, f->node);
}

/* A copy, so that --set through one name does not change what another stands for. NULL: too large. */
static struct yaml_node *copy(struct builder *b, const struct yaml_node *from)
{
	struct yaml_node *n = yaml_node_new(b->tree, from->kind, &from->at);

	n->text = from->text;
	for (int i = 0; i < from->count; i++) {
		struct yaml_node *child;

		if (b->tree->nodes > YAML_NODES_MAXIMUM)
			return NULL;
		child = copy(b, from->children[i]);
		if (!child)
			return NULL;
		yaml_append(b->tree, n, from->keys ? from->keys[i] : NULL, child);
	}
	return n;
}

static int height(const struct yaml_node *n)
{
	int highest = 0;

	for (int i = 0; i < n->count; i++)
		highest = MAX(highest, height(n->children[i]));
	return n->kind == YAML_SCALAR ? 0 : highest + 1;
}

static void add_alias(struct builder *b, struct fy_token *token, const struct place *at)
{
	char *name = text_of(token);
	struct yaml_node *target = name ? g_hash_table_lookup(b->anchors, name) : NULL, *n;

	if (!target) {
		complain(b->complaints, at, "unknown alias '*%.80s'", name ? name : "");
		b->failed = true;
	} else if (target == &open) {
		complain(b->complaints, at, "alias '*%.80s' stands inside what it names", name);
		b->failed = true;
	} else if (b->depth + height(target) > YAML_DEPTH_MAXIMUM) {
		fail(b, at, "nested more than " G_STRINGIFY(YAML_DEPTH_MAXIMUM) " deep");
	} else {
		n = copy(b, target);
		if (n)
			add(b, n);
		else
			fail(b, at, "too large: aliases make more than " G_STRINGIFY(YAML_NODES_MAXIMUM) " values");
	}
	g_free(name);
}

static void add_scalar(struct builder *b, struct fy_token *value, struct fy_token *anchor, const struct place *at)
{
	struct yaml_node *n = yaml_node_new(b->tree, YAML_SCALAR, at);
	size_t length = 0;
	const char *text = value ? fy_token_get_text(value, &length) : NULL;

	if (text && memchr(text, '\0', length)) { /* by an escape in double quotes */
		fail(b, at, "a NUL character in a text");
		return;
	}
	n->text = text ? yaml_text(b->tree, text, length) : "";
	finish_anchor(b, text_of(anchor), n);
	add(b, n);
}

static void build(struct builder *b, struct fy_event *e)
{
	struct place at = place_of(b, e);
	struct fy_token *tag = NULL;

	switch (e->type) {
	case FYET_DOCUMENT_START:
		if (b->root)
			fail(b, &at, "a second document: a scenario is one");
		break;
	case FYET_MAPPING_START:
		tag = e->mapping_start.tag;
		push(b, YAML_MAP, e->mapping_start.anchor, &at);
		break;
	case FYET_SEQUENCE_START:
		tag = e->sequence_start.tag;
		push(b, YAML_LIST, e->sequence_start.anchor, &at);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		pop(b);
		break;
	case FYET_SCALAR:
		tag = e->scalar.tag;
		add_scalar(b, e->scalar.value, e->scalar.anchor, &at);
		break;
	case FYET_ALIAS:
		at.column = MAX(at.column - 1, 1); /* the library's mark is behind the asterisk */
		add_alias(b, e->alias.anchor, &at);
		break;
	default:
		break;
	}
	if (tag)
		complain(b->complaints, &at, "tags have no meaning here");
}

static void tell_syntax(struct builder *b, struct fy_diag *diag)
{
	struct fy_diag_error *error;
	void *iterator = NULL;
	bool told = false;

	while ((error = fy_diag_errors_iterate(diag, &iterator))) {
		struct place at = { MAX(error->line, 1), MAX(error->column, 1), 1, b->origin };

		complain(b->complaints, &at, "%s", error->msg && *error->msg ? error->msg : "bad YAML");
		told = true;
	}
	if (!told)
		complain(b->complaints, &(struct place){ 1, 1, 1, b->origin }, "bad YAML");
	b->failed = true;
}

/*
 * The library looks far ahead, and collects a warning for every directive: what would keep it busy for long is refused before.
 * Brackets are counted wherever they stand, so the limit is far beyond that of real nesting.
 */
static bool is_harmless(struct builder *b, const char *text, size_t length)
{
	struct place at = { 1, 0, 1, b->origin };
	int open_brackets = 0;

	for (const char *p = text; p < text + length; p++) {
		at.column += (*p & 0xc0) != 0x80;
		if (*p == '\n') {
			at.line++;
			at.column = 0;
		} else if (*p == '[' || *p == '{') {
			open_brackets++;
		} else if ((*p == ']' || *p == '}') && open_brackets) {
			open_brackets--;
		}
		if (*p == '%' && at.column == 1) {
			fail(b, &at, "directives have no meaning here");
			return false;
		}
		if (open_brackets > BRACKETS_MAXIMUM) {
			fail(b, &at, "nested more than " G_STRINGIFY(YAML_DEPTH_MAXIMUM) " deep");
			return false;
		}
	}
	return true;
}

struct yaml_node *yaml_parse(struct yaml_tree *t, const char *text, size_t length, const char *origin, struct complaints *c)
{
	struct builder b = { .tree = t, .complaints = c, .origin = origin };
	struct fy_diag_cfg diag_conf;
	struct fy_diag *diag;
	struct fy_parser *parser;
	struct fy_event *e;

	if (!is_harmless(&b, text, length))
		return NULL;
	fy_diag_cfg_default(&diag_conf);
	diag_conf.fp = NULL;
	diag_conf.colorize = false;
	diag_conf.level = FYET_ERROR;
	diag = fy_diag_create(&diag_conf);
	fy_diag_set_collect_errors(diag, true);
	parser = fy_parser_create(&(struct fy_parse_cfg){ .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag });
	if (!parser || fy_parser_set_string(parser, text, length))
		g_error("YAML parser: out of memory");
	b.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	while (!b.failed && (e = fy_parser_parse(parser))) {
		build(&b, e);
		fy_parser_event_free(parser, e);
	}
	if (!b.failed && fy_parser_get_stream_error(parser))
		tell_syntax(&b, diag);
	if (!b.failed && !b.root)
		fail(&b, &(struct place){ 1, 1, 1, origin }, "nothing in it");

	while (b.depth)
		g_free(b.stack[--b.depth].anchor);
	g_hash_table_destroy(b.anchors);
	fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	return b.failed ? NULL : b.root;
}

/* ---- and back ----------------------------------------------------------------------------------------------------- */

static bool is_plain(const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+:-";

	/* A colon before the end or a space would make a key; a leading dash or colon something else again. */
	return *text && strspn(text, safe) == strlen(text) && text[strlen(text) - 1] != ':' && *text != '-' && *text != ':' &&
	       *text != '.';
}

static void emit_scalar(const char *text, GString *out)
{
	if (is_plain(text)) {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '"');
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar u = g_utf8_get_char(p);

		if (u == '"' || u == '\\')
			g_string_append_printf(out, "\\%c", (char)u);
		else if (u < ' ' || u == 0x7f || (u > 0x7f && !g_unichar_isgraph(u)))
			g_string_append_printf(out, u > 0xffff ? "\\U%08x" : "\\u%04x", u);
		else
			g_string_append_unichar(out, u);
	}
	g_string_append_c(out, '"');
}

static bool has_depth(const struct yaml_node *n)
{
	for (int i = 0; i < n->count; i++) {
		if (n->children[i]->kind != YAML_SCALAR && n->children[i]->count > 0)
			return true;
	}
	return false;
}

/* Flat maps and lists go on one line, others line by line. */
static void emit(const struct yaml_node *n, int indent, bool inside, GString *out)
{
	bool map = n->kind == YAML_MAP;

	if (n->kind == YAML_SCALAR) {
		emit_scalar(n->text, out);
		return;
	}
	if (n->count == 0 || (inside && !has_depth(n))) {
		g_string_append_c(out, map ? '{' : '[');
		for (int i = 0; i < n->count; i++) {
			g_string_append(out, i ? ", " : "");
			if (map) {
				emit_scalar(n->keys[i]->text, out);
				g_string_append(out, ": ");
			}
			emit(n->children[i], 0, true, out);
		}
		g_string_append_c(out, map ? '}' : ']');
		return;
	}
	for (int i = 0; i < n->count; i++) {
		const struct yaml_node *child = n->children[i];
		bool nested = child->kind != YAML_SCALAR && child->count && has_depth(child);

		if (inside || i)
			g_string_append_printf(out, "\n%*s", indent, "");
		if (map) {
			emit_scalar(n->keys[i]->text, out);
			g_string_append(out, nested ? ":" : ": ");
		} else {
			g_string_append(out, nested ? "-" : "- ");
		}
		emit(child, indent + 2, true, out);
	}
}

void yaml_emit(const struct yaml_node *root, GString *out)
{
	emit(root, 0, false, out);
	g_string_append_c(out, '\n');
}
