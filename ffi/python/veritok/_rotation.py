"""When to fetch a provider's key set."""

from __future__ import annotations

import ctypes
import enum
import threading
from typing import Optional

from . import _abi
from ._keys import Keys
from ._policy import Views
from ._status import check, library


class Advice(enum.IntEnum):
    """What to do with a token, before it is verified."""

    DENY = 0
    USE = 1
    REFRESH_NOW = 2
    REFRESH_LATER = 3


class Rotation:
    """Drives the fetching of one provider's key set. Times are seconds of any clock that does not
    run backwards; a time of 0 is the default. Threads may share it."""

    def __init__(
        self,
        *,
        cooldown: int = 0,
        lifetime: int = 0,
        least_lifetime: int = 0,
        most_lifetime: int = 0,
        max_age: int = 0,
        unknown_for: int = 0,
    ) -> None:
        rules = _abi.RotationRules(
            ctypes.sizeof(_abi.RotationRules),
            cooldown,
            lifetime,
            least_lifetime,
            most_lifetime,
            max_age,
            unknown_for,
        )
        self._c = _abi.Rotation()
        # ctypes lets other threads run during a call.
        self._lock = threading.Lock()
        check(library.vtok_rotation_init(ctypes.byref(rules), ctypes.byref(self._c)))

    def advise(self, keys: Keys, kid: Optional[str], now: int) -> Advice:
        """What to do with a token of this `kid`, with these keys at hand."""
        out, views = ctypes.c_uint32(), Views()
        this, view = ctypes.byref(self._c), views.view(kid)
        with self._lock:
            check(library.vtok_rotation_advise(this, keys._handle, view, now, ctypes.byref(out)))
        return Advice(out.value)

    def fetched(self, now: int, lifetime: Optional[int] = None, etag: Optional[str] = None) -> None:
        """The set was fetched, and the keys at hand are its keys alone.

        To call after `Keys.replace_jwks` has taken the set (`import_jwks` adds, so that keys which
        the provider has withdrawn would stay trusted); if that raises, call `failed`.
        """
        views = Views()
        told = -1 if lifetime is None else lifetime
        this, view = ctypes.byref(self._c), views.view(etag)
        with self._lock:
            check(library.vtok_rotation_fetched(this, now, told, view))

    def not_modified(self, now: int, lifetime: Optional[int] = None) -> None:
        """The provider says that the set at hand is still the one."""
        told = -1 if lifetime is None else lifetime
        with self._lock:
            check(library.vtok_rotation_not_modified(ctypes.byref(self._c), now, told))

    def failed(self, now: int) -> None:
        """The fetch failed, or its set was refused: the keys at hand stay."""
        with self._lock:
            check(library.vtok_rotation_failed(ctypes.byref(self._c), now))

    @property
    def etag(self) -> str:
        """For `If-None-Match`; empty when there is none."""
        out = _abi.Bytes()
        # The view is of the structure itself.
        with self._lock:
            check(library.vtok_rotation_etag(ctypes.byref(self._c), ctypes.byref(out)))
            etag = out.get()
        return etag.decode()

    @property
    def next_fetch(self) -> int:
        """When the next fetch may be made."""
        out = ctypes.c_uint64()
        with self._lock:
            check(library.vtok_rotation_next_fetch(ctypes.byref(self._c), ctypes.byref(out)))
        return out.value
