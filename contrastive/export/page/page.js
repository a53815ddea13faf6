// The hand on the map: hover, move, zoom; search, legend and colours around it.

const by = (id) => document.getElementById(id);
const [card, legend, found, said] = ["card", "legend", "found", "said"].map(by);

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function sign(code) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", "-7 -7 14 14");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapeOf(code));
  path.setAttribute("fill", colourOf(code));
  made.append(path);
  return made;
}

const nameOf = (code) => (code < 0 ? "unlabelled" : columns[state.column].classes[code]);

function picture(i, pixels) {
  const made = element("canvas", { width: pixels, height: pixels });
  made.setAttribute("aria-hidden", "true");
  thumbnail(made.getContext("2d"), i, 0, 0, pixels);
  return made;
}

function hover(i) {
  if (i === state.hovered) return;
  state.hovered = i;
  canvas.dataset.hovered = i === null ? "" : ids[i];
  card.hidden = i === null;
  if (i !== null) {
    const label = element("div", { className: "label" }, sign(codes()[i]), nameOf(codes()[i]));
    const others = columns.filter((column, k) => k !== state.column && column.codes[i] >= 0);
    const told = others.map((column) => `${column.name}: ${column.classes[column.codes[i]]}`).join(", ");
    const title = data.titles?.[i] ? [element("div", {}, data.titles[i])] : [];
    const id = element("div", { className: "id" }, ids[i]);
    card.replaceChildren(picture(i, 180), label, ...title, element("div", { className: "id" }, told), id);
    const [px, py] = screen(i);
    const away = side(view.zoom) / 2 + 12;
    const left = px > view.width / 2 ? px - away - card.offsetWidth : px + away;
    const within = (v, most) => `${Math.round(Math.max(6, Math.min(most - 6, v)))}px`;
    card.style.left = within(left, view.width - card.offsetWidth);
    card.style.top = within(py - card.offsetHeight / 2, view.height - card.offsetHeight);
  }
  redraw();
}

function move(dx, dy) {
  view.cx = Math.max(-1, Math.min(1, view.cx - dx / scale()));
  view.cy = Math.max(-1, Math.min(1, view.cy - dy / scale()));
  redraw();
}

function zoom(factor, px = view.width / 2, py = view.height / 2) {
  const at = [(px - view.width / 2) / scale() + view.cx, (py - view.height / 2) / scale() + view.cy];
  view.zoom = Math.max(0.5, Math.min(80, view.zoom * factor));
  view.cx = at[0] - (px - view.width / 2) / scale();
  view.cy = at[1] - (py - view.height / 2) / scale();
  redraw();
}

function whole() {
  Object.assign(view, { cx: 0, cy: 0, zoom: 1 });
  hover(null);
  redraw();
}

// Bring a picture to the middle and show its card.
function go(i) {
  Object.assign(view, { cx: x[i], cy: y[i], zoom: Math.max(view.zoom, 3) });
  paint();
  hover(null);
  hover(i);
}

function drawLegend() {
  const counts = new Map();
  for (const code of codes()) counts.set(code, (counts.get(code) ?? 0) + 1);
  const rows = [...counts.keys()].sort((a, b) => (a < 0) - (b < 0) || a - b).map((code) => {
    const name = element("span", { className: "name", title: nameOf(code) }, nameOf(code));
    const count = element("span", { className: "count" }, counts.get(code).toLocaleString("en"));
    const made = element("button", { type: "button" }, sign(code), name, count);
    made.setAttribute("aria-pressed", String(!state.off.has(code)));
    made.onclick = () => {
      if (!state.off.delete(code)) state.off.add(code);
      made.setAttribute("aria-pressed", String(!state.off.has(code)));
      levels.clear();
      hover(null);
      tell();
      redraw();
    };
    return made;
  });
  legend.replaceChildren(...rows);
}

