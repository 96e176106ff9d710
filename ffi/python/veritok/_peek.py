"""A look at a token before it is verified."""

from __future__ import annotations

import ctypes
from typing import Any, Union

from . import _abi
from ._status import check, library
from ._value import scalar

_NOT_FOUND = 311


class Unverified:
    """A token that nobody has verified: whoever sent it chose every value in it."""

    def __init__(self, token: bytes) -> None:
        # The structure points into the bytes.
        self._token = token
        self._c = _abi.Unverified()
        check(library.vtok_peek(_abi.Bytes.of(token), ctypes.byref(self._c)))

    def unverified_header(self, name: str) -> Any:
        """A header member, such as `kid`; None if absent."""
        return self._find(library.vtok_unverified_header, name)

    def unverified_claim(self, name: str) -> Any:
        """A claim, such as `iss`; None if absent."""
        return self._find(library.vtok_unverified_claim, name)

    def _find(self, function: Any, name: str) -> Any:
        value, text = _abi.Value(), name.encode()
        status = function(ctypes.byref(self._c), _abi.Bytes.of(text), ctypes.byref(value))
        if status == _NOT_FOUND:
            return None
        check(status)
        return scalar(value, len(self._token))


def peek(token: Union[str, bytes]) -> Unverified:
    """Splits a token and reads its header, to find out whose keys it needs."""
    return Unverified(token.encode() if isinstance(token, str) else bytes(token))
