// The page: one connection, one state, drawn whenever something new has come.
import { picture, save } from "./keep.js";
import { Lessons } from "./lessons.js";
import * as link from "./link.js";
import { TownMap } from "./map.js";
import { Network } from "./network.js";
import { $, page } from "./page.js";
import * as panels from "./panels.js";
import { both, fill, lang, languages, learn, make, say, speak } from "./say.js";
import { actor, chart, mark, redraw } from "./show.js";
import { State } from "./state.js";
import { Wire } from "./wire.js";

let wire, asked = null, looked = 0;
page.maps = [0, 1].map((side) => new TownMap($(`map-${side}`), (cell) => ask({ type: "cell", cell }), (cell) => mark("cell", cell, side)));
page.nets = [0, 1].map((side) => new Network($(`net-${side}`), (seat) => ask({ type: "institution", institution: page.state.institution(community(), seat) }), (seat) => mark("seat", seat, side)));
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
    case "frame": page.state.take(message); redraw(); break;
    case "script": page.state.script = message.script; rewritten(); break;
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
  const before = page.state;
  page.state = new State(message);
  learn(message.texts);
  if (before) page.state.layer = before.layer;
  else {
    speak(message.first.lang);
    if (message.layers.includes(linked?.layer)) page.state.layer = linked.layer;
    page.charts = message.series.map((name, place) => chart(name, place));
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
  notice(say("refused", { reason: both(message.reason) }));
  if (page.state.scene || page.state.anew) { refresh(); return; }
  page.state.anew = true;
  wire.send({ type: "begin", script: page.state.welcome.first.script, day: 0 });
}

function opened(scene) {
  page.state.begin(scene);
  page.marks = { cell: -1, seat: -1 };
  page.shownDay = -1;
  page.maps.forEach((map) => map.place(scene));
  page.nets.forEach((net) => net.place(scene.seats));
  $("timeline").max = String(scene.script.days);
  $("community").replaceChildren(...Array.from({ length: scene.communities }, (_, i) => make("option", String(i), { value: String(i) })));
  $("community-label").hidden = scene.communities < 2;
  $("details-body").replaceChildren(make("p", say("details_none"), { class: "quiet" }));
  asked = null;
  languageChanged();
  if (looked) wire.send({ type: "look", community: looked });
  looked = 0;
}

function rewritten() { showLog(); refresh(); lessons.showChanges(page.state); remember(); }
function refresh() { if (page.state.scene) panels.setDoses(page.state, document); }

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
const community = () => (page.state?.frame ? page.state.frame.community : 0);

// ---- language and settings --------------------------------------------------------------------------------------------
function languageChanged() {
  document.documentElement.lang = lang() === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  $("language").lang = lang() === "zh" ? "en" : "zh-CN";
  fill(document);
  const { welcome, script } = page.state;
  options($("layer"), welcome.layers.map((name) => [name, say(`layer_${name}`)]), page.state.layer);
  options($("speed"), [...welcome.speeds.slice(1), 0].map((speed) => [speed, speed ? say("days_a_second", { speed }) : say("fastest")]), $("speed").value || 5);
  options($("set-world"), welcome.worlds.map((one) => [one.name, both(one.title)]), script.world);
  options($("set-future"), welcome.futures.map((one) => [one.name, both(one.title)]), script.future);
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
  lessons.draw(page.state);
  $("actors").replaceChildren(...welcome.actors.map(actor));
  buildDoses();
  page.shownDay = -1;
  if (asked && page.state.frame) ask(asked);
  redraw();
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, told]) => make("option", told, { value: String(value) })));
  select.value = String(chosen);
}

function buildDoses() {
  if (!page.state.scene) return;
  panels.doses(page.state, $("doses"), $("doses-more"), (side, mechanism, dose) => wire.send({ type: "change", side, mechanism, dose }));
  panels.setDoses(page.state, document);
  showLog();
}
function showLog() {
  panels.log(page.state, $("log"), (place) => wire.send({ type: "take_back", number: place }));
  $("take-all-back").hidden = page.state.script.changes.length < 2;
}

// When the day has stood still for a moment: the address bar follows, and the server takes a closer look.
function rested() {
  clearTimeout(rested.timer);
  rested.timer = setTimeout(() => { if (!page.state.playing) { remember(); watchLesson(); } }, 400);
}

