"""The C ABI as ctypes sees it: structures and functions of `veritok.h`, nothing else."""

from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint16, c_uint32, c_uint64, c_void_p
from typing import Any, Dict, List, Optional, Tuple

ABI_VERSION = 4
MAX_CHECKS = 64
MAX_SKIPPED = 16


class Bytes(ctypes.Structure):
    """A view: `{NULL, 0}` is not set. It keeps no reference: the caller holds the bytes."""

    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]

    @classmethod
    def of(cls, data: Optional[bytes]) -> "Bytes":
        if data is None:
            return cls(None, 0)
        # The buffer of a bytes object, which ends in a NUL, so that it is never NULL itself.
        return cls(ctypes.cast(c_char_p(data), c_void_p), len(data))

    def get(self) -> bytes:
        return ctypes.string_at(self.ptr, self.len) if self.ptr else b""


class Skipped(ctypes.Structure):
    _fields_ = [("position", c_uint32), ("reason", c_int32)]


class Imported(ctypes.Structure):
    _fields_ = [("added", c_uint32), ("skipped", c_uint32), ("skipped_keys", Skipped * MAX_SKIPPED)]


class Policy(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("profile", c_uint32),
        ("flow", c_uint32),
        ("endpoint", c_uint32),
        ("flags", c_uint32),
        ("algorithms", c_uint64),
        ("issuer", Bytes),
        ("audience", Bytes),
        ("trusted_audiences", POINTER(Bytes)),
        ("trusted_audiences_len", c_size_t),
        ("typ", Bytes),
        ("nonce", Bytes),
        ("acr_values", POINTER(Bytes)),
        ("acr_values_len", c_size_t),
        ("access_token", Bytes),
        ("code", Bytes),
        ("state", Bytes),
        ("required_claims", POINTER(Bytes)),
        ("required_claims_len", c_size_t),
        ("max_age", c_uint32),
        ("max_iat_age", c_uint32),
        ("leeway_exp", c_uint32),
        ("leeway_nbf", c_uint32),
        ("leeway_iat", c_uint32),
        ("max_token_len", c_uint32),
        ("max_header_len", c_uint32),
        ("max_members", c_uint32),
        ("max_depth", c_uint32),
        ("quirk", c_uint32),
        ("hooks", c_void_p),
        ("subject", Bytes),
        ("event", Bytes),
        ("http_method", Bytes),
        ("http_uri", Bytes),
        ("proven_key", Bytes),
        ("proven_key_kind", c_uint32),
        ("reserved", c_uint32),
    ]


class Time(ctypes.Structure):
    _fields_ = [("earliest", c_int64), ("latest", c_int64)]


class Verified(ctypes.Structure):
    _fields_ = [
        ("is_verified", c_uint32),
        ("algorithm", c_uint32),
        ("payload", Bytes),
        ("opaque", c_uint64 * 10),
    ]


class Place(ctypes.Structure):
    _fields_ = [("start", c_uint32), ("end", c_uint32)]


class Report(ctypes.Structure):
    _fields_ = [
        ("failed", c_uint64),
        ("passed", c_uint64),
        ("not_required", c_uint64),
        ("not_evaluated", c_uint64),
        ("key_hints", c_uint32),
        ("checks", c_uint32),
        ("quirk", c_uint32),
        ("reserved", c_uint32),
        ("codes", c_uint16 * MAX_CHECKS),
        ("places", Place * MAX_CHECKS),
    ]


class Value(ctypes.Structure):
    _fields_ = [
        ("kind", c_uint32),
        ("reserved", c_uint32),
        ("json", Bytes),
        ("opaque", c_uint64 * 8),
    ]


class Unverified(ctypes.Structure):
    _fields_ = [("opaque", c_uint64 * 16)]


