/*
 * Veritok: verification of JWS, JWT and OpenID Connect tokens without a heap.
 *
 * What it does. A call gets a token, keys, a policy and the time, and judges
 * every rule: form, header, algorithm, key, signature, claims. It answers one
 * status and, if asked, a report with the state of each check. An expectation
 * that the policy sets is a claim that is required.
 *
 * What it does not. It opens no socket, reads no clock, allocates nothing,
 * keeps no state, and remembers no nonce: the caller fetches keys, passes the
 * time, and refuses what it has seen before.
 *
 * Memory. The caller owns all of it. Key sets live in storage of a size that
 * VTOK_KEYS_SIZE tells; tokens are decoded into a scratch buffer or in place.
 * The library keeps no pointer, but in objects of the caller's: a vtok_keys is
 * its own memory and must not be moved or copied; a vtok_verified, vtok_value
 * or vtok_unverified points into the token's buffer and the scratch buffer,
 * which must live and stay as they are while it is used.
 *
 * Views. A vtok_bytes is {ptr, len}; no text needs a NUL, and none that comes
 * back has one. {NULL, 0} means "not set"; a view of length 0 whose pointer is
 * not NULL means "set, and empty". Names and messages alone are C strings.
 *
 * NULL. Every pointer is checked. NULL is VTOK_NULL_POINTER, but where a
 * function says that it may be NULL.
 *
 * Status. Each function returns an int32_t: VTOK_OK (0), or the number of an
 * error, which never changes its meaning; 1xx is misuse of the library.
 * Outputs come last. They are zeroed first and filled on success alone; a
 * zeroed vtok_verified reads "not verified". A report is always filled.
 *
 * Threads. The library has no state of its own; SHA-2 alone remembers, in an
 * atomic, what the processor can do. Any number of threads may verify with one
 * key set and one policy at once, while none of them changes it.
 *
 * Secrets. HMAC keys, the expected nonce, state, code and access token never
 * steer control flow or addresses. vtok_keys_clear erases key storage.
 *
 * A complete example:
 *
 *     #include <stdio.h>
 *     #include "veritok.h"
 *
 *     static VTOK_KEYS_STORAGE(memory, 4, 4 * VTOK_RSA_BYTES(2048));
 *
 *     int verify(uint8_t *token, size_t len, vtok_bytes jwks, int64_t now) {
 *       vtok_keys *keys;
 *       vtok_policy policy = {0};
 *       vtok_time time;
 *       vtok_verified verified;
 *       vtok_report report;
 *       uint8_t sub[256];
 *       size_t sub_len;
 *       int32_t status;
 *
 *       status = vtok_keys_init(memory, sizeof memory, 4, &keys);
 *       if (status == VTOK_OK)
 *         status = vtok_keys_import_jwks(keys, jwks, NULL);
 *       if (status != VTOK_OK) return -1;
 *
 *       policy.size = sizeof policy;
 *       policy.flow = VTOK_FLOW_ID_TOKEN;
 *       policy.algorithms = VTOK_ALG_RS256;
 *       policy.issuer = VTOK_TEXT("https://server.example.com");
 *       policy.audience = VTOK_TEXT("s6BhdRkqt3");
 *       policy.nonce = VTOK_TEXT("n-0S6_WzA2Mj");
 *       time.earliest = time.latest = now;
 *
 *       status = vtok_verify_in_place(token, len, keys, &policy, time,
 *                                     &verified, &report);
 *       if (status != VTOK_OK) {
 *         printf("refused: %s\n", vtok_status_message(status));
 *         return 1;
 *       }
 *       status = vtok_claim_string(&verified, VTOK_TEXT("sub"),
 *                                  sub, sizeof sub, &sub_len);
 *       if (status != VTOK_OK) return -1;
 *       printf("subject: %.*s\n", (int)sub_len, (const char *)sub);
 *       return 0;
 *     }
 */

#ifndef VERITOK_H
#define VERITOK_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__cplusplus) && defined(__STDC_VERSION__) && \
    __STDC_VERSION__ < 199901L
#error "veritok.h needs C99"
#endif

/* The version of this header; vtok_version() is that of the library. */
#define VTOK_VERSION_MAJOR 0
#define VTOK_VERSION_MINOR 1
#define VTOK_VERSION_PATCH 0
#define VTOK_VERSION "0.1.0"

/* Success. */
#define VTOK_OK 0

/*
 * Storage for keys. VTOK_KEYS_SIZE(max_keys, value_bytes) is the bytes of a
 * set of max_keys keys; value_bytes is the sum of what the keys and their
 * 'kid's take, which the macros below tell.
 */
#define VTOK_KEYS_SIZE(max_keys, value_bytes) \
  (8 * sizeof(void *) + (max_keys) * (7 * sizeof(void *) + 8) + (value_bytes))
/* Declares storage, aligned: VTOK_KEYS_STORAGE(memory, 4, 4 * 600); */
#define VTOK_KEYS_STORAGE(name, max_keys, value_bytes) \
  uint64_t name[(VTOK_KEYS_SIZE(max_keys, value_bytes) + 7) / 8]
/* Bytes of an RSA key, by the bits of its modulus. */
#define VTOK_RSA_BYTES(bits) (2 * (((bits) + 63) / 64 * 8 + 8))
/* Bytes of a point. */
#define VTOK_P256_BYTES 64
#define VTOK_P384_BYTES 96
#define VTOK_P521_BYTES 136
/* Bytes of an Ed25519 key. */
#define VTOK_ED25519_BYTES 32
/* Bytes of an HMAC key, by its length. */
#define VTOK_SECRET_BYTES(len) (((len) + 7) / 8 * 8)
/* Bytes of a kid, by its length. */
#define VTOK_KID_BYTES(len) (((len) + 7) / 8 * 8)

/* Bytes of a replay guard that remembers 'capacity' tokens. */
#define VTOK_REPLAY_SIZE(capacity) (4 * sizeof(void *) + (capacity) * 24)
/* Declares storage for it, aligned. */
#define VTOK_REPLAY_STORAGE(name, capacity) \
  uint64_t name[(VTOK_REPLAY_SIZE(capacity) + 7) / 8]
/* Bytes of its saved state, at most. */
#define VTOK_REPLAY_SAVED_LEN(capacity) ((capacity) * 24 + 1)

/* Bytes of scratch that a token of 'token_len' bytes needs. */
#define VTOK_SCRATCH_LEN(token_len) \
  ((token_len) / 4 * 3 + (token_len) % 4 * 3 / 4)


// The time is unknown.
#define VTOK_TIME_UNKNOWN 100

// The earliest time lies after the latest.
#define VTOK_TIME_REVERSED 101

// A leeway exceeds 600 seconds.
#define VTOK_LEEWAY_TOO_LARGE 102

// A limit exceeds its compile-time maximum or is zero depth.
#define VTOK_LIMIT_TOO_LARGE 103

// An expected value is set but empty.
#define VTOK_EMPTY_EXPECTATION 104

// The profile needs an expected issuer.
#define VTOK_ISSUER_NOT_SET 105

// The profile needs an expected audience.
#define VTOK_AUDIENCE_NOT_SET 106

// A list of the policy exceeds 16 entries.
#define VTOK_POLICY_LIST_TOO_LONG 107

// The flow and endpoint need an expected nonce.
#define VTOK_NONCE_NOT_SET 108

// at_hash is required but no access token was given.
#define VTOK_ACCESS_TOKEN_NOT_SET 109

// c_hash is required but no code was given.
#define VTOK_CODE_NOT_SET 110

