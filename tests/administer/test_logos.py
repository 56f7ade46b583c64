"""Logos come in as files of strangers and stay as pixels; what is dangerous is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from instruments.errors import SurveyError
from survey_app.administer.logos import redraw
from survey_app.administer.places import create_agency
from survey_app.store.tables import Role
from tests.people import add_person, csrf_token, log_in

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">{}</svg>'
RED = '<rect width="40" height="20" fill="#f00"/>'
SECRET = b"nama pembuat dan koordinat"


def picture(kind, size=(60, 30), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, (255, 0, 0)).save(buffer, kind, **options)
    return buffer.getvalue()


def svg(content):
    return SVG.format(content).encode()


@pytest.mark.parametrize(
    "content", [picture("PNG"), picture("JPEG", quality=95), svg(RED)], ids=["png", "jpeg", "svg"]
)
def test_a_logo_of_each_kind_becomes_a_png_that_looks_the_same(content):
    image = Image.open(io.BytesIO(redraw(content)))
    assert image.format == "PNG"
    assert image.size == (600, 300)
    red, green, blue, opacity = image.convert("RGBA").getpixel((300, 150))
    assert (red > 250, green < 8, blue < 8, opacity) == (True, True, True, 255)


def test_transparent_ground_stays_transparent():
    image = Image.open(io.BytesIO(redraw(svg('<circle cx="20" cy="10" r="5"/>'))))
    assert image.convert("RGBA").getpixel((2, 2))[3] == 0


def test_nothing_of_the_file_but_its_pixels_is_kept():
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    for content in (
        picture("JPEG", exif=exif, comment=SECRET),
        picture("PNG") + SECRET,
        svg(f"<metadata>{SECRET.decode()}</metadata>{RED}"),
    ):
        assert SECRET in content
        assert SECRET not in redraw(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("script", "<script>alert(1)</script>"),
        ("foreignobject", "<foreignObject><p/></foreignObject>"),
        ("image", '<image href="file:///etc/passwd" width="9" height="9"/>'),
        ("animate", '<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>'),
        ("use", '<use href="https://contoh.id/a.svg#b"/>'),
        ("use", f'<g id="a">{RED}</g><g id="b"><use href="#a"/></g><use href="#b"/>'),
        ("filter", '<filter id="f"><feGaussianBlur stdDeviation="999"/></filter>'),
        ("g", "<g>" * 100 + "</g>" * 100),
    ],
)
def test_an_svg_that_is_more_than_a_drawing_is_refused_by_name(name, content):
    with pytest.raises(SurveyError, match=f"memuat {name}"):
        redraw(svg(content))


def test_an_svg_with_entities_is_refused():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<text>&amp;</text>")
    with pytest.raises(SurveyError, match="DOCTYPE"):
        redraw(bomb)


def test_drawing_programs_may_leave_their_notes_and_plain_copies():
    notes = (
        '<x:namedview xmlns:x="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>'
        f'<g id="a">{RED}</g><use href="#a"/>'
    )
    assert redraw(svg(notes)).startswith(b"\x89PNG")


def png_that_claims(width, height):
    """A small PNG that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("logo-too-large", b"\x89PNG\r\n\x1a\n" + bytes(1_000_001)),
        ("logo-too-large", png_that_claims(50_000, 50_000)),
        ("logo-unreadable", picture("PNG")[:60]),
        ("logo-unreadable", picture("JPEG")[:30]),
        ("logo-unreadable", b"<svg"),
        ("logo-kind", b"<html></html>"),
        ("logo-kind", b"GIF89a" + bytes(40)),
        ("logo-kind", b"%PDF-1.7"),
        ("logo-kind", b""),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_what_to_do(code, content):
    with pytest.raises(SurveyError) as refused:
        redraw(content)
    assert refused.value.code == code


@pytest.fixture
def administrators(app, store, clock):
    """Whoever administers the agency, and whoever administers another."""
    with store.write() as session:
        own = create_agency(session, slug="kota", name="Kota")
        other = create_agency(session, slug="lain", name="Lain")
    add_person(store, clock, "kota@x.id", Role.ADMIN, agency=own)
    add_person(store, clock, "lain@x.id", Role.ADMIN, agency=other)
    return log_in(app, "kota@x.id"), log_in(app, "lain@x.id")


def upload(client, content, name="logo.png"):
    address = "/kelola/instansi/kota/logo"
    token = csrf_token(client.get("/akun").text)
    data = {"csrf_token": token, "logo": (io.BytesIO(content), name)}
    return client.post(address, data=data, headers={"Referer": "https://localhost/"})


def test_an_agencys_administrator_puts_its_logo_in_and_takes_it_away(administrators):
    own, other = administrators
    assert upload(other, picture("PNG")).status_code == 404
    assert own.get("/kelola/instansi/kota/logo.png").status_code == 404
    assert upload(own, picture("PNG")).status_code == 302
    shown = own.get("/kelola/instansi/kota/logo.png")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert other.get("/kelola/instansi/kota/logo.png").status_code == 404
    refused = upload(own, svg("<script/>"), "logo.svg")
    assert refused.status_code == 422
    assert "yang tidak diterima" in refused.text
    assert own.get("/kelola/instansi/kota/logo.png").data == shown.data
    token = csrf_token(own.get("/kelola/instansi/kota/logo").text)
    headers = {"Referer": "https://localhost/"}
    own.post("/kelola/instansi/kota/logo/hapus", data={"csrf_token": token}, headers=headers)
    assert own.get("/kelola/instansi/kota/logo.png").status_code == 404
