/*
 * signer_test.c: the signer signs forward only, remembers over a restart, and trusts no message.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/unit.h"

#include "ledger/policy.h"
#include "ledger/signer.h"
#include "ledger/test_log.h"
#include "os/os.h"
#include "os/pipe.h"
#include "os/test_dir.h"

struct world {
    struct test_dir dir;
    struct arena arena;
    int end[2];
    pthread_t thread;
    int result;
};

static void *serve(void *arg)
{
    struct world *w = arg;
    AUTO_CLOSE int key = os_open_read(w->dir.fd, LEDGER_KEY_FILE);

    w->result = signer_main(w->end[1], key, w->dir.fd);
    os_close(&w->end[1]);
    return NULL;
}

static void start(struct world *w)
{
    assert_int_equal(pipe_make(w->end), 0);
    assert_int_equal(pthread_create(&w->thread, NULL, serve, w), 0);
}

static int stop(struct world *w)
{
    os_close(&w->end[0]);
    assert_int_equal(pthread_join(w->thread, NULL), 0);
    return w->result;
}

static void key_write(struct world *w, const char *more)
{
    struct note_key k = test_log_key();
    char text[2 * NOTE_VKEY];

    note_key_text(&k, text);
    (void)snprintf(text + strlen(text), NOTE_VKEY, "\n%s", more); /* fits */
    assert_int_equal(os_replace_file(w->dir.fd, LEDGER_KEY_FILE, text, strlen(text), 0600), 0);
}

static int set_up(void **env)
{
    static struct world w;

    w = (struct world){0};
    arena_init(&w.arena, 16 * MB);
    test_dir_make(&w.dir);
    key_write(&w, "");
    assert_int_equal(signer_state_create(w.dir.fd, TEST_ORIGIN), 0);
    *env = &w;
    return 0;
}

static int tear_down(void **env)
{
    struct world *w = *env;

    test_dir_finish(&w->dir);
    arena_finish(&w->arena);
    return 0;
}

static struct signer_ask ask_for(uint64_t size, uint8_t root)
{
    return (struct signer_ask){.word = SIGNER_SIGN, .size = size, .root = {.v = {root}}};
}

static int sign(struct world *w, uint64_t size, uint8_t root)
{
    struct signer_ask ask = ask_for(size, root);
    struct signer_answer answer;

    return signer_call(w->end[0], &ask, &answer);
}

static void only_what_is_ahead_is_signed(void **env)
{
    struct world *w = *env;

    start(w);
    assert_int_equal(sign(w, 10, 1), 0);
    assert_int_equal(sign(w, 10, 1), 0);       /* again: the same */
    assert_int_equal(sign(w, 10, 2), E_STATE); /* sideways */
    assert_int_equal(sign(w, 9, 1), E_STATE);  /* back */
    assert_int_equal(sign(w, 0, 0), E_STATE);
    assert_int_equal(sign(w, UINT64_MAX, 1), E_STATE); /* no tree is so large */
    assert_int_equal(sign(w, 11, 3), 0);
    assert_int_equal(sign(w, 10, 1), E_STATE);
    assert_int_equal(stop(w), 0);
}

static void the_state_outlives_the_process(void **env)
{
    const struct signer_ask ask = {.word = SIGNER_STATE};
    struct world *w = *env;
    struct signer_answer answer;

    start(w);
    assert_int_equal(sign(w, 10, 1), 0);
    assert_int_equal(stop(w), 0);
    start(w);
    assert_int_equal(signer_call(w->end[0], &ask, &answer), 0);
    assert_int_equal(answer.size, 10);
    assert_int_equal(answer.root.v[0], 1);
    assert_int_equal(sign(w, 9, 1), E_STATE);
    assert_int_equal(stop(w), 0);
}

