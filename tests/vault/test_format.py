"""The format page is enough: a second reader, written from docs/vault-format.md alone, opens an archive."""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.vault.conftest import PASSPHRASE, Archive
from vault.destroy import destroy
from vault.lend import lend
from vault.levels import Level
from vault.stores.local import LocalStore
from vault.users import grant_level
from vault.vault import Vault
from vault.wrap import new_private_key


def pack(*fields: str | bytes) -> bytes:
    """§2.3."""
    octets = [field.encode() if isinstance(field, str) else field for field in fields]
    return b"".join(struct.pack(">I", len(one)) + one for one in octets)


def short_id(octets: bytes) -> str:
    """§2.4."""
    return base64.b32encode(hashlib.sha256(octets).digest()[:16]).decode().rstrip("=").lower()


def public_of(private: bytes) -> bytes:
    """The public half of an X25519 key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def unwrap(private: bytes, wrapped: bytes, info: bytes) -> bytes:
    """§2.7."""
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    return suite.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info)


def verify(public: bytes, signature: bytes, purpose: str, message: bytes) -> None:
    """§2.6."""
    Ed25519PublicKey.from_public_bytes(public).verify(signature, pack(purpose, message))


@dataclass
class Taker:
    """Takes fields off the front."""

    octets: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        """So many bytes."""
        self.at += count
        assert self.at <= len(self.octets)
        return self.octets[self.at - count : self.at]

    def number(self, width: int) -> int:
        """u8, u16, u32, u64."""
        return int.from_bytes(self.take(width), "big")

    def text8(self) -> str:
        """§2.2."""
        return self.take(self.number(1)).decode()


def open_box(octets: bytes, purpose: str, passphrase: str) -> bytes:
    """§6.1."""
    taker = Taker(octets)
    assert (taker.take(5), taker.number(1), taker.text8()) == (b"JZBOX", 1, purpose)
    memory, passes, lanes = taker.number(4), taker.number(4), taker.number(1)
    salt, nonce = taker.take(16), taker.take(12)
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
    header = octets[: taker.at]
    return AESGCM(kdf.derive(passphrase.encode())).decrypt(nonce, octets[taker.at :], header)


def private_by_code(octets: bytes, code: str) -> bytes:
    """§7."""
    digits = code.replace("-", "").removeprefix("JZR1")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    check = hashlib.sha256(pack("juanzong recovery check 1", digits[:32])).digest()
    bits = "".join(f"{byte:08b}" for byte in check)[:20]
    assert digits[32:] == "".join(alphabet[int(bits[at : at + 5], 2)] for at in range(0, 20, 5))
    secret = int("".join(f"{alphabet.index(digit):05b}" for digit in digits[:32]), 2).to_bytes(20, "big")
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=pack("juanzong recovery code 1"))
    taker = Taker(octets)
    assert (taker.take(5), taker.number(1)) == (b"JZREC", 1)
    archive = taker.text8()
    taker.number(4)
    return unwrap(kdf.derive(secret), octets[taker.at :], pack("juanzong recovery 1", archive))


def public_file(octets: bytes) -> dict[str, Any]:
    """§8."""
    whole = json.loads(octets)
    body: dict[str, Any] = whole["keys"]
    message = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    archive_key = bytes.fromhex(body["archive_key"])
    verify(archive_key, bytes.fromhex(whole["signature"]), "juanzong public keys 1", message)
    assert body["archive"] == short_id(pack("juanzong archive 1", archive_key))
    return body


def open_object(store: Path, object_id: str, keys: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """§3, §4, §5, §9: the envelope's fields and the content."""
    public = json.loads(keys["public"])["keys"]
    level = {"o": "ordinary", "c": "confidential", "s": "secret"}[object_id[0]]
    folder = store / "keys" / level / object_id[1:3]
    path = max(folder.glob(f"{object_id}.*"))
    taker = Taker(path.read_bytes())
    assert (taker.take(5), taker.number(1)) == (b"JZENV", 1)
    fields: dict[str, Any] = {name: taker.text8() for name in ("object", "archive", "document", "role")}
    assert taker.number(1) == {"ordinary": 1, "confidential": 2, "secret": 3}[level]
    fields["sealed_at"] = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=taker.number(8))
    sha256, size, station = taker.take(32), taker.number(8), taker.text8()
    stations = {}
    for one in public["stations"]:
        stations[short_id(pack("juanzong key id 1", "station", bytes.fromhex(one["public"])))] = one
    captured = taker.octets[: taker.at]
    verify(bytes.fromhex(stations[station]["public"]), taker.take(64), "juanzong capture 1", captured)
    fields["revision"] = taker.number(4)
    assert path.name == f"{object_id}.{fields['revision']:08d}"
    wrapped = {}
    loans = []
    for _ in range(taker.number(2)):
        holder, key_id, suite = taker.number(1), taker.text8(), taker.number(1)
        assert suite == 1
        wrapped[key_id] = taker.take(taker.number(2))
        who, until = taker.text8(), taker.number(8)
        if holder == 3:
            loans.append((who, until))
    fields["loans"] = loans
    signer = taker.text8()
    accessed = taker.octets[: taker.at]
    verify(bytes.fromhex(stations[signer]["public"]), taker.take(64), "juanzong access 1", accessed)
    assert taker.at == len(taker.octets)
    assert stations[signer]["desk"] or fields["revision"] == 1
    private = bytes.fromhex(keys["reading"][level][-1])
    key_id = short_id(pack("juanzong key id 1", "reading", public_of(private)))
    aad = pack("juanzong object 1", fields["archive"], fields["document"], object_id, fields["role"])
    object_key = unwrap(private, wrapped[key_id], pack("juanzong wrap 1", aad, key_id))
    ciphertext = (store / "objects" / level / object_id[1:3] / object_id).read_bytes()
    assert (hashlib.sha256(ciphertext).digest(), len(ciphertext)) == (sha256, size)
    return fields, decrypt(ciphertext, object_key, aad)


