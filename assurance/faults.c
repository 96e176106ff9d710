/*
 * Judges a good token, then, with one instruction of the library skipped, the bad one of fault_tokens.h,
 * and says whether that was accepted: for faults.py, which names the instruction. A caller that follows the
 * header asks the status; another reads a claim whatever it says.
 */
#include <stddef.h>
#include <stdint.h>

#include "semihost.h"
#include "veritok.h"

#include "fault_tokens.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

static VTOK_KEYS_STORAGE(memory, 1, VTOK_SECRET_BYTES(40));
static uint8_t scratch[2048];
/* Where tokens come in, one after the other. */
static uint8_t received[1024];

/* Written into the image by faults.py: where the instruction is, and its length; 0: none. And whether a
   good token comes first, whose traces on the stack a skipped instruction may pick up. */
struct fault {
  uint32_t address, length, is_after_good;
};
const struct fault fault = {0, 0, 0};
#define FAULT (*(const volatile struct fault *)&fault)

void exit(int status) { leave(status == 0); }

/* Asks for a reset, which ends the emulator. Not beside the code, which the emulated board lets a NULL pointer
   overwrite. */
__attribute__((section(".data.abort"))) void abort(void) {
  REGISTER(0xE000ED0Cu) = 0x05FA0004u;
  for (;;) {
  }
}

/* All exceptions, and the clock's, which ends what does not end. */
__attribute__((aligned(128))) static void (*const handlers[16])(void) = {
    0, 0, abort, abort, abort, abort, abort, abort, abort, abort, abort, abort, abort, abort, abort, abort,
};

static void expect_an_end(void) {
  REGISTER(0xE000ED08u) = (uint32_t)(uintptr_t)handlers;
  REGISTER(0xE000E014u) = 0xFFFFFu;
  REGISTER(0xE000E018u) = 0;
  REGISTER(0xE000E010u) = 7;
}

static uint16_t skipped[2];

static void put(volatile uint16_t *code) {
  uint32_t at;
  for (at = 0; at < FAULT.length / 2; at++) {
    uint16_t was = code[at];
    code[at] = skipped[at];
    skipped[at] = was;
  }
  __asm__ volatile("dsb\n isb" ::: "memory");
}

static vtok_bytes receive(vtok_bytes token) {
  size_t at;
  for (at = 0; at < token.len; at++) received[at] = token.ptr[at];
  return vtok_view(received, token.len);
}

static int is_of_the_bad_one(const vtok_value *value) {
  return value->json.len == 3 && value->json.ptr[1] == '2';
}

int main(void) {
  static const char secret[] = "a secret of forty bytes, for tests alone";
  const vtok_time now = {1800000000, 1800000000};
  vtok_keys *keys;
  vtok_verified verified;
  vtok_value value;
  vtok_bytes bad;
  vtok_policy policy = {0};
  volatile int32_t status;
  policy.size = sizeof policy;
  policy.profile = VTOK_PROFILE_ID_TOKEN;
  policy.flow = VTOK_FLOW_CODE;
  policy.endpoint = VTOK_ENDPOINT_TOKEN;
  policy.algorithms = VTOK_ALG_HS256;
  policy.issuer = VTOK_TEXT("https://op.example");
  policy.audience = VTOK_TEXT("client");
  policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
  if (vtok_keys_init(memory, sizeof memory, 1, &keys) != VTOK_OK) return 1;
  if (vtok_keys_add_secret(keys, vtok_view(secret, sizeof secret - 1), VTOK_TEXT("")) != VTOK_OK) return 1;
  expect_an_end();
  if (FAULT.is_after_good) {
    status = vtok_verify(receive(VTOK_TEXT(GOOD)), keys, &policy, now, scratch, sizeof scratch, &verified, NULL);
    if (status != VTOK_OK) return 1;
  }
  bad = receive(VTOK_TEXT(BAD));
  skipped[0] = skipped[1] = 0xBF00u;
  put((volatile uint16_t *)(uintptr_t)FAULT.address);
  status = vtok_verify(bad, keys, &policy, now, scratch, sizeof scratch, &verified, NULL);
  put((volatile uint16_t *)(uintptr_t)FAULT.address);
  semihost(SYS_WRITE0, status == VTOK_OK ? "ACCEPTED\n" : "refused\n");
  if (vtok_claim(&verified, VTOK_TEXT("sub"), &value) == VTOK_OK && is_of_the_bad_one(&value))
    semihost(SYS_WRITE0, "RELEASED\n");
  return 0;
}
