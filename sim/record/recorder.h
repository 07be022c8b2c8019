// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Turns observations of one run into result rows: handovers, registrations, flows, gaps, messages, metrics, series. Sees nothing but
 * observations, movement and time.
 */
#ifndef SIM_RECORD_RECORDER_H
#define SIM_RECORD_RECORDER_H

#include <stdio.h>

#include "sim/record/result.h"
#include "sim/world/world.h"

struct recorder;

/* keys: where --keys goes (JSON lines), or NULL. Borrowed. */
struct recorder *recorder_new(const struct scenario *s, FILE *keys);
void recorder_free(struct recorder *r);
const struct observer *recorder_observer(struct recorder *r);
const struct world_movement_observer *recorder_movement(struct recorder *r);
/* After world_new: lets it map addresses to nodes. */
void recorder_attach(struct recorder *r, const struct world *w);
/* The same with any other map from a static or home address to a node (-1: nobody's), for recording without a world. */
void recorder_attach_lookup(struct recorder *r, int (*lookup)(const void *context, const struct in6 *address), const void *context);
/* Appends all rows but RESULT_RUN and RESULT_PARAM. */
void recorder_finish(struct recorder *r, mip_time end, GByteArray *rows);

#endif