// s_hash is required but no state was given.
#define VTOK_STATE_NOT_SET 111

// A permit for unsecured tokens was handed over where it is not valid.
#define VTOK_UNSECURED_NOT_PERMITTED 112

// The scratch buffer is too small for the payload.
#define VTOK_SCRATCH_TOO_SMALL 113

// The output buffer is too small.
#define VTOK_BUFFER_TOO_SMALL 114

// The policy allows no algorithm.
#define VTOK_NO_ALGORITHMS 115

// The key storage is full.
#define VTOK_STORAGE_FULL 116

// The payload was not verified as claims.
#define VTOK_NOT_CLAIMS 117

// The flow returns no ID Token from this endpoint.
#define VTOK_FLOW_ENDPOINT 118

// An argument is not UTF-8.
#define VTOK_NOT_UTF8 119

// A pointer that must not be NULL is NULL.
#define VTOK_NULL_POINTER 120

// A pointer is not aligned for its type.
#define VTOK_MISALIGNED 121

// An object was not initialized, has been moved, or was not verified.
#define VTOK_NOT_INITIALIZED 122

// A structure states a size that this version does not know.
#define VTOK_STRUCT_SIZE 123

// An argument holds a value or flag that this version does not know.
#define VTOK_UNKNOWN_VALUE 124

// Buffers overlap that must be apart.
#define VTOK_OVERLAP 125

// The policy expects a claim that the profile does not judge.
#define VTOK_EXPECTATION_UNUSED 126

// The profile takes another kind of key than the call hands over.
#define VTOK_TRUST_MISMATCH 127

// The profile needs an expected subject.
#define VTOK_SUBJECT_NOT_SET 128

// A DPoP proof needs the method and URI of the request and a largest age.
#define VTOK_HTTP_REQUEST_NOT_SET 129

// A quirk is set for an issuer that does not have it.
#define VTOK_QUIRK_ISSUER 130

// The random bytes are too few, all of one value, or repeat.
#define VTOK_RANDOM_BYTES 131

// A request parameter is empty, malformed or holds characters that it must not.
#define VTOK_REQUEST_VALUE 132

// An endpoint is not an absolute https URI with a host and without a fragment.
#define VTOK_ENDPOINT_NOT_HTTPS 133

// The scope does not hold 'openid'.
#define VTOK_SCOPE_WITHOUT_OPENID 134

// 'prompt' holds 'none' beside other values.
#define VTOK_PROMPT_NONE 135

// The response mode would expose tokens in the query.
#define VTOK_RESPONSE_MODE_UNFIT 136

// The response holds an ID Token that has not been verified.
#define VTOK_ID_TOKEN_PENDING 137

// The request is weaker than the security profile of the client allows.
#define VTOK_SECURITY_PROFILE 138

// The claims of the ID Token that later checks need do not fit into a session.
#define VTOK_SESSION_TOO_LARGE 139

// The token exceeds the length limit.
#define VTOK_TOKEN_TOO_LONG 200

// The token holds a character outside A-Z a-z 0-9 - _ ..
#define VTOK_TOKEN_CHARACTER 201

// The token does not have exactly three parts.
#define VTOK_TOKEN_PARTS 202

// The token has five parts: it is encrypted (JWE).
#define VTOK_TOKEN_ENCRYPTED 203

// The header part is empty.
#define VTOK_EMPTY_HEADER 204

// The payload part is empty, and the profile needs claims.
#define VTOK_EMPTY_PAYLOAD 205

// The signature part is empty.
#define VTOK_EMPTY_SIGNATURE 206

// A part has an impossible base64url length.
#define VTOK_BASE64_LENGTH 207

// A part has non-zero unused bits at its end.
#define VTOK_BASE64_TRAILING 208

// A value holds a character outside the base64url alphabet.
#define VTOK_BASE64_CHARACTER 209

// The decoded header exceeds the length limit.
#define VTOK_HEADER_TOO_LONG 210

// The text is not JSON.
#define VTOK_JSON_SYNTAX 300

// The JSON text ends too early.
#define VTOK_JSON_END 301

// There are bytes after the JSON value.
#define VTOK_JSON_TRAILING 302

// A JSON string is not UTF-8.
#define VTOK_JSON_UTF8 303

// A JSON string holds a bad escape, a lone surrogate or a control character.
#define VTOK_JSON_ESCAPE 304

// A JSON number is malformed.
#define VTOK_JSON_NUMBER 305

// The JSON text nests deeper than the limit.
#define VTOK_JSON_DEPTH 306

// An object has more members than the limit.
#define VTOK_JSON_MEMBERS 307

// An object has two members of one name.
#define VTOK_JSON_DUPLICATE 308

// The JSON value is not an object.
#define VTOK_JSON_NOT_OBJECT 309

// The JSON value is of another type.
#define VTOK_JSON_TYPE 310

// The object has no such member.
#define VTOK_JSON_NOT_FOUND 311

// The header has no 'alg'.
#define VTOK_HEADER_ALG_MISSING 400

// A registered header member has the wrong type.
#define VTOK_HEADER_TYPE 401

// The policy does not list the token's algorithm.
#define VTOK_ALGORITHM_NOT_ALLOWED 402

// The token is unsecured ('alg' is 'none') and no permit was handed over.
#define VTOK_ALGORITHM_NONE 403

// An unsecured token carries a signature.
#define VTOK_UNSECURED_SIGNATURE 404

// The header names a critical extension; none is understood.
#define VTOK_CRIT_UNSUPPORTED 405

// 'crit' is not a non-empty array of unique names of present extension members.
#define VTOK_CRIT_MALFORMED 406

// The header has 'b64', which is not supported.
#define VTOK_HEADER_B64 407

// The header of a JWS has 'enc' or 'zip'.
#define VTOK_HEADER_ENCRYPTION 408

// 'cty' says that the claims are a nested JWT.
#define VTOK_NESTED_TOKEN 409

// The token has no 'typ', and the profile needs one.
#define VTOK_TYP_MISSING 410

// 'typ' names another kind of token.
#define VTOK_TYP_MISMATCH 411

// No key of the set fits the token's 'kid' and algorithm.
#define VTOK_KEY_NOT_FOUND 500

// More than one key fits.
#define VTOK_KEY_AMBIGUOUS 501

// The HMAC key is shorter than the hash.
#define VTOK_KEY_TOO_SHORT 502

// The JWK Set is not an object with an array 'keys'.
#define VTOK_JWKS_MALFORMED 503

// The JWK Set exceeds the length limit.
#define VTOK_JWKS_TOO_LONG 504

// A member of the JWK is missing, of the wrong type or malformed.
#define VTOK_JWK_MALFORMED 505

// The key type, curve or algorithm is not supported by this build.
#define VTOK_JWK_UNSUPPORTED 506

// 'use' or 'key_ops' exclude the key from verifying signatures.
#define VTOK_JWK_NOT_FOR_SIGNATURES 507

// The JWK holds private key material.
#define VTOK_JWK_PRIVATE 508

// 'alg' of the JWK does not fit its key type.
#define VTOK_JWK_ALGORITHM 509

// The key's encoding is not canonical.
#define VTOK_KEY_ENCODING 510

// The key is too small or too large.
#define VTOK_KEY_SIZE 511

// The key's value is invalid.
#define VTOK_KEY_VALUE 512

// The 'kid' is longer than 256 bytes.
#define VTOK_KEY_ID_TOO_LONG 513

