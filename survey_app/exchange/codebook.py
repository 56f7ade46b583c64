"""The DDI codebook of a published survey: the words around the questionnaire and its figures."""

from instruments.ddi import DataFile, Frequencies, Study, write_ddi
from survey_app.exchange.material import PROTECTION, WHOLE, Material, list_counts
from survey_app.exchange.spss import WEIGHT, spss_table

MODES = {
    "open": "Formulir daring lewat tautan terbuka (CAWI); responden memilih sendiri untuk mengisi",
    "ticket": "Formulir daring dengan tiket sekali pakai sesudah dilayani (CAWI)",
    "lobby": "Formulir daring dengan kode di ruang tunggu (CAWI)",
    "kiosk": "Formulir pada layar di tempat layanan",
    "assisted": "Wawancara dibantu petugas (CAPI)",
    "paper": "Kuesioner kertas yang diisi sendiri",
    "imported": "Dikumpulkan dengan alat lain dan diimpor",
}


def write_codebook(material: Material, sav_name: str) -> bytes:
    """The codebook as XML; `sav_name` is the SPSS file that it describes."""
    return write_ddi(material.instrument, _study(material, sav_name))


def _study(material: Material, sav_name: str) -> Study:
    survey, published = material.survey, material.published
    table = spss_table(material)
    frequencies = {
        one.code: Frequencies(one.levels, one.blank, one.mean)
        for one in list_counts(material)
        if one.service == WHOLE
    }
    rows, columns = table.frame.shape
    return Study(
        id=survey.key,
        title=f"{survey.title} {survey.period}",
        agency=material.agency,
        unit=survey.unit.name,
        start=survey.period_start.isoformat(),
        end=survey.period_end.isoformat(),
        published_on=material.published_on.isoformat(),
        n=published.whole["n"],
        population=published.whole["population"],
        target=survey.target,
        modes=collection_modes(material),
        precision=_precision(material),
        protection=PROTECTION,
        address=material.address,
        file=DataFile(sav_name, rows, columns, WEIGHT, table.missing, table.names),
        frequencies=frequencies,
    )


def collection_modes(material: Material) -> tuple[str, ...]:
    """How answers were collected, the most common way first; small channels go unnamed."""
    channels = material.published.result["channels"]
    ranked = sorted(channels, key=lambda name: -channels[name])
    return tuple(MODES[name] for name in ranked if name in MODES)


def _precision(material: Material) -> str:
    index = material.published.index
    if not index or not index.get("ci"):
        return ""
    value, low, high = (
        f"{number:.2f}".replace(".", ",") for number in (index["score100"], *index["ci"])
    )
    return (
        f"{index['code']} {value}; selang kepercayaan 95 persen {low} sampai {high}, hanya galat "
        "penarikan sampel."
    )
