"""Make the vectors of every format but the stream: ``python -m tests.vectors.vault.make_formats``.

Each file states the bytes, what must come of them (``read``, ``malformed``, ``unsigned``, ``wrong_passphrase``) and
why. Keys are made of fixed seeds; salts, nonces and HPKE are random: a new run gives other bytes of the same meaning.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from vault import private, public
from vault.aad import object_aad
from vault.envelope import capture, encode, envelope
from vault.keyfile import FAST, Cost, box_key
from vault.levels import Level
from vault.public import LevelKey, PublicKeys, StationKey
from vault.recovery import new_recovery_code, recovery_key
from vault.seal import loan, standing_recipients
from vault.signing import signing_key
from vault.tombstone import tombstone
from vault.wrap import private_key

FOLDER = Path(__file__).parent / "formats"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OBJECT_ID = "o" + "a" * 26
PASSPHRASE = "specimen heron violet anchor"
DESK, STRANGER = signing_key("station", bytes([1]) * 32), signing_key("station", bytes([2]) * 32)
ARCHIVE = signing_key("archive", bytes([3]) * 32)


def main() -> None:
    """Write every vector."""
    FOLDER.mkdir(exist_ok=True)
    keys = _keys()
    _envelopes(keys.public)
    _boxes(keys)
    _tombstones(keys.public.archive)
    _key_files(keys)
    code = new_recovery_code()
    _write("code", "code", code.encode(), "read", "as printed", private=recovery_key(code).octets.hex())
    _write("code-typed", "code", code.lower().replace("-", "").encode(), "read", "as typed")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    _write("code-mistyped", "code", wrong.encode(), "malformed", "the last character is wrong")


def _keys() -> private.Keys:
    audit, reading = signing_key("audit", bytes([4]) * 32), private_key("reading", bytes([5]) * 32)
    made = PublicKeys(
        archive=public.archive_id(ARCHIVE.public),
        archive_key=ARCHIVE.public,
        serial=0,
        reading={level: (LevelKey(reading.public, NOON),) for level in Level},
        recovery=private_key("recovery", bytes([6]) * 32).public,
        stations=(StationKey(DESK.public, "desk", NOON, desk=True),),
        audit=audit.public,
    )
    station = private.Station(DESK, bytes([7]) * 32)
    held = dict.fromkeys(Level, (reading,))
    keys = private.Keys(made, ARCHIVE, station, audit, held, dict.fromkeys(Level, bytes([8]) * 32))
    return keys.with_public(made)


def _envelopes(keys: PublicKeys) -> None:
    aad = object_aad(archive=keys.archive, document="d1", object_id=OBJECT_ID, role="original")
    what = capture(
        object_id=OBJECT_ID,
        archive=keys.archive,
        document="d1",
        role="original",
        level=Level.ORDINARY,
        sealed_at=NOON,
        content_sha256=bytes([9]) * 32,
        content_size=57,
        station=DESK,
    )
    standing = standing_recipients(keys, Level.ORDINARY, bytes(32), aad)
    lent = loan(private_key("user", bytes([10]) * 32).public, "王", NOON, bytes(32), aad)
    good = envelope(what, standing, revision=1, signer=DESK)
    octets = encode(good)
    level_at = octets.index(b"\x08original") + 9
    _write("envelope", "envelope", octets, "read", "two standing recipients")
    _write("envelope-loan", "envelope", encode(envelope(what, (*standing, lent), revision=2, signer=DESK)), "read", "")
    _write("envelope-version", "envelope", b"JZENV\x02" + octets[6:], "malformed", "version 2")
    _write("envelope-trailing", "envelope", octets + b"\x00", "malformed", "a byte follows")
    _write("envelope-cut", "envelope", octets[:-1], "malformed", "a byte is missing")
    other = octets[:level_at] + b"\x03" + octets[level_at + 1 :]
    _write("envelope-level", "envelope", other, "malformed", "level secret under an ordinary id")
    swapped = replace(good, recipients=tuple(reversed(good.recipients)))
    _write("envelope-order", "envelope", encode(swapped), "malformed", "recipients out of order")
    stranger = envelope(what, standing, revision=1, signer=STRANGER)
    _write("envelope-stranger", "envelope", encode(stranger), "unsigned", "the access is signed by no station")
    moved = replace(good, capture=replace(what, document="d2"))
    _write("envelope-moved", "envelope", encode(moved), "unsigned", "another document than was signed")
    fewer = replace(good, recipients=good.recipients[:1])
    _write("envelope-fewer", "envelope", encode(fewer), "unsigned", "a recipient was taken out")


def _boxes(keys: private.Keys) -> None:
    key = box_key("archive keys", PASSPHRASE, FAST)
    octets = key.seal(private.encode(keys))
    _write("box", "box", octets, "read", "the keys of an archive", passphrase=PASSPHRASE)
    _write("box-wrong", "box", octets, "wrong_passphrase", "another passphrase", passphrase="another")
    flipped = octets[:-1] + bytes([octets[-1] ^ 1])
    _write("box-flipped", "box", flipped, "wrong_passphrase", "a changed box does not open", passphrase=PASSPHRASE)
    greedy = replace(key, cost=Cost(2**31, 1, 1)).seal(b"x")
    _write("box-cost", "box", greedy, "malformed", "asks for two terabytes", passphrase=PASSPHRASE)
    person = box_key("user wang", PASSPHRASE, FAST).seal(b"x")
    _write("box-purpose", "box", person, "malformed", "a person's box", passphrase=PASSPHRASE)


def _tombstones(archive: str) -> None:
    octets = tombstone(OBJECT_ID, archive, NOON, DESK).encode()
    _write("tombstone", "tombstone", octets, "read", "signed by the desk")
    _write("tombstone-cut", "tombstone", octets[:-1], "malformed", "a byte is missing")
    buried = tombstone(OBJECT_ID, archive, NOON, STRANGER).encode()
    _write("tombstone-stranger", "tombstone", buried, "unsigned", "signed by no desk")


def _key_files(keys: private.Keys) -> None:
    octets = keys.public.document
    _write("public", "public", octets, "read", "signed by the archive")
    _write("public-spaced", "public", octets.replace(b'":', b'": '), "malformed", "not canonical")
    renamed = octets.replace(b'"name":"desk"', b'"name":"risk"')
    _write("public-changed", "public", renamed, "malformed", "not what the archive signed")


def _write(name: str, kind: str, octets: bytes, expect: str, why: str, **more: str) -> None:
    vector = {"format": kind, "octets": octets.hex(), "expect": expect, "why": why, "desk": DESK.public.octets.hex()}
    text = json.dumps({**vector, **more}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
