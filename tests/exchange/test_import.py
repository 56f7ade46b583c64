"""Answers of Google Forms and LimeSurvey: mapped by a person, checked, and brought in once."""

import csv
import io
import json
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from sqlalchemy import select

import instruments
from instruments.errors import SurveyError
from survey_app.exchange.answer_table import AnswerTable, carry, read_answer_table, restore
from survey_app.exchange.mapping import Frame, roles_of
from survey_app.exchange.suggestions import suggest_mapping
from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Response, Role
from tests.people import add_person, csrf_token, log_in
from tests.worlds import make_world

SKM = instruments.load("skm-2017")
FRAME = Frame(SKM, {"ktp": "KTP", "akta": "Akta"}, date(2026, 10, 1), date(2026, 11, 24))
PERSONAL = ("budi@contoh.id", "Budi Santoso", "0812 3456 7890")


def google(count, first=0, **cells):
    """A Google Forms export with worded answers; `cells` replaces single ones by title."""
    titles = ["Timestamp", "Email Address", "Nama Lengkap", "No. HP", "Jenis layanan"]
    titles += [item.question for item in SKM.form_items] + ["Jenis Kelamin", "Saran"]
    dice = random.Random(5)
    rows = []
    for place in range(first + count):
        row = [f"2026/11/{place % 20 + 1:02} 10:22:{place % 60:02} AM GMT+7", *PERSONAL]
        row.append(("KTP", "Akta")[place % 2])
        row += [dice.choice(item.options).label for item in SKM.form_items]
        row += [("Laki-laki", "Perempuan")[place % 2], "=1+1"]
        rows.append(row)
    for title, value in cells.items():
        rows[-1][titles.index(title)] = value
    return table(titles, rows[first:])


