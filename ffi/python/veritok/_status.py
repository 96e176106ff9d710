"""Statuses, reports, and the exceptions that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Optional, Tuple

from . import _abi

library = _abi.load()


def status_name(status: int) -> str:
    return str(library.vtok_status_name(status).decode())


def status_message(status: int) -> str:
    return str(library.vtok_status_message(status).decode())


def check_name(check: int) -> str:
    return str(library.vtok_check_name(check).decode())


@dataclass(frozen=True)
class Failure:
    """A check that failed."""

    check: str
    """The name of the check; of a claim, the claim's own."""
    status: int
    """The number of the error, which never changes its meaning."""
    name: str
    """The stable name of the error, such as "nonce_mismatch"."""
    message: str
    """What happened."""
    section: str
    """The section of the specification that asks for the check."""


@dataclass(frozen=True)
class Report:
    """What a verification found; every check is in exactly one of the sets."""

    failures: Tuple[Failure, ...]
    passed: FrozenSet[str]
    not_required: FrozenSet[str]
    not_evaluated: FrozenSet[str]
    """Not reached, or without what they need."""
    quirk: int = 0
    """The quirk that decided, a `Quirk`; 0: none."""

    @classmethod
    def _of(cls, report: _abi.Report, profile: int, flow: int = 0, endpoint: int = 0) -> "Report":
        def numbers(mask: int) -> Tuple[int, ...]:
            return tuple(n for n in range(report.checks) if mask >> n & 1)

        def names(mask: int) -> FrozenSet[str]:
            return frozenset(map(check_name, numbers(mask)))

        def failure(check: int) -> Failure:
            code = report.codes[check]
            section = library.vtok_check_section(check, profile, flow, endpoint)
            return Failure(
                check_name(check), code, status_name(code), status_message(code), section.get().decode()
            )

        return cls(
            failures=tuple(map(failure, numbers(report.failed))),
            passed=names(report.passed),
            not_required=names(report.not_required),
            not_evaluated=names(report.not_evaluated),
            quirk=report.quirk,
        )


class Error(Exception):
    """A call that did not succeed: its status, by number, name and message."""

    def __init__(self, status: int, report: Optional[Report] = None) -> None:
        super().__init__(f"{status_name(status)}: {status_message(status)}")
        self.status = status
        self.name = status_name(status)
        self.message = status_message(status)
        self.report = report


class Misuse(Error):
    """The library was used wrongly, or a policy makes no sense: the 1xx group."""


class Refused(Error):
    """A token does not fulfil its policy; `report` names every check that failed."""

    report: Report


def check(status: int, report: Optional[Report] = None) -> None:
    """Raises what a status says."""
    if status == 0:
        return
    if 100 <= status < 200:
        raise Misuse(status, report)
    if report is not None:
        raise Refused(status, report)
    raise Error(status)
