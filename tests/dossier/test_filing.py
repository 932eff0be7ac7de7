"""Which dossier a document belongs to: by identifiers, hints and batches, and never silently to a wrong one."""

from collections.abc import Sequence

import pytest

from dossier.filing import Filing, Shelf, Standing, carried, place, shelf_of
from dossier.policy import load_pack
from dossier.reading import FieldValue, Recognised

CAR = load_pack("auto-dealer")
SHELVES = tuple(shelf_of(CAR.id, kind) for kind in CAR.dossiers.values())
NEW_CAR = next(shelf for shelf in SHELVES if shelf.kind.id == "new-vehicle")
VIN, OTHER_VIN = "LSVAA4182E2184847", "1M8GDM9AXKP042788"
ID = "11010519491231002X"
"""The example number of the standard GB 11643."""


def paper(kind: str, *, review: bool = False, confidence: float = 0.99, **fields: str) -> Recognised:
    values = {name: FieldValue(value, confidence, 1) for name, value in fields.items()}
    return Recognised(kind, "form", confidence, review, values, (1,))


def car(number: str, **identifiers: str) -> Standing:
    known = {name: frozenset([value]) for name, value in identifiers.items()}
    return Standing(number, "auto-dealer", "new-vehicle", identifiers.get("vin", number), known)


def filed(
    document: Recognised, standing: Sequence[Standing] = (), *, hint: str = "", batch: Sequence[Standing] = ()
) -> Filing:
    def find(kind: str, value: str) -> list[Standing]:
        if kind == "key":
            return [one for one in standing if one.key == value]
        return [one for one in standing if value in one.identifiers.get(kind, ())]

    return place(document, SHELVES, find, hint=hint, batch=batch)


def test_the_test_numbers_are_right() -> None:
    """The numbers used below pass their own check digits, so that a refusal below is about filing."""
    assert carried(paper("green-card", vin=VIN, id_number=ID).fields, NEW_CAR.kind) == {"vin": VIN, "id_number": ID}
    assert carried(paper("green-card", vin=OTHER_VIN).fields, NEW_CAR.kind) == {"vin": OTHER_VIN}


def test_an_invoice_opens_the_dossier_of_its_car() -> None:
    """A key nobody has yet opens a dossier, by the policy's word."""
    decision = filed(paper("purchase-invoice", vin=VIN))
    assert decision.opens == (NEW_CAR, "vin", VIN)
    assert decision.because == "filing.opened"


def test_a_paper_goes_to_the_dossier_of_its_vin() -> None:
    """A known key finds its dossier, whatever others there are."""
    decision = filed(paper("insurance-policy", vin=VIN), [car("d1", vin=VIN), car("d2", vin=OTHER_VIN)])
    assert (decision.dossier, decision.by) == ("d1", "vin")


def test_an_id_card_follows_its_number() -> None:
    """A paper without a VIN is filed by the customer's number that another paper brought."""
    decision = filed(paper("id-card", id_number=ID), [car("d1", vin=VIN, id_number=ID)])
    assert (decision.dossier, decision.by) == ("d1", "id_number")


def test_an_id_card_of_nobody_waits() -> None:
    """An ID card opens no dossier; it waits until one has its number."""
    assert filed(paper("id-card", id_number=ID)) == Filing(doubt="filing.no-dossier", by="id_number")


def test_an_id_card_opens_no_client_while_a_car_may_claim_it() -> None:
    """With both packs in force the card waits for the car's papers; alone, the general pack opens a client."""
    general = load_pack("general")
    client = shelf_of(general.id, general.dossiers["client"])
    card = paper("id-card", id_number=ID)
    both = place(card, (*SHELVES, client), lambda kind, value: [])
    assert both == Filing(doubt="filing.no-dossier", by="id_number")
    assert place(card, (client,), lambda kind, value: []).opens == (client, "id_number", ID)
    known = Standing("c1", "general", "client", ID, {"id_number": frozenset([ID])})
    assert place(card, (*SHELVES, client), lambda kind, value: [known]).dossier == "c1"


def test_one_customer_with_two_cars_is_asked_about() -> None:
    """A number that fits two dossiers is not guessed."""
    two = [car("d1", vin=VIN, id_number=ID), car("d2", vin=OTHER_VIN, id_number=ID)]
    assert filed(paper("id-card", id_number=ID), two) == Filing(doubt="filing.several-dossiers", by="id_number")


def test_a_second_car_of_the_same_customer_gets_its_own_dossier() -> None:
    """A new key opens a dossier even where the customer's number is known from another car."""
    decision = filed(paper("purchase-invoice", vin=OTHER_VIN, id_number=ID), [car("d1", vin=VIN, id_number=ID)])
    assert decision.opens == (NEW_CAR, "vin", OTHER_VIN)


