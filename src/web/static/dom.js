// Builds elements. Text goes in as text and attributes as attributes: nothing here, and nothing that uses it, ever makes markup of a string.

const SVG = 'http://www.w3.org/2000/svg';
const NEVER = /^(on|style$|srcdoc$)/i;

function setAttribute(node, name, value) {
  if (NEVER.test(name)) throw new Error(`the attribute ${name} is not set here`);
  if ((name === 'href' || name === 'action') && !/^[/#?]/.test(value)) throw new Error(`${name} leads out of the site: ${value}`);
  node.setAttribute(name, value === true ? '' : String(value));
}

function addChildren(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function build(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'value') node.value = value;
    else setAttribute(node, name, value);
  }
  addChildren(node, children);
  return node;
}

// el('button', { class: 'btn', type: 'button', on: { click } }, 'text', child, …): attributes that are null or false are left out.
export function el(tag, props, ...children) {
  return build(document.createElement(tag), props, children);
}

export function svg(tag, props, ...children) {
  return build(document.createElementNS(SVG, tag), props, children);
}

// One of the shapes of icons.svg: mark('late'). A shape never stands alone: its word is beside it.
export function mark(name, more = '') {
  return svg('svg', { class: `mark ${more}`.trim(), 'aria-hidden': 'true', focusable: 'false' }, svg('use', { href: `#s-${name}` }));
}

export function show(node, ...children) {
  node.replaceChildren();
  addChildren(node, children);
  return node;
}

// Sets only what differs, so that what did not change is not announced again.
export function setText(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

// Makes the children of parent those of items, in their order. A row stays the same element as long as its key is there: so focus and a
// finger that is on it stay where they are. key(item), make(item) → element, update(element, item).
export function keepRows(parent, items, { key, make, update }) {
  const old = new Map();
  for (const node of parent.children) old.set(node.dataset.key, node);
  let at = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let node = old.get(id);
    if (node === undefined) {
      node = make(item);
      node.dataset.key = id;
    }
    old.delete(id);
    update?.(node, item);
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  for (const node of old.values()) node.remove();
}
