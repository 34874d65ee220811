// Makes a page of a dashboard: asks Prometheus what the panels ask for, and writes the answers with what draws them.
// Run by deploy/observability/picture:
//   node draw.mjs DASHBOARD PROMETHEUS FROM TO SCRAPE_INTERVAL EVENTS MODULES PAGE
// FROM and TO are seconds since 1970, SCRAPE_INTERVAL seconds; EVENTS is a file of lines "SECONDS TEXT"; MODULES is the folder
// node_modules with uPlot. Prints the page's width and height in pixels.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WIDTH = 1280;
const COLUMNS = 24;
const ROW_HEIGHT = 30;
const HEADER_HEIGHT = 64;
const DRAWN = ["row", "stat", "timeseries"];

const [dashboardFile, prometheus, from, to, scrapeInterval, eventsFile, modules, page] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const dashboard = JSON.parse(readFileSync(dashboardFile, "utf8"));
const range = alignedRange(Number(from), Number(to), Number(scrapeInterval));
const variables = variablesOf(dashboard, range, Number(scrapeInterval));

/** The times of the samples: a step of a scrape, as Grafana has where the panel is wide enough for that. */
function alignedRange(start, end, step) {
  return { start: Math.floor(start / step) * step, end: Math.floor(end / step) * step, step };
}

/** What the expressions' variables stand for, each as Grafana would put it there. */
function variablesOf(dashboard, range, scrape) {
  const values = new Map([
    ["__interval", `${range.step}s`],
    ["__rate_interval", `${Math.max(range.step + scrape, 4 * scrape)}s`],
    ["__range", `${range.end - range.start}s`],
  ]);
  for (const variable of dashboard.templating.list) {
    if (variable.type === "datasource") {
      continue;
    }
    if (variable.current.value !== "$__all" || !variable.allValue) {
      throw new Error(`The variable ${variable.name} is not one that stands for all with an allValue; draw.mjs knows no other.`);
    }
    values.set(variable.name, variable.allValue);
  }
  return values;
}

function resolved(expression) {
  return expression.replace(/\$(\w+)|\$\{(\w+)\}/g, (whole, plain, braced) => {
    const name = plain ?? braced;
    if (!variables.has(name)) {
      throw new Error(`${whole} in ${expression} is no variable of the dashboard.`);
    }
    return variables.get(name);
  });
}

/** The series of an expression: [{labels, values}], with a value or null for each time of the range. */
async function series(expression) {
  const parameters = new URLSearchParams({ query: resolved(expression), ...range });
  const response = await fetch(`${prometheus}/api/v1/query_range`, { method: "POST", body: parameters });
  const answer = await response.json();
  if (answer.status !== "success") {
    throw new Error(`Prometheus does not answer ${resolved(expression)}: ${answer.error}`);
  }
  return answer.data.result.map(({ metric, values }) => {
    const at = new Map(values.map(([time, value]) => [time, Number(value)]));
    return { labels: metric, values: times().map((time) => finite(at.get(time))) };
  });
}

function times() {
  return Array.from({ length: (range.end - range.start) / range.step + 1 }, (_, i) => range.start + i * range.step);
}

function finite(value) {
  return Number.isFinite(value) ? value : null;
}

function legend(format, labels) {
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? "");
}

async function drawn(panel) {
  if (!DRAWN.includes(panel.type)) {
    throw new Error(`The panel "${panel.title}" is a ${panel.type}; draw.mjs draws ${DRAWN.join(", ")}.`);
  }
  const answers = await Promise.all(
    (panel.targets ?? []).map(async (target) =>
      (await series(target.expr)).map(({ labels, values }) => ({ name: legend(target.legendFormat, labels), values })),
    ),
  );
  return {
    type: panel.type,
    title: panel.title,
    defaults: panel.fieldConfig?.defaults ?? {},
    series: answers.flat(),
    ...place(panel.gridPos),
  };
}

function place({ x, y, w, h }) {
  const column = WIDTH / COLUMNS;
  return { left: x * column, top: HEADER_HEIGHT + y * ROW_HEIGHT, width: w * column, height: h * ROW_HEIGHT };
}

const panels = await Promise.all(dashboard.panels.map(drawn));
const events = readFileSync(eventsFile, "utf8")
  .split("\n")
  .filter((line) => line)
  .map((line) => ({ time: Number(line.split(" ", 1)[0]), text: line.slice(line.indexOf(" ") + 1) }));
const height = Math.max(...panels.map(({ top, height }) => top + height)) + 8;
const data = { title: dashboard.title, times: times(), events, panels };
writeFileSync(
  page,
  `<!doctype html>
<meta charset="utf-8">
<style>${readFileSync(join(modules, "uplot/dist/uPlot.min.css"), "utf8")}</style>
<style>${readFileSync(join(here, "page.css"), "utf8")}</style>
<body style="width: ${WIDTH}px; height: ${height}px">
<script>${readFileSync(join(modules, "uplot/dist/uPlot.iife.min.js"), "utf8")}</script>
<script>const DATA = ${JSON.stringify(data).replaceAll("<", "\\u003c")};</script>
<script>${readFileSync(join(here, "page.js"), "utf8")}</script>
`,
);
console.log(`${WIDTH} ${height}`);
