// SPDX-License-Identifier: GPL-3.0-or-later
/* roam export: a table or view of a result database as CSV (RFC 4180) or JSON lines. Opens the database for reading only. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/database.h"
#include "sim/scenario/complaint.h"

/* RFC 4180: quoted when it has to be; NULL is nothing at all, an empty text is "". */
static void csv_text(FILE *out, const char *text, size_t length)
{
	if (length && !memchr(text, '"', length) && !memchr(text, ',', length) && !memchr(text, '\n', length) &&
	    !memchr(text, '\r', length)) {
		fwrite(text, 1, length, out);
		return;
	}
	putc('"', out);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			putc('"', out);
		putc(text[i], out);
	}
	putc('"', out);
}

static void json_text(FILE *out, const char *text, size_t length)
{
	putc('"', out);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ')
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void put_hex(FILE *out, const unsigned char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fprintf(out, "%02x", octets[i]);
}

/* With as few digits as give the same double again. */
static void put_real(FILE *out, double v, bool json)
{
	static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	int i = 0;

	if (!isfinite(v)) { /* none in our tables, but an expression may make one */
		fputs(json ? "null" : "", out);
		return;
	}
	do
		g_ascii_formatd(buffer, sizeof buffer, formats[i], v);
	while (++i < 3 && !(g_ascii_strtod(buffer, NULL) == v));
	fputs(buffer, out);
}

static void put_value(FILE *out, sqlite3_stmt *q, int column, bool json)
{
	const char *text;

	switch (sqlite3_column_type(q, column)) {
	case SQLITE_NULL:
		fputs(json ? "null" : "", out);
		break;
	case SQLITE_INTEGER:
		fprintf(out, "%lld", (long long)sqlite3_column_int64(q, column));
		break;
	case SQLITE_FLOAT:
		put_real(out, sqlite3_column_double(q, column), json);
		break;
	case SQLITE_BLOB: /* as hex */
		fputs(json ? "\"" : "", out);
		put_hex(out, sqlite3_column_blob(q, column), (size_t)sqlite3_column_bytes(q, column));
		fputs(json ? "\"" : "", out);
		break;
	default:
		text = (const char *)sqlite3_column_text(q, column);
		(json ? json_text : csv_text)(out, text ? text : "", (size_t)sqlite3_column_bytes(q, column));
	}
}

static int put_rows(sqlite3_stmt *q, bool json, FILE *out)
{
	int columns = sqlite3_column_count(q), result;

	for (int i = 0; i < columns && !json; i++) {
		const char *name = sqlite3_column_name(q, i);

		if (i)
			putc(',', out);
		csv_text(out, name, strlen(name));
	}
	if (!json)
		fputs("\r\n", out);
	while ((result = sqlite3_step(q)) == SQLITE_ROW && !ferror(out)) {
		if (json)
			putc('{', out);
		for (int i = 0; i < columns; i++) {
			if (i)
				putc(',', out);
			if (json) {
				const char *name = sqlite3_column_name(q, i);

				json_text(out, name, strlen(name));
				putc(':', out);
			}
			put_value(out, q, i, json);
		}
		fputs(json ? "}\n" : "\r\n", out);
	}
	return result;
}

static int complain_database(const char *file, sqlite3 *db)
{
	cli_complain("%s: %s", file, sqlite3_errmsg(db));
	return EXIT_RUN_FAILED;
}

static int export_view(sqlite3 *db, const char *file, const char *view, bool json, const char *output)
{
	/* SQLite's quotes; the name comes from the database itself. */
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", view);
	sqlite3_stmt *q = NULL;
	FILE *out = stdout;
	int result, code = EXIT_DONE;
	struct stat st;
	bool failed;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
		code = complain_database(file, db);
	} else if (output && !(out = fopen(output, "we"))) {
		cli_complain("%s: %s", output, g_strerror(errno));
		code = EXIT_RUN_FAILED;
	} else {
		result = put_rows(q, json, out);
		if (result != SQLITE_DONE && result != SQLITE_ROW)
			code = complain_database(file, db);
		failed = fflush(out) || ferror(out);
		failed |= out != stdout && fclose(out);
		if (failed) {
			cli_complain("%s: cannot write: %s", output ? output : "stdout", g_strerror(errno));
			code = EXIT_RUN_FAILED;
		}
		if (code != EXIT_DONE && output && !lstat(output, &st) && S_ISREG(st.st_mode))
			remove(output); /* rather nothing than a part; but no device, and no link */
	}
	sqlite3_finalize(q);
	sqlite3_free(sql);
	return code;
}

