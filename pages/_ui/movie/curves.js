// Curves that move along: a small chart for each, with a line where the movie is and the value there.

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 56; // pixels

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Curves {
  constructor() {
    this.row = element("div", { class: "curves" });
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.row);
  }

  fill(data, theme) {
    const name = JSON.stringify([data.curves, data.total, theme.colour(0), theme.text]);
    if (name === this.name) return;
    [this.name, this.data, this.theme] = [name, data, theme];
    this.panels = data.curves.map((curve, i) => {
      const value = element("span", { class: "value" });
      const head = element("div", { class: "head" }, element("span", {}, curve.name), value);
      const holder = element("div", { class: "chart" });
      return { curve, value, holder, colour: theme.colour(i), all: element("div", { class: "panel" }, head, holder) };
    });
    this.row.replaceChildren(...this.panels.map((panel) => panel.all));
    this.draw();
  }

  draw() {
    for (const panel of this.panels ?? []) this.line(panel);
    if (this.epoch !== undefined) this.turn(this.epoch);
  }

  line(panel) {
    const wide = panel.holder.clientWidth;
    if (!wide) return;
    const { points, low, high, name } = panel.curve;
    const x = (epoch) => 5 + (epoch / this.data.total) * (wide - 10);
    const y = (value) => HIGH - 5 - ((value - low) / (high - low || 1)) * (HIGH - 10);
    Object.assign(panel, { x, y });
    const chart = drawn("svg", { width: wide, height: HIGH, role: "img", "aria-label": `${name} over the epochs` });
    const d = points.map(([epoch, value], i) => `${i ? "L" : "M"}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    chart.append(drawn("path", { d: `M0 ${HIGH - 0.5}H${wide}`, class: "floor" }));
    panel.cursor = drawn("path", { class: "cursor" });
    panel.dot = drawn("circle", { r: 4, fill: panel.colour, class: "dot" });
    chart.append(panel.cursor, drawn("path", { d, fill: "none", stroke: panel.colour, "stroke-width": 2 }), panel.dot);
    panel.holder.replaceChildren(chart);
  }

  // The value at an epoch, between two of them on the line; none before the first or after the last.
  turn(epoch) {
    this.epoch = epoch;
    for (const { curve, value, x, y, cursor, dot } of this.panels ?? []) {
      if (!x) continue;
      cursor.setAttribute("d", `M${x(epoch).toFixed(1)} 0V${HIGH}`);
      const after = curve.points.findIndex(([e]) => e >= epoch - 1e-9);
      const known = after > 0 || (after === 0 && curve.points[0][0] <= epoch + 1e-9);
      dot.style.visibility = known ? "visible" : "hidden";
      value.textContent = known ? "" : "–";
      if (!known) continue;
      const [b, a] = [curve.points[after], curve.points[Math.max(0, after - 1)]];
      const share = b[0] === a[0] ? 1 : (epoch - a[0]) / (b[0] - a[0]);
      const here = a[1] + (b[1] - a[1]) * share;
      dot.setAttribute("cx", x(epoch));
      dot.setAttribute("cy", y(here));
      value.textContent = curve.percent ? `${Math.round(100 * here)} %` : here.toPrecision(3);
    }
  }
}
