"""What a school is called where it issues badges."""

from bot.domain.language import LANGS, Bilingual
from bot.domain.people import School
from bot.wording import Wording


def issuing(school: School) -> Bilingual:
    """The school's name as an issuer; a rehearsal says so (design.md 4.11)."""
    if not school.rehearsal:
        return school.name
    return Bilingual(*(Wording(lang).say("credential.rehearsal_name", school=school.name) for lang in LANGS))
