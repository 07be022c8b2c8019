// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A scenario as plain structs: what a file says, checked, with defaults filled in and names resolved to indices. Made by
 * scenario_read; the world builder makes it real.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include <glib.h>

#include "models/app/request_flow.h"
#include "models/app/tcp_flow.h"
#include "models/app/udp_codec.h"
#include "models/app/udp_flow.h"
#include "models/conf.h"
#include "models/link/channel.h"

enum family { FAMILY_IPV6, FAMILY_IPV4 };
enum node_type { NODE_HOST, NODE_ROUTER, NODE_ACCESS_ROUTER, NODE_HOME_AGENT, NODE_MOBILE, NODE_ANCHOR_POINT, NODE_ATTACKER, NODE_TYPES };

#define SCENARIO_ANCHORS 3 /* anchor points above each other; with an anchor point's own cells, what an advertisement has room for */

struct scenario_node {
	char *name;
	enum node_type type;
	int home_cell;                   /* mobile node: index into cells, -1 elsewhere */
	int anchor;                      /* access router, anchor point: the anchor point it announces, -1: none */
	int regional_home;               /* mobile node without a home agent: the anchor point its address belongs to, -1 */
	bool domain_only;                /* anchor point: refuses addresses on links where it is not announced */
	uint32_t preference;             /* of an anchor point, 0..15 */
	mip_time fails_at;               /* of an anchor point; MIP_NEVER: it lasts */
	const char *scheme;              /* interned name of its row of switches */
	struct protocol_conf protocol;   /* the file's `protocol:` with the node's own on top */
	struct scenario_attack {         /* attacker */
		int victim, correspondent;   /* indices into nodes */
		mip_time start, earn, redirect;
		bool spoof;
	} attack;
	bool has_address;
	struct in6 address;              /* given instead of computed: a host's or mobile node's home address */
};

struct scenario_link {                   /* two members: point-to-point; more: a shared Ethernet link */
	char *name;                      /* given, or "a-b" */
	int *members, member_count;      /* indices into nodes */
	struct channel_conf channel;     /* each direction of its own */
	int64_t cost;                    /* routing metric: as given, else the delay in nanoseconds */
	uint16_t mtu;
	bool has_prefix;
	struct in6 prefix;               /* /64, else assigned */
};

struct scenario_cell {
	char *name;
	int router;                      /* index into nodes */
	struct channel_conf channel;
	uint16_t mtu;
	bool has_prefix;
	struct in6 prefix;
	int also;                        /* a second home agent on this link, -1: none */
	struct scenario_renumbering {    /* a home agent's cell: another prefix takes over */
		mip_time at;             /* from then on it is advertised; MIP_NEVER: never */
		mip_time preferred, valid; /* what is left of the old prefix's lifetimes then */
		struct in6 prefix;       /* unspecified: assigned */
	} renumbering;
};

struct scenario_move {
	int node, cell;                  /* cell -1: detached */
	mip_time at;                     /* link down (for the first entry at 0s: attached from the beginning) */
	mip_time down;                   /* link-layer handover time, then link up */
	mip_time overlap;                /* the new link is up this long before, on a second radio; -1: one radio */
	mip_time lead;                   /* link-going-down signal this long before; -1: none */
	/* every not 0: not one movement but a Poisson process from `at` to `until` with this mean interval, round the cells; of what
	 * scenario_moves returns: one of its movements */
	mip_time every, until;
	int *cells, cell_count;          /* owned by the scenario */
	int place;                       /* in the node's list, counted from 0 */
};

enum flow_kind { FLOW_CBR, FLOW_POISSON, FLOW_VOICE, FLOW_REQUEST_RESPONSE, FLOW_TCP, FLOW_KINDS };

struct scenario_flow {
	char *name;
	int from, to;
	enum flow_kind kind;
	mip_time interval, start, stop;  /* interval: cbr, poisson, voice */
	int64_t size;                    /* UDP payload; tcp: octets to send, TCP_UNLIMITED until stop */
	enum udp_codec codec;            /* voice */
	mip_time talk, silence;
	uint32_t request, response;      /* request-response */
	mip_time think, timeout;
	uint16_t maximum_segment;        /* tcp */
	int64_t receive_buffer;
	bool sack, series;
	mip_time delayed_ack, rto_minimum;
};

struct scenario_sweep {                  /* one swept path and its values, as text */
	char *path;
	char **values;
	int value_count;
};

