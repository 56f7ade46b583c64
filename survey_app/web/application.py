"""Puts the rooms together into one WSGI application."""

from importlib import import_module

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.accounts.access import refuse_open_views
from survey_app.clock import Clock, utc_now
from survey_app.settings import Settings, instance_secret
from survey_app.store import Store, open_store
from survey_app.store.migrate import require_current, upgrade
from survey_app.web import errors, headers, languages, pages, requestlog
from survey_app.web.context import Context

ROOMS = (
    *("respond", "accounts", "monitor", "evaluate", "publish", "administer", "exchange"),
    "zi",
)

csrf = CSRFProtect()


def build(settings: Settings, clock: Clock | None = None, store: Store | None = None) -> Flask:
    """The application of one instance; see `survey_app.create_app`."""
    store = store or open_store(settings)
    _prepare(store, settings)
    app = Flask("survey_app", template_folder="web/templates", static_folder="web/static")
    app.config.update(_flask_config(settings))
    app.extensions["zi_survey"] = Context(settings, store, clock or utc_now)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # The log comes first, so that it also times what the anti-forgery check turns away.
    requestlog.init_app(app)
    csrf.init_app(app)
    for part in (languages, headers, errors, pages):
        part.init_app(app)
    for room in ROOMS:
        import_module(f"survey_app.{room}.routes").init_app(app)
    refuse_open_views(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def _prepare(store: Store, settings: Settings) -> None:
    # The embedded database is upgraded by whoever opens it; a shared one only by command,
    # so that no server alters the schema under its neighbours.
    if settings.is_embedded:
        upgrade(store)
    else:
        require_current(store)


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": instance_secret(settings, "session.key"),
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": settings.request_maximum_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.request_maximum_bytes,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": settings.session_absolute_seconds,
        "PREFERRED_URL_SCHEME": settings.public_url.split(":")[0],
        "TRUSTED_HOSTS": None,
    }
