"""Key sets."""

from __future__ import annotations

import ctypes
from typing import Callable, List, Optional, Tuple, Union

from . import _abi
from ._status import check, library, status_name

_FAMILIES = {"HMAC": 1, "RSA": 2, "P-256": 3, "P-384": 4, "P-521": 5, "Ed25519": 6}
_MOST_PER_KEY = 2 * (4096 // 8 + 8) + 256
"""Bytes that the largest key, RSA of 4096 bits, and the longest `kid` take."""


def _bytes(text: Union[str, bytes]) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


class Keys:
    """A key set in memory of its own, which it erases when it goes.

    Many threads may verify with it at once while none changes it, which no lock prevents: where
    they share it, make another for new keys and put it in its place.
    """

    def __init__(self, max_keys: int = 16, value_bytes: Optional[int] = None) -> None:
        """Room for `max_keys` keys, whose values and `kid`s take `value_bytes` in all.

        A provider's set that `replace_jwks` replaces needs room twice.
        """
        if value_bytes is None:
            value_bytes = max_keys * _MOST_PER_KEY
        size = library.vtok_keys_size(max_keys, value_bytes)
        self._memory = (ctypes.c_uint64 * (size // 8 + 1))()
        self._handle = ctypes.c_void_p()
        self.skipped: List[Tuple[int, str]] = []
        """Keys that imports have left out: position and reason; at most 16 an import."""
        check(library.vtok_keys_init(self._memory, size, max_keys, ctypes.byref(self._handle)))

    @classmethod
    def from_jwks(cls, jwks: Union[str, bytes], max_keys: int = 64) -> "Keys":
        """The keys of a JWK Set."""
        keys = cls(max_keys)
        keys.import_jwks(jwks)
        return keys

    @classmethod
    def from_secret(cls, secret: Union[str, bytes]) -> "Keys":
        """A client secret of 32 bytes or more, for HMAC."""
        keys = cls(1)
        keys.add_secret(secret)
        return keys

    def __del__(self) -> None:
        # Not made where `__init__` has failed.
        if getattr(self, "_handle", None):
            library.vtok_keys_clear(self._handle)

    def __len__(self) -> int:
        count = ctypes.c_size_t()
        check(library.vtok_keys_count(self._handle, ctypes.byref(count)))
        return int(count.value)

    def import_jwks(self, jwks: Union[str, bytes]) -> int:
        """Adds the keys of a JWK Set and returns how many; what is not understood is skipped.

        What earlier sets brought stays: for one that is fetched anew there is `replace_jwks`.
        """
        return self._import(library.vtok_keys_import_jwks, jwks)

    def replace_jwks(self, jwks: Union[str, bytes]) -> int:
        """Puts the keys of a JWK Set in the place of all that JWK Sets brought before.

        What a provider has withdrawn is trusted no longer; keys that were pinned or added one by one
        stay. Returns how many keys the new set has brought; they have no tables before `add_tables`.
        When it raises, the set is as it was. The old keys go when the new ones are all there: there
        must be room for both beside the tables made so far, or it raises `Misuse` ("storage_full").
        """
        return self._import(library.vtok_keys_replace_jwks, jwks)

    def _import(self, function: Callable[..., int], jwks: Union[str, bytes]) -> int:
        text, imported = _bytes(jwks), _abi.Imported()
        view = _abi.Bytes.of(text)
        check(function(self._handle, view, ctypes.byref(imported)))
        listed = imported.skipped_keys[: min(imported.skipped, _abi.MAX_SKIPPED)]
        self.skipped += [(each.position, status_name(each.reason)) for each in listed]
        return int(imported.added)

    def add_tables(self, blocks: int = 4) -> int:
        """Makes tables for the keys on curves that have none, as far as there is room.

        Returns how many. `value_bytes` of the constructor must count them in.
        """
        made = ctypes.c_uint32()
        check(library.vtok_keys_add_tables(self._handle, blocks, ctypes.byref(made)))
        return int(made.value)

    def pin_jwk(self, jwk: Union[str, bytes]) -> None:
        """Adds one JWK, which answers to any `kid`."""
        self._add("pin_jwk", _bytes(jwk))

    def add_secret(self, secret: Union[str, bytes], kid: Optional[str] = None) -> None:
        """Adds an HMAC key; without a `kid` it answers to any, as all below."""
        self._add_named("add_secret", kid, _bytes(secret))

    def add_rsa(self, n: bytes, e: bytes, kid: Optional[str] = None) -> None:
        """Adds an RSA key by its big-endian modulus and exponent."""
        self._add_named("add_rsa", kid, n, e)

    def add_point(self, family: str, x: bytes, y: bytes, kid: Optional[str] = None) -> None:
        """Adds a point on "P-256", "P-384" or "P-521" by its coordinates."""
        self._add_named("add_point", kid, x, y, family=family)

    def add_sec1(self, family: str, point: bytes, kid: Optional[str] = None) -> None:
        """Adds a point in SEC1 form."""
        self._add_named("add_sec1", kid, point, family=family)

    def add_ed25519(self, key: bytes, kid: Optional[str] = None) -> None:
        """Adds an Ed25519 public key of 32 bytes."""
        self._add_named("add_ed25519", kid, key)

    def add_spki(self, family: str, der: bytes, kid: Optional[str] = None) -> None:
        """Adds a DER SubjectPublicKeyInfo of "RSA", "P-256", "P-384", "P-521" or "Ed25519"."""
        self._add_named("add_spki", kid, der, family=family)

    def add_pem(self, family: str, pem: Union[str, bytes], kid: Optional[str] = None) -> None:
        """Adds a PEM text with the label PUBLIC KEY."""
        self._add_named("add_pem", kid, _bytes(pem), family=family)

    def clear(self) -> None:
        """Removes all keys and erases their values."""
        check(library.vtok_keys_clear(self._handle))

    def thumbprint(self, index: int) -> bytes:
        """The SHA-256 thumbprint (RFC 7638) of a key, in the order in which keys were added."""
        out = ctypes.create_string_buffer(32)
        check(library.vtok_keys_thumbprint(self._handle, index, out))
        return out.raw

    def _add_named(self, name: str, kid: Optional[str], *parts: bytes, family: str = "") -> None:
        self._add(name, *parts, None if kid is None else kid.encode(), family=family)

    def _add(self, name: str, *parts: Optional[bytes], family: str = "") -> None:
        first = [_FAMILIES[family]] if family else []
        # `parts` keeps the bytes alive through the call.
        views = [_abi.Bytes.of(part) for part in parts]
        check(getattr(library, f"vtok_keys_{name}")(self._handle, *first, *views))
