"""The relying party as one provider knows it, and what the provider says of itself."""

from __future__ import annotations

import ctypes
import enum
from dataclasses import dataclass
from typing import Any, Collection, FrozenSet, Optional, Sequence, Tuple, Union

from . import _abi
from ._decrypt import Decryption
from ._policy import Flow, Quirk, Views, algorithm_mask, algorithm_names, natural
from ._status import check, library

_NOT_FOUND = 311


class Security(enum.IntEnum):
    """Security profiles."""

    FAPI2 = 0
    FAPI1_ADVANCED = 1
    OPENID = 2


class Constraint(enum.IntEnum):
    """To what access tokens are bound."""

    DPOP = 0
    CERTIFICATE = 1
    NONE = 2


class Encrypted(enum.IntFlag):
    """Tokens that a provider encrypts for a client."""

    ID_TOKEN = 2
    """ID Tokens and Logout Tokens."""
    USERINFO = 4
    RESPONSE = 8


class Method(enum.IntEnum):
    """How a client authenticates at the provider's endpoints."""

    ASSERTION = 0
    CERTIFICATE = 1
    SECRET_BASIC = 2
    SECRET_POST = 3
    NONE = 4


def write(function: Any, *arguments: Any, capacity: int = 1 << 16) -> bytes:
    """Calls a function whose last arguments are buffer, capacity and length."""
    out, length = ctypes.create_string_buffer(capacity), ctypes.c_size_t()
    check(function(*arguments, out, capacity, ctypes.byref(length)))
    written = out.raw[: length.value]
    library.vtok_wipe(out, capacity)
    return written


@dataclass(frozen=True)
class Authentication:
    """A client's authentication: the value is an assertion or a secret."""

    method: Method = Method.NONE
    value: Optional[str] = None

    def header(self, client_id: str) -> str:
        """The value of the header `Authorization` for `client_secret_basic`; else empty."""
        views = Views()
        c = self._to_c(views)
        view = views.view(client_id)
        return write(library.vtok_authorization_header, ctypes.byref(c), view).decode()

    def _to_c(self, views: Views) -> _abi.ClientAuth:
        size = ctypes.sizeof(_abi.ClientAuth)
        return _abi.ClientAuth(size=size, method=self.method, value=views.view(self.value))


@dataclass(frozen=True)
class Client:
    """What one provider knows the relying party as, and what is expected of all its tokens. The
    defaults are the strictest."""

    issuer: str
    client_id: str
    redirect_uri: str
    authorization_endpoint: str
    algorithms: Collection[str]
    """Of ID Tokens and Logout Tokens."""
    response_algorithms: Collection[str] = ()
    """Of signed authorization responses; empty: the same."""
    userinfo_algorithms: Collection[str] = ()
    """Of signed UserInfo, if that was agreed on: plain UserInfo is refused then."""
    security: Security = Security.FAPI2
    constraint: Constraint = Constraint.DPOP
    requires_issuer_parameter: bool = True
    """Whether responses must name the issuer (RFC 9207)."""
    quirk: Quirk = Quirk.NONE
    trusted_audiences: Sequence[str] = ()
    ignore_azp: bool = False
    requires_logout_session: bool = True
    """Whether front-channel logout requests must name issuer and session."""
    leeway: int = 0
    """Seconds of clock difference to forgive; at most 600."""
    encrypted: Encrypted = Encrypted(0)
    """What comes without encryption is refused."""
    decryption: Optional[Decryption] = None

    def _to_c(self) -> _abi.Client:
        views = Views()
        c = _abi.Client(
            size=ctypes.sizeof(_abi.Client),
            algorithms=algorithm_mask(self.algorithms),
            response_algorithms=algorithm_mask(self.response_algorithms),
            userinfo_algorithms=algorithm_mask(self.userinfo_algorithms),
            security_profile=self.security,
            issuer_parameter=0 if self.requires_issuer_parameter else 1,
            sender_constraint=self.constraint,
            quirk=self.quirk,
            flags=(
                (1 if self.ignore_azp else 0)
                | self.encrypted
                | (0 if self.requires_logout_session else 16)
            ),
            trusted_audiences=views.views(self.trusted_audiences),
            trusted_audiences_len=len(self.trusted_audiences),
        )
        for name in ("leeway_exp", "leeway_nbf", "leeway_iat"):
            setattr(c, name, natural("leeway", self.leeway))
        for name in ("issuer", "client_id", "redirect_uri", "authorization_endpoint"):
            setattr(c, name, views.view(getattr(self, name)))
        decryption = None if self.decryption is None else self.decryption._to_c()
        if decryption is not None:
            c.decryption = ctypes.pointer(decryption)
        c._alive = (views, decryption)
        return c


