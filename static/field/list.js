/* The panos that a person answers for: as a list, the nearest first where the place is known, or on the map. */
import { FieldMap } from "./map.js";
import { distance, follow, isFollowing, lastPlace, onPlace, placeProblem } from "./place.js";
import { keepSetting } from "./store.js";
import { fill, fold, h, metres, say, t } from "./words.js";

const MOST_ROWS = 200;
const MOVED_M = 25;

export function symbol(status, size, { palette }) {
  return window.outreach.icon("pano", palette.statuses[status], size);
}

/* Draws the list into `main`; `signal` ends what it listens to. */
export function showList(main, app, signal) {
  const rows = h("ul", { class: "rows", "aria-label": t("form.list.title") });
  const search = h("input", {
    type: "search", placeholder: t("form.list.search"), "aria-label": t("form.list.search"), value: app.query,
    autocomplete: "off", enterkeyhint: "search", oninput: () => { app.query = search.value; list(); say(counted()); },
  });
  const near = h("button", { type: "button", class: "near", onclick: locate });
  const hint = h("p", { class: "hint", role: "status" });
  fill(main, h("h1", { class: "unseen" }, t("form.list.title")), h("div", { class: "find" }, search, near), hint, rows,
    app.install && h("button", { type: "button", class: "install", onclick: app.install }, t("form.list.install")));

  function locate() {
    keepSetting("near", true);
    follow();
    nearby();
  }

  function nearby() {
    near.textContent = t(isFollowing() && !lastPlace() && !placeProblem() ? "form.list.near_wait" : "form.list.near");
    near.setAttribute("aria-pressed", Boolean(lastPlace()));
    hint.textContent = placeProblem() ? t(`form.place.${placeProblem()}`) : "";
    hint.hidden = !hint.textContent;
  }

  function found() {
    const asked = fold(app.query);
    const me = lastPlace();
    const away = ({ lat, lon }) => (me && lat !== null ? distance(me, { lat, lon }) : Infinity);
    return app.panos
      .filter(({ name, commune, village }) => fold(`${name} ${commune} ${village ?? ""}`).includes(asked))
      .map((pano) => ({ pano, away: away(pano) }))
      .sort((a, b) => a.away - b.away || a.pano.commune.localeCompare(b.pano.commune, "vi") || a.pano.name.localeCompare(b.pano.name, "vi"));
  }

  function counted() {
    return t("form.list.found", { n: found().length });
  }

  let listedAt = null;

  function list() {
    listedAt = lastPlace();
    const all = found();
    rows.replaceChildren(...all.slice(0, MOST_ROWS).map(row));
    if (!all.length) rows.append(h("li", { class: "calm" }, t(app.panos.length ? "form.list.nothing" : "form.list.none")));
    if (all.length > MOST_ROWS) rows.append(h("li", { class: "calm" }, t("form.list.more", { n: all.length - MOST_ROWS })));
  }

  function row({ pano, away }) {
    const open = pano.works.length;
    const late = pano.works.some(({ due_on }) => due_on && due_on < app.today);
    const waits = app.waitingOf(pano.id);
    return h("li", {}, h("a", { class: "row", href: app.address({ pano: pano.id }), onclick: app.follow },
      symbol(pano.status, 44, app),
      h("span", { class: "what" },
        h("b", {}, pano.name),
        h("span", {}, [pano.commune, t(`terms.status.${pano.status}`)].join(" · ")),
        h("span", { class: "tags" },
          Number.isFinite(away) && h("i", { class: "away" }, metres(away)),
          app.hasDraft(pano.id) && h("i", { class: "tag wait" }, t("form.list.begun")),
          late && h("i", { class: "tag bad" }, t("form.list.late")),
          open > 0 && h("i", { class: "tag" }, t("form.list.open", { n: open })),
          waits > 0 && h("i", { class: "tag wait" }, t("form.list.waits", { n: waits }))))));
  }

  onPlace(() => {
    nearby();
    // A position comes every second: rows that changed each time would slip away under the thumb.
    if (lastPlace() && (!listedAt || distance(lastPlace(), listedAt) > MOVED_M)) list();
  }, signal);
  nearby();
  list();
}

/* Draws the map into `main`. */
export function showMap(main, app, signal) {
  const canvas = h("canvas", { class: "map", tabindex: "0", role: "img", "aria-label": t("form.map.label") });
  const button = (text, label, onclick) => h("button", { type: "button", "aria-label": label, title: label, onclick }, text);
  const map = new FieldMap(canvas, {
    map: app.bundle.map, panos: app.panos, palette: app.palette, open: (id) => app.go({ pano: id }),
  });
  let wanted = false;
  const findMe = () => {
    keepSetting("near", true);
    follow();
    if (lastPlace()) map.goTo(lastPlace()); else wanted = true;
    hint.textContent = placeProblem() ? t(`form.place.${placeProblem()}`) : lastPlace() ? "" : t("form.place.looking");
  };
  const hint = h("p", { class: "hint", role: "status" });
  const shown = [...new Set(app.panos.map(({ status }) => status))];
  main.replaceChildren(
    h("h1", { class: "unseen" }, t("form.map.title")),
    h("div", { class: "mapframe" }, canvas,
      h("div", { class: "mapkeys" },
        button("+", t("form.map.zoom_in"), () => map.zoom(1.6)),
        button("−", t("form.map.zoom_out"), () => map.zoom(1 / 1.6)),
        button("⌂", t("form.map.all"), () => map.fit()),
        button("◎", t("form.map.me"), findMe)),
      hint),
    h("details", { class: "legend" }, h("summary", {}, t("form.map.legend")),
      h("ul", {}, shown.map((status) => h("li", {}, symbol(status, 30, app), t(`terms.status.${status}`))))));
  onPlace(() => {
    hint.textContent = placeProblem() ? t(`form.place.${placeProblem()}`) : "";
    if (wanted && lastPlace()) { wanted = false; map.goTo(lastPlace()); } else map.draw();
  }, signal);
}
