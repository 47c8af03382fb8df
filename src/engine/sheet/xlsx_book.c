/*
 * xlsx_book.c: workbook, relations, styles and shared strings of an XLSX file.
 *
 * Which element belongs to whom is told by namespace and local name; unknown ones are passed over, as the format asks.
 */
#include "engine/sheet/xlsx_book.h"

#define DEPTH_MAX   64
#define CODES_MAX   ((size_t)4096)
#define FORMATS_MAX ((size_t)65536)
#define STRINGS_NUM ((size_t)4 * MB) /* how many shared strings */
#define HEAP_FIRST  ((size_t)1024)
#define SEPARATOR   '|'

static const char *const namespaces[] = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
};

static const char *const fault_keys[] = {
    "xlsx.good",  "xlsx.archive", "xlsx.no-book", "xlsx.no-sheet", "xlsx.xml",  "xlsx.dtd",
    "xlsx.place", "xlsx.value",   "xlsx.rows",    "xlsx.columns",  "xlsx.cell", "xlsx.strings",
};
_Static_assert(ARRAY_LEN(fault_keys) == XLSX_FAULT_COUNT, "a key for each fault");

const char *xlsx_fault_key(enum xlsx_fault fault)
{
    BUG_IF((unsigned)fault >= XLSX_FAULT_COUNT);
    return fault_keys[fault];
}

int book_fail(struct book *b, enum xlsx_fault fault)
{
    bool large = fault == XLSX_ROWS || fault == XLSX_COLUMNS || fault == XLSX_CELL || fault == XLSX_STRINGS;

    if (b->e == 0) {
        b->e = large ? E_LIMIT : E_FORMAT;
        b->out->fault = fault;
        if (b->xml != NULL)
            (void)XML_StopParser(b->xml, XML_FALSE); /* fails only when it has stopped already */
    }
    return b->e;
}

int heap_add(struct heap *h, const void *p, size_t n)
{
    size_t cap = h->cap == 0 ? HEAP_FIRST : h->cap;
    char *grown;

    if (n > h->max - h->n)
        return E_LIMIT;
    while (cap < h->n + n)
        cap *= 2;
    if (cap != h->cap) {
        grown = realloc(h->p, cap);
        if (grown == NULL)
            memory_gone(cap);
        h->p = grown;
        h->cap = cap;
    }
    memcpy(h->p + h->n, p, n);
    h->n += n;
    return 0;
}

/* ---- XML ---- */

/* Local name when the element is in one of our namespaces, else NULL. */
static const char *local_name(const char *name)
{
    const char *bar = strrchr(name, SEPARATOR);
    size_t i;

    if (bar == NULL)
        return NULL;
    for (i = 0; i < ARRAY_LEN(namespaces); i++) {
        if (strlen(namespaces[i]) == (size_t)(bar - name) && memcmp(name, namespaces[i], (size_t)(bar - name)) == 0)
            return bar + 1;
    }
    return NULL;
}

const char *attr_of(const char **attr, const char *name)
{
    for (; attr[0] != NULL; attr += 2) {
        const char *bar = strrchr(attr[0], SEPARATOR);

        if (strcmp(bar == NULL ? attr[0] : bar + 1, name) == 0)
            return attr[1];
    }
    return NULL;
}

struct reading {
    struct book *b;
    const struct part_handlers *h;
};

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct reading *r = arg;
    const char *local = local_name(name);

    if (++r->b->depth > DEPTH_MAX) {
        (void)book_fail(r->b, XLSX_XML);
        return;
    }
    if (local != NULL && r->b->e == 0)
        r->h->start(r->b, local, attr);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
    struct reading *r = arg;
    const char *local = local_name(name);

    r->b->depth--;
    if (local != NULL && r->b->e == 0 && r->h->end != NULL)
        r->h->end(r->b, local);
}

static void XMLCALL on_text(void *arg, const XML_Char *p, int n)
{
    struct reading *r = arg;

    if (r->b->e == 0 && r->h->text != NULL)
        r->h->text(r->b, p, (size_t)n);
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int internal)
{
    struct reading *r = arg;

    (void)name, (void)sysid, (void)pubid, (void)internal;
    (void)book_fail(r->b, XLSX_DTD);
}

