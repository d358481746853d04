// A canvas that is as sharp as the screen and drawn at most once a picture.
export const INK = "#1b1f24", GREY = "#55606b", FAINT = "#d5dae0", FOCUS = "#d55e00";
export const SIDES = [{ colour: "#1b1f24", dash: [7, 4], letter: "A" }, { colour: "#0067a8", dash: [], letter: "B" }];

export function rem() { return parseFloat(getComputedStyle(document.documentElement).fontSize); }
export function face() { return getComputedStyle(document.body).fontFamily; }

// The drawing context of a canvas at its size on the screen, cleared.
export function fresh(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  const wide = Math.round(width * scale), high = Math.round(height * scale);
  if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

// Cividis (Nuñez, Anderton & Renslow 2018): the same order of lightness for all kinds of colour vision.
const STOPS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56]];
export function shade(share) {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at)), part = at - low;
  return STOPS[low].map((value, i) => Math.round(value + part * (STOPS[low + 1][i] - value)));
}
export const rgb = (colour) => `rgb(${colour.join(",")})`;
export function inkOn(colour) { return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] > 140 ? INK : "#ffffff"; }

// Something on a canvas whose parts can be picked, by mouse (`at(x, y)`) or by keys (`key(event)`).
export class Pickable {
  constructor(canvas, onPick, onMove) {
    Object.assign(this, { canvas, onPick, onMove, focus: 0 });
    canvas.addEventListener("click", (event) => {
      const part = this.at(event.offsetX, event.offsetY);
      if (part >= 0) { this.focus = part; onPick(part); }
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => onMove(this.focus));
    canvas.addEventListener("blur", () => onMove(-1));
  }
}
