/*
 * xlsx_value.h: what the numbers in a spreadsheet file mean. Pure; for the reader and its tests.
 */
#ifndef ENGINE_SHEET_XLSX_VALUE_H
#define ENGINE_SHEET_XLSX_VALUE_H

#include "base/base.h"

#define XLSX_NUMBER_SIZE 400 /* sign, 309 digits or 0.000..., NUL */
#define XLSX_DATE_SIZE   24

enum xlsx_format {
    XLSX_FORMAT_NUMBER,
    XLSX_FORMAT_DATE,
    XLSX_FORMAT_TIME,
    XLSX_FORMAT_DATETIME,
};

/* What a number format shows: by number for the ones that are built in, by code ("dd/mm/yyyy") for others. */
enum xlsx_format xlsx_format_built_in(int64_t id);
enum xlsx_format xlsx_format_of(const char *code);

/*
 * "1.2345E+3" as "1234.5": plain decimals, 15 significant digits, rounded half up, no zeros at the end of a fraction.
 * E_FORMAT when it is no number. No floating point is used.
 */
MUST_USE int xlsx_number(const char *s, char ret[XLSX_NUMBER_SIZE], bool *ret_imprecise);

/*
 * A serial number (as xlsx_number() wrote it) as ISO date, time or both; whole seconds, rounded. Since 1904 or since 1900,
 * then with the 29 February 1900 that never was. E_INPUT when it is no date: negative, that day, or past the year 9999.
 */
MUST_USE int xlsx_date(const char *decimal, enum xlsx_format format, bool since_1904, char ret[XLSX_DATE_SIZE]);

#endif
