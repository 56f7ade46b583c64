"""What refusals of other installations' keys and bundles say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "installation-key": (
            "Ini bukan kunci publik Ed25519: salin 64 angka heksadesimal public_key dari "
            "/transparansi/kunci.json instalasi itu.",
            "This is no Ed25519 public key: copy the 64 hexadecimal digits of public_key from "
            "that installation's /transparansi/kunci.json.",
        ),
        "installation-name": (
            "Nama instalasi wajib diisi, paling panjang {maximum} huruf.",
            "The installation needs a name of at most {maximum} letters.",
        ),
        "installation-own": (
            "Ini kunci instalasi ini sendiri; hasilnya sudah ada di sini.",
            "This is the key of this very installation; its results are here already.",
        ),
        "installation-known": (
            "Kunci ini sudah terdaftar sebagai {name}.",
            "This key is registered already, as {name}.",
        ),
        "installation-fingerprint": (
            "Sidik jari tidak cocok dengan kunci itu. Jangan daftarkan; hubungi lagi instalasi "
            "itu lewat jalan lain dan minta dibacakan.",
            "The fingerprint is not that of the key. Do not register it; ask the installation "
            "again, by another road, to read it out.",
        ),
        "foreign-count": (
            "Berkas memuat {count} survei; sekali impor 1 sampai {maximum}.",
            "The file holds {count} surveys; 1 to {maximum} are imported at once.",
        ),
        "foreign-names": (
            "Nama survei atau waktu terbit pada keterangan paket tidak dapat dipakai.",
            "The survey's name or its time of publication in the description cannot be used.",
        ),
        "foreign-own": (
            "Bundel ini ditandatangani instalasi ini sendiri; hasilnya sudah ada di sini.",
            "This bundle was signed by this very installation; its results are here already.",
        ),
        "foreign-key-unknown": (
            "Kunci penanda tangan ini tidak dipercaya. Minta administrator mendaftarkan "
            "instalasinya setelah sidik jarinya dicocokkan.",
            "The key that signed this is not trusted. Ask an administrator to register the "
            "installation once its fingerprint is confirmed.",
        ),
        "foreign-other-unit": (
            "Bundel ini milik unit {found}, bukan {wanted}.",
            "This bundle is of unit {found}, not {wanted}.",
        ),
        "foreign-other-period": (
            "Bundel ini untuk periode {found}, bukan {wanted}.",
            "This bundle is of period {found}, not {wanted}.",
        ),
        "foreign-unit-bound": (
            "Dari instalasi ini, unit {foreign} sudah diimpor sebagai {own}; satu unit di sana "
            "adalah satu unit di sini.",
            "From this installation, unit {foreign} was imported as {own}; one unit there is "
            "one unit here.",
        ),
        "foreign-older": (
            "Sudah ada bundel yang lebih baru dari survei ini: sampai segel {seals}, terbitan "
            "nomor {publication}. Bundel lama tidak diimpor lagi.",
            "A newer bundle of this survey is here: up to seal {seals}, publication number "
            "{publication}. An older one is not imported again.",
        ),
        "foreign-chain-forked": (
            "Rantai segel bercabang: segel ini bukan yang dahulu diimpor. Riwayat survei itu "
            "telah ditulis ulang; minta penjelasan sebelum dipakai.",
            "The chain of seals forks: this seal is not the one imported before. The history of "
            "that survey was rewritten; ask why before it is used.",
        ),
    }
)
