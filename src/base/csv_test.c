/*
 * csv_test.c: what spreadsheets write is read, what would shift columns is refused at its place, and cells written by us
 * are no formulas.
 */
#include "unit.h"

#include "csv.h"
#include "text.h"

/* ---- a small world: the records as one text, "row:line[a|b]" each ---- */

struct seen {
    struct csv_reader reader;
    struct buf text;
    int64_t stop_at;
};

static int note(void *ctx, const struct csv_record *record)
{
    struct seen *s = ctx;

    if (record->row == s->stop_at)
        return E_STATE;
    buf_printf(&s->text, "%d:%d[", (int)record->row, (int)record->line);
    for (size_t i = 0; i < record->n; i++)
        buf_printf(&s->text, i == 0 ? "%s" : "|%s", record->field[i]);
    buf_add(&s->text, "]");
    return 0;
}

static void begin(struct seen *s, struct arena *a, char sep)
{
    *s = (struct seen){.stop_at = 0};
    buf_init(&s->text, a, 4 * MB);
    csv_init(&s->reader, a, sep, note, s);
}

/* Reads in pieces of `step` bytes, each in memory of its own size, so that reading past its end is noticed. */
static int feed(struct seen *s, const char *p, size_t n, size_t step)
{
    int e = 0;

    for (size_t at = 0; at < n && e == 0; at += step) {
        size_t part = n - at < step ? n - at : step;
        char *piece = malloc(part);

        assert_non_null(piece);
        memcpy(piece, p + at, part);
        e = csv_feed(&s->reader, piece, part);
        free(piece);
    }
    return e == 0 ? csv_end(&s->reader) : e;
}

static void assert_records(void **world, const char *csv, const char *want)
{
    for (size_t step = 1; step <= strlen(csv) + 1; step++) {
        struct seen s;

        arena_reset(unit_arena(world));
        begin(&s, unit_arena(world), '\0');
        assert_int_equal(feed(&s, csv, strlen(csv), step), 0);
        assert_string_equal(s.text.s, want);
    }
}

static void assert_fault(void **world, const char *csv, size_t n, enum csv_fault fault, int row, int line, size_t column)
{
    for (size_t step = 1; step <= n; step++) {
        struct seen s;

        arena_reset(unit_arena(world));
        begin(&s, unit_arena(world), '\0');
        assert_int_equal(feed(&s, csv, n, step), E_FORMAT);
        assert_string_equal(csv_fault_code(s.reader.fault), csv_fault_code(fault));
        assert_int_equal(s.reader.fault_row, row);
        assert_int_equal(s.reader.fault_line, line);
        assert_int_equal(s.reader.fault_column, column);
        assert_int_equal(csv_feed(&s.reader, "a\n", 2), E_FORMAT);
        assert_int_equal(csv_end(&s.reader), E_FORMAT);
    }
}

/* ---- reading ---- */

static void records_are_lines_of_fields(void **world)
{
    assert_records(world, "a,b\r\nc,d\r\n", "1:1[a|b]2:2[c|d]");
    assert_records(world, "a,b\nc,d", "1:1[a|b]2:2[c|d]");
    assert_records(world, "a,,\n,b,\n", "1:1[a||]2:2[|b|]");
    assert_records(world, "a", "1:1[a]");
    assert_records(world, "", "");
}

static void quoted_fields_hold_anything(void **world)
{
    assert_records(world, "\"a,b\",\"c\"\"d\"\n", "1:1[a,b|c\"d]");
    assert_records(world, "\"a\r\nb\",c\nd,e\n", "1:1[a\r\nb|c]2:3[d|e]");
    assert_records(world, "\"\",\"\"\n\"\"", "1:1[|]2:2[]");
    assert_records(world, "\"\"\"\"", "1:1[\"]");
}

static void lines_without_bytes_are_skipped_but_counted(void **world)
{
    assert_records(world, "\n\r\na,b\n\n\nc,d\n\r\n", "1:3[a|b]2:6[c|d]");
    assert_records(world, "\r\n", "");
}

static void the_separator_is_found_in_the_first_record(void **world)
{
    assert_records(world, "a;b,c;d\ne;f\n", "1:1[a|b,c|d]2:2[e|f]");
    assert_records(world, "a\tb;c\td\n", "1:1[a|b;c|d]");
    assert_records(world, "\"a;b;c;d\",e\nf;g,h\n", "1:1[a;b;c;d|e]2:2[f;g|h]");
    assert_records(world, "a\nb,c;d\n", "1:1[a]2:2[b|c;d]");
    assert_records(world, "\na;b\nc;d\n", "1:2[a|b]2:3[c|d]");
}

