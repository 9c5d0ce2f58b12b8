"""The words of the story: its chapters, what its people say and write, and how it is told."""

from bot.domain.language import Bilingual, Lang

# ---------------------------------------------------------------- how it is told

TITLE = Bilingual("すきまのある一日", "A day with gaps")
WHO_IS_WHO = Bilingual("登場する人", "Who is who")
STAFF = "職員室チャンネル · staff channel"
LEGEND = Bilingual(
    "💬 話す　⌨ コマンド　👉 押す　✍ 書く　＋ リアクション　－ 外す　🕙 時計　→ Sukimaが見せるもの（人も学校も架空）",
    "💬 says · ⌨ command · 👉 presses · ✍ writes · ＋ reacts · － takes off · 🕙 clock · → Sukima shows (all invented)",
)
ACTS = {
    "says": "💬",
    "commands": "⌨",
    "presses": "👉",
    "fills": "✍",
    "reacts": "＋",
    "takes off": "－",
    "joins": "👋",
}
NOTES = {"edited": "edited · 書き換え", "deleted": "taken down · 取り下げ", "only_you": "only you · 本人だけに表示"}

# ---------------------------------------------------------------- chapters, by scene

CHAPTERS = {
    "welcome_ja": Bilingual(
        "復帰した藤田さんの「こんにちは」：三回押すと、最初の教材が届く",
        "A returner says hello: three presses, and the first unit is there",
    ),
    "welcome_en": Bilingual(
        "今日からのグレースさんは英語で：静かな時間は自分の言葉で",
        "Grace is new today, and reads English: quiet hours in her own words",
    ),
    "break_begins": Bilingual(
        "中休み：空いている人に、ひとつずつ。だれも押していないのに",
        "The long break: those who are free are offered one unit each, by nobody's press",
    ),
    "break_unit": Bilingual(
        "エマさんは届いてすぐに開く。休み時間のうちに終わる",
        "Emma opens hers when it arrives, and is done within the break",
    ),
    "break_over": Bilingual(
        "3時間目：授業中は静か。一日にひとつだけ", "Period 3: quiet in lessons, and one unit a day"
    ),
    "knowledge_badge": Bilingual(
        "初任の山本さん、ひとまとまりを終える：バッジは一度だけ、本人だけに届く",
        "A new teacher finishes a module: the badge comes once, and to nobody else",
    ),
    "share_and_endorse": Bilingual(
        "見せる・裏書する・推薦する：自分の分は数えず、外せば取り消し",
        "Shared: a colleague endorses, a leader recommends; one's own does not count, removal withdraws",
    ),
    "many_reactions": Bilingual(
        "同じ瞬間の十のリアクション：再発行は一度、投稿の書き換えも一度",
        "Ten reactions in one moment: one re-issue and one edit",
    ),
    "own_words": Bilingual(
        "空いている時間を、自分の言葉で伝える", "Free and quiet times, in words and in a form, in both languages"
    ),
    "free_period": Bilingual(
        "水曜5限：空いている木村さんと中川さんにだけ届く",
        "Wednesday, period 5: only those who have it free are offered something",
    ),
    "competence_badge": Bilingual(
        "最後の教材：知識バッジと能力バッジが同時に、一度ずつ。二度押しても一度",
        "The last unit: knowledge and competence badge at the same moment, once each, though it is pressed twice",
    ),
    "english_badge": Bilingual(
        "エマさんのバッジ：英語で受け取り、見せる。教頭はボタンで推薦する",
        "Emma earns a badge and shares it; the vice-principal recommends with a button",
    ),
    "newcomer_badge": Bilingual(
        "グレースさんの初めてのバッジ：見せるが、名前はまだ挙げない",
        "Grace's first badge: shared, but she would rather not be named",
    ),
    "endorse_content": Bilingual(
        "教材そのものへの裏書：修了した人から", "Content is endorsed by those who completed it"
    ),
    "introductions": Bilingual(
        "「教えられる人は？」：理由つきで見つかり、紹介が行って帰る。お返事は三通り",
        "“Who can teach …?”: found with reasons; introductions go there and back, with all three answers",
    ),
    "nobody_yet": Bilingual(
        "「まだ見つかりません」：代わりに学べるもの", "An honest “nobody yet”, and what to learn instead"
    ),
    "later": Bilingual("あとで：四通り。別のものに替えることも", "Later, in four ways; or another one"),
    "bad_words": Bilingual("わからない言葉には、ひとこと", "Unknown words get one clear sentence"),
    "know_already": Bilingual(
        "「もう知っている」：確認の質問へ。既に知っていた内容として残る",
        "“I know this already” goes to the check, and is kept as prior knowledge",
    ),
    "look": Bilingual(
        "ウォレット、マップ、記録、設定、ヘルプ、書き出し", "Wallet, map, record, settings, help and the export"
    ),
    "take_back": Bilingual("見せたものは、いつでも戻せる", "What was shared can be taken back"),
    "forget": Bilingual(
        "忘れてもらう：贈った裏書は、名前なしで残る",
        "Being forgotten: what they gave others stays, without their names",
    ),
    "quiet_evening": Bilingual("夜は静か：「20分後」も朝まで待つ", "The evening is quiet, even for what was asked for"),
    "tomorrow": Bilingual("「明日」と「次の空き時間」が帰ってくる", "“Tomorrow” and “Next gap” come back"),
    "picked_day": Bilingual("日を選んだ教材が帰ってくる", "What was put off to a date comes back"),
    "holiday": Bilingual("海の日：だれにも届かない", "Marine Day, a holiday: nobody hears anything"),
}

