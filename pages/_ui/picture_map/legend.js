// The legend: every class that occurs, with its sign and how many pictures it has; of an order, the scale.

const SHARED = "Click to fade it or bring it back; double click, or Shift and click, shows it alone.";

function fillLegend(map) {
  const counts = new Map();
  map.places.codes.forEach((code, row) => map.places.leftOut(row) || counts.set(code, (counts.get(code) ?? 0) + 1));
  const { ramp } = map.data;
  map.kinds = [...counts.keys()].filter((code) => !ramp || code < 0).sort((a, b) => (a < 0) - (b < 0) || a - b);
  const rows = map.kinds.map((code) => {
    const name = code < 0 ? "unlabelled" : map.data.classes[code];
    const made = element("button", { type: "button", "data-code": code });
    made.title = `${name}: ${number(counts.get(code))} pictures. ${SHARED}`;
    made.append(sign(code, map.theme), element("span", { class: "name" }, name));
    made.append(element("span", { class: "count" }, number(counts.get(code))));
    made.onclick = (event) => (event.shiftKey || event.detail === 2 ? map.isolate(code) : map.toggleClass(code));
    return made;
  });
  map.legend.replaceChildren(...(ramp ? [scale(map, ramp)] : []), ...rows);
}

function scale(map, { low, high, name }) {
  const colours = map.data.classes.map((_, code) => map.theme.colour(code));
  const bar = element("div", { class: "colours" });
  bar.style.backgroundImage = `linear-gradient(to right, ${colours.join(", ")})`;
  const ends = element("div", { class: "ends" }, element("span", {}, low), element("span", {}, high));
  return element("div", { class: "scale" }, element("div", {}, name), bar, ends);
}

function pressLegend(map) {
  for (const made of map.legend.querySelectorAll("button")) {
    made.setAttribute("aria-pressed", String(!map.off.has(Number(made.dataset.code))));
  }
}
