"""What people may see and delete of what is kept of them. In private chats alone: a group would read along."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime

from bot.answer import Choice
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.telegram.delivery import privacy_notice
from bot.telegram.delivery.reply import AssistantProtocol, IncomingQuestion, Reply, addressed, text_reply
from bot.telegram.handoffs.terms import DAY
from bot.telegram.queue.audience.personal_data import PersonalData
from bot.telegram.queue.conversations import PUBLIC_HELP, DeletionCounts, TimedTurn
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.updates.profile_texts import operator_sentence
from bot.telegram.updates.welcome import OWN_PREFIX
from knowledge.text.characters import units
from knowledge.validity import BEIJING

MOST_TURNS = 10  # that one message shows
LONGEST_QUESTION, LONGEST_ANSWER = 120, 60  # UTF-16 units of each that it shows: all of it has to fit into one message


def privacy(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What is stored, why, how long, who sees it, how to delete it; whoever reads this needs no other notice."""
    facts, language = incoming.facts, incoming.language
    operator = facts.operator
    reply = text_reply(
        incoming,
        "privacy_notice",
        version=str(privacy_notice.VERSION),
        date=day_in_words(privacy_notice.DATED, language),
        operator=operator_sentence(operator, language),
        contact=operator.contact if operator and operator.contact else "/human",
        model=message("privacy_model_on" if facts.asks_model else "privacy_model_off", language),
    )
    more = [message("privacy_open", language, days=str(facts.open_days))]
    more.append(message("privacy_counts", language, months=str(facts.report_months)))
    if facts.forms:
        more.append(message("privacy_forms", language, days=str(facts.forms.retention.most)))
    if facts.handoffs:
        more.append(message("privacy_handoffs", language, days=str(round(facts.handoffs.keep / DAY))))
    *others, last = reply.messages
    text = "\n\n".join((last.text, *(html.escape(one, quote=False) for one in more)))
    reply = replace(reply, messages=(*others, replace(last, text=text)))
    return replace(reply, notice=privacy_notice.VERSION if incoming.lacks_notice else None)


def my_data(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What is kept of whoever asks, and a button that deletes it."""
    delete = Choice(message("delete_open", incoming.language), f"{OWN_PREFIX}open delete_my_data")
    end = text_reply(incoming, "my_data_end", delete)

    def shown(kept: PersonalData) -> MessageContent:
        text = "\n\n".join(_lines(kept, incoming.language, incoming.now))
        (last,) = end.messages
        return replace(last, text=f"{html.escape(text, quote=False)}\n\n{last.text}")

    return Reply(buttons=end.buttons, show=shown, status="my_data")


def _lines(kept: PersonalData, language: str, now: float) -> list[str]:
    chosen = [message(f"language_{code}", code) for code in kept.languages]
    version = message("my_data_notice_version", language, version=str(kept.notice))
    head = message(
        "my_data",
        language,
        time=_time(now, language),
        chosen=", ".join(chosen) or message("my_data_language_unset", language),
        notice=version if kept.notice else message("my_data_notice_none", language),
        turns=str(len(kept.turns)),
        buttons=str(kept.buttons),
        waiting=str(kept.waiting),
        asked=str(kept.asked),
    )
    chosen = [message(f"role_{name}", language) for name in kept.roles]
    roles = [message("my_data_role", language, roles=", ".join(chosen))] if chosen else []
    votes = [message("my_data_votes", language, count=str(kept.votes))] if kept.votes else []
    drafts, sent = kept.forms
    forms = [message("my_data_forms", language, drafts=str(drafts), sent=str(sent))] if drafts or sent else []
    handoffs = [message("my_data_handoffs", language, count=str(kept.handoffs))] if kept.handoffs else []
    waiting, told = kept.open_questions
    opened = [message("my_data_open", language, count=str(waiting), told=str(told))] if waiting else []
    shown = kept.turns[-MOST_TURNS:]
    left = len(kept.turns) - len(shown)
    more = [message("my_data_more", language, count=str(left))] if left else []
    return [head, *roles, *votes, *opened, *forms, *handoffs, *(_turn(timed, language) for timed in shown), *more]


def _turn(timed: TimedTurn, language: str) -> str:
    question, answer = _short(timed.turn.question, LONGEST_QUESTION), _short(timed.turn.answer, LONGEST_ANSWER)
    return message(
        "my_data_turn", language, time=_time(timed.at, language), question=question or "—", answer=answer or "—"
    )


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    if units(line) <= most:
        return line
    return f"{line.encode('utf-16-le')[: 2 * (most - 1)].decode('utf-16-le', 'ignore')}…"


def _time(at: float, language: str) -> str:
    moment = datetime.fromtimestamp(at, BEIJING)
    return f"{day_in_words(moment.date(), language)} {moment:%H:%M}"


def delete_my_data(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Ask once whether everything shall go, and go on in that language."""
    language = incoming.language
    yes = Choice(message("delete_yes", language), f"{OWN_PREFIX}delete yes {language}")
    no = Choice(message("delete_no", language), f"{OWN_PREFIX}delete no {language}")
    return text_reply(incoming, "delete_confirm", yes, no)


def decide_deletion(incoming: IncomingQuestion, decision: str) -> Reply:
    """``decision``: what a button of ``delete_my_data`` says; those of earlier releases name no language."""
    answer, _, language = decision.partition(" ")
    incoming = replace(incoming, reply_in=language or None)
    return delete_all(incoming) if answer == "yes" else text_reply(incoming, "delete_kept")


def delete_all(incoming: IncomingQuestion) -> Reply:
    """Remove what is kept of this user and say exactly what it was."""

    def confirmation(gone: DeletionCounts) -> MessageContent:
        language = incoming.language
        counts = {"conversations": gone.conversations, "buttons": gone.buttons, "waiting": gone.waiting}
        said = [message("deleted", language, **{name: str(count) for name, count in counts.items()}).strip()]
        if gone.votes:
            said.append(message("deleted_votes", language, votes=str(gone.votes)))
        if gone.open_questions:
            said.append(message("deleted_open", language, count=str(gone.open_questions)))
        drafts, sent = gone.forms
        if drafts or sent:
            said.append(message("deleted_forms", language, drafts=str(drafts), sent=str(sent)))
        if gone.handoffs:
            said.append(message("deleted_handoffs", language, count=str(gone.handoffs)))
        content = addressed(incoming, html.escape("\n".join(said), quote=False))
        return replace(content, keyboard=(((message("steps.open_help", language), PUBLIC_HELP),),))

    return Reply(forget=confirmation, status="deleted")
