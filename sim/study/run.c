// SPDX-License-Identifier: GPL-3.0-or-later
/* One run: world, recorder and traces put together, driven to its end, and the row that says how it went. */
#include "sim/study/run.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "sim/record/ladder.h"
#include "sim/record/pcapng.h"
#include "sim/record/recorder.h"
#include "sim/world/world.h"

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void append_run(GByteArray *rows, const struct world *w, double wall_s)
{
	char digest[17];

	world_digest(w, digest);
	result_row(rows, RESULT_RUN);
	result_text(rows, "ok");
	result_null(rows);
	result_text(rows, digest);
	result_int(rows, (int64_t)world_events(w));
	result_real(rows, (double)world_now(w) / 1e9);
	result_real(rows, wall_s);
}

static bool close_keys(FILE *keys, const char *file, char **error)
{
	bool bad = ferror(keys);

	if (fclose(keys) || bad) {
		*error = g_strdup_printf("cannot write the keys %s: %s", file, g_strerror(errno));
		return false;
	}
	return true;
}

/* Frames for a trace and a ladder. */
struct both {
	struct world_tap tap;
	const struct world_tap *taps[2];
};

static void both_frame(void *context, mip_time now, unsigned tap_interface, bool sent, const struct packet *p)
{
	const struct both *b = context;

	for (int i = 0; i < 2; i++)
		if (b->taps[i])
			b->taps[i]->frame(b->taps[i]->context, now, tap_interface, sent, p);
}

bool run_scenario(const struct scenario *s, const struct run_conf *conf, GByteArray *rows, char **error)
{
	mip_time end = conf->until == MIP_NEVER ? s->duration : conf->until;
	struct pcapng *trace = NULL;
	struct ladder *ladder = conf->ladder ? ladder_new(s) : NULL;
	struct both both = { { both_frame, &both }, { NULL, NULL } };
	struct recorder *recorder;
	struct world *w;
	FILE *keys = NULL;
	double start = seconds_now();
	bool ok = true;

	*error = NULL;
	if (conf->pcap_file && !(trace = pcapng_open(conf->pcap_file, error))) {
		if (ladder)
			ladder_free(ladder);
		return false;
	}
	both.taps[0] = trace ? pcapng_tap(trace) : NULL;
	both.taps[1] = ladder ? ladder_tap(ladder) : NULL;
	if (conf->keys_file && !(keys = fopen(conf->keys_file, "we"))) {
		*error = g_strdup_printf("cannot write the keys %s: %s", conf->keys_file, g_strerror(errno));
		ok = false;
	}
	if (ok) {
		recorder = recorder_new(s, keys);
		w = world_new(s, &(struct world_conf){ .seed = conf->seed,
		                                       .replication = conf->replication,
		                                       .observer = recorder_observer(recorder),
		                                       .tap = trace || ladder ? &both.tap : NULL,
		                                       .movement = recorder_movement(recorder) });
		recorder_attach(recorder, w);
		if (trace)
			pcapng_interfaces(trace, w);
		if (ladder)
			ladder_attach(ladder, w);
		world_run(w, end);
		append_run(rows, w, seconds_now() - start);
		recorder_finish(recorder, end, rows);
		if (ladder)
			ladder_print(ladder, conf->ladder);
		world_free(w);
		recorder_free(recorder);
	}
	if (ladder)
		ladder_free(ladder);
	/* Everything is closed, and the first complaint is the one to tell. */
	if (keys)
		ok = close_keys(keys, conf->keys_file, error);
	if (trace) {
		char *second = NULL;

		if (!pcapng_close(trace, &second)) {
			if (ok)
				*error = second;
			else
				g_free(second);
			ok = false;
		}
	}
	return ok;
}