struct scenario_choices {                /* points.c: sets of several paths each */
	GArray *sets;                    /* struct scenario_set; NULL: none */
	GArray *ends;                    /* int: where the sets of each choice end */
};

struct scenario_random {                 /* `study: random:`: a duration drawn anew for each replication, the same for all points */
	char *path;
	mip_time min, max;
};

struct scenario_precision {              /* `study: precision:`: replications until a mean is known well enough */
	char *metric;                    /* a column of run_summary or the name of a sim_metric; NULL: no such target */
	struct fraction relative, confidence;
	uint32_t maximum;
};

enum explore_outcome { EXPLORE_BROKEN, EXPLORE_REGISTERED, EXPLORE_SESSION, EXPLORE_RECOVERY, EXPLORE_OUTCOMES };

struct scenario_explore {                /* what `roam explore` varies: one duration, or two */
	char *path, *across_path;        /* NULL: not given */
	mip_time from, to, step, origin;
	mip_time across_from, across_to, across_step;
	enum explore_outcome outcome;
};

struct scenario {
	char *file, *title, *name;       /* name: of the study; the file's base name unless given */
	char *source;                    /* the file's text after --set, as stored in results */
	char *source_sha256;             /* hex, of `source` */
	char *file_sha256;               /* hex, of the file as it stands, before --set: the study's identity */
	enum family family;
	mip_time duration;
	struct scenario_node *nodes;
	struct scenario_link *links;
	struct scenario_cell *cells;
	struct scenario_move *moves;     /* sorted by (time, order in the file); random ones as they stand there */
	struct scenario_flow *flows;
	int node_count, link_count, cell_count, move_count, flow_count;
	GPtrArray *lists;                /* what protocols and moves refer to: arrays of struct subnet, of cells */
	/* study */
	uint32_t replications;           /* with a precision target: of a batch */
	struct scenario_precision precision;
	struct scenario_sweep *sweeps;
	int sweep_count;
	struct scenario_choices zip, points, excluded;
	GArray *kept;                    /* int: the points left by `exclude`, NULL: all */
	struct scenario_random *randoms;
	int random_count;
	uint64_t seed;
	struct scenario_explore explore;
	GPtrArray *parameters;           /* struct scenario_parameter *, every scalar key given in the file or by --set, sorted by path;
					  * without `study` and `explore`, and without lists longer than 256 (those stand in `source`) */
};

struct scenario_parameter {
	char *path, *value;
};

struct scenario_set {                    /* --set PATH=VALUE, or a point of a sweep */
	const char *path, *value;
};

/*
 * Reads and checks. NULL: refused; every complaint has been written to `complaints` as `file:line:col: error: ...` with source
 * line and caret (text ready for stderr). sets: applied before checking, in order. Free with scenario_free.
 */
struct scenario *scenario_read(const char *file, const struct scenario_set *sets, int set_count, GString *complaints);
void scenario_free(struct scenario *s);
/* Host bits of the subnets of an IPv4 world: 10.0.0.0/8 in pieces with a number for every node, 8 at least. */
unsigned scenario_host_bits(const struct scenario *s);
/* Every key with type, unit, default and help, one a line, from the table that the reader uses (roam check --schema). */
void scenario_schema(GString *out);

/* The points of a study, at least 1: points x zip x sweep without what is excluded, the last sweep varying fastest. */
int scenario_point_count(const struct scenario *s);
/* The sets of one point, pointing into s; sets NULL: only how many there are. */
int scenario_point(const struct scenario *s, int point, struct scenario_set *sets);

/* Replications of a point at most. */
uint32_t scenario_replications_maximum(const struct scenario *s);
bool scenario_has_points(const struct scenario *s); /* anything is swept, zipped or listed */
bool scenario_sweeps(const struct scenario *s, const char *path);

/* The sets of one replication's random durations (s->random_count of them), from the stream (seed, replication, path), uniform in
 * whole microseconds and written in nanoseconds. Paths point into s, values are for g_free. */
void scenario_draw(const struct scenario *s, uint64_t seed, uint32_t replication, struct scenario_set *sets);

/*
 * The movements of one replication: s->moves with the random ones drawn, from a stream for each (seed, replication, place in the file), in the
 * same order. A node that is to move while it is between two cells starts anew: the two become one movement, link down from the
 * first instant until `down` after the second. GArray of struct scenario_move, free with g_array_free.
 */
GArray *scenario_moves(const struct scenario *s, uint64_t seed, uint32_t replication);

#endif
