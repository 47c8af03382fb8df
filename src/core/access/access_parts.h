/*
 * access_parts.h: what the pages of this folder share: what was asked, and a line in words.
 */
#ifndef CORE_ACCESS_ACCESS_PARTS_H
#define CORE_ACCESS_ACCESS_PARTS_H

#include "core/access/access.h"
#include "engine/web.h"
#include "ui/component.h"

#define ACCESS_SEE "access.see"

/* A view of the page: what was asked, also as typed, and what there is. */
struct access_view {
    struct access_ask ask;
    const char *day_typed, *name_typed;
    struct ui_error wrong[1];
    size_t n_wrong;
    date today;
    struct access_list list;
};

/* Reads the address and the roles. Negative: the answer is the caller's; a day that is none is told in .wrong. */
MUST_USE int access_take(struct req *r, struct access_view *ret);

/* The address of the page with what was asked, `tail` behind its path: "" or ".csv". */
const char *access_href(struct req *r, const struct access_view *v, const char *tail);
const char *access_href_role(struct req *r, const struct access_view *v, const char *role);

/* "Dinas Pendidikan", "Seluruh Kota Contoh", "Kelurahan Sukasari (36.71.01.1001)". */
const char *access_office(struct req *r, const struct access_line *g);

/* "sejak 3 Mar 2026", "3 Mar 2026 – 30 Nov 2026", "tanpa batas waktu". */
const char *access_period(struct req *r, date from, date to);

/* By whose decision: "Diusulkan A, disetujui B". */
const char *access_decision(struct req *r, const struct access_line *g);
const char *access_since(struct req *r, const struct access_line *g); /* when; NULL: not known */

/* Ends within ACCESS_SOON days of the day that was asked for. */
bool access_ends_soon(const struct access_view *v, const struct access_line *g);

/* ---- sections (access_show.c) ---- */

void access_overview(struct req *r, const struct access_view *v);
void access_one_role(struct req *r, const struct access_view *v);
void access_answer(struct req *r, const struct access_view *v);

/* ---- pages ---- */

void page_access_csv(struct req *r);
void page_access_record(struct req *r);
void page_access_proof(struct req *r);

#endif
