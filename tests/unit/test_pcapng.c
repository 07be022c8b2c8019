// SPDX-License-Identifier: GPL-3.0-or-later
/* Traces: frames read back block by block, through many buffers, with their bulk octets; a full disk is told. */
#include "sim/record/pcapng.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "models/packet.h"

static const char one_link[] = "duration: 1s\n"
                               "nodes:\n  a: {type: host}\n  b: {type: router}\n"
                               "links:\n  - {between: [a, b], delay: 1ms}\n";

static struct world *world_of(const char *text, struct scenario **scenario)
{
	GString *complaints = g_string_new(NULL);
	char *file;
	int fd = g_file_open_tmp("roam-pcapng-XXXXXX.yaml", &file, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	*scenario = scenario_read(file, NULL, 0, complaints);
	g_assert_cmpstr(complaints->str, ==, "");
	g_assert_nonnull(*scenario);
	g_unlink(file);
	g_free(file);
	g_string_free(complaints, TRUE);
	return world_new(*scenario, &(struct world_conf){ .seed = 1 });
}

/* The n-th frame of a series that has every size and padding. */
static struct packet *frame(unsigned n)
{
	struct packet *p = packet_new(n % 300);

	memset(packet_put(p, n % 300), (int)n, n % 300);
	p->bulk = (uint16_t)(n % 7 ? n % 1201 : 0);
	return p;
}

static uint32_t u32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

static void check_frame(const char *block, unsigned n)
{
	const char *data = block + 28;
	struct packet *p = frame(n);
	uint64_t at = (uint64_t)u32(block + 12) << 32 | u32(block + 16);
	uint32_t octets = packet_octets(p), padded = (octets + 3) & ~3u;

	g_assert_cmpuint(u32(block + 8), ==, n % 2);
	g_assert_cmpuint(at, ==, 5000000000u * n);
	g_assert_cmpuint(u32(block + 20), ==, octets);
	g_assert_cmpuint(u32(block + 24), ==, octets);
	g_assert_true(!memcmp(data, p->data, p->length));
	for (uint32_t i = p->length; i < padded; i++)
		g_assert_cmpint(data[i], ==, 0);
	g_assert_cmpuint(u32(data + padded), ==, 2 | 4 << 16); /* epb_flags, four octets */
	g_assert_cmpuint(u32(data + padded + 4), ==, n % 3 ? 1 : 2);
	packet_free(p);
}

static void frames_come_back_in_order(void)
{
	const unsigned frames = 5000;
	struct scenario *scenario;
	struct world *w = world_of(one_link, &scenario);
	char *file, *text, *error = NULL;
	unsigned sections = 0, interfaces = 0, packets = 0;
	struct pcapng *trace;
	gsize length;

	close(g_file_open_tmp("roam-pcapng-XXXXXX", &file, NULL));
	trace = pcapng_open(file, &error);
	g_assert_nonnull(trace);
	pcapng_interfaces(trace, w);
	for (unsigned n = 0; n < frames; n++) {
		struct packet *p = frame(n);

		pcapng_tap(trace)->frame(pcapng_tap(trace)->context, (mip_time)n * 5 * MIP_SECOND, n % 2, n % 3 == 0, p);
		packet_free(p);
	}
	g_assert_true(pcapng_close(trace, &error));
	g_assert_true(g_file_get_contents(file, &text, &length, NULL));
	g_assert_cmpuint(length, >, 3 << 20); /* several buffers */
	for (gsize at = 0; at < length; at += u32(text + at + 4)) {
		g_assert_cmpuint(u32(text + at + 4) % 4, ==, 0);
		g_assert_cmpuint(at + u32(text + at + 4), <=, length);
		g_assert_cmpuint(u32(text + at + u32(text + at + 4) - 4), ==, u32(text + at + 4));
		switch (u32(text + at)) {
		case 0x0a0d0d0a:
			sections++;
			break;
		case 1:
			interfaces++;
			g_assert_cmpuint(u32(text + at + 8), ==, 101); /* point-to-point: raw IP */
			break;
		default:
			g_assert_cmpuint(u32(text + at), ==, 6);
			check_frame(text + at, packets++);
		}
	}
	g_assert_cmpuint(sections, ==, 1);
	g_assert_cmpuint(interfaces, ==, 2);
	g_assert_cmpuint(packets, ==, frames);
	g_unlink(file);
	g_free(text);
	g_free(file);
	world_free(w);
	scenario_free(scenario);
}

static void a_full_disk_is_told(void)
{
	char *error = NULL;
	struct pcapng *trace = pcapng_open("/dev/full", &error);

	g_assert_nonnull(trace);
	g_assert_false(pcapng_close(trace, &error));
	g_assert_nonnull(strstr(error, "/dev/full"));
	g_assert_true(g_file_test("/dev/full", G_FILE_TEST_EXISTS));
	g_free(error);
	error = NULL;
	g_assert_null(pcapng_open("/nonexistent/x.pcapng", &error));
	g_assert_nonnull(strstr(error, "/nonexistent/x.pcapng"));
	g_free(error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pcapng/frames-come-back-in-order", frames_come_back_in_order);
	g_test_add_func("/pcapng/a-full-disk-is-told", a_full_disk_is_told);
	return g_test_run();
}
