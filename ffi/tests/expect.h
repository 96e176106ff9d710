/* What the tests of misuse expect, and how many failed. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "veritok.h"

static int failures;

#define EXPECT(expected, call)                                             \
  do {                                                                     \
    int32_t got_ = (int32_t)(call), want_ = (int32_t)(expected);           \
    if (got_ != want_) {                                                   \
      failures++;                                                          \
      printf("line %d: %s: %d (%s), not %d\n", __LINE__, #call, (int)got_, \
             vtok_status_name(got_), (int)want_);                          \
    }                                                                      \
  } while (0)
#define EXPECT_TRUE(condition) EXPECT(1, (condition) ? 1 : 0)

/* Outputs hold rubbish before a call and nothing after a failed one. */
#define SOIL(object) memset(&(object), 0xa5, sizeof(object))
#define EXPECT_ZERO(object) EXPECT_TRUE(is_zero(&(object), sizeof(object)))

static int is_zero(const void *object, size_t len) {
  const uint8_t *bytes = object;
  while (len > 0 && bytes[len - 1] == 0) len--;
  return len == 0;
}
