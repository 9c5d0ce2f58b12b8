"""Views of every kind, filled with what people really type and with what nobody should."""

import os
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.badges.verdict import Verdict, failed, noted, passed, unknown
from bot.conversation import views
from bot.conversation.cards.colleagues import NEWEST_SHOWN
from bot.conversation.cards.endorsing import NEWEST_CONTENT
from bot.domain.agreements import Purpose
from bot.domain.awards import Evidence, Level
from bot.domain.catalogue import UnitKind
from bot.domain.foreign import Fault
from bot.domain.introductions import Reply
from bot.domain.language import LANGS, Bilingual
from bot.domain.learning import Route, Why
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Role
from bot.domain.recognition import As, TargetKind
from bot.domain.spare import DAY_MINUTES, Window, WindowKind
from bot.domain.stops import StopChange, StopKind
from bot.expertise.index import How
from bot.services.enclosing import Part, PartState
from bot.services.pathways import Halt, Over
from bot.services.ports import Counts

FEW_OF_EACH = settings() if os.environ.get("SUKIMA_THOROUGH") else settings(max_examples=8)
"""For what is asked of each of very many kinds: together these are hundreds of examples."""

HOSTILE = (
    "<!channel>",
    "@everyone",
    "<script>alert(1)</script>",
    "*bold* _it_ `code` [link](javascript:x)",
    "=HYPERLINK(1)",
    "{name} {0} {",
    "%(n)d %s",
    "\u202eevil\u202c",
    "⼀⼁ 👩\u200d🏫",
    "line\nbreak",
    "長" * 500,
)

# Blank texts are left out: they say nothing, so nothing could survive.
texts = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())))
both = st.builds(Bilingual, texts, texts)
platforms = st.sampled_from(("slack", "discord", "local"))
account_lines = st.builds(
    views.AccountLine, st.integers(1, 400), platforms, texts, is_here=st.booleans(), is_written_to=st.booleans()
)
in_chat = st.sampled_from((As.COLLEAGUE, As.LEADER))
"""Officers endorse issuers only."""
of_issuers = st.sampled_from((As.LEADER, As.OFFICER))
ids = st.uuids(version=4).map(str)
dates = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
stops = st.builds(views.StopView, st.sampled_from(StopKind), texts, dates)
validity = st.none() | st.builds(views.ValidityView, dates, st.booleans(), st.booleans())
minutes = st.integers(2, 15)
numbers = st.integers(0, 400)
counts = st.builds(Counts, st.integers(0, 99), st.integers(0, 9))
levels = st.sampled_from(Level)
pictures = st.builds(views.Picture, st.just("badge.png"), st.binary(max_size=8))
windows = st.lists(
    st.builds(
        lambda kind, weekday, start, length: Window(kind, weekday, start, min(start + length, DAY_MINUTES)),
        st.sampled_from(WindowKind),
        st.integers(0, 6),
        st.integers(0, DAY_MINUTES - 1),
        st.integers(1, DAY_MINUTES),
    ),
    max_size=12,
).map(tuple)


def some(one: SearchStrategy, most: int = 3) -> SearchStrategy:
    return st.lists(one, max_size=most).map(tuple)


