// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The table of cases and how it is run.
 *
 *   define NAME = TEXT                  an address (or anything) by name, for all cases; `define T: NAME = TEXT` for topology T
 *   macro NAME ... end                  steps by name; called as NAME or NAME(a,b), with $1 $2 in its steps
 *   case ROW TOPOLOGY ... end           steps of a row; `id ID name=value ...` lines (as variants) first, then `switch name=value`; `only ipsec`:
 *                                       runs with ESP only, in either run of the id
 *   na ID|ROW|NODE-* REASON              not applicable; of a row and of its node after that of the id
 *
 *   todo ID WHAT                        known to fail: counted as failed, but no failure of the test
 *
 * Steps:
 *   > PACKET                            the tester sends
 *   < PACKET [within T] [gap T]         must come, by default within 3 s, T after the packet matched before it (gap)
 *   silence PACKET|...|[T]              nothing that matches comes for T (3 s), counted from the latest `>`
 *   never PACKET                        from here to the end of the case nothing that matches may come
 *   allow                               takes all `never` back
 *   wait T | until T                    lets time pass; `until` counts from the latest mark
 *   mark                                remembers this instant for `until`
 *   repeat N ... again                  steps N times
 *   stop                                the case is over
 *   let NAME=VALUE                      VALUE is a number to be worked out, or text
 *   if VALUE = VALUE STEP               the step only if they are equal, or with != if not; $mode is plain or the cipher of ESP
 *   down ADDRESS | up ADDRESS           neighbour solicitations for it stay unanswered, or are answered again
 *   link down | link up
 *   advertise ADDRESS VALID PREFERRED   the home agent's prefix of this address has these lifetimes from now on
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/conformance.h"

struct script_case {
	char *row, *topology;
	GPtrArray *ids;      /* "ID name=value ..." */
	GPtrArray *switches; /* "name=value" */
	GPtrArray *steps;
	bool only_ipsec;     /* there is nothing to be seen without */
};

struct table {
	GPtrArray *defines;  /* "NAME = TEXT" */
	GHashTable *macros;  /* name -> GPtrArray of steps */
	GPtrArray *cases;
	GHashTable *not_applicable; /* id or row -> reason */
	GHashTable *todo;    /* id -> what is wrong */
};

struct run {
	struct table *table;
	struct bench *b;
	struct values v;
	struct octets_pair latest;
	GPtrArray *never;    /* struct pattern * */
	guint checked;       /* of what was seen, against `never` */
	guint sent_mark;     /* what was seen before the latest `>` */
	mip_time matched_at, mark;
	bool trace;
	char *failure;
	int depth;
	bool ipsec, stopped;
};

/* ---- reading ------------------------------------------------------------------------------------------------------------------ */

static void free_case(void *p)
{
	struct script_case *c = p;

	g_free(c->row);
	g_free(c->topology);
	g_ptr_array_free(c->ids, TRUE);
	g_ptr_array_free(c->switches, TRUE);
	g_ptr_array_free(c->steps, TRUE);
	g_free(c);
}

static GPtrArray *lines_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static void free_lines(void *p)
{
	g_ptr_array_free(p, TRUE);
}

