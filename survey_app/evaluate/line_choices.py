"""What a reader of the overview asks for: filters, order and page, from an address."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from survey_app.evaluate.unit_lines import NOT_SURVEYED, Line
from survey_app.store.tables import SurveyState

PAGE_SIZE = 50
STATES = (*(str(state) for state in SurveyState), NOT_SURVEYED)
_INDICES = ("IKM", "IPAK", "IPKP")

MARKS: Mapping[str, Callable[[Line], bool]] = {
    "belum-pasti": lambda line: line.is_resolved is False and line.grade is not None,
    "di-bawah-target": lambda line: line.is_below_target,
    "di-luar-corong": lambda line: line.is_outside,
    "berubah": lambda line: line.is_real_change,
}
_ORDERS: Mapping[str, Callable[[Line], Any]] = {
    "unit": lambda line: line.unit_name.casefold(),
    "instansi": lambda line: line.agency_name.casefold(),
    "keadaan": lambda line: STATES.index(line.state),
    "responden": lambda line: line.n,
    "nilai": lambda line: line.score100,
    "perubahan": lambda line: line.change,
    "corong": lambda line: line.standing and line.standing.z,
}


@dataclass(frozen=True)
class Choice:
    """Filters by their names in the address; empty means all. `urut` with `-` is descending."""

    periode: str = ""
    indeks: str = ""
    instansi: str = ""
    keadaan: str = ""
    tanda: str = ""
    cari: str = ""
    urut: str = "unit"
    hal: int = 1

    def address(self, **changes: Any) -> dict[str, Any]:
        """Arguments of the address with some changed, those that say nothing left out."""
        told = asdict(self) | changes
        plain = asdict(Choice())
        return {name: value for name, value in told.items() if value != plain[name]}

    def order(self, name: str) -> dict[str, Any]:
        """The address that sorts by a column, or the other way where it is sorted so already."""
        return self.address(urut=f"-{name}" if self.urut == name else name, hal=1)

    def direction(self, name: str) -> str:
        """What `aria-sort` says of a column."""
        if self.urut.lstrip("-") != name:
            return "none"
        return "descending" if self.urut.startswith("-") else "ascending"


def read_choice(arguments: Mapping[str, str]) -> Choice:
    """The choice in an address; what is not known there is as if it were not said."""
    told = {name: arguments.get(name, "").strip() for name in Choice.__dataclass_fields__}
    page = told.pop("hal")
    order = told.pop("urut")
    if told["keadaan"] not in STATES:
        told["keadaan"] = ""
    if told["tanda"] not in MARKS:
        told["tanda"] = ""
    known = order.removeprefix("-") in _ORDERS
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return Choice(**told, urut=order if known else "unit", hal=max(1, number))


def first_index(codes: list[str]) -> str:
    """The index to begin with, of those that there are."""
    return next((code for code in _INDICES if code in codes), codes[0] if codes else "IKM")


def filter_lines(lines: list[Line], choice: Choice) -> list[Line]:
    """The lines that a choice leaves."""
    sought = choice.cari.casefold()
    is_marked = MARKS.get(choice.tanda)
    return [
        line
        for line in lines
        if (not choice.instansi or line.agency == choice.instansi)
        and (not choice.keadaan or line.state == choice.keadaan)
        and (is_marked is None or is_marked(line))
        and (not sought or sought in line.unit_name.casefold() or sought in line.unit)
    ]


def sort_lines(lines: list[Line], order: str) -> list[Line]:
    """Lines in an order of the table; those without a value come last either way."""
    value = _ORDERS[order.removeprefix("-")]
    known = [line for line in lines if value(line) is not None]
    unknown = [line for line in lines if value(line) is None]
    return sorted(known, key=value, reverse=order.startswith("-")) + unknown
