"""Points and indices as Indonesian readers write them."""

from fractions import Fraction

from analysis.index import round_half_up
from survey_app.web.pages import angka

SHORTEST = 2


def poin(value: Fraction | None, places: int = 4) -> str:
    """An exact figure with two decimals, or as many as it needs up to `places`; a dash for none.

    >>> poin(Fraction("15.75")), poin(Fraction("17.28125")), poin(Fraction(14))
    ('15,75', '17,2813', '14,00')
    """
    if value is None:
        return "–"
    rounded = round_half_up(value, places)
    needed = max(SHORTEST, -int(rounded.normalize().as_tuple().exponent))
    return angka(rounded, min(places, needed))


def selisih_poin(value: Fraction | None) -> str:
    """A distance with its sign; what is short of a minimum by a hair is still short."""
    if value is None:
        return "–"
    return ("−" if value < 0 else "+") + poin(abs(value))
