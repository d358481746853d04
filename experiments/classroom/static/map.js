// The grid as a map: colour and number tell the same, so that nobody depends on colour.
import { FOCUS, INK, Pickable, face, fresh, inkOn, rem, rgb, shade } from "./canvas.js";

export class TownMap extends Pickable {
  // A town that is taller than wide is laid on its side, so that both maps fit on one screen.
  place(scene) {
    this.focus = 0;
    this.shapes = scene.shapes ? shaped(scene.shapes) : null;
    if (this.shapes) {
      this.scene = scene;
      this.canvas.style.aspectRatio = `${Math.max(this.shapes.width, 1.2 * this.shapes.height)} / ${this.shapes.height}`;
      return;
    }
    const lying = scene.height > scene.width, { x, y, community } = scene.cells;
    this.scene = lying ? { width: scene.height, height: scene.width, cells: { x: y, y: x, community } } : { width: scene.width, height: scene.height, cells: { x, y, community } };
    this.canvas.style.aspectRatio = `${Math.max(this.scene.width, 1.5 * this.scene.height)} / ${this.scene.height}`;
  }
  at(x, y) {
    if (this.shapes) {
      const scale = this.scale();
      return this.shapes.cells.findIndex((cell) => within(cell.rings, x / scale, y / scale));
    }
    const column = Math.floor((x / this.canvas.clientWidth) * this.scene.width), row = Math.floor((y / this.canvas.clientHeight) * this.scene.height);
    return this.scene.cells.x.findIndex((cellX, cell) => cellX === column && this.scene.cells.y[cell] === row);
  }
  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step && this.shapes) {
      this.focus = ahead(this.shapes.cells, this.focus, step);
      this.onMove(this.focus);
    } else if (step) {
      const { x, y } = this.scene.cells;
      const next = x.findIndex((cellX, cell) => cellX === x[this.focus] + step[0] && y[cell] === y[this.focus] + step[1]);
      if (next >= 0) this.focus = next;
      this.onMove(this.focus);
    } else if (event.key === "Enter") this.onPick(this.focus);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  scale() { return Math.min(this.canvas.clientWidth / this.shapes.width, this.canvas.clientHeight / this.shapes.height); }
  draw(values, low, high, marked) {
    const { pen, width, height } = fresh(this.canvas);
    if (this.shapes) return this.drawShapes(pen, values, low, high, marked);
    const { x, y, community } = this.scene.cells;
    const wide = width / this.scene.width, tall = height / this.scene.height;
    const size = Math.min(1.1 * rem(), wide / 2.6);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `600 ${size}px ${face()}`;
    x.forEach((column, cell) => {
      const colour = shade((values[cell] - low) / (high - low || 1));
      pen.fillStyle = rgb(colour);
      pen.fillRect(column * wide + 0.5, y[cell] * tall + 0.5, wide - 1, tall - 1);
      pen.fillStyle = inkOn(colour);
      if (size > 7) pen.fillText(values[cell] < 9.95 ? values[cell].toFixed(1) : values[cell].toFixed(0), (column + 0.5) * wide, (y[cell] + 0.5) * tall);
    });
    this.borders(pen, wide, tall);
    if (marked >= 0) {
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = 6;
      pen.strokeRect(x[marked] * wide + 4, y[marked] * tall + 4, wide - 8, tall - 8);
      pen.strokeStyle = FOCUS;
      pen.lineWidth = 3;
      pen.strokeRect(x[marked] * wide + 4, y[marked] * tall + 4, wide - 8, tall - 8);
    }
    return community;
  }
  // Real outlines: cells in colour and number, communities by a white line.
  drawShapes(pen, values, low, high, marked) {
    const scale = this.scale(), rest = 1.1 * rem();
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    this.shapes.cells.forEach((cell, number) => {
      const colour = shade((values[number] - low) / (high - low || 1)), size = Math.min(rest, cell.room * scale);
      trace(pen, cell.rings, scale);
      pen.fillStyle = rgb(colour);
      pen.fill("evenodd");
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = 1;
      pen.stroke();
      pen.fillStyle = inkOn(colour);
      pen.font = `600 ${size}px ${face()}`;
      if (size > 7) pen.fillText(values[number] < 9.95 ? values[number].toFixed(1) : values[number].toFixed(0), cell.x * scale, cell.y * scale);
    });
    pen.lineJoin = "round";
    for (const rings of this.shapes.communities) {
      trace(pen, rings, scale);
      pen.lineWidth = 4;
      pen.stroke();
    }
    if (marked >= 0) {
      trace(pen, this.shapes.cells[marked].rings, scale);
      pen.lineWidth = 7;
      pen.stroke();
      pen.strokeStyle = FOCUS;
      pen.lineWidth = 3;
      pen.stroke();
    }
    pen.strokeStyle = INK;
  }
  borders(pen, wide, tall) {
    const { x, y, community } = this.scene.cells;
    const owner = new Map(x.map((column, cell) => [`${column},${y[cell]}`, community[cell]]));
    pen.strokeStyle = "#ffffff";
    pen.lineWidth = 5;
    pen.beginPath();
    x.forEach((column, cell) => {
      const right = owner.get(`${column + 1},${y[cell]}`), below = owner.get(`${column},${y[cell] + 1}`);
      if (right !== undefined && right !== community[cell]) { pen.moveTo((column + 1) * wide, y[cell] * tall); pen.lineTo((column + 1) * wide, (y[cell] + 1) * tall); }
      if (below !== undefined && below !== community[cell]) { pen.moveTo(column * wide, (y[cell] + 1) * tall); pen.lineTo((column + 1) * wide, (y[cell] + 1) * tall); }
    });
    pen.stroke();
    pen.strokeStyle = INK;
  }
}

