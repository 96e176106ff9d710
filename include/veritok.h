/*
 * Veritok: verification of JWS, JWT and OpenID Connect tokens, and of the
 * exchanges that bring them, without a heap.
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
 * zeroed vtok_verified reads "not verified". A report is always filled. What
 * a call writes lies apart from all that it reads, every view and list of a
 * policy included, and from what else it writes: all else is VTOK_OVERLAP, and
 * nothing is written.
 *
 * Exchanges. A login goes from structure to structure: vtok_request_init,
 * vtok_response_read, vtok_token_response, vtok_login_verify. What a step has
 * not verified, its structure does not show. Request and session are bytes
 * that the caller keeps; each call gets them with the client, and a step goes
 * on with its own request alone. A structure borrows the buffers that its
 * calls were lent, its documentation names them; a call that would write there
 * is VTOK_OVERLAP. When a provider answers with an error, the status is
 * VTOK_PROVIDER_ERROR and a vtok_error_response says which.
 *
 * Threads. The library has no state of its own; SHA-2 alone remembers, in an
 * atomic, what the processor can do. Any number of threads may verify with one
 * key set and one policy at once, while none of them changes it.
 *
 * Secrets. HMAC keys, the expected nonce, state, code and access token never
 * steer control flow or addresses; but the text of a JWK that holds a key is
 * read like any JSON. vtok_keys_clear erases key storage.
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
 * 'kid's take, which the macros below tell. Both count a provider's set twice
 * for vtok_keys_replace_jwks.
 */
#define VTOK_KEYS_SIZE(max_keys, value_bytes) \
  (8 * sizeof(void *) + (max_keys) * (9 * sizeof(void *) + 8) + (value_bytes))
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
/* Bytes of a key's table of 1 to 4 blocks: see vtok_keys_add_tables. */
#define VTOK_P256_TABLE_BYTES(blocks) (((blocks) * 128 + 1) * 64)
#define VTOK_P384_TABLE_BYTES(blocks) (((blocks) * 128 + 1) * 96)
#define VTOK_P521_TABLE_BYTES(blocks) (((blocks) * 128 + 1) * 144)
#define VTOK_ED25519_TABLE_BYTES(blocks) (((blocks) * 128 + 1) * 96)
/* Bytes of an HMAC key, by its length. */
#define VTOK_SECRET_BYTES(len) (((len) + 7) / 8 * 8)
/* Bytes of a kid, by its length. */
#define VTOK_KID_BYTES(len) (((len) + 7) / 8 * 8)

/*
 * Bytes of an authentication request; 'text_len' is the sum of the lengths of
 * its texts: scope, acr_values, login_hint and so on.
 */
#define VTOK_REQUEST_LEN(text_len) (188 + (text_len))

/* Bytes of a replay guard that remembers 'capacity' tokens. */
#define VTOK_REPLAY_SIZE(capacity) (40 + (capacity) * 24)
/* Declares storage for it, aligned. */
#define VTOK_REPLAY_STORAGE(name, capacity) \
  uint64_t name[(VTOK_REPLAY_SIZE(capacity) + 7) / 8]
/* Bytes of its saved state, at most. */
#define VTOK_REPLAY_SAVED_LEN(capacity) ((capacity) * 24 + 13)

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

// A request parameter is empty, malformed or holds characters that it must
// not.
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

// The JSON text is longer than 4 MiB.
#define VTOK_JSON_TOO_LONG 312

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

// 'crit' is not a non-empty array of unique names of present extension
// members.
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

// 'auth_time' of a refreshed ID Token is not that of the original
// authentication.
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

// An essential claim has none of the values that were asked for.
#define VTOK_CLAIM_MISMATCH 921

// The token was seen before.
#define VTOK_REPLAYED 930

// The replay guard holds as many tokens as it can, none of which has expired.
#define VTOK_REPLAY_FULL 931

// The saved state of a replay guard is malformed or does not fit.
#define VTOK_REPLAY_STATE 932

// The replay guard has forgotten a token that expired as late or later, and
// may have forgotten this one.
#define VTOK_REPLAY_FORGOTTEN 933

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

// What was saved is malformed, of another version, or belongs to another
// client.
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

// The logout request does not name the issuer and session that it must.
#define VTOK_LOGOUT_MISMATCH 1022

// The access token has a scope that was not asked for.
#define VTOK_SCOPE_EXCEEDED 1023

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

// The provider's error 'invalid_request'.
#define VTOK_ERROR_INVALID_REQUEST 1

// The provider's error 'unauthorized_client'.
#define VTOK_ERROR_UNAUTHORIZED_CLIENT 2

// The provider's error 'access_denied'.
#define VTOK_ERROR_ACCESS_DENIED 3

// The provider's error 'unsupported_response_type'.
#define VTOK_ERROR_UNSUPPORTED_RESPONSE_TYPE 4

// The provider's error 'invalid_scope'.
#define VTOK_ERROR_INVALID_SCOPE 5

// The provider's error 'server_error'.
#define VTOK_ERROR_SERVER_ERROR 6

// The provider's error 'temporarily_unavailable'.
#define VTOK_ERROR_TEMPORARILY_UNAVAILABLE 7

// The provider's error 'invalid_client'.
#define VTOK_ERROR_INVALID_CLIENT 8

// The provider's error 'invalid_grant'.
#define VTOK_ERROR_INVALID_GRANT 9

// The provider's error 'unsupported_grant_type'.
#define VTOK_ERROR_UNSUPPORTED_GRANT_TYPE 10

// The provider's error 'interaction_required'.
#define VTOK_ERROR_INTERACTION_REQUIRED 11

// The provider's error 'login_required'.
#define VTOK_ERROR_LOGIN_REQUIRED 12

// The provider's error 'account_selection_required'.
#define VTOK_ERROR_ACCOUNT_SELECTION_REQUIRED 13

// The provider's error 'consent_required'.
#define VTOK_ERROR_CONSENT_REQUIRED 14

// The provider's error 'invalid_request_uri'.
#define VTOK_ERROR_INVALID_REQUEST_URI 15

// The provider's error 'invalid_request_object'.
#define VTOK_ERROR_INVALID_REQUEST_OBJECT 16

// The provider's error 'request_not_supported'.
#define VTOK_ERROR_REQUEST_NOT_SUPPORTED 17

// The provider's error 'request_uri_not_supported'.
#define VTOK_ERROR_REQUEST_URI_NOT_SUPPORTED 18

// The provider's error 'registration_not_supported'.
#define VTOK_ERROR_REGISTRATION_NOT_SUPPORTED 19

// The provider's error 'invalid_token'.
#define VTOK_ERROR_INVALID_TOKEN 20

// The provider's error 'insufficient_scope'.
#define VTOK_ERROR_INSUFFICIENT_SCOPE 21

// The provider's error 'authorization_pending'.
#define VTOK_ERROR_AUTHORIZATION_PENDING 22

// The provider's error 'slow_down'.
#define VTOK_ERROR_SLOW_DOWN 23

// The provider's error 'expired_token'.
#define VTOK_ERROR_EXPIRED_TOKEN 24

// The provider's error 'invalid_target'.
#define VTOK_ERROR_INVALID_TARGET 25

// The provider's error 'invalid_dpop_proof'.
#define VTOK_ERROR_INVALID_DPOP_PROOF 26

// The provider's error 'use_dpop_nonce'.
#define VTOK_ERROR_USE_DPOP_NONCE 27

// The provider's error 'unmet_authentication_requirements'.
#define VTOK_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS 28

// The provider's error 'insufficient_user_authentication'.
#define VTOK_ERROR_INSUFFICIENT_USER_AUTHENTICATION 29

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
#define VTOK_ABI_VERSION 4

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

// Flag: encryption was agreed on: only what 'vtok_decrypt_verify' has
// decrypted is taken.
#define VTOK_POLICY_REQUIRE_ENCRYPTION 256

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

// Profile: signed UserInfo response (OpenID Connect Core section 5.3.2);
// needs 'subject'.
#define VTOK_PROFILE_USERINFO 5

// Profile: authorization response as a JWT (JARM section 2.1).
#define VTOK_PROFILE_AUTHORIZATION_RESPONSE 6

// Profile: token introspection response as a JWT (RFC 9701).
#define VTOK_PROFILE_INTROSPECTION 7

// Profile: security event token (RFC 8417).
#define VTOK_PROFILE_SECURITY_EVENT 8

// Profile: DPoP proof (RFC 9449), for 'vtok_verify_dpop'; needs 'http_method',
// 'http_uri' and 'max_iat_age'.
#define VTOK_PROFILE_DPOP_PROOF 9

// Quirk: none.
#define VTOK_QUIRK_NONE 0

// Quirk: Microsoft Entra's tenant-independent issuer, with '{tenantid}' in it;
// whose tenants to take is for the caller to decide, by the claim 'tid'.
#define VTOK_QUIRK_ENTRA_TENANT 1

// Quirk: Google's issuer may stand in a token without 'https://'.
#define VTOK_QUIRK_GOOGLE_BARE_ISSUER 2

// Proven key: none.
#define VTOK_PROVEN_NONE 0

// Proven key: by a DPoP proof, for 'jkt' (RFC 9449 section 6.1).
#define VTOK_PROVEN_DPOP 1

// Proven key: by the client's certificate, for 'x5t#S256' (RFC 8705
// section 3.1).
#define VTOK_PROVEN_CERTIFICATE 2

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

// Bytes of a key's thumbprint (RFC 7638) as base64url.
#define VTOK_THUMBPRINT_LEN 43

// How many keys a 'vtok_decryption_keys' holds.
#define VTOK_DECRYPTION_KEYS 4

// Bytes of the randomness that blinds an RSA private operation.
#define VTOK_BLINDING_LEN 32

// Key management: the shared key is the content key (RFC 7518 section 4.5).
#define VTOK_JWE_ALG_DIR (1 << 1)

// Key management: 'A128KW' (RFC 7518 section 4.4).
#define VTOK_JWE_ALG_A128KW (1 << 2)

// Key management: 'A256KW' (RFC 7518 section 4.4).
#define VTOK_JWE_ALG_A256KW (1 << 3)

