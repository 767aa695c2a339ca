"""The models that the sandbox answers for, and what each of them takes.

These are the models alive on the real API, with the snapshots its package names, and `sandbox` itself,
which takes whatever any of them takes.
"""

from dataclasses import dataclass

BASE_QUALITIES = ("low", "medium", "high", "auto")
FINE_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto")


@dataclass(frozen=True)
class Engine:
    """One model: its family decides what it takes and how many tokens a picture is."""

    name: str
    family: str
    created: int

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities it takes, `auto` last."""
        return BASE_QUALITIES if self.family == "2" else FINE_QUALITIES

    @property
    def takes_complexity(self) -> bool:
        """Whether it plans with more or less effort when asked."""
        return self.family in ("2.6", "sandbox")

    @property
    def takes_markup(self) -> bool:
        """Whether marks drawn over a picture may say what to change."""
        return self.family in ("2.5", "2.6", "sandbox")

    @property
    def takes_input_fidelity(self) -> bool:
        """The models alive always look closely and want nothing said about it."""
        return self.family == "sandbox"

    def listing(self) -> dict[str, object]:
        """Its entry in the list of models."""
        owner = "sandbox" if self.family == "sandbox" else "system"
        return {
            "id": self.name,
            "object": "model",
            "created": self.created,
            "owned_by": owner,
            "shutdown_date": None,
        }


ENGINES = {
    engine.name: engine
    for engine in (
        Engine("gpt-image-2", "2", 1776729600),
        Engine("gpt-image-2-2026-04-21", "2", 1776729600),
        Engine("gpt-image-2.5-flare", "2.5", 1788825600),
        Engine("gpt-image-2.5-flare-2026-09-08", "2.5", 1788825600),
        Engine("gpt-image-2.5-sunburst", "2.5", 1788825600),
        Engine("gpt-image-2.5-sunburst-2026-09-08", "2.5", 1788825600),
        Engine("gpt-image-2.6-flare", "2.6", 1793750400),
        Engine("gpt-image-2.6-sunburst", "2.6", 1793750400),
        Engine("sandbox", "sandbox", 1795478400),
    )
}
