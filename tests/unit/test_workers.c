// SPDX-License-Identifier: GPL-3.0-or-later
/* Workers: every job answered once, crashes and hangs contained, signals obeyed. */
#include "sim/study/workers.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/base.h"

#define JOBS 60

struct watched {
	int answers[JOBS], outcome[JOBS];
	char *words[JOBS];
	int total, stop_after, signal_after;
	bool crash, hang;
	GArray *jobs;
	int later; /* so many jobs are added only while others are done */
};

/* Jobs answer with their number, repeated; a large one now and then, beyond what a pipe holds. */
static guint answer_size(int64_t job)
{
	return job % 10 == 3 ? 300000 : (guint)job;
}

static void work(void *context, int64_t job, GByteArray *out)
{
	struct watched *w = context;

	if (w->crash && job % 7 == 5) {
		fprintf(stderr, "job %d is about to die\n", (int)job);
		if (job % 2)
			raise(SIGSEGV);
		mip_assert(job != 12);
		exit(9);
	}
	if (w->hang && job == 4)
		pause();
	g_byte_array_set_size(out, answer_size(job));
	if (out->len)
		memset(out->data, (int)job, out->len);
}

static bool done(void *context, int64_t job, enum workers_outcome how, const char *words, double seconds, GByteArray *out)
{
	struct watched *w = context;

	g_assert_cmpint(job, >=, 0);
	g_assert_cmpint(job, <, JOBS);
	g_assert_true(seconds >= 0);
	w->answers[job]++;
	w->outcome[job] = (int)how;
	w->words[job] = g_strdup(words);
	if (how == WORKERS_JOB_OK) {
		g_assert_cmpuint(out->len, ==, answer_size(job));
		for (guint i = 0; i < out->len; i += 997)
			g_assert_cmpint(out->data[i], ==, job);
	} else {
		g_assert_cmpuint(out->len, ==, 0);
	}
	w->total++;
	if (w->later) {
		int64_t another = --w->later;

		g_array_append_val(w->jobs, another);
	}
	if (w->total == w->signal_after)
		raise(SIGTERM);
	return w->total != w->stop_after;
}

static enum workers_end run(struct watched *w, int workers, double timeout_s)
{
	GArray *jobs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct workers_conf conf = { .workers = workers,
		                     .jobs = jobs,
		                     .timeout_s = timeout_s,
		                     .work = work,
		                     .done = done,
		                     .context = w };

	enum workers_end end;

	w->jobs = jobs;
	for (int64_t i = JOBS - 1; i >= w->later; i--)
		g_array_append_val(jobs, i);
	end = workers_run(&conf);
	g_array_free(jobs, TRUE);
	return end;
}

static void forget(struct watched *w)
{
	for (int i = 0; i < JOBS; i++)
		g_free(w->words[i]);
}

static void every_job_is_answered_once(void)
{
	for (int workers = 1; workers <= 5; workers += 2) {
		struct watched w = { 0 };

		g_assert_cmpint(run(&w, workers, 0), ==, WORKERS_DONE);
		for (int i = 0; i < JOBS; i++)
			g_assert_cmpint(w.answers[i], ==, 1);
		forget(&w);
	}
}

static void a_crash_costs_its_job_and_leaves_its_last_words(void)
{
	struct watched w = { .crash = true };

	g_assert_cmpint(run(&w, 2, 0), ==, WORKERS_DONE);
	for (int i = 0; i < JOBS; i++) {
		char *expected = g_strdup_printf("job %d is about to die", i);

		g_assert_cmpint(w.answers[i], ==, 1);
		g_assert_cmpint(w.outcome[i], ==, i % 7 == 5 ? WORKERS_JOB_CRASHED : WORKERS_JOB_OK);
		if (i % 7 == 5) {
			g_assert_nonnull(strstr(w.words[i], expected));
			/* A sanitizer turns the signal into an exit code of its own. */
			if (i % 2)
				g_assert_true(strstr(w.words[i], "signal 11") || strstr(w.words[i], "exit code"));
			else if (i == 12)
				g_assert_nonnull(strstr(w.words[i], "job != 12"));
			else
				g_assert_nonnull(strstr(w.words[i], "exit code 9"));
		}
		g_free(expected);
	}
	forget(&w);
}

static void a_hang_is_cut_off(void)
{
	struct watched w = { .hang = true };

	g_assert_cmpint(run(&w, 2, 0.3), ==, WORKERS_DONE);
	for (int i = 0; i < JOBS; i++) {
		g_assert_cmpint(w.answers[i], ==, 1);
		g_assert_cmpint(w.outcome[i], ==, i == 4 ? WORKERS_JOB_TIMEOUT : WORKERS_JOB_OK);
	}
	g_assert_nonnull(strstr(w.words[4], "0.3 s"));
	forget(&w);
}

static void a_signal_stops_the_dealing(void)
{
	for (int round = 0; round < 30; round++) {
		struct watched w = { .signal_after = 5 };

		g_assert_cmpint(run(&w, 2, 0), ==, WORKERS_INTERRUPTED);
		/* What the two workers had finished or begun meanwhile still counts. */
		g_assert_cmpint(w.total, >=, 5);
		g_assert_cmpint(w.total, <=, 5 + 2 * 2);
		for (int i = 0; i < JOBS; i++)
			g_assert_cmpint(w.answers[i], <=, 1);
		forget(&w);
	}
}

static void a_signal_at_the_end_changes_nothing(void)
{
	struct watched w = { .signal_after = JOBS };

	g_assert_cmpint(run(&w, 2, 0), ==, WORKERS_DONE);
	g_assert_cmpint(w.total, ==, JOBS);
	forget(&w);
}

static void the_caller_can_stop_it(void)
{
	struct watched w = { .stop_after = 3 };

	g_assert_cmpint(run(&w, 2, 0), ==, WORKERS_STOPPED);
	g_assert_cmpint(w.total, >=, 3);
	g_assert_cmpint(w.total, <=, 4);
	forget(&w);
}

static void no_jobs_are_done_at_once(void)
{
	GArray *none = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct workers_conf conf = { .workers = 3, .jobs = none, .work = work, .done = done };

	g_assert_cmpint(workers_run(&conf), ==, WORKERS_DONE);
	g_array_free(none, TRUE);
}

static void jobs_may_come_while_others_are_done(void)
{
	for (int later = 1; later < JOBS; later += 29) {
		struct watched w = { .later = later };

		g_assert_cmpint(run(&w, 3, 0), ==, WORKERS_DONE);
		for (int i = 0; i < JOBS; i++)
			g_assert_cmpint(w.answers[i], ==, 1);
		forget(&w);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/every-job-is-answered-once", every_job_is_answered_once);
	g_test_add_func("/workers/a-crash-costs-its-job-and-leaves-its-last-words",
	                a_crash_costs_its_job_and_leaves_its_last_words);
	g_test_add_func("/workers/a-hang-is-cut-off", a_hang_is_cut_off);
	g_test_add_func("/workers/a-signal-stops-the-dealing", a_signal_stops_the_dealing);
	g_test_add_func("/workers/a-signal-at-the-end-changes-nothing", a_signal_at_the_end_changes_nothing);
	g_test_add_func("/workers/the-caller-can-stop-it", the_caller_can_stop_it);
	g_test_add_func("/workers/no-jobs-are-done-at-once", no_jobs_are_done_at_once);
	g_test_add_func("/workers/jobs-may-come-while-others-are-done", jobs_may_come_while_others_are_done);
	return g_test_run();
}
