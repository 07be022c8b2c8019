// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Values with units, exact: decimal numbers by integer arithmetic, never by double. Each function returns NULL when the text is
 * good, else what was wanted, to be put behind "bad duration '20mz': ".
 */
#ifndef SIM_SCENARIO_VALUE_H
#define SIM_SCENARIO_VALUE_H

#include <stdint.h>

#include "models/conf.h"

#define VALUE_DURATION_MAXIMUM ((int64_t)1000000000 * MIP_SECOND) /* some 31 years: sums of a few stay far from overflow */

const char *value_duration(const char *text, int64_t *ns);
const char *value_rate(const char *text, int64_t *bps); /* above 0 */
const char *value_size(const char *text, int64_t *octets);
const char *value_probability(const char *text, uint32_t *q32); /* 1 becomes 2^32 - 1 */
const char *value_fraction(const char *text, struct fraction *f); /* 7/8 or 0.5; 0 to 1, each part below 10^9 */
const char *value_whole(const char *text, uint64_t *number);
const char *value_address(const char *text, struct in6 *address); /* routable unicast */
const char *value_prefix(const char *text, struct in6 *prefix); /* a /64 of such */

const char *value_subnet(const char *text, struct subnet *subnet); /* an address, or a prefix like 2001:db8::/32 */

/* "1.5ms": the largest unit that needs at most three decimals; buffer of 40 octets, returned. For messages. */
char *value_duration_text(int64_t ns, char *buffer);

#endif
