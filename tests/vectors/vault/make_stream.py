"""Make the vectors of the streaming format with Tink itself: ``python tests/vectors/vault/make_stream.py``.

Each file states key, associated data, ciphertext and what must come of it; "why" says what a bad one has.
"""

import json
from pathlib import Path

from tests.vault.test_stream import KEY, KeptOpen, tink

FOLDER = Path(__file__).parent / "stream"
AAD = b"archive, document, object, role"


def main() -> None:
    """Write every vector."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in {"empty": b"", "one-byte": b"\x00", "text": "卷宗 SPECIMEN／樣本".encode()}.items():
        ciphertext = _tink(content)
        _write(name, ciphertext, expect="opened", plaintext=content.hex(), why="sealed by Tink")
    ciphertext = _tink(b"SPECIMEN")
    _write("cut", ciphertext[:-1], expect="broken", why="the last byte is missing")
    _write("longer", ciphertext + b"\x00", expect="broken", why="a byte follows the end")
    _write("header-only", ciphertext[:40], expect="broken", why="no segment follows the header")
    _write("header-length", b"\x29" + ciphertext[1:], expect="broken", why="the header states another length")
    _write("flipped", ciphertext[:44] + bytes([ciphertext[44] ^ 1]) + ciphertext[45:], expect="broken", why="a bit")
    _write("other-aad", ciphertext, aad=b"another", expect="broken", why="opened as another document")


def _tink(content: bytes) -> bytes:
    kept = KeptOpen()
    with tink().new_encrypting_stream(kept, AAD) as stream:
        stream.write(content)
    return kept.getvalue()


def _write(name: str, ciphertext: bytes, *, aad: bytes = AAD, **stated: str) -> None:
    vector = {"key": KEY.hex(), "aad": aad.hex(), "ciphertext": ciphertext.hex(), **stated}
    text = json.dumps(vector, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
