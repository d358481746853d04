// The page: one connection, one state, drawn whenever something new has come.
import { Chart } from "./chart.js";
import { fresh, rgb, shade } from "./canvas.js";
import { picture, save } from "./keep.js";
import { Lessons } from "./lessons.js";
import * as link from "./link.js";
import { TownMap } from "./map.js";
import { LEVELS, Network, shape } from "./network.js";
import * as panels from "./panels.js";
import { both, fill, lang, languages, learn, make, number, say, speak, text } from "./say.js";
import { State } from "./state.js";
import { Wire } from "./wire.js";

const $ = (name) => document.getElementById(name);
let wire, state, due = false, sliding = false, asked = null, drawn = 0, shownDay = -1, looked = 0;
let marks = { cell: -1, seat: -1 };
const maps = [0, 1].map((side) => new TownMap($(`map-${side}`), (cell) => ask({ type: "cell", cell }), (cell) => mark("cell", cell, side)));
const nets = [0, 1].map((side) => new Network($(`net-${side}`), (seat) => ask({ type: "institution", institution: state.institution(community(), seat) }), (seat) => mark("seat", seat, side)));
let charts = [];
const lessons = new Lessons($("lesson-body"), {
  go,
  begin: (script, day) => wire.send({ type: "begin", script, day }),
});

// ---- the connection ---------------------------------------------------------------------------------------------------
function connect(script, day) {
  wire = new Wire((message) => hear(message, script, day), () => ended("lost"));
}

function hear(message, script, day) {
  switch (message.type) {
    case "welcome": welcomed(message, script, day); break;
    case "scene": opened(message); break;
    case "frame": state.take(message); redraw(); break;
    case "script": state.script = message.script; rewritten(); break;
    case "refused": refused(message); break;
    case "ended": wire.end(); ended(message.reason); break;
    case "table": save(message.name, message.text, "text/csv;charset=utf-8"); notice(say("saved", message)); break;
    case "sheet": save(message.name, message.text, "text/html;charset=utf-8"); notice(say("saved", message)); break;
    case "watch": lessons.watched[message.measure] = message; lessons.showWatched(); break;
    default: panels.details(message, $("details-body"));
  }
}

function welcomed(message, script, day) {
  const linked = script ? { script, day } : link.read();
  const before = state;
  state = new State(message);
  learn(message.texts);
  if (before) state.layer = before.layer;
  else {
    speak(message.first.lang);
    if (message.layers.includes(linked?.layer)) state.layer = linked.layer;
    charts = message.series.map((name, place) => chart(name, place));
  }
  languageChanged();
  if (linked && !linked.broken && linked.script) {
    if (Number.isInteger(linked.community) && linked.community > 0) looked = linked.community;
    wire.send({ type: "begin", script: linked.script, day: Number.isInteger(linked.day) ? linked.day : 0 });
    const named = message.lessons.find((one) => one.name === linked.lesson);
    if (named && !before) takeLesson(named);
  } else {
    const named = message.lessons.find((one) => one.name === message.first.lesson);
    if (named) beginLesson(named);
    else wire.send({ type: "begin", script: message.first.script, day: 0 });
    if (linked?.broken) notice(say("broken_link"));
  }
}

// A link that is refused is no reason to show nothing.
function refused(message) {
  notice(say("refused", { reason: message.say ? say(message.say, message.values) : message.reason }));
  if (state.scene || state.anew) { refresh(); return; }
  state.anew = true;
  wire.send({ type: "begin", script: state.welcome.first.script, day: 0 });
}

function opened(scene) {
  state.begin(scene);
  marks = { cell: -1, seat: -1 };
  shownDay = -1;
  maps.forEach((map) => map.place(scene));
  nets.forEach((net) => net.place(scene.seats));
  $("timeline").max = String(scene.script.days);
  $("community").replaceChildren(...Array.from({ length: scene.communities }, (_, i) => make("option", String(i), { value: String(i) })));
  $("community-label").hidden = scene.communities < 2;
  $("details-body").replaceChildren(make("p", say("details_none"), { class: "quiet" }));
  asked = null;
  languageChanged();
  if (looked) wire.send({ type: "look", community: looked });
  looked = 0;
}

