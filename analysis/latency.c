// SPDX-License-Identifier: GPL-3.0-or-later
/* See latency.h. */
#include "analysis/latency.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "models/mip6/mip6.h"
#include "sim/scenario/scenario.h"

struct reader {
	sqlite3 *db;
	sqlite3_stmt *parameters;
	int studies, study_names;       /* how many there are; rows say whose they are when it is more than one */
	GHashTable *varying;            /* paths whose values differ between runs outside a plan */
	char *file;                     /* where a stored scenario is put for the reader of scenarios */
	int64_t study;                  /* whose text is in file; -1 none */
	struct scenario *base;          /* as the text stands, without a run's parameters */
	GHashTable *base_values;        /* path -> value, owned by base */
	int64_t run;                    /* whose scenario this is; -1 none */
	struct scenario *scenario;
	GPtrArray *swept;               /* path, value, path, value ... that tell this run's point from others */
	GArray *latencies;
	char **error;
};

/* ---- scenarios as they were run --------------------------------------------------------------------------------------- */

static struct scenario *read_scenario(struct reader *r, const struct scenario_set *sets, int count)
{
	GString *complaints = g_string_new(NULL);
	struct scenario *s = scenario_read(r->file, sets, count, complaints);

	if (!s && !*r->error)
		*r->error = g_strdup_printf("the stored scenario cannot be read by this version:\n%s", complaints->str);
	g_string_free(complaints, TRUE);
	return s;
}

static bool take_study(struct reader *r, int64_t study, const char *text)
{
	GError *error = NULL;

	if (r->study == study)
		return true;
	if (!g_file_set_contents(r->file, text, -1, &error)) {
		*r->error = g_strdup(error->message);
		g_error_free(error);
		return false;
	}
	scenario_free(r->base);
	g_hash_table_remove_all(r->base_values);
	r->base = read_scenario(r, NULL, 0);
	if (!r->base)
		return false;
	for (guint i = 0; i < r->base->parameters->len; i++) {
		struct scenario_parameter *p = g_ptr_array_index(r->base->parameters, i);

		g_hash_table_replace(r->base_values, p->path, p->value);
	}
	r->study = study;
	return true;
}

/* The scenario of one run: the stored text with every parameter set that the run had otherwise (swept or drawn). */
static bool take_run(struct reader *r, int64_t study, const char *text, int64_t run, bool planned)
{
	GArray *sets;

	if (r->run == run)
		return true;
	if (!take_study(r, study, text))
		return false;
	sets = g_array_new(FALSE, FALSE, sizeof(struct scenario_set));
	g_ptr_array_set_size(r->swept, 0);
	sqlite3_bind_int64(r->parameters, 1, run);
	while (sqlite3_step(r->parameters) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(r->parameters, 0);
		const char *value = (const char *)sqlite3_column_text(r->parameters, 1), *base = g_hash_table_lookup(r->base_values, name);
		struct scenario_set set = { .path = g_strdup(name), .value = g_strdup(value) };
		bool different = !base || strcmp(base, value);

		if (planned ? sqlite3_column_int(r->parameters, 2) : g_hash_table_contains(r->varying, name)) {
			g_ptr_array_add(r->swept, g_strdup(name));
			g_ptr_array_add(r->swept, g_strdup(value));
		}
		if (different) {
			g_array_append_val(sets, set);
		} else {
			g_free((char *)set.path);
			g_free((char *)set.value);
		}
	}
	sqlite3_reset(r->parameters);
	scenario_free(r->scenario);
	r->scenario = read_scenario(r, &g_array_index(sets, struct scenario_set, 0), (int)sets->len);
	r->run = run;
	for (guint i = 0; i < sets->len; i++) {
		g_free((char *)g_array_index(sets, struct scenario_set, i).path);
		g_free((char *)g_array_index(sets, struct scenario_set, i).value);
	}
	g_array_free(sets, TRUE);
	return r->scenario;
}

/* ---- paths --------------------------------------------------------------------------------------------------------------- */

static int node_named(const struct scenario *s, const char *name)
{
	for (int i = 0; name && i < s->node_count; i++)
		if (!strcmp(s->nodes[i].name, name))
			return i;
	return -1;
}

static int cell_named(const struct scenario *s, const char *name)
{
	for (int i = 0; name && i < s->cell_count; i++)
		if (!strcmp(s->cells[i].name, name))
			return i;
	return -1;
}

