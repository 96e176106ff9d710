/* Linked to a test, it ends the program when the library calls the heap. */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

extern int in_library;
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static void check(void) {
  static const char message[] = "the library has called the heap\n";
  if (!in_library) return;
  if (write(2, message, sizeof message - 1)) _exit(3);
  _exit(3);
}

void *malloc(size_t size) { check(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { check(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { check(); return __libc_realloc(p, size); }
void free(void *p) { check(); __libc_free(p); }
