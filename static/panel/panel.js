/* Draws blocks of text, facts and rows beside the map and reports what was picked; all text as text nodes.
   Runs after map/symbols.js, whose icons it uses, and panel/chart.js. */
const { icon } = window.outreach;

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function picture(spec, size) {
  if (!spec) return null;
  const holder = element("span", "icon");
  holder.append(icon(spec.kind, spec.symbol, size));
  if (spec.label) {
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", spec.label);
  }
  return holder;
}

function button(className, pick, children, report) {
  const node = element("button", className, ...children);
  node.type = "button";
  node.dataset.pick = pick;
  node.addEventListener("click", () => report(pick));
  return node;
}

function shot(photo, report) {
  const image = new Image();
  Object.assign(image, { loading: "lazy", alt: photo.alt, src: photo.src });
  const link = element("a", "", image);
  Object.assign(link, { href: photo.full, target: "_blank", rel: "noopener" });
  const caption = element("figcaption", "", photo.caption);
  if (photo.pick) {
    const remove = button("link", photo.pick, [photo.action], report);
    remove.setAttribute("aria-label", `${photo.action}: ${photo.alt}`);
    caption.append(" ", remove);
  }
  return element("figure", "", link, caption);
}

/* Parts of a whole beside each other, from the left; `target` is where what was promised ends. The text beside it says it all. */
function drawBar({ parts, target }) {
  const bar = element("div", "bar", ...parts.filter(([, share]) => share > 0).map(([tone, share]) => {
    const part = element("span", "part " + tone);
    part.style.width = `${100 * share}%`;
    return part;
  }));
  if (target < 1) {
    const mark = element("span", "target");
    mark.style.left = `${100 * target}%`;
    bar.append(mark);
  }
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

const blocks = {
  title(block) {
    return element("div", "title", picture(block.icon, 30),
      element("div", "", element("h2", "", block.text), element("p", "muted", block.sub || "")));
  },
  note(block) {
    const note = element("p", "note " + (block.tone || ""), block.text);
    if (block.live) note.setAttribute("role", block.tone === "warning" ? "alert" : "status");
    return note;
  },
  button(block, report) { return button("open", block.pick, [block.text, " ›"], report); },
  back(block, report) { return button("back", block.pick, ["‹ ", block.text], report); },
  facts(block, report) {
    const list = element("dl", "facts");
    for (const [label, value, pick] of block.rows) {
      list.append(element("dt", "", label),
        element("dd", "", pick ? button("link", pick, [value], report) : value));
    }
    return list;
  },
  rows(block, report) {
    const list = element("ul", "rows");
    for (const row of block.rows) {
      const inside = [picture(row.icon, 22),
        element("span", "words", element("span", "text", row.text), row.sub ? element("span", "sub", row.sub) : null),
        row.right ? element("span", "right " + (row.tone || ""), row.right) : null];
      const item = element("li", "", row.pick ? button("row", row.pick, inside, report) : element("div", "row", ...inside));
      if (row.selected) item.firstChild.setAttribute("aria-current", "true");
      list.append(item);
    }
    return element("section", "", block.title ? element("h3", "", block.title) : null,
      block.rows.length ? list : element("p", "empty", block.empty || ""));
  },
  board(block, report) {
    return element("div", "board", ...block.columns.map((column) => blocks.rows(column, report)));
  },
  /* columns: [{text, number, mark}], rows: [{cells: [text or a cell], pick, selected, group}], total: cells that stay
     below the heads, layout: "cards" (a row is a card on a phone) or "fits" (never scrolls sideways, its heads stay).
     The first cell heads its row. A cell: {text, sub, tone, label, bar: {parts: [[tone, share]], target: share}}. */
  grid(block, report) {
    const kind = (i) => (block.columns[i].number ? "number" : block.columns[i].mark ? "mark" : "");
    const headed = (cells, pick, scope = "row") => cells.map((cell, i) => {
      const { text, sub, tone, label, bar } = typeof cell === "object" ? cell : { text: cell };
      const words = i || !pick ? text : button("link", pick, [text], report);
      const node = element(i ? "td" : "th", `${kind(i)} ${tone || ""}`.trim(),
        bar || sub ? element("div", "measure", element("b", "", words), sub ? element("span", "sub", sub) : null) : words,
        bar ? drawBar(bar) : null);
      if (!i) node.scope = scope;
      node.dataset.head = block.columns[i].text;
      if (label) { node.title = label; node.setAttribute("aria-label", label); }
      return node;
    });
    const heads = element("tr", "", ...block.columns.map(({ text }, i) => {
      const head = element("th", kind(i), element("span", "", text));
      head.scope = "col";
      return head;
    }));
    const body = block.rows.map((one) => {
      const line = element("tr", `${one.pick ? "pickable" : ""} ${one.group ? "group" : ""}`.trim(),
        ...headed(one.cells, one.pick, one.group ? "rowgroup" : "row"));
      if (one.selected) line.setAttribute("aria-current", "true");
      if (one.pick) line.addEventListener("click", (event) => { if (!event.target.closest("button")) report(one.pick); });
      return line;
    });
    const table = element("table", "", element("thead", "", heads, block.total ? element("tr", "total", ...headed(block.total)) : null),
      element("tbody", "", ...body));
    const holder = element("div", "grid " + (block.layout || ""), table);
    holder.tabIndex = 0;
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", block.title || "");
    return element("section", "", block.title ? element("h3", "", block.title) : null,
      block.rows.length ? holder : element("p", "empty", block.empty || ""));
  },
  /* rows: [[tone, text]], what the colours of bars mean. */
  key(block) {
    return element("ul", "key", ...block.rows.map(([tone, text]) => element("li", "", element("span", "swatch part " + tone), text)));
  },
  chart(block, report, width) {
    return element("section", "", element("h3", "", block.title), drawChart(block, report, width));
  },
  photos(block, report) {
    const row = (name, shots) => element("div", "shots", element("h4", "", name),
      ...(shots.length ? shots.map((one) => shot(one, report)) : block.empty ? [element("p", "empty", block.empty)] : []));
    return element("section", "", element("h3", "", block.title),
      element("div", "sides", ...block.sides.map(([name, shots]) => row(name, shots))));
  },
  history(block) {
    const list = element("ol", "history");
    for (const [sentence, more] of block.rows) {
      list.append(element("li", "words", element("span", "", sentence), more ? element("span", "sub", more) : null));
    }
    return element("section", "", element("h3", "", block.title), list);
  },
  filters(block, report) {
    return element("p", "note filters", block.text, " ", button("link", block.pick, [block.button], report));
  },
  figures(block, report) {
    const list = element("ul", "figures" + (block.large ? " large" : block.line ? " line" : ""));
    for (const figure of block.figures) {
      const inside = [element("span", "value", figure.value), element("span", "label", figure.label),
        figure.sub ? element("span", "sub", figure.sub) : null];
      const node = button("figure " + (figure.tone || ""), figure.pick, inside, report);
      if (figure.active) node.setAttribute("aria-current", "true");
      list.append(element("li", "", node));
    }
    return list;
  },
};

/* What is new starts at its top; on a phone the map above it comes into sight as well. */
function toTop(node) {
  for (let box = node; box; box = box.parentElement) {
    if (box.scrollTop) box.scrollTo({ top: 0 });
  }
}

/* What came into sight last. Streamlit may mount a panel anew, even one that is on its way out: it stays put. */
let lastCome = "";

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".panel");
  const focused = parentElement.activeElement || document.activeElement;
  const pick = focused && root.contains(focused) ? focused.dataset.pick : null;
  const report = (value) => setTriggerValue("pick", value);
  root.setAttribute("aria-label", data.label);
  root.replaceChildren(...data.blocks.map((block) => blocks[block.type](block, report, root.clientWidth)));
  if (pick) {
    const buttons = [...root.querySelectorAll("[data-pick]")];
    const again = buttons.find((node) => node.dataset.pick === pick) || buttons[0];
    if (again) again.focus({ preventScroll: true });
  }
  if (root.dataset.view === undefined && data.comes && data.comes !== lastCome) {
    lastCome = data.comes;
    root.scrollIntoView({ block: "start" });
  }
  if (root.dataset.view !== undefined && root.dataset.view !== data.view) toTop(parentElement.host || root);
  root.dataset.view = data.view;
}
