// SPDX-License-Identifier: GPL-3.0-or-later
/* What speech codecs put on the wire: name, packet interval in ms, octets of speech in it. RFC 3551 4.5 (G711: two frames of 10 ms,
 * G729 likewise, G723 at 6.3 kbit/s); AMR 12.2 octet-aligned with its two header octets (RFC 4867 4.4). */
#ifndef MODELS_APP_UDP_CODEC_H
#define MODELS_APP_UDP_CODEC_H

#define UDP_CODEC_RTP_HEADER 12 /* counted in every packet's size (RFC 3550 5.1) */
#define UDP_CODECS(X) X(G711, "g711", 20, 160) X(G729, "g729", 20, 20) X(G723, "g723", 30, 24) X(AMR, "amr", 20, 33)

enum udp_codec {
#define X(e, s, ms, octets) UDP_CODEC_##e,
	UDP_CODECS(X)
#undef X
	UDP_CODEC_COUNT
};

#endif