// Key management: 'A128GCMKW' (RFC 7518 section 4.7).
#define VTOK_JWE_ALG_A128GCMKW (1 << 4)

// Key management: 'A256GCMKW' (RFC 7518 section 4.7).
#define VTOK_JWE_ALG_A256GCMKW (1 << 5)

// Key management: 'ECDH-ES' (RFC 7518 section 4.6), on P-256, P-384 or X25519.
#define VTOK_JWE_ALG_ECDH_ES (1 << 6)

// Key management: 'ECDH-ES+A128KW'.
#define VTOK_JWE_ALG_ECDH_ES_A128KW (1 << 7)

// Key management: 'ECDH-ES+A256KW'.
#define VTOK_JWE_ALG_ECDH_ES_A256KW (1 << 8)

// Key management: 'RSA-OAEP' (RFC 7518 section 4.3).
#define VTOK_JWE_ALG_RSA_OAEP (1 << 9)

// Key management: 'RSA-OAEP-256' (RFC 7518 section 4.3).
#define VTOK_JWE_ALG_RSA_OAEP_256 (1 << 10)

// Content encryption: 'A128GCM' (RFC 7518 section 5.3).
#define VTOK_JWE_ENC_A128GCM (1 << 3)

// Content encryption: 'A256GCM' (RFC 7518 section 5.3).
#define VTOK_JWE_ENC_A256GCM (1 << 4)

// Content encryption: 'A128CBC-HS256' (RFC 7518 section 5.2).
#define VTOK_JWE_ENC_A128CBC_HS256 (1 << 1)

// Content encryption: 'A256CBC-HS512' (RFC 7518 section 5.2).
#define VTOK_JWE_ENC_A256CBC_HS512 (1 << 2)

// Curve of a private scalar: P-256.
#define VTOK_SCALAR_P256 3

// Curve of a private scalar: P-384.
#define VTOK_SCALAR_P384 4

// Curve of a private scalar: X25519.
#define VTOK_SCALAR_X25519 5

// Flag: of 'azp' only the type is checked.
#define VTOK_CLIENT_IGNORE_AZP 1

// Flag: the provider encrypts ID Tokens and Logout Tokens for the client; one
// that comes without is refused.
#define VTOK_CLIENT_ENCRYPTED_ID_TOKEN 2

// Flag: the same for UserInfo.
#define VTOK_CLIENT_ENCRYPTED_USERINFO 4

// Flag: the same for authorization responses.
#define VTOK_CLIENT_ENCRYPTED_RESPONSE 8

// Flag: a front-channel logout request may come without 'iss' and 'sid', for
// the client was not registered with 'frontchannel_logout_session_required'.
#define VTOK_CLIENT_LOGOUT_WITHOUT_SESSION 16

// Security profile: FAPI 2.0 (section 5.3.3): 'code', pushed requests, PS256,
// ES256 or Ed25519, no client secret, tokens bound to a key.
#define VTOK_SECURITY_FAPI2 0

// Security profile: FAPI 1.0 Advanced (section 5.2.3): 'code id_token' with
// 's_hash', or 'code' answered as a JWT; signed or pushed requests, PS256 or
// ES256, no client secret, tokens bound to the client's certificate.
#define VTOK_SECURITY_FAPI1_ADVANCED 1

// Security profile: OpenID Connect Core, with PKCE, 'state' and 'nonce' always.
#define VTOK_SECURITY_OPENID 2

// Responses always name the issuer.
#define VTOK_ISSUER_PARAMETER_REQUIRED 0

// The issuer is checked when it is there.
#define VTOK_ISSUER_PARAMETER_OPTIONAL 1

// Access tokens are bound to a DPoP key (RFC 9449).
#define VTOK_CONSTRAINT_DPOP 0

// Access tokens are bound to the client's certificate (RFC 8705).
#define VTOK_CONSTRAINT_CERTIFICATE 1

// Access tokens are bearer tokens.
#define VTOK_CONSTRAINT_NONE 2

// 'private_key_jwt' or 'client_secret_jwt': an assertion
// ('vtok_client_assertion').
#define VTOK_AUTHENTICATION_ASSERTION 0

// 'tls_client_auth' or 'self_signed_tls_client_auth' (RFC 8705 section 2).
#define VTOK_AUTHENTICATION_CERTIFICATE 1

// 'client_secret_basic': 'vtok_authorization_header' writes the header.
#define VTOK_AUTHENTICATION_SECRET_BASIC 2

// 'client_secret_post'.
#define VTOK_AUTHENTICATION_SECRET_POST 3

// 'none': a public client.
#define VTOK_AUTHENTICATION_NONE 4

// Flag: 'max_age' is set.
#define VTOK_REQUEST_MAX_AGE 1

// Prompt: nothing, fail rather than ask. Stands alone.
#define VTOK_REQUEST_PROMPT_NONE 1

// Prompt: log in again.
#define VTOK_REQUEST_PROMPT_LOGIN 2

// Prompt: ask for consent.
#define VTOK_REQUEST_PROMPT_CONSENT 4

// Prompt: choose an account.
#define VTOK_REQUEST_PROMPT_SELECT_ACCOUNT 8

// Response mode: 'query', for the code flow alone.
#define VTOK_MODE_QUERY 1

// Response mode: 'fragment'.
#define VTOK_MODE_FRAGMENT 2

// Response mode: 'form_post'.
#define VTOK_MODE_FORM_POST 3

// Response mode: 'query.jwt' (JARM section 2.3), for the code flow alone.
#define VTOK_MODE_QUERY_JWT 4

// Response mode: 'fragment.jwt'.
#define VTOK_MODE_FRAGMENT_JWT 5

// Response mode: 'form_post.jwt'.
#define VTOK_MODE_FORM_POST_JWT 6

// Random bytes that a request takes, at least.
#define VTOK_RANDOM_LEN 96

// Channel: the query of the redirect URI.
#define VTOK_CHANNEL_QUERY 1

// Channel: the fragment of the redirect URI, which a page of the client's has
// sent on.
#define VTOK_CHANNEL_FRAGMENT 2

// Channel: the body of a POST to the redirect URI.
#define VTOK_CHANNEL_FORM_POST 3

// Longest session in bytes.
#define VTOK_SESSION_LEN 1024

// Token type: 'Bearer' (RFC 6750).
#define VTOK_TOKEN_TYPE_BEARER 1

// Token type: 'DPoP' (RFC 9449): every use needs a proof.
#define VTOK_TOKEN_TYPE_DPOP 2

// Flag: responses name the issuer (RFC 9207): set
// VTOK_ISSUER_PARAMETER_REQUIRED.
#define VTOK_METADATA_ISSUER_PARAMETER 1

// Flag: requests must be pushed (RFC 9126 section 5).
#define VTOK_METADATA_PUSHED_REQUESTS 2

// Flag: access tokens can be bound to the client's certificate (RFC 8705
// section 3.3).
#define VTOK_METADATA_CERTIFICATE_BOUND 4

// Endpoint of a provider: 'authorization_endpoint'.
#define VTOK_PROVIDER_AUTHORIZATION 1

// Endpoint of a provider: 'token_endpoint'.
#define VTOK_PROVIDER_TOKEN 2

// Endpoint of a provider: 'userinfo_endpoint'.
#define VTOK_PROVIDER_USERINFO 3

// Endpoint of a provider: 'jwks_uri'.
#define VTOK_PROVIDER_KEYS 4

// Endpoint of a provider: 'pushed_authorization_request_endpoint'.
#define VTOK_PROVIDER_PUSHED_AUTHORIZATION 5

// Endpoint of a provider: 'device_authorization_endpoint'.
#define VTOK_PROVIDER_DEVICE_AUTHORIZATION 6

// Endpoint of a provider: 'introspection_endpoint'.
#define VTOK_PROVIDER_INTROSPECTION 7

// Endpoint of a provider: 'revocation_endpoint'.
#define VTOK_PROVIDER_REVOCATION 8

// Endpoint of a provider: 'registration_endpoint'.
#define VTOK_PROVIDER_REGISTRATION 9

// Endpoint of a provider: 'end_session_endpoint'.
#define VTOK_PROVIDER_END_SESSION 10

// Endpoint of a provider: 'check_session_iframe'.
#define VTOK_PROVIDER_CHECK_SESSION 11

// List of a provider: 'response_types_supported'.
#define VTOK_LIST_RESPONSE_TYPES 1

// List of a provider: 'response_modes_supported'.
#define VTOK_LIST_RESPONSE_MODES 2

// List of a provider: 'grant_types_supported'.
#define VTOK_LIST_GRANT_TYPES 3

// List of a provider: 'subject_types_supported'.
#define VTOK_LIST_SUBJECT_TYPES 4

// List of a provider: 'scopes_supported'.
#define VTOK_LIST_SCOPES 5

// List of a provider: 'claims_supported'.
#define VTOK_LIST_CLAIMS 6

// List of a provider: 'acr_values_supported'.
#define VTOK_LIST_ACR_VALUES 7

// List of a provider: 'id_token_signing_alg_values_supported'.
#define VTOK_LIST_ID_TOKEN_ALGORITHMS 8

// List of a provider: 'userinfo_signing_alg_values_supported'.
#define VTOK_LIST_USERINFO_ALGORITHMS 9

// List of a provider: 'authorization_signing_alg_values_supported'.
#define VTOK_LIST_RESPONSE_ALGORITHMS 10

// List of a provider: 'id_token_encryption_alg_values_supported'.
#define VTOK_LIST_ID_TOKEN_ENCRYPTION 11

// List of a provider: 'token_endpoint_auth_methods_supported'.
#define VTOK_LIST_AUTHENTICATION_METHODS 12

// List of a provider: 'code_challenge_methods_supported'.
#define VTOK_LIST_CODE_CHALLENGE_METHODS 13

// List of a provider: 'dpop_signing_alg_values_supported'.
#define VTOK_LIST_DPOP_ALGORITHMS 14

// List of a provider: 'prompt_values_supported'.
#define VTOK_LIST_PROMPT_VALUES 15

