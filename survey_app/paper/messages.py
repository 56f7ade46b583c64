"""What errors of paper batches say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "paper-survey-closed": (
            "Survei ini tidak sedang dibuka, jadi kuesioner kertas tidak dapat diterima.",
            "This survey is not open, so paper questionnaires cannot be taken in.",
        ),
        "paper-sheets": (
            "Jumlah lembar harus 1 sampai {maximum}.",
            "The number of sheets must be 1 to {maximum}.",
        ),
        "paper-ended": (
            "Berkas {code} sudah selesai; isinya tidak dapat diubah lagi.",
            "Batch {code} has ended; nothing of it can be changed any more.",
        ),
        "paper-two-typists": (
            "Berkas {code} sudah dimasukkan oleh dua orang lain.",
            "Two other people are typing batch {code} already.",
        ),
        "paper-not-yours": (
            "Anda tidak memasukkan berkas {code}. Mulailah lebih dulu di halaman berkas.",
            "You are not typing batch {code}. Begin on the page of the batch first.",
        ),
        "paper-entry-complete": (
            "Entri Anda sudah dinyatakan selesai dan tidak dapat diubah lagi.",
            "You have declared your entry complete; it cannot be changed any more.",
        ),
        "paper-sheet-unknown": (
            "Berkas ini tidak mempunyai lembar {sheet}; nomornya 1 sampai {last}.",
            "This batch has no sheet {sheet}; they are numbered 1 to {last}.",
        ),
        "paper-value": (
            "Isi {allowed}, atau kosongkan; yang ditulis {value!r}.",
            "Write {allowed}, or leave it empty; {value!r} was written.",
        ),
        "paper-comment-long": (
            "Saran terlalu panjang: {actual} huruf, paling banyak {maximum}.",
            "The comment is too long: {actual} characters, at most {maximum}.",
        ),
        "paper-answers-on-empty": (
            "Lembar yang kosong, rusak, atau tidak terpakai tidak boleh berisi jawaban.",
            "A sheet that is blank, spoiled or unused cannot hold answers.",
        ),
        "paper-no-answers": (
            "Belum ada jawaban. Bila lembar ini memang kosong, pilih Kosong.",
            "There are no answers yet. If the sheet is blank, choose so.",
        ),
        "paper-outcome": (
            "Pilih apakah lembar ini terisi, kosong, rusak, atau tidak terpakai.",
            "Choose whether this sheet is answered, blank, spoiled or unused.",
        ),
        "paper-sheets-missing": (
            "{count} lembar belum dimasukkan, mulai dari lembar {first}.",
            "{count} sheets are not typed yet, the first is sheet {first}.",
        ),
        "paper-entries-incomplete": (
            "Kedua entri harus selesai lebih dulu.",
            "Both entries must be complete first.",
        ),
        "paper-own-difference": (
            "Perbedaan diputuskan oleh orang ketiga, bukan oleh yang memasukkan berkas ini.",
            "A third person settles differences, not one who typed this batch.",
        ),
        "paper-no-difference": (
            "Tidak ada perbedaan pada lembar {sheet} untuk isian itu.",
            "There is no difference on sheet {sheet} for that field.",
        ),
        "paper-reason": (
            "Pilih alasannya.",
            "Choose the reason.",
        ),
        "paper-give-up-reason": (
            "Tuliskan mengapa berkas dibatalkan.",
            "Write why the batch is given up.",
        ),
        "paper-differences-left": (
            "{count} perbedaan belum diputuskan, mulai dari lembar {sheet}.",
            "{count} differences are not settled yet, the first is on sheet {sheet}.",
        ),
        "paper-waiting": (
            "Berkas kertas {codes} sudah mulai dimasukkan tetapi belum diterima. Terima atau "
            "batalkan lebih dulu di halaman Kertas.",
            "Paper batches {codes} are being typed and are not accepted yet. Accept them or give "
            "them up on the Paper page first.",
        ),
    }
)
