/*
 * import_plan.c: the plan of an import as a file, a JSON object a line, and the report that is kept beside it.
 */
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/app.h"
#include "engine/import_parts.h"
#include "os/os.h"

#define PLAN_MAX   ((size_t)72 * MB)
#define LINE_MAX   ((size_t)2 * MB)
#define REPORT_MAX ((size_t)512 * KB)
#define HEAD_MAX   ((size_t)64 * KB) /* of a plan, for a look */
#define ARG_MAX    500               /* bytes of what a cell held, in the report */
#define FOLDER     "impor"

int import_dir(const struct app *app)
{
    int e = app->files_dir < 0 ? E_STORAGE : os_make_dir(app->files_dir, FOLDER, 0700);

    return e < 0 ? e : os_open_dir_in(app->files_dir, FOLDER);
}

const char *import_plan_name(struct arena *a, int64_t run)
{
    return text_printf(a, "rencana-%lld", (long long)run);
}

/* ---- lines ---- */

static void find_lines(struct import_plan *p, struct arena *a)
{
    size_t *at, i, n = 0;

    for (i = 0; i < p->content.n; i++)
        n += p->content.p[i] == '\n';
    at = arena_array(a, n + 1, size_t);
    for (i = 0, n = 0; i < p->content.n; i++)
        if (p->content.p[i] == '\n')
            at[++n] = i + 1;
    p->at = at;
    p->n = n;
}

int import_plan_read(int dir, const char *name, const uint8_t sha256[static 32], struct arena *a, struct import_plan *ret)
{
    uint8_t hash[HASH_SIZE];
    int e = os_read_file(dir, name, a, PLAN_MAX, &ret->content);

    if (e < 0)
        return e;
    hash_sha256(ret->content.p, ret->content.n, hash);
    if (memcmp(hash, sha256, sizeof hash) != 0)
        return E_STORAGE;
    find_lines(ret, a);
    return 0;
}

int import_plan_line(const struct import_plan *p, size_t i, struct arena *a, struct import_planned *ret)
{
    const struct json_in *in;
    const char *text;

    BUG_IF(i >= p->n);
    text = arena_text_n(a, (const char *)p->content.p + p->at[i], p->at[i + 1] - p->at[i] - 1);
    if (json_read(a, text, strlen(text), LINE_MAX, &in, NULL) < 0 || json_get_int(in, "line", 1, INT64_MAX, &ret->line) != 1 ||
        json_get_int(in, "id", 1, INT64_MAX, &ret->id) != 1 || json_get_int(in, "rev", 0, INT64_MAX, &ret->rev) != 1 ||
        json_get_object(in, "set", &ret->set) != 1)
        return E_STORAGE;
    return 0;
}

int import_plan_row(const struct import_planned *line, const struct entity *e, struct arena *a, void *row)
{
    const struct json_in *set = line->set;
    size_t i;

    for (i = 0; i < set->n; i++) {
        const struct field *f = entity_field(e, set->items[i].key);

        if (f == NULL || (set->items[i].kind != JSON_IS_TEXT && set->items[i].kind != JSON_IS_NULL) ||
            field_take(f, row, set->items[i].text, a) < 0)
            return E_STORAGE; /* the program is another one than that which judged the file */
    }
    if (line->rev == 0)
        ((struct record *)row)->id = line->id;
    return 0;
}

int import_plan_head(const struct app *app, struct arena *a, const struct import_run *run, size_t max,
                     struct import_plan_head *ret)
{
    AUTO_CLOSE int dir = import_dir(app);
    AUTO_CLOSE int fd = dir < 0 ? dir : os_open_read(dir, import_plan_name(a, run->id));
    struct import_plan p = {0};
    uint8_t *head;
    ssize_t n;
    size_t i;
    int e = 0;

