/*
 * pdf_finish.c: reads the tail of cairo's file, appends objects, patches the signature in.
 *
 * cairo 1.16 writes one classic cross-reference table and plain dictionaries; that is all we read. The update replaces two
 * objects, the catalog and (when there is a signature) the first page, by copies with more entries.
 */
#include <inttypes.h>
#include <unistr.h>

#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "ui/lang.h"
#include "ui/pdf_finish.h"
#include "ui/pdf_icc.h"
#include "ui/pdf_syntax.h"

#define FILE_MAX    ((size_t)8 * MB) /* of the drawing; with all copies it fits a request's arena */
#define OBJECTS_MAX 16
#define SIGN_ROOM   ((size_t)12 * KB)
#define RANGE_SPACE "          " /* an offset of up to ten digits goes here */

/* ---- what cairo wrote ---- */

struct drawn {
    struct bytes in;
    int64_t xref;                     /* where its table begins */
    size_t entries;                   /* where the 20-byte rows begin */
    int64_t size;                     /* number of objects, the free one included */
    int64_t root;                     /* object number of the catalog */
    int64_t page;                     /* and of the first page */
    struct bytes catalog, first_page; /* dictionaries */
};

static bool word_is(struct pdf_lexer *lx, const char *word)
{
    struct pdf_token t = pdf_token(lx);

    return t.kind == PDF_WORD && t.text.n == strlen(word) && memcmp(t.text.p, word, t.text.n) == 0;
}

static int number_take(struct pdf_lexer *lx, int64_t *ret)
{
    struct pdf_token t = pdf_token(lx);

    return t.kind == PDF_WORD ? pdf_number(t.text, ret) : E_FORMAT;
}

/* The dictionary of object `n`, found through the table. */
static int object_dict(const struct drawn *d, int64_t n, struct bytes *ret)
{
    struct pdf_lexer lx = {.in = d->in};
    int64_t offset, id, generation;
    int e;

    if (n <= 0 || n >= d->size)
        return E_FORMAT;
    e = pdf_number((struct bytes){.p = d->in.p + d->entries + (size_t)n * 20, .n = 10}, &offset);
    if (e < 0 || (size_t)offset >= d->in.n)
        return E_FORMAT;

    lx.at = (size_t)offset;
    if (number_take(&lx, &id) < 0 || id != n || number_take(&lx, &generation) < 0 || !word_is(&lx, "obj"))
        return E_FORMAT;
    e = pdf_value(&lx, ret);
    if (e < 0)
        return e;
    return ret->n >= 4 && memcmp(ret->p, "<<", 2) == 0 && memcmp(ret->p + ret->n - 2, ">>", 2) == 0 ? 0 : E_FORMAT;
}

static int reference_in(struct bytes dict, const char *key, int64_t *ret)
{
    struct bytes value;
    int e;

    e = pdf_dict_get(dict, key, &value);
    if (e < 0)
        return e;
    return value.p == NULL ? E_FORMAT : pdf_reference(value, ret);
}

/* startxref, the table, the trailer. */
static int table_read(struct drawn *d)
{
    struct pdf_lexer lx = {.in = d->in};
    struct bytes trailer, size;
    int64_t first, count;
    int e;

    lx.at = pdf_find_last(d->in, "startxref");
    if (!word_is(&lx, "startxref") || number_take(&lx, &d->xref) < 0 || (size_t)d->xref >= d->in.n)
        return E_FORMAT;
    lx.at = (size_t)d->xref;
    if (!word_is(&lx, "xref") || number_take(&lx, &first) < 0 || first != 0 || number_take(&lx, &count) < 0)
        return E_FORMAT;
    d->entries = lx.at + 1; /* behind the line break */
    if (d->entries > d->in.n || (size_t)count > (d->in.n - d->entries) / 20)
        return E_FORMAT;
    lx.at = d->entries + (size_t)count * 20;
    if (!word_is(&lx, "trailer"))
        return E_FORMAT;
    e = pdf_value(&lx, &trailer);
    if (e < 0)
        return e;
    e = pdf_dict_get(trailer, "Size", &size);
    if (e < 0 || size.p == NULL || pdf_number(size, &d->size) < 0 || d->size != count)
        return E_FORMAT;
    return reference_in(trailer, "Root", &d->root);
}

static int first_page(struct drawn *d)
{
    struct bytes pages, kids;
    struct pdf_lexer lx;
    int64_t n;
    int e;

    e = reference_in(d->catalog, "Pages", &n);
    if (e < 0)
        return e;
    e = object_dict(d, n, &pages);
    if (e < 0)
        return e;
    e = pdf_dict_get(pages, "Kids", &kids);
    if (e < 0 || kids.p == NULL)
        return E_FORMAT;
    lx = (struct pdf_lexer){.in = kids};
    if (pdf_token(&lx).kind != PDF_ARRAY || number_take(&lx, &d->page) < 0)
        return E_FORMAT;
    return object_dict(d, d->page, &d->first_page);
}

