//! The one error type: a flat list with stable numbers and names.
//!
//! A number is never reused and never changes its meaning; Rust and C share it. The page
//! `docs/errors.md` lists number, name, cause and what to do, and is tested against this list.

use core::{ffi::CStr, fmt};

macro_rules! errors {
    ($($number:literal $variant:ident $name:literal $message:literal $remedy:literal;)*) => {
        /// Why a call, a key or a token was refused.
        ///
        /// The discriminant is the stable number, the same in Rust and in C.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Error {
            $(#[doc = concat!("`", $name, "`: ", $message, ". To do: ", $remedy, ".")]
            $variant = $number,)*
        }

        impl Error {
            /// Every error, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable number, from 100 to 1999.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// The error of a stable number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The stable name, in snake case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable name, for C.
            #[must_use]
            pub const fn c_name(self) -> &'static CStr {
                match self {
                    $(Self::$variant => c_str(concat!($name, "\0")),)*
                }
            }

            /// What happened, for C.
            #[must_use]
            pub const fn c_message(self) -> &'static CStr {
                match self {
                    $(Self::$variant => c_str(concat!($message, "\0")),)*
                }
            }

            /// What happened, in a few words without a full stop.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)*
                }
            }

            /// What to do about it, in a few words without a full stop.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self {
                    $(Self::$variant => $remedy,)*
                }
            }
        }
    };
}

/// The text up to its NUL.
pub(crate) const fn c_str(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_until_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}

