/* The page of one pano: what is known of it, and the report on it, kept as a draft at every change. */
import { symbol } from "./list.js";
import { shrink } from "./photo.js";
import { distance, doubt, follow, isFollowing, lastPlace, onPlace, placeNow, placeProblem } from "./place.js";
import { offers } from "./rules.js";
import { draftOf, dropDraft, dropDraftPhoto, keepDraft, keepDraftPhoto, photosOf, queue } from "./store.js";
import { capital, clock, day, fill, h, metres, say, t } from "./words.js";

const SEEN = ["state", "condition", "checked_on", "lat", "lon", "accuracy_m"];
const PLACE_WAIT_MS = 6_000;
const FAR_REASONS = ["weak", "later", "blocked"];
const PHOTO_KINDS = ["before", "after", "finished", "other"];
const INPUTS = { due_on: "date", content_until: "date", cost_vnd: "number", assignee: "text", note: "text" };
const MOST_CHARACTERS = 2000;

export function draftId(workspace, panoId) {
  return `${workspace}/${panoId}`;
}

function blank(id) {
  return { id, at: null, condition: null, step: null, values: {}, reason: "", word: "", far_reason: "", point: null, photos: [] };
}

/* A draft that says what a report said. */
export function draftFrom(report) {
  const { body, workspace, id } = report;
  const own = body.state_step && `:${body.state_step.action}`;
  const step = body.work_step && `${body.work_step.work_id}:${body.work_step.action}`;
  return {
    ...blank(draftId(workspace, body.pano_id)), replaces: id, condition: body.condition, step: step ?? own,
    values: body.work_step?.values ?? {}, reason: (body.work_step ?? body.state_step)?.reason ?? "",
    word: body.word, far_reason: body.far_reason, point: body.point, photos: body.photos,
  };
}

function isFull(error) {
  return error?.name === "QuotaExceededError";
}

