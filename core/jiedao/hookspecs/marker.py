"""The two pluggy markers of the house."""

from __future__ import annotations

from typing import Final

import pluggy

PROJECT: Final = "jiedao"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
