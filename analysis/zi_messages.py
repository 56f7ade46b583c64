"""What errors about the Zona Integritas evaluation say, in both languages."""

from instruments.errors import register

register(
    {
        "zi-rules-invalid": (
            "Aturan evaluasi ZI tidak sah: {reason}.",
            "The rules of the ZI evaluation are not valid: {reason}.",
        ),
        "zi-area-unknown": (
            "Area {name!r} tidak ada; yang ada: {known}.",
            "There is no area {name!r}; there are: {known}.",
        ),
        "zi-target-unknown": (
            "Predikat {name!r} tidak ada; yang ada: {known}.",
            "There is no predicate {name!r}; there are: {known}.",
        ),
        "zi-points-range": (
            "Nilai {value} harus antara 0 dan {maximum}.",
            "The value {value} must lie between 0 and {maximum}.",
        ),
        "zi-not-number": (
            "{value!r} bukan angka; tulis misalnya 3.60.",
            "{value!r} is not a number; write for instance 3.60.",
        ),
        "zi-months-few": (
            "Ada {count} bulan; usulan memakai rata-rata paling sedikit {minimum} bulan terakhir.",
            "There are {count} months; a proposal takes the mean of at least the last {minimum}.",
        ),
        "zi-months-gap": (
            "Bulan {month} tidak ada; bulan-bulan harus berurutan sampai {last}.",
            "Month {month} is missing; months must follow one another up to {last}.",
        ),
        "zi-month-name": (
            "Bulan {value!r} harus ditulis YYYY-MM, misalnya 2026-09.",
            "The month {value!r} must be written YYYY-MM, for instance 2026-09.",
        ),
    }
)
