/* fuzz: base */
/*
 * fuzz_json.c: any bytes are a tree or refused; a tree that we write is read back and written again as the same bytes.
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct json_out *j, const struct json_in *v)
{
    switch (v->kind) {
    case JSON_IS_NULL:
        json_out_null(j);
        return;
    case JSON_IS_BOOL:
        json_out_bool(j, v->number != 0);
        return;
    case JSON_IS_INT:
        json_out_int(j, v->number);
        return;
    case JSON_IS_TEXT:
        BUG_IF(!text_is_utf8(v->text, strlen(v->text)));
        json_out_text(j, v->text);
        return;
    case JSON_IS_ARRAY:
        json_out_array(j);
        break;
    case JSON_IS_OBJECT:
        json_out_object(j);
        break;
    }
    for (size_t i = 0; i < v->n; i++) {
        if (v->kind == JSON_IS_OBJECT) {
            BUG_IF(json_member(v, v->items[i].key) != &v->items[i]);
            json_out_key(j, v->items[i].key);
        }
        write_value(j, &v->items[i]);
    }
    json_out_end(j);
}

static void write_tree(struct buf *out, struct arena *a, const struct json_in *root)
{
    struct json_out j;

    buf_init(out, a, 8 * MB);
    json_out_init(&j, out);
    write_value(&j, root);
    BUG_IF(json_out_done(&j) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct json_in *root;
    const char *why = NULL;
    struct buf first, second;
    struct arena a;

    arena_init(&a, 64 * MB);
    if (json_read(&a, data, size, 64 * KB, &root, &why) == 0) {
        write_tree(&first, &a, root);
        BUG_IF(json_read(&a, first.s, first.n, 8 * MB, &root, &why) < 0);
        write_tree(&second, &a, root);
        BUG_IF(!text_eq(first.s, second.s));
    } else {
        BUG_IF(text_empty(why));
    }
    arena_finish(&a);
    return 0;
}
