"""The register of people, log-in and sessions, and what goes on record of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlmodel import select

from desk import auditing, dossiers, sessions, users
from desk.archive import Archive
from desk.cards import LONGEST_PAUSE, Cards
from desk.opening import settle
from desk.sessions import CodeNeeded, LoginRefused
from desk.users import LastAdministrator, NameUnfit, PersonExists, StillInCharge
from dossier.rights import Role
from index import record
from index.errors import AuditBroken, NoSuchPerson
from index.tables import AuditCheckpoint, AuditHead, AuditRecord
from tests.desk.office import OURS, PASSWORD, Office, make_office
from vault.errors import CheckpointRefused, Locked, SessionEnded, TokenRefused, WeakPassphrase, WrongPassphrase
from vault.keyfile import FAST
from vault.sessions import new_session, open_session
from vault.wrap import new_private_key

NEW = "another quiet maple lantern"


def login(office: Office, name: str, password: str = PASSWORD, code: str = "") -> str:
    """Log in and return the token."""
    return sessions.login(office.home, name, password, code=code, pause=lambda _: None, cost=FAST).token


def said(archive: Archive, what: str) -> list[str]:
    """Return whom entries of this sort are about."""
    with archive.index.read() as session:
        return [entry.about for entry in record.find(session, what=what)]


def test_a_wrong_password_waits_longer_and_is_on_record(office: Office) -> None:
    """The pauses grow to a limit, the right password still gets in, and every failure reaches the record."""
    pauses = list[float]()
    for _ in range(10):
        with pytest.raises(LoginRefused):
            sessions.login(office.home, "li", "wrong", pause=pauses.append, cost=FAST)
    assert pauses == [0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_PAUSE, LONGEST_PAUSE]
    assert login(office, "li").startswith("jz1_")
    assert Cards(office.home).pause("li") == 0.0
    with pytest.raises(LoginRefused):
        login(office, "nobody")
    with office.owner() as owner:
        settle(owner)
        assert said(owner, "login-failed") == ["li"] * 10 + ["nobody"]
        assert said(owner, "login") == ["li"]


def test_a_token_opens_until_it_is_ended(office: Office, tmp_path: Path) -> None:
    """Ended, run out, foreign, cut and made-up tokens open nothing."""
    token = login(office, "li")
    with Archive.open(office.home, office.home.settings(), None, token=token) as archive:
        assert (archive.who, archive.asker.owner) == ("li", False)
    for wrong in ("", "jz1_", token[:-3], token + "AAAA", "jz1_" + "A" * 56):
        with pytest.raises(TokenRefused), Archive.open(office.home, office.home.settings(), None, token=wrong):
            pass
    other = make_office(tmp_path / "other")
    with pytest.raises(TokenRefused), Archive.open(other.home, other.home.settings(), None, token=token):
        pass
    assert sessions.logout(office.home, token) == "li"
    with pytest.raises(TokenRefused):
        sessions.logout(office.home, token)
    with pytest.raises(TokenRefused), Archive.open(office.home, office.home.settings(), None, token=token):
        pass
    with pytest.raises(Locked), Archive.open(office.home, office.home.settings(), None):
        pass
    with office.owner() as owner:
        settle(owner)
        assert len(said(owner, "token-refused")) == 6


def test_a_session_is_bound_to_its_date_and_archive() -> None:
    """Every changed byte, another archive and a date gone by are refused."""
    now, key = datetime(2026, 11, 23, tzinfo=UTC), new_private_key("user")
    made = new_session("a", "li", key, now + timedelta(hours=1))
    assert open_session("a", made.sealed, made.token, now).key == key
    with pytest.raises(SessionEnded):
        open_session("a", made.sealed, made.token, now + timedelta(hours=1))
    with pytest.raises(TokenRefused):
        open_session("b", made.sealed, made.token, now)
    for at in range(len(made.sealed)):
        changed = made.sealed[:at] + bytes([made.sealed[at] ^ 1]) + made.sealed[at + 1 :]
        with pytest.raises(TokenRefused):
            open_session("a", changed, made.token, now)


def test_a_second_factor_is_asked_for_and_taken_once(office: Office) -> None:
    """Without the code, with a wrong one and with one used before, nobody gets in."""
    with office.owner() as owner:
        address = users.change(owner, "li", second_factor=True).provisioning
    code = pyotp.parse_uri(address).now()
    with pytest.raises(CodeNeeded):
        login(office, "li")
    with pytest.raises(LoginRefused):
        login(office, "li", code="000000" if code != "000000" else "111111")
    assert login(office, "li", code=code)
    with pytest.raises(LoginRefused):
        login(office, "li", code=code)


def test_passwords_change(office: Office) -> None:
    """One's own with the old one; by an administrator with a new key pair; other sessions end."""
    token = login(office, "li")
    with office.alone("li") as li:
        with pytest.raises(WrongPassphrase):
            users.set_password(office.home, "li", "wrong", NEW, cost=FAST)
        with pytest.raises(WeakPassphrase):
            users.set_password(office.home, "li", PASSWORD, "short", cost=FAST)
        users.keep_password(li, users.set_password(office.home, "li", PASSWORD, NEW, cost=FAST))
    with pytest.raises(TokenRefused), Archive.open(office.home, office.home.settings(), None, token=token):
        pass
    assert login(office, "li", NEW)
    with office.owner() as owner:
        users.new_password(owner, "li", PASSWORD, cost=FAST)
    with pytest.raises(LoginRefused):
        login(office, "li", NEW)
    assert login(office, "li")