/* Draws the page of a pano into `main` and its save button into `bottom`. */
export async function showReport(main, bottom, app, pano, signal) {
  const { rules, limits } = app.bundle;
  const id = draftId(app.workspace, pano.id);
  const draft = (await draftOf(id)) ?? blank(id);
  const bytesOf = new Map((await photosOf(id)).map(({ hash, bytes }) => [hash, bytes]));
  // What a full phone could not keep is not promised either.
  draft.photos = draft.photos.filter(({ hash }) => bytesOf.has(hash));
  const pictures = new Map();
  let insists = false;

  const keep = () => {
    draft.at = new Date().toISOString();
    return keepDraft(draft).catch((error) => tell(isFull(error) ? "form.full.draft" : "form.full.barred"));
  };
  const seen = (work) => offers(rules, pano, work, {
    photos: new Set(draft.photos.map(({ kind }) => kind)),
    hasPosition: Boolean(lastPlace()) || draft.photos.some(({ position }) => position),
  });
  const steps = () => [
    ...pano.works.flatMap((work) => seen(work).map((offer) => ({ ...offer, work, key: `${work.id}:${offer.action}` }))),
    ...seen(null).filter(({ action }) => action !== "inspect").map((offer) => ({ ...offer, work: null, key: `:${offer.action}` })),
  ];
  const chosen = () => steps().find(({ key }) => key === draft.step);
  const mayInspect = seen(null).some(({ action }) => action === "inspect");

  const parts = Object.fromEntries(["photos", "asks", "place", "warning", "told"].map((name) => [name, h("div", { class: name })]));
  const save = h("button", { type: "submit", class: "save", form: "report" }, t("form.report.save"));
  const begun = draft.at && h("div", { class: "begun" }, t("form.report.begun", { time: clock(draft.at) }),
    h("button", { type: "button", onclick: () => dropDraft(id).then(() => app.go({ pano: pano.id })) }, t("form.report.start_anew")));
  const word = h("textarea", { rows: 2, maxlength: MOST_CHARACTERS, value: draft.word, placeholder: t("form.report.word_hint"),
    oninput: () => { draft.word = word.value; keep(); } });
  const form = h("form", { id: "report", novalidate: true, onsubmit: submit },
    mayInspect && choice("condition", rules.conditions.map((name) => [name, capital(t(`terms.condition.${name}`))]), t("form.report.condition"), "big"),
    h("fieldset", {}, h("legend", {}, t("form.report.photos")), parts.photos),
    stepChoice(),
    parts.asks,
    h("label", { class: "field" }, t("form.report.word"), word),
    h("fieldset", {}, h("legend", {}, t("form.place.title")), parts.place),
    parts.warning, parts.told);
  fill(main, head(), begun, form);
  bottom.replaceChildren(h("div", { class: "savebar" }, save));
  drawPhotos();
  drawAsks();
  drawPlace();
  onPlace(() => { drawPlace(); drawAsks(); }, signal);
  signal.addEventListener("abort", () => { for (const address of pictures.values()) URL.revokeObjectURL(address); });

  function head() {
    const facts = [
      capital(t(`terms.condition.${pano.condition}`)) + (pano.checked_on ? ` (${t("form.pano.checked", { date: day(pano.checked_on) })})` : ""),
      pano.content_until && t(pano.content_until < app.today ? "form.pano.expired" : "form.pano.content", { date: day(pano.content_until) }),
    ].filter(Boolean);
    return h("section", { class: "head" },
      symbol(pano.status, 48, app),
      h("div", {},
        h("h1", {}, pano.name),
        h("p", { class: "sub" }, [pano.village, pano.commune, t(`terms.status.${pano.status}`)].filter(Boolean).join(" · ")),
        h("p", {}, facts.join(" · ")),
        pano.works.length > 0 && h("ul", { class: "works" }, pano.works.map((work) => h("li", {},
          h("b", {}, t(`terms.work_kind.${work.kind}`)), `: ${t(`terms.work_state.${work.state}`)}`,
          work.due_on && h("span", { class: work.due_on < app.today ? "bad" : "" }, `, ${t(work.due_on < app.today ? "form.pano.late" : "form.pano.due", { date: day(work.due_on) })}`),
          work.assignee && ` · ${work.assignee}`)))));
  }

  /* Radio buttons as big keys; a second tap takes the choice back. */
  function choice(name, options, label, kind) {
    return h("fieldset", { class: kind }, h("legend", {}, label), h("div", { class: `keys ${name}` }, options.map(([value, text]) => {
      const input = h("input", { type: "radio", name, value, checked: draft[name] === value });
      input.onclick = () => {
        if (draft[name] === value) { draft[name] = null; input.checked = false; } else draft[name] = value;
        changed();
      };
      return h("label", { class: `key ${value.replace(/.*:/, "")}` }, input, h("span", {}, text));
    })));
  }

  function stepChoice() {
    const all = steps();
    if (!all.some(({ key }) => key === draft.step)) draft.step = null;
    const named = ({ key, work, action }) => [key, `${work ? t(`terms.work_kind.${work.kind}`) : "Pano"}: ${t(`lifecycle.action.${action}`)}`];
    return all.length > 0 && choice("step", all.map(named), t("form.report.step"), "steps");
  }

  function changed() {
    keep();
    drawAsks();
    drawPhotos();
    parts.told.replaceChildren();
  }

  /* What the chosen step asks for, and what it still lacks. */
  function drawAsks() {
    const step = chosen();
    const focused = document.activeElement?.name;
    if (!step) { parts.asks.replaceChildren(); return; }
    const names = [...new Set([...step.asks, ...step.takes])].filter((name) => name === "reason" || name === "condition" || INPUTS[name]);
    if (parts.asks.dataset.step !== step.key || !parts.asks.childElementCount) {
      parts.asks.dataset.step = step.key;
      parts.asks.replaceChildren(...names.map((name) => asked(name, step)), h("div", { class: "lacks" }));
    }
    const lacks = parts.asks.querySelector(".lacks");
    lacks.replaceChildren(...step.missing.map((gate) => h("p", { class: "lack" }, `${t("form.report.needs")} ${t(`lifecycle.gate.${gate}`)}`)));
    if (focused) parts.asks.querySelector(`[name="${focused}"]`)?.focus();
  }

  function asked(name, step) {
    const must = step.asks.includes(name);
    const label = `${t(`form.field.${name}`)}${must ? "" : ` ${t("form.report.optional")}`}`;
    if (name === "reason") {
      const area = h("textarea", { name, rows: 2, maxlength: MOST_CHARACTERS, value: draft.reason, oninput: () => { draft.reason = area.value; keep(); } });
      return h("label", { class: "field" }, label, area);
    }
    const input = h("input", { name, type: INPUTS[name], value: draft.values[name] ?? "", min: name === "cost_vnd" ? "0" : null, inputmode: name === "cost_vnd" ? "numeric" : null });
    const unknown = name === "content_until" && h("input", { type: "checkbox", checked: draft.values[name] === null, onchange: take });
    function take() {
      if (unknown && unknown.checked) { draft.values[name] = null; input.value = ""; }
      else if (input.value) draft.values[name] = name === "cost_vnd" ? Number(input.value) : input.value;
      else delete draft.values[name];
      keep();
    }
    input.oninput = () => { if (unknown) unknown.checked = false; take(); };
    return h("div", { class: "field" }, h("label", {}, label, input), unknown && h("label", { class: "check" }, unknown, t("form.field.unknown")));
  }

  function drawPhotos() {
    const source = (text, kind, options) => {
      const input = h("input", { type: "file", accept: "image/*", class: "unseen", ...options, onchange: () => { takePhotos(input.files); } });
      return h("label", { class: `button ${kind}` }, input, text);
    };
    parts.photos.replaceChildren(
      h("div", { class: "pair" },
        source(t("form.photo.take"), "strong", { capture: "environment" }),
        source(t("form.photo.choose"), "", { multiple: true })),
      ...draft.photos.map(shot));
  }

  function shot(photo, number) {
    if (!pictures.has(photo.hash)) pictures.set(photo.hash, URL.createObjectURL(new Blob([bytesOf.get(photo.hash)], { type: "image/jpeg" })));
    const kind = h("select", { "aria-label": t("form.photo.kind"), onchange: () => { photo.kind = kind.value; changed(); } },
      PHOTO_KINDS.map((name) => h("option", { value: name, selected: photo.kind === name }, t(`form.photo.${name}`))));
    const drop = h("button", { type: "button", "aria-label": t("form.photo.drop_n", { n: number + 1 }), onclick: () => dropPhoto(photo) }, t("form.photo.drop"));
    return h("div", { class: "shot" }, h("img", { src: pictures.get(photo.hash), alt: t("form.photo.n", { n: number + 1 }) }),
      h("div", {}, kind, h("small", {}, photo.position ? t("form.photo.placed", { accuracy: metres(photo.position.accuracy_m) }) : t("form.photo.unplaced"))), drop);
  }

  /* What a photo most likely shows: what the chosen step still lacks, else what the open work tells. */
  function likelyKind() {
    const lacks = chosen()?.missing.find((gate) => gate.startsWith("photo_"));
    if (lacks) return lacks.slice("photo_".length);
    const begun = pano.works.some(({ state, photos, kind }) => ["assigned", "in_progress"].includes(state) && kind !== "build" && !photos.includes("before"));
    return begun && !draft.step?.endsWith(":finish") && !draft.photos.length ? "before" : "other";
  }

  async function takePhotos(files) {
    follow();
    const takenAt = new Date().toISOString();
    const kinds = [...files];
    say(t("form.photo.working"));
    parts.photos.append(h("p", { class: "calm busy" }, t("form.photo.working")));
    const position = await placeNow(PLACE_WAIT_MS);
    for (const file of kinds) {
      let small;
      try {
        small = await shrink(file, limits);
      } catch {
        tell("form.photo.unreadable");
        continue;
      }
      if (bytesOf.has(small.hash)) continue;
      if (draft.photos.length >= limits.photos) { tell("form.photo.enough", { n: limits.photos }); break; }
      bytesOf.set(small.hash, small.bytes);
      draft.photos.push({ hash: small.hash, bytes: small.bytes.byteLength, kind: likelyKind(), taken_at: takenAt, position });
      try {
        await keepDraftPhoto(id, small);
      } catch (error) {
        tell(isFull(error) ? "form.full.photo" : "form.full.barred");
      }
    }
    changed();
    say(t("form.photo.count", { n: draft.photos.length }));
  }

  function dropPhoto(photo) {
    draft.photos = draft.photos.filter((other) => other !== photo);
    bytesOf.delete(photo.hash);
    dropDraftPhoto(id, photo.hash).then(changed);
  }

  function drawPlace() {
    const here = lastPlace();
    const known = here && pano.lat !== null;
    const text = placeProblem() && !here ? t(`form.place.${placeProblem()}`)
      : !here ? t(isFollowing() ? "form.place.looking" : "form.place.why")
      : known ? t("form.place.away", { distance: metres(distance(here, pano)), accuracy: metres(here.accuracy_m) })
      : t("form.place.here", { accuracy: metres(here.accuracy_m) });
    fill(parts.place,
      h("p", {}, text),
      !isFollowing() && h("button", { type: "button", onclick: () => { follow(); drawPlace(); } }, t("form.place.ask")),
      here && h("button", { type: "button", "aria-pressed": String(Boolean(draft.point)), class: draft.point ? "on" : "", onclick: fixPoint },
        draft.point ? t("form.place.fixed", { accuracy: metres(draft.point.accuracy_m) }) : t("form.place.fix", { accuracy: metres(here.accuracy_m) })));
    drawWarning();
  }

  function fixPoint() {
    const { lat, lon, accuracy_m } = lastPlace();
    draft.point = draft.point ? null : { lat, lon, accuracy_m };
    keep();
    drawPlace();
    parts.place.querySelector("[aria-pressed]")?.focus();
  }

  /* Far away or unsure: said, and a reason asked; it never stands in the way. */
  function drawWarning() {
    const about = isFollowing() || placeProblem() ? doubt(lastPlace(), draft.point ?? pano, limits) : "none";
    const isLooking = about === "none" && !placeProblem() && !insists;
    const asks = about && !isLooking;
    if (!asks) { parts.warning.replaceChildren(); return; }
    if (parts.warning.dataset.about === about && parts.warning.childElementCount) return;
    parts.warning.dataset.about = about;
    const own = h("input", { type: "text", value: draft.far_reason, "aria-label": t("form.far.own"), placeholder: t("form.far.own"), maxlength: 300,
      oninput: () => give(own.value) });
    const give = (reason) => {
      own.value = draft.far_reason = reason;
      save.textContent = t(insists && !reason.trim() ? "form.report.save_anyway" : "form.report.save");
      keep();
    };
    parts.warning.replaceChildren(h("div", { class: "note warn" },
      h("p", {}, t(`form.far.${about}`)),
      h("div", { class: "keys" }, FAR_REASONS.map((name) => h("button", { type: "button", onclick: () => give(t(`form.far.reason_${name}`)) }, t(`form.far.reason_${name}`)))),
      own));
  }

  function tell(key, values, ...more) {
    const note = h("div", { class: "note bad", role: "alert" }, h("p", {}, t(key, values)), ...more);
    parts.told.replaceChildren(note);
    note.scrollIntoView({ block: "center" });
  }

  /* What keeps the report from being sent, told; false if nothing does. */
  function isLacking() {
    const step = chosen();
    if (!draft.condition && !step && !draft.word.trim() && !draft.photos.length && !draft.point) return tell("form.report.empty") ?? true;
    const unmet = step ? [
      ...step.missing.map((gate) => t(`lifecycle.gate.${gate}`)),
      ...step.asks.filter((name) => (name === "reason" ? !draft.reason.trim() : !(name in draft.values))).map((name) => t(`form.field.${name}`).toLowerCase()),
    ] : [];
    if (unmet.length) return tell("form.report.lacks", { what: unmet.join("; ") }) ?? true;
    return false;
  }

  async function submit(event) {
    event.preventDefault();
    if (save.disabled || isLacking()) return;
    save.disabled = true;
    save.textContent = t(lastPlace() ? "form.report.saving" : "form.place.looking");
    const position = placeProblem() === "denied" ? null : await placeNow(PLACE_WAIT_MS);
    save.disabled = false;
    save.textContent = t("form.report.save");
    const about = doubt(position, draft.point ?? pano, limits);
    if (about && !draft.far_reason.trim() && !insists) {
      insists = true;
      delete parts.warning.dataset.about;
      drawWarning();
      parts.warning.scrollIntoView({ block: "center" });
      parts.warning.querySelector("button")?.focus({ preventScroll: true });
      say(t(`form.far.${about}`));
      save.textContent = t("form.report.save_anyway");
      return;
    }
    await put(position, draft.photos);
  }

  function bodyOf(position, photos) {
    const step = chosen();
    const fields = new Set(step ? [...step.asks, ...step.takes] : []);
    const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => fields.has(name)));
    const reason = draft.reason.trim();
    return {
      pano_id: pano.id, made_at: new Date().toISOString(), made_by: app.bundle.actor.id,
      seen: {
        version: app.bundle.version, pano: Object.fromEntries(SEEN.map((name) => [name, pano[name]])),
        works: Object.fromEntries(pano.works.map((work) => [work.id, { state: work.state }])),
      },
      position, far_reason: doubt(position, draft.point ?? pano, limits) ? draft.far_reason.trim() : "",
      condition: draft.condition,
      state_step: step && !step.work ? { action: step.action, reason } : null,
      work_step: step?.work ? { work_id: step.work.id, action: step.action, values, reason } : null,
      point: draft.point, word: draft.word.trim(), photos,
    };
  }

  async function put(position, photos) {
    const report = {
      id: crypto.randomUUID(), workspace: app.workspace, account: app.bundle.actor, pano_name: pano.name,
      body: bodyOf(position, photos), state: "waiting", receipt: null, problem: null,
    };
    try {
      await queue(report, photos.map(({ hash }) => ({ hash, bytes: bytesOf.get(hash) })), { draft: id, replaces: draft.replaces });
    } catch (error) {
      if (!isFull(error)) return tell("form.full.barred");
      // Nothing is given up unless the person says so.
      const without = h("button", { type: "button", onclick: () => put(position, []) }, t("form.full.without"));
      return tell(photos.length ? "form.full.photos" : "form.full.text", {}, photos.length > 0 && without);
    }
    return app.saved(report);
  }
}
