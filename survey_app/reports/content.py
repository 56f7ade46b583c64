"""What a report says, free of any format: the one model that PDF and DOCX are made from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Paragraph:
    """Running text; a note is set smaller."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Listing:
    """Points one below the other, numbered or with bullets."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, how it is aligned, its share of the width."""

    title: str
    align: Align = "left"
    share: float = 1.0


@dataclass(frozen=True)
class Table:
    """A table; the first `row_heads` columns name the row, `total` closes it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    row_heads: int = 1


@dataclass(frozen=True)
class Picture:
    """A picture as SVG with its description in words; `share` of the text's width."""

    caption: str
    svg: str
    description: str
    share: float = 1.0


Block = Paragraph | Listing | Table | Picture


@dataclass(frozen=True)
class Section:
    """A headed part of a chapter; a chapter's opening has no heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number in words such as `BAB I` (or none), its title, its sections."""

    label: str
    title: str
    sections: tuple[Section, ...]
    opens_page: bool = True

    @property
    def heading(self) -> str:
        """Label and title as one line."""
        return f"{self.label} {self.title}".strip()


@dataclass(frozen=True)
class Cover:
    """The first page. `marks` are words that must not be overlooked, such as SEMENTARA."""

    title: str
    subtitle: str
    period: str
    unit: str
    agency: str
    place: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """What the figures can be checked by; empty texts where nothing is sealed yet."""

    head: str
    key_id: str
    seal: str
    code: str
    address: str

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Each thing to check by with its name."""
        if not self.code:
            return (("Keaslian", self.line),)
        return (
            ("Kode verifikasi", self.code),
            ("Periksa keaslian laporan di", self.address),
            (f"Kepala segel ({self.seal}, kunci {self.key_id})", self.head),
        )

    @property
    def line(self) -> str:
        """The stamp in one line, as every page carries it."""
        if not self.code:
            return "Belum ada jawaban yang disegel."
        return f"Segel {self.head[:16]}… · Kode verifikasi {self.code}"


@dataclass(frozen=True)
class Report:
    """A whole report. `logo` is a PNG or empty."""

    cover: Cover
    chapters: tuple[Chapter, ...]
    stamp: Stamp
    logo: bytes = b""

    def texts(self) -> Iterator[str]:
        """Every text of the report in reading order, those of tables cell by cell."""
        cover = self.cover
        yield from (*cover.marks, cover.title, cover.subtitle, cover.period)
        yield from (cover.unit, cover.agency)
        for chapter in self.chapters:
            yield chapter.heading
            for section in chapter.sections:
                yield section.title
                for block in section.blocks:
                    yield from _block_texts(block)


def number_captions(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """The chapters with `Tabel 1.`, `Gambar 1.` … before their captions, counted through."""
    counts = {"Tabel": 0, "Gambar": 0}

    def numbered(block: Block) -> Block:
        if not isinstance(block, Table | Picture):
            return block
        kind = "Tabel" if isinstance(block, Table) else "Gambar"
        counts[kind] += 1
        return replace(block, caption=f"{kind} {counts[kind]}. {block.caption}")

    return tuple(
        replace(
            chapter,
            sections=tuple(
                replace(section, blocks=tuple(numbered(block) for block in section.blocks))
                for section in chapter.sections
            ),
        )
        for chapter in chapters
    )


def _block_texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Listing):
        yield from block.items
    elif isinstance(block, Picture):
        yield block.caption
    else:
        yield from (block.caption, *(column.title for column in block.columns))
        for row in block.rows:
            yield from row
        yield from (*block.total, block.note)
