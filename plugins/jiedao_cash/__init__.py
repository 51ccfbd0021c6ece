"""Cash over the counter (现金): acts on nothing outside, so every act succeeds at once inside the core's transaction.

What lies in the drawer is counted by the till (`jiedao.till`), not here.
"""

from jiedao_cash import drawer as plugin

__all__ = ["plugin"]
