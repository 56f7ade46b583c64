"""What errors of the ZI file say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "zi-requirement-note": (
            "Tulis catatan, atau unggah bukti lebih dahulu bila terpenuhi.",
            "Write a note, or upload evidence first where it is met.",
        ),
        "zi-step-order": (
            "Dari tahap {stage} berkas ini tidak dapat menuju {to} oleh Anda.",
            "From stage {stage} this file cannot go to {to} through you.",
        ),
        "zi-step-future": (
            "Tanggal tidak boleh di masa depan.",
            "The day cannot lie in the future.",
        ),
        "zi-step-earlier": (
            "Tanggal tidak boleh sebelum langkah terakhir ({last}).",
            "The day cannot be before the last step ({last}).",
        ),
        "zi-step-reason": (
            "Tuliskan alasannya.",
            "Say why.",
        ),
        "zi-step-needs-plan": (
            "Catat dahulu paling sedikit satu risiko dengan programnya.",
            "Record at least one risk with its programme first.",
        ),
        "zi-step-needs-programme": (
            "Paling sedikit satu program harus berjalan atau selesai.",
            "At least one programme must be running or done.",
        ),
        "zi-step-needs-monitoring": (
            "Catat dahulu paling sedikit satu monitoring dan evaluasi.",
            "Record at least one monitoring first.",
        ),
        "zi-plan-empty": (
            "Wajib diisi.",
            "This must be filled in.",
        ),
        "zi-plan-words": (
            "Uraikan hasilnya, atau alasan dihentikan.",
            "Tell the result, or why it was stopped.",
        ),
        "zi-outcome-error": (
            "Galat baku harus di atas 0.",
            "The standard error must be above 0.",
        ),
        "zi-obstacles": (
            'Catat hambatannya; tulis "tidak ada" bila memang tidak ada.',
            'Record what hindered; write "none" where nothing did.',
        ),
    }
)
