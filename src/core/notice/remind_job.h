/*
 * remind_job.h: the job of every night that reminds and raises.
 */
#ifndef CORE_NOTICE_REMIND_JOB_H
#define CORE_NOTICE_REMIND_JOB_H

#include "engine/app.h"
#include "engine/job.h"

#define REMIND_JOB "reminders"
MUST_USE int remind_slice(struct tx *tx, struct job *job);

#endif
