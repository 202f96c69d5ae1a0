/* A layer of names on a canvas that never overlap: the more important name wins its place. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});
  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

  outreach.LabelLayer = L.Layer.extend({
    initialize() { this._labels = []; },

    onAdd(map) {
      const pane = map.getPane("names") || map.createPane("names");
      pane.style.zIndex = 450;
      pane.style.pointerEvents = "none";
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", pane);
      this._canvas.setAttribute("aria-hidden", "true");
      map.on("moveend zoomend viewreset resize", this._draw, this);
      this._draw();
    },

    onRemove(map) {
      this._canvas.remove();
      map.off("moveend zoomend viewreset resize", this._draw, this);
    },

    /* labels: {text, at: LatLng, size, color, halo, weight, italic, above, minZoom, priority}, any order;
       obstacles: {at: LatLng, r}, which a name covers only if it must stand (`always`) and fits nowhere else. */
    setLabels(labels, obstacles) {
      this._labels = labels.slice().sort((a, b) => b.priority - a.priority);
      this._obstacles = obstacles;
      if (this._map) this._draw();
    },

    placed() { return this._placed || []; },

    _draw() {
      const map = this._map, size = map.getSize(), density = window.devicePixelRatio || 1;
      const corner = map.containerPointToLayerPoint([0, 0]);
      L.DomUtil.setPosition(this._canvas, corner);
      this._canvas.width = size.x * density;
      this._canvas.height = size.y * density;
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
      const ctx = this._canvas.getContext("2d");
      ctx.scale(density, density);
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      const symbols = (this._obstacles || []).map((o) => {
        const p = map.latLngToContainerPoint(o.at);
        return [p.x - o.r, p.y - o.r, p.x + o.r, p.y + o.r];
      }).filter((box) => box[2] > -60 && box[3] > -20 && box[0] < size.x + 60 && box[1] < size.y + 20);
      const names = [], free = (box, others) => !others.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
      this._placed = [];
      const zoom = map.getZoom();
      for (const label of this._labels) {
        if (zoom < label.minZoom || (label.once && this._placed.includes(label.text))) continue;
        const p = map.latLngToContainerPoint(label.at);
        if (p.x < -60 || p.y < -20 || p.x > size.x + 60 || p.y > size.y + 20) continue;
        const pixels = zoom < 11 ? label.size - 2 : label.size;
        ctx.font = `${label.italic ? "italic " : ""}${label.weight || 400} ${pixels}px ${FONT}`;
        const w = ctx.measureText(label.text).width / 2 + 2, h = pixels * 0.62;
        const spots = label.above ? [[0, -label.above], [0, label.above], [w + label.above, 0], [-w - label.above, 0]]
          : [[0, 0], [0, -1], [0, 1], [-0.5, 0], [0.5, 0], [0, -2], [0, 2]].map(([dx, dy]) => [dx * w, dy * h * 2]);
        const boxes = spots.map(([dx, dy]) => [p.x + dx - w, p.y + dy - h, p.x + dx + w, p.y + dy + h]);
        const box = boxes.find((b) => free(b, names) && free(b, symbols))
          || (label.always && boxes.find((b) => free(b, names)));
        if (!box) continue;
        names.push(box);
        this._placed.push(label.text);
        const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
        ctx.strokeStyle = label.halo;
        ctx.lineWidth = 3;
        ctx.strokeText(label.text, x, y);
        ctx.fillStyle = label.color;
        ctx.fillText(label.text, x, y);
      }
    },
  });
})();
