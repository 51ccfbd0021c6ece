"""``python tests/conformance/write_quality.py [NAME…]``: examine built-in plugins on their benches; write it down."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from jiedao.registry.registry import Registry

HERE = Path(__file__).parent
CHECK = "import sys; from jiedao_cli.main import main; sys.exit(main())"


def bench_of(name: str) -> str:
    """The test file that has the plugin's bench, and what it is called there; empty where there is none."""
    for path in sorted(HERE.glob("test_*.py")):
        found = re.search(rf"conformance_suite\({name}\.plugin, (\w+)\)", path.read_text("utf-8"))
        if found:
            return f"{path}:{found[1]}"
    return ""


def main(wanted: list[str]) -> int:
    """How many could not be examined, or failed."""
    names = [one.name for one in Registry().discover().plugins.values() if one.origin.startswith("jiedao ")]
    bad = 0
    for name in wanted or sorted(names):
        bench = bench_of(name)
        print(f"== {name}: {Path(bench).name or 'no bench'}", flush=True)
        words = ["plugin", "check", name, "--bench", bench, "--write"]
        bad += not bench or subprocess.run([sys.executable, "-c", CHECK, *words], check=False).returncode != 0
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
