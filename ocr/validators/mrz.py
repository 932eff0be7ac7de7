"""Machine-readable zones of travel documents (TD1, TD2, TD3), proven and repaired by their check digits.

Source: ICAO Doc 9303, parts 3 to 6.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

_SIZES: Final = {(3, 30): "TD1", (2, 36): "TD2", (2, 44): "TD3"}
_WEIGHTS: Final = (7, 3, 1)
_TO_DIGIT: Final = str.maketrans("OQDUILZSGBTA", "000011256874")
_TO_LETTER: Final = str.maketrans("0125684", "OIZSGBA")
_FILLERS: Final = str.maketrans(dict.fromkeys("«‹〈《＜˂<くㄑ", "<"))


@dataclass(frozen=True, slots=True)
class Zone:
    """What a machine-readable zone says. ``proven`` names the fields whose check digit is right."""

    form: str
    kind: str
    issuer: str
    surname: str
    given_names: str
    document_number: str
    nationality: str
    birth_date: date | None
    sex: str
    expiry_date: date | None
    personal_number: str
    proven: frozenset[str]

    @property
    def name(self) -> str:
        """The holder's name as one text, given names last."""
        return f"{self.surname} {self.given_names}".strip()


def check_digit(text: str) -> str:
    """Return the check digit of an MRZ field. Source: ICAO Doc 9303-3, 4.9."""
    return str(sum(_value(c) * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def read_zone(texts: Sequence[str]) -> Zone | None:
    """Return the machine-readable zone among the lines of a page, or None.

    Engines drop or double the filler ``<``: lines are brought to their length at their last run of fillers. A zone
    none of whose check digits is right is no zone.
    """
    lines = [line for line in map(_cleaned, texts) if (line.count("<") >= 2 and len(line) >= 24) or _second_like(line)]
    for (count, size), form in _SIZES.items():
        for at in range(len(lines) - count + 1):
            block = [_sized(line, size) for line in lines[at : at + count]]
            if all(block):
                zone = _zone(form, [str(line) for line in block])
                if zone is not None:
                    return zone
    return next((zone for line in lines if (zone := _lower_line(line)) is not None), None)


def _lower_line(line: str) -> Zone | None:
    """Return what the lower line of a passport's zone says by itself, where the names above it were not read."""
    sized = _sized(line, 44)
    zone = _zone("TD3", ["P".ljust(44, "<"), sized]) if sized and _second_like(sized) else None
    return zone if zone is not None and len(zone.proven) >= 2 else None


def _value(c: str) -> int:
    return 0 if c == "<" else int(c, 36)


def _cleaned(text: str) -> str:
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).translate(_FILLERS)).upper()
    return (
        re.sub(r"[^A-Z0-9<]", "<", folded)
        if folded.count("<") >= 2 or re.fullmatch(r"[A-Z0-9<.,]{28,46}", folded)
        else ""
    )


def _second_like(line: str) -> bool:
    """Tell whether a line has the shape of numbers, nationality and dates, so that it may lack fillers."""
    return re.fullmatch(r"[A-Z0-9<]{28,46}", line) is not None and sum(c.isdigit() for c in line) >= 12


def _sized(line: str, size: int) -> str | None:
    if len(line) == size:
        return line
    if abs(len(line) - size) > 6:
        return None
    runs = list(re.finditer(r"<{2,}", line))
    if not runs:
        return None
    run = max(runs, key=lambda m: len(m.group()))
    wanted = len(run.group()) + size - len(line)
    return line[: run.start()] + "<" * wanted + line[run.end() :] if wanted >= 1 else None


def _digits(text: str) -> str:
    return text.translate(_TO_DIGIT)


def _letters(text: str) -> str:
    return text.translate(_TO_LETTER)


def _proven(field: str, check: str) -> bool:
    return check_digit(field) == (_digits(check) if check != "<" else "0")


def _number(field: str, check: str) -> tuple[str, bool]:
    """Return a document number and whether it is proven, repairing one look-alike when only one repair is right."""
    if _proven(field, check):
        return field.rstrip("<"), True
    swaps = {
        "O": "0",
        "0": "O",
        "I": "1",
        "1": "I",
        "B": "8",
        "8": "B",
        "S": "5",
        "5": "S",
        "Z": "2",
        "2": "Z",
        "G": "6",
        "6": "G",
    }
    found = {
        field[:i] + swaps[c] + field[i + 1 :]
        for i, c in enumerate(field)
        if c in swaps and _proven(field[:i] + swaps[c] + field[i + 1 :], check)
    }
    return (found.pop().rstrip("<"), True) if len(found) == 1 else (field.rstrip("<"), False)


def _date(text: str, latest: date) -> date | None:
    """Read YYMMDD in the hundred years that end with ``latest``."""
    if not text.isdecimal():
        return None
    year = latest.year - (latest.year - int(text[:2])) % 100
    try:
        found = date(year, int(text[2:4]), int(text[4:]))
        return found if found <= latest else found.replace(year=year - 100)
    except ValueError:
        return None


def _zone(form: str, lines: list[str]) -> Zone | None:
    if form == "TD1":
        top, middle, names = lines
        number, born, sex, until, nation = (top[5:14], top[14]), middle[:7], middle[7], middle[8:15], middle[15:18]
        personal = top[15:30]
    else:
        names, bottom = lines[0][5:], lines[1]
        top = lines[0]
        number, nation, born, sex, until = (
            (bottom[:9], bottom[9]),
            bottom[10:13],
            bottom[13:20],
            bottom[20],
            bottom[21:28],
        )
        personal = bottom[28:42] if form == "TD3" else bottom[28:35]
    if not top[0].isalpha():
        return None
    birth, expiry = _digits(born[:6]), _digits(until[:6])
    document, number_proven = _number(*number)
    proven = {
        name
        for name, right in (
            ("document_number", number_proven),
            ("birth_date", _proven(birth, born[6])),
            ("expiry_date", _proven(expiry, until[6])),
        )
        if right
    }
    if not proven:
        return None
    # Documents expire in this century, and their holders were born before that.
    ends = _date(expiry, date(2099, 12, 31))
    surname, _, given = _letters(names).partition("<<")
    return Zone(
        form=form,
        kind=top[:2].rstrip("<"),
        issuer=_letters(top[2:5]).rstrip("<"),
        surname=surname.replace("<", " ").strip(),
        given_names=re.sub(r"<+", " ", given.split("<<")[0]).strip(),
        document_number=document,
        nationality=_letters(nation).rstrip("<"),
        birth_date=_date(birth, ends or date(2099, 12, 31)),
        sex={"M": "M", "F": "F"}.get(sex, ""),
        expiry_date=ends,
        personal_number=personal.rstrip("<"),
        proven=frozenset(proven),
    )
