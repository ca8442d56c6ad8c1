"""Does an explanation hold everything that a setting rests on, with the numbers put in?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from tuner_engine.advice import advise, recorded
from tuner_engine.advice.explain import Explanation, encode, explain, lines
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import Family, Profile

Make = Callable[..., Profile]


def recipe(profile: Profile, **chosen: Any) -> Recipe:
    return advise(profile, Choices(**chosen), created="now")


@pytest.fixture
def stated(of: Make) -> Recipe:
    """A language model of seven billion parameters, stated by hand."""
    return recipe(
        of(
            "language",
            488_281_250,
            train_tokens=2 * 10**12,
            sequence_length=4096,
            base_parameters=7 * 10**9,
        )
    )


@pytest.mark.parametrize("named", get_args(Family))
def test_every_setting_can_be_explained(named: Family, of: Make) -> None:
    """Each row that a setting cites is found, with its sources in full."""
    made = recipe(of(named))
    for name, setting in made.settings.items():
        explanation = explain(made, name)
        cited = {
            word for source in setting.sources for word in source[:-1].split(" (")[-1].split(", ")
        }
        ids = {ground.id for ground in explanation.grounds}
        assert ids == {word for word in cited if word[0].isupper()}, name
        assert all(ground.sources for ground in explanation.grounds)
        assert explanation.meaning


@pytest.mark.parametrize(
    ("name", "row", "numbers"),
    [
        ("learning_rate", "F2", "1.79 · 7e+09^-0.713 · 2e+12^0.307 = 0.001"),
        ("learning_rate", "F4", "0.3118 · 8.4e+22^-0.125 = 0.00042"),
        ("learning_rate", "H54", "with D held to 1e+11 in the first = 0.00042"),
        ("learning_rate", "C30", "4.2e-5 to 0.0013 around 0.00042"),
        ("batch_size", "F1", "4,194,304 tokens, 1,024 sequences of 4,096"),
        ("epochs", "F28", "20 · 7,000,000,000 = 1.4e+11 tokens; 2e+12 are read"),
    ],
)
def test_formula_has_its_numbers_put_in(name: str, row: str, numbers: str, stated: Recipe) -> None:
    """The arithmetic can be followed by hand."""
    found = {ground.id: ground.numbers for ground in explain(stated, name).grounds}
    assert numbers in found[row]


def test_bands_name_what_they_give(of: Make) -> None:
    """A rule of the number of examples says which number went in, and what came out."""
    grounds = explain(recipe(of("tabular", 1_258)), "batch_size").grounds
    assert grounds[0].numbers == "1,258 training examples give 128"


def test_lion_names_the_rate_it_came_from(of: Make) -> None:
    """The factor of Lion is undone in words."""
    made = recipe(of("image"), optimizer="lion")
    found = {ground.id: ground.numbers for ground in explain(made, "weight_decay").grounds}
    assert found["A73"] == "AdamW's 0.01 by 5.5 is 0.055"


def test_text_says_why_how_sure_and_what_else(stated: Recipe) -> None:
    """The printed form opens with the value and leaves nothing out."""
    told = lines(explain(stated, "learning_rate"), width=80)
    text = "\n".join(told)
    assert told[0] == "learning_rate = 0.00042"
    assert all(len(line) <= 80 or " " not in line.strip() for line in told)
    for part in ("Why:", "Worth searching: 4.2e-5", "rule, low confidence", "Others say:"):
        assert part in text
    for part in ("What would change it:", "F2 (verified)", "valid for:", "arXiv 2503.04715"):
        assert part in text


def test_document_reads_back(stated: Recipe) -> None:
    """The JSON form is the same explanation."""
    explanation = explain(stated, "epochs")
    assert msgspec.json.decode(encode(explanation), type=Explanation) == explanation


def test_unknown_setting_is_refused(stated: Recipe) -> None:
    """The error names the settings there are."""
    with pytest.raises(UsageError, match=r"no setting is called 'rate'.*learning_rate"):
        explain(stated, "rate")


def test_rows_of_another_version_are_left_out(stated: Recipe) -> None:
    """A recipe from elsewhere may cite what is not known here; the rest is still explained."""
    setting = stated.settings["epochs"]
    foreign = msgspec.structs.replace(setting, sources=("somewhere (Z9, verified)", "by word"))
    made = msgspec.structs.replace(stated, settings={"epochs": foreign})
    assert explain(made, "epochs").grounds == ()


def test_own_rows_are_explained(of: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a team recorded is looked up like what is built in."""
    monkeypatch.setenv(recorded.VARIABLE, str(tmp_path))
    (tmp_path / "ours.toml").write_text(
        'family = "image"\n[sources.us]\nwhere = "us"\n[[rows]]\nid = "o1"\n'
        'sources = ["us run 7"]\n'
        'status = "recorded"\nnote = "On scans."\nsettings.dropout = { value = 0.3 }\n'
    )
    made = recipe(of("image"))
    ground = explain(made, "dropout").grounds[0]
    assert (ground.id, ground.says, ground.note, ground.sources) == (
        "o1",
        "0.3",
        "On scans.",
        ("us: run 7",),
    )
