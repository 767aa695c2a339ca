"""The life of a generation: submit, hand over, run, finish, fail, cancel, recover. See DESIGN in docs/."""

from studio.generations.checks import awaited, awaits
from studio.generations.endings import NothingToRepay, cancel, fail, finish, repay
from studio.generations.orphans import sweep as sweep_store
from studio.generations.queue import places
from studio.generations.recovery import recover
from studio.generations.submission import NotAnswering, NotFailed, OnHold, Paused, QuoteChanged, retry, submit
from studio.generations.work import run

__all__ = [
    "NotAnswering",
    "NotFailed",
    "NothingToRepay",
    "OnHold",
    "Paused",
    "QuoteChanged",
    "awaited",
    "awaits",
    "cancel",
    "fail",
    "finish",
    "places",
    "recover",
    "repay",
    "retry",
    "run",
    "submit",
    "sweep_store",
]
