"""What does the stated hardware allow advice to assume?"""

from tuner_engine.workload import Hardware


def is_accelerated(hardware: Hardware | None) -> bool:
    """Return whether a GPU or TPU is known to be there; hardware nobody stated counts as none."""
    return hardware is not None and "cpu" not in hardware.device.lower()
