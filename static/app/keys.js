/* Reports the arrow keys and those of a presenter's remote, wherever on the page the focus is; F fills the screen. */
const STEPS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous" };
/* In these a key has a meaning of its own. */
const BUSY = "input, textarea, select, [role=slider], [role=listbox], [role=combobox], [role=spinbutton], [contenteditable]";

let pressedSoFar = 0;
let stop = () => {};

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen();
}

export default function ({ data, parentElement, setTriggerValue }) {
  stop();
  const button = parentElement.querySelector("button");
  button.hidden = !document.fullscreenEnabled;
  button.onclick = fillScreen;
  const named = () => {
    button.title = document.fullscreenElement ? data.leave_full_screen : data.full_screen;
    button.setAttribute("aria-label", button.title);
  };
  named();
  document.addEventListener("fullscreenchange", named);
  const pressed = (event) => {
    const isFill = event.key.toLowerCase() === "f" && document.fullscreenEnabled, step = STEPS[event.key];
    if (!(step || isFill) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const inShadow = event.composedPath()[0];
    if (inShadow.closest && inShadow.closest(BUSY)) return;
    event.preventDefault();
    if (isFill) return fillScreen();
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
    document.removeEventListener("fullscreenchange", named);
    for (const page of listening) page.removeEventListener("keydown", pressed, true);
    listening = [];
  };
  return stop;
}
