"""files.*: an address for the bytes, the bytes, and the message that carries the file."""

from slack.server import happenings, shapes
from slack.server.calls import Call, Refusal, method, refused_arguments
from slack.server.methods.chat import thread_of
from slack.server.world import Json, Message, Upload


@method("files.getUploadURLExternal", "files:write", tier=4)
def address(call: Call) -> Json:
    call.need("filename", "length")
    size = call.number("length", 0)
    if size < 1:
        raise refused_arguments("must be greater than 0 [json-pointer:/length]")
    name = call.text("filename")
    upload = Upload(
        id=f"F{call.slack.new_id()}",
        name=name,
        title=name,
        size=size,
        user=call.bot.id,
        team_id=call.team.id,
        created=int(call.slack.clock.now()),
        alt=call.text("alt_txt"),
    )
    call.team.files[upload.id] = upload
    return {"upload_url": f"{call.slack.files_url}/upload/v1/{call.team.id}-{upload.id}", "file_id": upload.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete(call: Call) -> Json:
    given = call.parsed("files")
    if not isinstance(given, list) or not given:
        raise refused_arguments("missing required field: files")
    uploads = [_uploaded(call, each) for each in given]
    wanted = [each for each in (call.text("channel_id"), *call.text("channels").split(",")) if each]
    places = [call.writable(each) for each in wanted]
    threads = [thread_of(call, where) for where in places]
    for upload, each in zip(uploads, given, strict=True):
        upload.title = str(each.get("title") or upload.name)
        upload.complete = True
    for where, thread in zip(places, threads, strict=True):
        message = Message(
            ts=where.new_ts(call.slack.clock.now()),
            user=call.bot.id,
            text=call.text("initial_comment"),
            team_id=call.team.id,
            thread_ts=thread,
            subtype="file_share",
            app_id=call.slack.app.id,
            bot_id=call.bot.bot_id,
            files=list(uploads),
        )
        for upload in uploads:
            upload.channels.append(where.id)
        happenings.posted(call.slack, call.team, where, message)
    return {"files": [shapes.file(call.slack, each) for each in uploads]}


@method("files.info", "files:read", tier=4)
def info(call: Call) -> Json:
    found = _known(call)
    if found.deleted:
        raise Refusal("file_deleted")
    shares: Json = {}
    for where in call.team.channels.values():
        posts = [each for each in where.lasting() if found in each.files]
        if posts:
            kind = "public" if where.kind == "public" else "private"
            shares.setdefault(kind, {})[where.id] = [{"ts": each.ts, "team_id": call.team.id} for each in posts]
    return {"file": {**shapes.file(call.slack, found), "shares": shares}, "comments": []}


@method("files.delete", "files:write", tier=3)
def delete(call: Call) -> Json:
    found = _known(call)
    if found.deleted:
        raise Refusal("file_deleted")
    if found.user != call.bot.id:
        raise Refusal("cant_delete_file")
    found.deleted = True
    return {}


def _known(call: Call) -> Upload:
    call.need("file")
    found = call.team.files.get(call.text("file"))
    if found is None or not found.complete:
        raise Refusal("file_not_found")
    return found


def _uploaded(call: Call, given: Json) -> Upload:
    found = call.team.files.get(str(given.get("id", "")))
    if found is None or found.user != call.bot.id or found.complete:
        raise Refusal("file_not_found")
    if found.data is None:
        raise Refusal("file_update_failed")
    return found