// Advice: refuse the token: its key is unknown, or the keys at hand are too
// old, and no fetch is due.
#define VTOK_ADVICE_DENY 0

// Advice: verify with the keys at hand.
#define VTOK_ADVICE_USE 1

// Advice: fetch the key set, put it in the place of the old one with
// 'vtok_keys_replace_jwks', say how it went, and ask again.
#define VTOK_ADVICE_REFRESH_NOW 2

// Advice: verify with the keys at hand, which are older than they should be;
// the next fetch may be tried at 'vtok_rotation_next_fetch'.
#define VTOK_ADVICE_REFRESH_LATER 3

// What makes a token the same token: its 'jti', with 'iss'; a DPoP proof, its
// 'jti' with 'htu' and its key (RFC 9449 section 11.1).
#define VTOK_REPLAY_TOKEN_ID 1

// What makes a token the same token: its 'nonce', with the same.
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
// expectation that is set is a claim that is required, but for 'access_token',
// 'code' and 'state': their hashes are required where the flow or a flag says
// so, and compared where they are there. All-zero is the strictest: an ID
// Token of the flow 'code id_token token' from the authorization endpoint, no
// algorithm allowed, no leeway.
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
  // With VTOK_POLICY_MAX_AGE: most seconds since the user logged in. Without
  // it, zero.
  uint32_t max_age;
  // With VTOK_POLICY_MAX_IAT_AGE: most seconds since 'iat'. Without it, zero.
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
  // How the issuer departs from the rules: VTOK_QUIRK_...
  uint32_t quirk;
  // Hardware in place of the built-in arithmetic; NULL: none.
  const struct vtok_hooks *hooks;
  // The expected 'sub'.
  struct vtok_bytes subject;
  // The event that a security event token must hold, as a URI.
  struct vtok_bytes event;
  // Of a DPoP proof: the method of the HTTP request.
  struct vtok_bytes http_method;
  // Of a DPoP proof: the URI of the HTTP request.
  struct vtok_bytes http_uri;
  // With 'proven_key_kind': the thumbprint of the key, as base64url. The
  // token must then be bound to that key by 'cnf'.
  struct vtok_bytes proven_key;
  // How the possession of a key was proven beside the token: VTOK_PROVEN_...
  uint32_t proven_key_kind;
  // Zero.
  uint32_t reserved;
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

