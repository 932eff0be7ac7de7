"""Say in plain sentences what was destroyed, for whom it is to be filed: on the screen, as text, as a page to print."""

from collections import Counter
from pathlib import Path

from desk.destroying import Gone
from desk.print.files import write_file
from desk.print.page import gap, look, pdf
from dossier.wording import Lang, say


def sentences(gone: Gone, lang: Lang) -> list[str]:
    """Return what happened, who decided it, and what is left where until when."""
    proof = gone.certificate
    when = proof.made_at.strftime("%Y-%m-%d %H:%M UTC")
    facts = {"archive": proof.archive, "objects": len(proof.objects), "when": when}
    said = [
        say("keeping.certificate-what", lang, captures=len(gone.captures), numbers=", ".join(gone.captures), **facts),
        say("keeping.certificate-why", lang, reason=proof.reason, people=" / ".join(proof.decided_by)),
        say("keeping.certificate-where", lang, stores=", ".join(proof.stores)),
    ]
    said += [say("keeping.certificate-copy", lang, file=path) for path in gone.copies]
    said += [say("keeping.certificate-unseen", lang, folder=folder) for folder in gone.unseen]
    for place in proof.out_of_reach:
        key = "keeping.certificate-beyond" if place.lapses else "keeping.certificate-beyond-undated"
        said.append(say(key, lang, place=place.place, day=place.lapses.isoformat() if place.lapses else ""))
    said += [say("keeping.certificate-stale", lang, place=place) for place in gone.stale]
    held = Counter(store for one in proof.objects for store in one.held_by)
    for store, count in sorted(held.items()):
        said.append(say("keeping.certificate-held", lang, store=store, objects=count))
    if not proof.out_of_reach:
        said.append(say("keeping.certificate-nothing-left", lang))
    elif proof.last_copy_lapses is not None:
        said.append(say("keeping.certificate-last", lang, day=proof.last_copy_lapses.isoformat()))
    return said


def write_certificate(gone: Gone, output: Path, lang: Lang) -> None:
    """Write the certificate to a new file: a page to print where it is called ``….pdf``, else text.

    Raises:
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be made.
        PrintFontMissing: a page was asked for and no Chinese font is installed.
    """
    content = _page(gone, lang) if output.suffix.lower() == ".pdf" else _text(gone, lang).encode()
    write_file(output, content)


def _signed(gone: Gone, lang: Lang) -> list[str]:
    proof = gone.certificate
    return [
        say("keeping.certificate-signed", lang),
        proof.statement().decode(),
        f"{proof.signer} {proof.signature.hex()}",
    ]


def _text(gone: Gone, lang: Lang) -> str:
    title = say("keeping.certificate-title", lang)
    return "\n".join([title, "", *sentences(gone, lang), "", *_signed(gone, lang), ""])


def _page(gone: Gone, lang: Lang) -> bytes:
    style, title = look(lang), say("keeping.certificate-title", lang)
    heading = [say(f"keeping.certificate-{name}", lang) for name in ("document", "part", "sealed", "destroyed")]
    rows = [heading] + [
        [
            one.document,
            one.role,
            one.sealed_at.strftime("%Y-%m-%d %H:%M") if one.sealed_at else "",
            one.destroyed_at.strftime("%Y-%m-%d %H:%M"),
        ]
        for one in gone.certificate.objects
    ]
    story = [
        style.text(title, "title"),
        *(style.text(line) for line in sentences(gone, lang)),
        gap(),
        style.table(rows, (5, 2, 3, 3)),
        gap(8),
        *(style.text(line, "small") for line in _signed(gone, lang)),
    ]
    return pdf(title, story, lang, foot=gone.certificate.archive)
