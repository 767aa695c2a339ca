"""What /readyz finds away, in an operator's words: what it is, and what happens meanwhile."""

from django.utils.translation import gettext as _

from gptimage import health


def words() -> list[str]:
    """A line for each dependency that does not do its work, by what was asked last; none while all is well."""
    return [_in_words(name) for name, finding in health.readiness.findings().items() if not finding.ok]


def _in_words(name: str) -> str:
    known = {
        "database": _("The database does not answer. Pages fail and nothing is made until it does."),
        "migrations": _("The tables are older than the code. What needs the new ones fails until migrate has run."),
        "broker": _("The broker does not answer. Presses are taken and wait: nothing is made until it does."),
        "store": _("The store does not answer. New pictures wait on the workers’ disks, older ones can’t be shown."),
    }
    return known.get(name) or _("%(name)s does not answer.") % {"name": name.capitalize()}
