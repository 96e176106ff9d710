/*
 * Decrypts tokens under valgrind, which is told that the keys are undefined and so reports each branch and address
 * that depends on them, on what they agree or decrypt, or on the plaintext: symmetric keys and scalars from their
 * import on, RSA keys from there. Each token once as it is and once with another tag. `rsa`: for a count of the
 * instructions that RSA keys of one length take.
 *
 * -DPLANTED: a caller that looks at the keys by itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "veritok.h"

#include "secret_jwes.h"

enum { COUNT = sizeof jwes / sizeof *jwes, LONGEST = 4096 };

/* The bits from one on to another. */
#define EACH(first, last) ((last) * 2u - (first))

static vtok_decryption_keys keys;
static uint8_t blinding[VTOK_BLINDING_LEN] = "the randomness of one call";
static uint8_t token[LONGEST], secret[LONGEST];

static vtok_bytes text(const char *chars) { return vtok_view(chars, strlen(chars)); }

/* Where the bytes lie in the keys. */
static uint8_t *find(const char *bytes, size_t len) {
  uint8_t *at = (uint8_t *)&keys;
  for (; at + len <= (uint8_t *)(&keys + 1); at++)
    if (memcmp(at, bytes, len) == 0) return at;
  return NULL;
}

static int add_rsa(size_t index) {
  enum { PARTS = sizeof jwes->secrets / sizeof *jwes->secrets };
  uint8_t *places[PARTS];
  size_t n;
  if (vtok_decryption_keys_add_jwk(&keys, text(jwes[index].rsa), 1) != VTOK_OK) return 0;
  for (n = 0; n < PARTS; n++) {
    places[n] = find(jwes[index].secrets[n].bytes, jwes[index].secrets[n].len);
    if (!places[n]) return 0;
  }
  for (n = 0; n < PARTS; n++)
    (void)VALGRIND_MAKE_MEM_UNDEFINED(places[n], jwes[index].secrets[n].len);
  return 1;
}

/* An undefined key, but for what is public of it. */
static int add(size_t index) {
  const vtok_bytes any = {NULL, 0};
  const size_t len = jwes[index].secrets[0].len;
  int32_t status;
  if (jwes[index].rsa) return add_rsa(index);
  memcpy(secret, jwes[index].secrets[0].bytes, len);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, len);
  if (jwes[index].curve)
    status = vtok_decryption_keys_add_scalar(&keys, jwes[index].curve, vtok_view(secret, len), any);
  else
    status = vtok_decryption_keys_add_secret(&keys, vtok_view(secret, len), any);
  (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
  return status == VTOK_OK;
}

#ifdef PLANTED
static volatile int planted;
__attribute__((noinline)) static void look(const volatile uint8_t *key, size_t len) {
  while (len--)
    if (key[len] & 1) planted = 1;
}
#endif

/* Decrypts the token in the buffer; what is counted runs in here. */
__attribute__((noinline)) static int32_t decrypt(vtok_bytes *found) {
  vtok_decryption decryption;
  int32_t status;
#ifdef PLANTED
  look((const volatile uint8_t *)&keys, sizeof keys);
#endif
  memset(&decryption, 0, sizeof decryption);
  decryption.size = sizeof decryption;
  decryption.key_management = EACH(VTOK_JWE_ALG_DIR, VTOK_JWE_ALG_RSA_OAEP_256);
  decryption.content_encryption = EACH(VTOK_JWE_ENC_A128CBC_HS256, VTOK_JWE_ENC_A256GCM);
  decryption.keys = &keys;
  decryption.blinding = blinding;
  status = vtok_decrypt(token, strlen((char *)token), &decryption, found);
  (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
  (void)VALGRIND_MAKE_MEM_DEFINED(found, sizeof *found);
  return status;
}

/* Whether a token is refused with another tag, and decrypted with its own. */
static int is_right(size_t index) {
  vtok_bytes found;
  char *tag;
  strcpy((char *)token, jwes[index].token);
  tag = strrchr((char *)token, '.') + 1;
  *tag = *tag == 'A' ? 'B' : 'A';
  if (decrypt(&found) != VTOK_DECRYPTION_FAILED) return 0;
  strcpy((char *)token, jwes[index].token);
  if (decrypt(&found) != VTOK_OK || found.len != strlen(jwes[index].plaintext)) return 0;
  (void)VALGRIND_MAKE_MEM_DEFINED(token, sizeof token);
  return memcmp(found.ptr, jwes[index].plaintext, found.len) == 0;
}

/* Decrypts a token with each RSA key; it was encrypted for none. The first key comes twice: once it is asked what the
 * processor can do. */
static int rsa(void) {
  size_t n;
  vtok_bytes found;
  for (n = 0; n <= sizeof rsa_keys / sizeof *rsa_keys; n++) {
    if (vtok_decryption_keys_init(&keys) != VTOK_OK ||
        vtok_decryption_keys_add_jwk(&keys, text(rsa_keys[n ? n - 1 : 0]), 1) != VTOK_OK)
      return 1;
    strcpy((char *)token, rsa_token);
    if (decrypt(&found) != VTOK_DECRYPTION_FAILED) return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  size_t n;
  if (argc > 1) return strcmp(argv[1], "rsa") || rsa();
  (void)VALGRIND_MAKE_MEM_UNDEFINED(blinding, sizeof blinding);
  for (n = 0; n < COUNT; n++) {
    if (vtok_decryption_keys_init(&keys) != VTOK_OK || !add(n) || !is_right(n)) {
      printf("%s is not decrypted, or also with another tag\n", jwes[n].name);
      return 1;
    }
    vtok_decryption_keys_clear(&keys);
  }
  printf("%d encrypted tokens\n", (int)COUNT);
  return 0;
}
