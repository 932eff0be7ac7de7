"""What scanner PCs call: only what a station in use has signed, once, is heard, and only its own captures are kept."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from desk import setup, stations
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from desk.receiving import STALE_SECONDS, Receiving
from tests.servers.scanner import API, Caller, Scanner, Sealed
from tests.web.conftest import PASSPHRASE, served
from vault.destroy import destroy
from vault.envelope import envelope
from vault.keyfile import FAST
from vault.levels import Level
from vault.private import Station
from vault.received import notes
from vault.signing import new_signing_key
from vault.stores.memory import MemoryStore
from vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """An archive served at ``url``, with two scanner PCs."""

    home: Home
    url: str
    front: Scanner
    back: Scanner

    def caller(self, scanner: Scanner) -> Caller:
        """Return what calls as a scanner PC."""
        keys, station = scanner.keys()
        return Caller(self.url, keys.archive, station)

    def sealed(self, scanner: Scanner, content: bytes = b"SPECIMEN") -> Sealed:
        """Seal as a scanner PC."""
        return Sealed.by(*scanner.keys(), content)

    def came(self) -> set[str]:
        """Return the captures that came and wait to be taken over."""
        with Archive.open(self.home, self.home.settings(), PASSPHRASE) as archive:
            return {note.capture for note in notes(archive.vault.store)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An archive of its own: what stations send needs nobody to be signed in."""
    folder = tmp_path_factory.mktemp("stations")
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, cost=FAST)
    home.write(home.settings().model_copy(update={"intake": IntakeSettings(reserve_mib=0)}))
    pcs = [Scanner.enrolled(home, PASSPHRASE, folder / name, name) for name in ("front", "back")]
    with served(home) as url:
        yield Desk(home, url, pcs[0], pcs[1])


def reason(answer: httpx.Response) -> str:
    """Return why a call was refused."""
    assert answer.status_code in {400, 403}, answer.text
    assert set(answer.json()) <= {"error", "code", "reason", "now"}
    return str(answer.json()["reason"])


def test_a_capture_comes_in_pieces_and_is_stored_once(desk: Desk) -> None:
    """In any pieces, from where the last one ended; each step may come again; stored is said of what reads back."""
    caller, sealed = desk.caller(desk.front), desk.sealed(desk.front, bytes(5000))
    size = len(sealed.octets["original"])
    assert caller.begin(sealed).json() == {"state": "open", "has": {"original": 0, "ticket": 0}}
    assert caller.send(sealed, "original", sealed.octets["original"][:2000]).json()["has"]["original"] == 2000
    for offset in (0, 1000, 3000):  # again, overlapping, and with a gap: nothing is added
        answer = caller.send(sealed, "original", sealed.octets["original"][offset : offset + 1500], offset)
        assert answer.json()["has"]["original"] == 2000
    assert caller.finish(sealed).json()["state"] == "open"
    assert caller.begin(sealed).json()["has"] == {"original": 2000, "ticket": 0}
    assert caller.send(sealed, "original", sealed.octets["original"][2000:], 2000).json()["has"]["original"] == size
    assert sealed.capture not in desk.came()
    assert caller.send(sealed, "ticket").status_code == 200
    for _ in range(2):
        assert caller.finish(sealed).json() == {"state": "stored"}
        assert caller.begin(sealed).json() == {"state": "stored"}
        assert caller.send(sealed, "original", b"x").json() == {"state": "stored"}
    assert sealed.capture in desk.came()
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        found = archive.vault.open_bytes(
            sealed.envelopes["original"].object_id, document=sealed.capture, role="original"
        )
    assert found == bytes(5000)


def test_a_call_is_heard_once(desk: Desk) -> None:
    """The same signed call sent again is refused, though nothing of it was changed."""
    caller = desk.caller(desk.front)
    header = caller.header("GET", "/hello")
    assert caller.call("GET", "/hello", header=header).status_code == 200
    assert reason(caller.call("GET", "/hello", header=header)) == "station.call-refused"


