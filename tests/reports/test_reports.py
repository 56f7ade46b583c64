"""Reports say what the figures bear, the same in PDF and DOCX, and nothing of anybody."""

import io
import json
import random
import re

import docx
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from survey_app.administer.surveys import create_survey, open_survey
from survey_app.estimates import survey_result
from survey_app.ledger.accept import Submission
from survey_app.ledger.publication import publish_result
from survey_app.reports.build import build_report
from survey_app.reports.docx import render_docx
from survey_app.reports.passages import write_passages
from survey_app.reports.pdf import TEMPLATE, render_pdf, template_values
from survey_app.reports.wording import angka
from survey_app.store.tables import Account, Channel, FollowUp, Role, Service, Survey, Unit
from survey_app.typeset import set_pages
from tests.people import add_person, log_in, post
from tests.worlds import World, make_world, submission_id, submissions

ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def report_of(world, **others):
    with world.store.read() as session:
        survey = session.get_one(Survey, world.survey_id)
        options = {"public_url": "https://localhost", "minimum": 10, "now": world.clock()}
        return build_report(session, survey, **(options | others))


def words(report):
    return " ".join(report.texts())


def publish(world, reason=""):
    with world.store.write() as session:
        survey = session.get_one(Survey, world.survey_id)
        result = survey_result(session, survey)
        publish_result(session, survey, result, world.clock(), reason=reason, minimum=10)
    return result


def answer(world, rows, services=("ktp", "akta")):
    """One submission for each row of answers, in the order of the unsur."""
    codes = world.instrument.codes
    for place, row in enumerate(rows):
        answers = dict(zip(codes, row, strict=True))
        submission = Submission(submission_id(random.Random(place)), answers, {}, "")
        world.accept(submission, service=services[place % len(services)])