/* Adds what a file holds. False: it says what nobody understands. */
static bool read_file(struct table *t, const char *path)
{
	struct script_case *c = NULL;
	GPtrArray *macro = NULL;
	char *content = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &content, NULL, NULL)) {
		fprintf(stderr, "%s cannot be read\n", path);
		return false;
	}
	lines = g_strsplit(content, "\n", -1);
	g_free(content);
	for (int i = 0; lines[i]; i++) {
		char *line = g_strstrip(lines[i]);
		g_auto(GStrv) w = g_strsplit(line, " ", 3);

		if (!*line || *line == '#')
			continue;
		if (!strcmp(line, "end")) {
			c = NULL;
			macro = NULL;
		} else if (macro) {
			g_ptr_array_add(macro, g_strdup(line));
		} else if (c && !strcmp(w[0], "id")) {
			g_ptr_array_add(c->ids, g_strdup(line + 3));
		} else if (c && !strcmp(line, "only ipsec")) {
			c->only_ipsec = true;
		} else if (c && !strcmp(w[0], "switch")) {
			g_ptr_array_add(c->switches, g_strdup(line + 7));
		} else if (c) {
			g_ptr_array_add(c->steps, g_strdup(line));
		} else if (!strcmp(w[0], "define")) {
			g_ptr_array_add(t->defines, g_strdup(line + 7));
		} else if (!strcmp(w[0], "macro")) {
			macro = lines_new();
			g_hash_table_insert(t->macros, g_strdup(w[1]), macro);
		} else if (!strcmp(w[0], "todo") && w[1] && w[2]) {
			g_hash_table_insert(t->todo, g_strdup(w[1]), g_strdup(w[2]));
		} else if (!strcmp(w[0], "na") && w[1] && w[2]) {
			g_hash_table_insert(t->not_applicable, g_strdup(w[1]), g_strdup(w[2]));
		} else if (!strcmp(w[0], "case") && w[1] && w[2]) {
			c = g_new0(struct script_case, 1);
			c->row = g_strdup(w[1]);
			c->topology = g_strdup(w[2]);
			c->ids = lines_new();
			c->switches = lines_new();
			c->steps = lines_new();
			g_ptr_array_add(t->cases, c);
		} else {
			fprintf(stderr, "%s:%d: what is this: %s\n", path, i + 1, line);
			return false;
		}
	}
	return true;
}

struct table *table_read(char *const *paths)
{
	struct table *t = g_new0(struct table, 1);
	bool read = true;

	t->defines = lines_new();
	t->macros = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_lines);
	t->cases = g_ptr_array_new_with_free_func(free_case);
	t->not_applicable = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	t->todo = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (; read && *paths; paths++)
		read = read_file(t, *paths);
	if (read)
		return t;
	table_free(t);
	return NULL;
}

GPtrArray *table_ids(const struct table *t, const char *part)
{
	GPtrArray *ids = lines_new();

	for (guint i = 0; i < t->cases->len; i++) {
		const struct script_case *c = t->cases->pdata[i];

		if (!strstr(c->row, part))
			continue;
		if (!c->ids->len)
			g_ptr_array_add(ids, g_strdup_printf("%s %s", c->row, c->row));
		for (guint k = 0; k < c->ids->len; k++) {
			const char *id = c->ids->pdata[k];

			g_ptr_array_add(ids, g_strdup_printf("%.*s %s", (int)strcspn(id, " "), id, c->row));
		}
	}
	return ids;
}

void table_free(struct table *t)
{
	g_ptr_array_free(t->defines, TRUE);
	g_hash_table_destroy(t->macros);
	g_ptr_array_free(t->cases, TRUE);
	g_hash_table_destroy(t->not_applicable);
	g_hash_table_destroy(t->todo);
	g_free(t);
}

/* ---- running ------------------------------------------------------------------------------------------------------------------ */

static void G_GNUC_PRINTF(2, 3) fail(struct run *r, const char *format, ...)
{
	va_list list;

	if (r->failure)
		return;
	va_start(list, format);
	r->failure = g_strdup_vprintf(format, list);
	va_end(list);
}

static mip_time duration(struct run *r, const char *text)
{
	char *end;
	double n = g_ascii_strtod(text, &end);

	if (end == text || (*end && strcmp(end, "s") && strcmp(end, "ms")))
		fail(r, "%s is no time", text);
	return (mip_time)(n * 1000 + 0.5) * (strcmp(end, "ms") ? 1000 : 1) * (MIP_MILLISECOND / 1000);
}

static struct pattern *pattern_of(struct run *r, const char *text)
{
	char *error = NULL;
	struct pattern *p = pattern_parse(text, &error);

	if (!p)
		fail(r, "%s", error);
	g_free(error);
	return p;
}

static char *seconds(mip_time t)
{
	return g_strdup_printf("%.3f s", (double)t / 1e9);
}