because = st.builds(
    views.Because,
    badge=both,
    level=levels,
    on=dates,
    counts=counts,
    matched=some(texts),
    through=st.sampled_from(How),
)
doors = st.none() | st.just("https://sukima.example/in/token")
wallet_line = st.builds(
    views.WalletLine,
    award=ids,
    name=both,
    level=levels,
    on=dates,
    counts=counts,
    displayed=st.booleans(),
    findable=st.booleans(),
)
map_module = st.builds(
    views.MapModule,
    name=both,
    done=st.integers(0, 5),
    total=st.integers(1, 5),
    earned=st.booleans(),
    next=st.booleans(),
)
_told_of = {"name": both, "badge": both, "has": some(texts), "missing": some(texts), "early": some(texts)}
map_pathway = st.builds(views.MapPathway, **_told_of, earned=st.just(True), reached_on=st.none() | dates) | st.builds(
    views.MapPathway,
    **_told_of,
    earned=st.just(False),
    next_unit=st.none() | both,
    next_key=ids,
    next_badge=texts,
    halted=some(st.builds(views.MapHalt, badge=both, award=ids, why=st.sampled_from(Halt), on=dates)),
    over=some(st.builds(Over, name=texts, host=texts, on=dates)),
)
map_course = st.builds(views.MapCourse, title=both, badge=both, earned=st.booleans(), modules=some(map_module))
record_line = st.builds(
    views.RecordLine,
    title=both,
    on=dates,
    minutes=minutes,
    prior=st.booleans(),
    self_assessed=st.booleans(),
    reflection=st.none() | texts,
)

expert = st.builds(views.Expert, ids, texts, some(because), st.none() | both)
agreement_line = st.builds(
    views.AgreementLine,
    agreement=ids,
    other=both,
    purpose=st.sampled_from(Purpose),
    gives=st.booleans(),
    state=st.sampled_from(views.AgreementState),
)
brought_line = st.builds(views.BroughtLine, both, dates, both)

foreign_line = st.builds(
    views.ForeignLine,
    badge=ids,
    name=texts,
    issuer=texts,
    host=texts,
    on=dates,
    checked_on=dates,
    tried_on=st.none() | dates,
    last_day=st.none() | dates,
    is_expired=st.booleans(),
    revoked_on=st.none() | dates,
    revoked_why=texts | st.just(""),
    fault=st.none() | st.sampled_from(Fault),
    findable=st.booleans(),
    may_be_found=st.booleans(),
)
verdicts = st.builds(
    Verdict,
    some(
        st.sampled_from(
            [
                noted("fetch", "no_name", host="lms.example"),
                passed("proof", "holds", method="did:key:z"),
                failed("dates", "expired", date="2026-01-01"),
                unknown("published", "unread", host="lms.example"),
            ]
        )
    ),
)

parts = st.builds(
    Part,
    ids,
    both,
    dates,
    st.booleans(),
    st.sampled_from(PartState),
    st.integers(0, 12),
    st.lists(texts, max_size=3).map(tuple),
)

