/* SPDX-License-Identifier: MIT */
/* exim: the generator's picture of an Exim gateway (4.96 without IDs of the new length). */
#ifndef BENCH_EXIM_H
#define BENCH_EXIM_H

#include "gen.h"

enum { ID_BYTES = 24, PEER_BYTES = HOST_BYTES * 2 + IP_BYTES, REPLY_BYTES = 1024 };

struct peer {
	uint32_t domain;
	char form[PEER_BYTES]; /* "NAME (HELO) [IP]" */
	char helo[HOST_BYTES];
	char ip[IP_BYTES];
};

struct mail {
	uint32_t pid;
	uint32_t size;
	char id[ID_BYTES];
	char sender[ADDRESS_BYTES];
	char message_id[MESSAGE_ID_BYTES];
};

/* exim_base.c */
void exim_peer_good(struct gen *g, struct peer *p);
void exim_peer_bot(struct gen *g, struct peer *p);
void exim_id(struct gen *g, int64_t slot, uint32_t pid, char out[ID_BYTES]);
/* Begins a line; id may be NULL. */
void exim_line(struct gen *g, int64_t slot, uint32_t pid, const char *id);
/* Begins "… H=PEER": what most lines about a connection have. */
void exim_peer_line(struct gen *g, int64_t slot, uint32_t pid, const char *id,
		    const struct peer *p);
void exim_mail_new(struct gen *g, int64_t slot, struct mail *m);
void exim_completed(struct gen *g, int64_t slot, const struct mail *m);

/* exim_score.c: the scanner's line, and what the client is told when it refuses. */
void exim_score_line(struct gen *g, int64_t slot, const struct mail *m, const struct peer *p,
		     bool spam, char verdict[REPLY_BYTES]);

/* exim_in.c */
void exim_refused(struct gen *g, int64_t slot);
void exim_spam(struct gen *g, int64_t slot);
void exim_inbound(struct gen *g, int64_t slot);

/* exim_reply.c: what a remote site says. */
enum trouble {
	TROUBLE_UNKNOWN,
	TROUBLE_FULL,
	TROUBLE_SPAM,
	TROUBLE_MAIL,
	TROUBLE_GREYLIST,
	TROUBLE_THROTTLE,
	N_TROUBLES
};
void exim_confirmation(struct gen *g, int64_t slot, const struct mail *m, enum flavour f,
		       char out[REPLY_BYTES]);
void exim_trouble(struct gen *g, enum flavour f, enum trouble what, const struct mail *m,
		  const char *to, char out[REPLY_BYTES]);

/* exim_out.c */
struct delivery {
	int64_t last; /* slot of the last line so far */
	bool failed;  /* some recipient did */
};
/* One transaction to persons first … first + n-1 of a domain, with its retries. */
void exim_deliver(struct gen *g, int64_t slot, const struct mail *m, uint32_t domain,
		  uint64_t first, uint32_t n, struct delivery *d);
/* The bounce if some recipient failed, then the end. */
void exim_finish(struct gen *g, const struct mail *m, const struct delivery *d);
void exim_outbound(struct gen *g, int64_t slot);

/* exim_list.c */
void exim_list_mailing(struct gen *g, int64_t slot);
void exim_list_verp(struct gen *g, int64_t slot);

/* exim_noise.c */
void exim_noise(struct gen *g, int64_t slot);

#endif
