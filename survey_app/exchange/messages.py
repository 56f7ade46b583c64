"""What errors of imports say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "table-encoding": (
            "Berkas bukan CSV dalam UTF-8. Di Google Spreadsheet pilih File, Download, CSV; di "
            "LimeSurvey pilih ekspor CSV.",
            "The file is no CSV in UTF-8. In Google Sheets choose File, Download, CSV; in "
            "LimeSurvey export as CSV.",
        ),
        "table-archive": (
            "Berkas ini bukan CSV dan bukan ZIP Google Forms yang berisi satu CSV. Buku kerja "
            "XLSX simpan dulu sebagai CSV.",
            "This is neither a CSV nor a ZIP of Google Forms with one CSV in it. Save an XLSX "
            "workbook as CSV first.",
        ),
        "table-empty": (
            "Berkas tidak berisi baris jawaban.",
            "The file holds no rows of answers.",
        ),
        "table-large": (
            "Paling banyak {rows} baris dan {columns} kolom; pecah berkasnya.",
            "At most {rows} rows and {columns} columns; split the file.",
        ),
        "table-stale": (
            "Isi berkas tidak terbaca lagi; pilih berkasnya sekali lagi.",
            "The content of the file can no longer be read; choose the file again.",
        ),
        "item-unmapped": (
            "Belum ada kolom untuk {name}.",
            "There is no column for {name} yet.",
        ),
        "role-repeated": (
            "{name} sudah diambil dari kolom {other!r}.",
            "{name} is taken from column {other!r} already.",
        ),
        "role-personal": (
            "Kolom ini tampak memuat data pribadi, jadi hanya dapat diabaikan.",
            "This column seems to hold personal data, so it can only be left out.",
        ),
        "values-many": (
            "Kolom ini berisi lebih dari {maximum} isian berbeda, jadi bukan pertanyaan tertutup.",
            "This column has more than {maximum} different entries, so it is no closed question.",
        ),
        "value-unmapped": (
            "Isian {value!r} belum dipetakan.",
            "The entry {value!r} is not mapped yet.",
        ),
        "day-unreadable": (
            "{value!r} bukan tanggal yang dikenal.",
            "{value!r} is no date that is known.",
        ),
        "day-missing": (
            "Tanggalnya kosong; hapus baris yang belum dikirim.",
            "The date is missing; remove rows that were never submitted.",
        ),
        "day-outside": (
            "{day} di luar periode survei atau belum terjadi.",
            "{day} lies outside the survey's period or has not come yet.",
        ),
        "import-not-open": (
            "Jawaban hanya dapat diimpor selama survei dibuka.",
            "Answers can be imported only while the survey is open.",
        ),
    }
)
