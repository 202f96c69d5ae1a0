"""Signing in and out, the first account and one's own password: plain forms beside the screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from geo.text import Words
from records.errors import PeopleError, TooManyAttempts, WrongPassword
from records.passwords import PASSWORD_LENGTHS
from records.people import COOKIE, SESSION_LASTS, People
from records.rights import VIEWER, Actor
from web.pages import (
    FormRefused,
    form,
    heading,
    hidden_input,
    note,
    own_path,
    page,
    paragraph,
    read_form,
    text_input,
    words_of,
)

Handler = Callable[[Request], Awaitable[Response]]


def actor_from_cookies(people: People, cookies: Mapping[str, str]) -> Actor | None:
    """Return who is signed in, from the cookies of a request or of a screen (``st.context.cookies``).

    It asks the store: a session that was ended since the screen was opened gives None.
    """
    token = cookies.get(COOKIE)
    return people.actor_of(token) if token else None


async def actor_from_request(people: People, request: Request) -> Actor | None:
    """Return who sent a request; None if nobody is signed in."""
    return await asyncio.to_thread(actor_from_cookies, people, request.cookies)


def for_readers(people: People, handler: Handler) -> Handler:
    """Return a handler that answers whoever may read, and anyone else with 401 and nothing more."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        actor = await actor_from_request(people, request) or VIEWER
        if await asyncio.to_thread(people.may_read, actor):
            return await handler(request)
        return Response(status_code=401, headers={"Cache-Control": "no-store"})

    return guarded


def sign_in_routes(people: People) -> list[BaseRoute]:
    """Return the routes ``/sign-in``, ``/sign-out``, ``/setup/{token}`` and ``/account``."""
    forms = _Forms(people)
    return [
        Route("/sign-in", forms.show_sign_in, methods=["GET"]),
        Route("/sign-in", _guarded(forms.sign_in), methods=["POST"]),
        Route("/sign-out", _guarded(forms.sign_out), methods=["POST"]),
        Route("/setup/{token}", forms.show_setup, methods=["GET"]),
        Route("/setup/{token}", _guarded(forms.set_up), methods=["POST"]),
        Route("/account", forms.show_account, methods=["GET"]),
        Route("/account", _guarded(forms.change_password), methods=["POST"]),
    ]


def _guarded(handler: Handler) -> Handler:
    """Return a handler that answers a form from elsewhere with a page that says so."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except FormRefused:
            words = words_of(request)
            text = note(words("people.page.form_refused"))
            return page(request, words("people.page.sign_in"), [text], status=403)

    return guarded


class _Forms:
    """The handlers of the forms of one store's people."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def show_sign_in(self, request: Request) -> Response:
        target = own_path(request.query_params.get("next"))
        # On a shared phone the next person takes over by ``?other``.
        if "other" not in request.query_params and await actor_from_request(self._people, request):
            return RedirectResponse(target, status_code=303)
        words = words_of(request)
        empty = await asyncio.to_thread(self._people.is_empty)
        return _sign_in_page(request, [note(words("people.page.no_account"))] if empty else [])

    async def sign_in(self, request: Request) -> Response:
        fields = await read_form(request)
        login, password = fields.get("login", ""), fields.get("password", "")
        try:
            token = await asyncio.to_thread(self._people.sign_in, login, password, address=_address(request))
        except TooManyAttempts as error:
            text = note(error.explain(words_of(request)))
            wait = {"Retry-After": str(error.wait_s)}
            return _sign_in_page(request, [text], login=login, status=429, headers=wait)
        except WrongPassword as error:
            text = note(error.explain(words_of(request)))
            return _sign_in_page(request, [text], login=login, status=401)
        return _signed_in(request, token, own_path(request.query_params.get("next")))

    async def sign_out(self, request: Request) -> Response:
        fields = await read_form(request)
        token = request.cookies.get(COOKIE, "")
        actor = await actor_from_request(self._people, request)
        if actor and "everywhere" in fields:
            await asyncio.to_thread(self._people.end_sessions, actor, actor.login)
        await asyncio.to_thread(self._people.sign_out, token)
        response = RedirectResponse(_with_language("/", request), status_code=303)
        response.delete_cookie(COOKIE, secure=_is_secure(request), httponly=True, samesite="lax")
        return response

    async def show_setup(self, request: Request) -> Response:
        if await asyncio.to_thread(self._people.takes_setup, request.path_params["token"]):
            return _setup_page(request, {})
        return _void_link_page(request)

    async def set_up(self, request: Request) -> Response:
        fields = await read_form(request)
        try:
            password = _same_twice(fields)
            token = await asyncio.to_thread(
                self._people.set_up,
                request.path_params["token"],
                fields.get("login", ""),
                password,
                name=fields.get("name", ""),
            )
        except PeopleError as error:
            if error.code == "link_void":
                return _void_link_page(request)
            return _setup_page(request, fields, note(error.explain(words_of(request))), status=400)
        return _signed_in(request, token, "/")

    async def show_account(self, request: Request) -> Response:
        actor = await actor_from_request(self._people, request)
        if actor is None:
            return RedirectResponse(_sign_in_address("/account", request), status_code=303)
        return _account_page(request, actor)

    async def change_password(self, request: Request) -> Response:
        fields = await read_form(request)
        actor = await actor_from_request(self._people, request)
        if actor is None:
            return RedirectResponse(_sign_in_address("/account", request), status_code=303)
        words = words_of(request)
        try:
            await asyncio.to_thread(
                self._people.change_password,
                request.cookies[COOKIE],
                fields.get("current", ""),
                _same_twice(fields),
                address=_address(request),
            )
        except PeopleError as error:
            wrong = isinstance(error, WrongPassword)
            text = words("people.page.wrong_current") if wrong else error.explain(words)
            return _account_page(request, actor, note(text), status=400)
        return _account_page(request, actor, note(words("people.page.password_changed"), good=True))


