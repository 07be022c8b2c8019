// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The ground every model stands on: virtual time, IPv6 and link-layer addresses, octet order, the pool allocator and the
 * assert hook. Protocol code is a function of (state, time, input); nothing here or above reaches out to the world.
 */
#ifndef MODELS_BASE_H
#define MODELS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Nanoseconds since the run began; signed, so that differences are safe. */
typedef int64_t mip_time;

#define MIP_NEVER INT64_MAX /* a deadline that is not wanted; also "did not happen" in observations */
#define MIP_MICROSECOND ((mip_time)1000)
#define MIP_MILLISECOND ((mip_time)1000000)
#define MIP_SECOND ((mip_time)1000000000)

/* a + b, saturating at MIP_NEVER; both non-negative. */
static inline mip_time mip_time_add(mip_time a, mip_time b)
{
	return a > MIP_NEVER - b ? MIP_NEVER : a + b;
}

static inline mip_time mip_time_min(mip_time a, mip_time b)
{
	return a < b ? a : b;
}

static inline mip_time mip_time_max(mip_time a, mip_time b)
{
	return a > b ? a : b;
}

/* Our own bugs end here, in every build. The hook never returns; the driver provides it. */
_Noreturn void mip_assert_failed(const char *file, int line, const char *expression);
#define mip_assert(e) ((e) ? (void)0 : mip_assert_failed(__FILE__, __LINE__, #e))

/*
 * The pool allocator, provided by the driver: zeroed memory, never NULL (the driver ends the run with a clear message when
 * there is none). The caller remembers the size. Small sizes cost no header, so a million nodes stay small.
 */
void *mip_alloc(size_t size);
void *mip_alloc_raw(size_t size); /* the same, not zeroed: for packets, whose octets are written anyway */
void mip_free(void *memory, size_t size);

#define mip_container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* ---- octet order -------------------------------------------------------------------------------------------------- */

static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

static inline void store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void store_be32(uint8_t *p, uint32_t v)
{
	store_be16(p, (uint16_t)(v >> 16));
	store_be16(p + 2, (uint16_t)v);
}

static inline void store_be64(uint8_t *p, uint64_t v)
{
	store_be32(p, (uint32_t)(v >> 32));
	store_be32(p + 4, (uint32_t)v);
}

/* ---- addresses ---------------------------------------------------------------------------------------------------- */

struct mac {
	uint8_t octets[6];
};

struct in6 {
	uint8_t octets[16];
};

extern const struct in6 in6_unspecified;    /* ::      */
extern const struct in6 in6_all_nodes;      /* ff02::1 */
extern const struct in6 in6_all_routers;    /* ff02::2 */

static inline bool mac_equal(const struct mac *a, const struct mac *b)
{
	return !memcmp(a, b, sizeof *a);
}

static inline bool mac_is_multicast(const struct mac *a)
{
	return a->octets[0] & 1;
}

static inline bool in6_equal(const struct in6 *a, const struct in6 *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	return x[0] == y[0] && x[1] == y[1];
}

static inline bool in6_is_unspecified(const struct in6 *a)
{
	return in6_equal(a, &in6_unspecified);
}

static inline bool in6_is_multicast(const struct in6 *a)
{
	return a->octets[0] == 0xff;
}

static inline bool in6_is_link_local(const struct in6 *a)
{
	return a->octets[0] == 0xfe && (a->octets[1] & 0xc0) == 0x80;
}

/* Global unicast as far as Mobile IPv6 asks ("unicast routable address", RFC 6275 section 3.1). */
static inline bool in6_is_routable_unicast(const struct in6 *a)
{
	static const struct in6 loopback = { { [15] = 1 } };

	return !in6_is_multicast(a) && !in6_is_link_local(a) && !in6_is_unspecified(a) && !in6_equal(a, &loopback);
}

/* First 64 bits, the subnet prefix everywhere in our worlds, as a number. */
static inline uint64_t in6_prefix64(const struct in6 *a)
{
	return load_be64(a->octets);
}

/* The same leading `bits` bits? 0..128. */
bool in6_prefix_equal(const struct in6 *a, const struct in6 *b, unsigned bits);

/* prefix (first 64 bits) with the interface identifier of another address (last 64 bits). */
struct in6 in6_join(const struct in6 *prefix, const struct in6 *identifier);

/* Link-local address fe80::/64 with the modified EUI-64 identifier of a MAC (RFC 4291 appendix A). */
struct in6 in6_link_local_of(const struct mac *mac);

/* Solicited-node multicast address ff02::1:ffXX:XXXX (RFC 4291 section 2.7.1). */
struct in6 in6_solicited_node(const struct in6 *unicast);

/* Mobile IPv6 Home-Agents anycast address of an address's /64 (RFC 2526 section 2). */
struct in6 in6_home_agents_anycast(const struct in6 *unicast);

/* 33:33:xx:xx:xx:xx of an IPv6 multicast address (RFC 2464 section 7). */
struct mac mac_of_multicast(const struct in6 *group);

/* A well-mixed 32-bit hash; the same on every machine. Never let its order be seen in a result. */
uint32_t in6_hash(const struct in6 *a);

#endif
