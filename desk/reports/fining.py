"""``report penalties``: every fine the packs set, why, and what it comes to for each person in each month.

A person's violations of a month are counted over all dossiers before anything is narrowed: a fine doubles by them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from desk.archive import Archive
from desk.reports.judging import Judging, each_judged
from desk.reports.naming import Names
from desk.reports.scope import Scope
from desk.reports.sheet import DATA, FILES, JSON, Cell, Chart, Column, Form, Series, Sheet, Table
from dossier.pack import Pack, Penalty
from dossier.penalties import Fine, escalate, fines

_ALL: Final = Scope()


@dataclass(frozen=True, slots=True)
class Charged:
    """A fine, and the dossier, pack and penalty it comes from."""

    fine: Fine
    pack: Pack
    kind: str
    label: str

    @property
    def penalty(self) -> Penalty:
        """The penalty as the pack has it."""
        return next(each for each in self.pack.dossiers[self.kind].penalties if each.id == self.fine.penalty)


def charged(archive: Archive, session: Session, scope: Scope) -> tuple[Charged, ...]:
    """Return the fines that a scope asks for, by day, each multiplied as the pack orders."""
    judging = Judging(archive)
    # Whoever repeats is known only from all dossiers of all months, so nothing but the pack narrows this walk.
    whole = replace(_ALL, as_of=scope.as_of, pack=scope.pack)
    by_pack: dict[str, list[Fine]] = {}
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for judged in each_judged(archive, session, whole, closed=True):
        dossier = judged.dossier
        pack = archive.packs[dossier.pack]
        day = judged.day or scope.as_of
        found = fines(dossier, pack, judged.verdicts, day, judging.calendar(pack.id))
        if found:
            by_pack.setdefault(pack.id, []).extend(
                replace(fine, dossier=f"{dossier.kind}/{fine.dossier}") for fine in found
            )
            known[pack.id, f"{dossier.kind}/{dossier.key}"] = (dossier.kind, dossier.label)
    return tuple(sorted(_asked(archive, by_pack, known, scope), key=lambda each: (each.fine.on, each.fine.dossier)))


def _asked(
    archive: Archive,
    by_pack: dict[str, list[Fine]],
    known: dict[tuple[str, str], tuple[str, str]],
    scope: Scope,
) -> Iterator[Charged]:
    kinds = scope.kinds(archive.packs)
    for pack, found in by_pack.items():
        for fine in escalate(found, archive.packs[pack]):
            kind, label = known[pack, fine.dossier]
            key = fine.dossier.removeprefix(f"{kind}/")
            named = not scope.dossier or scope.dossier in {key, label}
            if named and (pack, kind) in kinds and scope.owed(fine.owes) and scope.within(fine.on):
                yield Charged(replace(fine, dossier=key), archive.packs[pack], kind, label)


def penalties(archive: Archive, scope: Scope, names: Names, form: Form) -> Sheet:
    """Return what each person owes in fines each month, and every fine with its reason."""
    del form
    with archive.index.read() as session:
        found = charged(archive, session, scope)
    people = _people(found, names)
    charts = [_chart(people, currency, names) for currency in dict.fromkeys(str(row[-1]) for row in people)]
    sums = _sums(found)
    said = [
        names.text("found-penalties", count=count, amount=_amount(least, most), currency=currency)
        for currency, (count, least, most) in sums.items()
    ]
    ranges = any(each.fine.least != each.fine.most for each in found)
    withheld = any(each.fine.withhold_percent for each in found)
    return Sheet(
        "penalties",
        names.text("title-penalties"),
        scope.as_of,
        names.scope(scope),
        tuple(said) or (names.text("found-no-penalties"),),
        (_people_table(people, sums, names), _fines_table(found, names)),
        tuple(charts),
        (
            names.text("note-penalties"),
            *((names.text("note-ranges"),) if ranges else ()),
            *((names.text("note-withheld"),) if withheld else ()),
            names.text("note-as-of"),
        ),
    )


def _sums(found: Sequence[Charged]) -> dict[str, tuple[int, Decimal, Decimal]]:
    sums: dict[str, tuple[int, Decimal, Decimal]] = {}
    for each in found:
        count, least, most = sums.get(each.pack.currency, (0, Decimal(), Decimal()))
        sums[each.pack.currency] = (count + 1, least + each.fine.least, most + each.fine.most)
    return sums


def _amount(least: Decimal, most: Decimal) -> str:
    return f"{most:,f}" if least == most else f"{least:,f} – {most:,f}"


def _people(found: Sequence[Charged], names: Names) -> list[tuple[Cell, ...]]:
    """Return month, department id and title, role, person, count, repeats, least, most, share of pay, currency."""
    groups: dict[tuple[str, str, str, str, str], list[Charged]] = {}
    for each in found:
        owes = each.fine.owes
        key = (f"{each.fine.on:%Y-%m}", owes.department or owes.role, owes.role, owes.person, each.pack.currency)
        groups.setdefault(key, []).append(each)
    return [
        (
            month,
            department,
            names.department(department),
            role,
            names.role(role),
            person or names.person(role),
            len(group),
            sum(each.fine.factor > 1 for each in group),
            sum((each.fine.least for each in group), Decimal()),
            sum((each.fine.most for each in group), Decimal()),
            next((_percent(each.fine) for each in group if each.fine.withhold_percent), ""),
            currency,
        )
        for (month, department, role, person, currency), group in sorted(groups.items())
    ]


def _percent(fine: Fine) -> str:
    return "" if fine.withhold_percent is None else "{}–{} %".format(*fine.withhold_percent)


def _people_table(
    rows: Sequence[tuple[Cell, ...]], sums: dict[str, tuple[int, Decimal, Decimal]], names: Names
) -> Table:
    columns = (
        Column("month", names.text("column-month"), width=1.1),
        Column("department", names.text("column-department"), forms=JSON),
        Column("department_title", names.text("column-department"), width=1.6),
        Column("role", names.text("column-role"), forms=JSON),
        Column("role_title", names.text("column-role"), width=1.6),
        Column("person", names.text("column-person"), width=1.8),
        Column("violations", names.text("column-violations"), "number"),
        Column("multiplied", names.text("column-multiplied"), "number"),
        Column("least", names.text("column-least"), "money"),
        Column("most", names.text("column-most"), "money"),
        Column("pay_withheld", names.text("column-withheld"), width=1.3),
        Column("currency", names.text("column-currency"), width=1.1),
    )
    total: tuple[Cell, ...] | None = None
    if len(sums) == 1 and len(rows) > 1:
        ((currency, (count, least, most)),) = sums.items()
        repeats = sum(int(str(row[7])) for row in rows)
        total = (names.text("total"), "", "", "", "", "", count, repeats, least, most, "", currency)
    return Table("persons", names.text("table-fines-by-person"), columns, rows, total)


def _fines_table(found: Sequence[Charged], names: Names) -> Table:
    columns = (
        Column("on", names.text("column-violated-on"), "day", width=1.3),
        Column("since", names.text("column-fault-since"), "day", width=1.3, forms=FILES | JSON),
        Column("dossier", names.text("column-dossier"), width=2.5),
        Column("label", names.text("column-label"), width=1.8, forms=FILES | JSON),
        Column("penalty", names.text("column-penalty"), forms=JSON),
        Column("penalty_title", names.text("column-penalty"), width=2.4),
        Column("requirement", names.text("column-requirement"), forms=JSON),
        Column("requirement_title", names.text("column-requirement"), width=2),
        Column("department", names.text("column-department"), forms=DATA),
        Column("person", names.text("column-person"), width=1.6),
        Column("turn", names.text("column-turn"), "number", width=0.8),
        Column("factor", names.text("column-factor"), "number", width=0.8),
        Column("least", names.text("column-least"), "money"),
        Column("most", names.text("column-most"), "money"),
        Column("currency", names.text("column-currency"), width=1.1),
        Column("articles", names.text("column-articles"), width=1, forms=FILES),
    )
    rows: list[tuple[Cell, ...]] = []
    for each in found:
        fine = each.fine
        requirements = {one.id: one.title[names.lang] for one in each.pack.dossiers[each.kind].requirements}
        rows.append(
            (
                fine.on,
                fine.since,
                fine.dossier,
                each.label,
                fine.penalty,
                each.penalty.title[names.lang],
                fine.requirement,
                requirements.get(fine.requirement, ""),
                names.department(fine.owes.department or fine.owes.role),
                names.owing(fine.owes),
                fine.turn,
                fine.factor,
                fine.least,
                fine.most,
                each.pack.currency,
                ", ".join(map(str, each.penalty.articles)),
            )
        )
    return Table("fines", names.text("table-fines"), columns, rows)


def _chart(rows: Sequence[tuple[Cell, ...]], currency: str, names: Names) -> Chart:
    by_person: dict[str, Decimal] = {}
    for row in rows:
        if row[-1] == currency:
            by_person[str(row[5])] = by_person.get(str(row[5]), Decimal()) + Decimal(str(row[9]))
    most = sorted(by_person.items(), key=lambda pair: (-pair[1], pair[0]))
    title = names.text("chart-penalties", currency=currency)
    series = Series(names.text("column-most"), tuple(float(amount) for _, amount in most))
    return Chart(title, "bars", tuple(person for person, _ in most), (series,), "money")
