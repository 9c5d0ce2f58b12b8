"""Wallet, map and record: what is mine, and where it leads."""

from bot.conversation.card import Card, File, Section
from bot.conversation.cards.badges import switches
from bot.conversation.cards.foreign import kept
from bot.conversation.cards.pen import PNG, Pen
from bot.conversation.cards.stops import stopped
from bot.conversation.cards.validity import renew, valid
from bot.conversation.standing import why_uncounted
from bot.conversation.views import (
    BroughtLine,
    MapCourse,
    MapModule,
    MapPathway,
    MapView,
    MyPages,
    RecordLine,
    RecordView,
    WalletLine,
    WalletView,
)

NEWEST_BADGES = 20
NEWEST_UNITS = 30
NEXT_BADGES = 3


def wallet(view: WalletView, pen: Pen) -> Card:
    if not view.badges:
        return Card(
            title=pen.say("wallet.title"),
            lines=(pen.say("wallet.empty"),),
            sections=(*_brought(view.brought, pen), *kept(view.foreign, pen)),
            buttons=(pen.button("take_in", "take_in"),),
            links=pen.door(view.door),
        )
    newest = sorted(view.badges, key=lambda badge: badge.on, reverse=True)[:NEWEST_BADGES]
    lines = [pen.say_n("wallet.number", len(view.badges))]
    if more := len(view.badges) - len(newest):
        lines.append(pen.say_n("wallet.more", more))
    return Card(
        title=pen.say("wallet.title"),
        lines=tuple(lines),
        sections=(*(_held(badge, pen) for badge in newest), *_brought(view.brought, pen), *kept(view.foreign, pen)),
        buttons=(pen.button("map", "map"), pen.button("take_in", "take_in")),
        links=pen.door(view.door),
    )


def my_pages(view: MyPages, pen: Pen) -> Card:
    """The way in, and how long it is open; or that there are no pages here."""
    if view.door is None:
        return Card(lines=(pen.say("me.no_address"),))
    return Card(title=pen.say("me.title"), lines=(pen.say("me.door_means"),), links=pen.door(view.door))


def _brought(lines: tuple[BroughtLine, ...], pen: Pen) -> tuple[Section, ...]:
    """What was earned elsewhere stands apart, each with the school it comes from."""
    if not lines:
        return ()
    shown = [said for line in lines[:NEWEST_UNITS] for said in _brought_lines(line, pen)]
    more = max(0, len(lines) - NEWEST_UNITS)
    rest = (pen.say_n("record.more", more),) if more else ()
    return (Section(pen.say("brought.title"), (*shown, *rest, pen.say("brought.counts_not"))),)


def _brought_lines(line: BroughtLine, pen: Pen) -> tuple[str, ...]:
    what = pen.say("brought.line", date=pen.words.full_date(line.on), name=line.name, school=line.school)
    return (what, *stopped(line.stop, pen), *valid(line.validity, pen))


def _held(badge: WalletLine, pen: Pen) -> Section:
    line = pen.say(
        "wallet.line",
        level=pen.level(badge.level),
        date=pen.words.full_date(badge.on),
        counts=pen.words.counts(badge.counts),
    )
    view_badge = pen.button("view_badge", "badge", badge.award)
    turns = (pen.about(turn, badge.name) for turn in switches(badge, pen))
    return Section(
        pen.read(badge.name),
        (*stopped(badge.stop, pen), *valid(badge.validity, pen), line, _who_sees(badge, pen)),
        (*renew(badge.award, badge.validity, pen), view_badge, *turns),
    )


def _who_sees(badge: WalletLine, pen: Pen) -> str:
    shown = "wallet.displayed" if badge.stop is None else "wallet.unseen"
    named = "wallet.unnamed" if why_uncounted(badge.stop, badge.validity) else "wallet.findable"
    seen = pen.say(shown) if badge.displayed else pen.say("wallet.only_you")
    also = ((named, badge.findable), ("wallet.published", badge.published))
    return pen.words.listed((seen, *(pen.say(key) for key, on in also if on)))


def badge_map(view: MapView, pen: Pen) -> Card:
    courses = tuple(_course(course, pen) for course in view.courses)
    sections = (*courses, *(_pathway(pathway, pen) for pathway in view.pathways))
    return Card(
        title=pen.say("map.title"),
        lines=() if sections else (pen.say("map.empty"),),
        sections=sections,
        files=(File(view.picture.name, PNG, view.picture.data, _map_in_short(view, pen)),),
        links=pen.door(view.door),
    )


