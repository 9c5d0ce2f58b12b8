"""The default look of every view: a neutral card with finished sentences in the reader's language.

One small function per view, by subject. What a platform shows differently it draws itself, from the same view.
"""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from bot.conversation import views
from bot.conversation.actions import Actions
from bot.conversation.card import Card, Form
from bot.conversation.cards import (
    agreements,
    asked_again,
    asking,
    badges,
    colleagues,
    enclosing,
    endorsing,
    foreign,
    home,
    inviting,
    learning,
    linking,
    looking,
    moving,
    notices,
    proving,
    reaching,
    roles,
    settings,
    stops,
    validity,
    welcome,
)
from bot.conversation.cards.pen import Pen
from bot.domain.language import Lang
from bot.errors import Problem
from bot.wording import Wording


class Cards:
    """Draws views. `actions` writes the buttons' tokens; `now` says until when a form is taken."""

    def __init__(self, actions: Actions, now: Callable[[], datetime]) -> None:
        self._actions = actions
        self._now = now

    def draw(self, view: views.View, lang: Lang) -> Card:
        """The card that shows `view` to somebody who reads `lang`."""
        return _drawn(view, Pen(Wording(lang), self._actions, self._now()))

    def form(self, token: str, lang: Lang) -> Form | None:
        """The form that is sent with a token, empty; None for what is no form's, or no longer taken."""
        try:
            action = self._actions.read(token, now=self._now())
        except Problem:
            return None
        return asked_again.form(action, token, Pen(Wording(lang), self._actions, self._now()))


def _drawn(view: views.View, pen: Pen) -> Card:
    match view:
        case views.WelcomeLanguage():
            return welcome.language(view, pen)
        case views.WelcomeQuiet():
            return welcome.quiet(view, pen)
        case views.WelcomeConsent():
            return welcome.consent(view, pen)
        case views.WhichWorkspace():
            return welcome.workspace(view, pen)
        case views.OfferView():
            return learning.offer(view, pen)
        case views.NothingFits():
            return learning.nothing_fits(view, pen)
        case views.UnitPage():
            return learning.unit_page(view, pen)
        case views.LaterView():
            return learning.later(view, pen)
        case views.PickDate():
            return learning.pick_date(view, pen)
        case views.LaterSet():
            return learning.later_set(view, pen)
        case views.ChoiceQuestion():
            return learning.choice_question(view, pen)
        case views.TextQuestion():
            return learning.text_question(view, pen)
        case views.WrongAnswer():
            return learning.wrong_answer(view, pen)
        case views.UnitCompleted():
            return learning.unit_completed(view, pen)
        case views.AwardView():
            return badges.award(view, pen)
        case views.ExpiryReminder():
            return validity.reminder(view, pen)
        case views.BadgeRenewed():
            return validity.renewed(view, pen)
        case views.UnitDoneAgain():
            return validity.done_again(view, pen)
        case views.StopNews():
            return stops.news(view, pen)
        case views.StopForm():
            return stops.which(view, pen)
        case views.StopChoice():
            return stops.choice(view, pen)
        case views.StopQuestion():
            return stops.question(view, pen)
        case views.BadgeDetails():
            return badges.details(view, pen)
        case views.InviteForm():
            return inviting.form(view, pen)
        case views.InviteWhich():
            return inviting.which(view, pen)
        case views.InviteQuestion():
            return inviting.question(view, pen)
        case views.InvitedToEndorse():
            return inviting.invited(view, pen)
        case views.PublishQuestion():
            return badges.publish_question(view, pen)
        case views.Published():
            return badges.published(view, pen)
        case views.FindableQuestion():
            return badges.findable_question(view, pen)
        case views.SharedPost():
            return badges.shared_post(view, pen)
        case views.Receipt():
            return endorsing.receipt(view, pen)
        case views.EndorsedAlready():
            return endorsing.endorsed_already(view, pen)
        case views.CommentForm():
            return endorsing.comment_form(view, pen)
        case views.ColleagueBadges():
            return colleagues.badges(view, pen)
        case views.EndorsableView():
            return endorsing.endorsable(view, pen)
        case views.CommentReceived():
            return endorsing.comment_received(view, pen)
        case views.ReceivedView():
            return endorsing.received(view, pen)
        case views.PartsView():
            return enclosing.parts(view, pen)
        case views.Experts():
            return asking.experts(view, pen)
        case views.Nobody():
            return asking.nobody(view, pen)
        case views.Crisis():
            return asking.crisis(view, pen)
        case views.IntroductionAsked():
            return asking.introduction_asked(view, pen)
        case views.IntroductionAnswered():
            return asking.introduction_answered(view, pen)
        case views.HomeView():
            return home.home(view, pen)
        case views.WalletView():
            return looking.wallet(view, pen)
        case views.LinkForm():
            return foreign.link_form(view, pen)
        case views.VerdictView():
            return foreign.verdict(view, pen)
        case views.FileRefused():
            return foreign.file_refused(view, pen)
        case views.TakenIn():
            return foreign.taken_in(view, pen)
        case views.ForeignFindable():
            return foreign.findable(view, pen)
        case views.NotTakenIn():
            return foreign.not_taken_in(view, pen)
        case views.AddressesView():
            return proving.addresses(view, pen)
        case views.CodeForm():
            return proving.code(view, pen)
        case views.MyPages():
            return looking.my_pages(view, pen)
        case views.MapView():
            return looking.badge_map(view, pen)
        case views.RecordView():
            return looking.record(view, pen)
        case views.SettingsView():
            return settings.settings(view, pen)
        case views.WindowsForm():
            return settings.windows_form(view, pen)
        case views.WindowsSaved():
            return settings.windows_saved(view, pen)
        case views.HelpView():
            return settings.help_(view, pen)
        case views.ExportReady():
            return settings.export_ready(view, pen)
        case views.ForgetConfirm():
            return settings.forget_confirm(view, pen)
        case views.RolesView():
            return roles.roles(view, pen)
        case views.WhichPerson():
            return roles.which_person(view, pen)
        case views.RoleChanged():
            return roles.role_changed(view, pen)
        case views.FoundSchoolForm():
            return roles.found_school_form(view, pen)
        case views.AgreementsView():
            return agreements.agreements(view, pen)
        case views.AgreementNews():
            return agreements.news(view, pen)
        case views.LinkCodeView():
            return linking.code(view, pen)
        case views.LinkPreview():
            return linking.preview(view, pen)
        case views.AccountsView():
            return linking.accounts(view, pen)
        case views.UnlinkQuestion():
            return linking.unlink_question(view, pen)
        case views.MoveCode():
            return moving.code(view, pen)
        case views.MovePreview():
            return moving.preview(view, pen)
        case views.SomethingWaits():
            return reaching.waits(pen)
        case views.Notice():
            return notices.notice(view, pen)
        case _:
            assert_never(view)
