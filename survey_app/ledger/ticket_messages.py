"""What errors of tickets say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "ticket-missing": (
            "Survei ini hanya dapat diisi dengan tiket. Pindai atau ketik kode pada tiket Anda.",
            "This survey needs a ticket. Scan or type the code on yours.",
        ),
        "ticket-unknown": (
            "Kode tiket tidak dikenal. Periksa kembali 12 huruf dan angkanya.",
            "This ticket code is not known. Check its 12 letters and digits.",
        ),
        "ticket-spent": (
            "Tiket ini sudah dipakai. Satu tiket untuk satu jawaban.",
            "This ticket has been used. One ticket is for one answer.",
        ),
        "ticket-elsewhere": (
            "Tiket ini untuk survei atau unit lain. Mintalah tiket yang benar kepada petugas.",
            "This ticket is for another survey or unit. Ask the staff for the right one.",
        ),
        "ticket-revoked": (
            "Tiket ini sudah dicabut oleh inspektorat. Mintalah tiket baru kepada petugas.",
            "The inspectorate has revoked this ticket. Ask the staff for a new one.",
        ),
        "ticket-expired": (
            "Masa berlaku tiket ini habis pada {day}. Mintalah tiket baru kepada petugas.",
            "This ticket was good until {day}. Ask the staff for a new one.",
        ),
        "ticket-early": (
            "Tiket ini baru berlaku mulai {day}.",
            "This ticket is good from {day} only.",
        ),
        "lot-link": (
            "Tiket hanya dapat dibuat untuk tautan bersaluran tiket yang masih berlaku.",
            "Tickets can be made only for a ticket link that is in use.",
        ),
        "lot-size": (
            "Jumlah tiket harus 1 sampai {maximum}.",
            "The number of tickets must be 1 to {maximum}.",
        ),
        "lot-days": (
            "Hari terakhir berlaku harus sama dengan atau sesudah hari pertama.",
            "The last day must be the first day or later.",
        ),
    }
)
