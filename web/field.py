"""The field form at ``/field/``: its files as one shell of one version, which a phone keeps."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from geo import palette
from geo.text import LANGUAGES, Words, catalogue
from geo.webmap import STATIC
from records.workspaces import available

FORM = STATIC / "field"
START, WORKER, SHARED = "./", "sw.js", "shell.json"
ICONS = ("icon-192.png", "icon-512.png")
INSTALL_ONLY = "icon-512.png"
"""Asked for when the form is installed, and not kept by the form itself."""
WORD_GROUPS = (
    "form.",
    "terms.status.",
    "terms.condition.",
    "terms.work_kind.",
    "terms.work_state.",
    "lifecycle.action.",
    "lifecycle.gate.",
)
"""The groups of texts that the form shows."""
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
}
HEADERS = {
    # The service worker keeps what it needs; everything else is asked for anew, so that versions never mix.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(self), camera=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Shell:
    """The files of the form.

    Attributes
    ----------
    version : str
        Digest of what the files hold: it changes when one of them does.
    files : mapping of str to bytes
        Content by name; `START` is the page.
    """

    version: str
    files: Mapping[str, bytes]

    @property
    def kept(self) -> list[str]:
        """Names of the files that a phone keeps."""
        return [name for name in self.files if name not in (WORKER, INSTALL_ONLY)]


@lru_cache
def shell() -> Shell:
    """Return the files of the form, those that are made of words and palette included."""
    files = {path.name: path.read_bytes() for path in sorted(FORM.iterdir()) if path.suffix in MEDIA_TYPES}
    page, worker = files.pop("index.html"), files.pop(WORKER)
    words = Words(LANGUAGES[0])
    texts = {name: escape(words(f"form.{name}")) for name in ("title", "loading", "no_script", "failed")}
    files[START] = Template(page.decode()).substitute(texts).encode()
    files["manifest.webmanifest"] = _json(_manifest(words))
    # The same symbols as those of the big map.
    files["symbols.js"] = (STATIC / "map" / "symbols.js").read_bytes()
    shared = {"workspaces": list(available()), "words": _texts(), "palette": palette.to_dict()}
    parts = [
        worker,
        _json(shared),
        *(part for name in sorted(files) for part in (name.encode(), files[name])),
    ]
    version = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    files[SHARED] = _json(shared | {"version": version})
    files[WORKER] = b""
    known = {"version": version, "files": Shell(version, files).kept}
    files[WORKER] = b"const SHELL = " + _json(known) + b";\n" + worker
    return Shell(version, files)


def _texts() -> dict[str, dict[str, str]]:
    return {
        lang: {key: text for key, text in catalogue(lang).items() if key.startswith(WORD_GROUPS)}
        for lang in LANGUAGES
    }


def _manifest(words: Words) -> dict[str, object]:
    return {
        "id": "/field/",
        "name": words("form.title"),
        "short_name": words("form.short"),
        "description": words("form.about"),
        "lang": words.lang,
        "start_url": START,
        "scope": START,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#eef2f2",
        "theme_color": "#0b5f5f",
        "icons": [
            {"src": name, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}
            for name, side in zip(ICONS, (192, 512), strict=True)
        ],
    }


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


async def serve_form(request: Request) -> Response:
    """Return a file of the form, or its page where none is named."""
    name = request.path_params.get("name") or START
    content = shell().files.get(name)
    if content is None:
        return Response(status_code=404)
    media_type = MEDIA_TYPES[".html" if name == START else f".{name.rpartition('.')[2]}"]
    headers = HEADERS | {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "Vary": "Accept-Encoding"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", "") and not media_type.startswith("image/"):
        content, headers = _packed(content), headers | {"Content-Encoding": "gzip"}
    return Response(content, media_type=media_type, headers=headers)


async def lead_to_form(request: Request) -> Response:
    """Send whoever left out the last slash to the form; what the address asks for goes along."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/field/{query}", status_code=308)


def field_routes() -> list[BaseRoute]:
    """Return the routes ``/field/`` and ``/field/{name}``."""
    return [
        Route("/field", lead_to_form),
        Route("/field/", serve_form),
        Route("/field/{name}", serve_form),
    ]
