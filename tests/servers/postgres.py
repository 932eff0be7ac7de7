"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, on a socket there, mostly on no network.

PostgreSQL refuses to run as root, so root starts it as the account ``postgres`` (or ``nobody``). Nothing is synced.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "logging_collector": "off",
}
_numbers = count(1)


def missing() -> str | None:
    """Return why no server can be started here, or None."""
    if _programs() is None:
        return "PostgreSQL is not installed: scripts/system-packages.sh test"
    if os.geteuid() == 0 and _account() is None:
        return "root has no unprivileged account to start PostgreSQL as"
    return None


@dataclass(slots=True)
class Postgres:
    """A cluster. ``stop``, ``kill`` and ``start`` it as often as a test likes; ``remove`` it at the end."""

    folder: Path
    host: str = ""
    """The address of a network where it listens as well."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings other than tests have."""

    @staticmethod
    def make(host: str = "", settings: Mapping[str, str] | None = None, *, folder: Path | None = None) -> "Postgres":
        """Make a cluster and start it; in a temporary folder, unless told where."""
        # The path of a socket is at most 107 octets long, and pytest's folders are deep and closed to other accounts.
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="jz-pg-"))
        folder.mkdir(parents=True, exist_ok=True)
        account = _account()
        if os.geteuid() == 0 and account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o700)
        made = Postgres(folder, host, settings or {})
        arguments = ["-D", str(made.data), "-U", "juanzong", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made.run("initdb", arguments)
        if host:
            with (made.data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {host}/24 trust\n")
        made.start()
        return made

    @property
    def data(self) -> Path:
        """The cluster's files."""
        return self.folder / "data"

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://juanzong@/{database}?host={self.host or self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {**_SETTINGS, "listen_addresses": self.host, **self.settings}
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())
        self.run("pg_ctl", ["-D", str(self.data), "-w", "-t", "60", "-l", str(self.folder / "log"), "-o",
                            f"{options} -k {self.folder}", "start"])  # fmt: skip

    def stop(self) -> None:
        """Stop it at once; connections break, what was committed stays."""
        self.run("pg_ctl", ["-D", str(self.data), "-m", "fast", "-w", "stop"])

    def kill(self) -> None:
        """Stop it as a power cut would."""
        main = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(main, signal.SIGQUIT)
        self.run("pg_ctl", ["-D", str(self.data), "-m", "immediate", "-w", "stop"], may_fail=True)

    def database(self, like: str | None = None) -> str:
        """Make a database, empty or like the one of another address, and return its address."""
        name = f"archive{next(_numbers)}"
        template = conninfo_to_dict(like)["dbname"] if like else "template0"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def remove(self) -> None:
        """Stop it and take its files away."""
        self.run("pg_ctl", ["-D", str(self.data), "-m", "immediate", "-w", "stop"], may_fail=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, arguments: Sequence[str], *, may_fail: bool = False) -> None:
        """Run one of PostgreSQL's programs as the account that owns the cluster."""
        folder, account = _programs(), _account()
        if folder is None:
            raise FileNotFoundError(program)
        done = subprocess.run(
            [str(folder / program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program == "initdb" else subprocess.DEVNULL,
            user=account.pw_uid if os.geteuid() == 0 and account else None,
            group=account.pw_gid if os.geteuid() == 0 and account else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.folder)},
            timeout=120,
            check=False,
        )
        if done.returncode and not may_fail:
            log = self.folder / "log"
            said = (done.stdout or b"").decode(errors="replace") + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{program}: {said[-2000:]}")


def program(name: str) -> Path | None:
    """Return where one of PostgreSQL's programs is, or None."""
    folder = _programs()
    return folder / name if folder is not None and (folder / name).exists() else None


def _programs() -> Path | None:
    found = [
        path for place in _PLACES for path in sorted(Path("/").glob(place.lstrip("/"))) if (path / "initdb").exists()
    ]
    if found:
        return found[-1]
    there = shutil.which("initdb")
    return Path(there).parent if there else None


def _account() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None
