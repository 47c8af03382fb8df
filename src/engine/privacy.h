/*
 * privacy.h: what a form says about the data of persons that it asks for, and until when a row keeps them (security.md D1).
 *
 * The statements themselves stand in the tables (entity.h). Not for: the register as a page and file (core/privacy), erasing
 * (erase.h).
 */
#ifndef ENGINE_PRIVACY_H
#define ENGINE_PRIVACY_H

#include "db/db.h"
#include "engine/screen.h"

struct app;

/* Of names that stand beside what somebody wrote or brought. */
extern const struct privacy privacy_author;

/* Words in the reader's language. */
const char *privacy_title(const struct req *r, const struct privacy *p);
const char *privacy_purpose(const struct req *r, const struct privacy *p);
/* "5 tahun setelah perubahan terakhir" */
const char *privacy_kept(const struct req *r, const struct app *app, const struct entity *e, const struct privacy *p);

/*
 * One line a statement: which fields, what for, under which law. Of the fields marked in `asked`, a flag a field of the entity;
 * nothing when none of them has a statement.
 */
void privacy_notice(struct req *r, const struct entity *e, const bool *asked);

/* ---- how long ---- */

/* Has the work on the row ended: is it void, or ended by its workflow or its .ended_by? True where nothing says so. */
bool privacy_ended(const struct app *app, const struct entity *e, const void *row);

/* Will the row ever end, or does only its age count? */
bool privacy_has_end(const struct app *app, const struct entity *e);

/* The day of the row's last revision; DATE_NONE when it has no history. */
MUST_USE int privacy_last(struct db *db, const struct app *app, const void *row, date *ret);

/* The last day of the time that the statement names, counted from the row's last revision; DATE_NONE when it has no history. */
MUST_USE int privacy_until(struct db *db, const struct app *app, const void *row, const struct privacy *p, date *ret);

date privacy_add(date from, const struct privacy *p);

#endif
