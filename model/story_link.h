/* SPDX-License-Identifier: MIT */
/* story_link: what the files of story share while sessions are joined. */
#ifndef MODEL_STORY_LINK_H
#define MODEL_STORY_LINK_H

#include "model/story.h"

/* By what two sessions may meet; the surest first, for what is joined is not joined again. */
enum story_by {
	STORY_BY_ID, /* own, next hop's, parent's, notification's */
	STORY_BY_MESSAGE_ID,
	STORY_BY_PAIR,       /* sender and recipient */
	STORY_BY_SENDER,     /* sender and peer, of refusals that name no recipient */
	STORY_BY_CONNECTION, /* refusals that name no mail */
	STORY_BY_PEER,
	STORY_BY_RETURN, /* a bounce's recipient and the sender it goes back to */
};

/* One session under one key. */
struct story_entry {
	enum story_by by;
	uint64_t key;
	uint32_t at; /* session */
	enum id_role role;
	struct str text;
	const struct recipient *recipient;
};

struct story_joiner {
	const struct session *const *sessions;
	size_t n;
	uint32_t *root;
	struct story_edge *edges; /* a forest: fewer than n */
	size_t n_edges;
};

/* False if they were together already. */
bool story_join(struct story_joiner *j, uint32_t from, uint32_t to, enum story_link kind);
bool story_is_joined(struct story_joiner *j, uint32_t a, uint32_t b);
/* Joins what belongs together among n entries of one key, in the order of time. */
void story_link_run(struct story_joiner *j, const struct story_entry *e, size_t n);

#endif
