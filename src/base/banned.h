/*
 * banned.h: functions that must not be used, because there is always a better one here.
 *
 * strcpy, strcat, sprintf: text_printf(), buf. strtok: text_split(). atoi: text_int(). gmtime,
 * localtime: date.h. rand: os_random(). system: os_spawn(). alloca: arena_alloc().
 *
 * Poisoning needs the system's own declarations first, so that they do not trip over it.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets atoi atol gmtime localtime rand system

#endif
