// Draws the pairs of contents and styles; runs again whenever its data changes, so everything is made anew from it.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const wall = parentElement.querySelector(".pairs");
  if (wall.dataset.signature === data.signature) return;
  wall.dataset.signature = data.signature;
  wall.style.setProperty("--columns", data.styles.length + 1);

  const picture = ({ src, name }, kind) => {
    const image = document.createElement("img");
    image.src = src;
    image.alt = `${kind}: ${name}`;
    image.title = name;
    return image;
  };
  const head = (entry, kind) => {
    const place = document.createElement("div");
    place.className = "head";
    place.append(picture(entry, kind));
    return place;
  };
  const corner = document.createElement("div");
  corner.className = "corner";
  corner.textContent = "content \u2193 style \u2192";

  const parts = [corner, ...data.styles.map((entry) => head(entry, "Style"))];
  data.contents.forEach((content, i) => {
    parts.push(head(content, "Content"));
    data.styles.forEach((style, j) => {
      const cell = document.createElement("button");
      cell.type = "button";
      const name = `${content.name} in the style of ${style.name}`;
      cell.append(picture({ src: data.cells[i][j], name }, "Painted"));
      cell.onclick = () => setTriggerValue("clicked", [i, j]);
      parts.push(cell);
    });
  });
  wall.replaceChildren(...parts);
}