def pdf_text(content, report=None):
    """The text of a PDF; that of a report without the head and foot of its pages."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    if report is None:
        return " ".join(pages)
    cover = report.cover
    head = squeezed(cover.unit + (" · ".join(cover.marks) or cover.period))
    lines = [line for page in pages[1:] for line in page.splitlines()]
    kept = [line for line in lines if squeezed(line) != head and not line.startswith("Segel ")]
    return "\n".join([pages[0], *kept])


def docx_text(content):
    body = docx.Document(io.BytesIO(content)).element.body
    return " ".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def squeezed(text):
    """Text without what setting a line changes: blanks and hyphens."""
    return re.sub(r"[\s‐-]", "", text)


@ONE_DATABASE
def test_pdf_and_docx_carry_every_figure_of_the_published_result(world):
    world.fill(80)
    world.close()
    result = publish(world)
    report = report_of(world)
    whole, index = result["groups"][0], result["groups"][0]["index"]
    figures = [index["score100"], *index["ci"], *(item["score100"] for item in whole["items"])]
    figures = [angka(figure) for figure in figures]
    figures += [angka(item["mean"], 3) for item in whole["items"]]
    for text in (pdf_text(render_pdf(report)), docx_text(render_docx(report))):
        assert [figure for figure in figures if figure not in text] == []


@ONE_DATABASE
@pytest.mark.parametrize("instrument", ["skm-2017", "spak-2023"])
def test_pdf_and_docx_say_the_same(store, settings, clock, instrument):
    world = make_world(store, settings, clock, instrument)
    world.fill(40)
    world.close()
    report = report_of(world)
    pdf = squeezed(pdf_text(render_pdf(report), report))
    word = squeezed(docx_text(render_docx(report)))
    texts = {squeezed(text) for text in report.texts()}
    assert [text for text in texts if text not in pdf] == []
    assert [text for text in texts if text not in word] == []


@ONE_DATABASE
def test_the_documents_head_their_chapters_and_describe_their_pictures(world):
    world.fill(40)
    world.close()
    report = report_of(world)
    document = docx.Document(io.BytesIO(render_docx(report)))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == [chapter.heading for chapter in report.chapters]
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    pdf = PdfReader(io.BytesIO(render_pdf(report)))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "id-ID"


def test_an_open_survey_tells_the_whole_only_and_says_that_it_is_not_final(world):
    world.fill(40)
    world.seal()
    world.fill(8, seed=5)
    world.seal()
    report = report_of(world)
    assert any("SEMENTARA" in mark for mark in report.cover.marks)
    text = words(report)
    assert "Dari 40 jawaban" in text
    assert "Responden menurut" not in text
    assert "Korelasi Pearson" not in text
    assert "IKM menurut layanan" not in text


def test_a_closed_survey_is_a_draft_until_published_and_then_stays_as_published(world, store):
    world.fill(40)
    world.close()
    assert report_of(world).cover.marks == ("KONSEP: hasil belum diterbitkan",)
    publish(world)
    before = words(report_of(world))
    assert report_of(world).cover.marks == ()
    with store.write() as session:
        # What the frozen interval used is not looked up again.
        session.get_one(Survey, world.survey_id).population = 100_000
    after = words(report_of(world))
    assert re.findall(r"Selang kepercayaan 95 persen indeks ini [^.]*", before) == re.findall(
        r"Selang kepercayaan 95 persen indeks ini [^.]*", after
    )


@ONE_DATABASE
def test_fewer_answers_than_the_minimum_show_no_figure(world):
    world.fill(9)
    world.close()
    report = report_of(world)
    text = words(report)
    assert "kurang dari 10" in text
    assert "NRR tertimbang" not in text.split("LAMPIRAN 2")[0]
    assert "dengan mutu pelayanan" not in text
    assert render_pdf(report).startswith(b"%PDF")


@ONE_DATABASE
def test_a_survey_without_any_answer_has_a_report_that_says_so(world):
    report = report_of(world)
    assert "Belum ada jawaban yang disegel." in words(report)
    assert report.stamp.code == ""
    assert render_pdf(report).startswith(b"%PDF")
    assert docx_text(render_docx(report))


@ONE_DATABASE
def test_alike_answers_give_no_interval_and_no_lowest_unsur(world):
    answer(world, [[3] * 9] * 20)
    world.close()
    text = words(report_of(world))
    assert "Semua responden memberi jawaban yang sama." in text
    assert "bila ada pengguna layanan lain yang berpendapat berbeda" in text
    assert "Semua unsur memperoleh nilai yang sama." in text
    assert "mutu itu pasti" not in text


@ONE_DATABASE
def test_an_unsur_that_nobody_answered_leaves_the_index_out_with_the_reason(world):
    answer(world, [[3, 4, 3, 4, 3, 4, 3, 4, None], [2, 3, 4, 3, 4, 3, 2, 3, None]] * 10)
    world.close()
    report = report_of(world)
    assert "tidak dapat dihitung" in words(report)
    assert "dengan mutu pelayanan" not in words(report)
    assert render_pdf(report).startswith(b"%PDF")


@ONE_DATABASE
def test_a_full_count_is_said_to_have_no_sampling_error(world, store):
    world.fill(40)
    with store.write() as session:
        session.get_one(Survey, world.survey_id).population = 40
    world.close()
    assert "Semua pengguna layanan dalam periode ini menjawab" in words(report_of(world))


@ONE_DATABASE
def test_an_interval_over_a_border_of_grades_names_the_grades(world):
    rows = [[3] * 9, [4] * 9, [3] * 9, [4] * 9, [4] * 9] * 3
    answer(world, rows)
    world.close()
    text = words(report_of(world))
    index = json.loads(json.dumps(publish(world)))["groups"][0]["index"]
    assert not index["resolved"]
    assert re.search(r"mencakup mutu B dan A, sehingga mutu A belum pasti", text)


@ONE_DATABASE
def test_groups_that_are_too_small_are_hidden_with_one_more(world):
    rows = list(submissions(world.instrument, 60, seed=3))
    for place, one in enumerate(rows):
        sex = "l" if place < 3 else "p"
        profile = one.profile | {"jenis_kelamin": sex}
        world.accept(Submission(one.submission_id, one.answers, profile, ""))
    world.close()
    table = next(t for t in tables(report_of(world)) if "jenis kelamin" in t.caption)
    assert [row[:2] for row in table.rows] == [
        ("Laki-laki", "disembunyikan"),
        ("Perempuan", "disembunyikan"),
    ]
    assert "kurang dari 10 jawaban" in table.note


@ONE_DATABASE
def test_those_who_skip_a_profile_question_cannot_be_had_by_subtraction(world):
    rows = list(submissions(world.instrument, 60, seed=3))
    for place, one in enumerate(rows):
        chosen = {} if place < 4 else {"jenis_kelamin": "l" if place % 2 else "p"}
        world.accept(Submission(one.submission_id, one.answers, chosen, ""))
    world.close()
    table = next(t for t in tables(report_of(world)) if "jenis kelamin" in t.caption)
    shown = [row for row in table.rows if row[1] != "disembunyikan"]
    assert len(table.rows) == 3
    assert len(shown) == 1


def tables(report):
    return [
        block
        for chapter in report.chapters
        for section in chapter.sections
        for block in section.blocks
        if hasattr(block, "rows")
    ]


def earlier_world(world, period, seed):
    """The same unit's survey of an earlier period, answered, closed and published."""
    with world.store.write() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
        survey = create_survey(
            session, unit, world.instrument, period=period, now=world.clock(), population=600
        )
        open_survey(session, survey, world.clock())
        past = World(
            **{
                **{name: getattr(world, name) for name in World.__dataclass_fields__},
                "survey_id": survey.id,
                "key": survey.key,
            }
        )
    past.fill(60, seed=seed)
    past.close()
    publish(past)
    return past