// Cells with the place inside them where a number has most room, and the height of that room for a line of two letters and a point.
function shaped({ width, height, cells, communities }) {
  return { width, height, communities, cells: cells.map((rings) => ({ rings, ...roomiest(rings) })) };
}
const TRIED = 12, WIDE = 2.6, TALL = 1.3;
// From the middle outwards: among places with as much room the middle one is taken.
const OUTWARDS = [6, 7, 5, 8, 4, 9, 3, 10, 2, 11, 1];
function roomiest(rings) {
  const [left, right] = ends(rings, 0), [top, below] = ends(rings, 1);
  let best = { x: (left + right) / 2, y: (top + below) / 2, room: 0 };
  for (const row of OUTWARDS)
    for (const column of OUTWARDS) {
      const x = left + ((right - left) * column) / TRIED, y = top + ((below - top) * row) / TRIED;
      const room = Math.min(stretch(passed(rings, y, 1), x) / WIDE, stretch(passed(rings, x, 0), y) / TALL);
      if (room > 1.02 * best.room) best = { x, y, room };
    }
  return best;
}
function ends(rings, axis) {
  const values = rings.flatMap((ring) => ring.filter((_, place) => place % 2 === axis));
  return [Math.min(...values), Math.max(...values)];
}
// How far it is to both sides from a place between two passes, twice the shorter way; none where it lies outside.
function stretch(passes, at) {
  const before = passes.filter((one) => one < at).length;
  return before % 2 ? 2 * Math.min(at - passes[before - 1], passes[before] - at) : 0;
}
// Where the outline passes a line on which the coordinate `axis` (0 across, 1 down) is `at`, in order.
function passed(rings, at, axis) {
  const found = [];
  for (const ring of rings)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const from = ring[i + axis], to = ring[i + 2 + axis], start = ring[i + 1 - axis], end = ring[i + 3 - axis];
      if (from <= at !== to <= at) found.push(start + ((end - start) * (at - from)) / (to - from));
    }
  return found.sort((a, b) => a - b);
}
function within(rings, x, y) { return stretch(passed(rings, y, 1), x) > 0; }
// The cell that lies nearest in a direction, those straight ahead first.
function ahead(cells, from, [across, down]) {
  let best = from, least = Infinity;
  cells.forEach((cell, number) => {
    const dx = cell.x - cells[from].x, dy = cell.y - cells[from].y, on = dx * across + dy * down, aside = Math.abs(dx * down) + Math.abs(dy * across);
    const far = on + 2 * aside;
    if (number !== from && on > aside / 2 && far < least) { best = number; least = far; }
  });
  return best;
}
function trace(pen, rings, scale) {
  pen.beginPath();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) pen[i ? "lineTo" : "moveTo"](ring[i] * scale, ring[i + 1] * scale);
    pen.closePath();
  }
}
