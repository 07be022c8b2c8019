// SPDX-License-Identifier: GPL-3.0-or-later
/* See explore_points.h. What a worker hands back is its exploration as octets, or its complaints. */
#include "sim/study/explore_points.h"

#include <errno.h>
#include <string.h>

#include "sim/study/workers.h"

struct crew {
	const char *file;
	const struct scenario_set *sets;
	int set_count;
	uint64_t seed;
	GArray *points;
	GString *complaints;
	void (*progress)(int done, int count);
	int done;
	enum explore_end end;
};

/* What the octets of a block begin with. */
struct block {
	bool good;                       /* else all that follows is complaints */
	guint samples, intervals;
	uint64_t runs;
};

/* The user's sets, then the point's. Free with g_free. */
static struct scenario_set *all_sets(const struct crew *c, const struct explored_point *p)
{
	struct scenario_set *all = g_new0(struct scenario_set, c->set_count + p->set_count + 1);

	for (int i = 0; i < c->set_count + p->set_count; i++)
		all[i] = i < c->set_count ? c->sets[i] : p->sets[i - c->set_count];
	return all;
}

static void work(void *context, int64_t job, GByteArray *out)
{
	const struct crew *c = context;
	const struct explored_point *p = &g_array_index(c->points, struct explored_point, job);
	struct scenario_set *sets = all_sets(c, p);
	GString *complaints = g_string_new(NULL);
	struct exploration e;
	struct block b = { .good = explore(c->file, sets, c->set_count + p->set_count, p->scenario, c->seed, NULL, &e, complaints) };

	b.samples = e.samples->len;
	b.intervals = e.intervals->len;
	b.runs = e.runs;
	g_byte_array_append(out, (const guint8 *)&b, sizeof b);
	if (b.good) {
		g_byte_array_append(out, (const guint8 *)e.samples->data, b.samples * (guint)sizeof(struct explore_sample));
		g_byte_array_append(out, (const guint8 *)e.intervals->data, b.intervals * (guint)sizeof(struct explore_interval));
	} else {
		g_byte_array_append(out, (const guint8 *)complaints->str, (guint)complaints->len);
	}
	exploration_free(&e);
	g_string_free(complaints, TRUE);
	g_free(sets);
}

static bool done(void *context, int64_t job, enum workers_outcome how, const char *last_words, double seconds, GByteArray *out)
{
	struct crew *c = context;
	struct exploration *e = &g_array_index(c->points, struct explored_point, job).found;
	struct block b;

	(void)seconds;
	if (how != WORKERS_JOB_OK) {
		g_string_append_printf(c->complaints, "%s: point %d: %s\n", c->file, (int)job, last_words);
		c->end = EXPLORE_FAILED;
		return false;
	}
	mip_assert(out->len >= sizeof b);
	memcpy(&b, out->data, sizeof b);
	if (!b.good) {
		g_string_append_len(c->complaints, (const char *)out->data + sizeof b, (gssize)(out->len - sizeof b));
		g_string_append_printf(c->complaints, "%s: that was at point %d of the study\n", c->file, (int)job);
		c->end = EXPLORE_REFUSED;
		return false;
	}
	e->runs = b.runs;
	g_array_append_vals(e->samples, out->data + sizeof b, b.samples);
	g_array_append_vals(e->intervals, out->data + sizeof b + b.samples * sizeof(struct explore_sample), b.intervals);
	if (c->progress)
		c->progress(++c->done, (int)c->points->len);
	return true;
}

/* All points' scenarios, so that a bad value is known before anything runs. */
static bool read_points(struct crew *c, const struct scenario *base)
{
	for (int i = 0; i < scenario_point_count(base); i++) {
		struct explored_point p = { .set_count = scenario_point(base, i, NULL) };
		struct scenario_set *all;

		p.sets = g_new0(struct scenario_set, p.set_count + 1);
		scenario_point(base, i, p.sets);
		p.found.samples = g_array_new(FALSE, FALSE, sizeof(struct explore_sample));
		p.found.intervals = g_array_new(FALSE, FALSE, sizeof(struct explore_interval));
		all = all_sets(c, &p);
		p.scenario = scenario_read(c->file, all, c->set_count + p.set_count, c->complaints);
		g_free(all);
		g_array_append_val(c->points, p);
		if (!p.scenario) {
			g_string_append_printf(c->complaints, "%s: that was at point %d of the study\n", c->file, i);
			return false;
		}
	}
	return true;
}

enum explore_end explore_points(const char *file, const struct scenario_set *sets, int set_count, const struct scenario *base, uint64_t seed,
                                int workers, void (*progress)(int done, int count), GArray **points, GString *complaints)
{
	struct crew c = { .file = file, .sets = sets, .set_count = set_count, .seed = seed, .complaints = complaints, .progress = progress,
		          .points = g_array_new(FALSE, FALSE, sizeof(struct explored_point)) };
	struct workers_conf conf = { .work = work, .done = done, .context = &c };
	GArray *jobs;

	*points = c.points;
	if (!read_points(&c, base))
		return EXPLORE_REFUSED;
	jobs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (int64_t i = 0; i < c.points->len; i++)
		g_array_append_val(jobs, i);
	conf.jobs = jobs;
	conf.workers = MIN(workers, (int)c.points->len);
	switch (workers_run(&conf)) {
	case WORKERS_DONE:
	case WORKERS_STOPPED:
		break;
	case WORKERS_INTERRUPTED:
		c.end = EXPLORE_INTERRUPTED;
		break;
	case WORKERS_NONE:
		g_string_append_printf(complaints, "%s: cannot start a worker process: %s\n", file, g_strerror(errno));
		c.end = EXPLORE_FAILED;
	}
	g_array_free(jobs, TRUE);
	return c.end;
}

void explore_points_free(GArray *points)
{
	for (guint i = 0; i < points->len; i++) {
		struct explored_point *p = &g_array_index(points, struct explored_point, i);

		scenario_free(p->scenario);
		g_free(p->sets);
		exploration_free(&p->found);
	}
	g_array_free(points, TRUE);
}
