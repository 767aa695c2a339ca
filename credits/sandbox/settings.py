"""What the process was started with; it travels to the server's worker process through the environment."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

_ENVIRONMENT = "SANDBOX_STRIPE"


@dataclass(frozen=True)
class Settings:
    """The key that calls must bear, where events go, the secret that signs them, the file that keeps the state."""

    key: str = "sk_test_sandbox"
    webhook_url: str = ""
    webhook_secret: str = "whsec_sandbox"  # noqa: S105 - a stand-in's, and known to all
    state: Path | None = None
    deliver: bool = True

    def export(self) -> None:
        """Leave the settings where the server's worker process finds them."""
        os.environ[_ENVIRONMENT] = json.dumps({**asdict(self), "state": self.state and str(self.state)})

    @classmethod
    def from_environment(cls) -> "Settings":
        """The settings that the process was started with."""
        said = json.loads(os.environ.get(_ENVIRONMENT, "{}"))
        state = said.pop("state", None)
        return cls(**said, state=Path(state) if state else None)
