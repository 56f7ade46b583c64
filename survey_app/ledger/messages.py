"""What errors of the ledger say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "submission-conflict": (
            "Kiriman dengan nomor ini sudah diterima dengan isi lain. Yang pertama tetap berlaku.",
            "A submission with this id was received with other content. The first one stands.",
        ),
        "key-missing": (
            "Kunci penanda tangan tidak cocok dengan yang tercatat. Pulihkan {path}.",
            "The signing key is not the one on record. Restore {path}.",
        ),
        "nothing-sealed": (
            "Belum ada jawaban yang disegel; hasil belum dapat diterbitkan.",
            "No answers are sealed yet; there is no result to publish.",
        ),
        "too-few-to-publish": (
            "Jawaban baru {n}; paling sedikit {minimum} agar tidak menunjuk orang.",
            "There are {n} answers; at least {minimum} are needed so that nobody is pointed at.",
        ),
        "correction-needs-reason": (
            "Tuliskan alasan penerbitan ulang.",
            "Say why the result is published again.",
        ),
    }
)