/* Is it protected as the policy wants it, no more and no less? */
static void check_protection(struct run *r, const struct message *m, const char *text)
{
	unsigned wanted = esp_policy(&r->v, m->octets->data, m->octets->len);
	g_autofree char *name = wanted ? g_strdup_printf("SA%u", wanted) : NULL;

	if (g_strcmp0(message_field(m, "ESP"), name) != 0)
		fail(r, "%s: should have ESP=%s", text, name ? name : "none");
}

/* What was seen since the last look: sound in itself, and nothing that may never come. */
static void check_seen(struct run *r)
{
	GPtrArray *seen = bench_seen(r->b);

	for (; r->checked < seen->len; r->checked++) {
		const struct seen *s = seen->pdata[r->checked];
		g_autofree char *text = message_text(s->message), *at = seconds(s->at);

		if (r->trace)
			printf("#   %s < %s\n", at, text);
		if (message_field(s->message, "wrong"))
			fail(r, "%s: wrong in itself: %s", text, message_field(s->message, "wrong"));
		if (r->ipsec)
			check_protection(r, s->message, text);
		for (guint i = 0; i < r->never->len; i++) {
			char *why = message_mismatch(s->message, r->never->pdata[i], &r->v, &r->latest);

			if (!why)
				fail(r, "must not be sent: %s at %s", text, at);
			g_free(why);
		}
	}
}

static void pass_time(struct run *r, mip_time until)
{
	while (!r->failure && bench_step(r->b, until))
		check_seen(r);
	check_seen(r);
}

static void step_send(struct run *r, const char *text)
{
	struct pattern *p = pattern_of(r, text);
	char *error = NULL;
	GByteArray *packet = p ? packet_build(&r->v, p, &r->latest, &error) : NULL, *sealed;

	if (!packet) {
		pattern_free(p);
		fail(r, "%s", error ? error : "not a packet");
		g_free(error);
		return;
	}
	if (r->trace) {
		struct message *m = message_decode(packet->data, packet->len);
		g_autofree char *line = message_text(m), *at = seconds(bench_now(r->b));

		printf("#   %s > %s\n", at, line);
		message_free(m);
	}
	g_byte_array_free(r->latest.sent, TRUE);
	r->latest.sent = packet;
	r->sent_mark = bench_seen(r->b)->len;
	sealed = esp_seal(&r->v, p, packet);
	bench_send(r->b, sealed);
	g_byte_array_free(sealed, TRUE);
	pattern_free(p);
	check_seen(r);
}

/* The last two words `name T`, cut off; or `otherwise`. */
static mip_time option(struct run *r, char *text, const char *name, mip_time otherwise)
{
	g_autofree char *key = g_strdup_printf(" %s ", name);
	char *at = strstr(text, key);
	g_autofree char *value = NULL;

	if (!at)
		return otherwise;
	value = g_strndup(at + strlen(key), strcspn(at + strlen(key), " "));
	memmove(at, at + strlen(key) + strlen(value), strlen(at + strlen(key) + strlen(value)) + 1);
	return duration(r, value);
}

static bool take(struct run *r, struct seen *s, mip_time gap)
{
	g_autofree char *text = message_text(s->message);

	if (gap != MIP_NEVER && (s->at - r->matched_at > gap + 2 * MIP_MILLISECOND || s->at - r->matched_at < gap - 2 * MIP_MILLISECOND)) {
		g_autofree char *have = seconds(s->at - r->matched_at);

		fail(r, "%s comes after %s", text, have);
	}
	s->taken = true;
	r->matched_at = s->at;
	message_capture(s->message, &r->v);
	g_byte_array_free(r->latest.received, TRUE);
	r->latest.received = g_byte_array_append(g_byte_array_new(), s->message->octets->data, s->message->octets->len);
	return true;
}

