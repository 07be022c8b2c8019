// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Forked workers that turn numbers into blocks of octets. A worker that crashes or hangs costs the job it was at and nothing else.
 * While it runs, SIGINT, SIGTERM and SIGHUP stop it in good order.
 */
#ifndef SIM_STUDY_POOL_H
#define SIM_STUDY_POOL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum pool_outcome { POOL_JOB_OK, POOL_JOB_CRASHED, POOL_JOB_TIMEOUT };
enum pool_end {
	POOL_DONE,
	POOL_INTERRUPTED,    /* by a signal; what was complete has been handed over */
	POOL_STOPPED,        /* `done` returned false */
	POOL_NO_WORKERS      /* fork failed; errno says why */
};

struct pool_conf {
	int workers;
	const int64_t *jobs;
	int64_t job_count;
	double timeout_s;    /* of real time, for one job; 0: none */
	/* In a worker: appends to out. */
	void (*work)(void *context, int64_t job, GByteArray *out);
	/* In the parent, in order of completion. how != OK: out is empty and last_words says how it ended and what it wrote to stderr. */
	bool (*done)(void *context, int64_t job, enum pool_outcome how, const char *last_words, double seconds, GByteArray *out);
	/* In the parent, several times a second. */
	void (*idle)(void *context, int busy);
	void *context;
};

enum pool_end pool_run(const struct pool_conf *conf);

#endif
