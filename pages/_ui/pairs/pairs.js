// Draws the pairs; runs again whenever their data changes, so everything is made anew from the data.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const wall = parentElement.querySelector(".pairs");
  const signature = JSON.stringify(data);
  if (wall.dataset.signature === signature) return;
  wall.dataset.signature = signature;
  wall.style.setProperty("--size", `${data.size}px`);
  wall.classList.toggle("pixelated", data.pixelated);

  const frame = ({ row, caption, note }) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "frame";
    made.dataset.row = row;
    made.title = data.names[row];
    const picture = document.createElement("img");
    picture.loading = "lazy";
    picture.src = data.address.replace("{index}", row);
    picture.alt = [data.names[row], caption].filter(Boolean).join(", ");
    const under = document.createElement("span");
    under.className = "under";
    for (const [name, text] of [["caption", caption], ["note", note]]) {
      const words = document.createElement("span");
      words.className = name;
      words.textContent = text;
      under.append(words);
    }
    made.append(picture, under);
    made.onclick = () => setTriggerValue("clicked", row);
    return made;
  };
  const made = data.pairs.map((sides) => {
    const pair = document.createElement("div");
    pair.className = "pair";
    pair.setAttribute("role", "listitem");
    pair.append(...sides.map(frame));
    return pair;
  });
  wall.replaceChildren(...made);
}
