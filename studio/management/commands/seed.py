"""Fills an empty catalogue and an empty shop, and makes the groups for staff. Run again it changes nothing."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from credits import shop_rows
from studio.catalogue_rows import ALL, BAND_FACTOR, MODELS, REFERENCE_CREDITS, TOKEN_CENTS
from studio.models import ImageModel, Price

VALID_FROM = datetime(2026, 11, 24, tzinfo=UTC)
SUPPORT = (
    "view_user", "view_wallet", "view_lot", "view_entry", "view_imagemodel", "view_price", "view_run",
    "view_generation", "retry_generation", "view_disclosure", "add_disclosure", "view_upload",
)  # fmt: skip
GROUPS = {
    "support": SUPPORT,
    "finance": (*SUPPORT, "grant_credits", "repay_generation", "add_price", "change_imagemodel", "overrule_upload"),
    "Child safety": ("handle_seal",),  # for superusers too: studio/seals.py
}


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for position, row in enumerate(MODELS):
            facts = {**TOKEN_CENTS, **ALL, **row, "position": position}
            tokens, ladder = facts.pop("tokens"), facts.pop("ladder")
            model, new = ImageModel.objects.get_or_create(api_name=facts.pop("api_name"), defaults=facts)
            if new:
                Price.objects.bulk_create(
                    Price(
                        model=model,
                        quality=quality,
                        band=band,
                        credits=credits,
                        reference_credits=REFERENCE_CREDITS if model.image_in_cents else 0,
                        output_tokens=round(tokens[quality] * BAND_FACTOR[band]),
                        valid_from=VALID_FROM,
                    )
                    for quality, bands in ladder.items()
                    for band, credits in zip(BAND_FACTOR, bands, strict=True)
                )
        shop_rows.stock()
        for name, permissions in GROUPS.items():
            group, _new = Group.objects.get_or_create(name=name)
            group.permissions.add(*Permission.objects.filter(codename__in=permissions))
