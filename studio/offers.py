"""What a frame that was not made offers: to be asked for again at today's price, or why that can't be."""

from dataclasses import dataclass

from django.db.models import Count

from studio import absences, breaker, catalogue, sizes
from studio.models import Generation, Mode, Reference, Run
from studio.quotes import quote


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`price` in credits, None where it can't be asked for again; `absent` says so of its model.

    `settings`: another model is to be had, which the same settings can be used with.
    """

    price: int | None = None
    absent: str = ""
    settings: bool = False


def of(rows: list[Generation]) -> dict[int, Offer]:
    """By the frame's id; none for what was asked again already, and for what has no price with its settings."""
    if not rows:
        return {}
    asked = set(
        Run.objects.filter(owner=rows[0].run.owner_id, key__in=[r.uuid for r in rows]).values_list("key", flat=True)
    )
    offered = {model.pk: model for model in catalogue.offered()}
    answering = offered.keys() - breaker.refusing(offered.values())
    listed = catalogue.price_book(models=offered.values())
    along = _along([row.run for row in rows if row.run.mode != Mode.TEXT])
    found = {}
    for row in rows:
        run = row.run
        if row.uuid in asked or (run.mode != Mode.TEXT and not run.complete):
            continue
        price = listed.get((run.mode, row.model_id, run.quality, sizes.band(sizes.Size(run.width, run.height))))
        if row.model_id not in offered:
            found[row.pk] = Offer(absent=absences.withdrawn(row.model), settings=bool(answering))
        elif row.model_id not in answering:
            found[row.pk] = Offer(absent=absences.not_answering(row.model), settings=bool(answering))
        elif price is not None:
            credits = quote(
                price=catalogue.facts(price), count=1, references=along.get(run.pk, 0), previews=run.previews
            ).credits
            found[row.pk] = Offer(price=credits)
    return found


def _along(runs: list[Run]) -> dict[int, int]:
    """How many pictures went along with each run, by its id."""
    rows = Reference.objects.filter(run__in=runs, image__isnull=False) if runs else Reference.objects.none()
    return dict(rows.order_by().values_list("run").annotate(Count("pk")))
