//! The numbers that C knows by name, from the core's. Generated: see `tests/header.rs`.

/// The time is unknown.
pub const VTOK_TIME_UNKNOWN: i32 = 100;
/// The earliest time lies after the latest.
pub const VTOK_TIME_REVERSED: i32 = 101;
/// A leeway exceeds 600 seconds.
pub const VTOK_LEEWAY_TOO_LARGE: i32 = 102;
/// A limit exceeds its compile-time maximum or is zero depth.
pub const VTOK_LIMIT_TOO_LARGE: i32 = 103;
/// An expected value is set but empty.
pub const VTOK_EMPTY_EXPECTATION: i32 = 104;
/// The profile needs an expected issuer.
pub const VTOK_ISSUER_NOT_SET: i32 = 105;
/// The profile needs an expected audience.
pub const VTOK_AUDIENCE_NOT_SET: i32 = 106;
/// A list of the policy exceeds 16 entries.
pub const VTOK_POLICY_LIST_TOO_LONG: i32 = 107;
/// The flow and endpoint need an expected nonce.
pub const VTOK_NONCE_NOT_SET: i32 = 108;
/// at_hash is required but no access token was given.
pub const VTOK_ACCESS_TOKEN_NOT_SET: i32 = 109;
/// c_hash is required but no code was given.
pub const VTOK_CODE_NOT_SET: i32 = 110;
/// s_hash is required but no state was given.
pub const VTOK_STATE_NOT_SET: i32 = 111;
/// A permit for unsecured tokens was handed over where it is not valid.
pub const VTOK_UNSECURED_NOT_PERMITTED: i32 = 112;
/// The scratch buffer is too small for the payload.
pub const VTOK_SCRATCH_TOO_SMALL: i32 = 113;
/// The output buffer is too small.
pub const VTOK_BUFFER_TOO_SMALL: i32 = 114;
/// The policy allows no algorithm.
pub const VTOK_NO_ALGORITHMS: i32 = 115;
/// The key storage is full.
pub const VTOK_STORAGE_FULL: i32 = 116;
/// The payload was not verified as claims.
pub const VTOK_NOT_CLAIMS: i32 = 117;
/// The flow returns no ID Token from this endpoint.
pub const VTOK_FLOW_ENDPOINT: i32 = 118;
/// An argument is not UTF-8.
pub const VTOK_NOT_UTF8: i32 = 119;
/// A pointer that must not be NULL is NULL.
pub const VTOK_NULL_POINTER: i32 = 120;
/// A pointer is not aligned for its type.
pub const VTOK_MISALIGNED: i32 = 121;
/// An object was not initialized, has been moved, or was not verified.
pub const VTOK_NOT_INITIALIZED: i32 = 122;
/// A structure states a size that this version does not know.
pub const VTOK_STRUCT_SIZE: i32 = 123;
/// An argument holds a value or flag that this version does not know.
pub const VTOK_UNKNOWN_VALUE: i32 = 124;
/// Buffers overlap that must be apart.
pub const VTOK_OVERLAP: i32 = 125;
/// The policy expects a claim that the profile does not judge.
pub const VTOK_EXPECTATION_UNUSED: i32 = 126;
/// The profile takes another kind of key than the call hands over.
pub const VTOK_TRUST_MISMATCH: i32 = 127;
/// The profile needs an expected subject.
pub const VTOK_SUBJECT_NOT_SET: i32 = 128;
/// A DPoP proof needs the method and URI of the request and a largest age.
pub const VTOK_HTTP_REQUEST_NOT_SET: i32 = 129;
/// A quirk is set for an issuer that does not have it.
pub const VTOK_QUIRK_ISSUER: i32 = 130;
/// The random bytes are too few, all of one value, or repeat.
pub const VTOK_RANDOM_BYTES: i32 = 131;
/// A request parameter is empty, malformed or holds characters that it must
/// not.
pub const VTOK_REQUEST_VALUE: i32 = 132;
/// An endpoint is not an absolute https URI with a host and without a fragment.
pub const VTOK_ENDPOINT_NOT_HTTPS: i32 = 133;
/// The scope does not hold `openid`.
pub const VTOK_SCOPE_WITHOUT_OPENID: i32 = 134;
/// `prompt` holds `none` beside other values.
pub const VTOK_PROMPT_NONE: i32 = 135;
/// The response mode would expose tokens in the query.
pub const VTOK_RESPONSE_MODE_UNFIT: i32 = 136;
/// The response holds an ID Token that has not been verified.
pub const VTOK_ID_TOKEN_PENDING: i32 = 137;
/// The request is weaker than the security profile of the client allows.
pub const VTOK_SECURITY_PROFILE: i32 = 138;
/// The claims of the ID Token that later checks need do not fit into a session.
pub const VTOK_SESSION_TOO_LARGE: i32 = 139;
/// The token exceeds the length limit.
pub const VTOK_TOKEN_TOO_LONG: i32 = 200;
/// The token holds a character outside A-Z a-z 0-9 - _ ..
pub const VTOK_TOKEN_CHARACTER: i32 = 201;
/// The token does not have exactly three parts.
pub const VTOK_TOKEN_PARTS: i32 = 202;
/// The token has five parts: it is encrypted (JWE).
pub const VTOK_TOKEN_ENCRYPTED: i32 = 203;
/// The header part is empty.
pub const VTOK_EMPTY_HEADER: i32 = 204;
/// The payload part is empty, and the profile needs claims.
pub const VTOK_EMPTY_PAYLOAD: i32 = 205;
/// The signature part is empty.
pub const VTOK_EMPTY_SIGNATURE: i32 = 206;
/// A part has an impossible base64url length.
pub const VTOK_BASE64_LENGTH: i32 = 207;
/// A part has non-zero unused bits at its end.
pub const VTOK_BASE64_TRAILING: i32 = 208;
/// A value holds a character outside the base64url alphabet.
pub const VTOK_BASE64_CHARACTER: i32 = 209;
/// The decoded header exceeds the length limit.
pub const VTOK_HEADER_TOO_LONG: i32 = 210;
/// The text is not JSON.
pub const VTOK_JSON_SYNTAX: i32 = 300;
/// The JSON text ends too early.
pub const VTOK_JSON_END: i32 = 301;
/// There are bytes after the JSON value.
pub const VTOK_JSON_TRAILING: i32 = 302;
/// A JSON string is not UTF-8.
pub const VTOK_JSON_UTF8: i32 = 303;
/// A JSON string holds a bad escape, a lone surrogate or a control character.
pub const VTOK_JSON_ESCAPE: i32 = 304;
/// A JSON number is malformed.
pub const VTOK_JSON_NUMBER: i32 = 305;
/// The JSON text nests deeper than the limit.
pub const VTOK_JSON_DEPTH: i32 = 306;
/// An object has more members than the limit.
pub const VTOK_JSON_MEMBERS: i32 = 307;
/// An object has two members of one name.
pub const VTOK_JSON_DUPLICATE: i32 = 308;
/// The JSON value is not an object.
pub const VTOK_JSON_NOT_OBJECT: i32 = 309;
/// The JSON value is of another type.
pub const VTOK_JSON_TYPE: i32 = 310;
/// The object has no such member.
pub const VTOK_JSON_NOT_FOUND: i32 = 311;
/// The JSON text is longer than 4 MiB.
pub const VTOK_JSON_TOO_LONG: i32 = 312;
/// The header has no `alg`.
pub const VTOK_HEADER_ALG_MISSING: i32 = 400;
/// A registered header member has the wrong type.
pub const VTOK_HEADER_TYPE: i32 = 401;
/// The policy does not list the token's algorithm.
pub const VTOK_ALGORITHM_NOT_ALLOWED: i32 = 402;
/// The token is unsecured (`alg` is `none`) and no permit was handed over.
pub const VTOK_ALGORITHM_NONE: i32 = 403;
/// An unsecured token carries a signature.
pub const VTOK_UNSECURED_SIGNATURE: i32 = 404;
/// The header names a critical extension; none is understood.
pub const VTOK_CRIT_UNSUPPORTED: i32 = 405;
/// `crit` is not a non-empty array of unique names of present extension
/// members.
pub const VTOK_CRIT_MALFORMED: i32 = 406;
/// The header has `b64`, which is not supported.
pub const VTOK_HEADER_B64: i32 = 407;
/// The header of a JWS has `enc` or `zip`.
pub const VTOK_HEADER_ENCRYPTION: i32 = 408;
/// `cty` says that the claims are a nested JWT.
pub const VTOK_NESTED_TOKEN: i32 = 409;
/// The token has no `typ`, and the profile needs one.
pub const VTOK_TYP_MISSING: i32 = 410;
/// `typ` names another kind of token.
pub const VTOK_TYP_MISMATCH: i32 = 411;
/// No key of the set fits the token's `kid` and algorithm.
pub const VTOK_KEY_NOT_FOUND: i32 = 500;
/// More than one key fits.
pub const VTOK_KEY_AMBIGUOUS: i32 = 501;
/// The HMAC key is shorter than the hash.
pub const VTOK_KEY_TOO_SHORT: i32 = 502;
/// The JWK Set is not an object with an array `keys`.
pub const VTOK_JWKS_MALFORMED: i32 = 503;
/// The JWK Set exceeds the length limit.
pub const VTOK_JWKS_TOO_LONG: i32 = 504;
/// A member of the JWK is missing, of the wrong type or malformed.
pub const VTOK_JWK_MALFORMED: i32 = 505;
/// The key type, curve or algorithm is not supported by this build.
pub const VTOK_JWK_UNSUPPORTED: i32 = 506;
/// `use` or `key_ops` exclude the key from verifying signatures.
pub const VTOK_JWK_NOT_FOR_SIGNATURES: i32 = 507;
/// The JWK holds private key material.
pub const VTOK_JWK_PRIVATE: i32 = 508;
/// `alg` of the JWK does not fit its key type.
pub const VTOK_JWK_ALGORITHM: i32 = 509;
/// The key's encoding is not canonical.
pub const VTOK_KEY_ENCODING: i32 = 510;
/// The key is too small or too large.
pub const VTOK_KEY_SIZE: i32 = 511;
/// The key's value is invalid.
pub const VTOK_KEY_VALUE: i32 = 512;
/// The `kid` is longer than 256 bytes.
pub const VTOK_KEY_ID_TOO_LONG: i32 = 513;
/// The PEM label is not `PUBLIC KEY`.
pub const VTOK_PEM_LABEL: i32 = 514;
/// The PEM text is malformed.
pub const VTOK_PEM_MALFORMED: i32 = 515;
/// The DER structure is not a SubjectPublicKeyInfo of a supported key.
pub const VTOK_DER_MALFORMED: i32 = 516;
/// The header of a DPoP proof holds no `jwk`.
pub const VTOK_JWK_MISSING: i32 = 517;
/// The signature does not verify.
pub const VTOK_SIGNATURE_INVALID: i32 = 600;
/// Encryption was agreed on, and the token is not encrypted.
pub const VTOK_TOKEN_NOT_ENCRYPTED: i32 = 610;
/// The token does not have exactly five parts.
pub const VTOK_JWE_PARTS: i32 = 611;
/// The header of a JWE has no `enc`.
pub const VTOK_HEADER_ENC_MISSING: i32 = 612;
/// The content encryption of the token was not agreed on.
pub const VTOK_ENCRYPTION_NOT_ALLOWED: i32 = 613;
/// The header of a JWE has `zip`.
pub const VTOK_ZIP_UNSUPPORTED: i32 = 614;
/// `epk` is no public key on a curve that was agreed on.
pub const VTOK_EPK_INVALID: i32 = 615;
/// `iv`, `tag`, `apu` or `apv` is malformed, or missing.
pub const VTOK_JWE_PARAMETER: i32 = 616;
/// A part has not the length that its algorithm gives.
pub const VTOK_JWE_LENGTH: i32 = 617;
/// The token does not decrypt.
pub const VTOK_DECRYPTION_FAILED: i32 = 618;
/// `cty` of the encrypted token names no JWT.
pub const VTOK_CTY_MISMATCH: i32 = 619;
/// No randomness was passed, and an RSA algorithm is listed.
pub const VTOK_BLINDING_NOT_SET: i32 = 620;
/// `use` or `key_ops` exclude the key from decryption.
pub const VTOK_JWK_NOT_FOR_DECRYPTION: i32 = 621;
/// The JWK lacks private key material.
pub const VTOK_JWK_NOT_PRIVATE: i32 = 622;
/// The required claim `iss` is missing.
pub const VTOK_ISS_MISSING: i32 = 700;
/// `iss` is not a string.
pub const VTOK_ISS_TYPE: i32 = 701;
/// `iss` is not the expected issuer.
pub const VTOK_ISS_MISMATCH: i32 = 702;
/// The required claim `sub` is missing.
pub const VTOK_SUB_MISSING: i32 = 710;
/// `sub` is not a string.
pub const VTOK_SUB_TYPE: i32 = 711;
/// `sub` is not the expected subject.
pub const VTOK_SUB_MISMATCH: i32 = 712;
/// `sub` is empty, or not the 1 to 255 ASCII characters of OpenID Connect.
pub const VTOK_SUB_INVALID: i32 = 713;
/// The required claim `aud` is missing.
pub const VTOK_AUD_MISSING: i32 = 720;
/// `aud` is not a string or a non-empty array of strings.
pub const VTOK_AUD_TYPE: i32 = 721;
/// `aud` does not hold the expected audience.
pub const VTOK_AUD_MISMATCH: i32 = 722;
/// `aud` holds an additional audience that the policy does not trust.
pub const VTOK_AUD_UNTRUSTED: i32 = 723;
/// The token has an `aud`, and the policy names no audience.
pub const VTOK_AUD_UNEXPECTED: i32 = 724;
/// The required claim `azp` is missing.
pub const VTOK_AZP_MISSING: i32 = 730;
/// `azp` is not a string.
pub const VTOK_AZP_TYPE: i32 = 731;
/// `azp` is not the client id.
pub const VTOK_AZP_MISMATCH: i32 = 732;
/// The required claim `exp` is missing.
pub const VTOK_EXP_MISSING: i32 = 740;
/// `exp` is not a number.
pub const VTOK_EXP_TYPE: i32 = 741;
/// The token has expired.
pub const VTOK_EXP_EXPIRED: i32 = 742;
/// The time interval is too wide to tell whether the token has expired.
pub const VTOK_EXP_UNDECIDED: i32 = 743;
/// The required claim `nbf` is missing.
pub const VTOK_NBF_MISSING: i32 = 750;
/// `nbf` is not a number.
pub const VTOK_NBF_TYPE: i32 = 751;
/// The token is not valid yet.
pub const VTOK_NBF_IN_FUTURE: i32 = 752;
/// The time interval is too wide to tell whether the token is valid yet.
pub const VTOK_NBF_UNDECIDED: i32 = 753;
/// The required claim `iat` is missing.
pub const VTOK_IAT_MISSING: i32 = 760;
/// `iat` is not a number.
pub const VTOK_IAT_TYPE: i32 = 761;
/// `iat` lies in the future.
pub const VTOK_IAT_IN_FUTURE: i32 = 762;
/// The time interval is too wide to judge `iat`.
pub const VTOK_IAT_UNDECIDED: i32 = 763;
/// `iat` is older than the policy allows.
pub const VTOK_IAT_TOO_OLD: i32 = 764;
/// The required claim `auth_time` is missing.
pub const VTOK_AUTH_TIME_MISSING: i32 = 770;
/// `auth_time` is not a number.
pub const VTOK_AUTH_TIME_TYPE: i32 = 771;
/// `auth_time` lies in the future.
pub const VTOK_AUTH_TIME_IN_FUTURE: i32 = 772;
/// The time interval is too wide to judge `auth_time`.
pub const VTOK_AUTH_TIME_UNDECIDED: i32 = 773;
/// The user's authentication is older than `max_age`.
pub const VTOK_AUTH_TIME_TOO_OLD: i32 = 774;
/// `auth_time` of a refreshed ID Token is not that of the original
/// authentication.
pub const VTOK_AUTH_TIME_CHANGED: i32 = 775;
/// The required claim `nonce` is missing.
pub const VTOK_NONCE_MISSING: i32 = 780;
/// `nonce` is not a string.
pub const VTOK_NONCE_TYPE: i32 = 781;
/// `nonce` is not the one that was sent.
pub const VTOK_NONCE_MISMATCH: i32 = 782;
/// The token has a `nonce` that is not expected or prohibited.
pub const VTOK_NONCE_UNEXPECTED: i32 = 783;
/// The required claim `acr` is missing.
pub const VTOK_ACR_MISSING: i32 = 790;
/// `acr` is not a string.
pub const VTOK_ACR_TYPE: i32 = 791;
/// `acr` is none of the values that were asked for.
pub const VTOK_ACR_MISMATCH: i32 = 792;
/// The required claim `amr` is missing.
pub const VTOK_AMR_MISSING: i32 = 800;
/// `amr` is not an array of strings.
pub const VTOK_AMR_TYPE: i32 = 801;
/// The required claim `at_hash` is missing.
pub const VTOK_AT_HASH_MISSING: i32 = 810;
/// `at_hash` is not a string.
pub const VTOK_AT_HASH_TYPE: i32 = 811;
/// `at_hash` does not fit the access token.
pub const VTOK_AT_HASH_MISMATCH: i32 = 812;
/// The token's algorithm defines no hash for `at_hash`.
pub const VTOK_AT_HASH_UNAVAILABLE: i32 = 813;
/// The required claim `c_hash` is missing.
pub const VTOK_C_HASH_MISSING: i32 = 820;
/// `c_hash` is not a string.
pub const VTOK_C_HASH_TYPE: i32 = 821;
/// `c_hash` does not fit the code.
pub const VTOK_C_HASH_MISMATCH: i32 = 822;
/// The token's algorithm defines no hash for `c_hash`.
pub const VTOK_C_HASH_UNAVAILABLE: i32 = 823;
/// The required claim `s_hash` is missing.
pub const VTOK_S_HASH_MISSING: i32 = 830;
/// `s_hash` is not a string.
pub const VTOK_S_HASH_TYPE: i32 = 831;
/// `s_hash` does not fit the state.
pub const VTOK_S_HASH_MISMATCH: i32 = 832;
/// The token's algorithm defines no hash for `s_hash`.
pub const VTOK_S_HASH_UNAVAILABLE: i32 = 833;
/// The required claim `events` is missing.
pub const VTOK_EVENTS_MISSING: i32 = 840;
/// `events` is not an object.
pub const VTOK_EVENTS_TYPE: i32 = 841;
/// `events` does not hold the expected event with an object value.
pub const VTOK_EVENTS_NO_LOGOUT: i32 = 842;
/// An ID Token holds the back-channel logout event: it is a Logout Token.
pub const VTOK_EVENTS_LOGOUT: i32 = 843;
/// The required claim `sid` is missing.
pub const VTOK_SID_MISSING: i32 = 850;
/// `sid` is not a string.
pub const VTOK_SID_TYPE: i32 = 851;
/// The required claim `jti` is missing.
pub const VTOK_JTI_MISSING: i32 = 860;
/// `jti` is not a string.
pub const VTOK_JTI_TYPE: i32 = 861;
/// The required claim `client_id` is missing.
pub const VTOK_CLIENT_ID_MISSING: i32 = 870;
/// `client_id` is not a string.
pub const VTOK_CLIENT_ID_TYPE: i32 = 871;
/// The required claim `cnf` is missing.
pub const VTOK_CNF_MISSING: i32 = 880;
/// `cnf` is not an object.
pub const VTOK_CNF_TYPE: i32 = 881;
/// The token is bound to a key, and no proof of possession was given.
pub const VTOK_CNF_UNPROVEN: i32 = 882;
/// The token is bound to another key than the proof's.
pub const VTOK_CNF_MISMATCH: i32 = 883;
/// The required claim `htm` is missing.
pub const VTOK_HTM_MISSING: i32 = 890;
/// `htm` is not a string.
pub const VTOK_HTM_TYPE: i32 = 891;
/// `htm` is not the request's method.
pub const VTOK_HTM_MISMATCH: i32 = 892;
/// The required claim `htu` is missing.
pub const VTOK_HTU_MISSING: i32 = 900;
/// `htu` is not a string.
pub const VTOK_HTU_TYPE: i32 = 901;
/// `htu` is not the request's URI.
pub const VTOK_HTU_MISMATCH: i32 = 902;
/// The required claim `ath` is missing.
pub const VTOK_ATH_MISSING: i32 = 910;
/// `ath` is not a string.
pub const VTOK_ATH_TYPE: i32 = 911;
/// `ath` does not fit the access token.
pub const VTOK_ATH_MISMATCH: i32 = 912;
/// A claim that the policy requires by name is missing or null.
pub const VTOK_CLAIM_MISSING: i32 = 920;
/// An essential claim has none of the values that were asked for.
pub const VTOK_CLAIM_MISMATCH: i32 = 921;
/// The token was seen before.
pub const VTOK_REPLAYED: i32 = 930;
/// The replay guard holds as many tokens as it can, none of which has expired.
pub const VTOK_REPLAY_FULL: i32 = 931;
/// The saved state of a replay guard is malformed or does not fit.
pub const VTOK_REPLAY_STATE: i32 = 932;
/// The replay guard has forgotten a token that expired as late or later, and
/// may have forgotten this one.
pub const VTOK_REPLAY_FORGOTTEN: i32 = 933;
/// The oscillator of the clock has stopped, or the clock was never set.
pub const VTOK_CLOCK_STOPPED: i32 = 940;
/// The registers of the clock hold no date.
pub const VTOK_CLOCK_ENCODING: i32 = 941;
/// The clock runs behind a time that has certainly passed.
pub const VTOK_CLOCK_BEHIND_FLOOR: i32 = 942;
/// The parameters are not `application/x-www-form-urlencoded`.
pub const VTOK_PARAMETER_MALFORMED: i32 = 1000;
/// A parameter occurs more than once.
pub const VTOK_PARAMETER_DUPLICATE: i32 = 1001;
/// A parameter is not UTF-8 or holds control characters.
pub const VTOK_PARAMETER_CHARSET: i32 = 1002;
/// There are more than 32 parameters.
pub const VTOK_PARAMETERS_TOO_MANY: i32 = 1003;
/// The response came in another way than was asked for.
pub const VTOK_RESPONSE_CHANNEL: i32 = 1004;
/// The response has no `state`.
pub const VTOK_STATE_MISSING: i32 = 1005;
/// `state` is not the one that was sent.
pub const VTOK_STATE_MISMATCH: i32 = 1006;
/// The response has no `iss`, and the provider always sends it.
pub const VTOK_ISS_PARAMETER_MISSING: i32 = 1007;
/// `iss` of the response is not the issuer that was asked.
pub const VTOK_ISS_PARAMETER_MISMATCH: i32 = 1008;
/// The response holds a code or token that the flow does not return from there.
pub const VTOK_PARAMETER_UNEXPECTED: i32 = 1009;
/// The response lacks a code, token or value that the flow returns from there.
pub const VTOK_PARAMETER_MISSING: i32 = 1010;
/// The response is plain, and a signed one was asked for.
pub const VTOK_RESPONSE_NOT_JWT: i32 = 1011;
/// The response is a JWT, and a plain one was asked for.
pub const VTOK_RESPONSE_JWT: i32 = 1012;
/// A member of the JSON response is missing, of the wrong type or malformed.
pub const VTOK_RESPONSE_MALFORMED: i32 = 1013;
/// The type of the access token is not the one that was asked for.
pub const VTOK_TOKEN_TYPE_UNSUPPORTED: i32 = 1014;
/// The token response holds no ID Token.
pub const VTOK_ID_TOKEN_MISSING: i32 = 1015;
/// What was saved is malformed, of another version, or belongs to another
/// client.
pub const VTOK_SAVED_STATE: i32 = 1016;
/// The provider answered with an error.
pub const VTOK_PROVIDER_ERROR: i32 = 1017;
/// The metadata are those of another issuer.
pub const VTOK_METADATA_ISSUER: i32 = 1018;
/// The provider supports nothing of what the client allows.
pub const VTOK_METADATA_UNSUPPORTED: i32 = 1019;
/// The issuer is not an https URI without query and fragment.
pub const VTOK_ISSUER_NOT_HTTPS: i32 = 1020;
/// The introspection response says that the token is not active.
pub const VTOK_TOKEN_INACTIVE: i32 = 1021;
/// The logout request does not name the issuer and session that it must.
pub const VTOK_LOGOUT_MISMATCH: i32 = 1022;
/// The access token has a scope that was not asked for.
pub const VTOK_SCOPE_EXCEEDED: i32 = 1023;
/// Check `policy`.
pub const VTOK_CHECK_POLICY: u32 = 0;
/// Check `form`.
pub const VTOK_CHECK_FORM: u32 = 1;
/// Check `header`.
pub const VTOK_CHECK_HEADER: u32 = 2;
/// Check `alg`.
pub const VTOK_CHECK_ALG: u32 = 3;
/// Check `typ`.
pub const VTOK_CHECK_TYP: u32 = 4;
/// Check `key`.
pub const VTOK_CHECK_KEY: u32 = 5;
/// Check `signature`.
pub const VTOK_CHECK_SIGNATURE: u32 = 6;
/// Check `payload`.
pub const VTOK_CHECK_PAYLOAD: u32 = 7;
/// Check `iss`.
pub const VTOK_CHECK_ISS: u32 = 8;
/// Check `sub`.
pub const VTOK_CHECK_SUB: u32 = 9;
/// Check `aud`.
pub const VTOK_CHECK_AUD: u32 = 10;
/// Check `azp`.
pub const VTOK_CHECK_AZP: u32 = 11;
/// Check `exp`.
pub const VTOK_CHECK_EXP: u32 = 12;
/// Check `nbf`.
pub const VTOK_CHECK_NBF: u32 = 13;
/// Check `iat`.
pub const VTOK_CHECK_IAT: u32 = 14;
/// Check `auth_time`.
pub const VTOK_CHECK_AUTH_TIME: u32 = 15;
/// Check `nonce`.
pub const VTOK_CHECK_NONCE: u32 = 16;
/// Check `acr`.
pub const VTOK_CHECK_ACR: u32 = 17;
/// Check `amr`.
pub const VTOK_CHECK_AMR: u32 = 18;
/// Check `at_hash`.
pub const VTOK_CHECK_AT_HASH: u32 = 19;
/// Check `c_hash`.
pub const VTOK_CHECK_C_HASH: u32 = 20;
/// Check `s_hash`.
pub const VTOK_CHECK_S_HASH: u32 = 21;
/// Check `events`.
pub const VTOK_CHECK_EVENTS: u32 = 22;
/// Check `sid`.
pub const VTOK_CHECK_SID: u32 = 23;
/// Check `jti`.
pub const VTOK_CHECK_JTI: u32 = 24;
/// Check `client_id`.
pub const VTOK_CHECK_CLIENT_ID: u32 = 25;
/// Check `cnf`.
pub const VTOK_CHECK_CNF: u32 = 26;
/// Check `htm`.
pub const VTOK_CHECK_HTM: u32 = 27;
/// Check `htu`.
pub const VTOK_CHECK_HTU: u32 = 28;
/// Check `ath`.
pub const VTOK_CHECK_ATH: u32 = 29;
/// Check `required`.
pub const VTOK_CHECK_REQUIRED: u32 = 30;
/// Algorithm `HS256`.
pub const VTOK_ALG_HS256: u64 = 1 << 1;
/// Algorithm `HS384`.
pub const VTOK_ALG_HS384: u64 = 1 << 2;
/// Algorithm `HS512`.
pub const VTOK_ALG_HS512: u64 = 1 << 3;
/// Algorithm `RS256`.
pub const VTOK_ALG_RS256: u64 = 1 << 4;
/// Algorithm `RS384`.
pub const VTOK_ALG_RS384: u64 = 1 << 5;
/// Algorithm `RS512`.
pub const VTOK_ALG_RS512: u64 = 1 << 6;
/// Algorithm `PS256`.
pub const VTOK_ALG_PS256: u64 = 1 << 7;
/// Algorithm `PS384`.
pub const VTOK_ALG_PS384: u64 = 1 << 8;
/// Algorithm `PS512`.
pub const VTOK_ALG_PS512: u64 = 1 << 9;
/// Algorithm `ES256`.
pub const VTOK_ALG_ES256: u64 = 1 << 10;
/// Algorithm `ES384`.
pub const VTOK_ALG_ES384: u64 = 1 << 11;
/// Algorithm `ES512`.
pub const VTOK_ALG_ES512: u64 = 1 << 12;
/// Algorithm `EdDSA`.
pub const VTOK_ALG_EDDSA: u64 = 1 << 13;
/// Algorithm `Ed25519`.
pub const VTOK_ALG_ED25519: u64 = 1 << 14;
/// Algorithm `ML-DSA-44`.
pub const VTOK_ALG_ML_DSA_44: u64 = 1 << 15;
/// Algorithm `ML-DSA-65`.
pub const VTOK_ALG_ML_DSA_65: u64 = 1 << 16;
/// Algorithm `ML-DSA-87`.
pub const VTOK_ALG_ML_DSA_87: u64 = 1 << 17;
/// The provider's error `invalid_request`.
pub const VTOK_ERROR_INVALID_REQUEST: u32 = 1;
/// The provider's error `unauthorized_client`.
pub const VTOK_ERROR_UNAUTHORIZED_CLIENT: u32 = 2;
/// The provider's error `access_denied`.
pub const VTOK_ERROR_ACCESS_DENIED: u32 = 3;
/// The provider's error `unsupported_response_type`.
pub const VTOK_ERROR_UNSUPPORTED_RESPONSE_TYPE: u32 = 4;
/// The provider's error `invalid_scope`.
pub const VTOK_ERROR_INVALID_SCOPE: u32 = 5;
/// The provider's error `server_error`.
pub const VTOK_ERROR_SERVER_ERROR: u32 = 6;
/// The provider's error `temporarily_unavailable`.
pub const VTOK_ERROR_TEMPORARILY_UNAVAILABLE: u32 = 7;
/// The provider's error `invalid_client`.
pub const VTOK_ERROR_INVALID_CLIENT: u32 = 8;
/// The provider's error `invalid_grant`.
pub const VTOK_ERROR_INVALID_GRANT: u32 = 9;
/// The provider's error `unsupported_grant_type`.
pub const VTOK_ERROR_UNSUPPORTED_GRANT_TYPE: u32 = 10;
/// The provider's error `interaction_required`.
pub const VTOK_ERROR_INTERACTION_REQUIRED: u32 = 11;
/// The provider's error `login_required`.
pub const VTOK_ERROR_LOGIN_REQUIRED: u32 = 12;
/// The provider's error `account_selection_required`.
pub const VTOK_ERROR_ACCOUNT_SELECTION_REQUIRED: u32 = 13;
/// The provider's error `consent_required`.
pub const VTOK_ERROR_CONSENT_REQUIRED: u32 = 14;
/// The provider's error `invalid_request_uri`.
pub const VTOK_ERROR_INVALID_REQUEST_URI: u32 = 15;
/// The provider's error `invalid_request_object`.
pub const VTOK_ERROR_INVALID_REQUEST_OBJECT: u32 = 16;
/// The provider's error `request_not_supported`.
pub const VTOK_ERROR_REQUEST_NOT_SUPPORTED: u32 = 17;
/// The provider's error `request_uri_not_supported`.
pub const VTOK_ERROR_REQUEST_URI_NOT_SUPPORTED: u32 = 18;
/// The provider's error `registration_not_supported`.
pub const VTOK_ERROR_REGISTRATION_NOT_SUPPORTED: u32 = 19;
/// The provider's error `invalid_token`.
pub const VTOK_ERROR_INVALID_TOKEN: u32 = 20;
/// The provider's error `insufficient_scope`.
pub const VTOK_ERROR_INSUFFICIENT_SCOPE: u32 = 21;
/// The provider's error `authorization_pending`.
pub const VTOK_ERROR_AUTHORIZATION_PENDING: u32 = 22;
/// The provider's error `slow_down`.
pub const VTOK_ERROR_SLOW_DOWN: u32 = 23;
/// The provider's error `expired_token`.
pub const VTOK_ERROR_EXPIRED_TOKEN: u32 = 24;
/// The provider's error `invalid_target`.
pub const VTOK_ERROR_INVALID_TARGET: u32 = 25;
/// The provider's error `invalid_dpop_proof`.
pub const VTOK_ERROR_INVALID_DPOP_PROOF: u32 = 26;
/// The provider's error `use_dpop_nonce`.
pub const VTOK_ERROR_USE_DPOP_NONCE: u32 = 27;
/// The provider's error `unmet_authentication_requirements`.
pub const VTOK_ERROR_UNMET_AUTHENTICATION_REQUIREMENTS: u32 = 28;
/// The provider's error `insufficient_user_authentication`.
pub const VTOK_ERROR_INSUFFICIENT_USER_AUTHENTICATION: u32 = 29;
/// Key family: a symmetric key.
pub const VTOK_FAMILY_HMAC: u32 = 1;
/// Key family: RSA.
pub const VTOK_FAMILY_RSA: u32 = 2;
/// Key family: a point on P-256.
pub const VTOK_FAMILY_P256: u32 = 3;
/// Key family: a point on P-384.
pub const VTOK_FAMILY_P384: u32 = 4;
/// Key family: a point on P-521.
pub const VTOK_FAMILY_P521: u32 = 5;
/// Key family: Ed25519.
pub const VTOK_FAMILY_ED25519: u32 = 6;
/// The header had `jwk`; it was ignored.
pub const VTOK_HINT_JWK: u32 = 1;
/// The header had `jku`; it was ignored.
pub const VTOK_HINT_JKU: u32 = 2;
/// The header had `x5u`; it was ignored.
pub const VTOK_HINT_X5U: u32 = 4;
/// The header had `x5c`; it was ignored.
pub const VTOK_HINT_X5C: u32 = 8;
/// The header had `x5t`; it was ignored.
pub const VTOK_HINT_X5T: u32 = 16;
