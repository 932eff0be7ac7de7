"""Reminders over a real mail server: one mail a person, sealed, on record, never twice a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from desk.archive import Archive
from desk.home import MailSettings, Settings
from desk.reports.postage import MailNotSetUp, MailPasswordUnusable, MailServerFailed, SmtpPost
from desk.reports.reminding import Fate, Reminder, drafted, remind
from desk.reports.scope import Scope
from index import record
from tests.desk.reports.mailserver import PASSWORD, USER, Mailbox, certificate, serving

TODAY = date(2026, 11, 23)
NOW = Scope(as_of=TODAY)
FIRST, SECOND = "服務顧問樣本甲", "銷售顧問樣本乙"
ADDRESSES = {FIRST: "first@specimen.test", SECOND: "second@specimen.test"}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of sixty dossiers whose gaps several people owe."""
    home = make_home(tmp_path / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        with opened.index.write() as session:
            seed(session, 60, TODAY)
        yield opened


@contextmanager
def post(
    archive: Archive, tmp_path: Path, box: Mailbox | None = None, **settings: Any
) -> Iterator[tuple[Archive, Any, Mailbox]]:
    """Serve mail and give the archive with the settings for it, and the way to the server."""
    trust = certificate(tmp_path)
    box = box or Mailbox()
    with serving(tmp_path, box, from_start=settings.get("tls") == "tls"):
        mail = MailSettings(
            **{
                "host": "127.0.0.1",
                "port": box.port,
                "sender": "archive@specimen.test",
                "ca_file": str(trust),
                "addresses": ADDRESSES,
                **settings,
            }
        )
        with_mail = replace(archive, settings=Settings(packs=archive.settings.packs, mail=mail))
        with SmtpPost(archive.home, mail) as way:
            yield with_mail, way, box


def fates(reminders: tuple[Reminder, ...]) -> dict[str, Fate]:
    return {each.who: each.fate for each in reminders if each.address}


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_each_person_gets_one_sealed_mail(archive: Archive, tmp_path: Path, tls: str) -> None:
    """Who has an address is written to over TLS about their own papers; who has none is told apart."""
    with post(archive, tmp_path, tls=tls) as (desk, way, box):
        found = drafted(desk, NOW, "zh-Hant")
        done = remind(desk, found, way)
    assert fates(done) == dict.fromkeys(ADDRESSES, Fate.SENT)
    assert {each.fate for each in done if not each.address} == {Fate.NO_ADDRESS}
    assert sorted(to for to, _, _ in box.taken) == sorted(ADDRESSES.values())
    assert all(sealed for _, _, sealed in box.taken)
    assert box.connections == 1
    by_address = {each.address: each for each in done}
    for to, mail, _ in box.taken:
        text = mail.get_content()
        assert text.replace("\r\n", "\n") == by_address[to].text
        assert mail["Subject"] == by_address[to].subject
        assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == ("archive@specimen.test", to, "auto-generated")
        others = [name for name in ADDRESSES if name != by_address[to].who]
        assert not any(name in text for name in others)


def test_a_mail_names_keys_and_not_people(archive: Archive, tmp_path: Path) -> None:
    """A mail is not sealed: what a dossier is called is in it only where the settings say so."""
    with post(archive, tmp_path) as (desk, _, _):
        plain = "".join(each.text for each in drafted(desk, NOW, "en"))
    with post(archive, tmp_path, names=True) as (desk, _, _):
        named = "".join(each.text for each in drafted(desk, NOW, "en"))
    assert "客戶樣本" not in plain
    assert "SPECMN" in plain
    assert "客戶樣本" in named


def test_a_second_run_on_the_same_day_sends_nothing(archive: Archive, tmp_path: Path) -> None:
    """Unless it is told to; each mail is on record with its recipient."""
    with post(archive, tmp_path) as (desk, way, box):
        found = drafted(desk, NOW, "en")
        remind(desk, found, way)
        assert fates(remind(desk, found, way)) == dict.fromkeys(ADDRESSES, Fate.ALREADY)
        assert len(box.taken) == 2
        assert fates(remind(desk, found, way, again=True)) == dict.fromkeys(ADDRESSES, Fate.SENT)
        assert len(box.taken) == 4
    with archive.index.read() as session:
        said = [each for each in record.entries(session) if each.what == "remind"]
    assert [each.facts["state"] for each in said] == ["begun", "sent"] * 4
    assert {(each.about, each.facts["to"]) for each in said} == set(ADDRESSES.items())


def test_one_refused_address_stops_nobody_else(archive: Archive, tmp_path: Path) -> None:
    """The refusal is told with the server's words, and a later run tries that person again."""
    box = Mailbox(refuses={ADDRESSES[FIRST]})
    with post(archive, tmp_path, box) as (desk, way, _):
        done = remind(desk, drafted(desk, NOW, "en"), way)
        assert fates(done) == {FIRST: Fate.FAILED, SECOND: Fate.SENT}
        (failed,) = (each for each in done if each.fate is Fate.FAILED)
        assert "550 nobody here by that name" in failed.reason("en")
        box.refuses.clear()
        assert fates(remind(desk, drafted(desk, NOW, "en"), way)) == {FIRST: Fate.SENT, SECOND: Fate.ALREADY}
    assert [to for to, _, _ in box.taken] == [ADDRESSES[SECOND], ADDRESSES[FIRST]]


def test_a_line_that_breaks_leaves_one_mail_unclear_and_sends_the_rest(archive: Archive, tmp_path: Path) -> None:
    """What may have left is not sent again by itself, on a new connection or in a new run."""
    box = Mailbox(drops_at={ADDRESSES[FIRST]})
    with post(archive, tmp_path, box) as (desk, way, _):
        done = remind(desk, drafted(desk, NOW, "en"), way)
        assert fates(done) == {FIRST: Fate.UNCLEAR, SECOND: Fate.SENT}
        assert box.connections == 2
        again = remind(desk, drafted(desk, NOW, "en"), way)
        assert fates(again) == {FIRST: Fate.UNCLEAR, SECOND: Fate.ALREADY}
        assert len(box.taken) == 2
        assert all(each.reason("en") for each in again if each.fate is Fate.UNCLEAR)


def test_a_server_that_cannot_be_trusted_gets_nothing(archive: Archive, tmp_path: Path) -> None:
    """An unknown certificate, no STARTTLS, a wrong password, nobody there: refused before anything is on record."""
    (tmp_path / "secret").write_text("wrong")
    (tmp_path / "secret").chmod(0o600)
    with (
        post(archive, tmp_path, Mailbox(login=True), user=USER, password_file=str(tmp_path / "secret")) as (
            desk,
            way,
            box,
        ),
        pytest.raises(MailServerFailed, match="535 wrong password"),
    ):
        remind(desk, drafted(desk, NOW, "en"), way)
    with post(archive, tmp_path, Mailbox(tls=False)) as (desk, way, box), pytest.raises(MailServerFailed):
        remind(desk, drafted(desk, NOW, "en"), way)
    with post(archive, tmp_path, ca_file="") as (desk, way, box), pytest.raises(MailServerFailed):
        remind(desk, drafted(desk, NOW, "en"), way)
    assert box.taken == []
    gone = SmtpPost(archive.home, MailSettings(host="127.0.0.1", port=box.port, sender="a@specimen.test"))
    with gone, pytest.raises(MailServerFailed):
        remind(archive, drafted(archive, NOW, "en"), gone)
    with archive.index.read() as session:
        assert [each for each in record.entries(session) if each.what == "remind"] == []


def test_it_logs_in_with_the_password_of_a_closed_file(archive: Archive, tmp_path: Path) -> None:
    """The file must be its owner's alone."""
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    secret.chmod(0o640)
    mail = MailSettings(host="127.0.0.1", sender="a@specimen.test", user=USER, password_file=str(secret))
    with pytest.raises(MailPasswordUnusable):
        SmtpPost(archive.home, mail)
    with pytest.raises(MailPasswordUnusable):
        SmtpPost(archive.home, mail.model_copy(update={"password_file": "none"}))
    with pytest.raises(MailNotSetUp):
        SmtpPost(archive.home, MailSettings())
    secret.chmod(0o600)
    with post(archive, tmp_path, Mailbox(login=True), user=USER, password_file=str(secret)) as (desk, way, box):
        assert fates(remind(desk, drafted(desk, NOW, "en"), way)) == dict.fromkeys(ADDRESSES, Fate.SENT)
    assert len(box.taken) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.specimen.test"},
        {"sender": "archive@specimen.test\r\nBcc: all@specimen.test"},
        {"sender": "Archive <archive@specimen.test>"},
        {"addresses": {"李明樣本": "one@specimen.test, two@specimen.test"}},
        {"addresses": {"李明樣本": "nobody"}},
        {"user": "me", "tls": "none"},
        {"port": 0},
    ],
)
def test_settings_that_would_leak_or_fail_are_refused(wrong: dict[str, Any]) -> None:
    """No second recipient or header by a line break, no password in the clear, no server without a sender."""
    with pytest.raises(ValueError, match=r"mail|address|sender|port"):
        MailSettings(**wrong)
