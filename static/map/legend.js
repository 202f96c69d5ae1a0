/* What stands on the map beside its layers: legend with counts, north, notices; all text as text nodes. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});

  const element = (outreach.element = function (tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  });

  function row(kind, symbol, name, count, isShown) {
    return element("li", isShown === false ? "hidden" : "", outreach.icon(kind, symbol, 20), element("span", "name", name),
      count === undefined ? null : element("span", "count", String(count)));
  }

  /* Below the map where there is room, on it where there is not; either way it can be folded. */
  outreach.Legend = class {
    constructor(map) {
      this.body = element("div", "body");
      this.summary = element("summary");
      this.box = element("details", "outreach-legend", this.summary, this.body);
      this.box.open = map.getSize().x >= 600;
      map.getContainer().after(this.box);
      new ResizeObserver(() => this.keepRoom()).observe(this.box);
    }

    /* sections: [{title, rows: [[kind, symbol, name, count, isShown]]}], notes: [text] */
    show(title, sections, notes) {
      this.summary.textContent = title;
      this.body.replaceChildren(...sections.filter((section) => section.rows.length).map((section) =>
        element("section", "", element("h2", "", section.title), element("ul", "", ...section.rows.map((r) => row(...r))))),
        element("p", "note", notes.join(" · ")));
      this.keepRoom();
    }

    /* A legend that a filter shortens leaves its room empty: the map above it does not move. */
    keepRoom() {
      const width = this.box.clientWidth;
      if (width !== this.width) {
        this.width = width;
        this.body.style.removeProperty("--tallest");
      }
      this.body.style.setProperty("--tallest", `${this.body.offsetHeight}px`);
    }
  };

  outreach.North = L.Control.extend({
    options: { position: "topright" },
    onAdd() {
      this._box = element("div", "outreach-north leaflet-control");
      this._box.setAttribute("role", "img");
      return this._box;
    },
    show(letter, label) {
      this._box.setAttribute("aria-label", label);
      this._box.replaceChildren(element("span", "arrow", "▲"), element("span", "", letter));
    },
  });

  outreach.Notice = L.Control.extend({
    options: { position: "topleft" },
    onAdd() {
      this._box = element("div", "outreach-notices leaflet-control");
      this._box.setAttribute("aria-live", "polite");
      this._texts = {};
      return this._box;
    },
    /* One notice for each name; an empty text takes it away. */
    set(name, text, tone) {
      this._texts[name] = text ? [text, tone || ""] : null;
      this._box.replaceChildren(...Object.values(this._texts).filter(Boolean)
        .map(([words, kind]) => element("div", "outreach-notice " + kind, words)));
    },
  });
})();
