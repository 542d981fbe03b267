"""Which HTML elements a visitor cannot see. Their text could carry instructions that no editor ever read."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

UNSEEN_TAGS = frozenset(
    ("head", "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "canvas", "video",
     "audio", "select", "option", "datalist", "textarea", "button", "input", "dialog", "map", "area")
)  # fmt: skip
RULE = re.compile(r"([^{}@;]{1,200})\{([^{}]{0,2000})\}")
RULES = 500
WHITE = re.compile(r"^(?:#fff|#ffffff|white|rgba?\((?:255,){2}255(?:,[\d.]+)?\)|transparent|rgba\(.*,0(?:\.0+)?\))$")
ZERO = re.compile(r"^[+-]?0*+\.?0*+(?:px|pt|em|rem|%|vw|vh)?$")
FAR = re.compile(r"^-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw|vh)?$")
TINY = re.compile(r"^0*(?:\.\d+|[01](?:\.\d+)?)(?:px|pt)$|^0*\.0\d*(?:em|rem)$|^[0-5]%$")


def remove_hidden(tree: LexborHTMLParser) -> None:
    """Take out of ``tree`` what is not shown, by attribute, inline style or the page's own style sheet."""
    _hide_by_sheets(tree)
    for node in tree.css("[hidden], [aria-hidden='true' i], [style], font[color], [data-hidden-by-sheet]"):
        if node.parent is not None and _hidden(node):
            node.decompose()


def _hide_by_sheets(tree: LexborHTMLParser) -> None:
    sheets = re.sub(r"/\*.*?\*/", "", " ".join(node.text() for node in tree.css("style")), flags=re.S)
    for selector, declarations in RULE.findall(sheets)[:RULES]:
        if not _conceals(_declared(declarations)) or ":" in selector:
            continue
        try:
            nodes = tree.css(selector.strip())
        except SelectolaxError:
            continue
        for node in nodes:
            node.attrs["data-hidden-by-sheet"] = ""


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if node.tag in {"html", "body"}:
        return False
    if "hidden" in attributes or "data-hidden-by-sheet" in attributes:
        return True
    if (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    styles = _declared(attributes.get("style") or "")
    if node.tag == "font" and "color" not in styles and attributes.get("color"):
        styles["color"] = (attributes["color"] or "").lower()
    return _conceals(styles) or (bool(WHITE.match(styles.get("color", ""))) and not _on_colour(node, styles))


def _declared(text: str) -> dict[str, str]:
    """Property -> value, lower case, without spaces and !important."""
    pairs = (part.split(":", 1) for part in text.lower().split(";") if ":" in part)
    return {name.strip(): re.sub(r"\s+|!important", "", value) for name, value in pairs}


def _conceals(styles: dict[str, str]) -> bool:
    if styles.get("display") == "none" or styles.get("visibility") in {"hidden", "collapse"}:
        return True
    if ZERO.match(styles.get("opacity", "1")) or _too_small(styles):
        return True
    if styles.get("position") in {"absolute", "fixed"} and any(
        FAR.match(styles.get(s, "")) for s in ("left", "top", "right")
    ):
        return True
    if FAR.match(styles.get("text-indent", "")) or FAR.match(styles.get("margin-left", "")):
        return True
    clipped = styles.get("clip", "").startswith("rect(0") or styles.get("clip-path", "").startswith(
        ("inset(100%", "inset(50%")
    )
    flat = any(ZERO.match(styles.get(side, "1")) for side in ("height", "width", "max-height", "max-width"))
    return clipped or (flat and styles.get("overflow") == "hidden")


def _too_small(styles: dict[str, str]) -> bool:
    size = styles.get("font-size", "")
    return bool(size) and bool(ZERO.match(size) or TINY.match(size))


def _on_colour(node: LexborNode, styles: dict[str, str]) -> bool:
    """Whether something gives white text a background to stand out from: here or in any element around it."""
    while True:
        background = styles.get("background-color") or styles.get("background") or ""
        if background and not WHITE.match(background) and background not in {"none", "inherit", "initial"}:
            return True
        parent = node.parent
        if parent is None:
            return False
        node = parent
        styles = _declared(node.attributes.get("style") or "")
        if node.attributes.get("bgcolor"):
            styles.setdefault("background-color", (node.attributes["bgcolor"] or "").lower())