function rewritten() { showLog(); refresh(); lessons.showChanges(state); remember(); }
function refresh() { if (state.scene) panels.setDoses(state, document); }

function ended(reason) {
  $("ended-why").textContent = say(`ended_${reason}`);
  $("ended").hidden = false;
  $("again").focus();
}

function notice(told) {
  $("notice").textContent = told;
  $("notice").hidden = !told;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => { $("notice").hidden = true; }, 8000);
}

function ask(message) {
  asked = message;
  wire.send(message.type === "need" ? { ...message, lang: lang() } : message);
}
const community = () => (state.frame ? state.frame.community : 0);

// ---- drawing ----------------------------------------------------------------------------------------------------------
function redraw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; if (state && state.scene && state.frame) draw(); });
}

function draw() {
  drawn += 1;
  const { frame, script } = state, day = frame.day;
  const [low, high] = state.scale();
  maps.forEach((map, side) => map.draw(state.layerValues(side), low, high, marks.cell));
  legend(low, high);
  const levels = LEVELS.map((level) => text(`level_${level}`));
  nets.forEach((net, side) => {
    const rows = state.scene.circle[frame.community], all = frame[`queues${side}`], half = all.length / 2;
    net.draw(rows.map((row) => all[row]), rows.map((row) => all[half + row]), state.links[side], marks.seat, levels);
  });
  charts.forEach((one, place) => one.draw(state.courses[place], script, day, say("reform")));
  if (!sliding) $("timeline").value = String(day);
  $("timeline").setAttribute("aria-valuetext", say("day_of", { day, days: script.days }));
  $("day-told").textContent = say("day_of", { day, days: script.days });
  $("phase").textContent = day <= script.reform_day ? say("before") : say("after", { days: day - script.reform_day });
  $("play").textContent = say(state.playing ? "pause" : "play");
  $("play").setAttribute("aria-pressed", String(state.playing));
  if ($("community").value !== String(frame.community)) { $("community").value = String(frame.community); $("network-title").textContent = say("network", { community: frame.community }); }
  showValues();
  if (day !== shownDay) {
    shownDay = day;
    [0, 1].forEach((side) => panels.cases(state, $(`cases-${side}`), side, (resident, arose) => ask({ type: "need", resident, arose })));
    panels.setDoses(state, document);
    if (!state.playing) { labelCharts(); remember(); rested(); }
  }
}

// When the day has stood still for a moment: what takes the server a closer look.
function rested() {
  clearTimeout(rested.timer);
  rested.timer = setTimeout(() => { if (!state.playing) watchLesson(); }, 400);
}

function legend(low, high) {
  const bar = $("legend").querySelector("canvas");
  if (!bar) return;
  const { pen, width, height } = fresh(bar);
  for (let x = 0; x < width; x++) { pen.fillStyle = rgb(shade(x / width)); pen.fillRect(x, 0, 1.5, height); }
  $("legend").firstChild.textContent = number(low, 0);
  $("legend").lastChild.textContent = number(high, 0);
  $("legend").setAttribute("aria-label", `${say(`layer_${state.layer}`)}: ${low} – ${high}`);
}

function chart(name, place) {
  const figure = make("figure"), caption = make("figcaption"), canvas = make("canvas", "", { role: "img" });
  caption.dataset.say = `series_${name}`;
  const values = [0, 1].map((side) => make("span", "–", { class: `value ${"ab"[side]}` })), line = make("div", "", { class: "told" });
  line.append(caption, ...values);
  figure.append(line, canvas);
  $("charts").append(figure);
  const made = new Chart(canvas, place, go);
  made.caption = caption;
  made.values = values;
  made.name = name;
  return made;
}

// The values of the day that is shown, beside the title of each chart.
function showValues() {
  for (const one of charts) one.values.forEach((told, side) => { const value = state.courses[one.place][side][state.day - 1]; told.textContent = value === undefined ? "–" : number(value); });
}

function labelCharts() {
  for (const one of charts) {
    const last = state.courses[one.place].map((course) => { const at = Math.min(course.length, state.day) - 1; return at < 0 ? "–" : number(course[at]); });
    one.canvas.setAttribute("aria-label", say("chart_told", { title: say(`series_${one.name}`), a: last[0], b: last[1], day: state.day }));
  }
}

