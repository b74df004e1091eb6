const field = document.getElementById("find");
const told = document.getElementById("found");
const rows = [...document.querySelectorAll("tbody tr")];
const words = rows.map((row) => (row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase());
document.querySelector(".find").hidden = false;
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  let shown = 0;
  rows.forEach((row, at) => {
    row.hidden = !words[at].includes(wanted);
    shown += row.hidden ? 0 : 1;
  });
  told.textContent = wanted ? shown + " of " + rows.length : "";
});
