// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is wrong with a scenario: collected while reading, told in one go, each with its place, the source line and a caret.
 */
#ifndef SIM_SCENARIO_COMPLAINT_H
#define SIM_SCENARIO_COMPLAINT_H

#include <glib.h>
#include <stdbool.h>

#define COMPLAINTS_MAXIMUM 200 /* told one by one; the rest is only counted */

struct place {
	int line, column, width; /* from 1, in characters; line 0: the whole file */
	const char *origin; /* NULL: the file; else the "PATH=VALUE" of the --set it came from, borrowed */
};

struct complaints {
	const char *file; /* as the user named it, borrowed */
	const char *text; /* the file's octets, borrowed; for source lines */
	size_t length;
	GPtrArray *list;
	GArray *lines; /* offset of each line's beginning, made on first use */
	unsigned count; /* with those beyond COMPLAINTS_MAXIMUM */
};

void complaints_init(struct complaints *c, const char *file);
void complaints_fini(struct complaints *c);
void complain(struct complaints *c, const struct place *at, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Appends everything, by place in the file, --set first. */
void complaints_tell(struct complaints *c, GString *out);

/* "; did you mean 'x'?" for the nearest candidate, or "" ; the buffer is in `s`. Edit distance at most 2. */
struct suggestion {
	const char *word, *best;
	unsigned distance;
	char text[160];
};
void suggestion_init(struct suggestion *s, const char *word);
void suggestion_offer(struct suggestion *s, const char *candidate);
const char *suggestion_text(struct suggestion *s);

#endif
