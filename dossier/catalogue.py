"""The catalogue of kinds: what documents there are, how each is called and what gives it away."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeGuard, get_args

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import LANGS, Lang, say

Family = Literal[
    "contract", "invoice", "receipt", "id-card", "passport", "driving-licence", "vehicle-licence",
    "vehicle-certificate", "business-licence", "insurance", "certificate", "form", "checklist", "letter", "report",
    "bank", "ticket", "shipping", "photo", "separator", "blank", "other",
]  # fmt: skip
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)

Level = Literal["ordinary", "confidential", "secret"]
"""Secrecy level 密級: 普通, 機密, 絕密."""
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

Layout = Literal["sheet", "strip", "card", "photo", "scrap"]
"""How a kind usually lies on its page: a written sheet, a till slip, a card, a picture, hardly a word."""
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)

FIELD_NAMES: Final[frozenset[str]] = frozenset([
    "invoice_number", "invoice_code", "check_code", "issue_date", "expiry_date", "buyer_name", "buyer_tax_id",
    "seller_name", "seller_tax_id", "amount_excl_tax", "tax_amount", "total", "currency", "drawer", "issuer",
    "issuer_address", "name", "sex", "ethnicity", "birth_date", "address", "id_number", "credit_code",
    "legal_representative", "registered_capital", "established", "vin", "plate", "engine_number", "brand_model",
    "certificate_number", "policy_number", "insurer", "insured", "contract_number", "parties", "effective_date",
    "jurisdiction", "phone",
])  # fmt: skip
"""Every field a document can carry, in the command contract's names."""

IDENTIFIERS: Final[frozenset[str]] = frozenset([
    "vin", "plate", "id_number", "credit_code", "contract_number", "policy_number", "invoice_number",
    "certificate_number", "phone", "unit",
])  # fmt: skip
"""Values that say which dossier a document belongs to; ``unit`` is the number of a let unit."""

