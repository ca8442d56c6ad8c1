"""What a file holds decides how it is read; a person may say otherwise."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
from samples import codes, json_lines, loaded, sentence, table

from tuner_engine.data.glimpse import Glimpse
from tuner_engine.data.text import recognition
from tuner_engine.specs import DataSpec

SENTENCES = [sentence(number) for number in range(120)]
LABELS = ["ham" if number % 3 else "spam" for number in range(120)]


def kind(path: Path) -> str | None:
    return recognition.kind(Glimpse(DataSpec(source=str(path))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_prose_is_text_to_continue(*, tmp_path: Path, encoding: str, packed: bool) -> None:
    """Whatever its encoding and compression."""
    content = "\n".join(one + ", café…" * (n % 3) for n, one in enumerate(SENTENCES)).encode(
        encoding
    )
    path = tmp_path / "book.txt"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert kind(path) == "language"


@pytest.mark.parametrize(
    "marks", [("0", "1"), ("-1", "+1"), ("__label__a", "__label__b"), ("NUM:x", "DESC:y")]
)
@pytest.mark.parametrize("gap", [" ", "\t", "  "])
def test_lines_that_begin_with_labels_are_labelled(
    tmp_path: Path, marks: tuple[str, str], gap: str
) -> None:
    """Numbers, fastText's labels, and few words that begin every line."""
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{marks[n % 2]}{gap}{one}\n" for n, one in enumerate(SENTENCES)))
    assert kind(path) == "text"
    data = loaded(path, test_share=0.0)
    names = {name.removeprefix("__label__") for name in data.profile.data.class_names}
    assert names == {mark.removeprefix("__label__").lstrip("+" * (gap == "\t")) for mark in marks}


def test_prose_of_few_words_has_no_labels(tmp_path: Path) -> None:
    """Words that begin lines and stand within others are only words."""
    path = tmp_path / "chant.txt"
    path.write_text("".join(f"{['row', 'sing'][n % 2]} and row and sing\n" for n in range(90)))
    assert kind(path) == "language"


def test_a_table_of_text_and_label_is_labelled(tmp_path: Path) -> None:
    """A column that counts the rows beside them changes nothing."""
    path = table(
        tmp_path / "mail.csv",
        ["id", "label", "text"],
        zip(range(120), LABELS, SENTENCES, strict=True),
    )
    assert kind(path) == "text"


def test_a_table_with_other_features_stays_a_table(tmp_path: Path) -> None:
    """Text beside numbers is left out as before, unless the person names it."""
    rows = [(n * 7 % 31 / 3, one, LABELS[n]) for n, one in enumerate(SENTENCES)]
    path = table(tmp_path / "mail.csv", ["size", "text", "label"], rows)
    assert kind(path) is None
    assert loaded(path).profile.workload.family == "tabular"
    assert loaded(path, text="text").profile.workload.family == "text"


def test_two_columns_of_text_are_read_together(tmp_path: Path) -> None:
    """A title says as much as a body; that both are read is said."""
    rows = [(LABELS[n], sentence(n + 500), one) for n, one in enumerate(SENTENCES)]
    path = table(tmp_path / "news.csv", ["label", "title", "body"], rows)
    data = loaded(path)
    assert "text-guessed" in codes(data)
    assert (
        data.profile.workload.tokens.longest
        > loaded(path, text="body").profile.workload.tokens.longest
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["jsonl", "parquet", "csv"])
def test_documents_without_a_target_are_text_to_continue(tmp_path: Path, form: str) -> None:
    """What a collection tells of each text beside it is no target."""
    rows = [{"text": one, "url": f"http://a/{n}"} for n, one in enumerate(SENTENCES)]
    path = tmp_path / f"documents.{form}"
    if form == "jsonl":
        json_lines(path, [row | {"meta": {"set": "x"}} for row in rows])
    elif form == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    else:
        table(path, ["text", "url"], [list(row.values()) for row in rows])
    assert kind(path) == "language"


def test_a_source_beside_a_text_is_not_predicted(tmp_path: Path) -> None:
    """Unless the person asks for it."""
    rows = [{"text": one, "source": "ab"[n % 2]} for n, one in enumerate(SENTENCES)]
    path = json_lines(tmp_path / "documents.jsonl", rows)
    assert kind(path) == "language"
    assert loaded(path, target="source").profile.workload.family == "text"


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "{}", "completion": "yes"},
        {"question": "{}", "answer": "because of this and that"},
        {"instruction": "{}", "input": "", "output": "yes"},
        {"instruction": "{}", "context": "given this", "response": "yes"},
        {"instruction": "{}", "instances": [{"input": "a", "output": "b"}]},
        {"messages": [{"role": "user", "content": "{}"}, {"role": "assistant", "content": "b"}]},
        {"conversations": [{"from": "human", "value": "{}"}, {"from": "gpt", "value": "b"}]},
    ],
    ids=lambda row: "-".join(row),
)
@pytest.mark.parametrize("form", ["jsonl", "json", "parquet"])
def test_prompts_with_completions_are_instructions(
    tmp_path: Path, row: dict[str, object], form: str
) -> None:
    """By the names of published data sets, as lines, as one array, or in Parquet."""
    rows = [json.loads(json.dumps(row).replace("{}", one)) for one in SENTENCES]
    path = tmp_path / f"tasks.{form}"
    if form == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    elif form == "json":
        path.write_text(json.dumps(rows, indent=1))
    else:
        json_lines(path, rows)
    assert kind(path) == "instruction"
    assert loaded(path).profile.workload.task == "instruction"


def test_answers_that_are_classes_are_no_completions(tmp_path: Path) -> None:
    """Yes or no to a question is a class."""
    rows = [(one, ["yes", "no"][n % 2]) for n, one in enumerate(SENTENCES)]
    path = table(tmp_path / "asked.csv", ["question", "answer"], rows)
    assert kind(path) == "text"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "a,b,y\n" + "1,2,x\n3,4,z\n" * 50),
        ("t.txt", "a,b,y\n" + "1,2,x\n3,4,z\n" * 50),
        ("t.jsonl", '{"a": 1, "y": 0}\n{"a": 2, "y": 1}\n' * 50),
        ("t.data", "1.5 2.5 3.5\n" * 50),
        ("t.csv", "just\nsome\nwords, here\n"),
        ("t.json", '{"a": {"b": [1, 2, 3]}}'),
    ],
)
def test_tables_are_left_to_the_reader_of_tables(tmp_path: Path, name: str, content: str) -> None:
    """Good ones, and broken ones that it explains."""
    path = tmp_path / name
    path.write_text(content)
    assert kind(path) is None


def test_a_person_decides_the_kind(tmp_path: Path) -> None:
    """A labelled file can be continued, and a table of chat be classified."""
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{n % 2} {one}\n" for n, one in enumerate(SENTENCES)))
    assert loaded(path, kind="language").profile.workload.task == "language-modelling"
    rows = [{"prompt": one, "completion": LABELS[n]} for n, one in enumerate(SENTENCES)]
    asked = json_lines(tmp_path / "asked.jsonl", rows)
    assert loaded(asked, kind="text").profile.data.class_names == ("ham", "spam")
