"""What errors about XLSForm workbooks say, in Indonesian and English."""

from instruments.errors import register

register(
    {
        "xlsform-unreadable": (
            "Berkas tidak dapat dibaca sebagai buku kerja XLSX ({reason}).",
            "The file cannot be read as an XLSX workbook ({reason}).",
        ),
        "xlsform-sheet": (
            "Lembar {name!r} tidak ada; mulailah dari ekspor sebuah kuesioner.",
            "There is no sheet {name!r}; start from the export of a questionnaire.",
        ),
        "xlsform-column": (
            "Kolom {name!r} tidak ada pada baris judul.",
            "Column {name!r} is missing from the heading row.",
        ),
        "xlsform-language": (
            "Kode bahasa {name!r} tidak dikenal; tulis misalnya label::Indonesia (id).",
            "Language code {name!r} is not known; write for example label::Indonesia (id).",
        ),
        "xlsform-empty": (
            "Wajib diisi.",
            "Must be filled in.",
        ),
        "xlsform-repeated": (
            "{name!r} sudah dipakai pada {place}.",
            "{name!r} is used already at {place}.",
        ),
        "xlsform-type": (
            "Jenis pertanyaan {name!r} tidak didukung; pakai select_one atau note.",
            "Question type {name!r} is not supported; use select_one or note.",
        ),
        "xlsform-branching": (
            "{name!r} tidak didukung: kuesioner ini menanyakan hal yang sama kepada semua orang.",
            "{name!r} is not supported: the questionnaire asks everybody the same.",
        ),
        "xlsform-list": (
            "Daftar pilihan {name!r} tidak ada pada lembar choices.",
            "There is no list of choices {name!r} on the sheet choices.",
        ),
        "xlsform-part": (
            "{name!r} bukan bagian kuesioner; pakai salah satu: {known}.",
            "{name!r} is no part of a questionnaire; use one of: {known}.",
        ),
        "xlsform-number": (
            "{value!r} bukan bilangan bulat.",
            "{value!r} is not a whole number.",
        ),
        "xlsform-scale": (
            "Nilai pilihannya {found}, sedangkan {other} memakai {expected}; semua unsur memakai "
            "satu skala. Bila ini pertanyaan profil, tulis profile pada zi_part.",
            "Its choices are {found}, while {other} has {expected}; all items share one scale. "
            "If this is a question about the respondent, write profile in zi_part.",
        ),
        "xlsform-no-items": (
            "Tidak ada pertanyaan berskala (select_one dengan pilihan 1, 2, 3, …).",
            "There is no question with a scale (select_one with choices 1, 2, 3, …).",
        ),
        "xlsform-note": (
            "Baris note bernama {name!r} tidak ada atau kosong.",
            "The note named {name!r} is missing or empty.",
        ),
        "xlsform-translation": (
            "Terjemahan {language} untuk {name!r} belum lengkap: isi semua katanya atau tidak "
            "satu pun.",
            "The {language} translation of {name!r} is not whole: fill in all its words or none.",
        ),
        "xlsform-invalid": (
            "{reason}.",
            "{reason}.",
        ),
        "xlsform-not-used": (
            "{name!r} tidak dipakai: warga boleh melewati pertanyaan, tanpa jawaban bawaan, dan "
            "perangkat atau waktu tidak dicatat.",
            "{name!r} is not used: citizens may skip a question, there are no default answers, "
            "and neither device nor time is recorded.",
        ),
    }
)
