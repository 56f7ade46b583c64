"""What errors of the application say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "query-unknown": (
            "Parameter ini tidak dikenal di alamat ini; periksa ejaannya.",
            "This parameter is not known at this address; check its spelling.",
        ),
        "query-repeated": (
            "Parameter ini hanya boleh disebut sekali.",
            "This parameter may be given only once.",
        ),
        "query-invalid": (
            "Isi parameter ini tidak sah; lihat /api/v1/openapi.json.",
            "The value of this parameter is not valid; see /api/v1/openapi.json.",
        ),
        "settings-invalid": (
            "Pengaturan {name} tidak sah: {reason}. Perbaiki lalu jalankan lagi.",
            "Setting {name} is not valid: {reason}. Mend it and start again.",
        ),
        "settings-unreadable": (
            "Berkas pengaturan tidak dapat dibaca: {reason}.",
            "The settings file cannot be read: {reason}.",
        ),
        "secret-exposed": (
            "Berkas rahasia dapat dibaca pengguna lain (mode {mode}). Jalankan: chmod 600 {path}",
            "The secret file can be read by other users (mode {mode}). Run: chmod 600 {path}",
        ),
        "database-unreachable": (
            "Basis data tidak dapat dihubungi. Jawaban belum tersimpan; coba lagi sebentar.",
            "The database cannot be reached. Nothing was saved; try again shortly.",
        ),
        "database-not-durable": (
            "Basis data tidak menjamin penyimpanan: {name} adalah {actual}, seharusnya {expected}.",
            "The database may lose data: {name} is {actual}, it must be {expected}.",
        ),
        "database-behind": (
            "Skema basis data belum mutakhir ({actual}, seharusnya {expected}). "
            "Jalankan: zi-survey db upgrade",
            "The database schema is behind ({actual}, must be {expected}). "
            "Run: zi-survey db upgrade",
        ),
        "backup-damaged": (
            "Cadangan rusak atau bukan cadangan ({part}). Pakai salinan lain.",
            "The backup is damaged or is none ({part}). Use another copy.",
        ),
        "backup-revision": (
            "Cadangan dibuat pada skema {backed_up}, program ini memakai {actual}. "
            "Pulihkan dengan versi program yang sama, lalu mutakhirkan.",
            "The backup was made with schema {backed_up}, this program uses {actual}. "
            "Restore with the same version of the program, then upgrade.",
        ),
        "restore-not-empty": (
            "Instance tujuan sudah berisi ({table}). Pulihkan ke instance kosong.",
            "The target already holds something ({table}). Restore to a clean instance.",
        ),
        "roles-need-postgresql": (
            "SQLite tidak mengenal peran. Perintah ini hanya untuk PostgreSQL.",
            "SQLite has no roles. This command is for PostgreSQL only.",
        ),
        "role-invalid": (
            "Peran {name} tidak ada atau namanya tidak sah. Buat dahulu: CREATE ROLE … LOGIN.",
            "Role {name} does not exist or is no valid name. Make it first: CREATE ROLE … LOGIN.",
        ),
        "clock-behind": (
            "Jam mesin ({today}) tertinggal dari segel terakhir ({last}). Setel jam lebih dahulu.",
            "This machine's clock ({today}) is behind the last seal ({last}). Set it first.",
        ),
        "ledger-damaged": (
            "Ditemukan {count} kerusakan. Jalankan: zi-survey verify --database",
            "{count} damages were found. Run: zi-survey verify --database",
        ),
        "not-found": (
            "Halaman atau data ini tidak ada, atau bukan untuk Anda.",
            "This page or record does not exist, or is not yours.",
        ),
        "forbidden": (
            "Anda tidak berwenang melakukan ini.",
            "You are not allowed to do this.",
        ),
        "method-not-allowed": (
            "Cara mengakses alamat ini tidak didukung.",
            "This address does not support that method.",
        ),
        "bad-request": (
            "Permintaan tidak dapat dipahami. Muat ulang halaman lalu coba lagi.",
            "The request could not be understood. Reload the page and try again.",
        ),
        "form-expired": (
            "Formulir ini sudah kedaluwarsa. Muat ulang halaman lalu kirim lagi.",
            "This form has expired. Reload the page and send it again.",
        ),
        "too-large": (
            "Kiriman terlalu besar. Batasnya {limit}.",
            "The request is too large. The limit is {limit}.",
        ),
        "too-many-requests": (
            "Terlalu banyak permintaan. Tunggu sebentar lalu coba lagi.",
            "Too many requests. Wait a moment and try again.",
        ),
        "internal": (
            "Ada gangguan pada sistem. Kejadian ini tercatat; coba lagi sebentar.",
            "Something failed on our side. It has been recorded; try again shortly.",
        ),
    }
)
