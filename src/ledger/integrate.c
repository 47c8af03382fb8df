/*
 * integrate.c: turns committed leaves into tiles and signed checkpoints, a round at a time.
 *
 * A round reads on a snapshot of its own, so it sees committed leaves only; computes the new tiles; has the signer sign;
 * and only then asks the writer to store all of it in one transaction. So neither hashing nor the signer's fsync holds up
 * a write. A round that fails is forgotten and done again: the signer gives the same signature to the same question.
 */
#include <errno.h>
#include <pthread.h>

#include "base/text.h"
#include "ledger/store.h"
#include "os/os.h"

#define ROUND_LEAVES 1024             /* a round takes at most so many ... */
#define BATCH_LEAVES 256              /* ... and begins when so many wait, ... */
#define BATCH_US     INT64_C(250000)  /* ... or when the first has waited so long */
#define LOOK_US      INT64_C(1000000) /* without any news */
#define RETRY_US     INT64_C(2000000) /* after a failure that may pass */
#define FAILURES_MAX 6                /* ten seconds of failures: an alarm */

struct integrator {
    struct ledger *ledger;
    struct writer *writer;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stop;
    int64_t first_news_us; /* when the first leaf that is not integrated was committed, 0 for none */
    int64_t next_idx;      /* committed leaves end before it */
    int64_t done_idx;      /* integrated leaves end before it */

    struct tree_range range; /* of what is integrated */
    bool range_known;
    bool keys_known;    /* ledger_vkey is what the signer has */
    int failures;       /* rounds in a row that failed */
    int64_t leaf_at_ms; /* wall clock when the last leaf was seen */
};

/* ---- a round's result, and the work that stores it ---- */

struct round {
    struct arena arena;
    const struct ledger_log *log;
    struct tree_range range; /* after it */
    struct tile_grown *tiles;
    size_t n_tiles;
    struct bytes note;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t ended;
    bool done;
    int result;
};

static int run_store(struct tx *tx, void *arg)
{
    const struct round *r = arg;
    struct tree_hash root = tree_range_root(&r->range);
    const char *note = arena_text_n(tx->arena, (const char *)r->note.p, r->note.n);
    int e;

    e = store_tiles_write(tx->db, r->log, r->tiles, r->n_tiles);
    if (e < 0)
        return e;
    return db_send(tx->db, &q_checkpoint_add, V(r->log->first + (int64_t)r->range.size),
                   V(((struct bytes){.p = root.v, .n = TREE_HASH})), V(note), V(tx->now));
}

static void store_ended(void *arg, int result)
{
    struct round *r = arg;

    BUG_IF(pthread_mutex_lock(&r->lock) != 0);
    r->done = true;
    r->result = result;
    BUG_IF(pthread_cond_signal(&r->ended) != 0);
    BUG_IF(pthread_mutex_unlock(&r->lock) != 0);
}

/* As a slice, behind the quick works. */
static int store(struct integrator *i, struct round *r)
{
    struct work work = {.run = run_store, .done = store_ended, .arg = r, .slice = true};
    int e;

    e = writer_submit(i->writer, &work);
    if (e < 0)
        return e;
    BUG_IF(pthread_mutex_lock(&r->lock) != 0);
    while (!r->done)
        BUG_IF(pthread_cond_wait(&r->ended, &r->lock) != 0);
    BUG_IF(pthread_mutex_unlock(&r->lock) != 0);
    return r->result;
}

/* ---- reading ---- */

static int know_range(struct integrator *i)
{
    struct ledger *l = i->ledger;
    int64_t tiled;
    struct arena a;
    int e;

    if (i->range_known)
        return 0;
    tiled = store_tiled(l->db, ledger_running(l));
    if (tiled < 0)
        return (int)tiled;
    arena_init(&a, 1 * MB);
    e = tree_range_load(&store_tiles(&a, l->db, ledger_running(l), tiled)->source, (uint64_t)tiled, &i->range);
    arena_finish(&a);
    i->range_known = e == 0;
    return e;
}

