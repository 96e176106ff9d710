/*
 * The little of a C library that cases.c uses, over semihosting: it reads
 * cases.jsonl and writes verdicts.jsonl in the emulator's directory. Memory is
 * given out in order and taken back with the next line.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "semihost.h"

/* Left to the stack. */
#ifndef STACK
#define STACK (64 * 1024)
#endif
/* Of each file, read and written at once. */
#ifndef BUFFER
#define BUFFER (16 * 1024)
#endif

extern char heap_start[], stack_top[];
#define HEAP_END ((uintptr_t)stack_top - STACK)
static char *heap = heap_start;

static intptr_t input = -1, output = -1;
static char unread[BUFFER], unwritten[BUFFER];
static size_t unread_at, unread_len, unwritten_len;

static void fail(const char *why) {
  semihost(SYS_WRITE0, why);
  leave(0);
}

void abort(void) {
  fail("abort\n");
  for (;;) {
  }
}

static intptr_t open(const char *name, int mode) {
  const intptr_t arguments[3] = {(intptr_t)name, mode, (intptr_t)strlen(name)};
  intptr_t file = semihost(SYS_OPEN, arguments);
  if (file == -1) fail("a file cannot be opened\n");
  return file;
}

/* How much was not read or written. */
static size_t transfer(int operation, intptr_t file, char *buffer, size_t len) {
  const intptr_t arguments[3] = {file, (intptr_t)buffer, (intptr_t)len};
  return (size_t)semihost(operation, arguments);
}

static void flush(void) {
  if (output == -1) output = open("verdicts.jsonl", 5);
  if (transfer(SYS_WRITE, output, unwritten, unwritten_len) != 0)
    fail("verdicts.jsonl: not written\n");
  unwritten_len = 0;
}

int putchar(int c) {
  if (unwritten_len == sizeof unwritten) flush();
  unwritten[unwritten_len++] = (char)c;
  return c;
}

static int next_char(void) {
  if (unread_at == unread_len) {
    if (input == -1) input = open("cases.jsonl", 1);
    unread_len = BUFFER - transfer(SYS_READ, input, unread, BUFFER);
    unread_at = 0;
    if (unread_len == 0) return -1;
  }
  return (unsigned char)unread[unread_at++];
}

void *malloc(size_t size) {
  char *memory = heap;
  size = (size + 7) & ~(size_t)7;
  if (size > HEAP_END - (uintptr_t)heap) fail("no memory is left\n");
  heap += size;
  return memory;
}

void free(void *memory) { (void)memory; }

ssize_t getline(char **line, size_t *capacity, FILE *file) {
  ssize_t len = 0;
  int c;
  (void)file;
  heap = (char *)(((uintptr_t)heap_start + 7) & ~(uintptr_t)7);
  *line = heap;
  while ((c = next_char()) != -1) {
    if ((uintptr_t)heap + (size_t)len + 2 > HEAP_END) fail("a line is too long\n");
    heap[len++] = (char)c;
    if (c == '\n') break;
  }
  heap[len] = 0;
  *capacity = (size_t)len + 1;
  malloc(*capacity); /* it lies there already */
  return len ? len : -1;
}

/* cases.c calls it for a case whose reports differ. */
void exit(int status) {
  flush();
  leave(status == 0);
}

static void print(const char *format, va_list values) {
  static const char digits[] = "0123456789abcdef";
  for (; *format; format++) {
    if (*format != '%') {
      putchar(*format);
    } else if (*++format == 'c') {
      putchar(va_arg(values, int));
    } else if (*format == '0') { /* %04x */
      unsigned value = va_arg(values, unsigned);
      int shift;
      format += 2;
      for (shift = 12; shift >= 0; shift -= 4) putchar(digits[value >> shift & 15]);
    } else { /* %s, %.*s */
      int most = *format == '.' ? va_arg(values, int) : INT_MAX;
      const char *text = va_arg(values, const char *);
      if (*format == '.') format += 2;
      while (most-- > 0 && *text) putchar(*text++);
    }
  }
}

int printf(const char *format, ...) {
  va_list values;
  va_start(values, format);
  print(format, values);
  va_end(values);
  return 0;
}

/* cases.c says so before it fails: among the verdicts it is seen. */
int fprintf(FILE *file, const char *format, ...) {
  va_list values;
  (void)file;
  va_start(values, format);
  print(format, values);
  va_end(values);
  return 0;
}

size_t strlen(const char *text) {
  size_t len = 0;
  while (text[len]) len++;
  return len;
}

char *strchr(const char *text, int c) {
  for (; *text; text++)
    if (*text == (char)c) return (char *)text;
  return NULL;
}

static size_t span(const char *text, const char *set, int is_in) {
  size_t len = 0;
  while (text[len] && (strchr(set, text[len]) != NULL) == is_in) len++;
  return len;
}

size_t strspn(const char *text, const char *set) { return span(text, set, 1); }

size_t strcspn(const char *text, const char *set) { return span(text, set, 0); }

unsigned long strtoul(const char *text, char **end, int base) {
  unsigned long value = 0;
  (void)end;
  (void)base; /* 16 */
  for (; *text; text++) {
    char c = (char)(*text | 0x20);
    if (*text >= '0' && *text <= '9')
      value = value << 4 | (unsigned long)(*text - '0');
    else if (c >= 'a' && c <= 'f')
      value = value << 4 | (unsigned long)(c - 'a' + 10);
    else
      break;
  }
  return value;
}

long long strtoll(const char *text, char **end, int base) {
  int is_negative = *text == '-';
  long long value = 0;
  (void)end;
  (void)base; /* 10 */
  for (text += is_negative; *text >= '0' && *text <= '9'; text++) {
    int digit = *text - '0';
    if (value < (LLONG_MIN + digit) / 10)
      return is_negative ? LLONG_MIN : LLONG_MAX;
    value = value * 10 - digit;
  }
  if (!is_negative && value == LLONG_MIN) return LLONG_MAX;
  return is_negative ? value : -value;
}
