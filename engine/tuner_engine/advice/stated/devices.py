"""Which devices do stated facts mean?"""

from tuner_engine.advice import catalogue, quantities
from tuner_engine.advice.stated.facts import Stated
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.workload import Hardware


def hardware(facts: Stated) -> Hardware | None:
    """Return the devices that were stated; none where nothing was said of them.

    Raises:
        UsageError: The device is not known, and its memory was not stated.
    """
    stated = (
        quantities.memory_bytes(facts.gpu_memory, option="--gpu-memory")
        if (facts.gpu_memory)
        else None
    )
    if facts.gpu is None:
        if stated is None and facts.gpus is None and facts.utilisation is None:
            return None
        return Hardware(
            device="gpu",
            memory_bytes=stated,
            count=facts.gpus or 1,
            utilisation=facts.utilisation,
        )
    known = catalogue.device(facts.gpu)
    if known is None and stated is None:
        near = ", ".join(catalogue.near(facts.gpu, of=catalogue.devices())) or "A100, RTX 4090"
        raise UsageError(
            f"--gpu {printable(facts.gpu)} is not known; say --gpu-memory, or one such as {near}"
        )
    return Hardware(
        device=known.name if known else printable(facts.gpu),
        memory_bytes=stated or (known.memory_bytes if known else None),
        count=facts.gpus or 1,
        utilisation=facts.utilisation,
    )
