"""The line from a station to the archive's machine: calls signed by the station, over TLS that is always checked."""

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlsplit

import httpx

from dossier.errors import ExitCode, JuanzongError
from vault.calls import Request, sign_call
from vault.private import Station

CONNECT_SECONDS: Final = 10.0
SECONDS: Final = 120.0
"""Between two signs of life; a finish reads everything back before it answers."""
MOST_ANSWER_BYTES: Final = 4 * 1024 * 1024
_API: Final = "/api/v1/station"
_OFF_TIME: Final = "station.call-off-time"
_LATER: Final = frozenset({408, 425, 429})


class AddressUnfit(JuanzongError):
    """What was given is no address of an archive's page (fact: ``address``)."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE
    wording: ClassVar[str] = "station.address-unfit"


class WayInTheClear(AddressUnfit):
    """The address is of another machine, and has no TLS."""

    wording = "station.way-in-the-clear"


class TrustUnreadable(JuanzongError):
    """The file of certificates to trust cannot be read (fact: ``file``)."""

    exit_code = ExitCode.USAGE
    wording = "station.trust-unreadable"


class LineDown(JuanzongError):
    """The archive's machine does not answer, or cannot keep anything now: it is tried again."""

    exit_code = ExitCode.VAULT
    wording = "station.line-down"


class SendingRefused(JuanzongError):
    """The archive's machine refuses what this station sends, and says why (facts: ``address``, ``reason``)."""

    exit_code = ExitCode.REFUSED
    wording = "station.sending-refused"


class Line:
    """Calls the archive's machine at ``address``; use as a context.

    ``ca_file`` is trusted in place of the system's; refusals are said in ``lang``.
    """

    def __init__(
        self,
        address: str,
        archive: str,
        station: Station,
        *,
        ca_file: Path | None = None,
        lang: str = "en",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare the line; nothing is sent yet.

        Raises:
            AddressUnfit, WayInTheClear: nothing is ever sent there.
            TrustUnreadable
        """
        self.address = checked_address(address)
        self._archive = archive
        self._station = station
        self._clock = clock
        self._ahead = timedelta()
        """How far the clock of the archive's machine is ahead of ours."""
        try:
            trust = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        except (OSError, ssl.SSLError) as fault:
            raise TrustUnreadable(file=ca_file) from fault
        timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        said = {"accept-language": lang}
        self._client = httpx.Client(verify=trust, timeout=timeout, headers=said, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def hello(self) -> Mapping[str, Any]:
        """Return what the archive's machine says of itself: its public keys, the time, how large a piece may be.

        Raises:
            LineDown, SendingRefused
        """
        return self._call("GET", "/hello")

    def begin(self, capture: str, envelopes: bytes) -> Mapping[str, Any]:
        """Begin a capture, or learn how far it has come.

        Raises:
            LineDown, SendingRefused
        """
        return self._call("POST", f"/captures/{capture}", envelopes)

    def piece(self, capture: str, role: str, offset: int, octets: bytes) -> Mapping[str, Any]:
        """Send a piece of an object and return how far the capture has come.

        Raises:
            LineDown, SendingRefused
        """
        return self._call("POST", f"/captures/{capture}/objects/{role}?offset={offset}", octets)

    def finish(self, capture: str) -> Mapping[str, Any]:
        """Ask for a capture to be stored and return how far it has come.

        Raises:
            LineDown, SendingRefused
        """
        return self._call("POST", f"/captures/{capture}/finish")

    def _call(self, method: str, target: str, body: bytes = b"") -> Mapping[str, Any]:
        answer = self._once(method, _API + target, body)
        if answer.status_code == httpx.codes.FORBIDDEN and self._learn_time(answer):
            answer = self._once(method, _API + target, body)
        if answer.status_code in _LATER or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise LineDown(address=self.address, fault=_reason(answer))
        if answer.status_code != httpx.codes.OK:
            raise SendingRefused(address=self.address, reason=_reason(answer))
        return _body(answer, self.address)

    def _once(self, method: str, target: str, body: bytes) -> httpx.Response:
        header = sign_call(self._station, self._archive, Request(method, target, body), self._clock() + self._ahead)
        headers = {"authorization": header, "content-type": "application/octet-stream"}
        try:
            return self._client.request(method, self.address + target, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise LineDown(address=self.address, fault=str(fault) or type(fault).__name__) from fault

    def _learn_time(self, answer: httpx.Response) -> bool:
        """Go by the other machine's clock where it refused ours: the answer came over a way that is checked."""
        body = _body(answer, self.address)
        if body.get("reason") != _OFF_TIME:
            return False
        try:
            self._ahead = datetime.fromisoformat(str(body["now"])) - self._clock()
        except (KeyError, ValueError, TypeError):
            return False
        return True


def checked_address(address: str) -> str:
    """Return the address of an archive's page without what follows its port.

    Raises:
        AddressUnfit: it is no such address.
        WayInTheClear: it has no TLS, and is of another machine.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressUnfit(address=address) from error
    plain = not (parts.query or parts.fragment or parts.username or parts.password) and parts.path in {"", "/"}
    if parts.scheme not in {"http", "https"} or not host or not plain:
        raise AddressUnfit(address=address)
    if parts.scheme == "http" and not _is_loopback(host):
        raise WayInTheClear(address=address)
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        said = f"HTTP {answer.status_code}"
    return str(said)[:500]


def _body(answer: httpx.Response, address: str) -> Mapping[str, Any]:
    try:
        found = answer.json() if len(answer.content) <= MOST_ANSWER_BYTES else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LineDown(address=address, fault=f"HTTP {answer.status_code}")
    return found
