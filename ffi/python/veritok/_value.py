"""JSON values of the library as Python's own."""

from __future__ import annotations

import ctypes
from typing import Any

from . import _abi
from ._status import check, library

_STRING, _NUMBER = 5, 4
_PLAIN = {1: None, 2: True, 3: False}


def string(value: _abi.Value, most: int) -> str:
    """A string of at most `most` bytes."""
    out, length = ctypes.create_string_buffer(most), ctypes.c_size_t()
    check(library.vtok_value_string(ctypes.byref(value), out, most, ctypes.byref(length)))
    return out.raw[: length.value].decode()


def scalar(value: _abi.Value, most: int) -> Any:
    """A string, an integer, a boolean or None; TypeError for all else."""
    if value.kind in _PLAIN:
        return _PLAIN[value.kind]
    if value.kind == _STRING:
        return string(value, most)
    if value.kind == _NUMBER:
        number = ctypes.c_int64()
        check(library.vtok_value_integer(ctypes.byref(value), ctypes.byref(number)))
        return number.value
    raise TypeError("an array or an object")
