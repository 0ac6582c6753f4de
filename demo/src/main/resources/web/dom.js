// Elements made and changed without HTML from strings: what nodes say is only ever text.

/** An element; attributes that begin with "on" are listeners, and those that are null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same, of SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat());
  return element;
}

/** Sets a text only where it differs: what is selected by a reader, or read aloud, stays. */
export function text(element, value) {
  if (element.textContent !== value) {
    element.textContent = value;
  }
}

export function attribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

export function toggle(element, name, on) {
  if (element.classList.contains(name) !== Boolean(on)) {
    element.classList.toggle(name, Boolean(on));
  }
}

export const byId = (id) => document.getElementById(id);

/** Large numbers as people read them. */
export function short(number) {
  if (number < 1000) {
    return number < 10 && number > 0 ? number.toFixed(1) : Math.round(number).toString();
  }
  return number < 1e6 ? (number / 1e3).toFixed(1) + ' k' : (number / 1e6).toFixed(1) + ' M';
}

/** The same of bytes, with their unit. */
export function bytes(number) {
  const said = short(number);
  return said + (said.includes(' ') ? 'B' : ' B');
}
