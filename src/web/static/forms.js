// Forms: fields with their labels, one sending at a time, and what the daemon says of them: a summary that takes the focus and leads to each field,
// and the words at the field as well.
import { newKey } from './api.js';
import { el, show } from './dom.js';
import { told } from './faults.js';

let count = 0;

function input(field, id) {
  const { name, kind, options = [], value = '', attributes = {} } = field;
  if (kind === 'select') return el('select', { class: 'in', id, name, ...attributes }, options.map(([v, text]) => el('option', { value: v, selected: v === value }, text)));
  if (kind === 'text') return el('textarea', { class: 'in', id, name, rows: 6, ...attributes, value });
  return el('input', { class: 'in', id, name, autocomplete: 'off', spellcheck: 'false', type: kind || 'text', ...attributes, value });
}

// fields: [{ name, label, pointers: of the daemon's faults that belong to it, kind, options, value, attributes, hint }]. send(values, key): the key
// stays the same as long as the values do, so that what is sent twice is done once. → form; form.values(), form.explain(fault).
export function makeForm({ title, fields, button, send, kind = '', small = false, danger = false }) {
  const own = `form-${++count}`;
  const idOf = (name) => `${own}-${name}`;
  const summary = el('div', { class: 'errs', role: 'alert', tabindex: '-1', hidden: true });
  const submit = el('button', { class: `btn ${danger ? '' : 'btn--go'} ${small ? '' : 'btn--l'}`, type: 'submit' }, button);
  const form = el('form', { class: `fields ${kind}`.trim(), novalidate: true }, title && el('h2', {}, title), summary,
    fields.map((field) => el('p', { class: 'field' }, el('label', { for: idOf(field.name) }, field.label), input(field, idOf(field.name)),
      field.hint && el('span', { class: 'hint' }, field.hint), el('span', { class: 'err', id: `${idOf(field.name)}-err` }))), submit);
  const fieldOf = (pointer) => fields.find((f) => (f.pointers || [`/${f.name}`]).some((p) => pointer === p || pointer.startsWith(`${p}/`)));
  let key = newKey();
  let sent = '';

  form.values = () => Object.fromEntries(fields.map(({ name }) => [name, form.elements[name].value.trim()]));

  function markField({ name }, text) {
    const node = form.elements[name];
    document.getElementById(`${idOf(name)}-err`).textContent = text;
    for (const [attribute, value] of [['aria-invalid', 'true'], ['aria-describedby', `${idOf(name)}-err`]]) {
      if (text === '') node.removeAttribute(attribute);
      else node.setAttribute(attribute, value);
    }
  }

  form.explain = (heading, faults) => {
    fields.forEach((field) => markField(field, ''));
    summary.hidden = false;
    show(summary, el('h2', {}, heading), faults.map(({ pointer, detail }) => {
      const field = fieldOf(pointer || '');
      if (!field) return el('p', {}, detail);
      markField(field, detail);
      return el('a', { href: `#${idOf(field.name)}`, on: { click: (event) => {
        event.preventDefault();
        form.elements[field.name].focus();
      } } }, detail);
    }));
    summary.focus();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = form.values();
    const text = JSON.stringify(values);
    if (text !== sent) key = newKey();
    sent = text;
    submit.disabled = true;
    try {
      summary.hidden = true;
      await send(values, key);
    } catch (fault) {
      const { title: heading, list } = told(fault);
      form.explain(heading, list);
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}
