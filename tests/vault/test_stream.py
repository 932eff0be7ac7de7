"""The streaming format: Tink reads and writes the same bytes, and every change shows."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

try:
    import tink as tink_package
    from tink import secret_key_access, streaming_aead
    from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2
except ImportError:  # no wheel for this platform
    tink_package = None

from vault.stream import HEADER_SIZE, SEGMENT_SIZE, TAG_SIZE, Broken, open_stream, seal_stream, sealed_size

VECTORS = Path(__file__).parents[1] / "vectors" / "vault" / "stream"
KEY = bytes(range(32))
FIRST = SEGMENT_SIZE - HEADER_SIZE - TAG_SIZE
NEXT = SEGMENT_SIZE - TAG_SIZE
SIZES = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT - 1, FIRST + NEXT, FIRST + NEXT + 1, 3 * 1024 * 1024 + 5]


def plain(size: int) -> bytes:
    """Bytes of a size in which no two segments are alike."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


def sealed(content: bytes, aad: bytes = b"aad") -> bytes:
    """The ciphertext of bytes."""
    return b"".join(seal_stream(io.BytesIO(content), KEY, aad))


def opened(ciphertext: bytes, aad: bytes = b"aad", piece: int = 70_001) -> bytes:
    """The plaintext of a ciphertext that comes in pieces."""
    return b"".join(open_stream(pieces(ciphertext, piece), KEY, aad))


def pieces(octets: bytes, piece: int) -> Iterator[bytes]:
    """Bytes cut into pieces."""
    for at in range(0, len(octets), piece):
        yield octets[at : at + piece]


@pytest.mark.parametrize("size", SIZES)
def test_tink_opens_what_we_seal(size: int) -> None:
    """Tink's own reader gives back what was sealed here."""
    ciphertext = sealed(plain(size))
    assert tink().new_decrypting_stream(io.BytesIO(ciphertext), b"aad").read() == plain(size)
    assert len(ciphertext) == sealed_size(size)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_tink_seals(size: int) -> None:
    """What Tink's own writer sealed is given back here."""
    kept = KeptOpen()
    with tink().new_encrypting_stream(kept, b"aad") as stream:
        stream.write(plain(size))
    assert opened(kept.getvalue()) == plain(size)


class KeptOpen(io.BytesIO):
    """A buffer that Tink does not close."""

    def close(self) -> None:
        return None


