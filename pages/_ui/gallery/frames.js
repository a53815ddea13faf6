// Hangs the pictures of `data` on a wall, everything anew; a click on one tells its row.
const SIGNS = { same: "\u25CF ", other: "\u25CB " }; // filled and hollow circle: a sign that needs no colour

function hang(wall, data, clicked) {
  wall.style.setProperty("--size", `${data.size}px`);
  wall.classList.toggle("pixelated", data.pixelated);
  const frames = data.rows.map((row, i) => {
    const frame = document.createElement("button");
    frame.type = "button";
    frame.className = "frame";
    frame.dataset.row = row;
    frame.title = data.names[i];
    frame.setAttribute("aria-pressed", String(row === data.chosen));
    const picture = document.createElement("img");
    picture.loading = "lazy";
    picture.src = data.address.replace("{index}", row);
    picture.alt = [data.names[i], data.captions[i]].filter(Boolean).join(", ");
    frame.append(picture);
    if (data.captions[i] || data.notes[i]) {
      const under = document.createElement("span");
      under.className = "under";
      const caption = document.createElement("span");
      caption.className = "caption";
      caption.textContent = (SIGNS[data.marks[i]] ?? "") + data.captions[i];
      const note = document.createElement("span");
      note.className = "note";
      note.textContent = data.notes[i];
      under.append(caption, note);
      frame.append(under);
    }
    frame.onclick = () => clicked(row);
    const cell = document.createElement("div");
    cell.setAttribute("role", "listitem");
    cell.append(frame);
    return cell;
  });
  wall.replaceChildren(...frames);
}
