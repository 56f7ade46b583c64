"""Points and minimums of the evaluation, against the worksheet's own examples."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.zi import Index, Inputs, probability_above, respondents_to_settle, score, verdict
from analysis.zi_months import proposed_index
from analysis.zi_rules import parse_rules, read_rules, shipped_rules
from instruments.errors import SurveyError

RULES = shipped_rules()
FULL = {area.code: area.maximum for area in RULES.areas}


def index(text, **known):
    return Index(Fraction(text), **known)


def checks(inputs, target):
    return {check.code: check for check in verdict(inputs, RULES, target).checks}


@pytest.mark.parametrize(
    "value, points", [("3.60", "15.75"), ("3.20", "14"), ("3.95", "17.28125"), ("4", "17.5")]
)
def test_an_index_becomes_points_as_in_the_worksheet(value, points):
    reached = score(Inputs(ipak=index(value), ipkp=index(value)), RULES)
    assert reached.ipak == reached.ipkp == Fraction(points)


def test_the_shipped_weights_are_those_of_the_worksheet():
    assert RULES.pengungkit == 60
    assert [float(area.maximum) for area in RULES.areas] == [8, 7, 10, 10, 15, 10]
    assert RULES.total == 100


def test_a_unit_exactly_on_every_minimum_of_wbk_meets_all_but_the_sums():
    areas = {code: points * Fraction("0.6") for code, points in FULL.items()}
    inputs = Inputs(index("3.60"), index("3.20"), Fraction("2.5"), areas)
    found = checks(inputs, "wbk")
    assert found["ipak"].is_met and found["ipkp"].is_met and found["capaian_kinerja"].is_met
    assert all(check.is_met for code, check in found.items() if code.startswith("area:"))
    assert found["birokrasi_bersih"].margin == 0
    # 36 of pengungkit and 68.25 in all: the areas' own minimums do not add up to the sums'.
    assert found["pengungkit"].margin == -4
    assert found["total"].points == Fraction("68.25")
    assert verdict(inputs, RULES, "wbk").is_met is False


def test_wbbm_asks_more_of_ipkp_than_wbk():
    inputs = Inputs(index("4"), index("3.40"), Fraction(5), FULL)
    assert verdict(inputs, RULES, "wbk").is_met is True
    assert checks(inputs, "wbbm")["ipkp"].is_met is False
    assert checks(inputs, "wbbm")["ipkp"].margin == Fraction("3.4") / 4 * Fraction(
        "17.5"
    ) - Fraction("15.75")


def test_an_index_that_only_rounds_up_to_the_minimum_misses_it():
    assert checks(Inputs(ipak=index("3.5999")), "wbk")["ipak"].is_met is False


def test_what_is_not_entered_is_neither_met_nor_missed():
    found = verdict(Inputs(ipak=index("3.8"), ipkp=index("3.8")), RULES, "wbk")
    assert found.is_met is None
    assert {check.code for check in found.checks if check.is_met} == {"ipak", "ipkp"}
    assert score(Inputs(), RULES).total is None


def test_the_chance_of_truly_meeting_a_minimum_is_half_on_it_and_grows_above():
    on = checks(Inputs(ipak=index("3.6", se=0.05, df=100)), "wbk")["ipak"].probability
    above = checks(Inputs(ipak=index("3.7", se=0.05, df=100)), "wbk")["ipak"].probability
    assert on == pytest.approx(0.5)
    # R: pt(2, 100)
    assert above == pytest.approx(0.9758939, abs=1e-7)
    assert checks(Inputs(ipak=index("3.7")), "wbk")["ipak"].probability is None


def test_no_spread_gives_no_chance():
    assert checks(Inputs(ipak=index("4", se=0.0, df=50)), "wbk")["ipak"].probability is None
    with pytest.raises(SurveyError):
        probability_above(3.7, 0.0, 50, 3.6)


@given(
    n=st.integers(5, 400),
    se=st.floats(0.01, 0.2),
    value=st.integers(250, 399).filter(lambda cents: cents != 360),
    population=st.one_of(st.none(), st.integers(401, 5000)),
)
def test_the_sample_that_settles_is_the_smallest_that_does(n, se, value, population):
    from scipy import special

    found = index(Fraction(value, 100), se=se, df=n - 1)
    needed = respondents_to_settle(found, n, Fraction("3.6"), population=population)
    t, rest = float(special.stdtrit(n - 1, 0.975)), 1 / population if population else 0.0
    spread = se / (1 / n - rest) ** 0.5

    def half(size):
        return t * spread * max(0.0, 1 / size - rest) ** 0.5

    distance = abs(value / 100 - 3.6)
    assert half(needed) <= distance + 1e-12
    assert needed == n or half(needed - 1) >= distance - 1e-12


def test_no_sample_settles_an_index_on_the_threshold():
    assert respondents_to_settle(index("3.6", se=0.1, df=20), 21, Fraction("3.6")) is None


@pytest.mark.parametrize(
    "inputs, field",
    [
        (Inputs(ipak=index("4.01")), "ipak"),
        (Inputs(ipkp=index("-0.1")), "ipkp"),
        (Inputs(capaian_kinerja=Fraction(6)), "capaian_kinerja"),
        (Inputs(areas={"pengawasan": Fraction(16)}), "pengawasan"),
        (Inputs(areas={"entah": Fraction(1)}), "area"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(inputs, field):
    with pytest.raises(SurveyError) as caught:
        score(inputs, RULES)
    assert caught.value.where.field == field


def test_areas_are_found_by_code_label_and_number():
    assert (
        RULES.area("3").code == RULES.area("penataan sistem manajemen sdm aparatur").code == "sdm"
    )


def test_the_proposed_index_is_the_mean_of_the_last_months_named():
    monthly = {
        "2026-11": index("3.70", se=0.03, df=50),
        "2026-12": index("3.50", se=0.04, df=40),
        "2027-01": index("3.60", se=0.00, df=60),
    }
    proposed = proposed_index(monthly)
    assert proposed.months == ("2026-11", "2026-12", "2027-01")
    assert proposed.index.value == Fraction("3.6")
    assert proposed.index.se == pytest.approx(0.05 / 3)
    assert proposed.index.df == 40


@pytest.mark.parametrize(
    "months, code",
    [
        (("2026-08", "2026-09"), "zi-months-few"),
        (("2026-07", "2026-09", "2026-10"), "zi-months-gap"),
        (("2026-13", "2026-09", "2026-10"), "zi-month-name"),
    ],
)
def test_too_few_or_missing_months_are_named(months, code):
    with pytest.raises(SurveyError) as caught:
        proposed_index(dict.fromkeys(months, index("3.6")))
    assert caught.value.code == code


def test_rules_survive_a_round_trip_and_name_what_is_wrong():
    assert read_rules(RULES.to_dict()) == RULES
    broken = RULES.to_dict() | {"months_minimum": 0}
    with pytest.raises(SurveyError) as caught:
        read_rules(broken)
    assert caught.value.where.field == "months_minimum"
    with pytest.raises(SurveyError, match="100"):
        read_rules(
            RULES.to_dict() | {"hasil": {"ipak": "20", "capaian_kinerja": "5", "ipkp": "17.5"}}
        )
    with pytest.raises(SurveyError, match="aturan.toml"):
        parse_rules("id = ", "aturan.toml")
