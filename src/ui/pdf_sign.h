/*
 * pdf_sign.h: signatures in documents: making one with a key of our own, and checking one.
 *
 * The form is PAdES baseline B (ETSI EN 319 142-1): a detached CMS with SHA-256 and the certificate's hash as a signed
 * attribute, the time in the document and not in the CMS. A city without a contract for remote signing uses its own key.
 * Checking says what the bytes say; whom to trust is decided by the reader's list of certificates.
 *
 * Not for: the ledger's signatures (ledger/), time stamps, revocation.
 */
#ifndef UI_PDF_SIGN_H
#define UI_PDF_SIGN_H

#include "base/arena.h"

/* ---- making ---- */

struct pdf_signer;

/* From PEM: the private key and the certificate, then certificates of its issuers. E_FORMAT when they do not fit together. */
MUST_USE int pdf_signer_read(struct bytes pem, struct pdf_signer **ret);
void pdf_signer_free(struct pdf_signer *s); /* NULL does nothing */

/* The common name of the certificate, for the document; lives in `a`. */
const char *pdf_signer_name(const struct pdf_signer *s, struct arena *a);

/* A pdf_sign_fn; `signer` is a struct pdf_signer. E_SYSTEM when OpenSSL refuses. */
MUST_USE int pdf_signer_sign(void *signer, struct arena *a, struct bytes covered, struct bytes *ret_cms);

/* ---- checking: the bytes may be hostile ---- */

struct pdf_seal {
    bool present;            /* is there a signature at all? */
    bool covers_all;         /* nothing was added to the file after it */
    bool intact;             /* the signature fits the bytes it covers and the certificate in it */
    const char *name;        /* common name of the certificate, as it says itself; NULL for none */
    uint8_t certificate[32]; /* SHA-256 of the certificate (DER), to compare with those one trusts */
};

/*
 * The last signature of a document. The CMS is taken from the very gap that its range leaves out, so nothing can stand
 * there unsigned. E_FORMAT for what is no PDF, or a signature that breaks these rules.
 */
MUST_USE int pdf_seal_read(struct arena *a, struct bytes file, struct pdf_seal *ret);

/* The attached proof; p is NULL when there is none. E_FORMAT when it is damaged; E_LIMIT over 1 MB. Borrows from `file`. */
MUST_USE int pdf_proof_read(struct bytes file, struct bytes *ret);

#endif
