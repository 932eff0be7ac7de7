"""A real mail server for tests: SMTP over a socket on this machine, with STARTTLS or TLS, log-in and refusals."""

import base64
import datetime as dt
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "reminders", "specimen-密碼"


@dataclass
class Mailbox:
    """What the server took, and how it behaves: whom it refuses, after whose mail it falls silent."""

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    drops_at: set[str] = field(default_factory=set)
    """Recipients at whose mail the line is cut once it was handed over, before it is answered."""
    tls: bool = True
    login: bool = False
    taken: list[tuple[str, EmailMessage, bool]] = field(default_factory=list)
    """Recipient, mail, and whether it came over TLS."""
    connections: int = 0


class _Line(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        box = self.server.box
        box.connections += 1
        self.sealed, self.known = self.server.from_start, not box.login
        self.say("220 specimen.test ESMTP")
        recipient = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO":
                    offers = ["STARTTLS"] if box.tls and not self.sealed else []
                    offers += ["AUTH PLAIN"] if box.login else []
                    self.say(*(f"250-{each}" for each in ["specimen.test", *offers]), "250 8BITMIME")
                case "STARTTLS":
                    self.say("220 go on")
                    self.seal()
                case "AUTH":
                    given = base64.b64decode(rest.partition(" ")[2]).decode()
                    self.known = given == f"\0{USER}\0{PASSWORD}"
                    self.say("235 welcome" if self.known else "535 wrong password")
                case "MAIL":
                    self.say("250 ok" if self.known else "530 log in first")
                case "RCPT":
                    recipient = rest[rest.index("<") + 1 : rest.index(">")]
                    self.say("550 nobody here by that name" if recipient in box.refuses else "250 ok")
                case "DATA":
                    self.say("354 go on")
                    self.take(recipient)
                    if recipient in box.drops_at:
                        return
                    self.say("250 taken")
                case "RSET" | "NOOP":
                    self.say("250 ok")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("500 what?")

    def take(self, recipient: str) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(mail, EmailMessage)
        self.server.box.taken.append((recipient, mail, self.sealed))

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()

    def seal(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
        self.sealed = True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, box: Mailbox, context: ssl.SSLContext, *, from_start: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.box, self.context, self.from_start = box, context, from_start
        if from_start:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on us is part of the test."""


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself; return its PEM file, with the key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "specimen.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "ca.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    return file


@contextmanager
def serving(folder: Path, box: Mailbox, *, from_start: bool = False) -> Iterator[Mailbox]:
    """Run the server until the block ends; ``box.port`` is where it listens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    with _Server(box, context, from_start=from_start) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
