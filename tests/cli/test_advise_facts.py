"""Does `advise` answer facts as it answers files, and say what it assumed?"""

import json
from pathlib import Path

import pytest

from tuner_engine.errors import ExitCode
from tuner_tui.cli import run

LORA = (
    *("advise", "--examples", "12000", "--avg-tokens", "300", "--model", "llama-3-8b"),
    *("--regime", "lora", "--gpu-memory", "24GB"),
)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == ExitCode.DONE
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == ExitCode.USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_facts_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """The recipe, what was assumed, and the memory line by line."""
    out = shown(capsys, *LORA)
    assert "llama-3-8b (8.03B) tuned with LoRA on 12,000 examples of 300 tokens" in out
    assert "learning_rate" in out
    assert "otherwise: TRL, axolotl and Unsloth start at 2e-4" in out
    assert "- the longest sequence: 2,048 tokens (--context)" in out
    assert "memory: fits" in out
    assert "8.03B × 2 bytes" in out


def test_time_is_told_where_the_device_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A named device has a speed; a stated utilisation is no assumption."""
    out = shown(capsys, *LORA[:-2], "--gpu", "RTX 4090", "--utilisation", "0.5")
    assert "at 50% of peak" in out
    assert "(assumed; --utilisation)" not in out


def test_what_does_not_fit_is_told_with_what_would(capsys: pytest.CaptureFixture[str]) -> None:
    """The arithmetic, and a change that was worked out."""
    out = shown(capsys, *LORA[:-1], "12GB")
    assert "memory: does not fit" in out
    assert "would fit: QLoRA (--regime qlora)" in out
    assert "warning: it takes about" in out


def test_json_is_one_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets the same, without a file's facts."""
    recipe = json.loads(shown(capsys, *LORA, "--json"))
    assert recipe["schema"] == "tuner-tui/recipe/1"
    assert recipe["settings"]["lora_rank"]["value"] == 16
    assert recipe["workload"]["assumed"] == ["sequence_length", "valid_examples"]
    assert recipe["data"] is None


def test_sampling_is_advised(capsys: pytest.CaptureFixture[str]) -> None:
    """An engine and a purpose are enough."""
    out = shown(capsys, "advise", "--model", "gpt-4o", "--engine", "openai", "--task", "code")
    assert "gpt-4o sampled by openai for code" in out
    assert "Leave unset: openai has no such parameter." in out


def test_model_trained_here_needs_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A runnable model on stated facts is trained from scratch."""
    out = shown(capsys, "advise", "--model", "decoder-10m", "--tokens", "10M")
    assert "trained from scratch on 10M tokens" in out
    assert "decoder-10m" in out


def test_model_of_both_kinds_follows_the_regime(capsys: pytest.CaptureFixture[str]) -> None:
    """`vit-base` is trained here, and tuned where the regime says so."""
    scratch = shown(capsys, "advise", "--model", "vit-base", "--examples", "5000")
    full = shown(capsys, "advise", "--model", "vit-base", "--examples", "5000", "--regime", "full")
    assert "trained from scratch" in scratch
    assert "vit-base (86.6M) tuned in every weight" in full


def test_setting_without_an_option_is_set_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """What `Choices` lacks is decided with `--set`."""
    recipe = json.loads(shown(capsys, *LORA, "--set", "lora_rank=64", "--json"))
    rank = recipe["settings"]["lora_rank"]
    assert (rank["value"], rank["locked"]) == (64, True)


def test_decision_that_looks_wrong_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A full-tuning rate on adapters gets a warning with its fix."""
    out = shown(capsys, *LORA, "--learning-rate", "2e-5")
    assert "take 0.0002" in out


def test_file_and_facts_combine(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file says how many texts there are; a flag says what is tuned on them."""
    path = tmp_path / "reviews.csv"
    rows = [f'"what a {word} film it was, number {n}",{word}' for n in range(60) for word in "ab"]
    path.write_text("\n".join(["text,label", *rows]) + "\n")
    recipe = json.loads(shown(capsys, "advise", str(path), "--model", "bert-base", "--json"))
    assert recipe["workload"]["base_model"] == "bert-base"
    assert recipe["workload"]["regime"] == "full"
    assert recipe["data"]["rows"] == 120
    assert recipe["settings"]["model"]["value"] == "bert-base"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "name the DATA"),
        (("--model", "wat"), "--params"),
        (("--task", "poetry"), "expected FILE:NAME, or one of"),
        (("--model", "llama-3-8b", "--set", "lora_rank=many"), "whole number"),
        (("--model", "llama-3-8b", "--set", "lora_targets=some"), "expected one of all-linear"),
        (("--model", "llama-3-8b", "--set", "epochs=3"), "say --epochs instead"),
        (("--model", "llama-3-8b", "--set", "colour=red"), "--task FILE:NAME"),
        (("--model", "llama-3-8b", "--gpu", "toaster"), "--gpu-memory"),
        (("--family", "tabular", "--set", "lora_rank=8"), "from scratch"),
        (("--model", "llama-3-8b", "--utilisation", "2"), "utilisation"),
        (("demo:wine", "--examples", "9"), "--examples is read from DATA"),
        (("demo:wine", "--model", "llama-3-8b"), "cannot be tuned on tabular data"),
    ],
)
def test_words_without_a_meaning_are_refused(
    arguments: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what was wrong and what to do."""
    assert named in refused(capsys, "advise", *arguments)


@pytest.mark.parametrize(
    ("said", "temperature"), [((), 0.6), (("--reasoning",), 0.6), (("--no-reasoning",), 0.7)]
)
def test_thinking_can_be_denied(
    said: tuple[str, ...], temperature: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Qwen3 thinks unless it is told not to, and is sampled otherwise then."""
    recipe = json.loads(
        shown(capsys, "advise", "--model", "qwen3-8b", "--json", *said, "--engine", "vllm")
    )
    assert recipe["settings"]["temperature"]["value"] == temperature