_KEYS: Final = frozenset([
    "family", "titles", "level", "phrases", "endings", "cues", "patterns", "codes", "fields", "identifiers",
    "layout", "sides", "front", "back", "signatures",
])  # fmt: skip
_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class CatalogueWrong(JuanzongError):
    """A kind's entry in the catalogue is wrong; ``problem`` is the wording key that says what and what to do."""

    exit_code = ExitCode.POLICY
    wording = "kinds.catalogue_wrong"

    def __init__(self, problem: str, *, file: str, entry: str, **facts: object) -> None:
        super().__init__(file=file, entry=entry, **facts)
        self.problem = problem

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``: where the fault is, what it is, how to put it right."""
        return say(self.wording, lang, **self.facts, problem=say(self.problem, lang, **self.facts))


class KindUnknown(JuanzongError):
    """There is no kind of that id."""

    exit_code = ExitCode.POLICY
    wording = "kinds.unknown"


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that speaks for a kind wherever it stands, and how much (about 1 is strong)."""

    phrase: str
    weight: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over folded text that speaks for a kind, and how much."""

    expression: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    ``phrases`` are titles that name the kind by themselves, ``endings`` what a title of it ends with. Chinese ones
    are in simplified characters and English ones in lower case; both are compared folded. ``patterns`` match folded
    text, ``codes`` the content of a barcode or QR code. ``sides`` is the number of sides a complete one has,
    ``front`` and ``back`` what is printed on one of them only; ``signatures`` are the labels beside which a role
    signs (role → labels); ``theme`` is the file it is described in.
    """

    id: str
    family: Family
    titles: Mapping[Lang, str]
    level: Level
    phrases: tuple[str, ...]
    endings: tuple[str, ...]
    cues: tuple[Cue, ...]
    patterns: tuple[Pattern, ...]
    codes: tuple[Pattern, ...]
    fields: tuple[str, ...]
    identifiers: tuple[str, ...]
    layout: Layout
    sides: int
    front: tuple[str, ...]
    back: tuple[str, ...]
    signatures: Mapping[str, tuple[str, ...]]
    theme: str

    def title(self, lang: Lang) -> str:
        """Return what the kind is called in ``lang``."""
        return self.titles[lang]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All kinds by id, in the order of their themes."""

    kinds: Mapping[str, Kind]

    def __iter__(self) -> Iterator[Kind]:
        """Go through the kinds."""
        return iter(self.kinds.values())

    def __len__(self) -> int:
        """Return the number of kinds."""
        return len(self.kinds)

    def __contains__(self, kind_id: object) -> bool:
        """Tell whether there is a kind of that id."""
        return kind_id in self.kinds

    def kind(self, kind_id: str) -> Kind:
        """Return the kind of that id.

        Raises:
            KindUnknown: there is none.
        """
        try:
            return self.kinds[kind_id]
        except KeyError:
            raise KindUnknown(kind=kind_id) from None

    def family(self, family: Family) -> tuple[Kind, ...]:
        """Return the kinds of one family."""
        return tuple(kind for kind in self.kinds.values() if kind.family == family)


def catalogue() -> Catalogue:
    """Return the catalogue in force: the kinds the product ships, and those of the site where it has its own.

    Raises:
        CatalogueWrong: a file of it is not as it must be.
    """
    return _in_force[0] if _in_force else shipped()


def install(texts: Mapping[str, str]) -> None:
    """Let the site's kinds, TOML texts by file name, stand beside the shipped ones, in this process from now on.

    Raises:
        CatalogueWrong: a file is not as it must be, or describes a kind that is there already.
    """
    if dict(texts) != _site:
        own = {f"kinds/{name}": text for name, text in texts.items()}
        made = [parse({**_texts(), **own})] if own else []
        _site.clear()
        _site.update(texts)
        _in_force[:] = made


_site: Final[dict[str, str]] = {}
_in_force: Final[list[Catalogue]] = []


@cache
def shipped() -> Catalogue:
    """Return the catalogue the product ships.

    Raises:
        CatalogueWrong: a file of it is not as it must be.
    """
    return parse(_texts())


@cache
def _texts() -> dict[str, str]:
    folder = files("dossier.kinds")
    sources = {source.name: source for source in folder.iterdir() if source.name.endswith(".toml")}
    return {name: sources[name].read_text(encoding="utf-8") for name in sorted(sources)}


def parse(texts: Mapping[str, str]) -> Catalogue:
    """Return the catalogue written in TOML texts, file name → text.

    Raises:
        CatalogueWrong: with the file, the entry, what is wrong and what to do.
    """
    kinds: dict[str, Kind] = {}
    for file, text in texts.items():
        try:
            entries = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise CatalogueWrong("kinds.wrong_toml", file=file, entry="-", value=str(error)) from error
        for kind_id, entry in entries.items():
            if kind_id in kinds:
                raise CatalogueWrong("kinds.wrong_twice", file=file, entry=kind_id, value=kinds[kind_id].theme)
            kinds[kind_id] = _Entry(file, kind_id, entry).kind()
    if "other" not in kinds:
        raise CatalogueWrong("kinds.wrong_empty", file=", ".join(texts) or "-", entry="other")
    return Catalogue(MappingProxyType(kinds))


class _Entry:
    """One entry of a file while it is checked."""

    def __init__(self, file: str, kind_id: str, entry: object) -> None:
        self.file = file
        self.id = kind_id
        if not _ID.fullmatch(kind_id) or not isinstance(entry, dict):
            raise self._wrong("wrong_id", kind_id)
        self.entry: dict[str, object] = entry
        for key in entry:
            if key not in _KEYS:
                raise self._wrong("wrong_key", key, allowed=_KEYS)

    def kind(self) -> Kind:
        """Return the entry as a kind."""
        family, level, layout = self.entry.get("family"), self.entry.get("level", "ordinary"), self.entry.get("layout")
        if not _is_family(family):
            raise self._wrong("wrong_value", f"family = {family!r}", allowed=FAMILIES)
        if not _is_level(level):
            raise self._wrong("wrong_value", f"level = {level!r}", allowed=LEVELS)
        if not _is_layout(layout := layout or "sheet"):
            raise self._wrong("wrong_value", f"layout = {layout!r}", allowed=LAYOUTS)
        sides = self.entry.get("sides", 1)
        if sides not in (1, 2) or isinstance(sides, bool):
            raise self._wrong("wrong_value", f"sides = {sides!r}", allowed=("1", "2"))
        return Kind(
            id=self.id,
            family=family,
            titles=self._titles(),
            level=level,
            phrases=self._texts("phrases"),
            endings=self._texts("endings"),
            cues=tuple(Cue(phrase, weight) for phrase, weight in self._weights("cues")),
            patterns=self._patterns("patterns"),
            codes=self._patterns("codes"),
            fields=self._texts("fields", FIELD_NAMES),
            identifiers=self._texts("identifiers", IDENTIFIERS),
            layout=layout,
            sides=2 if sides == 2 else 1,
            front=self._texts("front"),
            back=self._texts("back"),
            signatures=self._signatures(),
            theme=self.file.removesuffix(".toml"),
        )

    def _titles(self) -> Mapping[Lang, str]:
        titles = self.entry.get("titles")
        if not isinstance(titles, dict) or set(titles) != set(LANGS):
            raise self._wrong("wrong_titles", "titles", allowed=LANGS)
        if not all(isinstance(title, str) and title.strip() for title in titles.values()):
            raise self._wrong("wrong_titles", "titles", allowed=LANGS)
        return MappingProxyType({lang: titles[lang] for lang in LANGS})

    def _texts(self, key: str, allowed: frozenset[str] | None = None) -> tuple[str, ...]:
        texts = self.entry.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise self._wrong("wrong_texts", key)
        if len(set(texts)) != len(texts):
            raise self._wrong("wrong_repeated", key)
        for text in texts:
            if allowed is not None and text not in allowed:
                raise self._wrong("wrong_value", f"{key}: {text}", allowed=allowed)
        return tuple(texts)

    def _signatures(self) -> Mapping[str, tuple[str, ...]]:
        table = self.entry.get("signatures", {})
        if not isinstance(table, dict) or not all(_ID.fullmatch(role) for role in table):
            raise self._wrong("wrong_texts", "signatures")
        found: dict[str, tuple[str, ...]] = {}
        for role, labels in table.items():
            if not isinstance(labels, list) or not labels or not all(isinstance(one, str) and one for one in labels):
                raise self._wrong("wrong_texts", f"signatures.{role}")
            found[role] = tuple(labels)
        return MappingProxyType(found)

    def _weights(self, key: str) -> Iterable[tuple[str, float]]:
        table = self.entry.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong("wrong_weights", key)
        for phrase, weight in table.items():
            if not phrase.strip() or isinstance(weight, bool) or not isinstance(weight, int | float):
                raise self._wrong("wrong_weights", f"{key}: {phrase}")
            if not 0 < weight <= 5:
                raise self._wrong("wrong_weights", f"{key}: {phrase}")
            yield phrase, float(weight)

    def _patterns(self, key: str) -> tuple[Pattern, ...]:
        return tuple(Pattern(self._expression(text), weight) for text, weight in self._weights(key))

    def _expression(self, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            raise self._wrong("wrong_expression", f"{text} ({error})") from error

    def _wrong(self, problem: str, value: str, allowed: Iterable[str] = ()) -> CatalogueWrong:
        return CatalogueWrong(
            f"kinds.{problem}", file=self.file, entry=self.id, value=value, allowed=", ".join(sorted(allowed))
        )


def _is_family(value: object) -> TypeGuard[Family]:
    return value in FAMILIES


def _is_level(value: object) -> TypeGuard[Level]:
    return value in LEVELS


def _is_layout(value: object) -> TypeGuard[Layout]:
    return value in LAYOUTS
