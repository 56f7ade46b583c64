"""What errors of comments and their review say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "word-list-invalid": (
            "Daftar kata tidak dapat dibaca: {reason}.",
            "The list of words cannot be read: {reason}.",
        ),
        "retention-invalid": (
            "Masa simpan saran tidak dapat dibaca: {reason}.",
            "The time for which comments are kept cannot be read: {reason}.",
        ),
        "comment-needs-reason": (
            "Tuliskan alasannya.",
            "Give the reason.",
        ),
        "comment-text-changed": (
            "Kata warga tidak boleh diubah atau ditambah; bagian yang tidak ditampilkan diganti "
            "dengan […].",
            "A citizen's words may not be changed or added to; put […] in place of what is left "
            "out.",
        ),
        "comment-text-empty": (
            "Tidak ada yang tersisa untuk ditampilkan; sembunyikan saja saran ini.",
            "Nothing is left to show; hide the comment instead.",
        ),
    }
)
