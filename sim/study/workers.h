// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Forked workers that turn numbers into blocks of octets. A worker that crashes or hangs costs the job it was at and nothing
 * else. While it runs, SIGINT, SIGTERM and SIGHUP stop it in good order.
 */
#ifndef SIM_STUDY_WORKERS_H
#define SIM_STUDY_WORKERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum workers_outcome { WORKERS_JOB_OK, WORKERS_JOB_CRASHED, WORKERS_JOB_TIMEOUT };
enum workers_end {
	WORKERS_DONE,
	WORKERS_INTERRUPTED, /* by a signal; what was complete has been handed over */
	WORKERS_STOPPED, /* `done` returned false */
	WORKERS_NONE /* fork failed; errno says why */
};

struct workers_conf {
	int workers;
	const GArray *jobs; /* int64_t; `done` may append to them */
	double timeout_s; /* of real time, for one job; 0: none */
	/* In a worker: appends to out. */
	void (*work)(void *context, int64_t job, GByteArray *out);
	/* In the parent, in order of completion. how != OK: out is empty and last_words says how it ended and what it wrote to
	 * stderr. */
	bool (*done)(void *context, int64_t job, enum workers_outcome how, const char *last_words, double seconds,
	             GByteArray *out);
	/* In the parent, several times a second. */
	void (*idle)(void *context, int busy);
	void *context;
};

enum workers_end workers_run(const struct workers_conf *conf);

#endif
