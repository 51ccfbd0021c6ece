"""The plugins that come with the platform, from their manifests."""

from __future__ import annotations

from builder.source import table
from jiedao.registry.registry import Plugin, Registry


def installed() -> str:
    """Every built-in plugin: families, abilities, recovery and settings."""
    found = [plugin for plugin in Registry().discover().plugins.values() if plugin.origin.startswith("jiedao ")]
    return table(
        ("plugin", "family", "abilities", "quality", "unknown is resolved by", "settings"), [_row(one) for one in found]
    )


def _row(plugin: Plugin) -> tuple[str, ...]:
    manifest = plugin.manifest
    recovery = [f"`{hook}`: {how.value}" for hook, how in manifest.recovery.items()]
    settings = [f"`{f.name}`{' (secret)' if f.kind == 'secret' else ''}" for f in manifest.configuration.fields()]
    return (
        f"`{plugin.name}`<br>{manifest.title.en} {manifest.title.zh}",
        ", ".join(manifest.families),
        ", ".join(sorted(manifest.abilities)),
        plugin.quality.level,
        "<br>".join(recovery) or "local: has no unknown",
        ", ".join(settings) or "none",
    )
