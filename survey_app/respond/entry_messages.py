"""What the doors of lobby, kiosk and paper say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "lobby-code": (
            "Kode lobi tidak cocok. Ketik kode yang sedang tampil di layar.",
            "This is not the lobby's code. Type the one that the screen shows now.",
        ),
        "lobby-late": (
            "Survei ini diisi di tempat layanan, dan kode dari layar lobi sudah terlalu lama.",
            "This survey is answered on site, and the code from the lobby's screen is too old.",
        ),
        "kiosk-closed": (
            "Survei ini hanya dapat diisi di perangkat kios yang dibuka petugas.",
            "This survey can be answered only at a kiosk that the staff has opened.",
        ),
        "kiosk-without-pin": (
            "PIN kios ini belum diatur. Petugas mengaturnya di halaman Saluran.",
            "This kiosk has no PIN yet. Staff set it on the page of channels.",
        ),
        "kiosk-pin-wrong": (
            "PIN salah.",
            "Wrong PIN.",
        ),
        "kiosk-throttled": (
            "Terlalu banyak PIN salah. Coba lagi dalam {minutes} menit.",
            "Too many wrong PINs. Try again in {minutes} minutes.",
        ),
        "link-not-for-citizens": (
            "Alamat ini untuk formulir kertas yang dimasukkan petugas, bukan untuk diisi di sini.",
            "This address is for paper forms that staff enter; it is not answered here.",
        ),
        "effort-needed": (
            "Survei ini sedang dibanjiri kiriman otomatis. Jawaban belum tersimpan; coba lagi "
            "beberapa menit lagi, atau sertakan hasil hitungan {bits} bit.",
            "This survey is being flooded. Nothing was saved; try again in some minutes, or "
            "send along work of {bits} bits.",
        ),
    }
)