/* view NULL: all tables and views on stdout; else finds it among them and gives it out. */
static int with_names(sqlite3 *db, const char *file, const char *view, bool json, const char *output)
{
	static const char sql[] =
	    "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
	    "ORDER BY name";
	struct suggestion s;
	sqlite3_stmt *q = NULL;
	char *found = NULL;
	int result;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		return complain_database(file, db);
	suggestion_init(&s, view ? view : "");
	while ((result = sqlite3_step(q)) == SQLITE_ROW && !found) {
		const char *name = (const char *)sqlite3_column_text(q, 0);

		if (!view)
			printf("%-6s %s\n", sqlite3_column_text(q, 1), name);
		else if (!g_ascii_strcasecmp(name, view))
			found = g_strdup(name);
		else
			suggestion_offer(&s, g_intern_string(name));
	}
	if (!found && result != SQLITE_DONE) {
		complain_database(file, db);
		sqlite3_finalize(q);
		return EXIT_RUN_FAILED;
	}
	sqlite3_finalize(q);
	if (!view && fflush(stdout)) {
		cli_complain("stdout: cannot write: %s", g_strerror(errno));
		return EXIT_RUN_FAILED;
	}
	if (!view)
		return EXIT_DONE;
	if (!found) {
		cli_complain("%s: no table or view '%s'%s", file, view, suggestion_text(&s));
		return EXIT_USAGE;
	}
	result = export_view(db, file, found, json, output);
	g_free(found);
	return result;
}

static int open_and_export(const char *file, const char *view, bool json, const char *output)
{
	char *error = NULL;
	sqlite3 *db = database_open(file, &error);
	int code = EXIT_RUN_FAILED;

	if (db)
		code = with_names(db, file, view, json, output);
	else
		cli_complain("%s", error);
	sqlite3_close(db);
	g_free(error);
	return code;
}

int command_export(int argc, char **argv)
{
	gboolean csv = FALSE, jsonl = FALSE;
	char *output = NULL;
	const GOptionEntry entries[] = {
		{ "csv", 0, 0, G_OPTION_ARG_NONE, &csv, "Comma-separated values with a header line (RFC 4180)", NULL },
		{ "jsonl", 0, 0, G_OPTION_ARG_NONE, &jsonl, "One JSON object a line", NULL },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write here instead of to stdout", "FILE" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	int code;

	if (!cli_parse(&argc, &argv, entries, "DB [VIEW]",
	               "Gives out a table or view of a result database; without VIEW lists what there is.\n"
	               "analysis/schema.sql says what the columns mean.", &code))
		goto out;
	code = EXIT_USAGE;
	if (argc != 2 && argc != 3)
		cli_complain("export: a result database and at most one of its tables or views are needed. Try 'roam export --help'.");
	else if (csv && jsonl)
		cli_complain("export: --csv or --jsonl, not both");
	else if (argc == 3 && !csv && !jsonl)
		cli_complain("export: in which form? --csv or --jsonl. Try 'roam export --help'.");
	else if (argc == 2 && output)
		cli_complain("export: want a VIEW to write to %s; without -o the names are listed", output);
	else
		code = open_and_export(argv[1], argc == 3 ? argv[2] : NULL, jsonl, output);
out:
	g_free(output);
	return code;
}
