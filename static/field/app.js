/* The form: starts from what the phone keeps, shows the screen that the address names, and sends what waits. */
import { showList, showMap } from "./list.js";
import { counts, followProgress, showOutbox } from "./outbox.js";
import { follow } from "./place.js";
import { draftId, showReport } from "./report.js";
import { localDay, withQueued } from "./rules.js";
import { isRested, refresh, send } from "./sender.js";
import { bundleOf, draftIds, forgetOldReceived, keepSetting, onChange, reports, setting } from "./store.js";
import { fill, h, language, say, speak, t } from "./words.js";

const TICK_MS = 15_000;
const DOUBLE_TAP_MS = 500;
const VIEWS = ["list", "map", "sent"];
const element = (id) => document.getElementById(id);

const app = { query: "", link: "up", all: [], reports: [], panos: [], bundle: null, workspace: "", palette: null, status: undefined };
const scrolls = new Map();
let shell, worker, screen = new AbortController();

app.address = (parameters) => `?${new URLSearchParams({ ws: app.workspace, ...parameters })}`;
app.signIn = (more = {}) => `/sign-in?${new URLSearchParams({ lang: language(), next: `${location.pathname}${location.search}`, ...more })}`;
app.waitingOf = (id) => app.reports.filter(({ body, state }) => body.pano_id === id && state !== "received").length;
app.go = (parameters) => {
  history.pushState(null, "", app.address(parameters));
  return show({ moves: true });
};
app.follow = (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  app.go(Object.fromEntries(new URLSearchParams(event.currentTarget.search)));
};
app.send = (options) => send(options).catch(() => {});
app.saved = async (report) => {
  app.query = "";
  say(t("form.report.saved", { pano: report.pano_name }));
  // The browser is asked to keep all this even when the phone runs full.
  navigator.storage?.persist?.();
  app.send({ now: true });
  wakeLater();
  await app.go({ view: "sent" });
  // The second tap of a double tap would land on the keys that come in the place of the one for saving.
  const bottom = element("bottom");
  bottom.inert = true;
  setTimeout(() => { bottom.inert = false; }, DOUBLE_TAP_MS);
};

/* Lets the browser wake the service worker once there is a network, where it can. */
function wakeLater() {
  worker?.sync?.register("send").catch(() => {});
}

function asked() {
  const query = new URLSearchParams(location.search);
  const view = query.get("view");
  return { pano: query.get("pano"), view: VIEWS.includes(view) ? view : "list", ws: query.get("ws"), lang: query.get("lang") };
}

async function look() {
  const link = await setting("link");
  app.link = link?.state ?? "up";
  app.all = await reports();
  app.reports = app.all.filter(({ workspace }) => workspace === app.workspace);
  const kept = await bundleOf(app.workspace);
  app.bundle = kept?.bundle ?? null;
  app.today = localDay(Date.now());
  const drafts = new Set(await draftIds());
  app.hasDraft = (id) => Boolean(app.bundle) && drafts.has(draftId(app.workspace, app.bundle.actor, id));
  app.panos = app.bundle ? app.bundle.panos.map((pano) => withQueued(pano, app.bundle, app.reports)) : [];
}

async function show({ moves = false } = {}) {
  const { ws } = asked();
  if (ws && ws !== app.workspace && shell.workspaces.includes(ws)) await open(ws);
  await look();
  const { pano: id, view } = asked();
  screen.abort();
  screen = new AbortController();
  const main = element("main"), bottom = element("bottom");
  const hadFocus = main.contains(document.activeElement);
  const pano = id && app.panos.find((one) => one.id === id);
  if (moves) scrolls.set(document.body.dataset.view, scrollY);
  document.body.dataset.view = pano ? "report" : view;
  bars(pano, view);
  if (!app.bundle && view !== "sent") fill(main, nothingYet());
  else if (pano) await showReport(main, bottom, app, pano, screen.signal);
  else if (id) fill(main, h("p", { class: "calm" }, t("form.pano.not_mine")), h("a", { class: "button", href: app.address({}), onclick: app.follow }, t("form.list.title")));
  else if (view === "sent") showOutbox(main, app);
  else (view === "map" ? showMap : showList)(main, app, screen.signal);
  // Whoever reads by ear is not thrown back to the top of the page.
  if (moves) scrollTo(0, pano ? 0 : scrolls.get(view) ?? 0);
  if (moves || (hadFocus && !main.contains(document.activeElement))) main.focus({ preventScroll: true });
}

/* Where no bundle was ever fetched: why, and what to do. */
function nothingYet() {
  const told = (name, ...more) => [h("div", { class: "calm" }, h("h1", {}, t(`form.first.${name}.title`)), h("p", {}, t(`form.first.${name}.text`)), ...more)];
  const again = h("button", { type: "button", class: "strong", onclick: update }, t("form.first.again"));
  if (app.link === "signed_out") return told("sign_in", h("a", { class: "button strong", href: app.signIn() }, t("form.first.sign_in.go")));
  if (app.status === undefined) return told("loading");
  if (app.status === 403) return told("no_right", again);
  return told(app.link === "down" ? "offline" : "failed", again);
}

