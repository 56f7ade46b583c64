"""Photos as pixels alone: where, when and with what they were taken stays with the sender.

The picture is decoded and written anew, so that nothing else of the file survives: no EXIF
with its place and time, no thumbnail, no profile, nothing behind the picture's end. A photo
that its EXIF would have turned is turned for good.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

PNG, JPEG = "image/png", "image/jpeg"
_FORMATS = {PNG: "PNG", JPEG: "JPEG"}
MAXIMUM_PIXELS = 50_000_000
# Enough to read a poster on the wall; larger photos are made smaller.
_LONGEST_SIDE = 4096
_JPEG_QUALITY = 90


def redraw_photo(content: bytes, media_type: str) -> bytes:
    """A PNG or JPEG as a file of its kind that holds the picture and nothing else.

    Raises ValueError for content that is no such picture, or one of too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]]) as opened:
            if opened.width * opened.height > MAXIMUM_PIXELS:
                raise ValueError(f"{opened.width} x {opened.height}")
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            return _written(picture, media_type)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from error


def _written(picture: Image.Image, media_type: str) -> bytes:
    is_clear = media_type == PNG and picture.has_transparency_data
    plain = picture.convert("RGBA" if is_clear else "RGB")
    # What the format's writer would copy from the file that was read.
    plain.info.clear()
    buffer = io.BytesIO()
    plain.save(buffer, _FORMATS[media_type], quality=_JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
