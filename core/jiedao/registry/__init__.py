"""Plugins: found, checked, kept apart when broken, set up by streets, and called.

Nothing outside this room touches the plugin manager: callers use `Registry.call`, `Registry.ask_all` and the typed
facades in `jiedao.registry.facade`.
"""