/* Hashes of the leaves that are not integrated yet, at most `max`; how many. */
static int64_t read_leaves(struct ledger *l, int64_t from, int64_t max, struct arena *a, struct tree_hash *ret)
{
    const struct ledger_log *log = ledger_running(l);
    AUTO_ROWS struct rows rows;
    int64_t n = 0;
    int e;

    e = db_select(&rows, l->db, &q_hashes, V(log->first + from), V(INT64_MAX), V(max));
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        struct bytes b = rows_bytes(&rows, a, 1);

        if (rows_int(&rows, 0) != log->first + from + n || b.n != TREE_HASH)
            return E_STORAGE;
        memcpy(ret[n++].v, b.p, TREE_HASH);
    }
    return e < 0 ? e : n;
}

/* Reads leaves and grows the tiles: how many leaves. */
static int64_t prepare(struct integrator *i, struct round *r, int64_t max)
{
    struct ledger *l = i->ledger;
    struct tree_hash *leaves = arena_array(&r->arena, (size_t)max, struct tree_hash);
    int64_t n;
    int e;

    e = know_range(i);
    if (e < 0)
        return e;
    r->log = ledger_running(l);
    r->range = i->range;
    n = read_leaves(l, (int64_t)i->range.size, max, &r->arena, leaves);
    if (n <= 0)
        return n;
    for (int64_t k = 0; k < n; k++)
        tree_range_add(&r->range, &leaves[k]);
    e = tile_grow(&r->arena, &store_tiles(&r->arena, l->db, r->log, (int64_t)i->range.size)->source, leaves, (size_t)n,
                  &r->tiles, &r->n_tiles);
    return e < 0 ? e : n;
}

/* ---- signing ---- */

static int sign(struct ledger *l, struct round *r)
{
    const struct signer_ask ask = {.word = SIGNER_SIGN, .size = r->range.size, .root = tree_range_root(&r->range)};
    struct signer_answer answer;
    int e;

    e = signer_call(l->signer, &ask, &answer);
    if (e == E_STATE)
        ledger_hold(l, "the signer refused: it has signed another tree");
    if (e == E_HOLD)
        ledger_hold(l, "the signer has no state file");
    if (e < 0)
        return e;
    if (answer.size != ask.size || !tree_hash_eq(&answer.root, &ask.root) || strcmp(answer.origin, r->log->origin) != 0) {
        ledger_hold(l, "the signer's key belongs to another log");
        return E_HOLD;
    }
    return signer_note(&r->arena, &answer, &r->note);
}

/* ---- the leaves that the ledger makes itself ---- */

static int append_tick(struct tx *tx, void *arg)
{
    const struct ledger_leaf leaf = {.t = "ledger", .rec = "ledger/tick", .op = LEAF_TICK, .tx = tx->number};
    struct ledger_receipt receipt;

    (void)arg; /* a tick says nothing but that the log lives */
    return ledger_append(tx, &leaf, &receipt);
}

static int append_key(struct tx *tx, const char *vkey, const char *what)
{
    const struct ledger_column columns[] = {
        {.name = "state", .value = what, .is_public = true},
        {.name = "vkey", .value = vkey, .is_public = true},
    };
    const struct ledger_leaf leaf = {
        .t = "ledger", .rec = "ledger/key", .op = LEAF_KEY, .columns = columns, .n = ARRAY_LEN(columns), .tx = tx->number};
    struct ledger_receipt receipt;

    return ledger_append(tx, &leaf, &receipt);
}

struct vkeys {
    char text[SIGNER_KEYS][NOTE_VKEY]; /* what the signer has */
    size_t n;
    bool known[SIGNER_KEYS];
};

/* Marks those that the table has; ends, in the table and in the log, what the signer has no more. */
static int compare_vkeys(struct tx *tx, struct vkeys *v)
{
    AUTO_ROWS struct rows rows;
    int e;

    memset(v->known, 0, sizeof v->known);
    e = db_select(&rows, tx->db, &q_vkeys);
    while (e >= 0 && (e = rows_next(&rows)) > 0) {
        const char *vkey = rows_text(&rows, tx->arena, 0);
        bool in_use = false;

        for (size_t i = 0; i < v->n; i++) {
            if (strcmp(v->text[i], vkey) == 0)
                v->known[i] = in_use = true;
        }
        if (in_use || !rows_null(&rows, 2))
            continue;
        e = append_key(tx, vkey, "end");
        if (e == 0)
            e = db_send(tx->db, &q_vkey_end, V(vkey), V(tx->now));
    }
    return e < 0 ? e : 0;
}

