"""Words for what the archive holds: kinds, states, doubts, identifiers, in the reader's language."""

from dossier.catalogue import KindUnknown, catalogue
from dossier.wording import Lang, known, say


def kind_title(kind: str, lang: Lang) -> str:
    """Return what people call a kind of document; an id the catalogue no longer has stands for itself."""
    try:
        return catalogue().kind(kind).title(lang)
    except KindUnknown:
        return kind


def state_title(state: str, lang: Lang) -> str:
    """Return what people call the state of a capture."""
    return say(f"desk.state-{state}", lang)


def status_title(status: str, lang: Lang) -> str:
    """Return what people call the status of a requirement."""
    return say(f"desk.status-{status}", lang)


def identifier_title(kind: str, lang: Lang) -> str:
    """Return what people call a type of identifier."""
    key = f"filing.identifier-{kind}"
    return say(key, lang) if known(key) else kind


def evidence_text(what: str, text: str, lang: Lang) -> str:
    """Return one reason for a kind in words: a title, a word, a number's form, a code, a layout, a decision before."""
    key = f"desk.evidence-{what}"
    return say(key, lang, text=text) if known(key) else text


def doubt_text(doubt: str, lang: Lang) -> str:
    """Return why a document waits: a wording key, with the identifier type it names after a slash."""
    key, _, by = doubt.partition("/")
    return say(key, lang, by=identifier_title(by, lang)) if known(key) else key


def field_title(name: str, lang: Lang) -> str:
    """Return what people call a field of a document."""
    key = f"fields.{name}"
    return say(key, lang) if known(key) else name
