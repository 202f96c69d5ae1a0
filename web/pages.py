"""Plain pages and their forms: no script, safe headers, and a guard against forms that other sites send."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from geo.text import LANGUAGES, Words
from records.errors import Refused

LARGEST_FORM_BYTES = 16_384
FORM_TYPE = "application/x-www-form-urlencoded"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    # With "no-referrer" a browser would send forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class FormRefused(Exception):
    """A form that is too large, of another type, or sent by another site."""


def words_of(request: Request) -> Words:
    """Return the words of the language that the address asks for, Vietnamese where it asks for none."""
    return Words(request.query_params.get("lang", LANGUAGES[0]))


def own_path(path: str | None) -> str:
    """Return a path of this server as it is, and ``/`` for anything that leads elsewhere.

    Examples
    --------
    >>> own_path("/?pano=p-dam-mon")
    '/?pano=p-dam-mon'
    >>> own_path("//example.org")
    '/'
    """
    # A browser takes "\\" for "/", and drops tabs and line ends.
    if not path or not path.isprintable() or "\\" in path or not path.startswith("/"):
        return "/"
    return "/" if path.startswith("//") else path


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form that a page of this server sent.

    Raises
    ------
    FormRefused
        If it is too large, of another type, or comes from elsewhere.
    """
    if not is_from_here(request) or not request.headers.get("content-type", "").startswith(FORM_TYPE):
        raise FormRefused
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM_BYTES:
            raise FormRefused
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=50))
    except ValueError:
        raise FormRefused from None


def is_from_here(request: Request) -> bool:
    """Return whether a page of this server sent a request."""
    # Every browser sends one of the two with a form; the first only where the connection is trusted.
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


def page(
    request: Request,
    title: str,
    blocks: Iterable[str],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    styles: str = "sign_in/sign_in.css",
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    request : Request
        What it answers; its address gives the language, and the links to the other.
    title : str
        Heading, as plain text.
    blocks : iterable of str
        What stands below it, as HTML.
    status : int
        HTTP status.
    headers : dict, optional
        Headers besides `HEADERS`.
    styles : str
        Its style sheet, among the assets.
    """
    words = words_of(request)
    languages = "".join(_language_link(request, lang, words) for lang in LANGUAGES)
    html = f"""<!doctype html>
<html lang="{words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {escape(words("screen.brand"))}</title>
<link rel="icon" href="/assets/app/icon.png">
<link rel="stylesheet" href="/assets/{styles}">
</head>
<body>
<header><a href="/?lang={words.lang}">{escape(words("people.page.back"))}</a>
<nav aria-label="{escape(words("screen.language"))}">{languages}</nav></header>
<main>
<h1>{escape(title)}</h1>
{"".join(blocks)}
</main>
</body>
</html>
"""
    return HTMLResponse(html, status_code=status, headers=HEADERS | (headers or {}))


def unreadable(request: Request, refusal: Refused) -> PlainTextResponse:
    """Return why a store can't be read now, such as one that is busy or another folder's."""
    return PlainTextResponse(refusal.explain(words_of(request)), 503, HEADERS)


def _language_link(request: Request, lang: str, words: Words) -> str:
    query = urlencode({**request.query_params, "lang": lang})
    current = ' aria-current="true"' if lang == words.lang else ""
    return f'<a href="?{escape(query)}" hreflang="{lang}" lang="{lang}"{current}>{lang.upper()}</a>'


def form(action: str, fields: Iterable[str], submit: str, *, second: bool = False) -> str:
    """Return a form that posts to a path of this server; ``second`` draws its button less strongly."""
    kind = ' class="second"' if second else ""
    button = f"<button{kind}>{escape(submit)}</button>"
    return f'<form method="post" action="{escape(action)}">{"".join(fields)}{button}</form>'


def text_input(name: str, label: str, *, value: str = "", hint: str = "", complete: str = "off") -> str:
    """Return a labelled field that has to be filled in; ``complete`` is HTML's name of what it holds."""
    kind = "password" if complete.endswith("-password") else "text"
    small = f"<small>{escape(hint)}</small>" if hint else ""
    plain = ' autocapitalize="none" spellcheck="false"' if complete == "username" else ""
    return (
        f'<label>{escape(label)}{small}<input name="{name}" type="{kind}" value="{escape(value)}"'
        f' autocomplete="{complete}"{plain} required></label>'
    )


def hidden_input(name: str, value: str, *, complete: str = "off") -> str:
    """Return a field that is sent along unseen; with ``username`` a browser knows whose password it keeps."""
    return f'<input name="{name}" value="{escape(value)}" autocomplete="{complete}" hidden>'


def note(text: str, *, good: bool = False) -> str:
    """Return a message that is read out: a refusal, or that something was done."""
    kind, role = ("good", "status") if good else ("bad", "alert")
    return f'<p class="note {kind}" role="{role}">{escape(text)}</p>'


def heading(text: str) -> str:
    """Return the heading of a part of the page."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """Return a paragraph of soft text."""
    return f'<p class="soft">{escape(text)}</p>'
