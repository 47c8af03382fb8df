/*
 * signer.c: a loop over questions, the rule of when to sign, and the client's one call.
 *
 * The state file is the text of the newest checkpoint that was signed, without signatures. It is replaced and fsynced
 * before a signature goes out; if the process dies between, the same question gets the same answer again.
 */
#include <sodium.h>

#include "base/text.h"
#include "ledger/signer.h"
#include "os/os.h"
#include "os/pipe.h"

#define KEY_FILE_MAX   (4 * KB)
#define CLIENT_WAIT_MS 10000
#define ANSWER_WAIT_MS 10000

/* All that holds a secret, in locked memory. */
struct secrets {
    struct note_key key[SIGNER_KEYS];
};

struct signer {
    struct secrets *secrets;
    size_t n_keys;
    int state_dir;
    bool has_state;
    struct checkpoint state;
};

/* ---- state file ---- */

static int state_write(int dir, const struct checkpoint *c)
{
    struct arena a;
    struct buf b;
    int e;

    arena_init(&a, 16 * KB);
    buf_init(&b, &a, CHECKPOINT_TEXT);
    checkpoint_write(&b, c);
    e = buf_failed(&b);
    if (e == 0)
        e = os_replace_file(dir, LEDGER_STATE_FILE, b.s, b.n, 0600);
    arena_finish(&a);
    return e;
}

/* A missing file is no error: the answer to every question will be E_HOLD. */
static int state_read(struct signer *s)
{
    AUTO_CLOSE int fd = os_open_if_there(s->state_dir, LEDGER_STATE_FILE);
    struct bytes b;
    struct arena a;
    int e;

    if (fd <= 0)
        return fd < 0 ? fd : 0;
    arena_init(&a, 16 * KB);
    e = os_read_all(fd, &a, CHECKPOINT_TEXT, &b);
    if (e >= 0)
        e = checkpoint_parse(&a, b, &s->state);
    if (e >= 0 && strcmp(s->state.origin, s->secrets->key[0].v.name) != 0)
        e = E_FORMAT;
    arena_finish(&a);
    s->has_state = e >= 0;
    return e < 0 ? e : 0;
}

int signer_state_create(int state_dir, const char *origin)
{
    struct checkpoint c = {.root = tree_empty()};
    AUTO_CLOSE int fd = os_open_if_there(state_dir, LEDGER_STATE_FILE);

    if (fd != 0)
        return fd < 0 ? fd : E_CONFLICT;
    if (!note_name_ok(origin))
        return E_INPUT;
    memcpy(c.origin, origin, strlen(origin) + 1);
    return state_write(state_dir, &c);
}

/* ---- keys ---- */

/* Lines of the key file, taken apart where they stand. */
static int keys_parse(struct signer *s, char *text)
{
    struct note_key *key = s->secrets->key;

    while (*text != '\0') {
        char *end = strchr(text, '\n');

        if (end == NULL || s->n_keys == SIGNER_KEYS)
            return E_FORMAT;
        *end = '\0';
        if (note_key_parse(text, &key[s->n_keys]) < 0 || key[s->n_keys].v.alg != NOTE_ED25519)
            return E_FORMAT;
        if (strcmp(key[s->n_keys].v.name, key[0].v.name) != 0)
            return E_FORMAT;
        s->n_keys++;
        text = end + 1;
    }
    return s->n_keys == 0 ? E_FORMAT : 0;
}

static int keys_read(struct signer *s, int fd)
{
    struct arena a;
    struct bytes b;
    char *text;
    int e;

    arena_init(&a, 16 * KB);
    e = os_read_all(fd, &a, KEY_FILE_MAX, &b);
    if (e >= 0) {
        text = arena_text_n(&a, (const char *)b.p, b.n);
        e = keys_parse(s, text);
        explicit_bzero(text, b.n);
        explicit_bzero((void *)(uintptr_t)b.p, b.n);
    }
    arena_finish(&a);
    return e < 0 ? e : 0;
}

/* ---- answering ---- */

/* May (size, root) be signed? Only what is ahead of the state, or the state itself again. */
static int judge(const struct signer *s, const struct signer_ask *ask)
{
    if (!s->has_state)
        return E_HOLD;
    if (ask->size > s->state.size && ask->size <= TREE_SIZE)
        return 0;
    return ask->size == s->state.size && tree_hash_eq(&ask->root, &s->state.root) ? 0 : E_STATE;
}

/* Moves the state forward, durably. */
static int advance(struct signer *s, const struct signer_ask *ask)
{
    struct checkpoint next = s->state;
    int e;

    if (ask->size == s->state.size)
        return 0;
    next.size = ask->size;
    next.root = ask->root;
    e = state_write(s->state_dir, &next);
    if (e < 0)
        return e;
    s->state = next;
    return 0;
}

static void sign_state(const struct signer *s, struct signer_answer *ret)
{
    struct arena a;
    struct note_sig sig;
    struct buf text, line;

    arena_init(&a, 64 * KB);
    buf_init(&text, &a, CHECKPOINT_TEXT);
    checkpoint_write(&text, &s->state);
    for (size_t i = 0; i < s->n_keys; i++) {
        buf_init(&line, &a, 2 * NOTE_VKEY);
        note_sign(&s->secrets->key[i], buf_bytes(&text), 0, &line);
        line.s[line.n - 1] = '\0'; /* its newline */
        BUG_IF(note_sig_parse(&a, line.s, &sig) < 0 || sig.sig.n != sizeof ret->key[i].sig);
        memcpy(ret->key[i].sig, sig.sig.p, sig.sig.n);
    }
    arena_finish(&a);
}

