"""Slack's texts as safe HTML: mrkdwn, plain text with emoji names, and the markdown block.

Whatever a message holds leaves here escaped; the only tags are those this module writes itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.slack.state import Person, State

LINKS = ("https://", "http://", "mailto:", "slack://")

# Slack knows thousands; these are the ones a bot about sync errors is likely to use.
EMOJI_NAMES = """
white_check_mark=✅ heavy_check_mark=✔️ ballot_box_with_check=☑️ x=❌ warning=⚠️ no_entry=⛔
no_entry_sign=🚫 rotating_light=🚨 red_circle=🔴 large_orange_circle=🟠 large_yellow_circle=🟡
large_green_circle=🟢 large_blue_circle=🔵 white_circle=⚪ black_circle=⚫ large_green_square=🟩
large_yellow_square=🟨 large_orange_square=🟧 large_red_square=🟥 white_large_square=⬜ bell=🔔 no_bell=🔕
mute=🔇 speaker=🔈 hourglass=⌛ hourglass_flowing_sand=⏳ stopwatch=⏱️ clock1=🕐 alarm_clock=⏰ calendar=📆
date=📅 zzz=💤 arrows_counterclockwise=🔄 repeat=🔁 arrow_up=⬆️ arrow_down=⬇️ arrow_right=➡️
arrow_left=⬅️ arrow_upper_right=↗️ arrow_lower_right=↘️ chart_with_upwards_trend=📈
chart_with_downwards_trend=📉 bar_chart=📊 clipboard=📋 pushpin=📌 memo=📝 pencil=✏️ pencil2=✏️
page_facing_up=📄 card_index=📇 file_folder=📁 inbox_tray=📥 outbox_tray=📤 package=📦 mag=🔍 mag_right=🔎
link=🔗 lock=🔒 unlock=🔓 key=🔑 gear=⚙️ wrench=🔧 hammer_and_wrench=🛠️ robot_face=🤖 zap=⚡ fire=🔥 bulb=💡
tada=🎉 sparkles=✨ rocket=🚀 wave=👋 eyes=👀 raised_hand=✋ point_right=👉 thumbsup=👍 +1=👍 thumbsdown=👎
-1=👎 question=❓ grey_question=❔ exclamation=❗ information_source=ℹ️ new=🆕 busts_in_silhouette=👥
bust_in_silhouette=👤 office=🏢 label=🏷️ jigsaw=🧩 broom=🧹 wastebasket=🗑️ cloud=☁️ sos=🆘
double_vertical_bar=⏸️ arrow_forward=▶️ black_square_for_stop=⏹️ small_blue_diamond=🔹
small_orange_diamond=🔸 heavy_plus_sign=➕ heavy_minus_sign=➖ scroll=📜 books=📚 house=🏠
"""
EMOJI = dict(pair.split("=") for pair in EMOJI_NAMES.split())
DAYS = {
    "de": {0: "heute", -1: "gestern", 1: "morgen"},
    "en": {0: "today", -1: "yesterday", 1: "tomorrow"},
}
DATE_STYLES = {"date_num": "yyyy-MM-dd", "date": "long", "date_short": "medium", "date_long": "full"}

MRKDWN = re.compile(
    r"```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<link>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]*?(?<=\S))\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>(?=\S)[^_\n]*?(?<=\S))_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>(?=\S)[^~\n]*?(?<=\S))~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):",
    re.DOTALL,
)
MARKDOWN = re.compile(
    r"`(?P<code>[^`]+)`|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)"
    r"|\*\*(?P<bold>.+?)\*\*|~~(?P<strike>.+?)~~|\*(?P<italic>[^*]+)\*|:(?P<emoji>[a-z0-9_+-]+):"
)


@dataclass(frozen=True)
class Texts:
    """The texts of a workspace as one reader sees them: names, own time zone and language."""

    state: State
    reader: Person

    def plain(self, text: str, *, emoji: bool = True) -> Markup:
        """Show a plain_text."""
        return _lines(_emoji(_literal(text)) if emoji else escape(_literal(text)))

    def mrkdwn(self, text: str) -> Markup:
        """Show a mrkdwn text."""
        return _quotes(self._marked(text))

    def lines(self, text: str) -> Markup:
        """Show a text as it stands, line by line."""
        return _lines(escape(text))

    def markdown(self, text: str) -> Markup:
        """Show a markdown block: headings, lists, quotes, fences and inline styles."""
        parts: list[Markup] = []
        for index, part in enumerate(re.split(r"^```.*\n?", text, flags=re.MULTILINE)):
            if index % 2:
                parts.append(Markup("<pre>{}</pre>").format(part.rstrip("\n")))
            else:
                parts += [_markdown_line(line) for line in part.split("\n") if line.strip()]
        return Markup().join(parts)

    def date(self, stamp: float, text: str) -> str:
        """Fill Slack's date tokens ({date_short_pretty} {time} …) in the reader's zone and language."""
        zone, locale = ZoneInfo(self.reader.tz), Locale.parse(self.reader.locale, sep="-")
        moment = datetime.fromtimestamp(stamp, UTC).astimezone(zone)
        today = datetime.fromtimestamp(self.state.now(), UTC).astimezone(zone)
        days = DAYS.get(locale.language, DAYS["en"])
        words = {(today + timedelta(days=offset)).date(): word for offset, word in days.items()}

        def token(match: re.Match[str]) -> str:
            name = match[1]
            if name in {"time", "time_secs"}:
                style = "short" if name == "time" else "medium"
                return format_time(moment, style, tzinfo=zone, locale=locale).replace("\u202f", " ")
            if name.endswith("_pretty") and moment.date() in words:
                return words[moment.date()]
            pattern = DATE_STYLES.get(name.removesuffix("_pretty"))
            return format_date(moment.date(), pattern, locale=locale) if pattern else match[0]

        return re.sub(r"\{(\w+)\}", token, text)

    def _marked(self, text: str) -> Markup:
        return _replace(MRKDWN, text, self._mark, lambda rest: _lines(escape(_literal(rest))))

    def _mark(self, match: re.Match[str]) -> Markup:
        kind = str(match.lastgroup)
        inner: str = match[kind]
        match kind:
            case "pre":
                return Markup("<pre>{}</pre>").format(_literal(inner.strip("\n")))
            case "code":
                return Markup("<code>{}</code>").format(_literal(inner))
            case "emoji":
                return escape(EMOJI.get(inner, match[0]))
            case "link":
                return self._link(inner)
        tag = {"bold": "strong", "italic": "em", "strike": "s"}[kind]
        return Markup(f"<{tag}>{{}}</{tag}>").format(self._marked(inner))  # noqa: S704 - tag is one of three

    def _link(self, inner: str) -> Markup:
        target, _, label = inner.partition("|")
        if target.startswith("@"):
            person = self.state.people.get(target[1:])
            return _chip("@" + (person.real_name if person else label or target[1:]))
        if target.startswith("#"):
            channel = self.state.channels.get(target[1:])
            return _chip("#" + (channel.name if channel else label or target[1:]))
        if target.startswith("!date^"):
            _, stamp, pattern, *link = target.split("^")
            shown = self.date(int(stamp), pattern) if stamp.isdigit() else _literal(label)
            return link_to(link[0], shown) if link else Markup("<time>{}</time>").format(shown)
        if target.startswith("!"):
            return _chip("@" + (label or target[1:]).lstrip("@"))
        if target.startswith(LINKS):
            return link_to(_literal(target), _literal(label or target.removeprefix("mailto:")))
        return escape(_literal(f"<{inner}>"))


def link_to(url: str, label: str) -> Markup:
    """Return a link that opens in a new tab, or only its label where the address is none we follow."""
    if not url.startswith(LINKS):
        return escape(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def _chip(label: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(label)


def _literal(text: str) -> str:
    # Slack knows these three entities and no other.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _emoji(text: str) -> Markup:
    return escape(re.sub(r":([a-z0-9_+-]+):", lambda m: EMOJI.get(m[1], m[0]), text))


def _lines(text: Markup) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _quotes(html: Markup) -> Markup:
    """Turn runs of lines that begin with `>` into quotes, which need no line break around them."""
    parts: list[Markup] = []
    for quoted, lines in groupby(html.split("<br>"), key=lambda line: line.startswith("&gt;")):
        if quoted:
            inner = Markup("<br>").join(line[4:].lstrip() for line in lines)
            parts.append(Markup("<blockquote>{}</blockquote>").format(inner))
        else:
            parts.append(Markup("<br>").join(lines))
    return Markup().join(parts)


def _replace(
    pattern: re.Pattern[str],
    text: str,
    mark: Callable[[re.Match[str]], Markup],
    rest: Callable[[str], Markup],
) -> Markup:
    parts: list[Markup] = []
    at = 0
    for match in pattern.finditer(text):
        parts += [rest(text[at : match.start()]), mark(match)]
        at = match.end()
    return Markup().join([*parts, rest(text[at:])])


def _markdown_line(line: str) -> Markup:
    if heading := re.match(r"(#{1,6})\s+(.*)", line):
        return Markup('<p class="heading">{}</p>').format(_markdown_inline(heading[2]))
    if item := re.match(r"\s*(?:[-*]|(\d+\.))\s+(.*)", line):
        return Markup('<p class="item">{} {}</p>').format(item[1] or "•", _markdown_inline(item[2]))
    if quote := re.match(r">\s?(.*)", line):
        return Markup("<blockquote>{}</blockquote>").format(_markdown_inline(quote[1]))
    return Markup("<p>{}</p>").format(_markdown_inline(line))


def _markdown_inline(text: str) -> Markup:
    def mark(match: re.Match[str]) -> Markup:
        kind = str(match.lastgroup)
        match kind:
            case "code":
                return Markup("<code>{}</code>").format(match["code"])
            case "url":
                return link_to(match["url"], match["label"])
            case "emoji":
                return escape(EMOJI.get(match["emoji"], match[0]))
        tag = {"bold": "strong", "italic": "em", "strike": "s"}[kind]
        return Markup(f"<{tag}>{{}}</{tag}>").format(_markdown_inline(match[kind]))  # noqa: S704 - one of three tags

    return _replace(MARKDOWN, text, mark, escape)
