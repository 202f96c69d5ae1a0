/* Sends what waits, one at a time, text before photos, until the server's receipt says that it has it.
   Runs in the page and in the service worker; a lock lets only one of them send. */
import { announce, bundleOf, changeReport, keepBundle, keepSetting, photoOf, reports, setting } from "./store.js";

const TEXT_WAIT_MS = 30_000;
const CHUNK_WAIT_MS = 120_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const MOST_RESTARTS = 2;
const MOST_FAULTS = 5;

/* No answer that can be trusted: try again later. */
class LinkDown extends Error {
  constructor(response) {
    super("link down");
    this.status = response?.status;
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, 1000 * (Number(response?.headers.get("Retry-After")) || 0));
  }
}
class SignedOut extends Error {}

async function ask(method, path, { body, headers = {}, waitMs = TEXT_WAIT_MS } = {}) {
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), waitMs);
  try {
    const response = await fetch(path, {
      method, body, signal: clock.signal, credentials: "same-origin", redirect: "error", cache: "no-store",
      headers: { "X-Requested-With": "outreach", ...headers },
    });
    if (response.status === 401) throw new SignedOut();
    if (response.status >= 500 || [408, 425, 429].includes(response.status)) {
      throw new LinkDown(response);
    }
    const said = method === "HEAD" || response.status === 304 ? null : await response.json();
    return { status: response.status, ok: response.ok, headers: response.headers, said };
  } catch (error) {
    // The page of a Wi-Fi gate is no answer of ours either.
    throw error instanceof SignedOut || error instanceof LinkDown ? error : new LinkDown();
  } finally {
    clearTimeout(timer);
  }
}

function api(workspace, path) {
  return `/api/v1/${encodeURIComponent(workspace)}/field/${path}`;
}

function needsYou(report, { status, said }) {
  const problem = { code: said?.code ?? "", status, vi: said?.problem, en: said?.problem_en };
  return changeReport(report.id, { state: "attention", problem });
}

function missing({ body, receipt }) {
  return body.photos.filter(({ hash }) => receipt.photos[hash] === "missing");
}

/* What a receipt makes of a report: a photo that was refused is told once the others are there. */
function taken(report, receipt) {
  if (missing({ ...report, receipt }).length) return { receipt, state: "waiting" };
  const isRefused = Object.values(receipt.photos).includes("refused");
  if (isRefused) return { receipt, problem: report.problem ?? { code: "photo_refused" }, state: "attention" };
  return { receipt, problem: null, state: "received" };
}

async function sendText(report) {
  const answer = await ask("PUT", api(report.workspace, `reports/${report.id}`), {
    body: JSON.stringify(report.body), headers: { "Content-Type": "application/json" },
  });
  if (!answer.ok) return needsYou(report, answer);
  if (answer.said?.report_id !== report.id) throw new LinkDown();
  await changeReport(report.id, taken(report, answer.said));
}

/* Changes a report whose photo will never come, and goes on with its others. */
function giveUp(report, hash, problem) {
  const receipt = { ...report.receipt, photos: { ...report.receipt.photos, [hash]: "refused" } };
  return changeReport(report.id, { ...taken(report, receipt), problem });
}

async function sendPhoto(report, { hash, bytes: size }) {
  const photo = await photoOf(report.id, hash);
  if (!photo) return giveUp(report, hash, { code: "photo_gone" });
  const path = api(report.workspace, `reports/${report.id}/photos/${hash}`);
  const head = await ask("HEAD", path);
  if (head.status === 404) {
    // The server was set back to a time before this report: it gets the text again.
    await changeReport(report.id, { receipt: null, state: "waiting" });
    throw new LinkDown();
  }
  if (!head.ok) return needsYou(report, head);
  const { bundle } = await bundleOf(report.workspace);
  let offset = offsetOf(head), restarts = 0;
  for (;;) {
    announce({ what: "progress", id: report.id, hash, share: offset / size });
    // All of it is there but its receipt got lost: sent whole, it is answered by the same receipt.
    const whole = offset >= size;
    const end = whole ? size : Math.min(size, offset + bundle.limits.chunk_bytes);
    const range = whole ? {} : { "Content-Range": `bytes ${offset}-${end - 1}/${size}` };
    const answer = await ask("PUT", path, {
      body: whole ? photo.bytes : photo.bytes.slice(offset, end), waitMs: CHUNK_WAIT_MS,
      headers: { "Content-Type": "image/jpeg", ...range },
    });
    if (answer.ok && answer.said?.received) {
      return changeReport(report.id, taken(report, answer.said.receipt), { lets_go: hash });
    }
    if (answer.ok && answer.said?.offset > offset) {
      offset = answer.said.offset;
    } else if ([409, 422].includes(answer.status) && restarts < MOST_RESTARTS) {
      restarts += 1;
      offset = answer.status === 409 ? offsetOf(answer) : 0;
    } else if (answer.ok) {
      throw new LinkDown();
    } else if (answer.status === 422) {
      return giveUp(report, hash, { code: "photo_refused" });
    } else {
      return needsYou(report, answer);
    }
  }
}

