"""Roles: one's own, and for owners everybody's; being told of a change; the school that a first owner opens."""

from dataclasses import replace

from bot.conversation.acts.roles import GRANT, REVOKE
from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import FoundSchoolForm, RoleChanged, RolesView, WhichPerson
from bot.domain.people import Role
from bot.services.ownership import LONGEST_SCHOOL_NAME

MOST_PEOPLE = 40
LONGEST_NAME = 100


def roles(view: RolesView, pen: Pen) -> Card:
    own = Section(
        pen.say("roles.own", roles=_listed(view.own, pen)),
        tuple(pen.say(f"roles.means.{role}") for role in Role if role in view.own),
    )
    if not view.may_take:
        return Card(title=pen.say("roles.title"), lines=(pen.say("roles.who_names"),), sections=(own,))
    return Card(
        title=pen.say("roles.title"),
        lines=(pen.say("roles.as_admin"),) if view.is_admin and Role.OWNER not in view.own else (),
        sections=(own, _people(view, pen)) if view.people else (own,),
        buttons=_more(view, pen),
        form=_form(view, pen),
    )


def _more(view: RolesView, pen: Pen) -> tuple[Button, ...]:
    agreements = (pen.button("agreements", "agreements"),) if view.agrees else ()
    return (*agreements, pen.button("stops", "stops")) if view.stops else agreements


def _people(view: RolesView, pen: Pen) -> Section:
    lines = [_person(name, held, is_gone, pen) for name, held, is_gone in view.people[:MOST_PEOPLE]]
    if more := len(view.people) - len(lines):
        lines.append(pen.say_n("roles.more", more))
    return Section(pen.say("roles.people"), tuple(lines))


def _person(name: str, held: frozenset[Role], is_gone: bool, pen: Pen) -> str:
    return pen.say("roles.person_gone" if is_gone else "roles.person", name=name, roles=_listed(held, pen))


def _form(view: RolesView, pen: Pen) -> Form:
    role = tuple((role.value, _offered(role, view, pen)) for role in Role if role in view.may_take)
    change = ((GRANT, pen.say("roles.grant")), (REVOKE, pen.say("roles.revoke")))
    first = GRANT if view.may_give else REVOKE
    return Form(
        pen.say("roles.form"),
        pen.form_token("role"),
        pen.say("label.save"),
        (
            Field("person", pen.say("roles.field_person"), pen.say("roles.hint_person"), max_chars=LONGEST_NAME),
            Field("role", pen.say("roles.field_role"), choices=role),
            Field(
                "change", pen.say("roles.field_change"), choices=change if view.may_give else change[1:], value=first
            ),
        ),
        cancel=pen.say("label.cancel"),
    )


def _offered(role: Role, view: RolesView, pen: Pen) -> str:
    """A role in the form; where one may not give it, the choice itself says so."""
    named = pen.say(f"role.{role}")
    return named if role in view.may_give else pen.say("roles.to_take_only", role=named)


def _listed(held: frozenset[Role], pen: Pen) -> str:
    return pen.words.listed(pen.say(f"role.{role}") for role in Role if role in held)


def which_person(view: WhichPerson, pen: Pen) -> Card:
    argument = f"{GRANT if view.given else REVOKE}_{view.role}"
    return Card(
        title=pen.say("roles.which", words=view.words),
        lines=(pen.say("roles.which_means", role=pen.say(f"role.{view.role}")),),
        buttons=tuple(
            Button(
                pen.say("roles.candidate", name=name, keys=pen.words.listed(keys)),
                pen.actions.token("role_of", person, argument),
            )
            for person, name, keys in view.people
        ),
    )


def role_changed(view: RoleChanged, pen: Pen) -> Card:
    role = pen.say(f"role.{view.role}")
    if not view.given:
        return Card(lines=(pen.say("roles.taken", role=role),), buttons=(pen.button("roles", "roles"),))
    return Card(
        title=pen.say("roles.given", role=role),
        lines=(pen.say(f"roles.means.{view.role}"),),
        buttons=(pen.button("roles", "roles"),),
    )


def found_school_form(view: FoundSchoolForm, pen: Pen) -> Card:
    title, wrong = pen.say("found.title"), {field: pen.say(key) for field, key in view.complaints}
    ja, en = view.typed
    zone = Field("zone", pen.say("found.zone"), pen.say("found.zone_hint"), value=view.zone, max_chars=LONGEST_NAME)
    fields = tuple(
        replace(field, error=wrong.get(field.name, ""))
        for field in (
            Field("name_ja", pen.say("found.name_ja"), value=ja, max_chars=LONGEST_SCHOOL_NAME),
            Field("name_en", pen.say("found.name_en"), value=en, max_chars=LONGEST_SCHOOL_NAME),
            zone,
        )
    )
    form = Form(
        title, pen.form_token("found", view.code), pen.say("label.save"), fields, cancel=pen.say("label.cancel")
    )
    return Card(title=title, lines=(*dict.fromkeys(wrong.values()), pen.say("found.means")), form=form)
