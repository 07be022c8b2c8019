// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The conformance harness: one node alone on its link, a tester that plays everybody else, cases from a table (cases.txt, close to
 * the notation of conformance.csv). Packets are built and taken apart here field by field, with nothing of models/wire, so that
 * one mistake cannot hide another.
 */
#ifndef TESTS_CONFORMANCE_H
#define TESTS_CONFORMANCE_H

#include <glib.h>

#include "models/base.h"

/* ---- values.c: what the words of the table stand for ------------------------------------------------------------------ */

/* Captured fields ("BU.seq"), variables of a case, addresses by name. One table for a run. */
struct values {
	GHashTable *text;  /* char * -> char * */
};

void values_set(struct values *v, const char *name, const char *text);
void values_set_number(struct values *v, const char *name, uint64_t number);
const char *values_get(const struct values *v, const char *name);
/* $name replaced; NULL and *error (to be freed) when there is no such name. */
char *values_expand(const struct values *v, const char *text, char **error);
/* Sums and so on of numbers, left to right; false: not a number. */
bool values_number(const char *text, int64_t *number);
/* A name, ll(x), sol(x), an address as text. */
bool values_address(const struct values *v, const char *text, struct in6 *address);
char *address_text(const struct in6 *a);

/* ---- pattern.c ----------------------------------------------------------------------------------------------------------- */

/* TYPE{src->dst field=value ...} as text, taken apart. */
struct field {
	char *name, *value;
	char operator; /* '=', '<' (at most), '>' (at least), '!' */
};
struct pattern {
	char *type, *source, *destination; /* addresses NULL: not given */
	GArray *fields; /* struct field */
};

struct pattern *pattern_parse(const char *text, char **error);
void pattern_free(struct pattern *p);
const char *pattern_value(const struct pattern *p, const char *name); /* NULL: not given */

/* What stands between the separators, those inside braces and parentheses not counted. */
GPtrArray *pattern_words(const char *text, char separator);

/* ---- packet.c ------------------------------------------------------------------------------------------------------------ */

struct octets_pair {
	GByteArray *sent, *received; /* the latest, for `payload=sent` and `inner=received` */
};

/* Octets of a packet from the IPv6 header on; fields that later steps refer to are captured. NULL and *error: cannot. */
GByteArray *packet_build(struct values *v, const struct pattern *p, const struct octets_pair *latest, char **error);

/* esp.c: a built packet as it goes on the wire, protected as its field ESP or else the policy says; and a packet from the node without its ESP
 * (association 0: it had none). The policy: which association a message needs while the switch `ipsec` is on; 0: none. */
GByteArray *esp_seal(struct values *v, const struct pattern *p, const GByteArray *plain);
GByteArray *esp_open(const uint8_t *packet, size_t octets, unsigned *association, const char **wrong);
unsigned esp_policy(const struct values *v, const uint8_t *plain, size_t octets);
void esp_keys(unsigned association, uint8_t authentication[20], uint8_t encryption[16]);

/* decode.c: a packet from the node, as fields. `type` is always there; "wrong" says what is not as it must be. */
struct message {
	GHashTable *fields; /* char * -> char * */
	struct message *inner; /* TUNNEL */
	GByteArray *octets;
};

struct message *message_decode(const uint8_t *packet, size_t octets);
void message_free(struct message *m);
const char *message_field(const struct message *m, const char *name);
/* NULL: it matches; else why not (to be freed). */
char *message_mismatch(const struct message *m, const struct pattern *p, struct values *v, const struct octets_pair *latest);
/* Captures its fields as TYPE.field. */
void message_capture(const struct message *m, struct values *v);
char *message_text(const struct message *m);

/* options of a Mobility Header that both directions need */
void authenticator(const struct values *v, const char *home_token, const char *care_of_token, const struct in6 *care_of_address,
                   const struct in6 *correspondent, const uint8_t *mh, size_t before, size_t length, uint8_t out[12]);
uint16_t checksum(const struct in6 *source, const struct in6 *destination, uint8_t protocol, const uint8_t *upper, size_t octets);

/* ---- bench.c: the node and its link ---------------------------------------------------------------------------------------- */

struct bench;
struct seen {
	mip_time at;
	struct message *message;
	bool taken; /* by an expectation */
};

/* topology: "CN", "HA", "HAv", "MN"; switches: "name=value" of the node's configuration. NULL and *error: unknown. */
struct bench *bench_new(const char *topology, char *const *switches, struct values *v, char **error);
void bench_free(struct bench *b);
mip_time bench_now(const struct bench *b);
GPtrArray *bench_seen(struct bench *b); /* struct seen * */
void bench_send(struct bench *b, const GByteArray *packet);
/* Lets the node run to its next deadline, at most until then. False: that time has come. */
bool bench_step(struct bench *b, mip_time until);
/* Nobody answers solicitations for this address any more, or again. */
void bench_silence(struct bench *b, const struct in6 *address, bool down);
void bench_link(struct bench *b, bool up);
/* A home agent: the prefix of this address of its own has these lifetimes from now on. */
void bench_advertise(struct bench *b, const struct in6 *address, mip_time valid, mip_time preferred);

/* ---- script.c ------------------------------------------------------------------------------------------------------------------ */

struct table;
struct outcome {
	char *id, *row;
	enum { PASSED, FAILED, NOT_APPLICABLE } result;
	char *reason; /* NULL when passed */
	const char *todo; /* the table's; NULL: it has to pass */
};

/* Of all these files, NULL at the end. Complaints go to stderr; NULL: unusable. */
struct table *table_read(char *const *paths);
void table_free(struct table *t);
/* Runs the case of an id; the row is the CSV's. The table's "na" lines count. ipsec: NULL, or the cipher with which all that policy wants
 * protected is. */
struct outcome table_run(struct table *t, const char *id, const char *row, const char *ipsec, bool trace);
/* The ids of cases whose row has this in its name, in the table's order; each as "ID ROW". To be freed. */
GPtrArray *table_ids(const struct table *t, const char *part);

#endif
