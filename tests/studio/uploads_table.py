"""`python -m tests.studio.uploads_table` writes docs/UPLOADS.md: what becomes of each file of the table."""

from pathlib import Path

from django.conf import settings

from studio import intake
from tests.studio.odd_files import TABLE

DOCUMENT = Path(__file__).parents[2] / "docs" / "UPLOADS.md"


def markdown() -> str:
    """The table for docs/."""
    lines = [
        "# What becomes of each uploaded file",
        "Written by `python -m tests.studio.uploads_table`, walked by tests/studio/test_intake.py. What is taken is",
        "encoded anew, upright and in sRGB, with no EXIF, place, profile or comment. The first bytes decide what a",
        "file is, never its name. Behind a JPEG a phone may leave a film, a second picture or its own records; they go",
        "no further.",
        "",
        "| file | what it is | end | kept as, or the words |",
        "| --- | --- | --- | --- |",
    ]
    for row in TABLE:
        if row.code:
            end, told = row.code, intake.words(row.code, row.facts, name=row.name)
        else:
            end, told = "taken", f"{row.came_as} to {row.output.upper()}, {row.size[0]} × {row.size[1]}"
        lines.append(f"| {row.name} | {row.what} | {end} | {told} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    DOCUMENT.write_text(markdown())
