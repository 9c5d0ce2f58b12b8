"""Whether an answer says only that something was not taken: platforms then leave the form open for another try."""

from bot.conversation.views import CommentForm, FoundSchoolForm, Notice, PickDate, TextQuestion, View, WindowsForm


def is_refusal(views: tuple[View, ...]) -> bool:
    """Whether a form was not taken: a refusal or problem in one sentence, and perhaps the same form again."""
    return any(map(_refuses, views)) and all(_refuses(view) or isinstance(view, PickDate) for view in views)


def _refuses(view: View) -> bool:
    match view:
        case Notice(key=key):
            return key.startswith(("problem.", "refused."))
        case TextQuestion(too_short=again):
            return again
        case WindowsForm(complaint=complaint):
            return bool(complaint)
        case FoundSchoolForm(complaints=complaints):
            return bool(complaints)
        case CommentForm(refusal=refusal):
            return refusal is not None
        case _:
            return False
