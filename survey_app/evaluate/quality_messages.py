"""What errors about unusual patterns say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "quality-decided": (
            "Pola ini sudah diputuskan; catatannya tetap dan tidak dapat ditambah.",
            "This pattern is decided; what was said stays and nothing can be added.",
        ),
        "quality-reply-awaited": (
            "Unit dapat menanggapi sampai {due}. Putusan menunggu tanggapan atau tanggal itu.",
            "The unit may reply until {due}. A decision waits for the reply or for that day.",
        ),
        "quality-needs-another": (
            "Anda sudah memutuskan pola ini. Evaluator lain yang melanjutkan.",
            "You have decided on this pattern. Another evaluator goes on.",
        ),
        "quality-own-unit": (
            "Yang memutuskan harus evaluator yang bukan petugas atau administrator unit.",
            "Who decides must be an evaluator and neither staff nor administrator of a unit.",
        ),
        "quality-failed": (
            "Periode {period} belum dapat diperiksa: {reason}",
            "Period {period} could not be looked at yet: {reason}",
        ),
        "quality-needs-words": (
            "Tuliskan alasan atau tanggapannya.",
            "Write the reason or the reply.",
        ),
    }
)
