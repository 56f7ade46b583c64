"""What errors of reports say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "report-of-draft": (
            "Survei ini masih rancangan. Laporan tersedia setelah survei dibuka.",
            "This survey is a draft. There is a report once it is open.",
        ),
    }
)
