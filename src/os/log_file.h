/*
 * log_file.h: the lines of the log in files of a folder, for the page that searches them: bounded in bytes and days, whatever
 * else keeps the log.
 *
 * A file is named after the moment of its first line and the process, "20260918T034200.123-815.log", and is never written
 * again once the next has begun, so no line is lost where one ends. Full files, and those over LOG_FILE_DAYS old, go; the
 * folder never holds more than LOG_FILE_BYTES * LOG_FILES.
 */
#ifndef OS_LOG_FILE_H
#define OS_LOG_FILE_H

#include "os/os.h"

#define LOG_FILE_BYTES ((int64_t)4 * MB)
#define LOG_FILES      16
#define LOG_FILE_DAYS  30
#define LOG_FILE_END   ".log"

/*
 * Once in a process, from then on every line of base/log.h goes there too; the caller keeps `dir` open. Lines that find no room
 * on the disk are counted, and the next that does is preceded by one that says how many.
 */
void log_file_begin(int dir);

/* No further line. For the end of a process and for tests. */
void log_file_end(void);

#endif
