"""Signs of life of the workers."""

from __future__ import annotations

from sqlalchemy import Table

from jiedao.store.tables.columns import key, metadata, must
from jiedao.store.types import Instant

pulse = Table("pulse", metadata, key("street"), must("at", Instant))