static void step_expect(struct run *r, const char *words)
{
	g_autofree char *text = g_strdup(words), *nearest = NULL;
	mip_time within = option(r, text, "within", 3 * MIP_SECOND), gap = option(r, text, "gap", MIP_NEVER);
	mip_time until = bench_now(r->b) + within;
	GPtrArray *seen = bench_seen(r->b);
	struct pattern *p = pattern_of(r, g_strstrip(text));
	guint next = r->sent_mark;
	bool found = false, more = true;

	while (p && !found && !r->failure) {
		for (; next < seen->len && !found; next++) {
			struct seen *s = seen->pdata[next];
			char *why;

			if (s->taken)
				continue;
			why = message_mismatch(s->message, p, &r->v, &r->latest);
			if (!why) {
				found = take(r, s, gap);
			} else if (!strcmp(message_field(s->message, "type"), p->type)) {
				g_free(nearest);
				nearest = g_steal_pointer(&why);
			}
			g_free(why);
		}
		if (!found && !more)
			fail(r, "does not come%s%s", nearest ? ": " : "", nearest ? nearest : "");
		if (!found) {
			more = bench_step(r->b, until);
			check_seen(r);
		}
	}
	pattern_free(p);
}

static void step_silence(struct run *r, const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, " | ", -1);
	mip_time window = 3 * MIP_SECOND;
	guint first = r->sent_mark;

	for (int i = 0; parts[i]; i++)
		if (g_ascii_isdigit(parts[i][0]))
			window = duration(r, parts[i]);
	pass_time(r, bench_now(r->b) + window);
	for (int i = 0; parts[i] && !r->failure; i++) {
		struct pattern *p = g_ascii_isdigit(parts[i][0]) ? NULL : pattern_of(r, parts[i]);

		for (guint k = first; p && k < bench_seen(r->b)->len; k++) {
			const struct seen *s = bench_seen(r->b)->pdata[k];
			char *why = s->taken ? g_strdup("taken") : message_mismatch(s->message, p, &r->v, &r->latest);

			if (!why) {
				g_autofree char *text = message_text(s->message), *at = seconds(s->at);

				fail(r, "should be silent: %s at %s", text, at);
			}
			g_free(why);
		}
		pattern_free(p);
	}
}

static void step_let(struct run *r, const char *text)
{
	g_auto(GStrv) pair = g_strsplit(text, "=", 2);
	int64_t n;

	if (!pair[1])
		fail(r, "let NAME=VALUE");
	else if (strlen(pair[1]) < 16 && values_number(pair[1], &n))
		values_set_number(&r->v, g_strstrip(pair[0]), (uint64_t)n);
	else
		values_set(&r->v, g_strstrip(pair[0]), pair[1]);
}

static void run_steps(struct run *r, const GPtrArray *steps, guint from, guint to);

/* NAME or NAME(a,b). False: no such macro. */
static bool step_macro(struct run *r, const char *text)
{
	size_t n = strcspn(text, "(");
	g_autofree char *name = g_strndup(text, n);
	GPtrArray *steps = g_hash_table_lookup(r->table->macros, name);
	g_auto(GStrv) list = NULL;

	if (!steps)
		return false;
	if (text[n]) {
		g_autofree char *inside = g_strndup(text + n + 1, strlen(text) - n - 2);

		list = g_strsplit(inside, ";", -1);
		for (int i = 0; list[i]; i++) {
			g_autofree char *number = g_strdup_printf("%d", i + 1);

			values_set(&r->v, number, g_strstrip(list[i]));
		}
	}
	if (++r->depth > 20)
		fail(r, "macros without end");
	run_steps(r, steps, 0, steps->len);
	r->depth--;
	return true;
}

static void run_step(struct run *r, const char *step);

static void step_advertise(struct run *r, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	struct in6 a;

	if (g_strv_length(words) != 3 || !values_address(&r->v, words[0], &a)) {
		fail(r, "advertise ADDRESS VALID PREFERRED");
		return;
	}
	bench_advertise(r->b, &a, duration(r, words[1]), duration(r, words[2]));
	check_seen(r);
}

