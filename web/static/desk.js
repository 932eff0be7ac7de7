// What a page does beyond links and forms: keys, uploads, the page viewer. Everything works by links and forms alone too,
// except uploads by drag and drop, zooming and turning.
"use strict";

function csrf() { return document.querySelector("meta[name=csrf]")?.content || ""; }

// Keys: an element with data-key is clicked, or focused where it is a field, when nobody is typing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") return;
  const at = event.target;
  if (at.matches("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") at.blur();
    return;
  }
  // Enter and space belong to the link or button in hand, the arrows to a picture larger than its frame.
  if (["Enter", " "].includes(event.key) && at.closest("a, button, summary")) return;
  if (event.key.startsWith("Arrow") && at.matches(".sheet") && at.scrollWidth > at.clientWidth) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, select, textarea")) { wanted.focus(); wanted.select?.(); } else wanted.click();
});

// Uploads: one request a file, so that each has its own progress and its own answer.
function send(file, form, list) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  name.textContent = file.name; bar.max = file.size || 1; bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  said.setAttribute("role", "status");
  line.append(name, bar, said);
  list.append(line);
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("files", file, file.name);
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRF-Token", csrf());
  request.setRequestHeader("Accept", "application/json");
  request.upload.onprogress = (event) => { if (event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; } };
  return new Promise((done) => {
    request.onloadend = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* the status says it */ }
      bar.remove();
      said.textContent = " " + (answer.said || answer.error || form.dataset.failed);
      line.className = request.status === 200 ? "" : "late";
      done();
    };
    request.send(body);
  });
}

let onTheWay = 0;
async function sendAll(files, form) {
  const list = form.querySelector(".sending");
  onTheWay += 1;
  for (const file of files) {
    if (file.size <= Number(form.dataset.most)) { await send(file, form, list); continue; }
    const line = document.createElement("li");
    line.className = "late"; line.textContent = `${file.name} ${form.dataset.tooLarge}`;
    list.append(line);
  }
  onTheWay -= 1;
  document.body.dispatchEvent(new Event("sent"));
}

const dropped = document.querySelector("form.drop");
if (dropped) {
  for (const field of dropped.querySelectorAll("input[type=file]")) field.addEventListener("change", () => {
    const files = [...field.files];
    dropped.reset(); // what was chosen is on its way; the same file may be chosen again
    sendAll(files, dropped);
  });
  dropped.addEventListener("submit", (event) => event.preventDefault());
}
// A file let go anywhere on the page is meant for it; the browser would show the file in the page's place.
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault(); dropped?.classList.add("over");
  if (!dropped) event.dataTransfer.dropEffect = "none";
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) dropped?.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault(); dropped?.classList.remove("over");
  if (dropped) sendAll(event.dataTransfer.files, dropped);
});

// What was filled in, or is being sent, is not left behind without a question.
let filledIn = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) filledIn = true; });
document.addEventListener("submit", (event) => { if (event.target.matches("[data-keep]")) filledIn = false; });
window.addEventListener("beforeunload", (event) => { if (filledIn || onTheWay) event.preventDefault(); });

// The viewer: zoom by classes, turning by the drawing's own frame. A page leafed to in place keeps how the last one was shown.
let zoom = 0, turn = 0;
function showSheet() {
  const sheet = document.querySelector(".sheet"), svg = sheet?.querySelector("svg");
  if (!svg) return;
  const [, , width, height] = (svg.dataset.frame ||= svg.getAttribute("viewBox")).split(" ").map(Number);
  const turned = { 0: "", 90: `translate(${height} 0) rotate(90)`, 180: `translate(${width} ${height}) rotate(180)`,
    270: `translate(0 ${width}) rotate(270)` };
  for (const one of [-1, 1, 2, 3]) sheet.classList.toggle("zoom" + one, one === zoom);
  sheet.dataset.turned = turn;
  svg.setAttribute("viewBox", turn % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
  svg.querySelector("g").setAttribute("transform", turned[turn]);
}
document.addEventListener("click", (event) => {
  const one = event.target.closest?.("[data-zoom], [data-turn]");
  if (!one) return;
  if (one.dataset.zoom) zoom = Math.max(-1, Math.min(3, zoom + Number(one.dataset.zoom)));
  else turn = (turn + Number(one.dataset.turn) + 360) % 360;
  showSheet();
});
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "leaf") { turn = 0; showSheet(); } });
document.querySelectorAll("[data-pick]").forEach((one) => one.addEventListener("click", () => {
  const into = document.getElementById(one.dataset.into);
  into.value = one.dataset.pick;
  into.dispatchEvent(new Event("input", { bubbles: true }));
}));
for (const field of document.querySelectorAll("[data-field]")) {
  const box = () => document.querySelector(`rect[data-of="${CSS.escape(field.dataset.field)}"]`);
  const on = () => { box()?.classList.add("on"); box()?.scrollIntoView({ block: "nearest" }); };
  const off = () => box()?.classList.remove("on");
  field.addEventListener("focusin", on); field.addEventListener("focusout", off);
  field.addEventListener("mouseenter", on); field.addEventListener("mouseleave", off);
}

// A language or theme chosen after typing leads back to what is shown, not to what the page began as.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".who a[href*='back=']");
  if (!link) return;
  const address = new URL(link.href);
  if (address.searchParams.get("back").split("?")[0] !== location.pathname) return;
  address.searchParams.set("back", location.pathname + location.search);
  link.href = address.href;
}, true);

// Forms that ask first; a question is put before anything that cannot be taken back.
document.addEventListener("submit", (event) => {
  const asked = event.target.dataset.ask;
  if (asked && !window.confirm(asked)) event.preventDefault();
});
document.body?.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = csrf(); });