static bool forwards(const struct scenario *s, int node)
{
	return s->nodes[node].type != NODE_HOST && s->nodes[node].type != NODE_MOBILE;
}

/* One-way delay along the path of least cost; MIP_NEVER: there is none. Bellman and Ford's: rounds until nothing improves. */
static mip_time path_delay(const struct scenario *s, int from, int to)
{
	int64_t *cost = g_new(int64_t, s->node_count);
	mip_time *delay = g_new(mip_time, s->node_count), result;
	bool better = true;

	for (int i = 0; i < s->node_count; i++)
		cost[i] = delay[i] = MIP_NEVER;
	cost[from] = delay[from] = 0;
	while (better) {
		better = false;
		for (int l = 0; l < s->link_count; l++) {
			const struct scenario_link *k = &s->links[l];

			for (int a = 0; a < k->member_count; a++) {
				int u = k->members[a];

				if (cost[u] == MIP_NEVER || (u != from && !forwards(s, u)))
					continue;
				for (int b = 0; b < k->member_count; b++) {
					int v = k->members[b];

					if (v == u || cost[v] <= cost[u] + k->cost)
						continue;
					cost[v] = cost[u] + k->cost;
					delay[v] = delay[u] + k->channel.delay;
					better = true;
				}
			}
		}
	}
	result = delay[to];
	g_free(cost);
	g_free(delay);
	return result;
}

static bool round_trips(const struct scenario *s, int mobile, int cell, int peer, struct round_trips *rtt)
{
	int home_agent = s->nodes[mobile].home_cell >= 0 ? s->cells[s->nodes[mobile].home_cell].router : -1;
	mip_time air, to_home, to_peer, home_to_peer;

	if (home_agent < 0 || cell < 0 || s->nodes[peer].type == NODE_MOBILE)
		return false;
	air = s->cells[cell].channel.delay;
	to_home = path_delay(s, s->cells[cell].router, home_agent);
	to_peer = path_delay(s, s->cells[cell].router, peer);
	home_to_peer = path_delay(s, home_agent, peer);
	if (to_home == MIP_NEVER || to_peer == MIP_NEVER || home_to_peer == MIP_NEVER)
		return false;
	*rtt = (struct round_trips){ 2 * (air + to_home), 2 * (air + to_home + home_to_peer), 2 * (air + to_peer) };
	return true;
}

/* ---- points -------------------------------------------------------------------------------------------------------------- */

/* Does the name of the scheme or of the waiting say it already? Of the common switches or of the mobile node's own. */
static bool named_already(const char *path, const char *mobile)
{
	static const char *const switches[] = { "scheme", "wait", "reuse-home-token", "register" };
	char *own = g_strdup_printf("nodes.%s.", mobile);
	const char *rest = g_str_has_prefix(path, own) ? path + strlen(own) : path;
	bool found = false;

	g_free(own);
	if (!g_str_has_prefix(rest, "protocol."))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(switches); i++)
		found |= !strcmp(rest + strlen("protocol."), switches[i]);
	return found;
}

static const char *point_name(const struct reader *r, const char *study, bool planned, const char *mobile)
{
	GString *name = g_string_new(r->study_names > 1 ? study : NULL);
	const char *interned;

	if (planned && r->studies > r->study_names)
		g_string_append_printf(name, "%sstudy %" G_GINT64_FORMAT, name->len ? ", " : "", r->study);
	for (guint i = 0; i < r->swept->len; i += 2)
		if (!named_already(r->swept->pdata[i], mobile))
			g_string_append_printf(name, "%s%s=%s", name->len ? ", " : "", (char *)r->swept->pdata[i],
					       (char *)r->swept->pdata[i + 1]);
	interned = g_intern_string(name->str);
	g_string_free(name, TRUE);
	return interned;
}

/* ---- one registration ------------------------------------------------------------------------------------------------------- */

/* First arrival of a packet of the peer's streams once it sends to the new address. Other kinds have no closed form. */
static mip_time stream_receive(const struct scenario *s, int mobile, int peer, mip_time care_of, mip_time rebound, mip_time rtt_ro)
{
	mip_time earliest = MIP_NEVER;

	for (int i = 0; i < s->flow_count; i++) {
		const struct scenario_flow *f = &s->flows[i];
		mip_time t;

		if (f->from != peer || f->to != mobile)
			continue;
		if (f->kind != FLOW_CBR)
			return MIP_NEVER;
		t = closed_form_stream_arrival(f->start, f->interval, care_of + rebound, rtt_ro);
		if (t - rtt_ro / 2 < f->stop)
			earliest = mip_time_min(earliest, t);
	}
	return earliest == MIP_NEVER ? MIP_NEVER : earliest - care_of;
}

