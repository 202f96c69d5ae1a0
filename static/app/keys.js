/* Reports the arrow keys and those of a presenter's remote, wherever on the page the focus is. */
const STEPS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous" };
/* In these a key has a meaning of its own. */
const BUSY = "input, textarea, select, [role=slider], [role=listbox], [role=combobox], [contenteditable]";

let pressedSoFar = 0;
let stop = () => {};

export default function ({ setTriggerValue }) {
  stop();
  const pressed = (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const inShadow = event.composedPath()[0];
    if (inShadow.closest && inShadow.closest(BUSY)) return;
    event.preventDefault();
    /* Two alike in one run would be taken for one. */
    setTriggerValue("key", `${step}/${++pressedSoFar}`);
  };
  /* Whoever clicked on the map has the focus inside its frame; there arrows would move the map. */
  const frames = () => [...document.querySelectorAll("iframe")].flatMap((frame) => {
    try { return frame.contentDocument ? [frame.contentDocument] : []; } catch { return []; }
  });
  let listening = [];
  const listen = () => {
    for (const page of [document, ...frames()]) {
      if (listening.includes(page)) continue;
      page.addEventListener("keydown", pressed, true);
      listening.push(page);
    }
  };
  listen();
  const timer = setInterval(listen, 1000);
  stop = () => {
    clearInterval(timer);
    for (const page of listening) page.removeEventListener("keydown", pressed, true);
    listening = [];
  };
  return stop;
}
