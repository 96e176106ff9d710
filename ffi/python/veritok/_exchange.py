"""A login from the request to the session, and what comes after it."""

from __future__ import annotations

import ctypes
import enum
import os
from dataclasses import dataclass
from typing import Any, Dict, Optional, Sequence, Tuple, Union

from . import _abi
from ._client import Authentication, Client, write
from ._keys import Keys
from ._policy import Endpoint, Flow, Profile, Views, natural
from ._status import Error, Report, check, library
from ._verify import Time, Verified

_SAVED_STATE = 1016
_PROVIDER_ERROR = 1017
_RANDOM = 96
_SESSION = 1024


class ResponseMode(enum.IntEnum):
    """How a response comes."""

    QUERY = 1
    FRAGMENT = 2
    FORM_POST = 3
    QUERY_JWT = 4
    FRAGMENT_JWT = 5
    FORM_POST_JWT = 6


class Prompt(enum.IntFlag):
    """What the provider shall show the user."""

    NONE = 1
    LOGIN = 2
    CONSENT = 4
    SELECT_ACCOUNT = 8


class Channel(enum.IntEnum):
    """Where the parameters of a response came from."""

    QUERY = 1
    FRAGMENT = 2
    FORM_POST = 3


class ProviderError(Error):
    """The provider answered with an error, in its own words: show them to no one as yours."""

    def __init__(self, denied: _abi.ErrorResponse) -> None:
        super().__init__(_PROVIDER_ERROR)
        self.code: str = denied.text.get().decode()
        """`error`, such as "access_denied"."""
        self.description: str = denied.description.get().decode()
        self.uri: str = denied.uri.get().decode()


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint has granted."""

    access_token: str
    token_type: str
    expires_in: Optional[int]
    refresh_token: Optional[str]
    scope: Optional[str]

    @classmethod
    def _of(cls, c: _abi.Tokens) -> Optional["Tokens"]:
        if not c.token_type:
            return None
        return cls(
            _required(c.access_token),
            "Bearer" if c.token_type == 1 else "DPoP",
            c.expires_in if c.has_expires_in else None,
            _text(c.refresh_token),
            _text(c.scope),
        )


def _text(view: _abi.Bytes) -> Optional[str]:
    return view.get().decode() if view.ptr else None


def _required(view: _abi.Bytes) -> str:
    return view.get().decode()


class _Buffer:
    """Bytes that the library may write to."""

    def __init__(self, data: Union[str, bytes]) -> None:
        data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
        self.len = len(data)
        self.bytes = ctypes.create_string_buffer(data, max(self.len, 1))


class _Caller:
    """How the library is called for a client, whose steps belong to nothing else."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._c = client._to_c()

    def first(self, c: Optional[_abi.Client] = None) -> Tuple[Any, ...]:
        """The first arguments of each call."""
        return (ctypes.byref(self._c if c is None else c),)

    def call(self, function: Any, *arguments: Any) -> None:
        def lend(argument: Any) -> Any:
            by_value = isinstance(argument, _abi.Bytes)
            is_object = isinstance(argument, ctypes.Structure) and not by_value
            return ctypes.byref(argument) if is_object else argument

        denied = arguments[-1] if isinstance(arguments[-1], _abi.ErrorResponse) else None
        lent = map(lend, arguments)
        status = function(*self.first(), *lent)
        if status == _PROVIDER_ERROR and denied is not None:
            raise ProviderError(denied)
        check(status)

    def judge(
        self,
        function: Any,
        before: Sequence[Any],
        keys: Keys,
        time: Union[int, Time],
        room: int,
        outputs: Sequence[ctypes.Structure],
        names: Tuple[int, int, int],
    ) -> Tuple[Any, Report]:
        """Runs a verification; the scratch buffer and the report."""
        # What decrypts is another for each call.
        c = self._c if self.client.decryption is None else self.client._to_c()
        interval = time if isinstance(time, Time) else Time(time, time)
        scratch, report = ctypes.create_string_buffer(max(room, 1)), _abi.Report()
        status = function(
            *self.first(c),
            *before,
            keys._handle,
            _abi.Time(interval.earliest, interval.latest),
            scratch,
            max(room, 1),
            *map(ctypes.byref, outputs),
            ctypes.byref(report),
        )
        denied = outputs[-1]
        if status == _PROVIDER_ERROR and isinstance(denied, _abi.ErrorResponse):
            raise ProviderError(denied)
        told = Report._of(report, *names)
        check(status, told)
        return scratch, told


