/* Says in which language the page is, and puts Streamlit's own few labels into that language. */
const spoken = new Map();

function translate(labels) {
  for (const node of document.querySelectorAll("[aria-label], [title], a")) {
    for (const name of ["aria-label", "title"]) {
      const text = node.getAttribute(name);
      const known = text && (spoken.get(text) || text);
      if (known && labels[known] && labels[known] !== text) {
        node.setAttribute(name, labels[known]);
        spoken.set(labels[known], known);
      }
    }
    if (node.tagName === "A" && !node.children.length) {
      const known = spoken.get(node.textContent) || node.textContent;
      if (labels[known] && labels[known] !== node.textContent) {
        node.textContent = labels[known];
        spoken.set(labels[known], known);
      }
    }
  }
}

let observer = null;

export default function ({ data }) {
  document.documentElement.lang = data.lang;
  translate(data.labels);
  if (observer) observer.disconnect();
  let waiting = false;
  observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; translate(data.labels); });
  });
  observer.observe(document.body, { childList: true, subtree: true });
}
