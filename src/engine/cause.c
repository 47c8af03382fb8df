/*
 * cause.c: the lines that wait to be told.
 */
#include "engine/cause.h"

#include "engine/actor.h"
#include "os/os.h"

/* clang-format off */
static const struct query q_add = {
    .name = "cause.add",
    .sql = "INSERT INTO cause (id, gov, record, entity, what, word, person, by_user, due, at) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    .in = "iiitttiiii", .out = "",
};
static const struct query q_read = {
    .name = "cause.read",
    .sql = "SELECT id, gov, record, entity, what, word, person, by_user, due, at FROM cause ORDER BY id LIMIT ?1",
    .in = "i", .out = "iiitttiiii",
};
static const struct query q_done = {.name = "cause.done", .sql = "DELETE FROM cause WHERE id = ?1", .in = "i", .out = ""};
static const struct query q_people = {
    .name = "cause.people",
    .sql = "SELECT by_user FROM history WHERE gov = ?1 AND record = ?2 AND by_user IS NOT NULL "
           "UNION SELECT author FROM comment WHERE gov = ?1 AND record = ?2 AND author IS NOT NULL ORDER BY 1 LIMIT ?3",
    .in = "iii", .out = "i",
};
/* clang-format on */

const struct query *const cause_queries[] = {&q_add, &q_read, &q_done, &q_people};
const size_t cause_queries_n = ARRAY_LEN(cause_queries);

int cause_add(struct tx *tx, const struct cause *c)
{
    const struct actor_mark *by = tx->actor;

    return db_send(tx->db, &q_add, V(os_new_id()), V(c->gov), V(c->record), V(c->entity), V(c->what), V(c->word),
                   V((ref){c->person}), V((ref){by != NULL ? by->user : 0}), V(c->due), V(tx->now));
}

static int64_t int_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? 0 : rows_int(rows, col);
}

int causes_read(struct db *db, struct arena *a, size_t max, struct cause **ret, size_t *ret_n)
{
    struct cause *v = arena_array(a, max, struct cause);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_read, V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        v[n++] = (struct cause){.id = rows_int(&rows, 0),
                                .gov = rows_int(&rows, 1),
                                .record = rows_int(&rows, 2),
                                .entity = rows_text(&rows, a, 3),
                                .what = rows_text(&rows, a, 4),
                                .word = rows_text(&rows, a, 5),
                                .person = int_at(&rows, 6),
                                .by = int_at(&rows, 7),
                                .due = rows_null(&rows, 8) ? DATE_NONE : (date){(int32_t)rows_int(&rows, 8)},
                                .at = {rows_int(&rows, 9)}};
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

int cause_done(struct tx *tx, int64_t id)
{
    int64_t n = db_run(tx->db, &q_done, V(id));

    return n < 0 ? (int)n : n > 0;
}

int record_people(struct db *db, int64_t gov, int64_t record, size_t max, int64_t *ret, size_t *ret_n)
{
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_people, V(gov), V(record), V((int64_t)max));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        ret[n++] = rows_int(&rows, 0);
        e = 0;
    }
    *ret_n = n;
    return e;
}
