// What the parts of the page share.
export const $ = (name) => document.getElementById(name);

export const page = {
  state: null,
  maps: [],
  nets: [],
  charts: [],
  // The cell and the seat that the keyboard stands on, -1 for none.
  marks: { cell: -1, seat: -1 },
  // The day whose texts are shown, whether a hand holds the timeline, how many pictures were drawn.
  shownDay: -1,
  sliding: false,
  drawn: 0,
  // What drawing may ask for; set by main.js.
  go: null,
  ask: null,
  rested: null,
};
