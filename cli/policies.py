"""``policy``: the packs there are, and whether one is right."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape

from cli.options import Json, Language
from cli.screen import Screen
from cli.speech import lang_now
from desk import policies
from desk.policies import Checked
from dossier.pack import FactRule, Pack, Role

PackNames = Annotated[list[str], typer.Argument(help="cli.arg-packs")]
PackName = Annotated[str, typer.Argument(help="cli.arg-pack")]


def policy_list(*, as_json: Json = False, lang: Language = None) -> None:
    """List the packs that come with the product."""
    screen = Screen(lang_now(lang), as_json=as_json)
    found = policies.packs()
    if as_json:
        screen.json({"packs": [one.as_json(screen.lang) for one in found]})
        return
    columns = [screen.text(f"cli.column-{name}") for name in ("pack", "label", "articles", "sorts", "requirements")]
    screen.table("", columns, [_row(screen, one) for one in found])


def policy_check(pack: PackNames, *, as_json: Json = False, lang: Language = None) -> None:
    """Check packs and run their examples."""
    screen = Screen(lang_now(lang), as_json=as_json)
    checked = policies.check(pack)
    if as_json:
        found = [one.as_json(screen.lang) for one in checked]
        # One pack is told of as itself, the shape this command had first.
        screen.json({**found[0], "packs": found} if len(found) == 1 else {"packs": found})
        return
    for one in checked:
        screen.line(
            screen.text("cli.pack-right", pack=one.pack.id, requirements=one.requirements, examples=one.examples)
        )


def policy_show(pack: PackName, *, as_json: Json = False, lang: Language = None) -> None:
    """Show what a pack asks for."""
    screen = Screen(lang_now(lang), as_json=as_json)
    found = policies.find(pack)
    if as_json:
        kinds = {
            kind.id: [{"id": r.id, "title": r.title[screen.lang], "kinds": list(r.kinds)} for r in kind.requirements]
            for kind in found.dossiers.values()
        }
        told = {"id": found.id, "title": found.title[screen.lang], "dossiers": kinds}
        screen.json({**told, "roles": _named(screen, found.roles.values()), "known": _known(screen, found)})
        return
    screen.line(f"[bold]{escape(found.title[screen.lang])}[/] [dim]{escape(found.id)}[/]")
    columns = [screen.text(f"cli.column-{name}") for name in ("id", "requirement", "kind", "owes")]
    for kind in found.dossiers.values():
        rows = [
            [
                escape(requirement.id),
                escape(requirement.title[screen.lang]),
                escape(", ".join(requirement.kinds)),
                escape(found.roles[requirement.owes].title[screen.lang] if requirement.owes in found.roles else ""),
            ]
            for requirement in kind.requirements
        ]
        screen.table(f"{kind.title[screen.lang]} · {kind.id}", columns, rows)
        told_of = [
            *[(screen.text("cli.column-event"), name, title[screen.lang], "") for name, title in kind.events.items()],
            *[
                (screen.text("cli.column-fact"), fact.id, fact.title[screen.lang], ", ".join(fact.values) or fact.type)
                for fact in kind.facts.values()
            ],
        ]
        screen.table("", ["", *_heads(screen)], [[escape(cell) for cell in row] for row in told_of])
    roles = [[escape(role.id), escape(role.title[screen.lang])] for role in found.roles.values()]
    screen.table(screen.text("cli.column-role"), _heads(screen)[:2], roles)


def policy_kinds(
    words: Annotated[str, typer.Argument(help="cli.arg-kind-words")] = "",
    *,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """List the kinds of documents that packs may ask for."""
    screen = Screen(lang_now(lang), as_json=as_json)
    found = policies.kinds(words)
    if as_json:
        told = [{"id": kind.id, "family": kind.family, "title": kind.title(screen.lang)} for kind in found]
        screen.json({"kinds": told})
        return
    columns = [screen.text(f"cli.column-{name}") for name in ("id", "label", "family")]
    screen.table("", columns, [[escape(kind.id), escape(kind.title(screen.lang)), kind.family] for kind in found])


def _row(screen: Screen, one: Checked) -> list[str]:
    return [
        escape(one.pack.id),
        escape(one.pack.title[screen.lang]),
        ", ".join(str(number) for number in one.pack.articles),
        escape(", ".join(kind.title[screen.lang] for kind in one.pack.dossiers.values())),
        str(one.requirements),
    ]


def _heads(screen: Screen) -> list[str]:
    return [screen.text(f"cli.column-{name}") for name in ("id", "label", "value")]


def _named(screen: Screen, things: Iterable[Role | FactRule]) -> list[dict[str, str]]:
    return [{"id": one.id, "title": one.title[screen.lang]} for one in things]


def _known(screen: Screen, pack: Pack) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Return what a dossier of each kind may be told: its facts and events."""
    return {
        kind.id: {
            "facts": _named(screen, kind.facts.values()),
            "events": [{"id": name, "title": title[screen.lang]} for name, title in kind.events.items()],
        }
        for kind in pack.dossiers.values()
    }