// A token that fulfilled its policy, or UserInfo that is of the user who
// logged in. Only a verification fills it; all-zero means not verified. It
// borrows the token's buffer and, where one was lent, the scratch buffer: both
// must live and stay as they are while it is used.
typedef struct vtok_verified {
  // 1 if verified.
  uint32_t is_verified;
  // The algorithm of the signature: n of VTOK_ALG_... = 1 << n; 0 for an
  // unsecured token and for UserInfo.
  uint32_t algorithm;
  // The decoded payload.
  struct vtok_bytes payload;
  // The library's own.
  uint64_t opaque[10];
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
  // The quirk that decided: VTOK_QUIRK_...
  uint32_t quirk;
  // Zero.
  uint32_t reserved;
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
  // token: whether an output lies in that token is not checked.
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

// The client's own keys. They are secret: 'vtok_decryption_keys_clear' wipes
// them. Do not copy it.
typedef struct vtok_decryption_keys {
  // The library's own.
  uint64_t opaque[1056];
} vtok_decryption_keys;

// What decrypts tokens: keys, and the algorithms that were agreed on. Zero it,
// set 'size', then the rest. All-zero allows nothing.
typedef struct vtok_decryption {
  // 'sizeof(vtok_decryption)'.
  size_t size;
  // Key management ('alg'): VTOK_JWE_ALG_... ORed together.
  uint32_t key_management;
  // Content encryption ('enc'): VTOK_JWE_ENC_... ORed together.
  uint32_t content_encryption;
  // The client's own keys.
  const struct vtok_decryption_keys *keys;
  // VTOK_BLINDING_LEN bytes of a random generator, used for one token alone;
  // NULL if no RSA algorithm is allowed.
  const uint8_t *blinding;
} vtok_decryption;

// What one provider knows the relying party as, and what is expected of all
// its tokens. Zero it, set 'size', then the rest. All-zero is the strictest:
// FAPI 2.0, DPoP, the issuer in every response, issuer and session in every
// front-channel logout, no algorithm allowed, no leeway.
//
// The views are read during a call and not kept: the same client, or an equal
// one, goes into every call of an exchange.
typedef struct vtok_client {
  // 'sizeof(vtok_client)'.
  size_t size;
  // The algorithms of ID Tokens and Logout Tokens: VTOK_ALG_... ORed
  // together.
  uint64_t algorithms;
  // Those of signed authorization responses; 0: the same.
  uint64_t response_algorithms;
  // Those of signed UserInfo, which was agreed on: plain UserInfo is refused.
  // 0: it was not; what comes signed has the same.
  uint64_t userinfo_algorithms;
  // VTOK_SECURITY_...
  uint32_t security_profile;
  // Whether responses must name the issuer (RFC 9207):
  // VTOK_ISSUER_PARAMETER_...
  uint32_t issuer_parameter;
  // To what access tokens are bound: VTOK_CONSTRAINT_...
  uint32_t sender_constraint;
  // How the provider departs from the rules: VTOK_QUIRK_...
  uint32_t quirk;
  // VTOK_CLIENT_... ORed together.
  uint32_t flags;
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
  // The provider's issuer, https.
  struct vtok_bytes issuer;
  // The client id.
  struct vtok_bytes client_id;
  // Where the response goes, as registered.
  struct vtok_bytes redirect_uri;
  // The provider's authorization endpoint, https.
  struct vtok_bytes authorization_endpoint;
  // Audiences that tokens may name beside the client; at most 16.
  const struct vtok_bytes *trusted_audiences;
  // How many.
  size_t trusted_audiences_len;
  // Hardware in place of the built-in arithmetic; NULL: none.
  const struct vtok_hooks *hooks;
  // What decrypts the tokens of the flags VTOK_CLIENT_ENCRYPTED_...; NULL:
  // nothing.
  const struct vtok_decryption *decryption;
} vtok_client;

// What an authentication request asks for (OpenID Connect Core section
// 3.1.2.1). Zero it, set 'size', then the rest.
typedef struct vtok_request_options {
  // 'sizeof(vtok_request_options)'.
  size_t size;
  // VTOK_FLOW_...
  uint32_t flow;
  // How the response shall come: VTOK_MODE_...; 0: in the flow's own way.
  uint32_t response_mode;
  // What the provider shall show the user: VTOK_REQUEST_PROMPT_...,
  // ORed together.
  uint32_t prompt;
  // VTOK_REQUEST_... ORed together.
  uint32_t flags;
  // With VTOK_REQUEST_MAX_AGE: most seconds since the user logged in. Without
  // it, zero.
  uint32_t max_age;
  // Zero.
  uint32_t reserved;
  // Scopes, separated by spaces, 'openid' among them; not set: 'openid'.
  struct vtok_bytes scope;
  // Authentication context classes, separated by spaces, one of which is
  // required of the ID Token.
  struct vtok_bytes acr_values;
  // Who is expected to log in.
  struct vtok_bytes login_hint;
  // An ID Token of the user who is expected to be logged in.
  struct vtok_bytes id_token_hint;
  // Languages, separated by spaces.
  struct vtok_bytes ui_locales;
  // The 'claims' parameter, JSON (OpenID Connect Core section 5.5): what is
  // essential is required of the ID Token and of UserInfo.
  struct vtok_bytes claims;
  // The thumbprint of the DPoP key that the code shall be bound to (RFC
  // 9449 section 10).
  struct vtok_bytes dpop_thumbprint;
} vtok_request_options;

// How the client says who it is at the provider's endpoints (RFC 6749 section
// 2.3, OpenID Connect Core section 9). Zero it, set 'size', then the rest.
typedef struct vtok_client_auth {
  // 'sizeof(vtok_client_auth)'.
  size_t size;
  // VTOK_AUTHENTICATION_...
  uint32_t method;
  // Zero.
  uint32_t reserved;
  // The assertion or the secret; not set for the other methods.
  struct vtok_bytes value;
} vtok_client_auth;

// The provider's answer to a pushed request. It borrows the buffer of the
// answer.
typedef struct vtok_pushed {
  // For 'vtok_request_pushed_url'.
  struct vtok_bytes request_uri;
  // Seconds until it expires.
  uint32_t expires_in;
  // Zero.
  uint32_t reserved;
} vtok_pushed;

// What a provider said instead of what was asked for. Its words are the
// provider's, or whoever's sent the response: show them to no one as your own.
// It borrows the buffer of the response.
typedef struct vtok_error_response {
  // VTOK_ERROR_...; 0: none of the registered names.
  uint32_t code;
  // Zero.
  uint32_t reserved;
  // 'error' as it was sent.
  struct vtok_bytes text;
  // 'error_description', for developers.
  struct vtok_bytes description;
  // 'error_uri', a page for developers.
  struct vtok_bytes uri;
} vtok_error_response;

// Signs 'data' as a JWS signature has it (of ECDSA r||s), writes it to
// 'signature', which holds 'capacity' bytes, and its length to 'len'. Returns
// 0 for success; anything else fails the call.
typedef int32_t (*vtok_sign)(void *context,
                             struct vtok_bytes data,
                             uint8_t *signature,
                             size_t capacity,
                             size_t *len);

// A key of the client's that signs: a secure element, an HSM, a key in memory.
typedef struct vtok_signer {
  // 'sizeof(vtok_signer)'.
  size_t size;
  // What it signs with: one of VTOK_ALG_...
  uint64_t algorithm;
  // The 'kid' that the client has registered for the key; not set: none.
  struct vtok_bytes kid;
  // Handed to 'sign'.
  void *context;
  // The function that signs.
  vtok_sign sign;
} vtok_signer;

// A response that answers a request. What it holds is released once its ID
// Token, if the flow returns one, is verified. Only the library fills it; it
// borrows the buffer of the response, and of a signed one the scratch buffer.
typedef struct vtok_response {
  // 1: go on with 'vtok_response_verify'; 0: with
  // 'vtok_response_without_id_token'.
  uint32_t has_id_token;
  // Zero.
  uint32_t reserved;
  // The provider's session state (Session Management 1.0 section 2), which
  // no signature protects.
  struct vtok_bytes session_state;
  // The library's own.
  uint64_t opaque[18];
} vtok_response;

// A response of which everything that came through the browser is verified.
// It borrows the buffers of the response and the scratch buffers.
typedef struct vtok_authorized {
  // The ID Token that came through the browser; all zero without.
  struct vtok_verified id_token;
  // The authorization code; not set in the implicit flow.
  struct vtok_bytes code;
  // The access token that came through the browser; not set without.
  struct vtok_bytes access_token;
  // The library's own.
  uint64_t opaque[26];
} vtok_authorized;

// What the token endpoint has granted (RFC 6749 section 5.1). It borrows the
// buffer of the response.
typedef struct vtok_tokens {
  // VTOK_TOKEN_TYPE_...; 0: no tokens.
  uint32_t token_type;
  // 1: 'expires_in' was told.
  uint32_t has_expires_in;
  // Seconds until the access token expires, from the time of the response.
  uint32_t expires_in;
  // Zero.
  uint32_t reserved;
  // The access token.
  struct vtok_bytes access_token;
  // The refresh token; not set without.
  struct vtok_bytes refresh_token;
  // The scopes granted, separated by spaces; not set: as they were asked
  // for.
  struct vtok_bytes scope;
} vtok_tokens;

// A user is logged in: every check of the flow has passed. It borrows the
// buffer of the token response and the scratch buffer; after
// 'vtok_login_from_authorization', what the 'vtok_authorized' borrows.
typedef struct vtok_login {
  // The ID Token.
  struct vtok_verified id_token;
  // The tokens of the token endpoint; all zero without.
  struct vtok_tokens tokens;
  // The library's own.
  uint64_t opaque[24];
} vtok_login;

// A token response whose ID Token is not verified yet: nothing of it is
// released. It borrows the buffer of the response, and what the
// 'vtok_authorized' borrows.
typedef struct vtok_pending_login {
  // The library's own.
  uint64_t opaque[38];
} vtok_pending_login;

// A token response of a refresh or of a device, whose ID Token, if there is
// one, is not verified yet: nothing of it is released. It borrows the buffer
// of the response.
typedef struct vtok_pending_tokens {
  // The library's own.
  uint64_t opaque[20];
} vtok_pending_tokens;

// Tokens that belong together. It borrows the buffer of the response and the
// scratch buffer.
typedef struct vtok_verified_tokens {
  // The ID Token; all zero without.
  struct vtok_verified id_token;
  // The tokens.
  struct vtok_tokens tokens;
  // The library's own.
  uint64_t opaque[24];
} vtok_verified_tokens;

// What to show the user, and what to poll with (RFC 8628 section 3.2). It
// borrows the buffer of the response.
typedef struct vtok_device {
  // Seconds until both codes expire.
  uint32_t expires_in;
  // Least seconds between two polls.
  uint32_t interval;
  // What the device polls with; show it to nobody.
  struct vtok_bytes device_code;
  // What the user types in.
  struct vtok_bytes user_code;
  // Where the user types it in, https.
  struct vtok_bytes verification_uri;
  // The same with the code in it, for a QR code; not set without.
  struct vtok_bytes verification_uri_complete;
} vtok_device;

// The rules of polling (RFC 8628 section 3.5), in seconds of any monotonic
// clock of the caller's. It can be copied.
typedef struct vtok_polling {
  // 1: poll at 'next', not before; 0: stop, for the user or the provider
  // said no, or the codes have expired.
  uint32_t goes_on;
  // Zero.
  uint32_t reserved;
  // The second of the next poll.
  uint64_t next;
  // The library's own.
  uint64_t opaque[6];
} vtok_polling;

// A DPoP proof of the client's (RFC 9449 section 4.2).
typedef struct vtok_dpop_request {
  // 'sizeof(vtok_dpop_request)'.
  size_t size;
  // When it is made, in seconds since 1970.
  int64_t issued_at;
  // The public key as a JWK, JSON.
  struct vtok_bytes jwk;
  // An id that was never used before, of 96 random bits or more.
  struct vtok_bytes token_id;
  // The method of the request.
  struct vtok_bytes http_method;
  // The URI of the request without query and fragment.
  struct vtok_bytes http_uri;
  // The access token that the request carries; not set: none.
  struct vtok_bytes access_token;
  // The nonce that the server gave out last; not set: none.
  struct vtok_bytes nonce;
} vtok_dpop_request;

// What a provider says of itself: it can narrow what a client allows, and
// never widen it. It borrows the buffer that it was read from.
typedef struct vtok_metadata {
  // VTOK_METADATA_... ORed together.
  uint32_t flags;
  // Zero.
  uint32_t reserved;
  // The issuer.
  struct vtok_bytes issuer;
  // The library's own.
  uint64_t opaque[208];
} vtok_metadata;

// A request to end the session at the provider (RP-Initiated Logout section
// 2). Zero it, set 'size', then the rest.
typedef struct vtok_end_session {
  // 'sizeof(vtok_end_session)'.
  size_t size;
  // The provider's 'end_session_endpoint'.
  struct vtok_bytes endpoint;
  // The ID Token of the session.
  struct vtok_bytes id_token_hint;
  // Who shall be logged out, as the provider knows the user.
  struct vtok_bytes logout_hint;
  // The client id.
  struct vtok_bytes client_id;
  // Where to return to, as registered.
  struct vtok_bytes post_logout_redirect_uri;
  // A value that must come back: at least 128 random bits as text.
  struct vtok_bytes state;
  // Languages, separated by spaces.
  struct vtok_bytes ui_locales;
} vtok_end_session;

// The times of a rotation, in seconds. Zero it, set 'size', then what differs:
// 0 is the default.
typedef struct vtok_rotation_rules {
  // 'sizeof(vtok_rotation_rules)'.
  size_t size;
  // Least time between two fetches, whatever tokens come; doubles with each
  // failure, to 64 times. 0: 60.
  uint32_t cooldown;
  // How long a fetched set counts as fresh when its response does not say.
  // 0: 3600.
  uint32_t lifetime;
  // Least of what a response may say. 0: 300.
  uint32_t least_lifetime;
  // Most of what a response may say. 0: 86400.
  uint32_t most_lifetime;
  // How long a set may be used at all, if no fetch succeeds. 0: 604800.
  uint32_t max_age;
  // How long a 'kid' that a fresh set did not hold is refused without a
  // fetch. 0: 300.
  uint32_t unknown_for;
} vtok_rotation_rules;

// Drives the fetching of one provider's key set. It holds no pointer and can
// be copied; one thread at a time.
typedef struct vtok_rotation {
  // The library's own.
  uint64_t opaque[144];
} vtok_rotation;

// Takes each token once, in memory of the caller's. It must not be moved or
// copied, and one thread at a time uses it.
typedef struct vtok_replay {
  // Tells a guard that was initialized here from other memory.
  size_t tag;
  size_t capacity;
  size_t used;
  // The latest 'exp', of a proof 'iat', that was forgotten: seconds since 1970.
  int64_t forgotten;
  // For how many seconds after that, at most, a policy has accepted what was
  // shown.
  uint32_t longest;
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

// 'sizeof(vtok_client)' of this build.
size_t vtok_client_size(void);

// 'sizeof(vtok_request_options)' of this build.
size_t vtok_request_options_size(void);

// 'sizeof(vtok_authorized)' of this build.
size_t vtok_authorized_size(void);

// 'sizeof(vtok_login)' of this build.
size_t vtok_login_size(void);

// 'sizeof(vtok_metadata)' of this build.
size_t vtok_metadata_size(void);

// 'sizeof(vtok_rotation)' of this build.
size_t vtok_rotation_size(void);

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

// Makes a table for each key on P-256, P-384, P-521 or edwards25519 that has
// none, in the order in which the keys were added, as far as the set's memory
// goes: with it a verification takes a fraction of the time. 'made', which may
// be NULL, tells how many. 'blocks' is 1 to 4; with 4, a table on P-256 takes
// 32 KiB, one on P-384 or edwards25519 48 and one on P-521 72, with fewer in
// proportion (VTOK_P256_TABLE_BYTES and its neighbours).
//
// Errors: the 3xx group, VTOK_UNKNOWN_VALUE for another 'blocks',
// VTOK_JWK_UNSUPPORTED in a library without the feature 'tables'.
int32_t vtok_keys_add_tables(struct vtok_keys *keys,
                             uint32_t blocks,
                             uint32_t *made);

// Adds the keys of a JWK Set (RFC 7517 section 5). What is not understood is
// left out and listed in 'imported', which may be NULL. On failure the set is
// as it was. What earlier JWK Sets brought stays: for one that is fetched anew
// there is 'vtok_keys_replace_jwks'.
//
// Errors: the 3xx group, VTOK_JWKS_MALFORMED, VTOK_JWKS_TOO_LONG,
// VTOK_STORAGE_FULL.
int32_t vtok_keys_import_jwks(struct vtok_keys *keys,
                              struct vtok_bytes jwks,
                              struct vtok_imported *imported);

// Puts the keys of a JWK Set (RFC 7517 section 5) in the place of all that JWK
// Sets brought before, and erases those: what a provider has withdrawn is
// trusted no longer. Keys that were pinned or added one by one stay, first in
// order, with their tables; the new keys have none before
// 'vtok_keys_add_tables'. A set of no key that is understood leaves none of
// them. What is left out is listed in 'imported', which may be NULL. On
// failure the set is as it was.
//
// The old keys go when the new ones are all there: 'vtok_keys_init' needs room
// for both, in keys and in bytes, beside the tables made so far;
// 'vtok_keys_add_tables' takes all that is free.
//
// Errors: those of 'vtok_keys_import_jwks', VTOK_STORAGE_FULL where there is no
// room for both.
int32_t vtok_keys_replace_jwks(struct vtok_keys *keys,
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

// Removes the keys whose SHA-256 thumbprint (RFC 7638) is not among 'count'
// thumbprints of 32 bytes, zeroizes what they took, and writes how many stay:
// for a set that was fetched, where the caller knows which keys can be in it.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_keys_retain_thumbprints(struct vtok_keys *keys,
                                     const uint8_t (*thumbprints)[32],
                                     size_t count,
                                     size_t *kept);

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

// Finds the claim at 'index', in the order of the token. 'name' is a string
// value. It reads all that lie before: a loop takes the first one and goes on
// by 'vtok_claim_next'.
//
// Errors: as 'vtok_claim'.
int32_t vtok_claim_by_index(const struct vtok_verified *verified,
                            size_t index,
                            struct vtok_value *name,
                            struct vtok_value *value);

// Finds the claim behind one that 'vtok_claim_by_index' or this function has
// found; VTOK_JSON_NOT_FOUND behind the last. 'value' may be 'claim'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED; VTOK_JSON_TYPE for a value
// that was found otherwise.
int32_t vtok_claim_next(const struct vtok_value *claim,
                        struct vtok_value *name,
                        struct vtok_value *value);

// Finds a member of the protected header of a verified token, such as 'kid'.
// Whether 'value' lies in the token is not checked.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_header(const struct vtok_verified *verified,
                    struct vtok_bytes name,
                    struct vtok_value *value);

// Finds a member of an object, whose names are checked to be unique. 'value'
// may be 'object'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE, VTOK_JSON_DUPLICATE,
// VTOK_JSON_MEMBERS.
int32_t vtok_value_member(const struct vtok_value *object,
                          struct vtok_bytes name,
                          struct vtok_value *value);

// Finds an element of an array, from 0. 'value' may be 'array'. It reads all
// elements that lie before: a loop takes the first one and goes on by
// 'vtok_value_next'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE.
int32_t vtok_value_element(const struct vtok_value *array,
                           size_t index,
                           struct vtok_value *value);

// Finds the element behind one that 'vtok_value_element' or this function has
// found; VTOK_JSON_NOT_FOUND behind the last. 'value' may be 'element':
//
//     for (s = vtok_value_element(&array, 0, &each); s == VTOK_OK;
//          s = vtok_value_next(&each, &each))
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED; VTOK_JSON_TYPE for a value
// that was found otherwise.
int32_t vtok_value_next(const struct vtok_value *element,
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

// Verifies a DPoP proof by the key that it carries (RFC 9449 section 4.3),
// with a policy of the profile VTOK_PROFILE_DPOP_PROOF; the payload is decoded
// into 'scratch'. 'thumbprint' is that of the key, for 'proven_key' of the
// access token's policy: whose token the key belongs to, its 'cnf' says. 'jti'
// must not have been seen before (RFC 9449 section 11.1). 'report' may be
// NULL.
//
// Returns as 'vtok_verify'; VTOK_TRUST_MISMATCH for another profile.
int32_t vtok_verify_dpop(struct vtok_bytes proof,
                         const struct vtok_policy *policy,
                         struct vtok_time time,
                         uint8_t *scratch,
                         size_t scratch_len,
                         uint8_t (*thumbprint)[VTOK_THUMBPRINT_LEN],
                         struct vtok_verified *verified,
                         struct vtok_report *report);

// Reads what an introspection response says of an access token (RFC 9701, RFC
// 7662 section 2.2), from a response that was verified with the profile
// VTOK_PROFILE_INTROSPECTION. 'proven_key_kind' and 'proven_key' are as in a
// 'vtok_policy': a token that is bound to a key is refused without, unless
// 'flags' is VTOK_POLICY_BOUND_AS_BEARER. 'token' is an object.
//
// Errors: VTOK_TRUST_MISMATCH for another profile; VTOK_JSON_NOT_FOUND,
// VTOK_JSON_TYPE; VTOK_TOKEN_INACTIVE; VTOK_CNF_MISSING, VTOK_CNF_UNPROVEN,
// VTOK_CNF_MISMATCH; VTOK_NOT_INITIALIZED.
int32_t vtok_introspected(const struct vtok_verified *response,
                          uint32_t proven_key_kind,
                          struct vtok_bytes proven_key,
                          uint32_t flags,
                          struct vtok_value *token);

// Makes an empty set of the client's own keys.
int32_t vtok_decryption_keys_init(struct vtok_decryption_keys *keys);

// Removes all keys and wipes them; 'vtok_decryption_keys_init' makes a new
// set.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_decryption_keys_clear(struct vtok_decryption_keys *keys);

// Adds a private or symmetric JWK (RFC 7517); 'is_pinned' 1: it answers to any
// 'kid', 0: to its own.
//
// Errors: VTOK_STORAGE_FULL beyond VTOK_DECRYPTION_KEYS; VTOK_JWK_UNSUPPORTED,
// also without the feature; the 3xx group and that of keys;
// VTOK_NOT_INITIALIZED, VTOK_UNKNOWN_VALUE.
int32_t vtok_decryption_keys_add_jwk(struct vtok_decryption_keys *keys,
                                     struct vtok_bytes jwk,
                                     uint32_t is_pinned);

// Adds a symmetric key of 16, 32 or 64 bytes; 'kid' not set: it answers to any.
//
// Errors: as 'vtok_decryption_keys_add_jwk'; VTOK_KEY_SIZE.
int32_t vtok_decryption_keys_add_secret(struct vtok_decryption_keys *keys,
                                        struct vtok_bytes secret,
                                        struct vtok_bytes kid);

// Adds a private scalar, VTOK_SCALAR_...: big-endian and of full length, or an
// X25519 private key; 'kid' not set: it answers to any.
//
// Errors: as 'vtok_decryption_keys_add_jwk'; VTOK_KEY_VALUE.
int32_t vtok_decryption_keys_add_scalar(struct vtok_decryption_keys *keys,
                                        uint32_t curve,
                                        struct vtok_bytes scalar,
                                        struct vtok_bytes kid);

// Decrypts a compact JWE in its own buffer (RFC 7516 section 5.2).
// 'unverified' is what was encrypted, in that buffer: nobody has verified it.
// For the claims of UserInfo that is encrypted and not signed; a token inside
// is for 'vtok_decrypt_verify'. After a refusal the buffer is as it was, but
// for a CBC content that is authentic and badly padded.
//
// Errors: VTOK_DECRYPTION_FAILED for all that depends on a key;
// VTOK_NO_ALGORITHMS, VTOK_BLINDING_NOT_SET, VTOK_TOKEN_NOT_ENCRYPTED; the 2xx,
// 3xx, 4xx, 5xx and 61x groups; VTOK_JWK_UNSUPPORTED without the feature.
int32_t vtok_decrypt(uint8_t *token,
                     size_t token_len,
                     const struct vtok_decryption *decryption,
                     struct vtok_bytes *unverified);

// Decrypts a compact JWE in its own buffer and verifies the signed token
// inside, with a policy that may require encryption. 'report' may be NULL; it
// tells of the token inside.
//
// Returns as 'vtok_verify' and 'vtok_decrypt'; VTOK_CTY_MISMATCH if 'cty' names
// something else. After a refusal of the token inside the buffer holds it
// decrypted.
int32_t vtok_decrypt_verify(uint8_t *token,
                            size_t token_len,
                            const struct vtok_decryption *decryption,
                            const struct vtok_keys *keys,
                            const struct vtok_policy *policy,
                            struct vtok_time time,
                            struct vtok_verified *verified,
                            struct vtok_report *report);

// Makes an authentication request: writes it to 'buffer' in the one form that
// all other functions take, VTOK_REQUEST_LEN bytes. It holds the secrets of
// this login ('state', 'nonce', code verifier): keep it on the server, or
// encrypted and authenticated in the user's own cookie, bound to the browser,
// and wipe it ('vtok_wipe') when the login is done. It can be copied, and
// serves with an equal client alone.
//
// 'random' holds VTOK_RANDOM_LEN bytes of the system's generator, never used
// before.
//
// Errors: VTOK_RANDOM_BYTES, VTOK_REQUEST_VALUE, VTOK_SCOPE_WITHOUT_OPENID,
// VTOK_PROMPT_NONE, VTOK_RESPONSE_MODE_UNFIT, VTOK_SECURITY_PROFILE,
// VTOK_POLICY_LIST_TOO_LONG, the 3xx group for 'claims'; of the client
// VTOK_ISSUER_NOT_HTTPS, VTOK_ENDPOINT_NOT_HTTPS, VTOK_NO_ALGORITHMS,
// VTOK_QUIRK_ISSUER; VTOK_BUFFER_TOO_SMALL.
int32_t vtok_request_init(const struct vtok_client *client,
                          const struct vtok_request_options *options,
                          struct vtok_bytes random,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *len);

// Writes the URL to send the user to.
//
// Errors: VTOK_SAVED_STATE for a request that is none, or another client's;
// VTOK_SECURITY_PROFILE where the request must be pushed or signed; those of
// the client ('vtok_request_init'); VTOK_BUFFER_TOO_SMALL.
int32_t vtok_request_url(const struct vtok_client *client,
                         struct vtok_bytes request,
                         uint8_t *buffer,
                         size_t capacity,
                         size_t *len);

// Writes the body of a pushed authorization request (RFC 9126 section 2.1).
//
// Errors: as 'vtok_request_url'; VTOK_SECURITY_PROFILE for an authentication
// that is too weak; VTOK_REQUEST_VALUE for an empty one.
int32_t vtok_request_push(const struct vtok_client *client,
                          struct vtok_bytes request,
                          const struct vtok_client_auth *authentication,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *len);

// Reads the answer to a pushed request (RFC 9126 section 2.2). Strings are
// unescaped where they lie. 'denied' may be NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; the 3xx group,
// VTOK_RESPONSE_MALFORMED.
int32_t vtok_pushed_read(uint8_t *json,
                         size_t json_len,
                         struct vtok_pushed *pushed,
                         struct vtok_error_response *denied);

// Writes the URL to send the user to after a push (RFC 9126 section 4).
//
// Errors: as 'vtok_request_url'; VTOK_REQUEST_VALUE for an empty URI.
int32_t vtok_request_pushed_url(const struct vtok_client *client,
                                struct vtok_bytes request,
                                struct vtok_bytes request_uri,
                                uint8_t *buffer,
                                size_t capacity,
                                size_t *len);

// Writes the request as a signed request object (RFC 9101 section 4), good for
// 'lifetime' seconds from 'now', for 'vtok_request_signed_url'.
//
// Errors: as 'vtok_request_url'; VTOK_REQUEST_VALUE when the signer does not
// sign.
int32_t vtok_request_object(const struct vtok_client *client,
                            struct vtok_bytes request,
                            const struct vtok_signer *signer,
                            int64_t now,
                            uint32_t lifetime,
                            uint8_t *buffer,
                            size_t capacity,
                            size_t *len);

// Writes the URL to send the user to with a signed request object (RFC 9101
// section 5).
//
// Errors: as 'vtok_request_url'; VTOK_REQUEST_VALUE for an empty object.
int32_t vtok_request_signed_url(const struct vtok_client *client,
                                struct vtok_bytes request,
                                struct vtok_bytes request_object,
                                uint8_t *buffer,
                                size_t capacity,
                                size_t *len);

// Erases bytes in a way that no compiler leaves out: a request, a secret, a
// token. NULL is fine when 'len' is 0.
//
// Errors: VTOK_NULL_POINTER.
int32_t vtok_wipe(uint8_t *bytes,
                  size_t len);

// Reads the response to a request: the parameters as they came by 'channel'
// (VTOK_CHANNEL_...), without '?' or '#', decoded where they lie (OpenID
// Connect Core sections 3.1.2.5, 3.2.2.5, 3.3.2.5; RFC 9207). 'denied' may be
// NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; VTOK_RESPONSE_CHANNEL,
// VTOK_RESPONSE_JWT, VTOK_RESPONSE_NOT_JWT, VTOK_PARAMETER_..., VTOK_STATE_...,
// VTOK_ISS_PARAMETER_..., VTOK_TOKEN_TYPE_UNSUPPORTED; VTOK_SAVED_STATE and
// those of the client ('vtok_request_init').
int32_t vtok_response_read(const struct vtok_client *client,
                           struct vtok_bytes request,
                           uint8_t *parameters,
                           size_t parameters_len,
                           uint32_t channel,
                           struct vtok_response *response,
                           struct vtok_error_response *denied);

// Verifies a signed response (JARM section 2.4) and reads it like a plain one:
// the parameters are decoded where they lie, the payload of the JWT into
// 'scratch'. 'denied' and 'report' may be NULL. After a refusal for the key,
// read the response again, from a fresh copy, with fresh keys.
//
// Errors: as 'vtok_response_read' and 'vtok_verify'.
int32_t vtok_response_read_jwt(const struct vtok_client *client,
                               struct vtok_bytes request,
                               uint8_t *parameters,
                               size_t parameters_len,
                               uint32_t channel,
                               const struct vtok_keys *keys,
                               struct vtok_time time,
                               uint8_t *scratch,
                               size_t scratch_len,
                               struct vtok_response *response,
                               struct vtok_error_response *denied,
                               struct vtok_report *report);

// Finds the 'kid' of an ID Token that nobody has verified, as its sender chose
// it: for a 'vtok_rotation'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_unverified_response_kid(const struct vtok_response *response,
                                     struct vtok_value *kid);

// Goes on without an ID Token, where the flow returns none from the
// authorization endpoint: 'code' and 'code token'.
//
// Errors: VTOK_ID_TOKEN_PENDING where it does; VTOK_STATE_MISMATCH for the
// response to another request; VTOK_NOT_INITIALIZED; as 'vtok_response_read'.
int32_t vtok_response_without_id_token(const struct vtok_client *client,
                                       struct vtok_bytes request,
                                       const struct vtok_response *response,
                                       struct vtok_authorized *authorized);

// Verifies the ID Token that came with the response, against its code, access
// token and 'state' (OpenID Connect Core sections 3.2.2.11, 3.3.2.12), its
// payload decoded into 'scratch'. After a refusal for the key, try again with
// fresh keys. 'report' may be NULL.
//
// Errors: as 'vtok_verify'; VTOK_ID_TOKEN_MISSING where the flow returns none;
// VTOK_STATE_MISMATCH for the response to another request;
// VTOK_NOT_INITIALIZED; as 'vtok_response_read'.
int32_t vtok_response_verify(const struct vtok_client *client,
                             struct vtok_bytes request,
                             const struct vtok_response *response,
                             const struct vtok_keys *keys,
                             struct vtok_time time,
                             uint8_t *scratch,
                             size_t scratch_len,
                             struct vtok_authorized *authorized,
                             struct vtok_report *report);

// Ends the login here, with the ID Token of the authorization endpoint: the
// implicit flow.
//
// Errors: VTOK_ID_TOKEN_MISSING in the flows whose ID Token comes from the
// token endpoint; VTOK_STATE_MISMATCH for another request;
// VTOK_NOT_INITIALIZED; as 'vtok_response_read'.
int32_t vtok_login_from_authorization(const struct vtok_client *client,
                                      struct vtok_bytes request,
                                      const struct vtok_authorized *authorized,
                                      struct vtok_login *login);

// Writes the body of the token request, with the code, its PKCE verifier and
// the client's authentication (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
// Send it at once, and wipe it.
//
// Errors: VTOK_PARAMETER_MISSING in a flow without a code;
// VTOK_SECURITY_PROFILE for an authentication that is too weak;
// VTOK_REQUEST_VALUE for an empty one; VTOK_STATE_MISMATCH for another
// request; VTOK_NOT_INITIALIZED; as 'vtok_response_read';
// VTOK_BUFFER_TOO_SMALL.
int32_t vtok_token_request(const struct vtok_client *client,
                           struct vtok_bytes request,
                           const struct vtok_authorized *authorized,
                           const struct vtok_client_auth *authentication,
                           uint8_t *buffer,
                           size_t capacity,
                           size_t *len);

// Reads the token response (RFC 6749 section 5, OpenID Connect Core section
// 3.1.3.3); what it holds is released by 'vtok_login_verify'. Strings are
// unescaped where they lie. 'denied' may be NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; the 3xx group,
// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED, VTOK_ID_TOKEN_MISSING;
// VTOK_STATE_MISMATCH for another request; VTOK_NOT_INITIALIZED; as
// 'vtok_response_read'.
int32_t vtok_token_response(const struct vtok_client *client,
                            struct vtok_bytes request,
                            const struct vtok_authorized *authorized,
                            uint8_t *json,
                            size_t json_len,
                            struct vtok_pending_login *pending,
                            struct vtok_error_response *denied);

// Finds the 'kid' of an ID Token that nobody has verified, as its sender chose
// it: for a 'vtok_rotation'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_unverified_login_kid(const struct vtok_pending_login *pending,
                                  struct vtok_value *kid);

