"""What errors of the recorded visits say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "visit-week-unknown": (
            "Minggu {week!r} tidak termasuk masa survei sampai hari ini; pilih dari daftar.",
            "The week {week!r} is not part of the survey so far; choose from the list.",
        ),
        "visit-count-invalid": (
            "Kunjungan {code!r}: {value!r} bukan jumlah orang; isi angka bulat seperti 120.",
            "Visits of {code!r}: {value!r} is no number of people; enter one such as 120.",
        ),
        "visit-count-negative": (
            "Jumlah kunjungan tidak boleh di bawah nol.",
            "A number of visits cannot be below zero.",
        ),
    }
)