static bool has_any(struct bytes dict, const char *const *keys, size_t n)
{
    struct bytes value;

    for (size_t i = 0; i < n; i++) {
        if (pdf_dict_get(dict, keys[i], &value) < 0 || value.p != NULL)
            return true;
    }
    return false;
}

static int drawn_read(struct bytes in, struct drawn *ret)
{
    static const char *const ours[] = {"Metadata", "OutputIntents", "AF",         "Names", "AcroForm",
                                       "Version",  "Lang",          "OpenAction", "AA"};
    static const char *const page_ours[] = {"Annots", "AA"};
    struct drawn d = {.in = in};
    int e;

    if (in.n > FILE_MAX)
        return E_LIMIT;
    if (in.n < 16 || memcmp(in.p, "%PDF-1.", 7) != 0)
        return E_FORMAT;
    e = table_read(&d);
    if (e < 0)
        return e;
    e = object_dict(&d, d.root, &d.catalog);
    if (e < 0)
        return e;
    e = first_page(&d);
    if (e < 0)
        return e;
    if (has_any(d.catalog, ours, ARRAY_LEN(ours)) || has_any(d.first_page, page_ours, ARRAY_LEN(page_ours)))
        return E_FORMAT;

    *ret = d;
    return 0;
}

/* ---- the update ---- */

struct update {
    struct arena *arena;
    const struct pdf_finish *f;
    const struct drawn *d;
    struct buf out; /* the whole file */
    int64_t next;   /* number of the next new object */
    int64_t ids[OBJECTS_MAX];
    size_t offsets[OBJECTS_MAX];
    size_t n;
    int64_t metadata, intent, attachment, field; /* object numbers, 0 none */
    size_t range_at, contents_at;                /* where the signature is patched in */
};

static int64_t object_number(struct update *u)
{
    return u->next++;
}

static void object_begin(struct update *u, int64_t id)
{
    BUG_IF(u->n == OBJECTS_MAX);
    u->ids[u->n] = id;
    u->offsets[u->n++] = u->out.n;
    buf_printf(&u->out, "%" PRId64 " 0 obj\n", id);
}

static void object_end(struct update *u)
{
    buf_add(&u->out, "\nendobj\n");
}

/* A text as UTF-16 in hex: no character of it can be syntax. */
static void text_put(struct buf *b, const char *text)
{
    const uint8_t *s = (const uint8_t *)text;
    ucs4_t c;
    int n;

    buf_add(b, "<FEFF");
    while ((n = u8_strmbtouc(&c, s)) > 0) {
        if (c >= 0x10000)
            buf_printf(b, "%04X%04X", 0xd800 + (unsigned)((c - 0x10000) >> 10), 0xdc00 + (unsigned)((c - 0x10000) & 0x3ff));
        else
            buf_printf(b, "%04X", (unsigned)c);
        s += n;
    }
    buf_add(b, ">");
}

/* 2026-09-14T02:14:00Z as (D:20260914021400Z). */
static void time_put(struct update *u, instant t)
{
    buf_add(&u->out, "(D:");
    for (const char *s = instant_iso(u->arena, t); *s != '\0'; s++) {
        if (*s != '-' && *s != ':' && *s != 'T')
            buf_byte(&u->out, *s);
    }
    buf_add(&u->out, ")");
}

static void stream_put(struct update *u, const char *entries, struct bytes content)
{
    buf_printf(&u->out, "<< %s /Length %zu >>\nstream\n", entries, content.n);
    buf_add_n(&u->out, content.p, content.n);
    buf_add(&u->out, "\nendstream");
}

/* ---- properties ---- */

/* XML text: what would be markup is escaped, what XML does not know becomes a space. */
static void xml_put(struct buf *b, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buf_add(b, "&amp;");
            break;
        case '<':
            buf_add(b, "&lt;");
            break;
        case '>':
            buf_add(b, "&gt;");
            break;
        default:
            buf_byte(b, (unsigned char)*text < ' ' ? ' ' : *text);
        }
    }
}

static void xml_alternative(struct buf *b, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buf_printf(b, "<dc:%s><rdf:Alt><rdf:li xml:lang=\"x-default\">", name);
    xml_put(b, text);
    buf_printf(b, "</rdf:li></rdf:Alt></dc:%s>\n", name);
}

static struct bytes xmp(struct update *u)
{
    const char *created = instant_iso(u->arena, u->f->created);
    struct buf b;