_KEYS = c_void_p
_FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "vtok_abi_version": (c_uint32, []),
    "vtok_version": (c_uint32, []),
    "vtok_keys_size": (c_size_t, [c_size_t, c_size_t]),
    "vtok_policy_size": (c_size_t, []),
    "vtok_report_size": (c_size_t, []),
    "vtok_verified_size": (c_size_t, []),
    "vtok_value_size": (c_size_t, []),
    "vtok_keys_init": (c_int32, [c_void_p, c_size_t, c_size_t, POINTER(_KEYS)]),
    "vtok_keys_clear": (c_int32, [_KEYS]),
    "vtok_keys_count": (c_int32, [_KEYS, POINTER(c_size_t)]),
    "vtok_keys_add_tables": (c_int32, [_KEYS, c_uint32, POINTER(c_uint32)]),
    "vtok_keys_import_jwks": (c_int32, [_KEYS, Bytes, POINTER(Imported)]),
    "vtok_keys_replace_jwks": (c_int32, [_KEYS, Bytes, POINTER(Imported)]),
    "vtok_keys_pin_jwk": (c_int32, [_KEYS, Bytes]),
    "vtok_keys_add_secret": (c_int32, [_KEYS, Bytes, Bytes]),
    "vtok_keys_add_rsa": (c_int32, [_KEYS, Bytes, Bytes, Bytes]),
    "vtok_keys_add_point": (c_int32, [_KEYS, c_uint32, Bytes, Bytes, Bytes]),
    "vtok_keys_add_sec1": (c_int32, [_KEYS, c_uint32, Bytes, Bytes]),
    "vtok_keys_add_ed25519": (c_int32, [_KEYS, Bytes, Bytes]),
    "vtok_keys_add_spki": (c_int32, [_KEYS, c_uint32, Bytes, Bytes]),
    "vtok_keys_add_pem": (c_int32, [_KEYS, c_uint32, Bytes, Bytes]),
    "vtok_keys_thumbprint": (c_int32, [_KEYS, c_size_t, c_char_p]),
    "vtok_algorithms": (c_uint64, []),
    "vtok_scratch_len": (c_size_t, [c_size_t]),
    "vtok_verify": (
        c_int32,
        [Bytes, _KEYS, POINTER(Policy), Time, c_void_p, c_size_t, POINTER(Verified), POINTER(Report)],
    ),
    "vtok_verify_unsecured": (
        c_int32,
        [Bytes, POINTER(Policy), Time, c_void_p, c_size_t, POINTER(Verified), POINTER(Report)],
    ),
    "vtok_header": (c_int32, [POINTER(Verified), Bytes, POINTER(Value)]),
    "vtok_claim": (c_int32, [POINTER(Verified), Bytes, POINTER(Value)]),
    "vtok_claim_localized": (c_int32, [POINTER(Verified), Bytes, Bytes, POINTER(Value)]),
    "vtok_claim_at": (c_int32, [POINTER(Verified), Bytes, POINTER(Value)]),
    "vtok_claim_by_index": (c_int32, [POINTER(Verified), c_size_t, POINTER(Value), POINTER(Value)]),
    "vtok_value_member": (c_int32, [POINTER(Value), Bytes, POINTER(Value)]),
    "vtok_value_element": (c_int32, [POINTER(Value), c_size_t, POINTER(Value)]),
    "vtok_value_string": (c_int32, [POINTER(Value), c_void_p, c_size_t, POINTER(c_size_t)]),
    "vtok_value_integer": (c_int32, [POINTER(Value), POINTER(c_int64)]),
    "vtok_value_date": (c_int32, [POINTER(Value), POINTER(c_int64)]),
    "vtok_replay_init": (c_int32, [c_void_p, c_size_t, c_size_t, POINTER(c_void_p)]),
    "vtok_replay_admit": (c_int32, [c_void_p, POINTER(Verified), c_uint32, Time]),
    "vtok_replay_count": (c_int32, [c_void_p, POINTER(c_size_t)]),
    "vtok_replay_save": (c_int32, [c_void_p, c_void_p, c_size_t, POINTER(c_size_t)]),
    "vtok_replay_restore": (c_int32, [c_void_p, Bytes]),
    "vtok_time_not_before": (c_int32, [Time, c_int64, POINTER(Time)]),
    "vtok_time_advanced": (c_int32, [Time, c_uint64, c_uint32, POINTER(Time)]),
    "vtok_time_of_rtc": (c_int32, [c_uint32, Bytes, c_uint32, c_uint32, POINTER(Time)]),
    "vtok_peek": (c_int32, [Bytes, POINTER(Unverified)]),
    "vtok_unverified_header": (c_int32, [POINTER(Unverified), Bytes, POINTER(Value)]),
    "vtok_unverified_claim": (c_int32, [POINTER(Unverified), Bytes, POINTER(Value)]),
    "vtok_status_name": (c_char_p, [c_int32]),
    "vtok_status_message": (c_char_p, [c_int32]),
    "vtok_check_name": (c_char_p, [c_uint32]),
    "vtok_check_section": (Bytes, [c_uint32, c_uint32, c_uint32, c_uint32]),
}


