"""Each token once."""

from __future__ import annotations

import ctypes
import threading
from enum import IntEnum
from typing import Optional, Union

from . import _abi
from ._status import check, library
from ._verify import Time, Verified

_HEAD = 40
_SAVED_HEAD = 13
_SEEN = 24


class ReplayKey(IntEnum):
    """What makes a token the same token, with `iss`; of a DPoP proof, with `htu` and its key."""

    TOKEN_ID = 1
    NONCE = 2


class ReplayGuard:
    """Remembers up to `capacity` verified tokens for as long as they are accepted; full, it refuses."""

    def __init__(self, capacity: int, saved: Optional[bytes] = None) -> None:
        self._capacity = capacity
        self._memory = (ctypes.c_uint64 * ((_HEAD + capacity * _SEEN + 7) // 8))()
        self._c = ctypes.c_void_p()
        self._lock = threading.Lock()
        size = ctypes.sizeof(self._memory)
        check(library.vtok_replay_init(self._memory, size, capacity, ctypes.byref(self._c)))
        if saved is not None:
            check(library.vtok_replay_restore(self._c, _abi.Bytes.of(saved)))

    def admit(self, token: Verified, key: ReplayKey, time: Union[int, Time]) -> None:
        """Takes a verified token; one that was taken before is an `Error` named "replayed".

        Show it a DPoP proof only after the access token is verified that is bound to its key, or a stranger fills it.
        """
        interval = time if isinstance(time, Time) else Time(time, time)
        now = _abi.Time(interval.earliest, interval.latest)
        with self._lock:
            check(library.vtok_replay_admit(self._c, ctypes.byref(token._c), key, now))

    def save(self) -> bytes:
        """The state, to survive a restart."""
        out = ctypes.create_string_buffer(self._capacity * _SEEN + _SAVED_HEAD)
        size = ctypes.c_size_t()
        with self._lock:
            check(library.vtok_replay_save(self._c, out, len(out), ctypes.byref(size)))
        return out.raw[: size.value]

    def __len__(self) -> int:
        count = ctypes.c_size_t()
        with self._lock:
            check(library.vtok_replay_count(self._c, ctypes.byref(count)))
        return count.value
