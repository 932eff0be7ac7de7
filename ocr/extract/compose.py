"""Settle the fields of a document against each other: numbers of persons and companies, brand and model, parties."""

import re
from dataclasses import replace

from dossier import identifiers as ids
from ocr.extract.identity import agreed
from ocr.extract.pairing import Candidate


def composed(nature: str, found: dict[str, Candidate]) -> dict[str, Candidate]:
    """Return the fields by their contract names, helper fields of the label table resolved."""
    fields = dict(found)
    _resolve_party_number(fields)
    _join_brand_and_model(fields)
    _join_parties(fields)
    _date_contract(fields, nature)
    _name_customer(fields)
    _name_insurer(fields)
    if nature == "vehicle-invoice":
        _buyer_number(fields)
    if nature in {"id-card", "driving-licence"}:
        fields = agreed(fields)
    _drop_impossible_dates(fields)
    if nature not in {"business-licence", "other-certificate"} and "credit_code" in fields:
        _not_of_another(fields)
    return fields


def _drop_impossible_dates(fields: dict[str, Candidate]) -> None:
    """Drop the less sure of two dates that cannot both be: nothing is issued before its holder is born, or ends first.

    Dates are in ISO form, so that they compare as texts.
    """
    for early, late in (("birth_date", "issue_date"), ("issue_date", "expiry_date"), ("effective_date", "expiry_date")):
        first, then = fields.get(early), fields.get(late)
        if first and then and first.value >= then.value:
            del fields[early if first.confidence < then.confidence else late]


def _resolve_party_number(fields: dict[str, Candidate]) -> None:
    """Turn a number that may be a person's or a company's into the field it is."""
    number = fields.pop("party_id", None)
    if number is None:
        return
    field = "id_number" if ids.is_resident_id_shaped(number.value) else "credit_code"
    if field not in fields or fields[field].confidence < number.confidence:
        fields[field] = replace(number, field=field)


def _join_brand_and_model(fields: dict[str, Candidate]) -> None:
    brand, model = fields.pop("brand", None), fields.pop("model", None)
    if "brand_model" in fields or model is None:
        return
    if brand is None or model.value.startswith(brand.value):
        fields["brand_model"] = replace(model, field="brand_model")
        return
    name = brand.value.split("/")[0].strip()
    fields["brand_model"] = replace(
        model, field="brand_model", value=name + model.value, confidence=min(model.confidence, brand.confidence)
    )


def _join_parties(fields: dict[str, Candidate]) -> None:
    """Join both parties of a contract, in their order, with a semicolon."""
    pair = [fields.pop(name, None) for name in ("party_a", "party_b", "party_c", "party_d")]
    both = [one for one in pair if one and one.confidence >= 0.45]
    if both and "parties" not in fields:
        fields["parties"] = replace(
            both[0],
            field="parties",
            value="；".join(one.value for one in both),
            confidence=min(one.confidence for one in both),
        )


def _date_contract(fields: dict[str, Candidate], nature: str) -> None:
    """Let the day of signing stand for the day of effect where a contract names no other, and the other way round."""
    if nature != "contract":
        return
    for given, missing in (("issue_date", "effective_date"), ("effective_date", "issue_date")):
        if given in fields and missing not in fields:
            fields[missing] = replace(fields[given], field=missing, confidence=fields[given].confidence * 0.85)


def _name_customer(fields: dict[str, Candidate]) -> None:
    """Give the customer of a form as buyer and as the one it is about; a contact only where no customer is named."""
    customer, contact = fields.pop("customer", None), fields.pop("contact", None)
    for field, one in (("buyer_name", customer), ("name", customer), ("name", contact)):
        if one and field not in fields:
            fields[field] = replace(one, field=field)


def _name_insurer(fields: dict[str, Candidate]) -> None:
    """Give the insurer as the company, without the branch that wrote the policy."""
    insurer = fields.get("insurer")
    if insurer:
        whole = re.sub(r"(?<=公司).{2,20}(?:分|支)公司$", "", insurer.value)
        fields["insurer"] = replace(insurer, value=whole)


def _buyer_number(fields: dict[str, Candidate]) -> None:
    """Tell the buyer's number from the seller's on a vehicle invoice: the seller's stands lower."""
    code, seller = fields.get("credit_code"), fields.get("seller_tax_id")
    if code and seller and code.value == seller.value:
        del fields["credit_code"]


def _not_of_another(fields: dict[str, Candidate]) -> None:
    """Drop a credit code without a label where it is already some party's tax number."""
    code = fields["credit_code"]
    if any(fields.get(name) and fields[name].value == code.value for name in ("seller_tax_id", "buyer_tax_id")):
        del fields["credit_code"]
