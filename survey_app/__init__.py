"""Who asks, keeps and shows: the web application and its command line.

`create_app` wires the rooms together and does nothing else. Flask is imported when it is
called, so that `zi-survey compute` and `verify` run in a process without it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.clock import Clock
    from survey_app.settings import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings", clock: "Clock | None" = None) -> "Flask":
    """The WSGI application of one instance.

    `clock` gives the present moment in UTC; tests pass a frozen one. Raises SurveyError
    where the settings, the database or its durability are not fit to accept answers.
    """
    from survey_app.web.application import build

    return build(settings, clock)
