/* What is drawn above the data without being part of them: proposed sites, what is tried out, numbers at villages. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});
  const element = outreach.element;
  const MOST_FROM_AFAR = 400, MANY_FROM_ZOOM = 11.5, ZOOM_TO_SITE = 12, MOVED_FROM_PX = 4;

  /* sketch: {sites: [{id, lat, lon, mark, label, radius_m, gone, computed, chosen}], numbers: {village id: text},
     outside: [[[lat, lon], …], …], takes_places: bool, moves_panos: bool, gained: [village id, …], lost: [village
     id, …], asks: text, about: text, to: {lat, lon, move}}; all that is left out is empty. Where panos are moved,
     dragging one, or its pin, reports where to; villages gained are ringed, those lost in dashes. A site that is `gone` is crossed out, one that is only `computed` is hollow; where
     places are taken, a click on the map reports one, and while the text `asks` for a place a click on any
     thing does. What is open on the map closes when it is `about` something else. The map goes `to` a place
     once for every new number `move`. */
  outreach.Sketch = class {
    constructor(owner) {
      this.owner = owner;
      this.layer = L.layerGroup().addTo(owner.map);
      this.numbers = L.layerGroup();
      this.asks = this.about = "";
      owner.map.on("zoomend", () => this.setNumbers());
      owner.map.on("click", (event) => {
        if (!this.takesPlaces) return;
        /* Leaflet's own point of a click on a thing is that of the thing, not of the pointer. */
        const at = owner.map.mouseEventToLatLng(event.originalEvent);
        owner.report("place", "", { lat: at.lat, lon: at.lng });
      });
      owner.map.on("mousedown", (event) => this.take(event.originalEvent));
    }

    /* A pano follows the pointer, and the map stays: Leaflet drags markers, but not what is drawn on its canvas.
       By touch a pano is picked first, and its pin dragged. */
    take(event) {
      const { owner } = this, { map } = owner;
      if (!this.movesPanos || this.asks || event.button !== 0 || event.target.closest(".outreach-pin")) return;
      const found = owner.allAt(map.mouseEventToLayerPoint(event)).find(([kind]) => kind === "pano");
      if (!found) return;
      const [, id] = found, start = map.mouseEventToContainerPoint(event);
      const from = map.latLngToContainerPoint(owner.marker("pano", id).getLatLng());
      let pin = null;
      map.dragging.disable();
      const follow = (moved) => {
        const by = map.mouseEventToContainerPoint(moved).subtract(start);
        if (!pin && by.distanceTo([0, 0]) < MOVED_FROM_PX) return;
        pin ||= this.pin(map.containerPointToLatLng(from), { mark: "", chosen: true }).addTo(map);
        pin.setLatLng(map.containerPointToLatLng(from.add(by)));
      };
      const leave = () => {
        document.removeEventListener("mousemove", follow);
        map.dragging.enable();
        if (!pin) return;
        /* The click that ends a drag, where the browser makes one, means nothing else. */
        const swallow = (click) => click.stopPropagation();
        window.addEventListener("click", swallow, { capture: true, once: true });
        setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
        pin.remove();
        this.reportMoved(id, pin.getLatLng());
      };
      document.addEventListener("mousemove", follow);
      document.addEventListener("mouseup", leave, { once: true });
    }

    reportMoved(id, at) { this.owner.report("moved", id, { lat: at.lat, lon: at.lng }); }

    show(sketch) {
      const { owner } = this, colors = owner.scene.palette.layers;
      this.layer.clearLayers();
      this.numbers.clearLayers();
      const { asks = "", about = "", takes_places: takes, moves_panos: moves } = sketch || {};
      if (about !== this.about || asks !== this.asks) owner.map.closePopup(owner.popup);
      Object.assign(this, { asks, about, takesPlaces: Boolean(takes || asks), movesPanos: Boolean(moves) });
      owner.notice.set("place", asks, "asks");
      owner.map.getContainer().classList.toggle("takes-places", this.takesPlaces);
      if (!sketch) return;
      const line = { renderer: owner.renderer, interactive: false, color: colors.sketch };
      for (const ring of sketch.outside || []) {
        this.layer.addLayer(L.polygon(ring, { ...line, weight: 1.5, dashArray: "4 4", fillOpacity: 0.12 }));
      }
      for (const site of sketch.sites || []) {
        const at = L.latLng(site.lat, site.lon);
        if (site.radius_m && !site.gone) {
          this.layer.addLayer(L.circle(at, { ...line, radius: site.radius_m, weight: 2, fillOpacity: 0.08,
            dashArray: site.computed ? "5 5" : null }));
        }
        this.layer.addLayer(this.pin(at, site));
      }
      for (const [ids, dashArray] of [[sketch.gained, null], [sketch.lost, "3 5"]]) {
        for (const id of ids || []) {
          const marker = owner.marker("village", id), ring = { ...line, dashArray, radius: 13, weight: 3, fill: false };
          if (marker && !marker.options.hidden) this.layer.addLayer(L.circleMarker(marker.getLatLng(), ring));
        }
      }
      for (const [id, text] of Object.entries(sketch.numbers || {})) {
        const marker = owner.marker("village", id);
        if (!marker || marker.options.hidden) continue;
        const icon = L.divIcon({ className: "outreach-number", html: element("b", "", text), iconSize: [0, 0] });
        this.numbers.addLayer(L.marker(marker.getLatLng(), { icon, interactive: false, keyboard: false }));
      }
      this.setNumbers();
      const { to } = sketch;
      if (to && to.move !== this.moved) owner.map.setView([to.lat, to.lon], Math.max(owner.map.getZoom(), ZOOM_TO_SITE));
      this.moved = to ? to.move : this.moved;
    }

    /* From afar very many would cover each other. */
    setNumbers() {
      const { map } = this.owner, fits = this.numbers.getLayers().length <= MOST_FROM_AFAR;
      if (fits || map.getZoom() >= MANY_FROM_ZOOM) this.numbers.addTo(map); else this.numbers.remove();
    }

    /* A numbered pin; a button for whoever has no mouse. */
    pin(at, site) {
      const looks = ["gone", "computed", "chosen"].filter((name) => site[name]);
      const icon = L.divIcon({ className: ["outreach-pin", ...looks].join(" "), html: element("b", "", site.mark),
        iconSize: [26, 26], iconAnchor: [13, 13] });
      const options = { title: site.label, alt: site.label, keyboard: Boolean(site.id), interactive: !this.asks,
        draggable: this.movesPanos && Boolean(site.id) && !site.gone };
      const pin = L.marker(at, { icon, ...options });
      if (site.id) {
        pin.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.owner.report("site", site.id);
        });
        pin.on("dragend", () => this.reportMoved(site.id, pin.getLatLng()));
      }
      return pin;
    }
  };
})();
