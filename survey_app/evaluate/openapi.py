"""The description of `/api/v1` as OpenAPI 3.1, generated from what the views say of themselves.

Addresses come from the routes, schemas from the models that the views read and answer with,
access from the views' own decorators; nothing is written twice.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from apispec import APISpec
from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from survey_app.web.described import JSON, PROBLEM, Answer, Described
from survey_app.web.problems import Problem

PREFIX = "/api/v1/"
REFERENCE = "#/components/schemas/{model}"
WORDS = (
    "Indeks kepuasan dan persepsi korupsi unit pelayanan beserta buktinya; hanya baca, kecuali "
    "pengiriman jawaban warga. Waktu memakai UTC. Daftar dibaca sehalaman demi sehalaman dengan "
    "cursor, dan ETag menghemat kiriman yang tidak berubah."
)
ALWAYS = (429, 503)

Direction = tuple[type[BaseModel], Literal["validation", "serialization"]]


def describe_api(app: Flask, public_url: str) -> dict[str, Any]:
    """The whole document. Raises LookupError for an address that does not describe itself."""
    spec = APISpec(
        title="zi-survey",
        version="1",
        openapi_version="3.1.0",
        info={"description": WORDS},
        servers=[{"url": public_url}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    operations = list(_operations(app))
    for name, schema in _schemas([said for _, _, said in operations]).items():
        spec.components.schema(name, schema)
    for rule, view, said in operations:
        method = "post" if "POST" in (rule.methods or ()) else "get"
        spec.path(
            re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule),
            operations={method: _operation(rule, view, said)},
        )
    return spec.to_dict()


def _operations(app: Flask) -> Iterator[tuple[Rule, Any, Described]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.rule.startswith(PREFIX):
            continue
        view = app.view_functions[rule.endpoint]
        said: Described | None = getattr(view, "described", None)
        if said is None:
            raise LookupError(f"{rule.endpoint}: an address of the API without a description")
        if not said.is_hidden:
            yield rule, view, said


def _schemas(described: list[Described]) -> dict[str, Any]:
    """The schemas of all models, each by its own name."""
    answers = {one.model for said in described for one in said.answers.values() if one.model}
    bodies = {said.body for said in described if said.body}
    taken: list[Direction] = [(model, "validation") for model in bodies]
    given: list[Direction] = [(model, "serialization") for model in answers | {Problem}]
    wanted = sorted(taken + given, key=lambda pair: pair[0].__name__)
    _, schemas = models_json_schema(wanted, ref_template=REFERENCE)
    return dict(schemas["$defs"])


def _operation(rule: Rule, view: Any, said: Described) -> dict[str, Any]:
    has_token = view.access != "public"
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": said.summary,
        "parameters": [*_path_parameters(rule), *_query_parameters(said)],
        "responses": {str(status): _response(one) for status, one in said.answers.items()},
    }
    for status in sorted(_problems(rule, said, has_token)):
        operation["responses"][str(status)] = _problem()
    if has_token:
        operation["security"] = [{"token": []}]
        operation["responses"]["304"] = {"description": "Tidak berubah sejak ETag yang disebut"}
    if said.body:
        content = {JSON: {"schema": _reference(said.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _problems(rule: Rule, said: Described, has_token: bool) -> set[int]:
    found = {400, *said.problems, *ALWAYS}
    found |= {401} if has_token else set()
    return found | ({404} if rule.arguments else set())


def _path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for name in sorted(rule.arguments):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(said: Described) -> Iterator[dict[str, Any]]:
    schema = said.query.model_json_schema(mode="validation")
    for name, one in schema["properties"].items():
        parameter = {part: value for part, value in one.items() if part not in {"title", "default"}}
        words = parameter.pop("description", None)
        described = {"description": words} if words else {}
        yield {"name": name, "in": "query", "required": False, "schema": parameter} | described


def _response(one: Answer) -> dict[str, Any]:
    content = {JSON: {"schema": _reference(one.model)}} if one.model else {}
    for kind in one.media_types:
        content[kind] = {"schema": {"type": "object" if kind == JSON else "string"}}
    return {"description": one.words, "content": content}


def _problem() -> dict[str, Any]:
    return {
        "description": "Masalah (RFC 9457)",
        "content": {PROBLEM: {"schema": _reference(Problem)}},
    }


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=model.__name__)}