/* The step behind the condition is looked at only if that holds, so that it may name what is not known else. */
static void step_if(struct run *r, const char *step)
{
	g_auto(GStrv) words = g_strsplit(step, " ", 5);
	char *error = NULL;

	if (g_strv_length(words) != 5) {
		fail(r, "if VALUE = VALUE STEP");
		return;
	}
	g_autofree char *left = values_expand(&r->v, words[1], &error), *right = values_expand(&r->v, words[3], &error);

	if (!left || !right)
		fail(r, "%s", error);
	else if (!strcmp(left, right) == !strcmp(words[2], "="))
		run_step(r, words[4]);
	g_free(error);
}

static void run_step(struct run *r, const char *step)
{
	char *error = NULL;

	if (g_str_has_prefix(step, "if ")) {
		step_if(r, step);
		return;
	}
	g_autofree char *text = values_expand(&r->v, step, &error);
	g_auto(GStrv) w = text ? g_strsplit(text, " ", 2) : NULL;
	const char *rest = w && w[0] && w[1] ? g_strstrip(w[1]) : "";
	struct in6 a;

	if (!text) {
		fail(r, "%s", error);
		g_free(error);
		return;
	}
	if (!strcmp(w[0], ">")) {
		step_send(r, rest);
	} else if (!strcmp(w[0], "<")) {
		step_expect(r, rest);
	} else if (!strcmp(w[0], "silence")) {
		step_silence(r, rest);
	} else if (!strcmp(w[0], "never")) {
		struct pattern *p = pattern_of(r, rest);

		if (p)
			g_ptr_array_add(r->never, p);
	} else if (!strcmp(w[0], "allow")) {
		g_ptr_array_set_size(r->never, 0);
	} else if (!strcmp(w[0], "wait")) {
		pass_time(r, bench_now(r->b) + duration(r, rest));
	} else if (!strcmp(w[0], "until")) {
		pass_time(r, r->mark + duration(r, rest));
	} else if (!strcmp(w[0], "stop")) {
		r->stopped = true;
	} else if (!strcmp(w[0], "mark")) {
		r->mark = bench_now(r->b);
	} else if (!strcmp(w[0], "let")) {
		step_let(r, rest);
	} else if (!strcmp(w[0], "down") || !strcmp(w[0], "up")) {
		if (values_address(&r->v, rest, &a))
			bench_silence(r->b, &a, w[0][0] == 'd');
		else
			fail(r, "%s is no address", rest);
	} else if (!strcmp(w[0], "advertise")) {
		step_advertise(r, rest);
	} else if (!strcmp(w[0], "link")) {
		bench_link(r->b, !strcmp(rest, "up"));
		check_seen(r);
	} else if (!step_macro(r, text)) {
		fail(r, "no such step");
	}
}

static void run_steps(struct run *r, const GPtrArray *steps, guint from, guint to)
{
	for (guint i = from; i < to && !r->failure && !r->stopped; i++) {
		const char *step = steps->pdata[i];

		if (g_str_has_prefix(step, "repeat ")) {
			int times = atoi(step + 7);
			guint end = i + 1;

			while (end < to && strcmp(steps->pdata[end], "again"))
				end++;
			while (times-- > 0 && !r->failure && !r->stopped)
				run_steps(r, steps, i + 1, end);
			i = end;
			continue;
		}
		if (r->trace)
			printf("# %s\n", step);
		run_step(r, step);
		if (r->failure && !strchr(r->failure, '\n')) {
			char *whole = g_strdup_printf("%s\n  %s", r->failure, step);

			g_free(r->failure);
			r->failure = whole;
		}
	}
}

/* ---- a case -------------------------------------------------------------------------------------------------------------------- */

static void define(struct run *r, const char *topology)
{
	for (guint i = 0; i < r->table->defines->len; i++) {
		const char *line = r->table->defines->pdata[i];
		g_auto(GStrv) pair = g_strsplit(line, " = ", 2);
		char *colon = strstr(pair[0], ": "), *name = pair[0];

		if (colon) {
			*colon = 0;
			if (strcmp(pair[0], topology) != 0 && !(!strcmp(pair[0], "CN") && !strcmp(topology, "LH")))
				continue;
			name = colon + 2;
		}
		values_set(&r->v, name, pair[1]);
	}
}

