"""Which advice does the training of a language model get that is stated by its sizes?"""

from tuner_engine.advice import advise
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, Tokens, Workload

SEQUENCE_LENGTH = 2048
"""Tokens in a sequence of most published trainings."""


def advised(
    parameters: float,
    tokens: float,
    choices: Choices,
    *,
    sequence_length: int = SEQUENCE_LENGTH,
    vocabulary: int = 50_000,
) -> dict[str, Setting]:
    """Return every setting for so many parameters without embeddings and unique tokens."""
    workload = Workload(
        family="language",
        task="language-modelling",
        train_examples=int(tokens // sequence_length),
        valid_examples=1,
        test_examples=1,
        features=0,
        outputs=vocabulary,
        base_parameters=int(parameters),
        tokens=Tokens(
            tokenizer="bpe",
            vocabulary=vocabulary,
            train_tokens=int(tokens),
            sequence_length=sequence_length,
            mean_length=sequence_length,
            median_length=sequence_length,
            longest=sequence_length,
        ),
    )
    return advise(Profile(workload=workload, data=None), choices, created="").settings