/* The closed forms speak of the care-of address itself, of an update that waits for tests and home agent, and of tests that are
 * answered before they are repeated (RFC 6275 11.8). */
static bool closed_form_applies(const struct protocol_conf *conf, const struct closed_form_case *rules, const struct round_trips *rtt)
{
	mip_time longest = mip_time_max(rtt->ha, rtt->ro);

	if (!rules->reuse && !rules->early)
		longest = mip_time_max(longest, rtt->bt);
	return longest < INITIAL_BINDACK_TIMEOUT && conf->local != LOCAL_HMIP && conf->local != LOCAL_F_HMIP && !conf->update_at_once &&
	       !conf->care_of_test_ahead && conf->authorization == AUTHORIZE_RETURN_ROUTABILITY;
}

static mip_time column_time(sqlite3_stmt *q, int column)
{
	return sqlite3_column_type(q, column) == SQLITE_NULL ? MIP_NEVER : sqlite3_column_int64(q, column);
}

enum column { RUN, STUDY, TEXT, REPLICATION, NODE, CELL, PEER, SCHEME, CARE_OF, SEND, RECEIVE, LOST, PLANNED, STUDY_NAME };

/* Among what `registrations` gives: studies; and of runs outside a plan, the settings that are not the same in all. */
static const char several_studies[] =
	"SELECT count(DISTINCT u.study_id), count(DISTINCT s.name) FROM sim_run u JOIN sim_study s USING(study_id) WHERE u.status = 'ok'"
	" AND (u.point >= 0 OR NOT EXISTS(SELECT 1 FROM sim_run WHERE point >= 0 AND status = 'ok'))";
static const char varying_settings[] =
	"SELECT p.name FROM sim_param p JOIN sim_run u USING(run_id) WHERE u.status = 'ok' AND u.point < 0"
	" AND p.name NOT IN ('seed', 'title', 'duration') AND p.name NOT GLOB 'study.*' GROUP BY p.name HAVING count(DISTINCT p.value) > 1";

static const char registrations[] =
	"SELECT u.run_id, s.study_id, s.scenario, (u.seed << 20) | u.replication, h.node, h.to_cell, r.peer, h.scheme, h.t_coa, r.t_send, r.t_recv,"
	" (SELECT sum(g.lost) FROM sim_gap g JOIN sim_flow f USING(flow_id) WHERE g.handover_id = h.handover_id"
	"  AND r.peer IN (f.src, f.dst)), u.point >= 0, s.name"
	" FROM sim_run u JOIN sim_study s USING(study_id) JOIN sim_handover h USING(run_id) JOIN sim_registration r USING(handover_id)"
	" WHERE u.status = 'ok' AND (u.point >= 0 OR NOT EXISTS(SELECT 1 FROM sim_run WHERE point >= 0 AND status = 'ok'))"
	" ORDER BY s.study_id, u.point, u.replication, u.run_id, h.handover_id, r.registration_id";

static void add(struct reader *r, sqlite3_stmt *q)
{
	const struct scenario *s = r->scenario;
	int mobile = node_named(s, (const char *)sqlite3_column_text(q, NODE));
	int peer = node_named(s, (const char *)sqlite3_column_text(q, PEER));
	int cell = cell_named(s, (const char *)sqlite3_column_text(q, CELL));
	mip_time care_of = column_time(q, CARE_OF), send = column_time(q, SEND), receive = column_time(q, RECEIVE);
	const struct protocol_conf *conf;
	struct latency l = { .send = MIP_NEVER,
			     .receive = MIP_NEVER,
			     .closed_send = MIP_NEVER,
			     .closed_receive = MIP_NEVER,
			     .stream_receive = MIP_NEVER };
	struct round_trips rtt;

	if (mobile < 0 || peer < 0 || care_of == MIP_NEVER)
		return;
	conf = &s->nodes[mobile].protocol;
	l.scheme = g_intern_string((const char *)sqlite3_column_text(q, SCHEME));
	l.point = point_name(r, (const char *)sqlite3_column_text(q, STUDY_NAME), sqlite3_column_int(q, PLANNED), s->nodes[mobile].name);
	l.replication = (uint64_t)sqlite3_column_int64(q, REPLICATION);
	l.rules = (struct closed_form_case){
		.early = conf->care_of_test == CARE_OF_TEST_CONCURRENT && s->nodes[peer].protocol.ebu_support,
		.optimistic = conf->wait == WAIT_OPTIMISTIC,
		.reuse = conf->reuse_home_token,
		.sequential = conf->registration_order == REGISTER_SEQUENTIAL,
	};
	if (send != MIP_NEVER)
		l.send = send - care_of;
	if (receive != MIP_NEVER)
		l.receive = receive - care_of;
	l.lost = sqlite3_column_type(q, LOST) == SQLITE_NULL ? -1 : sqlite3_column_int64(q, LOST);
	if (round_trips(s, mobile, cell, peer, &rtt) && closed_form_applies(conf, &l.rules, &rtt)) {
		l.closed_send = closed_form_send(l.rules, rtt);
		l.closed_receive = closed_form_receive(l.rules, rtt);
		l.stream_receive = stream_receive(s, mobile, peer, care_of, closed_form_rebound(l.rules, rtt), rtt.ro);
	}
	g_array_append_val(r->latencies, l);
}

