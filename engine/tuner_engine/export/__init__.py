"""In which form does a recipe leave for another program?"""

from tuner_engine.export.formats import FORMATS, export
from tuner_engine.export.schema import schemas

__all__ = ["FORMATS", "export", "schemas"]
