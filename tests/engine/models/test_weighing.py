"""Does a model weigh, once it is built, what was counted without building it?"""

import families
import problems
import pytest

from tuner_engine import models
from tuner_engine.advice import weighing
from tuner_engine.training import costs, courses

BUILT = [*families.MODELS, "resnet-18", "vit-small", "text-encoder-mini", "decoder-3m"]


@pytest.mark.parametrize("model", BUILT)
@pytest.mark.parametrize(("layers", "width"), [(1, 16), (4, 96)])
def test_counted_parameters_are_those_of_the_built_model(
    model: str, layers: int, width: int
) -> None:
    """Exactly; a step costs about what was counted."""
    like = {"resnet-18": "cnn", "vit-small": "vit-tiny", "text-encoder-mini": "text-encoder-tiny"}
    kind = families.MODELS[like.get(model, "decoder-1m" if model == "decoder-3m" else model)]
    dataset = families.dataset(kind)
    settings = problems.settings(
        model=model, hidden_layers=layers, hidden_width=width, batch_size=8, dropout=0.0
    )
    task = models.task(dataset, settings)
    built = costs.of(task, courses.form(task, settings))
    facts = dataset.profile.workload
    columns = len(getattr(dataset.encoding, "groups", ())) or None
    values = {
        "model": model,
        "hidden_layers": layers,
        "hidden_width": width,
        "batch_size": 8,
        "optimizer": settings.optimizer,
        "patience": settings.patience,
    }
    counted = weighing.weight(values, facts, columns=columns)

    assert counted is not None
    assert counted.parameters == built.parameters
    assert 0.65 < built.step_flops / counted.step_flops < 1.25
    assert counted.state_bytes == pytest.approx(built.state_bytes, rel=0.15, abs=500)
