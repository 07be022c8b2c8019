// SPDX-License-Identifier: GPL-3.0-or-later
/* Complaints about a scenario, in the form compilers made familiar: file:line:col: error: message, source line, caret. */
#include "sim/scenario/complaint.h"

#include <stdarg.h>
#include <string.h>

#define EXCERPT 150 /* characters of a source line shown at most */
#define WORD 64 /* longer words get no suggestion */

struct complaint {
	struct place at;
	unsigned order;
	char *message;
};

static void complaint_free(void *p)
{
	struct complaint *c = p;

	g_free(c->message);
	g_free(c);
}

void complaints_init(struct complaints *c, const char *file)
{
	*c = (struct complaints){ .file = file, .list = g_ptr_array_new_with_free_func(complaint_free) };
}

void complaints_fini(struct complaints *c)
{
	g_ptr_array_free(c->list, TRUE);
	if (c->lines)
		g_array_free(c->lines, TRUE);
}

void complain(struct complaints *c, const struct place *at, const char *format, ...)
{
	struct complaint *one;
	va_list arguments;

	if (c->count++ >= COMPLAINTS_MAXIMUM)
		return;
	one = g_new(struct complaint, 1);
	va_start(arguments, format);
	*one = (struct complaint){ *at, c->count, g_strdup_vprintf(format, arguments) };
	va_end(arguments);
	g_ptr_array_add(c->list, one);
}

static int compare_complaints(const void *pa, const void *pb)
{
	const struct complaint *a = *(struct complaint *const *)pa, *b = *(struct complaint *const *)pb;

	if (!a->at.origin != !b->at.origin)
		return a->at.origin ? -1 : 1;
	if (!a->at.origin && a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (!a->at.origin && a->at.column != b->at.column)
		return a->at.column < b->at.column ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void find_lines(struct complaints *c)
{
	const char *p = c->text, *end = c->text + c->length;

	c->lines = g_array_new(FALSE, FALSE, sizeof(size_t));
	while (p) {
		size_t offset = (size_t)(p - c->text);

		g_array_append_val(c->lines, offset);
		p = memchr(p, '\n', (size_t)(end - p));
		if (p)
			p++;
	}
}

/* Line `number` without its end, NULL when there is none. */
static const char *source_line(struct complaints *c, int number, size_t *length)
{
	const char *start, *end;

	if (!c->text)
		return NULL;
	if (!c->lines)
		find_lines(c);
	if (number < 1 || (unsigned)number > c->lines->len)
		return NULL;
	start = c->text + g_array_index(c->lines, size_t, number - 1);
	end = memchr(start, '\n', (size_t)(c->text + c->length - start));
	*length = (size_t)((end ? end : c->text + c->length) - start);
	if (*length && start[*length - 1] == '\r')
		--*length;
	return start;
}

/* The part of a source line around the column, and the caret below it. Bad octets and control characters are shown as '?'. */
static void tell_source(GString *out, const char *line, size_t length, int column, int width)
{
	const char *p = line, *end = line + length;
	GString *caret = g_string_new(NULL);
	int first = column > EXCERPT * 2 / 3 ? column - EXCERPT / 3 : 1;

	for (int skip = first; p < end; p++) { /* to the first character shown; lines can be long */
		skip -= (*p & 0xc0) != 0x80;
		if (!skip)
			break;
	}
	for (int i = first; i < first + EXCERPT; i++) {
		gunichar u = p < end ? g_utf8_get_char_validated(p, end - p) : 0;
		bool valid = u != (gunichar)-1 && u != (gunichar)-2;

		if (p >= end && i > column)
			break;
		if (p < end) {
			if (valid && (u >= ' ' || u == '\t') && u != 0x7f)
				g_string_append_len(out, p, g_utf8_next_char(p) - p);
			else
				g_string_append_c(out, '?');
		}
		if (i < column)
			g_string_append(caret, p < end && u == '\t' ? "\t" : valid && g_unichar_iswide(u) ? "  " : " ");
		else if (i == column)
			g_string_append_c(caret, '^');
		else if (i > column && i < column + width && p < end)
			g_string_append_c(caret, '~');
		if (p < end)
			p = valid ? g_utf8_next_char(p) : p + 1;
	}
	g_string_append_printf(out, "\n%s\n", caret->str);
	g_string_free(caret, TRUE);
}

void complaints_tell(struct complaints *c, GString *out)
{
	g_ptr_array_sort(c->list, compare_complaints);
	for (unsigned i = 0; i < c->list->len; i++) {
		const struct complaint *one = g_ptr_array_index(c->list, i);
		const char *line;
		size_t length;

		if (one->at.origin) {
			g_string_append_printf(out, "--set %s: error: %s\n", one->at.origin, one->message);
			continue;
		}
		if (!one->at.line) {
			g_string_append_printf(out, "%s: error: %s\n", c->file, one->message);
			continue;
		}
		g_string_append_printf(out, "%s:%d:%d: error: %s\n", c->file, one->at.line, one->at.column, one->message);
		line = source_line(c, one->at.line, &length);
		if (line)
			tell_source(out, line, length, one->at.column, one->at.width);
	}
	if (c->count > c->list->len)
		g_string_append_printf(out, "%s: error: %u more errors\n", c->file, c->count - c->list->len);
}

/* Edit distance with neighbouring letters exchanged counting one, for words shorter than WORD. */
static unsigned edit_distance(const char *a, const char *b)
{
	unsigned n = (unsigned)strlen(a), m = (unsigned)strlen(b), d[WORD][WORD];

	for (unsigned i = 0; i <= n; i++) {
		for (unsigned j = 0; j <= m; j++) {
			unsigned best;

			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = MIN(best, d[i - 1][j] + 1);
			best = MIN(best, d[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	}
	return d[n][m];
}

void suggestion_init(struct suggestion *s, const char *word)
{
	s->word = strlen(word) < WORD ? word : NULL;
	s->best = NULL;
	s->distance = 3;
}

void suggestion_offer(struct suggestion *s, const char *candidate)
{
	size_t length = strlen(candidate);
	unsigned distance;

	if (!s->word || length >= WORD ||
	    (length > strlen(s->word) ? length - strlen(s->word) : strlen(s->word) - length) >= s->distance)
		return;
	distance = edit_distance(s->word, candidate);
	/* Of short words every one is near every other: at least half the letters have to agree. */
	if (distance < s->distance && 2 * distance <= length) {
		s->distance = distance;
		s->best = candidate;
	}
}

const char *suggestion_text(struct suggestion *s)
{
	if (!s->best)
		return "";
	g_snprintf(s->text, sizeof s->text, "; did you mean '%s'?", s->best);
	return s->text;
}
