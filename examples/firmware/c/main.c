/*
 * Firmware in C without a C library: verifies a real ES256 and a real RS256 ID
 * Token, refuses bad ones, takes each login once, prints a line each over
 * semihosting, and ends QEMU with success or failure.
 */
#include "semihost.h"
#include "tokens.h"
#include "veritok.h"

/* A key of each family, each with its 'kid'. */
static VTOK_KEYS_STORAGE(memory, 2,
                         VTOK_RSA_BYTES(2048) + VTOK_P256_BYTES +
                             2 * VTOK_KID_BYTES(32));
static uint8_t buffer[1200]; /* the longest token of tokens.h */
static VTOK_REPLAY_STORAGE(logins, 8);
static vtok_replay *replay;

/* When this image was built: earlier it cannot be. */
#define BUILD_TIME 1790000000

/*
 * What a DS3231 answers on the bus: 2027-01-15 08:00:00, a Friday. The last
 * register would say that the oscillator has stopped.
 */
static const uint8_t registers[16] = {0x00, 0x00, 0x08, 6, 0x15, 0x01, 0x27};

/* The time, if the clock can be trusted: it has been read 250 ms ago, is off by
   a minute at most, and has not fallen behind the build. */
static int32_t read_clock(vtok_time *now) {
  int32_t status = vtok_time_of_rtc(VTOK_RTC_DS3231, vtok_view(registers, sizeof registers), 60, 60, now);
  if (status == VTOK_OK) status = vtok_time_advanced(*now, 250, 100, now);
  if (status == VTOK_OK) status = vtok_time_not_before(*now, BUILD_TIME, now);
  return status;
}

static void print(const char *text) { semihost(SYS_WRITE0, text); }

/* What start.c calls with what main returned. */
void exit(int status) { leave(status == 0); }

/* What the library asks of a firmware without a C library: it must not return. */
void abort(void) {
  print("abort\n");
  leave(0);
}

static int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int32_t judge(const vtok_keys *keys, const struct token *token,
                     vtok_time now, vtok_verified *verified) {
  vtok_bytes trusted = VTOK_TEXT(TRUSTED);
  vtok_policy policy = {0};
  vtok_report report;
  size_t n;
  if (token->len > sizeof buffer) return VTOK_TOKEN_TOO_LONG;
  for (n = 0; n < token->len; n++) buffer[n] = (uint8_t)token->text[n];
  policy.size = sizeof policy;
  policy.flow = VTOK_FLOW_CODE;
  policy.endpoint = VTOK_ENDPOINT_TOKEN;
  policy.algorithms = VTOK_ALG_ES256 | VTOK_ALG_RS256;
  policy.issuer = VTOK_TEXT(ISSUER);
  policy.audience = VTOK_TEXT(CLIENT);
  policy.trusted_audiences = &trusted;
  policy.trusted_audiences_len = 1;
  policy.nonce = token->is_replayed ? VTOK_TEXT("of another login") : VTOK_TEXT(NONCE);
  return vtok_verify_in_place(buffer, token->len, keys, &policy, now, verified,
                              &report);
}

/* Prints what was found, and whether it is what was expected. */
static int expect(const char *name, int32_t status, const char *expected) {
  const char *verdict = status == VTOK_OK ? "accepted" : vtok_status_name(status);
  int is_expected = is_equal(verdict, expected);
  print(is_expected ? "ok     " : "FAILED ");
  print(name);
  print(": ");
  print(verdict);
  print("\n");
  return is_expected;
}

int main(void) {
  vtok_keys *keys;
  vtok_time now;
  vtok_verified verified;
  size_t n;
  int success = 1;
  int32_t status = vtok_keys_init(memory, sizeof memory, 2, &keys);
  if (status == VTOK_OK)
    status = vtok_keys_import_jwks(keys, VTOK_TEXT(JWKS), NULL);
  if (status == VTOK_OK)
    status = vtok_replay_init(logins, sizeof logins, 8, &replay);
  if (status == VTOK_OK) status = read_clock(&now);
  if (status != VTOK_OK) {
    print("FAILED start\n");
    leave(0);
  }
  for (n = 0; n < sizeof tokens / sizeof *tokens; n++) {
    status = judge(keys, &tokens[n], now, &verified);
    success &= expect(tokens[n].name, status, tokens[n].expected);
  }
  for (n = 0; n < 2; n++) {
    status = judge(keys, &tokens[0], now, &verified);
    if (status == VTOK_OK)
      status = vtok_replay_admit(replay, &verified, VTOK_REPLAY_NONCE, now);
    success &= expect(n ? "the same login again" : "a login", status, n ? "replayed" : "accepted");
  }
  now.earliest = now.latest = 86400;
  success &= expect("a clock that fell back to 1970", vtok_time_not_before(now, BUILD_TIME, &now), "clock_behind_floor");
  print(success ? "all as expected\n" : "not as expected\n");
  return !success;
}
