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
FIXED(sizeof(vtok_replay) == (PTR == 8 ? 40 : 32));
FIXED(sizeof(vtok_imported) == 8 + 8 * VTOK_MAX_SKIPPED);
FIXED(sizeof(vtok_hooks) == 5 * PTR);
FIXED(offsetof(vtok_hooks, sha256) == 2 * PTR);
FIXED(offsetof(vtok_policy, profile) == PTR);
FIXED(offsetof(vtok_policy, issuer) == 32);
FIXED(offsetof(vtok_policy, trusted_audiences) == 32 + 4 * PTR);
FIXED(offsetof(vtok_policy, max_age) == 32 + 20 * PTR);
FIXED(offsetof(vtok_policy, quirk) == 68 + 20 * PTR);
FIXED(offsetof(vtok_policy, hooks) == 72 + 20 * PTR);
FIXED(offsetof(vtok_policy, subject) == 72 + 21 * PTR);
FIXED(offsetof(vtok_policy, proven_key_kind) == 72 + 31 * PTR);
FIXED(sizeof(vtok_policy) == (80 + 31 * PTR + 7) / 8 * 8);
FIXED(offsetof(vtok_verified, payload) == 8);
FIXED(offsetof(vtok_verified, opaque) == 8 + 2 * PTR);
FIXED(sizeof(vtok_verified) == 88 + 2 * PTR);
FIXED(sizeof(vtok_place) == 8);
FIXED(offsetof(vtok_report, key_hints) == 32);
FIXED(offsetof(vtok_report, quirk) == 40);
FIXED(offsetof(vtok_report, codes) == 48);
FIXED(offsetof(vtok_report, places) == 48 + 2 * VTOK_MAX_CHECKS);
FIXED(sizeof(vtok_report) == 48 + 10 * VTOK_MAX_CHECKS);
FIXED(offsetof(vtok_value, json) == 8);
FIXED(sizeof(vtok_value) == 72 + 2 * PTR);
FIXED(sizeof(vtok_unverified) == 128);
FIXED(offsetof(vtok_client, algorithms) == 8);
FIXED(offsetof(vtok_client, security_profile) == 32);
FIXED(offsetof(vtok_client, issuer) == 80);
FIXED(offsetof(vtok_client, hooks) == 80 + 10 * PTR);
FIXED(offsetof(vtok_client, decryption) == 80 + 11 * PTR);
FIXED(sizeof(vtok_client) == (80 + 12 * PTR + 7) / 8 * 8);
FIXED(offsetof(vtok_decryption, keys) == 8 + PTR);
FIXED(sizeof(vtok_decryption) == 8 + 3 * PTR);
FIXED(sizeof(vtok_decryption_keys) == 8448);
FIXED(sizeof(vtok_client_auth) == 8 + 3 * PTR);
FIXED(offsetof(vtok_request_options, scope) == 24 + PTR);
FIXED(sizeof(vtok_request_options) == 24 + 15 * PTR);
FIXED(sizeof(vtok_error_response) == 8 + 6 * PTR);
FIXED(offsetof(vtok_response, session_state) == 8);
FIXED(sizeof(vtok_response) == 152 + 2 * PTR);
FIXED(offsetof(vtok_authorized, code) == sizeof(vtok_verified));
FIXED(sizeof(vtok_authorized) == sizeof(vtok_verified) + 4 * PTR + 208);
FIXED(sizeof(vtok_pending_login) == 304);
FIXED(offsetof(vtok_tokens, access_token) == 16);
FIXED(sizeof(vtok_tokens) == 16 + 6 * PTR);
FIXED(offsetof(vtok_login, tokens) == sizeof(vtok_verified));
FIXED(sizeof(vtok_login) == sizeof(vtok_verified) + sizeof(vtok_tokens) + 192);
FIXED(sizeof(vtok_pending_tokens) == 160);
FIXED(sizeof(vtok_verified_tokens) ==
      sizeof(vtok_verified) + sizeof(vtok_tokens) + 192);
FIXED(sizeof(vtok_metadata) == 8 + 2 * PTR + 8 * 208);
FIXED(sizeof(vtok_rotation) == 8 * 144);
FIXED(sizeof(vtok_rotation_rules) == 24 + PTR);
FIXED(sizeof(vtok_polling) == 64);
FIXED(sizeof(vtok_device) == 8 + 8 * PTR);
FIXED(sizeof(vtok_signer) == 16 + 4 * PTR);
FIXED(sizeof(vtok_dpop_request) == 16 + 12 * PTR);
FIXED(sizeof(vtok_end_session) == 15 * PTR);
FIXED(sizeof(vtok_pushed) == 8 + 2 * PTR);

int main(void) {
  uint32_t version = (uint32_t)VTOK_VERSION_MAJOR << 24 |
                     VTOK_VERSION_MINOR << 16 | VTOK_VERSION_PATCH << 8;
  if (vtok_policy_size() != sizeof(vtok_policy) ||
      vtok_report_size() != sizeof(vtok_report) ||
      vtok_verified_size() != sizeof(vtok_verified) ||
      vtok_value_size() != sizeof(vtok_value) ||
      vtok_client_size() != sizeof(vtok_client) ||
      vtok_request_options_size() != sizeof(vtok_request_options) ||
      vtok_authorized_size() != sizeof(vtok_authorized) ||
      vtok_login_size() != sizeof(vtok_login) ||
      vtok_metadata_size() != sizeof(vtok_metadata) ||
      vtok_rotation_size() != sizeof(vtok_rotation) ||
      vtok_keys_size(3, 100) > VTOK_KEYS_SIZE(3, 100) ||
      vtok_scratch_len(1001) != VTOK_SCRATCH_LEN(1001) ||
      vtok_version() != version || vtok_abi_version() != VTOK_ABI_VERSION)
    return 1;
  printf("%d.%d.%d %s\n", VTOK_VERSION_MAJOR, VTOK_VERSION_MINOR,
         VTOK_VERSION_PATCH, VTOK_VERSION);
  return 0;
}
