// SPDX-License-Identifier: GPL-3.0-or-later
/* A world's frames as pcapng: one interface per node interface, nanoseconds, LINKTYPE_ETHERNET or LINKTYPE_RAW; direction flags. */
#ifndef SIM_RECORD_PCAPNG_H
#define SIM_RECORD_PCAPNG_H

#include "sim/world/world.h"

struct pcapng;

/* NULL: cannot be written; *error gets a message (g_free). */
struct pcapng *pcapng_open(const char *file, char **error);
/* After world_new, before the first frame: describes the interfaces. */
void pcapng_interfaces(struct pcapng *p, const struct world *w);
const struct world_tap *pcapng_tap(struct pcapng *p);
/* Flushes and closes; false: octets were lost (disk full), *error says so and the file is removed. */
bool pcapng_close(struct pcapng *p, char **error);

#endif
