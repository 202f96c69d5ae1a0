/* A line that is read by eye, mouse, key and screen reader: each of its points can be picked.
   block: {label, axes: [across, up], steps, x_ticks: [[x, text, more]], y_ticks: [[y, text]], points: [{x, y, value, fall, label, pick, selected}]};
   where the line goes in steps, a value holds until the next point, the last one to the edge, and falls are marked. */
const SVG = "http://www.w3.org/2000/svg", AXIS_LINE = 18;
const CHART = { plot: 176, left: 46, right: 18, top: 22, bottom: 26, secondLine: 16, beyond: 14 };

function shape(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function drawChart(block, report, wide) {
  const width = Math.max(wide || 0, 280), { left, right, top } = CHART, { points } = block;
  const xs = points.map((point) => point.x), first = Math.min(...xs), last = Math.max(...xs);
  const highest = Math.max(...block.y_ticks.map(([y]) => y), 1), floor = CHART.plot;
  const height = floor + CHART.bottom + (block.x_ticks.some(([, , more]) => more) ? CHART.secondLine : 0)
    + (block.axes ? AXIS_LINE : 0);
  const end = width - right, beyond = block.steps ? CHART.beyond : 0;
  const toX = (x) => left + (last > first ? (x - first) / (last - first) : 0.5) * (end - beyond - left);
  const toY = (y) => floor - (y / highest) * (floor - top);
  const svg = shape("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": block.label });

  for (const [y, text] of block.y_ticks) {
    svg.append(shape("line", { class: "rule", x1: left, x2: end, y1: toY(y), y2: toY(y) }),
      shape("text", { x: left - 8, y: toY(y) + 4, "text-anchor": "end" }, text));
  }
  for (const [x, text, more] of block.x_ticks) {
    const anchor = toX(x) > width - 40 ? "end" : toX(x) < left + 20 ? "start" : "middle", at = { x: toX(x), "text-anchor": anchor };
    svg.append(shape("text", { ...at, y: floor + 18 }, text), ...(more ? [shape("text", { ...at, y: floor + 34 }, more)] : []));
  }
  if (block.axes) {
    const [across, up] = block.axes;
    svg.append(shape("text", { x: width - right, y: height - 4, "text-anchor": "end" }, across), shape("text", { x: 0, y: 11 }, up));
  }
  const corners = points.flatMap(({ x, y }, i) => (block.steps && i
    ? [[toX(x), toY(points[i - 1].y)], [toX(x), toY(y)]] : [[toX(x), toY(y)]])).map((corner) => corner.join(" "));
  if (beyond) corners.push(`${end} ${toY(points.at(-1).y)}`);
  svg.append(shape("path", { class: "area", d: `M${toX(first)} ${floor} L${corners.join(" L")} L${toX(last) + beyond} ${floor} Z` }),
    shape("path", { class: "line", d: `M${corners.join(" L")}` }));
  const chosen = Math.max(points.findIndex((point) => point.selected), 0);
  const dots = points.map((point, i) => {
    const circle = shape("circle", { cx: toX(point.x), cy: toY(point.y), r: point.selected ? 5 : points.length > 20 ? 2.5 : 4.5 });
    const dot = shape("g", { class: "dot", role: "button", tabindex: i === chosen ? 0 : -1, "aria-label": point.label }, circle);
    dot.dataset.pick = point.pick;
    dot.append(shape("title", {}, point.label));
    if (point.selected) {
      dot.setAttribute("aria-current", "true");
      const anchor = toX(point.x) > width - 60 ? "end" : toX(point.x) < left + 30 ? "start" : "middle";
      dot.append(shape("text", { x: toX(point.x), y: toY(point.y) - 11, "text-anchor": anchor }, point.value));
    }
    dot.addEventListener("keydown", (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: points.length - 1 }[event.key];
      if (dots[to]) dots[to].focus();
      if (event.key === "Enter" || event.key === " ") report(point.pick);
      if (to !== undefined || event.key === "Enter" || event.key === " ") event.preventDefault();
    });
    return dot;
  });
  svg.append(...dots, ...(block.steps ? falls() : []));
  /* A fall is short on an axis that begins at nothing, so its size stands beside it. */
  function falls() {
    return points.slice(1).flatMap((point, i) => (point.y < points[i].y
      ? [shape("text", { class: "fall", x: toX(point.x) - 8, y: toY(point.y) + 16, "text-anchor": "end", "aria-hidden": "true" }, point.fall)] : []));
  }
  /* Points lie close: a click means the nearest. */
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect(), at = ((event.clientX - box.left) / box.width) * width;
    const nearest = points.reduce((best, point) => (Math.abs(toX(point.x) - at) < Math.abs(toX(best.x) - at) ? point : best));
    report(nearest.pick);
  });
  return svg;
}
