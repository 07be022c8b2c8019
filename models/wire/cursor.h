// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Octets go through one cursor. Reader: the first short read sets `bad`, later reads yield 0; check once, at the end. Writer:
 * the first octet too many sets `bad`; the size of a message is what was written.
 */
#ifndef MODELS_WIRE_CURSOR_H
#define MODELS_WIRE_CURSOR_H

#include "models/base.h"

enum wire_error {
	WIRE_OK,
	WIRE_TRUNCATED,        /* shorter than its own length fields or its minimum */
	WIRE_MALFORMED,        /* a field with a value it may not have */
	WIRE_CHECKSUM,
	WIRE_UNKNOWN_TYPE,
	WIRE_BAD_PAYLOAD_PROTO,/* Mobility Header: not 59 */
	WIRE_BAD_LENGTH        /* Mobility Header: Header Len below the minimum of its type */
};

struct rd {
	const uint8_t *p, *end;
	bool bad;
};

struct wr {
	uint8_t *start, *p, *end;
	bool bad;
};

static inline struct rd rd_of(const void *octets, size_t n)
{
	const uint8_t *p = octets;

	return (struct rd){ p, p + n, false };
}

static inline size_t rd_left(const struct rd *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

/* The next n octets in place, NULL (and bad) when there are fewer. */
static inline const uint8_t *rd_octets(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_octets(r, 1);

	return p ? *p : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
	const uint8_t *p = rd_octets(r, 2);

	return p ? load_be16(p) : 0;
}

static inline uint32_t rd_u32(struct rd *r)
{
	const uint8_t *p = rd_octets(r, 4);

	return p ? load_be32(p) : 0;
}

static inline void rd_copy(struct rd *r, void *out, size_t n)
{
	const uint8_t *p = rd_octets(r, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

static inline void rd_in6(struct rd *r, struct in6 *out)
{
	rd_copy(r, out->octets, sizeof out->octets);
}

/* A reader of exactly the next n octets. */
static inline struct rd rd_sub(struct rd *r, size_t n)
{
	const uint8_t *p = rd_octets(r, n);

	return p ? rd_of(p, n) : (struct rd){ r->end, r->end, true };
}

static inline struct wr wr_of(void *octets, size_t n)
{
	uint8_t *p = octets;

	return (struct wr){ p, p, p + n, false };
}

static inline size_t wr_length(const struct wr *w)
{
	return (size_t)(w->p - w->start);
}

/* Room for n octets, uninitialised; NULL (and bad) when there is none. */
static inline uint8_t *wr_room(struct wr *w, size_t n)
{
	uint8_t *p = w->p;

	if (w->bad || (size_t)(w->end - w->p) < n) {
		w->bad = true;
		return NULL;
	}
	w->p += n;
	return p;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = wr_room(w, 1);

	if (p)
		*p = v;
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
	uint8_t *p = wr_room(w, 2);

	if (p)
		store_be16(p, v);
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
	uint8_t *p = wr_room(w, 4);

	if (p)
		store_be32(p, v);
}

static inline void wr_copy(struct wr *w, const void *octets, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p)
		memcpy(p, octets, n);
}

static inline void wr_zero(struct wr *w, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p)
		memset(p, 0, n);
}

static inline void wr_in6(struct wr *w, const struct in6 *a)
{
	wr_copy(w, a->octets, sizeof a->octets);
}

#endif
