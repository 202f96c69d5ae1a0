/* The photos of a report: taken, made small, placed, named by what they show, and kept with the draft. */
import { shrink } from "./photo.js";
import { follow, placeNow } from "./place.js";
import { dropDraftPhoto, isFull, keepDraftPhoto, photosOf } from "./store.js";
import { h, metres, say, t } from "./words.js";

const KINDS = ["before", "after", "finished", "other"];
const PLACE_WAIT_MS = 6_000;

/* Draws the photos of a draft. `likelyKind()` says what the next one most likely shows, `changed()` hears of every
   change, `tell(key, values)` tells the person what went wrong. */
export async function photoField({ draft, limits, likelyKind, changed, tell, signal }) {
  const bytesOf = new Map((await photosOf(draft.id)).map(({ hash, bytes }) => [hash, bytes]));
  // What a full phone could not keep is not promised either.
  draft.photos = draft.photos.filter(({ hash }) => bytesOf.has(hash));
  const pictures = new Map();
  const element = h("div");
  signal.addEventListener("abort", () => { for (const address of pictures.values()) URL.revokeObjectURL(address); });

  function draw() {
    element.replaceChildren(
      h("div", { class: "pair" },
        source(t("form.photo.take"), "strong", { capture: "environment" }),
        source(t("form.photo.choose"), "", { multiple: true })),
      ...draft.photos.map(shot));
  }

  function source(text, kind, options) {
    const input = h("input", { type: "file", accept: "image/*", class: "unseen", ...options, onchange: () => take([...input.files]) });
    return h("label", { class: `button ${kind}` }, input, text);
  }

  function shot(photo, number) {
    const kind = h("select", { "aria-label": t("form.photo.kind"), onchange: () => { photo.kind = kind.value; changed(); } },
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

  async function take(files) {
    const takenAt = new Date().toISOString();
    element.append(h("p", { class: "calm busy" }, t("form.photo.working")));
    say(t("form.photo.working"));
    follow();
    const position = await placeNow(PLACE_WAIT_MS);
    const failures = [];
    for (const file of files) failures.push(await add(file, takenAt, position));
    changed();
    say(t("form.photo.count", { n: draft.photos.length }));
    const failure = failures.find(Boolean);
    if (failure) tell(failure, { n: limits.photos });
  }

  /* Adds a photo to the draft; gives the key of what there is to tell, if anything. */
  async function add(file, takenAt, position) {
    if (draft.photos.length >= limits.photos) return "form.photo.enough";
    let small;
    try {
      small = await shrink(file, limits);
    } catch {
      return "form.photo.unreadable";
    }
    if (bytesOf.has(small.hash)) return "";
    bytesOf.set(small.hash, small.bytes);
    draft.photos.push({ hash: small.hash, bytes: small.bytes.byteLength, kind: likelyKind(), taken_at: takenAt, position });
    try {
      await keepDraftPhoto(draft.id, small);
    } catch (error) {
      return isFull(error) ? "form.full.photo" : "form.full.barred";
    }
    return "";
  }

  function drop(photo) {
    draft.photos = draft.photos.filter((other) => other !== photo);
    bytesOf.delete(photo.hash);
    dropDraftPhoto(draft.id, photo.hash).then(changed);
  }

  return { element, draw, withBytes: (photos) => photos.map(({ hash }) => ({ hash, bytes: bytesOf.get(hash) })) };
}