static int log_vkeys(struct tx *tx, void *arg)
{
    struct vkeys *v = arg;
    int e;

    e = compare_vkeys(tx, v);
    for (size_t i = 0; i < v->n && e == 0; i++) {
        if (v->known[i])
            continue;
        e = append_key(tx, v->text[i], "begin");
        if (e == 0)
            e = db_send(tx->db, &q_vkey_add, V((const char *)v->text[i]), V(tx->now));
    }
    return e;
}

/* Every key that signs is named in the log itself, the first one in leaf 0. */
static int know_keys(struct integrator *i)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct signer_answer answer;
    struct vkeys v = {0};
    int e;

    if (i->keys_known)
        return 0;
    e = signer_call(i->ledger->signer, &ask, &answer);
    if (e < 0)
        return e;
    for (v.n = 0; v.n < answer.n_keys; v.n++) {
        struct note_vkey key;

        signer_vkey(&answer, v.n, &key);
        note_vkey_text(&key, v.text[v.n]);
    }
    e = writer_do(i->writer, log_vkeys, &v);
    i->keys_known = e == 0;
    return e;
}

static int tick_if_quiet(struct integrator *i)
{
    int64_t now = os_now().v;

    if (i->leaf_at_ms == 0 || i->leaf_at_ms > now)
        i->leaf_at_ms = now;
    if (now - i->leaf_at_ms < i->ledger->tick_ms)
        return 0;
    i->leaf_at_ms = now;
    return writer_do(i->writer, append_tick, NULL);
}

/* ---- rounds ---- */

/* What was signed before a crash may lie further than a round goes: then this one goes so far. */
static int64_t round_max(struct integrator *i)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct signer_answer answer;
    int64_t ahead;

    if (i->range_known || signer_call(i->ledger->signer, &ask, &answer) < 0 || know_range(i) < 0)
        return ROUND_LEAVES;
    ahead = (int64_t)answer.size - (int64_t)i->range.size;
    return ahead > ROUND_LEAVES ? ahead : ROUND_LEAVES;
}

/* Reads on a snapshot: how many leaves the round has. A reader that failed is opened again next time. */
static int64_t read_round(struct integrator *i, struct round *r)
{
    struct ledger *l = i->ledger;
    int64_t n;
    int e = 0;

    if (l->db == NULL)
        e = db_open(l->address, DB_READ, &l->db);
    if (e == 0)
        e = db_snapshot_begin(l->db);
    if (e == 0) {
        n = prepare(i, r, round_max(i));
        db_snapshot_end(l->db);
    } else {
        n = e;
    }
    if (n < 0) {
        db_close(l->db);
        l->db = NULL;
        i->range_known = false;
    }
    return n;
}

static int run_round(struct integrator *i, struct round *r)
{
    int64_t n = read_round(i, r);
    int e;

    if (n == 0)
        return tick_if_quiet(i);
    if (n < 0)
        return (int)n;

    e = sign(i->ledger, r);
    if (e == 0)
        e = store(i, r);
    i->range_known = e == 0;
    if (e < 0)
        return e;
    i->range = r->range;
    i->leaf_at_ms = os_now().v;
    return 1;
}

static int round_once(struct integrator *i)
{
    struct round r = {.lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};
    int e;

    if (atomic_load(&i->ledger->mode) != LEDGER_RUNS)
        return 0;
    e = know_keys(i);
    if (e < 0)
        return e;
    arena_init(&r.arena, 64 * MB);
    e = run_round(i, &r);
    arena_finish(&r.arena);
    return e;
}

int ledger_integrate(struct ledger *l, struct writer *w)
{
    struct integrator i = {.ledger = l, .writer = w};

    BUG_IF(l->integrating);
    return round_once(&i);
}

/* ---- the thread ---- */

void integrator_wake(struct integrator *i, int64_t next_idx)
{
    if (i == NULL)
        return;
    BUG_IF(pthread_mutex_lock(&i->lock) != 0);
    i->next_idx = next_idx;
    if (next_idx > i->done_idx && i->first_news_us == 0)
        i->first_news_us = os_monotonic_us();
    BUG_IF(pthread_cond_signal(&i->news) != 0);
    BUG_IF(pthread_mutex_unlock(&i->lock) != 0);
}

