/*
 * escape_test.c: what people stored is shown as text and never as markup or as a formula (security.md W2, W10).
 */
#include "walk.h"

#define HOSTILE "\"><script>x</script>'&{{7*7}}"
#define FORMULA "=cmd|' /C calc'!A0"

/* As html() writes it. */
#define ESCAPED "&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;{{7*7}}"

/* People who between them may read, create and edit what there is. */
static const char *const readers[] = {"admin-all",   "operator",       "head",      "front_office",
                                      "back_office", "supervisor_kpk", "hr_officer"};

static bool is_page(const struct walk *w)
{
    return walk_is(w, "text/html");
}

static void look_for_markup(struct walk *w, const char *login, const char *path, size_t *wrong)
{
    if (is_page(w) && strstr(w->answer, "<script>x") != NULL)
        WRONG(*wrong, "%s: %s holds a stored <script>", login, path);
}

/* ---- pages ---- */

static const char *const row_parts[] = {"", "/ubah", "/batal", "/bukti"};
static const char *const list_parts[] = {"", "/baru", "?q=script", "?q=%22%3E%3Cscript%3Ex", "?urut=%3Cscript%3Ex"};

/* Every page of a screen; how many showed the text escaped. */
static size_t walk_screen(struct walk *w, const struct screen *s, const char *login, size_t *wrong)
{
    const char *base = text_printf(&w->c.a, "/kerja/%s/%s", s->entity->kind == ENTITY_DATA ? "kota-contoh" : "-", s->slug);
    const struct record *head = walk_row(w, s->entity, OWN);
    size_t shown = 0, i;

    for (i = 0; i < ARRAY_LEN(list_parts) + ARRAY_LEN(row_parts); i++) {
        const char *path = i < ARRAY_LEN(list_parts) ? text_printf(&w->c.a, "%s%s", base, list_parts[i])
                                                     : text_printf(&w->c.a, "%s/%lld%s", base, (long long)head->id,
                                                                   row_parts[i - ARRAY_LEN(list_parts)]);
        int status = walk_ask(w, "GET", login, path, NULL);

        look_for_markup(w, login, path, wrong);
        shown += status == 200 && is_page(w) && strstr(w->answer, ESCAPED) != NULL;
    }
    return shown;
}

static bool shows_long_text(const struct screen *s)
{
    size_t i;

    for (i = 0; i < s->entity->n_fields; i++)
        if (s->entity->fields[i].type == FIELD_TEXT && s->entity->fields[i].max > 60 && s->entity->fields[i].mask == NULL)
            return true;
    return false;
}

static void stored_markup_is_shown_as_text_on_every_page(void **world)
{
    size_t m, i, k, wrong = 0;

    WALK(w, world, HOSTILE);
    for (m = 0; m < w->n_modules; m++)
        for (i = 0; i < w->modules[m]->n_screens; i++) {
            const struct screen *s = w->modules[m]->screens[i];
            size_t shown = 0;

            for (k = 0; k < ARRAY_LEN(readers); k++)
                shown += walk_screen(w, s, readers[k], &wrong);
            if (shows_long_text(s) && shown < 2)
                WRONG(wrong, "%s never showed its text: nothing was tested", s->slug);
        }
    assert_int_equal(wrong, 0);
    walk_close(w);
    free(w);
}

static void every_route_with_stored_markup_stays_text(void **world)
{
    static const char *const others[] = {"/kerja/kota-contoh",
                                         "/kerja/kota-contoh/tugas",
                                         "/kerja/kota-contoh/cari?q=script",
                                         "/kerja/kota-contoh/pekerjaan",
                                         "/kerja/kota-contoh/kode",
                                         "/pengawas",
                                         "/",
                                         "/kota-contoh",
                                         "/akun",
                                         "/masuk?ke=%22%3E%3Cscript%3Ex"};
    size_t k, i, wrong = 0;

    WALK(w, world, HOSTILE);
    for (k = 0; k < ARRAY_LEN(readers); k++)
        for (i = 0; i < ARRAY_LEN(others); i++) {
            if (walk_ask(w, "GET", readers[k], others[i], NULL) >= 500)
                WRONG(wrong, "%s: %s fails", readers[k], others[i]);
            look_for_markup(w, readers[k], others[i], &wrong);
        }
    assert_int_equal(wrong, 0);
    walk_close(w);
    free(w);
}

