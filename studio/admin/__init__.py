"""The operators' side of the studio: models, prices, runs, generations, and what is stuck."""

from studio.admin import catalogue, disclosures, generations, pages, people, prices, runs, seals

__all__ = ["catalogue", "disclosures", "generations", "pages", "people", "prices", "runs", "seals"]
