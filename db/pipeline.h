/* SPDX-License-Identifier: MIT */
/*
 * pipeline: the import's threads; the only file that knows any. A stage is one thread that runs
 * jobs in the order they were pushed, behind a bounded queue: who is faster waits.
 *
 * An import has three threads: the caller's reads, splits, parses and assembles; the emit stage
 * turns clusters into packed sessions; the store stage compresses and owns the connection. When a
 * stage is idle what it works on is the caller's, until the next push.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum pipeline_stage { PIPE_EMIT, PIPE_STORE, PIPELINE_STAGES };

struct pipeline;
/* A job owns its arg; run must release it also when it fails or is told to `skip`. */
typedef int pipeline_job(void *owner, void *arg, bool skip, struct err *e);

struct pipeline *pipeline_start(void *owner);
/* Stops the threads; jobs that did not run yet are skipped. */
void pipeline_stop(struct pipeline *p);
/*
 * Hands a job to a stage; waits while its queue is full. Fails with the error of the first job that
 * failed, after which all jobs are skipped. The store stage may be pushed to from the emit stage;
 * the emit stage only from the caller's thread.
 */
int pipeline_push(struct pipeline *p, enum pipeline_stage stage, pipeline_job *run, void *arg,
		  struct err *e);
/* Waits until one stage, or both, are idle; they fail like pipeline_push. */
int pipeline_wait(struct pipeline *p, enum pipeline_stage stage, struct err *e);
int pipeline_drain(struct pipeline *p, struct err *e);

#endif
