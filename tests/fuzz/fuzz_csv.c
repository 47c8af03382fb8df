/* fuzz: base */
/*
 * fuzz_csv.c: any bytes are records or a fault with its place; where pieces are cut changes nothing; what we write of the
 * records is read back as the same records.
 */
#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct copy {
    struct csv_reader reader;
    struct csv_writer writer;
    struct buf out;
};

static int write_record(void *ctx, const struct csv_record *record)
{
    struct copy *c = ctx;

    BUG_IF(record->n == 0 || record->n > CSV_COLUMNS_MAX);
    for (size_t i = 0; i < record->n; i++) {
        BUG_IF(!text_is_utf8(record->field[i], strlen(record->field[i])));
        csv_text(&c->writer, csv_unguard(record->field[i]));
    }
    csv_end_record(&c->writer);
    return 0;
}

static int copy_csv(struct copy *c, struct arena *a, const void *p, size_t n, size_t step, char sep)
{
    const char *s = p;
    int e = 0;

    buf_init(&c->out, a, 8 * MB);
    csv_writer_init(&c->writer, &c->out, ',', false);
    csv_init(&c->reader, a, sep, write_record, c);
    for (size_t at = 0; at < n && e == 0; at += step)
        e = csv_feed(&c->reader, s + at, n - at < step ? n - at : step);
    if (e == 0)
        e = csv_end(&c->reader);
    BUG_IF((e < 0) != (c->reader.fault != CSV_FINE));
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct copy whole, pieces, again;
    struct arena a;
    int e;

    arena_init(&a, 64 * MB);
    e = copy_csv(&whole, &a, data, size, size + 1, '\0');
    BUG_IF(copy_csv(&pieces, &a, data, size, size > 0 ? data[0] % 7u + 1 : 1, '\0') != e);
    BUG_IF(!text_eq(whole.out.s, pieces.out.s));
    BUG_IF(e < 0 && (whole.reader.fault_row != pieces.reader.fault_row || whole.reader.fault != pieces.reader.fault ||
                     whole.reader.fault_column != pieces.reader.fault_column));

    if (e == 0 && buf_failed(&whole.out) == 0) {
        BUG_IF(copy_csv(&again, &a, whole.out.s, whole.out.n, 4096, ',') < 0 && again.reader.fault < CSV_FAULT_FIELD);
        BUG_IF(again.reader.fault == CSV_FINE && !text_eq(again.out.s, whole.out.s));
    }
    arena_finish(&a);
    return 0;
}
