"""Sentences that people read, in every language of the house.

Both languages stand side by side where a sentence is made, so that one cannot be changed without seeing the
other. Placeholders are `str.format` names and must be the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in a language; English where the language is not one of ours."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """The sentence with its placeholders filled; a `Text` value is filled in its own language."""
        return Text(
            **{
                language: getattr(self, language).format(**{k: _in(v, language) for k, v in values.items()})
                for language in LANGUAGES
            }
        )

    def as_json(self) -> dict[str, str]:
        """For storage; `from_json` reads it back."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, stored: dict[str, str]) -> Text:
        """A sentence from storage."""
        return cls(stored["zh"], stored["en"])

    @classmethod
    def same(cls, words: str) -> Text:
        """Words that are not ours to translate: a provider's own message, a name."""
        return cls(words, words)


def listed(words: Iterable[Text]) -> Text:
    """Words one after the other, as each language lists them."""
    each = list(words)
    return Text("、".join(one.zh for one in each), ", ".join(one.en for one in each))


def _in(value: object, language: str) -> object:
    return value.in_(language) if isinstance(value, Text) else value