// The PEM label is not 'PUBLIC KEY'.
#define VTOK_PEM_LABEL 514

// The PEM text is malformed.
#define VTOK_PEM_MALFORMED 515

// The DER structure is not a SubjectPublicKeyInfo of a supported key.
#define VTOK_DER_MALFORMED 516

// The header of a DPoP proof holds no 'jwk'.
#define VTOK_JWK_MISSING 517

// The signature does not verify.
#define VTOK_SIGNATURE_INVALID 600

// Encryption was agreed on, and the token is not encrypted.
#define VTOK_TOKEN_NOT_ENCRYPTED 610

// The token does not have exactly five parts.
#define VTOK_JWE_PARTS 611

// The header of a JWE has no 'enc'.
#define VTOK_HEADER_ENC_MISSING 612

// The content encryption of the token was not agreed on.
#define VTOK_ENCRYPTION_NOT_ALLOWED 613

// The header of a JWE has 'zip'.
#define VTOK_ZIP_UNSUPPORTED 614

// 'epk' is no public key on a curve that was agreed on.
#define VTOK_EPK_INVALID 615

// 'iv', 'tag', 'apu' or 'apv' is malformed, or missing.
#define VTOK_JWE_PARAMETER 616

// A part has not the length that its algorithm gives.
#define VTOK_JWE_LENGTH 617

// The token does not decrypt.
#define VTOK_DECRYPTION_FAILED 618

// 'cty' of the encrypted token names no JWT.
#define VTOK_CTY_MISMATCH 619

// No randomness was passed, and an RSA algorithm is listed.
#define VTOK_BLINDING_NOT_SET 620

// 'use' or 'key_ops' exclude the key from decryption.
#define VTOK_JWK_NOT_FOR_DECRYPTION 621

// The JWK lacks private key material.
#define VTOK_JWK_NOT_PRIVATE 622

// The required claim 'iss' is missing.
#define VTOK_ISS_MISSING 700

// 'iss' is not a string.
#define VTOK_ISS_TYPE 701

// 'iss' is not the expected issuer.
#define VTOK_ISS_MISMATCH 702

// The required claim 'sub' is missing.
#define VTOK_SUB_MISSING 710

// 'sub' is not a string.
#define VTOK_SUB_TYPE 711

// 'sub' is not the expected subject.
#define VTOK_SUB_MISMATCH 712

// 'sub' is empty, or not the 1 to 255 ASCII characters of OpenID Connect.
#define VTOK_SUB_INVALID 713

// The required claim 'aud' is missing.
#define VTOK_AUD_MISSING 720

// 'aud' is not a string or a non-empty array of strings.
#define VTOK_AUD_TYPE 721

// 'aud' does not hold the expected audience.
#define VTOK_AUD_MISMATCH 722

// 'aud' holds an additional audience that the policy does not trust.
#define VTOK_AUD_UNTRUSTED 723

// The token has an 'aud', and the policy names no audience.
#define VTOK_AUD_UNEXPECTED 724

// The required claim 'azp' is missing.
#define VTOK_AZP_MISSING 730

// 'azp' is not a string.
#define VTOK_AZP_TYPE 731

// 'azp' is not the client id.
#define VTOK_AZP_MISMATCH 732

// The required claim 'exp' is missing.
#define VTOK_EXP_MISSING 740

// 'exp' is not a number.
#define VTOK_EXP_TYPE 741

// The token has expired.
#define VTOK_EXP_EXPIRED 742

// The time interval is too wide to tell whether the token has expired.
#define VTOK_EXP_UNDECIDED 743

// The required claim 'nbf' is missing.
#define VTOK_NBF_MISSING 750

// 'nbf' is not a number.
#define VTOK_NBF_TYPE 751

// The token is not valid yet.
#define VTOK_NBF_IN_FUTURE 752

// The time interval is too wide to tell whether the token is valid yet.
#define VTOK_NBF_UNDECIDED 753

// The required claim 'iat' is missing.
#define VTOK_IAT_MISSING 760

// 'iat' is not a number.
#define VTOK_IAT_TYPE 761

// 'iat' lies in the future.
#define VTOK_IAT_IN_FUTURE 762

// The time interval is too wide to judge 'iat'.
#define VTOK_IAT_UNDECIDED 763

// 'iat' is older than the policy allows.
#define VTOK_IAT_TOO_OLD 764

// The required claim 'auth_time' is missing.
#define VTOK_AUTH_TIME_MISSING 770

// 'auth_time' is not a number.
#define VTOK_AUTH_TIME_TYPE 771

// 'auth_time' lies in the future.
#define VTOK_AUTH_TIME_IN_FUTURE 772

// The time interval is too wide to judge 'auth_time'.
#define VTOK_AUTH_TIME_UNDECIDED 773

// The user's authentication is older than 'max_age'.
#define VTOK_AUTH_TIME_TOO_OLD 774

// 'auth_time' of a refreshed ID Token is not that of the original authentication.
#define VTOK_AUTH_TIME_CHANGED 775

// The required claim 'nonce' is missing.
#define VTOK_NONCE_MISSING 780

// 'nonce' is not a string.
#define VTOK_NONCE_TYPE 781

// 'nonce' is not the one that was sent.
#define VTOK_NONCE_MISMATCH 782

// The token has a 'nonce' that is not expected or prohibited.
#define VTOK_NONCE_UNEXPECTED 783

// The required claim 'acr' is missing.
#define VTOK_ACR_MISSING 790

// 'acr' is not a string.
#define VTOK_ACR_TYPE 791

// 'acr' is none of the values that were asked for.
#define VTOK_ACR_MISMATCH 792

// The required claim 'amr' is missing.
#define VTOK_AMR_MISSING 800

// 'amr' is not an array of strings.
#define VTOK_AMR_TYPE 801

// The required claim 'at_hash' is missing.
#define VTOK_AT_HASH_MISSING 810

// 'at_hash' is not a string.
#define VTOK_AT_HASH_TYPE 811

// 'at_hash' does not fit the access token.
#define VTOK_AT_HASH_MISMATCH 812

// The token's algorithm defines no hash for 'at_hash'.
#define VTOK_AT_HASH_UNAVAILABLE 813

// The required claim 'c_hash' is missing.
#define VTOK_C_HASH_MISSING 820

// 'c_hash' is not a string.
#define VTOK_C_HASH_TYPE 821

// 'c_hash' does not fit the code.
#define VTOK_C_HASH_MISMATCH 822

// The token's algorithm defines no hash for 'c_hash'.
#define VTOK_C_HASH_UNAVAILABLE 823

// The required claim 's_hash' is missing.
#define VTOK_S_HASH_MISSING 830

// 's_hash' is not a string.
#define VTOK_S_HASH_TYPE 831

// 's_hash' does not fit the state.
#define VTOK_S_HASH_MISMATCH 832

// The token's algorithm defines no hash for 's_hash'.
#define VTOK_S_HASH_UNAVAILABLE 833

// The required claim 'events' is missing.
#define VTOK_EVENTS_MISSING 840

// 'events' is not an object.
#define VTOK_EVENTS_TYPE 841

// 'events' does not hold the expected event with an object value.
#define VTOK_EVENTS_NO_LOGOUT 842

// An ID Token holds the back-channel logout event: it is a Logout Token.
#define VTOK_EVENTS_LOGOUT 843

// The required claim 'sid' is missing.
#define VTOK_SID_MISSING 850

// 'sid' is not a string.
#define VTOK_SID_TYPE 851

// The required claim 'jti' is missing.
#define VTOK_JTI_MISSING 860

