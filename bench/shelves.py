"""A library of a hundred thousand pictures, by SQL: one run is made as always, and its rows are repeated."""

from typing import Any, Final

from bench import presses

FRAMES: Final = 4  # what the composer begins with

# {columns} are those whose values all copies share with the first row ({values}).
RUNS = """
INSERT INTO studio_run (uuid, key, number, created_at, {columns})
SELECT gen_random_uuid(), gen_random_uuid(), first.number + nth, now() - (%(runs)s - nth) * interval '1 minute',
    {values}
FROM studio_run AS first, generate_series(1, %(runs)s) AS nth WHERE first.id = %(id)s ORDER BY nth
"""
GENERATIONS = """
INSERT INTO studio_generation (uuid, run_id, position, {columns})
SELECT gen_random_uuid(), run.id, nth, {values}
FROM (SELECT * FROM studio_generation WHERE id = %(id)s) AS first, generate_series(1, %(frames)s) AS nth,
     studio_run AS run WHERE run.owner_id = %(owner)s AND run.id > %(run)s ORDER BY run.id, nth
"""
IMAGES = """
INSERT INTO studio_image (uuid, generation_id, object_key, created_at, {columns})
SELECT gen_random_uuid(), generation.id, %(folder)s || gen_random_uuid() || '.png', run.created_at, {values}
FROM (SELECT * FROM studio_image WHERE id = %(id)s) AS first,
     studio_generation AS generation JOIN studio_run AS run ON run.id = generation.run_id
WHERE run.owner_id = %(owner)s AND run.id > %(run)s ORDER BY generation.id
"""
GIVEN: Final = {
    "studio_run": ("id", "uuid", "key", "number", "created_at"),
    "studio_generation": ("id", "uuid", "run_id", "position"),
    "studio_image": ("id", "uuid", "generation_id", "object_key", "created_at"),
}


def fill(*, user: Any, pictures: int) -> str:
    """So many pictures of the user's, in runs of four; the address of one from the middle."""
    from django.db import connection

    from studio.models import Generation, Image

    [first] = presses.submit(users=[user], frames=1, previews=0)
    generation = Generation.objects.select_related("run").get(pk=first)
    _finish(generation)
    image = Image.objects.get(generation=generation)
    facts = {"owner": user.pk, "run": generation.run_id, "runs": pictures // FRAMES, "frames": FRAMES}
    facts |= {"folder": f"{user.uuid}/"}
    first_rows = ((RUNS, generation.run), (GENERATIONS, generation), (IMAGES, image))
    with connection.cursor() as cursor:
        for query, row in first_rows:
            names = _columns(row)
            values = ", ".join(f"first.{name}" for name in names)
            cursor.execute(query.format(columns=", ".join(names), values=values), {**facts, "id": row.pk})
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself before long
    middle = Image.objects.filter(owner=user).order_by("id")[pictures // 2]
    return f"/library/{middle.uuid}/"


def _columns(row: Any) -> list[str]:
    """All whose values the copies share."""
    columns = [field.column for field in row._meta.concrete_fields]
    return [name for name in columns if name not in GIVEN[row._meta.db_table]]


def _finish(generation: Any) -> None:
    """As a worker ends it, with a picture that nobody fetches."""
    from django.utils import timezone

    from studio.generations.endings import Delivery, finish
    from studio.models import Generation, Image, Status

    mine = Generation.objects.filter(pk=generation.pk)
    mine.update(status=Status.RUNNING, started_at=timezone.now(), sent_at=timezone.now())
    delivery = Delivery(
        object_key=f"{generation.run.owner.uuid}/first.png", output_format="png", width=1024, height=1024,
        size_bytes=820_000, got={}, usage={}, request_id="",
    )  # fmt: skip
    finish(generation=generation, delivery=delivery)
    placeholder = "data:image/webp;base64," + 160 * "A"
    Image.objects.filter(generation=generation).update(widths=[320, 640, 1024], placeholder=placeholder)
