"""Scripts and styles as they are sent: without the comments and indents that only we read."""

from functools import cache
from importlib.resources import files

from markupsafe import Markup


@cache
def terse(name: str) -> Markup:
    """A script or stylesheet of this room's templates, one statement a line.

    Drops blank lines, indents, and lines that hold nothing but a comment; changes nothing
    inside a line, so sources must not spread a text over several.
    """
    source = files("survey_app.respond").joinpath("templates", name).read_text(encoding="utf-8")
    lines = (line.strip() for line in source.splitlines())
    kept = [line for line in lines if line and not line.startswith("//")]
    return Markup("\n".join(kept))  # noqa: S704  our own files, part of the package
