"""Writes a DDI-Codebook 2.5 document, as archives and World Bank NADA catalogues read it.

The questionnaire alone makes one; with a `Study` it also says who asked whom and when, and has
the frequencies of the published result. Order and attributes of elements follow the standard's
XML Schema (DDI Alliance, 2012-01-17).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from instruments.masked import NO, YES
from instruments.model import Instrument, Item, ProfileQuestion

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
LANGUAGE = "id"
FILE_ID, WEIGHT_ID = "F1", "V_FREQ"
# What XML 1.0 cannot hold in any form.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Frequencies:
    """The published answers to one item: how many at each level, and how many left it blank."""

    counts: Mapping[int, int]
    blank: int
    mean: float


@dataclass(frozen=True)
class DataFile:
    """A file of frequencies: each item a variable, weighted by `weight`; blanks are `missing`."""

    name: str
    rows: int
    columns: int
    weight: str
    missing: int
    names: Mapping[str, str]


@dataclass(frozen=True)
class Study:
    """A published survey as a codebook needs it, in words and plain values.

    Dates are ISO 8601. `frequencies` has the items that may be shown.
    """

    id: str
    title: str
    agency: str
    unit: str
    start: str
    end: str
    published_on: str
    n: int
    population: int | None
    target: int | None
    modes: tuple[str, ...]
    precision: str
    protection: str
    address: str
    file: DataFile
    frequencies: Mapping[str, Frequencies] = field(default_factory=dict)


def write_ddi(instrument: Instrument, study: Study | None = None) -> bytes:
    """The codebook as UTF-8 XML."""
    root = Element(
        "codeBook",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "version": "2.5",
            "xml:lang": LANGUAGE,
        },
    )
    identity = study.id if study else f"{instrument.id}-{instrument.version}"
    title = f"{study.title}, {study.unit}" if study else instrument.title
    _citation(SubElement(root, "docDscr"), title, identity, study)
    described = SubElement(root, "stdyDscr")
    _citation(described, title, identity, study, instrument.version)
    _scope(described, instrument, study)
    if study:
        _method(described, instrument, study)
        _access(described, study)
        _file(root, study)
    _variables(root, instrument, study)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _citation(
    parent: Element, title: str, identity: str, study: Study | None, version: str = ""
) -> None:
    citation = SubElement(parent, "citation")
    titles = SubElement(citation, "titlStmt")
    _text(titles, "titl", title)
    _text(titles, "IDNo", identity)
    if study:
        _text(SubElement(citation, "rspStmt"), "AuthEnty", study.unit, affiliation=study.agency)
        produced = SubElement(citation, "prodStmt")
        _text(produced, "producer", study.unit, affiliation=study.agency)
        _text(produced, "prodDate", study.published_on, date=study.published_on)
        _text(produced, "software", "zi-survey")
        distributed = SubElement(citation, "distStmt")
        _text(distributed, "distrbtr", study.unit, URI=study.address)
        _text(distributed, "distDate", study.published_on, date=study.published_on)
    if version:
        _text(SubElement(citation, "verStmt"), "version", version)


def _scope(parent: Element, instrument: Instrument, study: Study | None) -> None:
    info = SubElement(parent, "stdyInfo")
    subject = SubElement(info, "subject")
    for word in (instrument.index.name, instrument.index.code, instrument.regulation):
        _text(subject, "keyword", word)
    _text(info, "abstract", f"{instrument.title}. {instrument.introduction}")
    summary = SubElement(info, "sumDscr")
    if study:
        for event, day in (("start", study.start), ("end", study.end)):
            _text(summary, "timePrd", day, event=event, date=day)
        for event, day in (("start", study.start), ("end", study.end)):
            _text(summary, "collDate", day, event=event, date=day)
    _text(summary, "nation", "Indonesia", abbr="IDN")
    if study:
        _text(summary, "geogCover", f"{study.unit}, {study.agency}")
    _text(summary, "anlyUnit", "Pengguna layanan (perorangan)")
    if study:
        size = f" (populasi {study.population})" if study.population else ""
        universe = f"Pengguna layanan {study.unit} dalam periode survei{size}."
        _text(summary, "universe", universe)
        _text(summary, "dataKind", "Data survei, dipublikasikan sebagai tabel frekuensi")


def _method(parent: Element, instrument: Instrument, study: Study) -> None:
    method = SubElement(parent, "method")
    collected = SubElement(method, "dataColl")
    _text(collected, "timeMeth", "Potong lintang (cross-section), satu periode")
    _text(collected, "dataCollector", study.unit, affiliation=study.agency)
    if study.target:
        wanted = SubElement(collected, "targetSampleSize")
        _text(wanted, "sampleSize", str(study.target))
        rule = "PermenPANRB 14/2017 Lampiran II (Krejcie dan Morgan, 1970)"
        _text(wanted, "sampleSizeFormula", rule)
    for mode in study.modes:
        _text(collected, "collMode", mode)
    _text(collected, "resInstru", f"Kuesioner terstruktur {instrument.id} {instrument.version}")
    _text(collected, "weight", f"{study.file.weight}: banyaknya responden yang diwakili satu baris")
    if study.precision:
        _text(SubElement(method, "anlyInfo"), "EstSmpErr", study.precision)


def _access(parent: Element, study: Study) -> None:
    use = SubElement(SubElement(parent, "dataAccs"), "useStmt")
    # Without the attribute the standard reads "yes": nobody could use the file without signing.
    _text(use, "confDec", study.protection, required="no")
    _text(use, "citReq", f"{study.agency}, {study.unit}. {study.title}. {study.address}")


def _file(root: Element, study: Study) -> None:
    described = SubElement(SubElement(root, "fileDscr", {"ID": FILE_ID}), "fileTxt")
    _text(described, "fileName", study.file.name)
    about = (
        f"Tabel frekuensi {study.n} responden: tiap baris satu nilai dari satu unsur, dan "
        f"{study.file.weight} jumlahnya. Bukan data perorangan."
    )
    _text(described, "fileCont", about)
    size = SubElement(described, "dimensns")
    _text(size, "caseQnty", str(study.file.rows))
    _text(size, "varQnty", str(study.file.columns))
    _text(described, "fileType", "SPSS system file", charset="UTF-8")


def _variables(root: Element, instrument: Instrument, study: Study | None) -> None:
    data = SubElement(root, "dataDscr")
    profile = [one.code for one in instrument.profile]
    _group(data, "unsur", "Unsur yang membentuk indeks", "analysis", instrument.codes)
    _group(data, "profil", "Profil responden", "section", profile)
    _group(data, "bertopeng", "Pertanyaan bertopeng", "randomized", instrument.masked_codes)
    for item in instrument.form_items:
        _item(data, item, instrument, study)
    for question in instrument.profile:
        _profile(data, question)
    for masked in instrument.masked:
        variable = _variable(data, masked.code, masked.label, masked.question, "nominal")
        _text(variable, "txt", f"Jawaban terpaksa, {masked.coins} koin; diperkirakan dari jumlah.")
        for value, label in ((YES, "Ya"), (NO, "Tidak")):
            _category(variable, str(value), label)
        SubElement(variable, "varFormat", {"type": "numeric"})
    if study:
        counted = SubElement(
            data,
            "var",
            {"ID": WEIGHT_ID, "name": study.file.weight, "wgt": "wgt", "files": FILE_ID}
            | {"intrvl": "contin", "nature": "ratio"},
        )
        _text(counted, "labl", "Banyaknya responden")
        SubElement(counted, "varFormat", {"type": "numeric"})


def _group(data: Element, name: str, label: str, kind: str, codes: Iterable[str]) -> None:
    members = " ".join(f"V_{code}" for code in codes)
    if members:
        group = SubElement(data, "varGrp", {"name": name, "type": kind, "var": members})
        _text(group, "labl", label)


def _item(data: Element, item: Item, instrument: Instrument, study: Study | None) -> None:
    variable = _variable(data, item.code, item.label, item.question, "ordinal", item.info)
    scale = instrument.scale
    valid = {"min": str(scale.minimum), "max": str(scale.maximum)}
    SubElement(SubElement(variable, "valrng"), "range", valid)
    found = study.frequencies.get(item.code) if study else None
    if study and found:
        variable.attrib |= {"files": FILE_ID, "wgt-var": WEIGHT_ID}
        variable.set("name", study.file.names[item.code])
        missing = {"VALUE": str(study.file.missing)}
        SubElement(SubElement(variable, "invalrng"), "item", missing)
        for kind, value in (
            ("vald", str(sum(found.counts.values()))),
            ("invd", str(found.blank)),
            ("mean", repr(found.mean)),
        ):
            weighted = {"type": kind, "wgtd": "wgtd", "wgt-var": WEIGHT_ID}
            SubElement(variable, "sumStat", weighted).text = value
    weight = f"Bobot unsur dalam indeks: {instrument.weight(item.code)}."
    _text(variable, "txt", weight)
    for option in item.options:
        count = found.counts.get(option.value, 0) if found else None
        _category(variable, str(option.value), option.label, count)
    if study and found:
        _category(variable, str(study.file.missing), "Tidak menjawab", found.blank, "Y")
    _text(variable, "concept", item.label)
    SubElement(variable, "varFormat", {"type": "numeric"})


def _profile(data: Element, question: ProfileQuestion) -> None:
    variable = _variable(data, question.code, question.label, question.label, "nominal")
    for option in question.options:
        _category(variable, option.code, option.label)
    SubElement(variable, "varFormat", {"type": "character"})


def _variable(
    data: Element, code: str, label: str, question: str, nature: str, info: str = ""
) -> Element:
    attributes = {"ID": f"V_{code}", "name": code, "intrvl": "discrete", "nature": nature}
    variable = SubElement(data, "var", attributes)
    _text(variable, "labl", label)
    asked = SubElement(variable, "qstn", {"responseDomainType": "code"})
    _text(asked, "qstnLit", question)
    if info:
        _text(asked, "ivuInstr", info)
    return variable


def _category(
    variable: Element, value: str, label: str, count: int | None = None, missing: str = "N"
) -> None:
    category = SubElement(variable, "catgry", {"missing": missing} if missing == "Y" else {})
    _text(category, "catValu", value)
    _text(category, "labl", label)
    if count is not None:
        weighted = {"type": "freq", "wgtd": "wgtd", "wgt-var": WEIGHT_ID}
        SubElement(category, "catStat", weighted).text = str(count)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _ILLEGAL.sub("", text)
