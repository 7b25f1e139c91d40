/** Script of a report: filters rules and copies commands. Without it, everything is shown. */
export const script = `
const rows = [...document.querySelectorAll("tr[data-verdict]")];
const buttons = [...document.querySelectorAll("button[data-only]")];
const search = document.querySelector("input[type=search]");
let only = "";
const filter = () => {
  const wanted = search.value.trim().toLowerCase();
  for (const row of rows)
    row.hidden = (only !== "" && row.dataset.verdict !== only) || !row.textContent.toLowerCase().includes(wanted);
  for (const group of document.querySelectorAll("tbody[data-group]"))
    group.hidden = [...group.querySelectorAll("tr[data-verdict]")].every((row) => row.hidden);
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.only === only));
};
for (const button of buttons)
  button.addEventListener("click", () => { only = only === button.dataset.only ? "" : button.dataset.only; filter(); });
search.addEventListener("input", filter);
for (const button of document.querySelectorAll(".shell button")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const lines = button.closest(".shell").querySelector("pre");
    const range = document.createRange();
    range.selectNodeContents(lines);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try { await navigator.clipboard.writeText(lines.textContent); button.textContent = "Copied"; } catch { button.textContent = "Selected"; }
  });
}
for (const drawing of document.querySelectorAll(".drawing")) drawing.scrollLeft = drawing.scrollWidth;
document.querySelector(".filter").hidden = false;
`;
