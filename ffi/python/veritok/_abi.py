"""The C ABI as ctypes sees it: structures and functions of `veritok.h`, nothing else."""

from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint16, c_uint32, c_uint64, c_void_p
from typing import Optional

ABI_VERSION = 1
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
        ("reserved", c_uint32),
        ("hooks", c_void_p),
    ]


class Time(ctypes.Structure):
    _fields_ = [("earliest", c_int64), ("latest", c_int64)]


class Verified(ctypes.Structure):
    _fields_ = [
        ("is_verified", c_uint32),
        ("algorithm", c_uint32),
        ("payload", Bytes),
        ("opaque", c_uint64 * 8),
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
_FUNCTIONS = {
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
    "vtok_keys_import_jwks": (c_int32, [_KEYS, Bytes, POINTER(Imported)]),
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
    "vtok_replay_admit": (c_int32, [c_void_p, POINTER(Verified), c_uint32, Time, c_uint32]),
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
    ]
    if library.vtok_abi_version() != ABI_VERSION or any(n != ctypes.sizeof(t) for n, t in sizes):
        raise OSError(f"{path} is of another ABI version")
    return library