function bars(pano, view) {
  const { waiting, attention } = counts(app.all);
  const other = language() === "vi" ? "en" : "vi";
  document.title = `${pano ? `${pano.name} · ` : ""}${t("form.title")}`;
  const switchTo = h("button", { type: "button", lang: other, "aria-label": other === "en" ? "EN: English" : "VI: Tiếng Việt", onclick: async () => {
    await keepSetting("lang", other);
    speak(shell.words, other);
    show();
  } }, other.toUpperCase());
  element("top").replaceChildren(h("header", {},
    pano ? h("a", { class: "back", href: app.address({}), onclick: app.follow }, `‹ ${t("form.list.title")}`) : h("b", {}, t("form.title")),
    app.bundle && !pano && who(app.bundle.actor), switchTo));
  notices();
  if (pano) return;
  const tab = (name, count, kind) => h("a", { href: app.address({ view: name }), onclick: app.follow, "aria-current": view === name ? "page" : null },
    t(`form.tab.${name}`), count > 0 && h("i", { class: `count ${kind}` }, String(count)));
  element("bottom").replaceChildren(h("nav", { "aria-label": t("form.tab.label") }, tab("list"), tab("map"), tab("sent", attention || waiting, attention ? "bad" : "")));
}

/* As whom the form records: the account's own page, where it can be reached. */
function who({ name }) {
  return app.link === "up" ? h("a", { class: "who", href: `/account?lang=${language()}` }, name) : h("span", { class: "who" }, name);
}

function notices() {
  const strip = (kind, text, ...more) => h("div", { class: `strip ${kind}`, role: "status" }, h("span", {}, text), ...more);
  const isUpdated = worker?.waiting && navigator.serviceWorker.controller;
  fill(element("notices"),
    app.bundle?.invented && strip("demo", t("form.demo")),
    app.link === "signed_out" && app.bundle && strip("bad", t("form.signed_out.text"), h("a", { class: "button", href: app.signIn() }, t("form.signed_out.again"))),
    app.status === 403 && app.bundle && strip("bad", t("form.first.no_right.title")),
    worker === null && strip("bad", t("form.not_kept")),
    app.link === "down" && app.bundle && strip("off", t(navigator.onLine ? "form.unreached" : "form.offline")),
    isUpdated && strip("new", t("form.update.text"), h("button", { type: "button", onclick: () => worker.waiting.postMessage("take over") }, t("form.update.go"))));
}

async function open(workspace) {
  app.workspace = workspace;
  app.status = undefined;
  await keepSetting("workspace", workspace);
  update();
}

async function update() {
  const { workspace, bundle: had } = app;
  const status = await refresh(workspace).catch(() => 0) ?? 0;
  if (workspace !== app.workspace) return;
  app.status = status;
  await look();
  // What is open stays as it is: a place on the map, a search half typed, a report.
  if (had) notices(); else await show();
  // Who has signed in again may have let some go on.
  app.send();
}

/* Another tab, the sender or the service worker changed something: the screens of lists follow, a form stays. */
async function heard({ what }) {
  if (what === "progress") return;
  const before = counts(app.all);
  const had = app.bundle;
  await look();
  const isForm = document.querySelector("#report");
  if (what === "link" || isForm) notices();
  const now = counts(app.all);
  if (before.waiting && !now.waiting && !now.attention) say(t("form.outbox.all_received"));
  if (isForm || document.activeElement?.type === "search") return;
  const view = asked().view;
  if (view === "sent" || !had || (what === "bundle" && view === "list")) await show(); else bars(null, view);
}

/* Tries again what could not be sent or fetched, once its pause is over. */
async function tick() {
  await app.send();
  const link = await setting("link");
  if (link && link.state !== "up" && isRested(link)) await update();
}

async function register() {
  worker = await navigator.serviceWorker.register("sw.js", { type: "module" });
  worker.addEventListener("updatefound", () => worker.installing?.addEventListener("statechange", notices));
  let had = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // What is typed is a draft already.
    if (had) location.reload();
    had = navigator.serviceWorker.controller;
  });
  notices();
}

async function start() {
  shell = await (await fetch("shell.json")).json();
  app.palette = shell.palette;
  const { lang, ws } = asked();
  // In the language of the page first: it may be that nothing can be read from the store.
  speak(shell.words, shell.words[lang] ? lang : document.documentElement.lang);
  if (!shell.words[lang]) speak(shell.words, (await setting("lang")) ?? language());
  if (!isSecureContext) {
    fill(element("main"), h("p", { class: "calm" }, t("form.first.insecure")));
    return;
  }
  const last = await setting("workspace");
  app.workspace = [ws, last].find((name) => shell.workspaces.includes(name)) ?? shell.workspaces[0];
  await keepSetting("workspace", app.workspace);
  if (await setting("near")) follow();
  onChange(heard);
  followProgress();
  addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); app.install = () => event.prompt(); });
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => show({ moves: true }));
  addEventListener("online", () => { app.send({ now: true }); update(); });
  addEventListener("offline", update);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return counts(app.all).waiting && wakeLater();
    app.send({ now: true });
    update();
    return worker?.update().catch(() => {});
  });
  setInterval(tick, TICK_MS);
  await show();
  // Without it the form works, but not without a network: that must be known before it matters.
  register().catch(() => { worker = null; notices(); });
  await forgetOldReceived();
  await app.send({ now: true });
  await update();
}

start().catch((error) => {
  console.error(error);
  // The texts may be what is missing: these words came with the page.
  const text = shell ? t("form.failed") : element("main").dataset.failed;
  fill(element("main"), h("p", { class: "calm", role: "alert" }, text));
});
