// The connection: text messages are JSON, binary ones a header and arrays (docs/classroom.md).
export class Wire {
  constructor(onMessage, onLost) {
    this.socket = new WebSocket(`ws://${location.host}/session`);
    this.socket.binaryType = "arraybuffer";
    this.over = false;
    this.socket.onmessage = (event) => onMessage(typeof event.data === "string" ? JSON.parse(event.data) : unpack(event.data));
    this.socket.onclose = () => { if (!this.over) onLost(); };
  }
  send(message) { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message)); }
  end() { this.over = true; this.socket.close(); }
}

export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const frame = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  for (const [name, kind, size] of frame.arrays) {
    frame[name] = kind === "u1" ? new Uint8Array(buffer, at, size) : new Float32Array(buffer, at, size);
    at += Math.ceil((kind === "u1" ? size : 4 * size) / 4) * 4;
  }
  return frame;
}
