"""What is advised for when the data are a corpus, and how many tokens does its training take?"""

from dataclasses import dataclass

from tuner_engine.advice.case import Case
from tuner_engine.workload import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus(Case):
    """One request for advice on a language model, with its sizes in force."""

    tokens: Tokens
    parameters: float
    """N, without embeddings."""
    stated: int | None
    """The same where a person stated it for a model that is not run here."""

    @property
    def seen_tokens(self) -> float:
        """Tokens of the whole training, D."""
        return float(self.tokens.train_tokens) * self.epochs

    @property
    def batch_tokens(self) -> int:
        """Tokens in a step, B."""
        return self.batch_size * self.tokens.sequence_length

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole training."""
        return max(int(self.seen_tokens // self.batch_tokens), 1)
