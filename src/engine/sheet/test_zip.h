/*
 * test_zip.h: makes ZIP files in memory for the tests of archives, good ones and, by hand, bad ones.
 */
#ifndef ENGINE_SHEET_TEST_ZIP_H
#define ENGINE_SHEET_TEST_ZIP_H

#include <stddef.h>
#include <stdint.h>

#define MADE_MAX     ((size_t)512 * 1024)
#define MADE_MEMBERS 64

struct made {
    uint8_t p[MADE_MAX];
    size_t n;
    size_t members;
    struct {
        char name[64];
        size_t header, packed, size;
        uint32_t crc;
        uint16_t method, flags;
    } member[MADE_MEMBERS];
    size_t directory; /* where it begins, after made_end() */
};

void made_init(struct made *m); /* the struct is large: keep it static */
void made_bytes(struct made *m, const void *p, size_t n);
void made_member(struct made *m, const char *name, const void *p, size_t n, int deflated);
void made_text(struct made *m, const char *name, const char *text); /* deflated */
void made_end(struct made *m);

/* Changes bytes in place: 16 or 32 bits, little-endian. */
void made_set16(struct made *m, size_t at, uint16_t v);
void made_set32(struct made *m, size_t at, uint32_t v);

/* Where the n-th member's directory entry begins. */
size_t made_entry(const struct made *m, size_t n);

/* A descriptor on the bytes. */
int made_fd(const struct made *m);
int memory_fd(const void *p, size_t n);

#endif