/* ---- what is typed comes back ---- */

static const char *typed_everywhere(struct walk *w, const struct screen *s)
{
    const char *typed = url_encode(&w->c.a, HOSTILE), *form = "csrf=good-token";
    size_t i, k;

    for (i = 0; i < s->n_sections; i++)
        for (k = 0; k < s->sections[i].n; k++) {
            const struct field *f = entity_field(s->entity, s->sections[i].fields[k].field);

            if (input_allowed(s, f) && f->type != FIELD_BOOL)
                form = text_printf(&w->c.a, "%s&%s=%s", form, f->name, typed);
        }
    return form;
}

static void what_was_typed_wrongly_comes_back_as_text(void **world)
{
    size_t m, i, k, shown = 0, wrong = 0;

    WALK(w, world, NULL);
    for (m = 0; m < w->n_modules; m++)
        for (i = 0; i < w->modules[m]->n_screens; i++)
            for (k = 0; k < ARRAY_LEN(readers); k++) {
                const struct screen *s = w->modules[m]->screens[i];
                const char *path =
                    text_printf(&w->c.a, "/kerja/%s/%s/baru", s->entity->kind == ENTITY_DATA ? "kota-contoh" : "-", s->slug);
                int status = walk_ask(w, "POST", readers[k], path, typed_everywhere(w, s));

                if (status >= 500)
                    WRONG(wrong, "%s: %s answers %d", readers[k], path, status);
                look_for_markup(w, readers[k], path, &wrong);
                shown += status == 422 && strstr(w->answer, ESCAPED) != NULL;
            }
    assert_true(shown > 2);
    assert_int_equal(wrong, 0);
    walk_close(w);
    free(w);
}

/* ---- files ---- */

/* A cell that a spreadsheet would compute: the sign stands first in it. */
static bool has_formula(const char *csv)
{
    const char *at;

    for (at = csv; (at = strstr(at, FORMULA)) != NULL; at++) {
        const char *before = at - 1;

        if (*before == '"')
            before--;
        if (*before == ',' || *before == ';' || *before == '\n' || *before == '\t')
            return true;
    }
    return false;
}

static void no_cell_of_a_csv_file_is_a_formula(void **world)
{
    size_t m, i, k, wrong = 0, seen = 0;

    WALK(w, world, FORMULA);
    for (m = 0; m < w->n_modules; m++)
        for (i = 0; i < w->modules[m]->n_screens; i++)
            for (k = 0; k < ARRAY_LEN(readers); k++) {
                const struct screen *s = w->modules[m]->screens[i];
                const char *path = text_printf(&w->c.a, "/kerja/%s/%s/unduh/csv",
                                               s->entity->kind == ENTITY_DATA ? "kota-contoh" : "-", s->slug);
                int status = walk_ask(w, "GET", readers[k], path, NULL);

                if (status == 200 && is_page(w)) /* personal data: a reason is asked for */
                    status = walk_ask(w, "POST", readers[k], path, "csrf=good-token&alasan=Pemeriksaan+rutin+berkas");
                if (status != 200 || !walk_is(w, "text/csv"))
                    continue;
                if (has_formula(w->answer))
                    WRONG(wrong, "%s: %s holds a formula", readers[k], path);
                seen += strstr(w->answer, "'" FORMULA) != NULL;
            }
    assert_true(seen > 2);
    assert_int_equal(wrong, 0);
    walk_close(w);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(stored_markup_is_shown_as_text_on_every_page),
        TEST_ON_SQLITE(every_route_with_stored_markup_stays_text),
        TEST_ON_SQLITE(what_was_typed_wrongly_comes_back_as_text),
        TEST_ON_BOTH(no_cell_of_a_csv_file_is_a_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
