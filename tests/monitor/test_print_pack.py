"""What is printed scans to the right address, says whose it is, and looks alike anywhere."""

import io
import zipfile

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from survey_app.administer.logos import keep_logo
from survey_app.administer.surveys import create_link, find_survey, revoke_link
from survey_app.monitor.posters import Poster, Product, draw_poster
from survey_app.store.tables import Account, Agency, Link, Role
from tests.people import add_person

ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

MILLIMETRES = {
    Product.POSTER_A4: (210, 297),
    Product.POSTER_A5: (148, 210),
    Product.TENT: (210, 297),
    Product.STICKER: (105, 148),
}
LONG = Poster(
    "https://survei.dinas-kependudukan.kabupatensangatpanjangsekali.go.id/s/k7pm3qxt",
    "Pemerintah Kabupaten Kepulauan Siau Tagulandang Biaro",
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Kabupaten Kepulauan Siau",
    "Persetujuan bangunan gedung dan izin lingkungan · Loket pelayanan terpadu 12",
    "Survei Persepsi Kualitas Pelayanan",
    "DATA PERAGA",
)


def scanned(png):
    return zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))


@ONE_DATABASE
@pytest.mark.parametrize("product", Product)
def test_every_product_scans_to_the_links_address(desk, world, product):
    code = world.links["ktp"]
    png = desk.get(f"/meja/survei/{world.key}/cetak/{code}/{product}.png").data
    faces = 2 if product == Product.TENT else 1
    found = scanned(png)
    assert [barcode.text for barcode in found] == [f"https://localhost/s/{code}"] * faces
    assert {barcode.ec_level for barcode in found} == {"Q"}


@pytest.mark.parametrize("product", Product)
def test_long_names_and_addresses_stay_on_one_page_and_scan(product):
    found = scanned(draw_poster(LONG, "png", product))
    assert {barcode.text for barcode in found} == {LONG.address}
    pdf = PdfReader(io.BytesIO(draw_poster(LONG, "pdf", product)))
    width, height = (float(side) / 72 * 25.4 for side in pdf.pages[0].mediabox[2:])
    assert len(pdf.pages) == 1
    assert (round(width), round(height)) == MILLIMETRES[product]


@pytest.mark.parametrize("product", Product)
def test_a_product_says_whose_it_is_where_to_type_and_what_it_costs(product):
    pdf = PdfReader(io.BytesIO(draw_poster(LONG, "pdf", product)))
    text = "".join(pdf.pages[0].extract_text().split())
    said = (LONG.agency, LONG.unit, LONG.place, LONG.note, LONG.address.split("://")[1])
    for words in (*said, "Gratis, tanpa nama, ± 2 menit"):
        assert "".join(words.split()) in text


@pytest.mark.parametrize("product", Product)
def test_no_font_of_the_machine_is_used(product):
    page = PdfReader(io.BytesIO(draw_poster(LONG, "pdf", product))).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    families = {font.split("+")[-1].split("-")[0] for font in fonts}
    assert families == {"NotoSans", "DejaVuSansMono"}


def test_the_code_keeps_a_quiet_zone_of_four_modules():
    image = Image.open(io.BytesIO(draw_poster(LONG, "png", Product.STICKER))).convert("L")
    (barcode,) = zxingcpp.read_barcodes(image)
    place = barcode.position
    left, top = place.top_left.x, place.top_left.y
    module = (place.top_right.x - left) / 41  # version 6 of ISO/IEC 18004
    edges = (int(left - 3.7 * module), top, int(left - 0.5 * module), place.bottom_left.y)
    strip = image.crop(edges)
    assert min(strip.tobytes()) == 255


@ONE_DATABASE
def test_the_pack_holds_every_product_of_every_link_that_walls_may_carry(desk, world, store, clock):
    with store.write() as session:
        survey = find_survey(session, world.key)
        create_link(session, survey, code="tiket000", channel="ticket")
        revoke_link(session.get_one(Link, world.links["akta"]), clock())
    page = desk.get(f"/meja/survei/{world.key}/cetak").text
    assert world.links["ktp"] in page
    assert world.links["akta"] not in page
    assert "tiket000" not in page
    archive = zipfile.ZipFile(io.BytesIO(desk.get(f"/meja/survei/{world.key}/cetak.zip").data))
    code = world.links["ktp"]
    assert sorted(archive.namelist()) == sorted(
        f"{code}/{product}-{code}.{form}" for product in Product for form in ("pdf", "png")
    )
    for name in archive.namelist():
        if name.endswith(".png"):
            assert {b.text for b in scanned(archive.read(name))} == {f"https://localhost/s/{code}"}


@ONE_DATABASE
@pytest.mark.parametrize("code", ["akta", "tiket000", "tidakada"])
def test_nothing_is_printed_for_a_link_that_walls_may_not_carry(desk, world, store, clock, code):
    with store.write() as session:
        create_link(session, find_survey(session, world.key), code="tiket000", channel="ticket")
        revoke_link(session.get_one(Link, world.links["akta"]), clock())
    chosen = world.links.get(code, code)
    address = f"/meja/survei/{world.key}/cetak/{chosen}/poster-a4.pdf"
    assert desk.get(address).status_code == 404


@ONE_DATABASE
def test_the_agencys_logo_is_on_the_poster_and_does_not_hide_the_code(desk, world, store, clock):
    code = world.links["ktp"]
    address = f"/meja/survei/{world.key}/cetak/{code}/poster-a4.png"
    before = desk.get(address).data
    email = add_person(store, clock, "super@x.id", Role.SUPERADMIN)
    red = io.BytesIO()
    Image.new("RGB", (200, 100), (250, 0, 0)).save(red, "PNG")
    with store.write() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        keep_logo(session, session.scalars(select(Agency)).one(), red.getvalue(), account, clock())
    after = desk.get(address).data
    assert (250, 0, 0) not in colours(before)
    assert (250, 0, 0) in colours(after)
    assert [barcode.text for barcode in scanned(after)] == [f"https://localhost/s/{code}"]


def colours(png):
    return {colour for _n, colour in Image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 24)}


@ONE_DATABASE
def test_unknown_products_are_not_found(desk, world):
    code = world.links["ktp"]
    assert desk.get(f"/meja/survei/{world.key}/cetak/{code}/baliho.pdf").status_code == 404
