"""What dossiers are called, by what stands in them."""

from datetime import date

import pytest

from dossier.labels import label_of
from dossier.model import Document, Dossier
from dossier.policy import load_pack

KIND = load_pack("general").dossiers["client"]
COMPANY, AGENT = "91350100M000100Y43", "11010519491231002X"
LICENCE = {"name": "福州某某商贸有限公司", "credit_code": COMPANY}
CARD = {"name": "王某", "id_number": AGENT}


def dossier(key: str, *papers: tuple[str, dict[str, str]]) -> Dossier:
    """Return a client's dossier under ``key``, with papers of these kinds and fields."""
    documents = tuple(
        Document(f"d{place}", kind, date(2026, 3, 2 + place), fields=fields)
        for place, (kind, fields) in enumerate(papers)
    )
    known = {"id_number": (AGENT,), "credit_code": (COMPANY,)}
    return Dossier(key, KIND.id, key, "general", date(2026, 3, 1), documents=documents, identifiers=known)


@pytest.mark.parametrize("papers", [(("id-card", CARD),), (("id-card", CARD), ("letter", {}))])
def test_an_agents_card_does_not_name_a_companys_dossier(papers: tuple[tuple[str, dict[str, str]], ...]) -> None:
    """A company's dossier keeps its number for a name until a paper of the company itself is there."""
    assert label_of(dossier(COMPANY, *papers), KIND) == COMPANY
    assert label_of(dossier(COMPANY, *papers, ("business-licence", LICENCE)), KIND) == LICENCE["name"]


def test_a_persons_dossier_is_called_by_the_person() -> None:
    """A person's dossier takes the name from the card, not from the licence of the company they run."""
    assert label_of(dossier(AGENT, ("business-licence", LICENCE), ("id-card", CARD)), KIND) == CARD["name"]
