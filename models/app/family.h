// SPDX-License-Identifier: GPL-3.0-or-later
/* What the flows need of a network layer, whichever the node has. IPv4 addresses stand as their mapped IPv6 addresses (in4.h). */
#ifndef MODELS_APP_FAMILY_H
#define MODELS_APP_FAMILY_H

#include "models/ip4/ip4.h"
#include "models/node.h"

/* A header without lengths; append the payload, then family_send. */
struct packet *family_packet(struct node *n, const struct in6 *source, const struct in6 *destination, uint8_t protocol, size_t room);
/* Completes the header and sends. Takes the packet. */
void family_send(struct node *n, mip_time now, struct packet *take);
/* An IPv4 delivery as the other kind; the packet stays the same. */
struct delivery family_delivery(const struct ip4_delivery *d);
/* How it came. */
enum via family_via(const struct delivery *d);

#endif
