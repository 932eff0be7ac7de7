"""The JSON form of a reading: what ``juanzong read --jsonl`` prints and what is sealed beside an original.

The shape is part of the command contract; entries are only ever added.
"""

from collections.abc import Mapping
from typing import Any, cast

from dossier.reading import Box, Code, Evidence, FieldValue, Line, Page, PageSource, Reading, Recognised, SignatureRoom


def to_json(reading: Reading) -> dict[str, Any]:
    """Return the reading as plain JSON values."""
    return {
        "pages": [_page(page) for page in reading.pages],
        "documents": [_document(document) for document in reading.documents],
        "error": reading.error,
        "locked": reading.locked,
        "facts": dict(reading.facts),
    }


def from_json(form: Mapping[str, Any]) -> Reading:
    """Return the reading that ``to_json`` wrote.

    Raises:
        KeyError, TypeError, ValueError: the form is not one that ``to_json`` wrote.
    """
    return Reading(
        pages=tuple(_page_from(page) for page in form["pages"]),
        documents=tuple(_document_from(document) for document in form["documents"]),
        error=form["error"],
        locked=bool(form["locked"]),
        facts=dict(form["facts"]),
    )


def fields_to_json(fields: Mapping[str, FieldValue]) -> dict[str, dict[str, Any]]:
    """Return fields by name as the contract shows them."""
    return {
        name: {
            "value": field.value,
            "confidence": round(field.confidence, 4),
            "page": field.page,
            "box": list(field.box) if field.box else None,
            "checked": field.checked,
            "raw": field.raw,
        }
        for name, field in fields.items()
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "source": page.source,
        "engine": page.engine,
        "blank": page.blank,
        "failed": page.failed,
        "confidence": round(page.confidence, 4),
        "text": page.text,
        "lines": [
            {"text": line.text, "box": list(line.box), "confidence": round(line.confidence, 4)} for line in page.lines
        ],
        "codes": [{"symbology": c.symbology, "text": c.text, "box": list(c.box)} for c in page.codes],
        "signatures": [
            {"label": one.label, "box": list(one.box), "ink": one.ink, "share": one.share} for one in page.signatures
        ],
    }


def _page_from(form: Mapping[str, Any]) -> Page:
    return Page(
        number=form["number"],
        width=form["width"],
        height=form["height"],
        dpi=form["dpi"],
        rotation=form["rotation"],
        source=cast("PageSource", form["source"]),
        engine=form["engine"],
        text=form["text"],
        lines=tuple(Line(line["text"], _box(line["box"]), line["confidence"]) for line in form["lines"]),
        codes=tuple(Code(c["symbology"], c["text"], _box(c["box"])) for c in form["codes"]),
        blank=form["blank"],
        failed=form["failed"],
        signatures=tuple(
            SignatureRoom(one["label"], _box(one["box"]), one["ink"], one["share"])
            for one in form.get("signatures", ())
        ),
    )


def _document(document: Recognised) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "family": document.family,
        "confidence": round(document.confidence, 4),
        "review": document.review,
        "fields": fields_to_json(document.fields),
        "pages": list(document.pages),
        "evidence": [
            {"what": e.what, "text": e.text, "weight": round(e.weight, 4), "page": e.page} for e in document.evidence
        ],
        "doubts": list(document.doubts),
        "alternatives": [{"kind": kind, "confidence": round(value, 4)} for kind, value in document.alternatives],
        "number": document.number,
    }


def _document_from(form: Mapping[str, Any]) -> Recognised:
    return Recognised(
        kind=form["kind"],
        family=form["family"],
        confidence=form["confidence"],
        review=form["review"],
        fields={
            name: FieldValue(
                value=f["value"],
                confidence=f["confidence"],
                page=f["page"],
                box=_box(f["box"]) if f["box"] else None,
                checked=f["checked"],
                raw=f["raw"],
            )
            for name, f in form["fields"].items()
        },
        pages=tuple(form["pages"]),
        evidence=tuple(Evidence(e["what"], e["text"], e["weight"], e["page"]) for e in form["evidence"]),
        doubts=tuple(form["doubts"]),
        alternatives=tuple((a["kind"], a["confidence"]) for a in form["alternatives"]),
        number=form.get("number", 0),
    )


def _box(form: list[int]) -> Box:
    left, top, right, bottom = form
    return left, top, right, bottom
