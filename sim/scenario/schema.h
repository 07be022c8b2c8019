// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The table of all keys of a scenario. Reading, --set, sweeps and `roam check --schema` go by these rows; a new key is a new row.
 */
#ifndef SIM_SCENARIO_SCHEMA_H
#define SIM_SCENARIO_SCHEMA_H

#include "sim/scenario/complaint.h"
#include "sim/scenario/scenario.h"

#define SCHEMA_KEYS_MAXIMUM 96 /* rows of one section; schema.c checks it */
#define SCHEMA_COMPARISONS 1000000
#define SCHEMA_NOWHERE ((size_t)-1) /* checked, but stored nowhere: the reader or a later version deals with it */

enum schema_type {
	/* scalars */
	SCHEMA_TEXT, /* char * */
	SCHEMA_NAME, /* char *: letters, digits, - and _ */
	SCHEMA_DURATION, /* mip_time */
	SCHEMA_RATE, /* int64_t */
	SCHEMA_SIZE, /* int64_t */
	SCHEMA_SIZE32, /* uint32_t */
	SCHEMA_PROBABILITY, /* uint32_t */
	SCHEMA_FRACTION, /* struct fraction */
	SCHEMA_SWITCH, /* bool */
	SCHEMA_CHOICE, /* enum */
	SCHEMA_U16,
	SCHEMA_U32,
	SCHEMA_U64,
	SCHEMA_ADDRESS, /* struct in6 */
	SCHEMA_PREFIX, /* struct in6 */
	SCHEMA_NODE, /* int: index of a node */
	SCHEMA_CELL, /* int: index of a cell */
	/* what has parts */
	SCHEMA_SECTION, /* a map of the section's keys */
	SCHEMA_LIST, /* a list of such maps */
	SCHEMA_NAMED, /* a map of name: such a map */
	SCHEMA_NAMED_LISTS, /* a map of name: a list of such maps */
	SCHEMA_NODES, /* a list of node names */
	SCHEMA_CELLS, /* a list of cell names, by the reader */
	SCHEMA_SUBNETS, /* a list of IPv6 addresses and prefixes: struct subnet_list, by the reader */
	SCHEMA_SWEEP, /* a map of path: list of values */
	SCHEMA_POINTS, /* a list of maps of path: value */
	SCHEMA_RANDOM /* a map of path: {min, max} */
};

struct schema_choice {
	const char *name; /* NULL: end of the list */
	int value;
	bool later; /* promised, not available in this version */
};

struct schema_section;

struct schema_key {
	const char *name; /* NULL: end of the section */
	enum schema_type type;
	size_t offset; /* in the struct that the section fills */
	const char *fallback; /* the default as text; NULL: required; "": none, see help */
	const char *help;
	int64_t minimum, maximum; /* of numbers in their unit; maximum 0: none */
	int64_t multiple; /* 0: any */
	const char *word; /* a word allowed besides, standing for word_value */
	int64_t word_value;
	const struct schema_choice *choices;
	const struct schema_section *section;
	bool later; /* anything but the default is not available in this version */
};

struct schema_section {
	const char *name; /* of one such map in messages: "a link" */
	const struct schema_key *keys;
};

/* A named row of switches: texts for keys of `protocol:`. */
struct schema_scheme {
	const char *name;
	struct {
		const char *key, *value;
	} switches[8]; /* ended by a NULL key */
};

extern const struct schema_section schema_top, schema_protocol, schema_credit, schema_registration_keys, schema_computation;
extern const struct schema_scheme schema_schemes[]; /* ended by a NULL name */
extern const struct schema_scheme schema_credit_presets[]; /* rows of schema_credit; ended by a NULL name */

/* Rows of schema_registration_keys and schema_computation, the same. */
extern const struct schema_scheme schema_key_methods[], schema_machines[];

/* Nodes and cells by name, for values that refer to them; tables of name -> index + 1, NULL when they are not known: then any
 * name is taken as good. */
struct schema_names {
	GHashTable *nodes, *cells;
	GPtrArray *node_list, *cell_list; /* the names in order, for suggestions */
	int comparisons; /* still allowed for suggestions: thousands of unknown names among thousands must not take long */
};

struct schema_value {
	int64_t number; /* also unsigned ones, in the same 64 bits */
	struct in6 address;
	struct fraction fraction;
	const char *text; /* the one given */
};

const struct schema_key *schema_find(const struct schema_section *section, const char *name);
bool schema_is_scalar(const struct schema_key *k);
/* Checks and converts. false: *why (NULL: not wanted) gets the message. references become -1 where names are not known. */
bool schema_parse(const struct schema_key *k, const char *text, struct schema_names *names, struct schema_value *value,
                  GString *why);
/* Puts a value into the section's struct; texts are copied. */
void schema_store(const struct schema_key *k, const struct schema_value *value, void *target);
/* Puts every scalar default of the section and its sections into the struct (not the required and the empty ones). */
void schema_defaults(const struct schema_section *section, void *target);
/* NULL: unknown. */
const struct schema_scheme *schema_scheme_find(const struct schema_scheme *rows, const char *name);
/* A name as nodes, cells, links and flows may have it? NULL, or what is wanted. */
const char *schema_bad_name(const char *name);

#endif
