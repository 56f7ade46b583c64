"""Ceilings that citizens never notice: by link first, by address only loosely and in memory.

The address is never stored or logged; a key of it, salted anew at each start, lives in this
process's memory for the length of the window.
"""

import hashlib
import secrets

from flask import Flask, request
from flask_limiter import Limiter

_SALT = secrets.token_bytes(16)

LINK_CEILING = "3000 per minute"
# A whole office, or a carrier's gateway, shares one address: 500 people in ten minutes pass.
ADDRESS_CEILING = "1500 per 10 minutes"
LOOKUP_CEILING = "60 per minute"


def address_key() -> str:
    """A key for the caller's address that means nothing outside this process."""
    address = (request.remote_addr or "").encode()
    return hashlib.blake2b(address, key=_SALT, digest_size=16).hexdigest()


def link_key() -> str:
    """The link that is posted to."""
    return str((request.view_args or {}).get("code", ""))


limiter = Limiter(address_key, storage_uri="memory://", headers_enabled=False)


def init_app(app: Flask, *, is_enabled: bool) -> None:
    """Switch limits on, or off for tests and benchmarks on loopback."""
    app.config["RATELIMIT_ENABLED"] = is_enabled
    limiter.init_app(app)
