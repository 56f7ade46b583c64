"""What a view of `/api/v1` takes and answers, said once and beside the view.

The view reads its query with the same model that the published description is generated from,
and answers with the models that it names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import survey_app.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, SurveyErrors, Where

View = TypeVar("View", bound=Callable[..., Any])
Model = TypeVar("Model", bound=BaseModel)

JSON = "application/json"
PROBLEM = "application/problem+json"


class QueryError(SurveyError):
    """A query that the address does not understand."""

    http_status = 400


class QueryErrors(SurveyErrors):
    """Every parameter of a query that is not understood."""

    http_status = 400


class Record(BaseModel):
    """What the API answers with: exactly the fields that are named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Query(BaseModel):
    """What may stand behind the question mark of any address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bahasa: str = Field("", max_length=20, description="Bahasa pesan kesalahan: id atau en")


@dataclass(frozen=True)
class Answer:
    """What comes with one status: a model as JSON, other media types beside or instead."""

    words: str
    model: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Described:
    """One operation: its summary, what it takes, what it answers, how it may fail."""

    summary: str
    answers: Mapping[int, Answer]
    query: type[Query] = Query
    body: type[BaseModel] | None = None
    problems: tuple[int, ...] = field(default=())
    is_hidden: bool = False


def described(said: Described) -> Callable[[View], View]:
    """Say of a view what it takes and answers."""

    def decorate(view: View) -> View:
        # Kept on the view itself, where the document finds it by the route.
        view.described = said  # type: ignore[attr-defined]
        return view

    return decorate


# Errors of parameters that have words of their own: a code, and the values that its words need.
Words = Mapping[str, tuple[str, Mapping[str, object]]]


def read_query(model: type[Model], words: Words | None = None) -> Model:
    """The query of this request. Raises QueryErrors naming every parameter that is wrong."""
    wrong = [_wrong(name, "query-repeated") for name in request.args if _is_repeated(name)]
    try:
        read = model.model_validate(request.args.to_dict())
    except ValidationError as error:
        faults = [(one["type"], str(one["loc"][0])) for one in error.errors()]
        wrong += [_translated(kind, name, words or {}) for kind, name in faults]
        raise QueryErrors(wrong) from error
    if wrong:
        raise QueryErrors(wrong)
    return read


def answer(model: BaseModel, status: int = 200, content_type: str = JSON) -> Response:
    """A model as the body of a response; what is optional and absent is left out."""
    body = model.model_dump_json(exclude_unset=True)
    return Response(body + "\n", status, content_type=content_type)


def _is_repeated(name: str) -> bool:
    return len(request.args.getlist(name)) > 1


def _translated(kind: str, name: str, words: Words) -> SurveyError:
    unknown = "query-unknown" if kind == "extra_forbidden" else "query-invalid"
    code, values = words.get(name, (unknown, {}))
    return _wrong(name, code, **values)


def _wrong(name: str, code: str, **values: object) -> SurveyError:
    text = request.args.get(name, "")[:40]
    return QueryError(code, where=Where(field=name[:60]), text=text, **values)
