from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from geo.text import LANGUAGES, Words
from geo.webmap import STATIC
from records.passwords import FREE_ATTEMPTS_LOGIN
from records.people import People
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import open_store
from web.pages import LARGEST_FORM_BYTES, own_path
from web.sign_in import COOKIE, actor_from_cookies, actor_from_request, sign_in_routes

PASSWORD = "bốn mùa hoa nở"
OTHER = "biển xanh cát trắng"
HERE = "http://testserver"
ELSEWHERE = [
    {},
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://testserver:8502"},
    {"Origin": "http://testserver.example.org"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
]
words = Words("vi")


@pytest.fixture
def people(tmp_path):
    store = open_store(Settings(tmp_path, tmp_path, sqlite_url(tmp_path / "people.db")))
    yield People(store, "secret")
    store.close()


@pytest.fixture
def lan(people):
    people.add(SYSTEM, "lan", PASSWORD, name="Trần <Lan>", role="planner")


@pytest.fixture
def browser(people):
    return browse(people)


def browse(people, base_url=HERE):
    async def who(request):
        actor = await actor_from_request(people, request)
        return PlainTextResponse(actor.name if actor else "")

    app = Starlette(routes=[*sign_in_routes(people), Route("/", who)])
    return TestClient(app, base_url=base_url, headers={"Origin": base_url}, follow_redirects=False)


def sign_in(browser, password=PASSWORD, address="/sign-in", **options):
    return browser.post(address, data={"login": "lan", "password": password}, **options)


def text_of(response) -> str:
    return unescape(response.text)


def test_signing_in_gives_a_cookie_that_scripts_can_not_read(browser, people, lan):
    response = sign_in(browser)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    assert browser.get("/").text == "Trần <Lan>"
    assert actor_from_cookies(people, dict(browser.cookies)).login == "lan"


@pytest.mark.parametrize(
    ("base_url", "headers"), [("https://testserver", {}), (HERE, {"X-Forwarded-Proto": "https"})]
)
def test_the_cookie_stays_on_https(people, lan, base_url, headers):
    response = sign_in(browse(people, base_url), headers=headers)
    assert "; secure" in response.headers["set-cookie"].lower()


def test_nobody_is_signed_in_without_a_cookie_or_by_a_forged_one(browser, people, lan):
    assert browser.get("/").text == ""
    assert actor_from_cookies(people, {COOKIE: "forged"}) is None
    browser.cookies.set(COOKIE, "forged")
    assert browser.get("/").text == ""


def test_a_wrong_password_is_told_and_the_login_kept(browser, lan):
    response = sign_in(browser, OTHER)
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert words("people.error.wrong_password") in text_of(response)
    assert 'value="lan"' in response.text
    assert OTHER not in text_of(response)


def test_guessing_is_told_to_wait(browser, lan):
    for _ in range(FREE_ATTEMPTS_LOGIN):
        assert sign_in(browser, OTHER).status_code == 401
    response = sign_in(browser)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0
    assert 'role="alert"' in response.text


@pytest.mark.parametrize("target", ["/", "/?pano=p-dam-mon&lang=vi", "/account", "/a//b"])
def test_next_leads_on_within_this_server(browser, lan, target):
    page = browser.get("/sign-in", params={"next": target})
    action = unescape(re.search(r'<form method="post" action="([^"]*)"', page.text)[1])
    assert sign_in(browser, address=action).headers["location"] == target


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org",
        "//example.org",
        "///example.org",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "/\n/example.org",
        "javascript:alert(1)",
        " //example.org",
        "account",
        "",
        None,
    ],
)
def test_next_never_leads_elsewhere(browser, lan, target):
    assert own_path(target) == "/"
    response = browser.post(
        "/sign-in", params={"next": target or ""}, data={"login": "lan", "password": PASSWORD}
    )
    assert response.headers["location"] == "/"


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account", "/setup/{token}"])
def test_forms_from_elsewhere_are_refused(people, path, headers):
    token = people.setup_token()
    browser = browse(people)
    if path != "/setup/{token}":
        people.add(SYSTEM, "lan", PASSWORD, name="Lan", role="admin")
        sign_in(browser)
    signed_in = browser.get("/").text
    del browser.headers["Origin"]
    fields = {"login": "lan", "name": "Lan", "current": PASSWORD, "password": OTHER, "again": OTHER}
    response = browser.post(path.format(token=token), data=fields, headers=headers)
    assert response.status_code == 403
    assert words("people.page.form_refused") in text_of(response)
    assert browser.get("/").text == signed_in
    if signed_in:
        assert people.sign_in("lan", PASSWORD, address="")
    else:
        assert people.is_empty()


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}])
def test_forms_from_here_are_taken(people, lan, site):
    browser = browse(people)
    del browser.headers["Origin"]
    assert sign_in(browser, headers=site).status_code == 303


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"login=" + b"x" * LARGEST_FORM_BYTES, "application/x-www-form-urlencoded"),
        (b"login=%ff%fe", "application/x-www-form-urlencoded"),
        (b"login=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(100)), "application/x-www-form-urlencoded"),
        (b'{"login": "lan"}', "application/json"),
        (b"", ""),
    ],
)
def test_forms_that_are_none_are_refused(browser, lan, content, content_type):
    response = browser.post("/sign-in", content=content, headers={"Content-Type": content_type})
    assert response.status_code == 403


