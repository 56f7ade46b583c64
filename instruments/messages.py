"""What errors about instruments say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "instrument-unknown": (
            "Instrumen {name!r} tidak ada. Yang tersedia: {known}.",
            "There is no instrument {name!r}. Available: {known}.",
        ),
        "instrument-unreadable": (
            "Berkas instrumen tidak dapat dibaca: {reason}.",
            "The instrument file cannot be read: {reason}.",
        ),
        "instrument-invalid": (
            "{reason}.",
            "{reason}.",
        ),
        "instrument-key": (
            "Kunci {name!r} tidak dikenal atau belum diisi: {reason}.",
            "Key {name!r} is unknown or missing: {reason}.",
        ),
        "instrument-not-replaceable": (
            "Unsur {name!r} tidak boleh diganti; yang boleh: {allowed}.",
            "Item {name!r} may not be replaced; those that may: {allowed}.",
        ),
        "instrument-shape": (
            "Kunci ini salah bentuk; tulis seperti {shape}.",
            "This key has the wrong shape; write it as {shape}.",
        ),
        "item-unknown": (
            "Unsur {name!r} tidak ada dalam instrumen {instrument}.",
            "There is no item {name!r} in instrument {instrument}.",
        ),
    }
)
