/*
 * reader.h: whose form numbers, money and dates take on screen and in what people type.
 *
 * The values are those of LANG_ID and LANG_EN in ui/req.h, which this folder cannot see. Functions take a plain int so
 * that r->lang is passed as it is; any value but READER_EN reads as Indonesian.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

enum reader {
    READER_ID, /* 1.234.567,50   18 September 2026   pukul 10.42 WIB */
    READER_EN, /* 1,234,567.50   18 September 2026   10:42 WIB */
    READER_COUNT,
};

#endif
