// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Address resolution on Ethernet (RFC 826): cache, queue while asking, proxy and gratuitous ARP. Entries do not age.
 *
 * DEVIATION: a gratuitous ARP is sent once; RFC 5944 4.6 says that it SHOULD be sent again a small number of times. On a home link with
 * losses a neighbour may miss that the mobile node has left or has come back, and send past it until it hears another ARP of one of the two.
 */
#include "models/ip4/ip4.h"
#include "models/node.h"
#include "models/wire/ipv6.h"

#define ARP_RETRY MIP_SECOND /* RFC 1122 2.3.2.1: at most one request a second */
#define ARP_TRIES 3
#define ARP_QUEUE 3

static const struct mac broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

struct arp_entry {
	struct in4_entry entry;
	struct ip4_interface *interface;
	struct timer timer;              /* while asking */
	struct packet_queue queue;
	struct mac mac;
	uint8_t queued, tries;
	bool known;
};

static struct arp_entry *find(const struct ip4_interface *i, in4 address)
{
	return (struct arp_entry *)(void *)in4_table_find(&i->arp, address);
}

static void ask(struct node *n, mip_time now, struct ip4_interface *i, const struct arp *a, const struct mac *to)
{
	struct packet *p = packet_new(ARP_OCTETS);

	arp_write(packet_put(p, ARP_OCTETS), a);
	if (n->env->observer && n->env->observer->wants_messages)
		node_observe(n, now, (struct observation){ .kind = OBSERVE_MESSAGE_SENT, .value = MESSAGE_ARP, .octets = ARP_OCTETS });
	ip4_frame(n, now, i, to, ETHERTYPE_ARP, p);
}

static void remove_entry(struct node *n, mip_time now, struct arp_entry *a, enum drop_reason why)
{
	struct packet *p;

	timer_disarm(&n->timers, &a->timer);
	while ((p = packet_queue_pop(&a->queue)))
		node_drop(n, now, p, why);
	in4_table_remove(&a->interface->arp, &a->entry);
	mip_free(a, sizeof *a);
}

static void request(struct node *n, mip_time now, struct arp_entry *a)
{
	struct ip4_interface *i = a->interface;

	a->tries++;
	ask(n, now, i, &(struct arp){ ARP_REQUEST, i->mac, { { 0 } }, i->address, a->entry.key }, &broadcast);
	node_arm(n, &a->timer, now + ARP_RETRY);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct arp_entry *a = mip_container_of(t, struct arp_entry, timer);

	if (a->tries < ARP_TRIES) {
		request(n, now, a);
		return;
	}
	if (a->queue.head && n->ip4->forwarding)
		ip4_send_error(n, now, a->queue.head, ICMP4_UNREACHABLE, UNREACHABLE4_HOST, 0);
	remove_entry(n, now, a, DROP_UNREACHABLE_NEIGHBOUR);
}

static struct arp_entry *add(struct ip4_interface *i, in4 address)
{
	struct arp_entry *a = mip_alloc(sizeof *a);

	a->entry.key = address;
	a->interface = i;
	a->timer.fire = fire;
	in4_table_add(&i->arp, &a->entry);
	return a;
}

void ip4_arp_set(struct node *n, mip_time now, struct ip4_interface *i, in4 address, const struct mac *mac)
{
	struct arp_entry *a = find(i, address);
	struct packet *p;

	if (!a)
		a = add(i, address);
	a->mac = *mac;
	a->known = true;
	a->tries = a->queued = 0;
	timer_disarm(&n->timers, &a->timer);
	while ((p = packet_queue_pop(&a->queue)))
		ip4_frame(n, now, i, mac, ETHERTYPE_IPV4, p);
}

void ip4_arp_flush(struct node *n, mip_time now, struct ip4_interface *i)
{
	struct in4_entry *e;

	while ((e = in4_table_any(&i->arp)))
		remove_entry(n, now, (struct arp_entry *)(void *)e, DROP_INTERFACE_DOWN);
}

void arp_transmit(struct node *n, mip_time now, struct ip4_interface *i, in4 next_hop, struct packet *take)
{
	struct arp_entry *a = find(i, next_hop);

	if (!i->up) {
		node_drop(n, now, take, DROP_INTERFACE_DOWN);
		return;
	}
	if (a && a->known) {
		ip4_frame(n, now, i, &a->mac, ETHERTYPE_IPV4, take);
		return;
	}
	if (!a)
		a = add(i, next_hop);
	if (a->queued == ARP_QUEUE) {
		node_drop(n, now, packet_queue_pop(&a->queue), DROP_QUEUE_FULL);
		a->queued--;
	}
	packet_queue_push(&a->queue, take);
	a->queued++;
	if (!a->tries)
		request(n, now, a);
}

void arp_input(struct node *n, mip_time now, struct ip4_interface *i, struct packet *take)
{
	struct arp a;
	bool mine;

	if (arp_decode(take->data, take->length, &a) != WIRE_OK) {
		node_drop(n, now, take, DROP_MALFORMED);
		return;
	}
	packet_free(take);
	if (n->env->observer && n->env->observer->wants_messages)
		node_observe(n, now, (struct observation){ .kind = OBSERVE_MESSAGE_RECEIVED, .value = MESSAGE_ARP, .octets = ARP_OCTETS });
	/* Ours on this link: a home address away from home is on none. */
	mine = a.target && (a.target == i->address || in4_table_find(&i->proxies, a.target));
	if (a.sender && (find(i, a.sender) || (mine && a.sender != a.target)))
		ip4_arp_set(n, now, i, a.sender, &a.sender_mac);
	/* A sender that asks for itself announces itself and wants no answer. */
	if (mine && a.operation == ARP_REQUEST && a.sender != a.target)
		ask(n, now, i, &(struct arp){ ARP_REPLY, i->mac, a.sender_mac, a.target, a.sender }, &a.sender_mac);
}

void ip4_add_proxy(struct node *n, mip_time now, struct ip4_interface *i, in4 address)
{
	struct arp_entry *known = find(i, address);
	struct in4_entry *e;

	if (in4_table_find(&i->proxies, address))
		return;
	e = mip_alloc(sizeof *e);
	e->key = address;
	in4_table_add(&i->proxies, e);
	if (known)
		remove_entry(n, now, known, DROP_UNREACHABLE_NEIGHBOUR);
}

void ip4_remove_proxy(struct ip4_interface *i, in4 address)
{
	struct in4_entry *e = in4_table_find(&i->proxies, address);

	if (!e)
		return;
	in4_table_remove(&i->proxies, e);
	mip_free(e, sizeof *e);
}

void ip4_gratuitous_arp(struct node *n, mip_time now, struct ip4_interface *i, in4 address)
{
	if (i->up)
		ask(n, now, i, &(struct arp){ ARP_REQUEST, i->mac, { { 0 } }, address, address }, &broadcast);
}
