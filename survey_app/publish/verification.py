"""Where anybody checks the code on a printed report: what it stands for and the figures."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.access import public
from survey_app.ledger.verification import Verified, find_verified
from survey_app.web.context import context

blueprint = Blueprint("verification", __name__, template_folder="templates")

CODE_LETTERS = 40


@blueprint.get("/transparansi/periksa")
@public
def ask_code() -> AnyResponse | str:
    """Type a code."""
    code = request.args.get("kode", "").strip()[:CODE_LETTERS]
    if code:
        return redirect(url_for("verification.verify", code=code))
    return render_template("publish/verify.html", code="", found=None)


@blueprint.get("/transparansi/periksa/<code>")
@public
def verify(code: str) -> Response:
    """What a code stands for; 404 where it stands for nothing."""
    code = code[:CODE_LETTERS]
    with context().store.read() as session:
        found = find_verified(session, code)
        content = _content(session, found) if found else {}
    page = render_template("publish/verify.html", code=code, found=found, **content)
    return Response(page, 200 if found else 404)


def _content(session: Session, found: Verified) -> dict[str, Any]:
    """The published figures; none where the code is that of a seal."""
    if found.publication is None:
        return {"whole": None}
    return {"whole": json.loads(found.publication.result)["groups"][0]}