def decrypt(ciphertext: bytes, key: bytes, aad: bytes) -> bytes:
    """§4."""
    assert ciphertext[0] == 40
    salt, prefix = ciphertext[1:33], ciphertext[33:40]
    cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=aad).derive(key))
    plain, at, number, length = b"", 40, 0, 1_048_536
    while True:
        segment = ciphertext[at : at + length]
        last = at + length >= len(ciphertext)
        plain += cipher.decrypt(prefix + struct.pack(">IB", number, last), segment, None)
        if last:
            return plain
        at, number, length = at + length, number + 1, 1_048_576


@pytest.mark.parametrize("size", [0, 11, 1_048_520, 1_048_521, 2_500_000])
def test_a_second_reader_opens_everything(archive: Archive, size: int) -> None:
    """By passphrase and by recovery code, for every level, a reader made from the page gets the content."""
    keys = archive.keys
    vault = Vault(LocalStore.create(archive.home / "store", archive=keys.public.archive), keys.public, keys)
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    folder = archive.home / "keys"
    by_passphrase = json.loads(open_box((folder / "private.box").read_bytes(), "archive keys", PASSPHRASE))
    assert by_passphrase == json.loads(private_by_code((folder / "recovery.box").read_bytes(), archive.code))
    assert by_passphrase["public"].encode() == (folder / "archive.json").read_bytes()
    public_file((folder / "archive.json").read_bytes())
    until = datetime(2031, 5, 4, 3, 2, 1, 7000, tzinfo=UTC)
    for level in Level:
        sealed = vault.seal_bytes(content, document="卷 1", role="original", level=level)
        borrower = new_private_key("user").public
        lend(vault, sealed.object_id, borrower=borrower, who="王", until=until)
        fields, opened = open_object(archive.home / "store", sealed.object_id, by_passphrase)
        assert opened == content
        assert fields == {
            "object": sealed.object_id,
            "archive": keys.public.archive,
            "document": "卷 1",
            "role": "original",
            "sealed_at": sealed.envelope.capture.sealed_at,
            "revision": 2,
            "loans": [("王", 1_935_630_121_007)],
        }


def test_tombstone_and_grant(archive: Archive) -> None:
    """Tombstones and grants are laid out as §10 and §11 say."""
    keys = archive.keys
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    vault = Vault(
        LocalStore.create(archive.home / "s", archive=keys.public.archive), keys.public, keys, clock=lambda: noon
    )
    object_id = vault.seal_bytes(b"x", document="d", role="r").object_id
    destroy(vault, [object_id], reason="r", decided_by=["a", "b"])
    octets = (archive.home / "s" / "destroyed" / "ordinary" / object_id[1:3] / object_id).read_bytes()
    station = keys.station.signing.public
    expected = b"JZTMB\x01" + b"".join(
        [
            bytes([27]) + object_id.encode(),
            bytes([26]) + keys.public.archive.encode(),
            struct.pack(">Q", 1_795_435_200_000),
            bytes([26]) + station.id.encode(),
        ]
    )
    assert octets[:-64] == expected
    verify(station.octets, octets[-64:], "juanzong tombstone 1", expected)
    person = new_private_key("user")
    taker = Taker(grant_level(keys, Level.SECRET, person.public, now=noon))
    assert (taker.take(5), taker.number(1)) == (b"JZGRT", 1)
    assert [taker.text8() for _ in range(3)] == [keys.public.archive, "secret", person.public.id]
    assert taker.number(8) == 1_795_435_200_000
    wrapped = taker.take(taker.number(2))
    signed = taker.octets[: taker.at]
    verify(keys.public.archive_key.octets, taker.take(64), "juanzong grant 1", signed)
    info = pack("juanzong grant 1", keys.public.archive, "secret", person.public.id)
    assert json.loads(unwrap(person.octets, wrapped, info)) == {
        "index": keys.index_key(Level.SECRET).hex(),
        "reading": [key.octets.hex() for key in keys.level_keys[Level.SECRET]],
    }


def test_the_signing_key_of_the_archive_is_its_name(archive: Archive) -> None:
    """The archive's id is made of its own key, as §2.4 says."""
    public = Ed25519PrivateKey.from_private_bytes(archive.keys.archive.seed).public_key().public_bytes_raw()
    assert archive.keys.public.archive == short_id(pack("juanzong archive 1", public))
