"""`zi-survey zi-score`: points and minimums of a Zona Integritas evaluation, from its numbers."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from analysis.zi import Check, Index, Inputs, Score, Verdict, score, verdict
from analysis.zi_rules import ZiRules, parse_rules, shipped_rules
from instruments.errors import SurveyError, Where

SELF_SURVEY = (
    "Nilai survei mandiri: baris LKE meminta nilai survei eksternal, jadi ini perkiraan unit "
    "sendiri."
)
_STATES = {True: "terpenuhi", False: "KURANG", None: "belum diisi"}


@click.command("zi-score")
@click.option("--ipak", required=True, help="IPAK pada skala 4, misalnya 3.60.")
@click.option("--ipkp", required=True, help="IPKP pada skala 4.")
@click.option("--capaian-kinerja", help="Nilai capaian kinerja dalam poin, 0 sampai 5.")
@click.option("--area", "areas", multiple=True, help="AREA=POIN; boleh diulang.")
@click.option("--target", default="wbk,wbbm", show_default=True, help="wbk, wbbm, atau keduanya.")
@click.option(
    "--source",
    type=click.Choice(["mandiri", "eksternal"]),
    default="mandiri",
    show_default=True,
    help="Asal IPAK dan IPKP.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Aturan lain, berkas TOML; bawaan: PermenPANRB 5/2024.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def zi_score(
    ipak: str,
    ipkp: str,
    capaian_kinerja: str | None,
    areas: tuple[str, ...],
    target: str,
    source: Any,
    rules: Path | None,
    form: str,
) -> None:
    """Nilai dan syarat minimal WBK/WBBM; keluar 1 bila ada yang kurang (ZI points)."""
    chosen = _read_rules(rules) if rules else shipped_rules()
    inputs = Inputs(
        ipak=Index(read_number(ipak, "ipak"), source=source),
        ipkp=Index(read_number(ipkp, "ipkp"), source=source),
        capaian_kinerja=(
            None if capaian_kinerja is None else read_number(capaian_kinerja, "capaian-kinerja")
        ),
        areas=_read_areas(areas, chosen),
    )
    reached = score(inputs, chosen)
    names = [name.strip().lower() for name in target.split(",") if name.strip()]
    verdicts = [verdict(inputs, chosen, name) for name in names or chosen.targets]
    content = describe(inputs, reached, verdicts)
    click.echo(
        json.dumps(content, ensure_ascii=False, indent=1) if form == "json" else _table(content)
    )
    if any(one.is_met is False for one in verdicts):
        raise SystemExit(1)


def read_number(text: str, field: str) -> Fraction:
    """An exact number as people write it, with a comma or a point. Raises SurveyError."""
    try:
        return Fraction(text.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise SurveyError("zi-not-number", where=Where(field=field), value=text) from error


def describe(inputs: Inputs, reached: Score, verdicts: list[Verdict]) -> dict[str, Any]:
    """A score and its verdicts as plain values: points at full precision, None where unknown."""
    rules = reached.rules
    return {
        "rules": {
            "id": rules.id,
            "regulation": rules.regulation,
            "effective_from": rules.effective_from.isoformat(),
        },
        "ipak": _index(inputs.ipak, reached.ipak, rules.hasil.ipak),
        "ipkp": _index(inputs.ipkp, reached.ipkp, rules.hasil.ipkp),
        "capaian_kinerja": {
            "points": _number(reached.capaian_kinerja),
            "maximum": _number(rules.hasil.capaian_kinerja),
        },
        "areas": [
            {
                "code": area.code,
                "label": area.label,
                "points": _number(reached.areas.get(area.code)),
                "maximum": _number(area.maximum),
            }
            for area in rules.areas
        ],
        "birokrasi_bersih": _number(reached.birokrasi_bersih),
        "hasil": _number(reached.hasil),
        "pengungkit": _number(reached.pengungkit),
        "total": _number(reached.total),
        "targets": {one.target: _verdict(one) for one in verdicts},
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "label": one.label,
        "met": one.is_met,
        "checks": [_check(check) for check in one.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "code": check.code,
        "label": check.label,
        "points": _number(check.points),
        "minimum": _number(check.minimum),
        "margin": _number(check.margin),
        "met": check.is_met,
        "probability": check.probability,
    }


def _index(index: Index | None, points: Fraction | None, maximum: Fraction) -> dict[str, Any]:
    return {
        "value": _number(index.value if index else None),
        "source": index.source if index else None,
        "points": _number(points),
        "maximum": _number(maximum),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _table(content: dict[str, Any]) -> str:
    lines = [content["rules"]["regulation"], ""]
    for name in ("ipak", "ipkp"):
        part = content[name]
        points = f"{_shown(part['points'])} dari {_shown(part['maximum'])}"
        lines.append(f"{name.upper()} {part['value']:.4g} (survei {part['source']}): {points}")
    if content["ipak"]["source"] == "mandiri":
        lines.append(SELF_SURVEY)
    for target in content["targets"].values():
        lines += ["", f"{target['label']}: {_STATES[target['met']]}"]
        for check in target["checks"]:
            reached = f"{_shown(check['points']):>8}{_shown(check['minimum']):>10}"
            lines.append(f"  {check['label']:<42}{reached}  {_STATES[check['met']]}")
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    """Points with four decimals at most, so that what is just short does not look met."""
    return "–" if value is None else f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def _read_areas(pairs: tuple[str, ...], rules: ZiRules) -> dict[str, Fraction]:
    areas: dict[str, Fraction] = {}
    for pair in pairs:
        name, equals, points = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--area {pair}: tulis AREA=POIN, misalnya pengawasan=9.5")
        areas[rules.area(name).code] = read_number(points, f"area {name}")
    return areas


def _read_rules(file: Path) -> ZiRules:
    try:
        return parse_rules(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SurveyError("zi-rules-invalid", where=Where(str(file)), reason=str(error)) from error
