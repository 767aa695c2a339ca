"""Serve the sandbox: a local stand-in for the image model."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studio.sandbox.behaviour import FAULTS, Behaviour, changed
from studio.sandbox.errors import ApiError
from studio.sandbox.moderations import FAULTS as MODERATION_FAULTS
from studio.sandbox.serving import serve


class Command(BaseCommand):
    help = "Serve the sandbox: OpenAI's image endpoint, answered with our own sample pictures, and its moderation."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8010)
        parser.add_argument("--latency", type=float, metavar="SECONDS", help="until a picture; by quality if not given")
        parser.add_argument(
            "--latency-spread", type=float, metavar="SHARE", help="0.5: half as long up to half as much"
        )
        parser.add_argument("--fault", choices=FAULTS, help="answer every call with this fault")
        parser.add_argument("--plan", metavar="SEED", help="draw for each call whether it gets a fault, and which")
        parser.add_argument("--share", type=float, help="of the calls that the plan gives a fault; 0.3 if not given")
        parser.add_argument("--faults", metavar="A,B,C", help="those that the plan draws from; all if not given")
        parser.add_argument("--moderation-fault", choices=MODERATION_FAULTS, help="answer every moderation with it")
        parser.add_argument("--moderation-share", type=float, help="of the moderations that the plan gives a fault")
        parser.add_argument("--per-minute", type=int, metavar="N", help="calls a minute of one model; above that, 429")
        parser.add_argument("--minute", type=float, metavar="SECONDS", help="how long that minute lasts, for tests")
        parser.add_argument("--canned", action="store_true", help="answer with one prepared picture, for benches")
        parser.add_argument("--calls", metavar="FILE", help="append one JSON line here for every paid call")

    def handle(self, *args: Any, **options: Any) -> None:
        said = {
            "latency_s": options["latency"],
            "latency_spread": options["latency_spread"],
            "fault": options["fault"],
            "per_minute": options["per_minute"],
            "minute_s": options["minute"],
            "plan": options["plan"],
            "share": options["share"],
            "faults": options["faults"] and options["faults"].split(","),
            "moderation_fault": options["moderation_fault"],
            "moderation_share": options["moderation_share"],
        }
        settings = Behaviour(canned=options["canned"], calls=options["calls"])
        try:
            settings = changed(settings, {name: value for name, value in said.items() if value is not None})
        except ApiError as error:
            raise CommandError(error.message) from None
        serve(host=options["host"], port=options["port"], settings=settings)
