/*
 * val.c: values of the program as parameters of a statement. Each *_NONE becomes NULL.
 */
#include "db/db.h"

struct val val_int(int64_t v)
{
    return (struct val){.type = VAL_INT, .null = v == INT_NONE, .i = v};
}

struct val val_text(const char *s)
{
    return (struct val){.type = VAL_TEXT, .null = s == NULL, .t = s};
}

struct val val_bytes(struct bytes b)
{
    return (struct val){.type = VAL_BYTES, .null = b.p == NULL, .b = b};
}

struct val val_bool(bool v)
{
    return val_int(v ? 1 : 0);
}

struct val val_money(money v)
{
    return val_int(v.v);
}

struct val val_date(date v)
{
    return val_int(v.v == DATE_NONE.v ? INT_NONE : v.v);
}

struct val val_instant(instant v)
{
    return val_int(v.v);
}

struct val val_ref(ref v)
{
    return val_int(v.v == REF_NONE.v ? INT_NONE : v.v);
}

struct val val_state(state v)
{
    return val_text(v.v);
}
