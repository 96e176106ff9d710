"""Verification of JWS, JWT and OpenID Connect tokens.

`verify` takes a token, `Keys`, a `Policy` and the time, and returns `Verified` or raises
`Refused`, whose `report` names every check that failed. Wrong use of the library raises `Misuse`.
The library opens no socket and reads no clock: fetch the keys and pass the time.
"""

from ._keys import Keys
from ._peek import Unverified, peek
from ._policy import Endpoint, Flow, Policy, Profile
from ._replay import ReplayGuard, ReplayKey
from ._status import Error, Failure, Misuse, Refused, Report
from ._verify import Time, Verified, verify, verify_unsecured
from ._version import VERSION as __version__

__all__ = [
    "Endpoint",
    "Error",
    "Failure",
    "Flow",
    "Keys",
    "Misuse",
    "Policy",
    "Profile",
    "Refused",
    "ReplayGuard",
    "ReplayKey",
    "Report",
    "Time",
    "Unverified",
    "Verified",
    "__version__",
    "peek",
    "verify",
    "verify_unsecured",
]
