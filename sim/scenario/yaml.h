// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A YAML text as a tree that knows its places. All scalars are text: what `no`, `1e3` or `010` mean is for the schema to say.
 * yaml.c is the only file that knows the YAML library.
 */
#ifndef SIM_SCENARIO_YAML_H
#define SIM_SCENARIO_YAML_H

#include "sim/scenario/complaint.h"

#define YAML_DEPTH_MAXIMUM 32
#define YAML_NODES_MAXIMUM 2000000 /* after aliases; a scenario of 100 000 movements has some 700 000 */

enum yaml_kind { YAML_SCALAR, YAML_MAP, YAML_LIST };

struct yaml_node {
	enum yaml_kind kind;
	int count, capacity;
	struct place at;
	const char *text; /* scalar */
	struct yaml_node **keys; /* map: scalars, no two the same */
	struct yaml_node **children; /* map: the values; list: the items */
};

/* Owns all nodes and texts made for it. */
struct yaml_tree {
	GPtrArray *blocks;
	char *free;
	size_t free_octets;
	int nodes;
};

void yaml_tree_init(struct yaml_tree *t);
void yaml_tree_fini(struct yaml_tree *t);
/* One document. text must be valid UTF-8 without NUL (the library can loop on other octets). NULL: there have been complaints;
 * there can be some with a tree as well. origin: see struct place. */
struct yaml_node *yaml_parse(struct yaml_tree *t, const char *text, size_t length, const char *origin, struct complaints *c);

/* Copied into the tree. */
const char *yaml_text(struct yaml_tree *t, const char *text, size_t length);
struct yaml_node *yaml_node_new(struct yaml_tree *t, enum yaml_kind kind, const struct place *at);
/* key: NULL in a list. */
void yaml_append(struct yaml_tree *t, struct yaml_node *parent, struct yaml_node *key, struct yaml_node *child);
/* The value's index in a map, -1: no such key. */
int yaml_find(const struct yaml_node *map, const char *key);
/* The tree as YAML text again. */
void yaml_emit(const struct yaml_node *root, GString *out);

#endif
