"""`zi-survey compute` as people and programs call it."""

import json
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

import instruments
from survey_app import cli
from tests.cases_dir import CASES, real_cases

SKM = instruments.load("skm-2017")
REF = str(CASES / "ref_600.csv")
HEADER = ",".join(SKM.codes)


def run(*arguments, code=0):
    """Run the command as its entry point does; returns standard output and error."""
    done = subprocess.run(
        [sys.executable, "-c", "from survey_app.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def compute(*arguments):
    """The JSON result, in this process."""
    done = CliRunner().invoke(
        cli.group, ["compute", *map(str, arguments), "--format", "json"], catch_exceptions=False
    )
    return json.loads(done.output)


def faults(tmp_path, content, *options, name="jawaban.csv"):
    """What standard error says of a faulty file."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    _, errors = run("compute", "skm-2017", file, *options, code=2)
    return errors


@pytest.fixture(scope="module")
def expected():
    return json.loads((CASES / "ref_600.expected.json").read_text())


def test_json_has_the_agreed_shape(expected):
    result = compute("skm-2017", REF, "--population", 3900, "--by", "layanan", "--interval", "t")
    assert set(result) == {"instrument", "method", "read", "used", "groups"}
    assert result["method"]["variance"] == "linearised, fpc"
    assert result["method"]["interval"] == "t"
    whole = result["groups"][0]
    reference = expected["designs"]["srs_fpc"]
    assert whole["key"] == {}
    assert (whole["n"], whole["population"]) == (600, 3900)
    assert whole["index"]["value"] * 25 == pytest.approx(reference["index"]["ikm"], rel=1e-9)
    assert whole["index"]["ci"] == pytest.approx(reference["index"]["ikm_ci_t"], rel=1e-9)
    item = whole["items"][0]
    assert set(item) >= {
        *("code", "label", "n", "mean", "se", "ci", "weight", "weighted", "score100"),
        *("grade", "counts"),
    }
    assert item["se"] == pytest.approx(reference["items"]["U1"]["se"], rel=1e-9)
    assert [group["key"] for group in result["groups"][1:]] == [
        {"layanan": name} for name in sorted(expected["n_h"])
    ]


def test_the_interval_is_the_one_that_covers_unless_another_is_asked_for(expected):
    result = compute("skm-2017", REF, "--population", 3900)
    assert result["method"]["interval"] == "logit"
    index = result["groups"][0]["index"]
    plain = expected["designs"]["srs_fpc"]["index"]
    assert index["se"] == pytest.approx(plain["ikm_se"], rel=1e-9)
    assert index["ci"] == pytest.approx(plain["ikm_ci_t"], abs=0.02)
    assert index["ci"] != plain["ikm_ci_t"]


def test_strata_with_populations_give_r_surveys_stratified_estimate(tmp_path, expected):
    populations = tmp_path / "populasi.csv"
    lines = [f"{name},{size}\n" for name, size in expected["N_h"].items()]
    populations.write_text("stratum,population\n" + "".join(lines))
    strata = ("--strata", "layanan", "--strata-population", populations)
    index = compute("skm-2017", REF, *strata)["groups"][0]["index"]
    reference = expected["designs"]["strat_fpc"]["index"]
    assert index["value"] * 25 == pytest.approx(reference["ikm"], rel=1e-9)
    assert index["se"] == pytest.approx(reference["ikm_se"], rel=1e-9)


def test_respondent_weights_give_r_surveys_weighted_estimate(expected):
    index = compute("skm-2017", REF, "--weights", "weight")["groups"][0]["index"]
    reference = expected["designs"]["weighted"]["index"]
    assert index["value"] * 25 == pytest.approx(reference["ikm"], rel=1e-9)
    assert index["se"] == pytest.approx(reference["ikm_se"], rel=1e-9)


def test_comparison_methods_stand_beside_the_official_one(expected):
    index = compute("skm-2017", REF, "--method", "exact,0.111,0.11")["groups"][0]["index"]
    reference = expected["unweighted_ikm_by_weight_convention"]
    assert index["value"] * 25 == pytest.approx(reference["exact"], rel=1e-9)
    for method, key in [("0.111", "w0.111"), ("0.11", "w0.11")]:
        value = index["comparisons"][method]["value"]
        assert value * 25 == pytest.approx(reference[key], rel=1e-9)


@pytest.mark.parametrize("name", ["jepara-2021-s1", "metro-app-45"])
def test_real_respondents_from_a_file_give_rs_figures(name):
    folder = real_cases()
    if folder is None:
        pytest.skip("the real cases are not on this machine")
    reference = json.loads((folder / f"{name}.R.json").read_text())["all"]
    for engine in ("auto", "duckdb"):
        options = ("--engine", engine, "--interval", "t")
        result = compute("skm-2017", folder / f"{name}.csv", *options)
        index = result["groups"][0]["index"]
        assert result["used"] == reference["n"]
        assert index["value"] * 25 == pytest.approx(reference["ikm"], rel=1e-9)
        assert index["ci"] == pytest.approx(reference["ikm_ci_t"], rel=1e-9)


def test_an_old_form_of_fourteen_items_is_a_custom_instrument(tmp_path):
    folder = real_cases()
    if folder is None:
        pytest.skip("the real cases are not on this machine")
    reference = json.loads((folder / "old14-form-25.expected.json").read_text())
    items = "".join(
        f'[[add]]\ncode = "q{i}"\nnumber = {i}\nform_position = {i}\nlabel = "Q{i}"\n'
        f'question = "Q{i}?"\noptions = ['
        + ", ".join(f'{{ value = {v}, label = "{v}" }}' for v in range(1, 5))
        + "]\n"
        for i in range(1, 15)
    )
    file = tmp_path / "lama.toml"
    removed = json.dumps(list(SKM.codes))
    file.write_text(
        f'id = "lama"\nversion = "1"\nbased_on = "skm-2017"\nremove = {removed}\n{items}'
    )
    index = compute(file, folder / "old14-form-25.csv")["groups"][0]["index"]
    assert index["value"] == pytest.approx(reference["index_1_14"], abs=1e-6)


def test_order_of_rows_columns_and_files_is_irrelevant(tmp_path):
    frame = pd.read_csv(REF)
    shuffled = frame.sample(frac=1, random_state=3)[list(frame.columns)[::-1]]
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    shuffled.iloc[:200].to_csv(one, index=False)
    shuffled.iloc[200:].to_csv(two, index=False)
    assert compute("skm-2017", one, two)["groups"] == compute("skm-2017", REF)["groups"]
    assert compute("skm-2017", two, one)["groups"] == compute("skm-2017", REF)["groups"]


def test_headers_u8_and_u9_follow_the_order_asked_for(tmp_path):
    file = tmp_path / "u.csv"
    file.write_text("U1,U2,U3,U4,U5,U6,U7,U8,U9\n4,4,4,4,4,4,4,1,2\n")
    by_list = {i["code"]: i["mean"] for i in compute("skm-2017", file)["groups"][0]["items"]}
    by_form = {
        i["code"]: i["mean"]
        for i in compute("skm-2017", file, "--order", "form")["groups"][0]["items"]
    }
    assert (by_list["pengaduan"], by_list["sarana"]) == (1, 2)
    assert (by_form["pengaduan"], by_form["sarana"]) == (2, 1)


def test_no_answers_is_a_null_index_with_a_reason(tmp_path):
    file = tmp_path / "kosong.csv"
    file.write_text(f"{HEADER}\n4,4,4,4,4,4,4,4,\n")
    group = compute("skm-2017", file)["groups"][0]
    assert group["index"] is None
    assert "Sarana" in group["reason"]


def test_xlsx_and_csv_hold_the_same_figures(tmp_path):
    out = tmp_path / "hasil.xlsx"
    run("compute", "skm-2017", REF, "--format", "xlsx", "--output", out)
    book = openpyxl.load_workbook(out)
    header, values = (list(row) for row in book["Indeks"].iter_rows(max_row=2, values_only=True))
    text, _ = run("compute", "skm-2017", REF, "--format", "csv")
    names, numbers = (line.split(",") for line in text.splitlines()[:2])
    assert header == names
    position = names.index("value")
    assert values[position] == pytest.approx(float(numbers[position]), rel=1e-12)


def test_a_group_name_that_looks_like_a_formula_stays_text(tmp_path):
    file = tmp_path / "jahat.csv"
    file.write_text(f"{HEADER},loket\n{'4,' * 9}=1+1\n{'3,' * 9}@SUM(A1)\n")
    text, _ = run("compute", "skm-2017", file, "--by", "loket", "--format", "csv")
    assert "'=1+1" in text
    out = tmp_path / "hasil.xlsx"
    options = ("--by", "loket", "--format", "xlsx", "--output", out)
    run("compute", "skm-2017", file, *options)
    cells = [cell for row in openpyxl.load_workbook(out)["Indeks"].rows for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


def test_the_table_is_for_people():
    text, _ = run("compute", "skm-2017", REF)
    assert "IKM" in text
    assert "600 responden" in text
    assert "mutu pasti" in text


def test_the_web_framework_and_the_database_are_not_loaded():
    script = (
        "import sys; from survey_app.cli import group\n"
        f"group(['compute', 'skm-2017', {REF!r}], standalone_mode=False)\n"
        "print('loaded', sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "loaded []" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "content, named",
    [
        (f"{HEADER}\n4,4,4,4,4,4,4,4,7\n", ":2: sarana: Jawaban '7' di luar skala"),
        (f"{HEADER}\n4,4,4,4,4,4,4,4,baik\n", ":2: sarana: Jawaban 'baik' bukan bilangan bulat"),
        (f'{HEADER}\n4,4,4,4,4,4,4,4,"1,5"\n', ":2: sarana: Jawaban '1,5' bukan bilangan bulat"),
        (f"{HEADER}\n4,4,4,4,4,4,4,4,nan\n", ":2: sarana: Jawaban 'nan'"),
        (f"{HEADER}\n4,4,4,4,4,4,4,4,-1\n", ":2: sarana: Jawaban '-1'"),
        (HEADER.replace(",sarana", "") + "\n4,4,4,4,4,4,4,4\n", ":1: sarana: Kolom unsur ini tid"),
        (f"{HEADER},SARANA\n4,4,4,4,4,4,4,4,4,4\n", ":1: SARANA: Judul kolom ini dipakai dua"),
        (HEADER.replace(",", "|") + "\n" + "|".join("4" * 9), "pemisah kolom"),
        (f"{HEADER}\n4,4,4\n", ":2: Baris ini berisi 3 kolom, seharusnya 9"),
        (f"{HEADER}\n", "tidak berisi baris jawaban"),
        (f"{HEADER},catatan\n{'4,' * 9}caf".encode() + b"\xe9\n", ":2: Berkas bukan UTF-8"),
    ],
)
def test_a_faulty_file_is_refused_naming_line_and_column(tmp_path, content, named):
    assert named in faults(tmp_path, content)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_bom_and_other_delimiters_are_read(tmp_path, delimiter):
    file = tmp_path / "excel.csv"
    text = HEADER.replace(",", delimiter) + "\n" + delimiter.join("4" * 9) + "\n"
    file.write_bytes(text.encode("utf-8-sig"))
    assert compute("skm-2017", file)["groups"][0]["index"]["score100"] == 100


def test_at_most_twenty_faults_are_shown_and_the_rest_counted(tmp_path):
    rows = "9,4,4,4,4,4,4,4,4\n" * 50
    lines = faults(tmp_path, f"{HEADER}\n{rows}").splitlines()
    assert len(lines) == 21
    assert "30 kesalahan lain" in lines[-1]


@pytest.mark.parametrize(
    "arguments, named",
    [
        (("skm-2099", REF), "skm-2099"),
        (("skm-2017", "tidak-ada.csv"), "tidak-ada.csv"),
        (("skm-2017", REF, "--by", "provinsi"), "provinsi"),
        (("skm-2017", REF, "--method", "0.2"), "0.2"),
        (("skm-2017", REF, "--engine", "spark"), "spark"),
        (("skm-2017", REF, "--population", "10"), "600"),
        (("skm-2017", REF, "--confidence", "2"), "2"),
        (("skm-2017", REF, "--weights", "layanan"), "Bobot responden"),
        (("skm-2017", REF, "--format", "xlsx"), "--output"),
    ],
)
def test_wrong_options_exit_with_two_and_say_what(arguments, named):
    _, errors = run("compute", *arguments, code=2)
    assert named in errors


def test_five_million_rows_fit_in_bounded_memory(tmp_path):
    import duckdb

    file = tmp_path / "besar.parquet"
    columns = ", ".join(f"1 + (i * {7 + q}) % 4 AS U{q}" for q in range(1, 10))
    duckdb.sql(f"COPY (SELECT {columns} FROM range(5000000) t(i)) TO '{file}' (FORMAT parquet)")
    script = (
        "import resource; from survey_app.cli import group\n"
        f"group(['compute', 'skm-2017', {str(file)!r}], standalone_mode=False)\n"
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "5000000 responden" in done.stdout, done.stderr
    assert int(done.stdout.rsplit("peak", 1)[1]) < 700


def test_sample_size_stands_alone_on_its_line():
    assert run("sample-size", 500)[0] == "217\n"
    assert json.loads(run("sample-size", 500, "--format", "json")[0])["sample_size"] == 217
    assert "0" in run("sample-size", 0, code=2)[1]


def test_instruments_can_be_listed_shown_validated_and_exported(tmp_path):
    assert "skm-2017" in run("instruments", "list")[0]
    assert "Tidak kompeten" in run("instruments", "show", "skm-2017")[0]
    assert json.loads(run("instruments", "export", "spak-2023")[0])["index"]["code"] == "IPAK"
    file = tmp_path / "x.toml"
    file.write_text('id = "x"\nversion = "1"\nbased_on = "skm-2017"\nwarna = "merah"\n')
    assert "x.toml:4: warna" in run("instruments", "validate", file, code=2)[1]


def test_an_instrument_goes_out_as_an_xlsform_and_comes_back_as_toml(tmp_path):
    book = tmp_path / "skm.xlsx"
    run("instruments", "export", "skm-2017", "--format", "xlsform", "--output", book)
    assert "skm-2017 versi" in run("instruments", "import", book)[0]
    assert instruments.load_file(tmp_path / "skm.toml") == SKM
    assert "ddi:codebook:2_5" in run("instruments", "export", "skm-2017", "--format", "ddi")[0]
    book.write_bytes(b"rusak")
    assert "skm.xlsx: " in run("instruments", "import", book, code=2)[1]


@pytest.mark.parametrize(
    "content, named",
    [
        (f"{HEADER},SARANA\n{'4,' * 9}4\n", ":1: SARANA: Judul kolom ini dipakai dua"),
        (f"{HEADER}\n4,4,4\n", ":2: Baris ini berisi 3 kolom, seharusnya 9"),
        (f"{HEADER}\n4,4,4,4,4,4,4,4,4\n4,4,4,4,4,4,4,4,4,4\n", ":3: "),
        (f"{HEADER}\n", "tidak berisi baris jawaban"),
        ("", "tidak berisi baris jawaban"),
        (f"{HEADER}\n{'4,' * 8}caf".encode() + b"\xe9\n", ":2: Berkas bukan UTF-8"),
        (f"{HEADER}\n4,4,4,4,4,4,4,4,baik\n", ":2: sarana: Jawaban 'baik' bukan bilangan"),
    ],
)
def test_a_large_faulty_file_is_refused_as_a_small_one_is(tmp_path, content, named):
    assert named in faults(tmp_path, content, "--engine", "duckdb")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_engines_agree_on_every_delimiter_and_line_ending(tmp_path, delimiter, ending):
    file = tmp_path / "excel.csv"
    rows = [[*SKM.codes, "o'loket"], [*"443214321", "KTP, KK"], [*"4 3214321", ""]]
    lines = [delimiter.join(f'"{cell.strip()}"' for cell in row) for row in rows]
    file.write_bytes((ending.join(lines) + ending).encode("utf-8-sig"))
    one, two = (
        compute("skm-2017", file, "--by", "o'loket", "--engine", engine)["groups"]
        for engine in ("pandas", "duckdb")
    )
    assert one == two
    assert [group["key"] for group in one] == [{}, {"o'loket": ""}, {"o'loket": "KTP, KK"}]


def test_a_cell_without_end_is_named_by_its_line(tmp_path):
    content = f"{HEADER},catatan\n{'4,' * 9}{'a' * 200_000}\n"
    assert ":2: Berkas tidak dapat dibaca" in faults(tmp_path, content)


@pytest.mark.parametrize(
    "arguments, named",
    [
        (("--method", ","), "--method"),
        (("--strata", "layanan"), "--strata-population"),
        (("--output", "tidak/ada/hasil.csv"), "tidak/ada/hasil.csv: Berkas tidak dapat ditulis"),
    ],
)
def test_options_that_cannot_work_are_refused_without_a_traceback(arguments, named):
    assert named in run("compute", "skm-2017", REF, *arguments, code=2)[1]


@pytest.mark.parametrize("options", [(), ("--weights", "weight")])
@pytest.mark.parametrize("method, share", [("0.111", 0.999), ("0.11", 0.99)])
def test_a_method_weighs_estimate_interval_and_comparison_alike(options, method, share):
    exact = compute("skm-2017", REF, *options, "--method", f"exact,{method}")["groups"][0]["index"]
    other = compute("skm-2017", REF, *options, "--method", method)["groups"][0]["index"]
    assert other["value"] == pytest.approx(exact["value"] * share, rel=1e-9)
    assert other["ci"] == pytest.approx([end * share for end in exact["ci"]], rel=1e-9)
    assert exact["comparisons"][method]["value"] == pytest.approx(other["value"], rel=1e-9)


@pytest.mark.parametrize(
    "content, named",
    [
        (
            "stratum;population\nKTP-el;2400\nKTP-el;10\n",
            ":3: stratum: Strata 'KTP-el'",
        ),
        ("stratum;population\nKTP-el;banyak\n", ":2: population: Populasi 'banyak'"),
        ("stratum;jumlah\nKTP-el;2400\n", "Kolom 'population' tidak ada"),
    ],
)
def test_faulty_populations_of_strata_are_named_by_line(tmp_path, content, named):
    file = tmp_path / "populasi.csv"
    file.write_text(content)
    strata = ("--strata", "layanan", "--strata-population", file)
    assert named in run("compute", "skm-2017", REF, *strata, code=2)[1]


def test_a_faulty_weight_is_named_by_its_line_after_blank_lines(tmp_path):
    content = f"{HEADER},bobot\n\n{'4,' * 9}1\n\n{'4,' * 9}berat\n"
    assert ":5: bobot: Bobot responden 'berat'" in faults(tmp_path, content, "--weights", "bobot")
