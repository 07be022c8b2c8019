// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Runs a fuzz target without a fuzzer, as a test: over every file of tests/fuzz/corpus/<target>, every file cut at each length (large
 * files at some lengths), and every file with flipped bits. The target's name is the program's without "replay_". Prints TAP, which is
 * why --tap is taken. Run from the project root. Inputs are heap blocks of exactly their size, so that a sanitizer sees reads beyond.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXIMUM_CUTS 600        /* of one file */
#define MAXIMUM_FLIPS 3000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size);

	if (!exact && size)
		abort();
	if (size)
		memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

/* As many steps as wanted at most, and the first of all sizes. */
static size_t stride(size_t whole, size_t wanted)
{
	return whole / wanted + 1;
}

static void replay(uint8_t *data, size_t size)
{
	size_t bits = 8 * size;

	run(data, size);
	for (size_t n = 0; n < size; n += stride(size, MAXIMUM_CUTS))
		run(data, n);
	for (size_t bit = 0; bit < bits; bit += stride(bits, MAXIMUM_FLIPS)) {
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		run(data, size);
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	char *folder;
	GDir *dir;

	name = name ? name + 1 : argv[0];
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--tap")) || strncmp(name, "replay_", 7)) {
		fprintf(stderr, "usage: replay_TARGET [--tap], in the project root\n");
		return 2;
	}
	folder = g_build_filename("tests/fuzz/corpus", name + 7, NULL);
	dir = g_dir_open(folder, 0, NULL);
	if (dir) {
		for (const char *file; (file = g_dir_read_name(dir));)
			g_ptr_array_add(files, g_strdup(file));
		g_dir_close(dir);
	}
	/* An empty corpus is a test that cannot fail. */
	if (!files->len) {
		printf("1..1\nnot ok 1 - no inputs in %s\n", folder);
		return 1;
	}
	qsort(files->pdata, files->len, sizeof *files->pdata, by_name);
	printf("1..%u\n", files->len);
	for (unsigned i = 0; i < files->len; i++) {
		char *path = g_build_filename(folder, files->pdata[i], NULL), *text;
		gsize size;

		if (!g_file_get_contents(path, &text, &size, NULL)) {
			printf("not ok %u - cannot read %s\n", i + 1, path);
			return 1;
		}
		/* What is wrong ends the program; the number of lines then differs from the plan. */
		replay((uint8_t *)text, size);
		printf("ok %u - %s\n", i + 1, (const char *)files->pdata[i]);
		fflush(stdout);
		g_free(text);
		g_free(path);
	}
	g_ptr_array_free(files, TRUE);
	g_free(folder);
	return 0;
}