/* When the next round is due; the lock is held. */
static int64_t due_us(const struct integrator *i, int64_t now)
{
    if (i->first_news_us == 0)
        return now + LOOK_US;
    return i->next_idx - i->done_idx >= BATCH_LEAVES ? now : i->first_news_us + BATCH_US;
}

static void wait_until(struct integrator *i, int64_t us)
{
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    int e = pthread_cond_timedwait(&i->news, &i->lock, &t);

    BUG_IF(e != 0 && e != ETIMEDOUT);
}

/* Waits for a reason to begin a round: news that are old or many enough, or LOOK_US. False to stop. */
static bool wait_for_news(struct integrator *i, int64_t not_before_us)
{
    int64_t now = os_monotonic_us(), look = now + LOOK_US;
    bool go_on;

    BUG_IF(pthread_mutex_lock(&i->lock) != 0);
    while (!i->stop) {
        int64_t due = due_us(i, now);

        if (due > look)
            due = look;
        if (due < not_before_us)
            due = not_before_us;
        if (due <= now)
            break;
        wait_until(i, due);
        now = os_monotonic_us();
    }
    i->first_news_us = 0;
    go_on = !i->stop;
    BUG_IF(pthread_mutex_unlock(&i->lock) != 0);
    return go_on;
}

static void note_done(struct integrator *i)
{
    BUG_IF(pthread_mutex_lock(&i->lock) != 0);
    i->done_idx = ledger_running(i->ledger)->first + (int64_t)i->range.size;
    if (i->next_idx > i->done_idx && i->first_news_us == 0)
        i->first_news_us = os_monotonic_us();
    BUG_IF(pthread_mutex_unlock(&i->lock) != 0);
}

/* Alarms when leaves have waited for too long; once, until a round succeeds. */
static void note_failure(struct integrator *i, int e)
{
    i->failures = e < 0 ? i->failures + 1 : 0;
    if (i->failures == FAILURES_MAX)
        ledger_alarm(i->ledger, "no checkpoint could be made for ten seconds");
}

static void *run(void *arg)
{
    struct integrator *i = arg;
    int64_t not_before;
    int e;

    do {
        do {
            e = round_once(i);
            note_done(i);
        } while (e > 0);
        note_failure(i, e);
        not_before = e < 0 ? os_monotonic_us() + RETRY_US : 0;
    } while (wait_for_news(i, not_before));

    while (round_once(i) > 0)
        ;
    return NULL;
}

int ledger_start(struct ledger *l, struct writer *w)
{
    struct integrator *i;
    pthread_condattr_t attr;

    BUG_IF(l->integrator != NULL);
    i = calloc(1, sizeof *i);
    if (i == NULL)
        memory_gone(sizeof *i);
    i->ledger = l;
    i->writer = w;
    BUG_IF(pthread_mutex_init(&i->lock, NULL) != 0 || pthread_condattr_init(&attr) != 0);
    BUG_IF(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 || pthread_cond_init(&i->news, &attr) != 0);
    BUG_IF(pthread_condattr_destroy(&attr) != 0);
    if (pthread_create(&i->thread, NULL, run, i) != 0) {
        free(i);
        return E_SYSTEM;
    }
    l->integrator = i;
    l->integrating = true;
    return 0;
}

void ledger_stop(struct ledger *l)
{
    struct integrator *i = l->integrator;

    if (!l->integrating)
        return;
    BUG_IF(pthread_mutex_lock(&i->lock) != 0);
    i->stop = true;
    BUG_IF(pthread_cond_signal(&i->news) != 0);
    BUG_IF(pthread_mutex_unlock(&i->lock) != 0);
    BUG_IF(pthread_join(i->thread, NULL) != 0);
    l->integrating = false;
}

void integrator_free(struct integrator *i)
{
    if (i == NULL)
        return;
    (void)pthread_cond_destroy(&i->news); /* nobody waits any more */
    (void)pthread_mutex_destroy(&i->lock);
    free(i);
}
