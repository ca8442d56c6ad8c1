"""What would change a setting?

Invariant: a setting that already says so keeps its own sentence.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tuner_engine.recipe import Setting

CHANGES: dict[str, str] = {
    "model": "More examples, or an accelerator, make a larger model worth its time.",
    "hidden_layers": "More examples carry a deeper model; overfitting asks for a shallower one.",
    "hidden_width": "More examples carry a wider model; overfitting asks for a narrower one.",
    "optimizer": "A published training of the same model with another optimizer.",
    "schedule": "A length that is not known beforehand asks for one that does not fall to its end.",
    "learning_rate": "Another optimizer, batch or width; `tuner-tui probe lr` measures it.",
    "warmup_share": "A loss that jumps in the first steps asks for more of it.",
    "batch_size": "More examples raise it; too little memory splits it into parts.",
    "epochs": "A validation loss still falling at the end asks for more, one that rises for less.",
    "patience": "Noise between epochs asks for more of it; a schedule that falls for none.",
    "weight_decay": "Overfitting asks for more of it, and so does repeating few data.",
    "dropout": "Overfitting asks for more of it; a single pass over the data for none.",
    "label_smoothing": "Wrong labels ask for more of it; probabilities that matter for less.",
    "gradient_clip": "A loss with spikes asks for a lower norm.",
    "accumulation": "A batch that does not fit the device's memory.",
    "precision": "A larger model, or an accelerator that computes in half precision faster.",
    "rematerialize": "Activations that do not fit the device's memory.",
    "augmentation": "Images whose meaning a flip or a shift keeps, or changes.",
    "momentum": "Small batches and their noise ask for more of it; short trainings for less.",
    "beta1": "A loss with spikes asks for less of it; it is the second setting of Adam to search.",
    "beta2": "Large batches and heavy-tailed gradients ask for 0.95; steps of few tokens for more.",
    "epsilon": "A loss that jumps although the rate is low asks for more of it.",
    "min_learning_rate_share": "A training that is to be continued asks for more of it.",
    "drop_path": "More blocks and more epochs ask for more of it.",
    "sequence_length": "Longer examples ask for more of it; activations that do not fit for less.",
    "packing": "Examples that are short against the sequence, or a loss that must not see others.",
    "quantization": "Weights that do not fit the device at 16 bit.",
    "lora_rank": "Much to learn, or reinforcement learning, which needs little; memory.",
    "lora_dropout": "Few examples seen often ask for more of it.",
    "lora_targets": "Memory alone: fewer matrices learn less at the same rank.",
    "preference_beta": "Answers that drift from the reference ask for more of it.",
    "kl_coefficient": "Rewards that are gamed ask for more of it.",
    "group_size": "Rewards that are mostly equal within a group ask for more of it.",
    "temperature": "What the answers are for; the vendor's own figure for another model.",
    "top_p": "Another model family, or a temperature that is left at 1.",
    "top_k": "Another model family, or a temperature that is left at 1.",
    "min_p": "Stories at a high temperature ask for it.",
    "frequency_penalty": "Words that come back too often, once temperature is no help.",
    "presence_penalty": "Subjects that come back too often, once temperature is no help.",
    "repetition_penalty": "Loops of a small model; code and tables must repeat themselves.",
    "max_tokens": "Longer answers than were stated; thinking before them.",
    "seed": "Nothing: repeat with others to see the noise.",
}
"""Setting → what would change its value, in one sentence. House choice."""


def told(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """Return the settings, each with what would change it."""
    return {
        name: setting
        if setting.changes or name not in CHANGES
        else replace(setting, changes=CHANGES[name])
        for name, setting in settings.items()
    }
