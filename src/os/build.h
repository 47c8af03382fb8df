/*
 * build.h: what this build cannot do. Address, thread and memory sanitizers reserve terabytes of address space and
 * make system calls of their own, so a limit on the address space or a filter would stop the sanitizer, not the bug.
 * Tests of limits and filters run in the release build.
 */
#ifndef OS_BUILD_H
#define OS_BUILD_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define OS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OS_SANITIZED 1
#endif
#ifndef OS_SANITIZED
#define OS_SANITIZED 0
#endif

#endif
