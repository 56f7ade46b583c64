"""Exports as LimeSurvey and Google Forms write them: what is proposed, what is passed over."""

import csv
import io
import zipfile
from datetime import date

import pytest

import instruments
from instruments import SurveyErrors
from instruments.errors import SurveyError
from survey_app.exchange.answer_table import read_answer_table
from survey_app.exchange.mapping import DAY, Frame, check_mapping
from survey_app.exchange.suggestions import suggest_mapping

SKM, MASKED = instruments.load("skm-2017"), instruments.load("spak-2023-suap")
FRAME = Frame(SKM, {"ktp": "KTP"}, date(2026, 10, 1), date(2026, 11, 24))
FORM = [item.code for item in SKM.form_items]
WORDS = [item.options[2].label for item in SKM.form_items]
LIMESURVEY = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]


def limesurvey(titles, *rows, meta=LIMESURVEY):
    """The file as LimeSurvey writes it: marked UTF-8, semicolons, all quoted, a last empty line."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*meta, *titles])
    for number, (sent, *cells) in enumerate(rows, 1):
        started = "2026-11-03 07:58:00"
        writer.writerow([number, sent, 3, "id", 88 + number, started, started, *cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode() + b"\r\n"


def google(titles, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([titles, *rows])
    return text.getvalue().encode()


def proposed(content, frame=FRAME):
    """Roles by the heading of their column, and what checking the proposal finds."""
    table = read_answer_table(content, "a.csv")
    mapping = suggest_mapping(table, frame)
    roles = {table.header[at]: role for at, role in mapping.roles.items()}
    return roles, check_mapping(table, mapping, frame)


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param([f"SKM[{code}]" for code in FORM], id="codes of an array"),
        pytest.param(
            [f"Menurut Saudara? [{SKM.item(code).label}]" for code in FORM], id="text of an array"
        ),
        pytest.param(
            [f"G1Q{n:02}. {SKM.item(code).question}" for n, code in enumerate(FORM, 1)],
            id="code and text",
        ),
        pytest.param(
            [SKM.translations["en"].items[code].question for code in FORM], id="in English"
        ),
    ],
)
def test_a_limesurvey_export_is_read_under_every_kind_of_heading(titles):
    day = "2026-11-03 08:00:00"
    roles, checked = proposed(limesurvey(titles, (day, *WORDS), (day, *WORDS)))
    assert [roles[title] for title in titles] == [f"item:{code}" for code in FORM]
    assert (roles["id"], roles["submitdate"]) == ("tanda", DAY)
    assert checked.problems == []
    assert [row.answers for row in checked.rows] == 2 * [dict.fromkeys(SKM.codes, 3)]


def test_english_headings_of_limesurvey_prefer_the_date_of_sending():
    meta = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Date started"]
    content = limesurvey(FORM, ("2026-11-04 08:00:00", *WORDS), meta=[*meta, "Date last action"])
    roles, checked = proposed(content)
    assert (roles["Response ID"], roles["Date submitted"]) == ("tanda", DAY)
    assert [row.day for row in checked.rows] == [date(2026, 11, 4)]


def test_what_was_begun_but_never_sent_is_passed_over_and_counted():
    sent = ("2026-11-03 08:00:00", *WORDS)
    _roles, checked = proposed(limesurvey(FORM, sent, ("", *WORDS), sent))
    assert (len(checked.rows), checked.unsent, checked.problems) == (2, 1, [])


def test_a_survey_that_keeps_no_dates_counts_on_the_day_of_the_import():
    """LimeSurvey dates every answer to 1980 then."""
    undated = ("1980-01-01 00:00:00", *WORDS)
    _roles, checked = proposed(limesurvey(FORM, undated, undated, ("", *WORDS)))
    assert (checked.undated, checked.unsent, checked.problems) == (2, 1, [])


def test_codes_of_answers_are_left_to_a_person_for_nothing_tells_which_is_best():
    codes = [f"U{number}" for number in range(1, 10)]
    roles, checked = proposed(limesurvey(codes, ("2026-11-03 08:00:00", *["A2"] * 9)))
    assert roles["U8"] == "item:pengaduan"
    assert {one.code for one in checked.problems} == {"value-unmapped"}


def test_numbers_of_unknown_count_leave_the_two_that_change_places_to_a_person():
    titles = [f"SKM[SQ00{number}]" for number in range(1, 10)]
    roles, _checked = proposed(limesurvey(titles, ("2026-11-03 08:00:00", *["3"] * 9)))
    assert [roles.get(title) for title in titles] == [
        *(f"item:{code}" for code in FORM[:7]),
        *(None, None),
    ]


def test_words_of_limesurveys_own_kinds_of_question_are_known():
    titles = [*FORM, "Jenis kelamin", "Pekerjaan utama", "Pekerjaan utama [Other]"]
    row = ("2026-11-03 08:00:00", *WORDS, "F", "-oth-", "nelayan")
    roles, checked = proposed(limesurvey(titles, row))
    assert "Pekerjaan utama [Other]" not in roles
    assert checked.problems == []
    assert checked.rows[0].profile == {"jenis_kelamin": "p", "pekerjaan": "lainnya"}


def test_yes_and_no_of_a_masked_question_are_known_by_their_letters():
    frame = Frame(MASKED, {}, FRAME.first, FRAME.last)
    (masked,) = MASKED.masked
    titles = [*MASKED.codes, masked.code]
    rows = [("2026-11-03 08:00:00", *["5"] * len(MASKED.codes), answer) for answer in "YN"]
    _roles, checked = proposed(limesurvey(titles, *rows), frame)
    assert [row.answers[masked.code] for row in checked.rows] == [1, 0]


@pytest.mark.parametrize(
    ("title", "stamp"),
    [
        ("Timestamp", "2026/11/02 10:22:33 AM GMT+7"),
        ("Timestamp", "11/2/2026 10:22:33"),
        ("Cap waktu", "02/11/2026 10.22.33"),
        ("Stempel waktu", "02/11/2026 10:22:33"),
        ("Setem masa", "02/11/2026 10:22:33"),
        ("Horodateur", "02/11/2026 10:22:33"),
        ("タイムスタンプ", "2026/11/02 10:22:33"),
    ],
)
def test_the_time_of_a_google_form_is_known_in_any_language_and_its_rows_by_name(title, stamp):
    grid = [f"Bagaimana pelayanan kami? [{SKM.item(code).label}]" for code in FORM]
    content = google([title, "Nama pengguna", *grid], [stamp, "budi@contoh.id", *WORDS])
    roles, checked = proposed(content)
    assert roles[title] == DAY
    assert [roles[one] for one in grid] == [f"item:{code}" for code in FORM]
    assert (checked.problems, [row.day for row in checked.rows]) == ([], [date(2026, 11, 2)])


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.csv", data)
    return content.getvalue()


def test_the_zip_that_google_forms_hands_out_is_read_as_the_csv_in_it():
    content = google(["Timestamp", *FORM], ["2026/11/02 10:22:33 AM GMT+7", *WORDS])
    assert read_answer_table(zipped(SKM=content), "SKM.csv.zip") == read_answer_table(
        content, "SKM.csv"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(a=b"x", b=b"y"), id="two tables"),
        pytest.param(zipped(), id="none"),
        pytest.param(zipped(a=b"x" * 900)[:-40], id="cut off"),
        pytest.param(b"PK\x03\x04", id="no archive"),
    ],
)
def test_an_archive_that_is_not_one_table_is_refused_in_words(content):
    with pytest.raises((SurveyError, SurveyErrors), match="satu CSV"):
        read_answer_table(content, "a.zip")
