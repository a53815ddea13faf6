// Draws the wall of pictures; runs again whenever its data changes.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const wall = parentElement.querySelector(".wall");
  const signature = JSON.stringify(data);
  if (wall.dataset.signature === signature) return;
  wall.dataset.signature = signature;
  hang(wall, data, (row) => setTriggerValue("clicked", row));
}
