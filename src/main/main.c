/*
 * main.c: where the program begins. Alone in its file, so that tests can link everything else.
 */
#include "main/command.h"

int main(int argc, char **argv)
{
    return command_main(argc, argv);
}
