"""jiedao, the street office: one counter for payments, bills, points, post and certification.

An integrator needs one import to write a plugin: ``from jiedao import hookimpl``. The contract is in
`jiedao.hookspecs`.
"""

from jiedao.hookspecs.marker import hookimpl

__all__ = ["__version__", "hookimpl"]

__version__ = "0.1.0"