@ONE_DATABASE
def test_one_period_alone_is_not_compared(world):
    world.fill(60)
    world.close()
    text = words(report_of(world))
    assert "Belum ada hasil periode sebelumnya" in text
    assert "Gambar 3." not in text


@ONE_DATABASE
def test_three_periods_are_compared_oldest_first_with_the_uncertainty_of_each_change(world):
    for seed, period in enumerate(("2026-TW1", "2026-TW2", "2026-TW3", "2025"), 1):
        earlier_world(world, period, seed)
    world.fill(60)
    world.close()
    table = next(t for t in tables(report_of(world)) if t.caption.endswith("menurut periode"))
    assert [row[0] for row in table.rows] == [
        "Triwulan II Tahun 2026",
        "Triwulan III Tahun 2026",
        "Triwulan IV Tahun 2026",
    ]
    assert table.rows[0][-3:] == ("–", "–", "–")
    assert all(row[-1] in {"ya", "tidak"} for row in table.rows[1:])


@ONE_DATABASE
def test_the_change_of_two_periods_adds_their_variances(world):
    past = earlier_world(world, "2026-TW3", 7)
    world.fill(60)
    world.close()
    table = next(t for t in tables(report_of(world)) if t.caption.endswith("menurut periode"))
    results = []
    for one in (past, world):
        with world.store.read() as session:
            found = survey_result(session, session.get_one(Survey, one.survey_id))
            results.append(found["groups"][0]["index"])
    before, after = results
    change = after["score100"] - before["score100"]
    half = 1.9803 * (before["se"] ** 2 + after["se"] ** 2) ** 0.5  # t(0.975, 118)
    found = [float(x.replace("−", "-").replace(",", ".")) for x in table.rows[1][6].split(" s.d. ")]
    assert found == pytest.approx([change - half, change + half], abs=0.01)


@ONE_DATABASE
def test_the_plan_is_the_regulations_table_with_the_lowest_unsur_first(world, store, clock):
    answer(world, [[4, 4, 2, 4, 4, 4, 3, 4, 4], [4, 3, 1, 4, 4, 4, 4, 4, 4]] * 10)
    world.close()
    with store.write() as session:
        for unsur, programme in (("perilaku", "Pelatihan"), ("waktu", "Tambah loket")):
            due = session.get_one(Survey, world.survey_id).period_end
            row = FollowUp(
                survey_id=world.survey_id,
                unsur=unsur,
                programme=programme,
                due=due,
                responsible="Sekretaris",
            )
            session.add(row)
    table = next(t for t in tables(report_of(world)) if "tindak lanjut" in t.caption)
    titles = [column.title for column in table.columns]
    assert titles == ["NO", "PRIORITAS UNSUR", "PROGRAM/KEGIATAN", "WAKTU", "PENANGGUNG JAWAB"]
    assert [row[2] for row in table.rows] == ["Tambah loket", "Pelatihan"]
    assert "jangka pendek" in table.rows[0][3]


@ONE_DATABASE
@pytest.mark.parametrize("instrument", ["spak-2023", "spkp-2023"])
def test_a_zi_report_is_always_a_self_survey_with_its_raw_mean_and_conversion(
    store, settings, clock, instrument
):
    world = make_world(store, settings, clock, instrument)
    world.fill(40)
    world.close()
    index = publish(world)["groups"][0]["index"]
    report = report_of(world)
    assert report.cover.marks == ("SURVEI MANDIRI",)
    heads = [chapter.heading for chapter in report.chapters]
    assert heads[1:] == [
        "BAB I KUESIONER",
        "BAB II METODOLOGI",
        "BAB III PENGOLAHAN",
        "BAB IV DATA SURVEI",
    ]
    text = words(report)
    assert f"Rata-rata asli pada skala 1–6 adalah {angka(index['raw_mean'], 3)}" in text
    assert "konversi rasio (rata-rata × 4 ÷ nilai tertinggi)" in text
    assert "bukan nilai survei eksternal" in text


