// What is taken home is made here or by the server, and saved by the browser.
import { GREY, INK, SIDES, face } from "./canvas.js";

export function save(name, content, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// One picture of the two maps and the charts, with their titles.
export function picture(title, names, maps, charts) {
  const width = 1600, half = width / 2 - 60;
  const mapHigh = Math.round((half * maps[0].height) / maps[0].width), chartHigh = Math.round((half * charts[0].canvas.height) / charts[0].canvas.width);
  const rows = Math.ceil(charts.length / 2);
  const sheet = document.createElement("canvas");
  sheet.width = width;
  sheet.height = 170 + mapHigh + rows * (chartHigh + 60) + 30;
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.fillStyle = INK;
  pen.font = `600 34px ${face()}`;
  pen.fillText(title, 40, 60);
  maps.forEach((map, side) => {
    const x = 40 + side * (half + 40);
    pen.fillStyle = SIDES[side].colour;
    pen.font = `600 26px ${face()}`;
    pen.fillText(`${SIDES[side].letter}  ${names[side]}`, x, 115);
    pen.drawImage(map, x, 130, half, mapHigh);
  });
  charts.forEach(({ canvas, title: told }, i) => {
    const x = 40 + (i % 2) * (half + 40), y = 180 + mapHigh + Math.floor(i / 2) * (chartHigh + 60);
    pen.fillStyle = GREY;
    pen.font = `22px ${face()}`;
    pen.fillText(told, x, y);
    pen.drawImage(canvas, x, y + 12, half, chartHigh);
  });
  return new Promise((done) => sheet.toBlob(done, "image/png"));
}