// 'jti' is not a string.
#define VTOK_JTI_TYPE 861

// The required claim 'client_id' is missing.
#define VTOK_CLIENT_ID_MISSING 870

// 'client_id' is not a string.
#define VTOK_CLIENT_ID_TYPE 871

// The required claim 'cnf' is missing.
#define VTOK_CNF_MISSING 880

// 'cnf' is not an object.
#define VTOK_CNF_TYPE 881

// The token is bound to a key, and no proof of possession was given.
#define VTOK_CNF_UNPROVEN 882

// The token is bound to another key than the proof's.
#define VTOK_CNF_MISMATCH 883

// The required claim 'htm' is missing.
#define VTOK_HTM_MISSING 890

// 'htm' is not a string.
#define VTOK_HTM_TYPE 891

// 'htm' is not the request's method.
#define VTOK_HTM_MISMATCH 892

// The required claim 'htu' is missing.
#define VTOK_HTU_MISSING 900

// 'htu' is not a string.
#define VTOK_HTU_TYPE 901

// 'htu' is not the request's URI.
#define VTOK_HTU_MISMATCH 902

// The required claim 'ath' is missing.
#define VTOK_ATH_MISSING 910

// 'ath' is not a string.
#define VTOK_ATH_TYPE 911

// 'ath' does not fit the access token.
#define VTOK_ATH_MISMATCH 912

// A claim that the policy requires by name is missing or null.
#define VTOK_CLAIM_MISSING 920

// The token was seen before.
#define VTOK_REPLAYED 930

// The replay guard holds as many tokens as it can, none of which has expired.
#define VTOK_REPLAY_FULL 931

// The saved state of a replay guard is malformed or does not fit.
#define VTOK_REPLAY_STATE 932

// The oscillator of the clock has stopped, or the clock was never set.
#define VTOK_CLOCK_STOPPED 940

// The registers of the clock hold no date.
#define VTOK_CLOCK_ENCODING 941

// The clock runs behind a time that has certainly passed.
#define VTOK_CLOCK_BEHIND_FLOOR 942

// The parameters are not 'application/x-www-form-urlencoded'.
#define VTOK_PARAMETER_MALFORMED 1000

// A parameter occurs more than once.
#define VTOK_PARAMETER_DUPLICATE 1001

// A parameter is not UTF-8 or holds control characters.
#define VTOK_PARAMETER_CHARSET 1002

// There are more than 32 parameters.
#define VTOK_PARAMETERS_TOO_MANY 1003

// The response came in another way than was asked for.
#define VTOK_RESPONSE_CHANNEL 1004

// The response has no 'state'.
#define VTOK_STATE_MISSING 1005

// 'state' is not the one that was sent.
#define VTOK_STATE_MISMATCH 1006

// The response has no 'iss', and the provider always sends it.
#define VTOK_ISS_PARAMETER_MISSING 1007

// 'iss' of the response is not the issuer that was asked.
#define VTOK_ISS_PARAMETER_MISMATCH 1008

// The response holds a code or token that the flow does not return from there.
#define VTOK_PARAMETER_UNEXPECTED 1009

// The response lacks a code, token or value that the flow returns from there.
#define VTOK_PARAMETER_MISSING 1010

// The response is plain, and a signed one was asked for.
#define VTOK_RESPONSE_NOT_JWT 1011

// The response is a JWT, and a plain one was asked for.
#define VTOK_RESPONSE_JWT 1012

// A member of the JSON response is missing, of the wrong type or malformed.
#define VTOK_RESPONSE_MALFORMED 1013

// The type of the access token is not the one that was asked for.
#define VTOK_TOKEN_TYPE_UNSUPPORTED 1014

// The token response holds no ID Token.
#define VTOK_ID_TOKEN_MISSING 1015

// What was saved is malformed, of another version, or belongs to another client.
#define VTOK_SAVED_STATE 1016

// The provider answered with an error.
#define VTOK_PROVIDER_ERROR 1017

// The metadata are those of another issuer.
#define VTOK_METADATA_ISSUER 1018

// The provider supports nothing of what the client allows.
#define VTOK_METADATA_UNSUPPORTED 1019

// The issuer is not an https URI without query and fragment.
#define VTOK_ISSUER_NOT_HTTPS 1020

// The introspection response says that the token is not active.
#define VTOK_TOKEN_INACTIVE 1021

// The logout request names another issuer or session.
#define VTOK_LOGOUT_MISMATCH 1022

// Check 'policy'.
#define VTOK_CHECK_POLICY 0

// Check 'form'.
#define VTOK_CHECK_FORM 1

// Check 'header'.
#define VTOK_CHECK_HEADER 2

// Check 'alg'.
#define VTOK_CHECK_ALG 3

// Check 'typ'.
#define VTOK_CHECK_TYP 4

// Check 'key'.
#define VTOK_CHECK_KEY 5

// Check 'signature'.
#define VTOK_CHECK_SIGNATURE 6

// Check 'payload'.
#define VTOK_CHECK_PAYLOAD 7

// Check 'iss'.
#define VTOK_CHECK_ISS 8

// Check 'sub'.
#define VTOK_CHECK_SUB 9

// Check 'aud'.
#define VTOK_CHECK_AUD 10

// Check 'azp'.
#define VTOK_CHECK_AZP 11

// Check 'exp'.
#define VTOK_CHECK_EXP 12

// Check 'nbf'.
#define VTOK_CHECK_NBF 13

// Check 'iat'.
#define VTOK_CHECK_IAT 14

// Check 'auth_time'.
#define VTOK_CHECK_AUTH_TIME 15

// Check 'nonce'.
#define VTOK_CHECK_NONCE 16

// Check 'acr'.
#define VTOK_CHECK_ACR 17

// Check 'amr'.
#define VTOK_CHECK_AMR 18

// Check 'at_hash'.
#define VTOK_CHECK_AT_HASH 19

// Check 'c_hash'.
#define VTOK_CHECK_C_HASH 20

// Check 's_hash'.
#define VTOK_CHECK_S_HASH 21

// Check 'events'.
#define VTOK_CHECK_EVENTS 22

// Check 'sid'.
#define VTOK_CHECK_SID 23

// Check 'jti'.
#define VTOK_CHECK_JTI 24

// Check 'client_id'.
#define VTOK_CHECK_CLIENT_ID 25

// Check 'cnf'.
#define VTOK_CHECK_CNF 26

// Check 'htm'.
#define VTOK_CHECK_HTM 27

// Check 'htu'.
#define VTOK_CHECK_HTU 28

// Check 'ath'.
#define VTOK_CHECK_ATH 29

// Check 'required'.
#define VTOK_CHECK_REQUIRED 30

// Algorithm 'HS256'.
#define VTOK_ALG_HS256 (1 << 1)

// Algorithm 'HS384'.
#define VTOK_ALG_HS384 (1 << 2)

// Algorithm 'HS512'.
#define VTOK_ALG_HS512 (1 << 3)

// Algorithm 'RS256'.
#define VTOK_ALG_RS256 (1 << 4)

// Algorithm 'RS384'.
#define VTOK_ALG_RS384 (1 << 5)

// Algorithm 'RS512'.
#define VTOK_ALG_RS512 (1 << 6)

// Algorithm 'PS256'.
#define VTOK_ALG_PS256 (1 << 7)

// Algorithm 'PS384'.
#define VTOK_ALG_PS384 (1 << 8)

// Algorithm 'PS512'.
#define VTOK_ALG_PS512 (1 << 9)