def tink() -> Any:  # Tink ships no types
    """Tink's AES256_GCM_HKDF_1MB under the key of these tests."""
    if tink_package is None:
        pytest.skip("Tink has no wheel for this platform; the vectors still stand")
    streaming_aead.register()
    params = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=SEGMENT_SIZE, derived_key_size=32, hkdf_hash_type=common_pb2.HashType.SHA256
    )
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(version=0, key_value=KEY, params=params)
    one = tink_pb2.Keyset.Key(
        key_data=tink_pb2.KeyData(
            type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
            value=key.SerializeToString(),
            key_material_type=tink_pb2.KeyData.SYMMETRIC,
        ),
        status=tink_pb2.ENABLED,
        key_id=1,
        output_prefix_type=tink_pb2.RAW,
    )
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[one]).SerializeToString()
    handle = tink_package.proto_keyset_format.parse(keyset, secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_vectors(path: Path) -> None:
    """Each vector opens to the plaintext it states, or is refused where it states a failure."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    ciphertext, aad = bytes.fromhex(vector["ciphertext"]), bytes.fromhex(vector["aad"])
    key = bytes.fromhex(vector["key"])
    if vector["expect"] == "broken":
        with pytest.raises(Broken):
            list(open_stream([ciphertext], key, aad))
    else:
        assert b"".join(open_stream([ciphertext], key, aad)) == bytes.fromhex(vector["plaintext"])


def test_there_are_vectors() -> None:
    """The vectors above were found, good ones and bad ones."""
    expected = [json.loads(path.read_text(encoding="utf-8"))["expect"] for path in VECTORS.glob("*.json")]
    assert expected.count("opened") >= 3
    assert expected.count("broken") >= 3


@given(st.binary(max_size=300), st.binary(max_size=40), st.integers(1, 99))
def test_what_is_sealed_opens(content: bytes, aad: bytes, piece: int) -> None:
    """Sealing and opening give the content back, in pieces of any size."""
    assert opened(sealed(content, aad), aad, piece) == content


@given(st.binary(max_size=60), st.data())
def test_every_flipped_bit_is_refused(content: bytes, data: st.DataObject) -> None:
    """No bit of a ciphertext can be turned."""
    ciphertext = bytearray(sealed(content))
    at = data.draw(st.integers(0, len(ciphertext) * 8 - 1))
    ciphertext[at // 8] ^= 1 << at % 8
    with pytest.raises(Broken):
        opened(bytes(ciphertext))


def test_every_flipped_byte_of_a_small_object_is_refused() -> None:
    """Every byte of a small ciphertext, header and tag included, matters."""
    ciphertext = sealed(b"specimen")
    for at in range(len(ciphertext)):
        changed = bytearray(ciphertext)
        changed[at] ^= 0xFF
        with pytest.raises(Broken):
            opened(bytes(changed))


def test_every_shorter_length_is_refused() -> None:
    """No proper beginning of a small ciphertext opens."""
    ciphertext = sealed(b"specimen")
    for length in range(len(ciphertext)):
        with pytest.raises(Broken):
            opened(ciphertext[:length])


def segments(ciphertext: bytes) -> list[bytes]:
    """The header with the first segment, then the others."""
    return list(pieces(ciphertext, SEGMENT_SIZE))


def test_segments_keep_their_places() -> None:
    """Swapped, dropped, repeated, appended and exchanged segments are refused, and nothing false is given out."""
    content = plain(FIRST + 2 * NEXT + 10)
    first, second, third, last = segments(sealed(content))
    foreign = segments(sealed(content))
    attacks = {
        "swapped": [first, third, second, last],
        "dropped": [first, third, last],
        "dropped first": [second, third, last],
        "repeated": [first, second, second, third, last],
        "repeated last": [first, second, third, last, last],
        "cut at a border": [first, second, third],
        "cut inside": [first, second, third[:-1]],
        "appended": [first, second, third, last, b"\x00"],
        "from another ciphertext of the same content and key": [first, foreign[1], third, last],
        "the other's header": [foreign[0], second, third, last],
    }
    for name, attack in attacks.items():
        given_out = b""
        with pytest.raises(Broken):  # noqa: PT012  # what is given out before the refusal is looked at
            for piece in open_stream(attack, KEY, b"aad"):
                given_out += piece
        assert content.startswith(given_out), name


def test_first_and_last_segment_flipped() -> None:
    """In a large object, a change in the last segment gives out none of that segment; one in the first, nothing."""
    content = plain(FIRST + 100)
    ciphertext = sealed(content)
    for at in (0, HEADER_SIZE - 1, HEADER_SIZE, SEGMENT_SIZE - 1, SEGMENT_SIZE, len(ciphertext) - 1):
        changed = bytearray(ciphertext)
        changed[at] ^= 1
        given_out = b""
        with pytest.raises(Broken):  # noqa: PT012  # as above
            for piece in open_stream(pieces(bytes(changed), 99_999), KEY, b"aad"):
                given_out += piece
        assert given_out == (content[:FIRST] if at >= SEGMENT_SIZE else b"")


def test_another_key_or_purpose_is_refused() -> None:
    """A ciphertext opens under its own key and associated data only."""
    ciphertext = sealed(b"specimen")
    with pytest.raises(Broken):
        opened(ciphertext, aad=b"another")
    with pytest.raises(Broken):
        list(open_stream([ciphertext], bytes(32), b"aad"))


class Sipping(io.RawIOBase):
    """Gives less than it is asked for, as pipes do."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(min(size, 4093))


def test_short_reads_make_no_short_segments() -> None:
    """A source that gives little at a time is sealed like any other."""
    content = plain(FIRST + 5)
    ciphertext = b"".join(seal_stream(Sipping(content), KEY, b"aad"))  # type: ignore[arg-type]
    assert len(ciphertext) == sealed_size(len(content))
    assert opened(ciphertext) == content
