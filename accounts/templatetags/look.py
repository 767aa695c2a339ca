"""Tags that every page draws with: icons, and shapes as data where a content policy forbids inline styles."""

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NARROWEST, WIDEST = 33, 300  # the rows of static/css/ratios.css
NAME_MOST = 22  # characters of a file's name: more do not fit under a loupe


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/icons.svg; `size` "l" is 20 px. It says nothing to a screen reader: put a word beside it."""
    classes = f"icon {size}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("icons.svg"), name
    )


@register.filter
def ratio(width: int, height: int) -> int:
    """The shape in hundredths, for `data-ratio`: {{ image.width|ratio:image.height }}."""
    return min(max(round(100 * width / height), NARROWEST), WIDEST)


@register.filter
def short(name: str) -> str:
    """A picture's name as far as it fits: of a file's, the beginning and the end."""
    return name if len(name) <= NAME_MOST else f"{name[:12]}…{name[13 - NAME_MOST :]}"


@register.simple_tag
def control(field: BoundField, hint: str = "", **attributes: str) -> SafeString:
    """A form's field as our input. Libraries' placeholders and hints are left out; Django names error and hint.

    An attribute that is given nothing stays the form's own.
    """
    field.help_text = hint
    kind = "select" if isinstance(field.field.widget, forms.Select) else "input"
    given = {name: value for name, value in attributes.items() if value}
    return field.as_widget(attrs={"class": kind, "placeholder": False, **given})
