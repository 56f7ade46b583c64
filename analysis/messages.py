"""What errors of the statistics say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "file-unreadable": (
            "Berkas tidak dapat dibaca: {reason}.",
            "The file cannot be read: {reason}.",
        ),
        "file-unwritable": (
            "Berkas tidak dapat ditulis: {reason}.",
            "The file cannot be written: {reason}.",
        ),
        "file-encoding": (
            "Berkas bukan UTF-8. Simpan ulang sebagai CSV UTF-8.",
            "The file is not UTF-8. Save it again as CSV UTF-8.",
        ),
        "file-empty": (
            "Berkas tidak berisi baris jawaban.",
            "The file has no rows of answers.",
        ),
        "file-kind": (
            "Jenis berkas {suffix!r} tidak dikenal; pakai .csv, .xlsx, atau .parquet.",
            "File type {suffix!r} is not known; use .csv, .xlsx or .parquet.",
        ),
        "column-missing": (
            "Kolom unsur ini tidak ada. Kolom yang terbaca: {found}. "
            "Pastikan pemisah kolom koma, titik koma, atau tab.",
            "This item's column is missing. Columns read: {found}. "
            "Make sure that columns are separated by comma, semicolon or tab.",
        ),
        "column-repeated": (
            "Judul kolom ini dipakai dua kali; hapus atau ganti salah satu.",
            "This header is used twice; remove or rename one.",
        ),
        "column-unknown": (
            "Kolom {name!r} tidak ada dalam berkas. Kolom yang ada: {found}.",
            "There is no column {name!r} in the file. Columns: {found}.",
        ),
        "row-width": (
            "Baris ini berisi {actual} kolom, seharusnya {expected}.",
            "This row has {actual} columns, it should have {expected}.",
        ),
        "answer-not-integer": (
            "Jawaban {value!r} bukan bilangan bulat; isi {low} sampai {high} atau kosongkan.",
            "Answer {value!r} is not a whole number; give {low} to {high} or leave it blank.",
        ),
        "answer-off-scale": (
            "Jawaban {value!r} di luar skala; isi {low} sampai {high} atau kosongkan.",
            "Answer {value!r} is off the scale; give {low} to {high} or leave it blank.",
        ),
        "tally-mismatch": (
            "Rekapitulasi dari instrumen yang berbeda tidak dapat dijumlahkan.",
            "Tallies of different instruments cannot be added.",
        ),
        "population-too-small": (
            "Populasi {population} lebih kecil daripada jumlah responden {n}.",
            "Population {population} is smaller than the number of respondents {n}.",
        ),
        "stratum-without-population": (
            "Populasi strata {name!r} belum diberikan.",
            "The population of stratum {name!r} is not given.",
        ),
        "stratum-repeated": (
            "Strata {name!r} ditulis dua kali; hapus salah satu.",
            "Stratum {name!r} is given twice; remove one.",
        ),
        "population-not-number": (
            "Populasi {value!r} harus bilangan bulat positif.",
            "Population {value!r} must be a positive whole number.",
        ),
        "weight-invalid": (
            "Bobot responden {value!r} harus angka positif.",
            "Respondent weight {value!r} must be a positive number.",
        ),
        "method-unknown": (
            "Metode {name!r} tidak dikenal; pilih dari {known}.",
            "Method {name!r} is not known; choose from {known}.",
        ),
        "conversion-unknown": (
            "Konversi {name!r} tidak dikenal; pilih ratio atau linear.",
            "Conversion {name!r} is not known; choose ratio or linear.",
        ),
        "engine-unknown": (
            "Mesin {name!r} belum tersedia di sini; pakai auto atau duckdb.",
            "Engine {name!r} is not available here; use auto or duckdb.",
        ),
        "confidence-range": (
            "Tingkat kepercayaan {value} harus di antara 0 dan 1.",
            "Confidence {value} must lie between 0 and 1.",
        ),
        "margin-range": (
            "Galat {value} harus di antara 0 dan 1.",
            "Margin {value} must lie between 0 and 1.",
        ),
        "index-no-answers": (
            "Belum ada jawaban.",
            "There are no answers yet.",
        ),
        "index-item-unanswered": (
            "Tidak seorang pun menjawab unsur {items}; indeks tidak dapat dihitung.",
            "Nobody answered item {items}; the index is undefined.",
        ),
    }
)
