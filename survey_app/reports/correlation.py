"""The regulation's bivariate analysis: which unsur are judged alike."""

from collections.abc import Sequence

from analysis.drivers import item_correlations
from survey_app.reports.content import Block, Column, Paragraph, Table
from survey_app.reports.figures import Figures
from survey_app.reports.wording import (
    angka,
)


def correlation_blocks(figures: Figures) -> list[Block]:
    """The regulation's bivariate analysis: correlation of every two items."""
    if figures.tallies is None:
        return [Paragraph("Hubungan antarunsur ditampilkan setelah survei ditutup.")]
    if figures.index is None:
        return [Paragraph("Hubungan antarunsur tidak dapat dihitung.")]
    tally, instrument = figures.tallies.whole, figures.instrument
    matrix = item_correlations(tally)
    items = [instrument.item(code) for code in tally.items]
    rows = tuple(
        (
            f"U{item.number} {item.label}",
            *(
                angka(matrix[q][k], 2) if k < q else ("1" if k == q else "")
                for k in range(len(items))
            ),
        )
        for q, item in enumerate(items)
    )
    columns = tuple(Column(f"U{item.number}", "right", 0.75) for item in items)
    table = Table(
        "Korelasi Pearson antarunsur",
        (Column("Unsur", share=3), *columns),
        rows,
        note="Tanda – berarti korelasi tidak dapat dihitung karena jawaban tidak beragam.",
    )
    return [Paragraph(_closest(matrix, [item.label for item in items])), table]


def _closest(matrix: Sequence[Sequence[float | None]], labels: Sequence[str]) -> str:
    pairs = [
        (r, labels[k], labels[q])
        for q, row in enumerate(matrix)
        for k, r in enumerate(row[:q])
        if r is not None
    ]
    if not pairs:
        return "Korelasi antarunsur tidak dapat dihitung karena jawaban tidak beragam."
    r, one, other = max(pairs)
    return (
        f"Hubungan terkuat terdapat antara {one} dan {other} (r = {angka(r)}). Korelasi "
        "menunjukkan bahwa dua unsur dinilai seiring; korelasi tidak membuktikan sebab."
    )
