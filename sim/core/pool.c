// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The pool behind mip_alloc: free lists by size class, last in first out, carved from large chunks, without headers; the
 * caller remembers the size. What is beyond the largest class goes to malloc. Chunks are never given back: the next run of
 * the same process uses them again. Not for threads; a study forks.
 *
 * Under AddressSanitizer, or with -DROAM_PLAIN_POOL for valgrind, every allocation is malloc's own, so that errors are found.
 */
#include "models/base.h"

#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIN_POOL 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIN_POOL 1
#endif
#endif
#if defined(ROAM_PLAIN_POOL) && !defined(PLAIN_POOL)
#define PLAIN_POOL 1
#endif

static _Noreturn void out_of_memory(size_t size)
{
	fflush(stdout);
	fprintf(stderr, "roam: out of memory (%zu more octets were wanted)\n", size);
	exit(EXIT_FAILURE);
}

static void *system_alloc(size_t size, bool zero)
{
	void *memory = zero ? calloc(1, size) : malloc(size);

	if (!memory)
		out_of_memory(size);
	return memory;
}

#ifdef PLAIN_POOL

void *mip_alloc(size_t size)
{
	return system_alloc(size ? size : 1, true);
}

void *mip_alloc_raw(size_t size)
{
	return system_alloc(size ? size : 1, false);
}

void mip_free(void *memory, size_t size)
{
	(void)size;
	free(memory);
}

#else

/*
 * Classes: 8, then every 16 up to 1024, then every 256 up to 4096 (2304, the large packet, is one of them). All but the first
 * are multiples of 16, and so is every address given out for them.
 */
#define FINE_STEP 16
#define FINE_MAX 1024
#define COARSE_STEP 256
#define COARSE_MAX 4096
#define FINE_CLASSES (FINE_MAX / FINE_STEP)
#define CLASSES (1 + FINE_CLASSES + (COARSE_MAX - FINE_MAX) / COARSE_STEP)

/* Beyond malloc's mmap threshold, so that pages not yet carved cost no memory. */
#define CHUNK_SIZE ((size_t)1 << 20)

struct free_block {
	struct free_block *next;
};

static struct free_block *free_blocks[CLASSES];
/* All chunks, the newest first, so that a leak checker finds them; each starts with this. */
struct chunk {
	struct chunk *next;
	uint64_t pad; /* keeps what follows on a multiple of 16 */
};
static struct chunk *chunks;
/* What is left of the newest. */
static uint8_t *fresh, *fresh_end;

static inline unsigned class_of(size_t size)
{
	if (size <= 8)
		return 0;
	if (size <= FINE_MAX)
		return (unsigned)((size + FINE_STEP - 1) / FINE_STEP);
	return (unsigned)(FINE_CLASSES + (size - FINE_MAX + COARSE_STEP - 1) / COARSE_STEP);
}

static inline size_t size_of_class(unsigned class)
{
	if (class == 0)
		return 8;
	if (class <= FINE_CLASSES)
		return class * FINE_STEP;
	return FINE_MAX + (class - FINE_CLASSES) * COARSE_STEP;
}

static void put_block(void *memory, unsigned class)
{
	struct free_block *b = memory;

	b->next = free_blocks[class];
	free_blocks[class] = b;
}

/* A new chunk. The rest of the old one becomes one block of the largest class it holds; less than 256 octets are forgotten. */
static void new_chunk(void)
{
	size_t rest = (size_t)(fresh_end - fresh);
	struct chunk *c;
	unsigned class;

	if (rest >= FINE_STEP) {
		class = class_of(rest);
		if (size_of_class(class) > rest)
			class--;
		put_block(fresh, class);
	}
	c = system_alloc(CHUNK_SIZE, false);
	c->next = chunks;
	chunks = c;
	fresh = (uint8_t *)(c + 1);
	fresh_end = (uint8_t *)c + CHUNK_SIZE;
}

static __attribute__((noinline)) void *carve(unsigned class)
{
	size_t size = size_of_class(class);
	uint8_t *memory;

	if (class == 0) {
		/* Two at a time, to keep the rest of the chunk on multiples of 16. */
		memory = carve(1);
		put_block(memory + 8, 0);
		return memory;
	}
	if ((size_t)(fresh_end - fresh) < size)
		new_chunk();
	memory = fresh;
	fresh += size;
	return memory;
}

void *mip_alloc_raw(size_t size)
{
	struct free_block *b;
	unsigned class;

	if (size > COARSE_MAX)
		return system_alloc(size, false);
	class = class_of(size);
	b = free_blocks[class];
	if (!b)
		return carve(class);
	free_blocks[class] = b->next;
	return b;
}

void *mip_alloc(size_t size)
{
	/* Large ones come from the system as zeros already. */
	return size > COARSE_MAX ? system_alloc(size, true) : memset(mip_alloc_raw(size), 0, size);
}

void mip_free(void *memory, size_t size)
{
	if (!memory)
		return;
	if (size > COARSE_MAX)
		free(memory);
	else
		put_block(memory, class_of(size));
}

#endif
