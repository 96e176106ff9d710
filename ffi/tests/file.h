/* Test data from a file, without line endings after it. */
#include <stdio.h>
#include <stdlib.h>

#include "veritok.h"

enum { FILE_MAX = 4096 };

static vtok_bytes read_file(const char *path, uint8_t *buffer) {
  FILE *file = fopen(path, "rb");
  size_t len = file ? fread(buffer, 1, FILE_MAX, file) : 0;
  if (file) fclose(file);
  while (len > 0 && buffer[len - 1] == '\n') len--;
  if (len == 0) exit(2);
  return vtok_view(buffer, len);
}
