/* fuzz: ledger */
/*
 * fuzz_policy.c: any bytes are a policy or refused; in one that is read every index is in range, and more witnesses never
 * take a quorum away.
 */
#include "ledger/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct policy *p)
{
    struct note_seen seen[POLICY_WITNESSES] = {{0}};
    bool before = policy_quorum(p, seen);

    BUG_IF(p->n_logs > POLICY_LOGS || p->n_witnesses > POLICY_WITNESSES || p->n_nodes > POLICY_NODES);
    BUG_IF(p->quorum >= (int)p->n_nodes);
    for (size_t i = 0; i < p->n_nodes; i++) {
        const struct policy_node *n = &p->nodes[i];

        BUG_IF(n->witness >= (int)p->n_witnesses || (n->witness < 0 && (n->k < 1 || n->k > n->n)));
        for (size_t m = 0; m < n->n; m++)
            BUG_IF(n->members[m] >= i);
    }
    for (size_t i = 0; i < p->n_witnesses; i++) {
        bool now;

        seen[i].good = true;
        now = policy_quorum(p, seen);
        BUG_IF(before && !now);
        before = now;
    }
    BUG_IF(!before); /* all of them are always enough */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct policy p;
    int line;

    arena_init(&a, 16 * MB);
    if (policy_parse(&a, (struct bytes){.p = data, .n = size}, &p, &line) == 0)
        check(&p);
    arena_finish(&a);
    return 0;
}
