"""Which rules of the shipped packs carry out which article of the model regulations, and which cases prove it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dossier.pack import Pack
from dossier.policy import load_pack, shipped_packs

ARTICLES: Final = range(1, 23)
"""The 22 model regulations."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one pack does for one article: rule ids, and the titles of its cases."""

    article: int
    pack: str
    rules: tuple[str, ...]
    examples: tuple[str, ...]


def carried() -> tuple[Carried, ...]:
    """Return what each article has in each pack, in the order of the articles."""
    packs = [load_pack(name) for name in shipped_packs()]
    return tuple(
        Carried(
            article,
            pack.id,
            tuple(rule for rule, articles in _rules(pack) if article in articles),
            tuple(example.title for example in pack.examples if article in example.articles),
        )
        for article in ARTICLES
        for pack in packs
        if article in pack.articles
    )


def _rules(pack: Pack) -> Iterator[tuple[str, tuple[int, ...]]]:
    for kind in pack.dossiers.values():
        for requirement in kind.requirements:
            yield f"{kind.id}/{requirement.id}", requirement.articles
        for penalty in kind.penalties:
            yield f"{kind.id}/{penalty.id}", penalty.articles
    for escalation in pack.escalations:
        yield f"escalation/{escalation.role}", escalation.articles
    for approval in pack.approvals:
        yield f"approval/{approval.id}", approval.articles
    # Several limits of one id differ in their condition only.
    limits = {limit.id: limit.articles for limit in pack.limits}
    for name, articles in limits.items():
        yield f"limit/{name}", articles


SUBJECTS: Final = {
    1: "market development: verified before it is opened",
    2: "property management: contents, manager's approval",
    3: "property management: one unit one dossier, tenants who left",
    4: "loan guarantee: running numbers, title documents",
    5: "mining sales: contents, visits, yearly survey",
    6: "medicine distribution: opened within a week, quarterly update",
    7: "health products: survey forms, follow-ups, leavers",
    8: "health products, as 7",
    9: "health products, as 7",
    10: "health products, as 7",
    11: "property management: licences inspected yearly, registers, destruction",
    12: "mining sales, as 5: complaints approved by the general manager",
    13: "car dealer: complaints",
    14: "shop: VIP profile of 66 items",
    15: "manufacturer: yearly grading, new clients after six months",
    16: "market promotion: registered within five working days",
    17: "car dealer: vehicle dossiers, fines, rates",
    18: "customer visits: plans and reports",
    19: "joint-venture partners: admission, grades, ranking",
    20: "confidentiality: levels, loans, half-yearly checks",
    21: "electricity utility: connection projects",
    22: "reception by class",
}
"""What each article is about, in a few words."""


def page() -> str:
    """Return ``docs/regulations.md``: one table row per article."""
    rows = [
        f"| {each.article} | {SUBJECTS[each.article]} | [{each.pack}](../dossier/packs/{each.pack}.toml)"
        f" | {', '.join(f'`{rule}`' for rule in each.rules)} | {'<br>'.join(each.examples)} |"
        for each in carried()
    ]
    return "\n".join([_HEAD, *rows, ""])


_HEAD: Final = """\
# The 22 regulations and the packs that carry them out

The product was made from 22 model regulations on client files. This table says, for each, which pack carries it out, by
which rules, and which of the pack's own cases prove it. It is written by `scripts/make_regulations.py` from the packs
themselves; a test fails when an article has no rule or no case, or when this page is not what the packs say.
`docs/packs.md` explains the format.

| article | about | pack | rules | cases |
|---|---|---|---|---|"""
