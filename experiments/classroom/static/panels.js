// Doses, changes, numbers and cases: the parts of the page that are text.
import { both, lang, make, number, say, text } from "./say.js";

export function doses(state, into, more, onChange) {
  into.replaceChildren();
  more.replaceChildren();
  const used = new Set(state.script.strategies.flatMap((name) => Object.keys(state.welcome.strategies.find((one) => one.name === name).doses)));
  for (const change of state.script.changes) used.add(change.mechanism);
  for (const mechanism of state.welcome.mechanisms) (used.has(mechanism.name) ? into : more).append(dose(state, mechanism, onChange));
}

function dose(state, mechanism, onChange) {
  const box = make("div", "", { class: "dose" });
  const about = make("details");
  about.append(make("summary", both(mechanism.title)), make("p", both(mechanism.summary)));
  about.append(make("p", say("payer", { payer: both(mechanism.payer) })), make("p", say("failure", { failure: both(mechanism.failure) })));
  box.append(about);
  for (const side of [0, 1]) {
    const letter = "AB"[side], row = make("div", "", { class: "slide" });
    const slider = make("input", "", { type: "range", min: "0", max: "1", step: "0.05", class: "ab"[side], id: `dose-${mechanism.name}-${side}`, "aria-label": say("dose_of", { mechanism: both(mechanism.title), side: letter }) });
    const told = make("output", "", { for: slider.id });
    slider.dataset.mechanism = mechanism.name;
    slider.dataset.side = String(side);
    slider.addEventListener("input", () => { told.textContent = Number(slider.value).toFixed(2); });
    slider.addEventListener("change", () => onChange(side, mechanism.name, Number(slider.value)));
    row.append(make("b", letter, { class: `letter ${"ab"[side]}`, "aria-hidden": "true" }), slider, told);
    box.append(row, make("p", "", { class: "paid", "data-paid": `${side} ${mechanism.name}`, hidden: "" }));
  }
  return box;
}

export function setDoses(state, root) {
  for (const slider of root.querySelectorAll("input[data-mechanism]")) {
    const value = state.dose(Number(slider.dataset.side), slider.dataset.mechanism);
    if (slider.matches(":active") || slider.value === String(value)) { if (slider.nextSibling.textContent) continue; }
    slider.value = String(value);
    slider.nextSibling.textContent = value.toFixed(2);
  }
  for (const line of root.querySelectorAll("[data-paid]")) {
    const [side, mechanism] = line.dataset.paid.split(" "), share = state.frame?.paid[Number(side)][mechanism];
    const told = share === undefined ? "" : say("paid_share", { side: "AB"[side], share: Math.round(100 * share) });
    if (line.textContent !== told) line.textContent = told;
    line.hidden = !told;
  }
}

export function log(state, into, onTakeBack) {
  into.replaceChildren();
  const listed = state.script.changes.map((change, i) => ({ ...change, i })).sort((a, b) => a.day - b.day);
  for (const change of listed) {
    const title = both(state.welcome.mechanisms.find((one) => one.name === change.mechanism).title);
    const line = make("li"), told = say("log_line", { day: change.day, side: "AB"[change.side], mechanism: title, dose: change.dose });
    const back = make("button", say("take_back"), { type: "button", "aria-label": `${say("take_back")}: ${told}` });
    back.addEventListener("click", () => onTakeBack(change.i));
    line.append(make("span", told), back);
    into.append(line);
  }
  if (!listed.length) into.append(make("li", say("no_changes"), { class: "quiet" }));
}

export function cases(state, into, side, onPick) {
  const rows = state.frame.cases[side];
  into.replaceChildren();
  for (const [resident, arose, category, cell, happened, days, joint] of rows) {
    const line = make("li"), told = say("case_line", { category: text(`category_${category}`), cell, happened: say(`case_${happened}`), days: number(days) });
    const pick = make("button", joint ? `${told} · ${say("case_joint")}` : told, { type: "button", class: happened });
    pick.addEventListener("click", () => onPick(resident, arose));
    line.append(pick);
    into.append(line);
  }
  if (!rows.length) into.append(make("li", say("no_cases"), { class: "quiet" }));
}

export function seatName(about) {
  const role = text(`role_${about.role}`);
  return about.category ? `${role} (${text(`category_${about.category}`)})` : role;
}

// The numbers of a cell or an institution, or the life of a need, under both strategies.
export function details(answer, into) {
  into.replaceChildren();
  if (answer.type === "need") { life(answer, into); return; }
  const title = answer.type === "cell" ? say("cell", answer) : `${seatName(answer)}, ${text(`level_${answer.level}`)}`;
  into.append(make("h3", title), make("p", `${say("day")} ${answer.day}`, { class: "quiet" }));
  const rows = answer.rows.map(([name, unit, values]) => [name.startsWith("category_") ? text(name) : say(`of_${name}`), ...values.map((value) => number(value)), say(`unit_${unit}`)]);
  into.append(table([say("number"), "A", "B", say("unit")], rows, [1, 2]));
}

function life(answer, into) {
  into.append(make("h3", say("need_title")));
  into.append(make("p", say("need_who", { ...answer, category: text(`category_${answer.category}`), day: Math.floor(answer.arose) }), { class: "quiet" }));
  into.append(table([say("day"), "A", "B"], answer.days, []));
  into.append(table(["", "A", "B"], answer.summary, []));
}

export function table(heads, rows, numbers) {
  const made = make("table"), head = make("thead"), body = make("tbody"), first = make("tr");
  heads.forEach((name, i) => first.append(make("th", name, numbers.includes(i) ? { scope: "col", class: "n" } : { scope: "col" })));
  head.append(first);
  for (const row of rows) {
    const line = make("tr");
    row.forEach((value, i) => line.append(i ? make("td", value, numbers.includes(i) ? { class: "n" } : {}) : make("th", value, { scope: "row" })));
    body.append(line);
  }
  made.append(head, body);
  made.lang = lang() === "zh" ? "zh-CN" : "en";
  return made;
}
