// What the page knows: the script, the frame that is shown, the courses of outcomes; and what follows from them.
export const LAYER_RANGES = { satisfaction: 100, disorder: 100, social_capital: 100, migrant_share: 100 };

export class State {
  constructor(welcome) {
    this.welcome = welcome;
    this.scene = null;
    this.script = welcome.first.script;
    this.frame = null;
    this.courses = welcome.series.map(() => [[], []]);
    this.links = [null, null];
    this.layer = welcome.layers[0];
    this.playing = false;
  }
  begin(scene) {
    this.scene = scene;
    this.script = scene.script;
    this.frame = null;
    this.courses = this.welcome.series.map(() => [[], []]);
    this.links = [null, null];
  }
  take(frame) {
    this.frame = frame;
    this.playing = frame.playing;
    const outcomes = this.welcome.series.length;
    this.courses.forEach((sides, place) => sides.forEach((course, side) => {
      course.length = Math.min(course.length, frame.since);
      for (let at = (side * outcomes) + place; at < frame.series.length; at += 2 * outcomes) course.push(frame.series[at]);
    }));
    // Cases between institutions come with days on which the server stands; those of another day are not shown.
    this.links = frame.passed0 ? [[frame.passed0, frame.convened0], [frame.passed1, frame.convened1]] : [null, null];
  }
  layerValues(side) {
    const cells = this.scene.cells.x.length, place = this.welcome.layers.indexOf(this.layer);
    return this.frame[`layers${side}`].subarray(place * cells, (place + 1) * cells);
  }
  // Both maps share one scale; where a layer has no natural top it reaches to the highest value of all days that were seen.
  scale() {
    return [0, LAYER_RANGES[this.layer] || rounded(this.frame.highest[this.welcome.layers.indexOf(this.layer)])];
  }
  dose(side, mechanism) {
    const base = this.welcome.strategies.find((one) => one.name === this.script.strategies[side]).doses[mechanism] || 0;
    let dose = base, from = -1;
    for (const change of this.script.changes) {
      if (change.side === side && change.mechanism === mechanism && change.day <= this.day && change.day >= from) { dose = change.dose; from = change.day; }
    }
    return dose;
  }
  get day() { return this.frame ? this.frame.day : 0; }
  institution(community, seat) { return this.scene.circle[community][seat]; }
}

function rounded(value) {
  if (value <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(value));
  return step * [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * step >= value);
}
