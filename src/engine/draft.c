/*
 * draft.c: what somebody has typed into a form and not yet sent. Seen by that person only; no part of the ledger.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/form.h"
#include "engine/job.h"

/* clang-format off */
static const struct query q_draft = {
    .name = "form.draft",
    .sql = "SELECT rev, at, typed FROM form_draft WHERE by_user = ?1 AND gov = ?2 AND screen = ?3 AND record = ?4",
    .in = "iiti", .out = "iit",
};
static const struct query q_draft_store = {
    .name = "form.draft-store",
    .sql = "INSERT INTO form_draft (by_user, gov, screen, record, rev, typed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
           "ON CONFLICT (by_user, gov, screen, record) DO UPDATE SET rev = excluded.rev, typed = excluded.typed, at = excluded.at",
    .in = "iitiiti", .out = "",
};
static const struct query q_draft_remove = {
    .name = "form.draft-remove",
    .sql = "DELETE FROM form_draft WHERE by_user = ?1 AND gov = ?2 AND screen = ?3 AND record = ?4",
    .in = "iiti", .out = "",
};
static const struct query q_draft_old = {
    .name = "form.draft-old",
    .sql = "DELETE FROM form_draft WHERE at < ?1",
    .in = "i", .out = "",
};
/* clang-format on */

int draft_read(struct db *db, struct arena *a, const struct draft_key *key, struct draft *ret)
{
    int found;

    AUTO_ROWS struct rows rows;

    found = db_select(&rows, db, &q_draft, V(key->user), V(key->gov), V(key->screen), V(key->record));
    if (found == 0)
        found = rows_next(&rows);
    if (found > 0)
        *ret = (struct draft){rows_int(&rows, 0), {rows_int(&rows, 1)}, rows_text(&rows, a, 2)};
    return found;
}

int draft_store(struct tx *tx, const struct draft_key *key, int64_t rev, const char *typed)
{
    return db_send(tx->db, &q_draft_store, V(key->user), V(key->gov), V(key->screen), V(key->record), V(rev), V(typed),
                   V(tx->now));
}

int draft_remove(struct tx *tx, const struct draft_key *key)
{
    return db_send(tx->db, &q_draft_remove, V(key->user), V(key->gov), V(key->screen), V(key->record));
}

int draft_forget(struct tx *tx, instant before)
{
    int64_t n = db_run(tx->db, &q_draft_old, V(before));

    return n < 0 ? (int)n : 0;
}

const char *draft_text(struct arena *a, const struct form *f)
{
    struct json_out j;
    struct buf b;
    size_t i;

    buf_init(&b, a, DRAFT_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    for (i = 0; i < f->s->entity->n_fields; i++)
        if (f->typed[i] != NULL)
            json_put_text(&j, f->s->entity->fields[i].name, f->typed[i]);
    json_out_end(&j);
    return json_out_done(&j) == 0 ? b.s : NULL;
}

void draft_use(struct arena *a, const struct draft *d, struct form *f)
{
    const struct json_in *in;
    size_t i;

    if (json_read(a, d->typed, strlen(d->typed), DRAFT_MAX, &in, NULL) < 0)
        return;
    for (i = 0; i < f->s->entity->n_fields; i++) {
        const struct field *field = &f->s->entity->fields[i];
        const char *typed = NULL;

        if (form_asks(f, field) && json_get_text(in, field->name, &typed) == 1)
            f->typed[i] = typed;
        else if (field->type == FIELD_BOOL)
            f->typed[i] = NULL; /* a box that was not ticked */
    }
    f->rev = d->rev;
    f->draft_used = true;
}

/* ---- daily ---- */

#define DAY_MS INT64_C(86400000)

static int forget_slice(struct tx *tx, struct job *job)
{
    (void)job;
    return draft_forget(tx, (instant){tx->now.v - DRAFT_DAYS * DAY_MS});
}

static const struct job_kind jobs[] = {
    {.name = "drafts", .permission = "job.operate", .daily_minute = 150, .slice = forget_slice}};
static const struct permit permits[] = {{"job.operate", "operator"}};
static const struct query *const queries[] = {&q_draft, &q_draft_store, &q_draft_remove, &q_draft_old, &pass_read, &pass_add};

const struct module form_module = {
    .name = "form",
    .permits = permits,
    .n_permits = ARRAY_LEN(permits),
    .jobs = jobs,
    .n_jobs = ARRAY_LEN(jobs),
    .queries = queries,
    .n_queries = ARRAY_LEN(queries),
};
