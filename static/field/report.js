/* The page of one pano: what is known of it, and the report on it, kept as a draft at every change. */
import { symbol } from "./list.js";
import { photoField } from "./photo_field.js";
import { follow, lastPlace, onPlace, placeNow } from "./place.js";
import { placeField } from "./place_field.js";
import { offers } from "./rules.js";
import { draftOf, dropDraft, isFull, keepDraft, queue } from "./store.js";
import { capital, clock, day, fill, h, t } from "./words.js";

const SEEN = ["state", "condition", "checked_on", "lat", "lon", "accuracy_m"];
const PLACE_WAIT_MS = 6_000;
const UNREAD_MS = 1_000;
const INPUTS = { due_on: "date", content_until: "date", cost_vnd: "number", assignee: "text", note: "text" };
const MOST_CHARACTERS = { word: 2000, reason: 2000, cell: 200 };

/* What one account writes on a shared phone is not the next one's. */
export function draftId(workspace, actor, panoId) {
  return `${workspace}/${actor.id}/${panoId}`;
}

function blank(workspace, actor, panoId) {
  return {
    id: draftId(workspace, actor, panoId), report_id: crypto.randomUUID(), at: null, condition: null, step: null, values: {}, reason: "", word: "",
    far_reason: "", point: null, photos: [],
  };
}

/* A draft that says what a report said. */
export function draftFrom({ id, workspace, account, body }) {
  const own = body.state_step && `:${body.state_step.action}`;
  const step = body.work_step && `${body.work_step.work_id}:${body.work_step.action}`;
  return {
    ...blank(workspace, account, body.pano_id), replaces: id, at: body.made_at, condition: body.condition, step: step ?? own,
    values: body.work_step?.values ?? {}, reason: (body.work_step ?? body.state_step)?.reason ?? "",
    word: body.word, far_reason: body.far_reason, point: body.point, photos: body.photos,
  };
}

/* What is known of the pano. */
function facts(pano, app) {
  const checked = pano.checked_on && ` (${t("form.pano.checked", { date: day(pano.checked_on) })})`;
  const isExpired = pano.content_until < app.today;
  const content = pano.content_until && t(isExpired ? "form.pano.expired" : "form.pano.content", { date: day(pano.content_until) });
  return h("section", { class: "head" },
    symbol(pano.status, 48, app),
    h("div", {},
      h("h1", {}, pano.name),
      h("p", { class: "sub" }, [pano.village, pano.commune, t(`terms.status.${pano.status}`)].filter(Boolean).join(" · ")),
      h("p", {}, [capital(t(`terms.condition.${pano.condition}`)) + (checked ?? ""), content].filter(Boolean).join(" · ")),
      pano.works.length > 0 && h("ul", { class: "works" }, pano.works.map((work) => openWork(work, app)))));
}

function openWork({ kind, state, due_on, assignee }, app) {
  const isLate = due_on && due_on < app.today;
  return h("li", {}, h("b", {}, t(`terms.work_kind.${kind}`)), `: ${t(`terms.work_state.${state}`)}`,
    due_on && h("span", { class: isLate ? "bad" : "" }, `, ${t(isLate ? "form.pano.late" : "form.pano.due", { date: day(due_on) })}`),
    assignee && ` · ${assignee}`);
}

