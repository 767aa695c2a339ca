"""Serve the sandbox: a local stand-in for the image model."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from studio.sandbox.behaviour import FAULTS, Behaviour
from studio.sandbox.serving import serve


class Command(BaseCommand):
    help = "Serve the sandbox: OpenAI's image endpoint, answered with this product's own sample pictures."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8010)
        parser.add_argument("--latency", type=float, metavar="SECONDS", help="until a picture; by quality if not given")
        parser.add_argument("--fault", choices=FAULTS, help="answer every call with this fault")
        parser.add_argument("--canned", action="store_true", help="answer with one prepared picture, for benches")
        parser.add_argument("--calls", metavar="FILE", help="append one JSON line here for every paid call")

    def handle(self, *args: Any, **options: Any) -> None:
        settings = Behaviour(
            latency_s=options["latency"],
            fault=options["fault"],
            canned=options["canned"],
            calls=options["calls"],
        )
        serve(host=options["host"], port=options["port"], settings=settings)
