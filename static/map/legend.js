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

  function row(kind, symbol, name, count) {
    return element("li", "", outreach.icon(kind, symbol, 20), element("span", "name", name),
      count === undefined ? null : element("span", "count", String(count)));
  }

  outreach.Legend = L.Control.extend({
    options: { position: "bottomleft" },

    onAdd(map) {
      this._box = element("details", "outreach-legend leaflet-control");
      this._box.open = map.getSize().x >= 600;
      L.DomEvent.disableClickPropagation(this._box).disableScrollPropagation(this._box);
      return this._box;
    },

    /* sections: [{title, rows: [[kind, symbol, name, count]]}], notes: [text] */
    show(title, sections, notes) {
      const box = this._box;
      box.replaceChildren(element("summary", "", title));
      for (const section of sections) {
        if (!section.rows.length) continue;
        if (section.title) box.append(element("h2", "", section.title));
        box.append(element("ul", "", ...section.rows.map((r) => row(...r))));
      }
      for (const note of notes) box.append(element("p", "note", note));
    },
  });

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
