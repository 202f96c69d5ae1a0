/* What a reader picks on the map: tooltips, popups, the choice among several things in one place, the selection. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});
  const element = outreach.element;
  const HIDDEN = (outreach.HIDDEN = ".");

  /* The part of the map that answers to whoever points at it; map.js adds what is drawn. */
  outreach.Picking = class {
    react(layer, kind, id) {
      layer.on("click", (event) => {
        /* A place is wanted: the map itself answers. */
        if (this.sketch.asks || (kind === "commune" && this.sketch.takesPlaces)) return;
        L.DomEvent.stopPropagation(event);
        /* Leaflet's own point of the event is that of the marker, not of the pointer. */
        const pointer = this.map.mouseEventToLayerPoint(event.originalEvent);
        const there = kind === "commune" ? [] : this.allAt(pointer);
        if (there.length > 1) this.choose(there, event.latlng);
        else this.pick(...(there[0] || [kind, id]), event.latlng);
      });
    }

    pick(kind, id, at) {
      this.openPopup(kind, id, at);
      this.report(kind, id);
    }

    /* Everything that is drawn under a point: [kind, id], villages first. */
    allAt(point) {
      const found = [];
      for (const kind of ["village", "pano", "venue"]) {
        this[`${kind}s`].forEach((marker, i) => {
          const isUnder = marker && !marker.options.hidden && marker._point.distanceTo(point) <= marker._radius + 3;
          if (isUnder) found.push([kind, this.scene[`${kind}s`].id[i]]);
        });
      }
      return found;
    }

    /* Several things in one place: which one is meant? */
    choose(there, at) {
      const list = element("ul", "choices", ...there.map(([kind, id]) => {
        const marker = this.marker(kind, id), lines = this.summary(kind, id);
        const button = element("button", "", outreach.icon(kind, marker.options.symbol, 20),
          element("span", "", element("strong", "", lines[0]), lines[1] ? ` · ${lines[1]}` : ""));
        button.type = "button";
        button.dataset.pick = `${kind}:${id}`;
        button.addEventListener("click", (event) => {
          /* The button goes with the list: for Leaflet it would be a click on the map, which closes the popup. */
          L.DomEvent.stop(event);
          this.pick(kind, id, marker.getLatLng());
        });
        return element("li", "", button);
      }));
      list.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        this.map.closePopup(this.popup);
        this.map.getContainer().focus();
      });
      this.open = null;
      this.map.closeTooltip(this.tooltip);
      this.popup.options.offset = L.point(0, 7);
      this.popup.setContent(element("div", "", element("div", "", this.word("map.several")), list));
      this.map.openPopup(this.popup.setLatLng(at));
      list.querySelector("button").focus();
    }

    /* Tells the page around what was picked; without one (a file from disk) the popup has to do. */
    report(kind, id, more) {
      const state = window.__GLOBAL_DATA__;
      if (!state || !window.Streamlit) return;
      this.picks = (this.picks || 0) + 1;
      state.last_active_drawing = { kind, id, ...more, pick: this.picks };
      state.previous_data = { last_active_drawing: state.last_active_drawing };
      window.Streamlit.setComponentValue(state.previous_data);
    }

    row(kind, id) { return this.scene[`${kind}s`]?.id?.indexOf(id) ?? -1; }

    marker(kind, id) { return (this[`${kind}s`] || [])[this.row(kind, id)]; }

    /* What a thing is, in a few lines: [name, line, …]. */
    summary(kind, id) {
      if (kind === "commune") {
        const commune = this.communes[this.view.units].get(id);
        return commune && [`${commune.kind} ${commune.name}`];
      }
      const i = this.row(kind, id), table = this.scene[`${kind}s`], lines = [];
      if (i < 0) return null;
      if (kind === "village") {
        const digit = this.view.villages[i];
        lines.push(`${table.kind[i]} ${table.name[i]}`, table.historical[i] ? this.word("map.historical")
          : digit === HIDDEN ? "" : this.className(this.classes[digit]));
      } else if (kind === "pano") {
        const digit = this.view.panos[i];
        lines.push(table.name[i], digit === HIDDEN ? "" : this.word(`terms.status.${this.statuses[digit]}`));
      } else lines.push(table.name[i], this.word("map.venue"));
      if (table.accuracy[i] >= this.scene.rough_m) lines.push(this.word("map.approximate", { distance: this.length(table.accuracy[i]) }));
      return lines.filter(Boolean);
    }

    card(kind, id) {
      const lines = this.summary(kind, id);
      return lines && element("div", "", element("strong", "", lines[0]),
        ...lines.slice(1).map((line) => element("div", "", line)));
    }

    showTooltip(kind, i, marker) {
      if (marker.options.hidden) return;
      const at = this.map.layerPointToLatLng(marker._point);
      this.map.openTooltip(this.tooltip.setLatLng(at).setContent(this.card(kind, this.scene[`${kind}s`].id[i])));
    }

    openPopup(kind, id, at) {
      const content = this.card(kind, id);
      if (!content) return;
      this.open = { kind, id };
      this.map.closeTooltip(this.tooltip);
      this.popup.setContent(content);
      const marker = this.marker(kind, id);
      this.popup.options.offset = marker ? L.point(0, -4) : L.point(0, 7);
      this.map.openPopup(this.popup.setLatLng(marker ? this.map.layerPointToLatLng(marker._point) : at));
    }

    select(selected, before) {
      this.focusLayer.clearLayers();
      if (!selected) {
        if (before) this.map.closePopup(this.popup);
        return;
      }
      const { kind, id } = selected, marker = this.marker(kind, id);
      const communes = (kind === "commune" ? [id] : selected.communes || [])
        .map((code) => this.communes[this.view.units].get(code)).filter(Boolean);
      const markers = (marker ? [marker] : (selected.villages || []).map((one) => this.marker("village", one)))
        .filter((one) => one && !one.options.hidden);
      const line = { renderer: this.renderer, interactive: false, color: this.scene.palette.layers.selected, fill: false };
      for (const { layer } of communes) this.focusLayer.addLayer(L.polygon(layer.getLatLngs(), { ...line, weight: 2.5 }));
      for (const one of markers) {
        const radius = one.options.kind === "pano" ? 22 : 14;
        this.focusLayer.addLayer(L.circleMarker(one.getLatLng(), { ...line, weight: 3, radius }));
      }
      const moves = selected.move && (!before || selected.move !== before.move);
      if (this.open && this.map.hasLayer(this.popup)) {
        const content = this.card(this.open.kind, this.open.id);
        if (content) this.popup.setContent(content);
      }
      if (!moves) return;
      this.map.closePopup(this.popup);
      this.moved = true;
      this.map.stop();
      if (marker && markers.length) {
        this.map.setView(marker.getLatLng(), Math.max(this.map.getZoom(), 13));
        this.openPopup(kind, id);
        return;
      }
      const bounds = L.latLngBounds([]);
      for (const { layer } of communes) bounds.extend(layer.getBounds());
      for (const one of markers) bounds.extend(one.getLatLng());
      if (bounds.isValid()) this.map.fitBounds(bounds, { maxZoom: 13, padding: [24, 24] });
    }

    /* Without the plan, what nothing reaches is simply not reached. */
    className(name) {
      return this.word(name === "unreached" && this.view.show === "now" ? "map.unreached_now" : `terms.class.${name}`);
    }
  };
})();
