"""Prompts and completions become packed rows of which the completions are learnt."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import codes, json_lines, loaded, sentence, sides, text_of

from tuner_engine.data import Dataset
from tuner_engine.data.text import packing
from tuner_engine.data.text.vocabularies import Ragged


def pairs(count: int = 300) -> list[dict[str, Any]]:
    return [
        {"question": sentence(n, 5 + n % 11), "answer": sentence(n + 10_000, 4 + n % 7)}
        for n in range(count)
    ]


def examples(data: Dataset, side: Any) -> list[tuple[str, str]]:
    """Return the whole text and the learnt text of every example of a side."""
    found = []
    for tokens, segments, learn in zip(
        side["tokens"], side["segments"], side["learn"], strict=True
    ):
        for segment in range(1, segments.max() + 1):
            own = segments == segment
            found.append(
                tuple(text_of(tokens[mask], data.encoding) for mask in (own, own & learn))  # type: ignore[arg-type]
            )
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("tokenizer", ["bpe", "char", "byte"])
def test_rows_hold_every_example_once_and_learn_its_answer(tmp_path: Path, tokenizer: str) -> None:
    """Prompt and answer are written by the stated template; the end mark is learnt, too."""
    rows = pairs()
    data = loaded(json_lines(tmp_path / "t.jsonl", rows), tokenizer=tokenizer, sequence_length=256)
    end = {"bpe": "<end>", "char": "\x03", "byte": "\N{REPLACEMENT CHARACTER}"}[tokenizer]
    expected = {
        f"User: {row['question']}\nAssistant: {row['answer']}{end}": f" {row['answer']}{end}"
        for row in rows
    }
    found = [one for side in sides(data) for one in examples(data, side)]
    assert len(found) == len(rows)
    assert dict(found) == expected


def test_what_is_asked_in_validation_is_never_trained_on(tmp_path: Path) -> None:
    """Other answers to the same question stay with it."""
    rows = [row | {"answer": sentence(n)} for n, row in enumerate(pairs(100) * 3)]
    data = loaded(json_lines(tmp_path / "t.jsonl", rows))
    asked = [
        {whole.partition("\nAssistant")[0] for whole, _ in examples(data, side)}
        for side in sides(data)
    ]
    assert not asked[0] & asked[1]
    assert not asked[0] & asked[2]


def test_instances_share_their_instruction_and_side(tmp_path: Path) -> None:
    """Each instance is an example; none is trained on while its sister validates."""
    rows = [
        {
            "instruction": f"Do {n} now",
            "instances": [{"input": f"in {n} {k}", "output": f"out {n} {k}"} for k in range(3)],
        }
        for n in range(60)
    ]
    data = loaded(json_lines(tmp_path / "t.jsonl", rows), tokenizer="char")
    found = [examples(data, side) for side in sides(data)]
    assert sum(map(len, found)) == 180
    tasks = [{whole.split("\n")[0] for whole, _ in side} for side in found]
    assert not tasks[0] & (tasks[1] | tasks[2])


def test_every_answer_of_a_chat_is_learnt_and_nothing_else(tmp_path: Path) -> None:
    """Roles by any of their names; a greeting before any question is left out."""
    chat = [("system", "Be kind."), ("user", "Hi {n}"), ("assistant", "Yes?"), ("user", "Bye")]
    rows = [
        {
            "messages": [
                {"role": "assistant", "content": "Welcome"},
                *({"role": role, "content": text.format(n=n)} for role, text in chat),
                {"role": "assistant", "content": [{"type": "text", "text": "Farewell"}]},
            ]
        }
        for n in range(80)
    ]
    data = loaded(json_lines(tmp_path / "t.jsonl", rows), tokenizer="char")
    whole, learnt = examples(data, data.train)[0]
    assert whole.startswith("System: Be kind.\nUser: Hi ")
    assert learnt == " Yes?\x03 Farewell\x03"


def test_examples_longer_than_a_row_are_cut_or_left_out(tmp_path: Path) -> None:
    """Cut at their end and told; left out where nothing remains to learn."""
    rows = pairs(200)
    rows += [{"question": sentence(n, 80), "answer": "too late now"} for n in range(500, 530)]
    path = json_lines(tmp_path / "t.jsonl", rows)
    data = loaded(path, tokenizer="char", sequence_length=200)
    assert {"texts-cut", "prompt-too-long"} <= codes(data)
    assert all(learnt for side in sides(data) for _, learnt in examples(data, side))
    tokens = data.profile.workload.tokens
    assert tokens is not None
    assert 0.05 < tokens.truncated_share < 0.4


def test_facts_count_what_is_read_and_learnt(tmp_path: Path) -> None:
    """Rows are examples of training; tokens are those that are not padding."""
    rows = [*pairs(), {"question": "alone"}, {"answer": "alone"}]
    data = loaded(json_lines(tmp_path / "t.jsonl", rows))
    work, tokens = data.profile.workload, data.profile.workload.tokens
    assert tokens is not None
    assert (work.family, work.task) == ("language", "instruction")
    assert work.train_examples == len(data.train["tokens"])
    assert tokens.train_tokens == np.count_nonzero(data.train["segments"])
    assert tokens.loss_share == pytest.approx(data.train["learn"].sum() / tokens.train_tokens)
    assert data.profile.data.target == "answer"
    assert "missing-text" in codes(data)
    note = data.profile.data.columns[0].note
    assert "question read, answer learnt" in note
    assert "Assistant:" in note


def test_seed_and_file_decide_every_row(tmp_path: Path) -> None:
    """Equal seeds give equal arrays, another seed others."""
    path = json_lines(tmp_path / "t.jsonl", pairs())
    first, again, other = (loaded(path, seed=seed) for seed in (1, 1, 2))
    assert all(first.train[name].tobytes() == again.train[name].tobytes() for name in first.train)
    assert first.train["tokens"].tobytes() != other.train["tokens"].tobytes()


def test_an_array_of_objects_is_read_like_lines(tmp_path: Path) -> None:
    """One JSON array or one object a line: the same rows."""
    rows = pairs()
    lines = loaded(json_lines(tmp_path / "t.jsonl", rows))
    (tmp_path / "t.json").write_text(json.dumps(rows, indent=2))
    array = loaded(tmp_path / "t.json")
    assert array.train["tokens"].tobytes() == lines.train["tokens"].tobytes()
    assert array.profile.data.format == "json"


@settings(max_examples=100)
@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=60), data=st.data())
def test_packing_wastes_little_and_overlaps_nowhere(
    lengths: list[int], data: st.DataObject
) -> None:
    """Every token lies in its place once; rows are few."""
    width = data.draw(st.integers(max(lengths), 40))
    places = packing.pack(np.array(lengths), width=width)
    taken = np.zeros((places.count, width), np.int64)
    for length, row, start in zip(lengths, places.rows, places.starts, strict=True):
        assert start + length <= width
        taken[row, start : start + length] += 1
    assert taken.max() == 1
    assert places.count <= 11 / 9 * -(-sum(lengths) // width) + 1 or _no_two_fit(lengths, width)


def _no_two_fit(lengths: list[int], width: int) -> bool:
    """Return whether the bound on rows cannot be judged by the sum of lengths alone."""
    return max(lengths) > width / 4


def test_the_first_token_of_an_example_is_not_learnt() -> None:
    """Nothing before it could predict it."""
    one = Ragged(np.array([5, 6, 7, 8, 9], np.uint8), np.array([2, 3]))
    rows = packing.packed(one, np.ones(5, np.bool_), np.array([0, 1]), width=6)
    assert rows["tokens"].tolist() == [[7, 8, 9, 5, 6, 0]]
    assert rows["segments"].tolist() == [[1, 1, 1, 2, 2, 0]]
    assert rows["learn"].tolist() == [[False, True, True, False, True, False]]
