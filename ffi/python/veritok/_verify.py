"""Verification."""

from __future__ import annotations

import ctypes
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, List, Optional, Tuple, Union

from . import _abi
from ._keys import Keys
from ._policy import Policy, algorithm_name
from ._status import Error, Report, check, library
from ._value import scalar

_JSON_DUPLICATE, _JSON_TYPE, _NOT_FOUND = 308, 310, 311
_THUMBPRINT = 43


@dataclass(frozen=True)
class Time:
    """The interval in which the current time lies, in seconds since 1970."""

    earliest: int
    latest: int

    def not_before(self, floor: int) -> Time:
        """The part from a time on that has certainly passed, such as the build time; an interval
        that lies before it is an `Error`."""
        return self._changed(library.vtok_time_not_before, floor)

    def advanced(self, elapsed_ms: int, drift_ppm: int) -> Time:
        """The interval after so much more of a counter that runs wrong by at most so much."""
        return self._changed(library.vtok_time_advanced, elapsed_ms, drift_ppm)

    def _changed(self, function: Any, *arguments: int) -> Time:
        out = _abi.Time()
        check(function(_abi.Time(self.earliest, self.latest), *arguments, ctypes.byref(out)))
        return Time(out.earliest, out.latest)


def _members(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        check(_JSON_DUPLICATE)
    return members


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Longer than Python's limit.
        raise Error(_JSON_TYPE) from None


class Verified:
    """A token that fulfilled its policy."""

    def __init__(self, c: _abi.Verified, alive: Any, token_len: int, report: Report) -> None:
        self._c = c
        # The structure points into it.
        self._alive = alive
        # No value of the header or the payload is longer.
        self._most = token_len
        self.report = report
        """The state of every check."""
        self.algorithm: Optional[str] = algorithm_name(c.algorithm)
        """The algorithm of the signature; None for an unsecured token."""
        self.payload: bytes = c.payload.get()
        """The decoded payload."""

    @cached_property
    def claims(self) -> Dict[str, Any]:
        """All claims as Python's `json` reads them. The library has checked the grammar, and the
        names of the claims to be unique; below them, two members of one name are an `Error` named
        "json_duplicate" here, and an integer of more digits than Python takes is "json_type"."""
        first, views = _abi.Value(), (ctypes.byref(self._c), _abi.Bytes.of(b""))
        status = library.vtok_claim(*views, ctypes.byref(first))
        # Refuses the payload of a plain JWS, which nobody has read yet.
        if status != _NOT_FOUND:
            check(status)
        claims: Dict[str, Any] = json.loads(
            self.payload.decode(), object_pairs_hook=_members, parse_int=_integer
        )
        return claims

    def claim(self, name: str, language: Optional[str] = None) -> Any:
        """A string, integer, boolean or null by name, and by language (OpenID Connect Core
        section 5.2) if one is named; None if absent."""
        if language is None:
            return self._find(library.vtok_claim, name)
        return self._find(library.vtok_claim_localized, name, language)

    def claim_at(self, pointer: str) -> Any:
        """The same by JSON pointer, such as "/address/country"."""
        return self._find(library.vtok_claim_at, pointer)

    def header(self, name: str) -> Any:
        """The same of the protected header."""
        return self._find(library.vtok_header, name)

    def _find(self, function: Any, *names: str) -> Any:
        value = _abi.Value()
        texts = [name.encode() for name in names]
        views = [_abi.Bytes.of(text) for text in texts]
        status = function(ctypes.byref(self._c), *views, ctypes.byref(value))
        if status == _NOT_FOUND:
            return None
        check(status)
        return scalar(value, self._most)


def verify(
    token: Union[str, bytes], keys: Keys, policy: Policy, time: Union[int, Time]
) -> Verified:
    """Verifies a token at a time in seconds since 1970.

    Raises `Refused` with the report if it does not fulfil the policy, `Misuse` if the policy makes
    no sense.
    """
    return _run(library.vtok_verify, (keys._handle,), token, policy, time)


def verify_unsecured(token: Union[str, bytes], policy: Policy, time: Union[int, Time]) -> Verified:
    """Verifies an unsecured ID Token of the code flow, which the caller received directly from the
    token endpoint over TLS (OpenID Connect Core section 2)."""
    return _run(library.vtok_verify_unsecured, (), token, policy, time)


def verify_dpop(
    proof: Union[str, bytes], policy: Policy, time: Union[int, Time]
) -> Tuple[Verified, str]:
    """Verifies a DPoP proof (RFC 9449 section 4.3) by its own key, with a policy of the profile
    `Profile.DPOP_PROOF`. Returns the proof and the thumbprint of its key, for the `proven_key` of
    the access token's policy. Its `jti` must not have been seen before."""
    thumbprint = ctypes.create_string_buffer(_THUMBPRINT)
    verified = _run(library.vtok_verify_dpop, (), proof, policy, time, (thumbprint,))
    return verified, thumbprint.raw.decode()


def _run(
    function: Any,
    keys: Tuple[Any, ...],
    token: Union[str, bytes],
    policy: Policy,
    time: Any,
    outputs: Tuple[Any, ...] = (),
) -> Verified:
    data = token.encode("utf-8", "surrogatepass") if isinstance(token, str) else bytes(token)
    interval = time if isinstance(time, Time) else Time(time, time)
    scratch_len = library.vtok_scratch_len(len(data))
    scratch = ctypes.create_string_buffer(max(scratch_len, 1))
    c_policy, c_verified, c_report = policy._to_c(), _abi.Verified(), _abi.Report()
    status = function(
        _abi.Bytes.of(data),
        *keys,
        ctypes.byref(c_policy),
        _abi.Time(interval.earliest, interval.latest),
        scratch,
        scratch_len,
        *outputs,
        ctypes.byref(c_verified),
        ctypes.byref(c_report),
    )
    report = Report._of(c_report, c_policy.profile, c_policy.flow, c_policy.endpoint)
    check(status, report)
    return Verified(c_verified, (data, scratch), len(data), report)
