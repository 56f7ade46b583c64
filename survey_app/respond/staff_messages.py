"""What a staff survey refuses; its form offers none of this."""

from instruments.errors import register

register(
    {
        "comment-not-asked": (
            "Survei pegawai tidak menerima saran, agar tulisan tidak menunjuk orang.",
            "A staff survey takes no comment, so that no writing points at anybody.",
        ),
    }
)
