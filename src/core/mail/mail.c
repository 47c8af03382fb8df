/*
 * mail.c: see mail.h.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "core/auth/secretbox.h"
#include "core/mail/mail.h"
#include "core/mail/message.h"
#include "core/notice/digest.h"
#include "core/user/admin.h"
#include "engine/mailer.h"
#include "engine/row.h"
#include "os/os.h"
#include "ui/lang.h"

#define KIND        "mail"
#define ARGS_MAX    ((size_t)8 * KB)
#define ID_BYTES    16
#define AWAY_MS     30000
#define UNSET_MS    (INT64_C(600) * 1000)
#define READER_WAIT 1000 /* ms */

bool mail_is_set_up(const struct app *app)
{
    return app->mail != NULL;
}

/* ---- into the outbox ---- */

static const char *seal_place(struct arena *a, const char *key)
{
    return text_printf(a, "mail/%s", key);
}

static int seal(const struct app *app, struct arena *a, const char *key, const char *secret, const char **ret)
{
    struct bytes sealed;
    int e = secretbox_seal(core_of(app)->keyring, seal_place(a, key), (struct bytes){(const uint8_t *)secret, strlen(secret)},
                           a, &sealed);

    if (e == 0)
        *ret = base64_text(a, sealed.p, sealed.n);
    return e;
}

int mail_queue(struct tx *tx, const struct mail *m)
{
    struct arena *a = tx->arena;
    const char *key = m->key != NULL ? m->key : text_printf(a, "%" PRId64, os_new_id()), *sealed = NULL;
    struct json_out j;
    struct buf out;
    size_t i;
    int e = 0;

    if (m->secret != NULL)
        e = seal(tx->app, a, key, m->secret, &sealed);
    if (e < 0)
        return e;
    buf_init(&out, a, ARGS_MAX);
    json_out_init(&j, &out);
    json_out_object(&j);
    json_put_int(&j, "user", m->user);
    json_put_text(&j, "to", m->to);
    json_put_text(&j, "word", m->word);
    json_put_array(&j, "args");
    for (i = 0; i < MAIL_ARGS; i++)
        json_out_text(&j, m->args[i] != NULL ? m->args[i] : "");
    json_out_end(&j);
    json_put_text(&j, "path", m->path);
    json_put_text(&j, "secret", sealed);
    json_put_text(&j, "lang", lang_code(m->lang));
    json_put_int(&j, "until", m->until.v);
    json_out_end(&j);
    e = json_out_done(&j);
    return e < 0 ? e : outbox_add(tx, KIND, key, out.s);
}

/* ---- out of it ---- */

struct letter {
    struct mail mail;
    const char *key;
    struct app_user user;
    const char *to;
    enum lang lang;
    const char *text; /* that was made for it; NULL: the words of the mail */
    instant made;
};

static int read_args(struct arena *a, const char *args, struct mail *ret)
{
    const struct json_in *in, *list;
    const char *lang = NULL;
    size_t i;
    int e = json_read(a, args, strlen(args), ARGS_MAX, &in, NULL);

    if (e < 0)
        return e;
    *ret = (struct mail){0};
    if (json_get_int(in, "user", 1, INT64_MAX, &ret->user) != 1 || json_get_text(in, "word", &ret->word) != 1 ||
        json_get_array(in, "args", &list) != 1 || list->n != MAIL_ARGS ||
        json_get_int(in, "until", 0, INT64_MAX, &ret->until.v) != 1)
        return E_FORMAT;
    for (i = 0; i < MAIL_ARGS; i++)
        ret->args[i] = list->items[i].text != NULL ? list->items[i].text : "";
    if (json_get_text(in, "to", &ret->to) < 0 || json_get_text(in, "path", &ret->path) < 0 ||
        json_get_text(in, "secret", &ret->secret) < 0 || json_get_text(in, "lang", &lang) < 0)
        return E_FORMAT;
    ret->lang = lang_of(lang);
    return 0;
}

static int unseal(const struct app *app, struct arena *a, const char *key, const char *sealed, const char **ret)
{
    struct bytes bytes, value;
    int e = base64_bytes(a, sealed, &bytes);

    if (e == 0)
        e = secretbox_open(core_of(app)->keyring, seal_place(a, key), bytes, a, &value);
    if (e == 0)
        *ret = arena_text_n(a, (const char *)value.p, value.n);
    return e;
}

/* 1 with the account and where to write, 0 when there is nobody to write to any more. */
static int find_reader(struct app *app, struct arena *a, struct letter *l)
{
    struct db *db;
    int e = pool_take(app->pool, READER_WAIT, &db);

    if (e < 0)
        return E_BUSY;
    e = row_get(db, a, &app_user_entity, 0, l->mail.user, &l->user);
    pool_give(app->pool, db);
    if (e < 0)
        return E_BUSY;
    if (e == 0 || l->user.login == NULL || l->user.disabled || l->user.head.voided_at.v != INSTANT_NONE.v)
        return 0;
    l->to = l->mail.to != NULL ? l->mail.to : user_address(&l->user);
    l->lang = l->user.language.v != NULL ? lang_of(l->user.language.v) : l->mail.lang;
    return l->to != NULL;
}

