/*
 * test_case.h: rows of the sample case for tests of lists, pages and files. No part of the product.
 */
#ifndef ENGINE_TEST_CASE_H
#define ENGINE_TEST_CASE_H

#include "base/date.h"
#include "base/text.h"
#include "engine/row.h"
#include "engine/sample_screen.h"
#include "engine/test_city.h"

struct case_put {
    const struct entity *entity;
    char *v; /* structs of the entity, one after the other */
    size_t n;
};

static inline int case_put_run(struct tx *tx, void *arg)
{
    struct case_put *p = arg;
    size_t i;
    int e = 0;

    for (i = 0; e == 0 && i < p->n; i++) {
        struct record *row = (struct record *)(p->v + i * p->entity->size);

        e = row_insert(tx, p->entity, row, row);
    }
    return e;
}

/* Inserts n rows; their heads come back without leaf hashes. */
static inline void case_put(struct city *c, const struct entity *e, void *rows, size_t n)
{
    size_t i;

    for (i = 0; i < n; i += 200) {
        struct case_put p = {e, (char *)rows + i * e->size, n - i < 200 ? n - i : 200};

        assert_int_equal(writer_do(c->writer, case_put_run, &p), 0);
    }
}

static inline int64_t case_person(struct city *c, int64_t gov)
{
    struct sample_person person = {.head = {.gov = gov}, .name = "Siti Aminah"};

    case_put(c, &sample_person_entity, &person, 1);
    return person.head.id;
}

static inline int64_t case_agency(struct city *c, const char *code)
{
    struct sample_node node = {.code = code, .weight = INT_NONE};

    case_put(c, &sample_node_entity, &node, 1);
    return node.head.id;
}

/* A filed case without due day and fee, not yet stored. */
static inline struct sample_case a_case(int64_t gov, int64_t person, const char *number)
{
    return (struct sample_case){.head = {.gov = gov},
                                .number = number,
                                .person = {person},
                                .applicant = "Siti Aminah",
                                .status = {"filed"},
                                .due = DATE_NONE,
                                .filed_at = {INT64_C(1789353600000)},
                                .fee = MONEY_NONE};
}

/* `n` stored cases TRG-0000 ... of CITY_GOV: days repeat, every fifth has none; every third is filed, the others checked. */
static inline struct sample_case *many_cases(struct city *c, size_t n)
{
    struct sample_case *v = arena_array(&c->a, n, struct sample_case);
    int64_t person = case_person(c, CITY_GOV);
    size_t i;

    for (i = 0; i < n; i++) {
        v[i] = a_case(CITY_GOV, person, text_printf(&c->a, "TRG-%04zu", i));
        v[i].status.v = i % 3 == 0 ? "filed" : "checked";
        if (i % 5 != 0)
            v[i].due = (date){20000 + (int32_t)(i * 7 % 40)};
    }
    case_put(c, &sample_case_entity, v, n);
    return v;
}

#endif
