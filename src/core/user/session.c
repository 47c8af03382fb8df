/*
 * session.c: the memory of sessions, and their rows.
 *
 * The memory is a set-associative table of entries under one lock; an entry is one block. What was dropped a moment ago is
 * remembered too, so that a request with an older snapshot cannot put it back.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "core/user/delegation.h"
#include "core/user/query.h"
#include "core/user/session.h"
#include "engine/row.h"
#include "os/os.h"

#define SETS      512
#define WAYS      8
#define DROPPED   256
#define SETTLE_MS INT64_C(5000) /* no request reads from a snapshot that is older */
#define STORE_MAX 1000

struct entry {
    struct token_hash hash;
    int64_t session, user, subject_key;
    instant made_at, seen_at, stored_at, stepped_up;
    int64_t read_ms; /* monotonic: when it came from the database */
    int64_t hour;    /* since 1970, in which the grants were read: every zone's day begins with one */
    bool second_factor;
    const char *login, *name; /* behind the grants, in the same block */
    size_t n_grants;
    struct grant grants[];
};

struct dropped {
    int64_t id; /* of a user or a session: ids are unique among both */
    int64_t until_ms;
};

struct sessions {
    pthread_mutex_t lock;
    struct entry *table[SETS][WAYS];
    struct dropped dropped[DROPPED];
    size_t next_dropped;
    int64_t keep_from_ms; /* more was dropped than the list holds: nothing read before this is kept */
};

/* ---- memory ---- */

struct sessions *sessions_create(void)
{
    struct sessions *s = calloc(1, sizeof *s);

    if (s == NULL)
        memory_gone(sizeof *s);
    BUG_IF(pthread_mutex_init(&s->lock, NULL) != 0);
    return s;
}

void sessions_destroy(struct sessions *s)
{
    size_t i, k;

    if (s == NULL)
        return;
    for (i = 0; i < SETS; i++)
        for (k = 0; k < WAYS; k++)
            free(s->table[i][k]);
    (void)pthread_mutex_destroy(&s->lock); /* nobody waits any more */
    free(s);
}

static void lock(struct sessions *s)
{
    (void)pthread_mutex_lock(&s->lock); /* a plain mutex does not fail */
}

static void unlock(struct sessions *s)
{
    (void)pthread_mutex_unlock(&s->lock); /* the same */
}

static int64_t now_ms(void)
{
    return os_monotonic_us() / 1000;
}

static struct entry **set_of(struct sessions *s, const struct token_hash *hash)
{
    size_t i = hash->h[0] | (size_t)hash->h[1] << 8;

    return s->table[i % SETS];
}

/* The lock is held, here and in what follows. */
static struct entry *find(struct sessions *s, const struct token_hash *hash)
{
    struct entry **set = set_of(s, hash);
    size_t i;

    for (i = 0; i < WAYS; i++)
        if (set[i] != NULL && memcmp(&set[i]->hash, hash, sizeof *hash) == 0)
            return set[i];
    return NULL;
}

static bool was_dropped(const struct sessions *s, int64_t id, int64_t at)
{
    size_t i;

    if (at < s->keep_from_ms)
        return true;
    for (i = 0; i < DROPPED; i++)
        if (s->dropped[i].id == id && s->dropped[i].until_ms > at)
            return true;
    return false;
}

/* The place of this hash, or an empty one, or that of the session seen longest ago. */
static struct entry **place_for(struct sessions *s, const struct token_hash *hash)
{
    struct entry **set = set_of(s, hash), **best = &set[0];
    size_t i;

    for (i = 0; i < WAYS; i++)
        if (set[i] != NULL && memcmp(&set[i]->hash, hash, sizeof *hash) == 0)
            return &set[i];
    for (i = 0; i < WAYS; i++) {
        if (set[i] == NULL)
            return &set[i];
        if (set[i]->seen_at.v < (*best)->seen_at.v)
            best = &set[i];
    }
    return best;
}

/* Where the parts of a block go: grants, then whom they stand in for, then texts. */
struct block {
    struct absent *absent;
    char *text;
};

static const char *put_text(struct block *b, const char *text)
{
    size_t n = strlen(text) + 1;
    const char *put = memcpy(b->text, text, n);

    b->text += n;
    return put;
}

