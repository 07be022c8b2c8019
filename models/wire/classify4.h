// SPDX-License-Identifier: GPL-3.0-or-later
/* Which message an IPv4 packet is, for observers; looks through tunnels. The IPv4 side of classify.h. */
#ifndef MODELS_WIRE_CLASSIFY4_H
#define MODELS_WIRE_CLASSIFY4_H

#include "models/observe.h"
#include "models/packet.h"

/* The enum message_type of a packet that starts at its IPv4 header; *overhead gets the octets that tunnels added. */
uint8_t wire_classify4(const struct packet *p, uint16_t *overhead);

#endif
