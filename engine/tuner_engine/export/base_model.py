"""How do other programs name the model that is tuned or sampled?"""

from tuner_engine.export.case import Case
from tuner_engine.export.entries import ABSENT, NOTHING, Entry, Fields, Found, Written, understood
from tuner_engine.export.outcome import Dropped


def base_model(path: str) -> Entry:
    """Return the entry of the pretrained model, a fact of the workload or a setting.

    A model that is trained from scratch here is one of this program's own, which no other knows.
    """

    def write(case: Case) -> Written:
        if case.base_model is not None:
            return Written(fields={path: case.base_model})
        value = case.values.get("model")
        if value is None:
            return NOTHING
        why = f"it is a model of this program; name a pretrained one in {path}"
        return Written(dropped=(Dropped(name="model", value=value, why=why),))

    def read(fields: Fields) -> Found:
        return understood("model", fields[path], path=path) if path in fields else ABSENT

    return Entry(settings=("model",), write=write, read=read)