static size_t behalves_size(const struct actor *actor)
{
    size_t size = 0, i;

    for (i = 0; i < actor->n_grants; i++)
        if (actor->grants[i].behalf != NULL)
            size += sizeof(struct absent) + strlen(actor->grants[i].behalf->name) + 1;
    return size;
}

static void put_behalves(struct entry *e, struct block *b)
{
    size_t i;

    for (i = 0; i < e->n_grants; i++) {
        if (e->grants[i].behalf == NULL)
            continue;
        *b->absent = *e->grants[i].behalf;
        b->absent->name = put_text(b, b->absent->name);
        e->grants[i].behalf = b->absent++;
    }
}

static size_t count_behalves(const struct actor *actor)
{
    size_t n = 0, i;

    for (i = 0; i < actor->n_grants; i++)
        n += actor->grants[i].behalf != NULL;
    return n;
}

static struct entry *entry_make(const struct entry *head, const struct actor *actor)
{
    size_t size = sizeof(struct entry) + actor->n_grants * sizeof(struct grant) + behalves_size(actor) + strlen(actor->login) +
                  1 + strlen(actor->name) + 1;
    struct entry *e = malloc(size);
    struct block b;

    if (e == NULL)
        memory_gone(size);
    *e = *head;
    memcpy(e->grants, actor->grants, actor->n_grants * sizeof(struct grant));
    e->n_grants = actor->n_grants;
    b.absent = (struct absent *)(e->grants + actor->n_grants);
    b.text = (char *)(b.absent + count_behalves(actor));
    put_behalves(e, &b);
    e->login = put_text(&b, actor->login);
    e->name = put_text(&b, actor->name);
    return e;
}

static void keep(struct sessions *s, struct entry *e)
{
    struct entry **place;

    lock(s);
    place = place_for(s, &e->hash);
    if (was_dropped(s, e->user, e->read_ms) || was_dropped(s, e->session, e->read_ms)) {
        free(e);
    } else {
        if (*place != NULL && (*place)->session == e->session && (*place)->seen_at.v > e->seen_at.v)
            e->seen_at = (*place)->seen_at;
        free(*place);
        *place = e;
    }
    unlock(s);
}

static void forget(struct sessions *s, int64_t user, int64_t session)
{
    struct dropped *note;
    size_t i, k;

    lock(s);
    note = &s->dropped[s->next_dropped++ % DROPPED];
    if (note->until_ms > s->keep_from_ms)
        s->keep_from_ms = note->until_ms;
    *note = (struct dropped){user != 0 ? user : session, now_ms() + SETTLE_MS};
    for (i = 0; i < SETS; i++)
        for (k = 0; k < WAYS; k++) {
            struct entry *e = s->table[i][k];

            if (e == NULL || (user != 0 ? e->user != user : e->session != session))
                continue;
            free(e);
            s->table[i][k] = NULL;
        }
    unlock(s);
}

void sessions_forget_user(struct sessions *s, int64_t user)
{
    forget(s, user, 0);
}

void sessions_forget(struct sessions *s, int64_t session)
{
    forget(s, 0, session);
}

/* ---- who ---- */

static const char *hash_text(struct arena *a, const struct token_hash *hash)
{
    return hex_text(a, hash->h, sizeof hash->h);
}

static bool is_alive(instant made_at, instant seen_at, instant now)
{
    return now.v - made_at.v < SESSION_ABSOLUTE_MS && now.v - seen_at.v < SESSION_IDLE_MS;
}

static struct grant *grants_copy(struct arena *a, const struct entry *e)
{
    struct grant *v = arena_array(a, e->n_grants + 1, struct grant);
    size_t i;

    memcpy(v, e->grants, e->n_grants * sizeof *v);
    for (i = 0; i < e->n_grants; i++)
        if (v[i].behalf != NULL) {
            struct absent *absent = arena_new(a, struct absent);

            *absent = *v[i].behalf;
            absent->name = arena_text(a, absent->name);
            v[i].behalf = absent;
        }
    return v;
}

static int64_t hour_of(instant t)
{
    return t.v / (INT64_C(3600) * 1000);
}

