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
        "response-unreadable": (
            "Jawaban {id} rusak dan tidak dapat dibaca. Jalankan: zi-survey verify --database",
            "Response {id} is damaged and cannot be read. Run: zi-survey verify --database",
        ),
        "seal-failed": (
            "Survei {survey} belum dapat disegel: {reason}",
            "Survey {survey} cannot be sealed yet: {reason}",
        ),
        "witness-unreadable": (
            "Berkas saksi tidak dapat dibaca: {reason}. Pakai salinan /transparansi/heads.json.",
            "The witness file cannot be read: {reason}. Use a copy of /transparansi/heads.json.",
        ),
        "erasure-needs-reason": (
            "Tuliskan dasar hukum atau alasan penghapusan.",
            "Say on what ground this is to be erased.",
        ),
        "erasure-target-unknown": (
            "Isi yang diminta dihapus tidak ada, atau sudah dihapus.",
            "What is to be erased does not exist, or is erased already.",
        ),
        "erasure-asked-already": (
            "Penghapusan ini sudah diminta dan menunggu persetujuan orang kedua.",
            "This erasure was asked for already and waits for a second person.",
        ),
        "erasure-decided-already": (
            "Permintaan ini sudah diputuskan.",
            "This request was decided already.",
        ),
        "erasure-needs-another": (
            "Yang meminta tidak boleh menyetujui sendiri. Mintalah orang lain memutuskan.",
            "Who asks may not decide. Somebody else must.",
        ),
        "key-retired": (
            "Kunci {path} sudah digantikan. Selesaikan pergantian: zi-survey keys rotate",
            "Key {path} has handed over to another. Finish that: zi-survey keys rotate",
        ),
        "sealed-unreadable": (
            "Jawaban yang menunggu di ponsel ini tidak dapat dibuka lagi oleh server. "
            "Isilah survei sekali lagi.",
            "The answer that waited on this phone can no longer be opened by the server. "
            "Please answer again.",
        ),
        "nothing-sealed": (
            "Belum ada jawaban yang disegel; hasil belum dapat diterbitkan.",
            "No answers are sealed yet; there is no result to publish.",
        ),
        "staff-not-published": (
            "Survei pegawai tidak diterbitkan; hasilnya dibaca di meja unit dan halaman ZI.",
            "A staff survey is not published; its result is read at the desk and the ZI pages.",
        ),
        "too-few-to-publish": (
            "Jawaban baru {n}; paling sedikit {minimum} agar tidak menunjuk orang.",
            "There are {n} answers; at least {minimum} are needed so that nobody is pointed at.",
        ),
        "correction-needs-reason": (
            "Tuliskan alasan penerbitan ulang.",
            "Say why the result is published again.",
        ),
        "bundle-not-published": (
            "Survei {survey} belum diterbitkan; bundel dibuat dari hasil yang terbit.",
            "Survey {survey} is not published; a bundle is made of a published result.",
        ),
        "bundle-survey-unknown": (
            "Survei {survey} tidak ada.",
            "There is no survey {survey}.",
        ),
        "bundle-none-published": (
            "Belum ada survei yang diterbitkan.",
            "No survey is published yet.",
        ),
        "bundle-changed": (
            "Data survei {survey} tidak lagi seperti saat diterbitkan. "
            "Jalankan: zi-survey verify --database",
            "The data of survey {survey} are no longer as published. "
            "Run: zi-survey verify --database",
        ),
        "bundle-would-disclose": (
            "Hasil memuat kelompok yang terlalu kecil untuk dibuka.",
            "The result holds a group too small to be shown.",
        ),
    }
)
