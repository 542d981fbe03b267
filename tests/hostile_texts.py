"""Texts that could make Telegram refuse a message: generated, short to write down and up to 20,000 characters long."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.answer import Answer, Block, BlockKind, Choice, Citation, Status

LONGEST = 20_000  # characters
MARKUP = (
    "<", ">", "&", "_", "*", "<b>", "</b>", "</blockquote>", "<a href='x'>", "<i><b></i></b>", "<br/>", "&lt;", "&#0;",
    "&amp;amp;", "&nosuch;", "<!--", "]]>", "`", "[a](b)", "~", "||", "\\", '"', "'",
)  # fmt: skip
LETTERS = ("字", "。", "a", "word ", ". ", "\n", "\n\n", "\t", " ", "學", "Ж", "é", "e\u0301", "\u0e01\u0e33", "0")
EMOJI = ("😀", "👩‍🔧", "🇨🇳", "1️⃣", "👍🏽", "𠮷", "\U0010ffff")
RIGHT_TO_LEFT = ("שלום", "مرحبا", "\u202eabc", "\u200f", "\u2067x\u2069", "\u061c")
UNSEEN = ("\u200b", "\u2060", "\ufeff", "\u00a0", "\u3000", "\x00", "\x1b", "\x85", "\u2028", "\U000e0041", "\u2800")

pieces = st.one_of(
    *map(st.sampled_from, (MARKUP, LETTERS, EMOJI, RIGHT_TO_LEFT, UNSEEN)),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
times = st.sampled_from((*[1] * 9, 2, 3, 50, 500, 4096, LONGEST))
texts = st.lists(st.tuples(pieces, times), max_size=5).map(
    lambda parts: "".join(piece * (number if len(piece) else 0) for piece, number in parts)[:LONGEST]
)
lines = texts.map(lambda text: text[:90])  # what is short wherever it comes from: a title, a label, an address

citations = st.builds(
    Citation,
    title=lines.map(lambda text: f"题{text}"),
    section=lines,
    date=st.sampled_from((None, date(2026, 11, 30))),
    state=st.sampled_from(("in_force", "unknown", "expired")),
    source=st.one_of(lines.map(lambda text: f"https://example.org/{text}"), lines),
    quote=st.just(""),
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer of any shape, whose blocks together hold up to 20,000 characters."""
    cited = draw(st.lists(citations, max_size=3))
    numbers = st.sampled_from((None, *range(1, len(cited) + 1)))
    made = draw(st.lists(st.builds(Block, st.sampled_from(BlockKind), texts, numbers), max_size=4))
    room = max(1, LONGEST // max(1, len(made)))
    blocks = (Block(BlockKind.SAY, "答"), *(Block(block.kind, block.text[:room], block.citation) for block in made))
    choices = draw(
        st.lists(st.builds(Choice, lines, st.just("{}"), st.sampled_from(("", "a")), st.booleans()), max_size=3)
    )
    return Answer(
        draw(st.sampled_from(Status)),
        draw(st.sampled_from(("zh", "zh-hant", "en"))),
        blocks,
        tuple(cited),
        choices=tuple(choices),
        from_documents=draw(st.booleans()),
    )
