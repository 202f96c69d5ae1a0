/* Puts a scene on a Leaflet map and changes it in place when a view arrives. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});
  const element = outreach.element;
  const { HIDDEN } = outreach;
  const SCALE = 1e5;
  /* A point drawn by one of outreach.draw; `offset` in pixels keeps points of one place apart. */
  const SymbolMarker = L.CircleMarker.extend({
    _project() {
      L.CircleMarker.prototype._project.call(this);
      const offset = this.options.offset;
      if (offset) { this._point = this._point.add(offset); this._updateBounds(); }
    },
    _updatePath() {
      const renderer = this._renderer, o = this.options;
      if (!renderer._drawing || o.hidden || this._empty()) return;
      outreach.draw[o.kind](renderer._ctx, this._point.x, this._point.y, this._radius, o.symbol);
    },
    _containsPoint(p) {
      return !this.options.hidden && L.CircleMarker.prototype._containsPoint.call(this, p);
    },
  });

  const place = (at) => L.latLng(at[1] / SCALE, at[0] / SCALE);

  function unpackRing(ring) {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < ring.length; i += 2) {
      x += ring[i]; y += ring[i + 1];
      points.push([y / SCALE, x / SCALE]);
    }
    return points;
  }
  const unpack = (polygons) => polygons.map((rings) => rings.map(unpackRing));

  /* Where the n-th of several things in one place is drawn: in pixels around it, on a spiral that stays tight. */
  function spiral(n) {
    const angle = n * 2.4, radius = 8 + 4.5 * Math.sqrt(n);
    return L.point(radius * Math.sin(angle), -radius * Math.cos(angle));
  }

  class OutreachMap extends outreach.Picking {
    constructor(map, options) {
      super();
      this.map = map;
      this.options = options;
      this.tiled = false;
      this.renderer = L.canvas({ padding: 0.4, tolerance: 6 });
      this.notice = new outreach.Notice().addTo(map);
      this.north = new outreach.North().addTo(map);
      this.zoom = L.control.zoom({ position: "topright", zoomInTitle: "+", zoomOutTitle: "−" }).addTo(map);
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
      this.legend = new outreach.Legend(map);
      this.labels = new outreach.LabelLayer();
      this.sketch = new outreach.Sketch(this);
      this.tooltip = L.tooltip({ className: "outreach-tooltip", direction: "top", offset: [0, -10], opacity: 1 });
      this.popup = L.popup({ className: "outreach-popup", autoPanPadding: [24, 48], maxWidth: 280, closeButton: false });
      map.attributionControl.setPrefix(false);
      map.on("zoomend", () => this.scaleSymbols());
    }

    word(key, values) {
      let text = this.scene.words[this.view ? this.view.lang : "vi"][key];
      if (text === undefined) return key;
      for (const [name, value] of Object.entries(values || {})) text = text.replaceAll(`{${name}}`, value);
      return text;
    }

    number(value) { return value.toLocaleString(this.view.lang === "vi" ? "vi-VN" : "en-GB"); }
    length(m) {
      return m < 1000 ? `${this.number(Math.round(m))} m` : `${this.number(Math.round(m / 100) / 10)} km`;
    }
    day(iso) {
      const [y, m, d] = iso.split("-").map(Number);
      return this.view.lang === "vi" ? `${d}/${m}/${y}` :
        new Date(Date.UTC(y, m - 1, d)).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    }

    /* Takes the place of an earlier scene; the map stays where it is unless the area is another. */
    load(scene) {
      if (this.scene) {
        for (const layer of [this.land, this.communeLayer, this.accuracyLayer, this.radiusLayer, this.focusLayer,
          this.symbolLayer, this.labels]) layer.remove();
        this.map.closePopup();
        this.open = this.drawnUnits = this.step = null;
        if (this.tiles) this.tiles.remove();
        this.tiles = null;
        this.tiled = false;
      }
      const elsewhere = this.scene && JSON.stringify(this.scene.bounds) !== JSON.stringify(scene.bounds);
      if (!this.scene || elsewhere) this.unfitted = true;
      this.scene = scene;
      this.view = null;
      /* A view's digits count in the order of the palette. */
      this.classes = Object.keys(scene.palette.classes);
      this.statuses = Object.keys(scene.palette.statuses);
      const { map, renderer } = this, colors = scene.palette.layers, quiet = { renderer, interactive: false };
      map.getContainer().style.background = scene.basemap.extent ? colors.beyond : colors.sea;
      this.land = L.layerGroup(scene.basemap.land.map((shape) => L.polygon(unpack(shape),
        { ...quiet, stroke: true, weight: 0.7, color: colors.land_edge, fillColor: colors.land, fillOpacity: 1 })));
      if (scene.basemap.extent) {
        /* Beyond what the base map covers the map stays blank: no sea where there may be land. */
        const extent = L.latLngBounds(scene.basemap.extent);
        this.land.addLayer(L.rectangle(extent, { ...quiet, stroke: false, fillColor: colors.sea, fillOpacity: 1 }));
      }
      this.land.addTo(map);
      this.communes = {};
      for (const [units, list] of Object.entries(scene.communes)) {
        this.communes[units] = new Map(list.map((commune) => {
          const layer = L.polygon(unpack(commune.shape), { renderer, weight: 1.2, color: colors.commune_edge, fillOpacity: 1 });
          this.react(layer, "commune", commune.code);
          return [commune.code, { ...commune, layer }];
        }));
      }
      this.communeLayer = L.layerGroup().addTo(map);
      this.accuracyLayer = L.layerGroup().addTo(map);
      this.radiusLayer = L.layerGroup().addTo(map);
      this.focusLayer = L.layerGroup().addTo(map);
      this.villages = this.markers("village", scene.villages);
      this.venues = this.markers("venue", scene.venues);
      this.panos = this.markers("pano", scene.panos);
      this.symbolLayer = L.layerGroup().addTo(map);
      /* Villages on top: which of them nothing reaches is what the map is for. */
      for (const marker of [...this.venues, ...this.panos, ...this.villages]) {
        if (marker) this.symbolLayer.addLayer(marker);
      }
      this.labels.addTo(map);
    }

    /* One marker a row (null without a point), those of one place set apart around it. */
    markers(kind, table) {
      const together = new Map(), turns = [];
      table.at.forEach((at, i) => {
        if (!at) return;
        const key = at.join();
        turns[i] = together.get(key) || 0;
        together.set(key, turns[i] + 1);
      });
      return table.at.map((at, i) => {
        if (!at) return null;
        const several = kind === "village" && together.get(at.join()) > 1;
        const offset = several ? spiral(turns[i]) : kind === "pano" ? L.point(0, -13) : null;
        const marker = new SymbolMarker(place(at), {
          renderer: this.renderer, kind, offset, hidden: true, radius: 7,
          symbol: kind === "venue" ? this.scene.palette.venue : this.scene.palette.historical,
        });
        this.react(marker, kind, table.id[i]);
        marker.on("mouseover", () => this.showTooltip(kind, i, marker));
        marker.on("mouseout", () => this.map.closeTooltip(this.tooltip));
        return marker;
      });
    }

    apply(view) {
      const before = this.view || {};
      this.view = view;
      const hide = new Set(view.hide);
      if (before.base !== view.base) this.setBase(view.base);
      if (before.lang !== view.lang) this.relabel();
      this.drawCommunes();
      this.encoded(this.villages, view.villages, (i, digit) => this.scene.villages.historical[i]
        ? { symbol: this.scene.palette.historical, hidden: hide.has("historical") }
        : { symbol: this.scene.palette.classes[this.classes[digit]] });
      this.encoded(this.panos, view.panos, (i, digit) => ({ symbol: this.scene.palette.statuses[this.statuses[digit]] }));
      this.encoded(this.venues, view.venues, () => ({ hidden: hide.has("venues") }));
      this.drawCircles(hide);
      this.scaleSymbols();
      this.setLabels(hide);
      this.sketch.show(view.sketch);
      this.showLegend(hide);
      this.notice.set("date", view.date_note || "");
      this.notice.set("empty", /[0-9]/.test(view.villages + view.panos) ? "" : this.word("map.nothing_left"), "warning");
      const broken = this.scene.basemap.broken.join(", ");
      this.notice.set("basemap", broken && this.word("map.basemap_broken", { files: broken }), "warning");
      this.notice.set("invented", this.scene.invented ? this.word("map.invented") : "", "invented");
      if (this.unfitted) this.fit();
      this.select(view.selected, before.selected);
    }

    /* Once the legend has taken its place, the district fills what is left. */
    fit() {
      this.unfitted = false;
      this.map.invalidateSize({ pan: false });
      this.map.fitBounds(this.scene.bounds, { padding: [18, 18], animate: false });
      if (this.observer) return;
      this.map.setMinZoom(Math.floor(this.map.getZoom()) - 1);
      this.map.setMaxBounds(L.latLngBounds(this.scene.bounds).pad(0.8));
      /* Whoever has not moved the map yet keeps the whole district in sight. */
      this.map.once("zoomanim dragstart", () => { this.moved = true; });
      let area = this.map.getSize();
      this.observer = new ResizeObserver(() => {
        const before = area;
        this.map.invalidateSize({ pan: false });
        area = this.map.getSize();
        const ratio = (area.x * area.y) / Math.max(1, before.x * before.y);
        if (!this.moved && (ratio > 1.3 || ratio < 0.77)) this.fit();
      });
      this.observer.observe(this.map.getContainer());
    }

    encoded(markers, digits, options) {
      markers.forEach((marker, i) => {
        if (!marker) return;
        const seen = digits[i] !== HIDDEN;
        Object.assign(marker.options, { hidden: !seen }, seen ? { hidden: false, ...options(i, Number(digits[i])) } : {});
        marker.redraw();
      });
    }

    drawCommunes() {
      const { view, communeLayer } = this, colors = this.scene.palette.layers;
      const done = new Set(view.areas.done), planned = new Set(view.areas.planned);
      if (this.drawnUnits !== view.units) {
        communeLayer.clearLayers();
        for (const { layer } of this.communes[view.units].values()) communeLayer.addLayer(layer);
        for (const { layer } of this.communes[view.units].values()) layer.bringToBack();
        for (const layer of this.land.getLayers()) layer.bringToBack();
        this.drawnUnits = view.units;
      }
      const showAreas = !view.hide.includes("areas");
      for (const [code, { layer }] of this.communes[view.units]) {
        const chosen = !view.commune || view.commune === code;
        const fill = !showAreas ? colors.commune : done.has(code) ? colors.area_done
          : planned.has(code) ? this.plannedFill() : colors.commune;
        layer.setStyle({
          fillColor: chosen ? fill : colors.land, fillOpacity: this.tiled ? 0.2 : 1,
          weight: view.commune === code ? 2.4 : 1.1,
        });
      }
    }

    /* The planned stripes lie on the commune's own colour. */
    plannedFill() {
      const colors = this.scene.palette.layers;
      this.stripes ||= outreach.stripes(colors.area_planned, colors.commune);
      return this.stripes;
    }

    drawCircles(hide) {
      const colors = this.scene.palette.layers, options = { renderer: this.renderer, interactive: false, weight: 1 };
      this.accuracyLayer.clearLayers();
      this.radiusLayer.clearLayers();
      const drawn = new Set();
      const circles = (kind, table, markers) => markers.forEach((marker, i) => {
        if (!marker || marker.options.hidden) return;
        const accuracy = table.accuracy[i], key = `${table.at[i]} ${accuracy}`;
        if (!hide.has("accuracy") && accuracy >= this.scene.rough_m && !drawn.has(key)) {
          drawn.add(key);
          this.accuracyLayer.addLayer(L.circle(marker.getLatLng(), { ...options, radius: accuracy,
            color: colors.accuracy, opacity: 0.5, dashArray: "2 5", fillOpacity: 0 }));
        }
        if (kind === "pano" && !hide.has("radius") && this.view.serving[i] !== HIDDEN) {
          this.radiusLayer.addLayer(L.circle(marker.getLatLng(), { ...options, radius: table.radius[i],
            color: colors.radius, opacity: 0.65, ...(this.view.serving[i] === "1"
              ? { fillColor: colors.radius, fillOpacity: 0.07 } : { fill: false, dashArray: "6 4" }) }));
        }
      });
      circles("village", this.scene.villages, this.villages);
      circles("venue", this.scene.venues, this.venues);
      circles("pano", this.scene.panos, this.panos);
      this.symbolLayer.eachLayer((layer) => layer.bringToFront());
    }

    scaleSymbols() {
      if (!this.view) return;
      const step = Math.min(1.2, Math.max(0.5, 1 + (this.map.getZoom() - 11.5) * 0.22));
      if (step === this.step) return;
      this.step = step;
      for (const [markers, radius] of [[this.villages, 6.5], [this.venues, 8.5], [this.panos, 10]]) {
        for (const marker of markers) if (marker) marker.setRadius(radius * step);
      }
    }

    setLabels(hide) {
      const colors = this.scene.palette.layers, labels = [], obstacles = [];
      const add = (text, at, options) => labels.push({ text, at: place(at), halo: colors.halo, minZoom: 0, ...options });
      for (const { name, at } of this.communes[this.view.units].values()) {
        add(name, at, { size: 13, weight: 600, color: colors.commune_label, priority: 3, always: true });
      }
      for (const { name, kind, at } of this.scene.basemap.labels) {
        const wet = kind === "sea" || kind === "bay";
        add(name, at, { size: kind === "sea" ? 15 : 12, italic: wet, priority: wet ? 2 : 0,
          color: wet ? colors.sea_label : colors.place_label, halo: wet ? colors.sea : colors.halo,
          minZoom: wet ? 8 : 10, once: true });
      }
      this.villages.forEach((marker, i) => {
        if (!marker || marker.options.hidden) return;
        const old = this.scene.villages.historical[i];
        obstacles.push({ at: marker.getLatLng(), r: 6 });
        add(this.scene.villages.name[i], this.scene.villages.at[i],
          { size: 11, italic: Boolean(old), color: old ? colors.place_label : colors.commune_label,
            above: 15, minZoom: old ? 13 : 12, priority: old ? -1 : 1 });
      });
      this.panos.forEach((marker, i) => {
        if (!marker || marker.options.hidden) return;
        obstacles.push({ at: marker.getLatLng(), r: 10 });
        add(this.scene.panos.name[i], this.scene.panos.at[i],
          { size: 11, weight: 600, color: colors.radius, above: 28, minZoom: 12, priority: 2 });
      });
      this.labels.setLabels(hide.has("labels") ? [] : labels, obstacles);
    }

    showLegend(hide) {
      const { view } = this, { palette } = this.scene, colors = palette.layers;
      const classes = Object.entries(view.legend.classes).map(([name, n]) => ["village", palette.classes[name],
        this.className(name), this.number(n), view.shown.classes.includes(name)]);
      const statuses = Object.entries(view.legend.statuses).map(([name, n]) => ["pano", palette.statuses[name],
        this.word(`terms.status.${name}`), this.number(n), view.shown.statuses.includes(name)]);
      const other = [];
      if (view.legend.venues && !hide.has("venues")) other.push(["venue", palette.venue, this.word("map.venue"), this.number(view.legend.venues)]);
      if (!hide.has("areas") && view.areas.done.length) {
        other.push(["area", { color: colors.area_done, edge: colors.commune_edge }, this.word("map.area_done"), this.number(view.areas.done.length)]);
      }
      if (!hide.has("areas") && view.areas.planned.length) {
        other.push(["area", { color: colors.area_planned, edge: colors.commune_edge, striped: true }, this.word("map.area_planned"), this.number(view.areas.planned.length)]);
      }
      if (!hide.has("radius")) other.push(["ring", { color: colors.radius }, this.word("map.radius")]);
      if (!hide.has("accuracy")) other.push(["ring", { color: colors.accuracy, dashed: true }, this.word("map.accuracy")]);
      if (!hide.has("historical") && view.legend.historical) {
        other.push(["village", palette.historical, this.word("map.historical"), this.number(view.legend.historical)]);
      }
      const notes = view.channels.length ? [view.channels.map((name) => this.word(`terms.channel.${name}`)).join(", ")] : [];
      notes.push(this.word("map.on", { date: this.day(view.on) }));
      if (view.data_date) notes.push(this.word("map.data_date", { date: this.day(view.data_date) }));
      if (this.scene.invented) notes.push(this.word("map.invented"));
      if (this.options.standalone) notes.push(...this.unlocated());
      else if (view.legend.unlocated) notes.push(`${this.word("map.unlocated")}: ${this.number(view.legend.unlocated)}`);
      this.legend.show(this.word(this.options.standalone ? "map.title" : "map.legend"), [
        { title: this.word("map.villages"), rows: classes },
        { title: this.word("map.panos"), rows: statuses },
        { title: this.word("map.other"), rows: other },
      ], notes);
    }

    /* Villages without a point: on the screen a list beside the map has them, in a file the legend must. */
    unlocated() {
      const names = this.scene.villages.name.filter((name, i) => !this.villages[i]
        && !this.scene.villages.historical[i] && this.view.villages[i] !== HIDDEN);
      return names.length ? [`${this.word("map.unlocated")}: ${names.join(", ")}`] : [];
    }

    relabel() {
      this.zoom.remove();
      this.zoom = L.control.zoom({ position: "topright", zoomInTitle: this.word("map.zoom_in"),
        zoomOutTitle: this.word("map.zoom_out"), zoomInText: "+", zoomOutText: "−" }).addTo(this.map);
      this.north.show(this.word("map.north_letter"), this.word("map.north"));
      this.map.getContainer().setAttribute("aria-label", this.word("map.title"));
      this.map.getContainer().setAttribute("role", "region");
    }

    setBase(name) {
      if (this.tiles) this.tiles.remove();
      this.tiles = null;
      this.showTiles(false);
      this.notice.set("base", "");
      const own = name.startsWith("tiles:") && this.view.tiles_url && this.scene.tiles[name.slice(6)];
      const tiles = own ? { ...own, url: this.view.tiles_url.replace("{name}", encodeURIComponent(name.slice(6))) }
        : this.options.tile_layers[name];
      if (!tiles) return;
      /* Leaflet takes an attribution for HTML. */
      const attribution = element("span", "", tiles.attribution).innerHTML;
      this.tiles = L.tileLayer(tiles.url, { attribution, maxNativeZoom: tiles.max_zoom, maxZoom: 19 });
      this.tiles.on("tileload", () => { this.showTiles(true); this.notice.set("base", ""); });
      /* An archive of the office covers what it covers: only on the internet is a missing tile a fault. */
      if (!own) this.tiles.on("tileerror", () => this.notice.set("base", this.word("map.base_unreachable"), "warning"));
      this.tiles.addTo(this.map);
    }

    /* The offline base gives way only once there is something in its place. */
    showTiles(shown) {
      if (this.tiled === shown) return;
      this.tiled = shown;
      if (shown) this.land.remove(); else this.land.addTo(this.map);
      if (this.view) { this.drawnUnits = null; this.drawCommunes(); this.drawCircles(new Set(this.view.hide)); }
    }

    /* What is drawn, for whoever cannot see a canvas: tests and assistive scripts. */
    describe() {
      const seen = (markers) => markers.filter((marker) => marker && !marker.options.hidden).length;
      return {
        units: this.view.units, communes: this.communeLayer.getLayers().length, villages: seen(this.villages),
        panos: seen(this.panos), venues: seen(this.venues), names: this.labels.placed(),
        zoom: this.map.getZoom(), center: this.map.getCenter(), popup: this.map.hasLayer(this.popup),
        circles: this.accuracyLayer.getLayers().length, radii: this.radiusLayer.getLayers().length,
        sites: (this.view.sketch?.sites || []).length, selected: this.view.selected, base: this.view.base, legend: this.view.legend,
      };
    }

    /* Where a thing is drawn, in pixels of the page that holds the map. */
    pixel(kind, id) {
      const marker = this.marker(kind, id);
      if (marker) return this.map.layerPointToContainerPoint(marker._point);
      return this.map.latLngToContainerPoint(place(this.communes[this.view.units].get(id).at));
    }
  }

  let current = null;

  outreach.attach = function (map, options) {
    current = outreach.map = new OutreachMap(map, options);
    if (options.scene) {
      current.load(options.scene);
      current.apply(options.view);
    }
  };

  /* Shows a view; where it belongs to another version of the data, the scene of that is fetched first.
     Of views that arrive meanwhile the last one counts. */
  outreach.update = async function (view) {
    const map = current;
    map.wanted = view;
    if (!map.scene || map.scene.version !== view.version) {
      let scene;
      try {
        const answer = await fetch(view.scene_url, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        scene = await answer.json();
        if (scene.version !== view.version) throw new Error("another version");
      } catch {
        if (map.wanted === view) map.notice.set("scene", view.unreachable, "warning");
        return;
      }
      if (map.wanted !== view) return;
      map.notice.set("scene", "");
      map.load(scene);
    }
    map.apply(view);
  };
})();
