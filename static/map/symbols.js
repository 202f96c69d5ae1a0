/* Draws the symbols of villages, panos and venues on a canvas: one home for the map, its legend and the lists. */
(function () {
  "use strict";
  const outreach = (window.outreach = window.outreach || {});

  const outlines = {
    circle(ctx, r) { ctx.arc(0, 0, r, 0, 2 * Math.PI); },
    half_circle(ctx, r) { ctx.arc(0, 0, r, 0, 2 * Math.PI); },
    diamond(ctx, r) {
      const s = r * 1.25;
      ctx.moveTo(0, -s); ctx.lineTo(s, 0); ctx.lineTo(0, s); ctx.lineTo(-s, 0); ctx.closePath();
    },
    triangle(ctx, r) {
      const s = r * 1.25;
      ctx.moveTo(0, -s); ctx.lineTo(s * 0.95, s * 0.75); ctx.lineTo(-s * 0.95, s * 0.75); ctx.closePath();
    },
    square(ctx, r) { const s = r * 0.9; ctx.rect(-s, -s, 2 * s, 2 * s); },
    cross(ctx, r) {
      const s = r * 0.7;
      ctx.moveTo(-s, -s); ctx.lineTo(s, s); ctx.moveTo(s, -s); ctx.lineTo(-s, s);
    },
  };

  function village(ctx, x, y, r, symbol) {
    const outline = outlines[symbol.shape];
    ctx.save();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.translate(x, y);
    ctx.lineJoin = "round";
    ctx.beginPath();
    outline(ctx, r);
    ctx.lineWidth = r * 0.45 + 3;
    ctx.strokeStyle = "#ffffff";
    ctx.stroke();
    if (symbol.shape !== "cross") {
      ctx.fillStyle = symbol.filled && symbol.shape !== "half_circle" ? symbol.color : "#ffffff";
      ctx.fill();
    }
    if (symbol.shape === "half_circle") {
      ctx.beginPath();
      ctx.arc(0, 0, r, Math.PI / 2, 1.5 * Math.PI);
      ctx.closePath();
      ctx.fillStyle = symbol.color;
      ctx.fill();
      ctx.beginPath();
      outline(ctx, r);
    }
    ctx.lineWidth = Math.max(1.5, r * 0.35);
    ctx.strokeStyle = symbol.color;
    ctx.stroke();
    ctx.restore();
  }

  const marks = {
    plus(ctx, w, h) { ctx.moveTo(0, -h * 0.55); ctx.lineTo(0, h * 0.55); ctx.moveTo(-h * 0.55, 0); ctx.lineTo(h * 0.55, 0); },
    dots(ctx, w) { for (const x of [-w * 0.5, 0, w * 0.5]) { ctx.moveTo(x + 1, 0); ctx.arc(x, 0, 1, 0, 7); } },
    lines(ctx, w, h) {
      ctx.moveTo(-w * 0.6, -h * 0.35); ctx.lineTo(w * 0.6, -h * 0.35);
      ctx.moveTo(-w * 0.6, h * 0.35); ctx.lineTo(w * 0.2, h * 0.35);
    },
    bang(ctx, w, h) { ctx.moveTo(0, -h * 0.65); ctx.lineTo(0, h * 0.1); ctx.moveTo(0, h * 0.55); ctx.lineTo(0, h * 0.65); },
    tick(ctx, w, h) { ctx.moveTo(-h * 0.6, 0); ctx.lineTo(-h * 0.1, h * 0.5); ctx.lineTo(h * 0.7, -h * 0.5); },
    bars(ctx, w, h) { for (const x of [-w * 0.2, w * 0.2]) { ctx.moveTo(x, -h * 0.55); ctx.lineTo(x, h * 0.55); } },
    cross(ctx, w, h) {
      const s = h * 0.55;
      ctx.moveTo(-s, -s); ctx.lineTo(s, s); ctx.moveTo(s, -s); ctx.lineTo(-s, s);
    },
  };

  /* A board on two posts, twice as wide as `r`, with the mark of its status. */
  function pano(ctx, x, y, r, symbol) {
    const w = r * 1.25, h = r * 0.8;
    ctx.save();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.translate(x, y - r * 0.2);
    ctx.lineCap = ctx.lineJoin = "round";
    const posts = () => {
      ctx.beginPath();
      for (const side of [-w * 0.55, w * 0.55]) { ctx.moveTo(side, h); ctx.lineTo(side, h + r * 0.7); }
    };
    const board = () => { ctx.beginPath(); ctx.roundRect(-w, -h, 2 * w, 2 * h, r * 0.2); };
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = r * 0.22 + 3;
    posts(); ctx.stroke();
    board(); ctx.stroke();
    ctx.strokeStyle = symbol.color;
    ctx.lineWidth = Math.max(1.5, r * 0.22);
    posts(); ctx.stroke();
    board();
    ctx.fillStyle = symbol.filled ? symbol.color : "#ffffff";
    ctx.fill();
    ctx.setLineDash(symbol.filled ? [] : [r * 0.35, r * 0.25]);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.strokeStyle = symbol.filled ? "#ffffff" : symbol.color;
    ctx.lineWidth = Math.max(1.4, r * 0.2);
    ctx.beginPath();
    marks[symbol.shape](ctx, w, h);
    ctx.stroke();
    ctx.restore();
  }

  /* A speech bubble: a place where people talk. */
  function venue(ctx, x, y, r, symbol) {
    ctx.save();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.translate(x, y);
    ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.roundRect(-r, -r * 0.95, 2 * r, r * 1.4, r * 0.4);
    ctx.moveTo(-r * 0.35, r * 0.4); ctx.lineTo(-r * 0.15, r * 1.05); ctx.lineTo(r * 0.35, r * 0.4);
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fillStyle = symbol.color;
    ctx.fill();
    ctx.fillStyle = "#ffffff";
    for (const side of [-0.45, 0, 0.45]) {
      ctx.beginPath(); ctx.arc(side * r, -r * 0.25, r * 0.13, 0, 7); ctx.fill();
    }
    ctx.restore();
  }

  function area(ctx, x, y, r, symbol) {
    ctx.save();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.roundRect(x - r * 1.3, y - r * 0.85, r * 2.6, r * 1.7, 2);
    ctx.fillStyle = symbol.striped ? outreach.stripes(symbol.color, "#ffffff") : symbol.color;
    ctx.fill();
    ctx.strokeStyle = symbol.edge;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.restore();
  }

  function ring(ctx, x, y, r, symbol) {
    ctx.save();
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.setLineDash(symbol.dashed ? [3, 2.5] : []);
    ctx.strokeStyle = symbol.color;
    ctx.lineWidth = 1.4;
    ctx.stroke();
    ctx.restore();
  }

  outreach.draw = { village, pano, venue, area, ring };

  /* Diagonal stripes on a ground, as a fill: told apart from a plain fill without colour. */
  outreach.stripes = function (color, ground) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 10;
    const pen = tile.getContext("2d");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 10, 10);
    pen.strokeStyle = color;
    pen.lineWidth = 2.4;
    pen.beginPath();
    for (const shift of [-10, 0, 10]) { pen.moveTo(shift - 1, 11); pen.lineTo(shift + 11, -1); }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  };

  /* A symbol as a small picture for a legend or a list; it says nothing to a screen reader. */
  outreach.icon = function (kind, symbol, size) {
    const canvas = document.createElement("canvas");
    const density = Math.max(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = size * density;
    canvas.style.width = canvas.style.height = size + "px";
    canvas.setAttribute("aria-hidden", "true");
    const ctx = canvas.getContext("2d");
    ctx.scale(density, density);
    const radius = { village: 0.3, pano: 0.3, venue: 0.36, area: 0.34, ring: 0.4 }[kind] * size;
    outreach.draw[kind](ctx, size / 2, size / 2, radius, symbol);
    return canvas;
  };
})();
