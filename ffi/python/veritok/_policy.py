"""Policies."""

from __future__ import annotations

import ctypes
import enum
from dataclasses import dataclass
from typing import Any, Collection, FrozenSet, List, Optional, Sequence, Tuple

from . import _abi


class Profile(enum.IntEnum):
    """Kinds of token."""

    ID_TOKEN = 0
    JWS = 1
    JWT = 2
    LOGOUT_TOKEN = 3
    ACCESS_TOKEN = 4
    USERINFO = 5
    AUTHORIZATION_RESPONSE = 6
    INTROSPECTION = 7
    SECURITY_EVENT = 8
    DPOP_PROOF = 9


class Quirk(enum.IntEnum):
    """How one issuer departs from the rules."""

    NONE = 0
    ENTRA_TENANT = 1
    GOOGLE_BARE_ISSUER = 2


class Proven(enum.IntEnum):
    """How the possession of a key was proven beside a token."""

    DPOP = 1
    CERTIFICATE = 2


class Flow(enum.IntEnum):
    """Flows of OpenID Connect, by `response_type`."""

    CODE_ID_TOKEN_TOKEN = 0
    CODE = 1
    ID_TOKEN = 2
    ID_TOKEN_TOKEN = 3
    CODE_ID_TOKEN = 4
    CODE_TOKEN = 5


class Endpoint(enum.IntEnum):
    """The endpoint that returned an ID Token."""

    AUTHORIZATION = 0
    TOKEN = 1


_ALGORITHMS = (
    "HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split()
)


def algorithm_name(number: int) -> Optional[str]:
    return _ALGORITHMS[number - 1] if number else None


_TEXTS = (
    "issuer audience typ nonce access_token code state subject event http_method http_uri".split()
)


@dataclass(frozen=True)
class Policy:
    """What a token must fulfil: every expectation that is set is a claim that is required.

    But for `access_token`, `code` and `state`: their hashes are required where the flow or a flag says so, and compared
    where they are there.

    The defaults are the strictest; `algorithms` must be named.
    """

    algorithms: Collection[str]
    """Names of RFC 7518 and RFC 8037, such as "RS256"; "none" is never allowed."""
    profile: Profile = Profile.ID_TOKEN
    flow: Flow = Flow.CODE_ID_TOKEN_TOKEN
    endpoint: Endpoint = Endpoint.AUTHORIZATION
    issuer: Optional[str] = None
    audience: Optional[str] = None
    """The client id, or the resource."""
    trusted_audiences: Sequence[str] = ()
    """Audiences that an ID Token may name beside the client; at most 16."""
    typ: Optional[str] = None
    nonce: Optional[str] = None
    acr_values: Optional[Sequence[str]] = None
    access_token: Optional[str] = None
    code: Optional[str] = None
    state: Optional[str] = None
    required_claims: Sequence[str] = ()
    max_age: Optional[int] = None
    """Most seconds since the user logged in."""
    max_iat_age: Optional[int] = None
    """Most seconds since the token was issued."""
    leeway: int = 0
    """Seconds of clock difference to forgive; at most 600."""
    require_at_hash: bool = False
    require_c_hash: bool = False
    require_s_hash: bool = False
    waive_exp: bool = False
    """A plain JWT may lack `exp`."""
    ignore_azp: bool = False
    bound_as_bearer: bool = False
    """An access token that is bound to a key is taken as a bearer token."""
    quirk: Quirk = Quirk.NONE
    subject: Optional[str] = None
    event: Optional[str] = None
    """The event that a security event token must hold, as a URI."""
    http_method: Optional[str] = None
    """Of a DPoP proof, and `http_uri` too: the request that it came with."""
    http_uri: Optional[str] = None
    proven_key: Optional[Tuple[Proven, str]] = None
    """The key to which the token must be bound: how it was proven, and its thumbprint."""
    max_token_len: int = 0
    """0: 65536."""
    max_header_len: int = 0
    max_members: int = 0
    max_depth: int = 0

    def _to_c(self) -> _abi.Policy:
        """The structure; what it views lives as long as it, in `_alive`."""
        alive = Views()
        view, views = alive.view, alive.views
        flags = [
            self.max_age is not None,
            self.max_iat_age is not None,
            self.require_at_hash,
            self.require_c_hash,
            self.require_s_hash,
            self.waive_exp,
            self.ignore_azp,
            self.bound_as_bearer,
        ]
        c = _abi.Policy(
            size=ctypes.sizeof(_abi.Policy),
            profile=self.profile,
            flow=self.flow,
            endpoint=self.endpoint,
            flags=sum(1 << bit for bit, is_set in enumerate(flags) if is_set),
            algorithms=algorithm_mask(self.algorithms),
            quirk=self.quirk,
            trusted_audiences=views(self.trusted_audiences),
            trusted_audiences_len=len(self.trusted_audiences),
            acr_values=views(self.acr_values),
            acr_values_len=len(self.acr_values or ()),
            required_claims=views(self.required_claims),
            required_claims_len=len(self.required_claims),
        )
        for name in _TEXTS:
            setattr(c, name, view(getattr(self, name)))
        if self.proven_key is not None:
            c.proven_key_kind = self.proven_key[0]
            c.proven_key = view(self.proven_key[1])
        for name in ("max_age", "max_iat_age"):
            setattr(c, name, natural(name, getattr(self, name) or 0))
        for name in ("leeway_exp", "leeway_nbf", "leeway_iat"):
            setattr(c, name, natural("leeway", self.leeway))
        for name in ("max_token_len", "max_header_len", "max_members", "max_depth"):
            setattr(c, name, natural(name, getattr(self, name)))
        c._alive = alive
        return c


def algorithm_mask(names: Collection[str]) -> int:
    """VTOK_ALG_... ORed together."""
    for name in names:
        if name not in _ALGORITHMS:
            raise ValueError(f"unknown algorithm: {name!r}")
    return sum({1 << _ALGORITHMS.index(name) + 1 for name in names})


def algorithm_names(mask: int) -> FrozenSet[str]:
    return frozenset(name for bit, name in enumerate(_ALGORITHMS, 1) if mask >> bit & 1)


class Views:
    """Views for a structure; what they view lives as long as this."""

    def __init__(self) -> None:
        self._alive: List[Any] = []

    def view(self, text: Optional[str]) -> _abi.Bytes:
        # "surrogatepass": text that is no Unicode is for the library to refuse.
        return self.data(None if text is None else text.encode("utf-8", "surrogatepass"))

    def data(self, data: Optional[bytes]) -> _abi.Bytes:
        self._alive.append(data)
        return _abi.Bytes.of(data)

    def views(self, texts: Optional[Sequence[str]]) -> Any:
        if texts is None:
            return None
        # One more, so that an empty list is not taken for none.
        array = (_abi.Bytes * (len(texts) + 1))(*map(self.view, texts))
        self._alive.append(array)
        return ctypes.cast(array, ctypes.POINTER(_abi.Bytes))


def natural(name: str, value: int) -> int:
    # ctypes would take it modulo 2^32.
    if not 0 <= value < 1 << 32:
        raise ValueError(f"{name} is not within 0 and 2^32 - 1: {value}")
    return value
