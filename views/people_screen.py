"""The people screen, for administrators: accounts, what they may do, and whether they get in."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from geo.days import local_date
from records.errors import RecordsError
from records.passwords import PASSWORD_LENGTHS
from records.people import Account, People
from records.rights import ROLES, Actor, may
from views import page, panel
from views.visit import Visit, current_actor, people

ADD, ACCOUNT, READERS = "people_add", "people_account", "people_readers"
CHOSEN = "people_chosen"
_ALL, _SIGNED_IN = "all", "signed_in"


def show(visit: Visit) -> None:
    """Draw the screen."""
    words = visit.words
    with page.container():
        if not may(visit.actor, "manage_people"):
            page.note(words("data.people.forbidden"), "warning")
            return
        accounts = people().accounts(visit.actor)
        chosen = next((one for one in accounts if one.login == st.session_state.get(CHOSEN)), None)
        with st.container(key="people", horizontal=True):
            with st.container(key="people_list"):
                page.heading(words("data.people.accounts"), sub=words("data.people.lead"))
                rows = [_row(one, chosen, visit) for one in accounts]
                blocks = [{"type": "rows", "rows": rows}]
                panel.show(blocks, key="accounts", label=words("data.people.accounts"), on_pick=_choose)
                _readers(visit)
            with st.container(key="people_one"):
                if chosen:
                    _account(visit, chosen)
                else:
                    _add(visit)


def _row(one: Account, chosen: Account | None, visit: Visit) -> dict[str, object]:
    words, communes = visit.words, _names(visit)
    about = [one.login, words(f"people.role.{one.role}")]
    about += sorted(communes.get(code, code) for code in one.communes)
    disabled = (
        words("data.people.disabled_on", date=words.date(one.disabled_at.date())) if one.disabled_at else ""
    )
    return {
        "text": one.name,
        "sub": " · ".join(about),
        "right": disabled,
        "pick": one.login,
        "selected": one is chosen,
    }


def _names(visit: Visit) -> dict[str, str]:
    """Return the communes of 2023 by code; those of an account are such codes."""
    return visit.workspace().units("2023")["name"].to_dict()


def _choose(login: str) -> None:
    for name in (ADD, ACCOUNT, READERS):
        page.forget(name)
    st.session_state[CHOSEN] = login
    st.session_state["people_sure"] = False


def _readers(visit: Visit) -> None:
    """Draw the choice of who may read."""
    words, readers = visit.words, people().readers()
    # What is stored, also after another administrator chose otherwise or a choice was refused.
    st.session_state[READERS] = _ALL if readers.are_all else _SIGNED_IN
    with st.container(key="people_reading", border=True):
        st.html(f"<h3>{escape(words('data.people.readers'))}</h3>")
        page.lead(words("data.people.readers_lead"))
        st.radio(
            words("data.people.readers"),
            (_ALL, _SIGNED_IN),
            key=READERS,
            format_func=lambda name: words(f"data.people.readers_{name}"),
            label_visibility="collapsed",
            on_change=_set_readers,
            args=(visit,),
        )
        if readers.set_at:
            date = words.date(local_date(readers.set_at))
            page.lead(words("data.people.readers_set", login=readers.set_by, date=date))
        page.said(READERS)


def _set_readers(visit: Visit) -> None:
    chosen = st.session_state[READERS]
    done = visit.words(f"data.people.readers_now_{chosen}")
    _do(visit, READERS, done, lambda a, by: a.set_readers(by, are_all=chosen == _ALL))


def _add(visit: Visit) -> None:
    words, number = visit.words, st.session_state.setdefault("people_number", 0)
    keys = {name: f"new_{name}_{number}" for name in ("name", "login", "role", "communes", "password")}
    page.heading(words("data.people.add"), sub=words("data.people.add_lead"))
    page.said(ADD)
    with st.form("people_add_form"):
        hint = words("data.people.login_hint")
        st.text_input(words("data.people.login"), key=keys["login"], placeholder=hint)
        _describing(visit, keys, None)
        hint = words("data.people.password_hint", n=PASSWORD_LENGTHS[0])
        st.text_input(
            words("data.people.password"),
            key=keys["password"],
            type="password",
            autocomplete="new-password",
            placeholder=hint,
        )
        st.form_submit_button(
            words("data.people.add"), type="primary", on_click=_added, args=(visit, keys, number)
        )


def _describing(visit: Visit, keys: dict[str, str], account: Account | None) -> None:
    """Draw the fields of name, role and communes."""
    words, communes = visit.words, _names(visit)
    st.text_input(words("data.people.name"), key=keys["name"], value=account.name if account else "")
    role = account.role if account else "field"
    st.selectbox(
        words("data.people.role"),
        ROLES,
        index=ROLES.index(role),
        key=keys["role"],
        format_func=lambda name: words(f"people.role.{name}"),
    )
    st.multiselect(
        words("data.people.communes"),
        list(communes),
        default=sorted(account.communes & communes.keys()) if account else None,
        key=keys["communes"],
        format_func=communes.get,
        placeholder=words("data.people.communes_hint"),
    )


def _said_in(keys: dict[str, str]) -> dict[str, object]:
    state = st.session_state
    role = state[keys["role"]]
    communes = state[keys["communes"]] if role == "field" else ()
    return {"name": state[keys["name"]], "role": role, "communes": communes}


def _added(visit: Visit, keys: dict[str, str], number: int) -> None:
    """Add what was typed; a second click of the same form finds that it was."""
    state, words = st.session_state, visit.words
    if state["people_number"] != number:
        return
    login = state[keys["login"]]

    def add(accounts: People, actor: Actor) -> None:
        accounts.add(actor, login, state[keys["password"]], **_said_in(keys))

    if _do(visit, ADD, words("data.people.added", login=login.strip()), add):
        for name in keys.values():
            state.pop(name)
        state["people_number"] += 1


def _account(visit: Visit, one: Account) -> None:
    """Draw one account and what can be done about it."""
    words, state = visit.words, st.session_state
    st.button(words("data.people.back"), on_click=_choose, args=("",), icon=":material/arrow_back:")
    page.heading(one.name, sub=f"{one.login} · {words(f'people.role.{one.role}')}")
    page.said(ACCOUNT)
    keys = {name: f"{name}_of_{one.id}" for name in ("name", "role", "communes", "password")}
    with st.form("people_edit_form"):
        st.html(f"<h3>{escape(words('data.people.edit'))}</h3>")
        _describing(visit, keys, one)
        st.form_submit_button(words("data.people.save"), on_click=_described, args=(visit, one, keys))
    with st.form("people_password_form"):
        st.html(f"<h3>{escape(words('data.people.reset'))}</h3>")
        page.lead(words("data.people.reset_lead"))
        st.text_input(
            words("data.people.new_password"),
            key=keys["password"],
            type="password",
            autocomplete="new-password",
            placeholder=words("data.people.password_hint", n=PASSWORD_LENGTHS[0]),
        )
        st.form_submit_button(
            words("data.people.reset"), on_click=_reset, args=(visit, one, keys["password"])
        )
    with st.container(key="people_access", border=True):
        st.html(f"<h3>{escape(words('data.people.access'))}</h3>")
        with st.container(horizontal=True):
            st.button(words("data.people.end_sessions"), on_click=_end_sessions, args=(visit, one))
            if one.disabled_at:
                st.button(words("data.people.enable"), on_click=_enable, args=(visit, one))
            elif not state.get("people_sure"):
                st.button(words("data.people.disable"), on_click=_ask, args=(True,))
        if state.get("people_sure") and not one.disabled_at:
            page.note(words("data.people.disable_sure", name=one.name), "warning")
            with st.container(horizontal=True):
                st.button(
                    words("data.people.disable_yes"), type="primary", on_click=_disable, args=(visit, one)
                )
                st.button(words("data.people.no"), on_click=_ask, args=(False,))


def _ask(sure: bool) -> None:
    page.forget(ACCOUNT)
    st.session_state["people_sure"] = sure


def _described(visit: Visit, one: Account, keys: dict[str, str]) -> None:
    values = _said_in(keys)
    _do(visit, ACCOUNT, visit.words("data.people.saved"), lambda a, by: a.describe(by, one.login, **values))


def _reset(visit: Visit, one: Account, key: str) -> None:
    password = st.session_state[key]
    done = visit.words("data.people.was_reset")
    if _do(visit, ACCOUNT, done, lambda a, by: a.set_password(by, one.login, password)):
        st.session_state[key] = ""


def _end_sessions(visit: Visit, one: Account) -> None:
    done = visit.words("data.people.sessions_ended", login=one.login)
    _do(visit, ACCOUNT, done, lambda a, by: a.end_sessions(by, one.login))


def _disable(visit: Visit, one: Account) -> None:
    _ask(False)
    done = visit.words("data.people.disabled", login=one.login)
    _do(visit, ACCOUNT, done, lambda a, by: a.disable(by, one.login))


def _enable(visit: Visit, one: Account) -> None:
    done = visit.words("data.people.enabled", login=one.login)
    _do(visit, ACCOUNT, done, lambda a, by: a.enable(by, one.login))


def _do(visit: Visit, form: str, done: str, deed: Callable[[People, Actor], None]) -> bool:
    """Do something about an account, say what came of it, and return whether it was done."""
    try:
        deed(people(), current_actor())
    except RecordsError as error:
        page.say(form, error.explain(visit.words), tone="warning")
        return False
    page.say(form, done)
    return True
