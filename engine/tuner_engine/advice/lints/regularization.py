"""Which dropout, decay, smoothing, clipping and chance look like a mistake?"""

from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.lints.finding import Finding, Settings, chosen, number, value
from tuner_engine.workload import Workload

CLIPPING = (0.3, 5.0)
"""Gradient norms that are published as thresholds. Source: row C6."""

USUAL_BETA2, HIGHEST_BETA2 = 0.95, 0.999
"""Adam's memory of squares that language models are trained with from scratch, and its own
default, which is too long for them. Source: row C10."""


def dropout_in_single_pass(settings: Settings, workload: Workload) -> Finding | None:
    """Say that dropout hinders a model that sees each text once."""
    dropout, epochs = chosen(settings, "dropout"), number(settings, "epochs")
    once = workload.family == "language" and workload.regime == "scratch" and epochs == 1
    if not dropout or not once:
        return None
    message = (
        f"dropout {dropout:g} hinders a training that sees each text once and cannot learn it by "
        "heart; take 0"
    )
    return Finding(message=message, fix=("dropout", 0.0))


def label_smoothing_in_language(settings: Settings, workload: Workload) -> Finding | None:
    """Say that smoothing spoils the probabilities of a language model."""
    smoothing = number(settings, "label_smoothing")
    if not smoothing or workload.family != "language":
        return None
    message = (
        f"label_smoothing {smoothing:g} spoils the probabilities that a language model is for; "
        "take 0"
    )
    return Finding(message=message, fix=("label_smoothing", 0.0))


def decay_on_norms(settings: Settings, workload: Workload) -> Finding | None:
    """Say that decay pulls on what only scales."""
    if value(settings, "decay_norms") is not True or not number(settings, "weight_decay"):
        return None
    message = (
        "decay_norms pulls the scales of norms and the biases to zero, which only weights gain "
        "from; set it to false"
    )
    return Finding(message=message, fix=("decay_norms", False))


def clip_unusual(settings: Settings, workload: Workload) -> Finding | None:
    """Say that clipping acts always or never."""
    clip = chosen(settings, "gradient_clip")
    low, high = CLIPPING
    if clip is None or low <= clip <= high:
        return None
    acts = "nearly every step" if clip < low else "hardly any step"
    message = (
        f"gradient_clip {worded(clip)} acts on {acts}; published thresholds go from {low:g} to "
        f"{high:g}: take 1, or leave it unset"
    )
    return Finding(message=message, fix=("gradient_clip", 1.0))


def beta2_too_long(settings: Settings, workload: Workload) -> Finding | None:
    """Say that Adam remembers squares for too long to be stable."""
    beta2 = chosen(settings, "beta2")
    scratch = workload.family == "language" and workload.regime == "scratch"
    if beta2 is None or beta2 < HIGHEST_BETA2 or not scratch:
        return None
    message = (
        f"beta2 {beta2:g} remembers squares longer than any published pre-training of a language "
        f"model, where one bad batch then echoes for long; take {USUAL_BETA2:g}"
    )
    return Finding(message=message, fix=("beta2", USUAL_BETA2))


def no_seed(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a training cannot be repeated."""
    if "seed" not in settings or value(settings, "seed") is not None:
        return None
    if workload.regime == "inference":
        return None
    message = "seed is unset, so that no result can be repeated or told from luck; take 0"
    return Finding(message=message, fix=("seed", 0))
