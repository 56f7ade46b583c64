"""What is asked: instruments as readable files, validated, frozen and content-hashed.

An instrument is data (`data/*.toml`) that a domain expert can read and edit. Items are keyed
by stable codes, never by position; a unit's own variant names the instrument it is based on.
"""

from instruments.catalogue import available, load, load_bytes, load_file, load_text
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import (
    GradeBand,
    IndexRule,
    Instrument,
    Item,
    Option,
    ProfileOption,
    ProfileQuestion,
    Scale,
)

__all__ = [
    "GradeBand",
    "IndexRule",
    "Instrument",
    "Item",
    "Option",
    "ProfileOption",
    "ProfileQuestion",
    "Scale",
    "SurveyError",
    "SurveyErrors",
    "Where",
    "available",
    "load",
    "load_bytes",
    "load_file",
    "load_text",
]
