/*
 * score_daily.h: the job that keeps how each government stands, once a day.
 */
#ifndef MOD_OVERSIGHT_SCORE_DAILY_H
#define MOD_OVERSIGHT_SCORE_DAILY_H

#include "engine/job.h"

extern const struct job_kind score_daily_job;
extern const struct query score_q_open_years, score_q_same_day;

#endif
