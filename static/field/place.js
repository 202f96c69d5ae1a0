/* Where the phone is, how surely, and how far that is from a pano. */
const EARTH_RADIUS_M = 6_371_000;
const FRESH_MS = 60_000;
const OPTIONS = { enableHighAccuracy: true, maximumAge: 10_000, timeout: 20_000 };

let last = null, heardAt = 0, problem = "", watching = null;
const listeners = new Set();

function told(found) {
  const { latitude: lat, longitude: lon, accuracy } = found.coords;
  // Its own time is that of the satellites, and the phone's clock may be wrong: how fresh it is, the phone says.
  heardAt = Date.now();
  last = { lat: round(lat, 6), lon: round(lon, 6), accuracy_m: round(accuracy, 1), at: new Date(found.timestamp).toISOString() };
  problem = "";
  for (const hear of listeners) hear();
}

function failed(error) {
  problem = error.code === error.PERMISSION_DENIED ? "denied" : "unavailable";
  for (const hear of listeners) hear();
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}

/* Follows the phone; the browser asks the person the first time. */
export function follow() {
  if (watching !== null) return;
  watching = navigator.geolocation.watchPosition(told, (error) => {
    failed(error);
    if (problem === "denied") { navigator.geolocation.clearWatch(watching); watching = null; }
  }, OPTIONS);
}

export function isFollowing() {
  return watching !== null;
}

/* Calls `hear` at every new position until `signal` ends it. */
export function onPlace(hear, signal) {
  listeners.add(hear);
  signal?.addEventListener("abort", () => listeners.delete(hear));
}

export function lastPlace() {
  return last;
}

export function placeProblem() {
  return problem;
}

/* The place now: a fresh one at once, else what the phone finds within `waitMs`; null if there is none. */
export function placeNow(waitMs) {
  const age = Date.now() - heardAt;
  if (last && age >= 0 && age < FRESH_MS) return Promise.resolve(last);
  return new Promise((done) => {
    // The browser's own clock stands still as long as the person is asked for leave.
    setTimeout(() => done(null), waitMs);
    navigator.geolocation.getCurrentPosition((found) => { told(found); done(last); }, (error) => { failed(error); done(null); },
      { ...OPTIONS, timeout: waitMs });
  });
}

/* Metres between two points, on a sphere: good to half a percent, far finer than a phone's position. */
export function distance(a, b) {
  const rad = Math.PI / 180;
  const x = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2;
  const y = Math.sin(((b.lon - a.lon) * rad) / 2) ** 2 * Math.cos(a.lat * rad) * Math.cos(b.lat * rad);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(x + y));
}

/* What is doubtful about a place: "none", "poor", "far" or "" for nothing. */
export function doubt(place, pano, limits) {
  if (!place) return "none";
  const known = pano.lat !== null && pano.lon !== null;
  if (known && distance(place, pano) - place.accuracy_m - (pano.accuracy_m ?? 0) > limits.far_m) return "far";
  return place.accuracy_m > limits.poor_accuracy_m ? "poor" : "";
}