static int feed(void *arg, const uint8_t *p, size_t n)
{
    struct reading *r = arg;
    enum XML_Status done = XML_Parse(r->b->xml, (const char *)p, (int)n, p == NULL);

    if (r->b->e < 0)
        return r->b->e;
    return done == XML_STATUS_OK ? 0 : book_fail(r->b, XLSX_XML);
}

int book_part(struct book *b, const char *part, const struct part_handlers *h, bool *ret_found)
{
    const struct unzip_member *m = part == NULL ? NULL : unzip_find(&b->zip, part);
    struct reading r = {.b = b, .h = h};
    int e;

    *ret_found = m != NULL;
    if (m == NULL)
        return 0;
    b->xml = XML_ParserCreateNS(NULL, SEPARATOR);
    if (b->xml == NULL)
        memory_gone(0);
    XML_SetUserData(b->xml, &r);
    XML_SetElementHandler(b->xml, on_start, on_end);
    XML_SetCharacterDataHandler(b->xml, on_text);
    XML_SetStartDoctypeDeclHandler(b->xml, on_doctype);
    b->depth = 0;

    e = unzip_read(&b->zip, m, feed, &r);
    if (e == 0)
        e = feed(&r, NULL, 0);
    if (e < 0 && b->out->fault == XLSX_GOOD && b->zip.fault != UNZIP_GOOD) {
        b->out->fault = XLSX_ARCHIVE;
        b->out->zip_fault = b->zip.fault;
    }
    XML_ParserFree(b->xml);
    b->xml = NULL;
    return e;
}

/* ---- workbook and relations ---- */

static void on_workbook(struct book *b, const char *name, const char **attr)
{
    const char *v;

    if (strcmp(name, "workbookPr") == 0) {
        v = attr_of(attr, "date1904");
        b->since_1904 = v != NULL && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
        return;
    }
    if (strcmp(name, "sheet") != 0 || b->sheet_rel != NULL)
        return;
    v = attr_of(attr, b->wanted != NULL ? "name" : "state");
    if (b->wanted != NULL ? v == NULL || strcmp(v, b->wanted) != 0 : v != NULL && strcmp(v, "visible") != 0)
        return;
    b->sheet_rel = arena_text(b->arena, attr_of(attr, "id"));
}