errors! {
    // Misuse: the call or its policy is wrong, whatever the token (1xx)
    100 TimeUnknown "time_unknown"
        "the time is unknown"
        "pass the current time; the zero interval means that no clock was set";
    101 TimeReversed "time_reversed"
        "the earliest time lies after the latest"
        "pass an interval whose earliest bound comes first";
    102 LeewayTooLarge "leeway_too_large"
        "a leeway exceeds 600 seconds"
        "set the clock instead of widening the leeway";
    103 LimitTooLarge "limit_too_large"
        "a limit exceeds its compile-time maximum or is zero depth"
        "lower the limit to the maximum documented in `limits`";
    104 EmptyExpectation "empty_expectation"
        "an expected value is set but empty"
        "set a value or leave the expectation out";
    105 IssuerNotSet "issuer_not_set"
        "the profile needs an expected issuer"
        "set the issuer in the policy";
    106 AudienceNotSet "audience_not_set"
        "the profile needs an expected audience"
        "set the client id or the resource identifier in the policy";
    107 PolicyListTooLong "policy_list_too_long"
        "a list of the policy exceeds 16 entries"
        "shorten the list";
    108 NonceNotSet "nonce_not_set"
        "the flow and endpoint need an expected nonce"
        "set the nonce that was sent in the request";
    109 AccessTokenNotSet "access_token_not_set"
        "at_hash is required but no access token was given"
        "pass the access token that came with the ID Token";
    110 CodeNotSet "code_not_set"
        "c_hash is required but no code was given"
        "pass the code that came with the ID Token";
    111 StateNotSet "state_not_set"
        "s_hash is required but no state was given"
        "pass the state of the response";
    112 UnsecuredNotPermitted "unsecured_not_permitted"
        "a permit for unsecured tokens was handed over where it is not valid"
        "hand it over only for ID Tokens of the code flow from the token endpoint";
    113 ScratchTooSmall "scratch_too_small"
        "the scratch buffer is too small for the payload"
        "lend `scratch_len` of the token, or verify in place";
    114 BufferTooSmall "buffer_too_small"
        "the output buffer is too small"
        "lend a larger buffer";
    115 NoAlgorithms "no_algorithms"
        "the policy allows no algorithm"
        "list the algorithms that the issuer was registered with";
    116 StorageFull "storage_full"
        "the key storage is full"
        "enlarge the capacity for keys or words";
    117 NotClaims "not_claims"
        "the payload was not verified as claims"
        "use a profile that reads claims";
    118 FlowEndpoint "flow_endpoint"
        "the flow returns no ID Token from this endpoint"
        "pass the endpoint that the ID Token came from";
    119 NotUtf8 "not_utf8"
        "an argument is not UTF-8"
        "pass UTF-8";
    120 NullPointer "null_pointer"
        "a pointer that must not be NULL is NULL"
        "pass a pointer, or length 0 for an empty view";
    121 Misaligned "misaligned"
        "a pointer is not aligned for its type"
        "declare the storage with the type or macro of the header";
    122 NotInitialized "not_initialized"
        "an object was not initialized, has been moved, or was not verified"
        "call the function that fills it first, and do not copy key storage";
    123 StructSize "struct_size"
        "a structure states a size that this version does not know"
        "set `size` to `sizeof` of the structure, from the header of this version";
    124 UnknownValue "unknown_value"
        "an argument holds a value or flag that this version does not know"
        "use the constants of the header";
    125 Overlap "overlap"
        "buffers overlap that must be apart"
        "lend separate buffers";
    126 ExpectationUnused "expectation_unused"
        "the policy expects a claim that the profile does not judge"
        "leave the expectation out, or choose the profile that judges it";
    127 TrustMismatch "trust_mismatch"
        "the profile takes another kind of key than the call hands over"
        "let a DPoP proof be verified by its own key, and nothing else";
    128 SubjectNotSet "subject_not_set"
        "the profile needs an expected subject"
        "set the `sub` of the ID Token in the policy";
    129 HttpRequestNotSet "http_request_not_set"
        "a DPoP proof needs the method and URI of the request and a largest age"
        "set them in the policy";
    130 QuirkIssuer "quirk_issuer"
        "a quirk is set for an issuer that does not have it"
        "set the issuer that the quirk is documented for, or leave the quirk out";
    131 RandomBytes "random_bytes"
        "the random bytes are too few, all of one value, or repeat"
        "take them from the system's random generator, anew for each request";
    132 RequestValue "request_value"
        "a request parameter is empty, malformed or holds characters that it must not"
        "see the documentation of the parameter";
    133 EndpointNotHttps "endpoint_not_https"
        "an endpoint is not an absolute https URI with a host and without a fragment"
        "use the provider's https endpoint";
    134 ScopeWithoutOpenid "scope_without_openid"
        "the scope does not hold `openid`"
        "add it: without it the request is not OpenID Connect";
    135 PromptNone "prompt_none"
        "`prompt` holds `none` beside other values"
        "ask for none alone";
    136 ResponseModeUnfit "response_mode_unfit"
        "the response mode would expose tokens in the query"
        "use `fragment` or `form_post`, or the code flow";
    137 IdTokenPending "id_token_pending"
        "the response holds an ID Token that has not been verified"
        "verify it; what came with it is released then";
    138 SecurityProfile "security_profile"
        "the request is weaker than the security profile of the client allows"
        "see `SecurityProfile` for what it asks for";
    139 SessionTooLarge "session_too_large"
        "the claims of the ID Token that later checks need do not fit into a session"
        "refuse the login: the claims are longer than any provider needs";

    // Compact form (2xx)
    200 TokenTooLong "token_too_long"
        "the token exceeds the length limit"
        "refuse it, or raise the limit in the policy";
    201 TokenCharacter "token_character"
        "the token holds a character outside A-Z a-z 0-9 - _ ."
        "pass the token alone: no white space, no padding, no `Bearer `";
    202 TokenParts "token_parts"
        "the token does not have exactly three parts"
        "pass a compact JWS";
    203 TokenEncrypted "token_encrypted"
        "the token has five parts: it is encrypted (JWE)"
        "decrypt it first";
    204 EmptyHeader "empty_header"
        "the header part is empty"
        "refuse the token";
    205 EmptyPayload "empty_payload"
        "the payload part is empty, and the profile needs claims"
        "refuse the token";
    206 EmptySignature "empty_signature"
        "the signature part is empty"
        "refuse the token";
    207 Base64Length "base64_length"
        "a part has an impossible base64url length"
        "refuse the token: it was cut or extended";
    208 Base64Trailing "base64_trailing"
        "a part has non-zero unused bits at its end"
        "refuse the token: it is not the canonical encoding";
    209 Base64Character "base64_character"
        "a value holds a character outside the base64url alphabet"
        "refuse the value";
    210 HeaderTooLong "header_too_long"
        "the decoded header exceeds the length limit"
        "refuse it, or raise the limit in the policy";

    // JSON (3xx)
    300 JsonSyntax "json_syntax"
        "the text is not JSON"
        "refuse it";
    301 JsonEnd "json_end"
        "the JSON text ends too early"
        "refuse it";
    302 JsonTrailing "json_trailing"
        "there are bytes after the JSON value"
        "refuse it";
    303 JsonUtf8 "json_utf8"
        "a JSON string is not UTF-8"
        "refuse it";
    304 JsonEscape "json_escape"
        "a JSON string holds a bad escape, a lone surrogate or a control character"
        "refuse it";
    305 JsonNumber "json_number"
        "a JSON number is malformed"
        "refuse it";
    306 JsonDepth "json_depth"
        "the JSON text nests deeper than the limit"
        "refuse it, or raise the limit in the policy";
    307 JsonMembers "json_members"
        "an object has more members than the limit"
        "refuse it, or raise the limit in the policy";
    308 JsonDuplicate "json_duplicate"
        "an object has two members of one name"
        "refuse it: readers disagree on which one counts";
    309 JsonNotObject "json_not_object"
        "the JSON value is not an object"
        "refuse it";
    310 JsonType "json_type"
        "the JSON value is of another type"
        "ask for the type it has";
    311 JsonNotFound "json_not_found"
        "the object has no such member"
        "check for presence first";
    312 JsonTooLong "json_too_long"
        "the JSON text is longer than 4 MiB"
        "refuse it";

    // Header (4xx)
    400 HeaderAlgMissing "header_alg_missing"
        "the header has no `alg`"
        "refuse the token";
    401 HeaderType "header_type"
        "a registered header member has the wrong type"
        "refuse the token";
    402 AlgorithmNotAllowed "algorithm_not_allowed"
        "the policy does not list the token's algorithm"
        "refuse the token; list the algorithm only if the issuer was registered with it";
    403 AlgorithmNone "algorithm_none"
        "the token is unsecured (`alg` is `none`) and no permit was handed over"
        "refuse the token";
    404 UnsecuredSignature "unsecured_signature"
        "an unsecured token carries a signature"
        "refuse the token";
    405 CritUnsupported "crit_unsupported"
        "the header names a critical extension; none is understood"
        "refuse the token";
    406 CritMalformed "crit_malformed"
        "`crit` is not a non-empty array of unique names of present extension members"
        "refuse the token";
    407 HeaderB64 "header_b64"
        "the header has `b64`, which is not supported"
        "refuse the token";
    408 HeaderEncryption "header_encryption"
        "the header of a JWS has `enc` or `zip`"
        "refuse the token";
    409 NestedToken "nested_token"
        "`cty` says that the claims are a nested JWT"
        "refuse the token";
    410 TypeMissing "typ_missing"
        "the token has no `typ`, and the profile needs one"
        "refuse the token";
    411 TypeMismatch "typ_mismatch"
        "`typ` names another kind of token"
        "refuse the token: it was made for another purpose";

    // Keys (5xx)
    500 KeyNotFound "key_not_found"
        "no key of the set fits the token's `kid` and algorithm"
        "fetch the key set anew, then refuse the token";
    501 KeyAmbiguous "key_ambiguous"
        "more than one key fits"
        "ask the issuer for a `kid`, or pin a key";
    502 KeyTooShort "key_too_short"
        "the HMAC key is shorter than the hash"
        "register a longer client secret";
    503 JwksMalformed "jwks_malformed"
        "the JWK Set is not an object with an array `keys`"
        "fetch the key set anew";
    504 JwksTooLong "jwks_too_long"
        "the JWK Set exceeds the length limit"
        "refuse it";
    505 JwkMalformed "jwk_malformed"
        "a member of the JWK is missing, of the wrong type or malformed"
        "refuse the key";
    506 JwkUnsupported "jwk_unsupported"
        "the key type, curve or algorithm is not supported by this build"
        "enable the feature, or use another key";
    507 JwkNotForSignatures "jwk_not_for_signatures"
        "`use` or `key_ops` exclude the key from verifying signatures"
        "use the signature key";
    508 JwkPrivate "jwk_private"
        "the JWK holds private key material"
        "publish and load the public key only";
    509 JwkAlgorithm "jwk_algorithm"
        "`alg` of the JWK does not fit its key type"
        "refuse the key";
    510 KeyEncoding "key_encoding"
        "the key's encoding is not canonical"
        "refuse the key";
    511 KeySize "key_size"
        "the key is too small or too large"
        "use RSA of 2048 to 4096 bits, HMAC of 32 to 512 bytes";
    512 KeyValue "key_value"
        "the key's value is invalid"
        "refuse the key: even modulus, bad exponent, or a point off the curve or of small order";
    513 KeyIdTooLong "key_id_too_long"
        "the `kid` is longer than 256 bytes"
        "use a shorter `kid`";
    514 PemLabel "pem_label"
        "the PEM label is not `PUBLIC KEY`"
        "pass a SubjectPublicKeyInfo";
    515 PemMalformed "pem_malformed"
        "the PEM text is malformed"
        "refuse the key";
    516 DerMalformed "der_malformed"
        "the DER structure is not a SubjectPublicKeyInfo of a supported key"
        "refuse the key";
    517 JwkMissing "jwk_missing"
        "the header of a DPoP proof holds no `jwk`"
        "refuse the proof";

    // Signature and encryption (6xx)
    600 SignatureInvalid "signature_invalid"
        "the signature does not verify"
        "refuse the token";
    610 TokenNotEncrypted "token_not_encrypted"
        "encryption was agreed on, and the token is not encrypted"
        "refuse the token";
    611 JweParts "jwe_parts"
        "the token does not have exactly five parts"
        "pass a compact JWE";
    612 EncMissing "header_enc_missing"
        "the header of a JWE has no `enc`"
        "refuse the token";
    613 EncryptionNotAllowed "encryption_not_allowed"
        "the content encryption of the token was not agreed on"
        "refuse the token; list the algorithm only if the client was registered with it";
    614 ZipUnsupported "zip_unsupported"
        "the header of a JWE has `zip`"
        "refuse the token";
    615 EpkInvalid "epk_invalid"
        "`epk` is no public key on a curve that was agreed on"
        "refuse the token";
    616 JweParameter "jwe_parameter"
        "`iv`, `tag`, `apu` or `apv` is malformed, or missing"
        "refuse the token";
    617 JweLength "jwe_length"
        "a part has not the length that its algorithm gives"
        "refuse the token: it was cut or extended";
    618 DecryptionFailed "decryption_failed"
        "the token does not decrypt"
        "refuse the token";
    619 ContentTypeMismatch "cty_mismatch"
        "`cty` of the encrypted token names no JWT"
        "refuse the token";
    620 BlindingNotSet "blinding_not_set"
        "no randomness was passed, and an RSA algorithm is listed"
        "pass 32 fresh bytes of a random generator";
    621 JwkNotForDecryption "jwk_not_for_decryption"
        "`use` or `key_ops` exclude the key from decryption"
        "use the encryption key";
    622 JwkNotPrivate "jwk_not_private"
        "the JWK lacks private key material"
        "load the private key, of RSA with `p`, `q`, `dp`, `dq` and `qi`";

    // Claims (7xx to 9xx): per claim 0 missing, 1 wrong type, from 2 its own
    700 IssuerMissing "iss_missing"
        "the required claim `iss` is missing"
        "refuse the token";
    701 IssuerType "iss_type"
        "`iss` is not a string"
        "refuse the token";
    702 IssuerMismatch "iss_mismatch"
        "`iss` is not the expected issuer"
        "refuse the token: another issuer made it";
    710 SubjectMissing "sub_missing"
        "the required claim `sub` is missing"
        "refuse the token";
    711 SubjectType "sub_type"
        "`sub` is not a string"
        "refuse the token";
    712 SubjectMismatch "sub_mismatch"
        "`sub` is not the expected subject"
        "refuse the data: they are about another user";
    713 SubjectInvalid "sub_invalid"
        "`sub` is empty, or not the 1 to 255 ASCII characters of OpenID Connect"
        "refuse the token";
    720 AudienceMissing "aud_missing"
        "the required claim `aud` is missing"
        "refuse the token";
    721 AudienceType "aud_type"
        "`aud` is not a string or a non-empty array of strings"
        "refuse the token";
    722 AudienceMismatch "aud_mismatch"
        "`aud` does not hold the expected audience"
        "refuse the token: it was made for somebody else";
    723 AudienceUntrusted "aud_untrusted"
        "`aud` holds an additional audience that the policy does not trust"
        "refuse the token, or list the audience as trusted";
    724 AudienceUnexpected "aud_unexpected"
        "the token has an `aud`, and the policy names no audience"
        "set the audience in the policy";
    730 AuthorizedPartyMissing "azp_missing"
        "the required claim `azp` is missing"
        "refuse the token";
    731 AuthorizedPartyType "azp_type"
        "`azp` is not a string"
        "refuse the token";
    732 AuthorizedPartyMismatch "azp_mismatch"
        "`azp` is not the client id"
        "refuse the token: it was issued to another client";
    740 ExpirationMissing "exp_missing"
        "the required claim `exp` is missing"
        "refuse the token";
    741 ExpirationType "exp_type"
        "`exp` is not a number"
        "refuse the token";
    742 ExpirationExpired "exp_expired"
        "the token has expired"
        "refuse the token, ask for a new one";
    743 ExpirationUndecided "exp_undecided"
        "the time interval is too wide to tell whether the token has expired"
        "synchronize the clock and try again";
    750 NotBeforeMissing "nbf_missing"
        "the required claim `nbf` is missing"
        "refuse the token";
    751 NotBeforeType "nbf_type"
        "`nbf` is not a number"
        "refuse the token";
    752 NotBeforeInFuture "nbf_in_future"
        "the token is not valid yet"
        "check the clock; refuse the token";
    753 NotBeforeUndecided "nbf_undecided"
        "the time interval is too wide to tell whether the token is valid yet"
        "synchronize the clock and try again";
    760 IssuedAtMissing "iat_missing"
        "the required claim `iat` is missing"
        "refuse the token";
    761 IssuedAtType "iat_type"
        "`iat` is not a number"
        "refuse the token";
    762 IssuedAtInFuture "iat_in_future"
        "`iat` lies in the future"
        "check the clock; refuse the token";
    763 IssuedAtUndecided "iat_undecided"
        "the time interval is too wide to judge `iat`"
        "synchronize the clock and try again";
    764 IssuedAtTooOld "iat_too_old"
        "`iat` is older than the policy allows"
        "refuse the token, ask for a new one";
    770 AuthTimeMissing "auth_time_missing"
        "the required claim `auth_time` is missing"
        "refuse the token";
    771 AuthTimeType "auth_time_type"
        "`auth_time` is not a number"
        "refuse the token";
    772 AuthTimeInFuture "auth_time_in_future"
        "`auth_time` lies in the future"
        "check the clock; refuse the token";
    773 AuthTimeUndecided "auth_time_undecided"
        "the time interval is too wide to judge `auth_time`"
        "synchronize the clock and try again";
    774 AuthTimeTooOld "auth_time_too_old"
        "the user's authentication is older than `max_age`"
        "ask the user to log in again";
    775 AuthTimeChanged "auth_time_changed"
        "`auth_time` of a refreshed ID Token is not that of the original authentication"
        "refuse the token, ask the user to log in again";
    780 NonceMissing "nonce_missing"
        "the required claim `nonce` is missing"
        "refuse the token";
    781 NonceType "nonce_type"
        "`nonce` is not a string"
        "refuse the token";
    782 NonceMismatch "nonce_mismatch"
        "`nonce` is not the one that was sent"
        "refuse the token: it was replayed or substituted";
    783 NonceUnexpected "nonce_unexpected"
        "the token has a `nonce` that is not expected or prohibited"
        "refuse the token";
    790 AcrMissing "acr_missing"
        "the required claim `acr` is missing"
        "refuse the token";
    791 AcrType "acr_type"
        "`acr` is not a string"
        "refuse the token";
    792 AcrMismatch "acr_mismatch"
        "`acr` is none of the values that were asked for"
        "refuse the token, or ask the user to step up";
    800 AmrMissing "amr_missing"
        "the required claim `amr` is missing"
        "refuse the token";
    801 AmrType "amr_type"
        "`amr` is not an array of strings"
        "refuse the token";
    810 AccessTokenHashMissing "at_hash_missing"
        "the required claim `at_hash` is missing"
        "refuse the token";
    811 AccessTokenHashType "at_hash_type"
        "`at_hash` is not a string"
        "refuse the token";
    812 AccessTokenHashMismatch "at_hash_mismatch"
        "`at_hash` does not fit the access token"
        "refuse both tokens: the access token was substituted";
    813 AccessTokenHashUnavailable "at_hash_unavailable"
        "the token's algorithm defines no hash for `at_hash`"
        "refuse the token";
    820 CodeHashMissing "c_hash_missing"
        "the required claim `c_hash` is missing"
        "refuse the token";
    821 CodeHashType "c_hash_type"
        "`c_hash` is not a string"
        "refuse the token";
    822 CodeHashMismatch "c_hash_mismatch"
        "`c_hash` does not fit the code"
        "refuse both: the code was substituted";
    823 CodeHashUnavailable "c_hash_unavailable"
        "the token's algorithm defines no hash for `c_hash`"
        "refuse the token";
    830 StateHashMissing "s_hash_missing"
        "the required claim `s_hash` is missing"
        "refuse the token";
    831 StateHashType "s_hash_type"
        "`s_hash` is not a string"
        "refuse the token";
    832 StateHashMismatch "s_hash_mismatch"
        "`s_hash` does not fit the state"
        "refuse both: the state was substituted";
    833 StateHashUnavailable "s_hash_unavailable"
        "the token's algorithm defines no hash for `s_hash`"
        "refuse the token";
    840 EventsMissing "events_missing"
        "the required claim `events` is missing"
        "refuse the token";
    841 EventsType "events_type"
        "`events` is not an object"
        "refuse the token";
    842 EventsNoLogout "events_no_logout"
        "`events` does not hold the expected event with an object value"
        "refuse the token";
    843 EventsLogout "events_logout"
        "an ID Token holds the back-channel logout event: it is a Logout Token"
        "refuse the token";
    850 SessionIdMissing "sid_missing"
        "the required claim `sid` is missing"
        "refuse the token";
    851 SessionIdType "sid_type"
        "`sid` is not a string"
        "refuse the token";
    860 TokenIdMissing "jti_missing"
        "the required claim `jti` is missing"
        "refuse the token";
    861 TokenIdType "jti_type"
        "`jti` is not a string"
        "refuse the token";
    870 ClientIdMissing "client_id_missing"
        "the required claim `client_id` is missing"
        "refuse the token";
    871 ClientIdType "client_id_type"
        "`client_id` is not a string"
        "refuse the token";
    880 ConfirmationMissing "cnf_missing"
        "the required claim `cnf` is missing"
        "refuse the token";
    881 ConfirmationType "cnf_type"
        "`cnf` is not an object"
        "refuse the token";
    882 ConfirmationUnproven "cnf_unproven"
        "the token is bound to a key, and no proof of possession was given"
        "refuse the token, or name bound tokens as bearer tokens in the policy";
    883 ConfirmationMismatch "cnf_mismatch"
        "the token is bound to another key than the proof's"
        "refuse the request";
    890 HttpMethodMissing "htm_missing"
        "the required claim `htm` is missing"
        "refuse the token";
    891 HttpMethodType "htm_type"
        "`htm` is not a string"
        "refuse the token";
    892 HttpMethodMismatch "htm_mismatch"
        "`htm` is not the request's method"
        "refuse the proof";
    900 HttpUriMissing "htu_missing"
        "the required claim `htu` is missing"
        "refuse the token";
    901 HttpUriType "htu_type"
        "`htu` is not a string"
        "refuse the token";
    902 HttpUriMismatch "htu_mismatch"
        "`htu` is not the request's URI"
        "refuse the proof";
    910 AccessTokenDigestMissing "ath_missing"
        "the required claim `ath` is missing"
        "refuse the token";
    911 AccessTokenDigestType "ath_type"
        "`ath` is not a string"
        "refuse the token";
    912 AccessTokenDigestMismatch "ath_mismatch"
        "`ath` does not fit the access token"
        "refuse the request";
    920 ClaimMissing "claim_missing"
        "a claim that the policy requires by name is missing or null"
        "refuse the token";    921 ClaimMismatch "claim_mismatch"
        "an essential claim has none of the values that were asked for"
        "refuse the token";

    // Helpers around a verification (93x replay, 94x clock)
    930 Replayed "replayed"
        "the token was seen before"
        "refuse it";
    931 ReplayFull "replay_full"
        "the replay guard holds as many tokens as it can, none of which has expired"
        "refuse the token, or enlarge the guard";
    932 ReplayState "replay_state"
        "the saved state of a replay guard is malformed or does not fit"
        "start with an empty guard, and refuse tokens issued before";
    933 ReplayForgotten "replay_forgotten"
        "the replay guard has forgotten a token that expired as late or later, and may have forgotten this one"
        "refuse the token; check the clock, which may have been ahead; newer tokens are taken";
    940 ClockStopped "clock_stopped"
        "the oscillator of the clock has stopped, or the clock was never set"
        "set the clock from a trusted source";
    941 ClockEncoding "clock_encoding"
        "the registers of the clock hold no date"
        "check the chip and the bus, then set the clock";
    942 ClockBehindFloor "clock_behind_floor"
        "the clock runs behind a time that has certainly passed"
        "set the clock from a trusted source";

    // The exchange with a provider (10xx)
    1000 ParameterMalformed "parameter_malformed"
        "the parameters are not `application/x-www-form-urlencoded`"
        "refuse the response";
    1001 ParameterDuplicate "parameter_duplicate"
        "a parameter occurs more than once"
        "refuse the response: readers disagree on which one counts";
    1002 ParameterCharset "parameter_charset"
        "a parameter is not UTF-8 or holds control characters"
        "refuse the response";
    1003 ParametersTooMany "parameters_too_many"
        "there are more than 32 parameters"
        "refuse the response";
    1004 ResponseChannel "response_channel"
        "the response came in another way than was asked for"
        "refuse the response";
    1005 StateMissing "state_missing"
        "the response has no `state`"
        "refuse the response";
    1006 StateMismatch "state_mismatch"
        "`state` is not the one that was sent"
        "refuse the response: it answers another request (CSRF)";
    1007 IssuerParameterMissing "iss_parameter_missing"
        "the response has no `iss`, and the provider always sends it"
        "refuse the response";
    1008 IssuerParameterMismatch "iss_parameter_mismatch"
        "`iss` of the response is not the issuer that was asked"
        "refuse the response: providers were mixed up";
    1009 ParameterUnexpected "parameter_unexpected"
        "the response holds a code or token that the flow does not return from there"
        "refuse the response";
    1010 ParameterMissing "parameter_missing"
        "the response lacks a code, token or value that the flow returns from there"
        "refuse the response";
    1011 ResponseNotJwt "response_not_jwt"
        "the response is plain, and a signed one was asked for"
        "refuse the response";
    1012 ResponseJwt "response_jwt"
        "the response is a JWT, and a plain one was asked for"
        "refuse the response";
    1013 ResponseMalformed "response_malformed"
        "a member of the JSON response is missing, of the wrong type or malformed"
        "refuse the response";
    1014 TokenTypeUnsupported "token_type_unsupported"
        "the type of the access token is not the one that was asked for"
        "refuse the response";
    1015 IdTokenMissing "id_token_missing"
        "the token response holds no ID Token"
        "refuse the response";
    1016 SavedState "saved_state"
        "what was saved is malformed, of another version, or belongs to another client"
        "start a new login";
    1017 ProviderError "provider_error"
        "the provider answered with an error"
        "see the error response";
    1018 MetadataIssuer "metadata_issuer"
        "the metadata are those of another issuer"
        "refuse them";
    1019 MetadataUnsupported "metadata_unsupported"
        "the provider supports nothing of what the client allows"
        "register the client for what the provider supports";
    1020 IssuerNotHttps "issuer_not_https"
        "the issuer is not an https URI without query and fragment"
        "refuse it";
    1021 TokenInactive "token_inactive"
        "the introspection response says that the token is not active"
        "refuse the token";
    1022 LogoutMismatch "logout_mismatch"
        "the logout request does not name the issuer and session that it must"
        "ignore the request";
    1023 ScopeExceeded "scope_exceeded"
        "the access token has a scope that was not asked for"
        "refuse the response";
}
