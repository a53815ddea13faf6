// Draws the wall and the bars at its edge; a bar that is pointed at or focused lights up its pictures.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const sheet = parentElement.querySelector(".sheet");
  const signature = JSON.stringify(data);
  if (sheet.dataset.signature === signature) return;
  sheet.dataset.signature = signature;
  const wall = sheet.querySelector(".wall");
  hang(wall, data, (row) => setTriggerValue("clicked", row));

  const light = (group) =>
    [...wall.children].forEach((cell, i) => cell.classList.toggle("dim", group !== null && data.groups[i] !== group));
  const most = Math.max(1, ...data.bars.map((bar) => bar.count));
  const bars = data.bars.map(({ name, count, group }) => {
    const bar = document.createElement("button");
    bar.type = "button";
    bar.className = "bar";
    bar.title = name;
    bar.setAttribute("aria-pressed", String(group === data.picked));
    const [label, track, number] = ["name", "track", "count"].map((part) => {
      const span = document.createElement("span");
      span.className = part;
      return span;
    });
    label.textContent = name;
    number.textContent = count.toLocaleString("en");
    const filled = document.createElement("i");
    filled.style.width = `${(100 * count) / most}%`;
    track.append(filled);
    bar.append(label, number, track);
    bar.onpointerenter = bar.onfocus = () => light(group);
    bar.onpointerleave = bar.onblur = () => light(null);
    bar.onclick = () => setTriggerValue("picked", { group });
    return bar;
  });
  sheet.querySelector(".bars").replaceChildren(...bars);
}
