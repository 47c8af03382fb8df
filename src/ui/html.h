/*
 * html.h: the only way text becomes a page.
 *
 * Formats are literals that hold markup; what a format prints is escaped. gcc checks the arguments, and
 * tools/lint_html.py reads every format of the program: attributes quoted, tags complete, no % in script, style or on*,
 * and none in href, src, action or formaction unless its argument is a call of url() or link_to().
 *
 * Not for: words (lang.h), parts of a page (component.h), frames (layout.h).
 */
#ifndef UI_HTML_H
#define UI_HTML_H

#include "ui/req.h"

/*
 * Appends to r->out:
 *
 *     html(r, "<td class=\"num\">%s</td>\n", money_text(...));
 *
 * %s escapes & < > " and ' and prints nothing for NULL. Integers: %d %u and their l, ll, z and j forms, with a width and
 * zeros when wanted (%02d). %c escapes as %s does. %% is a percent sign. Anything else is a broken promise (BUG_IF).
 */
void html(struct req *r, const char *fmt, ...) PRINTF(2, 3);

/*
 * An address of our own, made from a literal that begins with /, ? or # :
 *
 *     html(r, "<a href=\"%s\">", url(r, "/kerja/izin/%s?tab=%s", number, tab));
 *
 * %s is percent-encoded, all but letters, digits and - . _ ~ ; integers as in html(). Before the first ? an argument
 * that is empty, NULL, "." or ".." is printed as "-", so that no value can change which page is meant or leave this
 * host. A slash in a path argument becomes %2F, which the server refuses: put such numbers behind the ?.
 * The result lives in r->arena.
 */
const char *url(struct req *r, const char *fmt, ...) PRINTF(2, 3) __attribute__((returns_nonnull));

/*
 * An address that was made elsewhere, checked before it is printed: an own path (/..., not //... or /\...), ?..., #..., or
 * http:// or https:// with a host. Everything else, and anything with a control character, space or backslash, becomes "#".
 * (Not called link(): that name belongs to POSIX, and libraries in the process would find ours.)
 */
const char *link_to(const char *address) __attribute__((returns_nonnull));

/* Is `path` an own path that a redirect may go to? NULL is not. */
bool own_path(const char *path);

/*
 * Appends bytes that are markup already. The only such door: each use is listed with its reason in tools/lint_html.py,
 * which refuses any other.
 */
void html_raw_reviewed(struct req *r, struct bytes markup);

#endif
