"""The page that lists the kinds of documents, made from the catalogue and the shipped packs."""

from collections import defaultdict
from typing import Final

from dossier.catalogue import FAMILIES, Kind, shipped
from dossier.policy import load_pack, shipped_packs

_HEAD: Final = """# Kinds of documents

What a document can be recognised as. `juanzong policy kinds 發票` looks a kind up by any part of its name or id;
packs name the ids below in their requirements. This page is written by `scripts/make_kinds.py` from the catalogue
(`dossier/kinds/*.toml`); a test fails when it is not what the catalogue says.

## A kind of your own

A paper that only your house has needs no program. Make a folder `kinds` beside the archive's `settings.toml` and in
it a file, say `our-forms.toml`, with one table for each kind. It is read whenever the archive is opened; a mistake
stops every command with exit code 50 and says which entry is wrong and what to do. Kinds that the product ships are
described again by nobody: give yours an id of its own.

```toml
[berth-transfer]                          # the id: lower-case letters, digits, hyphens
family = "form"                           # one of the families below
titles = { en = "Berth transfer", zh-Hant = "泊位轉讓單", zh-Hans = "泊位转让单" }
level = "ordinary"                        # or confidential, secret: the secrecy it has unless a person says otherwise
phrases = ["泊位转让单", "berth transfer"]    # what stands on it as its title; simplified characters, lower case
cues = { "泊位号" = 1.0, "受让船主" = 1.0 }     # words that speak for it wherever they stand; 1 is strong, 0.3 is weak
patterns = { 'bt-\\d{4}-\\d{3}' = 1.2 }      # the form of its number, over text in lower case
fields = ["contract_number", "name", "issue_date"]   # what a person expects to find on it
identifiers = ["contract_number"]         # which of these tell the dossier
```

Write the phrases in simplified characters and small letters: traditional writing, capitals, spaces between
characters and a misread character in a longer title are allowed for. `endings` are last words of a title (“… 转让单”),
`codes` what a bar code on it says, `layout` one of `sheet`, `strip`, `card`, `photo`, `scrap`; `sides = 2` with
`front` and `back` (phrases printed on one side only) is for cards.

Then try it: `juanzong read SCAN.pdf` says nothing of a site's kinds, since it opens no archive; `juanzong ingest
SCAN.pdf` does, and `juanzong review show DOCUMENT` tells what spoke for it. A paper without a title need not be
described at all: set its kind once with `juanzong review set DOCUMENT --kind KIND`, and the next one of the same
layout is known.
"""


def kind_page() -> str:
    """Return the page as Markdown."""
    asked = _asked()
    parts = [_HEAD]
    for family in FAMILIES:
        kinds = shipped().family(family)
        if kinds:
            rows = [_row(kind, asked[kind.id]) for kind in kinds]
            table = "| id | English | 繁體 | 简体 | fields | packs |\n|---|---|---|---|---|---|\n"
            parts.append(f"## {family}\n\n{table}" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _asked() -> dict[str, list[str]]:
    """Return the packs that ask for each kind, or file it."""
    ids = frozenset(kind.id for kind in shipped())
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for name in shipped_packs():
        pack = load_pack(name, ids)
        named = set()
        for dossier in pack.dossiers.values():
            named |= {kind for requirement in dossier.requirements for kind in requirement.kinds}
            named |= {*dossier.opened_by, *dossier.holds}
        for kind in named:
            asked[kind].append(pack.id)
    return asked


def _row(kind: Kind, packs: list[str]) -> str:
    cells = (f"`{kind.id}`", kind.titles["en"], kind.titles["zh-Hant"], kind.titles["zh-Hans"])
    fields = ", ".join(f"`{name}`" for name in kind.fields)
    return f"| {' | '.join(cells)} | {fields} | {', '.join(packs)} |"
