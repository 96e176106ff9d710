/* What ../../cases.c uses of a C library, by ../libc.c. */
#ifndef STDLIB_H
#define STDLIB_H
#include <stddef.h>

void *malloc(size_t size);
void free(void *memory);
void exit(int status);
unsigned long strtoul(const char *text, char **end, int base);
long long strtoll(const char *text, char **end, int base);

#endif
