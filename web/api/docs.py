"""The page that documents the API, made from its OpenAPI document: plain HTML, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

from geo.text import Words
from web.pages import heading, page, words_of

STYLES = "api/docs.css"
_REF = "#/components/schemas/"


def docs_page(app: FastAPI, request: Request) -> HTMLResponse:
    """Return the documentation in the language that the address asks for.

    Parameters
    ----------
    app : FastAPI
        The API.
    request : Request
        What it answers.
    """
    words, document = words_of(request), app.openapi()
    blocks = [
        f'<p class="soft">{escape(words("api.docs.lead"))}</p>',
        f'<p><a href="{escape(app.root_path or request.scope.get("root_path", ""))}/openapi.json">'
        f"{escape(words('api.docs.document'))}</a></p>",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            blocks += _operation(method, path, operation, words)
    blocks.append(heading(words("api.docs.shapes")))
    for name, schema in document["components"]["schemas"].items():
        blocks += _shape(name, schema, words)
    return page(request, words("api.docs.title"), blocks, styles=STYLES)


def _operation(method: str, path: str, operation: dict[str, Any], words: Words) -> Iterator[str]:
    """Give what one request does, what it takes and what it answers."""
    name = operation["operationId"]
    yield f'<section id="{escape(name)}">'
    yield f"<h2>{escape(words(f'api.docs.operation.{name}'))}</h2>"
    yield f'<p class="request"><b class="{method}">{method.upper()}</b> <code>{escape(path)}</code></p>'
    if text := operation.get("description"):
        yield f'<p class="soft" lang="en">{_code(text)}</p>'
    rows = [
        [
            f"<code>{escape(one['name'])}</code>",
            escape(words(f"api.docs.in.{one['in']}")),
            _kind(one["schema"]),
            escape(one.get("description", "")),
        ]
        for one in operation.get("parameters", [])
    ]
    if "requestBody" in operation:
        for media, content in operation["requestBody"]["content"].items():
            rows.append(
                [
                    f"<code>{escape(media)}</code>",
                    escape(words("api.docs.in.body")),
                    _kind(content["schema"]),
                    "",
                ]
            )
    if rows:
        heads = [words(f"api.docs.head.{head}") for head in ("name", "where", "kind", "meaning")]
        yield _table(words("api.docs.takes"), heads, rows)
    answers = [
        [f"<code>{status}</code>", _kind(_content(answer)), escape(answer["description"])]
        for status, answer in sorted(operation["responses"].items())
    ]
    heads = [words(f"api.docs.head.{head}") for head in ("status", "kind", "meaning")]
    yield _table(words("api.docs.answers"), heads, answers)
    yield "</section>"


def _shape(name: str, schema: dict[str, Any], words: Words) -> Iterator[str]:
    """Give what a JSON object is made of."""
    yield f'<section id="{escape(name)}"><h3><code>{escape(name)}</code></h3>'
    if text := schema.get("description"):
        yield f'<p class="soft" lang="en">{_code(text)}</p>'
    needed = schema.get("required", [])
    rows = [
        [f"<code>{escape(field)}</code>{' *' if field in needed else ''}", _kind(one)]
        for field, one in schema.get("properties", {}).items()
    ]
    if rows:
        yield _table("", [words(f"api.docs.head.{head}") for head in ("name", "kind")], rows)
    yield "</section>"


def _content(answer: dict[str, Any]) -> dict[str, Any]:
    return next((one["schema"] for one in answer.get("content", {}).values() if "schema" in one), {})


def _kind(schema: dict[str, Any]) -> str:
    """Return in a few words what a value looks like, with links to the shapes that are described below."""
    if "$ref" in schema:
        name = escape(schema["$ref"].removeprefix(_REF))
        return f'<a href="#{name}">{name}</a>'
    if choices := schema.get("anyOf"):
        return " | ".join(dict.fromkeys(_kind(one) for one in choices))
    if "enum" in schema or "const" in schema:
        return " | ".join(
            f"<code>{escape(str(one))}</code>" for one in schema.get("enum", [schema.get("const")])
        )
    kind = escape(" ".join(filter(None, (schema.get("type", ""), schema.get("format", "")))))
    if "items" in schema:
        kind += f" [{_kind(schema['items'])}]"
    of_values = schema.get("additionalProperties")
    if isinstance(of_values, dict) and of_values:
        kind += f" {{{_kind(of_values)}}}"
    return kind


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f"<div class='wide'><table>{named}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _code(text: str) -> str:
    """Return a docstring's text as HTML, what stands between backticks as code."""
    parts = escape(" ".join(text.split())).replace("``", "`").split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
