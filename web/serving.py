"""Serve the page: on this machine alone unless TLS protects the way, or somebody says that something else does."""

import gc
import ipaddress
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from desk.home import Home
from dossier.errors import ExitCode, JuanzongError
from web.app import build

STOP_SECONDS: Final = 10
KEEP_ALIVE_SECONDS: Final = 65
AT_ONCE: Final = 400
"""Connections beyond this are told to come back; each one in work holds a thread and maybe a page's picture."""
SWITCH_SECONDS: Final = 0.0005
"""How long a thread keeps the interpreter while others wait: those that read rows ask for it again after each one."""

GARBAGE: Final = (20_000, 20, 100)
"""How seldom the collector looks for cycles: going through all that is kept of a large archive stops everybody."""


class WayUnprotected(JuanzongError):
    """The page would be reachable from other machines without TLS."""

    exit_code = ExitCode.USAGE
    wording = "web.way-unprotected"


class CertificateHalf(JuanzongError):
    """A certificate was given without its key, or the reverse, or one of them cannot be read."""

    exit_code = ExitCode.USAGE
    wording = "web.certificate-half"


class AddressTaken(JuanzongError):
    """The address cannot be listened on."""

    exit_code = ExitCode.USAGE
    wording = "web.address-taken"


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Where the page is served. ``behind_proxy``: a proxy on this machine ends TLS and says who asks."""

    host: str = "127.0.0.1"
    port: int = 8421
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    without_tls: bool = False

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = "localhost" if self.host in {"127.0.0.1", "::1"} else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}/"

    def check(self) -> None:
        """Refuse what would send papers over the network in the clear.

        Raises:
            CertificateHalf, WayUnprotected
        """
        given = [file for file in (self.certificate, self.key) if file is not None]
        if len(given) == 1 or any(not file.is_file() for file in given):
            raise CertificateHalf(file=", ".join(map(str, given)))
        if not given and not is_loopback(self.host) and not (self.behind_proxy or self.without_tls):
            raise WayUnprotected(host=self.host)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(home: Home, settings: ServeSettings) -> None:
    """Serve the page until the process is told to end; requests in work are finished first.

    Raises:
        CertificateHalf, WayUnprotected: the way would not be protected.
        NoHome, SettingsWrong: there is no archive.
        AddressTaken: another program has the address, or it is none of this machine's.
    """
    settings.check()
    home.settings()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GARBAGE)
    server = uvicorn.Server(
        uvicorn.Config(
            build(home),
            host=settings.host,
            port=settings.port,
            ssl_certfile=str(settings.certificate) if settings.certificate else None,
            ssl_keyfile=str(settings.key) if settings.key else None,
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips="127.0.0.1,::1" if settings.behind_proxy else None,
            # An address names dossiers and documents; the record says who saw what, a log of addresses must not.
            access_log=False,
            log_level="warning",
            server_header=False,
            limit_concurrency=AT_ONCE,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    try:
        server.run()
    except SystemExit as ended:
        raise AddressTaken(host=settings.host, port=settings.port) from ended
