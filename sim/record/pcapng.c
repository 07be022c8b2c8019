// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pcapng (draft-ietf-opsawg-pcapng): one section, one interface description per node interface, an enhanced packet block per
 * frame with the direction in epb_flags. Written in the machine's own octet order, as the format allows, through one large
 * buffer: a trace must not be what slows a run down. Left out: name resolution, statistics, comments.
 */
#include "sim/record/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_OCTETS (1 << 20)
#define BLOCK_MAX (2 * 65536 + 64) /* the largest packet (stored octets and bulk) and everything around it */

enum { SECTION_HEADER = 0x0a0d0d0a, INTERFACE_DESCRIPTION = 1, ENHANCED_PACKET = 6 };
enum { OPTION_END = 0, SHB_HARDWARE = 2, SHB_USER_APPLICATION = 4, IF_NAME = 2, IF_TSRESOL = 9, EPB_FLAGS = 2 };
enum { LINKTYPE_ETHERNET = 1, LINKTYPE_RAW = 101 };

struct pcapng {
	struct world_tap tap;
	char *file;
	int fd;
	int failed; /* errno of the first write that failed; nothing is written after it */
	unsigned interfaces;
	size_t used;
	uint8_t buffer[BUFFER_OCTETS];
};

static void flush(struct pcapng *p)
{
	size_t done = 0;

	while (!p->failed && done < p->used) {
		ssize_t n = write(p->fd, p->buffer + done, p->used - done);

		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			p->failed = errno;
	}
	p->used = 0;
}

static inline uint8_t *room(struct pcapng *p, size_t octets)
{
	if (p->used + octets > sizeof p->buffer)
		flush(p);
	return p->buffer + p->used;
}

static inline uint8_t *put32(uint8_t *at, uint32_t v)
{
	memcpy(at, &v, 4);
	return at + 4;
}

static inline uint8_t *put16s(uint8_t *at, unsigned a, unsigned b)
{
	uint16_t v[2] = { (uint16_t)a, (uint16_t)b };

	memcpy(at, v, 4);
	return at + 4;
}

static uint8_t *put_option(uint8_t *at, unsigned code, const void *value, size_t octets)
{
	size_t padded = (octets + 3) & ~(size_t)3;

	at = put16s(at, code, (unsigned)octets);
	memset(at, 0, padded);
	memcpy(at, value, octets);
	return at + padded;
}

/* The length stands at both ends of a block. */
static void end_block(struct pcapng *p, uint8_t *block, uint8_t *at)
{
	uint32_t length = (uint32_t)(at + 4 - block);

	put32(block + 4, length);
	put32(at, length);
	p->used += length;
}

static void write_section(struct pcapng *p)
{
	static const char hardware[] = "simulated", application[] = "roam"; /* no version: equal runs give equal files */
	uint8_t *block = room(p, 128), *at = block;

	at = put32(at, SECTION_HEADER);
	at = put32(at, 0);
	at = put32(at, 0x1a2b3c4d);
	at = put16s(at, 1, 0);
	at = put32(at, UINT32_MAX); /* section length: not given */
	at = put32(at, UINT32_MAX);
	at = put_option(at, SHB_HARDWARE, hardware, sizeof hardware - 1);
	at = put_option(at, SHB_USER_APPLICATION, application, sizeof application - 1);
	at = put_option(at, OPTION_END, "", 0);
	end_block(p, block, at);
}

void pcapng_interfaces(struct pcapng *p, const struct world *w)
{
	static const uint8_t nanoseconds = 9;
	GString *name = g_string_new(NULL);
	bool ethernet;

	p->interfaces = world_tap_count(w);
	for (unsigned i = 0; i < p->interfaces; i++) {
		uint8_t *block, *at;

		g_string_truncate(name, 0);
		world_tap_name(w, i, name, &ethernet);
		block = at = room(p, 64 + name->len);
		at = put32(at, INTERFACE_DESCRIPTION);
		at = put32(at, 0);
		at = put16s(at, ethernet ? LINKTYPE_ETHERNET : LINKTYPE_RAW, 0);
		at = put32(at, 0); /* snap length: none */
		at = put_option(at, IF_NAME, name->str, name->len);
		at = put_option(at, IF_TSRESOL, &nanoseconds, 1);
		at = put_option(at, OPTION_END, "", 0);
		end_block(p, block, at);
	}
	g_string_free(name, TRUE);
}

static void on_frame(void *context, mip_time now, unsigned tap_interface, bool sent, const struct packet *packet)
{
	struct pcapng *p = context;
	uint32_t octets = packet_octets(packet), padded = (octets + 3) & ~3u;
	uint8_t *block, *at;

	mip_assert(tap_interface < p->interfaces);
	if (p->failed)
		return;
	block = at = room(p, BLOCK_MAX);
	at = put32(at, ENHANCED_PACKET);
	at = put32(at, 0);
	at = put32(at, tap_interface);
	at = put32(at, (uint32_t)((uint64_t)now >> 32));
	at = put32(at, (uint32_t)now);
	at = put32(at, octets);
	at = put32(at, octets);
	memcpy(at, packet->data, packet->length);
	memset(at + packet->length, 0, padded - packet->length);
	at += padded;
	at = put16s(at, EPB_FLAGS, 4);
	at = put32(at, sent ? 2 : 1); /* outbound, inbound */
	at = put32(at, OPTION_END);
	end_block(p, block, at);
}

struct pcapng *pcapng_open(const char *file, char **error)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct pcapng *p;

	if (fd < 0) {
		*error = g_strdup_printf("cannot write the trace %s: %s", file, g_strerror(errno));
		return NULL;
	}
	p = g_malloc(sizeof *p);
	p->tap = (struct world_tap){ .frame = on_frame, .context = p };
	p->file = g_strdup(file);
	p->fd = fd;
	p->failed = 0;
	p->interfaces = 0;
	p->used = 0;
	write_section(p);
	return p;
}

const struct world_tap *pcapng_tap(struct pcapng *p)
{
	return &p->tap;
}

bool pcapng_close(struct pcapng *p, char **error)
{
	struct stat st;
	bool regular, ok;

	flush(p);
	regular = !fstat(p->fd, &st) && S_ISREG(st.st_mode);
	if (close(p->fd) && !p->failed)
		p->failed = errno;
	ok = !p->failed;
	if (!ok) {
		/* Half a trace looks like a whole one; a device is not ours to remove. */
		if (regular)
			unlink(p->file);
		*error = g_strdup_printf("cannot write the trace %s: %s%s", p->file, g_strerror(p->failed),
		                         regular ? "; what was written of it is removed" : "");
	}
	g_free(p->file);
	g_free(p);
	return ok;
}
