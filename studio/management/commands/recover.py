"""Carry on or end what a crash left lying, as the workers' beat does by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studio import generations, storage


class Command(BaseCommand):
    help = (
        "Carry on or end what crashes, lost messages and a store that was down left lying. Workers do it every 15 s "
        "by themselves; run it on the machine where finished pictures wait in the spool."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--store", action="store_true", help="go through the whole store too: adopt or remove objects without a row"
        )

    def handle(self, *args: Any, store: bool, **options: Any) -> None:
        done = generations.recover()
        if store:
            try:
                done |= generations.sweep_store()
            except storage.ERRORS as error:
                raise CommandError(f"The store does not answer: {type(error).__name__}.") from error
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items()))