class _Owner(_Caller):
    """The request or the session that a step belongs to, by its saved form."""

    def __init__(self, client: Client, state: bytes) -> None:
        super().__init__(client)
        # What a look-up has not found is no state.
        if not state:
            check(_SAVED_STATE)
        self.state = state

    def first(self, c: Optional[_abi.Client] = None) -> Tuple[Any, ...]:
        return (*super().first(c), _abi.Bytes.of(self.state))


class Request:
    """An authentication request; `bytes(request)` is its saved form, which holds secrets."""

    def __init__(self, client: Client, flow: Flow, saved: bytes) -> None:
        """A request from its saved form, for an equal client."""
        self.flow = flow
        self._owner = _Owner(client, saved)

    @classmethod
    def new(
        cls,
        client: Client,
        flow: Flow = Flow.CODE,
        *,
        scope: str = "openid",
        response_mode: Optional[ResponseMode] = None,
        prompt: Optional[Prompt] = None,
        max_age: Optional[int] = None,
        random: Optional[bytes] = None,
        **texts: Optional[str],
    ) -> "Request":
        """A new request. `texts`: acr_values, login_hint, id_token_hint, ui_locales, claims,
        dpop_thumbprint. `random` is for tests alone."""
        views = Views()
        options = _abi.RequestOptions(
            size=ctypes.sizeof(_abi.RequestOptions),
            flow=flow,
            response_mode=response_mode or 0,
            prompt=prompt or 0,
            flags=0 if max_age is None else 1,
            max_age=natural("max_age", max_age or 0),
        )
        for name, text in {"scope": scope, **texts}.items():
            if name not in dict(_abi.RequestOptions._fields_[7:]):
                raise TypeError(f"no option of a request: {name}")
            setattr(options, name, views.view(text))
        c = client._to_c()
        view = views.data(os.urandom(_RANDOM) if random is None else random)
        saved = write(
            library.vtok_request_init, ctypes.byref(c), ctypes.byref(options), view
        )
        return cls(client, flow, saved)

    def __bytes__(self) -> bytes:
        return self._owner.state

    def url(self) -> str:
        """Where to send the user."""
        return self._write(library.vtok_request_url)

    def push(self, authentication: Authentication) -> str:
        """The body of a pushed authorization request (RFC 9126)."""
        views = Views()
        return self._write(library.vtok_request_push, ctypes.byref(authentication._to_c(views)))

    def pushed_url(self, request_uri: str) -> str:
        """Where to send the user after a push."""
        views = Views()
        return self._write(library.vtok_request_pushed_url, views.view(request_uri))

    def signed_url(self, request_object: str) -> str:
        """Where to send the user with a signed request object (RFC 9101)."""
        views = Views()
        return self._write(library.vtok_request_signed_url, views.view(request_object))

    def _write(self, function: Any, *arguments: Any) -> str:
        return write(function, *self._owner.first(), *arguments).decode()

    def response(self, parameters: Union[str, bytes], channel: Channel) -> "Response":
        """Reads the response: the parameters as they came, without `?` or `#`."""
        buffer, c = _Buffer(parameters), _abi.Response()
        denied = _abi.ErrorResponse()
        self._owner.call(
            library.vtok_response_read, buffer.bytes, buffer.len, channel, c, denied
        )
        return Response(self, c, (buffer,), buffer.len)

    def response_jwt(
        self, parameters: Union[str, bytes], channel: Channel, keys: Keys, time: Union[int, Time]
    ) -> "Response":
        """Verifies and reads a signed response (JARM section 2.4)."""
        buffer, c = _Buffer(parameters), _abi.Response()
        scratch, _ = self._owner.judge(
            library.vtok_response_read_jwt,
            (buffer.bytes, buffer.len, channel),
            keys,
            time,
            buffer.len,
            (c, _abi.ErrorResponse()),
            (Profile.AUTHORIZATION_RESPONSE, 0, 0),
        )
        return Response(self, c, (buffer, scratch), buffer.len)


