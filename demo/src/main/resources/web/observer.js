// A page over one node: what it says of itself, once a second, and how long things took, as lines.
import { byId, bytes, h, s, text, toggle } from './dom.js';
import './theme.js';

const KEPT = 120;
const EVERY_MS = 1000;
const WIDTH = 240;
const HEIGHT = 44;
const series = new Map();

async function ask(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(path + ': ' + response.status);
  }
  return response.json();
}

const rows = (id, all) => byId(id).tBodies[0].replaceChildren(...all.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, String(cell))))));

function facts(id, all) {
  byId(id).replaceChildren(...all.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, String(value))]));
}

/** A line of the last two minutes; what failed is a gap. */
function plot(name, value) {
  let known = series.get(name);
  if (!known) {
    const line = s('path', { class: 'plotted' });
    const now = h('b', {});
    const most = h('span', { class: 'muted' });
    known = { values: [], line, now, most };
    series.set(name, known);
    byId('plots').append(
      h('figure', {}, h('figcaption', {}, name + ' ', now, ' ', most), s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': name + ', the last two minutes', preserveAspectRatio: 'none' }, line)),
    );
  }
  known.values.push(value);
  known.values.splice(0, known.values.length - KEPT);
  const top = Math.max(1, ...known.values);
  let path = '';
  let drawing = false;
  known.values.forEach((each, index) => {
    const x = ((KEPT - known.values.length + index) * WIDTH) / (KEPT - 1);
    const y = HEIGHT - 2 - ((HEIGHT - 6) * each) / top;
    path += each < 0 ? '' : `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = each >= 0;
  });
  known.line.setAttribute('d', path);
  text(known.now, value < 0 ? 'failed' : value.toFixed(2));
  toggle(known.now, 'failed', value < 0);
  text(known.most, 'up to ' + top.toFixed(1));
}

function drawn(observed, status, panel) {
  text(byId('title'), 'Capstan node ' + observed.node);
  document.title = 'Capstan node ' + observed.node;
  text(byId('facts'), `incarnation ${status.incarnation} of cluster ${status.cluster.slice(0, 8)}…, pid ${observed.jvm.pid}, up ${Math.round(observed.jvm.uptime_millis / 1000)} s`);
  Object.entries(observed.latencies).forEach(([name, value]) => plot(name, value));
  rows('members', status.members.map((member) => [member.address.replace('pekko://', ''), member.status, member.address === panel.artery ? 'this node' : status.unreachable.includes(member.address) ? 'unreachable' : 'reachable']));
  rows('raft', observed.raft.map((group) => [group.group, group.role.toLowerCase() + (group.resting ? ', resting' : ''), group.term, group.leader ?? '–', `${group.first_index}–${group.last_index}`, group.commit_index, group.applied_index, group.snapshot_index || 'none', group.counts.elections]));
  facts('services', [
    ['linked to', panel.linked.join(', ') || 'nobody'],
    ['names', panel.names.total],
    ['groups', panel.groups.total],
    ['counters', panel.counters.total],
    ['rows of counters', `${observed.counters.rows} of ${observed.counters.slots} starts of nodes, ${observed.counters.operations} operations`],
    ['locks held or waited for', panel.locks.total],
    ['names lost after a split', panel.lost.length],
  ]);
  const files = Object.entries(observed.store);
  const sum = files.reduce((all, [, size]) => all + size, 0);
  facts('store', [
    ['heap', `${bytes(observed.jvm.heap_used)} of ${bytes(observed.jvm.heap_max)}`],
    ['threads', observed.jvm.threads],
    ['directory', bytes(sum)],
    ...files.map(([name, size]) => [name, bytes(size)]),
  ]);
  rows('traffic', observed.traffic.map((each) => [each.protocol, `${each.messages_out} (${bytes(each.bytes_out)})`, `${each.messages_in} (${bytes(each.bytes_in)})`, each.refused, each.dropped]));
  const kinds = [
    ['name', panel.names.rows, (owner) => owner],
    ['group', panel.groups.rows, (members) => Object.entries(members).map(([node, times]) => `${node} ×${times}`).join(', ')],
    ['counter', panel.counters.rows, (value) => value],
    ['lock', panel.locks.rows, (lock) => `${lock.holder || 'free'} ${lock.token}`],
    ['key', panel.keys.rows, (entry) => `${entry.value} @${entry.version}`],
  ];
  rows('rows', kinds.flatMap(([kind, found, read]) => Object.entries(found).map(([name, value]) => [kind, name, read(value)])));
  const tree = observed.tree;
  text(byId('counted'), `${tree.count} in all, ${tree.waiting === 1 ? '1 message waits' : tree.waiting + ' messages wait'}${tree.processes.length < tree.count ? `; the first ${tree.processes.length} of them` : ''}`);
  byId('tree').replaceChildren(
    ...tree.processes.map((each) =>
      h('li', { 'data-depth': Math.min(each.depth, 9), class: each.mailbox > 0 ? 'waits' : null }, h('span', {}, each.name), each.mailbox > 0 ? h('b', {}, ` ${each.mailbox} wait`) : '', each.children > 50 ? h('span', { class: 'muted' }, ` ${each.children} children`) : ''),
    ),
  );
}

async function look() {
  const pill = byId('connection');
  try {
    drawn(...(await Promise.all([ask('/observe'), ask('/status'), ask('/panel?limit=5')])));
    pill.textContent = 'live';
    pill.dataset.kind = 'live';
  } catch (silent) {
    pill.textContent = 'the node does not answer';
    pill.dataset.kind = 'lost';
  }
  setTimeout(look, EVERY_MS);
}

look();
