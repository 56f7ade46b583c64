"""What errors of the Zona Integritas pages say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "zi-year": (
            "Tahun {year} di luar rentang {first}–{last}.",
            "The year {year} is outside {first}–{last}.",
        ),
        "zi-entry-unknown": (
            "Komponen {code!r} tidak ada dalam aturan tahun ini; yang ada: {known}.",
            "This year's rules have no component {code!r}; there are: {known}.",
        ),
        "zi-entry-twice": (
            "Komponen {code!r} tertulis dua kali.",
            "The component {code!r} is given twice.",
        ),
        "zi-entry-needs-source": (
            "Nilai survei eksternal perlu dokumen sumbernya: nama, nomor, dan tanggalnya.",
            "An external survey's value needs its source document: name, number and date.",
        ),
        "zi-entry-error": (
            "Galat baku harus di atas 0 dan paling besar {maximum}, dengan jumlah responden.",
            "The standard error must be above 0 and at most {maximum}, with the respondents.",
        ),
        "zi-respondents": (
            "Jumlah responden harus bilangan bulat di atas 1.",
            "The number of respondents must be a whole number above 1.",
        ),
        "zi-text-long": (
            "Paling panjang {limit} huruf.",
            "At most {limit} characters.",
        ),
        "zi-months-range": (
            "Jumlah bulan antara {minimum} dan 12.",
            "The number of months is between {minimum} and 12.",
        ),
        "zi-rules-reason": (
            "Tuliskan alasan dan sumber perubahan aturan.",
            "Say why the rules change and where that is written.",
        ),
        "zi-rules-same": (
            "Tidak ada yang berbeda dari aturan yang berlaku pada tanggal itu.",
            "Nothing differs from the rules valid on that day.",
        ),
        "zi-import-unreadable": (
            "Berkas bukan XLSX atau CSV yang dapat dibaca: {reason}.",
            "The file is no readable XLSX or CSV: {reason}.",
        ),
        "zi-import-heading": (
            "Judul kolom harus: {wanted}.",
            "The headings must be: {wanted}.",
        ),
        "zi-import-unit": (
            "Unit {slug!r} tidak ada, atau bukan wewenang Anda.",
            "There is no unit {slug!r}, or it is not yours.",
        ),
        "zi-import-empty": (
            "Berkas tidak berisi satu pun nilai.",
            "The file holds no value at all.",
        ),
        "zi-import-large": (
            "Paling banyak {limit} baris dalam satu berkas.",
            "At most {limit} rows in one file.",
        ),
        "zi-documents-many": (
            "Paling banyak {limit} dokumen; hapus yang tidak diperlukan.",
            "At most {limit} documents; remove what is not needed.",
        ),
    }
)