static const char *word_of(struct arena *a, const struct letter *l, const char *part)
{
    const char *args[MAIL_ARGS];
    size_t i;

    for (i = 0; i < MAIL_ARGS; i++) {
        const char *said = l->mail.args[i][0] == '@' ? lang_text(l->lang, l->mail.args[i] + 1) : NULL;

        args[i] = said != NULL ? said : l->mail.args[i];
    }
    return lang_fill(a, l->lang, text_printf(a, "mail.%s-%s", l->mail.word, part), args, MAIL_ARGS);
}

static bool is_made_late(const struct letter *l)
{
    return text_eq(l->mail.word, DIGEST_WORD);
}

/* 1 with the text, 0 when there is nothing to say any more. */
static int make_text(struct app *app, struct arena *a, struct letter *l)
{
    struct db *db;
    int e;

    if (!is_made_late(l))
        return 1;
    e = pool_take(app->pool, READER_WAIT, &db);
    if (e < 0)
        return E_BUSY;
    e = digest_text(app, db, a, l->user.head.id, l->lang, &l->text, &l->made);
    pool_give(app->pool, db);
    return e;
}

/* The same for each attempt; tells neither the row nor the account. */
static const char *message_id(struct arena *a, const struct app *app, const char *key)
{
    const char *text = text_printf(a, "%s %s %s", app->origin, KIND, key);
    uint8_t hash[HASH_SIZE];

    hash_sha256(text, strlen(text), hash);
    return hex_text(a, hash, ID_BYTES);
}

static int compose(const struct app *app, struct arena *a, const struct letter *l, struct bytes *ret)
{
    const char *text = l->text != NULL ? l->text : word_of(a, l, "text"), *subject = word_of(a, l, "subject");
    const char *secret = "", *name = l->user.name != NULL ? l->user.name : l->user.login, *link, *body;
    const char *args[4];
    struct mail_text t;
    int e = l->mail.secret != NULL ? unseal(app, a, l->key, l->mail.secret, &secret) : 0;

    if (e < 0)
        return e;
    if (text == NULL || subject == NULL)
        return E_STATE;
    link = text_printf(a, "%s%s%s", app->origin, l->mail.path != NULL ? l->mail.path : "/", secret);
    args[0] = name;
    args[1] = text;
    args[2] = link;
    args[3] = app->name;
    body = lang_fill(a, l->lang, "mail.frame", args, ARRAY_LEN(args));
    t = (struct mail_text){.from = app->mail->from,
                           .from_name = app->name,
                           .to = l->to,
                           .to_name = name,
                           .subject = text_printf(a, "%s: %s", app->name, subject),
                           .body = text_printf(a, "%s\n", body),
                           .id = message_id(a, app, l->key),
                           .language = lang_code(l->lang),
                           .at = os_now()};
    return mail_compose(a, &t, ret);
}

/* ---- when the server is away ---- */

/* The process's own: until when nobody asks a mail server that did not answer, so that other effects need not wait for it. */
static struct {
    _Atomic(int64_t) until;
} away;

static int64_t waits(const struct app *app)
{
    int64_t left = atomic_load(&away.until) - os_now().v;

    if (!mail_is_set_up(app))
        return UNSET_MS;
    return left > 0 && left <= AWAY_MS ? left : 0; /* a clock that jumped back ends the wait */
}

static int run(struct app *app, const char *mark, const char *args, struct arena *a)
{
    struct letter l = {.key = mark};
    struct bytes message;
    int e = read_args(a, args, &l.mail);

    if (e < 0)
        return e;
    if (os_now().v > l.mail.until.v)
        return is_made_late(&l) ? 0 : E_STATE; /* the next one says it all */
    e = find_reader(app, a, &l);
    if (e > 0)
        e = make_text(app, a, &l);
    if (e <= 0)
        return e;
    e = compose(app, a, &l, &message);
    if (e == 0)
        e = mailer_send(app, l.to, message);
    if (e == E_BUSY)
        atomic_store(&away.until, os_now().v + AWAY_MS);
    if (e < 0)
        return e;
    log_record(LEVEL_INFO, "mail.sent", LOG_TEXT("word", l.mail.word), LOG_INT("user", l.mail.user));
    if (is_made_late(&l) && digest_sent(app, l.mail.user, l.made) < 0)
        log_record(LEVEL_WARN, "mail.digest", LOG_INT("user", l.mail.user)); /* the next one tells some of it again */
    return 0;
}

static const struct effect_kind effects[] = {{.name = KIND, .run = run, .waits = waits}};

const struct module mail_module = {.name = "mail", .effects = effects, .n_effects = ARRAY_LEN(effects)};