def test_the_register_refuses_what_cannot_be(office: Office) -> None:
    """Names taken, empty or odd; weak passwords; unknown people."""
    with office.owner() as owner:
        with pytest.raises(PersonExists):
            users.add(owner, " LI ", PASSWORD, cost=FAST)
        for name in ("", "a/b", "x\x07y", "長" * 40):
            with pytest.raises(NameUnfit):
                users.add(owner, name, PASSWORD, cost=FAST)
        with pytest.raises(WeakPassphrase):
            users.add(owner, "sun", "1234", cost=FAST)
        with pytest.raises(NoSuchPerson):
            users.change(owner, "nobody", title="x")
        with office.alone("deng") as deng, pytest.raises(Locked):
            users.add(deng, "sun", PASSWORD, roles=[Role.CLERK], cost=FAST)


def test_a_leaver_hands_over_first(office: Office) -> None:
    """In charge of a dossier the account stays open; after that it opens nothing any more."""
    token = login(office, "li")
    with office.owner() as owner:
        with pytest.raises(StillInCharge):
            users.close(owner, "li")
        dossiers.enter_fact(owner, OURS, "consultant", "wang")
        assert users.close(owner, "li").closed is not None
        assert "li" not in {one.name for one in users.everybody(owner)}
    with pytest.raises(TokenRefused), Archive.open(office.home, office.home.settings(), None, token=token):
        pass
    with pytest.raises(LoginRefused):
        login(office, "li")
    with office.served("deng") as (deng,), pytest.raises(LastAdministrator):
        users.close(deng, "deng")


def test_cards_come_back_from_the_register(office: Office) -> None:
    """A restored or second home has no cards: opening it with the passphrase writes them."""
    cards = Cards(office.home)
    cards.remove("li")
    with pytest.raises(LoginRefused):
        login(office, "li")
    with office.owner() as owner:
        settle(owner)
    assert login(office, "li")


def test_the_record_is_compared_with_checkpoints_from_outside(office: Office, tmp_path: Path) -> None:
    """Whoever cuts, rewrites or re-chains the record is found by a note that left the house."""
    note = tmp_path / "checkpoints.txt"
    with office.served("xu") as (xu,):
        auditing.checkpoint(xu, file=note)
        sound = auditing.verify(xu, checkpoints=note)
        assert sound.checkpoints == 2
        with xu.index.write() as session:
            size = session.get_one(AuditHead, 1).size
            last = session.get_one(AuditRecord, size - 4)
            for seq in range(size - 3, size + 1):
                session.delete(session.get_one(AuditRecord, seq))
            head = session.get_one(AuditHead, 1)
            head.size, head.link = size - 4, last.link
            for kept in session.exec(select(AuditCheckpoint)).all():
                session.delete(kept)
        assert auditing.verify(xu).checkpoints == 0
        with pytest.raises(AuditBroken) as cut:
            auditing.verify(xu, checkpoints=note)
        assert cut.value.facts["how"] == "cut-off"
        for turn in range(9):
            with xu.index.write() as session:
                record.append(session, "xu", "forged", str(turn))
        with pytest.raises(AuditBroken) as rewritten:
            auditing.verify(xu, checkpoints=note)
        assert rewritten.value.facts["how"] == "rewritten"
        assert "rewritten" in rewritten.value.say("en")
        note.write_text(note.read_text().replace("\n", "\n", 1).replace("juanzong/", "juanzong/x", 1))
        with pytest.raises(CheckpointRefused):
            auditing.verify(xu, checkpoints=note)
