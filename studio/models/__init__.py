"""What the studio keeps: the catalogue of models and prices, runs with their generations, and pictures."""

from studio.models.breaker import Breaker
from studio.models.catalogue import Background, Band, ImageModel, Mode, OutputFormat, Price, Quality
from studio.models.disclosure import Disclosure
from studio.models.image import Image, ImageKind
from studio.models.run import ENDED, Generation, Run, Status, WaitsFor
from studio.models.seal import Outcome, Seal

__all__ = [
    "ENDED",
    "Background",
    "Band",
    "Breaker",
    "Disclosure",
    "Generation",
    "Image",
    "ImageKind",
    "ImageModel",
    "Mode",
    "Outcome",
    "OutputFormat",
    "Price",
    "Quality",
    "Run",
    "Seal",
    "Status",
    "WaitsFor",
]
