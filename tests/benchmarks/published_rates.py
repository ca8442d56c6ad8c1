"""How far is the advised learning rate of a language model from those that were published?

Run as `python tests/benchmarks/published_rates.py`. Nothing is trained: published trainings are
stated as facts, and their rate is held against the advised one and the range around it.
"""

import statistics
import sys

from stated_language import advised

from tuner_engine.specs import Choices

PUBLISHED = {
    "Cerebras-GPT 111M": (85e6, 2.2e9, 6e-4),
    "Cerebras-GPT 256M": (2.0e8, 5.1e9, 6e-4),
    "Cerebras-GPT 590M": (5.1e8, 11.8e9, 2e-4),
    "Cerebras-GPT 1.3B": (1.2e9, 26.3e9, 2e-4),
    "Cerebras-GPT 2.7B": (2.5e9, 53e9, 2e-4),
    "Cerebras-GPT 6.7B": (6.4e9, 133e9, 1.2e-4),
    "Cerebras-GPT 13B": (12.6e9, 257e9, 1.2e-4),
    "GPT-2 124M": (85e6, 3e11, 6e-4),
    "Pythia 70M": (19e6, 3e11, 1e-3),
    "Pythia 160M": (85e6, 3e11, 6e-4),
    "Pythia 410M": (302e6, 3e11, 3e-4),
    "Pythia 1B": (805e6, 3e11, 2.5e-4),
    "Pythia 1.4B": (1.2e9, 3e11, 2e-4),
    "Pythia 2.8B": (2.5e9, 3e11, 1.6e-4),
    "Pythia 6.9B": (6.4e9, 3e11, 1.2e-4),
    "Pythia 12B": (11.3e9, 3e11, 1.2e-4),
    "SmolLM 135M": (106e6, 6e11, 3e-3),
    "SmolLM 360M": (315e6, 6e11, 3e-3),
    "SmolLM 1.7B": (1.6e9, 1e12, 5e-4),
    "OLMo 2 1B": (1.07e9, 4e12, 4e-4),
    "OLMo 2 7B": (6.9e9, 4e12, 3e-4),
    "OLMo 2 13B": (13e9, 5e12, 3e-4),
    "LLaMA 7B": (6.5e9, 1e12, 3e-4),
    "LLaMA 65B": (65e9, 1.4e12, 1.5e-4),
    "Llama 2 70B": (69e9, 2e12, 1.5e-4),
    "GPT-3 175B": (175e9, 3e11, 6e-5),
}
"""Training → parameters without embeddings, tokens, and the peak rate it took. What was taken is
not what is best: by the runs of Step Law the older tables were five to ten times too low."""


def main() -> None:
    """Print one line a training, then how many lie in the advised range."""
    ratios, inside = [], 0
    for name, (parameters, tokens, taken) in PUBLISHED.items():
        setting = advised(parameters, tokens, Choices(epochs=1))["learning_rate"]
        low, high = (float(end or 0) for end in setting.range or (0, 0))
        rate, within = float(setting.value or 0), low <= taken <= high
        ratios.append(rate / taken)
        inside += within
        sys.stdout.write(
            f"{name:<20} taken {taken:7.1e}  advised {rate:7.1e}  × {rate / taken:4.1f}  "
            f"{'in range' if within else 'outside'}\n"
        )
    sys.stdout.write(
        f"{inside} of {len(ratios)} in the advised range; median ratio "
        f"{statistics.median(ratios):.2f}\n"
    )


if __name__ == "__main__":
    main()
