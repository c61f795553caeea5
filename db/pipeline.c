/* SPDX-License-Identifier: MIT */
/* pipeline: see the header. */
#include "db/pipeline.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

enum { QUEUE_MOST = 192 };
/* Clusters take room; what waits to be stored is packed, and a commit takes a while. */
static const size_t queue_size[PIPELINE_STAGES] = { [PIPE_EMIT] = 16, [PIPE_STORE] = QUEUE_MOST };

struct job {
	pipeline_job *run;
	void *arg;
};

struct stage_thread {
	struct pipeline *pipeline;
	pthread_t thread;
	pthread_cond_t work, space; /* something to do; room in the queue, or idle */
	struct job queue[QUEUE_MOST];
	size_t head, n; /* jobs waiting */
	bool busy;      /* one is running */
};

struct pipeline {
	void *owner;
	pthread_mutex_t lock; /* of everything below */
	struct stage_thread stage[PIPELINE_STAGES];
	bool stopping;
	bool failed;
	struct err failure;
};

static void
note_failure(struct pipeline *p, const struct err *e)
{
	if (!p->failed)
		p->failure = *e;
	p->failed = true;
}

static void *
stage_main(void *arg)
{
	struct stage_thread *s = arg;
	struct pipeline *p = s->pipeline;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (s->n == 0 && !p->stopping)
			pthread_cond_wait(&s->work, &p->lock);
		if (s->n == 0)
			break;
		struct job job = s->queue[s->head];
		s->head = (s->head + 1) % QUEUE_MOST;
		s->n--;
		s->busy = true;
		bool skip = p->failed || p->stopping;
		pthread_cond_broadcast(&s->space);
		pthread_mutex_unlock(&p->lock);

		struct err e = { 0 };
		int rc = job.run(p->owner, job.arg, skip, &e);

		pthread_mutex_lock(&p->lock);
		if (rc < 0)
			note_failure(p, &e);
		s->busy = false;
		if (s->n == 0)
			pthread_cond_broadcast(&s->space);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals are the main thread's affair: it restores terminals and cancels imports. */
static void
start_thread(struct stage_thread *s)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&s->thread, NULL, stage_main, s) != 0)
		fatal("cannot start a thread");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct pipeline *
pipeline_start(void *owner)
{
	struct pipeline *p = xcalloc(1, sizeof(*p));

	p->owner = owner;
	pthread_mutex_init(&p->lock, NULL);
	for (int i = 0; i < PIPELINE_STAGES; i++) {
		p->stage[i].pipeline = p;
		pthread_cond_init(&p->stage[i].work, NULL);
		pthread_cond_init(&p->stage[i].space, NULL);
	}
	for (int i = 0; i < PIPELINE_STAGES; i++)
		start_thread(&p->stage[i]);
	return p;
}

int
pipeline_push(struct pipeline *p, enum pipeline_stage stage, pipeline_job *run, void *arg,
	      struct err *e)
{
	struct stage_thread *s = &p->stage[stage];

	pthread_mutex_lock(&p->lock);
	while (s->n == queue_size[stage] && !p->stopping)
		pthread_cond_wait(&s->space, &p->lock);
	if (p->failed || p->stopping) {
		struct err failure = p->failure;

		/* Not before those that came earlier, which are skipped as well. */
		while ((s->n > 0 || s->busy) && !p->stopping)
			pthread_cond_wait(&s->space, &p->lock);

		pthread_mutex_unlock(&p->lock);
		run(p->owner, arg, true, NULL);
		return err_set(e, failure.code, "%s", failure.text);
	}
	s->queue[(s->head + s->n) % QUEUE_MOST] = (struct job){ run, arg };
	s->n++;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&p->lock);
	return 0;
}

static int
wait_idle(struct pipeline *p, enum pipeline_stage first, enum pipeline_stage last, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&p->lock);
	/* In the order in which one stage pushes to the next. */
	for (unsigned i = first; i <= last; i++) {
		struct stage_thread *s = &p->stage[i];

		while (s->n > 0 || s->busy)
			pthread_cond_wait(&s->space, &p->lock);
	}
	if (p->failed)
		rc = err_set(e, p->failure.code, "%s", p->failure.text);
	pthread_mutex_unlock(&p->lock);
	return rc;
}

int
pipeline_wait(struct pipeline *p, enum pipeline_stage stage, struct err *e)
{
	return wait_idle(p, stage, stage, e);
}

int
pipeline_drain(struct pipeline *p, struct err *e)
{
	return wait_idle(p, 0, PIPELINE_STAGES - 1, e);
}

void
pipeline_stop(struct pipeline *p)
{
	if (!p)
		return;
	/* The emit stage first: until it is gone it may push to the other. */
	for (int i = 0; i < PIPELINE_STAGES; i++) {
		pthread_mutex_lock(&p->lock);
		p->stopping = true;
		pthread_cond_broadcast(&p->stage[i].work);
		pthread_cond_broadcast(&p->stage[i].space);
		for (int k = 0; k < PIPELINE_STAGES; k++)
			pthread_cond_broadcast(&p->stage[k].space);
		pthread_mutex_unlock(&p->lock);
		pthread_join(p->stage[i].thread, NULL);
	}
	for (int i = 0; i < PIPELINE_STAGES; i++) {
		pthread_cond_destroy(&p->stage[i].work);
		pthread_cond_destroy(&p->stage[i].space);
	}
	pthread_mutex_destroy(&p->lock);
	free(p);
}
