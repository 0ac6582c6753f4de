// What is known of the cluster, as its events come in; drawn at most once per frame of the screen.

export const SERVICES = ['names', 'groups', 'counters', 'locks', 'keys'];
export const PAGE = 10;

export const model = {
  nodes: [], // {node, pid, up, http}
  cuts: new Set(), // "a>b"
  flaps: '',
  story: { state: 'idle', scene: 0, auto: false, steps: [], error: '' },
  panels: new Map(), // node -> its own answers, or null while it gives none
  happened: [],
  rates: new Map(), // "a>b" -> {messages, bytes} a second
  selected: new Set(),
  find: '',
  from: Object.fromEntries(SERVICES.map((service) => [service, ['']])), // pages gone through: where each begins
};

/** How well we keep up: for whoever looks, and for the test that measures it. */
export const stats = { updates: 0, frames: 0, longestMs: 0, longestTaskMs: 0, perSecond: 0 };

const SAMPLE_MS = 1000;
const KEPT = 500;
const painters = [];
const samples = new Map();
let dirty = new Set();
let scheduled = false;
let source = null;

/** Has `paint(what)` called when any of `parts` has changed. */
export function onChange(parts, paint) {
  painters.push({ parts, paint });
}

/** Something of the page's own has changed: which node is selected, where a page begins. */
export function changed(part) {
  dirty.add(part);
  if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(draw);
  }
}

function draw() {
  scheduled = false;
  const now = dirty;
  dirty = new Set();
  const start = performance.now();
  for (const { parts, paint } of painters) {
    if (parts.some((part) => now.has(part))) {
      paint();
    }
  }
  stats.frames += 1;
  stats.longestMs = Math.max(stats.longestMs, performance.now() - start);
}

/** Listens to the lab, with the pages that are shown now; again whenever those change. */
export function listen() {
  source?.close();
  const window = new URLSearchParams({ limit: PAGE, find: model.find });
  for (const service of SERVICES) {
    window.set(service, model.from[service].at(-1));
  }
  source = new EventSource('/api/events?' + window);
  source.addEventListener('open', () => status('live', 'live'));
  source.addEventListener('error', () => status('the lab does not answer', 'lost'));
  source.addEventListener('panel', (event) => heard(JSON.parse(event.data)));
  source.addEventListener('state', (event) => {
    const state = JSON.parse(event.data);
    const cuts = new Set(state.cuts);
    const others = cuts.size !== model.cuts.size || [...cuts].some((way) => !model.cuts.has(way));
    Object.assign(model, { nodes: state.nodes, cuts, flaps: state.flaps, story: state.story });
    changed('state');
    if (others) {
      changed('cuts');
    }
  });
  source.addEventListener('happened', (event) => {
    const last = model.happened.at(-1)?.number ?? 0;
    const fresh = JSON.parse(event.data).filter((each) => each.number > last);
    model.happened.push(...fresh);
    model.happened.splice(0, model.happened.length - KEPT);
    changed('happened');
  });
}

function status(words, kind) {
  const pill = document.getElementById('connection');
  pill.textContent = words;
  pill.dataset.kind = kind;
}

function heard(event) {
  stats.updates += 1;
  const panel = event.panel?.incarnation ? event.panel : null;
  if (panel) {
    sample(event.node, panel.traffic);
  }
  model.panels.set(event.node, panel);
  changed('panels');
}

/** Rates are of about a second: shorter ones jump. */
function sample(node, traffic) {
  const now = performance.now();
  const before = samples.get(node);
  if (before && now - before.at < SAMPLE_MS) {
    return;
  }
  samples.set(node, { at: now, traffic });
  for (const [peer, sums] of Object.entries(traffic)) {
    const old = before?.traffic[peer];
    if (old && sums.messages_out >= old.messages_out) {
      const seconds = (now - before.at) / 1000;
      model.rates.set(node + '>' + peer, {
        messages: (sums.messages_out - old.messages_out) / seconds,
        bytes: (sums.bytes_out - old.bytes_out) / seconds,
      });
    }
  }
  changed('rates');
}

/** A browser has six connections to one door, and events hold one: what is asked beyond would wait, and never be seen to. */
const UNDER_WAY_MAX = 5;
let underWay = 0;

/** Asks the lab to do something; throws with its own words when it refuses. */
export async function post(path, body = '') {
  if (underWay >= UNDER_WAY_MAX) {
    throw new Error(`${UNDER_WAY_MAX} requests are under way: wait for one of them`);
  }
  underWay += 1;
  try {
    return await send(path, body);
  } finally {
    underWay -= 1;
  }
}

async function send(path, body) {
  const token = document.querySelector('meta[name=capstan-token]').content;
  const response = await fetch('/api/' + path, { method: 'POST', headers: { 'X-Capstan-Token': token }, body });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

/** Faults in their notation. */
export async function faults(notation) {
  try {
    await post('faults', notation);
  } catch (refused) {
    toast(refused.message);
  }
}

let toasting = 0;

/** Says something that passes. */
export function toast(words) {
  const element = document.getElementById('toast');
  element.textContent = words;
  element.classList.add('shown');
  clearTimeout(toasting);
  toasting = setTimeout(() => element.classList.remove('shown'), 6000);
}

let counted = 0;
setInterval(() => {
  stats.perSecond = stats.updates - counted;
  counted = stats.updates;
  document.getElementById('tempo').textContent = stats.perSecond + '/s · ' + stats.longestMs.toFixed(0) + ' ms';
  stats.longestMs = 0;
}, 1000);

if (globalThis.PerformanceObserver?.supportedEntryTypes?.includes('longtask')) {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      stats.longestTaskMs = Math.max(stats.longestTaskMs, entry.duration);
    }
  }).observe({ entryTypes: ['longtask'] });
}
