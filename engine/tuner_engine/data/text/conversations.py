"""Which prompts have which completions?

Pairs, instructions with instances, or chat turns, by the names that published data sets use.
Invariant: every example begins with something that is only read and holds something to learn.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tuner_engine.printable import printable

Role = Literal["System", "User", "Assistant"]

_PAIRS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("instruction", ("input", "context"), ("output", "response", "completion", "answer")),
    ("prompt", (), ("completion", "response", "chosen")),
    ("question", ("context",), ("answer", "response", "solution")),
    ("query", (), ("response", "answer")),
    ("problem", (), ("solution", "answer")),
    ("inputs", (), ("targets", "outputs")),
    ("input", (), ("output", "response")),
)
"""Prompt, what is read below it, and completion: names of Alpaca, Dolly, OpenAI, GSM8K, MATH, FLAN
and their relatives; the first that fits wins."""

_CERTAIN = frozenset({"instruction", "prompt"})
"""Prompts whose completion may be anything; the others might be questions to classify."""

_SYSTEM = ("system", "system_prompt")

_TURNS = ("messages", "conversations", "conversation", "turns", "dialog", "dialogue")
_SPEAKER = ("role", "from", "speaker")
_SAID = ("content", "value", "text")
_INSTANCES = "instances"

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("system", "developer", "context"), "System"),
    **dict.fromkeys(("user", "human", "prompter", "question", "tool", "function"), "User"),
    **dict.fromkeys(("assistant", "gpt", "bot", "chatgpt", "model", "ai", "answer"), "Assistant"),
}
"""Who speaks, as OpenAI, ShareGPT, OpenAssistant and Gemma write it. What a tool returns is read,
not learnt."""

_LEAST_WORDS = 3.0
"""Mean words of a completion from which an answer is more than a class. House choice."""

_TRIED = 200
"""Objects that a shape is judged by. House choice."""

_MOSTLY = 0.9
"""Share of the objects that must have the shape. House choice."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """Turns of which the assistant's are learnt.

    Attributes:
        turns: In order, the first one only read, at least one of the assistant.
        origin: Equal for examples that must stay on one side of the split: what is asked.
    """

    turns: tuple[Turn, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How objects hold examples.

    Attributes:
        words: What is read and what is learnt, for people.
        used: Keys that matter, the one that is recognised by first.
        learnt: Key of the completion, as `DataFacts.target` names it.
        examples: The examples of one object, none if it holds none.
    """

    words: str
    used: tuple[str, ...]
    learnt: str
    examples: Callable[[dict[str, Any]], Sequence[Example]]


def shape(objects: Sequence[dict[str, Any]]) -> Shape | None:
    """Return how most of some objects hold prompts and completions; none if they do not."""
    tried = objects[:_TRIED]
    keys = {key for one in tried for key in one}
    for candidate in _candidates(keys):
        holding = [found for one in tried if (found := candidate.examples(one))]
        if tried and len(holding) >= _MOSTLY * len(tried) and _is_sure(candidate, holding):
            return candidate
    return None


def _is_sure(candidate: Shape, holding: Sequence[Sequence[Example]]) -> bool:
    if candidate.used[0] in (*_CERTAIN, *_TURNS):
        return True
    answers = [turn.text for found in holding for one in found for turn in one.turns[-1:]]
    return sum(len(answer.split()) for answer in answers) >= _LEAST_WORDS * len(answers)


def _candidates(keys: set[str]) -> Iterator[Shape]:
    for key in _TURNS:
        if key in keys:
            yield _of_turns(key)
    if {"instruction", _INSTANCES} <= keys:
        yield _of_instances()
    for prompt, beside, completions in _PAIRS:
        learnt = next((name for name in completions if name in keys), None)
        if prompt in keys and learnt is not None:
            read = next((name for name in beside if name in keys), None)
            system = next((name for name in _SYSTEM if name in keys), None)
            yield _of_pairs(prompt, read, learnt, system=system)


def _of_pairs(prompt: str, beside: str | None, learnt: str, *, system: str | None) -> Shape:
    def examples(one: dict[str, Any]) -> Sequence[Example]:
        asked = _below(_text(one.get(prompt)), _text(one.get(beside)) if beside else "")
        answer = _text(one.get(learnt))
        if not asked or not answer:
            return ()
        told = _text(one.get(system)) if system else ""
        first = (Turn("System", told),) if told else ()
        return (Example((*first, Turn("User", asked), Turn("Assistant", answer)), asked),)

    used = tuple(name for name in (prompt, beside, learnt, system) if name is not None)
    read = " and ".join(name for name in (system, prompt, beside) if name is not None)
    return Shape(f"{read} read, {learnt} learnt", used, learnt, examples)


def _of_instances() -> Shape:
    def examples(one: dict[str, Any]) -> Sequence[Example]:
        instruction = _text(one.get("instruction"))
        found = one.get(_INSTANCES)
        pairs = [
            (_below(instruction, _text(case.get("input"))), _text(case.get("output")))
            for case in (found if isinstance(found, list) else ())
            if isinstance(case, dict)
        ]
        return [
            Example((Turn("User", asked), Turn("Assistant", answer)), instruction)
            for asked, answer in pairs
            if asked and answer
        ]

    words = "instruction and the input of each instance read, its output learnt"
    return Shape(words, ("instruction", _INSTANCES), _INSTANCES, examples)


def _of_turns(key: str) -> Shape:
    def examples(one: dict[str, Any]) -> Sequence[Example]:
        said = one.get(key)
        turns = tuple(_turns(said if isinstance(said, list) else ()))
        # What is learnt must answer something; a greeting of the assistant is then only read.
        asked = next((place for place, turn in enumerate(turns) if turn.role != "Assistant"), None)
        if asked is None or all(turn.role != "Assistant" for turn in turns[asked:]):
            return ()
        first = next(turn for turn in turns[asked:] if turn.role == "Assistant")
        return (Example(turns[asked:], "\n".join(_before(turns[asked:], first))),)

    return Shape(f"what the assistant says in {key} learnt, all else read", (key,), key, examples)


def _before(turns: Iterable[Turn], stop: Turn) -> Iterator[str]:
    for turn in turns:
        if turn is stop:
            return
        yield turn.text


def _turns(said: Iterable[Any]) -> Iterator[Turn]:
    for one in said:
        if not isinstance(one, dict):
            continue
        speaker = next((one[name] for name in _SPEAKER if name in one), None)
        text = _text(next((one[name] for name in _SAID if name in one), None))
        role = _ROLES.get(speaker.casefold()) if isinstance(speaker, str) else None
        if role is not None and text:
            yield Turn(role, text)


def _text(value: Any) -> str:
    """Return a cell as text; the text parts of one that has several, nothing for what has none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in value]
        return "\n".join(part for part in parts if isinstance(part, str)).strip()
    return ""


def _below(first: str, second: str) -> str:
    return "\n".join(part for part in (first, second) if part)


def shown_keys(objects: Sequence[dict[str, Any]]) -> str:
    """Return the names of some fields, for an error."""
    keys = dict.fromkeys(key for one in objects[:_TRIED] for key in one)
    return ", ".join(printable(key, width=40) for key in list(keys)[:8])
