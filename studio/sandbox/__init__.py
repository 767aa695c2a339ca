"""A small server that speaks OpenAI's image endpoint, so that the product runs without a key.

It answers with the plates in `static/plates`, made the prompt's own. Nothing here knows Django or
the product's tables: the product meets it over HTTP, as it meets the real model.
"""