class DecryptionKeys(ctypes.Structure):
    _fields_ = [("opaque", c_uint64 * 1056)]


class Decryption(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("key_management", c_uint32),
        ("content_encryption", c_uint32),
        ("keys", POINTER(DecryptionKeys)),
        ("blinding", c_void_p),
    ]


class Client(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("algorithms", c_uint64),
        ("response_algorithms", c_uint64),
        ("userinfo_algorithms", c_uint64),
        ("security_profile", c_uint32),
        ("issuer_parameter", c_uint32),
        ("sender_constraint", c_uint32),
        ("quirk", c_uint32),
        ("flags", c_uint32),
        ("leeway_exp", c_uint32),
        ("leeway_nbf", c_uint32),
        ("leeway_iat", c_uint32),
        ("max_token_len", c_uint32),
        ("max_header_len", c_uint32),
        ("max_members", c_uint32),
        ("max_depth", c_uint32),
        ("issuer", Bytes),
        ("client_id", Bytes),
        ("redirect_uri", Bytes),
        ("authorization_endpoint", Bytes),
        ("trusted_audiences", POINTER(Bytes)),
        ("trusted_audiences_len", c_size_t),
        ("hooks", c_void_p),
        ("decryption", POINTER(Decryption)),
    ]


class EndSession(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("endpoint", Bytes),
        ("id_token_hint", Bytes),
        ("logout_hint", Bytes),
        ("client_id", Bytes),
        ("post_logout_redirect_uri", Bytes),
        ("state", Bytes),
        ("ui_locales", Bytes),
    ]


class ClientAuth(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("method", c_uint32), ("reserved", c_uint32), ("value", Bytes)]


class RequestOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("flow", c_uint32),
        ("response_mode", c_uint32),
        ("prompt", c_uint32),
        ("flags", c_uint32),
        ("max_age", c_uint32),
        ("reserved", c_uint32),
        ("scope", Bytes),
        ("acr_values", Bytes),
        ("login_hint", Bytes),
        ("id_token_hint", Bytes),
        ("ui_locales", Bytes),
        ("claims", Bytes),
        ("dpop_thumbprint", Bytes),
    ]


class ErrorResponse(ctypes.Structure):
    _fields_ = [
        ("code", c_uint32),
        ("reserved", c_uint32),
        ("text", Bytes),
        ("description", Bytes),
        ("uri", Bytes),
    ]


class Response(ctypes.Structure):
    _fields_ = [
        ("has_id_token", c_uint32),
        ("reserved", c_uint32),
        ("session_state", Bytes),
        ("opaque", c_uint64 * 18),
    ]


class Authorized(ctypes.Structure):
    _fields_ = [
        ("id_token", Verified),
        ("code", Bytes),
        ("access_token", Bytes),
        ("opaque", c_uint64 * 26),
    ]


class PendingLogin(ctypes.Structure):
    _fields_ = [("opaque", c_uint64 * 38)]


class Tokens(ctypes.Structure):
    _fields_ = [
        ("token_type", c_uint32),
        ("has_expires_in", c_uint32),
        ("expires_in", c_uint32),
        ("reserved", c_uint32),
        ("access_token", Bytes),
        ("refresh_token", Bytes),
        ("scope", Bytes),
    ]


class Login(ctypes.Structure):
    _fields_ = [("id_token", Verified), ("tokens", Tokens), ("opaque", c_uint64 * 24)]


class PendingTokens(ctypes.Structure):
    _fields_ = [("opaque", c_uint64 * 20)]


class VerifiedTokens(ctypes.Structure):
    _fields_ = [("id_token", Verified), ("tokens", Tokens), ("opaque", c_uint64 * 24)]


