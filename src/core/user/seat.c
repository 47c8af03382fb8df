/*
 * seat.c: the two places of the first administrators, and their secrets (security.md A10, Z4).
 */
#include <sodium.h>

#include "base/text.h"
#include "core/user/admin.h"
#include "core/user/query.h"
#include "engine/row.h"
#include "os/os.h"

static int newest_round(struct db *db, int64_t *ret_round, int64_t *ret_open)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_setup_round);
    if (e == 0)
        e = rows_next(&rows);
    if (e < 0)
        return e;
    *ret_round = e == 1 ? rows_int(&rows, 0) : 0;
    *ret_open = e == 1 ? rows_int(&rows, 1) : 0;
    return 0;
}

int setup_open(struct db *db, int64_t *ret_n)
{
    int64_t round;

    return newest_round(db, &round, ret_n);
}

int setup_plan(struct setup_plan *p, struct db *db, struct arena *a, const char *step)
{
    int64_t round, open, i;
    int e = newest_round(db, &round, &open);

    if (e < 0)
        return e;
    p->step = step;
    for (i = 0; i < SETUP_SECRETS; i++) {
        int64_t seat = os_new_id();

        token_new(TOKEN_SETUP, &p->token[i]);
        p->seat[i] = (struct setup_seat){.head = {.id = seat}, .round = round + 1, .seat = i + 1, .taken_at = INSTANT_NONE};
        p->credential[i] = (struct credential){.head = {.id = os_new_id()},
                                               .kind = {"setup"},
                                               .hash = hex_text(a, p->token[i].hash.h, TOKEN_HASH_BYTES),
                                               .key_id = INT_NONE,
                                               .stands_for = seat,
                                               .used_at = INSTANT_NONE};
    }
    return 0;
}

int setup_store(struct tx *tx, const struct setup_plan *p)
{
    struct actor_mark *mark = tx->actor;
    struct record head;
    size_t i;
    int e = db_send(tx->db, &q_setup_void, V(tx->now));

    if (mark != NULL)
        mark->step = p->step;
    for (i = 0; e == 0 && i < SETUP_SECRETS; i++) {
        e = row_insert(tx, &setup_seat_entity, &p->seat[i], &head);
        if (e == 0)
            e = row_insert(tx, &credential_entity, &p->credential[i], &head);
    }
    return e;
}

/* ---- for commands ---- */

static int store_run(struct tx *tx, void *arg)
{
    (void)actor_act(tx, &host_mark);
    return setup_store(tx, arg);
}

static int read_plan(struct app *app, struct setup_plan *p, struct arena *a, const char *step)
{
    struct db *db;
    int e = pool_take(app->pool, 1000, &db);

    if (e < 0)
        return e;
    e = setup_plan(p, db, a, step);
    pool_give(app->pool, db);
    return e;
}

int core_setup_secrets(struct app *app, struct arena *a, const char *step, struct setup_secrets *ret)
{
    struct setup_plan *p = arena_new(a, struct setup_plan);
    size_t i;
    int e = read_plan(app, p, a, step);

    if (e == 0)
        e = writer_do(app->writer, store_run, p);
    for (i = 0; e == 0 && i < SETUP_SECRETS; i++)
        memcpy(ret->text[i], p->token[i].text, sizeof ret->text[i]);
    sodium_memzero(p->token, sizeof p->token);
    return e;
}
