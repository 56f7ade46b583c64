"""What a request may use: the settings, the store, the clock, the secrets."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

from flask import current_app

from survey_app.clock import Clock
from survey_app.settings import Settings, instance_secret
from survey_app.store import Store


@dataclass(frozen=True)
class Context:
    """The parts of one running application; rooms reach them through `context()`."""

    settings: Settings
    store: Store
    clock: Clock

    @cached_property
    def receipt_key(self) -> bytes:
        """The secret that turns a submission id into its receipt code."""
        return instance_secret(self.settings, "receipt.key")


def context() -> Context:
    """The parts of the application that is serving this request."""
    return cast(Context, current_app.extensions["zi_survey"])
