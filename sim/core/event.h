// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The event kernel: virtual time and the list of pending timers. A timer is embedded in its owner; arming never allocates per
 * event. Total order: time, then the order of the arming calls. Re-arming to the same time changes nothing. Knows no packet.
 *
 * The list is a 64-ary radix ladder over integer nanoseconds with occupancy bitmaps, a small sorted front and a FIFO for exact
 * ties; a disarmed entry is dropped when it comes up, or swept out when such are many. Nothing points to a disarmed timer.
 */
#ifndef SIM_CORE_EVENT_H
#define SIM_CORE_EVENT_H

#include "models/base.h"

struct sim;
struct sim_timer;
typedef void sim_fire(struct sim *sim, struct sim_timer *timer, mip_time now);

struct sim_timer {
	sim_fire *fire;         /* set once by the owner, which finds itself with mip_container_of */
	mip_time at;            /* MIP_NEVER: not armed. Set to MIP_NEVER when it fires */
	uint32_t entry;         /* the kernel's: slot of the live entry, while armed */
};

struct sim *sim_new(void);
/* Armed timers are forgotten, never fired. */
void sim_free(struct sim *sim);
/* fire must be set; the timer starts out disarmed. */
static inline void sim_timer_init(struct sim_timer *t, sim_fire *fire)
{
	*t = (struct sim_timer){ .fire = fire, .at = MIP_NEVER };
}
/* at >= now (asserted); MIP_NEVER disarms. The timer must stay where it is while armed. */
void sim_arm(struct sim *sim, struct sim_timer *t, mip_time at);
mip_time sim_now(const struct sim *sim);
/* Fires everything due at or before `until` in order, or until sim_stop; then now is `until` (or the time of the stop). Returns
 * events fired by this call. With MIP_NEVER it ends when no timer is armed, and now is the last event's time. */
uint64_t sim_run(struct sim *sim, mip_time until);
/* To be called while a timer fires: no other will in this sim_run. */
void sim_stop(struct sim *sim);
uint64_t sim_events(const struct sim *sim);  /* fired so far */
/* Entries in the list: armed timers, and disarmed ones not yet dropped. */
uint64_t sim_entries(const struct sim *sim);

#endif
