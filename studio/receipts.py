"""What the studio's causes in the ledger mean, for the statement: runs that were paid, frames that came back."""

from collections.abc import Mapping

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from credits import holdings
from credits.models import Wallet
from credits.statements import Description, describers, finders
from studio import failures, lookups, picture_urls
from studio.models import Generation, Image, Quality, Run, Status


def register() -> None:
    """Tells the statement who knows the causes `run:` and `generation:`, finds 118-3, and counts what is being made."""
    describers["run"] = runs
    describers["generation"] = generations
    finders.append(find)
    holdings.under_way.append(under_way)


def runs(references: list[str]) -> Mapping[str, Description]:
    """Runs by uuid: number, prompt, how many frames of which model, and the first picture."""
    found = Run.objects.filter(uuid__in=references).prefetch_related("generations__model")
    pictures = _first_pictures([run.pk for run in found])
    return {str(run.uuid): _run(run, pictures.get(run.pk)) for run in found}


def generations(references: list[str]) -> Mapping[str, Description]:
    """Frames that came back, by uuid: number and why."""
    found = Generation.objects.filter(uuid__in=references).select_related("run")
    return {str(row.uuid): Description(title=_why(row), number=row.frame, url=_at(row.run)) for row in found}


def _run(run: Run, picture: Image | None) -> Description:
    rows = [row for row in run.generations.all() if row.retry_of_id is None]
    detail = _("%(count)s × %(model)s, %(quality)s") % {
        "count": len(rows),
        "model": rows[0].model.label,
        "quality": str(Quality(run.quality).label).lower(),
    }
    detail = ", ".join([*run.works, detail])
    thumb = picture_urls.src(picture) if picture else ""
    return Description(title=run.prompt[:120], detail=detail, url=_at(run), thumb_url=thumb, number=str(run.number))


def _why(row: Generation) -> str:
    match row.status:
        case Status.CANCELLED:
            return _("Cancelled while it waited")
        case Status.FAILED if row.error_code:
            words = failures.happened(row.error_code).rstrip(".")
            return f"{failures.title(row.error_code)}: {words[:1].lower()}{words[1:]}"
    return _("Given back")


def _first_pictures(run_ids: list[int]) -> dict[int, Image]:
    images = Image.objects.filter(generation__run__in=run_ids, on_table=True, deleted_at__isnull=True).select_related(
        "generation"
    )
    return {image.generation.run_id: image for image in images.order_by("-id") if image.generation}


def _at(run: Run) -> str:
    return f"{reverse('studio:home')}?before={run.number + 1}#run-{run.number}"


def under_way(wallet: Wallet) -> int:
    """Credits of the wallet's frames that have not ended; one that is tried again is paid by the house."""
    rows = Generation.objects.filter(run__wallet=wallet, status__in=(Status.QUEUED, Status.RUNNING), retry_of=None)
    total: int | None = rows.aggregate(total=Sum("credits"))["total"]
    return total or 0


def find(wallet: Wallet, words: str) -> list[str]:
    """The causes of a run and its frames by its number, 118, or of the one frame and its run: 118-3."""
    if not (number := lookups.NUMBER.fullmatch(words.strip())):
        return []
    rows = Generation.objects.filter(run__wallet=wallet, run__number=int(number[1]))
    if number[2]:
        rows = rows.filter(position=int(number[2]))
    found = list(rows.values_list("run__uuid", "uuid"))
    return list(dict.fromkeys(f"run:{run}" for run, _frame in found)) + [f"generation:{frame}" for _run, frame in found]
