"""Fill an archive with synthetic dossiers over departments, persons and months, for trials, tests and figures.

    .venv/bin/python -m bench.completeness.seeding HOME [--dossiers 200] [--today 2026-11-23] [--seed 1]

Makes the archive where there is none. Rows go into the index only: there are no scans behind the documents, so reports
work and ``get`` does not. Every name is marked SPECIMEN／樣本.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import Session

from desk import setup
from desk.archive import Archive
from desk.home import Home
from dossier.policy import load_pack
from index import tables
from index.texts import comparable
from vault.keyfile import FAST

PASSPHRASE: Final = "specimen heron violet anchor"
PACKS: Final = ("auto-dealer", "general", "partners")
CONSULTANTS: Final = tuple(f"銷售顧問樣本{number}" for number in "甲乙丙丁戊己")
ADVISORS: Final = tuple(f"服務顧問樣本{number}" for number in "甲乙丙")
HANDLERS: Final = ("客關樣本甲", "客關樣本乙")
UNITS: Final = ("承攬樣本甲", "承攬樣本乙", "承攬樣本丙")
_BATCH: Final = 1_000
_SHARES: Final = (("new-vehicle", 0.7), ("after-sales", 0.2), ("complaint", 0.05), ("partner", 0.05))

Rows = defaultdict[type, list[dict[str, Any]]]


def make_home(path: Path, packs: Sequence[str] = PACKS) -> Home:
    """Make an archive whose passphrase is cheap to check."""
    home = Home(path)
    setup.make(home, PASSPHRASE, packs=tuple(packs), cost=FAST)
    return home


def seed(session: Session, dossiers: int, today: date, *, start: int = 0, dice: int = 1) -> None:
    """Add dossiers opened over the year before ``today``; the same numbers give the same dossiers."""
    rows: Rows = defaultdict(list)
    for number in range(start, start + dossiers):
        _Case(number, today, random.Random(f"{dice}-{number}"), rows).add()
        if len(rows[tables.Dossier]) == _BATCH:
            _put(session, rows)
    _put(session, rows)


def rows_of(number: int, today: date, *, dice: int = 1) -> Rows:
    """Return the rows of one dossier and of what was scanned for it, by table."""
    rows: Rows = defaultdict(list)
    _Case(number, today, random.Random(f"{dice}-{number}"), rows).add()
    return rows


def _put(session: Session, rows: Rows) -> None:
    order = (
        tables.Dossier,
        tables.DossierIdentifier,
        tables.DossierFact,
        tables.DossierEvent,
        tables.Capture,
        tables.Document,
        tables.DocumentField,
    )
    for table in order:
        if rows[table]:
            session.execute(insert(table), rows[table])
    rows.clear()


class _Case:
    """One dossier being made up."""

    def __init__(self, number: int, today: date, dice: random.Random, rows: Rows) -> None:
        self.number, self.today, self.dice, self.rows = number, today, dice, rows
        self.id = f"seed{number:012d}"
        self.sold = today - timedelta(days=dice.randrange(1, 365))
        self.scanned = 0

    def add(self) -> None:
        """Make up one dossier of some kind."""
        (kind,) = self.dice.choices([name for name, _ in _SHARES], [share for _, share in _SHARES])
        {
            "new-vehicle": self.new_vehicle,
            "after-sales": self.after_sales,
            "complaint": self.complaint,
            "partner": self.partner,
        }[kind]()

    def new_vehicle(self) -> None:
        """A car sold, its papers handed over within a week or so."""
        company = self.dice.random() < 0.2
        facts = {
            "consultant": self.dice.choice(CONSULTANTS),
            "customer": f"客戶樣本{self.number:05d}",
            "customer_type": "company" if company else "person",
        }
        self.open("auto-dealer", "new-vehicle", f"SPECMN{self.number:011d}", "vin", facts)
        self.event("sale", self.sold)
        if self.dice.random() < 0.05:
            self.event("correction-ordered", self.sold + timedelta(days=9))
        wanted = [
            requirement.any_of[0]
            for requirement in load_pack("auto-dealer").dossiers["new-vehicle"].requirements
            if requirement.id not in {"id-card" if company else "company-licence", "other-certificate"}
        ]
        handed = self.sold + timedelta(days=self.dice.choice((1, 2, 3, 3, 4, 4, 5, 6, 9, 14)))
        for kind in wanted:
            if self.dice.random() < 0.97:
                late = self.dice.random() < 0.04
                self.document(kind, handed + timedelta(days=20 * late))

    def after_sales(self) -> None:
        """A car that was in the workshop up to three times."""
        self.open(
            "auto-dealer", "after-sales", f"SPECAS{self.number:011d}", "vin", {"advisor": self.dice.choice(ADVISORS)}
        )
        for visit in range(self.dice.randrange(1, 4)):
            day = self.sold + timedelta(days=60 * visit)
            if day > self.today:
                return
            self.event("handback", day)
            self.event("maintenance", day)
            if self.dice.random() < 0.1:
                self.event("contact-unconfirmed", day)
            for kind in ("reception-sheet", "work-order", "settlement-sheet", "free-check-sheet"):
                if self.dice.random() < 0.95:
                    self.document(kind, day + timedelta(days=self.dice.choice((0, 0, 1, 2))), issued=day)

    def complaint(self) -> None:
        """A complaint, ordinary or serious."""
        facts = {"handler": self.dice.choice(HANDLERS), "severity": self.dice.choice(("ordinary", "serious"))}
        self.open("auto-dealer", "complaint", f"滬S{self.number % 100000:05d}", "plate", facts)
        self.event("complaint", self.sold)
        for kind in ("complaint-form", "complaint-solution", "follow-up-record", "complaint-summary", "minutes"):
            if self.dice.random() < 0.8:
                self.document(kind, self.sold + timedelta(days=self.dice.randrange(6)), issued=self.sold)

    def partner(self) -> None:
        """A partner of some grade."""
        facts = {
            "partner": f"聯營夥伴樣本{self.number:05d}",
            "unit_contact": self.dice.choice(UNITS),
            "grade": self.dice.choice("ABCD"),
        }
        self.open("partners", "partner", f"SPEC{self.number:014d}", "credit_code", facts)
        self.event("talks", self.sold)
        for kind in (
            "admission-approval-form",
            "admission-annex",
            "admission-annex",
            "admission-annex",
            "partner-grade-record",
        ):
            if self.dice.random() < 0.85:
                self.document(kind, self.sold - timedelta(days=self.dice.randrange(5)))

    def open(self, pack: str, kind: str, key: str, type_: str, facts: Mapping[str, str]) -> None:
        """Open the dossier on the day of the sale, visit, complaint or talks."""
        self.rows[tables.Dossier].append(
            {
                "id": self.id,
                "key": key,
                "kind": kind,
                "pack": pack,
                "label": facts.get("customer", facts.get("partner", key)),
                "department": "",
                "opened": self.sold,
                "closed": None,
            }
        )
        self.rows[tables.DossierIdentifier].append(
            {"dossier": self.id, "type": type_, "value": key, "folded": comparable(key)}
        )
        at = datetime.combine(self.sold, time(9), UTC)
        for name, value in facts.items():
            self.rows[tables.DossierFact].append(
                {"dossier": self.id, "name": name, "value": value, "by": "seed", "at": at}
            )

    def event(self, kind: str, on: date) -> None:
        """Say that something happened."""
        self.rows[tables.DossierEvent].append({"dossier": self.id, "kind": kind, "on": on, "by": "seed", "role": ""})

    def document(self, kind: str, received: date, issued: date | None = None) -> None:
        """Add a document with a few fields, some of it still in review; one that would come later is not there yet."""
        if received > self.today:
            return
        self.scanned += 1
        capture, signed = f"{self.id}{self.scanned:04d}", self.dice.random()
        review = self.dice.random() < 0.01
        at = datetime.combine(received, time(8, self.dice.randrange(60)), UTC)
        state = "review" if review else "filed"
        self.rows[tables.Capture].append(
            {
                "id": capture,
                "digest": capture,
                "name": f"{capture}.pdf",
                "size": 100_000,
                "format": "pdf",
                "sha256": "0" * 64,
                "folder": "",
                "subfolder": "",
                "batch": "",
                "level": tables.ORDINARY,
                "state": state,
                "error": None,
                "error_facts": {},
                "attempts": 0,
                "claimed": at,
                "sealed": at,
                "read": at,
                "filed": None if review else at,
            }
        )
        self.rows[tables.Document].append(
            {
                "id": f"{capture}-1",
                "capture": capture,
                "ordinal": 1,
                "kind": kind,
                "family": "form",
                "confidence": 0.9,
                "review": review,
                "doubts": [],
                "alternatives": [],
                "evidence": [],
                "pages": [1],
                "first_page": 1,
                "dossier": self.id,
                "level": tables.ORDINARY,
                "received": received,
                "issued": issued,
                "dated": issued or received,
                "sides": ["front", "back"],
                "copies": 1,
                "form": "original" if kind == "sales-contract" else "copy",
                "signatures": {
                    "customer": "unsigned" if signed < 0.02 else "signed",
                    "staff": "unsigned" if signed > 0.99 else "signed",
                },
                "cleared": [],
            }
        )
        for name, value in (
            ("name", f"樣本{self.number}"),
            ("contract_number", f"SPEC-{self.number}"),
            ("vin", f"SPECMN{self.number:011d}"),
        ):
            self.rows[tables.DocumentField].append(
                {
                    "document": f"{capture}-1",
                    "name": name,
                    "value": value,
                    "folded": comparable(value),
                    "confidence": 0.9,
                    "page": 1,
                }
            )


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("--dossiers", type=int, default=200)
    options.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011
    options.add_argument("--seed", type=int, default=1)
    return options.parse_args()


def main() -> int:
    """Make and fill the archive."""
    chosen = _options()
    home = Home(chosen.home)
    if not home.exists():
        home = make_home(chosen.home)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        seed(session, chosen.dossiers, chosen.today, dice=chosen.seed)
    print(f"{chosen.dossiers} dossiers in {home.path}; passphrase: {PASSPHRASE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
