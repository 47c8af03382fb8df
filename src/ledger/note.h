/*
 * note.h: signed notes, their keys, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
 *
 * Pure: signs and verifies bytes with keys it is given. Parsing is strict: one spelling only, or E_FORMAT.
 *
 * Not for: which signatures are enough (policy.h), the rule of when to sign (signer.h).
 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "ledger/tree.h"

#define NOTE_MAX  (64 * KB)
#define NOTE_SIGS 32u
#define NOTE_NAME 256u /* bytes of a key name, its NUL included */
#define NOTE_VKEY 512u /* longest vkey or private key text, its NUL included */

enum note_alg {
    NOTE_ED25519 = 1,     /* a log's signature over the text itself */
    NOTE_COSIGNATURE = 4, /* a witness's, Ed25519, with a time */
    NOTE_ML_DSA_44 = 6,   /* known by name only: such a key is refused, such a line in a note is ignored */
};

/* A public key. */
struct note_vkey {
    char name[NOTE_NAME];
    uint32_t id;
    enum note_alg alg;
    uint8_t pub[32];
};

/* A private key. Keep it in os_secret_alloc() memory outside of tests. */
struct note_key {
    struct note_vkey v;
    uint8_t secret[64]; /* seed and public key, libsodium's form */
};

/* Not empty, no Unicode white space, no control character, no '+', valid UTF-8, shorter than NOTE_NAME. */
bool note_name_ok(const char *name);

/* NAME+hex8+BASE64. E_FORMAT also when the id is not the hash of the rest, or the algorithm is none of ours. */
MUST_USE int note_vkey_parse(const char *s, struct note_vkey *ret);
void note_vkey_text(const struct note_vkey *v, char ret[NOTE_VKEY]);

/* From its parts. The name must be one (BUG_IF). */
void note_vkey_make(const char *name, enum note_alg alg, const uint8_t pub[32], struct note_vkey *ret);

/* PRIVATE+KEY+NAME+hex8+BASE64. The texts hold the seed: the caller wipes them, nothing else is left behind. */
MUST_USE int note_key_parse(const char *s, struct note_key *ret);
void note_key_text(const struct note_key *k, char ret[NOTE_VKEY]);

/* From a seed of 32 bytes. E_INPUT for a name that is none. */
MUST_USE int note_key_make(const char *name, enum note_alg alg, const uint8_t seed[32], struct note_key *ret);

/* ---- notes ---- */

struct note_sig {
    const char *name;
    uint32_t id;
    struct bytes sig; /* what follows the id */
};

struct note {
    struct bytes text; /* ends with a newline; points into the parsed bytes */
    const struct note_sig *sigs;
    size_t n;
};

MUST_USE int note_parse(struct arena *a, struct bytes b, struct note *ret);

/* One signature line, "— NAME BASE64\n". Not a whole note. */
MUST_USE int note_sig_parse(struct arena *a, const char *line, struct note_sig *ret);
void note_sig_write(struct buf *out, const struct note_sig *s);

/* What one key said about a note. */
struct note_seen {
    bool good;
    int64_t at; /* of a cosignature: UTC seconds, the latest if there are several */
};

/*
 * Compares all signatures with all keys. E_FORMAT when a known (name, id) has a bad signature, however many good ones
 * there are. Else how many keys have signed; ret[i] belongs to keys[i].
 */
MUST_USE int note_verify(const struct note *n, const struct note_vkey *keys, size_t n_keys, struct note_seen *ret);

/* Is this one signature of this key over this text good? The time goes to *ret_at (0 for a log's). 0 or E_FORMAT. */
MUST_USE int note_sig_verify(const struct note_sig *s, const struct note_vkey *key, struct bytes text, int64_t *ret_at);

/* Appends a signature line over `text`. `at`, UTC seconds, counts for a cosignature key only. */
void note_sign(const struct note_key *k, struct bytes text, int64_t at, struct buf *out);

/* ---- checkpoints ---- */

struct checkpoint {
    char origin[NOTE_NAME];
    uint64_t size;
    struct tree_hash root;
};

#define CHECKPOINT_TEXT (NOTE_NAME + 96u) /* longest text, its NUL included */

/* Exactly three lines. E_FORMAT else; also for a size of 0 with another root than the empty tree's. */
MUST_USE int checkpoint_parse(struct arena *a, struct bytes text, struct checkpoint *ret);
void checkpoint_write(struct buf *out, const struct checkpoint *c);

#endif
