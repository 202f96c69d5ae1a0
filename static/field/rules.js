/* Which steps a person may take: the server's own table (it comes with the bundle), asked by the same rules. */

const known = (value) => value !== null && value !== undefined && value !== "";

const GATES = {
  pano_fits: ({ pano, work, rules }) => rules.pano_states_for[work.kind].includes(pano.state),
  no_twin: ({ work, others }) => !others.includes(work.kind),
  nothing_else_open: ({ others }) => !others.length,
  site_point: ({ pano }) => known(pano.lat) && known(pano.lon),
  cost_or_reason: ({ work }) => known(work.cost_vnd),
  assignee: ({ work }) => known(work.assignee),
  photo_before: ({ photos }) => photos.has("before"),
  photo_after: ({ photos }) => photos.has("after"),
  photo_finished: ({ photos }) => photos.has("finished"),
  position: ({ hasPosition }) => hasPosition,
  someone_else: ({ work }) => !work.mine,
};
const ASKED_ALWAYS = ["content_until", "condition", "reason"];

/* Steps of a work order, or of the pano itself where `work` is null, in the order of the table:
   what each asks for, what it can take besides, and which gates nothing in the form can open. */
export function offers(rules, pano, work, { photos = new Set(), hasPosition = false } = {}) {
  const others = pano.works.filter((other) => other !== work).map((other) => other.kind);
  const all = new Set([...(work?.photos ?? []), ...photos]);
  const facts = { rules, pano, work, others, photos: all, hasPosition: hasPosition || Boolean(work?.has_position) };
  const state = work ? work.state : pano.state;
  return rules.actions
    .filter((action) => rules.rights.includes(action.name) && action.before.includes(state))
    .filter((action) => (work ? action.kinds.includes(work.kind) : !action.kinds.length))
    .map((action) => {
      // A gate that this form does not know yet is judged by the server.
      const unmet = action.gates.filter((gate) => ASKED_ALWAYS.includes(gate) || !(GATES[gate]?.(facts) ?? true));
      const asks = unmet.map((gate) => rules.asks[gate]).filter(Boolean);
      return {
        action: action.name, after: action.after, gates: action.gates, asks,
        takes: action.takes.filter((name) => !asks.includes(name)),
        missing: unmet.filter((gate) => !rules.asks[gate]),
      };
    });
}

/* A pano as it will be once the bundle tells of what this phone has reported. */
export function withQueued(pano, { rules, made_at }, reports) {
  const now = { ...pano, works: pano.works.map((work) => ({ ...work, photos: [...work.photos] })) };
  for (const { body, state, receipt } of reports) {
    const isTold = state === "received" && Date.parse(receipt.received_at) <= Date.parse(made_at);
    if (body.pano_id !== pano.id || isTold || state === "attention" || receipt?.outcome === "in_review") continue;
    if (body.condition) Object.assign(now, { condition: body.condition, checked_on: localDay(body.made_at) });
    if (body.point) Object.assign(now, body.point);
    if (body.state_step) now.state = afterOf(rules, body.state_step.action, now.state) || now.state;
    const work = body.work_step && now.works.find(({ id }) => id === body.work_step.work_id);
    if (!work) continue;
    work.photos.push(...body.photos.map(({ kind }) => kind));
    work.state = afterOf(rules, body.work_step.action, work.state, work.kind) || work.state;
    work.assignee = body.work_step.values.assignee ?? work.assignee;
  }
  now.works = now.works.filter(({ state }) => rules.actions.some(({ kinds, before }) => kinds.length && before.includes(state)));
  return now;
}

function afterOf(rules, name, state, kind) {
  const fits = (action) => action.name === name && action.before.includes(state)
    && (kind ? action.kinds.includes(kind) : !action.kinds.length);
  return rules.actions.find(fits)?.after;
}

/* The day of the district that a time falls on. */
export function localDay(time) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(time));
}
