"""What errors of administration say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "staff-not-assisted": (
            "Survei pegawai tidak diisi dengan bantuan: rekan kerja akan melihat jawabannya.",
            "A staff survey is not filled in with help: a colleague would see the answers.",
        ),
        "name-taken": (
            "Kode {slug!r} sudah dipakai; pilih yang lain.",
            "The code {slug!r} is in use; choose another.",
        ),
        "slug-invalid": (
            "Kode {slug!r} hanya boleh berisi huruf kecil, angka, dan tanda hubung.",
            "The code {slug!r} may hold lower-case letters, digits and hyphens only.",
        ),
        "place-unknown": (
            "Instansi atau unit {slug!r} tidak ada.",
            "There is no agency or unit {slug!r}.",
        ),
        "timezone-unknown": (
            "Zona waktu {name!r} tidak dikenal; pakai Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
            "Time zone {name!r} is not known; use Asia/Jakarta, Asia/Makassar or Asia/Jayapura.",
        ),
        "period-invalid": (
            "Periode {period!r} tidak dikenal; tulis 2026, 2026-S1, 2026-TW4, atau 2026-11.",
            "Period {period!r} is not known; write 2026, 2026-S1, 2026-TW4 or 2026-11.",
        ),
        "survey-exists": (
            "Survei {key} sudah ada. Ubah rencananya selama belum ada jawaban, atau buat versi "
            "baru.",
            "Survey {key} exists already. Change its plan while it has no answers, or make a new "
            "version.",
        ),
        "survey-answered": (
            "Survei ini sudah mendapat jawaban atau sudah ditutup, jadi tidak diubah lagi; buat "
            "versi baru.",
            "This survey has answers or has closed, so it is not changed any more; make a new "
            "version.",
        ),
        "survey-unknown": (
            "Survei {key!r} tidak ada.",
            "There is no survey {key!r}.",
        ),
        "survey-state": (
            "Survei ini {state}; tindakan ini tidak dapat dilakukan.",
            "This survey is {state}; that cannot be done now.",
        ),
        "link-taken": (
            "Kode tautan {code!r} sudah dipakai.",
            "The link code {code!r} is in use.",
        ),
        "map-invalid": (
            "Berkas pemetaan tidak dapat dibaca: {reason}.",
            "The mapping file cannot be read: {reason}.",
        ),
        "workbook-unreadable": (
            "Berkas tidak dapat dibaca sebagai buku kerja XLSX ({reason}); mulailah dari contoh.",
            "The file cannot be read as an XLSX workbook ({reason}); start from the example.",
        ),
        "workbook-sheets": (
            "Tidak ada lembar yang dikenal; beri nama lembar {known}.",
            "No sheet is known; name the sheets {known}.",
        ),
        "workbook-headings": (
            "Kolom {names} tidak ada pada baris judul.",
            "Columns {names} are missing from the heading row.",
        ),
        "cell-empty": (
            "Wajib diisi.",
            "Must be filled in.",
        ),
        "cell-long": (
            "Terlalu panjang; paling banyak {maximum} huruf.",
            "Too long; {maximum} characters at most.",
        ),
        "email-malformed": (
            "{email!r} bukan alamat surel.",
            "{email!r} is not an e-mail address.",
        ),
        "row-repeated": (
            "Sama dengan baris {row}; hapus salah satunya.",
            "The same as row {row}; remove one of them.",
        ),
        "row-differs": (
            "Sudah ada dengan nama {name!r}; impor tidak mengubah yang sudah ada.",
            "Exists already as {name!r}; an import does not change what exists.",
        ),
        "parent-elsewhere": (
            "Unit induk {slug!r} tidak ada pada instansi ini.",
            "There is no parent unit {slug!r} in this agency.",
        ),
        "parent-circle": (
            "Unit {slug!r} menjadi induk dirinya sendiri melalui unit lain.",
            "Unit {slug!r} is its own parent by way of others.",
        ),
        "role-unknown": (
            "Peran tidak dikenal; pakai salah satu: {known}.",
            "The role is not known; use one of: {known}.",
        ),
        "accounts-many": (
            "Paling banyak {maximum} akun baru dalam satu berkas; pecah berkasnya.",
            "At most {maximum} new accounts in one file; split the file.",
        ),
        "logo-kind": (
            "Logo harus berupa PNG, JPEG, atau SVG.",
            "The logo must be a PNG, JPEG or SVG.",
        ),
        "logo-too-large": (
            "Logo terlalu besar; paling besar 1 MB dan 12 juta piksel.",
            "The logo is too large; at most 1 MB and 12 million pixels.",
        ),
        "logo-unreadable": (
            "Berkas logo rusak dan tidak dapat digambar. Simpan ulang sebagai PNG.",
            "The logo file is damaged and cannot be drawn. Save it again as PNG.",
        ),
        "logo-not-plain": (
            "SVG memuat {name}, yang tidak diterima. Simpan sebagai gambar polos atau PNG.",
            "The SVG holds {name}, which is not accepted. Save it as a plain drawing or PNG.",
        ),
    }
)