function offsetOf({ headers }) {
  return Number(headers.get("Upload-Offset")) || 0;
}

function waiting(all) {
  return all.filter(({ state }) => state === "waiting" || state === "sending");
}

/* Sends the text of a report, or its next photo. A server that fails over one report time and again must not keep
   the others from it: that one then needs the person. */
async function sendNext(report) {
  await changeReport(report.id, { state: "sending" });
  try {
    await (report.receipt ? sendPhoto(report, missing(report)[0]) : sendText(report));
  } catch (error) {
    if (error.status !== 500) throw error;
    const faults = (report.faults ?? 0) + 1;
    await changeReport(report.id, { faults: faults % MOST_FAULTS });
    if (faults < MOST_FAULTS) throw error;
    await needsYou(report, { status: 500 });
  }
}

async function sendAll() {
  await putBack();
  const touched = new Set();
  for (;;) {
    const left = waiting(await reports());
    const next = left.find(({ receipt }) => !receipt) ?? left[0];
    if (!next) break;
    await sendNext(next);
    await reached();
    touched.add(next.workspace);
  }
  for (const workspace of touched) await fetchBundle(workspace);
}

/* Whoever said "sending" and holds no lock any more was stopped in the middle of it. */
async function putBack() {
  for (const { id, state } of await reports()) {
    if (state === "sending") await changeReport(id, { state: "waiting" });
  }
}

/* Asks for the bundle of a workspace; keeps it if it is new. */
async function fetchBundle(workspace) {
  const kept = await bundleOf(workspace);
  const answer = await ask("GET", api(workspace, "bundle"), { headers: kept ? { "If-None-Match": kept.etag } : {} });
  if (answer.ok) {
    await keepBundle(workspace, answer.headers.get("ETag"), answer.said);
    await welcome(answer.said.actor);
  }
  return answer.status;
}

/* What waited for its author goes on once they have signed in again. */
async function welcome(actor) {
  for (const { id, account, problem } of await reports()) {
    if (problem?.code === "other_account" && account.id === actor.id) await changeReport(id, { state: "waiting", problem: null });
  }
}

/* Asks what became of the reports that a planner had to look at. */
async function fetchDecisions(workspace) {
  for (const report of await reports()) {
    if (report.workspace !== workspace || report.receipt?.outcome !== "in_review") continue;
    const { ok, said } = await ask("GET", api(workspace, `reports/${report.id}`));
    if (ok && said?.report_id === report.id && said.outcome !== report.receipt.outcome) {
      await changeReport(report.id, { receipt: said, was_reviewed: true });
    }
  }
}

/* Whether a report was received and someone in the office has yet to look at it. */
export function isInReview({ receipt }) {
  return ["in_review", "needs_decision"].includes(receipt?.outcome);
}

/* The first answer shows that there is a link, not the last of many. */
async function reached() {
  if ((await setting("link"))?.state === "up") return;
  await keepSetting("link", { tries: 0, until: 0, state: "up" });
  announce({ what: "link" });
}

async function guarded(act) {
  const link = (await setting("link")) ?? { tries: 0, until: 0 };
  let fate = { tries: 0, until: 0, state: "up" }, answer;
  try {
    answer = await act();
  } catch (error) {
    if (!(error instanceof LinkDown || error instanceof SignedOut)) throw error;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** link.tries) * (0.5 + Math.random());
    fate = {
      tries: Math.min(link.tries + 1, 10),
      until: Date.now() + Math.max(pause, error.pauseMs ?? 0),
      state: error instanceof SignedOut ? "signed_out" : "down",
    };
    await putBack();
  }
  await keepSetting("link", fate);
  if (fate.state !== (link.state ?? "up")) announce({ what: "link" });
  return answer;
}

/* Whether the pause after a failure is over; a clock that was set back does not make it longer. */
export function isRested(link) {
  const pauseMs = (link?.until ?? 0) - Date.now();
  return pauseMs <= 0 || pauseMs > 2 * LONGEST_PAUSE_MS;
}

let turn, isUrgent = false;

/* Sends what waits; before the pause after a failure is over only if asked `now`. Says whether anything still waits. */
export function send({ now = false } = {}) {
  isUrgent ||= now;
  turn ??= navigator.locks
    .request("outreach-field-send", async () => {
      const atOnce = isUrgent;
      turn = undefined;
      isUrgent = false;
      if (!waiting(await reports()).length) return;
      if (atOnce || isRested(await setting("link"))) await guarded(sendAll);
    })
    .then(async () => waiting(await reports()).length > 0);
  return turn;
}

/* Brings the bundle of a workspace up to date, and what the office decided; gives the HTTP status of the bundle, or
   undefined where there was no answer. */
export function refresh(workspace) {
  return navigator.locks.request("outreach-field-send", () => guarded(async () => {
    const status = await fetchBundle(workspace);
    await fetchDecisions(workspace);
    return status;
  }));
}