/* "worksheets/sheet1.xml" is below xl/; "/xl/worksheets/sheet1.xml" says so itself. */
static const char *part_name(struct arena *a, const char *target)
{
    size_t n = strlen(target);
    char *name;

    if (target[0] == '/')
        return arena_text(a, target + 1);
    name = arena_alloc(a, n + sizeof "xl/");
    memcpy(name, "xl/", 3);
    memcpy(name + 3, target, n);
    return name;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static void on_relation(struct book *b, const char *name, const char **attr)
{
    const char *id = attr_of(attr, "Id"), *type = attr_of(attr, "Type"), *target = attr_of(attr, "Target");

    if (strcmp(name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL)
        return;
    if (ends_with(type, "/sharedStrings"))
        b->strings_part = part_name(b->arena, target);
    else if (ends_with(type, "/styles"))
        b->styles_part = part_name(b->arena, target);
    else if (ends_with(type, "/worksheet") && b->sheet_rel != NULL && strcmp(id, b->sheet_rel) == 0)
        b->sheet_part = part_name(b->arena, target);
}

/* ---- styles ---- */

static int64_t id_of(const char *s)
{
    int64_t v = 0;

    if (s == NULL || *s == '\0' || strlen(s) > 9 || strspn(s, "0123456789") != strlen(s))
        return -1;
    for (; *s != '\0'; s++)
        v = v * 10 + (*s - '0');
    return v;
}

static enum xlsx_format format_by_id(const struct book *b, int64_t id)
{
    const struct code *codes = (const void *)b->codes.p;
    size_t i;

    for (i = 0; i < b->codes.n / sizeof *codes; i++) {
        if (codes[i].id == id)
            return codes[i].format;
    }
    return xlsx_format_built_in(id);
}

static void on_style(struct book *b, const char *name, const char **attr)
{
    const char *code = attr_of(attr, "formatCode");
    int e = 0;

    if (strcmp(name, "cellXfs") == 0) {
        b->in_styles = true;
    } else if (strcmp(name, "numFmt") == 0 && code != NULL) {
        struct code row = {.id = id_of(attr_of(attr, "numFmtId")), .format = xlsx_format_of(code)};

        e = heap_add(&b->codes, &row, sizeof row);
    } else if (strcmp(name, "xf") == 0 && b->in_styles) {
        uint8_t format = (uint8_t)format_by_id(b, id_of(attr_of(attr, "numFmtId")));

        e = heap_add(&b->formats, &format, 1);
    }
    if (e < 0)
        (void)book_fail(b, XLSX_STRINGS);
}

static void on_style_end(struct book *b, const char *name)
{
    if (strcmp(name, "cellXfs") == 0)
        b->in_styles = false;
}

/* ---- shared strings ---- */

static int hex4(const char *s)
{
    int v = 0, i;

    for (i = 0; i < 4; i++) {
        char c = (char)(s[i] | 0x20);

        if (s[i] >= '0' && s[i] <= '9')
            v = v * 16 + (s[i] - '0');
        else if (c >= 'a' && c <= 'f')
            v = v * 16 + (c - 'a' + 10);
        else
            return -1;
    }
    return v;
}

/* Only what XML cannot hold and "_" itself are written so; other values stay as they are. */
void unescape_text(char *s)
{
    char *to = s;

    while (*s != '\0') {
        int v = s[0] == '_' && s[1] == 'x' && strnlen(s, 7) == 7 && s[6] == '_' ? hex4(s + 2) : -1;

        if (v > 0 && (v < 0x20 || v == '_')) {
            *to++ = (char)v;
            s += 7;
        } else {
            *to++ = *s++;
        }
    }
    *to = '\0';
}

static void on_string(struct book *b, const char *name, const char **attr)
{
    uint32_t at = (uint32_t)b->strings.n;

    (void)attr;
    if (strcmp(name, "si") == 0 && heap_add(&b->string_at, &at, sizeof at) < 0)
        (void)book_fail(b, XLSX_STRINGS);
    b->in_phonetic = b->in_phonetic || strcmp(name, "rPh") == 0;
    b->in_text = strcmp(name, "t") == 0 && !b->in_phonetic;
}

static void on_string_end(struct book *b, const char *name)
{
    size_t n = b->string_at.n / sizeof(uint32_t);
    uint32_t at;

    b->in_text = false;
    if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
    if (strcmp(name, "si") != 0 || n == 0)
        return;
    if (heap_add(&b->strings, "", 1) < 0) {
        (void)book_fail(b, XLSX_STRINGS);
        return;
    }
    memcpy(&at, b->string_at.p + (n - 1) * sizeof at, sizeof at);
    unescape_text(b->strings.p + at);
}

static void on_string_text(struct book *b, const char *p, size_t n)
{
    if (b->in_text && heap_add(&b->strings, p, n) < 0)
        (void)book_fail(b, XLSX_STRINGS);
}

/* ---- the whole ---- */

static int read_parts(struct book *b)
{
    static const struct part_handlers workbook = {.start = on_workbook};
    static const struct part_handlers relations = {.start = on_relation};
    static const struct part_handlers styles = {.start = on_style, .end = on_style_end};
    static const struct part_handlers strings = {.start = on_string, .end = on_string_end, .text = on_string_text};
    bool found;
    int e;

    e = book_part(b, "xl/workbook.xml", &workbook, &found);
    if (e == 0 && !found)
        e = book_fail(b, XLSX_NO_BOOK);
    if (e == 0 && b->sheet_rel == NULL)
        e = book_fail(b, XLSX_NO_SHEET);
    if (e == 0)
        e = book_part(b, "xl/_rels/workbook.xml.rels", &relations, &found);
    if (e == 0 && b->sheet_part == NULL)
        e = book_fail(b, XLSX_NO_SHEET);
    if (e == 0)
        e = book_part(b, b->styles_part, &styles, &found);
    if (e == 0)
        e = book_part(b, b->strings_part, &strings, &found);
    return e;
}

int book_open(struct book *b, int fd)
{
    int e;

    b->strings.max = XLSX_STRINGS_MAX;
    b->string_at.max = STRINGS_NUM * sizeof(uint32_t);
    b->formats.max = FORMATS_MAX;
    b->codes.max = CODES_MAX * sizeof(struct code);
    e = unzip_open(&b->zip, fd, &unzip_limits_upload, b->arena);
    if (e < 0) {
        b->out->fault = XLSX_ARCHIVE;
        b->out->zip_fault = b->zip.fault;
        return e;
    }
    return read_parts(b);
}

void book_close(struct book *b)
{
    free(b->strings.p);
    free(b->string_at.p);
    free(b->formats.p);
    free(b->codes.p);
}
