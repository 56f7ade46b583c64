"""What is said of masked questions that cannot be read or shown, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "masked-answer-invalid": (
            "Jawaban {value!r} harus ya atau tidak (1 atau 0), atau kosong.",
            "Answer {value!r} must be yes or no (1 or 0), or blank.",
        ),
        "masked-few": (
            "Perkiraan muncul bila ada paling sedikit {minimum} jawaban, masing-masing paling "
            "sedikit {each} Ya dan {each} Tidak.",
            "The estimate appears with at least {minimum} answers, at least {each} yes and "
            "{each} no.",
        ),
        "masked-unanswered": (
            "Butuh sedikitnya dua jawaban.",
            "At least two answers are needed.",
        ),
        "bundle-sensitive-wrong": (
            "Perkiraan pertanyaan bertopeng bukan yang dihasilkan hitungannya, atau tidak ada.",
            "The estimate of a masked question is not what its counts give, or is missing.",
        ),
        "masked-crossed": (
            "Pertanyaan bertopeng {name!r} tidak boleh dipakai sebagai pengelompok, strata, "
            "atau bobot.",
            "Masked question {name!r} cannot be used to group, stratify or weight.",
        ),
    }
)
