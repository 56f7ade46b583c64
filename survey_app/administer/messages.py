"""What errors of administration say, in Indonesian and English."""

from instruments.errors import register

register(
    {
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
            "Survei {key} sudah ada.",
            "Survey {key} exists already.",
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
    }
)
