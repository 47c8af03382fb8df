/*
 * tally.c: a hash table with chains. Its size is bounded by the connections that exist, a chain by the addresses an
 * attacker has; so the hash needs no key.
 */
#include "http/tally.h"

_Static_assert(TALLY_SLOTS == 1 << (64 - 54), "find() takes the upper bits");

struct tally_entry {
    struct tally_entry *next;
    struct address unit;
    int n;
};

static struct tally_entry **find(struct tally *t, const struct address *unit)
{
    uint64_t hi, lo;
    struct tally_entry **at;

    memcpy(&hi, unit->b, 8);
    memcpy(&lo, unit->b + 8, 8);
    at = &t->slots[((hi ^ lo) * UINT64_C(0x9E3779B97F4A7C15)) >> 54];
    while (*at != NULL && !address_eq(&(*at)->unit, unit))
        at = &(*at)->next;
    return at;
}

bool tally_add(struct tally *t, const struct address *a, int max)
{
    struct address unit = address_unit(a);
    struct tally_entry **at = find(t, &unit);

    if (*at == NULL) {
        *at = calloc(1, sizeof **at);
        if (*at == NULL)
            memory_gone(sizeof **at);
        (*at)->unit = unit;
    }
    if ((*at)->n >= max)
        return false;
    (*at)->n++;
    return true;
}

void tally_remove(struct tally *t, const struct address *a)
{
    struct address unit = address_unit(a);
    struct tally_entry **at = find(t, &unit), *gone = *at;

    BUG_IF(gone == NULL || gone->n <= 0);
    if (--gone->n > 0)
        return;
    *at = gone->next;
    free(gone);
}

void tally_finish(struct tally *t)
{
    for (size_t i = 0; i < TALLY_SLOTS; i++) {
        while (t->slots[i] != NULL) {
            struct tally_entry *next = t->slots[i]->next;

            free(t->slots[i]);
            t->slots[i] = next;
        }
    }
}