// Algorithm 'ES256'.
#define VTOK_ALG_ES256 (1 << 10)

// Algorithm 'ES384'.
#define VTOK_ALG_ES384 (1 << 11)

// Algorithm 'ES512'.
#define VTOK_ALG_ES512 (1 << 12)

// Algorithm 'EdDSA'.
#define VTOK_ALG_EDDSA (1 << 13)

// Algorithm 'Ed25519'.
#define VTOK_ALG_ED25519 (1 << 14)

// Algorithm 'ML-DSA-44'.
#define VTOK_ALG_ML_DSA_44 (1 << 15)

// Algorithm 'ML-DSA-65'.
#define VTOK_ALG_ML_DSA_65 (1 << 16)

// Algorithm 'ML-DSA-87'.
#define VTOK_ALG_ML_DSA_87 (1 << 17)

// Key family: a symmetric key.
#define VTOK_FAMILY_HMAC 1

// Key family: RSA.
#define VTOK_FAMILY_RSA 2

// Key family: a point on P-256.
#define VTOK_FAMILY_P256 3

// Key family: a point on P-384.
#define VTOK_FAMILY_P384 4

// Key family: a point on P-521.
#define VTOK_FAMILY_P521 5

// Key family: Ed25519.
#define VTOK_FAMILY_ED25519 6

// The header had 'jwk'; it was ignored.
#define VTOK_HINT_JWK 1

// The header had 'jku'; it was ignored.
#define VTOK_HINT_JKU 2

// The header had 'x5u'; it was ignored.
#define VTOK_HINT_X5U 4

// The header had 'x5c'; it was ignored.
#define VTOK_HINT_X5C 8

// The header had 'x5t'; it was ignored.
#define VTOK_HINT_X5T 16

// Version of the ABI that this header describes: raised when a structure or
// a function changes.
#define VTOK_ABI_VERSION 1

// How many skipped keys an import lists.
#define VTOK_MAX_SKIPPED 16

// Flag: 'max_age' is set.
#define VTOK_POLICY_MAX_AGE 1

// Flag: 'max_iat_age' is set.
#define VTOK_POLICY_MAX_IAT_AGE 2

// Flag: 'at_hash' is required where flow and endpoint do not ask for it.
#define VTOK_POLICY_REQUIRE_AT_HASH 4

// Flag: 'c_hash' is required where flow and endpoint do not ask for it.
#define VTOK_POLICY_REQUIRE_C_HASH 8

// Flag: 's_hash' is required.
#define VTOK_POLICY_REQUIRE_S_HASH 16

// Flag: a plain JWT may lack 'exp'.
#define VTOK_POLICY_WAIVE_EXP 32

// Flag: of 'azp' only the type is checked.
#define VTOK_POLICY_IGNORE_AZP 64

// Flag: an access token that is bound to a key is taken as a bearer token.
#define VTOK_POLICY_BOUND_AS_BEARER 128

// Profile: ID Token (OpenID Connect Core section 2).
#define VTOK_PROFILE_ID_TOKEN 0

// Profile: plain JWS, the signature alone.
#define VTOK_PROFILE_JWS 1

// Profile: plain JWT (RFC 7519).
#define VTOK_PROFILE_JWT 2

// Profile: Logout Token (Back-Channel Logout section 2.4).
#define VTOK_PROFILE_LOGOUT_TOKEN 3

// Profile: JWT access token (RFC 9068).
#define VTOK_PROFILE_ACCESS_TOKEN 4

// Flow: 'code id_token token'.
#define VTOK_FLOW_CODE_ID_TOKEN_TOKEN 0

// Flow: 'code'.
#define VTOK_FLOW_CODE 1

// Flow: 'id_token'.
#define VTOK_FLOW_ID_TOKEN 2

// Flow: 'id_token token'.
#define VTOK_FLOW_ID_TOKEN_TOKEN 3

// Flow: 'code id_token'.
#define VTOK_FLOW_CODE_ID_TOKEN 4

// Flow: 'code token'.
#define VTOK_FLOW_CODE_TOKEN 5

// Endpoint: authorization, through the user's browser.
#define VTOK_ENDPOINT_AUTHORIZATION 0

// Endpoint: token, directly over TLS.
#define VTOK_ENDPOINT_TOKEN 1

// Room for checks in a report; VTOK_CHECK_... are below it.
#define VTOK_MAX_CHECKS 64

// Kind: no value.
#define VTOK_KIND_NONE 0

// Kind: 'null'.
#define VTOK_KIND_NULL 1

// Kind: 'true'.
#define VTOK_KIND_TRUE 2

// Kind: 'false'.
#define VTOK_KIND_FALSE 3

// Kind: a number.
#define VTOK_KIND_NUMBER 4

// Kind: a string.
#define VTOK_KIND_STRING 5

// Kind: an array.
#define VTOK_KIND_ARRAY 6

// Kind: an object.
#define VTOK_KIND_OBJECT 7

// What makes a token the same token: its 'jti', with 'iss'.
#define VTOK_REPLAY_TOKEN_ID 1

// What makes a token the same token: its 'nonce', with 'iss'.
#define VTOK_REPLAY_NONCE 2

// A DS3231 or DS3232: 16 registers, from 0x00 on.
#define VTOK_RTC_DS3231 1

// A PCF8563, BM8563 or HYM8563: 9 registers, from 0x00 on.
#define VTOK_RTC_PCF8563 2

// A key set, in memory of the caller's. It must not be moved or copied. Many
// threads may verify with it at once while none changes it.
typedef struct vtok_keys {
  // Tells a set that was initialized here from other memory.
  size_t tag;
  size_t max_keys;
  size_t max_words;
  size_t used_keys;
  size_t used_words;
} vtok_keys;

// A view of bytes: not NUL-terminated, never owned. '{NULL, 0}' is not set;
// a pointer that is not NULL with length 0 is empty.
typedef struct vtok_bytes {
  // The first byte.
  const uint8_t *ptr;
  // How many bytes.
  size_t len;
} vtok_bytes;

// One key that an import left out.
typedef struct vtok_skipped {
  // Its position in the set, from 0.
  uint32_t position;
  // The reason: a status of the 5xx group.
  int32_t reason;
} vtok_skipped;

// What an import has done.
typedef struct vtok_imported {
  // Keys that were added.
  uint32_t added;
  // Keys that were left out: not understood, malformed, private, or for
  // another use.
  uint32_t skipped;
  // The first of those that were left out.
  struct vtok_skipped skipped_keys[VTOK_MAX_SKIPPED];
} vtok_imported;

// Hardware in place of the built-in arithmetic, handed over with a policy. A
// function that is NULL is not offered. Each gets 'context' first and returns
// 0 for success; anything else is a signature that failed. The functions must
// not call back into the library with the same objects.
typedef struct vtok_hooks {
  // 'sizeof(vtok_hooks)'.
  size_t size;
  // Handed to each function.
  void *context;
  // Writes the SHA-256 of 'data' to the 32 bytes at 'digest'. A failure
  // makes the signature fail.
  int32_t (*sha256)(void *context,
                    struct vtok_bytes data,
                    uint8_t *digest);
  // RSAVP1 (RFC 8017 section 5.2.2): writes signature^e mod n, big-endian,
  // to 'encoded', which is as long as n and as the signature. The result's
  // padding is checked by the library.
  int32_t (*rsa_public)(void *context,
                        struct vtok_bytes n,
                        struct vtok_bytes e,
                        struct vtok_bytes signature,
                        uint8_t *encoded);
  // Verifies r||s over a digest with the point x, y on the curve of
  // 'family' (VTOK_FAMILY_...).
  int32_t (*ecdsa_verify)(void *context,
                          uint32_t family,
                          struct vtok_bytes x,
                          struct vtok_bytes y,
                          struct vtok_bytes digest,
                          struct vtok_bytes signature);
} vtok_hooks;

