/*
 * pdf_finish.h: makes of what cairo drew a document that lasts: PDF/A-3b, with the proof attached, and signed.
 *
 * Everything is appended in one incremental update; not a byte of the drawing changes. What a person wrote appears
 * only in the properties: as UTF-16 in hex strings and escaped in XML, so no text can become syntax. There are no actions,
 * no scripts, no links, and no attached file but the proof.
 *
 * Not for: drawing (pdf.h), the certificate's trust (who reads decides whom to trust).
 */
#ifndef UI_PDF_FINISH_H
#define UI_PDF_FINISH_H

#include "base/arena.h"
#include "ui/req.h"

/*
 * Gets the bytes that the signature covers and returns a CMS signature over them, DER, detached. Called once. A remote
 * service may stand behind it; pdf_sign.h has one with a key of our own.
 */
typedef int (*pdf_sign_fn)(void *arg, struct arena *a, struct bytes covered, struct bytes *ret_cms);

struct pdf_finish {
    const char *title;
    const char *author;  /* the government */
    const char *subject; /* NULL for none */
    enum lang lang;
    instant created;
    struct bytes proof; /* the .tlog-proof; p NULL for none */

    pdf_sign_fn sign; /* NULL: without a signature */
    void *sign_arg;
    const char *signed_by; /* name in the signature's properties */
    instant signed_at;
    size_t sign_room; /* bytes kept for the CMS; 0 is 12 KB */
};

#define PDF_PROOF_NAME "proof.tlog-proof"

/*
 * `drawn` as pdf_end() made it. E_FORMAT when it is no such file or was finished before, E_LIMIT over 8 MB or when the
 * signature needs more room; otherwise what `sign` said. The result lives in `a`.
 */
MUST_USE int pdf_finish(struct arena *a, struct bytes drawn, const struct pdf_finish *f, struct bytes *ret);

#endif
