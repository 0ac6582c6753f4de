// The nodes in a ring, the links between them, and what can be done to both.
import { attribute, byId, bytes, h, s, short, text, toggle } from './dom.js';
import { changed, faults, model, onChange, post, toast } from './model.js';

const CENTRE = { x: 210, y: 196 };
const RADIUS = 122;
const NODE = 32;
/** From one moving dot to the next; the style sheet has it too. */
const DOTS = 22;
const svg = byId('ring');
const still = matchMedia('(prefers-reduced-motion: reduce)');
let drawn = '';
let links = [];
let nodes = [];

const names = () => model.nodes.map((node) => node.node);

/** Both sides of the selected nodes, as the notation has them. */
function sides() {
  const chosen = names().filter((name) => model.selected.has(name));
  const others = names().filter((name) => !model.selected.has(name));
  return { chosen: chosen.join(','), others: others.join(',') };
}

function place(index) {
  const angle = (2 * Math.PI * index) / model.nodes.length - Math.PI / 2;
  return { x: CENTRE.x + RADIUS * Math.cos(angle), y: CENTRE.y + RADIUS * Math.sin(angle) };
}

function clickable(element, label, act) {
  attribute(element, 'tabindex', '0');
  attribute(element, 'role', 'button');
  attribute(element, 'aria-label', label);
  element.addEventListener('click', act);
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      act();
    }
  });
}

function build() {
  svg.replaceChildren();
  // Three stand on a side of their ring, five on a node of it.
  svg.setAttribute('viewBox', `0 0 420 ${model.nodes.length === 3 ? 305 : 345}`);
  links = [];
  nodes = [];
  const all = names();
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length; j++) {
      links.push(link(all[i], all[j], place(i), place(j)));
    }
  }
  all.forEach((name, index) => nodes.push(node(name, place(index))));
  svg.append(lasso);
}

function link(a, b, from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const unit = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const ends = (sideways) => ({
    x1: from.x + unit.x * NODE - unit.y * sideways,
    y1: from.y + unit.y * NODE + unit.x * sideways,
    x2: to.x - unit.x * NODE - unit.y * sideways,
    y2: to.y - unit.y * NODE + unit.x * sideways,
  });
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  // On the outer side of the ring: there the labels do not cross.
  const outward = (middle.x - CENTRE.x) * -unit.y + (middle.y - CENTRE.y) * unit.x >= 0 ? 1 : -1;
  const chord = Math.hypot(middle.x - CENTRE.x, middle.y - CENTRE.y) < RADIUS * 0.45;
  const at = (distance) => ({
    x: middle.x - unit.y * outward * distance + (chord && model.nodes.length > 3 ? unit.x * 18 : 0),
    y: middle.y + unit.x * outward * distance + (chord && model.nodes.length > 3 ? unit.y * 18 : 0),
  });
  const label = at(model.nodes.length > 3 ? 10 : 17);
  let turned = (Math.atan2(unit.y, unit.x) * 180) / Math.PI;
  turned = turned > 90 ? turned - 180 : turned <= -90 ? turned + 180 : turned;
  const wire = s('line', { class: 'wire', ...ends(0) });
  const there = flow(unit, longer(ends(4), unit));
  const back = flow({ x: -unit.x, y: -unit.y }, longer(swapped(ends(-4)), { x: -unit.x, y: -unit.y }));
  const words = s('text', { class: 'rate', x: label.x, y: label.y, transform: `rotate(${turned} ${label.x} ${label.y})` });
  const mark = s('text', { class: 'mark', x: middle.x, y: middle.y });
  const title = s('title');
  const group = s('g', { class: 'link', 'data-link': a + b }, title, s('line', { class: 'hit', ...ends(0) }), wire, there.line, back.line, words, mark);
  clickable(group, '', () => click(a, b));
  svg.append(group);
  return { a, b, group, title, wire, there, back, words, mark, angle: (Math.atan2(unit.y, unit.x) * 180) / Math.PI, middle };
}

/** By one dot, below the node that it comes from: as far as a line of dots moves until it looks as it did. */
const longer = ({ x1, y1, x2, y2 }, unit) => ({ x1: x1 - unit.x * DOTS, y1: y1 - unit.y * DOTS, x2, y2 });

const swapped = ({ x1, y1, x2, y2 }) => ({ x1: x2, y1: y2, x2: x1, y2: y1 });

/** Cuts what is whole, and heals what is not; one way: the one, the other, then heals. */
function click(a, b) {
  const there = model.cuts.has(a + '>' + b);
  const back = model.cuts.has(b + '>' + a);
  if (!byId('one-way').checked) {
    faults(there || back ? `heal ${a}|${b}` : `cut ${a}|${b}`);
  } else if (there && back) {
    faults(`heal ${a}|${b}`);
  } else if (there) {
    faults(`heal ${a}>${b}; cut ${b}>${a}`);
  } else if (back) {
    faults(`heal ${b}>${a}`);
  } else {
    faults(`cut ${a}>${b}`);
  }
}

