"""Papers of the post on A4: dispatch lists and proofs of delivery. What they say is decided in `jiedao.post`.

Characters are drawn as on receipts (`jiedao_web.receipts`): what no font has is spelt as its code point and reported.
"""

from jiedao_web.papers.dispatch import dispatch_paper
from jiedao_web.papers.proof import proof_paper
from jiedao_web.papers.sheet import Paper, Table, paper

__all__ = ["Paper", "Table", "dispatch_paper", "paper", "proof_paper"]
