"""The record leaves the house: signed checkpoints to a file, to syslog and by mail, each received and compared."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from desk import auditing
from desk.auditing import CheckpointNotSent, CheckpointUnreadable
from desk.rights import Refused
from tests.desk.office import Office
from vault.checkpoints import open_checkpoint
from vault.errors import CheckpointRefused


class MailBox:
    """A mail server for one test (RFC 5321, as much of it as a client needs): it keeps what it is given."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.to: list[str] = []
        self.got: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def where(self) -> str:
        """The server as ``--smtp`` takes it."""
        host, port = self._door.getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        """End, once who is there has gone."""
        self._thread.join(timeout=20)
        self._door.close()

    def _serve(self) -> None:
        line, _ = self._door.accept()
        with line, line.makefile("rwb", buffering=0) as both:
            both.write(b"220 specimen\r\n")
            while said := both.readline():
                word = said[:4].upper()
                if word == b"RCPT" and self.refuses:
                    both.write(b"550 nobody here\r\n")
                elif word == b"RCPT":
                    self.to.append(said.decode().strip())
                    both.write(b"250 ok\r\n")
                elif word == b"DATA":
                    both.write(b"354 go on\r\n")
                    self.got.append(b"".join(iter(both.readline, b".\r\n")))
                    both.write(b"250 kept\r\n")
                elif word == b"QUIT":
                    both.write(b"221 bye\r\n")
                    return
                else:
                    both.write(b"250 ok\r\n")

    @property
    def letter(self) -> Message:
        """The one letter that came."""
        (content,) = self.got
        return message_from_bytes(content)


@contextmanager
def listening(kind: socket.AddressFamily, where: str | tuple[str, int]) -> Iterator[socket.socket]:
    """Hear datagrams as a syslog daemon does."""
    with socket.socket(kind, socket.SOCK_DGRAM) as ear:
        ear.bind(where)
        ear.settimeout(20)
        yield ear


def note_in(heard: bytes) -> str:
    """Return the signed note that a syslog message holds."""
    assert heard.startswith(b"<85>juanzong: checkpoint ")
    lines = heard.decode().removeprefix("<85>juanzong: checkpoint ").split(" | ")
    return "\n".join(lines) + "\n"


def test_a_checkpoint_reaches_syslog_over_the_net(office: Office, tmp_path: Path) -> None:
    """By UDP, in one message, from which the whole signed note comes back and proves the record."""
    with listening(socket.AF_INET, ("127.0.0.1", 0)) as ear, office.served("xu") as (xu,):
        host, port = ear.getsockname()
        signed = auditing.checkpoint(xu, syslog=f"{host}:{port}")
        note = note_in(ear.recv(65_536))
        assert note == signed.note
        assert open_checkpoint(xu.keys.public, note).size == signed.size
        kept = tmp_path / "from-syslog.txt"
        kept.write_text(note, encoding="utf-8")
        assert auditing.verify(xu, checkpoints=kept).checkpoints == 2


def test_a_checkpoint_reaches_syslog_on_this_machine(office: Office, tmp_path: Path) -> None:
    """By the socket that syslog listens at."""
    place = tmp_path / "log"
    with listening(socket.AF_UNIX, str(place)) as ear, office.served("gao") as (gao,):
        assert auditing.checkpoint(gao, syslog=str(place)).note == note_in(ear.recv(65_536))


def test_a_checkpoint_goes_by_mail(office: Office, tmp_path: Path) -> None:
    """To the address, with the archive named; what was received proves the record, and a changed one is refused."""
    box = MailBox()
    with office.served("xu") as (xu,):
        signed = auditing.checkpoint(xu, mail="auditor@specimen.invalid", smtp=box.where)
        box.close()
        assert [one.casefold() for one in box.to] == ["rcpt to:<auditor@specimen.invalid>"]
        assert box.letter["X-Juanzong-Archive"] == xu.keys.public.archive
        body = box.letter.get_payload(decode=True)
        assert isinstance(body, bytes)
        text = body.decode().replace("\r\n", "\n")
        assert text == signed.note
        kept = tmp_path / "mail.txt"
        kept.write_text(text, encoding="utf-8")
        assert auditing.verify(xu, checkpoints=kept).checkpoints == 2
        lines = text.split("\n")
        lines[1] = str(signed.size + 1)
        kept.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(CheckpointRefused):
            auditing.verify(xu, checkpoints=kept)


def test_what_cannot_be_sent_is_said_and_kept(office: Office, tmp_path: Path) -> None:
    """A server that refuses, or is not there, no socket, no file, no right: a sentence; the note is kept inside."""
    box = MailBox(refuses=True)
    with office.served("xu", "zhou") as (xu, zhou):
        with pytest.raises(CheckpointNotSent, match="auditor@specimen"):
            auditing.checkpoint(xu, mail="auditor@specimen.invalid", smtp=box.where)
        box.close()
        with socket.create_server(("127.0.0.1", 0)) as gone:
            nobody = "{}:{}".format(*gone.getsockname())
        with pytest.raises(CheckpointNotSent):
            auditing.checkpoint(xu, mail="auditor@specimen.invalid", smtp=nobody)
        with pytest.raises(CheckpointNotSent):
            auditing.checkpoint(xu, mail="auditor@specimen.invalid", smtp="localhost:mail")
        with pytest.raises(CheckpointNotSent):
            auditing.checkpoint(xu, mail="auditor@specimen.invalid\nBcc: x@y.invalid", smtp=nobody)
        with pytest.raises(CheckpointNotSent):
            auditing.checkpoint(xu, syslog=str(tmp_path / "nothing-here"))
        with pytest.raises(CheckpointUnreadable):
            auditing.checkpoint(xu, file=tmp_path / "no" / "folder")
        with pytest.raises(Refused):
            auditing.checkpoint(zhou)
        assert auditing.verify(xu).checkpoints == 6
