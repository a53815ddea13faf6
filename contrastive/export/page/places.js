// Where the pictures are and what they are called; which of them hang as pictures at a zoom.

const data = JSON.parse(document.getElementById("data").textContent);

function numbers(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return new Uint16Array(out.buffer);
}

// Map units: the longer side of the map is 1, its middle the origin, y points down.
const { n, ids } = data;
const [wide, high] = data.aspect;
const longer = Math.max(wide, high);
const steps = numbers(data.xy);
const x = new Float32Array(n);
const y = new Float32Array(n);
for (let i = 0; i < n; i++) {
  x[i] = ((steps[i] / 65535 - 0.5) * wide) / longer;
  y[i] = ((0.5 - steps[n + i] / 65535) * high) / longer;
}
const columns = data.columns.map((column) => ({
  ...column,
  codes: Int32Array.from(numbers(column.codes), (code) => code - 1),
}));
const sought = ids.map((id, i) => `${id} ${data.titles?.[i] ?? ""}`.toLowerCase());

// Shuffled once, the same way every time: of a crowd, a fair sample hangs.
const order = Uint32Array.from({ length: n }, (_, i) => i);
for (let i = n - 1, seed = 1; i > 0; i--) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  const j = seed % (i + 1);
  [order[i], order[j]] = [order[j], order[i]];
}

// Each half octave of zoom keeps the pictures of the one before and adds those that fit between them, so pictures
// only join while zooming in, and moving sideways changes nothing. `gap(level)`: room of a picture in map units.
const levels = new Map();
function hanging(level, gap, counts) {
  if (level < 0) return [];
  if (levels.has(level)) return levels.get(level);
  const room = gap(level);
  const taken = new Map();
  const rows = [];
  const put = (i) => {
    const u = Math.floor(x[i] / room);
    const v = Math.floor(y[i] / room);
    for (let b = v - 1; b <= v + 1; b++) {
      for (let a = u - 1; a <= u + 1; a++) {
        const j = taken.get(b * 100003 + a);
        if (j !== undefined && Math.abs(x[j] - x[i]) < room && Math.abs(y[j] - y[i]) < room) return;
      }
    }
    taken.set(v * 100003 + u, i);
    rows.push(i);
  };
  for (const i of hanging(level - 1, gap, counts)) put(i);
  for (const i of order) if (counts(i)) put(i);
  levels.set(level, rows);
  return rows;
}
