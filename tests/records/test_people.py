from __future__ import annotations

import contextlib
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo.text import Words
from records import passwords
from records.errors import Forbidden, PeopleError, TooManyAttempts, WrongPassword
from records.model import METADATA
from records.people import SEEN_EVERY, SESSION_LASTS, SETUP_LINK_LASTS, People
from records.rights import ROLES, SYSTEM, VIEWER, Actor
from tests.records.helpers import at_once

PASSWORD = "bốn mùa hoa nở"
OTHER = "biển xanh cát trắng"
HERE = "192.0.2.7"


@pytest.fixture
def people(empty_store):
    people = People(empty_store, "secret")
    people.add(SYSTEM, "quan.tri", PASSWORD, name="Quản trị", role="admin")
    people.add(SYSTEM, "lan", PASSWORD, name="Trần Thị Lan", role="field", communes={"22519", "22504"})
    return people


def sign_in(people, login="lan", password=PASSWORD, address=HERE):
    return people.sign_in(login, password, address=address)


def guess_until_told_to_wait(people, *, login="lan", address=HERE) -> int:
    for wrong in range(1000):
        try:
            sign_in(people, login, f"wrong guess {wrong}", address)
        except TooManyAttempts:
            return wrong
        except WrongPassword:
            continue
    raise AssertionError("never told to wait")


def test_who_signs_in_is_who_the_account_describes(people):
    actor = people.actor_of(sign_in(people))
    assert (actor.login, actor.name, actor.role) == ("lan", "Trần Thị Lan", "field")
    assert actor.communes == {"22519", "22504"}
    (account,) = [one for one in people.accounts(SYSTEM) if one.login == "lan"]
    assert account.id == actor.id


def test_login_and_password_are_the_same_however_a_keyboard_composes_them(people):
    decomposed = "bô\u0301n mu\u0300a hoa nơ\u0309"
    assert decomposed != PASSWORD
    assert people.actor_of(sign_in(people, " LAN ", decomposed)).login == "lan"


def test_unknown_login_disabled_account_and_wrong_password_look_the_same(people, empty_store):
    people.add(SYSTEM, "nghi", PASSWORD, name="Đã nghỉ", role="planner")
    people.disable(SYSTEM, "nghi")
    told = set()
    for login, password in (("lan", OTHER), ("khong.co", PASSWORD), ("nghi", PASSWORD), ("", "")):
        with pytest.raises(WrongPassword) as refusal:
            sign_in(people, login, password)
        told.add(str(refusal.value))
    assert len(told) == 1


def test_an_unknown_login_costs_as_much_hashing_as_a_known_one(people, monkeypatch):
    hashed = []
    monkeypatch.setattr(passwords, "_HASHER", Counting(passwords._HASHER, hashed))
    for login in ("lan", "khong.co"):
        with pytest.raises(WrongPassword):
            sign_in(people, login, OTHER)
    known, unknown = hashed
    assert known != unknown
    assert known.split("$")[:4] == unknown.split("$")[:4]


class Counting:
    def __init__(self, hasher, hashed):
        self.hasher, self.hashed = hasher, hashed

    def verify(self, password_hash, password):
        self.hashed.append(password_hash)
        return self.hasher.verify(password_hash, password)


def test_a_database_that_is_read_gives_no_password_token_or_guess_away(people, empty_store):
    token = sign_in(people)
    with pytest.raises(WrongPassword):
        sign_in(people, "my secret typed as login", OTHER)
    with empty_store.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in METADATA.sorted_tables]
    everything = str(rows)
    assert "$argon2id$" in everything
    kept_out = (PASSWORD, OTHER, token, token.rsplit(".", 1)[0], "my secret")
    assert [secret for secret in kept_out if secret in everything] == []


def test_too_many_guesses_wait_longer_and_longer(people, clock):
    assert guess_until_told_to_wait(people) == passwords.FREE_ATTEMPTS_LOGIN
    with pytest.raises(TooManyAttempts) as first:
        sign_in(people)
    assert timedelta(seconds=first.value.wait_s) == passwords.FIRST_WAIT
    sign_in(people, "quan.tri")
    waits = []
    for _ in range(8):
        with pytest.raises(TooManyAttempts) as refusal:
            sign_in(people)
        waits.append(refusal.value.wait_s)
        clock.now += timedelta(seconds=refusal.value.wait_s)
        with pytest.raises(WrongPassword):
            sign_in(people, "lan", OTHER)
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert timedelta(seconds=waits[-1]) <= passwords.LONGEST_WAIT
    clock.now += passwords.LONGEST_WAIT
    assert people.actor_of(sign_in(people))


def test_attempts_refused_for_waiting_do_not_prolong_it(people, clock):
    guess_until_told_to_wait(people)
    clock.now += passwords.FIRST_WAIT / 2
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            sign_in(people)
    clock.now += passwords.FIRST_WAIT / 2
    assert people.actor_of(sign_in(people))


def test_signing_in_clears_the_slips_of_a_login(people):
    for _ in range(3):
        for _ in range(passwords.FREE_ATTEMPTS_LOGIN - 1):
            with pytest.raises(WrongPassword):
                sign_in(people, "lan", OTHER)
        sign_in(people)