def test_a_changed_call_is_refused(desk: Desk) -> None:
    """Another body, address, method, archive, station or number than was signed; and headers that are none."""
    caller, sealed = desk.caller(desk.front), desk.sealed(desk.front)
    target, body = f"/captures/{sealed.capture}", sealed.begun()
    right = caller.header("POST", target, body)
    scheme, parts = right.split(" ")
    archive, station, at, nonce, signature = parts.split(".")
    keys = desk.back.keys()[1].signing.public.id
    wrong = [
        caller.header("POST", target, body + b" "),
        caller.header("POST", target + "?x=1", body),
        caller.header("GET", target, body),
        caller.header("POST", target + "/finish", body),
        replace(caller, archive="a" * 26).header("POST", target, body),
        f"{scheme} {'a' * 26}.{station}.{at}.{nonce}.{signature}",
        f"{scheme} {archive}.{keys}.{at}.{nonce}.{signature}",
        f"{scheme} {archive}.{station}.{int(at) + 1}.{nonce}.{signature}",
        f"{scheme} {archive}.{station}.{at}.{'0' * 32}.{signature}",
        f"{scheme} {archive}.{station}.{at}.{nonce}.{'0' * 128}",
        f"{scheme} {archive}.{station}.{at}.{nonce}.{signature}x",
        f"{scheme} {archive}.{station}.{'9' * 15}.{nonce}.{signature}",
        f"bearer {parts}",
        "",
        scheme,
    ]
    for header in wrong:
        assert reason(caller.call("POST", target, body, header=header)) == "station.call-refused", header
    assert caller.call("POST", target, body, header=right).status_code == 200


def test_nobody_else_is_heard(desk: Desk) -> None:
    """A key that is not enrolled, the records desk's own, a person's token; and a station opens no other door."""
    keys, station = desk.front.keys()
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        own = archive.keys.station
    for other in (Station(new_signing_key("station"), b""), own):
        assert reason(Caller(desk.url, keys.archive, other).call("GET", "/hello")) == "station.call-refused"
    answer = httpx.get(f"{desk.url}{API}/hello", headers={"authorization": "Bearer jz1_x"})
    assert answer.status_code == 401
    assert reason(httpx.get(f"{desk.url}{API}/hello")) == "station.call-refused"
    caller = Caller(desk.url, keys.archive, station)
    for path in ("/api/v1/whoami", "/api/v1/inbox", "/api/v1/search?q=x"):
        header = caller.header("GET", "/hello")
        assert httpx.get(desk.url + path, headers={"authorization": header}).status_code == 401