class Response:
    """A response that answers its request; what it holds is not released yet."""

    def __init__(self, request: Request, c: _abi.Response, buffers: Any, room: int) -> None:
        self._request, self._c, self._buffers, self._room = request, c, buffers, room
        self.has_id_token = bool(c.has_id_token)
        self.session_state = _text(c.session_state)

    def without_id_token(self) -> "Authorized":
        """Goes on where the flow returns no ID Token from the authorization endpoint."""
        c = _abi.Authorized()
        self._request._owner.call(library.vtok_response_without_id_token, self._c, c)
        return Authorized(self._request, c, (self._buffers, self._c), self._room, None)

    def verify(self, keys: Keys, time: Union[int, Time]) -> "Authorized":
        """Verifies the ID Token that came with the response."""
        c = _abi.Authorized()
        scratch, report = self._request._owner.judge(
            library.vtok_response_verify,
            (ctypes.byref(self._c),),
            keys,
            time,
            self._room,
            (c,),
            (Profile.ID_TOKEN, self._request.flow, Endpoint.AUTHORIZATION),
        )
        return Authorized(self._request, c, (self._buffers, scratch), self._room, report)


class Authorized:
    """A response of which everything that came through the browser is verified."""

    def __init__(
        self,
        request: Request,
        c: _abi.Authorized,
        buffers: Any,
        room: int,
        report: Optional[Report],
    ) -> None:
        self._request, self._c, self._buffers, self._report = request, c, buffers, report
        self._room = room
        self.code = _text(c.code)
        self.access_token = _text(c.access_token)
        self.id_token = _verified(c.id_token, (self,), room, report)

    def token_request(self, authentication: Authentication = Authentication()) -> str:
        """The body of the token request."""
        views = Views()
        auth = ctypes.byref(authentication._to_c(views))
        this = ctypes.byref(self._c)
        return self._request._write(library.vtok_token_request, this, auth)

    def token_response(self, json: Union[str, bytes]) -> "PendingLogin":
        """Reads the token response; what it holds is released by `PendingLogin.verify`."""
        buffer, c = _Buffer(json), _abi.PendingLogin()
        denied = _abi.ErrorResponse()
        self._request._owner.call(
            library.vtok_token_response, self._c, buffer.bytes, buffer.len, c, denied
        )
        return PendingLogin(self._request, c, (self, buffer), buffer.len)

    def login(self) -> "Login":
        """Ends the login here: the implicit flow."""
        c = _abi.Login()
        self._request._owner.call(library.vtok_login_from_authorization, self._c, c)
        return Login(self._request, c, (self,), self._room, self._report)


class PendingLogin:
    """A token response whose ID Token is not verified yet."""

    def __init__(self, request: Request, c: _abi.PendingLogin, buffers: Any, room: int) -> None:
        self._request, self._c, self._buffers, self._room = request, c, buffers, room

    def verify(self, keys: Keys, time: Union[int, Time]) -> "Login":
        """Verifies the ID Token; after `key_not_found`, try again with fresh keys."""
        c = _abi.Login()
        scratch, report = self._request._owner.judge(
            library.vtok_login_verify,
            (ctypes.byref(self._c),),
            keys,
            time,
            self._room,
            (c,),
            (Profile.ID_TOKEN, self._request.flow, Endpoint.TOKEN),
        )
        return Login(self._request, c, (self._buffers, scratch), self._room, report)


def _verified(
    c: _abi.Verified, alive: Any, room: int, report: Optional[Report]
) -> Optional[Verified]:
    """A token that came in `room` bytes."""
    if not c.is_verified:
        return None
    report = report or Report((), frozenset(), frozenset(), frozenset())
    return Verified(c, alive, room, report)


class Login:
    """A user is logged in: every check of the flow has passed."""

    def __init__(
        self, request: Request, c: _abi.Login, buffers: Any, room: int, report: Optional[Report]
    ) -> None:
        self._request, self._c, self._buffers = request, c, buffers
        id_token = _verified(c.id_token, (self,), room, report)
        assert id_token is not None
        self.id_token: Verified = id_token
        self.tokens = Tokens._of(c.tokens)

    @property
    def claims(self) -> Dict[str, Any]:
        """The claims of the ID Token."""
        return self.id_token.claims

    def session(self) -> "Session":
        """What later steps need of this login."""
        owner, this = self._request._owner, ctypes.byref(self._c)
        saved = write(library.vtok_login_session, *owner.first(), this, capacity=_SESSION)
        return Session(owner.client, saved)


