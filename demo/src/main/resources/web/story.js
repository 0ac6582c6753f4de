// The story of a split: what happens, why, and the line of code that does it.
import { attribute, byId, h, text, toggle } from './dom.js';
import { model, onChange, post, toast } from './model.js';

let captions = [];
let parts = null;

async function command(what) {
  try {
    const pause = new URLSearchParams(location.search).get('pause_ms');
    await post('story?' + new URLSearchParams({ do: what, ...(pause ? { pause_ms: pause } : {}) }));
  } catch (refused) {
    toast(refused.message);
  }
}

/** The key S. */
export function nextStep() {
  command('next');
}

function build() {
  const play = h('button', { class: 'primary', id: 'story-play', onclick: () => command('play') }, '▶ Play the story');
  const next = h('button', { id: 'story-next', title: 'Play one step, then wait (S)', onclick: () => command('next') }, 'Next step');
  const stop = h('button', { id: 'story-stop', onclick: () => command('stop') }, 'Stop');
  const where = h('span', { id: 'story-where', class: 'muted' });
  const bar = h('div', { class: 'progress', 'aria-hidden': 'true' }, ...captions.map(() => h('i')));
  const caption = h('p', { id: 'story-caption', class: 'caption', 'aria-live': 'polite' });
  const seen = h('span', { class: 'seen' });
  const why = h('p', { id: 'story-why', class: 'why' });
  const source = h('a', { id: 'story-source', target: '_blank', rel: 'noopener' }, '');
  const body = h('div', { class: 'told' }, h('div', { class: 'row' }, caption, seen), why, source);
  byId('story').replaceChildren(h('div', { class: 'head' }, h('h2', {}, 'The story of a split'), where, h('span', { class: 'grow' }), play, next, stop), bar, body);
  parts = { play, next, stop, where, bar, caption, seen, why, source, body };
}

const WORDS = { clearing: 'clearing the stage …', passed: 'told, every step observed', failed: 'a step was not observed', stopped: 'stopped; a cut that it made stands' };

function paint() {
  if (!parts) {
    return;
  }
  const { state, scene, steps, error } = model.story;
  const runs = ['clearing', 'doing', 'reading'].includes(state);
  toggle(byId('story'), 'running', state !== 'idle');
  parts.stop.hidden = !runs;
  text(parts.play, runs ? '▶ Play on' : state === 'idle' ? '▶ Play the story' : '▶ Play it again');
  const impossible = model.nodes.length !== 3;
  parts.play.disabled = parts.next.disabled = impossible || state === 'clearing';
  text(parts.where, impossible ? 'is told on three nodes: capstan lab' : scene ? `${scene} of ${captions.length}${WORDS[state] ? ', ' + WORDS[state] : ''}` : (WORDS[state] ?? `${captions.length} steps on these nodes, each observed on another node than did it`));
  [...parts.bar.children].forEach((mark, index) => {
    const step = steps[index];
    attribute(mark, 'class', step ? (step.ok ? 'good' : 'bad') : index + 1 === scene && runs ? 'now' : '');
  });
  parts.body.hidden = scene === 0 && !error;
  const told = captions[scene - 1];
  if (told) {
    text(parts.caption, told.text);
    text(parts.why, told.why);
    text(parts.source, `${told.file.split('/').at(-1)}:${told.line} does it`);
    attribute(parts.source, 'href', `/${told.file}#L${told.line}`);
  }
  const step = steps.find((each) => each.number === scene);
  text(parts.seen, error || (!step ? (runs ? '…' : '') : step.ok ? `✓ on ${step.node}, after ${step.ms} ms` : `✗ on ${step.node}: expected “${step.expected}”, saw “${step.observed}”`));
  toggle(parts.seen, 'bad', Boolean(error) || (step && !step.ok));
}

fetch('/api/story')
  .then((response) => response.json())
  .then((all) => {
    captions = all;
    build();
    paint();
  });

onChange(['state'], paint);