def test_a_clock_that_is_wrong_is_told(desk: Desk) -> None:
    """More than five minutes off is refused with the right time; less is not."""
    caller = desk.caller(desk.front)
    for off, fine in ((-240, True), (240, True), (-400, False), (400, False)):
        caller.clock = lambda off=off: datetime.now(UTC) + timedelta(seconds=off)
        answer = caller.call("GET", "/hello")
        assert (answer.status_code == 200) is fine, off
        if not fine:
            assert reason(answer) == "station.call-off-time"
            assert abs(datetime.fromisoformat(answer.json()["now"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_station_sends_its_own_captures_alone(desk: Desk) -> None:
    """Another's envelopes, number or capture under way are refused, and change nothing of what is there."""
    front, back = desk.caller(desk.front), desk.caller(desk.back)
    sealed = desk.sealed(desk.front)
    assert reason(back.begin(sealed)) == "station.not-theirs"
    assert front.begin(sealed).status_code == 200
    assert reason(back.send(sealed, "original")) == "station.not-theirs"
    assert reason(back.finish(sealed)) == "station.not-theirs"
    taken = Sealed.by(*desk.back.keys(), b"other", capture=sealed.capture)
    assert reason(back.begin(taken)) == "station.not-theirs"
    assert front.deliver(sealed).json() == {"state": "stored"}
    assert reason(back.begin(taken)) == "station.not-theirs"
    again = Sealed.by(*desk.front.keys(), b"other", capture=sealed.capture)
    assert reason(front.begin(again)) == "station.not-theirs"


def test_only_the_form_that_stations_use_is_taken(desk: Desk) -> None:
    """A higher level, another recipient, another role, a later revision, half a capture, no JSON: refused."""
    (keys, station), caller = desk.front.keys(), desk.caller(desk.front)
    good = desk.sealed(desk.front)
    one = good.envelopes["original"]
    vault = Vault(MemoryStore(), keys, station=station)
    secret = vault.seal_bytes(b"x", document=good.capture, role="original", level=Level.SECRET).envelope
    reading = vault.seal_bytes(b"x", document=good.capture, role="reading").envelope
    few = envelope(one.capture, one.recipients[:1], revision=1, signer=station.signing)
    own = replace(one.recipients[0], key_id=station.signing.public.id)
    more = envelope(one.capture, (*one.recipients, own), revision=1, signer=station.signing)
    later = envelope(one.capture, one.recipients, revision=2, signer=station.signing)
    unsigned = replace(one, signature=bytes(64))
    for bad in (secret, reading, few, more, later, unsigned):
        changed = Sealed(good.capture, {**good.envelopes, "original": bad}, good.octets)
        assert reason(caller.begin(changed)) == "station.not-theirs"
    target = f"/captures/{good.capture}"
    for body in (b"", b"{}", b"[]", b'{"original": 1, "ticket": 2}', b'{"original": "x", "ticket": "y"}', b"\xff"):
        assert reason(caller.call("POST", target, body)) == "station.call-unfit"
    for number in ("x", "A" * 16, "..", "a" * 17):
        assert caller.call("POST", f"/captures/{number}", good.begun()).status_code in {400, 403, 404}
    assert reason(caller.send(good, "original")) == "station.call-unfit"  # nothing was begun
    assert caller.begin(good).status_code == 200
    assert reason(caller.send(good, "original", bytes(len(good.octets["original"]) + 1))) == "station.call-unfit"
    assert reason(caller.send(good, "ticket", b"x", 10**6)) == "station.call-unfit"
    assert caller.call("POST", f"{target}/objects/reading", b"x").status_code == 400
    assert caller.call("POST", f"{target}/objects/original?offset=-1", b"x").status_code == 422
    assert caller.send(good, "original", bytes(9 * 1024**2)).status_code == 413


def test_what_arrives_changed_is_not_kept(desk: Desk) -> None:
    """A ciphertext that is not the one its envelope states is forgotten; sent anew as it is, it is stored."""
    caller, sealed = desk.caller(desk.front), desk.sealed(desk.front)
    spoiled = bytes([sealed.octets["original"][0] ^ 1]) + sealed.octets["original"][1:]
    caller.begin(sealed)
    caller.send(sealed, "ticket")
    caller.send(sealed, "original", spoiled)
    assert caller.finish(sealed).json()["has"]["original"] == 0
    assert sealed.capture not in desk.came()
    caller.send(sealed, "original")
    assert caller.finish(sealed).json() == {"state": "stored"}


def test_a_station_struck_off_sends_no_more(desk: Desk, tmp_path: Path) -> None:
    """From the moment on, without a restart of the page, though what it holds was sealed before."""
    gone = Scanner.enrolled(desk.home, PASSPHRASE, tmp_path / "gone", "gone")
    caller, early, late = desk.caller(gone), desk.sealed(gone), desk.sealed(gone)
    assert caller.deliver(early).json() == {"state": "stored"}
    caller.begin(late)
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        stations.revoke(archive, "gone")
    for answer in (caller.send(late, "original"), caller.finish(late), caller.call("GET", "/hello")):
        assert reason(answer) == "station.call-revoked"
    assert late.capture not in desk.came()


def test_what_was_destroyed_does_not_come_back(desk: Desk) -> None:
    """A station that asks once more for what was destroyed meanwhile is told that it is stored, and sends nothing."""
    caller, sealed = desk.caller(desk.front), desk.sealed(desk.front)
    assert caller.deliver(sealed).json() == {"state": "stored"}
    with Archive.open(desk.home, desk.home.settings(), PASSPHRASE) as archive:
        object_id = sealed.envelopes["original"].object_id
        destroy(archive.vault, [object_id], reason="specimen", decided_by=["a", "b"])
    for path in (desk.home.path / "receiving" / sealed.capture).iterdir():
        path.unlink()  # as when the receipt is gone
    assert caller.begin(sealed).json() == {"state": "stored"}


def test_old_calls_and_rests_are_tidied_away(desk: Desk) -> None:
    """Numbers of calls go when they could not be heard again anyway; what is half sent, after a month."""
    caller, sealed = desk.caller(desk.front), desk.sealed(desk.front)
    caller.begin(sealed)
    folder = desk.home.path / "receiving"
    old = datetime.now(UTC).timestamp() - STALE_SECONDS - 60
    for path in (folder / sealed.capture, *(folder / sealed.capture).iterdir()):
        os.utime(path, (old, old))
    number = next((folder / "calls").iterdir())
    os.utime(number, (old, old))
    header = caller.header("GET", "/hello")
    Receiving(desk.home).hear("GET", f"{API}/hello", b"", header)
    assert not number.exists()
    assert not (folder / sealed.capture).exists()
