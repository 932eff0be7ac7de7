"""The folder of one archive: where its parts lie, and its settings."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from desk.oidc import OidcSettings
from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang

FORMAT: Final = 1
SETTINGS = "settings.toml"
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""One plain address: no blanks, brackets or line breaks that could add a header or a second recipient."""


class NoHome(JuanzongError):
    """There is no archive at the folder given."""

    exit_code = ExitCode.HOME
    wording = "desk.no-home"


class HomeTaken(JuanzongError):
    """A new archive was asked for where something lies already."""

    exit_code = ExitCode.HOME
    wording = "desk.home-taken"


class ArchiveThere(HomeTaken):
    """A new archive was asked for where there is one already."""

    wording = "keeping.archive-there"


class HomeClosed(JuanzongError):
    """The folder of the archive cannot be read or written by this user."""

    exit_code = ExitCode.HOME
    wording = "desk.home-closed"


class SettingsWrong(JuanzongError):
    """The settings file cannot be understood."""

    exit_code = ExitCode.HOME
    wording = "desk.settings-wrong"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class IntakeSettings(_Part):
    """How scans are taken from the drop folders."""

    drop: tuple[str, ...] = Field(default=(), strict=False)
    """Drop folders watched when ``watch`` is given none."""
    released: Literal["keep", "remove"] = "keep"
    """What becomes of a scan once it is sealed: kept in ``done/`` of its drop folder, or removed."""
    keep_done_days: int = Field(default=30, ge=0, le=3650)
    reserve_mib: int = Field(default=256, ge=0, le=1024**2)
    """Taking stops while less than this would stay free on the archive's disk."""
    quiet_seconds: float = Field(default=2.0, ge=0, le=3600)
    patience_seconds: float = Field(default=600.0, ge=0, le=86400)


class CalendarSettings(_Part):
    """Whose working days count at this site."""

    region: Literal["", "CN", "HK", "MO", "TW"] = ""
    """The region of the site, where it is another than the one its packs were written for."""
    file: str = ""
    """A file with days of the site's own, beside the settings or at a path of its own; `docs/packs.md` has its form."""


class PlainReadingSettings(_Part):
    """How pages are read."""

    workers: int = Field(default=0, ge=0, le=256)
    """Reading processes; 0 means one for each core."""
    engine: Literal["auto", "rapidocr", "tesseract"] = "auto"
    """What reads page images: the networks with Tesseract as second opinion, the networks alone, Tesseract alone."""
    languages: tuple[str, ...] = Field(default=(), strict=False)
    """What Tesseract is asked for, as it calls languages (``jpn``); empty: Chinese in both scripts and English."""


class QueueSettings(_Part):
    """How captures wait for workers, where the database is PostgreSQL (docs/operations.md)."""

    workers: bool = False
    """Whether `juanzong worker` reads, on this or other machines; the watcher then takes over and queues."""
    most_waiting: int = Field(default=500, ge=1, le=1_000_000)
    """The watcher takes no more scans while so many captures wait."""
    stalled_seconds: float = Field(default=30.0, ge=1, le=3600)
    """A worker that gives no sign of life for so long is taken for dead, and others go on with what it held."""


class MailSettings(_Part):
    """How reminders leave: through which server, as whom, and to which address for each person."""

    host: str = ""
    """The mail server; empty where no mail is to leave."""
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """``starttls`` begins in the clear and goes on sealed (port 587), ``tls`` is sealed from the start (port 465)."""
    ca_file: str = ""
    """Certificates to trust besides the system's, for a server of the house: a PEM file."""
    user: str = ""
    password_file: str = ""
    """A file that holds the user's password and nothing else, readable by its owner alone."""
    sender: str = ""
    names: bool = False
    """Whether mails say what a dossier is called; without it they say its key alone, since a mail is not sealed."""
    addresses: dict[str, str] = Field(default_factory=dict)
    """Person, as facts name them, or id of a role → mail address."""

    @field_validator("sender")
    @classmethod
    def _sent_by(cls, sender: str) -> str:
        return _address(sender) if sender else sender

    @field_validator("addresses")
    @classmethod
    def _sent_to(cls, addresses: dict[str, str]) -> dict[str, str]:
        return {person: _address(address) for person, address in addresses.items()}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("mail.sender is missing")
        if self.user and self.tls == "none":
            raise ValueError("mail.user needs mail.tls: a password must not travel in the clear")
        return self


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no mail address")
    return text


