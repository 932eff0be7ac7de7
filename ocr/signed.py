"""Who signed a document, by what its pages show in the rooms of its signatures; pure, without pixels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dossier.catalogue import catalogue
from dossier.folding import fold
from dossier.reading import Evidence, Page

if TYPE_CHECKING:
    from dossier.model import Ink


def signatures_seen(kind: str, pages: Sequence[Page]) -> tuple[Evidence, ...]:
    """Return who signed a document of ``kind``, as evidence ``signature``: a role, a space and what was seen.

    A role with several rooms signed when all of them are; one that is empty is enough to say it did not.
    """
    rooms = [(page.number, room) for page in pages for room in page.signatures]
    seen = []
    for role, phrases in catalogue().kind(kind).signatures.items():
        wanted = {squeezed(phrase) for phrase in phrases}
        own = [(number, room) for number, room in rooms if room.label in wanted]
        # Where a form says "customer's signature" somewhere, a bare "customer:" elsewhere is no second room.
        own = [each for each in own if says_signature(each[1].label)] or own
        if own:
            inks = {room.ink for _, room in own}
            ink: Ink = "unsigned" if "unsigned" in inks else "unclear" if "unclear" in inks else "signed"
            number, room = next(each for each in own if each[1].ink == ink)
            seen.append(Evidence("signature", f"{role} {ink}", room.share, number))
    return tuple(seen)


def squeezed(text: str) -> str:
    """Return folded text without spaces, brackets and colons, as labels are compared."""
    return "".join(sign for sign in fold(text) if not sign.isspace() and sign not in "()[]【】:;'")


def says_signature(phrase: str) -> bool:
    return any(word in phrase for word in ("签", "sign", "盖章"))
