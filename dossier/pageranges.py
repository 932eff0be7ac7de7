"""Page ranges as people write them: ``1-3,5,8-``."""

from dossier.errors import ExitCode, JuanzongError


class PagesUnclear(JuanzongError):
    """A page range that is none, or that names a page the document does not have."""

    exit_code = ExitCode.USAGE
    wording = "copies.pages-unclear"


def page_range(text: str, count: int) -> tuple[int, ...]:
    """Return the pages a text names, of 1 … ``count``, in its order, each once; all of them for an empty text.

    Raises:
        PagesUnclear: it is no such text, or a page is not there.
    """
    if not text.strip():
        return tuple(range(1, count + 1))
    found: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        try:
            begin = int(first) if first.strip() else 1
            end = (int(last) if last.strip() else count) if dash else begin
        except ValueError as fault:
            raise PagesUnclear(text=text, count=count) from fault
        if (not first.strip() and not last.strip()) or not 1 <= begin <= end <= count:
            raise PagesUnclear(text=text, count=count)
        found |= dict.fromkeys(range(begin, end + 1))
    return tuple(found)
