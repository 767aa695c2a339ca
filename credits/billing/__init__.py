"""Stripe: what is asked of it, and what its word changes here.

An event is a hint that something about an object changed: `settle` in each module reads the object as Stripe has it now
and applies what follows, once. So a lost, doubled or late event changes nothing but time.
"""