def test_a_paper_of_another_car_is_not_filed_by_the_customer() -> None:
    """A VIN that contradicts the dossier found by a weaker number stops the filing."""
    receipt = paper("receipt", vin=OTHER_VIN, id_number=ID)
    assert filed(receipt, [car("d1", vin=VIN, id_number=ID)]) == Filing(doubt="filing.contradiction", by="id_number")


@pytest.mark.parametrize("vin", ["LSVAA4181E2184847", "LSVAA4182E218484", "XXXXXXXXXXXXXXXXX"])
def test_a_vin_with_a_wrong_check_digit_is_not_filed_by(vin: str) -> None:
    """A misread VIN neither opens a dossier nor finds one."""
    assert filed(paper("purchase-invoice", vin=vin), [car("d1", vin=vin)]).doubt == "filing.no-identifier"


def test_what_a_person_entered_needs_no_check_digit() -> None:
    """A person's word on an identifier counts more than its check digit: foreign cars have none."""
    fields = {"vin": FieldValue("WVWZZZ1JZXW000001", 1.0, 1, checked="person")}
    document = Recognised("purchase-invoice", "invoice", 1.0, False, fields, (1,))
    assert filed(document).opens == (NEW_CAR, "vin", "WVWZZZ1JZXW000001")


def test_an_unsure_kind_waits_however_sure_its_numbers_are() -> None:
    """What kind of paper it is comes first."""
    document = paper("purchase-invoice", review=True, vin=VIN)
    assert filed(document, [car("d1", vin=VIN)]).doubt == "filing.kind-unsure"


def test_a_kind_that_no_pack_knows_waits() -> None:
    """A letter has no place in a car dealer's dossiers."""
    assert filed(paper("newspaper-cutting", vin=VIN)).doubt == "filing.kind-without-place"


def test_a_photo_goes_with_its_batch() -> None:
    """A paper without any number is filed with the one dossier of its batch."""
    here = car("d1", vin=VIN)
    decision = filed(paper("delivery-photo"), [here], batch=[here])
    assert (decision.dossier, decision.because) == ("d1", "filing.by-batch")


def test_a_photo_of_a_mixed_batch_waits() -> None:
    """Two dossiers in one batch: nobody guesses."""
    both = [car("d1", vin=VIN), car("d2", vin=OTHER_VIN)]
    assert filed(paper("delivery-photo"), both, batch=both).doubt == "filing.no-identifier"


def test_the_sub_folder_names_the_dossier() -> None:
    """A folder named by a VIN files what lies in it."""
    decision = filed(paper("delivery-photo"), [car("d1", vin=VIN)], hint=VIN)
    assert (decision.dossier, decision.because) == ("d1", "filing.by-hint")


def test_a_sub_folder_may_open_a_dossier() -> None:
    """A new VIN as folder name opens a dossier with the first paper that may."""
    assert filed(paper("green-card"), hint=VIN).opens == (NEW_CAR, "vin", VIN)
    assert filed(paper("delivery-photo"), hint=VIN).doubt == "filing.hint-unknown"


def test_a_paper_of_another_car_in_the_sub_folder_is_asked_about() -> None:
    """The folder says one car, the paper another."""
    cars = [car("d1", vin=VIN), car("d2", vin=OTHER_VIN)]
    assert filed(paper("insurance-policy", vin=OTHER_VIN), cars, hint=VIN).doubt == "filing.contradiction"


def test_an_ordinary_folder_name_is_no_hint() -> None:
    """A folder called "inbox" changes nothing for papers that carry their number."""
    assert filed(paper("insurance-policy", vin=VIN), [car("d1", vin=VIN)], hint="inbox").dossier == "d1"


def test_an_unsure_number_without_check_digit_is_not_trusted() -> None:
    """A shelf keyed by a number without check digit takes it only when it was read surely."""
    shelf = Shelf("p", NEW_CAR.kind, frozenset())
    weak = {"plate": FieldValue("not a plate", 0.99, 1)}
    assert carried(weak, shelf.kind) == {}


def test_a_cover_sheet_files_a_kind_that_nobody_asked_for() -> None:
    """Whoever lays a dossier's cover sheet on a letter means that dossier."""
    decision = filed(paper("newspaper-cutting"), [car("d1", vin=VIN)], hint=VIN)
    assert (decision.dossier, decision.because) == ("d1", "filing.by-hint")


def test_a_number_made_to_fit_finds_a_dossier_and_opens_none() -> None:
    """Look-alikes put in for a check digit are right by chance in one of eleven: too little to open a dossier on."""
    fields = {"vin": FieldValue(VIN, 0.9, 1, checked="repaired")}
    document = Recognised("purchase-invoice", "invoice", 0.99, False, fields, (1,))
    assert filed(document).doubt == "filing.no-dossier"
    assert filed(document, [car("d1", vin=VIN)]).dossier == "d1"
