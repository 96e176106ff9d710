/*
 * Compares secrets with tokens that differ at each position, through the public API: on the host
 * under valgrind, which is told that the secrets are undefined and so reports each branch and
 * address that depends on them; on a board with a count of instructions for each token. On the host
 * also the secrets of a saved request, with responses whose state differs at each position.
 *
 * -DPLANTED: a caller that compares the nonce by itself, and leaves at the first difference.
 */
#include <stddef.h>
#include <stdint.h>

#include "veritok.h"

#include "secret_tokens.h"

enum { COUNT = sizeof tokens / sizeof *tokens };

static char secret[] = "a secret of forty bytes, for tests alone";
static char nonce[] = "n-0S6_WzA2Mj";
static char access_token[] = "an access token";
static char code[] = "a code";
static char state[] = "a state";

static VTOK_KEYS_STORAGE(memory, 1, VTOK_SECRET_BYTES(40));
static uint8_t scratch[2048];
static vtok_keys *keys;
static vtok_policy policy;
static vtok_verified verified;

static size_t length(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

static vtok_bytes view(const char *text) { return vtok_view(text, length(text)); }

#ifdef PLANTED
static volatile int planted;
static void compare(const volatile char *found) {
  size_t n;
  for (n = 0; n < sizeof nonce - 1; n++)
    if (((const volatile char *)nonce)[n] != found[n]) return;
  planted = 1;
}
#endif

static int32_t judge(size_t index, size_t len) {
  const vtok_time now = {1800000000, 1800000000};
#ifdef PLANTED
  compare(tokens[index].nonce);
#endif
  return vtok_verify(vtok_view(tokens[index].token, len), keys, &policy, now, scratch,
                     sizeof scratch, &verified, NULL);
}

static int32_t expect(void) {
  policy.size = sizeof policy;
  policy.profile = VTOK_PROFILE_ID_TOKEN;
  policy.flow = VTOK_FLOW_CODE_ID_TOKEN_TOKEN;
  policy.endpoint = VTOK_ENDPOINT_AUTHORIZATION;
  policy.flags = VTOK_POLICY_REQUIRE_S_HASH;
  policy.algorithms = VTOK_ALG_HS256;
  policy.issuer = view("https://op.example");
  policy.audience = view("client");
  policy.nonce = vtok_view(nonce, sizeof nonce - 1);
  policy.access_token = vtok_view(access_token, sizeof access_token - 1);
  policy.code = vtok_view(code, sizeof code - 1);
  policy.state = vtok_view(state, sizeof state - 1);
  if (vtok_keys_init(memory, sizeof memory, 1, &keys) != VTOK_OK) return 1;
  return vtok_keys_add_secret(keys, vtok_view(secret, sizeof secret - 1), view(""));
}

#ifdef __arm__
#include "semihost.h"

static volatile uint32_t *const systick = (volatile uint32_t *)0xe000e010;

void exit(int status) { leave(status == 0); }
void abort(void) { leave(0); }

static void print(const char *text) { semihost(SYS_WRITE0, text); }

static void print_number(uint32_t value) {
  char digits[11];
  size_t n = sizeof digits - 1;
  digits[n] = 0;
  do {
    digits[--n] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  print(digits + n);
}

int main(void) {
  size_t n, len;
  int32_t status;
  uint32_t start, ticks;
  if (expect() != VTOK_OK) return 1;
  systick[1] = 0x00ffffff;
  systick[2] = 0;
  systick[0] = 5;
  for (n = 0; n < COUNT; n++) {
    len = length(tokens[n].token);
    systick[2] = 0;
    start = systick[2];
    status = judge(n, len);
    ticks = (start - systick[2]) & 0x00ffffff;
    print(tokens[n].name);
    print(status == VTOK_OK ? " accepted " : " refused ");
    print_number(ticks);
    print("\n");
  }
  return 0;
}
#else
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#define HIDE(what) VALGRIND_MAKE_MEM_UNDEFINED(what, sizeof what - 1)

/* In a saved request: state, nonce and code verifier, behind what names client and flow. */
enum { SECRET = 43, SECRETS_AT = 45 };

static int32_t respond(const vtok_client *client, vtok_bytes request, const char *response_state) {
  static const char end[] = "&code=c";
  uint8_t query[64] = "state=";
  vtok_response response;
  vtok_error_response refused;
  int32_t status;
  memcpy(query + 6, response_state, SECRET);
  memcpy(query + 6 + SECRET, end, sizeof end);
  status = vtok_response_read(client, request, query, 6 + SECRET + sizeof end - 1,
                              VTOK_CHANNEL_QUERY, &response, &refused);
  VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
  return status;
}

/* How many responses were judged wrongly. */
static int exchange(void) {
  static uint8_t random[96], saved[512];
  vtok_request_options options;
  vtok_client client;
  vtok_bytes request;
  char own[SECRET + 1];
  size_t n, saved_len;
  int wrong;
  memset(&client, 0, sizeof client);
  client.size = sizeof client;
  client.algorithms = VTOK_ALG_RS256;
  client.security_profile = VTOK_SECURITY_OPENID;
  client.issuer_parameter = VTOK_ISSUER_PARAMETER_OPTIONAL;
  client.sender_constraint = VTOK_CONSTRAINT_NONE;
  client.issuer = view("https://op.example");
  client.client_id = view("client");
  client.redirect_uri = view("https://rp.example/cb");
  client.authorization_endpoint = view("https://op.example/authorize");
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.flow = VTOK_FLOW_CODE;
  for (n = 0; n < sizeof random; n++) random[n] = (uint8_t)(n * 37 + 11);
  if (vtok_request_init(&client, &options, vtok_view(random, sizeof random), saved, sizeof saved,
                        &saved_len) != VTOK_OK)
    return 1;
  request = vtok_view(saved, saved_len);
  memcpy(own, saved + SECRETS_AT, SECRET);
  own[SECRET] = 0;
  VALGRIND_MAKE_MEM_UNDEFINED(saved + SECRETS_AT, 3 * SECRET);
  wrong = respond(&client, request, own) != VTOK_OK;
  for (n = 0; n < SECRET; n++) {
    own[n] ^= 1;
    wrong += respond(&client, request, own) != VTOK_STATE_MISMATCH;
    own[n] ^= 1;
  }
  return wrong;
}

int main(void) {
  size_t n;
  int32_t status;
  int wrong = 0;
  HIDE(secret);
  HIDE(nonce);
  HIDE(access_token);
  HIDE(code);
  HIDE(state);
  if (expect() != VTOK_OK) return 1;
  for (n = 0; n < COUNT; n++) {
    status = judge(n, length(tokens[n].token));
    VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    wrong += (status == VTOK_OK) != (n == 0);
  }
  printf("%d tokens, %d authorization responses\n", (int)COUNT, SECRET + 1);
  return wrong + exchange();
}
#endif
