// What each node answers, side by side: a row for each name, a column for each node. Cells that differ are outlined.
import { attribute, byId, h, text, toggle } from './dom.js';
import { changed, listen, model, onChange, PAGE, SERVICES } from './model.js';
import { act } from './acts.js';

const FIND_AFTER_MS = 250;

const ABOUT = {
  names: ['Names', 'available', 'name → the node whose process has it', 'register'],
  groups: ['Groups', 'available', 'group → its members, by node', 'join'],
  counters: ['Counters', 'available', 'what this node knows of the sum', 'count'],
  locks: ['Locks', 'consistent', 'holder, and who waits; from this node’s own copy of the log', 'acquire'],
  keys: ['Keys', 'consistent', 'value @version; from this node’s own copy of the log', null],
};

/** What a node still lists, and nobody has or is in any more: others may have dropped it from their lists a moment before. */
const left = (service, found) => (service === 'names' && found === '') || (service === 'groups' && Object.keys(found).length === 0);

/** How a cell reads; null: this node knows nothing of it. */
const READ = {
  names: (owner) => owner,
  groups: (members) =>
    Object.entries(members)
      .map(([node, times]) => (times > 1 ? `${node} ×${times}` : node))
      .join(', '),
  counters: (value) => String(value),
  locks: (lock) => (lock.holder ? lock.holder : 'free') + (lock.waiting ? `, ${lock.waiting === 1 ? lock.waiters.join() + ' waits' : lock.waiting + ' wait'}` : ''),
  keys: (entry) => `${entry.value} @${entry.version}`,
};

/** Of a Raft group only who leads in which term is compared: how far a log has come differs all the time. */
const raftText = (peer) => `${peer.role === 'LEADER' ? '♛ ' : ''}${peer.role.toLowerCase()} · term ${peer.term} · commit ${peer.commit}`;

const sections = new Map();
let columns = '';

function build() {
  const root = byId('answers');
  const find = h('input', { type: 'search', id: 'find', placeholder: 'Find by beginning …', 'aria-label': 'Show only what begins with', value: model.find, maxlength: 60 });
  let typing = 0;
  find.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      model.find = find.value;
      SERVICES.forEach((service) => (model.from[service] = ['']));
      listen();
    }, FIND_AFTER_MS);
  });
  const head = h('div', { class: 'head' }, h('h2', {}, 'What each node answers'), h('span', { id: 'agreement', class: 'pill', role: 'status' }), h('span', { class: 'grow' }), find);
  root.replaceChildren(head, ...SERVICES.map(section), raftSection());
}

function nodeHeads() {
  return model.nodes.map((each) => h('th', { scope: 'col', 'data-node': each.node }, each.node));
}

function section(service) {
  const [title, side, what] = ABOUT[service];
  const total = h('span', { class: 'muted total' });
  const before = h('button', { class: 'small', 'aria-label': title + ': the page before', onclick: () => turn(service, -1) }, '‹');
  const after = h('button', { class: 'small', 'aria-label': title + ': the next page', onclick: () => turn(service, 1) }, '›');
  const body = h('tbody');
  const element = h(
    'section',
    { class: 'service', 'data-service': service, 'aria-label': title },
    h('div', { class: 'head' }, h('h3', {}, title), h('span', { class: 'side ' + side }, side), h('span', { class: 'muted what' }, what), h('span', { class: 'grow' }), total, before, after),
    h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''), ...nodeHeads())), body)),
  );
  sections.set(service, { body, total, before, after, rows: new Map() });
  return element;
}

function raftSection() {
  const body = h('tbody');
  sections.set('raft', { body, rows: new Map() });
  return h(
    'section',
    { class: 'service', 'data-service': 'raft', 'aria-label': 'Raft' },
    h('div', { class: 'head' }, h('h3', {}, 'Raft'), h('span', { class: 'side consistent' }, 'consistent'), h('span', { class: 'muted what' }, 'each group’s member on this node: role, term, what it knows to be agreed')),
    h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''), ...nodeHeads())), body)),
  );
}

/** The rows that all answers cover: the first of what any node has from here on. */
function keys(service) {
  const all = new Set();
  for (const panel of model.panels.values()) {
    if (panel) {
      Object.keys(panel[service].rows).forEach((key) => all.add(key));
    }
  }
  // As Java sorts, and so the nodes: by UTF-16 units.
  return [...all].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, PAGE);
}

function turn(service, by) {
  const from = model.from[service];
  if (by < 0 && from.length > 1) {
    from.pop();
  } else if (by > 0) {
    const shown = keys(service);
    if (shown.length === PAGE) {
      from.push(shown.at(-1) + '\u0000');
    }
  }
  listen();
  changed('panels');
}

