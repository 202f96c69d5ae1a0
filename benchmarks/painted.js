/* In every frame: notes when a click came, when the frame showed something new, and what Streamlit sent it. */
(() => {
  const drawn = () => (DRAWN) || "";
  const clock = () => performance.timeOrigin + performance.now();
  let bench;
  try { bench = top.bench = top.bench || { clicked: 0, painted: [], sent: [] }; } catch { return; }
  if (window === top) addEventListener("click", () => { bench.clicked = clock(); }, true);
  addEventListener("message", (event) => {
    if (event.data && event.data.type === "streamlit:render") bench.sent.push(JSON.stringify(event.data.args));
  }, true);
  let before = "";
  function look() {
    const now = drawn();
    if (now && now !== before) {
      before = now;
      /* What changed in this frame is on the screen at the next; the callback after that comes with it there. */
      requestAnimationFrame(() => requestAnimationFrame(() => bench.painted.push(clock())));
    }
    requestAnimationFrame(look);
  }
  /* A frame whose document is only being made forgets what it was asked to do at its next picture. */
  addEventListener("DOMContentLoaded", look);
})();
