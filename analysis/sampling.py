"""How many respondents are needed: the regulation's table as its formula."""

import math
from fractions import Fraction

from instruments.errors import SurveyError

# Chi-square with one degree of freedom at 5 %, as printed with the table.
CHI_SQUARE = Fraction(3841, 1000)


def krejcie_morgan(population: int, margin: float = 0.05) -> int:
    """Respondents needed from a population (PermenPANRB 14/2017 Bab IV.B, Lampiran II).

    S = c N PQ / (d^2 (N-1) + c PQ) with c = 3.841 and P = Q = 0.5, rounded half-up; all 90
    printed rows follow (Krejcie and Morgan 1970). Raises SurveyError for a population below
    1 or a margin outside 0-1.

    >>> krejcie_morgan(500)
    217
    """
    if population < 1:
        raise SurveyError("population-not-number", value=population)
    if not 0 < margin < 1:
        raise SurveyError("margin-range", value=margin)
    d2 = Fraction(str(margin)) ** 2
    variance = CHI_SQUARE / 4
    return math.floor(variance * population / (d2 * (population - 1) + variance) + Fraction(1, 2))
