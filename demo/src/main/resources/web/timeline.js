// What happened, the latest first; and copying it, for others to do it again.
import { byId, h } from './dom.js';
import { model, onChange, toast } from './model.js';

const SHOWN = 200;
let last = 0;

const clock = (ms) => {
  const seconds = ms / 1000;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
};

function line(each) {
  const node = each.node ? h('span', { class: 'chip', 'data-node': each.node }, each.node) : h('span', { class: 'chip all' }, each.kind === 'FAULT' ? '⚡' : '☰');
  const took = each.kind !== 'SEEN' && each.took > 0 ? h('span', { class: 'took' }, each.took + ' ms') : '';
  return h('li', { class: each.kind.toLowerCase() + (each.ok ? '' : ' bad'), 'data-number': each.number }, h('time', {}, clock(each.ms)), node, h('span', { class: 'what' }, each.text), took);
}

function paint() {
  const list = byId('timeline');
  for (const each of model.happened) {
    if (each.number > last) {
      list.prepend(line(each));
      last = each.number;
    }
  }
  while (list.children.length > SHOWN) {
    list.lastChild.remove();
  }
}

async function copy(what, words) {
  const text = await (await fetch('/api/' + what)).text();
  if (text.trim() === '') {
    toast('nothing was cut or killed yet');
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
    toast(`copied: ${words}`);
  } catch {
    // A browser may keep pages from the clipboard: then it is shown.
    open('/api/' + what, '_blank', 'noopener');
  }
}

byId('copy-faults').addEventListener('click', () => copy('faults', 'what was cut and killed, as a schedule'));
byId('copy-test').addEventListener('click', () => copy('junit', 'all that was done, as a test'));

onChange(['happened'], paint);
