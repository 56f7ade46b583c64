"""Photos of staff and rooms are kept as pixels; where and when they were taken is not."""

import io

import pytest
from PIL import Image, PngImagePlugin

from instruments.errors import SurveyError
from survey_app.monitor.evidence_files import without_metadata
from survey_app.photos import redraw_photo

PLACE = "6 deg 12 min S, 106 deg 49 min E"
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png"}
GPS, ORIENTATION, DESCRIPTION = 0x8825, 0x0112, 0x010E


def picture(kind, *, orientation=1, size=(40, 20)):
    """A red picture with a blue upper left corner, and all that a telephone writes beside it."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = orientation, PLACE
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "S", (6.0, 12.0, 30.5)
    buffer = io.BytesIO()
    options = {"exif": exif, "icc_profile": b"profil " + PLACE.encode()}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", PLACE)
        options["pnginfo"] = text
    else:
        options |= {"comment": PLACE.encode(), "quality": 95}
    image.save(buffer, kind, **options)
    # Telephones put a film behind the end of the picture.
    return buffer.getvalue() + b"film " + PLACE.encode()


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_photo_was_taken_is_gone(kind):
    before = picture(kind)
    assert PLACE.encode() in before
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(GPS)
    after = redraw_photo(before, KINDS[kind])
    assert PLACE.encode() not in after
    image = Image.open(io.BytesIO(after))
    assert image.format == kind
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (40, 20), (2, 2)),
        (3, (40, 20), (37, 17)),  # upside down
        (6, (20, 40), (17, 2)),  # the telephone was held upright
        (8, (20, 40), (2, 37)),
    ],
)
def test_a_photo_stays_the_way_up_that_it_was_seen(kind, orientation, size, corner):
    after = redraw_photo(picture(kind, orientation=orientation), KINDS[kind])
    image = Image.open(io.BytesIO(after)).convert("RGB")
    assert image.size == size
    red, _green, blue = image.getpixel(corner)
    assert (red < 60, blue > 195) == (True, True)


def test_transparent_ground_stays_transparent():
    buffer = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(buffer, "PNG")
    after = Image.open(io.BytesIO(redraw_photo(buffer.getvalue(), "image/png")))
    assert after.getpixel((4, 4))[3] == 0


def test_a_large_photo_is_made_smaller():
    after = redraw_photo(picture("JPEG", size=(6000, 3000)), "image/jpeg")
    assert Image.open(io.BytesIO(after)).size == (4096, 2048)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8\xff\xe0....", picture("JPEG")[:200], picture("JPEG", size=(8000, 8000))],
    ids=["no photo", "cut off", "too many pixels"],
)
def test_a_photo_that_cannot_be_read_is_refused_with_words(content):
    with pytest.raises(SurveyError) as refusal:
        without_metadata(content, "image/jpeg")
    assert refusal.value.code == "evidence-photo"


def test_other_files_are_kept_to_the_byte():
    assert without_metadata(b"%PDF-1.7 isi", "application/pdf") == b"%PDF-1.7 isi"
