"""What errors of the evaluators' interface say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "moment-invalid": (
            "Waktu {text!r} harus ISO 8601 dengan zona, misalnya 2026-10-01T00:00:00Z.",
            "Moment {text!r} must be ISO 8601 with a zone, such as 2026-10-01T00:00:00Z.",
        ),
        "limit-invalid": (
            "Ukuran halaman harus bilangan 1 sampai {maximum}.",
            "The size of a page must be a number from 1 to {maximum}.",
        ),
        "cursor-invalid": (
            "Penanda halaman tidak sah; mulai lagi tanpa cursor.",
            "The cursor is not valid; start again without one.",
        ),
    }
)