function mark(kind, number_, side) {
  marks[kind] = number_;
  if (number_ >= 0 && state.frame) {
    if (kind === "cell") $("spoken").textContent = `${"AB"[side]}: ${say("cell_value", { cell: number_, community: state.scene.cells.community[number_], value: number(state.layerValues(side)[number_]) })}`;
    else {
      const row = state.institution(community(), number_), all = state.frame[`queues${side}`];
      $("spoken").textContent = `${"AB"[side]}: ${say("waiting_value", { who: panels.seatName(state.scene.seats[number_]), waiting: all[row].toFixed(0), used: (100 * all[all.length / 2 + row]).toFixed(0) })}`;
    }
  }
  redraw();
}

// ---- language and settings --------------------------------------------------------------------------------------------
function languageChanged() {
  document.documentElement.lang = lang() === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  $("language").lang = lang() === "zh" ? "en" : "zh-CN";
  fill(document);
  const { welcome, script } = state;
  options($("layer"), welcome.layers.map((name) => [name, say(`layer_${name}`)]), state.layer);
  options($("speed"), [...welcome.speeds.slice(1), 0].map((speed) => [speed, speed ? say("days_a_second", { speed }) : say("fastest")]), $("speed").value || 5);
  options($("set-world"), welcome.worlds.map((one) => [one.name, both(one.title)]), script.world);
  const strategies = welcome.strategies.map((one) => [one.name, both(one.title)]);
  options($("set-a"), strategies, script.strategies[0]);
  options($("set-b"), strategies, script.strategies[1]);
  $("set-days").value = script.days;
  $("set-reform").value = script.reform_day;
  $("set-seed").value = script.seed;
  $("reform-mark").style.left = `${(100 * script.reform_day) / script.days}%`;
  $("legend").replaceChildren(make("span"), make("canvas"), make("span"));
  script.strategies.forEach((name, side) => { $(`name-${side}`).textContent = both(welcome.strategies.find((one) => one.name === name).title); });
  [0, 1].forEach((side) => {
    $(`map-${side}`).setAttribute("aria-label", say("map_of", { side: "AB"[side] }));
    $(`net-${side}`).setAttribute("aria-label", say("network_of", { side: "AB"[side] }));
  });
  $("network-title").textContent = say("network", { community: community() });
  options($("lesson"), [["", say("lesson_none")], ...welcome.lessons.map((one) => [one.name, both(one.title)])], lessons.lesson?.name || "");
  lessons.draw(state);
  $("actors").replaceChildren(...welcome.actors.map(actor));
  buildDoses();
  shownDay = -1;
  if (asked && state.frame) ask(asked);
  redraw();
}

function actor(name) {
  const line = make("li"), sign = make("canvas", "", { "aria-hidden": "true" });
  line.append(sign, make("span", text(`actor_${name}`)));
  requestAnimationFrame(() => { const { pen, width, height } = fresh(sign); shape(pen, name, { x: width / 2, y: height / 2 }, 0.4 * width); });
  return line;
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, told]) => make("option", told, { value: String(value) })));
  select.value = String(chosen);
}

function buildDoses() {
  if (!state.scene) return;
  panels.doses(state, $("doses"), $("doses-more"), (side, mechanism, dose) => wire.send({ type: "change", side, mechanism, dose }));
  panels.setDoses(state, document);
  showLog();
}
function showLog() {
  panels.log(state, $("log"), (place) => wire.send({ type: "take_back", number: place }));
  $("take-all-back").hidden = state.script.changes.length < 2;
}

// ---- lessons ----------------------------------------------------------------------------------------------------------
function takeLesson(lesson) {
  lessons.choose(lesson);
  if (lesson) state.layer = lesson.layer;
}
// A lesson begins without its changes: the class predicts first and makes them when a step says so.
function beginLesson(lesson) {
  takeLesson(lesson);
  wire.send({ type: "begin", script: { ...lesson.script, changes: [] }, day: 0 });
}
function watchLesson() {
  if (!lessons.lesson) return;
  for (const name of new Set(lessons.lesson.steps.filter((step) => step.watch).map((step) => step.watch.name))) wire.send({ type: "watch", measure: name });
}

