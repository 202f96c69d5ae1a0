/* What is drawn above the data without being part of them: proposed sites, what is tried out, numbers at villages. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});
  const element = outreach.element;
  const MOST_FROM_AFAR = 400, MANY_FROM_ZOOM = 11.5, ZOOM_TO_SITE = 12;

  /* sketch: {sites: [{id, lat, lon, mark, label, radius_m, gone, computed, chosen}], numbers: {village id: text},
     outside: [[[lat, lon], …], …], takes_places: bool, asks: text, about: text, to: {lat, lon, move}}; all that
     is left out is empty. A site that is `gone` is crossed out, one that is only `computed` is hollow; where
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
    }

    show(sketch) {
      const { owner } = this, colors = owner.scene.palette.layers;
      this.layer.clearLayers();
      this.numbers.clearLayers();
      const { asks = "", about = "", takes_places: takes } = sketch || {};
      if (about !== this.about || asks !== this.asks) owner.map.closePopup(owner.popup);
      Object.assign(this, { asks, about, takesPlaces: Boolean(takes || asks) });
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
      const options = { title: site.label, alt: site.label, keyboard: Boolean(site.id), interactive: !this.asks };
      const pin = L.marker(at, { icon, ...options });
      if (site.id) {
        pin.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.owner.report("site", site.id);
        });
      }
      return pin;
    }
  };
})();
