"""Take copies and originals away: each on record, one by one, after the password was given again."""

from io import BytesIO
from typing import Annotated
from urllib.parse import quote

from fastapi import HTTPException, Query, Request, Response

from desk import copies, handing_over, retrieval
from desk.contents_list import contents_list
from desk.covers import cover_sheet
from dossier.rights import Deed, Duty
from web.doors import Doors
from web.speaking import language
from web.visits import archive_of

doors = Doors()
PDF = "application/pdf"
Name = Annotated[str, Query(max_length=300)]


@doors.get("/documents/{document}/copy.pdf", Duty.REQUEST, proven=True)
def copy(request: Request, document: str, pages: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Give a document, or some of its pages, as a watermarked, searchable PDF."""
    out = BytesIO()
    made = copies.view_copy(archive_of(request), document, out, pages=pages, lang=language(request))
    return _file(out.getvalue(), PDF, f"{made.what}.pdf")


@doors.get("/documents/{document}/original", Duty.REQUEST, proven=True)
def original(request: Request, document: str) -> Response:
    """Give the untouched original that a document is part of."""
    out = BytesIO()
    made = retrieval.write_to(archive_of(request), document, out)
    return _file(out.getvalue(), "application/octet-stream", made.name)


@doors.get("/dossiers/of/copy.pdf", Duty.REQUEST, proven=True)
def whole(request: Request, name: Name) -> Response:
    """Give what one may see of a dossier as one watermarked PDF."""
    out = BytesIO()
    copies.dossier_copy(archive_of(request), name, out, lang=language(request))
    return _file(out.getvalue(), PDF, f"{name}.pdf")


@doors.get("/dossiers/of/originals.zip", Duty.REQUEST, proven=True)
def originals(request: Request, name: Name) -> Response:
    """Give the originals of a dossier as a ZIP."""
    out = BytesIO()
    copies.dossier_originals(archive_of(request), name, out)
    return _file(out.getvalue(), "application/zip", f"{name}.zip")


@doors.get("/dossiers/of/contents.pdf", Deed.SEARCH)
def contents(request: Request, name: Name) -> Response:
    """Give a dossier's contents list to print and put into the folder."""
    lang = language(request)
    return _file(contents_list(archive_of(request), name).as_pdf(lang), PDF, f"{name}-contents.pdf")


@doors.get("/dossiers/of/cover.pdf", Deed.LIST)
def cover(request: Request, name: Name) -> Response:
    """Give a dossier's cover sheet, whose code files what is scanned behind it."""
    return _file(cover_sheet(archive_of(request), name, language(request)).content, PDF, f"{name}-cover.pdf")


@doors.get("/dossiers/of/handover.pdf", Deed.SEARCH)
def slip(request: Request, name: Name, line: Annotated[str, Query(max_length=40)]) -> Response:
    """Give one line of the sign-in register to sign."""
    lang = language(request)
    found = next((one for one in handing_over.register_of(archive_of(request), name) if one.id == line), None)
    if found is None:
        raise HTTPException(404)
    return _file(handing_over.slip(found, lang), PDF, f"{name}-{line}.pdf")


def _file(content: bytes, media: str, name: str) -> Response:
    """Return a file to save under a name (RFC 6266); never shown in the page's own origin."""
    plain = "".join(char if (char.isascii() and char.isalnum()) or char in "-_." else "_" for char in name)
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media, headers={"Content-Disposition": said})