class Metadata(ctypes.Structure):
    _fields_ = [
        ("flags", c_uint32),
        ("reserved", c_uint32),
        ("issuer", Bytes),
        ("opaque", c_uint64 * 208),
    ]


class RotationRules(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("cooldown", c_uint32),
        ("lifetime", c_uint32),
        ("least_lifetime", c_uint32),
        ("most_lifetime", c_uint32),
        ("max_age", c_uint32),
        ("unknown_for", c_uint32),
    ]


class Rotation(ctypes.Structure):
    _fields_ = [("opaque", c_uint64 * 144)]


_CLIENT = POINTER(Client)
_OUT = [c_void_p, c_size_t, POINTER(c_size_t)]
_JUDGE = [_KEYS, Time, c_void_p, c_size_t]
_FUNCTIONS.update({
    "vtok_client_size": (c_size_t, []),
    "vtok_request_options_size": (c_size_t, []),
    "vtok_authorized_size": (c_size_t, []),
    "vtok_login_size": (c_size_t, []),
    "vtok_metadata_size": (c_size_t, []),
    "vtok_rotation_size": (c_size_t, []),
    "vtok_verify_dpop": (
        c_int32,
        [Bytes, POINTER(Policy), Time, c_void_p, c_size_t, c_char_p, POINTER(Verified), POINTER(Report)],
    ),
    "vtok_decryption_keys_init": (c_int32, [POINTER(DecryptionKeys)]),
    "vtok_decryption_keys_clear": (c_int32, [POINTER(DecryptionKeys)]),
    "vtok_decryption_keys_add_jwk": (c_int32, [POINTER(DecryptionKeys), Bytes, c_uint32]),
    "vtok_end_session_url": (c_int32, [POINTER(EndSession), *_OUT]),
    "vtok_end_session_returned": (c_int32, [POINTER(EndSession), c_void_p, c_size_t]),
    "vtok_wipe": (c_int32, [c_void_p, c_size_t]),
    "vtok_request_init": (c_int32, [_CLIENT, POINTER(RequestOptions), Bytes, *_OUT]),
    "vtok_request_url": (c_int32, [_CLIENT, Bytes, *_OUT]),
    "vtok_request_push": (c_int32, [_CLIENT, Bytes, POINTER(ClientAuth), *_OUT]),
    "vtok_request_pushed_url": (c_int32, [_CLIENT, Bytes, Bytes, *_OUT]),
    "vtok_request_signed_url": (c_int32, [_CLIENT, Bytes, Bytes, *_OUT]),
    "vtok_response_read": (
        c_int32,
        [_CLIENT, Bytes, c_void_p, c_size_t, c_uint32, POINTER(Response), POINTER(ErrorResponse)],
    ),
    "vtok_response_read_jwt": (
        c_int32,
        [_CLIENT, Bytes, c_void_p, c_size_t, c_uint32, *_JUDGE]
        + [POINTER(Response), POINTER(ErrorResponse), POINTER(Report)],
    ),
    "vtok_response_without_id_token": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Response), POINTER(Authorized)],
    ),
    "vtok_response_verify": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Response), *_JUDGE, POINTER(Authorized), POINTER(Report)],
    ),
    "vtok_login_from_authorization": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Authorized), POINTER(Login)],
    ),
    "vtok_token_request": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Authorized), POINTER(ClientAuth), *_OUT],
    ),
    "vtok_token_response": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Authorized), c_void_p, c_size_t]
        + [POINTER(PendingLogin), POINTER(ErrorResponse)],
    ),
    "vtok_login_verify": (
        c_int32,
        [_CLIENT, Bytes, POINTER(PendingLogin), *_JUDGE, POINTER(Login), POINTER(Report)],
    ),
    "vtok_login_session": (c_int32, [_CLIENT, Bytes, POINTER(Login), *_OUT]),
    "vtok_session_userinfo": (c_int32, [_CLIENT, Bytes, Bytes, POINTER(Verified)]),
    "vtok_session_userinfo_jwt": (
        c_int32,
        [_CLIENT, Bytes, Bytes, *_JUDGE, POINTER(Verified), POINTER(Report)],
    ),
    "vtok_session_is_ended_by": (
        c_int32,
        [_CLIENT, Bytes, POINTER(Verified), POINTER(c_uint32)],
    ),
    "vtok_refresh_request": (c_int32, [_CLIENT, Bytes, Bytes, POINTER(ClientAuth), *_OUT]),
    "vtok_authorization_header": (c_int32, [POINTER(ClientAuth), Bytes, *_OUT]),
    "vtok_refresh_response": (
        c_int32,
        [_CLIENT, Bytes, c_void_p, c_size_t, POINTER(PendingTokens), POINTER(ErrorResponse)],
    ),
    "vtok_refresh_verify": (
        c_int32,
        [_CLIENT, Bytes, POINTER(PendingTokens), *_JUDGE, POINTER(VerifiedTokens), POINTER(Report)],
    ),
    "vtok_device_response": (
        c_int32,
        [_CLIENT, c_void_p, c_size_t, POINTER(PendingTokens), POINTER(ErrorResponse)],
    ),
    "vtok_device_verify": (
        c_int32,
        [_CLIENT, POINTER(PendingTokens), *_JUDGE, POINTER(VerifiedTokens), POINTER(Report)],
    ),
    "vtok_metadata_url": (c_int32, [Bytes, *_OUT]),
    "vtok_metadata_read": (c_int32, [c_void_p, c_size_t, Bytes, POINTER(Metadata)]),
    "vtok_metadata_endpoint": (c_int32, [POINTER(Metadata), c_uint32, POINTER(Bytes)]),
    "vtok_metadata_supports": (c_int32, [POINTER(Metadata), c_uint32, Bytes, POINTER(c_uint32)]),
    "vtok_metadata_supports_flow": (c_int32, [POINTER(Metadata), c_uint32, POINTER(c_uint32)]),
    "vtok_metadata_narrow": (
        c_int32,
        [POINTER(Metadata), c_uint32, c_uint64, POINTER(c_uint64)],
    ),
    "vtok_rotation_init": (c_int32, [POINTER(RotationRules), POINTER(Rotation)]),
    "vtok_rotation_advise": (
        c_int32,
        [POINTER(Rotation), _KEYS, Bytes, c_uint64, POINTER(c_uint32)],
    ),
    "vtok_rotation_fetched": (c_int32, [POINTER(Rotation), c_uint64, c_int64, Bytes]),
    "vtok_rotation_not_modified": (c_int32, [POINTER(Rotation), c_uint64, c_int64]),
    "vtok_rotation_failed": (c_int32, [POINTER(Rotation), c_uint64]),
    "vtok_rotation_etag": (c_int32, [POINTER(Rotation), POINTER(Bytes)]),
    "vtok_rotation_next_fetch": (c_int32, [POINTER(Rotation), POINTER(c_uint64)]),
})


