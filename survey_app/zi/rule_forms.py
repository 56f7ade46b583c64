"""The rules of an evaluation as fields that an administrator can change, and back again."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from analysis.zi_rules import ZiRules


@dataclass(frozen=True)
class RuleField:
    """One figure or text of the rules: its path in `ZiRules.to_dict`, and its words."""

    path: tuple[str | int, ...]
    group: str
    label: str
    value: str

    @property
    def name(self) -> str:
        """The name of the form's field."""
        return ".".join(str(step) for step in self.path)


def rule_fields(rules: ZiRules) -> list[RuleField]:
    """All that may be changed, in the order of the worksheet."""
    return [*_minimums(rules), *_weights(rules), *_requirements(rules)]


def changed_content(rules: ZiRules, values: Mapping[str, str]) -> dict[str, Any]:
    """The plain content of rules with other values, by the names of their fields."""
    content = deepcopy(rules.to_dict())
    for field in rule_fields(rules):
        if field.name in values:
            _put(content, field.path, values[field.name].strip())
    return content


def _minimums(rules: ZiRules) -> Iterator[RuleField]:
    words = {
        "total": _("Nilai total"),
        "pengungkit": _("Pengungkit"),
        "area_share": _("Bagian minimal tiap area (0 sampai 1)"),
        "birokrasi_bersih": _("Birokrasi yang Bersih dan Akuntabel"),
        "ipak": _("Poin IPAK"),
        "capaian_kinerja": _("Capaian kinerja"),
        "ipkp": _("Poin IPKP"),
    }
    for code, minimums in rules.to_dict()["targets"].items():
        group = f"{_('Nilai minimal')}: {minimums['label']}"
        for key, label in words.items():
            yield RuleField(("targets", code, key), group, label, minimums[key])
    months = str(rules.months_minimum)
    group = _("Usulan")
    yield RuleField(("months_minimum",), group, _("Bulan terakhir paling sedikit"), months)


def _weights(rules: ZiRules) -> Iterator[RuleField]:
    content, group = rules.to_dict(), _("Bobot (jumlahnya 100)")
    for place, area in enumerate(content["areas"]):
        for part in ("pemenuhan", "reform"):
            label = f"{area['label']}, {part}"
            yield RuleField(("areas", place, part), group, label, area[part])
    names = {
        "ipak": "IPAK",
        "capaian_kinerja": _("Capaian kinerja"),
        "ipkp": "IPKP",
    }
    for key, label in names.items():
        yield RuleField(("hasil", key), group, label, content["hasil"][key])


def _requirements(rules: ZiRules) -> Iterator[RuleField]:
    group = _("Syarat pengusulan")
    for place, one in enumerate(rules.to_dict()["requirements"]):
        for target, asked in one["asked"].items():
            label = f"{one['label']} ({target.upper()})"
            yield RuleField(("requirements", place, "asked", target), group, label, asked)


def _put(content: Any, path: tuple[str | int, ...], value: str) -> None:
    for step in path[:-1]:
        content = content[step]
    plain: str | int = value.replace(",", ".") if isinstance(path[-1], str) else value
    if path[0] == "requirements":
        plain = value
    if path == ("months_minimum",):
        plain = int(value) if value.isdigit() else value
    content[path[-1]] = plain
