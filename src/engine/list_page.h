/*
 * list_page.h: the pages around the list of a screen; their routes stand in pages.c.
 */
#ifndef ENGINE_LIST_PAGE_H
#define ENGINE_LIST_PAGE_H

#include "ui/req.h"

/* GET /kerja/{gov}/SLUG */
void list_page(struct req *r);

/* POST /kerja/{gov}/SLUG/tampilan: keeps `query` under `name`, with `share` for one's agency. */
void view_save_page(struct req *r);

/* POST /kerja/{gov}/SLUG/tampilan/{id}/hapus: one's own view only. */
void view_drop_page(struct req *r);

/*
 * GET /kerja/{gov}/SLUG/unduh/csv?QUERY (or xlsx): all rows of the query as a file. When personal values are in it, a page that
 * asks for the reason, until export_ask_page() has noted one (security.md D6).
 */
void export_page(struct req *r);

/* POST to the same address: notes the reason in the ledger and sends the file. */
void export_ask_page(struct req *r);

#endif