static void a_given_separator_counts(void **world)
{
    struct seen s;

    begin(&s, unit_arena(world), ';');
    assert_int_equal(feed(&s, "a,b,c;d\n", 8, 8), 0);
    assert_string_equal(s.text.s, "1:1[a,b,c|d]");
}

static void the_byte_order_mark_is_no_content(void **world)
{
    assert_records(world,
                   "\xEF\xBB\xBF"
                   "a,b\n",
                   "1:1[a|b]");
    assert_records(world, "\xEF\xBB\xBF\"a\",b\n", "1:1[a|b]");
    assert_records(world, "\xEF\xBB\xBF", "");
    assert_records(world,
                   "a\n\xEF\xBB\xBF"
                   "b\n",
                   "1:1[a]2:2[\xEF\xBB\xBF"
                   "b]");
}

static void doubtful_quotes_are_refused_at_their_place(void **world)
{
    assert_fault(world, "a,b\nc,d\"e\n", 10, CSV_FAULT_QUOTE, 2, 2, 2);
    assert_fault(world, "a,b\n\"c\"d,e\n", 11, CSV_FAULT_AFTER_QUOTE, 2, 2, 1);
    assert_fault(world, "a,b\n\"c\" ,e\n", 11, CSV_FAULT_AFTER_QUOTE, 2, 2, 1);
    assert_fault(world, "a,b\nc,\"d\ne\n", 11, CSV_FAULT_OPEN_QUOTE, 2, 4, 2);
}

static void a_lone_cr_is_refused(void **world)
{
    assert_fault(world, "a,b\rc,d\r", 8, CSV_FAULT_LINE_END, 1, 1, 2);
    assert_fault(world, "a,b\r", 4, CSV_FAULT_LINE_END, 1, 1, 2);
    assert_fault(world, "a\n\r", 3, CSV_FAULT_LINE_END, 2, 2, 1);
}

static void bytes_that_are_no_text_are_refused(void **world)
{
    assert_fault(world, "a,b\nc,Jos\xE9\n", 11, CSV_FAULT_UTF8, 2, 2, 2);
    assert_fault(world, "a,b\n\"\xC3\",d\n", 10, CSV_FAULT_UTF8, 2, 2, 1);
    assert_fault(world, "a,b\nc,\0d\n", 9, CSV_FAULT_UTF8, 2, 2, 2);
    assert_fault(world, "a,\"b\0\"\n", 7, CSV_FAULT_UTF8, 1, 1, 2);
    assert_fault(world, "a,\"b\"\0\n", 7, CSV_FAULT_AFTER_QUOTE, 1, 1, 2);
}

/* `fields` fields of `size` letters each, all in one record. */
static char *big_record(struct arena *a, size_t fields, size_t size)
{
    char *s = arena_array_(a, fields, size + 1), *to = s;

    for (size_t i = 0; i < fields; i++) {
        memset(to, 'x', size);
        to += size;
        *to++ = i + 1 < fields ? ',' : '\n';
    }
    return s;
}

static enum csv_fault limit_met(void **world, size_t fields, size_t size, size_t step)
{
    struct arena *a = unit_arena(world);
    struct seen s;
    char *record;
    int e;

    arena_reset(a);
    record = big_record(a, fields, size);
    begin(&s, a, '\0');
    e = feed(&s, record, fields * (size + 1), step);
    assert_int_equal(e, s.reader.fault == CSV_FINE ? 0 : E_LIMIT);
    return s.reader.fault;
}

static void ceilings_hold_on_both_sides(void **world)
{
    assert_int_equal(limit_met(world, 1, CSV_FIELD_MAX, 4096), CSV_FINE);
    assert_int_equal(limit_met(world, 1, CSV_FIELD_MAX + 1, 4096), CSV_FAULT_FIELD);
    assert_int_equal(limit_met(world, 1, CSV_FIELD_MAX + 1, 4 * MB), CSV_FAULT_FIELD);
    assert_int_equal(limit_met(world, CSV_COLUMNS_MAX, 1, 7), CSV_FINE);
    assert_int_equal(limit_met(world, CSV_COLUMNS_MAX + 1, 1, 7), CSV_FAULT_COLUMNS);
    assert_int_equal(limit_met(world, 16, CSV_FIELD_MAX - 1, 4096), CSV_FINE);
    assert_int_equal(limit_met(world, 17, CSV_FIELD_MAX - 1, 4096), CSV_FAULT_RECORD);
}