// What a token must fulfil. Zero it, set 'size', then what is expected: every
// expectation that is set is a claim that is required. All-zero is the
// strictest: an ID Token of the flow 'code id_token token' from the
// authorization endpoint, no algorithm allowed, no leeway.
//
// The views are read during the call and not kept.
typedef struct vtok_policy {
  // 'sizeof(vtok_policy)'.
  size_t size;
  // VTOK_PROFILE_...
  uint32_t profile;
  // Of an ID Token: VTOK_FLOW_...
  uint32_t flow;
  // Of an ID Token: VTOK_ENDPOINT_...
  uint32_t endpoint;
  // VTOK_POLICY_... ORed together.
  uint32_t flags;
  // The algorithms that are allowed: VTOK_ALG_... ORed together.
  uint64_t algorithms;
  // The expected 'iss'.
  struct vtok_bytes issuer;
  // The audience that 'aud' must hold: the client id, or the resource.
  struct vtok_bytes audience;
  // Audiences that an ID Token may name beside the client; at most 16.
  const struct vtok_bytes *trusted_audiences;
  // How many.
  size_t trusted_audiences_len;
  // A 'typ' that the header must have; it narrows what the profile takes.
  struct vtok_bytes typ;
  // The 'nonce' that was sent.
  struct vtok_bytes nonce;
  // The 'acr' values that were asked for; at most 16. NULL: none was.
  const struct vtok_bytes *acr_values;
  // How many.
  size_t acr_values_len;
  // The access token that came with the ID Token, for 'at_hash'.
  struct vtok_bytes access_token;
  // The code that came with the ID Token, for 'c_hash'.
  struct vtok_bytes code;
  // The 'state' of the response, for 's_hash'.
  struct vtok_bytes state;
  // Names of claims that must be there and not null; at most 16.
  const struct vtok_bytes *required_claims;
  // How many.
  size_t required_claims_len;
  // With VTOK_POLICY_MAX_AGE: most seconds since the user logged in.
  uint32_t max_age;
  // With VTOK_POLICY_MAX_IAT_AGE: most seconds since 'iat'.
  uint32_t max_iat_age;
  // Seconds of clock difference to forgive for 'exp'; at most 600.
  uint32_t leeway_exp;
  // The same for 'nbf'.
  uint32_t leeway_nbf;
  // The same for 'iat', 'auth_time' and every age.
  uint32_t leeway_iat;
  // Longest token in bytes; 0: 65536.
  uint32_t max_token_len;
  // Longest decoded header in bytes; 0: 8192.
  uint32_t max_header_len;
  // Most members of an object; 0: 256.
  uint32_t max_members;
  // Deepest JSON nesting; 0: 65.
  uint32_t max_depth;
  // Zero.
  uint32_t reserved;
  // Hardware in place of the built-in arithmetic; NULL: none.
  const struct vtok_hooks *hooks;
} vtok_policy;

// The interval in which the current time lies, in seconds since 1970; an
// exact time has equal bounds. All-zero: the clock was not set, which refuses
// whatever depends on the time.
typedef struct vtok_time {
  // The earliest that it can be now.
  int64_t earliest;
  // The latest that it can be now.
  int64_t latest;
} vtok_time;

// A token that fulfilled its policy. Only a verification fills it; all-zero
// means not verified. It borrows the token's buffer and, where one was lent,
// the scratch buffer: both must live and stay as they are while it is used.
typedef struct vtok_verified {
  // 1 if verified.
  uint32_t is_verified;
  // The algorithm of the signature: n of VTOK_ALG_... = 1 << n; 0 for an
  // unsecured token.
  uint32_t algorithm;
  // The decoded payload.
  struct vtok_bytes payload;
  // The library's own.
  uint64_t opaque[8];
} vtok_verified;

// The byte range of a claim's value in the decoded payload; both 0 when the
// claim is absent or was not read.
typedef struct vtok_place {
  // The first byte.
  uint32_t start;
  // The byte after the last one.
  uint32_t end;
} vtok_place;

// What a verification found: bit n of a mask is check n (VTOK_CHECK_...).
// Every check is in exactly one mask.
typedef struct vtok_report {
  // Checks that failed.
  uint64_t failed;
  // Checks that passed.
  uint64_t passed;
  // Checks that neither profile nor policy asks for.
  uint64_t not_required;
  // Checks that were not reached, or lack what they need.
  uint64_t not_evaluated;
  // Header members that offered a key and were ignored: VTOK_HINT_...
  uint32_t key_hints;
  // How many checks there are.
  uint32_t checks;
  // The status of each failed check; 0 for the others.
  uint16_t codes[VTOK_MAX_CHECKS];
  // Where each claim lies.
  struct vtok_place places[VTOK_MAX_CHECKS];
} vtok_report;

// A JSON value, still in the token's buffer. Only the library fills it.
typedef struct vtok_value {
  // VTOK_KIND_...; 0: no value.
  uint32_t kind;
  // Zero.
  uint32_t reserved;
  // Its JSON text; not set for a value of a header or of an unverified
  // token.
  struct vtok_bytes json;
  // The library's own.
  uint64_t opaque[8];
} vtok_value;

// A token that nobody has verified, to find out whose keys it needs. Whoever
// sent it chose every value in it. It borrows the token's buffer.
typedef struct vtok_unverified {
  // The library's own.
  uint64_t opaque[16];
} vtok_unverified;

// Takes each token once, in memory of the caller's. It must not be moved or
// copied, and one thread at a time uses it.
typedef struct vtok_replay {
  // Tells a guard that was initialized here from other memory.
  size_t tag;
  size_t capacity;
  size_t used;
} vtok_replay;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Version of the ABI of the library that is linked: compare it with
// VTOK_ABI_VERSION when the library is loaded at run time.
uint32_t vtok_abi_version(void);

// Version of the library that is linked, as 0xMMmmpp00.
uint32_t vtok_version(void);

// Bytes of 'vtok_keys' storage for 'max_keys' keys whose values take
// 'value_bytes', in this build: at most VTOK_KEYS_SIZE.
size_t vtok_keys_size(size_t max_keys,
                      size_t value_bytes);

// 'sizeof(vtok_policy)' of this build.
size_t vtok_policy_size(void);

// 'sizeof(vtok_report)' of this build.
size_t vtok_report_size(void);

// 'sizeof(vtok_verified)' of this build.
size_t vtok_verified_size(void);

// 'sizeof(vtok_value)' of this build.
size_t vtok_value_size(void);

// Makes an empty key set in 'memory', which must be aligned for 'uint64_t'
// and hold 'VTOK_KEYS_SIZE(max_keys, value_bytes)' bytes; the more it holds,
// the more values fit. '*keys' then points into it.
//
// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED, VTOK_STORAGE_FULL,
// VTOK_UNKNOWN_VALUE for a size that no memory has.
int32_t vtok_keys_init(void *memory,
                       size_t memory_len,
                       size_t max_keys,
                       struct vtok_keys **keys);

// Removes all keys and erases their values.
int32_t vtok_keys_clear(struct vtok_keys *keys);