class Session:
    """What a login leaves behind; `bytes(session)` is its saved form, which must be kept where the
    user cannot write."""

    def __init__(self, client: Client, saved: bytes) -> None:
        """A session from its saved form; without one, an `Error` named "saved_state"."""
        self._owner = _Owner(client, saved)

    def __bytes__(self) -> bytes:
        return self._owner.state

    def userinfo(self, json: Union[str, bytes]) -> Verified:
        """Reads a plain UserInfo response, which must be of this user."""
        data = json.encode() if isinstance(json, str) else bytes(json)
        c = _abi.Verified()
        self._owner.call(library.vtok_session_userinfo, _abi.Bytes.of(data), c)
        return _userinfo(c, (data,), len(data), None)

    def userinfo_jwt(
        self, token: Union[str, bytes], keys: Keys, time: Union[int, Time]
    ) -> Verified:
        """Verifies a signed UserInfo response."""
        data = token.encode("utf-8", "surrogatepass") if isinstance(token, str) else bytes(token)
        c = _abi.Verified()
        scratch, report = self._owner.judge(
            library.vtok_session_userinfo_jwt,
            (_abi.Bytes.of(data),),
            keys,
            time,
            len(data),
            (c,),
            (Profile.USERINFO, 0, 0),
        )
        return _userinfo(c, (data, scratch), len(data), report)

    def is_ended_by(self, logout_token: Verified) -> bool:
        """Whether a verified Logout Token ends this session."""
        out = ctypes.c_uint32()
        this = ctypes.byref(logout_token._c)
        self._owner.call(library.vtok_session_is_ended_by, this, ctypes.byref(out))
        return bool(out.value)

    def refresh_request(
        self,
        refresh_token: str,
        authentication: Authentication = Authentication(),
        scope: Optional[str] = None,
    ) -> str:
        """The body of a request for a new access token."""
        views = Views()
        texts = map(views.view, (refresh_token, scope))
        client, auth = self._owner._c, authentication._to_c(views)
        arguments = (ctypes.byref(client), *texts, ctypes.byref(auth))
        return write(library.vtok_refresh_request, *arguments).decode()

    def refresh_response(self, json: Union[str, bytes]) -> "PendingTokens":
        """Reads the response to a refresh; what it holds is released by `PendingTokens.verify`."""
        of_session = (library.vtok_refresh_response, library.vtok_refresh_verify)
        return PendingTokens(self._owner, json, of_session)


def _userinfo(c: _abi.Verified, alive: Any, room: int, report: Optional[Report]) -> Verified:
    verified = _verified(c, alive, room, report)
    assert verified is not None
    return verified


class PendingTokens:
    """The tokens of a refresh or a device, whose ID Token is not verified yet."""

    def __init__(
        self, owner: _Caller, json: Union[str, bytes], functions: Tuple[Any, Any]
    ) -> None:
        buffer, self._c = _Buffer(json), _abi.PendingTokens()
        self._owner, self._buffer = owner, buffer
        read, self._verify = functions
        owner.call(read, buffer.bytes, buffer.len, self._c, _abi.ErrorResponse())

    @classmethod
    def of_device(cls, client: Client, json: Union[str, bytes]) -> "PendingTokens":
        """The token response of a device (RFC 8628), which no session precedes: whoever has typed
        the code in is logged in."""
        functions = (library.vtok_device_response, library.vtok_device_verify)
        return cls(_Caller(client), json, functions)

    def verify(
        self, keys: Keys, time: Union[int, Time]
    ) -> Tuple[Tokens, Optional[Verified]]:
        """Verifies the ID Token if there is one: the tokens, and the ID Token."""
        c = _abi.VerifiedTokens()
        scratch, report = self._owner.judge(
            self._verify,
            (ctypes.byref(self._c),),
            keys,
            time,
            self._buffer.len,
            (c,),
            (Profile.ID_TOKEN, Flow.CODE, Endpoint.TOKEN),
        )
        tokens = Tokens._of(c.tokens)
        assert tokens is not None
        return tokens, _verified(c.id_token, (self, c, scratch), self._buffer.len, report)