# ---------------------------------------------------------------- who comes in the course of the day

GRACE = ("okafor", "Grace Okafor")
GRACE_TITLE = Bilingual("学習支援員・今日から", "Learning support assistant, first day")
BOT = ("register", "出欠ボット")

# ---------------------------------------------------------------- what they say

HELLO: dict[Lang, str] = {"ja": "こんにちは", "en": "Hello"}
LEARN: dict[Lang, str] = {"ja": "学ぶ", "en": "learn"}
TEN_MINUTES: dict[Lang, str] = {"ja": "10分で学べるものは？", "en": "What can I learn in 10 minutes?"}
NO_TIMES = "whenever you like"
GRACE_TIMES = "weekdays 12:50-13:30 free, every day 18:00-8:00 quiet"
NAKAGAWA_TIMES = "水曜5限が空き、平日 11:00–11:30"
EMMA_TIMES = "weekdays 10:25-10:45, Wednesday period 6 is free"
QUIET_NOW = "every day 18:00-7:30 quiet"
FORM_TIMES: dict[Lang, str] = {
    "ja": "平日 12:50–13:15が空き、毎日 17:00–8:15は静かに",
    "en": "weekdays 12:50-13:20 free, every day 17:30-8:00 quiet",
}
NO_DAY: dict[Lang, str] = {"ja": "いつか", "en": "someday"}
PICKED_DAY: dict[Lang, str] = {"ja": "6月12日", "en": "Friday"}
UNKNOWN: dict[Lang, str] = {"ja": "まなぶん", "en": "lern"}
NO_MINUTES: dict[Lang, str] = {"ja": "学ぶ -3", "en": "learn -3"}
ABOUT: dict[Lang, str] = {"ja": "学ぶ 特別支援", "en": "learn devices"}
UNHEARD_OF: dict[Lang, str] = {
    "ja": "天体望遠鏡の使い方を教えられる人は誰ですか",
    "en": "Who can teach how to use a telescope?",
}
NOT_YET_HERE: dict[Lang, str] = {
    "ja": "よい知らせの電話に詳しい人は誰ですか",
    "en": "Who can help with phone calls home?",
}
REFLECTIONS: dict[Lang, str] = {
    "ja": "毎日いる教室なのに、出口の荷物に気づいていなかった。",
    "en": "I will try this with one class tomorrow.",
}

# ---------------------------------------------------------------- what they answer, by unit

TOO_SHORT: dict[Lang, str] = {"ja": "短い", "en": "Short"}
ANSWERS: dict[str, dict[Lang, str]] = {
    "c1-u3": {
        "ja": "「それは悔しかったね。もう少し聞かせて」と返せばよかった。",
        "en": "I could have said: that was frustrating; tell me a little more.",
    },
    "c2-u3": {
        "ja": "教科書を出します。12ページを開きます。開いたら手を置いて待ちます。",
        "en": "Take out your book. Open page 12. Put your hands down and wait.",
    },
    "c2-u5": {
        "ja": "「水筒を持ってきてください。暑い日が続きます。」",
        "en": "“Please bring a water bottle. It will be hot.”",
    },
    "c3-u3": {
        "ja": "全員の予想を一つの画面に並べて、違いを見つけるため。",
        "en": "To lay everybody's predictions side by side and find the differences.",
    },
    "c4-u1": {
        "ja": "後ろの出口の前の段ボールを、昼休みに準備室へ移す。",
        "en": "Move the boxes away from the back exit at lunch.",
    },
    "c5-u3": {
        "ja": "音読の間の取り方。学級開きで困っている人に。",
        "en": "A three-minute English warm-up song, for anybody who teaches foreign language activities.",
    },
}

# ---------------------------------------------------------------- who asks whom, the answer, and the question

INTRODUCTIONS = (
    ("carter", "kimura", "yes", "Who can teach classroom ICT?"),
    ("nguyen", "hayashi", "not_now", "Who can help me adjust tasks and instructions?"),
    ("okafor", "mori", "someone_else", "Who knows the first moves in an emergency?"),
    ("aoki", "carter", "yes", "やさしい日本語に詳しい人は？"),
    ("yamamoto", "carter", "not_now", "お便りをやさしい日本語で書ける先生は誰ですか"),
    ("fujita", "carter", "someone_else", "授業を見合うことに詳しい人は誰ですか"),
)
