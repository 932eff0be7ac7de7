"""``paper enter|list|move|check``: the ledger of paper originals."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape

from cli.opening import opened
from cli.options import DEFAULT_HOME, Home, Json, Language, PassphraseDescriptor
from cli.screen import Screen
from cli.speech import lang_now
from desk import papers
from desk.papers import PaperView


class Sort(StrEnum):
    """What sort of place papers lie in."""

    CABINET = "cabinet"
    SAFE = "safe"
    BOX = "box"
    SHELF = "shelf"


Number = Annotated[str, typer.Argument(help="paper.arg-number")]
In = Annotated[Sort, typer.Option("--in", help="paper.opt-in")]
Place = Annotated[str, typer.Option("--place", help="paper.opt-place")]


def paper_enter(
    given: Annotated[str, typer.Argument(help="lending.arg-given")],
    *,
    sort: In,
    place: Place,
    title: Annotated[str, typer.Option("--title", help="paper.opt-title")] = "",
    copies: Annotated[int, typer.Option("--copies", min=1, max=999, help="paper.opt-copies")] = 1,
    condition: Annotated[str, typer.Option("--condition", help="custody.opt-condition")] = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Enter a paper."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = papers.enter(
            archive,
            given,
            sort=sort.value,
            place=place,
            title=title,
            copies=copies,
            condition=condition,
            lang=screen.lang,
        )
    _papers(screen, [made])


def paper_list(
    *,
    dossier: Annotated[str | None, typer.Option("--dossier", help="custody.opt-dossier")] = None,
    place: Annotated[str | None, typer.Option("--place", help="paper.opt-place")] = None,
    ledger: Annotated[str | None, typer.Option("--ledger", help="paper.opt-ledger")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """List papers."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        found = papers.papers(archive, dossier=dossier, place=place, ledger=ledger)
    _papers(screen, found)


def paper_move(
    number: Number,
    *,
    sort: In,
    place: Place,
    note: Annotated[str, typer.Option("--note", help="lending.opt-note")] = "",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Move a paper."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = papers.move(archive, number, sort=sort.value, place=place, note=note)
    _papers(screen, [made])


def paper_check(
    place: Annotated[str, typer.Argument(help="paper.arg-place")],
    found: Annotated[list[str] | None, typer.Argument(help="paper.arg-found")] = None,
    *,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,
    lang: Language = None,
    passphrase_fd: PassphraseDescriptor = None,
) -> None:
    """Check what is there."""
    screen = Screen(lang_now(lang), as_json=as_json)
    with opened(screen, home, passphrase_fd) as archive:
        made = papers.check(archive, place, found or ())
    if as_json:
        screen.json(made.as_json())
        return
    if made.missing:
        _papers(screen, list(made.missing))
    screen.say(
        "paper.checked",
        place=made.place,
        expected=made.expected,
        missing=len(made.missing),
        surplus=len(made.surplus),
        style="yellow" if made.missing or made.surplus else "green",
    )


def _papers(screen: Screen, found: list[PaperView]) -> None:
    if screen.as_json:
        screen.json({"papers": [one.as_json() for one in found]})
        return
    names = ("paper", "number", "title", "dossier", "place", "state", "condition")
    rows = [
        [
            one.id,
            f"{one.ledger}/{one.number}",
            escape(one.title),
            escape(one.dossier),
            escape(f"{screen.text(f'paper.sort-{one.sort}')} {one.place}"),
            screen.text(f"paper.state-{one.state}"),
            escape(one.condition),
        ]
        for one in found
    ]
    screen.table("", [screen.text(f"paper.column-{name}") for name in names], rows)
