// SPDX-License-Identifier: GPL-3.0-or-later
/* Scenarios from texts, for the tests of the reader. */
#ifndef TESTS_UNIT_SCENARIO_TEXT_H
#define TESTS_UNIT_SCENARIO_TEXT_H

#include "sim/scenario/scenario.h"

#include <string.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A network to put one line into; %s stand for top-level text, an addition to the mobile node, to the link, and to the cell. */
static const char frame[] = "duration: 60s\n"
                            "nodes:\n"
                            "  ha: {type: home-agent}\n"
                            "  ar: {type: access-router}\n"
                            "  cn: {type: host}\n"
                            "  mn: {type: mobile-node, home: home}\n"
                            "links:\n"
                            "  - {between: [ha, ar], delay: 5ms}\n"
                            "  - {between: [cn, ar], delay: 1ms}\n"
                            "cells:\n"
                            "  home: {router: ha}\n"
                            "  far: {router: ar}\n";

static inline char *write_file(const char *text, gssize length)
{
	char *name = NULL;
	int fd = g_file_open_tmp("scenario-XXXXXX.yaml", &name, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(name, text, length, NULL));
	return name;
}

/* The scenario of a text; *complaints get the file's name as "F". */
static inline struct scenario *read_text(const char *text, const struct scenario_set *sets, int count, GString *complaints)
{
	char *name = write_file(text, -1);
	struct scenario *s = scenario_read(name, sets, count, complaints);

	g_string_replace(complaints, name, "F", 0);
	g_unlink(name);
	g_free(name);
	return s;
}

static inline struct scenario *read_good(const char *text, const struct scenario_set *sets, int count)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *s = read_text(text, sets, count, complaints);

	g_assert_cmpstr(complaints->str, ==, "");
	g_assert_nonnull(s);
	g_string_free(complaints, TRUE);
	return s;
}

#endif