class Settings(_Part):
    """All settings of an archive, as ``settings.toml`` has them."""

    format: Literal[1] = FORMAT
    packs: tuple[str, ...] = Field(default=("auto-dealer", "general"), strict=False, min_length=1)
    """Policy packs in force: ids of shipped ones, and files (``own.toml``), which lie beside the settings or elsewhere.

    The first that knows a document's kind decides where it is filed.
    """
    store: str = "local"
    """Where sealed objects are kept: ``local``, or ``s3://HOST/BUCKET…`` as ``desk.stores`` explains."""
    database: str = "local"
    """Where the index is kept: ``local``, sealed files in the home, or ``postgresql://…`` as libpq reads it."""
    language: Lang = "en"
    """Language of what the archive itself writes: reasons beside quarantined scans."""
    calendar: CalendarSettings = CalendarSettings()
    mail: MailSettings = MailSettings()
    intake: IntakeSettings = IntakeSettings()
    reading: PlainReadingSettings = PlainReadingSettings()
    queue: QueueSettings = QueueSettings()
    oidc: OidcSettings = OidcSettings()

    @model_validator(mode="after")
    def _queued_where(self) -> Self:
        if self.queue.workers and self.database == "local":
            raise ValueError("queue.workers needs a database that workers share: database = 'postgresql://…'")
        return self


class Home:
    """Where the parts of an archive lie under one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @property
    def settings_file(self) -> Path:
        return self.path / SETTINGS

    def beside(self, name: str) -> Path:
        """Return the file that a setting names: an absolute path, or one that lies beside the settings."""
        return self.path / Path(name).expanduser()

    @property
    def store(self) -> Path:
        """The embedded local store of sealed objects."""
        return self.path / "store"

    @property
    def index(self) -> Path:
        """The sealed index file."""
        return self.path / "index.db"

    @property
    def locks(self) -> Path:
        """Lock files of running commands; empty and of no meaning once they ended."""
        return self.path / "locks"

    @property
    def mounts(self) -> Path:
        """Which drop folders lay on a mount, so that an empty mount point is known again."""
        return self.path / "mounts.json"

    @property
    def witness(self) -> Path:
        """What this archive saw of changed envelopes, so that the store cannot go back in time."""
        return self.path / "witness"

    @property
    def heartbeat(self) -> Path:
        """Written by the watcher while it lives; holds a time and nothing of any document."""
        return self.path / "watcher.heartbeat"

    def exists(self) -> bool:
        """Tell whether an archive was made here.

        Raises:
            HomeClosed: the folder cannot be looked into.
        """
        try:
            return self.settings_file.is_file()
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault

    def settings(self) -> Settings:
        """Return the archive's settings.

        Raises:
            NoHome: no archive was made here.
            HomeClosed: the settings file cannot be read.
            SettingsWrong: it is not TOML, or an entry is unknown or out of range.
        """
        if not self.exists():
            raise NoHome(home=self.path)
        return self.settings_in(self.settings_file)

    def settings_in(self, file: Path) -> Settings:
        """Return the settings that a file has.

        Raises:
            HomeClosed, SettingsWrong: as ``settings``.
        """
        try:
            text = file.read_text(encoding="utf-8")
            return Settings.model_validate(tomllib.loads(text))
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingsWrong(file=file, problem=str(fault)) from fault
        except ValidationError as fault:
            problems = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in fault.errors())
            raise SettingsWrong(file=file, problem=problems) from fault

    def refuse_taken(self) -> None:
        """Refuse a folder that something lies in already.

        Raises:
            ArchiveThere, HomeTaken, HomeClosed
        """
        try:
            if self.settings_file.is_file():
                raise ArchiveThere(home=self.path)
            if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                raise HomeTaken(home=self.path)
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault

    def lay(self, settings: Settings) -> None:
        """Make the folder, closed to others, and write its settings.

        Raises:
            HomeTaken: the folder is not empty.
            HomeClosed: it cannot be made or written.
        """
        self.refuse_taken()
        self.make_folder()
        try:
            self.write(settings)
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault

    def make_folder(self) -> None:
        """Make the folder where it is missing, closed to others.

        Raises:
            HomeClosed
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault

    def write(self, settings: Settings) -> None:
        """Write the settings file anew, whole or not at all."""
        self.keep(self.settings_file, tomlkit.dumps(settings.model_dump(mode="json")))

    def amend(self, changes: Mapping[str, Any]) -> Settings:
        """Change some entries of the settings file, whose other lines stay as somebody wrote them, and return all.

        Raises:
            NoHome, HomeClosed, SettingsWrong: the file cannot be used, before or after; it is left as it was.
        """
        self.settings()
        document = tomlkit.parse(self.settings_file.read_text(encoding="utf-8"))
        for name, value in changes.items():
            part, _, entry = name.rpartition(".")
            table = document.setdefault(part, tomlkit.table()) if part else document
            table[entry] = value
        try:
            settings = Settings.model_validate(document.unwrap())
            self.keep(self.settings_file, tomlkit.dumps(document))
        except ValidationError as fault:
            problems = "; ".join(str(one["msg"]) for one in fault.errors())
            raise SettingsWrong(file=self.settings_file, problem=problems) from fault
        except OSError as fault:
            raise HomeClosed(home=self.path, fault=fault.strerror) from fault
        return settings

    def keep(self, file: Path, text: str) -> None:
        """Write a file of the home, whole or not at all, closed to others."""
        file.parent.mkdir(mode=0o700, exist_ok=True)
        temporary = file.with_name(file.name + ".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(file)