static bool what_differs(struct reader *r)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(r->db, several_studies, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW;

	if (ok) {
		r->studies = sqlite3_column_int(q, 0);
		r->study_names = sqlite3_column_int(q, 1);
	}
	sqlite3_finalize(q);
	ok = ok && sqlite3_prepare_v2(r->db, varying_settings, -1, &q, NULL) == SQLITE_OK;
	while (ok && sqlite3_step(q) == SQLITE_ROW)
		g_hash_table_add(r->varying, g_strdup((const char *)sqlite3_column_text(q, 0)));
	if (ok)
		sqlite3_finalize(q);
	return ok;
}

GArray *latency_read(sqlite3 *db, char **error)
{
	struct reader r = { .db = db, .study = -1, .run = -1, .error = error };
	sqlite3_stmt *q = NULL;
	GError *file_error = NULL;
	int fd = g_file_open_tmp("roam-XXXXXX.yaml", &r.file, &file_error);
	bool ok = fd >= 0;

	*error = NULL;
	if (!ok) {
		*error = g_strdup(file_error->message);
		g_error_free(file_error);
		return NULL;
	}
	close(fd);
	r.base_values = g_hash_table_new(g_str_hash, g_str_equal);
	r.latencies = g_array_new(FALSE, FALSE, sizeof(struct latency));
	r.varying = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r.swept = g_ptr_array_new_with_free_func(g_free);
	ok = what_differs(&r);
	ok = ok && sqlite3_prepare_v2(db, registrations, -1, &q, NULL) == SQLITE_OK &&
	     sqlite3_prepare_v2(db, "SELECT name, value, is_sweep FROM sim_param WHERE run_id = ? ORDER BY name", -1, &r.parameters, NULL) == SQLITE_OK;
	if (ok) {
		int rc;

		while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
			ok = take_run(&r, sqlite3_column_int64(q, STUDY), (const char *)sqlite3_column_text(q, TEXT),
				      sqlite3_column_int64(q, RUN), sqlite3_column_int(q, PLANNED));
			if (!ok)
				break;
			add(&r, q);
		}
		ok = ok && rc == SQLITE_DONE;
	}
	if (!ok && !*error)
		*error = g_strdup(sqlite3_errmsg(db));
	sqlite3_finalize(q);
	sqlite3_finalize(r.parameters);
	scenario_free(r.base);
	scenario_free(r.scenario);
	g_hash_table_destroy(r.base_values);
	g_hash_table_destroy(r.varying);
	g_ptr_array_free(r.swept, TRUE);
	g_unlink(r.file);
	g_free(r.file);
	if (!ok) {
		g_array_free(r.latencies, TRUE);
		return NULL;
	}
	return r.latencies;
}

char *latency_scheme_name(const struct latency *l)
{
	return g_strconcat(l->scheme ? l->scheme : "-", l->rules.reuse ? ", home token reused" : "",
			   l->rules.sequential ? ", sequential" : "", NULL);
}

char *latency_row_name(const struct latency *l)
{
	char *scheme = latency_scheme_name(l), *name = g_strconcat(scheme, *l->point ? ", " : "", l->point, NULL);

	g_free(scheme);
	return name;
}

const char *latency_waiting_name(const struct latency *l)
{
	return l->rules.optimistic ? "optimistic" : "conservative";
}
