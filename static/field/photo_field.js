/* The photos of a report: taken, made small, placed, named by what they show, and kept with the draft. */
import { shrink } from "./photo.js";
import { follow, placeNow } from "./place.js";
import { dropDraftPhoto, isFull, keepDraftPhoto, photosOf } from "./store.js";
import { fill, h, metres, say, t } from "./words.js";

const KINDS = ["before", "after", "finished", "other"];
const PLACE_WAIT_MS = 6_000;

/* The photos of a draft. `likelyKind()` says what the next one most likely shows, `changed()` hears of every change,
   `tell(key, values)` tells the person what went wrong; `settled()` waits for photos that are still being made small. */
export async function photoField({ draft, limits, likelyKind, changed, tell, signal }) {
  const bytesOf = new Map((await photosOf(draft.id)).map(({ hash, bytes }) => [hash, bytes]));
  // What a full phone could not keep is not promised either.
  draft.photos = draft.photos.filter(({ hash }) => bytesOf.has(hash));
  const pictures = new Map();
  const shots = h("div"), busy = h("p", { class: "calm busy", hidden: true }, t("form.photo.working"));
  const sources = h("div", { class: "pair" },
    source(t("form.photo.take"), "strong", { capture: "environment" }),
    source(t("form.photo.choose"), "", { multiple: true }));
  const element = h("div", {}, sources, shots, busy);
  let making = Promise.resolve();
  signal.addEventListener("abort", () => { for (const address of pictures.values()) URL.revokeObjectURL(address); });

  function draw() {
    fill(shots, draft.photos.map(shot));
  }

  function source(text, kind, options) {
    const input = h("input", { type: "file", accept: "image/*", class: "unseen", ...options, onchange: () => {
      const files = [...input.files], isNew = Boolean(options.capture);
      // The same file can be chosen again after it was dropped.
      input.value = "";
      making = making.then(() => take(files, isNew));
    } });
    return h("label", { class: `button ${kind}` }, input, text);
  }

  function shot(photo, number) {
    const kind = h("select", { "aria-label": t("form.photo.kind"), onchange: () => {
      photo.kind = kind.value;
      photo.by_hand = true;
      changed();
    } },
      KINDS.map((name) => h("option", { value: name, selected: photo.kind === name }, t(`form.photo.${name}`))));
    return h("div", { class: "shot" },
      h("img", { src: picture(photo.hash), alt: t("form.photo.n", { n: number + 1 }) }),
      h("div", {}, kind, h("small", {}, photo.position ? t("form.photo.placed", { accuracy: metres(photo.position.accuracy_m) }) : t("form.photo.unplaced"))),
      h("button", { type: "button", "aria-label": t("form.photo.drop_n", { n: number + 1 }), onclick: () => drop(photo) }, t("form.photo.drop")));
  }

  function picture(hash) {
    if (!pictures.has(hash)) pictures.set(hash, URL.createObjectURL(new Blob([bytesOf.get(hash)], { type: "image/jpeg" })));
    return pictures.get(hash);
  }

  /* A photo from the camera was taken here and now; of one from the album the phone knows at most the time. */
  async function take(files, isNew) {
    busy.hidden = false;
    say(t("form.photo.working"));
    if (isNew) follow();
    const now = new Date().toISOString();
    const position = isNew ? placeNow(PLACE_WAIT_MS) : null;
    const failures = [];
    for (const file of files) {
      const takenAt = isNew ? now : file.lastModified ? new Date(file.lastModified).toISOString() : null;
      failures.push(await add(file, takenAt, position));
    }
    busy.hidden = true;
    draw();
    changed();
    say(t("form.photo.count", { n: draft.photos.length }));
    const failure = failures.find(Boolean);
    if (failure) tell(failure, { n: limits.photos });
  }

  /* Adds a photo to the draft; gives the key of what there is to tell, if anything. */
  async function add(file, takenAt, placing) {
    if (draft.photos.length >= limits.photos) return "form.photo.enough";
    let small;
    const photo = { kind: likelyKind(), taken_at: takenAt, position: null };
    try {
      small = await shrink(file, limits);
    } catch {
      return "form.photo.unreadable";
    }
    if (bytesOf.has(small.hash)) return "";
    bytesOf.set(small.hash, small.bytes);
    Object.assign(photo, { hash: small.hash, bytes: small.bytes.byteLength });
    draft.photos.push(photo);
    let failure = "";
    try {
      await keepDraftPhoto(draft.id, small);
    } catch (error) {
      failure = isFull(error) ? "form.full.photo" : "form.full.barred";
    }
    // It is kept before the phone knows its place: a phone short of memory may end the page any moment.
    draw();
    changed();
    photo.position = await placing;
    return failure;
  }

  function drop(photo) {
    draft.photos = draft.photos.filter((other) => other !== photo);
    bytesOf.delete(photo.hash);
    draw();
    changed();
    sources.querySelector("input").focus();
    dropDraftPhoto(draft.id, photo.hash).catch(() => {});
  }

  /* Photos that nobody named are named anew, by what is wanted now. */
  function guessAgain() {
    const guessed = draft.photos.filter(({ by_hand: byHand }) => !byHand);
    for (const photo of guessed) photo.kind = "other";
    for (const photo of guessed) photo.kind = likelyKind();
    draw();
  }

  draw();
  return { element, guessAgain, settled: () => making, withBytes: (photos) => photos.map(({ hash }) => ({ hash, bytes: bytesOf.get(hash) })) };
}
