/*
 * civil_id.h: what the numbers of people say about themselves: NIK (every resident), NIP (civil servants), NIPPPK
 * (contract staff). None has a check digit: a good one is plausible and no proof, only the registry is.
 *
 * Pure. Numbers are plain digits; whoever reads them from a form takes spaces out before.
 */
#ifndef CORE_PERSON_CIVIL_ID_H
#define CORE_PERSON_CIVIL_ID_H

#include "base/base.h"

enum sex {
    SEX_UNKNOWN,
    SEX_MALE,
    SEX_FEMALE,
};

enum id_fault {
    ID_GOOD,
    ID_LENGTH,      /* not so many digits, or something else in between */
    ID_REGION,      /* no province has this code, or regency or district is 00 */
    ID_BIRTH,       /* no such day */
    ID_APPOINTMENT, /* no such month, or not after the birth */
    ID_AGE,         /* appointed under 16 or over 50 */
    ID_SEX,
    ID_SERIAL, /* only zeros */
    ID_FAULT_COUNT,
};

/* Key into lang/: "civil.birth". */
const char *id_fault_key(enum id_fault fault) __attribute__((returns_nonnull));

/*
 * NIK: PPKKCC DDMMYY SSSS. Province, regency, district where it was first given; birth date, for women 40 added to the
 * day; serial. The century is not in it: `birth` is the latest year that lies not after `today`.
 */
struct nik {
    char region[9]; /* "36.71.01": province, regency, district */
    date birth;
    enum sex sex;
    int serial;
};

enum id_fault nik_parse(const char *s, date today, struct nik *ret);

/* NIP: birth YYYYMMDD, first appointment YYYYMM, sex 1 or 2, serial 001 to 999 (Perka BKN 22/2007). */
struct nip {
    date birth;
    int appointed_year;
    int appointed_month;
    enum sex sex;
    int serial;
    bool unusual_age; /* appointed under 18 or over 40: show a notice, accept it */
};

enum id_fault nip_parse(const char *s, struct nip *ret);

/* NIPPPK: birth YYYYMMDD, year of appointment, six digits whose layout is not published. Sex, serial, month stay 0. */
enum id_fault nipppk_parse(const char *s, struct nip *ret);

#endif
