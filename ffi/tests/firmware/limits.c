/*
 * Verifies a token at each limit of size, and one beyond it, by both functions,
 * paints the stack before each and prints "function bytes status name" behind.
 * What the board has no room for is printed as such.
 */
#include <stddef.h>
#include <stdint.h>

#include "semihost.h"
#include "veritok.h"

#include "limits.h"

/* Bytes of a token or payload that the board has room for, and of stack that
   is watched. */
#ifndef ROOM
#define ROOM 70000
#endif
#ifndef STACK
#define STACK (64 * 1024)
#endif
#define PAINT 0xa5u

static VTOK_KEYS_STORAGE(bench_memory, 6,
                         VTOK_RSA_BYTES(2048) + VTOK_RSA_BYTES(4096) +
                             VTOK_P256_BYTES + VTOK_ED25519_BYTES +
                             VTOK_SECRET_BYTES(64) + 6 * VTOK_KID_BYTES(48));
static VTOK_KEYS_STORAGE(own_memory, 1, VTOK_SECRET_BYTES(40));
static uint8_t buffer[ROOM];
extern uint32_t stack_top[];

static void print(const char *text) { semihost(SYS_WRITE0, text); }

void exit(int status) { leave(status == 0); }

void abort(void) {
  print("abort\n");
  leave(0);
}

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

static int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* One verification. */
struct call {
  const struct limit *limit;
  const vtok_keys *keys;
  vtok_policy policy;
  vtok_verified verified;
  vtok_report report;
  int in_place;
  int32_t status;
};

static void verify(struct call *call) {
  const struct limit *limit = call->limit;
  vtok_time now = {1800000000, 1800000000};
  vtok_bytes token = {(const uint8_t *)limit->token, limit->len};
  if (call->in_place)
    call->status = vtok_verify_in_place(buffer, limit->len, call->keys, &call->policy, now,
                                        &call->verified, &call->report);
  else
    call->status = vtok_verify(token, call->keys, &call->policy, now, buffer, ROOM,
                               &call->verified, &call->report);
}

/* The deepest byte that is written below here, the frame of verify included. */
__attribute__((noinline)) static uint32_t stack_of(struct call *call, void (*run)(struct call *)) {
  volatile uint8_t *here, *byte;
  volatile uint8_t *lowest = (volatile uint8_t *)((uintptr_t)stack_top - STACK);
#ifdef __riscv
  __asm__ volatile("mv %0, sp" : "=r"(here));
#else
  __asm__ volatile("mov %0, sp" : "=r"(here));
#endif
  for (byte = lowest; byte < here; byte++) *byte = PAINT;
  run(call);
  for (byte = lowest; byte < here && *byte == PAINT; byte++) {
  }
  /* All of it was used: it may have been too little. */
  if (byte == lowest) abort();
  return (uint32_t)(here - byte);
}

static void expect_parties(vtok_policy *policy) {
  static const char *const names[16] = {
      "audience 0",  "audience 1",  "audience 2",  "audience 3", "audience 4",  "audience 5",
      "audience 6",  "audience 7",  "audience 8",  "audience 9", "audience 10", "audience 11",
      "audience 12", "audience 13", "audience 14", "audience 15"};
  static vtok_bytes trusted[16];
  size_t n;
  for (n = 0; n < 16; n++) {
    trusted[n].ptr = (const uint8_t *)names[n];
    for (trusted[n].len = 0; names[n][trusted[n].len]; trusted[n].len++) {
    }
  }
  policy->profile = VTOK_PROFILE_ID_TOKEN;
  policy->flow = VTOK_FLOW_CODE;
  policy->endpoint = VTOK_ENDPOINT_TOKEN;
  policy->issuer = VTOK_TEXT("https://op.example");
  policy->audience = VTOK_TEXT("client");
  policy->trusted_audiences = trusted;
  policy->trusted_audiences_len = 16;
}

static int judge(const vtok_keys *keys, const struct limit *limit, int in_place) {
  static const struct call none;
  static struct call call;
  const char *found;
  uint32_t stack;
  size_t n;
  call = none;
  call.limit = limit;
  call.keys = keys;
  call.in_place = in_place;
  call.policy.size = sizeof call.policy;
  call.policy.profile = VTOK_PROFILE_JWS;
  call.policy.algorithms = vtok_algorithms();
  if (!limit->is_bench) expect_parties(&call.policy);
  for (n = 0; in_place && n < limit->len; n++) buffer[n] = (uint8_t)limit->token[n];
  stack = stack_of(&call, verify);
  found = call.status == VTOK_OK ? "ok" : vtok_status_name(call.status);
  print(in_place ? "vtok_verify_in_place " : "vtok_verify ");
  print_number(stack);
  print(is_equal(found, limit->expected) ? " ok " : " FAILED ");
  print(found);
  print(" ");
  print(limit->name);
  print("\n");
  return is_equal(found, limit->expected);
}

int main(void) {
  vtok_keys *bench, *own;
  size_t n;
  int success = 1;
  vtok_keys_init(bench_memory, sizeof bench_memory, 6, &bench);
  vtok_keys_init(own_memory, sizeof own_memory, 1, &own);
  if (vtok_keys_import_jwks(bench, VTOK_TEXT(jwks), NULL) != VTOK_OK ||
      vtok_keys_add_secret(own, VTOK_TEXT(SECRET), VTOK_TEXT("")) != VTOK_OK) abort();
  for (n = 0; n < sizeof limits / sizeof *limits; n++) {
    const struct limit *limit = &limits[n];
    const vtok_keys *keys = limit->is_bench ? bench : own;
    int in_place;
    for (in_place = 0; in_place < 2; in_place++) {
      if (in_place ? limit->len > ROOM : limit->payload_len > ROOM) {
        print("no room for ");
        print(limit->name);
        print("\n");
      } else {
        success &= judge(keys, limit, in_place);
      }
    }
  }
  return !success;
}
