"""Verification of JWS, JWT and OpenID Connect tokens.

`verify` takes a token, `Keys`, a `Policy` and the time, and returns `Verified` or raises
`Refused`, whose `report` names every check that failed. Wrong use of the library raises `Misuse`.
A login goes from `Request` to `Response`, `Authorized`, `PendingLogin`, `Login` and `Session`.
The library opens no socket and reads no clock: fetch the keys and pass the time.
Threads may share every object; `Keys` only while none of them changes it.
"""

from ._client import (
    Authentication,
    Client,
    Constraint,
    Encrypted,
    EndSession,
    Metadata,
    Method,
    ProviderEndpoint,
    ProviderList,
    Security,
)
from ._decrypt import Decryption
from ._exchange import (
    Authorized,
    Channel,
    Login,
    PendingLogin,
    PendingTokens,
    Prompt,
    ProviderError,
    Request,
    Response,
    ResponseMode,
    Session,
    Tokens,
)
from ._keys import Keys
from ._peek import Unverified, peek
from ._policy import Endpoint, Flow, Policy, Profile, Proven, Quirk
from ._replay import ReplayGuard, ReplayKey
from ._rotation import Advice, Rotation
from ._status import Error, Failure, Misuse, Refused, Report
from ._verify import Time, Verified, verify, verify_dpop, verify_unsecured
from ._version import VERSION as __version__

__all__ = [
    "Advice",
    "Authentication",
    "Authorized",
    "Channel",
    "Client",
    "Constraint",
    "Decryption",
    "Encrypted",
    "EndSession",
    "Endpoint",
    "Error",
    "Failure",
    "Flow",
    "Keys",
    "Login",
    "Metadata",
    "Method",
    "Misuse",
    "PendingLogin",
    "PendingTokens",
    "Policy",
    "Profile",
    "Prompt",
    "Proven",
    "ProviderEndpoint",
    "ProviderError",
    "ProviderList",
    "Quirk",
    "Refused",
    "ReplayGuard",
    "ReplayKey",
    "Report",
    "Request",
    "Response",
    "ResponseMode",
    "Rotation",
    "Security",
    "Session",
    "Time",
    "Tokens",
    "Unverified",
    "Verified",
    "__version__",
    "peek",
    "verify",
    "verify_dpop",
    "verify_unsecured",
]