// Writes how many keys the set holds.
int32_t vtok_keys_count(const struct vtok_keys *keys,
                        size_t *count);

// Adds the keys of a JWK Set (RFC 7517 section 5). What is not understood is
// left out and listed in 'imported', which may be NULL. On failure the set is
// as it was.
//
// Errors: the 3xx group, VTOK_JWKS_MALFORMED, VTOK_JWKS_TOO_LONG,
// VTOK_STORAGE_FULL.
int32_t vtok_keys_import_jwks(struct vtok_keys *keys,
                              struct vtok_bytes jwks,
                              struct vtok_imported *imported);

// Adds one JWK, pinned: it answers to any 'kid'.
//
// Errors: the 3xx and 5xx groups, VTOK_STORAGE_FULL.
int32_t vtok_keys_pin_jwk(struct vtok_keys *keys,
                          struct vtok_bytes jwk);

// Adds an HMAC key of 32 to 512 bytes, such as a client secret. 'kid' not set
// pins it: it answers to any 'kid'.
//
// Errors: VTOK_KEY_SIZE, VTOK_KEY_ID_TOO_LONG, VTOK_JWK_UNSUPPORTED,
// VTOK_STORAGE_FULL.
int32_t vtok_keys_add_secret(struct vtok_keys *keys,
                             struct vtok_bytes secret,
                             struct vtok_bytes kid);

// Adds an RSA key by its big-endian modulus and public exponent, without
// leading zero bytes.
//
// Errors: VTOK_KEY_ENCODING, VTOK_KEY_SIZE, VTOK_KEY_VALUE,
// VTOK_KEY_ID_TOO_LONG, VTOK_JWK_UNSUPPORTED, VTOK_STORAGE_FULL.
int32_t vtok_keys_add_rsa(struct vtok_keys *keys,
                          struct vtok_bytes n,
                          struct vtok_bytes e,
                          struct vtok_bytes kid);

// Adds a point on P-256, P-384 or P-521 (VTOK_FAMILY_...) by its big-endian
// coordinates of full length.
//
// Errors: VTOK_KEY_ENCODING, VTOK_KEY_VALUE, VTOK_KEY_ID_TOO_LONG,
// VTOK_JWK_UNSUPPORTED, VTOK_UNKNOWN_VALUE, VTOK_STORAGE_FULL.
int32_t vtok_keys_add_point(struct vtok_keys *keys,
                            uint32_t family,
                            struct vtok_bytes x,
                            struct vtok_bytes y,
                            struct vtok_bytes kid);

// Adds a point on P-256, P-384 or P-521 in SEC1 form, compressed or not.
//
// Errors: as 'vtok_keys_add_point'.
int32_t vtok_keys_add_sec1(struct vtok_keys *keys,
                           uint32_t family,
                           struct vtok_bytes point,
                           struct vtok_bytes kid);

// Adds an Ed25519 public key of 32 bytes (RFC 8032 section 5.1.2).
//
// Errors: VTOK_KEY_ENCODING, VTOK_KEY_VALUE, VTOK_KEY_ID_TOO_LONG,
// VTOK_JWK_UNSUPPORTED, VTOK_STORAGE_FULL.
int32_t vtok_keys_add_ed25519(struct vtok_keys *keys,
                              struct vtok_bytes key,
                              struct vtok_bytes kid);

// Adds the key of a DER SubjectPublicKeyInfo, which must be of 'family'
// (VTOK_FAMILY_...).
//
// Errors: VTOK_DER_MALFORMED, VTOK_UNKNOWN_VALUE, and those of the function
// that adds a key of the family.
int32_t vtok_keys_add_spki(struct vtok_keys *keys,
                           uint32_t family,
                           struct vtok_bytes der,
                           struct vtok_bytes kid);

// Adds the key of a PEM text with the label 'PUBLIC KEY', which must be of
// 'family' (VTOK_FAMILY_...).
//
// Errors: VTOK_PEM_MALFORMED, VTOK_PEM_LABEL, and those of
// 'vtok_keys_add_spki'.
int32_t vtok_keys_add_pem(struct vtok_keys *keys,
                          uint32_t family,
                          struct vtok_bytes pem,
                          struct vtok_bytes kid);

// Writes the SHA-256 thumbprint (RFC 7638) of the key at 'index', in the
// order in which keys were added.
//
// Errors: VTOK_KEY_NOT_FOUND.
int32_t vtok_keys_thumbprint(const struct vtok_keys *keys,
                             size_t index,
                             uint8_t (*thumbprint)[32]);

// The algorithms that this build serves: VTOK_ALG_... ORed together.
uint64_t vtok_algorithms(void);

// Bytes of scratch that a token of 'token_len' bytes needs.
size_t vtok_scratch_len(size_t token_len);

// Verifies a token; the payload is decoded into 'scratch', for which
// 'vtok_scratch_len(token.len)' bytes always suffice. 'report' may be NULL; it
// is filled whatever the outcome.
//
// Returns 0 if the token fulfils the policy, else the status of the first
// failed check; then 'verified' is all zero.
int32_t vtok_verify(struct vtok_bytes token,
                    const struct vtok_keys *keys,
                    const struct vtok_policy *policy,
                    struct vtok_time time,
                    uint8_t *scratch,
                    size_t scratch_len,
                    struct vtok_verified *verified,
                    struct vtok_report *report);

// Verifies a token in its own buffer, without scratch. The buffer is written
// only after the signature is proven: after a refusal for the form, the
// header, the key or the signature it is as it was, to be tried with fresh
// keys. 'report' may be NULL.
//
// Returns as 'vtok_verify'.
int32_t vtok_verify_in_place(uint8_t *token,
                             size_t token_len,
                             const struct vtok_keys *keys,
                             const struct vtok_policy *policy,
                             struct vtok_time time,
                             struct vtok_verified *verified,
                             struct vtok_report *report);

// Verifies an unsecured ID Token ('alg' is 'none'), which only the code flow
// knows and only from the token endpoint (OpenID Connect Core section 2): the
// caller received it directly over TLS. Every other policy is misuse.
//
// Returns as 'vtok_verify'.
int32_t vtok_verify_unsecured(struct vtok_bytes token,
                              const struct vtok_policy *policy,
                              struct vtok_time time,
                              uint8_t *scratch,
                              size_t scratch_len,
                              struct vtok_verified *verified,
                              struct vtok_report *report);

// Finds a claim by name.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_CLAIMS, VTOK_NOT_INITIALIZED.
int32_t vtok_claim(const struct vtok_verified *verified,
                   struct vtok_bytes name,
                   struct vtok_value *value);

// Finds a claim in a language (OpenID Connect Core section 5.2): 'name#tag',
// the tag compared without case.
//
// Errors: as 'vtok_claim'.
int32_t vtok_claim_localized(const struct vtok_verified *verified,
                             struct vtok_bytes name,
                             struct vtok_bytes tag,
                             struct vtok_value *value);

// Finds a value by JSON pointer (RFC 6901), such as '/address/country'.
//
// Errors: as 'vtok_claim', and VTOK_JSON_DUPLICATE or VTOK_JSON_MEMBERS of an
// object on the way.
int32_t vtok_claim_at(const struct vtok_verified *verified,
                      struct vtok_bytes pointer,
                      struct vtok_value *value);

// Reads a string claim: unescapes it into 'buffer' and writes its length.
//
// Errors: as 'vtok_claim', and VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_claim_string(const struct vtok_verified *verified,
                          struct vtok_bytes name,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *len);

