"""Hand a mail to the server that the settings name: sealed by TLS, one connection for many mails."""

import smtplib
import ssl
import stat
from base64 import b64encode
from email.message import EmailMessage
from types import TracebackType
from typing import Final, Protocol, Self

from desk.home import Home, MailSettings
from dossier.errors import ExitCode, JuanzongError

_SECONDS: Final = 30.0
_WELCOME: Final = 235
"""RFC 4954: authentication succeeded."""


class MailNotSetUp(JuanzongError):
    """Mails were to be sent, and the settings name no server."""

    exit_code = ExitCode.HOME
    wording = "report.mail-not-set-up"


class MailPasswordUnusable(JuanzongError):
    """The file with the mail server's password is missing, or others can read it."""

    exit_code = ExitCode.HOME
    wording = "report.mail-password-unusable"


class MailServerFailed(JuanzongError):
    """The mail server cannot be reached, is not who it should be, or refuses us."""

    exit_code = ExitCode.OUTPUT
    wording = "report.mail-server-failed"


class MailRefused(JuanzongError):
    """The server refused this mail; others may go."""

    exit_code = ExitCode.OUTPUT
    wording = "report.mail-refused"


class MailUnclear(JuanzongError):
    """The connection broke while the mail was handed over: it may have left or not."""

    exit_code = ExitCode.OUTPUT
    wording = "report.mail-unclear"


class Post(Protocol):
    """Whatever takes mails."""

    def reach(self) -> None:
        """Make sure that mails can be handed over.

        Raises:
            MailServerFailed
        """

    def send(self, message: EmailMessage) -> None:
        """Hand over one mail.

        Raises:
            MailServerFailed, MailRefused, MailUnclear
        """


class SmtpPost:
    """A mail server; a context manager that closes the connection."""

    def __init__(self, home: Home, settings: MailSettings) -> None:
        """Read what is needed; nothing is sent yet.

        Raises:
            MailNotSetUp, MailPasswordUnusable
        """
        if not settings.host:
            raise MailNotSetUp(file=home.settings_file)
        self._settings = settings
        self._password = _password(home, settings)
        self._trust = None if settings.tls == "none" else _trust(home, settings)
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def reach(self) -> None:
        """Connect, unless connected already."""
        if self._line is not None:
            return
        try:
            self._line = self._connected()
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            raise MailServerFailed(host=self._settings.host, port=self._settings.port, fault=_said(fault)) from fault

    def send(self, message: EmailMessage) -> None:
        """Hand over one mail; the next one gets a new connection where this one broke."""
        self.reach()
        line = self._line
        if line is None:
            raise MailServerFailed(host=self._settings.host, port=self._settings.port, fault="")
        try:
            line.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
            raise MailRefused(fault=_said(fault)) from fault
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            raise MailUnclear(fault=_said(fault)) from fault

    def _connected(self) -> smtplib.SMTP:
        where = (self._settings.host, self._settings.port)
        if self._settings.tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=_SECONDS, context=self._trust)
        else:
            line = smtplib.SMTP(*where, timeout=_SECONDS)
        self._line = line
        if self._settings.tls == "starttls":
            # A server that offers no STARTTLS raises here: what was to be sealed never goes on in the clear.
            line.starttls(context=self._trust)
        if self._settings.user:
            _log_in(line, self._settings.user, self._password)
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()


def _log_in(line: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        line.login(user, password)
        return
    # smtplib sends ASCII only; RFC 4616 has names and passwords in UTF-8.
    line.ehlo_or_helo_if_needed()
    code, answer = line.docmd("AUTH", "PLAIN " + b64encode(f"\0{user}\0{password}".encode()).decode())
    if code != _WELCOME:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _said(fault: Exception) -> str:
    """Return what the server or the system said, on one line."""
    match fault:
        case smtplib.SMTPRecipientsRefused():
            answers = (f"{code} {_text(text)}" for code, text in fault.recipients.values())
            return "; ".join(answers)
        case smtplib.SMTPResponseException():
            return f"{fault.smtp_code} {_text(fault.smtp_error)}"
        case _:
            return " ".join(str(fault).split()) or type(fault).__name__


def _text(answer: bytes | str) -> str:
    plain = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(plain.split())


def _password(home: Home, settings: MailSettings) -> str:
    if not settings.user:
        return ""
    file = home.beside(settings.password_file)
    try:
        if not settings.password_file or file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise MailPasswordUnusable(file=file)
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise MailPasswordUnusable(file=file) from fault


def _trust(home: Home, settings: MailSettings) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if settings.ca_file:
        try:
            trust.load_verify_locations(home.beside(settings.ca_file))
        except (OSError, ssl.SSLError) as fault:
            raise MailServerFailed(host=settings.host, port=settings.port, fault=_said(fault)) from fault
    return trust
