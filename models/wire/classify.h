// SPDX-License-Identifier: GPL-3.0-or-later
/* Which message a packet is, for observers: looks through tunnels and extension headers and changes nothing. */
#ifndef MODELS_WIRE_CLASSIFY_H
#define MODELS_WIRE_CLASSIFY_H

#include "models/observe.h"
#include "models/packet.h"
#include "models/wire/mh.h"

/*
 * The enum message_type of a packet that starts at its IPv6 header; MESSAGE_UNKNOWN for what cannot be walked or named. *overhead
 * gets the octets in front of the innermost IPv6 header: tunnel headers with their extension headers. Checksums are not looked
 * at.
 */
uint8_t wire_classify(const struct packet *p, uint16_t *overhead);

/*
 * The same of a decoded Mobility Header. A Binding Update tells by its H flag whom it is for. A Binding Acknowledgement does not:
 * one without Binding Authorization Data counts as a home agent's (BA_HOME), but for status 136 to 138, which a correspondent
 * sends unauthenticated (RFC 6275 9.5.1).
 */
enum message_type mh_classify(const struct mh_message *m);

#endif