def table(titles, rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([titles, *rows])
    return text.getvalue().encode()


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


@pytest.fixture
def admin(app, world, clock):
    return log_in(app, add_person(world.store, clock, "admin@x.id", Role.SUPERADMIN))


class Wizard:
    """The pages of an import, as somebody walks through them."""

    def __init__(self, client, key):
        self.client, self.base = client, f"/meja/survei/{key}/pertukaran/impor"

    def upload(self, content):
        token = csrf_token(self.client.get(self.base).text)
        fields = {"csrf_token": token, "file": (io.BytesIO(content), "jawaban.csv")}
        return self._post(self.base, fields)

    def submit(self, page, bring_in=False, **changes):
        form = next(one for one in html.fromstring(page.text).forms if "isi" in one.fields)
        fields = dict(form.form_values()) | changes
        return self._post(f"{self.base}/periksa", fields | ({"impor": "ya"} if bring_in else {}))

    def bring_in(self, content):
        done = self.submit(self.upload(content), bring_in=True)
        assert done.status_code == 302, done.text
        return self.client.get(done.location).text

    def _post(self, address, fields):
        return self.client.post(address, data=fields, headers={"Referer": "https://localhost/"})


@pytest.fixture
def wizard(admin, world):
    return Wizard(admin, world.key)


def responses(world):
    with world.store.read() as session:
        return session.scalars(select(Response)).all()


def test_a_google_form_comes_in_with_its_days_services_and_bands(world, wizard):
    content = google(30)
    assert "30 jawaban masuk, 0 sudah ada" in wizard.bring_in(content)
    kept = responses(world)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    expected = sorted(
        [
            (
                row["Timestamp"][:10].replace("/", "-"),
                world.services[row["Jenis layanan"].lower()],
                "lp"[row["Jenis Kelamin"] == "Perempuan"],
                *(
                    next(o.value for o in item.options if o.label == row[item.question])
                    for item in SKM.items
                ),
            )
            for row in rows
        ]
    )
    found = [
        (
            *(one.day.isoformat(), one.service_id, json.loads(one.profile)["jenis_kelamin"]),
            *(json.loads(one.answers)[code] for code in SKM.codes),
        )
        for one in kept
    ]
    assert sorted(found) == expected
    assert {one.channel for one in kept} == {"imported"}
    world.seal()
    assert verify_database(world.store).is_good


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_personal_columns_reach_neither_page_nor_database(world, wizard, settings):
    page = wizard.upload(google(30))
    content = restore(html.fromstring(page.text).xpath("//input[@name='isi']")[0].value)
    assert not any(word in str(content.rows) for word in PERSONAL)
    assert not any(word in page.text for word in PERSONAL)
    assert page.text.count("dibuang</td>") == 3
    email = str(content.header.index("Email Address"))
    refused = wizard.submit(page, **{f"peran-{email}": "layanan"})
    assert "data pribadi" in refused.text
    wizard.submit(page, bring_in=True)
    world.store.engine.dispose()
    for file in settings.instance.rglob("data.sqlite3*"):
        assert not any(word.encode() in file.read_bytes() for word in (*PERSONAL, "10:22:0"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_next_months_export_of_the_same_form_adds_only_what_is_new(world, wizard):
    wizard.bring_in(google(30))
    assert "0 jawaban masuk, 30 sudah ada" in wizard.bring_in(google(30))
    assert "10 jawaban masuk, 30 sudah ada" in wizard.bring_in(google(40))
    assert len(responses(world)) == 40


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_alike_answers_of_two_people_both_count_where_no_time_tells_them_apart(world, wizard):
    rows = [[4] * 9] * 12
    assert "12 jawaban masuk" in wizard.bring_in(table(SKM.codes, rows))
    assert "0 jawaban masuk, 12 sudah ada" in wizard.bring_in(table(SKM.codes, rows))
    assert "13 jawaban masuk" in wizard.bring_in(table(SKM.codes, [*rows, [4] * 9]))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_limesurvey_codes_are_mapped_by_hand_and_then_brought_in(world, wizard):
    titles = ["ID Tanggapan", "Tanggal dikirim", "IP address"]
    titles += [f"G01Q0{n}. {item.label}" for n, item in enumerate(SKM.form_items, 1)]
    days = ("2026-11-03 08:00:00", "2026-11-04 09:30:00")
    rows = [[n, days[n % 2], "10.0.0.7", *["AO02", "AO04"] * 4, "AO03"] for n in range(20)]
    page = wizard.upload(table(titles, rows, ";"))
    checked = wizard.submit(page)
    assert checked.status_code == 422
    assert "AO02" in checked.text
    form = next(one for one in html.fromstring(checked.text).forms if "isi" in one.fields)
    chosen = {}
    for select_ in form.xpath(".//select[starts-with(@name, 'nilai-')]"):
        label = form.xpath(f".//label[@for='{select_.get('id')}']")[0].text
        chosen[select_.get("name")] = label[-1]
    ready = wizard.submit(checked, **chosen)
    assert "20 jawaban dapat masuk" in ready.text
    assert responses(world) == []
    assert wizard.submit(ready, bring_in=True).status_code == 302
    assert {one.day for one in responses(world)} == {date(2026, 11, 3), date(2026, 11, 4)}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_problem_is_named_by_row_and_column_and_nothing_is_saved(world, wizard):
    question = SKM.item("waktu").question
    wrong = {"Timestamp": "2025/01/01 10:00:00 AM GMT+7", question: "entahlah"}
    page = wizard.upload(google(12, **wrong))
    refused = wizard.submit(page, bring_in=True)
    assert refused.status_code == 422
    text = " ".join(html.fromstring(refused.text).text_content().split())
    assert "Baris 13: Timestamp: 2025-01-01 di luar periode survei" in text
    assert f"Baris 13: {question}: Isian 'entahlah' belum dipetakan" in text
    assert responses(world) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_imported_into_a_survey_that_is_not_open(world, wizard):
    page = wizard.upload(google(12))
    world.close()
    assert "selama survei dibuka" in wizard.upload(google(12)).text
    assert wizard.submit(page, bring_in=True).status_code == 302
    assert responses(world) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_hostile_cells_are_shown_as_text(world, wizard):
    evil = "<script>alert(1)</script>"
    page = wizard.upload(table([evil, *SKM.codes], [[f"={evil}", *[4] * 9]] * 3))
    assert page.status_code == 200
    assert evil not in page.text
    assert "&lt;script&gt;" in page.text


@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=6)
)
def test_a_table_travels_through_the_page_unaltered(rows):
    made = AnswerTable(
        ("a", "b", "c"), tuple(map(tuple, rows)), tuple(range(2, len(rows) + 2)), frozenset()
    )
    assert restore(carry(made)) == made


@pytest.mark.parametrize(
    "text", ["", "bukan", "eJw=", carry(AnswerTable(("a",), (), (), frozenset()))[:9]]
)
def test_what_the_page_did_not_carry_is_refused(text):
    with pytest.raises(SurveyError, match="sekali lagi"):
        restore(text)


def test_suggestions_give_each_role_once_and_read_other_wordings():
    titles = ["Cap waktu", *(f"U{n}" for n in range(1, 10)), "Usia", "Nama layanan"]
    row = ["02/11/2026 10.22.33", *["kurang sesui", "Sangat baik", "3 - Cepat", "Baik"] * 2]
    content = table(titles, [[*row, "4", "21-30", "KTP"], [*row, "2", ">60", "akta"]])
    read = read_answer_table(content, "a.csv")
    mapping = suggest_mapping(read, FRAME)
    roles = list(mapping.roles.values())
    assert len(roles) == len(set(roles)) == len(titles)
    assert set(roles) <= set(roles_of(FRAME))
    columns = {role: at for at, role in mapping.roles.items()}
    # As in response files, U8 is pengaduan and U9 sarana.
    assert read.header[columns["item:sarana"]] == "U9"
    meant = [mapping.values[at] for at in range(1, 5)]
    assert [one[next(iter(one))] for one in meant] == ["2", "4", "3", "3"]
    assert mapping.values[columns["layanan"]] == {"KTP": "ktp", "akta": "akta"}
    assert mapping.values[columns["profil:kelompok_usia"]] == {
        "21-30": "u21-30",
        ">60": "di-atas-60",
    }
