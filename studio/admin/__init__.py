"""The operators' side of the studio: models, prices, runs, generations, refused pictures, and what is stuck."""

from studio.admin import catalogue, disclosures, generations, pages, people, prices, runs, seals, uploads

__all__ = ["catalogue", "disclosures", "generations", "pages", "people", "prices", "runs", "seals", "uploads"]