function node(name, at) {
  const crown = s('text', { class: 'crown', x: at.x, y: at.y - 37 }, '♛');
  const role = s('text', { class: 'role', x: at.x, y: at.y + 17 });
  const group = s(
    'g',
    { class: 'node', 'data-node': name },
    s('circle', { cx: at.x, cy: at.y, r: NODE }),
    s('text', { class: 'name', x: at.x, y: at.y + 3 }, name),
    role,
    crown,
  );
  clickable(group, '', () => {
    if (!model.selected.delete(name)) {
      model.selected.add(name);
    }
    changed('selected');
  });
  svg.append(group);
  return { name, group, crown, role, at };
}

/** up, cut, one-way, suspected or dead: what was done first, then what the nodes say. */
function condition(a, b) {
  const up = (name) => model.nodes.find((each) => each.node === name)?.up;
  const sees = (one, other) => model.panels.get(one)?.linked.includes(other);
  const there = model.cuts.has(a + '>' + b);
  const back = model.cuts.has(b + '>' + a);
  const noticed = !sees(a, b) && !sees(b, a);
  if (!up(a) || !up(b)) {
    return { kind: 'dead', words: '' };
  }
  if (there && back) {
    return { kind: 'cut', words: noticed ? 'cut' : 'cut, not noticed yet', mark: '✕' };
  }
  if (there || back) {
    const way = there ? `${a} → ${b} cut` : `${b} → ${a} cut`;
    return { kind: 'one-way', words: noticed ? way : way + ', not noticed yet', mark: '⊣', turned: there };
  }
  return sees(a, b) && sees(b, a) ? { kind: 'up', words: '' } : { kind: 'suspected', words: 'suspected', mark: '?' };
}

function paint() {
  if (drawn !== names().join()) {
    drawn = names().join();
    build();
    presets();
  }
  for (const each of links) {
    const { kind, words, mark, turned } = condition(each.a, each.b);
    attribute(each.group, 'class', 'link ' + kind);
    text(each.mark, mark ?? '');
    if (mark) {
      const angle = mark === '⊣' ? each.angle + (turned ? 0 : 180) : 0;
      attribute(each.mark, 'transform', `rotate(${angle} ${each.middle.x} ${each.middle.y})`);
    }
    const there = model.rates.get(each.a + '>' + each.b) ?? { messages: 0, bytes: 0 };
    const back = model.rates.get(each.b + '>' + each.a) ?? { messages: 0, bytes: 0 };
    const rate = `${short(there.messages + back.messages)} msg/s · ${bytes(there.bytes + back.bytes)}/s`;
    const flows = kind === 'up' || kind === 'one-way';
    move(each.there, flows ? there.messages : 0);
    move(each.back, flows ? back.messages : 0);
    // Between five there is no room for all of it: whoever points at the link reads the rest.
    text(each.words, kind !== 'up' ? (model.nodes.length > 3 && kind === 'cut' ? '' : words) : model.nodes.length > 3 ? `${short(there.messages + back.messages)}/s` : rate);
    text(each.title, `${each.a} – ${each.b}: ${kind === 'up' ? rate : words || kind}`);
    const action = kind === 'up' || kind === 'suspected' ? 'cuts it' : 'heals it';
    attribute(each.group, 'aria-label', `link ${each.a} to ${each.b}: ${kind === 'up' ? 'linked, ' + rate : words || kind}; Enter ${action}`);
  }
  for (const each of nodes) {
    const up = model.nodes.find((known) => known.node === each.name)?.up;
    const locks = model.panels.get(each.name)?.raft['capstan-locks'];
    const leads = up && locks?.role === 'LEADER';
    toggle(each.group, 'down', !up);
    toggle(each.group, 'selected', model.selected.has(each.name));
    toggle(each.group, 'leads', leads);
    text(each.role, !up ? 'killed' : locks ? 'term ' + locks.term : 'silent');
    attribute(each.group, 'aria-pressed', String(model.selected.has(each.name)));
    attribute(each.group, 'aria-label', `node ${each.name}${up ? '' : ', killed'}${leads ? ', leads in term ' + locks.term : ''}; Enter selects it`);
  }
  controls();
}

function controls() {
  const { chosen, others } = sides();
  const usable = chosen !== '' && others !== '';
  for (const button of byId('sides').children) {
    button.disabled = !usable;
  }
  const ways = [...model.cuts];
  const whole = ways.filter((way) => model.cuts.has(way.split('>').reverse().join('>'))).length / 2;
  const half = ways.length - 2 * whole;
  const count = (links, how) => (links === 0 ? [] : [`${links} ${links === 1 ? 'link' : 'links'} ${how}`]);
  const note = model.flaps ? `${model.flaps} flaps` : [...count(whole, 'cut'), ...count(half, 'cut one way')].join(', ') || 'all links whole';
  text(byId('ring-note'), note);
}

