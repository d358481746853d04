// The sentences of the page in both languages, as the server sent them.
let texts = {};
let place = 0;
export const languages = ["en", "zh"];

export function learn(given) { texts = given; }
export function speak(lang) { place = languages.indexOf(lang); }
export function lang() { return languages[place]; }

export function text(name, values = {}) {
  const pair = texts[name];
  if (!pair) return name;
  return pair[place].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
export const say = (name, values) => text(`room_${name}`, values);
export const both = (words) => words[languages[place]];

// Fill every element that names its sentence; those with a label get it as their accessible name and hint.
export function fill(root) {
  for (const one of root.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say, { side: one.dataset.side });
  for (const one of root.querySelectorAll("[data-label]")) {
    const told = say(one.dataset.label);
    one.setAttribute("aria-label", told);
    one.title = told;
  }
}

export function make(kind, content = "", options = {}) {
  const made = document.createElement(kind);
  if (content !== "") made.textContent = content;
  for (const [name, value] of Object.entries(options)) made.setAttribute(name, value);
  return made;
}

export function number(value, digits = 1) {
  const places = Number.isInteger(value) ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en-US", places).replace("-", "−");
}
