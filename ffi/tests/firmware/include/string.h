/* What ../../cases.c uses of a C library: the first four are the archive's. */
#ifndef STRING_H
#define STRING_H
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
size_t strlen(const char *text);
char *strchr(const char *text, int c);
size_t strspn(const char *text, const char *set);
size_t strcspn(const char *text, const char *set);

#endif
