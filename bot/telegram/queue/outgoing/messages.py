"""A message of the outbox: what it shows, whose answer it is, how it fared."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.answer import Turn


@dataclass(frozen=True)
class MessageContent:
    """What a message shows: a text of at most 4,096 UTF-16 units after parsing, and rows of buttons.

    ``keyboard``: labels, each with the token that a tap brings back or the https address that it opens; ``thread``: the
    forum topic; ``reply_to``: the id of the message that it answers; ``hide_preview``: no pictures of the pages that it
    links to; ``edits``: the id of the message whose place it takes; ``deletes``: of the message that goes, and nothing
    is shown; ``markup_of``: of the message of which only the buttons change, to these; ``file``: a file that it brings,
    in base 64, below which the text stands (at most 1,024 units), ``file_name``: how it is called, a picture is shown
    as one.

    Of hand-offs to staff: ``handoff``: the id of the one that it belongs to, whose topic it goes to in the staff chat;
    ``copies``, ``copies_from``: a message and its chat, of which it is a copy that does not say whose; ``about``: the
    id in the other chat of what it passes on; ``topic``: the name of a topic that is to be made; ``deletes_topic``: the
    topic that goes with all that stands in it.
    """

    text: str
    html: bool = True
    thread: int | None = None
    reply_to: int | None = None
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()
    hide_preview: bool = True
    edits: int | None = None
    deletes: int | None = None
    markup_of: int | None = None
    file: str | None = None
    file_name: str = ""
    handoff: str | None = None
    copies: int | None = None
    copies_from: int | None = None
    about: int | None = None
    topic: str | None = None
    deletes_topic: int | None = None


@dataclass(frozen=True)
class OutgoingMessage:
    """The next message of a chat whose lease this process holds, to be sent in ``wait`` seconds.

    ``question``, ``status``, ``notice``: see ``MessageBatch``; the status stands at the last message alone.
    """

    id: int
    chat: int  # the hash that names it in tables
    chat_id: int  # its id in Telegram
    content: MessageContent
    tries: int
    made: float
    wait: float = 0.0
    question: int | None = None
    status: str | None = None
    notice: int | None = None


@dataclass(frozen=True)
class Delivery:
    """How a message fared. ``delay``: seconds before the chat's next call; ``error``: why it was given up.

    ``refused``: the delay is Telegram's retry_after for this chat; ``number``: the id that Telegram gave the message;
    ``topic``: the topic that was made for it, 0: the chat has none; ``topic_gone``: its topic was deleted. With either
    it waits on.
    """

    message: OutgoingMessage
    sent: bool = False
    delay: float = 0.0
    refused: bool = False
    error: str | None = None
    whole_chat: bool = False  # given up for everything that waits for the chat
    moved_to: int | None = None
    replacement: MessageContent | None = None  # send this instead
    number: int | None = None
    topic: int | None = None
    topic_gone: bool = False


@dataclass(frozen=True)
class AnswerEnd:
    """An answer of which nothing waits any more: the id of its question in the inbox, and how that ended."""

    question: int
    status: str


@dataclass(frozen=True)
class DueMessages:
    """Messages to send, and for how many seconds not to look for more: Telegram said so, or the rate limit asks it.

    ``ended``: what became of the answers whose last message was written down in the same transaction.
    """

    messages: tuple[OutgoingMessage, ...] = ()
    quiet: float = 0.0
    wait: float = 0.0
    ended: tuple[AnswerEnd, ...] = ()


@dataclass(frozen=True)
class AnsweredMessage:
    """What is remembered of an answer, to be found by what it answers and by its own messages.

    ``key``: of the message that it answers, None for a pressed button; ``text``: what that said, masked; ``turn``: what
    it left, None for a notice; ``introduced``: who answers here stands in it; ``replaces``: the id in the inbox of the
    question whose answer it takes the place of; ``below``: as a new message, and the messages of that answer go.
    """

    key: str | None
    text: str = ""
    turn: Turn | None = None
    introduced: bool = False
    replaces: int | None = None
    below: bool = False


@dataclass(frozen=True)
class MessageBatch:
    """Messages for one chat (its id in Telegram), in order. ``person``: the hash of whom they answer, for deletion.

    ``question``: the id in the inbox of what they answer; ``status``: how it ended once they have arrived; ``notice``:
    the version of the privacy notice that the first of them brings, None when it brings none.
    """

    chat_id: int
    person: str
    contents: tuple[MessageContent, ...] = field(default=())
    question: int | None = None
    status: str | None = None
    notice: int | None = None
    answered: AnsweredMessage | None = None
