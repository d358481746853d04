// The institutions around a community: shape tells the kind, the disc what waits, the ring how busy, lines the cases between them.
import { FAINT, FOCUS, GREY, INK, Pickable, face, fresh, rem } from "./canvas.js";

export const LEVELS = ["city", "district", "street", "community"];
const COLOURS = { party: "#b84a00", government: "#0067a8", self_governing: "#007a59", social: "#a3527c", enterprise: "#6b4a12", residents: "#4400cc" };

export class Network extends Pickable {
  place(seats) {
    this.rows = LEVELS.map((level) => seats.map((seat, i) => ({ ...seat, i })).filter((seat) => seat.level === level));
    this.seats = seats;
    this.order = this.rows.flat().map((seat) => seat.i);
  }
  points() {
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight, edge = 5 * rem();
    const found = [];
    this.rows.forEach((row, level) => row.forEach((seat, i) => {
      found[seat.i] = { x: edge + ((width - edge - rem()) * (i + 0.5)) / row.length, y: ((level + 0.55) * height) / this.rows.length };
    }));
    return found;
  }
  at(x, y) {
    const points = this.points();
    let best = -1, nearest = 1.6 * rem();
    points.forEach((point, seat) => { const far = Math.hypot(point.x - x, point.y - y); if (far < nearest) { nearest = far; best = seat; } });
    return best;
  }
  key(event) {
    const here = this.order.indexOf(this.focus);
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step) { this.focus = this.order[(here + step + this.order.length) % this.order.length]; this.onMove(this.focus); }
    else if (event.key === "Enter") this.onPick(this.focus);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  draw(waiting, used, links, marked, levelNames) {
    const { pen, height } = fresh(this.canvas);
    const unit = rem(), points = this.points();
    pen.font = `${0.75 * unit}px ${face()}`;
    pen.fillStyle = GREY;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    levelNames.forEach((name, level) => pen.fillText(name, 0, ((level + 0.55) * height) / LEVELS.length));
    if (links) this.links(pen, points, links);
    points.forEach((point, seat) => {
      const queue = Math.min(2.2, 0.35 * Math.sqrt(waiting[seat])) * unit;
      if (queue > 0) { pen.fillStyle = "#d55e0038"; disc(pen, point, 0.45 * unit + queue); }
      pen.strokeStyle = FAINT;
      pen.lineWidth = 3;
      ring(pen, point, 0.72 * unit, 1);
      pen.strokeStyle = INK;
      ring(pen, point, 0.72 * unit, Math.min(1, used[seat]));
      pen.fillStyle = "#ffffff";
      disc(pen, point, 0.66 * unit);
      shape(pen, this.seats[seat].actor, point, 0.42 * unit);
      if (seat === marked) { pen.strokeStyle = FOCUS; pen.lineWidth = 3; ring(pen, point, 1.1 * unit, 1); }
      if (waiting[seat] >= 1) { pen.fillStyle = INK; pen.textAlign = "center"; pen.fillText(waiting[seat].toFixed(0), point.x, point.y + 1.45 * unit); }
    });
  }
  // Cases of the last four weeks: passed on from one to the next (dashed, with an arrow), or convened (solid).
  links(pen, points, [passed, convened]) {
    const n = points.length, unit = rem();
    for (const [counts, dash, colour] of [[passed, [5, 4], "#55606b"], [convened, [], "#0067a8"]]) {
      pen.setLineDash(dash);
      pen.strokeStyle = colour;
      pen.fillStyle = colour;
      for (let at = 0; at < counts.length; at++) {
        if (!counts[at]) continue;
        const from = points[Math.floor(at / n)], to = points[at % n], level = Math.abs(from.y - to.y) < 1;
        pen.lineWidth = Math.min(6, 1 + 0.7 * Math.sqrt(counts[at]));
        const over = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - (level ? 0.22 * Math.abs(to.x - from.x) : 0) };
        pen.beginPath();
        pen.moveTo(from.x, from.y);
        pen.quadraticCurveTo(over.x, over.y, to.x, to.y);
        pen.stroke();
        if (dash.length) arrow(pen, over, to, 0.8 * unit);
      }
    }
    pen.setLineDash([]);
  }
}

function arrow(pen, from, to, back) {
  const far = Math.hypot(to.x - from.x, to.y - from.y) || 1, dx = (to.x - from.x) / far, dy = (to.y - from.y) / far;
  const x = to.x - back * dx, y = to.y - back * dy, size = 0.45 * back;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - size * (2 * dx - dy), y - size * (2 * dy + dx));
  pen.lineTo(x - size * (2 * dx + dy), y - size * (2 * dy - dx));
  pen.fill();
}

export function shape(pen, actor, { x, y }, r) {
  pen.fillStyle = COLOURS[actor];
  pen.beginPath();
  const corners = { party: 5, self_governing: 3, social: 4, enterprise: 6 }[actor];
  if (actor === "government") pen.rect(x - r, y - r, 2 * r, 2 * r);
  else if (actor === "residents") pen.arc(x, y, r, 0, 2 * Math.PI);
  else {
    const points = actor === "party" ? 10 : corners;
    for (let i = 0; i < points; i++) {
      const far = actor === "party" && i % 2 ? 0.5 * r : 1.15 * r, angle = (2 * Math.PI * i) / points - Math.PI / 2;
      pen.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
    }
    pen.closePath();
  }
  pen.fill();
}
function disc(pen, { x, y }, r) { pen.beginPath(); pen.arc(x, y, r, 0, 2 * Math.PI); pen.fill(); }
function ring(pen, { x, y }, r, share) { pen.beginPath(); pen.arc(x, y, r, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share); pen.stroke(); }