    buf_init(&b, u->arena, (size_t)256 * KB);
    buf_add(&b, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
                "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
                "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"
                "<pdf:Producer>Terang</pdf:Producer>\n<xmp:CreatorTool>Terang</xmp:CreatorTool>\n");
    buf_printf(&b, "<xmp:CreateDate>%s</xmp:CreateDate>\n<xmp:ModifyDate>%s</xmp:ModifyDate>\n", created, created);
    xml_alternative(&b, "title", u->f->title);
    xml_alternative(&b, "description", u->f->subject);
    if (u->f->author != NULL) {
        buf_add(&b, "<dc:creator><rdf:Seq><rdf:li>");
        xml_put(&b, u->f->author);
        buf_add(&b, "</rdf:li></rdf:Seq></dc:creator>\n");
    }
    buf_add(&b, "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
    return buf_bytes(&b);
}

static void property(struct update *u, const char *key, const char *text)
{
    if (text == NULL)
        return;
    buf_printf(&u->out, " /%s ", key);
    text_put(&u->out, text);
}

static int64_t info_put(struct update *u)
{
    int64_t id = object_number(u);

    object_begin(u, id);
    buf_add(&u->out, "<< /Producer (Terang) /Creator (Terang)");
    property(u, "Title", u->f->title);
    property(u, "Author", u->f->author);
    property(u, "Subject", u->f->subject);
    buf_add(&u->out, " /CreationDate ");
    time_put(u, u->f->created);
    buf_add(&u->out, " /ModDate ");
    time_put(u, u->f->created);
    buf_add(&u->out, " >>");
    object_end(u);
    return id;
}

static void metadata_put(struct update *u)
{
    u->metadata = object_number(u);
    object_begin(u, u->metadata);
    stream_put(u, "/Type /Metadata /Subtype /XML", xmp(u));
    object_end(u);
}

static void intent_put(struct update *u)
{
    int64_t profile = object_number(u);

    object_begin(u, profile);
    stream_put(u, "/N 3", icc_srgb(u->arena));
    object_end(u);
    u->intent = object_number(u);
    object_begin(u, u->intent);
    buf_printf(&u->out,
               "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) "
               "/DestOutputProfile %" PRId64 " 0 R >>",
               profile);
    object_end(u);
}

static void attachment_put(struct update *u)
{
    int64_t file;

    if (u->f->proof.p == NULL)
        return;
    file = object_number(u);
    object_begin(u, file);
    buf_printf(&u->out, "<< /Type /EmbeddedFile /Subtype /text#2Fplain /Params << /Size %zu /ModDate ", u->f->proof.n);
    time_put(u, u->f->created);
    buf_printf(&u->out, " >> /Length %zu >>\nstream\n", u->f->proof.n);
    buf_add_n(&u->out, u->f->proof.p, u->f->proof.n);
    buf_add(&u->out, "\nendstream");
    object_end(u);

    u->attachment = object_number(u);
    object_begin(u, u->attachment);
    buf_printf(&u->out,
               "<< /Type /Filespec /F (" PDF_PROOF_NAME ") /UF (" PDF_PROOF_NAME ") /AFRelationship /Data "
               "/Desc (Proof of the log entry) /EF << /F %" PRId64 " 0 R /UF %" PRId64 " 0 R >> >>",
               file, file);
    object_end(u);
}

/* ---- signature ---- */

static size_t room(const struct pdf_finish *f)
{
    return f->sign_room > 0 ? f->sign_room : SIGN_ROOM;
}

/* The dictionary with places to patch: the four numbers of its range, and the signature in hex. */
static int64_t signature_put(struct update *u)
{
    int64_t id = object_number(u);
    char *zeros;

    object_begin(u, id);
    buf_add(&u->out, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 ");
    u->range_at = u->out.n;
    buf_add(&u->out, RANGE_SPACE " " RANGE_SPACE " " RANGE_SPACE "]");
    property(u, "Name", u->f->signed_by);
    buf_add(&u->out, " /M ");
    time_put(u, u->f->signed_at);
    buf_add(&u->out, " /Contents ");
    u->contents_at = u->out.n;
    buf_byte(&u->out, '<');
    zeros = buf_room(&u->out, 2 * room(u->f));
    if (zeros != NULL) {
        memset(zeros, '0', 2 * room(u->f));
        buf_grew(&u->out, 2 * room(u->f));
    }
    buf_add(&u->out, "> >>");
    object_end(u);
    return id;
}

/* A field without a face; its widget belongs to the first page. */
static void field_put(struct update *u)
{
    int64_t signature;

    if (u->f->sign == NULL)
        return;
    signature = signature_put(u);
    u->field = object_number(u);
    object_begin(u, u->field);
    buf_printf(&u->out,
               "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /V %" PRId64 " 0 R /F 132 /Rect [0 0 0 0] /P %" PRId64
               " 0 R >>",
               signature, u->d->page);
    object_end(u);
}

static void range_patch(struct update *u, size_t end, size_t size)
{
    char text[36];
    int n = snprintf(text, sizeof text, "%zu %zu %zu", u->contents_at, end, size - end);

    BUG_IF(n < 0 || (size_t)n >= sizeof text);
    memcpy(u->out.s + u->range_at, text, (size_t)n);
}

static int signature_patch(struct update *u)
{
    size_t end = u->contents_at + 2 * room(u->f) + 2;
    struct bytes covered, cms;
    char *hex, *both;
    int e;

    range_patch(u, end, u->out.n);
    both = arena_text_n(u->arena, u->out.s, u->out.n);
    memmove(both + u->contents_at, both + end, u->out.n - end);
    covered = (struct bytes){.p = (const uint8_t *)both, .n = u->out.n - (end - u->contents_at)};
    e = u->f->sign(u->f->sign_arg, u->arena, covered, &cms);
    if (e < 0)
        return e;
    if (cms.n > room(u->f))
        return E_LIMIT;

    hex = hex_text(u->arena, cms.p, cms.n);
    memcpy(u->out.s + u->contents_at + 1, hex, 2 * cms.n);
    return 0;
}

/* ---- catalog, page, table ---- */

/* A copy of a dictionary that stays open, for more entries. */
static void dict_open(struct update *u, int64_t id, struct bytes dict)
{
    object_begin(u, id);
    buf_add_n(&u->out, dict.p, dict.n - 2);
    buf_byte(&u->out, '\n');
}

static void catalog_put(struct update *u)
{
    dict_open(u, u->d->root, u->d->catalog);
    buf_printf(&u->out, "/Version /1.7 /Lang (%s) /Metadata %" PRId64 " 0 R /OutputIntents [%" PRId64 " 0 R]",
               lang_code(u->f->lang), u->metadata, u->intent);
    if (u->attachment != 0)
        buf_printf(&u->out,
                   " /AF [%" PRId64 " 0 R] /Names << /EmbeddedFiles << /Names [(" PDF_PROOF_NAME ") %" PRId64 " 0 R] >> >>",
                   u->attachment, u->attachment);
    if (u->field != 0)
        buf_printf(&u->out, " /AcroForm << /Fields [%" PRId64 " 0 R] /SigFlags 3 >>", u->field);
    buf_add(&u->out, " >>");
    object_end(u);
}

static void page_put(struct update *u)
{
    if (u->field == 0)
        return;
    dict_open(u, u->d->page, u->d->first_page);
    buf_printf(&u->out, "/Annots [%" PRId64 " 0 R] >>", u->field);
    object_end(u);
}

static void table_put(struct update *u, int64_t info)
{
    size_t at = u->out.n;
    uint8_t hash[32];
    const char *id;

    hash_sha256(u->out.s, u->out.n, hash);
    id = hex_text(u->arena, hash, 16);
    buf_add(&u->out, "xref\n");
    for (size_t i = 0; i < u->n; i++)
        buf_printf(&u->out, "%" PRId64 " 1\n%010zu 00000 n \n", u->ids[i], u->offsets[i]);
    buf_printf(&u->out,
               "trailer\n<< /Size %" PRId64 " /Root %" PRId64 " 0 R /Info %" PRId64 " 0 R /Prev %" PRId64
               " /ID [<%s> <%s>] >>\n"
               "startxref\n%zu\n%%%%EOF\n",
               u->next, u->d->root, info, u->d->xref, id, id, at);
}

int pdf_finish(struct arena *a, struct bytes drawn, const struct pdf_finish *f, struct bytes *ret)
{
    struct drawn d;
    struct update u = {.arena = a, .f = f, .d = &d};
    int64_t info;
    int e;

    e = drawn_read(drawn, &d);
    if (e < 0)
        return e;
    u.next = d.size;
    buf_init(&u.out, a, FILE_MAX + (size_t)2 * MB);
    buf_add_n(&u.out, drawn.p, drawn.n);
    if (drawn.p[drawn.n - 1] != '\n')
        buf_byte(&u.out, '\n');
    info = info_put(&u);
    metadata_put(&u);
    intent_put(&u);
    attachment_put(&u);
    field_put(&u);
    catalog_put(&u);
    page_put(&u);
    table_put(&u, info);
    e = buf_failed(&u.out);
    if (e == 0 && f->sign != NULL)
        e = signature_patch(&u);
    if (e < 0)
        return e;

    *ret = buf_bytes(&u.out);
    return 0;
}
