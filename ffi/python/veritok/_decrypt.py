"""Encrypted tokens (JWE)."""

from __future__ import annotations

import ctypes
import os
from typing import Collection, Dict, Sequence, Union

from . import _abi
from ._status import check, library

_KEY_MANAGEMENT = (
    "dir A128KW A256KW A128GCMKW A256GCMKW ECDH-ES ECDH-ES+A128KW ECDH-ES+A256KW RSA-OAEP "
    "RSA-OAEP-256".split()
)
_CONTENT_ENCRYPTION = "A128CBC-HS256 A256CBC-HS512 A128GCM A256GCM".split()
_BLINDING = 32


def _mask(known: Sequence[str], names: Collection[str]) -> int:
    bits: Dict[str, int] = {name: 1 << bit for bit, name in enumerate(known, 1)}
    return sum(bits[name] for name in set(names))


class Decryption:
    """The client's own keys, which it erases when it goes, and the algorithms agreed on.

    The library must have been built with its feature `jwe`.
    """

    def __init__(
        self,
        jwks: Sequence[Union[str, bytes]],
        key_management: Collection[str],
        content_encryption: Collection[str],
    ) -> None:
        """Private or symmetric JWKs, at most 4, each of which answers to any `kid`; names of
        RFC 7518, such as "RSA-OAEP" and "A128GCM"."""
        self._keys = _abi.DecryptionKeys()
        check(library.vtok_decryption_keys_init(ctypes.byref(self._keys)))
        self._masks = (
            _mask(_KEY_MANAGEMENT, key_management),
            _mask(_CONTENT_ENCRYPTION, content_encryption),
        )
        for jwk in jwks:
            text = jwk.encode() if isinstance(jwk, str) else bytes(jwk)
            view = _abi.Bytes.of(text)
            check(library.vtok_decryption_keys_add_jwk(ctypes.byref(self._keys), view, 1))

    def __del__(self) -> None:
        library.vtok_decryption_keys_clear(ctypes.byref(self._keys))

    def _to_c(self) -> _abi.Decryption:
        """A structure of its own for each call, as threads call at once: its randomness serves one
        token alone."""
        blinding = ctypes.create_string_buffer(os.urandom(_BLINDING), _BLINDING)
        c = _abi.Decryption(
            ctypes.sizeof(_abi.Decryption),
            *self._masks,
            ctypes.pointer(self._keys),
            ctypes.cast(blinding, ctypes.c_void_p),
        )
        # The keys are erased with `self`.
        c._alive = (blinding, self)
        return c
