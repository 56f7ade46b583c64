"""How pages of this room leave: never kept by anyone, and small on a slow network."""

import gzip

from flask import Response, request

from survey_app.respond.terse import terse

COMPRESS_ABOVE_BYTES = 500
EVEN_BYTES = 16384


def compressed(page: str, status: int) -> Response:
    """A page that no cache may keep."""
    response = Response(page, status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return compress(response)


def script(name: str) -> Response:
    """A script of this room's templates, asked for anew whenever it is used."""
    response = Response(terse(name), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return compress(response)


def compress(response: Response) -> Response:
    """Shrink a response for a browser that reads gzip."""
    content = response.get_data()
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and len(content) > COMPRESS_ABOVE_BYTES:
        response.set_data(gzip.compress(content, 9, mtime=0))
        response.content_encoding = "gzip"
    return response


def even(page: str, status: int) -> Response:
    """A page as long as any other of its kind, so that its size on the wire tells nothing.

    Not compressed, for that would make the size follow the words again.
    """
    content = page.encode()
    return Response(
        content.ljust(-(-len(content) // EVEN_BYTES) * EVEN_BYTES),
        status,
        mimetype="text/html",
        headers={"Cache-Control": "no-store"},
    )
