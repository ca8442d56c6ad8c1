"""Does what a person recorded rank before the built-in, and stay traceable?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import advise, checking, recorded, recording
from tuner_engine.advice.presets import FOLDER, read
from tuner_engine.errors import DataError, UsageError
from tuner_engine.recipe import Recipe, Setting, Tool
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile

Make = Callable[..., Profile]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of own presets."""
    monkeypatch.setenv(recorded.VARIABLE, str(tmp_path))
    return tmp_path


def recipe(profile: Profile, **chosen: Any) -> Recipe:
    return advise(profile, Choices(**chosen), created="now")


def save(folder: Path, made: Recipe, name: str, date: str = "2026-01-01") -> None:
    text = recording.toml(made, name=name, by="the vision team", date=date)
    (folder / f"{name}.toml").write_text(text)


def test_recorded_values_rank_before_the_built_in(folder: Path, of: Make) -> None:
    """What worked is advised again, with who found it and the advice that it replaces."""
    save(folder, recipe(of("image"), learning_rate=7e-3, epochs=3), "mine")
    setting = recipe(of("image", 900)).settings["learning_rate"]
    assert (setting.value, setting.basis, setting.locked) == (7e-3, "preset", False)
    assert setting.sources[0] == "the vision team (mine, recorded)"
    assert setting.alternatives[0].startswith("Built-in advice is ")
    assert "the vision team on 2026-01-01" in setting.why


def test_decision_ranks_before_what_was_recorded(folder: Path, of: Make) -> None:
    """A person at the keyboard outranks the folder."""
    save(folder, recipe(of("image"), learning_rate=7e-3), "mine")
    setting = recipe(of("image"), learning_rate=1e-4).settings["learning_rate"]
    assert (setting.value, setting.basis) == (1e-4, "chosen")


@pytest.mark.parametrize(
    ("named", "facts"),
    [("tabular", {}), ("text", {}), ("image", {"regime": "full", "base_model": "vit-b16"})],
)
def test_other_data_keep_the_built_in_advice(
    named: str, facts: dict[str, Any], folder: Path, of: Make
) -> None:
    """Another family or regime is not touched by what was recorded."""
    before = recipe(of(named, **facts))
    save(folder, recipe(of("image"), learning_rate=7e-3, batch_size=8), "mine")
    assert recipe(of(named, **facts)) == before


def test_recorded_model_comes_along(folder: Path, of: Make) -> None:
    """A recorded ResNet is advised where a small network was, unless a model is decided."""
    save(folder, recipe(of("image"), model="resnet-20", learning_rate=0.2), "mine")
    assert recipe(of("image")).values()["model"] == "resnet-20"
    assert recipe(of("image")).values()["learning_rate"] == 0.2
    assert recipe(of("image"), model="cnn").values()["learning_rate"] == 2e-3


def test_newest_ranks_first_unless_another_has_the_same_data(folder: Path, of: Make) -> None:
    """A record of these very data outranks a newer one of others."""
    profile = of("image")
    save(folder, recipe(profile, learning_rate=1e-3), "a-same", date="2025-01-01")
    other = msgspec.structs.replace(profile.data, sha256="another") if profile.data else None
    elsewhere = msgspec.structs.replace(profile, data=other)
    save(folder, recipe(elsewhere, learning_rate=3e-3), "b-other", date="2026-01-01")
    save(folder, recipe(elsewhere, learning_rate=2e-3), "c-other", date="2025-06-01")
    assert recipe(profile).values()["learning_rate"] == 1e-3
    third = msgspec.structs.replace(profile, data=None)
    assert recipe(third).values()["learning_rate"] == 3e-3


def test_recorded_batch_carries_the_rate(folder: Path, of: Make) -> None:
    """A row with a batch alone moves the built-in rate along with it."""
    (folder / "batch.toml").write_text(
        'family = "image"\n[sources.us]\nwhere = "us"\n[[rows]]\nid = "b1"\nsources = ["us"]\n'
        'status = "recorded"\nsettings.batch_size = { value = 256 }\n'
    )
    values = recipe(of("image")).values()
    assert (values["batch_size"], values["learning_rate"]) == (256, 4e-3)


def test_recorded_batch_larger_than_the_data_is_passed_over(folder: Path, of: Make) -> None:
    """What cannot be followed on these data gives way to advice."""
    save(folder, recipe(of("image"), batch_size=512), "mine")
    assert recipe(of("image", 100)).values()["batch_size"] == 8


def test_unset_can_be_recorded(folder: Path, of: Make) -> None:
    """Leaving clipping out is something that worked, too."""
    save(folder, recipe(of("text")).chosen("gradient_clip", None), "mine")
    setting = recipe(of("text")).settings["gradient_clip"]
    assert (setting.value, setting.basis) == (None, "preset")


def test_value_that_cannot_be_trained_with_is_named(folder: Path, of: Make) -> None:
    """With its row, so that it can be found."""
    text = (
        'family = "tabular"\n[sources.me]\nwhere = "a notebook"\n[[rows]]\nid = "mine"\n'
        'sources = ["me"]\nstatus = "recorded"\nsettings.learning_rate = { value = -1 }\n'
    )
    (folder / "mine.toml").write_text(text)
    with pytest.raises(UsageError, match="row mine of your own presets, learning_rate -1"):
        recipe(of("tabular"))


def test_malformed_file_is_named(folder: Path, of: Make) -> None:
    """A broken preset stops the advice with its file's name; nothing is passed over silently."""
    (folder / "broken.toml").write_text("family = 3")
    with pytest.raises(DataError, match=r"broken\.toml"):
        recipe(of("image"))


@pytest.mark.parametrize("name", ["", "Mine", "../up", "a b", "-a", "x" * 65, "a\x1b"])
def test_name_that_is_no_file_is_refused(name: str, of: Make) -> None:
    """A preset's name becomes a file's, so it stays plain."""
    with pytest.raises(UsageError, match="preset name"):
        recording.toml(recipe(of("image")), name=name, by="me", date="2026-01-01")


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(0, 10**9)
    | st.floats(0, 1e6, allow_nan=False)
    | st.text(max_size=20)
)


@given(value=VALUES, by=st.text(min_size=1, max_size=30))
def test_any_value_survives_the_file(
    value: Any, by: str, of: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Quotes, control characters and Unicode in a recipe are read back as they were."""
    setting = Setting(value=value, basis="chosen", confidence="high", why="Mine.")
    made = Recipe(
        created="now",
        tool=Tool(version="0"),
        workload=of("image").workload,
        settings={"schedule": setting},
    )
    path = tmp_path_factory.mktemp("presets") / "mine.toml"
    path.write_text(recording.toml(made, name="mine", by=by, date="2026"), encoding="utf-8")
    presets = read([path], sources=FOLDER / "sources.toml")
    figure = presets.rows["mine"].settings["schedule"]
    assert (figure.value, figure.unset) == (value, value is None)
    assert presets.sources["recorded"].where == by


def test_what_is_saved_passes_the_check(folder: Path, of: Make) -> None:
    """A recorded recipe of every family is sound by the same rules as the built-in ones."""
    for named in ("tabular", "image", "text", "language", "own"):
        save(folder, recipe(of(named)), named)
    assert checking.problems(recorded.files()) == ()


def test_arguments_of_a_task_are_left_out(of: Make) -> None:
    """Names that only one person's task knows are no settings that others could follow."""
    made = recipe(of("own"))
    extra = {"depth] = 1\n[x": made.settings["epochs"], **made.settings}
    text = recording.toml(
        msgspec.structs.replace(made, settings=extra), name="mine", by="me", date="2026"
    )
    assert "depth" not in text
