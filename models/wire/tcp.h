// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP segment headers on the wire (RFC 9293 3.1) and their options: maximum segment size, window scale and timestamps (RFC 7323),
 * SACK-permitted and SACK (RFC 2018). Unknown options are skipped. Left out: the meaning of urgent data.
 */
#ifndef MODELS_WIRE_TCP_H
#define MODELS_WIRE_TCP_H

#include "models/wire/cursor.h"

#define TCP_HEADER 20
#define TCP_HEADER_MAXIMUM 60
#define TCP_SACK_BLOCKS 4

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

struct tcp_sack_block {
	uint32_t left, right;             /* first octet of the block; the one behind its last */
};

struct tcp_header {
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgment;
	uint8_t flags;                    /* enum tcp_flag */
	uint16_t window;                  /* as on the wire, not scaled */
	uint16_t urgent;
	bool has_maximum_segment, has_window_scale, sack_permitted, has_timestamps;
	uint16_t maximum_segment;
	uint8_t window_scale;             /* shift count as on the wire */
	uint32_t timestamp, timestamp_echo;
	uint8_t sack_count;
	struct tcp_sack_block sack[TCP_SACK_BLOCKS];
};

/* Header and options into `u`, which has room for TCP_HEADER_MAXIMUM octets, with the checksum over them and `bulk` zero octets of
 * payload behind them. Returns their octets, a multiple of four. Options that do not fit into 40 octets are our own bug (asserted):
 * all but SACK take 20 together, each SACK block 8 and the first 2 more. */
size_t tcp_write(uint8_t *u, const struct tcp_header *h, size_t bulk, const struct in6 *source, const struct in6 *destination);

/* stored: octets present from the TCP header on; total: the same with bulk (zero octets behind them). *header_octets: where the
 * payload begins. Malformed: a data offset below 5, an option that overruns the header or a known one of a wrong length. */
enum wire_error tcp_decode(const uint8_t *u, size_t stored, size_t total, const struct in6 *source, const struct in6 *destination,
                           struct tcp_header *out, size_t *header_octets);

#endif
