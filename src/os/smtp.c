/*
 * smtp.c: see smtp.h.
 */
#include <curl/curl.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "os/os.h"
#include "os/smtp.h"

#define HOST_MAX 253

/* ---- the operator's settings ---- */

static bool is_host(const char *s)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t n = strlen(s);

    return n > 0 && n <= HOST_MAX && strspn(s, name) == n && s[0] != '.' && s[0] != '-';
}

static bool is_local(const char *host)
{
    return text_eq(host, "localhost") || text_eq(host, "::1") ||
           (text_starts(host, "127.") && strspn(host, "0123456789.") == strlen(host));
}

/* "host" or "[::1]" up to the port or the end; *ret_rest is what follows. */
static int take_host(struct arena *a, const char *s, const char **ret_host, const char **ret_rest)
{
    size_t n;

    if (*s == '[') {
        n = strspn(s + 1, "0123456789abcdefABCDEF:.");
        if (n < 2 || s[1 + n] != ']')
            return E_INPUT;
        *ret_host = arena_text_n(a, s + 1, n);
        *ret_rest = s + n + 2;
        return 0;
    }
    n = strcspn(s, ":");
    *ret_host = arena_text_n(a, s, n);
    *ret_rest = s + n;
    return is_host(*ret_host) ? 0 : E_INPUT;
}

int smtp_place_parse(struct arena *a, const char *url, struct smtp_place *ret)
{
    struct smtp_place p = {.tls = text_starts(url, "smtps://")};
    int64_t port = p.tls ? 465 : 25;
    const char *rest;

    if (!p.tls && !text_starts(url, "smtp://"))
        return E_INPUT;
    if (take_host(a, strstr(url, "//") + 2, &p.host, &rest) < 0)
        return E_INPUT;
    if (*rest != '\0' && (*rest != ':' || text_int(rest + 1, 1, 65535, &port) < 0))
        return E_INPUT;
    p.port = (int)port;
    p.local = is_local(p.host);
    *ret = p;
    return 0;
}

/* One line without its end; false for none, an empty or a long one. */
static bool take_line(const char **s, char *ret, size_t size)
{
    size_t n = strcspn(*s, "\r\n");

    if (n == 0 || n >= size)
        return false;
    memcpy(ret, *s, n);
    ret[n] = '\0';
    *s += n;
    *s += strspn(*s, "\r\n");
    return true;
}

int smtp_login_read(const char *path, struct smtp_login *ret)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[SMTP_LOGIN_MAX + 1];
    const char *s = text;
    struct stat st;
    ssize_t n;
    int e = 0;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return E_STORAGE;
    if ((st.st_mode & 077) != 0 || st.st_uid != geteuid())
        return E_PERMIT;
    n = read(fd, text, SMTP_LOGIN_MAX);
    if (n < 0)
        return E_STORAGE;
    text[n] = '\0';
    if (strlen(text) != (size_t)n || !take_line(&s, ret->name, sizeof ret->name) ||
        !take_line(&s, ret->password, sizeof ret->password) || *s != '\0')
        e = E_FORMAT;
    explicit_bzero(text, sizeof text);
    return e;
}

/* ---- sending ---- */

int smtp_prepare(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : E_SYSTEM;
}

static size_t give(char *to, size_t size, size_t n, void *arg)
{
    struct bytes *left = arg;

    n = size * n < left->n ? size * n : left->n;
    memcpy(to, left->p, n);
    left->p += n;
    left->n -= n;
    return n;
}

/* Answers that say "never", about the recipient or the message; that a login or a sender is refused, the operator can mend. */
static bool is_final(int code)
{
    return code == 521 || code == 550 || code == 551 || code == 552 || code == 553 || code == 556;
}

/* What we call ourselves: the domain of the sender, so that the name of the machine stays here. */
static const char *own_address(struct arena *a, const struct smtp_mail *m)
{
    const char *domain = strrchr(m->from, '@');

    return text_printf(a, "%s/%s", m->url, domain != NULL && is_host(domain + 1) ? domain + 1 : "localhost");
}

static void set_up(CURL *c, struct arena *a, const struct smtp_mail *m, const struct smtp_place *place, struct curl_slist *to,
                   struct bytes *left)
{
    const long tls = place->tls || !place->local ? CURLUSESSL_ALL : CURLUSESSL_NONE;

    /* An option that libcurl does not take makes the sending fail; none of these depends on what comes in. */
    (void)curl_easy_setopt(c, CURLOPT_URL, own_address(a, m));
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(c, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SMTP_TIMEOUT_S);
    (void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)SMTP_TIMEOUT_S);
    (void)curl_easy_setopt(c, CURLOPT_USE_SSL, tls);
    (void)curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(c, CURLOPT_MAIL_FROM, text_printf(a, "<%s>", m->from));
    (void)curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    (void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(c, CURLOPT_READDATA, left);
    if (m->login != NULL) {
        (void)curl_easy_setopt(c, CURLOPT_USERNAME, m->login->name);
        (void)curl_easy_setopt(c, CURLOPT_PASSWORD, m->login->password);
    }
}

int smtp_send(const struct smtp_mail *m, int *ret_code)
{
    struct bytes left = m->message;
    struct curl_slist *to;
    struct smtp_place place;
    struct arena a;
    long code = 0;
    CURL *c;
    CURLcode done;

    *ret_code = 0;
    if (m->message.n > SMTP_MESSAGE_MAX)
        return E_INPUT;
    arena_init(&a, 16 * KB);
    if (smtp_place_parse(&a, m->url, &place) < 0) {
        arena_finish(&a);
        return E_BUSY; /* a setting that is wrong can be mended */
    }
    c = curl_easy_init();
    to = curl_slist_append(NULL, text_printf(&a, "<%s>", m->to));
    if (c == NULL || to == NULL)
        memory_gone(sizeof place);
    set_up(c, &a, m, &place, to, &left);
    done = curl_easy_perform(c);
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code); /* stays 0 */
    curl_slist_free_all(to);
    curl_easy_cleanup(c);
    arena_finish(&a);
    *ret_code = (int)code;
    return done == CURLE_OK ? 0 : done != CURLE_LOGIN_DENIED && is_final((int)code) ? E_INPUT : E_BUSY;
}