function row(service, key) {
  const known = sections.get(service).rows.get(key);
  if (known) {
    return known;
  }
  const verb = ABOUT[service]?.[3];
  const cells = model.nodes.map(({ node }) => {
    const value = h('span', { class: 'value' });
    const button = verb ? h('button', { class: 'tiny', onclick: () => act(node, button.dataset.verb, key, '') }, '') : null;
    return { node, value, button, cell: h('td', { 'data-node': node }, value, ...(button ? [button] : [])) };
  });
  const element = h('tr', { 'data-key': key }, h('th', { scope: 'row', title: key }, key), ...cells.map((each) => each.cell));
  const made = { element, cells };
  sections.get(service).rows.set(key, made);
  return made;
}

const LABEL = { register: 'take', unregister: 'free', join: 'join', leave: 'leave', count: '+1', acquire: 'acquire', release: 'release' };

/** What a click in this cell would have the node do. */
function verbOf(service, node, found) {
  if (service === 'names') {
    return found ? 'unregister' : 'register';
  }
  if (service === 'groups') {
    return found?.[node] ? 'leave' : 'join';
  }
  if (service === 'locks') {
    return found?.holder === node ? 'release' : 'acquire';
  }
  return 'count';
}

function paintService(service, shown, read, same) {
  const { body, rows } = sections.get(service);
  let disagreeing = 0;
  for (const [key, known] of rows) {
    if (!shown.includes(key)) {
      known.element.remove();
      rows.delete(key);
    }
  }
  shown.forEach((key, index) => {
    const { element, cells } = row(service, key);
    if (body.children[index] !== element) {
      body.insertBefore(element, body.children[index] ?? null);
    }
    const said = cells.map(({ node }) => {
      const panel = model.panels.get(node);
      return panel ? read(panel, key) : null;
    });
    const answers = said.filter((each) => each !== null).map((each) => same(each));
    const differ = new Set(answers).size > 1;
    disagreeing += differ ? 1 : 0;
    cells.forEach((each, column) => paintCell(service, key, each, said[column], differ));
  });
  return disagreeing;
}

function paintCell(service, key, { node, value, button, cell }, said, differ) {
  text(value, said === null ? 'no answer' : said.text);
  toggle(cell, 'none', said === null || said.missing);
  toggle(cell, 'differs', differ && said !== null);
  attribute(cell, 'title', said?.title ?? '');
  if (button) {
    const verb = verbOf(service, node, said?.found);
    attribute(button, 'data-verb', verb);
    text(button, LABEL[verb]);
    attribute(button, 'aria-label', `${node}: ${LABEL[verb]} ${key}`);
    button.disabled = said === null;
  }
}

function reader(service) {
  return (panel, key) => {
    const found = panel[service].rows[key];
    if (found === undefined || left(service, found)) {
      const nothing = service === 'counters' ? '0' : service === 'locks' ? 'free' : '–';
      return { text: nothing, missing: true, found };
    }
    return { text: READ[service](found), missing: false, found, title: service === 'locks' && found.token ? 'fencing token ' + found.token : '' };
  };
}

function paint() {
  const now = model.nodes.map((each) => each.node).join();
  if (columns !== now) {
    columns = now;
    build();
  }
  if (columns === '') {
    return;
  }
  let disagreeing = 0;
  for (const service of SERVICES) {
    const shown = keys(service);
    disagreeing += paintService(service, shown, reader(service), (said) => said.text);
    const { total, before, after } = sections.get(service);
    const totals = [...model.panels.values()].filter(Boolean).map((panel) => panel[service].total);
    const most = Math.max(0, ...totals);
    const page = model.from[service].length;
    const more = service === 'keys' ? most > PAGE : page * PAGE < most;
    text(total, most === 0 ? '' : service === 'keys' ? (page > 1 || more ? `page ${page}` : '') : most > PAGE ? `${(page - 1) * PAGE + 1}–${Math.min(most, page * PAGE)} of ${most.toLocaleString('en')}` : '');
    before.hidden = after.hidden = page === 1 && !more;
    before.disabled = page === 1;
    after.disabled = !more;
  }
  const groups = [...new Set([...model.panels.values()].filter(Boolean).flatMap((panel) => Object.keys(panel.raft)))].sort();
  disagreeing += paintService(
    'raft',
    groups,
    (panel, key) => (panel.raft[key] ? { text: raftText(panel.raft[key]), peer: panel.raft[key], title: `${panel.raft[key].reached} of ${panel.raft[key].voters} voters in reach, applied to ${panel.raft[key].applied}` } : { text: '–', missing: true }),
    (said) => (said.peer ? said.peer.leader + ' ' + said.peer.term : ''),
  );
  const pill = byId('agreement');
  text(pill, disagreeing === 0 ? 'all agree' : disagreeing === 1 ? '1 row differs' : `${disagreeing} rows differ`);
  attribute(pill, 'data-kind', disagreeing === 0 ? 'live' : 'differs');
}

onChange(['state', 'panels'], paint);