// Verifies the ID Token of the token response, against its access token and
// against the ID Token that came through the browser (OpenID Connect Core
// sections 3.1.3.7, 3.3.3.6), its payload decoded into 'scratch', which must
// not be one that the 'vtok_authorized' borrows. After a refusal for the key,
// try again with fresh keys. 'report' may be NULL.
//
// Errors: as 'vtok_verify'; VTOK_STATE_MISMATCH for another request;
// VTOK_NOT_INITIALIZED; as 'vtok_response_read'.
int32_t vtok_login_verify(const struct vtok_client *client,
                          struct vtok_bytes request,
                          const struct vtok_pending_login *pending,
                          const struct vtok_keys *keys,
                          struct vtok_time time,
                          uint8_t *scratch,
                          size_t scratch_len,
                          struct vtok_login *login,
                          struct vtok_report *report);

// The same for a client that is registered for unsecured ID Tokens ('alg' is
// 'none', OpenID Connect Core section 2), in the flow 'code' alone: the caller
// received the token response directly over TLS.
//
// Errors: as 'vtok_login_verify'.
int32_t vtok_login_verify_unsecured(const struct vtok_client *client,
                                    struct vtok_bytes request,
                                    const struct vtok_pending_login *pending,
                                    struct vtok_time time,
                                    uint8_t *scratch,
                                    size_t scratch_len,
                                    struct vtok_login *login,
                                    struct vtok_report *report);

