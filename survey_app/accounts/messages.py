"""What errors about accounts say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "password-short": (
            "Kata sandi paling sedikit {minimum} karakter.",
            "A password needs at least {minimum} characters.",
        ),
        "password-common": (
            "Kata sandi ini terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan.",
            "This password is too easy to guess. Use several unrelated words.",
        ),
        "email-taken": (
            "Alamat surel {email} sudah dipakai akun lain.",
            "The e-mail address {email} belongs to another account.",
        ),
        "account-unknown": (
            "Akun {email} tidak ada.",
            "There is no account {email}.",
        ),
        "log-in-refused": (
            "Surel atau kata sandi tidak cocok.",
            "E-mail and password do not match.",
        ),
        "log-in-throttled": (
            "Terlalu banyak percobaan masuk. Tunggu {minutes} menit.",
            "Too many attempts to log in. Wait {minutes} minutes.",
        ),
        "token-required": (
            "Sertakan token: Authorization: Bearer …",
            "Send a token: Authorization: Bearer …",
        ),
        "pin-weak": (
            "PIN harus 6 sampai 12 angka, tidak semua sama dan tidak berurutan.",
            "A PIN needs 6 to 12 digits, not all alike and not in a row.",
        ),
    }
)
