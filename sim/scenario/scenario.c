// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a scenario: the file, the document, --set, the structs. Input is refused early when it could not be handled safely. */
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/reader.h"

#define FILE_MAXIMUM ((size_t)8 << 20)

/* ---- the file ----------------------------------------------------------------------------------------------------- */

/* At most one octet beyond the limit, so that endless files end here. NULL: complained. */
static GByteArray *read_octets(struct complaints *c, int fd)
{
	GByteArray *octets = g_byte_array_new();
	const struct place whole = { 0 };

	for (;;) {
		guint8 buffer[65536];
		ssize_t n = read(fd, buffer, MIN(sizeof buffer, FILE_MAXIMUM + 1 - octets->len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			complain(c, &whole, "cannot be read: %s", g_strerror(errno));
			break;
		}
		if (n == 0)
			return octets;
		g_byte_array_append(octets, buffer, (guint)n);
		if (octets->len > FILE_MAXIMUM) {
			complain(c, &whole, "too large: more than 8 MiB");
			break;
		}
	}
	g_byte_array_unref(octets);
	return NULL;
}

static GByteArray *read_file(struct complaints *c, const char *file)
{
	const struct place whole = { 0 };
	GByteArray *octets = NULL;
	struct stat status;
	int fd;

	if (!strcmp(file, "-"))
		return read_octets(c, STDIN_FILENO);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain(c, &whole, "cannot be opened: %s", g_strerror(errno));
		return NULL;
	}
	if (!fstat(fd, &status) && S_ISDIR(status.st_mode))
		complain(c, &whole, "is a directory");
	else if (S_ISREG(status.st_mode) && status.st_size > (off_t)FILE_MAXIMUM)
		complain(c, &whole, "too large: more than 8 MiB");
	else
		octets = read_octets(c, fd);
	close(fd);
	return octets;
}

/* The place of an octet, for complaints about octets that no YAML reader should see. */
static struct place place_of_octet(const char *text, size_t offset)
{
	struct place at = { 1, 1, 1, NULL };