static void the_same_question_gets_the_same_note(void **env)
{
    const struct signer_ask ask = ask_for(7, 9);
    struct world *w = *env;
    struct signer_answer one, two;
    struct policy_verdict verdict;
    struct bytes a, b;
    struct policy p;

    start(w);
    assert_int_equal(signer_call(w->end[0], &ask, &one), 0);
    assert_int_equal(signer_call(w->end[0], &ask, &two), 0);
    assert_int_equal(stop(w), 0);
    assert_int_equal(signer_note(&w->arena, &one, &a), 0);
    assert_int_equal(signer_note(&w->arena, &two, &b), 0);
    assert_true(a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
    assert_int_equal(policy_of_vkey(&w->arena, TEST_LOG_VKEY, &p), 0);
    assert_int_equal(policy_judge(&w->arena, &p, a, &verdict), 0);
    assert_int_equal(verdict.checkpoint.size, 7);
    one.key[0].sig[5] ^= 1;
    assert_int_equal(signer_note(&w->arena, &one, &a), E_SYSTEM);
}

static void without_a_state_file_nothing_is_signed(void **env)
{
    struct world *w = *env;

    assert_int_equal(os_remove(w->dir.fd, LEDGER_STATE_FILE), 0);
    start(w);
    assert_int_equal(sign(w, 1, 1), E_HOLD);
    assert_int_equal(stop(w), 0);
    assert_int_equal(signer_state_create(w->dir.fd, TEST_ORIGIN), 0);
    assert_int_equal(signer_state_create(w->dir.fd, TEST_ORIGIN), E_CONFLICT);
}

static void nothing_is_signed_that_could_not_be_remembered(void **env)
{
    const struct signer_ask state_ask = {.word = SIGNER_STATE};
    struct signer_answer answer;
    struct world *w = *env;

    start(w);
    assert_int_equal(signer_call(w->end[0], &state_ask, &answer), 0); /* the files have been read */
    assert_int_equal(os_remove(w->dir.fd, LEDGER_KEY_FILE), 0);
    assert_int_equal(os_remove(w->dir.fd, LEDGER_STATE_FILE), 0);
    assert_int_equal(rmdir(w->dir.path), 0);
    assert_int_equal(sign(w, 5, 1), E_STORAGE);
    assert_int_equal(signer_call(w->end[0], &state_ask, &answer), 0);
    assert_int_equal(answer.size, 0);
    assert_int_equal(stop(w), 0);
    assert_int_equal(mkdir(w->dir.path, 0700), 0); /* for the one that tidies up */
}

static void broken_files_end_the_signer(void **env)
{
    struct world *w = *env;

    assert_int_equal(os_replace_file(w->dir.fd, LEDGER_STATE_FILE, "nonsense\n", 9, 0600), 0);
    start(w);
    assert_int_equal(stop(w), E_FORMAT);
    assert_int_equal(os_remove(w->dir.fd, LEDGER_STATE_FILE), 0);
    assert_int_equal(signer_state_create(w->dir.fd, "other.example/ledger/1"), 0);
    start(w);
    assert_int_equal(stop(w), E_FORMAT); /* the state of another log */
    key_write(w, "nonsense\n");
    start(w);
    assert_int_equal(stop(w), E_FORMAT);
    assert_int_equal(os_replace_file(w->dir.fd, LEDGER_KEY_FILE, "", 0, 0600), 0);
    start(w);
    assert_int_equal(stop(w), E_FORMAT);
}

static void a_broken_message_ends_the_signer(void **env)
{
    static const struct {
        uint16_t kind;
        uint32_t word;
        size_t n;
    } tries[] = {{SIGNER_SIGN, SIGNER_STATE, sizeof(struct signer_ask)},
                 {SIGNER_SIGN, SIGNER_SIGN, sizeof(struct signer_ask) - 1},
                 {7, 7, sizeof(struct signer_ask)},
                 {SIGNER_SIGN, SIGNER_SIGN, 0}};
    struct world *w = *env;

    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        const struct signer_ask ask = {.word = tries[i].word, .size = 1};
        const struct pipe_msg m = {.kind = tries[i].kind, .body = {.p = (const uint8_t *)&ask, .n = tries[i].n}};

        start(w);
        assert_int_equal(pipe_send(w->end[0], &m, 1000), 0);
        assert_int_equal(pthread_join(w->thread, NULL), 0);
        assert_int_equal(w->result, E_FORMAT);
        os_close(&w->end[0]);
    }
}

static void a_signer_that_is_gone_is_busy(void **env)
{
    struct world *w = *env;
    int end;

    start(w);
    end = dup(w->end[0]);
    os_close(&w->end[0]);
    assert_int_equal(shutdown(end, SHUT_RDWR), 0);
    assert_int_equal(pthread_join(w->thread, NULL), 0);
    w->end[0] = end;
    assert_int_equal(sign(w, 1, 1), E_BUSY);
    os_close(&w->end[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_what_is_ahead_is_signed),
        TEST(the_state_outlives_the_process),
        TEST(the_same_question_gets_the_same_note),
        TEST(without_a_state_file_nothing_is_signed),
        TEST(nothing_is_signed_that_could_not_be_remembered),
        TEST(broken_files_end_the_signer),
        TEST(a_broken_message_ends_the_signer),
        TEST(a_signer_that_is_gone_is_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
