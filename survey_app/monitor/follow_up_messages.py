"""What errors of the follow-up plan and its evidence say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "follow-up-too-early": (
            "Rencana tindak lanjut disusun setelah survei ditutup; jawaban masih diterima.",
            "The follow-up plan is made after the survey has closed; answers still come in.",
        ),
        "follow-up-unsur": (
            "Unsur {unsur!r} tidak ditanyakan survei ini; pilih dari daftar.",
            "This survey does not ask unsur {unsur!r}; choose from the list.",
        ),
        "follow-up-empty": (
            "Isi program/kegiatan dan penanggung jawabnya.",
            "Fill in the programme and the person responsible.",
        ),
        "follow-up-due": (
            "Waktu penyelesaian tidak boleh sebelum periode survei berakhir ({day}).",
            "The due day cannot be before the end of the survey's period ({day}).",
        ),
        "follow-up-needs-evidence": (
            "Untuk menyatakan selesai, uraikan hasilnya atau unggah bukti lebih dahulu.",
            "To say it is done, tell what was done or upload evidence first.",
        ),
        "follow-up-needs-reason": (
            "Tuliskan alasan mengapa program ini tidak dilanjutkan.",
            "Say why this programme is not carried on.",
        ),
        "evidence-kind": (
            "Isi berkas bukan PDF, PNG, JPEG, DOCX, atau XLSX (nama berkas tidak menentukan).",
            "The content is not PDF, PNG, JPEG, DOCX or XLSX (the name does not decide).",
        ),
        "evidence-too-large": (
            "Berkas {size} byte, batasnya {limit} byte. Perkecil lalu unggah lagi.",
            "The file has {size} bytes, the limit is {limit}. Make it smaller and try again.",
        ),
        "evidence-bomb": (
            "Isi berkas mengembang melewati batas atau memuat makro; simpan ulang tanpa makro.",
            "The file unpacks beyond the limit or holds macros; save it again without them.",
        ),
        "evidence-photo": (
            "Foto ini rusak atau terlalu besar; simpan ulang, lalu unggah lagi.",
            "This photo is damaged or too large; save it again and try once more.",
        ),
        "evidence-too-many": (
            "Paling banyak {limit} berkas; hapus yang tidak diperlukan.",
            "At most {limit} files; remove what is not needed.",
        ),
    }
)