def _sign_in_page(
    request: Request,
    notes: list[str],
    *,
    login: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    words = words_of(request)
    fields = [
        text_input("login", words("people.page.login"), value=login, complete="username"),
        text_input("password", words("people.page.password"), complete="current-password"),
    ]
    address = _sign_in_address(own_path(request.query_params.get("next")), request)
    blocks = [
        *notes,
        form(address, fields, words("people.page.sign_in")),
        paragraph(words("people.page.forgotten")),
    ]
    return page(request, words("people.page.sign_in"), blocks, status=status, headers=headers)


def _setup_page(request: Request, fields: Mapping[str, str], *notes: str, status: int = 200) -> Response:
    words = words_of(request)
    inputs = [
        text_input("name", words("people.page.name"), value=fields.get("name", ""), complete="name"),
        text_input(
            "login",
            words("people.page.login"),
            value=fields.get("login", ""),
            hint=words("people.page.login_hint"),
            complete="username",
        ),
        *_new_password_inputs(words),
    ]
    address = _with_language(request.url.path, request)
    blocks = [
        paragraph(words("people.page.setup_why")),
        *notes,
        form(address, inputs, words("people.page.set_up")),
    ]
    return page(request, words("people.page.setup"), blocks, status=status)


def _void_link_page(request: Request) -> Response:
    words = words_of(request)
    text = note(PeopleError("link_void").explain(words))
    return page(request, words("people.page.setup"), [text], status=410)


def _account_page(request: Request, actor: Actor, *notes: str, status: int = 200) -> Response:
    words = words_of(request)
    who = words("people.page.who", login=actor.login, role=words(f"people.role.{actor.role}"))
    inputs = [
        hidden_input("login", actor.login, complete="username"),
        text_input("current", words("people.page.current_password"), complete="current-password"),
        *_new_password_inputs(words),
    ]
    out = _with_language("/sign-out", request)
    everywhere = [hidden_input("everywhere", "1")]
    blocks = [
        paragraph(who),
        *notes,
        form(out, [], words("people.page.sign_out"), second=True),
        form(out, everywhere, words("people.page.sign_out_everywhere"), second=True),
        heading(words("people.page.change_password")),
        form(_with_language("/account", request), inputs, words("people.page.change_password")),
    ]
    return page(request, actor.name, blocks, status=status)


def _new_password_inputs(words: Words) -> list[str]:
    hint = words("people.page.password_hint", least=PASSWORD_LENGTHS[0])
    return [
        text_input("password", words("people.page.new_password"), hint=hint, complete="new-password"),
        text_input("again", words("people.page.password_again"), complete="new-password"),
    ]


def _same_twice(fields: Mapping[str, str]) -> str:
    if fields.get("password", "") != fields.get("again", ""):
        raise PeopleError("passwords_differ")
    return fields.get("password", "")


def _signed_in(request: Request, token: str, target: str) -> Response:
    response = RedirectResponse(target, status_code=303)
    lasts_s = int(SESSION_LASTS.total_seconds())
    secure = _is_secure(request)
    response.set_cookie(COOKIE, token, max_age=lasts_s, httponly=True, samesite="lax", secure=secure)
    return response


def _is_secure(request: Request) -> bool:
    # Whoever forges the header only keeps a cookie from themselves.
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _sign_in_address(target: str, request: Request) -> str:
    return f"{_with_language('/sign-in', request)}&{urlencode({'next': target})}"


def _with_language(path: str, request: Request) -> str:
    return f"{path}?{urlencode({'lang': words_of(request).lang})}"