def test_signing_out_ends_the_session_itself(browser, people, lan):
    sign_in(browser)
    cookies = dict(browser.cookies)
    response = browser.post("/sign-out", data={"x": ""})
    assert response.status_code == 303
    assert COOKIE not in browser.cookies
    assert actor_from_cookies(people, cookies) is None


def test_signing_out_everywhere_ends_all_sessions(people, lan):
    desk, phone = browse(people), browse(people)
    sign_in(desk)
    sign_in(phone)
    desk.post("/sign-out", data={"everywhere": "1"})
    assert phone.get("/").text == ""


def test_signing_out_of_one_device_leaves_the_others(people, lan):
    desk, phone = browse(people), browse(people)
    sign_in(desk)
    sign_in(phone)
    desk.post("/sign-out", data={"x": ""})
    assert phone.get("/").text != ""


def test_whoever_is_signed_in_is_led_on(browser, lan):
    sign_in(browser)
    response = browser.get("/sign-in", params={"next": "/account"})
    assert (response.status_code, response.headers["location"]) == (303, "/account")


def test_another_account_can_take_over_on_a_shared_phone(browser, people, lan):
    sign_in(browser)
    page = browser.get("/sign-in?other=1&next=/field/")
    assert page.status_code == 200
    assert 'name="password"' in page.text


def test_the_account_asks_to_sign_in_first(browser, lan):
    for response in (browser.get("/account"), browser.post("/account", data={"current": ""})):
        assert response.status_code == 303
        response = sign_in(browser, address=response.headers["location"])
        assert response.headers["location"] == "/account"
        browser.cookies.clear()


def test_the_account_says_who_one_is_harmlessly(browser, lan):
    sign_in(browser)
    page = browser.get("/account").text
    assert "<h1>Trần &lt;Lan&gt;</h1>" in page
    assert words("people.role.planner") in page


def test_changing_the_password(browser, people, lan):
    sign_in(browser)
    phone = browse(people)
    sign_in(phone)

    def change(current, password, again):
        return browser.post("/account", data={"current": current, "password": password, "again": again})

    for fields, key in (
        ((OTHER, OTHER, OTHER), "people.page.wrong_current"),
        ((PASSWORD, OTHER, PASSWORD), "people.error.passwords_differ"),
    ):
        response = change(*fields)
        assert response.status_code == 400
        assert words(key) in text_of(response)
    assert change(PASSWORD, "ngắn", "ngắn").status_code == 400
    response = change(PASSWORD, OTHER, OTHER)
    assert response.status_code == 200
    assert words("people.page.password_changed") in text_of(response)
    assert browser.get("/").text != ""
    assert phone.get("/").text == ""
    assert sign_in(phone, OTHER).status_code == 303


def test_the_first_account_is_set_up_by_its_link_once(browser, people):
    assert words("people.page.no_account") in text_of(browser.get("/sign-in"))
    address = f"/setup/{people.setup_token()}"
    assert browser.get(address).status_code == 200
    fields = {"name": "Lan", "login": "lan", "password": PASSWORD, "again": OTHER}
    refused = browser.post(address, data=fields)
    assert refused.status_code == 400
    assert 'value="Lan"' in refused.text
    assert people.is_empty()
    assert browser.post(address, data=fields | {"again": PASSWORD}).status_code == 303
    assert browser.get("/").text == "Lan"
    for response in (browser.get(address), browser.post(address, data=fields | {"again": PASSWORD})):
        assert response.status_code == 410
        assert words("people.error.link_void") in text_of(response)


def test_a_wrong_setup_link_is_void(browser, people):
    people.setup_token()
    assert browser.get("/setup/wrong").status_code == 410


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/sign-in", "/account", "/setup/{token}"])
def test_pages_are_in_both_languages_and_keep_out_what_is_not_theirs(people, path, lang):
    token = people.setup_token()
    browser = browse(people)
    if path == "/account":
        people.add(SYSTEM, "lan", PASSWORD, name="Lan", role="admin")
        sign_in(browser)
    response = browser.get(path.format(token=token), params={"lang": lang})
    assert response.status_code == 200
    assert f'<html lang="{lang}">' in response.text
    assert Words(lang)("people.page.back") in text_of(response)
    assert response.headers["cache-control"] == "no-store"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "<script" not in response.text and "style=" not in response.text
    for asset in re.findall(r'href="/assets/([^"]+)"', response.text):
        assert (STATIC / asset).is_file()
    for action in re.findall(r'action="([^"]+)"', response.text):
        assert f"lang={lang}" in action


def test_an_unknown_language_is_vietnamese(browser, people):
    assert '<html lang="vi">' in browser.get("/sign-in", params={"lang": "<x>"}).text