/* 1 from memory; 0 when the database must be asked; E_AUTH when memory knows that it has run out. */
static int remembered(struct sessions *s, struct arena *a, const struct token_hash *hash, instant now, struct actor *ret)
{
    struct entry *e;
    int result = 0;

    lock(s);
    e = find(s, hash);
    if (e != NULL && !is_alive(e->made_at, e->seen_at, now))
        result = E_AUTH;
    else if (e != NULL && e->hour == hour_of(now) && now_ms() - e->read_ms < SESSION_FRESH_MS) {
        *ret = (struct actor){.user = e->user,
                              .subject_key = e->subject_key,
                              .login = arena_text(a, e->login),
                              .name = arena_text(a, e->name),
                              .grants = grants_copy(a, e),
                              .n_grants = e->n_grants,
                              .session = e->session,
                              .second_factor = e->second_factor,
                              .stepped_up = e->stepped_up};
        if (now.v > e->seen_at.v)
            e->seen_at = now;
        result = 1;
    }
    unlock(s);
    return result;
}

/* ---- grants ---- */

#define ZONE_USUAL 420 /* WIB, of what belongs to no government */

static date date_at(const struct rows *rows, int col)
{
    return rows_null(rows, col) ? DATE_NONE : (date){(int32_t)rows_int(rows, col)};
}

static bool within(date day, date from, date to)
{
    return (date_is_none(from) || from.v <= day.v) && (date_is_none(to) || to.v >= day.v);
}

/* The first eight columns. False for a role that is none, or whose day it is not there. */
static bool take_grant(const struct rows *rows, struct arena *a, instant now, struct grant *ret, date *ret_today)
{
    const struct role *role = role_find(rows_text(rows, a, 0));

    *ret_today = instant_date(now, rows_null(rows, 7) ? ZONE_USUAL : (int)rows_int(rows, 7));
    if (role == NULL || !within(*ret_today, date_at(rows, 5), date_at(rows, 6)))
        return false;
    *ret = (struct grant){.role = role->code,
                          .gov = rows_null(rows, 1) ? GOV_ANY : rows_int(rows, 1),
                          .agency = rows_null(rows, 2) ? 0 : rows_int(rows, 2),
                          .unit = rows_null(rows, 3) ? 0 : rows_int(rows, 3),
                          .place = rows_null(rows, 4) ? 0 : rows_int(rows, 4)};
    return true;
}

/* The columns behind them. */
static bool take_lent(const struct rows *rows, struct arena *a, date today, struct grant *ret)
{
    struct absent *absent = arena_new(a, struct absent);
    date grant_to = date_at(rows, 6);

    *absent = (struct absent){.user = rows_int(rows, 10),
                              .subject_key = rows_int(rows, 11),
                              .name = rows_text(rows, a, rows_null(rows, 12) ? 13 : 12),
                              .until = date_at(rows, 9)};
    if (!date_is_none(grant_to) && grant_to.v < absent->until.v)
        absent->until = grant_to;
    ret->behalf = absent;
    return absent->name != NULL && delegation_lends(ret->role) && within(today, date_at(rows, 8), date_at(rows, 9));
}

/* At most GRANTS_MAX behind the n that are there; the first and the last day there may be somewhere today. */
static int read_grants(struct db *db, struct arena *a, const struct query *q, int64_t user, instant now, struct grant *v,
                       size_t *n)
{
    date first = instant_date(now, 0), last = date_add_days(first, 1), today;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, q, V(user), V(first), V(last), V((int64_t)GRANTS_MAX));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        if (take_grant(&rows, a, now, &v[*n], &today) && (q == &q_session_grants || take_lent(&rows, a, today, &v[*n])))
            (*n)++;
        e = 0;
    }
    return e;
}

int grants_of(struct db *db, struct arena *a, int64_t user, instant now, struct grant **ret, size_t *ret_n)
{
    struct grant *v = arena_array(a, 2 * (size_t)GRANTS_MAX, struct grant);
    size_t n = 0;
    int e = read_grants(db, a, &q_session_grants, user, now, v, &n);

    if (e == 0)
        e = read_grants(db, a, &q_session_lent, user, now, v, &n);
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

static int read_open(struct db *db, struct arena *a, const struct token_hash *hash, struct entry *head, struct actor *ret)
{
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_session_open, V(hash_text(a, hash)));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    *head = (struct entry){.hash = *hash,
                           .session = rows_int(&rows, 0),
                           .user = rows_int(&rows, 1),
                           .made_at = {rows_int(&rows, 2)},
                           .seen_at = {rows_int(&rows, 3)},
                           .stored_at = {rows_int(&rows, 3)},
                           .second_factor = rows_int(&rows, 4) == 1,
                           .stepped_up = {rows_int(&rows, 5)},
                           .subject_key = rows_int(&rows, 6)};
    *ret = (struct actor){.user = head->user,
                          .subject_key = head->subject_key,
                          .login = rows_text(&rows, a, 7),
                          .name = rows_text(&rows, a, 8),
                          .session = head->session,
                          .second_factor = head->second_factor,
                          .stepped_up = head->stepped_up};
    if (ret->login == NULL)
        return 0;
    if (ret->name == NULL)
        ret->name = ret->login;
    return 1;
}