// Finds the claim at 'index', in the order of the token; for a loop until
// VTOK_JSON_NOT_FOUND. 'name' is a string value.
//
// Errors: as 'vtok_claim'.
int32_t vtok_claim_by_index(const struct vtok_verified *verified,
                            size_t index,
                            struct vtok_value *name,
                            struct vtok_value *value);

// Finds a member of the protected header of a verified token, such as 'kid'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_header(const struct vtok_verified *verified,
                    struct vtok_bytes name,
                    struct vtok_value *value);

// Finds a member of an object, whose names are checked to be unique.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE, VTOK_JSON_DUPLICATE,
// VTOK_JSON_MEMBERS.
int32_t vtok_value_member(const struct vtok_value *object,
                          struct vtok_bytes name,
                          struct vtok_value *value);

// Finds an element of an array, from 0.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE.
int32_t vtok_value_element(const struct vtok_value *array,
                           size_t index,
                           struct vtok_value *value);

// Unescapes a string into 'buffer' and writes its length, without a NUL.
//
// Errors: VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_value_string(const struct vtok_value *value,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *len);

// Views a string that holds no escapes where it lies.
//
// Errors: VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL when it has to be unescaped:
// use 'vtok_value_string'.
int32_t vtok_value_view(const struct vtok_value *value,
                        struct vtok_bytes *view);

// Whether a string equals 'other' after unescaping, in constant time with
// respect to the contents of 'other': 1 if it does, 0 if not or if it is no
// string.
uint32_t vtok_value_equals(const struct vtok_value *value,
                           struct vtok_bytes other);

// Reads a number that is written as an integer of 64 bits.
//
// Errors: VTOK_JSON_TYPE.
int32_t vtok_value_integer(const struct vtok_value *value,
                           int64_t *integer);

// Reads a number as seconds since 1970, rounded down; beyond 64 bits it is
// the nearest value.
//
// Errors: VTOK_JSON_TYPE.
int32_t vtok_value_date(const struct vtok_value *value,
                        int64_t *seconds);

// Splits a token and reads its header, within the default limits.
//
// Errors: the 2xx and 3xx groups.
int32_t vtok_peek(struct vtok_bytes token,
                  struct vtok_unverified *unverified);

// Finds a header member, such as 'kid', as the sender chose it.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_unverified_header(const struct vtok_unverified *unverified,
                               struct vtok_bytes name,
                               struct vtok_value *value);

// Finds a claim, such as 'iss', as the sender chose it.
//
// Errors: the 3xx group, VTOK_NOT_INITIALIZED.
int32_t vtok_unverified_claim(const struct vtok_unverified *unverified,
                              struct vtok_bytes name,
                              struct vtok_value *value);

// Makes an empty guard in 'memory', which must be aligned for 'uint64_t' and
// hold 'VTOK_REPLAY_SIZE(capacity)' bytes. '*replay' then points into it.
//
// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED, VTOK_STORAGE_FULL,
// VTOK_UNKNOWN_VALUE for a size that no memory has.
int32_t vtok_replay_init(void *memory,
                         size_t memory_len,
                         size_t capacity,
                         struct vtok_replay **replay);

// Takes a verified token, once, and remembers it until it expires. Call it
// after the verification and before anything is granted.
//
// 'key' is VTOK_REPLAY_...; 'leeway' is that of the policy for 'exp', in
// seconds: for so long after 'exp' is the token still accepted.
//
// Errors: VTOK_REPLAYED; VTOK_REPLAY_FULL when no place is left, and the
// token is refused; VTOK_TIME_UNKNOWN, VTOK_TIME_REVERSED; VTOK_NOT_CLAIMS,
// VTOK_JSON_NOT_FOUND or VTOK_JSON_TYPE when the token lacks the id, 'iss' or
// 'exp'; VTOK_UNKNOWN_VALUE for another key.
int32_t vtok_replay_admit(struct vtok_replay *replay,
                          const struct vtok_verified *verified,
                          uint32_t key,
                          struct vtok_time time,
                          uint32_t leeway);

// Writes how many tokens are remembered.
int32_t vtok_replay_count(const struct vtok_replay *replay,
                          size_t *count);

// Writes the state to the front of 'out', to survive a restart, and its
// length to 'len': at most 'VTOK_REPLAY_SAVED_LEN(capacity)' bytes, the same on
// every machine.
//
// Errors: VTOK_BUFFER_TOO_SMALL, VTOK_OVERLAP.
int32_t vtok_replay_save(const struct vtok_replay *replay,
                         uint8_t *out,
                         size_t out_len,
                         size_t *len);

// Puts a saved state in the place of the guard's, which is kept on failure.
//
// Errors: VTOK_REPLAY_STATE for what no 'vtok_replay_save' wrote, and for more
// tokens than there is room for; VTOK_OVERLAP.
int32_t vtok_replay_restore(struct vtok_replay *replay,
                            struct vtok_bytes saved);

// Writes the part of an interval from 'floor' on: a time that has certainly
// passed, such as the build time, the 'iat' of the last verified token, or
// what the caller has stored. A clock that fell back to 1970 fails.
//
// Errors: VTOK_CLOCK_BEHIND_FLOOR, VTOK_TIME_UNKNOWN, VTOK_TIME_REVERSED; then
// 'out' is all zero, which no verification takes.
int32_t vtok_time_not_before(struct vtok_time time,
                             int64_t floor,
                             struct vtok_time *out);

// Writes the interval after 'elapsed_ms' more milliseconds of a monotonic
// counter that runs wrong by at most 'drift_ppm' millionths: it bridges the
// time between two readings of a clock. An unknown time stays unknown.
//
// Errors: VTOK_TIME_REVERSED.
int32_t vtok_time_advanced(struct vtok_time time,
                           uint64_t elapsed_ms,
                           uint32_t drift_ppm,
                           struct vtok_time *out);

// Writes the time that the registers of a clock chip say, which the caller
// has read in one transfer: 'chip' is VTOK_RTC_...; 'behind' and 'ahead' are
// the seconds that the time can be later and earlier than the clock says.
//
// Errors: VTOK_CLOCK_STOPPED when the oscillator has stopped or was never
// started; VTOK_CLOCK_ENCODING for what is no date, and for another number of
// registers; VTOK_UNKNOWN_VALUE for another chip.
int32_t vtok_time_of_rtc(uint32_t chip,
                         struct vtok_bytes registers,
                         uint32_t behind,
                         uint32_t ahead,
                         struct vtok_time *out);

// The stable name of a status, such as "nonce_mismatch"; "ok" for 0, and
// "unknown" for a number that is no status. Never NULL.
const char *vtok_status_name(int32_t status);

// What happened, in a few words of English. Never NULL.
const char *vtok_status_message(int32_t status);

// The stable name of a check (VTOK_CHECK_...): of a claim, the claim's own.
// "unknown" for a number that is no check. Never NULL.
const char *vtok_check_name(uint32_t check);

// The section of the specification that asks for a check in a profile, flow
// and endpoint; not set for unknown numbers.
struct vtok_bytes vtok_check_section(uint32_t check,
                                     uint32_t profile,
                                     uint32_t flow,
                                     uint32_t endpoint);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/* A view of len bytes. */
static inline vtok_bytes vtok_view(const void *ptr, size_t len) {
  vtok_bytes view;
  view.ptr = (const uint8_t *)ptr;
  view.len = len;
  return view;
}

/* A view of a string literal, without its NUL. */
#define VTOK_TEXT(literal) vtok_view((literal), sizeof(literal) - 1)

#endif /* VERITOK_H */
