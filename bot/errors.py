"""Expected trouble, as codes with parameters. `wording` turns a code into a sentence in the reader's language."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Complaint:
    """One thing wrong in something a person brought, and where.

    `code` names the sentence (`complaint.<code>` in `wording`), which says both what is wrong and the remedy;
    `params` fill it. `line` is 1-based, `field` is a dotted path such as `courses[2].title.en`.
    """

    code: str
    params: dict[str, str | int] = field(default_factory=dict)
    file: str = ""
    line: int | None = None
    field_path: str = ""


class Problem(Exception):
    """An expected failure that a person can mend: one code, one sentence, no traceback.

    The sentence is `problem.<code>` in `wording`. `complaints` lists details where there are several.
    """

    def __init__(self, code: str, complaints: tuple[Complaint, ...] = (), **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.complaints = complaints
