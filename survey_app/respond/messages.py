"""What errors on the way of an answer say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "link-unknown": (
            "Alamat survei ini tidak dikenal. Periksa kembali kode pada poster.",
            "This survey address is not known. Check the code on the poster.",
        ),
        "link-revoked": (
            "Alamat survei ini sudah tidak dipakai. Mintalah kode yang baru kepada petugas.",
            "This survey address is no longer in use. Ask the staff for the new one.",
        ),
        "survey-not-open": (
            "Survei ini belum dibuka.",
            "This survey is not open yet.",
        ),
        "survey-closed": (
            "Survei ini sudah ditutup, jadi jawaban tidak dapat diterima lagi. Terima kasih.",
            "This survey is closed and takes no more answers. Thank you.",
        ),
        "body-malformed": (
            "Isi kiriman bukan JSON yang sah: {reason}.",
            "The body is not valid JSON: {reason}.",
        ),
        "field-unknown": (
            "Isian ini tidak dikenal; hapus dari kiriman.",
            "This field is not known; leave it out.",
        ),
        "field-repeated": (
            "Isian ini muncul lebih dari sekali.",
            "This field occurs more than once.",
        ),
        "field-kind": (
            "Isian ini harus berupa {kind}.",
            "This field must be {kind}.",
        ),
        "submission-id-invalid": (
            "Nomor kiriman harus 22 karakter base64url. Muat ulang halaman.",
            "The submission id must be 22 characters of base64url. Reload the page.",
        ),
        "answer-invalid": (
            "Pilih salah satu jawaban: bilangan bulat {low} sampai {high}.",
            "Choose one of the answers: a whole number from {low} to {high}.",
        ),
        "option-invalid": (
            "Pilihan ini tidak ada dalam daftar.",
            "This choice is not on the list.",
        ),
        "comment-long": (
            "Saran terlalu panjang: {actual} karakter, paling banyak {maximum}.",
            "The comment is too long: {actual} characters, at most {maximum}.",
        ),
        "no-answers": (
            "Belum ada pertanyaan yang dijawab.",
            "No question has been answered yet.",
        ),
        "robot": (
            "Kiriman ditolak. Kosongkan isian tersembunyi lalu kirim lagi.",
            "Refused. Leave the hidden field empty and send again.",
        ),
    }
)
