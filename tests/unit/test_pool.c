// SPDX-License-Identifier: GPL-3.0-or-later
/* The pool allocator: zeros, alignment, no overlap, reuse; through every size class and beyond. */
#include "models/base.h"

#include <glib.h>

#if defined(__SANITIZE_ADDRESS__)
#define OUT_OF_MEMORY "*allocation-size-too-big*" /* the sanitizer ends it before the pool can */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OUT_OF_MEMORY "*allocation-size-too-big*"
#endif
#endif
#ifndef OUT_OF_MEMORY
#define OUT_OF_MEMORY "*roam: out of memory*"
#endif

static void fill(uint8_t *memory, size_t size, uint8_t value)
{
	memset(memory, value, size);
}

static void test_sizes(void)
{
	enum { MOST = 5000 };
	static uint8_t *memory[MOST + 1];
	size_t size, i;

	for (size = 0; size <= MOST; size++) {
		memory[size] = size % 2 ? mip_alloc(size) : mip_alloc_raw(size);
		g_assert_nonnull(memory[size]);
		if (size >= 16)
			g_assert_cmpuint((uintptr_t)memory[size] % 16, ==, 0);
		else if (size >= 8)
			g_assert_cmpuint((uintptr_t)memory[size] % 8, ==, 0);
		if (size % 2)
			for (i = 0; i < size; i++)
				g_assert_cmpuint(memory[size][i], ==, 0);
		fill(memory[size], size, (uint8_t)(size * 7));
	}
	/* Nothing wrote into a neighbour. */
	for (size = 0; size <= MOST; size++) {
		for (i = 0; i < size; i++)
			g_assert_cmpuint(memory[size][i], ==, (uint8_t)(size * 7));
		mip_free(memory[size], size);
	}
	/* Used memory comes back as zeros. */
	for (size = 1; size <= MOST; size++) {
		memory[size] = mip_alloc(size);
		for (i = 0; i < size; i++)
			g_assert_cmpuint(memory[size][i], ==, 0);
	}
	for (size = 1; size <= MOST; size++)
		mip_free(memory[size], size);
	mip_free(NULL, 0);
	mip_free(NULL, 100);
}

/* Random allocations and frees: what is held keeps its contents. */
static void test_churn(void)
{
	enum { HELD = 500 };
	static const unsigned sizes[] = { 1, 8, 9, 24, 40, 72, 384, 1000, 1024, 1025, 2304, 4096, 4097, 70000 };
	uint8_t *memory[HELD] = { NULL };
	unsigned size[HELD] = { 0 };
	unsigned i, n;

	for (i = 0; i < 50000; i++) {
		n = (unsigned)g_test_rand_int_range(0, HELD);
		if (memory[n]) {
			g_assert_cmpuint(memory[n][0], ==, (uint8_t)n);
			g_assert_cmpuint(memory[n][size[n] - 1], ==, (uint8_t)n);
			mip_free(memory[n], size[n]);
		}
		size[n] = sizes[g_test_rand_int_range(0, G_N_ELEMENTS(sizes))];
		memory[n] = mip_alloc_raw(size[n]);
		memory[n][0] = memory[n][size[n] - 1] = (uint8_t)n;
	}
	for (n = 0; n < HELD; n++)
		mip_free(memory[n], size[n]);
}

/* More than there is: ends with a message. */
static void test_exhausted(void)
{
	if (g_test_subprocess()) {
		mip_alloc((size_t)1 << 62);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(OUT_OF_MEMORY);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pool/every-size-is-zeroed-aligned-and-apart", test_sizes);
	g_test_add_func("/pool/contents-stay-while-held", test_churn);
	g_test_add_func("/pool/exhausted-ends-with-a-message", test_exhausted);
	return g_test_run();
}