static void answer(struct signer *s, const struct signer_ask *ask, struct signer_answer *ret)
{
    *ret = (struct signer_answer){.n_keys = (uint32_t)s->n_keys};
    memcpy(ret->origin, s->secrets->key[0].v.name, sizeof ret->origin);
    for (size_t i = 0; i < s->n_keys; i++)
        memcpy(ret->key[i].pub, s->secrets->key[i].v.pub, sizeof ret->key[i].pub);

    ret->result = s->has_state ? 0 : E_HOLD;
    if (ask->word == SIGNER_SIGN) {
        ret->result = judge(s, ask);
        if (ret->result == 0)
            ret->result = advance(s, ask);
        if (ret->result == 0)
            sign_state(s, ret);
    }
    ret->size = s->state.size;
    ret->root = s->state.root;
}

/* 1 a question was answered, 0 the other end has closed. */
static int serve_one(struct signer *s, int fd, struct arena *a)
{
    const struct pipe_want want = {.body_max = sizeof(struct signer_ask), .timeout_ms = PIPE_FOREVER};
    struct signer_answer out;
    struct signer_ask ask;
    struct pipe_msg m;
    int e;

    e = pipe_receive(fd, &want, a, &m);
    if (e <= 0)
        return e;
    if (m.body.n != sizeof ask)
        return E_FORMAT;
    memcpy(&ask, m.body.p, sizeof ask);
    if ((ask.word != SIGNER_STATE && ask.word != SIGNER_SIGN) || m.kind != ask.word)
        return E_FORMAT;

    answer(s, &ask, &out);
    m = (struct pipe_msg){.kind = m.kind, .body = {.p = (const uint8_t *)&out, .n = sizeof out}};
    e = pipe_send(fd, &m, ANSWER_WAIT_MS);
    if (e == E_STATE)
        return 0;
    return e < 0 ? e : 1;
}

int signer_main(int fd, int key_fd, int state_dir)
{
    struct signer s = {.state_dir = state_dir, .secrets = os_secret_alloc(sizeof *s.secrets)};
    struct arena a;
    int e;

    BUG_IF(sodium_init() < 0);
    arena_init(&a, 64 * KB);
    e = keys_read(&s, key_fd);
    if (e == 0)
        e = state_read(&s);
    if (e == 0) {
        do {
            arena_reset(&a);
            e = serve_one(&s, fd, &a);
        } while (e > 0);
    }
    arena_finish(&a);
    os_secret_free(s.secrets);
    return e;
}

/* ---- client ---- */

int signer_call(int fd, const struct signer_ask *ask, struct signer_answer *ret)
{
    const struct pipe_want want = {.body_max = sizeof *ret, .timeout_ms = CLIENT_WAIT_MS};
    struct pipe_msg m = {.kind = (uint16_t)ask->word, .body = {.p = (const uint8_t *)ask, .n = sizeof *ask}};
    struct arena a;
    int e;

    arena_init(&a, 64 * KB);
    e = pipe_send(fd, &m, CLIENT_WAIT_MS);
    if (e == 0)
        e = pipe_receive(fd, &want, &a, &m);
    if (e == 1 && m.body.n == sizeof *ret)
        memcpy(ret, m.body.p, sizeof *ret);
    else
        e = E_BUSY;
    arena_finish(&a);
    if (e < 0)
        return e;
    if (ret->n_keys == 0 || ret->n_keys > SIGNER_KEYS || memchr(ret->origin, 0, sizeof ret->origin) == NULL ||
        !note_name_ok(ret->origin))
        return E_SYSTEM;
    return ret->result;
}

void signer_vkey(const struct signer_answer *answer, size_t i, struct note_vkey *ret)
{
    BUG_IF(i >= answer->n_keys);
    note_vkey_make(answer->origin, NOTE_ED25519, answer->key[i].pub, ret);
}

int signer_note(struct arena *a, const struct signer_answer *answer, struct bytes *ret)
{
    struct checkpoint c = {.size = answer->size, .root = answer->root};
    struct bytes text;
    struct buf b;

    memcpy(c.origin, answer->origin, sizeof c.origin);
    buf_init(&b, a, NOTE_MAX);
    checkpoint_write(&b, &c);
    text = arena_bytes(a, b.s, b.n);
    buf_byte(&b, '\n');
    for (size_t i = 0; i < answer->n_keys; i++) {
        struct note_vkey v;
        struct note_sig sig;
        int64_t at;

        signer_vkey(answer, i, &v);
        sig = (struct note_sig){.name = v.name, .id = v.id, .sig = {.p = answer->key[i].sig, .n = 64}};
        if (note_sig_verify(&sig, &v, text, &at) < 0)
            return E_SYSTEM;
        note_sig_write(&b, &sig);
    }
    *ret = buf_bytes(&b);
    return buf_failed(&b);
}
