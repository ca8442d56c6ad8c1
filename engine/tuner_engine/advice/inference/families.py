"""Whose relative is a model, as far as sampling is concerned?

Invariant: the first pattern that fits decides, so what is special stands before what is general.
"""

import re

import msgspec


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Models that are sampled alike."""

    name: str
    pattern: str
    """What their names contain, as a regular expression in lower case."""
    row: str
    """Row of the presets with their values."""
    engine: str = ""
    """Whose API runs them, where only one does."""
    reasons: bool = False
    """Whether they think before they answer."""
    keeps: bool = False
    """Whether their own temperature stays, whatever is asked for."""
    greedy: bool = True
    """Whether taking the likeliest token is allowed."""


def _thinking(name: str, pattern: str, row: str) -> Family:
    """Return a family that thinks, keeps its own temperature, and loops when it is greedy."""
    return Family(name=name, pattern=pattern, row=row, reasons=True, keeps=True, greedy=False)


FAMILIES: tuple[Family, ...] = (
    Family(name="gpt-oss", pattern=r"gpt-oss", row="D32", reasons=True, keeps=True),
    Family(
        name="openai-reasoning",
        pattern=r"^(openai/)?(o[134]\b|gpt-5)",
        row="D4",
        engine="openai",
        reasons=True,
        keeps=True,
    ),
    Family(name="openai", pattern=r"^(openai/)?(gpt-[34]|chatgpt)", row="D1", engine="openai"),
    Family(
        name="claude-fixed",
        pattern=r"claude.*(opus-4[.-]7|(opus|sonnet|haiku)-5)",
        row="D9",
        engine="anthropic",
        keeps=True,
    ),
    Family(
        name="claude-either",
        pattern=r"claude.*(opus-4[.-]1|(opus|sonnet|haiku)-4[.-]5)",
        row="D8",
        engine="anthropic",
    ),
    Family(name="claude", pattern=r"claude", row="D5", engine="anthropic"),
    Family(
        name="gemini-3",
        pattern=r"gemini-3",
        row="D10",
        engine="gemini",
        reasons=True,
        keeps=True,
        greedy=False,
    ),
    Family(name="gemini", pattern=r"gemini", row="J2", engine="gemini"),
    _thinking("deepseek-r1", r"deepseek-?r1|deepseek-reasoner", "D23"),
    Family(name="deepseek-v4", pattern=r"deepseek-?v4", row="D24", keeps=True),
    Family(name="deepseek-v3", pattern=r"deepseek-?v3|deepseek-chat", row="D22"),
    _thinking("qwq", r"qwq", "D29"),
    Family(name="qwen3.5", pattern=r"qwen-?3\.[5-9]", row="D27", reasons=True),
    _thinking("qwen3-thinking", r"qwen-?3.*thinking", "D25"),
    _thinking("qwen3-hybrid", r"qwen-?3-\d+(\.\d+)?b(-a\d+b)?(?!.*(instruct|2507|base))", "D25"),
    Family(name="qwen3", pattern=r"qwen-?3", row="D26"),
    Family(name="qwen2.5", pattern=r"qwen-?2", row="D28"),
    Family(name="llama-4", pattern=r"llama-?4", row="D31"),
    Family(name="llama-3", pattern=r"llama-?3", row="D30"),
    Family(name="gemma", pattern=r"gemma", row="D33"),
    Family(name="magistral", pattern=r"magistral|devstral", row="D38"),
    Family(name="mistral-nemo", pattern=r"mistral-?nemo", row="D37"),
    Family(name="mistral-small", pattern=r"mistral-?small|ministral", row="D36"),
    Family(name="mistral", pattern=r"mistral|mixtral|codestral", row="D34"),
    Family(name="kimi-k2", pattern=r"kimi", row="D40"),
    Family(name="phi-4", pattern=r"phi-?4", row="D41"),
    Family(name="phi-3", pattern=r"phi-?3", row="D42"),
    Family(name="minicpm", pattern=r"minicpm", row="D43"),
    Family(name="glm", pattern=r"glm-?[45]|minimax|nemotron", row="D44"),
    Family(name="lfm2", pattern=r"lfm-?2", row="D45", keeps=True),
    Family(name="granite-4", pattern=r"granite-?4", row="D46"),
    Family(name="nanogpt", pattern=r"nanogpt|gpt-?2\b|pythia", row="D19"),
)
"""Every family that is known."""

UNKNOWN = Family(name="unknown", pattern="", row="D47")
"""Everything else."""

CLAUDE_THINKING = Family(
    name="claude-thinking", pattern="", row="D7", engine="anthropic", reasons=True, keeps=True
)
"""Claude with extended thinking."""

QWEN_THINKING = next(each for each in FAMILIES if each.name == "qwen3-thinking")
"""Qwen3 where it thinks."""

QWEN = next(each for each in FAMILIES if each.name == "qwen3")
"""Qwen3 where it does not. Its first models can do both, and think unless told not to: row D25."""


def of(model: str | None, *, reasoning: bool | None = None) -> Family:
    """Return the family that a model belongs to.

    Args:
        model: Its name, as people write it; none if it is not known.
        reasoning: Whether it is asked to think, where a model can do both.
    """
    plain = re.sub(r"[\s_:]+", "-", (model or "").lower())
    found = next((each for each in FAMILIES if re.search(each.pattern, plain)), UNKNOWN)
    if found.name in {"qwen3", "qwen3-hybrid"}:
        thinks = found.name == "qwen3-hybrid" if reasoning is None else reasoning
        return QWEN_THINKING if thinks else QWEN
    if reasoning and found.name in {"claude", "claude-either"}:
        return CLAUDE_THINKING
    return found
