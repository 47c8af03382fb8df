/*
 * verify.c: `terang verify`: a proof, a policy, an answer. Works on a machine that has never seen the installation.
 *
 * A PDF that carries a proof gives its proof, and the state of its signature. Nothing ties the drawn pages to the proof but
 * the signature: who reads compares them with the fields. Not for: whether the certificate is to be trusted.
 */
#include "ledger/verify.h"
#include "main/command.h"
#include "os/os.h"
#include "ui/pdf_sign.h"

#include <fcntl.h>

#define FILE_MAX   ((size_t)16 * MB) /* a PDF with its pictures; a proof is far smaller */
#define ANSWER_MAX ((size_t)1 * MB)

enum { POLICY, VKEY };

/* Any path the person names, so not beneath a directory of ours. */
static int read_named(struct arena *a, const char *path, struct bytes *ret)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return E_STORAGE;
    return os_read_all(fd, a, FILE_MAX, ret);
}

static int cannot(const char *what, const char *path)
{
    (void)fprintf(stderr, "terang: %s: %s\n", path, what); /* nobody left to tell */
    return EXIT_UNKNOWN;
}

/* 0, or an exit code with the reason said. */
static int read_policy(const struct command_line *line, struct policy *ret)
{
    const char *path = line->values[POLICY], *vkey = line->values[VKEY];
    struct bytes text;
    int at, e;

    if ((path == NULL) == (vkey == NULL)) {
        if (path != NULL)
            return command_usage(line->command, "--policy and --vkey exclude each other");
        (void)command_usage(line->command, "without a key nothing can be told: give --policy or --vkey");
        return EXIT_UNKNOWN;
    }
    if (vkey != NULL)
        return policy_of_vkey(line->arena, vkey, ret) < 0 ? command_usage(line->command, "--vkey is not a key") : 0;
    if (read_named(line->arena, path, &text) < 0)
        return cannot("cannot be read", path);
    e = policy_parse(line->arena, text, ret, &at);
    if (e < 0) {
        (void)fprintf(stderr, "terang: %s:%d: not a line of a policy\n", path, at); /* nobody left to tell */
        return EXIT_UNKNOWN;
    }
    return 0;
}

/* ---- a PDF ---- */

struct document {
    bool is_pdf;
    struct pdf_seal seal;
};

/* The proof in the file, which is the file itself unless it is a PDF. 0, or an exit code with the reason said. */
static int find_proof(const struct command_line *line, struct bytes file, struct document *d, struct bytes *ret)
{
    const char *path = line->args[0];
    int e;

    d->is_pdf = file.n > 5 && memcmp(file.p, "%PDF-", 5) == 0;
    *ret = file;
    if (!d->is_pdf)
        return file.n > PROOF_MAX ? cannot("too long for a proof", path) : 0;
    e = pdf_proof_read(file, ret);
    if (e < 0)
        return cannot("the proof in this PDF cannot be read", path);
    if (ret->p == NULL)
        return cannot("this PDF carries no proof", path);
    e = pdf_seal_read(line->arena, file, &d->seal);
    if (e < 0)
        d->seal = (struct pdf_seal){.present = true}; /* what breaks the rules is no good signature */
    return 0;
}

static const char *seal_key(const struct pdf_seal *s)
{
    if (!s->present)
        return "cli.pdf-none";
    return !s->intact ? "cli.pdf-bad" : s->covers_all ? "cli.pdf-good" : "cli.pdf-more";
}

static void print_document(const struct command_line *line, const struct document *d, struct buf *out)
{
    if (!d->is_pdf)
        return;
    buf_printf(out, "%s\n", command_said(line, seal_key(&d->seal), d->seal.name != NULL ? d->seal.name : "?"));
    buf_printf(out, "%s\n", command_said(line, "cli.pdf-proof", NULL));
}

/* {"proof":{...},"signature":"none|intact|extended|broken"} around what verify_json() wrote. */
static void json_document(const struct document *d, const struct buf *proof, struct buf *out)
{
    const char *seal = !d->seal.present ? "none" : !d->seal.intact ? "broken" : d->seal.covers_all ? "intact" : "extended";

    buf_printf(out, "{\"proof\":%s,\"signature\":\"%s\"}", proof->s, seal);
}

static int answer(const struct command_line *line, const struct verify *v, const struct document *d)
{
    bool broken = d->is_pdf && d->seal.present && !d->seal.intact;
    struct buf out, whole;

    buf_init(&out, line->arena, ANSWER_MAX);
    buf_init(&whole, line->arena, 2 * ANSWER_MAX);
    if (line->json) {
        if (verify_json(v, &out) == 0) {
            if (d->is_pdf)
                json_document(d, &out, &whole);
            else
                buf_add_n(&whole, out.s, out.n);
            buf_byte(&whole, '\n');
        }
    } else {
        verify_print(v, line->lang == LANG_ID ? VERIFY_ID : VERIFY_EN, &whole);
        print_document(line, d, &whole);
    }
    if (os_write_all(1, whole.s, whole.n) < 0)
        return EXIT_UNKNOWN;
    return broken ? EXIT_WRONG : (int)v->result;
}

int command_verify(const struct command_line *line)
{
    struct document document = {0};
    struct policy policy;
    struct verify v;
    struct bytes file, proof;
    int code;

    code = read_policy(line, &policy);
    if (code != 0)
        return code;
    if (read_named(line->arena, line->args[0], &file) < 0)
        return cannot("cannot be read", line->args[0]);
    code = find_proof(line, file, &document, &proof);
    if (code != 0)
        return code;
    verify_proof(line->arena, proof, &policy, &v);
    return answer(line, &v, &document);
}
