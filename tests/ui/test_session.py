"""Does every act give the next session, and does a person's word stand?"""

import conftest as shared
import msgspec
import pytest
import recorded

from tuner_engine import advice, specs
from tuner_engine.errors import UsageError
from tuner_engine.recipe import SeedNoise
from tuner_engine.workload import Profile
from tuner_tui.ui import deciding
from tuner_tui.ui import session as acts
from tuner_tui.ui.session import Session


@pytest.fixture
def session() -> Session:
    profile = Profile(workload=recorded.WORKLOAD, data=recorded.data())
    recipe = advice.advise(profile, specs.Choices(), created="2025-01-02T03:04:05+00:00")
    return acts.advised(Session(spec=shared.spec()), recipe)


def _values(session: Session) -> dict[str, object]:
    assert session.recipe is not None
    return session.recipe.values()


def test_a_typed_value_is_chosen_and_locked(session: Session) -> None:
    """The setting takes the value, on a person's word, for good."""
    after = acts.edited(session, "batch_size", " 32 ")
    assert after.recipe is not None
    setting = after.recipe.settings["batch_size"]

    assert (setting.value, setting.basis, setting.locked) == (32, "chosen", True)
    assert after.spec.choices.batch_size == 32


def test_other_settings_are_advised_for_the_value(session: Session) -> None:
    """Advice for a batch of 16 is what advice says when told so from the start."""
    after = acts.edited(session, "batch_size", "16")
    profile = Profile(workload=recorded.WORKLOAD, data=recorded.data())
    told = advice.advise(profile, specs.Choices(batch_size=16), created="")

    assert _values(after) == told.values()


@pytest.mark.parametrize(
    ("text", "value"), [("none", None), ("", None), ("1", 1), ("0.5", 0.5), ("1e0", 1)]
)
def test_words_mean_numbers_or_nothing(session: Session, text: str, value: object) -> None:
    """A number in any writing, or `none` for leaving a setting unset."""
    assert _values(acts.edited(session, "gradient_clip", text))["gradient_clip"] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("batch_size", "0"),
        ("batch_size", "1.5"),
        ("batch_size", "many"),
        ("batch_size", "none"),
        ("learning_rate", "-1"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("dropout", "1"),
        ("optimizer", "adamax"),
        ("epochs", "true"),
        ("epochs", "1e400"),
    ],
)
def test_a_value_out_of_bounds_is_refused_in_one_line(
    session: Session, name: str, text: str
) -> None:
    """The refusal names the setting, and nothing changes."""
    with pytest.raises(UsageError, match=name) as refusal:
        acts.edited(session, name, text)

    assert "\n" not in str(refusal.value)


def test_a_chosen_value_survives_later_edits(session: Session) -> None:
    """What was decided first still stands after a second decision."""
    after = acts.edited(acts.taken(session, 0.0123), "hidden_width", "64")

    assert _values(after)["learning_rate"] == 0.0123
    assert after.spec.choices.learning_rate == 0.0123


def test_a_locked_value_survives_and_is_advised_for(session: Session) -> None:
    """Locking takes the value as decided from then on."""
    before = _values(session)["batch_size"]
    held = acts.settled(session, session.recipe.locked("batch_size", locked=True))
    after = acts.edited(held, "optimizer", "sgd")

    assert _values(after)["batch_size"] == before
    assert after.spec.choices.batch_size == before


def test_a_setting_given_back_is_advised_again(session: Session) -> None:
    """Deciding and giving back leads to where it began."""
    chosen = acts.edited(session, "batch_size", "16")
    after = acts.settled(chosen, deciding.given_back(chosen.recipe, "batch_size"))

    assert after.recipe == session.recipe
    assert after.spec.choices.batch_size is None


def test_a_picked_rate_says_where_it_comes_from(session: Session) -> None:
    """The reason is the chart, not the keyboard."""
    after = acts.taken(session, 0.004)
    assert after.recipe is not None

    assert after.recipe.settings["learning_rate"].why == "Picked on the probe's chart."


def test_measured_values_do_not_replace_locked_ones(session: Session) -> None:
    """A finding is taken over, unless a person has spoken."""
    findings = {"learning_rate": recorded.measured_rate()}

    assert _values(acts.measured(session, findings))["learning_rate"] == recorded.BEST
    assert _values(acts.measured(acts.taken(session, 0.5), findings))["learning_rate"] == 0.5


def test_what_seeds_explain_is_known_of_one_training(session: Session) -> None:
    """It goes with the recipe, and another optimizer has luck of its own."""
    noise = SeedNoise(sd=0.01, seeds=6, evidence="run")
    before = acts.measured(session, {}, seed_noise=noise)

    assert acts.recipe_of(acts.taken(before, 0.5)).seed_noise == noise
    assert acts.recipe_of(acts.edited(before, "optimizer", "sgd")).seed_noise is None


def test_changing_the_training_drops_what_was_measured_for_another(session: Session) -> None:
    """The measured rate gives way to advice, and that is noticed."""
    before = acts.measured(session, {"learning_rate": recorded.measured_rate()})
    after = acts.edited(before, "optimizer", "sgd")

    assert acts.evidence_lost(before, after)
    assert not acts.evidence_lost(before, acts.taken(before, 0.5))


def test_a_probe_is_about_the_training_it_asked_for(session: Session) -> None:
    """Another learning rate is the same question, another optimizer is not."""
    asked = session.recipe

    assert acts.is_about(asked, acts.taken(session, 0.5))
    assert not acts.is_about(asked, acts.edited(session, "optimizer", "sgd"))
    assert not acts.is_about(None, session)


def test_a_probe_is_about_the_column_it_asked_for(session: Session) -> None:
    """The same values for another target are another training."""
    asked = session.recipe
    assert asked is not None
    assert asked.data is not None
    data = msgspec.structs.replace(asked.data, target="Age")

    assert not acts.is_about(msgspec.structs.replace(asked, data=data), session)


def test_the_probe_is_asked_about_the_recipe_in_sight(session: Session) -> None:
    """The spec carries the recipe, and survives the way through its file."""
    spec = acts.probe_spec(acts.edited(session, "batch_size", "16"))

    assert spec.command == "probe-lr"
    assert spec.recipe is not None
    assert spec.recipe.values()["batch_size"] == 16
    assert msgspec.json.decode(msgspec.json.encode(spec), type=specs.RunSpec) == spec


def test_without_a_recipe_nothing_can_be_decided() -> None:
    """Acts on a session whose data is still being read are refused."""
    early = Session(spec=shared.spec())

    for act in (lambda: acts.edited(early, "epochs", "3"), lambda: acts.probe_spec(early)):
        with pytest.raises(UsageError, match="still being read"):
            act()


def test_another_target_starts_over(session: Session) -> None:
    """The recipe was for another question; decisions on the command line stay."""
    after = acts.retargeted(acts.edited(session, "epochs", "7"), "Age")

    assert after.recipe is None
    assert after.spec.data.target == "Age"
    assert after.spec.choices.epochs == 7