/* When memory has seen it later than the database, memory counts. */
static instant seen_of(struct sessions *s, const struct entry *head)
{
    struct entry *e;
    instant t = head->seen_at;

    lock(s);
    e = find(s, &head->hash);
    if (e != NULL && e->seen_at.v > t.v)
        t = e->seen_at;
    unlock(s);
    return t;
}

/* Roles that ask for a second factor do not count in a session that was begun without one (security.md A4). */
static size_t without_second_factor(struct grant *v, size_t n, bool given)
{
    size_t kept = 0, i;

    for (i = 0; i < n; i++)
        if (given || !role_find(v[i].role)->second_factor)
            v[kept++] = v[i];
    return kept;
}

int session_actor(struct sessions *s, struct db *db, struct arena *a, const struct token_hash *hash, instant now,
                  struct actor *ret)
{
    struct entry head;
    struct grant *grants;
    int64_t read_ms = now_ms();
    int e;

    e = remembered(s, a, hash, now, ret);
    if (e != 0)
        return e == E_AUTH ? 0 : e;
    e = read_open(db, a, hash, &head, ret);
    if (e <= 0)
        return e;
    head.seen_at = seen_of(s, &head);
    if (!is_alive(head.made_at, head.seen_at, now))
        return 0;
    e = grants_of(db, a, head.user, now, &grants, &ret->n_grants);
    if (e < 0)
        return e;
    ret->n_grants = without_second_factor(grants, ret->n_grants, head.second_factor);
    ret->grants = grants;
    head.hour = hour_of(now);
    head.read_ms = read_ms;
    if (now.v > head.seen_at.v)
        head.seen_at = now;
    keep(s, entry_make(&head, ret));
    return 1;
}

int token_actor(struct db *db, struct arena *a, const struct token_hash *hash, instant now, date today, struct actor *ret)
{
    struct grant *grants = arena_array(a, GRANTS_MAX, struct grant);
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_session_token, V(hash_text(a, hash)), V(today));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    *ret = (struct actor){.user = rows_int(&rows, 0),
                          .scope = rows_text(&rows, a, 1),
                          .subject_key = rows_int(&rows, 2),
                          .login = rows_text(&rows, a, 3),
                          .name = rows_text(&rows, a, 4),
                          .by_token = true,
                          .stepped_up = INSTANT_NONE};
    if (ret->login == NULL)
        return 0;
    if (ret->name == NULL)
        ret->name = ret->login;
    e = read_grants(db, a, &q_session_grants, ret->user, now, grants, &n);
    if (e < 0)
        return e;
    ret->grants = grants;
    ret->n_grants = n;
    return 1;
}

int user_actor(struct db *db, struct arena *a, int64_t user, instant now, bool second_factor, struct actor *ret)
{
    struct app_user *u = arena_new(a, struct app_user);
    struct grant *grants;
    size_t n;
    int e = row_get(db, a, &app_user_entity, 0, user, u);

    if (e <= 0)
        return e;
    if (u->disabled || u->head.voided_at.v != INSTANT_NONE.v)
        return 0;
    e = grants_of(db, a, user, now, &grants, &n);
    if (e < 0)
        return e;
    *ret = (struct actor){.user = user,
                          .subject_key = u->head.record_key,
                          .login = u->login,
                          .name = u->name != NULL ? u->name : u->login,
                          .grants = grants,
                          .n_grants = without_second_factor(grants, n, second_factor),
                          .second_factor = second_factor,
                          .stepped_up = INSTANT_NONE};
    return 1;
}

/* ---- rows ---- */

int session_find(struct db *db, struct arena *a, const struct token_hash *hash, struct session *ret)
{
    int64_t id;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_session_id, V(hash_text(a, hash)));
    if (e == 0)
        e = rows_next(&rows);
    if (e <= 0)
        return e;
    id = rows_int(&rows, 0);
    return row_get(db, a, &session_entity, 0, id, ret);
}

