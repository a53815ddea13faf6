// What stands around the map: tools above it, the legend beside it, the card at the pointer.

const ICONS = {
  look: '<path d="M10 2.5v15M2.5 10h15M10 2.5 8 4.7M10 2.5l2 2.2M10 17.5l-2-2.2M10 17.5l2-2.2M2.5 10l2.2-2M2.5 10l2.2 2M17.5 10l-2.2-2M17.5 10l-2.2 2"/>',
  box: '<path d="M3.5 3.5h13v13h-13z" stroke-dasharray="3 2.2"/>',
  lasso:
    '<path d="M6.2 13.6C3.9 12.7 2.5 11 2.5 9c0-3.3 3.4-5.7 7.5-5.700s7.5 2.4 7.5 5.7-3.4 5.7-7.5 5.700c-.8 0-1.6-.1-2.3-.3" stroke-dasharray="3 2"/><circle cx="6.8" cy="14.3" r="1.7"/><path d="M6.2 16c.2 1-.4 1.6-1.7 1.9"/>',
  pictures: '<rect x="2.5" y="4" width="15" height="12" rx="1"/><path d="m3 14 4.2-4.2 3.3 3.2 2.5-2.4 4.3 4"/><circle cx="13.2" cy="7.6" r="1.1"/>',
  dots: '<g fill="currentColor" stroke="none"><circle cx="5.5" cy="13.5" r="1.8"/><circle cx="8.5" cy="6" r="1.8"/><circle cx="14.5" cy="8.5" r="1.8"/><circle cx="12" cy="14.5" r="1.8"/></g>',
  out: '<path d="M4 10h12"/>',
  in: '<path d="M4 10h12M10 4v12"/>',
  fit: '<path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"/>',
  clear: '<path d="m5 5 10 10M15 5 5 15"/>',
};

const number = (n) => n.toLocaleString("en-US");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function button(icon, title, pressed, act) {
  const made = element("button", { type: "button", title, "aria-label": title, "data-act": icon });
  made.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true">${ICONS[icon]}</svg>`;
  if (pressed !== null) made.setAttribute("aria-pressed", String(pressed));
  made.onclick = act;
  return made;
}

function sign(code, theme) {
  const holder = document.createElement("span");
  holder.className = "sign";
  holder.innerHTML = `<svg viewBox="-7 -7 14 14" aria-hidden="true"><path d="${theme.shape(code)}"/></svg>`;
  holder.style.color = theme.colour(code);
  return holder;
}

// The bar of tools. Its letters work while the map has the keyboard.
function makeBar(map) {
  const tool = (name, title) => button(name, title, map.tool === name, () => map.setTool(name));
  const wall = (name, title, on) => button(name, title, map.pictures === on, () => map.setPictures(on));
  const group = (label, ...buttons) => element("div", { class: "group", role: "group", "aria-label": label }, ...buttons);
  return element(
    "div",
    { class: "bar" },
    group(
      "Tool",
      tool("look", "Look: drag to move, wheel to zoom (V)"),
      tool("box", "Box: drag across pictures to select them (B, or hold Shift)"),
      tool("lasso", "Lasso: draw around pictures to select them (L)"),
    ),
    group("Shown as", wall("pictures", "Pictures, with dots between (P)", true), wall("dots", "Dots only (D)", false)),
    element("div", { class: "space" }),
    group(
      "Zoom",
      button("out", "Zoom out (−)", null, () => map.view.zoomAt(1 / 1.6, undefined, undefined, true)),
      button("in", "Zoom in (+)", null, () => map.view.zoomAt(1.6, undefined, undefined, true)),
      button("fit", "Show all (0, or double click)", null, () => map.view.fit()),
    ),
  );
}

function pressBar(map) {
  for (const made of map.bar.querySelectorAll("[aria-pressed]")) {
    const act = made.dataset.act;
    const on = act === "pictures" ? map.pictures : act === "dots" ? !map.pictures : act === map.tool;
    made.setAttribute("aria-pressed", String(on));
  }
}

// The card at a picture: the picture itself, what it is, what it is called.
function fillCard(map, row) {
  const { card, places, data } = map;
  card.hidden = row === null;
  if (row === null) return;
  const code = places.codes[row];
  const label = map.lines.of("labels", row) || (code < 0 ? "unlabelled" : data.classes[code]);
  const title = map.lines.of("titles", row);
  const words = element("div", { class: "words" }, element("div", { class: "label" }, sign(code, map.theme), label));
  if (title) words.append(element("div", { class: "title" }, title));
  words.append(element("div", { class: "id" }, map.idOf(row)));
  const near = map.lines.nearest(row);
  if (near.length) words.append(element("div", { class: "near" }, `nearest: ${near.join(", ")}`));
  card.replaceChildren(words);
  const address = map.thumbnails.address(row);
  if (address && !map.thumbnails.failed.has(row)) {
    const image = element("img", { alt: "", src: address });
    const shape = ({ naturalWidth: w, naturalHeight: h }) => {
      image.style.aspectRatio = Math.max(1, w / h); // a tall picture stands in a square
      image.classList.toggle("pixels", w <= 48);
    };
    const here = map.thumbnails.get(row);
    if (here) shape(here.image);
    image.onload = () => {
      shape(image);
      placeCard(map, row);
    };
    image.onerror = () => image.remove();
    card.prepend(image);
  }
  placeCard(map, row);
}

// Beside its point, on the side with more room, never over the edge.
function placeCard({ card, view, places, hung }, row) {
  const [px, py] = view.toScreen(places.x[row], places.y[row]);
  const frame = hung.find((f) => f.row === row);
  const away = (frame ? frame.w / 2 : 8) + 12;
  const x = px > view.width / 2 ? px - away - card.offsetWidth : px + away;
  const y = py - card.offsetHeight / 2;
  const within = (v, most) => Math.round(Math.max(6, Math.min(most - 6, v)));
  card.style.left = `${within(x, view.width - card.offsetWidth)}px`;
  card.style.top = `${within(y, view.height - card.offsetHeight)}px`;
}
