"""The files of deploy/ and dashboards/, in a clone or where the wheel has put them (share/pantau)."""

import sys
from pathlib import Path

from runtime.errors import UserError

_CLONE = Path(__file__).parents[2]
_IN_CLONE = {"grafana/json": "dashboards/json", "prometheus/rules": "dashboards/prometheus"}
"""The folders of share/pantau that are no folders of deploy/: see pyproject.toml."""


class NotShipped(UserError):
    """A file of the wheel is missing."""


class Shipped:
    """Names are those below share/pantau."""

    def __init__(self, share: Path | None = None) -> None:
        self._share = share or (
            None if (_CLONE / "deploy").is_dir() else Path(sys.prefix) / "share" / "pantau"
        )

    def text(self, name: str) -> str:
        """Raises NotShipped."""
        try:
            return self._path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise NotShipped(
                f"{error.filename}: {error.strerror}; install the wheel of pantau again"
            ) from None

    def names(self, folder: str, suffix: str) -> list[str]:
        """Those of the folder, in order."""
        return sorted(f"{folder}/{file.name}" for file in self._path(folder).glob(f"*{suffix}"))

    def _path(self, name: str) -> Path:
        if self._share:
            return self._share / name
        for shared, cloned in _IN_CLONE.items():
            if name == shared or name.startswith(f"{shared}/"):
                return _CLONE / cloned / name.removeprefix(shared).lstrip("/")
        return _CLONE / "deploy" / name