// ---- lessons ----------------------------------------------------------------------------------------------------------
function takeLesson(lesson) {
  lessons.choose(lesson);
  if (lesson) page.state.layer = lesson.layer;
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
// A timeline that is dragged asks for sixty days a second; twenty are sent, the last one always.
let wanted = null, waiting = null;
function go(day) {
  wanted = Math.max(0, Math.min(page.state.script.days, day));
  if (waiting === null) goNow();
}
function goNow() {
  const day = wanted;
  wire.send({ type: "go", day });
  waiting = setTimeout(() => { waiting = null; if (wanted !== day) goNow(); }, 50);
}
// At the end, playing begins from the first day again.
function toggle() {
  if (!page.state.playing && page.state.day >= page.state.script.days) wire.send({ type: "go", day: 0 });
  wire.send(page.state.playing ? { type: "pause" } : { type: "play", speed: Number($("speed").value) });
}
function swapLanguage() { speak(languages[1 - languages.indexOf(lang())]); languageChanged(); }
function swapSize() {
  const large = document.documentElement.classList.toggle("large");
  $("large").setAttribute("aria-pressed", String(large));
  redraw();
}
const view = () => ({ layer: page.state.layer, community: community(), lesson: lessons.lesson?.name ?? null });
function remember() {
  if (page.state.scene) history.replaceState(null, "", link.write(page.state.script, page.state.day, view()));
}
async function share() {
  const url = link.write(page.state.script, page.state.day, view());
  try {
    await navigator.clipboard.writeText(url);
    notice(say("copied"));
  } catch {
    notice(`${say("copy_this")} ${url}`);
  }
}
async function savePicture() {
  const names = [0, 1].map((side) => $(`name-${side}`).textContent), title = `${say("day_of", { day: page.state.day, days: page.state.script.days })} · ${say(`layer_${page.state.layer}`)}`;
  const blob = await picture(title, names, page.maps.map((map) => map.canvas), page.charts.map((one) => ({ canvas: one.canvas, title: one.caption.textContent })));
  const name = `classroom_day${page.state.day}.png`;
  save(name, blob);
  notice(say("saved", { name }));
}

$("play").onclick = toggle;
$("take-all-back").onclick = () => wire.send({ type: "begin", script: { ...page.state.script, changes: [] }, day: page.state.day });
$("step").onclick = () => go(page.state.day + 1);
$("back").onclick = () => go(page.state.day - 1);
$("reset").onclick = () => go(0);
$("speed").onchange = () => { if (page.state.playing) wire.send({ type: "play", speed: Number($("speed").value) }); };
$("timeline").oninput = () => { page.sliding = true; go(Number($("timeline").value)); };
$("timeline").onchange = () => { page.sliding = false; };
$("lesson").onchange = () => {
  const lesson = page.state.welcome.lessons.find((one) => one.name === $("lesson").value);
  if (lesson) beginLesson(lesson);
  else { takeLesson(null); lessons.draw(page.state); }
};
$("layer").onchange = () => { page.state.layer = $("layer").value; redraw(); remember(); };
$("community").onchange = () => { wire.send({ type: "look", community: Number($("community").value) }); $("network-title").textContent = say("network", { community: $("community").value }); };
$("language").onclick = swapLanguage;
$("large").onclick = swapSize;
$("share").onclick = share;
$("save-table").onclick = () => wire.send({ type: "table" });
$("save-sheet").onclick = () => wire.send({ type: "sheet", lang: lang(), lesson: lessons.lesson?.name ?? null, answers: lessons.answers(), happened: lessons.happened });
$("save-picture").onclick = savePicture;
$("setup").onsubmit = (event) => {
  event.preventDefault();
  const script = { world: $("set-world").value, future: $("set-future").value, strategies: [$("set-a").value, $("set-b").value], seed: Number($("set-seed").value), days: Number($("set-days").value), reform_day: Number($("set-reform").value), changes: [] };
  $("settings").open = false;
  takeLesson(null);
  wire.send({ type: "begin", script, day: 0 });
};
$("again").onclick = () => { $("ended").hidden = true; connect(page.state.script, page.state.day); };
for (const menu of document.querySelectorAll(".menu")) menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });
document.addEventListener("click", (event) => { for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, summary, [role=application]") || !page.state?.scene) return;
  const far = event.shiftKey ? 10 : 1;
  const done = { ArrowLeft: () => go(page.state.day - far), ArrowRight: () => go(page.state.day + far), Home: () => go(0), l: swapLanguage, L: swapLanguage, t: swapSize, T: swapSize }[event.key];
  if (done) done();
  else if (event.key === " " && !event.target.closest("button")) toggle();
  else return;
  event.preventDefault();
});
new ResizeObserver(redraw).observe($("sides"));
// Read by tests in a browser.
window.classroom = { drawn: () => page.drawn, day: () => page.state.day, known: () => page.state.frame.known, script: () => page.state.script, ready: () => Boolean(page.state?.frame) };
Object.assign(page, { go, ask, rested });
connect();
