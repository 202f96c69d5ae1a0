/* Sends what waits, one at a time, text before photos, until the server's receipt says that it has it.
   Runs in the page and in the service worker; a lock lets only one of them send. */
import { announce, bundleOf, changeReport, keepBundle, keepSetting, photoOf, reports, setting } from "./store.js";

const TEXT_WAIT_MS = 30_000;
const CHUNK_WAIT_MS = 60_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const MOST_RESTARTS = 2;

/* No answer that can be trusted: try again later. */
class LinkDown extends Error {
  constructor(retryAfter) {
    super("link down");
    this.pauseMs = 1000 * (Number(retryAfter) || 0);
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
      throw new LinkDown(response.headers.get("Retry-After"));
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

/* What a receipt makes of a report. */
function taken(report, receipt) {
  const isRefused = Object.values(receipt.photos).includes("refused");
  const problem = isRefused ? { code: "photo_refused" } : null;
  return { receipt, problem, state: isRefused ? "attention" : missing({ ...report, receipt }).length ? "waiting" : "received" };
}

async function sendText(report) {
  const answer = await ask("PUT", api(report.workspace, `reports/${report.id}`), {
    body: JSON.stringify(report.body), headers: { "Content-Type": "application/json" },
  });
  if (!answer.ok) return needsYou(report, answer);
  if (answer.said?.report_id !== report.id) throw new LinkDown();
  await changeReport(report.id, taken(report, answer.said));
}

async function sendPhoto(report, { hash, bytes: size }) {
  const photo = await photoOf(report.id, hash);
  if (!photo) return needsYou(report, { status: 0, said: { code: "photo_gone" } });
  const path = api(report.workspace, `reports/${report.id}/photos/${hash}`);
  const head = await ask("HEAD", path);
  if (head.status === 404) {
    // The server was set back to a time before this report: it gets the text again.
    await changeReport(report.id, { receipt: null, state: "waiting" });
    throw new LinkDown();
  }
  if (!head.ok) return needsYou(report, head);
  const { bundle } = await bundleOf(report.workspace);
  let offset = Number(head.headers.get("Upload-Offset")) || 0, restarts = 0;
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
      const change = taken(report, answer.said.receipt);
      // More photos of it follow at once.
      if (change.state === "waiting") change.state = "sending";
      await changeReport(report.id, change, { lets_go: hash });
      return;
    }
    if (answer.ok && answer.said?.offset > offset) {
      offset = answer.said.offset;
    } else if ([409, 422].includes(answer.status) && restarts < MOST_RESTARTS) {
      restarts += 1;
      offset = answer.status === 409 ? Number(answer.headers.get("Upload-Offset")) || 0 : 0;
    } else if (answer.ok) {
      throw new LinkDown();
    } else {
      return needsYou(report, answer);
    }
  }
}

function waiting(all) {
  return all.filter(({ state }) => state === "waiting" || state === "sending");
}

async function sendAll() {
  // Whoever said "sending" and holds no lock any more was stopped in the middle of it.
  for (const report of await reports()) {
    if (report.state === "sending") await changeReport(report.id, { state: "waiting" });
  }
  const touched = new Set();
  for (;;) {
    const left = waiting(await reports());
    const next = left.find(({ receipt }) => !receipt) ?? left[0];
    if (!next) break;
    await changeReport(next.id, { state: "sending" });
    await (next.receipt ? sendPhoto(next, missing(next)[0]) : sendText(next));
    touched.add(next.workspace);
  }
  for (const workspace of touched) await fetchBundle(workspace);
}

/* Asks for the bundle of a workspace; keeps it if it is new. */
async function fetchBundle(workspace) {
  const kept = await bundleOf(workspace);
  const answer = await ask("GET", api(workspace, "bundle"), { headers: kept ? { "If-None-Match": kept.etag } : {} });
  if (answer.ok) await keepBundle(workspace, answer.headers.get("ETag"), answer.said);
  return answer.status;
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
    for (const report of await reports()) {
      if (report.state === "sending") await changeReport(report.id, { state: "waiting" });
    }
  }
  await keepSetting("link", fate);
  if (fate.state !== (link.state ?? "up")) announce({ what: "link" });
  return answer;
}

let turn;

/* Sends what waits; before the pause after a failure is over only if asked `now`. Says whether anything still waits. */
export function send({ now = false } = {}) {
  turn ??= navigator.locks
    .request("outreach-field-send", async () => {
      turn = undefined;
      const link = await setting("link");
      if (!waiting(await reports()).length) return;
      if (now || !link || Date.now() >= link.until) await guarded(sendAll);
    })
    .then(async () => waiting(await reports()).length > 0);
  return turn;
}

/* Brings the bundle of a workspace up to date; gives the HTTP status, or undefined where there was no answer. */
export function refresh(workspace) {
  return navigator.locks.request("outreach-field-send", () => guarded(() => fetchBundle(workspace)));
}
