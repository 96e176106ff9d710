/*
 * Sizes and places of what crosses the border, against the library's own, and
 * the version, printed.
 */
#include <stdio.h>

#include "veritok.h"

#if __STDC_VERSION__ >= 201112L
#define FIXED(condition) _Static_assert(condition, #condition)
#else
#define FIXED(condition) extern int fixed[(condition) ? 1 : -1]
#endif
#define PTR sizeof(void *)

FIXED(sizeof(vtok_bytes) == 2 * PTR);
FIXED(offsetof(vtok_bytes, len) == PTR);
FIXED(sizeof(vtok_time) == 16);
FIXED(sizeof(vtok_keys) == 5 * PTR);
FIXED(sizeof(vtok_replay) == 3 * PTR);
FIXED(sizeof(vtok_imported) == 8 + 8 * VTOK_MAX_SKIPPED);
FIXED(sizeof(vtok_hooks) == 5 * PTR);
FIXED(offsetof(vtok_hooks, sha256) == 2 * PTR);
FIXED(offsetof(vtok_policy, profile) == PTR);
FIXED(offsetof(vtok_policy, issuer) == 32);
FIXED(offsetof(vtok_policy, trusted_audiences) == 32 + 4 * PTR);
FIXED(offsetof(vtok_policy, max_age) == 32 + 20 * PTR);
FIXED(offsetof(vtok_policy, reserved) == 68 + 20 * PTR);
FIXED(offsetof(vtok_policy, hooks) == 72 + 20 * PTR);
FIXED(sizeof(vtok_policy) == (72 + 21 * PTR + 7) / 8 * 8);
FIXED(offsetof(vtok_verified, payload) == 8);
FIXED(offsetof(vtok_verified, opaque) == 8 + 2 * PTR);
FIXED(sizeof(vtok_verified) == 72 + 2 * PTR);
FIXED(sizeof(vtok_place) == 8);
FIXED(offsetof(vtok_report, key_hints) == 32);
FIXED(offsetof(vtok_report, codes) == 40);
FIXED(offsetof(vtok_report, places) == 40 + 2 * VTOK_MAX_CHECKS);
FIXED(sizeof(vtok_report) == 40 + 10 * VTOK_MAX_CHECKS);
FIXED(offsetof(vtok_value, json) == 8);
FIXED(sizeof(vtok_value) == 72 + 2 * PTR);
FIXED(sizeof(vtok_unverified) == 128);

int main(void) {
  uint32_t version = (uint32_t)VTOK_VERSION_MAJOR << 24 |
                     VTOK_VERSION_MINOR << 16 | VTOK_VERSION_PATCH << 8;
  if (vtok_policy_size() != sizeof(vtok_policy) ||
      vtok_report_size() != sizeof(vtok_report) ||
      vtok_verified_size() != sizeof(vtok_verified) ||
      vtok_value_size() != sizeof(vtok_value) ||
      vtok_keys_size(3, 100) > VTOK_KEYS_SIZE(3, 100) ||
      vtok_scratch_len(1001) != VTOK_SCRATCH_LEN(1001) ||
      vtok_version() != version || vtok_abi_version() != VTOK_ABI_VERSION)
    return 1;
  printf("%d.%d.%d %s\n", VTOK_VERSION_MAJOR, VTOK_VERSION_MINOR,
         VTOK_VERSION_PATCH, VTOK_VERSION);
  return 0;
}
