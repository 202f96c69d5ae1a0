/* Where a report is made: how far from the pano and how surely, the one tap that moves the pano there, and the
   reason that is asked for where something is doubtful; none of it stands in the way. */
import { distance, doubt, follow, isFollowing, lastPlace, onPlace, placeNow, placeProblem } from "./place.js";
import { h, metres, say, t } from "./words.js";

const REASONS = { far: ["later", "blocked", "misplaced"], poor: ["weak", "later"], none: ["weak", "refused", "later"] };
const MOST_CHARACTERS = 300;
const PLACE_WAIT_MS = 6_000;

/* Draws the place of a draft's report; `changed()` hears of every change. */
export function placeField({ draft, pano, limits, changed, signal }) {
  const whereabouts = h("p"), warning = h("div", { class: "warning" });
  const finder = h("button", { type: "button", onclick: () => { follow(); draw(); } }, t("form.place.ask"));
  const mover = h("button", { type: "button", onclick: movePano });
  const element = h("div", { class: "place" }, whereabouts, finder, mover);
  let shown = "", asks = false;

  /* A position comes every second: keys stay the same elements, so that no tap and no focus is lost. */
  function draw() {
    const here = lastPlace();
    whereabouts.textContent = told(here);
    finder.hidden = isFollowing();
    mover.hidden = !draft.point && !isBetter(here);
    mover.setAttribute("aria-pressed", Boolean(draft.point));
    if (!mover.hidden) mover.textContent = shift(draft.point ?? here);
    // As long as the phone still looks for its place there is nothing to ask.
    const isLooking = !here && !placeProblem();
    warn(isLooking && !asks ? "" : about(here));
  }

  /* Whether the phone may know better than the record where the pano stands. */
  function isBetter(here) {
    if (!here || pano.lat === null) return Boolean(here);
    const known = pano.accuracy_m ?? Infinity;
    const saysOther = distance(here, pano) > here.accuracy_m && here.accuracy_m <= limits.poor_accuracy_m;
    return saysOther || here.accuracy_m < known;
  }

  function shift(to) {
    const name = draft.point ? "fixed" : "fix", accuracy = metres(to.accuracy_m);
    return pano.lat === null ? t(`form.place.${name}_first`, { accuracy }) : t(`form.place.${name}`, { distance: metres(distance(to, pano)), accuracy });
  }

  function told(here) {
    if (!here) return t(`form.place.${placeProblem() || (isFollowing() ? "looking" : "why")}`);
    const accuracy = metres(here.accuracy_m);
    if (pano.lat === null) return t("form.place.here", { accuracy });
    const away = distance(here, pano);
    return away <= here.accuracy_m ? t("form.place.at", { accuracy }) : t("form.place.away", { distance: metres(away), accuracy });
  }

  async function movePano() {
    const wasMoved = Boolean(draft.point);
    // What the screen shows may be of a while ago, when the phone was elsewhere.
    const here = wasMoved ? null : await placeNow(PLACE_WAIT_MS);
    if (!wasMoved && !isBetter(here)) { whereabouts.textContent = t("form.place.unavailable"); return; }
    draft.point = here && { lat: here.lat, lon: here.lon, accuracy_m: here.accuracy_m };
    changed();
    draw();
  }

  function about(place) {
    return doubt(place, pano, limits);
  }

  function warn(doubtful) {
    // What someone is writing is not taken away.
    if (doubtful === shown || warning.contains(document.activeElement)) return;
    shown = doubtful;
    if (!doubtful) { warning.replaceChildren(); return; }
    const give = (reason) => {
      own.value = draft.far_reason = reason;
      for (const key of keys) key.setAttribute("aria-pressed", key.textContent === reason);
      changed();
    };
    const keys = REASONS[doubtful].map((name) => {
      const reason = t(`form.far.reason_${name}`);
      return h("button", { type: "button", "aria-pressed": String(draft.far_reason === reason), onclick: () => give(reason) }, reason);
    });
    const own = h("input", { type: "text", value: draft.far_reason, "aria-label": t("form.far.own"), placeholder: t("form.far.own"),
      maxlength: MOST_CHARACTERS, oninput: () => give(own.value) });
    warning.replaceChildren(h("div", { class: "note warn" },
      h("p", {}, t(`form.far.${doubtful}`)),
      h("div", { class: "keys" }, keys), own));
  }

  /* Asks for the reason once; says whether there was anything to ask that was not asked before. */
  function ask(place) {
    const doubtful = about(place);
    if (!doubtful || draft.far_reason.trim() || asks) return false;
    asks = true;
    warn(doubtful);
    warning.scrollIntoView({ block: "center" });
    warning.querySelector("button").focus({ preventScroll: true });
    say(t(`form.far.${doubtful}`));
    return true;
  }

  onPlace(draw, signal);
  return { element, warning, draw, ask, about, isAsking: () => asks && Boolean(shown) && !draft.far_reason.trim() };
}