function tell() {
  let left = 0;
  for (let i = 0; i < n; i++) left += shown(i) ? 1 : 0;
  const words = state.found ? [`${state.found.size.toLocaleString("en")} found`] : [];
  if (left < n) words.push(`${left.toLocaleString("en")} of ${n.toLocaleString("en")} shown`);
  said.textContent = words.join(", ");
  const name = `Map of ${n.toLocaleString("en")} pictures by ${columns[state.column].name}`;
  canvas.setAttribute("aria-label", [name, ...words].join("; "));
}

by("find").oninput = ({ target }) => {
  const text = target.value.trim().toLowerCase();
  const hits = text ? [...sought.keys()].filter((i) => sought[i].includes(text)) : [];
  state.found = text ? new Set(hits) : null;
  levels.clear();
  const buttons = hits.slice(0, 24).map((i) => {
    const made = element("button", { type: "button" }, picture(i, 32), element("span", {}, data.titles?.[i] || ids[i]));
    made.onclick = () => go(i);
    return element("div", { role: "listitem" }, made);
  });
  found.replaceChildren(...buttons);
  tell();
  redraw();
};
by("find").onkeydown = (event) => {
  if (event.key === "Enter" && state.found?.size) go([...state.found][0]);
};
for (const [k, column] of columns.entries()) by("colour").append(new Option(column.name, k));
by("colour").onchange = ({ target }) => {
  state.column = Number(target.value);
  state.off.clear();
  levels.clear();
  drawLegend();
  tell();
  redraw();
};
by("pictures").onchange = ({ target }) => {
  state.pictures = target.checked;
  redraw();
};
by("whole").onclick = whole;

const down = new Map();
const at = (event) => [event.offsetX, event.offsetY];
const apart = () => {
  const [[ax, ay], [bx, by]] = [...down.values()];
  return { far: Math.hypot(ax - bx, ay - by) || 1, x: (ax + bx) / 2, y: (ay + by) / 2 };
};
canvas.onpointerdown = (event) => {
  canvas.setPointerCapture(event.pointerId);
  down.set(event.pointerId, at(event));
};
canvas.onpointermove = (event) => {
  const before = down.get(event.pointerId);
  if (!before) {
    if (event.pointerType !== "touch") hover(under(...at(event)));
    return;
  }
  const grip = down.size === 2 ? apart() : null;
  down.set(event.pointerId, at(event));
  if (grip) {
    const now = apart();
    zoom(now.far / grip.far, now.x, now.y);
    move(now.x - grip.x, now.y - grip.y);
  } else if (down.size === 1) {
    const [px, py] = at(event);
    if (px !== before[0] || py !== before[1]) hover(null);
    move(px - before[0], py - before[1]);
  }
};
canvas.onpointerup = (event) => {
  down.delete(event.pointerId);
  if (event.pointerType === "touch") hover(under(...at(event), 20));
};
canvas.onpointercancel = (event) => down.delete(event.pointerId);
canvas.onpointerleave = () => !down.size && hover(null);
canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    hover(null);
    zoom(Math.exp(-Math.max(-240, Math.min(240, event.deltaY * (event.deltaMode ? 16 : 1))) * 0.0018), ...at(event));
  },
  { passive: false },
);
canvas.onkeydown = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const acts = {
    ArrowLeft: () => move(60, 0),
    ArrowRight: () => move(-60, 0),
    ArrowUp: () => move(0, 60),
    ArrowDown: () => move(0, -60),
    "+": () => zoom(1.4),
    "=": () => zoom(1.4),
    "-": () => zoom(1 / 1.4),
    0: whole,
    Escape: () => hover(null),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
  if (event.key !== "Escape" && event.key !== "0") {
    paint();
    hover(under(view.width / 2, view.height / 2, 60));
  }
};
new ResizeObserver(redraw).observe(canvas);
dark.onchange = () => {
  drawLegend();
  redraw();
};
// Where a picture stands in the window; the tests ask.
canvas.screen = (id) => {
  const frame = canvas.getBoundingClientRect();
  const [px, py] = screen(ids.indexOf(id));
  return [px + frame.left, py + frame.top];
};
drawLegend();
tell();
redraw();
