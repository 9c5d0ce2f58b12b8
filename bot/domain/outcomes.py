"""Answers of decisions. A refusal is an answer, not an exception."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refused:
    """The act does not count. `reason` names the sentence (`refused.<reason>` in `wording`); `params` fill it."""

    reason: str
    params: dict[str, str | int] = field(default_factory=dict)
