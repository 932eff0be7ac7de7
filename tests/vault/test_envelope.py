"""Envelopes: one way to write each, and no other bytes are read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.envelope import (
    Capture,
    Envelope,
    Holder,
    Recipient,
    capture,
    encode,
    envelope,
    from_milliseconds,
    parse,
    signed_by,
    to_milliseconds,
)
from vault.levels import Level
from vault.octets import Malformed
from vault.signing import new_signing_key, signing_key
from vault.wrap import WRAPPED_SIZE

STATION = signing_key("station", bytes(range(32)))
DESK = signing_key("station", bytes(range(1, 33)))
NOON = datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
moments = st.integers(1, 4_000_000_000_000).map(from_milliseconds)


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    """Any envelope that can be written."""
    level = draw(st.sampled_from(Level))
    what = capture(
        object_id=level.letter + draw(texts),
        archive=draw(texts),
        document=draw(texts),
        role=draw(texts),
        level=level,
        sealed_at=draw(moments),
        content_sha256=draw(st.binary(min_size=32, max_size=32)),
        content_size=draw(st.integers(0, 2**64 - 1)),
        station=STATION,
    )
    recipients = []
    for key_id in draw(st.sets(texts, max_size=4)):
        holder = draw(st.sampled_from(Holder))
        until = draw(moments) if holder is Holder.LOAN else None
        wrapped = draw(st.binary(min_size=WRAPPED_SIZE, max_size=WRAPPED_SIZE))
        recipients.append(Recipient(holder, key_id, wrapped, draw(texts), until))
    return envelope(what, tuple(recipients), revision=draw(st.integers(1, 2**32 - 1)), signer=DESK)


def small() -> Envelope:
    """A plain envelope with two recipients."""
    what = capture(
        object_id="oaaaa",
        archive="archive",
        document="d1",
        role="original",
        level=Level.ORDINARY,
        sealed_at=NOON,
        content_sha256=bytes(32),
        content_size=57,
        station=STATION,
    )
    level = Recipient(Holder.LEVEL, "k1", b"w" * WRAPPED_SIZE)
    lent = Recipient(Holder.LOAN, "k0", b"v" * WRAPPED_SIZE, "wang", NOON + timedelta(days=3))
    return envelope(what, (level, lent), revision=2, signer=DESK)


@given(envelopes())
def test_what_is_written_is_read(whole: Envelope) -> None:
    """Every envelope survives being written and read, its signatures too."""
    octets = encode(whole)
    assert parse(octets) == whole
    assert encode(parse(octets)) == octets
    assert signed_by(whole, STATION.public, DESK.public)


def test_every_changed_byte_shows() -> None:
    """Whatever byte is changed, the envelope is not read or not signed."""
    octets = encode(small())
    for at in range(len(octets)):
        for mask in (0x01, 0x80, 0xFF):
            changed = bytearray(octets)
            changed[at] ^= mask
            assert refused(bytes(changed)), at


def test_every_shorter_length_shows() -> None:
    """No proper beginning of an envelope is one, and nothing may follow it."""
    octets = encode(small())
    for length in range(len(octets)):
        with pytest.raises(Malformed):
            parse(octets[:length])
    with pytest.raises(Malformed):
        parse(octets + b"\x00")


def test_signatures_do_not_stand_for_each_other() -> None:
    """A station's other signatures, other stations, and exchanged parts are all refused."""
    whole, stranger = small(), new_signing_key("station")
    assert not signed_by(whole, stranger.public, DESK.public)
    assert not signed_by(whole, STATION.public, stranger.public)
    assert not signed_by(whole, DESK.public, STATION.public)
    grafted = Envelope(whole.capture, 3, whole.recipients, whole.signer, whole.signature)
    assert not signed_by(grafted, STATION.public, DESK.public)
    later = Envelope(whole.capture, 2, whole.recipients[:1], whole.signer, whole.signature)
    assert not signed_by(later, STATION.public, DESK.public)


def test_versions_suites_and_counts_it_does_not_know() -> None:
    """An unknown version, suite or holder, or a revision of zero, is refused rather than guessed at."""
    octets = encode(small())
    for old, new in (
        (b"JZENV\x01", b"JZENV\x02"),
        (b"JZENV\x01", b"JZENW\x01"),
        (b"\x02k1\x01", b"\x02k1\x02"),
        (b"\x01\x02k1\x01", b"\x07\x02k1\x01"),
        (b"\x00\x00\x00\x02\x00\x02", b"\x00\x00\x00\x00\x00\x02"),
        (b"\x00\x00\x00\x02\x00\x02", b"\x00\x00\x00\x02\xff\xff"),
        (b"\x02k1", b"\x02k0"),
    ):
        assert octets.count(old) == 1
        with pytest.raises(Malformed):
            parse(octets.replace(old, new))


def test_level_and_id_agree() -> None:
    """An envelope whose id states another level than it does is no envelope."""
    whole = small()
    moved = Envelope(
        Capture(**{**{name: getattr(whole.capture, name) for name in Capture.__slots__}, "level": Level.SECRET}),
        whole.revision,
        whole.recipients,
        whole.signer,
        whole.signature,
    )
    with pytest.raises(Malformed):
        parse(encode(moved))


def test_a_key_stands_once() -> None:
    """Two recipients of one key cannot be written."""
    whole = small()
    with pytest.raises(ValueError, match="once"):
        envelope(whole.capture, (whole.recipients[0], whole.recipients[0]), revision=1, signer=DESK)


@given(moments)
def test_moments_survive(moment: datetime) -> None:
    """Milliseconds since 1970 give the same moment back."""
    assert from_milliseconds(to_milliseconds(moment)) == moment


def refused(octets: bytes) -> bool:
    """Tell whether these bytes are not read, or read and not signed."""
    try:
        return not signed_by(parse(octets), STATION.public, DESK.public)
    except Malformed:
        return True
