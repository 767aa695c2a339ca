"""Pictures that go along cost: prices in force get a newer row that says so, for rows are never edited in place."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def price_references(apps: Any, schema_editor: Any) -> None:
    Price, ImageModel = apps.get_model("studio", "Price"), apps.get_model("studio", "ImageModel")
    ImageModel.objects.filter(api_name="gpt-image-2").update(takes_markup=False)  # as the catalogue's row says by now
    now = timezone.now()
    newest = Price.objects.filter(mode="text", valid_from__lte=now).order_by(
        "model_id", "quality", "band", "-valid_from", "-id"
    )
    for row in newest.distinct("model_id", "quality", "band"):
        if row.reference_credits == 0 and row.model.image_in_cents:
            row.pk, row.reference_credits, row.valid_from = None, 1, now
            row.save()


class Migration(migrations.Migration):
    dependencies = [("studio", "0011_edits")]
    operations = [migrations.RunPython(price_references, migrations.RunPython.noop)]
