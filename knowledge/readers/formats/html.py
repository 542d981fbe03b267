"""HTML pages: the article's body, and what the page says of itself in meta elements."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.hidden_content import UNSEEN_TAGS, remove_hidden
from knowledge.readers.formats.html_walker import blocks_of
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.text.characters import clean

DEPTH = 300
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*+)[^<>]*?(/?)>")
# Elements that need no end tag do not nest in honest pages, whatever their count.
LOOSE = frozenset(
    ("p", "li", "td", "th", "tr", "dt", "dd", "option", "br", "hr", "img", "input", "meta", "link", "col", "colgroup",
     "tbody", "thead", "tfoot", "wbr", "area", "base", "source", "param")
)  # fmt: skip
BODIES = (
    "#zoom, #Zoom, #UCAP-CONTENT, .TRS_Editor, .trs_editor_view, .TRS_UEDITOR, .pages_content, .article-content, "
    ".article_content, .article-body, .news_content, .content_article, #articleContent, #js_content, "
    "[itemprop=articleBody]"
)
NAVIGATION = "nav, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo], [role=search]"
NOISE_NAME = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|breadcrumbs?|crumb|footer|foot|sidebar|side|share|toolbar|related|"
    r"recommend|copyright|header[Bb]g|topbar|searchbox|search|position|location|pager|pagination|friendlink|links|qrcode|"
    r"login|banner|ad|ads)"
    r"(?:$|[-_ ])",
    re.I,
)
NOISE_LINE = re.compile(
    r"^(?:您?(?:现在|当前)的?位置|当前位置|首页\s*[>›»]|字(?:体|号)\s*[:：]|[【\[]?\s*(?:大\s*中\s*小|打印|关闭)|访问量|浏览(?:次数|量)|点击(?:数|率)|扫一扫|"
    r"分享(?:到|至)|版权所有|主办单位|承办单位[:：].*网站|网站标识码|.{0,4}ICP备|.{0,2}公网安备|上一[篇条]|下一[篇条]|责任编辑|相关(?:链接|附件下载|文章|稿件)\s*[:：]?$|"
    r"返回顶部|网站地图|无障碍|Home\s*[>›»]|You are here|Copyright|Share (?:to|on)|Print$|Font size)",
    re.I,
)
BYLINE = re.compile(r"(?:发布(?:时间|日期)|来源|文章来源|浏览次数|字体|Source|Updated?|Published)\s*[:：]", re.I)
SHORT = 20  # characters; less is not a text
PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.I)
META = {
    "articletitle": "title",
    "pubdate": "published_on",
    "publishdate": "published_on",
    "url": "source_url",
    "og:url": "source_url",
}


def read_html(text: str) -> ParsedFile:
    """Blocks of the page's article, without navigation and hidden text. Raises ``ReadError``."""
    tree = parse(text)
    fields = _fields(tree)
    if tree.body is None:
        raise ReadError("the page has no body; save it again from the browser")
    boxed = [block for block in blocks_of(tree.body) if _is_metadata_line(block)]
    body = _body(tree, tree.body)
    blocks = [block for block in blocks_of(body) if not NOISE_LINE.match(block.text)]
    kept = tuple(block for block in blocks if not _is_byline(block))
    titles = {str(fields.get("title")), str(fields.get("page_title"))}
    shortest = SHORT if PAGE.search(text) else 1  # of a piece of a page every word is meant
    if sum(len(block.text) for block in kept if block.text not in titles) < shortest:
        raise ReadError(_no_text_reason(tree))
    aside = [block.text for block in boxed] + [block.text for block in blocks if _is_byline(block)]
    return ParsedFile(kept, {**fields, "box": "\n".join(aside)} if aside else fields)


def _is_byline(block: TextBlock) -> bool:
    return bool(BYLINE.search(block.text)) and len(block.text) < 120 and block.type is not BlockType.ROW


def parse(text: str) -> LexborHTMLParser:
    """The page's tree without what is hidden. Raises ``ReadError`` when it nests too deeply."""
    if _depth(text) > DEPTH:
        # Parsing such a page takes time that grows with the square of its depth.
        raise ReadError(f"its elements are nested more than {DEPTH} deep; save the article alone")
    tree = LexborHTMLParser(text)
    remove_hidden(tree)
    return tree


def _depth(text: str) -> int:
    deepest = depth = 0
    for end, name, closed in TAG.findall(text):
        if name.lower() in LOOSE or closed:
            continue
        depth = max(0, depth - 1) if end else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _fields(tree: LexborHTMLParser) -> dict[str, object]:
    fields: dict[str, object] = {}
    for node in tree.css("meta[content]"):
        key = META.get((node.attributes.get("name") or node.attributes.get("property") or "").lower())
        value = clean(node.attributes.get("content") or "")
        if key and value:
            fields.setdefault(key, value)
    link = tree.css_first("link[rel=canonical]")
    if link is not None and link.attributes.get("href"):
        fields["source_url"] = clean(link.attributes["href"] or "")
    if not str(fields.get("source_url", "http")).startswith("http"):
        del fields["source_url"]
    heading, title = tree.css_first("body h1"), tree.css_first("title")
    if heading is not None and clean(heading.text()):
        fields.setdefault("title", clean(heading.text()))
    elif title is not None:
        fields.setdefault("page_title", re.split(r"\s*[_|]\s*|\s+[-–—]\s+", clean(title.text()))[0])
    return fields


def _is_metadata_line(block: TextBlock) -> bool:
    labelled = re.match(
        r"\s*(?:索\s*引\s*号|文\s*号|发布机构|成文日期|发布日期|生效日期|实施日期|失效日期|文件状态|名\s*称)\s*[:：]",
        block.text,
    )
    return len(block.text) < 200 and bool(labelled)


def _body(tree: LexborHTMLParser, root: LexborNode) -> LexborNode:
    for selector in (BODIES, "article", "main, [role=main]"):
        bodies = [node for node in tree.css(selector) if len(clean(node.text())) >= SHORT]
        if bodies:
            return max(bodies, key=lambda node: len(node.text()))
    for node in tree.css(f"{NAVIGATION}, header, div[class], div[id], ul[class], ul[id], section[class]"):
        if node.parent is not None and _is_noise(node, root):
            node.decompose()
    return _densest(root)


def _is_noise(node: LexborNode, root: LexborNode) -> bool:
    if node.tag in {"nav", "footer", "aside", "form", "header"} or node.attributes.get("role"):
        return node.css_first("h1") is None
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return bool(NOISE_NAME.search(names)) and len(node.text()) < 0.5 * len(root.text())


def _densest(root: LexborNode) -> LexborNode:
    """The smallest element that still holds nearly all text outside links."""
    whole = _prose(root)
    node = root
    while True:
        children = [child for child in node.iter() if child.tag not in UNSEEN_TAGS]
        best = max(children, key=_prose, default=None)
        if best is None or best.tag in {"p", "table", "ul", "ol", "tbody"} or _prose(best) < 0.85 * whole:
            return node
        node = best


def _prose(node: LexborNode) -> int:
    return len(node.text()) - sum(len(link.text()) for link in node.css("a"))


def _no_text_reason(tree: LexborHTMLParser) -> str:
    if tree.css_first("body img") is not None:
        return (
            "its text is an image; type what it says into a text or Markdown file and name the official address in it"
        )
    return "no text was found in the page; save the article again from the browser, or copy its text into a .md file"