def test_an_address_that_tries_one_login_after_the_other_waits_too(people):
    for number in range(passwords.FREE_ATTEMPTS_ADDRESS):
        with pytest.raises(WrongPassword):
            sign_in(people, f"login{number}", OTHER)
    with pytest.raises(TooManyAttempts):
        sign_in(people)
    assert people.actor_of(sign_in(people, address="192.0.2.8"))


def test_a_stranger_who_guesses_keeps_nobody_else_out(people):
    guess_until_told_to_wait(people, login="quan.tri", address="203.0.113.9")
    assert people.actor_of(sign_in(people, "quan.tri"))


def test_guesses_from_everywhere_wait_too(people):
    for number in range(passwords.FREE_ATTEMPTS_EVERYWHERE):
        with pytest.raises(WrongPassword):
            sign_in(people, "lan", OTHER, f"198.51.100.{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(people)


def test_signs_that_no_database_keeps_are_in_no_login_and_no_name(people):
    with pytest.raises(WrongPassword):
        sign_in(people, "nobody\x00\ud800")
    people.add(SYSTEM, "binh", PASSWORD, name="Bình\x00 Lê", role="planner")
    assert "Bình Lê" in {one.name for one in people.accounts(SYSTEM)}


def test_addresses_and_guesses_are_forgotten_after_their_hour(people, clock, empty_store):
    guess_until_told_to_wait(people)
    clock.now += passwords.ATTEMPTS_COUNT_FOR
    sign_in(people, "quan.tri", address="192.0.2.9")
    with empty_store.reading() as connection:
        assert connection.scalars(text("select distinct address from attempt")).all() == ["192.0.2.9"]


def test_tokens_end(people, clock):
    token, other = sign_in(people), sign_in(people)
    people.sign_out(token)
    assert people.actor_of(token) is None
    assert people.actor_of(other)
    people.end_sessions(people.actor_of(other), "lan")
    assert people.actor_of(other) is None
    late = sign_in(people)
    clock.now += SESSION_LASTS - timedelta(seconds=1)
    assert people.actor_of(late)
    clock.now += timedelta(seconds=1)
    assert people.actor_of(late) is None


def test_a_session_notes_now_and_then_that_it_is_in_use(people, clock, empty_store):
    def seen():
        with empty_store.reading() as connection:
            return connection.scalar(select(METADATA.tables["session"].c.seen_at))

    token, opened = sign_in(people), clock.now
    clock.now += SEEN_EVERY / 2
    people.actor_of(token)
    assert seen() == opened
    clock.now += SEEN_EVERY
    people.actor_of(token)
    assert seen() == clock.now


@pytest.mark.parametrize("forged", ["", "x", "x.y", "é.ü", "a" * 5000])
def test_forged_tokens_are_nobody(people, forged):
    assert people.actor_of(forged) is None
    people.sign_out(forged)


def test_a_token_signed_with_another_secret_is_nobody(people, empty_store):
    token = sign_in(people)
    assert People(empty_store, "another secret").actor_of(token) is None


def test_disabling_ends_sessions_and_enabling_lets_in_again(people):
    token = sign_in(people)
    people.disable(SYSTEM, "lan")
    assert people.actor_of(token) is None
    people.enable(SYSTEM, "lan")
    assert people.actor_of(token) is None
    assert people.actor_of(sign_in(people))


def test_changing_the_password_ends_the_other_sessions(people):
    token, other = sign_in(people), sign_in(people)
    people.change_password(token, PASSWORD, OTHER, address=HERE)
    assert people.actor_of(token)
    assert people.actor_of(other) is None
    assert people.actor_of(sign_in(people, password=OTHER))
    with pytest.raises(WrongPassword):
        sign_in(people)


def test_changing_the_password_needs_the_current_one_and_can_not_be_guessed(people):
    token = sign_in(people)
    for _ in range(passwords.FREE_ATTEMPTS_LOGIN):
        with pytest.raises(WrongPassword):
            people.change_password(token, OTHER, OTHER, address=HERE)
    with pytest.raises(TooManyAttempts):
        people.change_password(token, PASSWORD, OTHER, address=HERE)
    with pytest.raises(PeopleError, match="signed_out"):
        people.change_password("forged", PASSWORD, OTHER, address=HERE)


def test_a_forgotten_password_is_replaced_and_old_sessions_end(people):
    token = sign_in(people)
    people.set_password(SYSTEM, "lan", OTHER)
    assert people.actor_of(token) is None
    assert people.actor_of(sign_in(people, password=OTHER))


def test_a_changed_role_holds_for_sessions_that_are_open(people):
    token = sign_in(people)
    people.describe(SYSTEM, "lan", name="Trần Thị Lan", role="planner")
    actor = people.actor_of(token)
    assert (actor.role, actor.communes) == ("planner", frozenset())


def test_someone_keeps_running_the_place(people):
    for change in (
        lambda: people.disable(SYSTEM, "quan.tri"),
        lambda: people.describe(SYSTEM, "quan.tri", name="Quản trị", role="viewer"),
    ):
        with pytest.raises(PeopleError, match="last_admin"):
            change()
    assert people.actor_of(sign_in(people, "quan.tri")).role == "admin"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_administrators_look_after_people(people, role):
    actor = Actor("1", "An", role, frozenset({"22519"}), "an")
    for change in (
        lambda: people.accounts(actor),
        lambda: people.add(actor, "moi", PASSWORD, name="Mới", role="admin"),
        lambda: people.describe(actor, "lan", name="Lan", role="admin"),
        lambda: people.disable(actor, "lan"),
        lambda: people.enable(actor, "lan"),
        lambda: people.set_password(actor, "lan", OTHER),
        lambda: people.end_sessions(actor, "lan"),
    ):
        with pytest.raises(Forbidden):
            change()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"login": "lan"}, "login_taken"),
        ({"login": " LAN "}, "login_taken"),
        ({"login": "trần lan"}, "login_form"),
        ({"login": ""}, "login_form"),
        ({"password": "ngắn"}, "password_length"),
        ({"password": "x" * 201}, "password_length"),
        ({"password": "ababababab"}, "password_simple"),
        ({"password": "Tran.Van.An", "login": "tran.van.an"}, "password_simple"),
        ({"name": " \n "}, "name_missing"),
        ({"role": "boss"}, "role_unknown"),
        ({"role": "field"}, "communes_missing"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_account_that_can_not_be_taken_says_why(people, values, code, lang):
    row = {"login": "an", "password": PASSWORD, "name": "An", "role": "planner"} | values
    before = people.accounts(SYSTEM)
    with pytest.raises(PeopleError) as refusal:
        people.add(SYSTEM, row.pop("login"), row.pop("password"), **row)
    assert refusal.value.code == code
    assert refusal.value.explain(Words(lang))
    assert people.accounts(SYSTEM) == before


def test_unknown_accounts_are_said_to_be_unknown(people):
    for change in (people.disable, people.enable, people.end_sessions):
        with pytest.raises(PeopleError, match="login_unknown"):
            change(SYSTEM, "khong.co")


def test_the_first_account_is_set_up_once(empty_store, clock):
    people = People(empty_store, "secret")
    assert people.is_empty()
    old, token = people.setup_token(), people.setup_token()
    assert not people.takes_setup(old)
    assert people.takes_setup(token)
    with pytest.raises(PeopleError, match="password_length"):
        people.set_up(token, "lan", "ngắn", name="Lan")
    assert people.takes_setup(token)
    assert people.actor_of(people.set_up(token, "lan", PASSWORD, name="Lan")).role == "admin"
    assert not people.is_empty()
    assert not people.takes_setup(token)
    assert people.setup_token() is None
    with pytest.raises(PeopleError, match="link_void"):
        people.set_up(token, "hai", PASSWORD, name="Hai")


def test_a_setup_link_ends_by_itself_and_by_any_account(empty_store, clock):
    people = People(empty_store, "secret")
    token = people.setup_token()
    clock.now += SETUP_LINK_LASTS
    assert not people.takes_setup(token)
    token = people.setup_token()
    people.add(SYSTEM, "lan", PASSWORD, name="Lan", role="admin")
    assert not people.takes_setup(token)


def test_guesses_that_come_at_once_all_count(people):
    told = []

    def guess():
        try:
            sign_in(people, "lan", OTHER)
        except PeopleError as refusal:
            told.append(type(refusal))

    at_once(guess, 4 * passwords.FREE_ATTEMPTS_LOGIN)
    assert told.count(WrongPassword) == passwords.FREE_ATTEMPTS_LOGIN
    assert told.count(TooManyAttempts) == 3 * passwords.FREE_ATTEMPTS_LOGIN


def test_a_setup_link_makes_one_account_however_often_it_is_sent_at_once(empty_store):
    people = People(empty_store, "secret")
    token, made = people.setup_token(), itertools.count()

    def set_up():
        with contextlib.suppress(PeopleError):
            people.set_up(token, f"lan{next(made)}", PASSWORD, name="Lan")

    at_once(set_up, 5)
    assert len(people.accounts(SYSTEM)) == 1


def test_everyone_may_read_until_an_administrator_decides_otherwise(people, clock):
    quan = people.actor_of(sign_in(people, "quan.tri"))
    lan = people.actor_of(sign_in(people))
    assert people.readers().set_at is None
    assert people.may_read(VIEWER) and people.may_read(lan)
    people.set_readers(quan, are_all=False)
    assert not people.may_read(VIEWER)
    assert people.may_read(lan) and people.may_read(quan)
    decided = people.readers()
    assert (decided.are_all, decided.set_by, decided.set_at) == (False, "quan.tri", clock())
    clock.pass_by(days=1)
    people.set_readers(quan, are_all=True)
    assert people.may_read(VIEWER)
    assert people.readers().set_at == clock()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_administrators_decide_who_may_read(people, role):
    with pytest.raises(Forbidden):
        people.set_readers(Actor("1", "Lan", role, frozenset({"22519"}), "lan"), are_all=False)
    assert people.may_read(VIEWER)
