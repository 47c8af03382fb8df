/* fuzz: engine */
/*
 * fuzz_value.c: what is typed or sent for a field of any type: what is accepted keeps the field's limits, and written back
 * into the control, or stored, and taken again it is the same value.
 */
#include "base/text.h"
#include "engine/screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TITLE_MAX 10
#define LEAST     (-5)
#define MOST      24

struct thing {
    struct record head;
    int64_t size, any;
    bool own;
    money fee;
    date due;
    instant at;
    state kind, free;
    const char *title, *remark;
};

/* clang-format off */
static const struct field fields[] = {
    FIELD(struct thing, size, .flags = F_REQUIRED, .least = LEAST, .most = MOST),
    FIELD(struct thing, any),
    FIELD(struct thing, own),
    FIELD(struct thing, fee),
    FIELD(struct thing, due),
    FIELD(struct thing, at),
    FIELD(struct thing, kind, .codes = "draft open closed"),
    FIELD(struct thing, free),
    FIELD(struct thing, title, .flags = F_REQUIRED, .max = TITLE_MAX),
    FIELD(struct thing, remark, .flags = F_LONG),
};
static const struct entity thing_entity = ENTITY(struct thing, thing, fields);
/* clang-format on */

static void check_text(const struct field *f, const char *s)
{
    size_t characters = 0, i;

    for (i = 0; s[i] != '\0'; i++) {
        characters += ((unsigned char)s[i] & 0xc0) != 0x80;
        BUG_IF((unsigned char)s[i] < 0x20 && !((f->flags & F_LONG) != 0 && (s[i] == '\n' || s[i] == '\t')));
    }
    BUG_IF(characters > (size_t)(f->max > 0 ? f->max : FIELD_TEXT_MAX) || !text_is_utf8(s, i));
}

static void check_limits(const struct field *f, const struct thing *t)
{
    BUG_IF(t->size != INT_NONE && (t->size < LEAST || t->size > MOST));
    BUG_IF(t->kind.v != NULL && !text_has_word("draft open closed", t->kind.v));
    if (t->title != NULL)
        check_text(f, t->title);
    if (t->remark != NULL)
        check_text(f, t->remark);
}

/* A control for a moment shows no seconds. */
static const char *stored_of(const struct field *f, const struct thing *row, struct arena *a)
{
    if (f->type == FIELD_INSTANT && row->at.v != INSTANT_NONE.v)
        return text_printf(a, "%lld", (long long)(row->at.v >= 0 ? row->at.v / 60000 : -((59999 - row->at.v) / 60000)));
    return field_stored(f, row, a);
}

static void check_again(const struct req *r, const struct field *f, const struct thing *row)
{
    struct thing *typed = row_new(r->arena, &thing_entity, 1), *sent = row_new(r->arena, &thing_entity, 1);
    const char *arg = NULL;

    BUG_IF(input_take(r, &thing_entity, f, typed, input_text(r, f, row), &arg) != NULL);
    BUG_IF(!text_eq(stored_of(f, row, r->arena), stored_of(f, typed, r->arena)));
    BUG_IF(input_stored(r, &thing_entity, f, sent, field_stored(f, row, r->arena), &arg) != NULL);
    BUG_IF(!text_eq(field_stored(f, row, r->arena), field_stored(f, sent, r->arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct field *f;
    const char *arg = NULL, *given;
    struct thing *row;
    struct arena a;
    struct req r;

    if (size < 2 || size > 8 * KB)
        return 0;
    arena_init(&a, 16 * MB);
    r = (struct req){.arena = &a, .lang = data[1] & 1 ? LANG_EN : LANG_ID, .zone_minutes = 420, .zone = "WIB"};
    f = &fields[data[0] % ARRAY_LEN(fields)];
    given = arena_text_n(&a, (const char *)data + 2, size - 2);
    row = row_new(&a, &thing_entity, 1);
    if ((data[1] & 2 ? input_stored : input_take)(&r, &thing_entity, f, row, given, &arg) == NULL) {
        check_limits(f, row);
        check_again(&r, f, row);
    }
    arena_finish(&a);
    return 0;
}
