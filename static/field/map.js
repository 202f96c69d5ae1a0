/* The map without a network: outlines of the communes and the panos, on one canvas that follows the fingers. */
import { lastPlace } from "./place.js";

const SCALE = 1e5;
const METRES_A_DEGREE = 111_320;
const HIT_PX = 26;
const TAP_PX = 8;
const MARGIN_PX = 24;
const KEYS_PX = 64;
const STEP = 1.6;
const KEY_PAN_PX = 60;
const LEAST_SPAN_DEG = 0.02;

function unpacked(ring) {
  const points = [];
  for (let i = 0, x = 0, y = 0; i < ring.length; i += 2) points.push([(x += ring[i]) / SCALE, (y += ring[i + 1]) / SCALE]);
  return points;
}

export class FieldMap {
  /* `panos`: {id, name, lat, lon, status}; `palette`: the server's; `open(id)` is called at a tap on a pano. */
  constructor(canvas, { map, panos, palette, open }) {
    Object.assign(this, { canvas, palette, open });
    this.panos = panos.filter(({ lat, lon }) => lat !== null && lon !== null);
    this.land = (map.land ?? []).map((shape) => shape.map((polygon) => polygon.map(unpacked)));
    this.communes = map.communes.map(({ name, at, shape }) => ({ name, at: at.map((v) => v / SCALE), shape: shape.map((p) => p.map(unpacked)) }));
    const lats = this.extent().map(([, lat]) => lat);
    this.squeeze = Math.cos((((Math.min(...lats) + Math.max(...lats)) / 2) * Math.PI) / 180);
    this.fingers = new Map();
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.drag(event);
    canvas.onpointerup = (event) => this.lift(event);
    canvas.onpointercancel = ({ pointerId }) => this.fingers.delete(pointerId);
    canvas.onwheel = (event) => { event.preventDefault(); this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, this.at(event)); };
    canvas.onkeydown = (event) => this.key(event);
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  extent() {
    const outlines = this.communes.flatMap(({ shape }) => shape.flatMap(([outer]) => outer));
    return outlines.length ? outlines : this.panos.map(({ lat, lon }) => [lon, lat]);
  }

  resize() {
    const density = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = this.width * density;
    this.canvas.height = this.height * density;
    this.density = density;
    if (!this.scale) this.fit(); else this.draw();
  }

  /* Shows everything. */
  fit() {
    const points = this.panos.length ? this.panos.map(({ lat, lon }) => [lon, lat]) : this.extent(), xs = points.map(([lon]) => lon * this.squeeze), ys = points.map(([, lat]) => lat);
    if (!points.length) return;
    const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const across = Math.max(east - west, LEAST_SPAN_DEG), up = Math.max(north - south, LEAST_SPAN_DEG);
    // The keys lie over the right edge.
    this.scale = Math.min((this.width - KEYS_PX - 2 * MARGIN_PX) / across, (this.height - 2 * MARGIN_PX) / up);
    this.widest = this.scale;
    this.centre = [(west + east) / 2 + KEYS_PX / 2 / this.scale, (south + north) / 2];
    this.draw();
  }

  /* Shows the neighbourhood of a point. */
  goTo({ lat, lon }) {
    this.centre = [lon * this.squeeze, lat];
    this.scale = Math.max(this.scale, this.width / (6000 / METRES_A_DEGREE));
    this.draw();
  }

  pixel([lon, lat]) {
    return [this.width / 2 + (lon * this.squeeze - this.centre[0]) * this.scale, this.height / 2 - (lat - this.centre[1]) * this.scale];
  }

  zoom(factor, [x, y] = [this.width / 2, this.height / 2]) {
    const dx = (x - this.width / 2) / this.scale, dy = (this.height / 2 - y) / this.scale;
    const scale = Math.min(Math.max(this.scale * factor, this.width / 4), this.width * 1e4);
    const kept = this.scale / scale;
    this.centre = [this.centre[0] + dx * (1 - kept), this.centre[1] + dy * (1 - kept)];
    this.scale = scale;
    this.draw();
  }