static char *run_case(struct table *t, const struct script_case *c, const char *variant, const char *ipsec, bool trace)
{
	struct run r = { .table = t, .trace = trace, .ipsec = ipsec };
	g_auto(GStrv) words = g_strsplit(variant, " ", -1);
	GPtrArray *switches = lines_new();
	char *error = NULL;

	r.v.text = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	r.never = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
	r.latest = (struct octets_pair){ g_byte_array_new(), g_byte_array_new() };
	for (int i = 0; words[0] && words[i + 1]; i++) {
		char *equals = strchr(words[i + 1], '=');

		if (equals) {
			*equals = 0;
			/* '_' stands for a blank in a variant's value */
			values_set(&r.v, words[i + 1], g_strdelimit(equals + 1, "_", ' '));
		}
	}
	for (guint i = 0; i < c->switches->len; i++)
		g_ptr_array_add(switches, g_strdup(c->switches->pdata[i]));
	values_set(&r.v, "mode", ipsec ? ipsec : "plain");
	if (ipsec) {
		g_ptr_array_add(switches, g_strdup_printf("ipsec=%s", ipsec));
		values_set(&r.v, "ipsec", ipsec);
	}
	g_ptr_array_add(switches, NULL);
	{
		g_autofree char *topology = values_expand(&r.v, c->topology, &error);

		if (topology) {
			define(&r, topology);
			r.b = bench_new(topology, (char *const *)switches->pdata, &r.v, &error);
		}
	}
	if (error)
		fail(&r, "%s", error);
	else
		run_steps(&r, c->steps, 0, c->steps->len);
	g_free(error);
	if (r.b)
		bench_free(r.b);
	g_ptr_array_free(switches, TRUE);
	g_ptr_array_free(r.never, TRUE);
	g_byte_array_free(r.latest.sent, TRUE);
	g_byte_array_free(r.latest.received, TRUE);
	g_hash_table_destroy(r.v.text);
	return r.failure;
}

static const char *not_applicable(struct table *t, const char *id, const char *row)
{
	const char *reason = g_hash_table_lookup(t->not_applicable, id);
	g_autofree char *node = g_strdup_printf("%.2s-*", id);

	if (!reason)
		reason = g_hash_table_lookup(t->not_applicable, row);
	return reason ? reason : g_hash_table_lookup(t->not_applicable, node);
}

struct outcome table_run(struct table *t, const char *id, const char *row, const char *ipsec, bool trace)
{
	struct outcome v = { .id = g_strdup(id), .row = g_strdup(row) };
	g_autofree char *bare = g_strndup(id, strcspn(id, "/"));
	const char *reason = not_applicable(t, id, row);
	bool found = false;

	if (!reason)
		reason = not_applicable(t, bare, row);

	if (reason) {
		v.result = NOT_APPLICABLE;
		v.reason = g_strdup(reason);
		return v;
	}
	for (guint i = 0; i < t->cases->len && !found; i++) {
		const struct script_case *c = t->cases->pdata[i];

		if (strcmp(c->row, row) != 0)
			continue;
		for (guint k = 0; k < c->ids->len && !found; k++) {
			const char *variant = c->ids->pdata[k];
			size_t n = strcspn(variant, " ");

			if (strlen(bare) != n || strncmp(variant, bare, n) != 0)
				continue;
			found = true;
			v.reason = run_case(t, c, variant, c->only_ipsec && !ipsec ? "null" : ipsec, trace);
		}
		if (!c->ids->len && !strcmp(row, bare)) {
			found = true;
			v.reason = run_case(t, c, bare, c->only_ipsec && !ipsec ? "null" : ipsec, trace);
		}
	}
	if (!found)
		v.reason = g_strdup("no case in the table");
	v.result = v.reason ? FAILED : PASSED;
	v.todo = g_hash_table_lookup(t->todo, id);
	return v;
}