/* Draws the page of a pano into `main` and its save key into `bottom`. */
export async function showReport(main, bottom, app, pano, signal) {
  const { rules, limits, actor } = app.bundle;
  const draft = (await draftOf(draftId(app.workspace, actor, pano.id))) ?? blank(app.workspace, actor, pano.id);
  const wasBegun = draft.at;
  let isKept = Boolean(wasBegun);

  const photos = await photoField({ draft, limits, likelyKind, changed, tell, signal });
  // Meanwhile someone went elsewhere.
  if (signal.aborted) return;
  const place = placeField({ draft, pano, limits, changed: placed, signal });
  const asks = h("div", { class: "asks" }), told = h("div", { class: "told" });
  const save = h("button", { type: "submit", class: "save", form: "report" });
  const word = h("textarea", { rows: 2, maxlength: MOST_CHARACTERS.word, value: draft.word, placeholder: t("form.report.word_hint"),
    oninput: () => { draft.word = word.value; keep(); } });
  const mayInspect = offered(null).some(({ action }) => action === "inspect");
  if (!chosen()) draft.step = null;
  // What puts work off asks for a reason: it comes after what brings it forward.
  const keysOf = (late) => steps().filter(({ gates }) => gates.includes("reason") === late).map(({ key, text }) => [key, text]);
  const forward = keysOf(false), others = keysOf(true);

  fill(main, facts(pano, app),
    wasBegun && h("div", { class: "begun" }, t("form.report.begun", { time: clock(wasBegun) }),
      h("button", { type: "button", onclick: () => dropDraft(draft.id).then(() => app.go({ pano: pano.id })) }, t("form.report.start_anew"))),
    h("form", { id: "report", novalidate: true, onsubmit: submit },
      mayInspect && choice("condition", rules.conditions.map((name) => [name, capital(t(`terms.condition.${name}`))]), "big"),
      forward.length > 0 && choice("step", forward, "steps"),
      others.length > 0 && h("details", { open: others.some(([key]) => key === draft.step) }, h("summary", {}, t("form.report.others")),
        choice("step", others, "steps", t("form.report.others"))),
      asks,
      h("fieldset", {}, h("legend", {}, t("form.report.photos")), photos.element),
      h("label", { class: "field" }, t("form.report.word"), word),
      h("fieldset", {}, h("legend", {}, t("form.place.title")), place.element),
      place.warning));
  // What is wrong is told beside the key that was pressed.
  bottom.replaceChildren(h("div", { class: "savebar" }, told, save));
  place.draw();
  drawAsks();
  drawSave();
  onPlace(drawAsks, signal);

  function keep() {
    draft.at = new Date().toISOString();
    keepDraft(draft).then(() => { isKept = true; }, (error) => tell(isFull(error) ? "form.full.draft" : "form.full.barred"));
  }

  function changed() {
    keep();
    drawAsks();
    told.replaceChildren();
  }

  function placed() {
    keep();
    drawSave();
  }

  function drawSave() {
    save.textContent = t(place.isAsking() ? "form.report.save_anyway" : "form.report.save");
  }

  function offered(work) {
    return offers(rules, pano, work, {
      photos: new Set(draft.photos.map(({ kind }) => kind)),
      hasPosition: Boolean(lastPlace()) || draft.photos.some(({ position }) => position),
    });
  }

  /* Every step that can be taken, of the open work orders and of the pano itself; its inspection is the condition. */
  function steps() {
    return [...pano.works, null].flatMap((work) => offered(work)
      .filter(({ action }) => action !== "inspect")
      .map((offer) => ({
        ...offer, work, key: `${work?.id ?? ""}:${offer.action}`,
        text: `${work ? t(`terms.work_kind.${work.kind}`) : "Pano"}: ${t(`lifecycle.action.${offer.action}`)}`,
      })));
  }

  function chosen() {
    return steps().find(({ key }) => key === draft.step);
  }

  /* What the next photo most likely shows: what the chosen step still lacks, else how work begins. */
  function likelyKind() {
    const lacking = chosen()?.missing.find((gate) => gate.startsWith("photo_"));
    if (lacking) return lacking.slice("photo_".length);
    const begins = pano.works.some(({ kind, state, photos: there }) =>
      kind !== "build" && ["assigned", "in_progress"].includes(state) && !there.includes("before"));
    return begins && !draft.photos.length ? "before" : "other";
  }

  /* Radio buttons as big keys; a second tap takes the choice back. */
  function choice(name, options, kind, title) {
    const keys = options.map(([value, text]) => {
      const input = h("input", { type: "radio", name, value, checked: draft[name] === value, onclick: () => {
        input.checked = draft[name] !== value;
        draft[name] = input.checked ? value : null;
        if (name === "step") photos.guessAgain();
        changed();
      } });
      return h("label", { class: `key ${name === "condition" ? value : ""}` }, input, h("span", {}, text));
    });
    return h("fieldset", { class: kind }, h("legend", { class: title && "unseen" }, title ?? t(`form.report.${name}`)), h("div", { class: "keys" }, keys));
  }

  /* What the chosen step asks for, and what it still lacks. */
  function drawAsks() {
    const step = chosen();
    if (asks.dataset.step !== String(step?.key)) {
      asks.dataset.step = step?.key;
      const names = step ? [...new Set([...step.asks, ...step.takes])] : [];
      fill(asks, names.map((name) => (name === "reason" ? askedReason(step) : INPUTS[name] && asked(name, step))), h("div", { class: "lacks" }));
    }
    fill(asks.querySelector(".lacks"), step?.missing.map((gate) => h("p", { class: "lack" }, `${t("form.report.needs")} ${t(`lifecycle.gate.${gate}`)}`)) ?? []);
  }

  function labelled(name, step) {
    return step.asks.includes(name) ? t(`form.field.${name}`) : `${t(`form.field.${name}`)} ${t("form.report.optional")}`;
  }

  function askedReason(step) {
    const area = h("textarea", { name: "reason", rows: 2, maxlength: MOST_CHARACTERS.reason, value: draft.reason, oninput: () => { draft.reason = area.value; keep(); } });
    return h("label", { class: "field" }, labelled("reason", step), area);
  }

  function asked(name, step) {
    const isCost = name === "cost_vnd";
    const input = h("input", {
      name, type: INPUTS[name], value: draft.values[name] ?? "", maxlength: INPUTS[name] === "text" && MOST_CHARACTERS.cell,
      min: isCost && "0", inputmode: isCost && "numeric", oninput: () => { if (unknown) unknown.checked = false; take(); },
    });
    const unknown = name === "content_until" && h("input", { type: "checkbox", checked: draft.values[name] === null, onchange: take });
    function take() {
      if (unknown && unknown.checked) {
        draft.values[name] = null;
        input.value = "";
      } else if (input.value) draft.values[name] = isCost ? Number(input.value) : input.value;
      else delete draft.values[name];
      keep();
    }
    return h("div", { class: "field" }, h("label", {}, labelled(name, step), input),
      unknown && h("label", { class: "check" }, unknown, t("form.field.unknown")));
  }

  function tell(key, values, ...more) {
    fill(told, h("div", { class: "note bad", role: "alert" }, h("p", {}, t(key, values)), ...more));
  }

  /* What the chosen step still lacks, in words. */
  function lacking() {
    const step = chosen();
    if (!step) return [];
    const isGiven = (name) => (name === "reason" ? draft.reason.trim() : name in draft.values);
    const blanks = step.asks.filter((name) => !isGiven(name));
    asks.querySelector(`[name="${blanks[0]}"]`)?.focus();
    return [...step.missing.map((gate) => t(`lifecycle.gate.${gate}`)), ...blanks.map((name) => t(`form.field.${name}`).toLowerCase())];
  }

  async function submit(event) {
    event.preventDefault();
    if (save.disabled) return;
    save.disabled = true;
    save.textContent = t("form.report.saving");
    await photos.settled();
    save.disabled = false;
    drawSave();
    const says = draft.condition || chosen() || draft.word.trim() || draft.photos.length || draft.point;
    if (!says) { tell("form.report.empty"); return; }
    const lacks = lacking();
    if (lacks.length) { tell("form.report.lacks", { what: lacks.join("; ") }); return; }
    save.disabled = true;
    save.textContent = t(lastPlace() ? "form.report.saving" : "form.place.looking");
    follow();
    const position = await placeNow(PLACE_WAIT_MS);
    const isAsked = place.ask(position);
    if (!isAsked) await put(position, draft.photos);
    drawSave();
    // The second tap of a double tap must not answer a question that was not read yet.
    setTimeout(() => { save.disabled = false; }, isAsked ? UNREAD_MS : 0);
  }

  function bodyOf(position, named) {
    const step = chosen();
    const fields = step ? [...step.asks, ...step.takes] : [];
    const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => fields.includes(name)));
    const reason = draft.reason.trim();
    return {
      pano_id: pano.id, made_at: new Date().toISOString(), made_by: actor.id,
      seen: {
        version: app.bundle.version, pano: Object.fromEntries(SEEN.map((name) => [name, pano[name]])),
        works: Object.fromEntries(pano.works.map(({ id, state }) => [id, { state }])),
      },
      position, far_reason: place.about(position) ? draft.far_reason.trim() : "",
      condition: draft.condition,
      state_step: step && !step.work ? { action: step.action, reason } : null,
      work_step: step?.work ? { work_id: step.work.id, action: step.action, values, reason } : null,
      point: draft.point, word: draft.word.trim(),
      photos: named.map(({ hash, bytes, kind, taken_at, position: at }) => ({ hash, bytes, kind, taken_at, position: at })),
    };
  }

  /* Puts the report into the queue; from then on it is the sender's. */
  async function put(position, named) {
    const report = {
      id: draft.report_id, workspace: app.workspace, account: actor, pano_name: pano.name,
      body: bodyOf(position, named), state: "waiting", receipt: null, problem: null,
    };
    try {
      // The same draft, open in two tabs, is one report.
      if (isKept && !(await draftOf(draft.id))) return tell("form.report.elsewhere");
      await queue(report, photos.withBytes(named), { draft: draft.id, replaces: draft.replaces });
    } catch (error) {
      if (!isFull(error)) return tell("form.full.barred");
      // Nothing is given up unless the person says so.
      const without = h("button", { type: "button", onclick: () => put(position, []) }, t("form.full.without"));
      return tell(named.length ? "form.full.photos" : "form.full.text", {}, named.length > 0 && without);
    }
    return app.saved(report);
  }
}