VIEWS: dict[type, SearchStrategy] = {
    views.WelcomeLanguage: st.builds(views.WelcomeLanguage, texts),
    views.WelcomeQuiet: st.builds(views.WelcomeQuiet, windows),
    views.WelcomeConsent: st.just(views.WelcomeConsent()),
    views.WhichWorkspace: st.builds(
        views.WhichWorkspace,
        st.lists(st.tuples(st.integers(1, 2**63).map(str), texts), min_size=2, max_size=5).map(tuple),
    ),
    views.OfferView: st.builds(
        views.OfferView,
        offer=ids,
        title=both,
        minutes=minutes,
        kind=st.sampled_from(UnitKind),
        course=both,
        badge=both,
        why=st.sampled_from(Why),
        left_in_module=st.integers(1, 9),
        topic=texts | st.just(""),
        content=st.none() | counts,
        slower=st.booleans(),
        asked_minutes=st.none() | minutes,
        renews=st.booleans(),
    ),
    views.NothingFits: st.builds(views.NothingFits, st.none() | numbers, texts | st.just(""), st.none() | minutes),
    views.UnitPage: st.builds(views.UnitPage, ids, both, minutes, st.just("https://example.org/u"), st.none() | texts),
    views.LaterView: st.builds(views.LaterView, ids),
    views.PickDate: st.builds(views.PickDate, ids),
    views.LaterSet: st.builds(views.LaterSet, dates, st.just("16:40"), st.booleans()),
    views.ChoiceQuestion: st.builds(
        views.ChoiceQuestion,
        ids,
        both,
        st.lists(both, min_size=2, max_size=6).map(lambda choices: tuple(enumerate(choices))),
        st.sampled_from(Route),
    ),
    views.TextQuestion: st.builds(views.TextQuestion, ids, both, st.integers(1, 400), st.booleans(), texts),
    views.WrongAnswer: st.builds(
        views.WrongAnswer, ids, st.none() | both, st.sampled_from(["again", "open", "tomorrow"]), st.booleans()
    ),
    views.UnitCompleted: st.builds(
        views.UnitCompleted, ids, both, both, st.integers(0, 9), st.booleans(), ids | st.just("")
    ),
    views.AwardView: st.builds(
        views.AwardView, ids, both, levels, both, both, dates, pictures, st.booleans(), st.none() | stops, validity
    ),
    views.BadgeDetails: st.builds(
        views.BadgeDetails,
        award=ids,
        name=both,
        level=levels,
        issuer=both,
        school=both,
        awarded_on=dates,
        criteria=both,
        evidence=some(st.builds(Evidence, ids, both, dates, st.booleans(), st.booleans(), st.booleans())),
        counts=counts,
        displayed=st.booleans(),
        findable=st.booleans(),
        published=st.booleans(),
        address=st.none() | st.just("https://sukima.example/badges/x"),
        picture=pictures,
        validity=validity,
    ),
    views.InviteForm: st.builds(
        views.InviteForm,
        ids,
        both,
        some(st.tuples(ids, texts, dates)),
        st.integers(0, 3),
        some(st.tuples(ids, texts)),
        st.none() | texts,
        st.booleans(),
    ),
    views.InviteWhich: st.builds(views.InviteWhich, ids, texts, some(st.tuples(ids, texts))),
    views.InviteQuestion: st.builds(views.InviteQuestion, ids, both, ids, texts),
    views.InvitedToEndorse: st.builds(
        views.InvitedToEndorse,
        invitation=ids,
        award=ids,
        holder=texts,
        name=both,
        level=levels,
        issuer=both,
        school=both,
        awarded_on=dates,
        about=both,
        leads=st.booleans(),
        picture=pictures,
    ),
    views.PublishQuestion: st.builds(views.PublishQuestion, ids, both),
    views.Published: st.builds(views.Published, ids, both, st.just("https://sukima.example/badges/x")),
    views.FindableQuestion: st.builds(views.FindableQuestion, ids, both),
    views.SharedPost: st.builds(
        views.SharedPost,
        ids,
        texts,
        both,
        levels,
        both,
        both,
        counts,
        some(st.sampled_from(["💮", "✅"])),
        st.none() | pictures,
        validity,
    ),
    views.Receipt: st.builds(views.Receipt, ids, both, st.none() | texts, in_chat, st.booleans())
    | st.builds(views.Receipt, ids, both, texts, in_chat, st.just(True), comment=texts)
    | st.builds(views.Receipt, ids, both, st.none(), in_chat, st.booleans(), moved=st.just(True))
    | st.builds(views.Receipt, ids, both, st.none(), of_issuers, st.booleans(), of_issuer=st.just(True)),
    views.EndorsedAlready: st.builds(views.EndorsedAlready, ids, st.booleans()),
    views.ColleagueBadges: st.builds(
        views.ColleagueBadges,
        some(
            st.builds(views.ColleagueBadge, ids, texts, both, levels, dates, counts, ids | st.just(""), validity),
            NEWEST_SHOWN,
        ),
    ),
    views.EndorsableView: st.builds(
        views.EndorsableView,
        some(
            st.builds(
                views.EndorsableLine,
                st.just(TargetKind.ACHIEVEMENT),
                ids,
                both,
                in_chat,
                ids | st.just(""),
                st.none() | texts,
                levels,
            ),
            NEWEST_CONTENT,
        ),
        some(
            st.builds(
                views.EndorsableLine,
                st.just(TargetKind.ISSUER),
                ids,
                both,
                of_issuers,
                ids | st.just(""),
                st.none() | texts,
            )
        ),
        doors,
    ),
    views.CommentForm: st.builds(
        views.CommentForm,
        ids,
        both,
        texts,
        st.booleans(),
        st.sampled_from([None, Refused("comment_names"), Refused("comment_long", {"most": 280})]),
        st.sampled_from(TargetKind),
    ),
    views.CommentReceived: st.builds(
        views.CommentReceived,
        ids,
        both,
        in_chat,
        st.none() | texts,
        st.none() | texts,
        st.booleans(),
    ),
    views.ReceivedView: st.builds(
        views.ReceivedView,
        ids,
        both,
        some(
            st.builds(
                views.ReceivedLine,
                ids,
                in_chat,
                st.none() | texts,
                dates,
                st.none() | texts,
                st.booleans(),
            ),
            12,
        ),
        doors,
    ),
    views.PartsView: st.builds(views.PartsView, ids, both, some(parts, 20), doors, st.integers(0, 30)),
    views.Experts: st.builds(
        views.Experts,
        texts,
        ids,
        some(
            st.builds(views.Expert, ids, texts, some(because), st.none() | both)
            | st.builds(views.Expert, st.just(""), texts, some(because), st.none(), ids)
        ),
    ),
    views.Nobody: st.builds(
        views.Nobody, texts, some(both), some(st.tuples(both, minutes, st.sampled_from(["c1u1", "access_4"])))
    ),
    views.Crisis: st.just(views.Crisis()),
    views.IntroductionAsked: st.builds(
        views.IntroductionAsked, ids, texts, texts, both, st.sampled_from([None, *Reply])
    ),
    views.IntroductionAnswered: st.builds(views.IntroductionAnswered, st.sampled_from([*Reply, None]), texts, texts),
    views.HomeView: st.builds(
        views.HomeView,
        st.none()
        | st.builds(
            views.NextUnit,
            ids,
            both,
            minutes,
            st.sampled_from(UnitKind),
            both,
            both,
            st.integers(1, 9),
        ),
        numbers,
        st.booleans(),
    ),
    views.WalletView: st.builds(
        views.WalletView, some(wallet_line, 30), doors, some(brought_line, 40), some(foreign_line, 40)
    ),
    views.LinkForm: st.builds(views.LinkForm, st.sampled_from(["verify", "take_in"]), doors, platforms),
    views.VerdictView: st.builds(
        views.VerdictView,
        verdicts,
        texts,
        st.none() | st.just("A" * 22),
    ),
    views.FileRefused: st.one_of(
        st.builds(views.FileRefused, texts, st.just("foreign_busy"), st.just({})),
        st.builds(views.FileRefused, texts, st.just("file_too_large"), st.just({"limit": 2})),
    ),
    views.TakenIn: st.builds(views.TakenIn, foreign_line, st.booleans(), doors, texts),
    views.AddressesView: st.builds(
        views.AddressesView,
        some(texts, 3),
        some(st.builds(views.AddressLine, ids, texts, dates), 10),
        st.booleans(),
        st.none() | texts,
    ),
    views.CodeForm: st.builds(views.CodeForm, texts, st.integers(1, 15)),
    views.ForeignFindable: st.builds(views.ForeignFindable, foreign_line),
    views.NotTakenIn: st.builds(
        views.NotTakenIn,
        st.sampled_from(
            [
                Refused("foreign_unknown"),
                Refused("foreign_full", {"most": 9}),
                Refused("foreign_too_large", {"limit": 2}),
            ]
        ),
        st.none() | verdicts,
        texts,
    ),
    views.MyPages: st.builds(views.MyPages, doors),
    views.MapView: st.builds(views.MapView, some(map_course), pictures, doors, some(map_pathway)),
    views.RecordView: st.builds(
        views.RecordView, some(record_line, 40), numbers, numbers, doors, some(brought_line, 40)
    ),
    views.SettingsView: st.builds(
        views.SettingsView,
        name=texts,
        lang=st.sampled_from(LANGS),
        roles=st.frozensets(st.sampled_from(Role)),
        consents=st.frozensets(st.sampled_from(Consent)),
        windows=windows,
        pace=st.sampled_from([1, 2, 4, 8]),
        next_on=st.none() | dates,
        next_at=st.just("10:35"),
        subjects=some(texts),
        door=doors,
    ),
    views.WindowsForm: st.builds(views.WindowsForm, windows, texts | st.just("")),
    views.WindowsSaved: st.builds(views.WindowsSaved, windows),
    views.HelpView: st.builds(views.HelpView, st.booleans()),
    views.ExportReady: st.builds(views.ExportReady, st.just("my-sukima.zip"), st.binary(max_size=8)),
    views.ForgetConfirm: st.builds(views.ForgetConfirm, numbers, numbers),
    views.RolesView: st.builds(
        views.RolesView,
        st.frozensets(st.sampled_from(Role)),
        st.booleans(),
        st.booleans(),
        some(st.tuples(texts, st.frozensets(st.sampled_from(Role)), st.booleans())),
        st.just(tuple(Role)),
        st.just(tuple(Role)),
        st.booleans(),
    ),
    views.WhichPerson: st.builds(
        views.WhichPerson, texts, some(st.tuples(ids, texts, some(texts))), st.sampled_from(Role), st.booleans()
    ),
    views.StopNews: st.builds(views.StopNews, ids, both, st.none() | stops),
    views.StopForm: st.builds(views.StopForm),
    views.StopChoice: st.builds(views.StopChoice, ids, both, dates, st.none() | stops),
    views.StopQuestion: st.builds(
        views.StopQuestion, ids, both, dates, st.sampled_from([StopChange.SUSPEND, StopChange.REVOKE]), st.booleans()
    ),
    views.ExpiryReminder: st.builds(views.ExpiryReminder, ids, both, dates, st.booleans()),
    views.BadgeRenewed: st.builds(views.BadgeRenewed, both, dates),
    views.UnitDoneAgain: st.builds(views.UnitDoneAgain, both)
    | st.builds(views.UnitDoneAgain, both, both, st.integers(1, 9), st.just("c1u1"), both),
    views.RoleChanged: st.builds(views.RoleChanged, st.sampled_from(Role), st.booleans()),
    views.AgreementsView: st.builds(views.AgreementsView, texts, some(agreement_line)),
    views.AgreementNews: st.builds(views.AgreementNews, agreement_line),
    views.FoundSchoolForm: st.builds(
        views.FoundSchoolForm,
        st.just("ABCDEFGHJKMNPQRS"),
        st.just("Asia/Tokyo"),
        st.tuples(texts, texts),
        st.sampled_from([(), (("name_en", "refused.school_nameless"), ("zone", "refused.zone_unknown"))]),
    ),
    views.MoveCode: st.builds(
        views.MoveCode, st.just("ABCD-EFGH-IJKL-MNOP"), dates, numbers, numbers, numbers | st.just(0)
    ),
    views.SomethingWaits: st.just(views.SomethingWaits()),
    views.LinkCodeView: st.builds(views.LinkCodeView, st.just("ABCD-EFGH"), numbers),
    views.LinkPreview: st.builds(
        views.LinkPreview, ids, texts, texts, numbers, *(numbers | st.just(0) for _ in range(4))
    ),
    views.AccountsView: st.builds(views.AccountsView, st.lists(account_lines, min_size=1, max_size=3).map(tuple)),
    views.UnlinkQuestion: st.builds(views.UnlinkQuestion, numbers, platforms, texts),
    views.MovePreview: st.builds(
        views.MovePreview, ids, both, numbers, numbers, numbers, numbers | st.just(0), numbers | st.just(0)
    ),
    views.Notice: st.builds(views.Notice, st.sampled_from(["notice.hello", "refused.own_award"])),
}
"""A strategy for every view there is (a test compares it with `views.View`)."""
