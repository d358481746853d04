// Courses of an outcome under both strategies: dash and letter tell the sides apart, the reform day is marked.
import { FAINT, FOCUS, GREY, SIDES, face, fresh, rem } from "./canvas.js";

export class Chart {
  constructor(canvas, place, onPick) {
    this.canvas = canvas;
    this.place = place;
    canvas.addEventListener("click", (event) => {
      const day = this.dayAt ? this.dayAt(event.offsetX) : 0;
      onPick(day);
    });
  }
  draw(courses, script, day, reform) {
    const { pen, width, height } = fresh(this.canvas);
    const unit = rem(), left = 2.9 * unit, right = width - 1.6 * unit, top = 0.5 * unit, bottom = height - 1.4 * unit;
    const [low, high] = range(courses);
    const x = (at) => left + ((right - left) * at) / script.days, y = (value) => bottom - ((bottom - top) * (value - low)) / (high - low);
    this.dayAt = (at) => Math.min(script.days, Math.max(0, Math.round(((at - left) / (right - left)) * script.days)));
    pen.font = `${0.75 * unit}px ${face()}`;
    pen.lineWidth = 1;
    for (const level of [low, (low + high) / 2, high]) {
      pen.strokeStyle = FAINT;
      line(pen, left, y(level), right, y(level));
      pen.fillStyle = GREY;
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      pen.fillText(short(level, high - low), left - 0.4 * unit, y(level));
    }
    pen.textBaseline = "alphabetic";
    for (const at of [0, script.days]) {
      pen.textAlign = at ? "right" : "left";
      pen.fillText(String(at), x(at), height - 0.2 * unit);
    }
    pen.strokeStyle = FOCUS;
    pen.setLineDash([2, 3]);
    line(pen, x(script.reform_day), top, x(script.reform_day), bottom);
    pen.setLineDash([]);
    pen.textAlign = "center";
    pen.fillStyle = GREY;
    const reformAt = x(script.reform_day);
    if (reformAt - left > 2 * unit && right - reformAt > 2 * unit) pen.fillText(`${reform} ${script.reform_day}`, reformAt, height - 0.2 * unit);
    this.lines(pen, courses, x, y, unit, day);
  }
  lines(pen, courses, x, y, unit, day) {
    const ends = [];
    // A is drawn last: where both are the same, its dashes show on the line of B.
    [1, 0].forEach((side) => {
      const course = courses[side];
      if (!course.length) return;
      pen.strokeStyle = SIDES[side].colour;
      pen.setLineDash(SIDES[side].dash);
      pen.lineWidth = 2;
      pen.beginPath();
      const every = Math.max(1, Math.floor(course.length / 600));
      for (let at = 0; at < course.length; at += every) pen.lineTo(x(at + 1), y(course[at]));
      pen.lineTo(x(course.length), y(course[course.length - 1]));
      pen.stroke();
      ends[side] = y(course[course.length - 1]);
    });
    pen.setLineDash([]);
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.font = `700 ${0.8 * unit}px ${face()}`;
    // Letters at the ends of lines keep apart.
    if (ends.length === 2) {
      const near = unit - Math.abs(ends[0] - ends[1]), up = ends[0] <= ends[1] ? -1 : 1;
      if (near > 0) { ends[0] += (up * near) / 2; ends[1] -= (up * near) / 2; }
    }
    ends.forEach((at, side) => {
      pen.fillStyle = SIDES[side].colour;
      pen.fillText(SIDES[side].letter, x(courses[side].length) + 0.3 * unit, at);
    });
    if (courses[0].length > day) {
      pen.strokeStyle = GREY;
      pen.lineWidth = 1;
      line(pen, x(day), 0, x(day), this.canvas.clientHeight - 1.4 * unit);
    }
  }
}

function range(courses) {
  let low = Infinity, high = -Infinity;
  for (const course of courses) for (const value of course) { if (value < low) low = value; if (value > high) high = value; }
  if (!Number.isFinite(low)) return [0, 1];
  if (low < high / 2) low = 0;
  // A course of tenths is not blown up to a drama: the axis spans a tenth of its height at least.
  const least = 0.1 * high;
  if (high - low < least) { const middle = (low + high) / 2; low = Math.max(0, middle - least / 2); high = middle + least / 2; }
  const room = 0.12 * (high - low) || 1;
  return [low === 0 ? 0 : Math.max(0, low - room), high + room];
}
function short(value, span) { return span >= 20 ? value.toFixed(0) : span >= 2 ? value.toFixed(1) : value.toFixed(2); }
function line(pen, x1, y1, x2, y2) { pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke(); }
