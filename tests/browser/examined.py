"""What a screen must be, whoever looks at it: nothing serious by axe, nothing that runs out of the window, and for
residents' screens large type and large targets.

    examine(page)                          # WCAG 2.2 AA
    examine_resident(page, "large")        # and main text of 24 px, touch areas of 60×60
"""

from __future__ import annotations

import json
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT

TEXT: Final = {"normal": 18, "large": 24, "largest": 30}
"""Least CSS pixels of main text."""
TOUCH: Final = {"normal": 44, "large": 60, "largest": 60}
"""Least CSS pixels of a touch area, each way."""
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SERIOUS: Final = ("serious", "critical")


def examine(page: Any) -> None:
    """AssertionError with the rule and the elements where axe finds something serious, or the page is too wide."""
    page.wait_for_load_state("load")  # a page that has no styles yet is no page yet
    page.evaluate(AXE_SCRIPT)
    asked = json.dumps({"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _RULES}})
    found = page.evaluate(f"axe.run(document, {asked})")["violations"]
    serious = [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]
    assert serious == [], f"{page.url}\n" + "\n".join(serious)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the window"


def examine_resident(page: Any, size: str = "normal") -> None:
    """As `examine`, with the sizes that residents' screens keep."""
    examine(page)
    assert page.evaluate("document.documentElement.dataset.type") == size
    small = page.evaluate(_SMALL_TEXT, TEXT[size])
    assert small == [], f"{page.url}: text smaller than {TEXT[size]} px: {small}"
    tight = page.evaluate(_TIGHT, TOUCH[size])
    assert tight == [], f"{page.url}: touch areas smaller than {TOUCH[size]} px: {tight}"


_SMALL_TEXT: Final = """least => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const holder = walker.currentNode.parentElement;
    const box = holder.getBoundingClientRect();
    if (!words || box.width <= 1 || !holder.checkVisibility({ visibilityProperty: true })) continue;
    if (holder.closest('.slip, svg, script, style')) continue;
    if (parseFloat(getComputedStyle(holder).fontSize) < least - 0.01) small.add(words.slice(0, 40));
  }
  return [...small];
}"""
"""Slips of paper are shown as they are printed."""
_TIGHT: Final = """least => {
  const all = [...document.querySelectorAll('a, button, input, select, textarea, summary')];
  const tight = all.filter(one => {
    const mark = one.matches('input[type=radio], input[type=checkbox]');
    const box = (mark ? one.closest('label') ?? one : one).getBoundingClientRect();
    if (box.width <= 1 || one.matches('.skip') || !one.checkVisibility({ visibilityProperty: true })) return false;
    return box.height < least - 0.5 || box.width < least - 0.5;
  });
  return tight.map(one => `${one.tagName} ${one.textContent.trim().slice(0, 30) || one.name} ${one.className}`);
}"""
