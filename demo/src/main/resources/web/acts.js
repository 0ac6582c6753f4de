// Asking a node to do something, and the cards of the nodes.
import { attribute, byId, bytes, h, short, text, toggle } from './dom.js';
import { faults, model, onChange, post, toast } from './model.js';

const VERBS = {
  register: ['register the name', 'alice'],
  unregister: ['unregister the name', 'alice'],
  join: ['join the group', 'room'],
  leave: ['leave the group', 'room'],
  count: ['count on', 'visits'],
  acquire: ['acquire the lock', 'door'],
  release: ['release the lock', 'door'],
  write: ['write the key', 'colour'],
};

const NEXT = {
  RETRY: 'nothing was done; trying again is safe',
  OUTCOME_UNKNOWN: 'it may have been done: look before trying again',
  DO_NOT_RETRY: 'nothing was done; trying again would not help',
};

/** Has a node do something, and says what came of it. */
export async function act(node, verb, name, value) {
  const said = byId('acted');
  said.className = 'acted';
  said.replaceChildren(h('span', { class: 'muted' }, `${node} … ${VERBS[verb][0]} ${name}`));
  try {
    const done = await post('act?' + new URLSearchParams({ node, do: verb, name, value }));
    said.className = 'acted ' + (done.ok ? 'good' : 'bad');
    said.replaceChildren(
      h('b', {}, done.ok ? '✓ ' : '✗ '),
      `${node} ${done.text} `,
      h('span', { class: 'took' }, done.ms + ' ms'),
      ...(done.ok ? [] : [h('div', { class: 'why' }, done.error), h('div', { class: 'next' }, h('code', {}, done.next), ' ', NEXT[done.next] ?? '')]),
    );
  } catch (refused) {
    said.className = 'acted bad';
    said.textContent = refused.message;
    toast(refused.message);
  }
}

let drawn = '';
const cards = new Map();

function form() {
  const nodes = h('fieldset', { class: 'segments', id: 'act-node' }, h('legend', {}, 'node'));
  model.nodes.forEach(({ node }, index) => nodes.append(h('label', {}, h('input', { type: 'radio', name: 'node', value: node, checked: index === 0 }), h('span', {}, node))));
  const verb = h('select', { name: 'verb', id: 'act-verb', 'aria-label': 'What it does' }, ...Object.entries(VERBS).map(([value, [words]]) => h('option', { value }, words)));
  const name = h('input', { name: 'name', id: 'act-name', value: VERBS.register[1], 'aria-label': 'Name', autocomplete: 'off', maxlength: 200, required: true });
  const value = h('input', { name: 'value', id: 'act-value', 'aria-label': 'Value', autocomplete: 'off', maxlength: 200, hidden: true });
  verb.addEventListener('change', () => {
    name.value = VERBS[verb.value][1];
    value.hidden = verb.value !== 'write' && verb.value !== 'count';
    value.value = verb.value === 'count' ? '1' : verb.value === 'write' ? 'green' : '';
  });
  const element = byId('act');
  element.replaceChildren(nodes, verb, name, value, h('button', { class: 'primary', id: 'act-do' }, 'Do'));
  element.onsubmit = (event) => {
    event.preventDefault();
    act(new FormData(element).get('node'), verb.value, name.value, value.value);
  };
}

function card(node) {
  const state = h('span', { class: 'state' });
  const facts = h('dl');
  const button = h('button', { class: 'small', onclick: () => faults((button.dataset.up === 'true' ? 'kill ' : 'restart ') + node) });
  const as = h('button', { class: 'small', title: 'Choose it under “Act as a node”', 'aria-label': 'Act as ' + node, onclick: () => choose(node) }, 'Act as');
  const element = h('article', { class: 'card node-card', 'data-node': node, 'aria-label': 'Node ' + node }, h('div', { class: 'head' }, h('h3', {}, node), state), facts, h('div', { class: 'buttons' }, as, button));
  const rows = Object.fromEntries(
    ['linked to', 'Raft', 'sends', 'process'].map((name) => {
      const value = h('dd');
      facts.append(h('dt', {}, name), value);
      return [name, value];
    }),
  );
  return { element, state, button, as, rows };
}

function choose(node) {
  const radio = document.querySelector(`#act-node input[value="${CSS.escape(node)}"]`);
  radio.checked = true;
  byId('act').scrollIntoView({ block: 'nearest' });
  byId('act-name').focus();
}

function paint() {
  const names = model.nodes.map((each) => each.node).join();
  if (drawn !== names) {
    drawn = names;
    form();
    cards.clear();
    model.nodes.forEach(({ node }) => cards.set(node, card(node)));
    byId('nodes').replaceChildren(...[...cards.values()].map((each) => each.element));
  }
  for (const { node, up, pid } of model.nodes) {
    const { element, state, button, as, rows } = cards.get(node);
    const panel = model.panels.get(node);
    const locks = panel?.raft['capstan-locks'];
    const leads = locks?.role === 'LEADER';
    toggle(element, 'down', !up);
    text(state, !up ? 'killed' : !panel ? 'silent' : leads ? '♛ leader' : locks ? locks.role.toLowerCase() : '');
    attribute(state, 'data-kind', !up ? 'lost' : leads ? 'leads' : panel ? 'live' : 'lost');
    attribute(button, 'data-up', String(up));
    text(button, up ? 'Kill' : 'Restart');
    attribute(button, 'aria-label', (up ? 'Kill ' : 'Restart ') + node);
    toggle(button, 'bad', up);
    toggle(button, 'good', !up);
    as.disabled = !up;
    text(rows['linked to'], !up || !panel ? '–' : panel.linked.join(', ') || 'nobody');
    text(rows.Raft, locks ? `term ${locks.term}, commit ${locks.commit}, ${locks.reached} of ${locks.voters} voters in reach` : '–');
    toggle(rows.Raft, 'minority', locks && locks.reached * 2 <= locks.voters);
    const sent = [...model.rates].filter(([way]) => way.startsWith(node + '>')).reduce((sum, [, rate]) => ({ messages: sum.messages + rate.messages, bytes: sum.bytes + rate.bytes }), { messages: 0, bytes: 0 });
    text(rows.sends, up && panel ? `${short(sent.messages)} msg/s, ${bytes(sent.bytes)}/s` : '–');
    text(rows.process, up ? `pid ${pid}` : 'none');
  }
}

onChange(['state', 'panels', 'rates'], paint);