/** Every pair of a ring of five that are no neighbours. */
function ring() {
  const all = names();
  const cut = [];
  all.forEach((name, i) => all.slice(i + 2).forEach((other, j) => !(i === 0 && i + 2 + j === all.length - 1) && cut.push(`cut ${name}|${other}`)));
  return cut.join('; ');
}

function presets() {
  const all = names();
  const but = (n) => `${all.slice(0, n).join(',')}|${all.slice(n).join(',')}`;
  const shapes =
    all.length === 3
      ? [['1 | 2', `cut ${but(2)}`], ['line', `cut ${all[0]}|${all[2]}`], ['deaf', `cut ${all[0]},${all[1]}>${all[2]}`]]
      : [['1 | 4', `cut ${but(4)}`], ['2 | 3', `cut ${but(2)}`], ['ring', ring()], ['deaf', `cut ${all.slice(0, 4).join(',')}>${all[4]}`]];
  const words = { line: 'the ends of a line see only the middle', deaf: 'the last node hears nothing, and is heard', ring: 'each sees its two neighbours only' };
  byId('presets').replaceChildren(
    h('button', { id: 'heal', class: 'good', title: 'Every link whole again (H)', onclick: () => faults('heal') }, 'Heal all'),
    ...shapes.map(([name, notation]) =>
      h('button', { title: words[name] ?? notation, 'data-preset': name, onclick: () => faults('heal; ' + notation) }, name),
    ),
    h('button', { title: 'cut and healed every two seconds, until Heal all', 'data-preset': 'flapping', onclick: () => flap(but(all.length - 1)) }, 'flapping'),
    h('button', { class: 'bad', title: 'kill -9 of the process that leads', onclick: () => faults('kill leader') }, 'Kill the leader'),
  );
}

function flap(shape) {
  post('flap?' + new URLSearchParams({ links: shape })).catch((refused) => toast(refused.message));
}

const actions = {
  'Cut off': () => `cut ${sides().chosen}|${sides().others}`,
  'Make deaf': () => `cut ${sides().others}>${sides().chosen}`,
  'Make mute': () => `cut ${sides().chosen}>${sides().others}`,
  Heal: () => `heal ${sides().chosen}|${sides().others}`,
};

/** The selected nodes, cut off: the key C. */
export function cutSelected() {
  if (sides().chosen && sides().others) {
    faults(actions['Cut off']());
  }
}

const MEANING = { 'Make deaf': 'the selected hear nothing of the others, who hear them', 'Make mute': 'the others hear nothing of the selected, who hear them' };
byId('sides').append(...Object.entries(actions).map(([name, notation]) => h('button', { disabled: true, title: MEANING[name], onclick: () => faults(notation()) }, name)));

// ---- A lasso

const lasso = s('rect', { class: 'lasso', width: 0, height: 0 });
let begun = null;

function inside(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { x: point.x, y: point.y };
}

svg.addEventListener('pointerdown', (event) => {
  if (event.target === svg && event.pointerType === 'mouse') {
    begun = inside(event);
    svg.setPointerCapture(event.pointerId);
  }
});
svg.addEventListener('pointermove', (event) => {
  if (begun) {
    const now = inside(event);
    attribute(lasso, 'x', String(Math.min(begun.x, now.x)));
    attribute(lasso, 'y', String(Math.min(begun.y, now.y)));
    attribute(lasso, 'width', String(Math.abs(begun.x - now.x)));
    attribute(lasso, 'height', String(Math.abs(begun.y - now.y)));
  }
});
svg.addEventListener('pointerup', (event) => {
  if (begun) {
    const now = inside(event);
    const within = ({ at }) =>
      at.x > Math.min(begun.x, now.x) && at.x < Math.max(begun.x, now.x) && at.y > Math.min(begun.y, now.y) && at.y < Math.max(begun.y, now.y);
    model.selected = new Set(nodes.filter(within).map((each) => each.name));
    begun = null;
    attribute(lasso, 'width', '0');
    changed('selected');
  }
});

// ---- Messages as they flow: dots, faster the more there are, up to what an eye can follow

/** The browser moves them by itself: nothing is computed, laid out or painted for it here, however many links there are. */
function flow(unit, way) {
  const line = s('line', { class: 'flow', ...way });
  const there = `translate(${unit.x * DOTS}px, ${unit.y * DOTS}px)`;
  const moves = still.matches ? null : line.animate([{ transform: 'none' }, { transform: there }], { duration: 1000, iterations: Infinity });
  moves?.pause();
  return { line, moves, speed: 0 };
}

function move(way, messages) {
  const speed = messages > 0 ? Math.round(8 + 14 * Math.log2(1 + messages)) : 0;
  if (speed === way.speed) {
    return;
  }
  way.speed = speed;
  toggle(way.line, 'flows', speed > 0);
  if (speed > 0) {
    way.moves?.updatePlaybackRate(speed / DOTS);
    way.moves?.play();
  } else {
    way.moves?.pause();
  }
}

onChange(['state', 'cuts', 'panels', 'rates', 'selected'], paint);
