/*
 * pages.h: what the operator's pages share.
 */
#ifndef CORE_MACHINE_PAGES_H
#define CORE_MACHINE_PAGES_H

#include "core/machine/machine.h"
#include "core/machine/report.h"

#define MACHINE_PATH   "/kerja/-/mesin"
#define MACHINE_PERMIT "operator.machine"

/* The row of tabs over all of them; `here` is the path of this one. */
void machine_tabs(struct req *r, const char *here);

/* "3 jam 12 menit", "12 hari" */
const char *say_span(struct req *r, int64_t ms);

void page_machine(struct req *r);
void page_machine_look(struct req *r);
void page_charts(struct req *r);
void page_log(struct req *r);
void page_metrics(struct req *r);

#endif