// ---- what the visitor does --------------------------------------------------------------------------------------------
function go(day) { wire.send({ type: "go", day: Math.max(0, Math.min(state.script.days, day)) }); }
// At the end, playing begins from the first day again.
function toggle() {
  if (!state.playing && state.day >= state.script.days) go(0);
  wire.send(state.playing ? { type: "pause" } : { type: "play", speed: Number($("speed").value) });
}
function swapLanguage() { speak(languages[1 - languages.indexOf(lang())]); languageChanged(); }
function swapSize() {
  const large = document.documentElement.classList.toggle("large");
  $("large").setAttribute("aria-pressed", String(large));
  redraw();
}
const view = () => ({ layer: state.layer, community: community(), lesson: lessons.lesson?.name ?? null });
function remember() {
  if (state.scene) history.replaceState(null, "", link.write(state.script, state.day, view()));
}
async function share() {
  const url = link.write(state.script, state.day, view());
  try {
    await navigator.clipboard.writeText(url);
    notice(say("copied"));
  } catch {
    notice(`${say("copy_this")} ${url}`);
  }
}
async function savePicture() {
  const names = [0, 1].map((side) => $(`name-${side}`).textContent), title = `${say("day_of", { day: state.day, days: state.script.days })} · ${say(`layer_${state.layer}`)}`;
  const blob = await picture(title, names, maps.map((map) => map.canvas), charts.map((one) => ({ canvas: one.canvas, title: one.caption.textContent })));
  const name = `classroom_day${state.day}.png`;
  save(name, blob);
  notice(say("saved", { name }));
}

$("play").onclick = toggle;
$("take-all-back").onclick = () => wire.send({ type: "begin", script: { ...state.script, changes: [] }, day: state.day });
$("step").onclick = () => go(state.day + 1);
$("back").onclick = () => go(state.day - 1);
$("reset").onclick = () => go(0);
$("speed").onchange = () => { if (state.playing) wire.send({ type: "play", speed: Number($("speed").value) }); };
$("timeline").oninput = () => { sliding = true; go(Number($("timeline").value)); };
$("timeline").onchange = () => { sliding = false; };
$("lesson").onchange = () => {
  const lesson = state.welcome.lessons.find((one) => one.name === $("lesson").value);
  if (lesson) beginLesson(lesson);
  else { takeLesson(null); lessons.draw(state); }
};
$("layer").onchange = () => { state.layer = $("layer").value; redraw(); remember(); };
$("community").onchange = () => { wire.send({ type: "look", community: Number($("community").value) }); $("network-title").textContent = say("network", { community: $("community").value }); };
$("language").onclick = swapLanguage;
$("large").onclick = swapSize;
$("share").onclick = share;
$("save-table").onclick = () => wire.send({ type: "table" });
$("save-sheet").onclick = () => wire.send({ type: "sheet", lang: lang(), lesson: lessons.lesson?.name ?? null, answers: lessons.answers(), happened: lessons.happened });
$("save-picture").onclick = savePicture;
$("setup").onsubmit = (event) => {
  event.preventDefault();
  const script = { ...state.script, world: $("set-world").value, strategies: [$("set-a").value, $("set-b").value], seed: Number($("set-seed").value), days: Number($("set-days").value), reform_day: Number($("set-reform").value), changes: [] };
  $("settings").open = false;
  wire.send({ type: "begin", script, day: 0 });
};
$("again").onclick = () => { $("ended").hidden = true; connect(state.script, state.day); };
for (const menu of document.querySelectorAll(".menu")) menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });
document.addEventListener("click", (event) => { for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, summary, [role=application]") || !state?.scene) return;
  const far = event.shiftKey ? 10 : 1;
  const done = { ArrowLeft: () => go(state.day - far), ArrowRight: () => go(state.day + far), Home: () => go(0), l: swapLanguage, L: swapLanguage, t: swapSize, T: swapSize }[event.key];
  if (done) done();
  else if (event.key === " " && !event.target.closest("button")) toggle();
  else return;
  event.preventDefault();
});
new ResizeObserver(redraw).observe($("sides"));
// Read by tests in a browser.
window.classroom = { drawn: () => drawn, day: () => state.day, known: () => state.frame.known, script: () => state.script, ready: () => Boolean(state?.frame) };
connect();
