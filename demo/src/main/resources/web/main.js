// Puts the page together.
import { byId } from './dom.js';
import { faults, listen, model, stats } from './model.js';
import './acts.js';
import './answers.js';
import { cutSelected } from './ring.js';
import { nextStep } from './story.js';
import './theme.js';
import './timeline.js';

byId('help').addEventListener('click', () => byId('about').showModal());

const KEYS = { h: () => faults('heal'), c: cutSelected, s: nextStep, '?': () => byId('about').showModal() };

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, select, textarea, dialog');
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    KEYS[event.key.toLowerCase()]?.();
  }
});

listen();

// For the test of the page, and for the curious.
globalThis.lab = { model, stats };
