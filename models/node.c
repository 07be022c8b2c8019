// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/node.h"

#include "models/ip4/ip4.h"

struct node *node_new(const struct node_env *env, const struct protocol_conf *conf, uint32_t id, uint64_t name_id)
{
	struct node *n = mip_alloc(sizeof *n);

	n->env = env;
	n->conf = conf;
	n->id = id;
	n->name_id = name_id;
	ip6_init(n);
	return n;
}

void node_input(struct node *n, mip_time now, unsigned interface, struct packet *take)
{
	if (ip4_is_frame(n, interface, take))
		ip4_input(n, now, interface, take);
	else
		ip6_input(n, now, interface, take);
}

void node_signal(struct node *n, mip_time now, unsigned interface, enum link_signal what)
{
	struct interface *i = ip6_interface(n, interface);

	if (n->ip4)
		ip4_signal(n, now, interface, what);
	else
		ip6_signal(n, now, i, what);
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->signal)
			r->ops->signal(r, now, i, what);
}

void node_signal_from(struct node *n, mip_time now, unsigned interface, enum link_signal what, const struct mac *access_point)
{
	struct interface *i = ip6_interface(n, interface);

	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->access_point)
			r->ops->access_point(r, now, i, what, access_point);
	node_signal(n, now, interface, what);
}

void node_station_leaving(struct node *n, mip_time now, unsigned interface, const struct mac *station,
                          const struct mac *access_point)
{
	struct interface *i = ip6_interface(n, interface);

	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops->station_leaving)
			r->ops->station_leaving(r, now, i, station, access_point);
}

void node_expire(struct node *n, mip_time now)
{
	timer_heap_expire(&n->timers, n, now);
}

void node_free(struct node *n)
{
	struct role *r = n->roles, *next;

	for (; r; r = next) {
		next = r->next;
		r->ops->free(r);
	}
	ip4_fini(n);
	ip6_fini(n);
	packet_queue_clear(&n->out);
	timer_heap_fini(&n->timers);
	mip_free(n, sizeof *n);
}

void node_add_role(struct node *n, struct role *take)
{
	struct role **end = &n->roles;

	while (*end)
		end = &(*end)->next;
	*end = take;
	take->node = n;
	n->hooks |= (uint8_t)((take->ops->output ? NODE_HOOK_OUTPUT : 0) | (take->ops->forward ? NODE_HOOK_FORWARD : 0) |
	                      (take->ops->below ? NODE_HOOK_BELOW : 0));
}

static struct random_stream stream(const struct node *n, enum random_purpose purpose)
{
	return (struct random_stream){ random_stream_id(n->name_id, purpose), n->drawn[purpose] };
}

uint64_t node_random_u64(struct node *n, enum random_purpose purpose)
{
	struct random_stream s = stream(n, purpose);
	uint64_t value = random_u64(&n->env->random_key, &s);

	n->drawn[purpose] = (uint32_t)s.drawn;
	return value;
}

int64_t node_random_between(struct node *n, enum random_purpose purpose, int64_t low, int64_t high)
{
	struct random_stream s = stream(n, purpose);
	int64_t value = random_between(&n->env->random_key, &s, low, high);

	n->drawn[purpose] = (uint32_t)s.drawn;
	return value;
}

void node_random_octets(struct node *n, enum random_purpose purpose, uint8_t *out, size_t octets)
{
	struct random_stream s = stream(n, purpose);

	random_octets(&n->env->random_key, &s, out, octets);
	n->drawn[purpose] = (uint32_t)s.drawn;
}

uint64_t node_random_exponential_q32(struct node *n, enum random_purpose purpose)
{
	struct random_stream s = stream(n, purpose);
	uint64_t value = random_exponential_q32(&n->env->random_key, &s);

	n->drawn[purpose] = (uint32_t)s.drawn;
	return value;
}

void node_drop(struct node *n, mip_time now, struct packet *take, enum drop_reason why)
{
	if (n->env->observer && n->env->observer->wants_messages)
		node_observe(n, now, (struct observation){ .kind = OBSERVE_DROP, .value = why, .octets = packet_octets(take) });
	packet_free(take);
}

bool node_wants_group(struct node *n, unsigned interface, const struct mac *group)
{
	return n->ip4 ? ip4_wants_group(n, interface, group) : ip6_wants_group(n, interface, group);
}
