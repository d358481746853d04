// Everything that is drawn from the state of the page, at most once a picture of the screen.
import { Chart } from "./chart.js";
import { fresh, rgb, shade } from "./canvas.js";
import { LEVELS, shape } from "./network.js";
import { $, page } from "./page.js";
import * as panels from "./panels.js";
import { make, number, say, text } from "./say.js";

let due = false;
export function redraw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; if (page.state?.scene && page.state.frame) draw(); });
}

function draw() {
  page.drawn += 1;
  const { frame, script } = page.state, day = frame.day;
  const [low, high] = page.state.scale();
  page.maps.forEach((map, side) => map.draw(page.state.layerValues(side), low, high, page.marks.cell));
  legend(low, high);
  const levels = LEVELS.map((level) => text(`level_${level}`));
  page.nets.forEach((net, side) => {
    const rows = page.state.scene.circle[frame.community], all = frame[`queues${side}`], half = all.length / 2;
    net.draw(rows.map((row) => all[row]), rows.map((row) => all[half + row]), page.state.links[side], page.marks.seat, levels);
  });
  page.charts.forEach((one, place) => one.draw(page.state.courses[place], script, day, say("reform")));
  if (!page.sliding) $("timeline").value = String(day);
  $("timeline").setAttribute("aria-valuetext", say("day_of", { day, days: script.days }));
  $("day-told").textContent = say("day_of", { day, days: script.days });
  $("phase").textContent = day <= script.reform_day ? say("before") : say("after", { days: day - script.reform_day });
  $("play").textContent = say(page.state.playing ? "pause" : "play");
  $("play").setAttribute("aria-pressed", String(page.state.playing));
  if ($("community").value !== String(frame.community)) { $("community").value = String(frame.community); $("network-title").textContent = say("network", { community: frame.community }); }
  showValues();
  if (day !== page.shownDay) {
    page.shownDay = day;
    [0, 1].forEach((side) => panels.cases(page.state, $(`cases-${side}`), side, (resident, arose) => page.ask({ type: "need", resident, arose })));
    panels.setDoses(page.state, document);
    if (!page.state.playing) { labelCharts(); page.rested(); }
  }
}

function legend(low, high) {
  const bar = $("legend").querySelector("canvas");
  if (!bar) return;
  const { pen, width, height } = fresh(bar);
  for (let x = 0; x < width; x++) { pen.fillStyle = rgb(shade(x / width)); pen.fillRect(x, 0, 1.5, height); }
  $("legend").firstChild.textContent = number(low, 0);
  $("legend").lastChild.textContent = number(high, 0);
  $("legend").setAttribute("aria-label", `${say(`layer_${page.state.layer}`)}: ${low} – ${high}`);
}

export function chart(name, place) {
  const figure = make("figure"), caption = make("figcaption"), canvas = make("canvas", "", { role: "img" });
  caption.dataset.say = `series_${name}`;
  const values = [0, 1].map((side) => make("span", "–", { class: `value ${"ab"[side]}` })), line = make("div", "", { class: "told" });
  line.append(caption, ...values);
  figure.append(line, canvas);
  $("charts").append(figure);
  const made = new Chart(canvas, place, page.go);
  made.caption = caption;
  made.values = values;
  made.name = name;
  return made;
}

// The values of the day that is shown, beside the title of each chart.
function showValues() {
  for (const one of page.charts) one.values.forEach((told, side) => { const value = page.state.courses[one.place][side][page.state.day - 1]; told.textContent = value === undefined ? "–" : number(value); });
}

function labelCharts() {
  for (const one of page.charts) {
    const last = page.state.courses[one.place].map((course) => { const at = Math.min(course.length, page.state.day) - 1; return at < 0 ? "–" : number(course[at]); });
    one.canvas.setAttribute("aria-label", say("chart_told", { title: say(`series_${one.name}`), a: last[0], b: last[1], day: page.state.day }));
  }
}

export function mark(kind, number_, side) {
  page.marks[kind] = number_;
  if (number_ >= 0 && page.state.frame) {
    if (kind === "cell") $("spoken").textContent = `${"AB"[side]}: ${say("cell_value", { cell: number_, community: page.state.scene.cells.community[number_], value: number(page.state.layerValues(side)[number_]) })}`;
    else {
      const row = page.state.institution(page.state.frame.community, number_), all = page.state.frame[`queues${side}`];
      $("spoken").textContent = `${"AB"[side]}: ${say("waiting_value", { who: panels.seatName(page.state.scene.seats[number_]), waiting: all[row].toFixed(0), used: (100 * all[all.length / 2 + row]).toFixed(0) })}`;
    }
  }
  redraw();
}

export function actor(name) {
  const line = make("li"), sign = make("canvas", "", { "aria-hidden": "true" });
  line.append(sign, make("span", text(`actor_${name}`)));
  requestAnimationFrame(() => { const { pen, width, height } = fresh(sign); shape(pen, name, { x: width / 2, y: height / 2 }, 0.4 * width); });
  return line;
}
