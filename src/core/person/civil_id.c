/*
 * civil_id.c: taking NIK, NIP and NIPPPK apart.
 */
#include "base/date.h"
#include "core/person/civil_id.h"

#define NIK_DIGITS      16
#define NIP_DIGITS      18
#define FEMALE_DAY      40
#define AGE_LEAST       16
#define AGE_MOST        50
#define AGE_USUAL_LEAST 18
#define AGE_USUAL_MOST  40

static const char *const fault_keys[] = {
    "civil.good", "civil.length", "civil.region", "civil.birth", "civil.appointment", "civil.age", "civil.sex", "civil.serial",
};
_Static_assert(ARRAY_LEN(fault_keys) == ID_FAULT_COUNT, "a key for each fault");

/* First and last code of each run of provinces; a number keeps the code of its day when a province is divided. */
static const struct {
    int first, last;
} provinces[] = {{11, 19}, {21, 21}, {31, 36}, {51, 54}, {61, 65}, {71, 76}, {81, 82}, {91, 97}};

const char *id_fault_key(enum id_fault fault)
{
    BUG_IF((unsigned)fault >= ID_FAULT_COUNT);
    return fault_keys[fault];
}

static bool has_digits(const char *s, size_t n)
{
    return strnlen(s, n + 1) == n && strspn(s, "0123456789") == n;
}

static int number(const char *s, int digits)
{
    int v = 0;

    while (digits-- > 0)
        v = v * 10 + (*s++ - '0');
    return v;
}

static bool is_province(int code)
{
    size_t i;

    for (i = 0; i < ARRAY_LEN(provinces); i++) {
        if (code >= provinces[i].first && code <= provinces[i].last)
            return true;
    }
    return false;
}

/* The latest day with these two digits of the year that is not after today; DATE_NONE when there was none. */
static date birth_of(int year2, int month, int day, date today)
{
    int century;

    for (century = date_civil(today).year / 100 * 100; century >= 1900; century -= 100) {
        date d = date_of(century + year2, month, day);

        if (!date_is_none(d) && d.v <= today.v)
            return d;
    }
    return DATE_NONE;
}

enum id_fault nik_parse(const char *s, date today, struct nik *ret)
{
    struct nik nik = {.sex = SEX_MALE};
    int day;

    if (!has_digits(s, NIK_DIGITS))
        return ID_LENGTH;
    if (!is_province(number(s, 2)) || number(s + 2, 2) == 0 || number(s + 4, 2) == 0)
        return ID_REGION;

    day = number(s + 6, 2);
    if (day > FEMALE_DAY) {
        nik.sex = SEX_FEMALE;
        day -= FEMALE_DAY;
    }
    nik.birth = birth_of(number(s + 10, 2), number(s + 8, 2), day, today);
    if (date_is_none(nik.birth))
        return ID_BIRTH;
    nik.serial = number(s + 12, 4);
    if (nik.serial == 0)
        return ID_SERIAL;

    (void)snprintf(nik.region, sizeof nik.region, "%.2s.%.2s.%.2s", s, s + 2, s + 4); /* always fits */
    *ret = nik;
    return ID_GOOD;
}

/* Whole years between a birth and the first of a month. */
static int age_at(date birth, int year, int month)
{
    struct civil b = date_civil(birth);

    return year - b.year - (month < b.month || (month == b.month && b.day > 1));
}

static enum id_fault check_appointment(struct nip *nip, int month)
{
    date first = date_of(nip->appointed_year, month, 1);
    int age;

    if (date_is_none(first) || first.v <= nip->birth.v)
        return ID_APPOINTMENT;
    age = age_at(nip->birth, nip->appointed_year, month);
    if (age < AGE_LEAST || age > AGE_MOST)
        return ID_AGE;
    nip->unusual_age = age < AGE_USUAL_LEAST || age > AGE_USUAL_MOST;
    return ID_GOOD;
}

enum id_fault nip_parse(const char *s, struct nip *ret)
{
    struct nip nip = {0};
    enum id_fault fault;
    int sex;

    if (!has_digits(s, NIP_DIGITS))
        return ID_LENGTH;
    nip.birth = date_of(number(s, 4), number(s + 4, 2), number(s + 6, 2));
    if (date_is_none(nip.birth))
        return ID_BIRTH;
    nip.appointed_year = number(s + 8, 4);
    nip.appointed_month = number(s + 12, 2);
    fault = check_appointment(&nip, nip.appointed_month);
    if (fault != ID_GOOD)
        return fault;

    sex = number(s + 14, 1);
    if (sex != 1 && sex != 2)
        return ID_SEX;
    nip.sex = sex == 1 ? SEX_MALE : SEX_FEMALE;
    nip.serial = number(s + 15, 3);
    if (nip.serial == 0)
        return ID_SERIAL;
    *ret = nip;
    return ID_GOOD;
}

enum id_fault nipppk_parse(const char *s, struct nip *ret)
{
    struct nip nip = {0};
    enum id_fault fault;

    if (!has_digits(s, NIP_DIGITS))
        return ID_LENGTH;
    nip.birth = date_of(number(s, 4), number(s + 4, 2), number(s + 6, 2));
    if (date_is_none(nip.birth))
        return ID_BIRTH;
    nip.appointed_year = number(s + 8, 4);
    fault = check_appointment(&nip, 12); /* the month is not in it: the latest, so that nobody is refused for it */
    if (fault == ID_AGE && age_at(nip.birth, nip.appointed_year, 1) == AGE_MOST)
        fault = ID_GOOD;
    if (fault == ID_GOOD && number(s + 12, 6) == 0)
        fault = ID_SERIAL;
    if (fault == ID_GOOD)
        *ret = nip;
    return fault;
}
