/* Keeps the form on the phone, whole and of one version (`SHELL` stands above, put there by the server), and sends
   what waits when the phone finds a network while the form is closed. It never touches the queue otherwise. */
import { send } from "./sender.js";

const CACHE = `field-${SHELL.version}`;

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "reload" })));
  const { version } = await (await cache.match("shell.json")).json();
  // The server changed in the middle: a mixture must never be used.
  if (version !== SHELL.version) {
    await caches.delete(CACHE);
    throw new Error("the form changed while it was fetched");
  }
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === "navigate" ? "./" : request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const scope = new URL(self.registration.scope).pathname;
  if (event.request.method === "GET" && pathname.startsWith(scope)) event.respondWith(answer(event.request));
});
self.addEventListener("sync", (event) => {
  // A refusal lets the browser try again later.
  event.waitUntil(send({ now: true }).then((left) => left && Promise.reject(new Error("still waiting"))));
});