// Writes what later steps need of a login, in the form that the functions
// 'vtok_session_...' take; VTOK_SESSION_LEN bytes always suffice. Who can
// change it can be anyone: keep it where the user cannot write.
//
// Errors: VTOK_SESSION_TOO_LARGE; VTOK_STATE_MISMATCH for another request;
// VTOK_NOT_INITIALIZED; as 'vtok_response_read'; VTOK_BUFFER_TOO_SMALL;
// VTOK_OVERLAP, also with what the login borrows.
int32_t vtok_login_session(const struct vtok_client *client,
                           struct vtok_bytes request,
                           const struct vtok_login *login,
                           uint8_t *buffer,
                           size_t capacity,
                           size_t *len);

// Reads a plain UserInfo response (OpenID Connect Core section 5.3.2): its
// 'sub' must be that of the ID Token. 'userinfo' borrows 'json' and serves
// 'vtok_claim' and its neighbours.
//
// Errors: the 3xx group; VTOK_SUB_MISSING, VTOK_SUB_TYPE, VTOK_SUB_MISMATCH;
// VTOK_CLAIM_MISSING for an essential claim that the request asked for;
// VTOK_TOKEN_NOT_ENCRYPTED or VTOK_RESPONSE_NOT_JWT where UserInfo was agreed
// to be encrypted or signed; VTOK_SAVED_STATE for a session that is none, or
// another client's; those of the client ('vtok_request_init').
int32_t vtok_session_userinfo(const struct vtok_client *client,
                              struct vtok_bytes session,
                              struct vtok_bytes json,
                              struct vtok_verified *userinfo);

// Verifies a signed UserInfo response (OpenID Connect Core section 5.3.2), its
// payload decoded into 'scratch'. 'userinfo' borrows token and scratch and
// serves 'vtok_claim' and its neighbours. 'report' may be NULL.
//
// Errors: as 'vtok_verify' and 'vtok_session_userinfo'.
int32_t vtok_session_userinfo_jwt(const struct vtok_client *client,
                                  struct vtok_bytes session,
                                  struct vtok_bytes token,
                                  const struct vtok_keys *keys,
                                  struct vtok_time time,
                                  uint8_t *scratch,
                                  size_t scratch_len,
                                  struct vtok_verified *userinfo,
                                  struct vtok_report *report);

