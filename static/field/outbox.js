/* What this phone has recorded: what waits, is being sent, was received, or needs the person; and its file. */
import { draftFrom } from "./report.js";
import { localDay } from "./rules.js";
import { isInReview } from "./sender.js";
import { changeReport, dropReport, onChange, photosOf, reopen, reports } from "./store.js";
import { capital, clock, fill, fold, h, language, say, t } from "./words.js";

const KNOWN_PROBLEMS = ["other_account", "photo_gone", "photo_refused"];
const PHOTO_PROBLEMS = ["photo_gone", "photo_refused"];

export function counts(all) {
  const of = (...states) => all.filter(({ state }) => states.includes(state)).length;
  return { waiting: of("waiting", "sending"), attention: of("attention") };
}

/* Draws the queue into `main`; it is drawn again when the queue changes. */
export function showOutbox(main, app) {
  // What someone else sent from this phone is no business of whoever holds it now.
  const own = app.all.filter(({ state, account }) => state !== "received" || !app.bundle || account.id === app.bundle.actor.id).reverse();
  const unsent = own.filter(({ state }) => state !== "received").length;
  const { waiting } = counts(own);
  const saved = h("p", { class: "hint", role: "status" });
  fill(main,
    h("h1", {}, t("form.outbox.title")),
    waiting > 0 && h("p", { class: "lead" }, t(`form.outbox.kept_${app.link}`, { n: waiting })),
    h("ul", { class: "items" }, own.map((report) => item(report, app))),
    !own.length && h("p", { class: "calm" }, t("form.outbox.none")),
    unsent > 0 && h("div", { class: "pair foot" },
      waiting > 0 && sendNowKey(app),
      h("button", { type: "button", onclick: () => saveFiles(saved) }, t("form.outbox.save_file"))),
    unsent > 0 && saved,
    unsent > 0 && h("p", { class: "small" }, t("form.outbox.file_why")));
}

/* A key that answers at once, whether or not the server does. */
function sendNowKey(app) {
  const key = h("button", { type: "button", class: "strong", onclick: async () => {
    key.disabled = true;
    key.textContent = t("form.outbox.sending");
    await app.send({ now: true });
    key.disabled = false;
    key.textContent = t("form.outbox.send_now");
    if (app.link !== "up") say(t("form.unreached"));
  } }, t("form.outbox.send_now"));
  return key;
}

function item(report, app) {
  const { body, state, receipt } = report;
  const photosLeft = receipt ? body.photos.filter(({ hash }) => receipt.photos[hash] === "missing").length : 0;
  const line = state === "received" ? t("form.state.received_at", { time: clock(receipt.received_at) })
    : receipt && photosLeft ? t("form.state.photos_left", { time: clock(receipt.received_at), n: photosLeft })
    : t(`form.state.${state}`);
  return h("li", { class: `item ${state}`, "data-id": report.id, "data-state": state },
    h("div", { class: "line" }, h("b", {}, report.pano_name), h("span", { class: `pill ${state}` }, t(`form.state.${state}`))),
    h("p", {}, `${clock(body.made_at)} · ${summary(body)}`),
    line !== t(`form.state.${state}`) && h("p", { class: "outcome" }, line),
    state === "sending" && photosLeft > 0 && h("progress", { max: "1", value: "0", "aria-label": t("form.state.sending") }),
    decision(report),
    state === "attention" && trouble(report, app));
}

/* What the office has to look at of a report, or made of it. */
function decision(report) {
  const told = isInReview(report) ? "in_review" : report.receipt?.outcome === "closed" ? "closed" : report.was_reviewed && "settled";
  return told && h("div", { class: "note" }, h("p", {}, t(`form.outbox.${told}`)),
    told === "closed" && report.receipt.parts.filter(({ problem }) => problem).map(({ problem }) => h("p", { lang: "vi" }, problem)));
}

/* What a report says, in a line. */
function summary({ condition, state_step, work_step, point, word, photos }) {
  return [
    condition && capital(t(`terms.condition.${condition}`)),
    (work_step ?? state_step) && capital(t(`lifecycle.action.${(work_step ?? state_step).action}`)),
    point && t("form.outbox.point"),
    photos.length > 0 && t("form.photo.count", { n: photos.length }),
    word && `“${word.length > 60 ? `${word.slice(0, 59)}…` : word}”`,
  ].filter(Boolean).join(" · ");
}

function trouble(report, app) {
  const { [language()]: text } = report.problem;
  const isOther = Boolean(app.bundle) && app.bundle.actor.id !== report.account.id;
  const code = isOther ? "other_account" : report.problem.code;
  const why = KNOWN_PROBLEMS.includes(code) ? t(`form.trouble.${code}`, { name: report.account.name }) : text || t("form.trouble.unknown");
  const again = () => changeReport(report.id, { state: "waiting", problem: null }).then(() => app.send({ now: true }));
  const edit = async () => {
    await reopen(report, draftFrom(report));
    app.go({ pano: report.body.pano_id, ws: report.workspace });
  };
  const drop = h("button", { type: "button", onclick: () => {
    if (drop.dataset.sure) dropReport(report.id);
    else { drop.dataset.sure = "yes"; drop.textContent = t("form.outbox.drop_sure"); }
  } }, t("form.outbox.drop"));
  return h("div", { class: "note bad", role: "alert" }, h("p", {}, why),
    // A colleague's report is not the next person's to delete.
    h("div", { class: "keys" }, isOther ? h("a", { class: "button strong", href: app.signIn({ other: "1" }) }, t("form.outbox.sign_in_other")) : [
      h("button", { type: "button", class: "strong", onclick: edit }, t("form.outbox.edit")),
      !PHOTO_PROBLEMS.includes(code) && h("button", { type: "button", onclick: again }, t("form.outbox.again")), drop]));
}

/* Moves the bars of photos that are being sent. */
export function followProgress() {
  onChange(({ what, id, share }) => {
    const bar = what === "progress" && document.querySelector(`[data-id="${id}"] progress`);
    if (bar) bar.value = share;
  });
}

function base64(bytes) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
}

/* The file of reports that one account made in one workspace. */
async function fileOf(unsent) {
  const photos = {};
  for (const { id } of unsent) for (const { hash, bytes } of await photosOf(id)) photos[hash] = await base64(bytes);
  const [{ workspace, account: { id, name } }] = unsent, savedAt = new Date().toISOString();
  const content = JSON.stringify({
    kind: "outreach-field-queue", version: 1, workspace, account: { id, name }, saved_at: savedAt,
    reports: unsent.map((report) => ({ ...report.body, id: report.id })), photos,
  });
  const about = ["phieu", fold(name), workspace, localDay(savedAt), clock(savedAt)].join(" ").replace(/[ :/]+/g, "-");
  return new File([content], `${about}.json`, { type: "application/json" });
}

/* Saves to a file, or shares, what the server does not have; it stays in the queue. */
async function saveFiles(told) {
  const groups = new Map();
  for (const report of await reports()) {
    const key = `${report.workspace}/${report.account.id}`;
    if (report.state !== "received") groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  const files = await Promise.all([...groups.values()].map(fileOf));
  if (navigator.canShare?.({ files })) {
    try {
      await navigator.share({ files });
      return;
    } catch (error) {
      if (error.name === "AbortError") return;
    }
  }
  for (const file of files) {
    const link = h("a", { href: URL.createObjectURL(file), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
  told.textContent = t("form.outbox.file_saved", { name: files.map(({ name }) => name).join(", ") });
}
