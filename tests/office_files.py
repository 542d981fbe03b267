"""Slides, OpenDocument and rich text as staff hand them in, and some that nobody should."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMES = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}"'
ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = (
    " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "style", "presentation"))
    + f' xmlns:draw="{ODF}:drawing:1.0" xmlns:fo="{ODF}:xsl-fo-compatible:1.0"'
)


def write_zip(path: Path, members: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def paragraph(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def shape(body: str, kind: str = "", attributes: str = "", place: str = "") -> str:
    """A shape with paragraphs; ``kind``: of its placeholder."""
    holder = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="s" {attributes}/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody>{body}</p:txBody></p:sp>"
    )


def slide_table(rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(
        "<a:tr>" + "".join(f"<a:tc><a:txBody>{paragraph(cell)}</a:txBody></a:tc>" for cell in row) + "</a:tr>"
        for row in rows
    )
    return f'<p:graphicFrame><a:graphic><a:tbl><a:tblPr firstRow="1"/>{cells}</a:tbl></a:graphic></p:graphicFrame>'


def write_pptx(
    path: Path,
    slides: Sequence[str],
    *,
    hidden: Sequence[int] = (),
    more: Mapping[str, str] | None = None,
    dtd: str = "",
) -> Path:
    """A deck; each slide is the XML of its shapes, those numbered in ``hidden`` are not shown."""
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, len(slides) + 1))
    links = "".join(f'<Relationship Id="rId{n}" Target="slides/slide{n}.xml"/>' for n in range(1, len(slides) + 1))
    members = {
        "ppt/presentation.xml": f'<p:presentation {NAMES}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9000" cy="6000"/>'
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{LINKS}">{links}</Relationships>',
    }
    for number, shapes in enumerate(slides, 1):
        shown = ' show="0"' if number in hidden else ""
        members[f"ppt/slides/slide{number}.xml"] = (
            f"{dtd}<p:sld {NAMES}{shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    return write_zip(path, members | dict(more or {}))


def write_odf(path: Path, kind: str, body: str, styles: str = "", *, dtd: str = "", manifest: str = "") -> Path:
    """``kind``: text, spreadsheet or presentation, with what stands inside of its body and its automatic styles."""
    content = (
        f"{dtd}<office:document-content {ODF_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    members = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    return write_zip(path, members | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def rtf(body: str, *, page: int = 936, charset: int = 134) -> bytes:
    """A rich text whose characters beyond ASCII are bytes of the code page ``page``, in a font of ``charset``."""
    encoding = {936: "gb18030", 950: "big5hkscs", 1252: "cp1252"}[page]
    text = "".join(
        letter if letter < "\x80" else "".join(f"\\'{byte:02x}" for byte in letter.encode(encoding)) for letter in body
    )
    head = (
        f"{{\\rtf1\\ansi\\ansicpg{page}\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset{charset} SimSun;}}}}"
        "{\\colortbl;\\red255\\green255\\blue255;}"
        "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\*\\cs15 heading 2 Char;}}"
    )
    return (head + text + "}").encode("ascii")
