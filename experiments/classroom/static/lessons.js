// Guided lessons: question, prediction, experiment, what happened, what it rests on.
import { both, make, number, say, text } from "./say.js";

export class Lessons {
  // `act` is what the page lets a lesson do: begin, go.
  constructor(root, act) {
    this.root = root;
    this.act = act;
    this.lesson = null;
    this.written = {};
    this.watched = {};
    this.happened = false;
  }
  choose(lesson) {
    this.lesson = lesson;
    this.written = { choice: null, notes: "" };
    this.watched = {};
    this.happened = false;
  }
  // What the class wrote, for the lesson sheet.
  answers() {
    if (!this.lesson) return [];
    const chosen = this.lesson.predictions.find((one) => one.id === this.written.choice);
    return [chosen ? both(chosen.text) : "", this.written.notes.slice(0, 2000)];
  }
  draw(state) {
    const { lesson, root } = this;
    root.replaceChildren();
    if (!lesson) return;
    root.append(make("p", both(lesson.question), { class: "question" }), make("p", `${say("minutes", lesson)} · ${say("left_right")}`, { class: "quiet" }));
    root.append(more(say("background"), [make("p", both(lesson.background))]));
    root.append(this.predictions(), this.steps(), make("div", "", { id: "lesson-changes" }), make("div", "", { id: "lesson-happened" }), this.rests());
    this.showChanges(state);
    this.showHappened();
    this.showWatched();
  }
  // What comes later is put in its place, so that nobody who writes or walks by keyboard is interrupted.
  showWatched() {
    for (const one of this.root.querySelectorAll("[data-watch]")) one.textContent = this.value(one.dataset.watch);
  }
  showChanges(state) {
    const box = this.root.querySelector("#lesson-changes");
    if (box) box.replaceChildren(...this.lesson.script.changes.map((change) => this.change(state, change)));
  }
  showHappened() {
    const box = this.root.querySelector("#lesson-happened");
    if (box) box.replaceChildren(...this.found());
  }
  predictions() {
    const box = make("fieldset");
    box.append(make("legend", say("prediction")));
    for (const one of this.lesson.predictions) {
      const label = make("label", "", { class: "option" }), pick = make("input", "", { type: "radio", name: "prediction", value: one.id });
      pick.checked = this.written.choice === one.id;
      pick.addEventListener("change", () => { this.written.choice = one.id; });
      label.append(pick, make("span", both(one.text)));
      box.append(label);
    }
    const label = make("label", say("notes"), { class: "notes" }), notes = make("textarea", "", { rows: "2", maxlength: "2000" });
    notes.value = this.written.notes;
    notes.addEventListener("input", () => { this.written.notes = notes.value; });
    label.append(notes);
    box.append(label);
    return box;
  }
  steps() {
    const box = make("div"), list = make("ol", "", { class: "steps" });
    box.append(make("h3", say("experiment")), list);
    for (const step of this.lesson.steps) {
      const line = make("li");
      line.append(make("p", both(step.text)));
      if (step.until_day !== null) line.append(button(say("run_to", { day: step.until_day }), () => this.act.go(step.until_day)));
      if (step.watch) line.append(make("p", say("watch", { measure: both(step.watch), unit: both(step.watch.unit) }), { class: "quiet" }), make("p", "", { class: "watched", "data-watch": step.watch.name }));
      list.append(line);
    }
    return box;
  }
  value(name) {
    const told = this.watched[name];
    const shown = (value) => (value === null ? "–" : number(value, Math.abs(value) < 1 ? 3 : 1));
    return told && told.day > told.first ? say("watch_value", { a: shown(told.values[0]), b: shown(told.values[1]), first: told.first, last: told.day - 1 }) : say("watch_later");
  }
  change(state, change) {
    const title = both(state.welcome.mechanisms.find((one) => one.name === change.mechanism).title), row = make("div", "", { class: "todo" });
    row.append(make("span", say("lesson_change", { day: change.day, side: "AB"[change.side], mechanism: title, dose: change.dose })));
    const made = state.script.changes.some((one) => same(one, change));
    if (made) row.append(make("span", `✓ ${say("made_change")}`, { class: "quiet" }));
    else row.append(button(say("make_change"), () => this.act.begin({ ...state.script, changes: [...state.script.changes, change] }, state.day)));
    return row;
  }
  found() {
    const title = make("h3", say("happened")), talk = make("ul"), { findings, discussion } = this.lesson;
    if (!this.happened) return [title, button(say("show_happened"), () => { this.happened = true; this.showHappened(); })];
    for (const one of discussion) talk.append(make("li", both(one)));
    const lives = findings.length ? [make("p", say("replicates", { done: findings[0].replicates }), { class: "quiet" })] : [];
    return [title, ...findings.map(finding), ...lives, make("h3", say("discussion")), talk];
  }
  rests() {
    const { lesson } = this, list = make("ul");
    for (const one of lesson.patterns) list.append(make("li", `${say("pattern", { id: one.id, verdict: text(`verdict_of_${one.verdict}`), title: both(one.title) })} ${both(one.claim)} (${one.source})`));
    for (const one of lesson.parameters) list.append(make("li", say("parameter", { meaning: both(one.meaning), value: one.value, unit: both(one.unit), grade: text(`grade_of_${one.grade}`) })));
    for (const one of lesson.sources) list.append(make("li", [one.source, one.place, one.year, one.recalled ? say("recalled") : ""].filter(Boolean).join(", ")));
    return more(say("rests"), [make("h4", say("assumes")), make("p", both(lesson.assumes)), make("h4", say("sure")), make("p", both(lesson.sure)), list]);
  }
}

function finding(row) {
  const box = make("div", "", { class: "finding" }), numbers = Object.fromEntries(["mean", "low", "high"].map((name) => [name, number(row[name], row.digits)]));
  box.append(make("h4", both(row.about)), make("p", say("interval", { ...numbers, unit: both(row.unit) }), { class: "watched" }), make("p", both(row.text)));
  if (row.fragile) box.append(make("p", say("fragile", row), { class: "quiet" }));
  return box;
}
function same(one, other) { return one.day === other.day && one.side === other.side && one.mechanism === other.mechanism && one.dose === other.dose; }
function button(told, act) { const made = make("button", told, { type: "button" }); made.addEventListener("click", act); return made; }
function more(title, parts) { const box = make("details", "", { class: "fold" }); box.append(make("summary", title), ...parts); return box; }
