/*
 * comment.h: what people write beside a record, for those who may read the record.
 *
 * A comment is never changed; its author may withdraw it, and it stays in the history with who did so and when. The leaf is
 * sealed: the public log shows neither that somebody wrote nor what (a comment may speak of a person).
 *
 * Not for: remarks of workflow steps (history.h).
 */
#ifndef ENGINE_COMMENT_H
#define ENGINE_COMMENT_H

#include "db/writer.h"
#include "engine/entity.h"
#include "engine/screen.h"

#define COMMENT_MAX    4000 /* characters */
#define COMMENTS_SHOWN 50

struct comment {
    struct record head;
    int64_t record;        /* id of the row it stands beside */
    const char *of_entity; /* of that row */
    const char *body;
    int64_t author; /* user */
    const char *author_name;
    instant written_at;
};

extern const struct entity comment_entity;

/* The newest COMMENTS_SHOWN of a record, newest first, withdrawn ones too. */
MUST_USE int comments_read(struct db *db, struct arena *a, int64_t gov, int64_t record, struct comment **ret, size_t *ret_n);

/* For the detail page: the comments, and a form when the one who asks may write. Nothing when the screen has none. */
void comments_section(struct req *r, const struct screen *screen, const void *row);

/* POST .../{id}/catatan with `isi`; permission "X.comment". */
void comment_post(struct req *r);

/* POST .../{id}/catatan/{catatan}/tarik, of one's own only; permission "X.comment". */
void comment_withdraw_post(struct req *r);

#endif
