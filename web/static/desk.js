// What a page does beyond links and forms: keys, uploads, the page viewer. Everything works by links and forms alone too,
// except uploads by drag and drop, zooming and turning.
"use strict";

function csrf() { return document.querySelector("meta[name=csrf]")?.content || ""; }

// Keys: an element with data-key is clicked, or focused where it is a field, when nobody is typing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at.matches("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") at.blur();
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
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

async function sendAll(files, form) {
  const list = form.querySelector(".sending");
  for (const file of files) await send(file, form, list);
  document.body.dispatchEvent(new Event("sent"));
}

for (const form of document.querySelectorAll("form.drop")) {
  const fields = form.querySelectorAll("input[type=file]");
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault(); form.classList.remove("over"); sendAll(event.dataTransfer.files, form);
  });
  for (const field of fields) field.addEventListener("change", () => {
    const files = [...field.files];
    form.reset(); // what was chosen is on its way; the same file may be chosen again
    sendAll(files, form);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

// The viewer: zoom by classes, turning by the drawing's own frame; a field and its box on the page belong together.
for (const sheet of document.querySelectorAll(".sheet")) {
  const svg = sheet.querySelector("svg"), leaf = svg.querySelector("g");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const turned = { 0: "", 90: `translate(${height} 0) rotate(90)`, 180: `translate(${width} ${height}) rotate(180)`,
    270: `translate(0 ${width}) rotate(270)` };
  let zoom = 0, turn = 0;
  const show = () => {
    sheet.classList.remove("zoom1", "zoom2", "zoom3");
    if (zoom) sheet.classList.add("zoom" + zoom);
    sheet.dataset.turned = turn;
    svg.setAttribute("viewBox", turn % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
    leaf.setAttribute("transform", turned[turn]);
  };
  document.querySelectorAll("[data-zoom]").forEach((one) => one.addEventListener("click", () => {
    zoom = Math.max(0, Math.min(3, zoom + Number(one.dataset.zoom))); show();
  }));
  document.querySelectorAll("[data-turn]").forEach((one) => one.addEventListener("click", () => {
    turn = (turn + Number(one.dataset.turn) + 360) % 360; show();
  }));
}
document.querySelectorAll("[data-pick]").forEach((one) => one.addEventListener("click", () => {
  document.getElementById(one.dataset.into).value = one.dataset.pick;
}));
for (const field of document.querySelectorAll("[data-field]")) {
  const box = () => document.querySelector(`rect[data-of="${CSS.escape(field.dataset.field)}"]`);
  const on = () => { box()?.classList.add("on"); box()?.scrollIntoView({ block: "nearest" }); };
  const off = () => box()?.classList.remove("on");
  field.addEventListener("focusin", on); field.addEventListener("focusout", off);
  field.addEventListener("mouseenter", on); field.addEventListener("mouseleave", off);
}

// Forms that ask first; a question is put before anything that cannot be taken back.
document.addEventListener("submit", (event) => {
  const asked = event.target.dataset.ask;
  if (asked && !window.confirm(asked)) event.preventDefault();
});
document.body?.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = csrf(); });
