"""Ceilings that citizens never notice: by link first, by address only loosely and in memory.

The address is never stored or logged; a key of it, salted anew at each start, lives in this
process's memory for the length of the window.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter

from survey_app.store.tables import Channel

Args = ParamSpec("Args")
Result = TypeVar("Result")

_SALT = secrets.token_bytes(16)

LINK_CEILING = "3000 per minute"
# A whole office, or a carrier's gateway, shares one address: 500 people in ten minutes pass.
ADDRESS_CEILING = "1500 per 10 minutes"
LOOKUP_CEILING = "60 per minute"
# Unknown codes alone count. Codes have 60 bits: with a million tickets unspent, a hundred
# addresses that guess without pause find one in some seven hundred years.
GUESS_CEILING = "30 per minute"


def address_key() -> str:
    """A key for the caller's address that means nothing outside this process."""
    address = (request.remote_addr or "").encode()
    return hashlib.blake2b(address, key=_SALT, digest_size=16).hexdigest()


def is_guess(response: Response) -> bool:
    """Whether a request named a ticket or link that does not exist."""
    return response.status_code == 404


def has_ticket_gate() -> bool:
    """Whether a post needs a ticket, which then limits it better than any count.

    No ceiling of link or address applies there: those who flood it with invented tickets must
    not keep out the holders of true ones.
    """
    target = current_app.extensions["links"].remembered(link_key())
    return target is not None and target.channel == Channel.TICKET


def link_key() -> str:
    """The link that is posted to."""
    return str((request.view_args or {}).get("code", ""))


limiter = Limiter(address_key, storage_uri="memory://", headers_enabled=False)


def against_guessing(view: Callable[Args, Result]) -> Callable[Args, Result]:
    """Slow down an address that tries codes."""
    return limiter.limit(GUESS_CEILING, deduct_when=is_guess)(view)


def against_flooding(view: Callable[Args, Result]) -> Callable[Args, Result]:
    """Hold posts below the ceilings of link and address, and against guessing."""
    by_link = limiter.limit(LINK_CEILING, key_func=link_key, exempt_when=has_ticket_gate)
    by_address = limiter.limit(ADDRESS_CEILING, exempt_when=has_ticket_gate)
    return by_link(by_address(against_guessing(view)))


def init_app(app: Flask, *, is_enabled: bool) -> None:
    """Switch limits on, or off for tests and benchmarks on loopback."""
    app.config["RATELIMIT_ENABLED"] = is_enabled
    limiter.init_app(app)
