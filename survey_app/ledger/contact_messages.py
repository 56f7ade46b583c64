"""What errors about contacts say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "contact-not-asked": (
            "Survei ini tidak meminta kontak.",
            "This survey asks for no contact.",
        ),
        "contact-name-invalid": (
            "Tulis nama Anda.",
            "Write your name.",
        ),
        "contact-telephone-invalid": (
            "Tulis nomor telepon dengan angka saja, misalnya 081234567890.",
            "Write the telephone number in digits, such as 081234567890.",
        ),
        "contact-needs-consent": (
            "Centang tanda setuju. Tanpa itu kontak tidak disimpan.",
            "Tick the box to agree. Without it the contact is not kept.",
        ),
    }
)
