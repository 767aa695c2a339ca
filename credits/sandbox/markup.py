"""The frame of the hosted pages, and their small parts."""

from collections.abc import Iterable, Mapping
from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1rem; }
.sandbox { border: 2px solid; padding: .5rem .75rem; }
label, fieldset { display: block; margin-top: .75rem; }
input:not([type=radio]), select, button { font: inherit; padding: .5rem; min-height: 2.75rem; box-sizing: border-box; }
input:not([type=radio]), select { width: 100%; }
button { margin-top: .75rem; }
table { width: 100%; border-collapse: collapse; }
td, th { padding: .25rem 0; text-align: left; font-weight: normal; }
td { text-align: right; }
.error { border-left: 4px solid; padding-left: .5rem; font-weight: bold; }
"""


def document(title: str, body: str) -> str:
    """A whole page; the body is markup, the title text."""
    return f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>{escape(title)} – sandbox</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <main>
    <p class="sandbox">This is a sandbox, not Stripe. No money moves here.</p>
    <h1>{escape(title)}</h1>
    {body}
  </main>
</body>
</html>
"""


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """What, and how much."""
    lines = (f'<tr><th scope="row">{escape(what)}</th><td>{escape(much)}</td></tr>' for what, much in pairs)
    return f"<table>{''.join(lines)}</table>"


def error_of(field: str, wrong: Mapping[str, str]) -> str:
    """The end of an input's tag, and beside it what is wrong with it."""
    if field not in wrong:
        return ">"
    described = f' aria-invalid="true" aria-describedby="{field}-error">'
    return f'{described}<p class="error" id="{field}-error" role="alert">{escape(wrong[field])}</p>'
