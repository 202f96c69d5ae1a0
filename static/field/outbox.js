/* What this phone has recorded: what waits, is being sent, was received, or needs the person; and its file. */
import { draftFrom } from "./report.js";
import { changeReport, dropReport, onChange, photosOf, reopen, reports } from "./store.js";
import { capital, clock, fill, h, language, t } from "./words.js";

const KNOWN_PROBLEMS = ["other_account", "photo_gone", "photo_refused"];

export function counts(all) {
  const of = (...states) => all.filter(({ state }) => states.includes(state)).length;
  return { waiting: of("waiting", "sending"), attention: of("attention") };
}

/* Draws the queue into `main`; it is drawn again when the queue changes. */
export function showOutbox(main, app) {
  const own = [...app.all].reverse();
  const unsent = own.filter(({ state }) => state !== "received").length;
  const { waiting } = counts(own);
  fill(main,
    h("h1", {}, t("form.outbox.title")),
    waiting > 0 && h("p", { class: "lead" }, t(app.link === "up" ? "form.outbox.will_send" : "form.outbox.kept", { n: waiting })),
    h("ul", { class: "items" }, own.map((report) => item(report, app))),
    !own.length && h("p", { class: "calm" }, t("form.outbox.none")),
    unsent > 0 && h("div", { class: "pair foot" },
      waiting > 0 && h("button", { type: "button", class: "strong", onclick: () => app.send({ now: true }) }, t("form.outbox.send_now")),
      h("button", { type: "button", onclick: () => saveFile(app) }, t("form.outbox.save_file"))),
    unsent > 0 && h("p", { class: "small" }, t("form.outbox.file_why")));
}

function item(report, app) {
  const { body, state, receipt } = report;
  const photosLeft = receipt ? body.photos.filter(({ hash }) => receipt.photos[hash] === "missing").length : 0;
  const isReviewed = receipt && ["in_review", "needs_decision"].includes(receipt.outcome);
  const line = state === "received" ? t("form.state.received_at", { time: clock(receipt.received_at) })
    : receipt && photosLeft ? t("form.state.photos_left", { time: clock(receipt.received_at), n: photosLeft })
    : t(`form.state.${state}`);
  return h("li", { class: `item ${state}`, "data-id": report.id, "data-state": state },
    h("div", { class: "line" }, h("b", {}, report.pano_name), h("span", { class: `pill ${state}` }, t(`form.state.${state}`))),
    h("p", {}, `${clock(body.made_at)} · ${summary(body)}`),
    line !== t(`form.state.${state}`) && h("p", { class: "outcome" }, line),
    state === "sending" && photosLeft > 0 && h("progress", { max: "1", value: "0", "aria-label": t("form.state.sending") }),
    isReviewed && h("div", { class: "note" }, h("p", {}, t("form.outbox.in_review")),
      receipt.parts.filter(({ problem }) => problem).map(({ problem }) => h("p", { lang: "vi" }, problem))),
    state === "attention" && trouble(report, app));
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
  const { code, [language()]: text } = report.problem;
  const isOther = code === "other_account";
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
    h("div", { class: "keys" },
      isOther ? h("a", { class: "button strong", href: app.signIn() }, t("form.signed_out.again")) : h("button", { type: "button", class: "strong", onclick: edit }, t("form.outbox.edit")),
      h("button", { type: "button", onclick: again }, t("form.outbox.again")), drop));
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

/* Saves to a file, or shares, what the server does not have; it stays in the queue. */
async function saveFile(app) {
  const unsent = (await reports()).filter(({ state, workspace }) => state !== "received" && workspace === app.workspace);
  const photos = {};
  for (const { id } of unsent) for (const { hash, bytes } of await photosOf(id)) photos[hash] = await base64(bytes);
  const { id, name } = unsent[0].account;
  const content = JSON.stringify({
    kind: "outreach-field-queue", version: 1, workspace: app.workspace, account: { id, name },
    saved_at: new Date().toISOString(), reports: unsent.map((report) => ({ ...report.body, id: report.id })), photos,
  });
  const file = new File([content], `phieu-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-")}.json`, { type: "application/json" });
  if (navigator.canShare?.({ files: [file] })) {
    try {
      await navigator.share({ files: [file] });
      return;
    } catch (error) {
      if (error.name === "AbortError") return;
    }
  }
  const link = h("a", { href: URL.createObjectURL(file), download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