def find() -> pathlib.Path:
    """The library: named by the environment, inside the package, or the checkout's."""
    named = os.environ.get("VERITOK_LIBRARY")
    if named:
        return pathlib.Path(named)
    package = pathlib.Path(__file__).resolve().parent
    inside = package / "libveritok.so"
    if inside.exists():
        return inside
    checkout = package.parents[2] / "target/release/libveritok.so"
    if checkout.exists():
        return checkout
    raise OSError(
        "libveritok.so not found: run `cargo build --release -p veritok-ffi`, or set VERITOK_LIBRARY"
    )


def load() -> ctypes.CDLL:
    """The library, with the types of its functions; its structures must be those of this file."""
    path = find()
    library = ctypes.CDLL(str(path))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    sizes = [
        (library.vtok_policy_size(), Policy),
        (library.vtok_report_size(), Report),
        (library.vtok_verified_size(), Verified),
        (library.vtok_value_size(), Value),
        (library.vtok_client_size(), Client),
        (library.vtok_request_options_size(), RequestOptions),
        (library.vtok_authorized_size(), Authorized),
        (library.vtok_login_size(), Login),
        (library.vtok_metadata_size(), Metadata),
        (library.vtok_rotation_size(), Rotation),
    ]
    if library.vtok_abi_version() != ABI_VERSION or any(n != ctypes.sizeof(t) for n, t in sizes):
        raise OSError(f"{path} is of another ABI version")
    return library
