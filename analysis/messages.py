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
        "interval-unknown": (
            "Metode selang {name!r} tidak dikenal; pakai {known}.",
            "Interval method {name!r} is not known; use {known}.",
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
        "bundle-unreadable": (
            "Berkas bukan bundel atau rusak: {reason}.",
            "The file is no bundle, or damaged: {reason}.",
        ),
        "bundle-repacked": (
            "Berkas ZIP tidak seperti saat dikemas. Pakai berkas aslinya.",
            "The ZIP is not as it was packed. Use the original file.",
        ),
        "bundle-file-missing": (
            "Berkas ini tidak ada di dalam bundel.",
            "This file is missing from the bundle.",
        ),
        "bundle-file-foreign": (
            "Berkas ini bukan bagian dari bundel.",
            "This file is no part of the bundle.",
        ),
        "bundle-part-unreadable": (
            "Isinya tidak dapat dibaca: {reason}.",
            "Its content cannot be read: {reason}.",
        ),
        "bundle-not-canonical": (
            "JSON tidak dalam bentuk baku (RFC 8785).",
            "The JSON is not canonical (RFC 8785).",
        ),
        "bundle-hash-wrong": (
            "Sidik jari SHA-256 tidak cocok dengan manifest; isinya diubah.",
            "The SHA-256 is not the manifest's; the content was changed.",
        ),
        "bundle-not-single": (
            "Berkas memuat {count} survei; baca semuanya dengan read_bundles.",
            "The file holds {count} surveys; read them all with read_bundles.",
        ),
        "bundle-items-many": (
            "Kuesioner memuat lebih dari {maximum} pertanyaan; bundel seperti itu tidak dihitung.",
            "The instrument has more than {maximum} items; such a bundle is not computed.",
        ),
        "bundle-listing-wrong": (
            "Daftar isi tidak cocok dengan survei yang ada di dalam berkas.",
            "The list of contents does not match the surveys that are in the file.",
        ),
        "bundle-manifest-wrong": (
            "Manifest tidak menyebut tepat semua berkas.",
            "The manifest does not name exactly all files.",
        ),
        "bundle-signature-wrong": (
            "Tanda tangan tidak sah.",
            "The signature is not good.",
        ),
        "bundle-key-invalid": (
            "Kunci tidak cocok dengan namanya atau tidak dijamin kunci sebelumnya.",
            "The key is not what its name says, or no earlier key vouches for it.",
        ),
        "bundle-key-unknown": (
            "Kunci ini tidak dikenal saksi; bundel ditandatangani pihak lain.",
            "The witness does not know this key; somebody else signed the bundle.",
        ),
        "bundle-chain-broken": (
            "Rantai segel terputus.",
            "The chain of seals is broken.",
        ),
        "bundle-head-wrong": (
            "Kepala segel tidak cocok dengan isinya.",
            "The head does not follow from its content.",
        ),
        "bundle-other-survey": (
            "Segel milik survei atau keadaan lain.",
            "The seals are of another survey or state.",
        ),
        "bundle-other-instrument": (
            "Kuesioner bukan yang disebut segel.",
            "The instrument is not the one that the seals name.",
        ),
        "bundle-witness-silent": (
            "Saksi tidak pernah melihat survei ini.",
            "The witness never saw this survey.",
        ),
        "bundle-behind-witness": (
            "Pernah dilihat saksi, tidak ada di bundel; bundel usang atau dipotong.",
            "Seen by the witness but not in the bundle, which is old or cut short.",
        ),
        "bundle-not-as-witnessed": (
            "Bukan yang dilihat saksi; riwayat ditulis ulang.",
            "Not what the witness saw; history was rewritten.",
        ),
        "bundle-signed-anew": (
            "Saksi melihat tanda tangan kunci lain; segel ditandatangani ulang.",
            "The witness saw another key's signature; the seal was signed anew.",
        ),
        "bundle-row-invalid": (
            "Baris ini rusak, ganda, atau tidak semestinya ada.",
            "This row is damaged, double or out of place.",
        ),
        "bundle-row-missing": (
            "Baris {row} tidak ada.",
            "Row {row} is missing.",
        ),
        "bundle-figure-wrong": (
            "Tertulis {found!r}, dari rekap terhitung {expected!r}.",
            "It says {found!r}, the tallies give {expected!r}.",
        ),
        "bundle-tally-wrong": (
            "Rekap bertentangan: {what}.",
            "The tallies contradict themselves: {what}.",
        ),
        "bundle-method-wrong": (
            "Cara hitung tidak cocok dengan rekap.",
            "The method does not fit the tallies.",
        ),
        "bundle-quality-wrong": (
            "Tidak cocok dengan rekap atau segel.",
            "It does not fit the tallies or seals.",
        ),
        "bundle-description-wrong": (
            "Deskripsi paket tidak cocok dengan isinya.",
            "The description does not fit the package.",
        ),
    }
)
