/*
 * common_passwords.S: the list of common passwords as bytes in the program, for password_rule.c.
 *
 * The build puts the file's path in place of @FILE@, anew whenever the list changes.
 */
#ifdef __CET__
#include <cet.h> /* else the linker would take the protection of branches from the whole program */
#endif
    .section .rodata
    .global terang_common_passwords, terang_common_passwords_end
    .hidden terang_common_passwords, terang_common_passwords_end
terang_common_passwords:
    .incbin "@FILE@"
terang_common_passwords_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
