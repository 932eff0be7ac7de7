"""Which dossier a document belongs to. Pure: what is known goes in, a decision with its reason comes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.identifiers import is_credit_code, is_organisation_code, is_plate, is_resident_id, is_vin, normal
from dossier.pack import DossierKind
from dossier.reading import FieldValue, Recognised

SHARED: Final = frozenset({"id_number", "credit_code", "phone", "name"})
"""Identifiers of a person or company: one of them may have several dossiers, so they cannot contradict one."""

TRUSTED_FROM: Final = 0.8
"""Confidence from which an identifier without a check digit is trusted to tell a dossier."""

_PROVEN: Final = frozenset({"person", "code", "structured"})
"""Ways of checking after which an identifier is trusted whatever its digits say."""

REPAIRED: Final = "repaired"
"""How an identifier was checked in which look-alikes were put right: it may be another's, which is right by chance."""

_CHECKED: Final[Mapping[str, Callable[[str], bool]]] = {
    "vin": is_vin,
    "plate": is_plate,
    "id_number": lambda text: is_resident_id(text) or is_organisation_code(text) or is_credit_code(text),
    "credit_code": lambda text: is_credit_code(text) or is_organisation_code(text) or is_resident_id(text),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the dossiers of one kind stand: the pack's id, the kind, and the document kinds that belong in one."""

    pack: str
    kind: DossierKind
    holds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A dossier that exists: its number in the index, its pack, kind and key, and the identifiers it is known by."""

    dossier: str
    pack: str
    kind: str
    key: str
    identifiers: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Filing:
    """The decision. Exactly one of ``dossier``, ``opens`` and ``doubt`` is set.

    ``opens`` is the shelf, the identifier type and the key of a dossier to open; ``doubt`` the wording key that tells
    why the document waits. ``because`` is the wording key of the reason for filing, ``by`` the identifier type used.
    """

    dossier: str | None = None
    opens: tuple[Shelf, str, str] | None = None
    doubt: str | None = None
    because: str = ""
    by: str = ""


Find = Callable[[str, str], Sequence[Standing]]
"""Look up the open dossiers known by an identifier: type and value → dossiers. The type ``key`` means any key."""


def shelf_of(pack: str, kind: DossierKind) -> Shelf:
    """Return the shelf of a dossier kind: it holds what the kind requires, reads from, names, or may be opened by."""
    wanted = {document for requirement in kind.requirements for document in requirement.kinds}
    derived = {document for rule in kind.derive for document in rule.of}
    return Shelf(pack, kind, frozenset(wanted | derived | set(kind.opened_by) | set(kind.holds)))


def carried(fields: Mapping[str, FieldValue], kind: DossierKind) -> dict[str, str]:
    """Return the identifiers a document carries that are sure enough to file by: type → normal form.

    They come in the pack's order, strongest first. An identifier with a check digit must have it right; another must
    have been read with confidence.
    """
    found: dict[str, str] = {}
    for identifier in dict.fromkeys((*kind.key, *kind.attached_by)):
        for name in kind.identify.get(identifier, (identifier,)):
            field = fields.get(name)
            if field is None or not field.value:
                continue
            check = _CHECKED.get(identifier)
            sure = check(field.value) if check else field.confidence >= TRUSTED_FROM
            if sure or field.checked in _PROVEN:
                found[identifier] = normal(field.value)
                break
    return found


def place(
    document: Recognised, shelves: Sequence[Shelf], find: Find, *, hint: str = "", batch: Iterable[Standing] = ()
) -> Filing:
    """Decide where a document belongs.

    ``hint`` is a dossier key given from outside: a cover sheet or the sub-folder the scan lay in. ``batch`` are the
    dossiers that other papers of the same batch went into.

    A document that is itself in doubt waits. A dossier that the hint names takes it, whether or not it asks for that
    kind. Else the shelves that hold its kind are tried in order, identifiers from the strongest to the weakest; then,
    for a paper without any identifier, the one dossier of its batch. An identifier that only one dossier can have and
    that points elsewhere than the rest is a contradiction, and a person decides.
    """
    if document.review:
        return Filing(doubt="filing.kind-unsure")
    suited = [shelf for shelf in shelves if document.kind in shelf.holds]
    hinted = _by_hint(hint, document, [*suited, *(shelf for shelf in shelves if shelf not in suited)], find)
    if hinted is not None:
        return hinted
    if not suited:
        return Filing(doubt="filing.kind-without-place")
    waits: Filing | None = None
    for shelf in suited:
        known = carried(document.fields, shelf.kind)
        decision = _opened_by_hint(hint, document, shelf, known) or _by_identifiers(document, shelf, known, find)
        # What an earlier shelf may still claim, once its dossier appears, opens no dossier on a later one.
        held_back = waits is not None and decision is not None and decision.opens is not None
        if decision is not None and decision.doubt != "filing.no-dossier" and not held_back:
            return decision
        waits = waits or decision
    together = {standing.dossier for standing in batch if any(_stands_on(standing, shelf) for shelf in suited)}
    if waits is None and len(together) == 1:
        return Filing(dossier=together.pop(), because="filing.by-batch", by="batch")
    return waits or Filing(doubt="filing.hint-unknown" if hint else "filing.no-identifier")


def _by_hint(hint: str, document: Recognised, shelves: Sequence[Shelf], find: Find) -> Filing | None:
    if not hint:
        return None
    for shelf in shelves:
        types = ("key", *dict.fromkeys((*shelf.kind.key, *shelf.kind.attached_by)))
        named = {s.dossier: s for kind in types for s in find(kind, hint) if _stands_on(s, shelf)}
        if len(named) == 1:
            standing = next(iter(named.values()))
            if _contradicted(standing, carried(document.fields, shelf.kind), shelf):
                return Filing(doubt="filing.contradiction", by="hint")
            return Filing(dossier=standing.dossier, because="filing.by-hint", by="hint")
    return None


def _opened_by_hint(hint: str, document: Recognised, shelf: Shelf, known: Mapping[str, str]) -> Filing | None:
    key = normal(hint)
    for kind in shelf.kind.key if hint else ():
        check = _CHECKED.get(kind)
        if check and check(key) and document.kind in shelf.kind.opened_by and known.get(kind, key) == key:
            return Filing(opens=(shelf, kind, key), because="filing.by-hint", by="hint")
    return None


def _by_identifiers(document: Recognised, shelf: Shelf, known: Mapping[str, str], find: Find) -> Filing | None:
    by, candidates = _narrow(known, shelf, find)
    if len(candidates) == 1 and not _contradicted(candidates[0], known, shelf):
        return Filing(dossier=candidates[0].dossier, because="filing.by-identifier", by=by)
    if document.kind in shelf.kind.opened_by:
        for kind in shelf.kind.key:
            # A key that is a person's may already point to dossiers of theirs; then a new one is not ours to open.
            if kind in known and not (kind in SHARED and candidates) and _as_read(document, shelf, kind):
                return Filing(opens=(shelf, kind, known[kind]), because="filing.opened", by=kind)
    if candidates:
        return Filing(doubt="filing.several-dossiers" if len(candidates) > 1 else "filing.contradiction", by=by)
    if known:
        return Filing(doubt="filing.no-dossier", by=next(iter(known)))
    return None


def _as_read(document: Recognised, shelf: Shelf, kind: str) -> bool:
    """Tell whether an identifier was read, not made to fit: one that was may find a dossier, never open one."""
    names = shelf.kind.identify.get(kind, (kind,))
    field = next(document.fields[name] for name in names if name in document.fields and document.fields[name].value)
    return field.checked != REPAIRED


def _narrow(known: Mapping[str, str], shelf: Shelf, find: Find) -> tuple[str, list[Standing]]:
    """Return the dossiers that the identifiers point to, each identifier narrowing what the stronger ones left."""
    by, left = "", list[Standing]()
    for kind, value in known.items():
        hits = [standing for standing in find(kind, value) if _stands_on(standing, shelf)]
        if not left and hits:
            by, left = kind, hits
        elif hits:
            both = {hit.dossier for hit in hits}
            left = [standing for standing in left if standing.dossier in both] or left
        if len(left) == 1:
            break
    return by, left


def _contradicted(standing: Standing, known: Mapping[str, str], shelf: Shelf) -> bool:
    """Tell whether the document carries a key of this shelf's that is not the dossier's."""
    for kind in set(shelf.kind.key) - SHARED:
        mine = standing.identifiers.get(kind)
        if mine and kind in known and known[kind] not in mine:
            return True
    return False


def _stands_on(standing: Standing, shelf: Shelf) -> bool:
    return (standing.pack, standing.kind) == (shelf.pack, shelf.kind.id)