	for (const char *p = text; p < text + offset; p++) {
		if (*p == '\n') {
			at.line++;
			at.column = 1;
		} else if ((*p & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

static bool is_text(struct complaints *c)
{
	static const struct place start = { 1, 1, 1, NULL };
	const char *bad;
	struct place at;

	if (!c->length) {
		complain(c, &start, "the file is empty");
		return false;
	}
	if (g_utf8_validate(c->text, (gssize)c->length, &bad))
		return true;
	at = place_of_octet(c->text, (size_t)(bad - c->text));
	if (*bad)
		complain(c, &at, "octet 0x%02x: not UTF-8 text", (unsigned)(unsigned char)*bad);
	else if (g_str_has_prefix(c->text, "SQLite format 3"))
		complain(c, &at, "a database where a scenario is wanted");
	else
		complain(c, &at, "a NUL octet: not a text");
	return false;
}

/* ---- the scenario -------------------------------------------------------------------------------------------------- */

static void parameter_free(void *p)
{
	struct scenario_parameter *parameter = p;

	g_free(parameter->path);
	g_free(parameter->value);
	g_free(parameter);
}

static char *name_of_file(const char *file)
{
	char *base = strcmp(file, "-") ? g_path_get_basename(file) : g_strdup("stdin"), *dot = strrchr(base, '.');

	if (dot && dot != base)
		*dot = '\0';
	return base;
}

/* Everything after the octets are known to be text. */
static void read_document(struct reader *r, const struct scenario_set *sets, int set_count, char **origins)
{
	struct complaints *c = &r->complaints;
	struct yaml_node *root = yaml_parse(&r->tree, c->text, c->length, NULL, c);
	GString *source;

	if (!root)
		return;
	for (int i = 0; i < set_count; i++) {
		origins[i] = g_strdup_printf("%s=%s", sets[i].path, sets[i].value);
		path_set(r, root, &sets[i], origins[i]);
	}
	r->names.node_list = g_ptr_array_new();
	r->names.cell_list = g_ptr_array_new();
	r->names.comparisons = SCHEMA_COMPARISONS;
	reader_read(r, root);
	if (!c->count) {
		source = g_string_new(NULL);
		if (set_count)
			yaml_emit(root, source);
		else
			g_string_append_len(source, c->text, (gssize)c->length);
		r->s->source_sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, source->str, (gssize)source->len);
		r->s->source = g_string_free(source, FALSE);
		r->s->file_sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, c->text, (gssize)c->length);
		path_parameters(root, r->s->parameters);
	}
	g_ptr_array_free(r->names.node_list, TRUE);
	g_ptr_array_free(r->names.cell_list, TRUE);
	if (r->names.nodes)
		g_hash_table_destroy(r->names.nodes);
	if (r->names.cells)
		g_hash_table_destroy(r->names.cells);
	g_free(r->on_link);
	g_free(r->node_places);
	g_free(r->link_places);
	g_free(r->cell_places);
	g_free(r->flow_places);
}

struct scenario *scenario_read(const char *file, const struct scenario_set *sets, int set_count, GString *complaints)
{
	struct scenario *s = g_new0(struct scenario, 1);
	struct reader r = { .s = s };
	char **origins = g_new0(char *, set_count + 1); /* set_count of them, not all set: no g_strfreev */
	GByteArray *octets;

	complaints_init(&r.complaints, strcmp(file, "-") ? file : "<stdin>");
	yaml_tree_init(&r.tree);
	s->file = g_strdup(file);
	s->lists = g_ptr_array_new_with_free_func(g_free);
	s->parameters = g_ptr_array_new_with_free_func(parameter_free);
	octets = read_file(&r.complaints, file);
	if (octets) {
		r.complaints.text = (const char *)octets->data;
		r.complaints.length = octets->len;
		if (is_text(&r.complaints))
			read_document(&r, sets, set_count, origins);
	}
	if (!s->title)
		s->title = g_strdup("");
	if (!s->name)
		s->name = name_of_file(file);
	if (r.complaints.count) {
		complaints_tell(&r.complaints, complaints);
		scenario_free(s);
		s = NULL;
	}
	if (octets)
		g_byte_array_unref(octets);
	for (int i = 0; i < set_count; i++)
		g_free(origins[i]);
	g_free(origins);
	yaml_tree_fini(&r.tree);
	complaints_fini(&r.complaints);
	return s;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->node_count; i++)
		g_free(s->nodes[i].name);
	for (int i = 0; i < s->link_count; i++) {
		g_free(s->links[i].name);
		g_free(s->links[i].members);
	}
	for (int i = 0; i < s->cell_count; i++)
		g_free(s->cells[i].name);
	for (int i = 0; i < s->flow_count; i++)
		g_free(s->flows[i].name);
	points_free(s);
	g_ptr_array_free(s->parameters, TRUE);
	g_ptr_array_free(s->lists, TRUE);
	g_free(s->nodes);
	g_free(s->links);
	g_free(s->cells);
	g_free(s->moves);
	g_free(s->flows);
	for (int i = 0; i < s->random_count; i++)
		g_free(s->randoms[i].path);
	g_free(s->randoms);
	g_free(s->precision.metric);
	g_free(s->explore.path);
	g_free(s->explore.across_path);
	g_free(s->file);
	g_free(s->title);
	g_free(s->name);
	g_free(s->source);
	g_free(s->source_sha256);
	g_free(s->file_sha256);
	g_free(s);
}

/* ---- draws -------------------------------------------------------------------------------------------------------- */

void scenario_draw(const struct scenario *s, uint64_t seed, uint32_t replication, struct scenario_set *sets)
{
	struct random_key key = random_key_of(seed, replication);

	for (int i = 0; i < s->random_count; i++) {
		const struct scenario_random *r = &s->randoms[i];
		struct random_stream stream = { .id = random_name_id(r->path) };
		mip_time low = (r->min + MIP_MICROSECOND - 1) / MIP_MICROSECOND, high = r->max / MIP_MICROSECOND;
		/* A range without a whole microsecond in it is drawn in nanoseconds. */
		mip_time value = low <= high ? MIP_MICROSECOND * random_between(&key, &stream, low, high)
		                             : random_between(&key, &stream, r->min, r->max);

		sets[i] = (struct scenario_set){ r->path, g_strdup_printf("%" G_GINT64_FORMAT "ns", (gint64)value) };
	}
}

/* One random entry as single movements. */
static void draw_moves(const struct scenario *s, const struct random_key *key, const struct scenario_move *m, GArray *moves)
{
	char *path = g_strdup_printf("movement.%s.%d.every", s->nodes[m->node].name, m->place);
	struct random_stream stream = { .id = random_name_id(path) };
	struct scenario_move one = { .node = m->node, .cell = -1, .down = m->down, .lead = -1, .overlap = -1, .every = m->every,
		                     .place = m->place };
	mip_time at = m->at;
	int next = 0;

	for (bool pending = false;; pending = true) {
		unsigned __int128 wait = (unsigned __int128)(uint64_t)m->every * random_exponential_q32(key, &stream);

		at = mip_time_add(at, (mip_time)(wait >> 32) + 1);
		if (pending && (at >= m->until || at >= one.at + one.down))
			g_array_append_val(moves, one);
		if (at >= m->until)
			break;
		if (pending && at < one.at + one.down) {
			one.down = at - one.at + m->down;
		} else {
			one.at = at;
			one.down = m->down;
		}
		one.cell = m->cells[next++ % m->cell_count];
	}
	g_free(path);
}

static int compare_moves(const void *pa, const void *pb, void *unused)
{
	const struct scenario_move *a = pa, *b = pb;

	(void)unused;
	return a->at < b->at ? -1 : a->at > b->at;
}

void scenario_sort_moves(GArray *moves)
{
	/* Stable: equal times stay in the order of the file. */
	g_qsort_with_data(moves->data, (int)moves->len, sizeof(struct scenario_move), compare_moves, NULL);
}

GArray *scenario_moves(const struct scenario *s, uint64_t seed, uint32_t replication)
{
	struct random_key key = random_key_of(seed, replication);
	GArray *moves = g_array_new(FALSE, FALSE, sizeof(struct scenario_move));

	for (int i = 0; i < s->move_count; i++) {
		if (s->moves[i].every)
			draw_moves(s, &key, &s->moves[i], moves);
		else
			g_array_append_val(moves, s->moves[i]);
	}
	scenario_sort_moves(moves);
	return moves;
}

unsigned scenario_host_bits(const struct scenario *s)
{
	unsigned bits = 8;

	while (bits < 24 && s->node_count + 2 >= 1 << bits)
		bits++;
	return bits;
}
