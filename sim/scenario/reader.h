// SPDX-License-Identifier: GPL-3.0-or-later
/* What reading one scenario needs, for the files of this folder only. */
#ifndef SIM_SCENARIO_READER_H
#define SIM_SCENARIO_READER_H

#include "sim/scenario/schema.h"
#include "sim/scenario/yaml.h"

struct reader {
	struct complaints complaints;
	struct yaml_tree tree;
	struct scenario *s;
	struct schema_names names;
	/* Where things were said, by index, for checks across them. */
	struct node_places {
		struct place name, home, address, anchor, regional_home;
	} * node_places;
	struct link_places {
		struct place item, prefix;
		bool good; /* all members known */
	} * link_places;
	struct cell_places {
		struct place name, router, prefix, renumber, also;
	} * cell_places;
	struct place *flow_places;
	int *on_link; /* by node: 1 + the last link it was found to be on */
};

/* The keys of one section as they stand in the file, by row. key: given at all; value: given and good. */
struct given {
	const struct yaml_node *key[SCHEMA_KEYS_MAXIMUM], *value[SCHEMA_KEYS_MAXIMUM];
};

/* scenario.c: by time. */
void scenario_sort_moves(GArray *moves);
/* reader.c */
/* The tree into r->s. */
void reader_read(struct reader *r, const struct yaml_node *root);
/* The keys of one section: scalars into target, sections that are stored somewhere too; the rest is checked for its kind and left to the
 * caller by `given`. Required keys that are missing are complained about at `at`. */
void reader_section(struct reader *r, const struct schema_section *section, const struct yaml_node *map, const struct place *at,
                    void *target, struct given *given);
/* What stands in one of the lists of a struct given for a key of the section; NULL: nothing. */
const struct yaml_node *reader_row(const struct yaml_node *const *list, const struct schema_section *section, const char *name);
/* The section below a key of the document. */
const struct schema_section *reader_section_of(const char *top_key);
/* Is an item of a list or map a map itself? Else complained. */
bool reader_is_map(struct reader *r, const struct yaml_node *n, const struct schema_section *section);
/* moves.c, traffic.c: the lists of that name; nodes and cells have been read. */
void moves_read(struct reader *r, const struct yaml_node *map);
void traffic_read(struct reader *r, const struct yaml_node *list);
/* check.c: whatever concerns more than one item. */
void reader_check(struct reader *r);

/* points.c */
/* Reads sweep, zip, points and exclude of a study: checks paths and every value. */
void points_read(struct reader *r, const struct yaml_node *root, const struct yaml_node *study);
void points_free(struct scenario *s);

/* path.c */
/* Applies one --set to the document. */
void path_set(struct reader *r, struct yaml_node *root, const struct scenario_set *set, const char *origin);
/* The key that a swept path leads to; NULL: it cannot be swept, complained. */
const struct schema_key *path_sweepable(struct reader *r, const struct yaml_node *root, const struct yaml_node *key);
/* More keys than are looked up in the document: complained. */
bool path_too_many(struct reader *r, const struct yaml_node *map);
/* Reads study.random: checks paths and ranges. After the sweeps: what is swept cannot be drawn too. */
void path_read_randoms(struct reader *r, const struct yaml_node *root, const struct yaml_node *random);
/* Checks `explore`, whose values s holds: what is missing, the paths, the ranges. */
void path_check_explore(struct reader *r, const struct yaml_node *root, const struct yaml_node *explore);
/* Fills s->parameters from the document. */
void path_parameters(const struct yaml_node *root, GPtrArray *parameters);

#endif
