"""Serve the local Stripe: a stand-in that the real stripe package talks to, with a checkout page and webhooks."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from credits.sandbox.serving import serve
from credits.sandbox.settings import Settings


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        said = os.environ.get
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8012)
        parser.add_argument("--webhook-url", default="", metavar="URL", help="where events go; nowhere if not given")
        parser.add_argument("--webhook-secret", default=said("STRIPE_WEBHOOK_SECRET") or Settings.webhook_secret)
        parser.add_argument("--key", default=said("STRIPE_SECRET_KEY") or Settings.key, help="that calls must bear")
        parser.add_argument("--state", type=Path, metavar="FILE", help="keep all that it knows here")

    def handle(self, *args: Any, **options: Any) -> None:
        settings = Settings(
            key=options["key"],
            webhook_url=options["webhook_url"],
            webhook_secret=options["webhook_secret"],
            state=options["state"] and options["state"].resolve(),
        )
        serve(host=options["host"], port=options["port"], settings=settings)
