"""What can a person say about a training or a sampling, without a file?"""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from tuner_engine.specs import Count, Model, Positive
from tuner_engine.workload import Family, Purpose, Regime, TaskKind

TaskWord = Literal[Purpose, TaskKind]
"""What a model is for, in one word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Facts in a person's own words.

    Attributes:
        regime: Where training starts and what it changes; `inference` to sample only.
        params: Parameters of the model, as 8B or 350M; looked up for models that are known.
        examples: Training examples, as 12000 or 12k.
        tokens: Tokens of all training text, as 2B.
        avg_tokens: Tokens of an example on average; of an answer, when sampling.
        context: Longest sequence in tokens, as 4096 or 128k.
        family: What kind of thing one example is.
        classes: Classes to tell apart.
        features: Columns of the table.
        image_size: Of every image, as 28x28 or 32x32x3.
        engine: What samples the model, as vllm, llama.cpp, openai.
        reasoning: The model thinks before it answers.
        gpu: The accelerator, as "RTX 4090" or H100.
        gpus: How many of them.
        gpu_memory: Memory of each, as 24GB.
        utilisation: Share of its peak speed that training reaches.
    """

    regime: Regime | None = None
    params: str | None = None
    examples: str | None = None
    tokens: str | None = None
    avg_tokens: Positive | None = None
    context: str | None = None
    family: Family | None = None
    classes: Annotated[int, Meta(ge=2)] | None = None
    features: Count | None = None
    image_size: str | None = None
    engine: str | None = None
    reasoning: bool | None = None
    gpu: str | None = None
    gpus: Count | None = None
    gpu_memory: str | None = None
    utilisation: Annotated[float, Meta(gt=0, le=1)] | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing was stated."""
        return all(getattr(self, name) is None for name in self.__dataclass_fields__)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What the facts are about: a model, and what it is for."""

    model: str | None = None
    """As the person names it."""
    task: TaskWord | None = None
    vocabulary: int | None = None
    """Tokens of the vocabulary, where stated."""

    @property
    def runnable(self) -> bool:
        """Whether the model is one that is trained here, from scratch."""
        return self.model in get_args(Model)
