"""What is said about a filled LKE workbook, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "lke-unreadable": (
            "Berkas ini bukan buku kerja XLSX yang utuh ({reason}). Unduh lagi lembar kosongnya.",
            "This is no sound XLSX workbook ({reason}). Download the empty sheet again.",
        ),
        "lke-sheet": (
            "Lembar {sheet} tidak ada; pakai buku kerja yang diunduh dari sini.",
            "There is no sheet {sheet}; use the workbook that is downloaded here.",
        ),
        "lke-heading": (
            "Judul kolom ini harus {wanted}; kembalikan judul dan urutannya.",
            "The heading of this column must be {wanted}; restore headings and their order.",
        ),
        "lke-year": (
            "Isi tahun evaluasi dengan empat angka.",
            "Fill the evaluation's year with four digits.",
        ),
        "lke-empty": (
            "Tidak ada baris yang terisi di bawah judul kolom.",
            "There is no filled row below the headings.",
        ),
        "lke-unit": (
            "Unit {slug} tidak dikenal, atau bukan wewenang Anda.",
            "Unit {slug} is not known, or not yours to enter figures for.",
        ),
        "lke-code": (
            "Kode komponen {code} tidak ada dalam aturan tahun ini; kembalikan kodenya.",
            "Component code {code} is not in this year's rules; restore the code.",
        ),
        "lke-twice": (
            "Komponen ini sudah ada di {first}; hapus salah satu.",
            "This component stands at {first} already; remove one of them.",
        ),
        "lke-weight": (
            "Bobot {found} tidak sama dengan aturan unit ini, {wanted}; unduh lembar yang baru.",
            "Weight {found} is not that of this unit's rules, {wanted}; download a new sheet.",
        ),
        "lke-sum": (
            "Baris jumlah dihitung sendiri; kosongkan sel ini.",
            "A row of sums is computed by itself; empty this cell.",
        ),
        "lke-value-missing": (
            "Nilai masih kosong padahal keterangannya terisi; isi nilainya atau kosongkan baris.",
            "The value is empty though its details are filled; fill it or empty the row.",
        ),
        "lke-respondents": (
            "Jumlah responden harus bilangan bulat.",
            "The number of respondents must be a whole number.",
        ),
        "lke-computed": (
            "Sel ini dihitung dari survei dan tidak diketik; kembalikan rumusnya.",
            "This cell is computed from surveys and not typed; restore its formula.",
        ),
        "lke-not-computed": (
            "Rumus ini belum dihitung; buka dan simpan berkas dengan Excel atau LibreOffice, atau "
            "tulis angkanya.",
            "This formula is not computed yet; open and save the file with Excel or LibreOffice, "
            "or write the number.",
        ),
        "lke-many": (
            "Pilihan ini memuat {count} unit; satu buku kerja paling banyak {maximum}. Pilih "
            "instansi atau unitnya.",
            "This choice holds {count} units; a workbook takes {maximum} at most. Choose an agency "
            "or a unit.",
        ),
        "lke-rules-differ": (
            "Unit-unit ini memakai aturan yang berbeda; unduh satu per satu.",
            "These units stand under different rules; download them one by one.",
        ),
    }
)
