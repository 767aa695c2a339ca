"""A local Stripe for development and tests: the calls that we make, with Stripe's shapes, errors and signed webhooks.

It imports nothing of the product, so that what passes here passes over the wire.
"""