@ONE_DATABASE
def test_an_open_link_is_never_called_a_random_sample(world):
    world.fill(60)
    world.close()
    assert "memilih sendiri untuk mengisi dan tidak ditarik secara acak" in words(report_of(world))


@ONE_DATABASE
def test_the_units_own_words_are_text_and_never_markup(world, store, clock):
    odd = '#panic("x") $x$ *tebal* <b> \\ [kurung] @acuan'
    email = add_person(store, clock, "p@x.id", Role.SUPERADMIN)
    with store.write() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        survey = session.get_one(Survey, world.survey_id)
        write_passages(session, survey, {"team": f"Ketua: A\n\n{odd}"}, account, clock())
        session.scalars(select(Service)).first().name = odd
    world.fill(30)
    world.close()
    report = report_of(world)
    assert squeezed(odd) in squeezed(pdf_text(render_pdf(report)))
    assert squeezed(odd) in squeezed(docx_text(render_docx(report)))


@ONE_DATABASE
def test_the_codes_on_the_cover_lead_to_the_page_that_shows_the_same_figures(world, app):
    world.fill(60)
    world.close()
    index = publish(world)["groups"][0]["index"]
    report = report_of(world)
    cover = set_pages(TEMPLATE, template_values(report), "png")[0]
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(cover)))
    assert [barcode.text for barcode in found] == [report.stamp.address]
    page = app.test_client().get(report.stamp.address.removeprefix("https://localhost"))
    assert page.status_code == 200
    assert angka(index["score100"]) in page.text
    assert report.stamp.head in page.text
    assert "Ini hasil yang berlaku" in page.text


def test_a_code_still_leads_to_its_publication_after_a_correction(world, app):
    world.fill(60)
    world.seal()
    world.fill(10, seed=2)
    world.seal()
    interim = report_of(world).stamp.code
    world.close()
    publish(world)
    first = report_of(world).stamp.code
    publish(world, reason="Populasi salah")
    second = report_of(world).stamp.code
    public = app.test_client()
    assert "Ini hasil yang berlaku" in public.get(f"/transparansi/periksa/{second}").text
    assert "diganti oleh terbitan nomor 2" in public.get(f"/transparansi/periksa/{first}").text
    assert "sebelum hasil diterbitkan" in public.get(f"/transparansi/periksa/{interim}").text
    typed = second.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert public.get("/transparansi/periksa", query_string={"kode": typed}).status_code == 302
    assert public.get(f"/transparansi/periksa/{typed}").status_code == 200
    assert public.get("/transparansi/periksa/AAAA-AAAA-AAAA-AAAA").status_code == 404


@pytest.fixture
def desk(app, store, clock, world):
    with store.read() as session:
        unit = session.scalars(select(Unit).where(Unit.slug == "unit-uji")).one()
    return log_in(app, add_person(store, clock, "petugas@x.id", Role.STAFF, unit=unit))


def test_staff_write_passages_and_download_both_forms(desk, world):
    world.fill(30)
    world.close()
    address = f"/meja/survei/{world.key}/laporan"
    done = post(desk, address, team="Ketua: Siti Aminah", advice="Tambah loket\nBuka Sabtu")
    assert done.status_code == 302
    assert "Ketua: Siti Aminah" in desk.get(address).text
    pdf, word = desk.get(f"{address}.pdf"), desk.get(f"{address}.docx")
    assert "attachment" in pdf.headers["Content-Disposition"]
    for text in (pdf_text(pdf.data), docx_text(word.data)):
        assert "Siti Aminah" in text
        assert "Buka Sabtu" in text
    post(desk, address, team="", advice="")
    assert "Susunan tim pelaksana belum dicatat" in docx_text(desk.get(f"{address}.docx").data)


@ONE_DATABASE
def test_a_draft_has_no_report_yet(desk, world, store):
    with store.write() as session:
        session.get_one(Survey, world.survey_id).state = "draft"
    page = desk.get(f"/meja/survei/{world.key}/laporan")
    assert "Laporan tersedia setelah survei dibuka" in page.text
    assert desk.get(f"/meja/survei/{world.key}/laporan.pdf").status_code == 409


@ONE_DATABASE
def test_every_channel_has_its_words_in_the_report(world):
    for place, channel in enumerate(Channel):
        for one in submissions(world.instrument, 15, seed=place):
            world.accept(one, channel=channel)
    world.close()
    text = words(report_of(world))
    assert "kode di layar ruang tunggu (15 jawaban)" in text
    assert "memilih sendiri untuk mengisi" in text
