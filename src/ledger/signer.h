/*
 * signer.h: the process that holds the log's key, and the server's way to ask it.
 *
 * The signer gets a size and a root, never an entry. It signs only forward: before a signature leaves it, the new size
 * and root stand in the state file, fsynced. So whoever holds the server cannot make it sign an older tree or a second
 * one of the same size, and a restored backup shows itself at the first start.
 *
 * Not for: deciding when a checkpoint is due (integrate.c), cosigning other logs (witness).
 */
#ifndef LEDGER_SIGNER_H
#define LEDGER_SIGNER_H

#include "base/arena.h"
#include "base/base.h"
#include "ledger/note.h"
#include "ledger/tree.h"

#define LEDGER_KEY_FILE   "ledger.key"   /* private key, mode 0600; during a rotation the old and the new, a line each */
#define LEDGER_STATE_FILE "ledger.state" /* size and root of the newest signed checkpoint; in no backup */

#define SIGNER_KEYS 2u

enum signer_word {
    SIGNER_STATE = 1, /* what is the newest that you signed, and with which keys? */
    SIGNER_SIGN = 2,  /* sign this */
};

/* The messages, in the machine's own byte order: both ends are the same program on the same machine. */
struct signer_ask {
    uint32_t word;
    uint32_t zero;
    uint64_t size;
    struct tree_hash root;
};

struct signer_answer {
    int32_t result; /* 0; E_STATE: backwards or sideways; E_HOLD: no state file; E_STORAGE: the state cannot be written */
    uint32_t n_keys;
    uint64_t size; /* of the state */
    struct tree_hash root;
    char origin[NOTE_NAME];
    struct {
        uint8_t pub[32];
        uint8_t sig[64]; /* of SIGNER_SIGN */
    } key[SIGNER_KEYS];
};

/*
 * Serves `fd`, one end of a socket pair, until the other end closes: 0; or E_FORMAT for broken keys or messages, E_STORAGE
 * for a file that cannot be read. The key file is read from key_fd once; of state_dir only LEDGER_STATE_FILE is touched.
 */
MUST_USE int signer_main(int fd, int key_fd, int state_dir);

/* Server's side: one question, one answer, at most 10 s. E_BUSY when the signer is away, else the answer's own result. */
MUST_USE int signer_call(int fd, const struct signer_ask *ask, struct signer_answer *ret);

/* The i-th public key of an answer. */
void signer_vkey(const struct signer_answer *answer, size_t i, struct note_vkey *ret);

/* The note that an answer to SIGNER_SIGN makes. The signatures are verified: a signer that errs is E_SYSTEM. */
MUST_USE int signer_note(struct arena *a, const struct signer_answer *answer, struct bytes *ret);

/* New state file at size 0. E_CONFLICT when there is one. */
MUST_USE int signer_state_create(int state_dir, const char *origin);

#endif