// Writes to 'is_ended' whether a verified Logout Token (profile
// VTOK_PROFILE_LOGOUT_TOKEN) ends this session: 1 if it names the session, or
// the user and no session (Back-Channel Logout sections 2.4, 2.7).
//
// Errors: VTOK_TRUST_MISMATCH for another kind of token; VTOK_NOT_INITIALIZED;
// as 'vtok_session_userinfo'.
int32_t vtok_session_is_ended_by(const struct vtok_client *client,
                                 struct vtok_bytes session,
                                 const struct vtok_verified *logout_token,
                                 uint32_t *is_ended);

// Reads a token response without OpenID Connect, such as that of a device or
// of client credentials. Strings are unescaped where they lie. 'denied' may be
// NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; the 3xx group,
// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED;
// VTOK_PARAMETER_UNEXPECTED for one with an ID Token, which must not be thrown
// away unverified.
int32_t vtok_token_response_read(uint8_t *json,
                                 size_t json_len,
                                 struct vtok_tokens *tokens,
                                 struct vtok_error_response *denied);

// Writes the value of the header 'Authorization' for 'client_secret_basic'
// (RFC 6749 section 2.3.1); nothing for every other method.
//
// Errors: VTOK_REQUEST_VALUE for an empty secret, VTOK_UNKNOWN_VALUE,
// VTOK_BUFFER_TOO_SMALL.
int32_t vtok_authorization_header(const struct vtok_client_auth *authentication,
                                  struct vtok_bytes client_id,
                                  uint8_t *buffer,
                                  size_t capacity,
                                  size_t *len);

// Writes the body of a request for a new access token (RFC 6749 section 6).
// 'scope': fewer than were granted, separated by spaces; not set: the same.
//
// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
// authentication that is too weak; those of the client ('vtok_request_init');
// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_refresh_request(const struct vtok_client *client,
                             struct vtok_bytes refresh_token,
                             struct vtok_bytes scope,
                             const struct vtok_client_auth *authentication,
                             uint8_t *buffer,
                             size_t capacity,
                             size_t *len);

// Reads the token response to a refresh ('vtok_refresh_request', OpenID Connect
// Core section 12.2), with or without an ID Token; what it holds is released by
// 'vtok_refresh_verify'. 'session' is that of the login, which an ID Token must
// go on. Strings are unescaped where they lie. 'denied' may be NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; the 3xx group,
// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED; VTOK_SAVED_STATE for a
// session that is none (one that is not set, too), or another client's; those
// of the client ('vtok_request_init').
int32_t vtok_refresh_response(const struct vtok_client *client,
                              struct vtok_bytes session,
                              uint8_t *json,
                              size_t json_len,
                              struct vtok_pending_tokens *pending,
                              struct vtok_error_response *denied);

// Reads the token response of a device (RFC 8628 section 3.5), which logs in
// whoever has typed the code in, with or without an ID Token; what it holds is
// released by 'vtok_device_verify'. Strings are unescaped where they lie.
// 'denied' may be NULL; its code drives a 'vtok_polling'.
//
// Errors: as 'vtok_refresh_response', but there is no session.
int32_t vtok_device_response(const struct vtok_client *client,
                             uint8_t *json,
                             size_t json_len,
                             struct vtok_pending_tokens *pending,
                             struct vtok_error_response *denied);

// Finds the 'kid' of an ID Token that nobody has verified, as its sender chose
// it: for a 'vtok_rotation'.
//
// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
int32_t vtok_unverified_tokens_kid(const struct vtok_pending_tokens *pending,
                                   struct vtok_value *kid);

// Verifies the ID Token of a refresh if there is one, its payload decoded into
// 'scratch'. It has the same 'iss', 'sub', 'aud' and 'azp' as the original, the
// same 'auth_time', and no 'nonce' or the same (OpenID Connect Core section
// 12.2). After a refusal for the key, try again with fresh keys. 'report' may
// be NULL.
//
// Errors: as 'vtok_verify'; VTOK_SAVED_STATE for another client or session, or
// what 'vtok_device_response' has read; VTOK_NOT_INITIALIZED; as
// 'vtok_refresh_response'.
int32_t vtok_refresh_verify(const struct vtok_client *client,
                            struct vtok_bytes session,
                            const struct vtok_pending_tokens *pending,
                            const struct vtok_keys *keys,
                            struct vtok_time time,
                            uint8_t *scratch,
                            size_t scratch_len,
                            struct vtok_verified_tokens *verified,
                            struct vtok_report *report);

// Verifies the ID Token of a device if there is one, its payload decoded into
// 'scratch'. After a refusal for the key, try again with fresh keys. 'report'
// may be NULL.
//
// Errors: as 'vtok_verify'; VTOK_SAVED_STATE for another client, or what
// 'vtok_refresh_response' has read; VTOK_NOT_INITIALIZED; as
// 'vtok_device_response'.
int32_t vtok_device_verify(const struct vtok_client *client,
                           const struct vtok_pending_tokens *pending,
                           const struct vtok_keys *keys,
                           struct vtok_time time,
                           uint8_t *scratch,
                           size_t scratch_len,
                           struct vtok_verified_tokens *verified,
                           struct vtok_report *report);

// Writes what later steps need of the login of a device, as
// 'vtok_login_session' does.
//
// Errors: VTOK_ID_TOKEN_MISSING, VTOK_SESSION_TOO_LARGE; VTOK_SAVED_STATE for
// another client, and after a refresh, whose session is the login's;
// VTOK_NOT_INITIALIZED; those of the client ('vtok_request_init');
// VTOK_BUFFER_TOO_SMALL; VTOK_OVERLAP, also with what the tokens borrow.
int32_t vtok_tokens_session(const struct vtok_client *client,
                            const struct vtok_verified_tokens *verified,
                            uint8_t *buffer,
                            size_t capacity,
                            size_t *len);

// Writes the body of a device authorization request (RFC 8628 section 3.1).
// 'scope': separated by spaces; not set: none.
//
// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
// authentication that is too weak; those of the client ('vtok_request_init');
// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_device_request(const struct vtok_client *client,
                            struct vtok_bytes scope,
                            const struct vtok_client_auth *authentication,
                            uint8_t *buffer,
                            size_t capacity,
                            size_t *len);

// Reads the answer to a device authorization request. Strings are unescaped
// where they lie. 'denied' may be NULL.
//
// Errors: VTOK_PROVIDER_ERROR, and 'denied' says which; the 3xx group,
// VTOK_RESPONSE_MALFORMED; VTOK_ENDPOINT_NOT_HTTPS for where the user is sent.
int32_t vtok_device_read(uint8_t *json,
                         size_t json_len,
                         struct vtok_device *device,
                         struct vtok_error_response *denied);

// Writes the body of a token request, one poll (RFC 8628 section 3.4); its
// answer is for 'vtok_token_response_read'.
//
// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
// authentication that is too weak; those of the client ('vtok_request_init');
// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_device_token_request(const struct vtok_device *device,
                                  const struct vtok_client *client,
                                  const struct vtok_client_auth *authentication,
                                  uint8_t *buffer,
                                  size_t capacity,
                                  size_t *len);

// Starts polling at 'now', with 'interval' and 'expires_in' of a
// 'vtok_device'.
//
// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED.
int32_t vtok_polling_start(uint32_t interval,
                           uint32_t expires_in,
                           uint64_t now,
                           struct vtok_polling *polling);

// After an error response at 'now': 'code' is that of the
// 'vtok_error_response'.
//
// Errors: VTOK_NOT_INITIALIZED, VTOK_UNKNOWN_VALUE.
int32_t vtok_polling_error(struct vtok_polling *polling,
                           uint32_t code,
                           uint64_t now);

// After a poll that got no answer: the interval doubles.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_polling_timeout(struct vtok_polling *polling,
                             uint64_t now);

// Writes a signed client assertion (RFC 7523 section 3, OpenID Connect Core
// section 9). 'audience' is the provider's issuer, or the URL of the token
// endpoint; 'token_id' was never used before; a 'lifetime' of 60 seconds is
// enough.
//
// Errors: VTOK_REQUEST_VALUE for an empty value, or when the signer does not
// sign; VTOK_BUFFER_TOO_SMALL.
int32_t vtok_client_assertion(const struct vtok_signer *signer,
                              struct vtok_bytes client_id,
                              struct vtok_bytes audience,
                              struct vtok_bytes token_id,
                              int64_t issued_at,
                              uint32_t lifetime,
                              uint8_t *buffer,
                              size_t capacity,
                              size_t *len);

// Writes a signed DPoP proof. The signer's 'kid' is not used: the proof holds
// the key.
//
// Errors: VTOK_REQUEST_VALUE for an empty value, a symmetric algorithm, or
// when the signer does not sign; VTOK_JWK_PRIVATE for a key with private
// members; the 3xx group for the key; VTOK_BUFFER_TOO_SMALL.
int32_t vtok_dpop_proof(const struct vtok_signer *signer,
                        const struct vtok_dpop_request *proof,
                        uint8_t *buffer,
                        size_t capacity,
                        size_t *len);

// Writes the URL of an issuer's metadata (OpenID Connect Discovery section 4).
//
// Errors: VTOK_ISSUER_NOT_HTTPS, VTOK_BUFFER_TOO_SMALL.
int32_t vtok_metadata_url(struct vtok_bytes issuer,
                          uint8_t *buffer,
                          size_t capacity,
                          size_t *len);

// Reads the metadata that were fetched for an issuer: they must name it,
// exactly (OpenID Connect Discovery section 4.3). Strings are unescaped where
// they lie.
//
// Errors: the 3xx group; VTOK_METADATA_ISSUER, VTOK_ISSUER_NOT_HTTPS,
// VTOK_ENDPOINT_NOT_HTTPS; VTOK_RESPONSE_MALFORMED for a member of the wrong
// type, or a required one that is missing.
int32_t vtok_metadata_read(uint8_t *json,
                           size_t json_len,
                           struct vtok_bytes issuer,
                           struct vtok_metadata *metadata);

