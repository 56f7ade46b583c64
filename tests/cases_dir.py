"""Where the outside reference cases are: those of the project, and the REAL ones beside it."""

import os
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def real_cases() -> Path | None:
    """The folder of real respondents, which never enters the project; None where absent."""
    named = os.environ.get("ZI_SURVEY_CASES")
    beside = Path(__file__).parents[2] / "shared" / "cases"
    folder = Path(named) if named else beside
    return folder if folder.is_dir() else None
