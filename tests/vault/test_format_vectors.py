"""Vectors of every format but the stream: each is read, or refused for the stated reason."""

import json
from collections import Counter
from pathlib import Path

import pytest

from vault import private, public
from vault.envelope import encode, parse, signed_by
from vault.errors import KeysDamaged, WrongPassphrase, WrongRecoveryCode
from vault.keyfile import open_box
from vault.octets import Malformed
from vault.recovery import recovery_key
from vault.signing import verify_key
from vault.tombstone import parse_tombstone

PATHS = sorted((Path(__file__).parents[1] / "vectors" / "vault" / "formats").glob("*.json"))


def outcome(vector: dict[str, str]) -> str:
    """What comes of a vector's bytes."""
    octets, desk = bytes.fromhex(vector["octets"]), verify_key("station", bytes.fromhex(vector["desk"]))
    try:
        match vector["format"]:
            case "envelope":
                whole = parse(octets)
                assert encode(whole) == octets
                return "read" if signed_by(whole, desk, desk) else "unsigned"
            case "tombstone":
                stone = parse_tombstone(octets)
                assert stone.encode() == octets
                return "read" if stone.signed_by(desk) else "unsigned"
            case "public":
                assert public.parse(octets).document == octets
            case "box":
                secret, _ = open_box(octets, "archive keys", vector["passphrase"], path="vector")
                assert private.encode(private.parse(secret)) == secret
            case "code":
                key = recovery_key(octets.decode())
                assert key.octets.hex() == vector.get("private", key.octets.hex())
            case other:
                pytest.fail(f"unknown format {other}")
    except (Malformed, KeysDamaged, WrongRecoveryCode):
        return "malformed"
    except WrongPassphrase:
        return "wrong_passphrase"
    return "read"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    """Each vector has the stated outcome."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    assert outcome(vector) == vector["expect"], vector["why"]


def test_there_are_vectors_of_every_outcome() -> None:
    """Good and bad ones of every format were found."""
    found = Counter(json.loads(path.read_text(encoding="utf-8"))["expect"] for path in PATHS)
    assert found.total() >= 20
    assert set(found) == {"read", "malformed", "unsigned", "wrong_passphrase"}
