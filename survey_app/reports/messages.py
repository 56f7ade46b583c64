"""What errors of reports say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "report-of-staff": (
            "Peraturan tidak meminta laporan survei pegawai; hasilnya ada di halaman Hasil dan ZI.",
            "No rule asks for a report of a staff survey; see its results and the ZI pages.",
        ),
        "report-of-draft": (
            "Survei ini masih rancangan. Laporan tersedia setelah survei dibuka.",
            "This survey is a draft. There is a report once it is open.",
        ),
    }
)
