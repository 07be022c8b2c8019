// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The parent deals one job number at a time over a pipe; the worker answers with eight octets of length and the block. What a
 * worker writes to stderr goes into a nameless file of its own, from which a crash report takes its end.
 */
#include "sim/study/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LAST_WORDS_OCTETS 2000
#define IDLE_MS 100

struct worker {
	pid_t pid; /* 0: none */
	int to, from, words;
	bool busy, timed_out;
	int64_t job;
	double started;
	GByteArray *in; /* what has come so far of its answer */
};

struct crew {
	const struct workers_conf *conf;
	struct worker *workers;
	GByteArray *spare; /* takes turns with a worker's `in` */
	guint next; /* index into conf->jobs */
	bool stopped, interrupted;
	sigset_t outside; /* the signal mask of the caller */
	int signals; /* signalfd of what interrupts */
};

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- in a worker -------------------------------------------------------------------------------------------------- */

static bool read_all(int fd, void *to, size_t octets)
{
	uint8_t *p = to;

	while (octets) {
		ssize_t n = read(fd, p, octets);

		if (n > 0) {
			p += n;
			octets -= (size_t)n;
		} else if (!n || errno != EINTR) {
			return false;
		}
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t octets)
{
	const uint8_t *p = from;

	while (octets) {
		ssize_t n = write(fd, p, octets);

		if (n > 0) {
			p += n;
			octets -= (size_t)n;
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

_Noreturn static void worker_main(struct crew *p, int requests, int answers, int words, pid_t parent)
{
	GByteArray *out = g_byte_array_new();
	uint64_t length;
	int64_t job;

	/* The parent decides when to stop: a Ctrl-C reaches the whole group. Without a parent there is nothing to do. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	for (int i = 0; i < p->conf->workers; i++)
		if (p->workers[i].pid) {
			close(p->workers[i].to);
			close(p->workers[i].from);
			close(p->workers[i].words);
		}
	dup2(words, STDERR_FILENO);
	while (read_all(requests, &job, sizeof job)) {
		if (ftruncate(STDERR_FILENO, 0) || lseek(STDERR_FILENO, 0, SEEK_SET))
			_exit(1);
		g_byte_array_set_size(out, 0);
		p->conf->work(p->conf->context, job, out);
		length = out->len;
		if (!write_all(answers, &length, sizeof length) || !write_all(answers, out->data, out->len))
			break;
	}
	_exit(0);
}

/* ---- in the parent ------------------------------------------------------------------------------------------------ */

static bool spawn(struct crew *p, struct worker *w)
{
	int requests[2] = { -1, -1 }, answers[2] = { -1, -1 }, words = memfd_create("roam-worker", MFD_CLOEXEC), saved;
	pid_t pid = -1, parent = getpid();

	fflush(stdout); /* or a worker that exits would write it again */
	if (words >= 0 && !pipe2(requests, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC))
		pid = fork();
	if (!pid) {
		close(requests[1]);
		close(answers[0]);
		sigprocmask(SIG_SETMASK, &p->outside, NULL);
		worker_main(p, requests[0], answers[1], words, parent);
	}
	saved = errno;
	close(requests[0]);
	close(answers[1]);
	if (pid < 0) {
		close(requests[1]);
		close(answers[0]);
		close(words);
		errno = saved;
		return false;
	}
	*w = (struct worker){ .pid = pid, .to = requests[1], .from = answers[0], .words = words, .in = w->in };
	g_byte_array_set_size(w->in, 0);
	return true;
}

static int bury(struct worker *w)
{
	int status = 0;

	close(w->to);
	close(w->from);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(w->words);
	w->pid = 0;
	w->busy = false;
	return status;
}

static char *last_words(const struct worker *w)
{
	char tail[LAST_WORDS_OCTETS], *valid;
	off_t end = lseek(w->words, 0, SEEK_END), from = end > LAST_WORDS_OCTETS ? end - LAST_WORDS_OCTETS : 0;
	ssize_t n = pread(w->words, tail, sizeof tail, from);

	valid = g_utf8_make_valid(tail, n > 0 ? n : 0);
	return g_strstrip(valid);
}

static char *how_it_ended(int status, const char *words)
{
	GString *text = g_string_new(NULL);

	if (WIFSIGNALED(status))
		g_string_printf(text, "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		g_string_printf(text, "ended with exit code %d", WEXITSTATUS(status));
	if (*words)
		g_string_append_printf(text, ": %s", words);
	return g_string_free(text, FALSE);
}

static bool deal_to(struct crew *p, struct worker *w)
{
	if (!w->pid && !spawn(p, w))
		return false;
	w->job = g_array_index(p->conf->jobs, int64_t, p->next++);
	w->started = seconds_now();
	w->busy = true;
	/* Should it be dead, its end of file will tell. */
	(void)write_all(w->to, &w->job, sizeof w->job);
	return true;
}

static bool may_deal(const struct crew *p)
{
	return p->next < p->conf->jobs->len && !p->stopped && !p->interrupted;
}

static void hand_over(struct crew *p, struct worker *w, enum workers_outcome how, const char *words)
{
	GByteArray *answer = w->in;
	int64_t job = w->job;
	double seconds = seconds_now() - w->started;

	/* The worker goes on while its answer is stored. */
	w->in = p->spare;
	p->spare = answer;
	w->busy = false;
	if (w->pid && may_deal(p))
		deal_to(p, w);
	if (!p->conf->done(p->conf->context, job, how, words, seconds, answer))
		p->stopped = true;
	g_byte_array_set_size(answer, 0);
}

static void on_end_of_worker(struct crew *p, struct worker *w)
{
	bool timed_out = w->timed_out;
	char *words = last_words(w), *ended;

	ended = how_it_ended(bury(w), words);
	g_byte_array_set_size(w->in, 0);
	if (timed_out) {
		g_free(ended);
		ended = g_strdup_printf("stopped after %g s%s%s", p->conf->timeout_s, *words ? ": " : "", words);
	}
	hand_over(p, w, timed_out ? WORKERS_JOB_TIMEOUT : WORKERS_JOB_CRASHED, ended);
	g_free(words);
	g_free(ended);
}

/* Takes what there is to read; a whole answer is handed over. False: end of file. */
static bool receive(struct crew *p, struct worker *w)
{
	static uint8_t chunk[1 << 16];
	ssize_t n = read(w->from, chunk, sizeof chunk);
	uint64_t length;

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	g_byte_array_append(w->in, chunk, (guint)n);
	if (w->in->len < sizeof length)
		return true;
	memcpy(&length, w->in->data, sizeof length);
	if (w->in->len == sizeof length + length) {
		g_byte_array_remove_range(w->in, 0, sizeof length);
		hand_over(p, w, WORKERS_JOB_OK, NULL);
	}
	return true;
}

/* False: there is work and no worker. */
static bool deal(struct crew *p)
{
	int busy = 0;

	for (int i = 0; i < p->conf->workers; i++) {
		if (!p->workers[i].busy && may_deal(p))
			deal_to(p, &p->workers[i]);
		busy += p->workers[i].busy;
	}
	return busy || !may_deal(p);
}

static int wait_for_answers(struct crew *p, struct pollfd *fds, struct worker **of)
{
	double now = seconds_now();
	int n = 0;

	for (int i = 0; i < p->conf->workers; i++) {
		struct worker *w = &p->workers[i];

		if (!w->busy)
			continue;
		if (p->conf->timeout_s > 0 && now - w->started > p->conf->timeout_s && !w->timed_out) {
			w->timed_out = true;
			kill(w->pid, SIGKILL);
		}
		fds[n] = (struct pollfd){ .fd = w->from, .events = POLLIN };
		of[n++] = w;
	}
	if (!n)
		return 0;
	/* Not by way of handlers: where answers are always waiting, poll returns without delivering a signal, time and again. */
	fds[n] = (struct pollfd){ .fd = p->signals, .events = POLLIN };
	if (poll(fds, (nfds_t)n + 1, IDLE_MS) < 0)
		for (int i = 0; i <= n; i++)
			fds[i].revents = 0;
	p->interrupted = fds[n].revents & POLLIN;
	return n;
}

/* Interrupted: no more running, but answers that were complete are not thrown away. */
static void kill_workers(struct crew *p)
{
	for (int i = 0; i < p->conf->workers; i++)
		if (p->workers[i].pid)
			kill(p->workers[i].pid, SIGKILL);
	for (int i = 0; i < p->conf->workers; i++)
		while (p->workers[i].busy && !p->stopped && receive(p, &p->workers[i]))
			;
}

static enum workers_end loop(struct crew *p)
{
	struct pollfd *fds = g_new(struct pollfd, p->conf->workers + 1);
	struct worker **of = g_new(struct worker *, p->conf->workers);
	enum workers_end end = WORKERS_DONE;
	int busy;

	for (;;) {
		if (!deal(p)) {
			end = WORKERS_NONE;
			break;
		}
		busy = wait_for_answers(p, fds, of);
		if (p->interrupted) {
			end = WORKERS_INTERRUPTED;
			kill_workers(p);
			break;
		}
		if (!busy)
			break;
		for (int i = 0; i < busy; i++)
			if (fds[i].revents && !receive(p, of[i]))
				on_end_of_worker(p, of[i]);
		if (p->conf->idle)
			p->conf->idle(p->conf->context, busy);
		if (p->stopped)
			break;
	}
	if (p->stopped) {
		end = WORKERS_STOPPED;
		for (int i = 0; i < p->conf->workers; i++)
			if (p->workers[i].pid)
				kill(p->workers[i].pid, SIGKILL);
	}
	g_free(fds);
	g_free(of);
	return end;
}

enum workers_end workers_run(const struct workers_conf *conf)
{
	const struct timespec at_once = { 0 };
	struct sigaction hangup, pipe;
	struct crew p = { .conf = conf, .workers = g_new0(struct worker, conf->workers), .spare = g_byte_array_new() };
	enum workers_end end;
	sigset_t stopping;
	int saved;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGINT);
	sigaddset(&stopping, SIGTERM);
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN) /* nohup */
		sigaddset(&stopping, SIGHUP);
	sigprocmask(SIG_BLOCK, &stopping, &p.outside);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, &pipe);
	for (int i = 0; i < conf->workers; i++)
		p.workers[i].in = g_byte_array_new();
	p.signals = signalfd(-1, &stopping, SFD_CLOEXEC);
	end = p.signals < 0 ? WORKERS_NONE : loop(&p);
	saved = errno;
	for (int i = 0; i < conf->workers; i++) {
		if (p.workers[i].pid)
			bury(&p.workers[i]);
		g_byte_array_free(p.workers[i].in, TRUE);
	}
	/* The signal that was obeyed, or that came when all was done, is not to end the caller now. */
	while (sigtimedwait(&stopping, NULL, &at_once) > 0)
		;
	if (p.signals >= 0)
		close(p.signals);
	sigaction(SIGPIPE, &pipe, NULL);
	sigprocmask(SIG_SETMASK, &p.outside, NULL);
	g_byte_array_free(p.spare, TRUE);
	g_free(p.workers);
	errno = saved;
	return end;
}
