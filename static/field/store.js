/* What the phone keeps (IndexedDB): reports and their photos until the server has them, drafts, the bundle. */
const STORES = {
  reports: { keyPath: "id" },
  photos: { keyPath: ["owner", "hash"] },
  drafts: { keyPath: "id" },
  bundles: { keyPath: "workspace" },
  settings: { keyPath: "name" },
};
const CHANNEL = "outreach-field";
const RECEIVED_KEPT_DAYS = 14;

let opening;

function opened() {
  opening ??= new Promise((done, fail) => {
    const request = indexedDB.open("outreach-field", 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => {
      // A newer form in another tab must be able to change the shape of the store.
      request.result.onversionchange = () => { request.result.close(); opening = undefined; };
      // A phone short of memory closes it behind our back.
      request.result.onclose = () => { opening = undefined; };
      done(request.result);
    };
    request.onerror = () => { opening = undefined; fail(request.error); };
  });
  return opening;
}

async function begun(names, mode) {
  const options = mode === "readwrite" ? { durability: "strict" } : {};
  try {
    return (await opened()).transaction(names, mode, options);
  } catch (error) {
    // Not every phone says so when it has closed the store.
    if (error.name !== "InvalidStateError") throw error;
    opening = undefined;
    return (await opened()).transaction(names, mode, options);
  }
}

/* Runs `act` in one transaction and gives what it returned (of a request: its result) once that is on disk. */
async function within(names, mode, act) {
  const transaction = await begun(names, mode);
  return new Promise((done, fail) => {
    let answer, fault;
    transaction.oncomplete = () => done(answer instanceof IDBRequest ? answer.result : answer);
    transaction.onabort = () => fail(fault ?? transaction.error);
    try {
      answer = act(...names.map((name) => transaction.objectStore(name)));
    } catch (error) {
      fault = error;
      transaction.abort();
    }
  });
}

/* Whether something could not be kept because the phone is full. */
export function isFull(error) {
  return error?.name === "QuotaExceededError";
}

const said = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;

/* Tells every tab, this one too, that something changed. */
export function announce(what) {
  said?.postMessage(what);
}

export function onChange(hear) {
  if (said) new BroadcastChannel(CHANNEL).onmessage = (event) => hear(event.data);
}

export async function setting(name) {
  return (await within(["settings"], "readonly", (settings) => settings.get(name)))?.value;
}

export async function keepSetting(name, value) {
  await within(["settings"], "readwrite", (settings) => settings.put({ name, value }));
}

export function bundleOf(workspace) {
  return within(["bundles"], "readonly", (bundles) => bundles.get(workspace));
}

export async function keepBundle(workspace, etag, bundle) {
  await within(["bundles"], "readwrite", (bundles) => bundles.put({ workspace, etag, bundle }));
  announce({ what: "bundle" });
}

/* Every report of this phone, the oldest first. */
export async function reports() {
  const all = await within(["reports"], "readonly", (store) => store.getAll());
  return all.sort((a, b) => a.body.made_at.localeCompare(b.body.made_at));
}

export function photosOf(owner) {
  return within(["photos"], "readonly", (photos) => photos.getAll(ofOwner(owner)));
}

export function photoOf(owner, hash) {
  return within(["photos"], "readonly", (photos) => photos.get([owner, hash]));
}

function ofOwner(owner) {
  return IDBKeyRange.bound([owner], [owner, []]);
}

/* Puts a report with its photos into the queue, in the place of the draft and the report that it replaces. */
export async function queue(report, photos, { draft, replaces }) {
  await within(["reports", "photos", "drafts"], "readwrite", (reportStore, photoStore, drafts) => {
    for (const gone of [draft, replaces]) if (gone) photoStore.delete(ofOwner(gone));
    drafts.delete(draft);
    if (replaces) reportStore.delete(replaces);
    for (const { hash, bytes } of photos) photoStore.put({ owner: report.id, hash, bytes });
    reportStore.put(report);
  });
  announce({ what: "queue" });
}

/* Changes a report; `lets_go` names a photo that the server has. */
export async function changeReport(id, change, { lets_go } = {}) {
  await within(["reports", "photos"], "readwrite", (reportStore, photos) => {
    reportStore.get(id).onsuccess = ({ target }) => {
      if (!target.result) return;
      reportStore.put({ ...target.result, ...change });
      if (lets_go) photos.delete([id, lets_go]);
    };
  });
  announce({ what: "queue" });
}

export async function dropReport(id) {
  await within(["reports", "photos"], "readwrite", (reportStore, photos) => {
    reportStore.delete(id);
    photos.delete(ofOwner(id));
  });
  announce({ what: "queue" });
}

export async function forgetOldReceived() {
  const oldest = new Date(Date.now() - RECEIVED_KEPT_DAYS * 86400e3).toISOString();
  for (const report of await reports()) {
    if (report.state === "received" && new Date(report.body.made_at).toISOString() < oldest) await dropReport(report.id);
  }
}

export function draftIds() {
  return within(["drafts"], "readonly", (drafts) => drafts.getAllKeys());
}

export function draftOf(id) {
  return within(["drafts"], "readonly", (drafts) => drafts.get(id));
}

export function keepDraft(draft) {
  return within(["drafts"], "readwrite", (drafts) => drafts.put(draft));
}

export function keepDraftPhoto(owner, { hash, bytes }) {
  return within(["photos"], "readwrite", (photos) => photos.put({ owner, hash, bytes }));
}

export function dropDraftPhoto(owner, hash) {
  return within(["photos"], "readwrite", (photos) => photos.delete([owner, hash]));
}

export function dropDraft(id) {
  return within(["drafts", "photos"], "readwrite", (drafts, photos) => {
    drafts.delete(id);
    photos.delete(ofOwner(id));
  });
}

/* Makes a draft of a report that could not be taken as it is, so that it can be put right and sent anew. */
export async function reopen(report, draft) {
  const photos = await photosOf(report.id);
  await within(["drafts", "photos"], "readwrite", (drafts, photoStore) => {
    photoStore.delete(ofOwner(draft.id));
    for (const { hash, bytes } of photos) photoStore.put({ owner: draft.id, hash, bytes });
    drafts.put(draft);
  });
}
