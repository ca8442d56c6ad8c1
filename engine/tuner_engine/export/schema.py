"""Which JSON Schema do the documents follow that this program writes?"""

import msgspec

from tuner_engine.configs.report import Report as Import
from tuner_engine.export.outcome import Report
from tuner_engine.recipe import Recipe
from tuner_engine.results import ProbeResult, TrainResult

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The JSON Schema that the schemas are written in; msgspec's own."""

_DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "recipe": Recipe,
    "probe": ProbeResult,
    "train": TrainResult,
    "export": Report,
    "import": Import,
}


def schemas() -> dict[str, object]:
    """Return the JSON Schema of each document, by its short name, such as `recipe` or `train`.

    The field `schema` of a document holds its full name and version, `tuner-tui/recipe/1`.
    """
    return {name: _schema(document) for name, document in _DOCUMENTS.items()}


def _schema(document: type[msgspec.Struct]) -> dict[str, object]:
    schema = msgspec.json.schema(document)
    # A default lets our own decoder go without it; what is published always names its version.
    schema["$defs"][document.__name__]["required"].append("schema")
    return {"$schema": DIALECT, **schema}
