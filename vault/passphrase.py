"""Passphrases: where one comes from without a prompt, and which are too weak (docs/threat-model.md §5)."""

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vault.errors import WeakPassphrase

NEEDED_BITS: Final = 50
"""2^50 guesses at Argon2id's production cost (one core-second and 256 MiB each) are beyond the attackers we name."""
ENVIRONMENT: Final = "JUANZONG_PASSPHRASE"
CREDENTIAL: Final = "juanzong-passphrase"
MOST_BYTES: Final = 4096

_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "`1234567890-=")
_COMMON: Final = frozenset(
    """
    admin administrator archive baobao changeme china company default demo dragon hello huawei iloveyou juanzong
    letmein lenovo liu login love mima monkey office pass passphrase passwd password qwerty qwertyuiop root scanner
    secret test user wang weixin welcome woaini zhang zhongguo
    卷宗 密码 密碼 中国 中國 公司 管理 管理员 管理員 我爱你 我愛你
    """.split()  # noqa: SIM905  # as text it fits on a screen
)
_RUN: Final = re.compile(r"[^\W\d_]+|\d+|[\W_]", re.UNICODE)


def strength_bits(passphrase: str) -> float:
    """Estimate how many bits a guesser who knows words, dates, keyboards and habits must get right.

    A word of letters counts 8 bits and 1.5 for each letter (a dictionary, then spelling); a common password or a
    product name 3; a Han character 9 (the 2,500 in daily use, taken in words); a digit 3.3; a sign 3. A character
    that repeats, makes a pair that stood before, or continues a row of keyboard, alphabet or digits counts half a bit.
    """
    words = _RUN.findall(passphrase)
    return sum(_bits(word) for word in dict.fromkeys(words)) + 0.5 * (len(words) - len(set(words)))


def check_passphrase(passphrase: str) -> None:
    """Accept a passphrase that is worth ``NEEDED_BITS``.

    Raises:
        WeakPassphrase: it is worth less.
    """
    bits = strength_bits(passphrase)
    if bits < NEEDED_BITS:
        raise WeakPassphrase(bits=math.floor(bits), needed=NEEDED_BITS)


def given_passphrase(*, descriptor: int | None = None, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the passphrase given without a prompt, or None: then ask.

    Looked for in this order: an open file descriptor, the systemd credential ``juanzong-passphrase``
    (``LoadCredentialEncrypted=``), the environment variable ``JUANZONG_PASSPHRASE`` (tests and demos: other
    processes of the same account can read it). One line end at its end is not part of it.
    """
    if descriptor is not None:
        with open(descriptor, "rb", closefd=False) as file:
            return _line(file.read(MOST_BYTES))
    folder = environment.get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder, CREDENTIAL)).is_file():
        return _line(credential.read_bytes()[:MOST_BYTES])
    return environment.get(ENVIRONMENT)


def _line(octets: bytes) -> str:
    return octets.decode("utf-8").removesuffix("\n").removesuffix("\r")


def _bits(word: str) -> float:
    if word.casefold() in _COMMON:
        return 3.0
    pairs = dict.fromkeys(zip(" " + word, word, strict=False))
    fresh = sum(not _continues(before, char) for before, char in pairs)
    stale = (len(word) - fresh) * 0.5
    if word[0].isdigit():
        return 3.3 * fresh + stale
    if not word[0].isalpha():
        return 3.0
    han = sum("\u3400" <= char <= "\u9fff" for char in word)
    letters = fresh - han
    return 9.0 * max(0, min(han, fresh)) + (min(8.0, 4.0 * letters) + 1.5 * letters if letters > 0 else 0) + stale


def _continues(before: str, char: str) -> bool:
    if before == char:
        return True
    pair = (before + char).casefold()
    return any(pair in row or pair in row[::-1] for row in _ROWS)
