"""The people, companies, cars and sales that specimens tell of: invented, whole and consistent, one case a seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ocr.specimen import names, numbers
from ocr.specimen.dice import Dice


@dataclass(frozen=True, slots=True)
class Person:
    """A person who does not exist."""

    name: str
    latin: str
    female: bool
    ethnicity: str
    birth: date
    address: str
    id_number: str
    phone: str
    landline: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company that does not exist."""

    name: str
    latin: str
    credit_code: str
    organisation_code: str
    address: str
    phone: str
    bank: str
    account: str
    head: Person
    capital: Decimal
    established: date
    business: str
    city: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car that was never built."""

    vin: str
    engine_number: str
    brand: str
    brand_latin: str
    model: str
    series: str
    series_latin: str
    colour: str
    colour_latin: str
    plate: str
    electric: bool
    certificate_number: str
    made: date
    seats: int
    displacement: int
    kilowatts: int
    kerb_kg: int
    length_mm: int

    @property
    def brand_model(self) -> str:
        """Brand and model as papers write them together."""
        return self.brand + self.model


@dataclass(frozen=True, slots=True)
class Case:
    """The sale of one vehicle and all that its papers say, amounts in yuan."""

    seed: str
    dealer: Company
    buyer: Person
    company: Company | None
    vehicle: Vehicle
    sold: date
    delivered: date
    registered: date
    price: Decimal
    net: Decimal
    tax: Decimal
    deposit: Decimal
    invoice_code: str
    invoice_number: str
    invoice_code_number_long: str
    contract_number: str
    policy_number: str
    insurer: str
    premium: Decimal
    seller: Person
    mechanic: Person
    cashier: Person

    @property
    def buyer_name(self) -> str:
        """Who buys: the company where there is one, else the person."""
        return self.company.name if self.company else self.buyer.name

    @property
    def buyer_number(self) -> str:
        """The number that names the buyer: credit code or resident ID."""
        return self.company.credit_code if self.company else self.buyer.id_number

    @property
    def buyer_address(self) -> str:
        """Where the buyer is at home."""
        return self.company.address if self.company else self.buyer.address


def _address(dice: Dice, city: str) -> str:
    street = f"{dice.choice(names.STREETS)}{dice.randint(1, 899)}号"
    flat = (
        f"{dice.randint(1, 30)}栋{dice.randint(1, 4)}单元{dice.randint(1, 28)}0{dice.randint(1, 6)}室"
        if dice.likely(0.6)
        else ""
    )
    return f"{city}{dice.choice(names.DISTRICTS)}{street}{flat}"


def person(dice: Dice) -> Person:
    """Return an invented person."""
    surname, given = dice.choice(names.SURNAMES), dice.choice(names.GIVEN)
    birth = date(1955, 1, 1) + timedelta(days=dice.randint(0, 365 * 48))
    female = dice.likely(0.5)
    return Person(
        name=surname[0] + given[0],
        latin=f"{given[1]} {surname[1]}",
        female=female,
        ethnicity=dice.choice(names.GROUPS),
        birth=birth,
        address=_address(dice, dice.choice(names.CITIES)[0]),
        id_number=numbers.resident_id(dice, birth, female=female),
        phone=numbers.mobile(dice),
        landline=numbers.landline(dice),
    )


def company(dice: Dice, business: tuple[str, str] = ("商贸有限公司", "Trading Co., Ltd.")) -> Company:
    """Return an invented company of a line of business."""
    city, mark, trade, bank = (
        dice.choice(names.CITIES),
        dice.choice(names.MARKS),
        dice.choice(names.TRADES),
        dice.choice(names.BANKS),
    )
    organisation = numbers.organisation_code(dice)
    return Company(
        name=city[0] + mark[0] + trade[0] + business[0],
        latin=f"{city[1]} {mark[1]} {trade[1]} {business[1]}",
        credit_code=numbers.credit_code(dice, organisation),
        organisation_code=organisation,
        address=_address(dice, city[0]),
        phone=numbers.landline(dice),
        bank=f"{bank[0]}{city[0]}分行",
        account="62" + dice.digits(17),
        head=person(dice),
        capital=Decimal(dice.choice((50, 100, 200, 500, 1000, 3000))),
        established=date(1998, 1, 1) + timedelta(days=dice.randint(0, 365 * 24)),
        business=business[0],
        city=city[0],
    )


def vehicle(dice: Dice, sold: date) -> Vehicle:
    """Return an invented car built some weeks before ``sold``."""
    brand, colour, electric = dice.choice(names.BRANDS), dice.choice(names.COLOURS), dice.likely(0.25)
    displacement = 0 if electric else dice.choice((1197, 1395, 1498, 1598, 1798, 1984))
    model = f"{brand[2]}7{displacement // 100:02d}{dice.randint(0, 9)}{dice.letters(2, 'ABCDEFGHJKLMNPRST')}"
    made = sold - timedelta(days=dice.randint(20, 90))
    return Vehicle(
        vin=numbers.vin(dice, made.year),
        engine_number=dice.letters(3, "ABCDEFGHJKLMNP") + dice.digits(6),
        brand=brand[0],
        brand_latin=brand[1],
        model=model + ("BEV" if electric else ""),
        series=brand[3][0],
        series_latin=brand[3][1],
        colour=colour[0],
        colour_latin=colour[1],
        plate=numbers.plate(dice, electric=electric),
        electric=electric,
        certificate_number="W" + dice.letters(2, "ABCDEFGH") + dice.digits(11),
        made=made,
        seats=dice.choice((5, 5, 5, 7)),
        displacement=displacement,
        kilowatts=dice.randint(70, 180),
        kerb_kg=dice.randint(1150, 1980),
        length_mm=dice.randint(4200, 4950),
    )


def sale(*seed: object, sold: date = date(2026, 3, 18), for_company: bool = False, today: date = date.max) -> Case:
    """Return the case that belongs to ``seed``, sold on ``sold``; nothing in it happens after ``today``."""
    dice = Dice("case", *seed)
    price = Decimal(dice.randint(680, 3600)) * 100 + Decimal(dice.choice((0, 0, 0, 50, 88)))
    net = (price / Decimal("1.13")).quantize(Decimal("0.01"))
    delivered = min(today, sold + timedelta(days=dice.randint(0, 2)))
    return Case(
        seed="/".join(str(part) for part in seed),
        dealer=company(dice, ("汽车销售服务有限公司", "Automobile Sales & Service Co., Ltd.")),
        buyer=person(dice),
        company=company(dice) if for_company else None,
        vehicle=vehicle(dice, sold),
        sold=sold,
        delivered=delivered,
        registered=min(today, delivered + timedelta(days=dice.randint(1, 5))),
        price=price,
        net=net,
        tax=price - net,
        deposit=Decimal(dice.choice((2000, 5000, 10000))),
        invoice_code="1" + dice.digits(11),
        invoice_number=f"{dice.randint(10**6, 10**8 - 1):08d}",
        invoice_code_number_long=f"{sold:%y}{dice.digits(18)}",
        contract_number=f"{dice.choice(('XS', 'HT', 'GC'))}{sold:%Y%m}{dice.randint(1, 999):04d}",
        policy_number=f"P{dice.choice('DZ')}AA{sold:%Y}{dice.digits(13)}",
        insurer=dice.choice(names.INSURERS),
        premium=Decimal(dice.randint(2600, 7800)) + Decimal(dice.randint(0, 99)) / 100,
        seller=person(dice),
        mechanic=person(dice),
        cashier=person(dice),
    )