@dataclass(frozen=True)
class EndSession:
    """A request to end the session at the provider (RP-Initiated Logout section 2)."""

    endpoint: str
    id_token_hint: Optional[str] = None
    logout_hint: Optional[str] = None
    client_id: Optional[str] = None
    post_logout_redirect_uri: Optional[str] = None
    state: Optional[str] = None
    """A value that must come back."""
    ui_locales: Optional[str] = None

    def url(self) -> str:
        """Where to send the user."""
        views = Views()
        return write(library.vtok_end_session_url, ctypes.byref(self._to_c(views))).decode()

    def check_return(self, query: Union[str, bytes]) -> None:
        """Checks the query of the return: `state` as it was sent."""
        data, views = query.encode() if isinstance(query, str) else bytes(query), Views()
        buffer, c = ctypes.create_string_buffer(data, max(len(data), 1)), self._to_c(views)
        check(library.vtok_end_session_returned(ctypes.byref(c), buffer, len(data)))

    def _to_c(self, views: Views) -> _abi.EndSession:
        texts = {name: views.view(text) for name, text in vars(self).items()}
        return _abi.EndSession(size=ctypes.sizeof(_abi.EndSession), **texts)


class ProviderEndpoint(enum.IntEnum):
    """Endpoints of a provider's metadata."""

    AUTHORIZATION = 1
    TOKEN = 2
    USERINFO = 3
    KEYS = 4
    PUSHED_AUTHORIZATION = 5
    DEVICE_AUTHORIZATION = 6
    INTROSPECTION = 7
    REVOCATION = 8
    REGISTRATION = 9
    END_SESSION = 10
    CHECK_SESSION = 11


class ProviderList(enum.IntEnum):
    """Lists of a provider's metadata."""

    RESPONSE_TYPES = 1
    RESPONSE_MODES = 2
    GRANT_TYPES = 3
    SUBJECT_TYPES = 4
    SCOPES = 5
    CLAIMS = 6
    ACR_VALUES = 7
    ID_TOKEN_ALGORITHMS = 8
    USERINFO_ALGORITHMS = 9
    RESPONSE_ALGORITHMS = 10
    ID_TOKEN_ENCRYPTION = 11
    AUTHENTICATION_METHODS = 12
    CODE_CHALLENGE_METHODS = 13
    DPOP_ALGORITHMS = 14
    PROMPT_VALUES = 15


class Metadata:
    """What a provider says of itself (OpenID Connect Discovery section 4.3)."""

    def __init__(self, json: Union[str, bytes], issuer: str) -> None:
        data = json.encode() if isinstance(json, str) else bytes(json)
        # The structure points into it.
        self._buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        self._c = _abi.Metadata()
        views = Views()
        check(
            library.vtok_metadata_read(
                self._buffer, len(data), views.view(issuer), ctypes.byref(self._c)
            )
        )
        self.sends_issuer_parameter = bool(self._c.flags & 1)
        self.requires_pushed_requests = bool(self._c.flags & 2)
        self.binds_tokens_to_certificates = bool(self._c.flags & 4)

    @staticmethod
    def url(issuer: str) -> str:
        """Where an issuer's metadata are."""
        views = Views()
        return write(library.vtok_metadata_url, views.view(issuer)).decode()

    def endpoint(self, endpoint: ProviderEndpoint) -> Optional[str]:
        out = _abi.Bytes()
        found = self._find(library.vtok_metadata_endpoint, endpoint, ctypes.byref(out))
        return out.get().decode() if found else None

    def supports(self, listed: ProviderList, value: str) -> Optional[bool]:
        """None: there is no such list."""
        out, views = ctypes.c_uint32(), Views()
        arguments: Tuple[Any, ...] = (listed, views.view(value), ctypes.byref(out))
        return bool(out.value) if self._find(library.vtok_metadata_supports, *arguments) else None

    def supports_flow(self, flow: Flow) -> bool:
        out = ctypes.c_uint32()
        self._find(library.vtok_metadata_supports_flow, flow, ctypes.byref(out))
        return bool(out.value)

    def narrow(self, listed: ProviderList, allowed: Collection[str]) -> FrozenSet[str]:
        """Which of the algorithms the list names too; raises when none is left."""
        out = ctypes.c_uint64()
        mask = algorithm_mask(allowed)
        check(
            library.vtok_metadata_narrow(ctypes.byref(self._c), listed, mask, ctypes.byref(out))
        )
        return algorithm_names(out.value)

    def _find(self, function: Any, *arguments: Any) -> bool:
        status = function(ctypes.byref(self._c), *arguments)
        if status != _NOT_FOUND:
            check(status)
        return bool(status != _NOT_FOUND)
