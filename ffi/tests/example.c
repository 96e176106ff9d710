/* Runs the example of the header's essay, which example.inc holds. */
#include "file.h"

#include "example.inc"

static uint8_t jwks[4096], token[4096];

int main(int argc, char **argv) {
  vtok_bytes set;
  size_t len;
  if (argc < 4) return 2;
  set = read_file(argv[1], jwks);
  len = read_file(argv[2], token).len;
  return verify(token, len, set, strtoll(argv[3], NULL, 10));
}
