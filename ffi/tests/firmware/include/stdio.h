/* What ../../cases.c uses of a C library, by ../libc.c. */
#ifndef STDIO_H
#define STDIO_H
#include <stddef.h>

typedef struct FILE FILE;
typedef long ssize_t;
#define stdin ((FILE *)0)
#define stderr ((FILE *)0)

/* %s, %.*s, %c and %04x alone. */
int printf(const char *format, ...);
int fprintf(FILE *file, const char *format, ...);
int putchar(int c);
/* The line is the library's, and all that was allocated goes with it. */
ssize_t getline(char **line, size_t *capacity, FILE *file);

#endif