static void the_callback_may_stop_the_reading(void **world)
{
    struct seen s;

    begin(&s, unit_arena(world), '\0');
    s.stop_at = 2;
    assert_int_equal(feed(&s, "a\nb\nc\n", 6, 6), E_STATE);
    assert_string_equal(s.text.s, "1:1[a]");
    assert_int_equal(csv_end(&s.reader), E_STATE);
    assert_int_equal(s.reader.fault, CSV_FINE);
}

static void memory_does_not_grow_with_the_file(void **world)
{
    struct arena *a = unit_arena(world);
    struct seen s;
    size_t used;

    begin(&s, a, '\0');
    s.text.max = 0; /* the notes are not wanted here */
    assert_int_equal(csv_feed(&s.reader, "kode,nama\n36.71,Kota Tangerang\n", 31), 0);
    used = a->used;
    for (int i = 0; i < 20000; i++)
        assert_int_equal(csv_feed(&s.reader, "36.71,Kota Tangerang\n", 21), 0);
    assert_int_equal(a->used, used);
    assert_int_equal(s.reader.row, 20002);
}

/* ---- writing ---- */

static void formulas_are_guarded(void **world)
{
    static const char *const texts[] = {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx"};
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct csv_writer w;
        struct buf out;

        buf_init(&out, a, 1 * KB);
        csv_writer_init(&w, &out, ',', false);
        csv_text(&w, texts[i]);
        assert_true(text_starts(out.s, "'") || text_starts(out.s, "\"'"));
    }
}

static void numbers_stay_numbers(void **world)
{
    struct csv_writer w;
    struct buf out;

    buf_init(&out, unit_arena(world), 1 * KB);
    csv_writer_init(&w, &out, ';', true);
    csv_int(&w, -5);
    csv_decimal(&w, -125075, 2);
    csv_int(&w, INT_NONE);
    csv_text(&w, NULL);
    csv_text(&w, "");
    csv_text(&w, "a;\"b\"");
    csv_text(&w, "a,b");
    csv_end_record(&w);
    csv_text(&w, " a\nb");
    csv_end_record(&w);
    assert_string_equal(out.s, "\xEF\xBB\xBF-5;-1250.75;;;\"\";\"a;\"\"b\"\"\";a,b\r\n\" a\nb\"\r\n");
}

static void guarded_text_comes_back_unchanged(void **world)
{
    static const char *const texts[] = {
        "",
        "a",
        "=1",
        "'=1",
        "''=1",
        "'",
        "''",
        "'''",
        "'a",
        "''a",
        "-",
        "'-",
        "@",
        "\t",
        "a,b",
        "\"",
        "a\"",
        "=\"\"",
        "x\r\ny",
        "+\n",
        " lead",
        "trail ",
        "Jos\xC3\xA9",
        "';",
        "'\t'",
        "\xEF\xBB\xBF"
        "x",
    };
    struct arena *a = unit_arena(world);

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct csv_writer w;
        struct buf out;
        struct seen s;
        char *cell;

        buf_init(&out, a, 1 * KB);
        csv_writer_init(&w, &out, ',', false);
        csv_text(&w, texts[i]);
        csv_end_record(&w);
        begin(&s, a, ',');
        assert_int_equal(feed(&s, out.s, out.n, 3), 0);
        cell = arena_text_n(a, s.text.s + strlen("1:1["), s.text.n - strlen("1:1[]"));
        assert_string_equal(csv_unguard(cell), texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(records_are_lines_of_fields),
        UNIT(quoted_fields_hold_anything),
        UNIT(lines_without_bytes_are_skipped_but_counted),
        UNIT(the_separator_is_found_in_the_first_record),
        UNIT(a_given_separator_counts),
        UNIT(the_byte_order_mark_is_no_content),
        UNIT(doubtful_quotes_are_refused_at_their_place),
        UNIT(a_lone_cr_is_refused),
        UNIT(bytes_that_are_no_text_are_refused),
        UNIT(ceilings_hold_on_both_sides),
        UNIT(the_callback_may_stop_the_reading),
        UNIT(memory_does_not_grow_with_the_file),
        UNIT(formulas_are_guarded),
        UNIT(numbers_stay_numbers),
        UNIT(guarded_text_comes_back_unchanged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
