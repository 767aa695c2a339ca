"""What the studio keeps: the catalogue of models and prices, runs with their generations, and pictures."""

from studio.models.breaker import Breaker
from studio.models.catalogue import Background, Band, ImageModel, Mode, OutputFormat, Price, Quality
from studio.models.disclosure import Disclosure
from studio.models.image import Image, ImageKind
from studio.models.reference import Reference, Role
from studio.models.run import ENDED, Generation, Keep, Remade, Run, Status, Strength, WaitsFor
from studio.models.seal import Outcome, Seal
from studio.models.upload import Upload, UploadState

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
    "Keep",
    "Mode",
    "Outcome",
    "OutputFormat",
    "Price",
    "Quality",
    "Reference",
    "Remade",
    "Role",
    "Run",
    "Seal",
    "Status",
    "Strength",
    "Upload",
    "UploadState",
    "WaitsFor",
]
