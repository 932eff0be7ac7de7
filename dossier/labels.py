"""What people call a dossier: the first thing known of it that its pack names for that."""

from collections.abc import Iterable

from dossier.derive import known, speaking_for
from dossier.model import Document, Dossier
from dossier.pack import DossierKind


def label_of(dossier: Dossier, kind: DossierKind) -> str:
    """Return the dossier's label: facts, identifiers and read fields in the pack's order, else its key.

    A name of the customer stands behind a plate or number, since that is what a person looks for.
    """
    facts = known(dossier, kind, dossier.documents).facts
    found: list[str] = []
    for name in kind.label:
        value = facts.get(name)
        if value is not None:
            found.append(str(value))
        elif dossier.identifiers.get(name):
            found.append(dossier.identifiers[name][0])
        else:
            found.extend(_read(speaking_for(dossier, kind, dossier.documents), name))
    distinct = [text for text in dict.fromkeys(found) if text != dossier.key]
    return " ".join(distinct[:2]) or dossier.key


def _read(documents: Iterable[Document], field: str) -> list[str]:
    """Return the first value that any document sure of itself has in a field."""
    values = (document.fields.get(field) for document in documents if not document.in_review)
    return [value for value in values if value][:1]