int sessions_of(struct db *db, struct arena *a, int64_t user, instant now, struct session **ret, size_t *ret_n)
{
    struct session *v = arena_array(a, SESSIONS_SHOWN, struct session);
    const instant oldest = {now.v - SESSION_ABSOLUTE_MS}, idle = {now.v - SESSION_IDLE_MS - SESSION_STORE_MS};
    size_t n = 0;
    int e;

    AUTO_ROWS struct rows rows;

    e = db_select(&rows, db, &q_session_list, V(user), V(oldest), V(idle), V((int64_t)SESSIONS_SHOWN));
    while (e == 0 && (e = rows_next(&rows)) > 0) {
        e = row_get(db, a, &session_entity, 0, rows_int(&rows, 0), &v[n]);
        if (e < 0)
            return e;
        n += e == 1;
        e = 0;
    }
    if (e < 0)
        return e;
    *ret = v;
    *ret_n = n;
    return 0;
}

void session_plan(struct session_new *n, struct arena *a, int64_t user, const char *stage, instant now, const char *address,
                  const char *agent)
{
    token_new(TOKEN_SESSION, &n->token);
    n->row = (struct session){
        .head = {.id = os_new_id()},
        .hash = hash_text(a, &n->token.hash),
        .holder = {user},
        .stage = {stage},
        .made_at = now,
        .seen_at = now,
        .ended_at = INSTANT_NONE,
        .stepped_up = INSTANT_NONE,
        .address = arena_text(a, address),
        .agent = agent != NULL ? arena_text_n(a, agent, strnlen(agent, 110)) : NULL,
    };
    if (n->row.agent != NULL && !text_is_utf8(n->row.agent, strlen(n->row.agent)))
        n->row.agent = NULL;
}

int session_end(struct tx *tx, const struct session *s)
{
    struct session ended = *s;
    struct record head;

    if (s->ended_at.v != INSTANT_NONE.v)
        return 0;
    ended.ended_at = tx->now;
    return row_update(tx, &session_entity, s, &ended, &head);
}

int session_start(struct tx *tx, const struct session_new *n, const struct session *old)
{
    struct record head;
    int e = old != NULL ? session_end(tx, old) : 0;

    return e < 0 ? e : row_insert(tx, &session_entity, &n->row, &head);
}

int sessions_end(struct tx *tx, int64_t user, int64_t but)
{
    return db_send(tx->db, &q_session_end_all, V(tx->now), V(user), V(but));
}

/* ---- last seen ---- */

struct seen {
    size_t n;
    struct {
        int64_t session;
        instant at;
    } v[STORE_MAX];
};

static int store_run(struct tx *tx, void *arg)
{
    const struct seen *seen = arg;
    size_t i;
    int e = 0;

    for (i = 0; i < seen->n && e == 0; i++)
        e = db_send(tx->db, &q_session_seen, V(seen->v[i].session), V(seen->v[i].at));
    return e;
}

static void collect(struct sessions *s, instant now, bool all, struct seen *seen)
{
    size_t i, k;

    lock(s);
    for (i = 0; i < SETS; i++)
        for (k = 0; k < WAYS; k++) {
            struct entry *e = s->table[i][k];

            if (e == NULL || e->seen_at.v <= e->stored_at.v || seen->n == STORE_MAX)
                continue;
            if (!all && now.v - e->stored_at.v < SESSION_STORE_MS)
                continue;
            seen->v[seen->n].session = e->session;
            seen->v[seen->n++].at = e->seen_at;
            e->stored_at = e->seen_at;
        }
    unlock(s);
}

int sessions_store_seen(struct sessions *s, struct writer *writer, instant now, bool all)
{
    struct seen *seen = calloc(1, sizeof *seen);
    int e = 0, n;

    if (seen == NULL)
        memory_gone(sizeof *seen);
    collect(s, now, all, seen);
    n = (int)seen->n;
    if (n > 0)
        e = writer_do(writer, store_run, seen);
    free(seen);
    return e < 0 ? e : n;
}

int64_t sessions_remove(struct tx *tx, instant before, size_t max)
{
    return db_run(tx->db, &q_session_remove, V(before), V((int64_t)max));
}
