import { Channels } from "./channels.js";

const EVENTS_SHOWN = 12;
const byId = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const channels = new Channels(document.querySelector("meta[name=channels]").content, { token: fetchToken });

let id = ""; // of the import that the page shows
let state = {}; // the newest one
let unsubscribe = () => {};

async function call(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.error), { status: answer.status });
  return { body, requestId: answer.headers.get("X-Request-Id") };
}

async function fetchToken() {
  return (await call(`/imports/${id}/token`, { method: "POST" })).body.token;
}

/** Subscribes first, so that no event of the import is missed, and then uploads. */
async function startImport(csv) {
  follow(crypto.randomUUID());
  history.pushState(null, "", "#" + id);
  const begin = performance.now();
  try {
    const { body, requestId } = await call(`/imports/${id}`, { method: "PUT", headers: { "Content-Type": "text/csv" }, body: csv });
    byId("upload").textContent = `${number(body.contacts)} contacts, answered after ${Math.round(performance.now() - begin)} ms`;
    byId("request").textContent = requestId;
  } catch (failure) {
    byId("error").textContent = "The upload failed: " + failure.message;
  }
}

/** Shows an import: its state of now, and then each change. */
function follow(importId) {
  unsubscribe();
  id = importId;
  state = { jobs: 0, finished: 0, completed: false };
  for (const part of ["announcements", "events", "upload", "request", "rows", "error", "count"]) byId(part).replaceChildren();
  byId("bar").value = 0;
  byId("import").hidden = false;
  unsubscribe = channels.subscribe("import:" + id, {
    onevent: (event) => {
      showEvent(event);
      show({ ...event.data, completed: event.type === "ImportCompleted" });
    },
    onstate: (change) => {
      byId("connection").textContent = change.connected ? "connected" : "lost, connecting again";
      if (change.recovered === false) load(); // Events may be missing.
    },
  });
}

async function load() {
  const asked = id;
  try {
    const { body } = await call(`/imports/${asked}`);
    if (asked !== id) return;
    byId("request").textContent = body.request_id;
    byId("upload").textContent ||= `${number(body.contacts)} contacts`;
    show(body);
  } catch (failure) {
    // Before the upload is stored there is no import. Without a network, the next connection loads the state.
    if (failure.status && failure.status !== 404) byId("error").textContent = failure.message;
  }
}

/** Shows a state, unless it is older than the one that is shown: a state and an event take different ways to the page. */
function show(next) {
  if (next.finished < state.finished || state.completed) return;
  state = next;
  byId("bar").max = state.jobs || 1;
  byId("bar").value = state.finished;
  byId("count").textContent = state.jobs ? `${state.finished} of ${state.jobs} jobs, ${number(state.imported)} contacts` : "";
  if (state.completed) announce();
}

async function announce() {
  const refused = state.refused ? `, ${number(state.refused)} were refused` : "";
  const line = document.createElement("li");
  line.textContent = `The import is complete: ${number(state.imported)} contacts were imported${refused}.`;
  byId("announcements").append(line);
  const { body } = await call(`/imports/${id}/rows`);
  byId("rows").textContent = Object.entries(body).map(([table, count]) => `${table}: ${count}`).join(", ");
}

function showEvent(event) {
  const cells = [event.type, `${event.data.finished} of ${event.data.jobs}`, event.data.request_id, event.position];
  const row = document.createElement("tr");
  row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  byId("events").prepend(row);
  while (byId("events").children.length > EVENTS_SHOWN) byId("events").lastChild.remove();
}

/** An upload for a trial without a file. */
function madeUpContacts(count) {
  const lines = Array.from({ length: count }, (_, i) => `contact-${i + 1}@example.com,"Contact, No. ${i + 1}"`);
  return "email,name\r\n" + lines.join("\r\n") + "\r\n";
}

/** An import whose id is in the page's address. */
function open() {
  const wanted = location.hash.slice(1);
  if (wanted && wanted !== id) {
    follow(wanted);
    load();
  }
}

byId("file").onchange = async () => startImport(await byId("file").files[0].text());
byId("made").onclick = () => startImport(madeUpContacts(10000));
addEventListener("hashchange", open);
addEventListener("popstate", open);
open();
