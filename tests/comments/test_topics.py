"""Many comments are read as a few: by unsur, and by similar wording."""

import random

import instruments
from survey_app.comments.topics import OTHER, has_words, sort_comments, stems

CODES = instruments.load("skm-2017").codes


def topics(*texts, codes=CODES):
    keyed = {bytes([place]): text for place, text in enumerate(texts)}
    return {
        topic.code: [[keyed[key] for key in cluster.keys] for cluster in topic.clusters]
        for topic in sort_comments(keyed, codes)
    }


def test_comments_stand_under_the_unsur_they_speak_of():
    found = topics(
        "Toilet pengunjung perlu dibersihkan lebih sering.",
        "Petugasnya ramah dan sopan",
        "Persyaratan di situs web berbeda dengan di loket; berkas bolak-balik difotokopi",
        "Menunggu lama sekali, terlambat dua jam",
        "Biayanya mahal",
    )
    assert set(found) == {"sarana", "perilaku", "persyaratan", "waktu", "biaya"}


def test_forms_of_one_word_count_as_that_word():
    assert set(topics("Dibersihkan dong", "kurang bersih", "Kebersihan dijaga")) == {"sarana"}


def test_nearly_the_same_words_stand_together_whatever_their_order():
    found = topics(
        "Kursi ruang tunggu kurang",
        "Ruang tunggu kurang kursi!!",
        "Kursi di ruang tunggunya kurang",
        "Tempat parkir sempit",
    )
    assert [len(cluster) for cluster in found["sarana"]] == [3, 1]


def test_what_names_no_unsur_goes_with_the_comment_most_like_it():
    found = topics(
        "Mesin pengambil tiket sering macet, waktu terbuang",
        "Mesin pengambil tiket sering macet terbuang",
        "Sukses selalu",
    )
    assert set(found) == {"waktu", OTHER}
    assert found[OTHER] == [["Sukses selalu"]]


def test_every_comment_stands_exactly_once():
    dice = random.Random(4)
    words = ["antre", "lama", "toilet", "ramah", "biaya", "xyz", "sip", "", "terima kasih"]
    texts = [" ".join(dice.choices(words, k=dice.randrange(5))) for _ in range(300)]
    keyed = {place.to_bytes(2, "big"): text for place, text in enumerate(texts)}
    listed = [
        key
        for topic in sort_comments(keyed, CODES)
        for cluster in topic.clusters
        for key in cluster.keys
    ]
    assert sorted(listed) == sorted(keyed)


def test_only_unsur_of_the_questionnaire_are_used():
    assert set(topics("Biayanya mahal", codes=("informasi",))) == {OTHER}


def test_nothing_to_sort_is_no_topic():
    assert sort_comments({}, CODES) == []


def test_masked_parts_tell_no_topic():
    assert stems("[nama] [telepon]") == ""


def test_a_search_finds_other_forms_of_the_word():
    assert has_words("Dilayani dengan baik", "pelayanan")
    assert has_words("Pelayanan", "LAYAN")
    assert not has_words("Parkir sempit", "toilet")
    assert not has_words("Parkir sempit", "yang")
