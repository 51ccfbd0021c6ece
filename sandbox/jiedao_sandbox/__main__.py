"""``python -m jiedao_sandbox <name> --books DIR [--port N] [options]``: run one stand-in until it is stopped."""

from __future__ import annotations

import importlib
import sys
from typing import Final

MODULES: Final = {
    "billhub": "jiedao_sandbox.billhub",
    "postoffice": "jiedao_sandbox.postoffice",
    "acquirer": "jiedao_sandbox.acquirer",
    "terminal": "jiedao_sandbox.terminal",
    "sms": "jiedao_sandbox.sms",
    "mail": "jiedao_sandbox.mail",
    "idbridge": "jiedao_sandbox.idbridge",
    "printer": "jiedao_sandbox.printer",
    "bureau": "jiedao_sandbox.bureau",
    "enadawca": "jiedao_sandbox.enadawca",
    "ems": "jiedao_sandbox.ems",
    "stripe": "jiedao_sandbox.stripe",
    "oidc": "jiedao_sandbox.oidc",
}
"""Stand-ins by name; imported only when asked for, so that a broken one does not hinder the others."""


def main(arguments: list[str]) -> int:
    """Run the stand-in named by the first argument with the rest; the exit status (2: no such name)."""
    if not arguments or arguments[0] not in MODULES:
        print(f"usage: python -m jiedao_sandbox {{{','.join(MODULES)}}} --books DIR ...", file=sys.stderr)  # noqa: T201
        return 2
    module = importlib.import_module(MODULES[arguments[0]])
    status: int = module.main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
