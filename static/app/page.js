/* Says in which language the page is, and puts what Streamlit says by itself into that language. */
const NAMES = ["aria-label", "title", "placeholder"];
/* Where Streamlit's own words are text: a link, an open list, what is read out, the uploader, a failed download. */
const TEXTS = "a, [role=listbox] :is(span, div), [role=log] div, [data-testid=stFileUploader] :is(p, [role=alert]), "
  + "[data-testid=stDownloadButtonError], [data-testid=stDownloadButtonError] *";
const spoken = new Map();

/* A label is a text as a whole, or one with a gap "{}" that stands for anything. */
function reader(labels) {
  const gaps = Object.entries(labels).filter(([label]) => label.includes("{}")).map(([label, text]) => {
    const [before, after] = label.split("{}");
    return { before, after, text };
  });
  return function translated(text) {
    const known = spoken.get(text) || text;
    let said = Object.hasOwn(labels, known) ? labels[known] : null;
    for (const { before, after, text: pattern } of said ? [] : gaps) {
      const fits = known.length > before.length + after.length && known.startsWith(before) && known.endsWith(after);
      if (fits) {
        said = pattern.replace("{}", () => known.slice(before.length, known.length - after.length));
        break;
      }
    }
    if (!said || said === text) return text;
    spoken.set(said, known);
    return said;
  };
}

function translate(translated) {
  for (const node of document.querySelectorAll(NAMES.map((name) => `[${name}]`).join())) {
    for (const name of NAMES) {
      const text = node.getAttribute(name);
      if (text && translated(text) !== text) node.setAttribute(name, translated(text));
    }
  }
  for (const node of document.querySelectorAll(TEXTS)) {
    // React keeps the text nodes that it made: they stay, with other words in them.
    for (const child of node.childNodes) {
      const text = child.nodeType === Node.TEXT_NODE ? child.nodeValue.trim() : "";
      if (text && translated(text) !== text) child.nodeValue = child.nodeValue.replace(text, () => translated(text));
    }
  }
}

let observer = null;

export default function ({ data }) {
  const translated = reader(data.labels);
  document.documentElement.lang = data.lang;
  translate(translated);
  if (observer) observer.disconnect();
  let waiting = false;
  observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; translate(translated); });
  });
  const changes = { childList: true, subtree: true, characterData: true, attributeFilter: NAMES };
  observer.observe(document.body, changes);
}
