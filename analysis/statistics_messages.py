"""What errors of weighting, trends and sensitive questions say, in both languages."""

from instruments.errors import register

register(
    {
        "answers-not-integer": (
            "Jawaban {value!r} pada baris {rows} bukan bilangan bulat; isi {low} sampai {high} "
            "atau kosongkan.",
            "Answer {value!r} in row {rows} is not a whole number; give {low} to {high} or leave "
            "it blank.",
        ),
        "answers-off-scale": (
            "Jawaban {value!r} pada baris {rows} di luar skala; isi {low} sampai {high} atau "
            "kosongkan.",
            "Answer {value!r} in row {rows} is off the scale; give {low} to {high} or leave it "
            "blank.",
        ),
        "weights-invalid": (
            "Bobot {value!r} pada baris {rows} harus angka positif.",
            "Weight {value!r} in row {rows} must be a positive number.",
        ),
        "tally-table-broken": (
            "Tabel ini tidak memuat rekapitulasi yang utuh; periksa {entry!r}.",
            "The table does not hold a whole tally; look at {entry!r}.",
        ),
        "level-unknown": (
            "Nilai {value!r} tidak ada pada skala; pilih dari {known}.",
            "Level {value!r} is not on the scale; choose from {known}.",
        ),
        "domain-outside": (
            "Kelompok pada strata {name!r} bukan bagian dari sampel itu.",
            "The group in stratum {name!r} is no part of that sample.",
        ),
        "proportion-range": (
            "Proporsi {value} harus di antara 0 dan 1.",
            "Proportion {value} must lie between 0 and 1.",
        ),
        "disposition-negative": (
            "Cacah {name} {value} tidak boleh negatif.",
            "Count {name} {value} must not be negative.",
        ),
        "eligible-range": (
            "Bagian yang memenuhi syarat {value} harus 0 sampai 1.",
            "The eligible share {value} must lie from 0 to 1.",
        ),
        "forecast-counts": (
            "Butuh cacah jawaban sedikitnya satu hari, dan tidak ada yang negatif.",
            "Needs the counts of at least one day, and none of them negative.",
        ),
        "forecast-nothing-came": (
            "Tidak ada jawaban selama {days} hari; belum dapat diperkirakan.",
            "No answers came on {days} days; there is no forecast yet.",
        ),
        "trend-counts": (
            "Butuh sedikitnya dua kelompok dengan 0 <= jumlah <= responden, responden > 0.",
            "Needs at least two groups with 0 <= count <= respondents and respondents > 0.",
        ),
        "trend-times": (
            "Waktu harus angka dan tidak semuanya sama.",
            "Times must be numbers and not all the same.",
        ),
        "lists-differ": (
            "Panjang daftar berbeda: {lengths}.",
            "The lists differ in length: {lengths}.",
        ),
        "weights-none": (
            "Tidak ada responden untuk diberi bobot.",
            "There are no respondents to weight.",
        ),
        "margin-category-unknown": (
            "Kategori {category!r} pada {variable!r} tidak ada dalam margin populasi.",
            "Category {category!r} of {variable!r} is not in the population margin.",
        ),
        "margin-category-empty": (
            "Tidak ada responden dalam kategori {category!r} pada {variable!r}; "
            "gabungkan kategori.",
            "No respondent is in category {category!r} of {variable!r}; merge categories.",
        ),
        "margin-total-invalid": (
            "Jumlah populasi {value!r} untuk {category!r} harus angka positif.",
            "Population total {value!r} of {category!r} must be a positive number.",
        ),
        "margin-totals-differ": (
            "Jumlah margin tidak sama: {totals}. Samakan jumlah penduduknya.",
            "The margins have different totals: {totals}. Make the populations agree.",
        ),
        "raking-not-converged": (
            "Bobot belum cocok setelah {rounds} putaran; selisih terbesar {gap:.3g} pada "
            "{variable!r}. Gabungkan kategori yang kecil.",
            "The weights do not fit after {rounds} rounds; the largest gap is {gap:.3g} in "
            "{variable!r}. Merge small categories.",
        ),
        "trim-range": (
            "Batas bobot {low}-{high} harus mengapit bobot rata-rata {mean:.4g}.",
            "Weight limits {low}-{high} must enclose the mean weight {mean:.4g}.",
        ),
        "sample-not-number": (
            "Jumlah responden {value!r} harus bilangan bulat positif.",
            "Number of respondents {value!r} must be a positive whole number.",
        ),
        "deviation-invalid": (
            "Simpangan baku layanan {name!r} harus angka nol atau lebih.",
            "The standard deviation of service {name!r} must be a number of 0 or more.",
        ),
        "allocation-range": (
            "Tidak dapat membagi {n} responden; harus antara {lowest} dan {highest}.",
            "Cannot spread {n} respondents; it must be between {lowest} and {highest}.",
        ),
        "sensitive-count": (
            "Jumlah ya {yes} dari {n} responden tidak masuk akal; butuh sedikitnya 2 responden.",
            "A count of {yes} yes among {n} respondents is impossible; 2 or more are needed.",
        ),
        "sensitive-chance": (
            "Peluang {value} pada rancangan acak tidak dapat dipakai.",
            "Chance {value} cannot be used in the randomising design.",
        ),
        "sensitive-list": (
            "Jumlah butir {value!r} harus bilangan bulat 0 sampai {top}.",
            "Item count {value!r} must be a whole number from 0 to {top}.",
        ),
    }
)
