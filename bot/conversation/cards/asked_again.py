"""Forms by their tokens alone: for a button that opens one and is pressed when nobody remembers what it showed.

The message that the button stands in says the rest: here are the fields, with nothing typed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.conversation import views
from bot.conversation.actions import Action
from bot.conversation.card import Card, Form
from bot.conversation.cards import (
    agreements,
    endorsing,
    foreign,
    inviting,
    learning,
    linking,
    proving,
    roles,
    settings,
    stops,
)
from bot.conversation.cards.pen import Pen
from bot.domain.language import Bilingual
from bot.domain.people import Role
from bot.domain.stops import StopChange

BLANK = Bilingual("", "")
_ANY_DAY = date(2000, 1, 1)
_ALL = tuple(Role)
_UNKNOWN = frozenset({"write", "give_code"})  # what these hint at stands in the message alone
_NAMED = frozenset({"invite_whom", *(f"stop_{change}" for change in (StopChange.SUSPEND, StopChange.REVOKE))})


def form(action: Action, token: str, pen: Pen) -> Form | None:
    """The form that is sent with `token`; None for what no form asks.

    It is called as it was, but where its name says what it is about: then by what its press does.
    """
    asked = FORMS.get(action.verb)
    found = asked(action.subject, pen).form if asked is not None else None
    if found is None:
        return None
    fields = tuple(replace(each, hint="") for each in found.fields) if action.verb in _UNKNOWN else found.fields
    title = found.submit if action.verb in _NAMED else found.title
    return replace(found, title=title, action=token, fields=fields)


def _role(subject: str, pen: Pen) -> Card:
    return roles.roles(views.RolesView(frozenset(), agrees=False, stops=False, may_give=_ALL, may_take=_ALL), pen)


def _stop(change: StopChange) -> Callable[[str, Pen], Card]:
    return lambda subject, pen: stops.question(views.StopQuestion(subject, BLANK, _ANY_DAY, change), pen)


# Every form, by the verb of its token, with what it is about.
FORMS: dict[str, Callable[[str, Pen], Card]] = {
    "agree": lambda _, pen: agreements.agreements(views.AgreementsView("", ()), pen),
    "comment_say": lambda subject, pen: endorsing.comment_form(views.CommentForm(subject, BLANK, ""), pen),
    "date": lambda subject, pen: learning.pick_date(views.PickDate(subject), pen),
    "found": lambda subject, pen: roles.found_school_form(views.FoundSchoolForm(subject, ""), pen),
    "give_code": lambda _, pen: proving.code(views.CodeForm("", 0), pen),
    "invite_whom": lambda subject, pen: inviting.form(views.InviteForm(subject, BLANK, (), 1, ()), pen),
    "link_code": lambda _, pen: linking.accounts(views.AccountsView(()), pen),
    "prove_address": lambda _, pen: proving.addresses(views.AddressesView((), (), sends=True, waits=None), pen),
    "reflect": lambda subject, pen: learning.unit_completed(views.UnitCompleted(subject, BLANK, BLANK, 1), pen),
    "role": _role,
    "stop_find": lambda _, pen: stops.which(views.StopForm(), pen),
    **{f"stop_{change}": _stop(change) for change in (StopChange.SUSPEND, StopChange.REVOKE)},
    "take_in": lambda _, pen: foreign.link_form(views.LinkForm("take_in", None), pen),
    "verify": lambda _, pen: foreign.link_form(views.LinkForm("verify", None), pen),
    "windows": lambda _, pen: settings.windows_form(views.WindowsForm(()), pen),
    "write": lambda subject, pen: learning.text_question(views.TextQuestion(subject, BLANK, 1), pen),
}
