"""A pathway's rule, or what is missing of it, in words: the same in credentials, in chat and on pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.language import Bilingual, Lang
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported, InOrder, Rule
from bot.services.ports import Phrases


@dataclass(frozen=True)
class RuleWords:
    """Says rules in one language. `names` are the badges' by their keys; one that nobody knows is called by its key."""

    phrases: Phrases
    lang: Lang
    names: Mapping[str, Bilingual]

    def whole(self, rule: Rule) -> str:
        """All of the rule as one enumeration."""
        return self._say("pathway.and").join(self.parts(rule))

    def parts(self, rule: Rule) -> tuple[str, ...]:
        """One phrase for each thing that is asked for."""
        return tuple(map(self._phrase, rule.all_of)) if isinstance(rule, All) else (self._phrase(rule),)

    def badge(self, key: str) -> str:
        """A badge by its name, in quotation marks."""
        name = self.names.get(key)
        return self._say("list.quote", text=name.in_(self.lang) if name else key)

    def _phrase(self, rule: Rule) -> str:
        match rule:
            case Earned(badge):
                return self.badge(badge)
            case All(parts):
                return self._say("pathway.all", parts=self._listed(parts))
            case AnyOf(parts, count):
                return self._say("pathway.any", count=count, parts=self._listed(parts))
            case InOrder(parts):
                return self._say("pathway.in_order", parts=self._say("pathway.then").join(map(self._inner, parts)))
            case Endorsed():
                return self._endorsed(rule)
            case Imported(name=name, count=count):
                return self._say("pathway.imported", name=name.in_(self.lang), count=count)

    def _listed(self, parts: tuple[Rule, ...]) -> str:
        return self._say("list.separator").join(map(self._inner, parts))

    def _inner(self, rule: Rule) -> str:
        """A part within a part: in brackets, unless it is a badge."""
        phrase = self._phrase(rule)
        return phrase if isinstance(rule, Earned) else self._say("pathway.brackets", phrase=phrase)

    def _endorsed(self, rule: Endorsed) -> str:
        target = "content" if rule.of_content else "award"
        badges = self._say("list.separator").join(map(self.badge, rule.badges))
        return self._say(f"pathway.endorsed.{target}_{rule.role or 'anyone'}", count=rule.count, badges=badges)

    def _say(self, key: str, **params: str | int) -> str:
        return self.phrases.say(self.lang, key, **params)
