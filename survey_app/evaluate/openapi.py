"""The description of `/api/v1` as OpenAPI 3.1."""

from typing import Any

from survey_app.evaluate.queries import INDEX_COLUMNS
from survey_app.web.languages import LANGUAGES

_NUMBERS = {"value", "score100", "se", "ci_low", "ci_high", "raw_mean"}
_COUNTS = {"n", "population"}
_FLAGS = {"resolved", "demo"}

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

WORK = {
    "type": "string",
    "maxLength": 20,
    "description": "Hanya bila balasan 429 membawa Work-Bits: teks yang membuat SHA-256 dari "
    "submission_id (atau 64 huruf terakhir sealed), garis tegak, dan teks itu diawali sekian "
    "bit nol",
}


def describe_api(public_url: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zi-survey",
            "version": "1",
            "description": "Indeks kepuasan dan persepsi korupsi unit pelayanan; hanya baca, "
            "kecuali pengiriman jawaban warga.",
        },
        "servers": [{"url": public_url}],
        "paths": {
            "/api/v1/links/{code}/responses": {"post": _submit()},
            "/api/v1/links/{code}/sealed": {"post": _submit_sealed()},
            "/api/v1/units": {"get": _list("listUnits", "Unit yang boleh dilihat", "Unit")},
            "/api/v1/surveys": {"get": _list("listSurveys", "Survei unit", "Survey")},
            "/api/v1/surveys/{key}/bundle": {"get": _bundle()},
            "/api/v1/indices": {"get": _indices()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Problem": PROBLEM,
                "Index": _index_schema(),
                "Unit": {"type": "object", "properties": {"unit": {"type": "string"}}},
                "Survey": {"type": "object", "properties": {"survey": {"type": "string"}}},
                "Submission": _submission_schema(),
                "Sealed": {
                    "type": "object",
                    "required": ["key", "ephemeral", "sealed"],
                    "additionalProperties": False,
                    "properties": {
                        "key": {"type": "string", "description": "Nama kunci pada halaman"},
                        "ephemeral": {"type": "string", "contentEncoding": "base64"},
                        "sealed": {"type": "string", "contentEncoding": "base64"},
                        "work": WORK,
                    },
                },
                "Receipt": {
                    "type": "object",
                    "required": ["receipt"],
                    "properties": {
                        "receipt": {"type": "string"},
                        "masked": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Jenis data pribadi yang disamarkan dalam saran",
                        },
                    },
                },
            },
        },
    }


def _submit() -> dict[str, Any]:
    summary = "Kirim satu jawaban; aman diulang dengan submission_id yang sama"
    return _submission("submitResponse", "Submission", summary)


def _submit_sealed() -> dict[str, Any]:
    summary = "Kirim satu formulir yang menunggu di ponsel, tersegel untuk kunci server"
    return _submission("submitSealedResponse", "Sealed", summary)


def _submission(operation: str, schema: str, summary: str) -> dict[str, Any]:
    problems = {status: _problem() for status in ("400", "403", "404", "409", "410", "413", "422")}
    problems |= {status: _problem() for status in ("429", "503")}
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": [_parameter("code", "path", required=True)],
        "requestBody": {"required": True, "content": body},
        "responses": {
            "201": _json("Receipt", "Jawaban baru tersimpan"),
            "200": _json("Receipt", "Jawaban yang sama sudah tersimpan"),
            **problems,
        },
    }


def _list(name: str, summary: str, schema: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"token": []}],
        "parameters": [_parameter("cursor", "query"), _parameter("limit", "query")],
        "responses": {
            "200": _page(schema),
            "304": {"description": "Tidak berubah"},
            "400": _problem(),
            "401": _problem(),
        },
    }


def _bundle() -> dict[str, Any]:
    return {
        "operationId": "getBundle",
        "summary": "Bundel bukti survei yang terbit; diperiksa dengan zi-survey verify",
        "security": [{"token": []}],
        "parameters": [_parameter("key", "path", required=True)],
        "responses": {
            "200": {
                "description": "Frictionless Data Package dalam ZIP, bertanda tangan",
                "content": {"application/zip": {"schema": {"type": "string"}}},
            },
            "304": {"description": "Tidak berubah"},
            "401": _problem(),
            "404": _problem(),
        },
    }


def _indices() -> dict[str, Any]:
    operation = _list("listIndices", "Indeks yang sudah diterbitkan", "Index")
    names = ("unit", "index", "period", "updated_since")
    operation["parameters"] = [_parameter(name, "query") for name in names] + operation[
        "parameters"
    ]
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    return operation


def _parameter(name: str, place: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": "string"}}


def _json(schema: str, description: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


def _page(schema: str) -> dict[str, Any]:
    content = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}},
            "next": {"type": ["string", "null"]},
        },
    }
    return {"description": "Satu halaman", "content": {"application/json": {"schema": content}}}


def _problem() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "Masalah (RFC 9457)",
        "content": {"application/problem+json": {"schema": reference}},
    }


def _index_schema() -> dict[str, Any]:
    def kind(name: str) -> dict[str, Any]:
        if name in _NUMBERS:
            return {"type": ["number", "null"]}
        if name in _COUNTS:
            return {"type": ["integer", "null"]}
        return {"type": "boolean"} if name in _FLAGS else {"type": ["string", "null"]}

    return {
        "type": "object",
        "required": list(INDEX_COLUMNS),
        "properties": {name: kind(name) for name in INDEX_COLUMNS},
    }


def _submission_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["submission_id", "answers"],
        "properties": {
            "submission_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
            "ticket": {"type": "string", "description": "Tiket, untuk tautan bersaluran tiket"},
            "work": WORK,
            "answers": {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
            "profile": {"type": "object", "additionalProperties": {"type": "string"}},
            "comment": {"type": "string"},
            "language": {"type": "string", "enum": list(LANGUAGES)},
            "service": {"type": "string"},
        },
    }
