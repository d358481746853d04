// The grid as a map: colour and number tell the same, so that nobody depends on colour.
import { FOCUS, INK, Pickable, face, fresh, inkOn, rem, rgb, shade } from "./canvas.js";

export class TownMap extends Pickable {
  // A town that is taller than wide is laid on its side, so that both maps fit on one screen.
  place(scene) {
    const lying = scene.height > scene.width, { x, y, community } = scene.cells;
    this.scene = lying ? { width: scene.height, height: scene.width, cells: { x: y, y: x, community } } : { width: scene.width, height: scene.height, cells: { x, y, community } };
    this.focus = 0;
    this.canvas.style.aspectRatio = `${Math.max(this.scene.width, 1.5 * this.scene.height)} / ${this.scene.height}`;
  }
  at(x, y) {
    const column = Math.floor((x / this.canvas.clientWidth) * this.scene.width), row = Math.floor((y / this.canvas.clientHeight) * this.scene.height);
    return this.scene.cells.x.findIndex((cellX, cell) => cellX === column && this.scene.cells.y[cell] === row);
  }
  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      const { x, y } = this.scene.cells;
      const next = x.findIndex((cellX, cell) => cellX === x[this.focus] + step[0] && y[cell] === y[this.focus] + step[1]);
      if (next >= 0) this.focus = next;
      this.onMove(this.focus);
    } else if (event.key === "Enter") this.onPick(this.focus);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  draw(values, low, high, marked) {
    const { pen, width, height } = fresh(this.canvas);
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
