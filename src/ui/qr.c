/*
 * qr.c: the only file that knows libqrencode.
 */
#include <qrencode.h>

#include "ui/qr.h"

#define TEXT_MAX ((size_t)300) /* version 13 at most; larger codes do not scan from a print of 2 cm */

int qr_make(struct arena *a, const char *text, struct qr *ret)
{
    size_t n = strlen(text);
    uint8_t *dark;
    QRcode *code;

    if (n == 0 || n > TEXT_MAX)
        return E_LIMIT;
    code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        memory_gone(n); /* all other reasons were excluded above */

    n = (size_t)code->width * (size_t)code->width;
    dark = arena_array(a, n, uint8_t);
    for (size_t i = 0; i < n; i++)
        dark[i] = code->data[i] & 1;
    *ret = (struct qr){.width = code->width, .dark = dark};
    QRcode_free(code);
    return 0;
}