// Finds an endpoint (VTOK_PROVIDER_...), https. 'uri' borrows what 'metadata'
// borrows.
//
// Errors: VTOK_JSON_NOT_FOUND when there is none, VTOK_UNKNOWN_VALUE,
// VTOK_NOT_INITIALIZED.
int32_t vtok_metadata_endpoint(const struct vtok_metadata *metadata,
                               uint32_t endpoint,
                               struct vtok_bytes *uri);

// Writes to 'is_supported' whether a list (VTOK_LIST_...) names a value.
//
// Errors: VTOK_JSON_NOT_FOUND when there is no such list, VTOK_UNKNOWN_VALUE,
// VTOK_NOT_INITIALIZED.
int32_t vtok_metadata_supports(const struct vtok_metadata *metadata,
                               uint32_t list,
                               struct vtok_bytes value,
                               uint32_t *is_supported);

// Writes to 'is_supported' whether the provider offers a flow (VTOK_FLOW_...).
//
// Errors: VTOK_UNKNOWN_VALUE, VTOK_NOT_INITIALIZED.
int32_t vtok_metadata_supports_flow(const struct vtok_metadata *metadata,
                                    uint32_t flow,
                                    uint32_t *is_supported);

// Writes which of the algorithms 'allowed' (VTOK_ALG_... ORed together) a list
// (VTOK_LIST_...) names too, for a 'vtok_client'.
//
// Errors: VTOK_METADATA_UNSUPPORTED when none is left, VTOK_UNKNOWN_VALUE,
// VTOK_NOT_INITIALIZED.
int32_t vtok_metadata_narrow(const struct vtok_metadata *metadata,
                             uint32_t list,
                             uint64_t allowed,
                             uint64_t *narrowed);

// Writes the WebFinger request for a resource, such as
// 'acct:joe@example.com', at a host (OpenID Connect Discovery section 2).
//
// Errors: VTOK_REQUEST_VALUE for an empty value, or a host with characters
// that none has; VTOK_BUFFER_TOO_SMALL.
int32_t vtok_webfinger_url(struct vtok_bytes host,
                           struct vtok_bytes resource,
                           uint8_t *buffer,
                           size_t capacity,
                           size_t *len);

// Writes the issuer that a WebFinger response names (RFC 7033 section 4.4).
// The provider's own metadata must confirm it.
//
// Errors: the 3xx group; VTOK_RESPONSE_MALFORMED when there is no such link,
// or a link is not what it should be; VTOK_ISSUER_NOT_HTTPS;
// VTOK_BUFFER_TOO_SMALL.
int32_t vtok_webfinger_issuer(struct vtok_bytes json,
                              uint8_t *buffer,
                              size_t capacity,
                              size_t *len);

// Writes a pairwise subject identifier (OpenID Connect Core section 8.1, first
// example), for providers and for tests: VTOK_THUMBPRINT_LEN characters. The
// salt has 16 bytes or more.
//
// Errors: VTOK_REQUEST_VALUE for an empty value or a short salt;
// VTOK_BUFFER_TOO_SMALL.
int32_t vtok_pairwise_subject(struct vtok_bytes sector_host,
                              struct vtok_bytes local_account_id,
                              struct vtok_bytes salt,
                              uint8_t *buffer,
                              size_t capacity,
                              size_t *len);

// Finds the host of a sector identifier (OpenID Connect Core section 8.1).
// 'host' borrows 'uri'.
//
// Errors: VTOK_ENDPOINT_NOT_HTTPS.
int32_t vtok_sector_host(struct vtok_bytes uri,
                         struct vtok_bytes *host);

// Reads the query of the client's logout URI, which a page of the provider's
// has loaded (Front-Channel Logout section 3), decoded where it lies. Anyone
// can make a browser do that: it ends nothing but the browser's own session.
// 'session' not set: none is known. 'session_id' is not set when the provider
// does not name one; it borrows 'query'.
//
// Errors: VTOK_PARAMETER_...; VTOK_LOGOUT_MISMATCH for another issuer, another
// session, one of 'iss' and 'sid' without the other, or none of them without
// VTOK_CLIENT_LOGOUT_WITHOUT_SESSION; VTOK_SAVED_STATE and those of the client
// ('vtok_request_init').
int32_t vtok_front_channel_logout(const struct vtok_client *client,
                                  struct vtok_bytes session,
                                  uint8_t *query,
                                  size_t query_len,
                                  struct vtok_bytes *session_id);

// Writes the URL to send the user to.
//
// Errors: VTOK_ENDPOINT_NOT_HTTPS; VTOK_REQUEST_VALUE for an empty value, or a
// return without an ID Token or client id; VTOK_BUFFER_TOO_SMALL.
int32_t vtok_end_session_url(const struct vtok_end_session *end_session,
                             uint8_t *buffer,
                             size_t capacity,
                             size_t *len);

// Checks the query of the return, decoded where it lies: 'state' as it was
// sent.
//
// Errors: VTOK_PARAMETER_..., VTOK_STATE_MISSING, VTOK_STATE_MISMATCH.
int32_t vtok_end_session_returned(const struct vtok_end_session *end_session,
                                  uint8_t *query,
                                  size_t query_len);

// Writes the session state of a browser at a client, as the example of Session
// Management 1.0 section 3.2 calculates it.
//
// Errors: VTOK_REQUEST_VALUE for an empty value or one with a space,
// VTOK_BUFFER_TOO_SMALL.
int32_t vtok_session_state(struct vtok_bytes client_id,
                           struct vtok_bytes origin,
                           struct vtok_bytes browser_state,
                           struct vtok_bytes salt,
                           uint8_t *buffer,
                           size_t capacity,
                           size_t *len);

// Makes a rotation that has fetched nothing yet. 'rules' may be NULL: the
// defaults.
//
// Errors: VTOK_STRUCT_SIZE.
int32_t vtok_rotation_init(const struct vtok_rotation_rules *rules,
                           struct vtok_rotation *rotation);

// Says what to do with a token of this 'kid' (not set: none), with these keys
// at hand: 'advice' is VTOK_ADVICE_... 'now' is the second of any clock that
// does not run backwards.
//
// Errors: VTOK_NOT_INITIALIZED, VTOK_NOT_UTF8; 'advice' then denies.
int32_t vtok_rotation_advise(struct vtok_rotation *rotation,
                             const struct vtok_keys *keys,
                             struct vtok_bytes kid,
                             uint64_t now,
                             uint32_t *advice);

// Notes that the set was fetched, and that the keys at hand are its keys alone:
// call it after 'vtok_keys_replace_jwks' has taken the set
// ('vtok_keys_import_jwks' adds, so that keys which the provider has withdrawn
// would stay trusted), and 'vtok_rotation_failed' if that fails. 'lifetime' is
// the 'max-age' of the response (RFC 9111 section 5.2.2.1) in seconds, negative
// if it does not say; 'etag' its 'ETag' (RFC 9110 section 8.8.3), of 128 bytes
// at most, or not set.
//
// Errors: VTOK_NOT_INITIALIZED, VTOK_NOT_UTF8.
int32_t vtok_rotation_fetched(struct vtok_rotation *rotation,
                              uint64_t now,
                              int64_t lifetime,
                              struct vtok_bytes etag);

// Notes that the provider says that the set at hand is still the one (HTTP
// 304).
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_rotation_not_modified(struct vtok_rotation *rotation,
                                   uint64_t now,
                                   int64_t lifetime);

// Notes that a fetch failed, or that its set was refused (VTOK_STORAGE_FULL
// too): the keys at hand stay.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_rotation_failed(struct vtok_rotation *rotation,
                             uint64_t now);

// Gives the 'ETag' of the set at hand, for 'If-None-Match'; empty when there is
// none. It borrows the rotation until the next call.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_rotation_etag(struct vtok_rotation *rotation,
                           struct vtok_bytes *etag);

// Writes when the next fetch may be made.
//
// Errors: VTOK_NOT_INITIALIZED.
int32_t vtok_rotation_next_fetch(struct vtok_rotation *rotation,
                                 uint64_t *second);

// Makes an empty guard in 'memory', which must be aligned for 'uint64_t' and
// hold 'VTOK_REPLAY_SIZE(capacity)' bytes. '*replay' then points into it.
//
// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED, VTOK_STORAGE_FULL,
// VTOK_UNKNOWN_VALUE for a size that no memory has.
int32_t vtok_replay_init(void *memory,
                         size_t memory_len,
                         size_t capacity,
                         struct vtok_replay **replay);

// Takes a verified token, once. Call it after the verification and before
// anything is granted.
//
// 'key' is VTOK_REPLAY_.... A token is remembered for as long as any policy
// accepts it by which a token was verified that the guard was shown, leeway
// included: where their leeways or ages differ much, a guard for each forgets
// sooner. Anybody can make a key, and DPoP proofs with it: show one only after
// the access token is verified that is bound to its key, or a stranger fills
// the guard.
//
// Errors: VTOK_REPLAYED; VTOK_REPLAY_FULL when no place is left, and the
// token is refused; VTOK_REPLAY_FORGOTTEN when a token that expired as late
// was forgotten, as after a clock that was ahead or under a shorter leeway: it
// may have been seen; VTOK_TIME_UNKNOWN, VTOK_TIME_REVERSED; VTOK_NOT_CLAIMS,
// VTOK_JSON_NOT_FOUND or VTOK_JSON_TYPE when the token lacks the id, 'iss' or
// 'exp', or the proof 'htu' or 'iat'; VTOK_UNKNOWN_VALUE for another key;
// VTOK_TRUST_MISMATCH for plain UserInfo, which no token is; VTOK_OVERLAP.
int32_t vtok_replay_admit(struct vtok_replay *replay,
                          const struct vtok_verified *verified,
                          uint32_t key,
                          struct vtok_time time);

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
// counter that runs wrong by at most 'drift_ppm' millionths, of the true time
// or of what it counts: it bridges the time between two readings of a clock.
// An unknown time stays unknown.
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
