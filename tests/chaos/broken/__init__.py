"""Promises broken on purpose, to see the driver catch it: an app that is installed where BROKEN names one of them."""
