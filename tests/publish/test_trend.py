"""The public picture of periods tells a change from noise."""

from datetime import UTC, date, datetime

import instruments
from analysis.figures import Options, group_result
from analysis.inference import simple_design
from analysis.tally import tally_answers
from survey_app.publish.queries import Published
from survey_app.publish.routes import _trend_picture

SKM = instruments.load("skm-2017")


def published(period, fours, threes):
    answers = [dict.fromkeys(SKM.codes, 4)] * fours + [dict.fromkeys(SKM.codes, 3)] * threes
    whole = tally_answers(SKM, answers)
    group = group_result({}, whole, simple_design(whole), None, SKM, Options())
    about = (1, "unit", "Unit", "Agensi", 1, "kunci", "SKM", period, "IKM", False)
    result = {"groups": [group]}
    day = date(2026, 1, 1)
    frozen = (datetime(2026, 1, 1, tzinfo=UTC), result, SKM, "", 1, 1, day, day, "")
    return Published(*about, *frozen)


def test_a_rise_beyond_noise_is_said_and_a_wobble_is_called_chance():
    newest_first = [
        published("TW3", 180, 20),
        published("TW2", 102, 98),
        published("TW1", 98, 102),
    ]
    picture = _trend_picture(newest_first)
    assert "TW1 ke TW2: tidak dapat dibedakan dari kebetulan" in picture
    assert "TW2 ke TW3: ▲ +9,75" in picture


def test_one_period_alone_has_no_change_to_tell():
    assert "ke TW" not in _trend_picture([published("TW1", 30, 9)])