def _map_in_short(view: MapView, pen: Pen) -> str:
    """How far, and what could come next. The card's own text says the rest."""
    if not view.courses:
        return pen.say("map.empty")
    modules = [module for course in view.courses for module in course.modules]
    earned = sum(course.earned for course in view.courses) + sum(module.earned for module in modules)
    total = len(view.courses) + len(modules)
    following = [pen.words.quoted(pen.read(module.name)) for module in modules if module.next][:NEXT_BADGES]
    if not following:
        return pen.say("map.alt_earned", earned=earned, total=total)
    return pen.say("map.alt", earned=earned, total=total, next=pen.words.listed(following))


def _course(course: MapCourse, pen: Pen) -> Section:
    if course.earned:
        whole = pen.say("map.course_earned", badge=course.badge)
        whole = pen.say("validity.on_map", line=whole) if course.expired else whole
    else:
        done = sum(module.earned for module in course.modules)
        whole = pen.say("map.course_open", badge=course.badge, done=done, total=len(course.modules))
    return Section(pen.read(course.title), (whole, *(_module(module, pen) for module in course.modules)))


def _pathway(pathway: MapPathway, pen: Pen) -> Section:
    title = pen.say("pathway.of", name=pathway.name)
    if pathway.earned:
        return Section(title, (pen.say("pathway.earned", badge=pathway.badge), *_reached(pathway, pen)))
    lines = [pen.say("pathway.open", badge=pathway.badge)]
    if pathway.has:
        lines.append(pen.say("pathway.has", parts=pen.words.listed(pathway.has)))
    lines += [pen.say("pathway.missing", part=part) for part in pathway.missing]
    if pathway.early:
        lines.append(pen.say("pathway.early", parts=pen.words.listed(pathway.early)))
    for one in pathway.halted:
        lines.append(pen.say(f"pathway.halted.{one.why}", badge=one.badge, date=pen.words.full_date(one.on)))
    for gone in pathway.over:
        lines.append(pen.say("pathway.over", name=gone.name, host=gone.host, date=pen.words.full_date(gone.on)))
    renewals = tuple(
        pen.about(pen.button("renew", "renew", one.award), one.badge) for one in pathway.halted if one.renewable
    )
    if pathway.next_unit is None:
        return Section(title, tuple(lines), renewals)
    lines.append(pen.say("pathway.next", unit=pathway.next_unit, badge=pathway.next_badge))
    button = pen.about(pen.button("learn_this", "learn", pathway.next_key), pathway.next_unit)
    return Section(title, tuple(lines), (*renewals, button))


def _reached(pathway: MapPathway, pen: Pen) -> tuple[str, ...]:
    if pathway.reached_on is None:
        return ()
    return (pen.say("pathway.reached", date=pen.words.full_date(pathway.reached_on)),)


def _module(module: MapModule, pen: Pen) -> str:
    if module.earned:
        line = pen.say("map.module_earned", name=module.name)
        line = pen.say("validity.on_map", line=line) if module.expired else line
    elif module.done:
        line = pen.say("map.module_started", name=module.name, done=module.done, total=module.total)
    else:
        line = pen.say_n("map.module_open", module.total, name=module.name)
    return pen.say("map.next", line=line) if module.next else line


def record(view: RecordView, pen: Pen) -> Card:
    title = pen.say("record.title")
    if not view.lines:
        return Card(
            title=title,
            lines=(pen.say("record.empty"),),
            sections=_brought(view.brought, pen),
            links=pen.door(view.door),
        )
    totals = pen.say("count.separator").join(
        (
            pen.say_n("record.units", sum(not line.renewed for line in view.lines)),
            pen.words.minutes(view.minutes),
            pen.say_n("record.badges", view.badges),
        )
    )
    shown = view.lines[:NEWEST_UNITS]
    more = len(view.lines) - len(shown)
    rest = (pen.say_n("record.more", more),) if more else ()
    return Card(
        title=title,
        lines=(totals, pen.say("record.nominal"), *rest),
        sections=(Section(lines=tuple(_completion(line, pen) for line in shown)), *_brought(view.brought, pen)),
        buttons=(pen.button("export", "export"),),
        links=pen.door(view.door),
    )


def _completion(completion: RecordLine, pen: Pen) -> str:
    tags = [] if completion.renewed else [pen.words.minutes(completion.minutes)]
    if completion.prior:
        tags.append(pen.say("badge.prior"))
    if completion.self_assessed:
        tags.append(pen.say("badge.self_assessed"))
    if completion.renewed:
        tags.append(pen.say("renewal.tag"))
    line = pen.say(
        "record.line",
        date=pen.words.full_date(completion.on),
        title=completion.title,
        tags=pen.words.listed(tags),
    )
    if completion.reflection is None:
        return line
    return pen.say("record.reflection", line=line, reflection=completion.reflection)
