"""Small bots as python-telegram-bot's own examples write them: only the address of the Bot API differs.

``python -m tests.ptb_programs NAME URL TOKEN``; NAME is that of the example.
"""

from __future__ import annotations

import sys

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE
PHOTO, LOCATION = range(2)


async def start(update: Update, context: Context) -> None:
    user = update.effective_user
    await update.message.reply_html(f"Hi {user.mention_html()}!", reply_markup=ForceReply(selective=True))


async def echo(update: Update, context: Context) -> None:
    await update.message.reply_text(update.message.text)


def echobot(application: Application) -> None:
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))


async def choose(update: Update, context: Context) -> None:
    row = [InlineKeyboardButton("Option 1", callback_data="1"), InlineKeyboardButton("Option 2", callback_data="2")]
    await update.message.reply_text("Please choose:", reply_markup=InlineKeyboardMarkup([row]))


async def button(update: Update, context: Context) -> None:
    query = update.callback_query
    await query.answer()
    await query.edit_message_text(text=f"Selected option: {query.data}")


def inlinekeyboard(application: Application) -> None:
    application.add_handler(CommandHandler("start", choose))
    application.add_handler(CallbackQueryHandler(button))


async def begin(update: Update, context: Context) -> int:
    await update.message.reply_text("Send me a photo, or send /skip")
    return PHOTO


async def skip(update: Update, context: Context) -> int:
    await update.message.reply_text("Now, send me your location please, or send /skip.")
    return LOCATION


async def finish(update: Update, context: Context) -> int:
    await update.message.reply_text("Bye! I hope we can talk again some day.")
    return ConversationHandler.END


def conversationbot(application: Application) -> None:
    states = {PHOTO: [CommandHandler("skip", skip)], LOCATION: [CommandHandler("skip", finish)]}
    entry, fallbacks = [CommandHandler("start", begin)], [CommandHandler("cancel", finish)]
    application.add_handler(ConversationHandler(entry_points=entry, states=states, fallbacks=fallbacks))


async def fail(update: Update, context: Context) -> None:
    await context.bot.wrong_method_name()  # type: ignore[attr-defined]


async def report(update: object, context: Context) -> None:
    assert isinstance(update, Update)
    text = f"An exception was raised\n<pre>{type(context.error).__name__}</pre>"
    await context.bot.send_message(update.effective_chat.id, text, parse_mode=ParseMode.HTML)


def errorhandlerbot(application: Application) -> None:
    application.add_handler(CommandHandler("bad_command", fail))
    application.add_error_handler(report)


PROGRAMS = {one.__name__: one for one in (echobot, inlinekeyboard, conversationbot, errorhandlerbot)}


def main(name: str, url: str, token: str) -> None:
    """Run the bot until the user presses Ctrl-C."""
    application = Application.builder().token(token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    PROGRAMS[name](application)
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main(*sys.argv[1:])
