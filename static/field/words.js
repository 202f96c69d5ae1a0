/* Texts in the reader's language, and elements made of them; every text becomes a text node, never HTML. */
let texts = {}, lang = "vi", locale = "vi-VN";

export function speak(words, language) {
  texts = words[language];
  lang = language;
  locale = language === "vi" ? "vi-VN" : "en-GB";
  document.documentElement.lang = language;
}

export function language() {
  return lang;
}

/* The text of a key with its placeholders filled in; with `n` the right plural. */
export function t(key, values = {}) {
  const plural = values.n === 1 && texts[`${key}.one`] ? "one" : "other";
  const text = texts[key] ?? texts[`${key}.${plural}`];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
}

export function capital(text) {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

export function number(value) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
}

/* 12/10/2026, from 2026-10-12. */
export function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  return `${date}/${month}/${year}`;
}

/* 14:05 of today, else 14:05 12/10. */
export function clock(time) {
  const at = new Date(time), pad = (value) => String(value).padStart(2, "0");
  const hours = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  return at.toDateString() === new Date().toDateString() ? hours : `${hours} ${at.getDate()}/${at.getMonth() + 1}`;
}

export function metres(value) {
  if (value >= 995) return `${number(value / 1000)} km`;
  return `${number(value < 20 ? Math.round(value) : Math.round(value / 5) * 5)} m`;
}

/* Without diacritics and case: "dong hoi" finds "Đông Hội". */
export function fold(text) {
  return text.toLowerCase().replace(/[đð]/g, "d").normalize("NFD").replace(/\p{Mn}/gu, "").trim().replace(/\s+/g, " ");
}

/* An element: `h("button", { class: "big", onclick: go }, "Text")`; false, null and "" children are left out. */
export function h(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element[name] = value;
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

/* Puts children into an element in the place of what it holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

/* Says something to a screen reader. */
export function say(text) {
  document.getElementById("live").textContent = text;
}