  pan(dx, dy) {
    this.centre = [this.centre[0] - dx / this.scale, this.centre[1] + dy / this.scale];
    this.draw();
  }

  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.at(event));
    this.moved = this.fingers.size > 1 ? Infinity : 0;
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = this.at(event), [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    this.fingers.set(event.pointerId, now);
    this.moved += Math.hypot(dx, dy);
    const others = [...this.fingers].filter(([id]) => id !== event.pointerId);
    if (!others.length) {
      if (this.moved > TAP_PX) this.pan(dx, dy);
      return;
    }
    const [, [x, y]] = others[0];
    this.zoom(Math.hypot(now[0] - x, now[1] - y) / Math.max(1, Math.hypot(before[0] - x, before[1] - y)), [x, y]);
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
    if (this.moved > TAP_PX) return;
    const [x, y] = this.at(event);
    const near = this.panos
      .map(({ id, lat, lon }) => { const [px, py] = this.pixel([lon, lat]); return { id, away: Math.hypot(px - x, py - y) }; })
      .sort((a, b) => a.away - b.away)[0];
    if (near && near.away <= HIT_PX) this.open(near.id);
  }

  key(event) {
    const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (moves[event.key]) this.pan(...moves[event.key].map((way) => way * KEY_PAN_PX));
    else if (event.key === "+" || event.key === "=") this.zoom(STEP);
    else if (event.key === "-") this.zoom(1 / STEP);
    else return;
    event.preventDefault();
  }

  draw() {
    if (!this.scale || !this.width) return;
    const pen = this.canvas.getContext("2d"), { layers, statuses } = this.palette;
    pen.setTransform(this.density, 0, 0, this.density, 0, 0);
    pen.fillStyle = layers.sea;
    pen.fillRect(0, 0, this.width, this.height);
    for (const shape of this.land) this.shape(pen, shape, layers.land, layers.land_edge, 1);
    for (const { shape } of this.communes) this.shape(pen, shape, layers.commune, layers.commune_edge, 1.4);
    this.names(pen, layers);
    const size = this.scale > 2 * this.widest ? 14 : 9;
    for (const { lat, lon, status } of this.panos) {
      const [x, y] = this.pixel([lon, lat]);
      window.outreach.draw.pano(pen, x, y, size, statuses[status]);
    }
    const me = lastPlace();
    if (me) this.me(pen, me);
  }

  shape(pen, polygons, fill, edge, width) {
    pen.beginPath();
    for (const ring of polygons.flat()) {
      ring.forEach((point, i) => pen[i ? "lineTo" : "moveTo"](...this.pixel(point)));
      pen.closePath();
    }
    pen.fillStyle = fill;
    pen.fill("evenodd");
    pen.lineWidth = width;
    pen.strokeStyle = edge;
    pen.stroke();
  }

  names(pen, layers) {
    pen.font = "600 13px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.lineJoin = "round";
    const taken = [];
    for (const { name, at } of this.communes) {
      const [x, y] = this.pixel(at), half = pen.measureText(name).width / 2 + 4;
      if (taken.some(([tx, ty, th]) => Math.abs(tx - x) < th + half && Math.abs(ty - y) < 18)) continue;
      taken.push([x, y, half]);
      pen.lineWidth = 4;
      pen.strokeStyle = layers.halo;
      pen.strokeText(name, x, y);
      pen.fillStyle = layers.commune_label;
      pen.fillText(name, x, y);
    }
  }

  /* Where the phone is, within the circle of its accuracy. */
  me(pen, { lat, lon, accuracy_m }) {
    const [x, y] = this.pixel([lon, lat]), { selected, halo } = this.palette.layers;
    pen.beginPath();
    pen.arc(x, y, (accuracy_m / METRES_A_DEGREE) * this.scale, 0, 2 * Math.PI);
    pen.globalAlpha = 0.14;
    pen.fillStyle = selected;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    pen.strokeStyle = selected;
    pen.stroke();
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    pen.fillStyle = selected;
    pen.fill();
    pen.lineWidth = 3;
    pen.strokeStyle = halo;
    pen.stroke();
  }
}