    if (fd < 0)
        return fd;
    head = arena_alloc(a, HEAD_MAX);
    n = pread(fd, head, HEAD_MAX, 0);
    if (n < 0)
        return E_STORAGE;
    p.content = (struct bytes){head, (size_t)n};
    find_lines(&p, a);
    *ret = (struct import_plan_head){.v = arena_array(a, max, struct import_planned)};
    for (i = 0; e == 0 && i < p.n && i < max; i++)
        e = import_plan_line(&p, i, a, &ret->v[ret->n++]);
    return e;
}

/* ---- the report ---- */

static const char *cut(struct arena *a, const char *s)
{
    size_t n = ARG_MAX;

    if (s == NULL || strlen(s) <= n)
        return s;
    while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
        n--;
    return text_printf(a, "%s…", arena_text_n(a, s, n));
}

const char *import_report_text(struct arena *a, const struct import_report *report)
{
    struct json_out j;
    struct buf b;
    size_t i;

    buf_init(&b, a, REPORT_MAX);
    json_out_init(&j, &b);
    json_out_object(&j);
    json_put_array(&j, "faults");
    for (i = 0; i < report->n_faults; i++) {
        json_out_object(&j);
        json_put_int(&j, "line", report->faults[i].line);
        json_put_text(&j, "column", cut(a, report->faults[i].column));
        json_put_text(&j, "key", report->faults[i].key);
        json_put_text(&j, "arg", cut(a, report->faults[i].arg));
        json_out_end(&j);
    }
    json_out_end(&j);
    json_put_array(&j, "left");
    for (i = 0; i < report->n_left; i++) {
        json_out_object(&j);
        json_put_text(&j, "key", report->left[i].key);
        json_put_int(&j, "n", report->left[i].n);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_put_array(&j, "ignored");
    for (i = 0; i < report->n_ignored; i++)
        json_out_text(&j, cut(a, report->ignored[i]));
    json_out_end(&j);
    json_out_end(&j);
    BUG_IF(json_out_done(&j) < 0); /* fifty faults of two texts, and some headings */
    return b.s;
}

static int take_faults(const struct json_in *v, struct import_report *ret)
{
    size_t i;

    for (i = 0; i < v->n && i < IMPORT_FAULTS; i++) {
        struct import_fault *to = &ret->faults[ret->n_faults++];

        if (json_get_int(&v->items[i], "line", 0, INT64_MAX, &to->line) < 0 ||
            json_get_text(&v->items[i], "column", &to->column) < 0 || json_get_text(&v->items[i], "key", &to->key) != 1 ||
            json_get_text(&v->items[i], "arg", &to->arg) < 0)
            return E_STORAGE;
    }
    return 0;
}

static int take_reasons(const struct json_in *v, struct import_report *ret)
{
    size_t i;

    for (i = 0; i < v->n && i < IMPORT_REASONS; i++) {
        struct import_reason *to = &ret->left[ret->n_left++];

        if (json_get_text(&v->items[i], "key", &to->key) != 1 || json_get_int(&v->items[i], "n", 1, INT64_MAX, &to->n) != 1)
            return E_STORAGE;
    }
    return 0;
}

int import_report_take(struct arena *a, const char *text, struct import_report *ret)
{
    const struct json_in *in, *faults = NULL, *left = NULL, *ignored = NULL;
    size_t i;

    *ret = (struct import_report){0};
    if (json_read(a, text, strlen(text), REPORT_MAX, &in, NULL) < 0 || json_get_array(in, "faults", &faults) != 1 ||
        json_get_array(in, "left", &left) != 1 || json_get_array(in, "ignored", &ignored) != 1 ||
        take_faults(faults, ret) < 0 || take_reasons(left, ret) < 0)
        return E_STORAGE;
    ret->ignored = arena_array(a, ignored->n, const char *);
    for (i = 0; i < ignored->n; i++)
        if (ignored->items[i].kind == JSON_IS_TEXT)
            ret->ignored[ret->n_ignored++] = ignored->items[i].text;
    return 0;
}
