"""What the databases compare is what the program would compare itself."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from dossier.folding import fold
from index import filing
from index.shelves import folds_to
from index.tables import Dossier
from tests.index.conftest import TODAY

LABELS = (
    "客戶樣本（甲）",
    "客户样本[乙]",
    "a*b?[c]^d-e\\f",
    "ＡＢＣ－１２３",
    "100%_{1,2}|(x)$",
    "]-^",
    "Ärzte . Straße + é",
    "\U00020000\n第二行",
)


@pytest.mark.parametrize("whole", [False, True])
def test_a_folded_part_is_found_as_it_stands(session: Session, whole: bool) -> None:
    """Every part of every label, folded, finds the labels that have it when folded, and no others."""
    for number, label in enumerate(LABELS):
        filing.open_dossier(session, key=f"K{number}", kind="k", pack="p", opened=TODAY,
                            at=datetime.now(UTC), label=label)  # fmt: skip
    folded = {label: fold(label) for label in LABELS}
    parts = {form[at : at + size] for form in folded.values() for at in range(len(form)) for size in (1, 2, 30)}
    for part in sorted(parts):
        found = session.exec(select(Dossier.label).where(folds_to(col(Dossier.label), part, whole=whole))).all()
        assert set(found) == {label for label, form in folded.items() if (form == part if whole else part in form)}
