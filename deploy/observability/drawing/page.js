// Draws DATA, which draw.mjs has put on the page: each panel at its place, with uPlot where it shows lines.
const COLOURS = [
  "#3274d9", "#e0752d", "#2f9e5a", "#c4162a", "#8f3bb8", "#b58900", "#1a9ba1", "#d0568f", "#5a6b7b", "#7a4b2a", "#7eaf1c", "#4b5bb5",
];
const THRESHOLDS = { green: "#2f9e5a", red: "#c4162a", orange: "#e0752d", yellow: "#b58900" };
const SHORT = [[1e9, " Bil"], [1e6, " Mil"], [1e3, " K"], [1, ""]];
const DECIMAL_BYTES = [[1e9, " GB"], [1e6, " MB"], [1e3, " kB"], [1, " B"]];
const BINARY_BYTES = [[2 ** 30, " GiB"], [2 ** 20, " MiB"], [2 ** 10, " KiB"], [1, " B"]];
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * 60);
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);
const SECONDS = [[3600, " hours"], [60, " mins"], [1, " s"], [1e-3, " ms"]];

const UNITS = {
  undefined: (value) => scaled(value, SHORT),
  short: (value) => scaled(value, SHORT),
  cps: (value) => `${scaled(value, SHORT)} c/s`,
  ms: (value) => scaled(value / 1000, SECONDS, " ms"),
  s: (value) => scaled(value, SECONDS, " s"),
  percentunit: (value) => `${rounded(value * 100)}%`,
  bytes: (value) => scaled(value, BINARY_BYTES, " B"),
  Bps: (value) => `${scaled(value, DECIMAL_BYTES, " B")}/s`,
};

function scaled(value, scales, ofZero = "") {
  if (value === 0) {
    return `0${ofZero}`;
  }
  const [size, name] = scales.find(([size]) => Math.abs(value) >= size) ?? scales[scales.length - 1];
  return rounded(value / size) + name;
}

function rounded(value) {
  return String(Number(value.toPrecision(3)));
}

function element(parent, name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

function at(box, { left, top, width, height }) {
  Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  return box;
}

function clock(seconds, length) {
  return new Date(seconds * 1000).toISOString().slice(11, 11 + length);
}

function unitOf({ title, defaults }) {
  const format = UNITS[defaults.unit];
  if (!format) {
    throw new Error(`The panel "${title}" has the unit ${defaults.unit}, which page.js does not know.`);
  }
  return format;
}

function drawTimeseries(frame, panel) {
  const format = unitOf(panel);
  const { fillOpacity = 0, spanNulls = false } = panel.defaults.custom ?? {};
  const plot = element(frame, "div", "plot", "");
  const legend = element(frame, "div", "legend", "");
  const lines = panel.series.map(({ name, values }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const entry = element(legend, "span", "", name);
    element(entry, "i", "", "").style.background = colour;
    entry.prepend(entry.lastChild);
    const opacity = Math.round(fillOpacity * 2.55).toString(16).padStart(2, "0");
    return { line: { stroke: colour, width: 1.4, fill: colour + opacity, points: { show: false }, spanGaps: spanNulls }, values };
  });
  const grid = { stroke: "#eceef0", width: 1 };
  const axis = { stroke: "#5b626a", font: '10px "DejaVu Sans", sans-serif', grid, ticks: { show: false } };
  const steps = panel.defaults.unit === "bytes" ? { incrs: POWERS_OF_TWO } : {};
  new uPlot(
    {
      width: plot.clientWidth,
      height: plot.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 14, 0, 4],
      scales: { y: { range: (_, low, high) => yRange(low, high, panel.defaults.min) } },
      axes: [
        { ...axis, size: 24, space: 44, incrs: MINUTES, values: (_, ticks) => ticks.map((tick) => clock(tick, 5)) },
        { ...axis, size: 62, space: 26, ...steps, values: (_, ticks) => ticks.map(format) },
      ],
      series: [{}, ...lines.map(({ line }) => line)],
    },
    [DATA.times, ...lines.map(({ values }) => values)],
    plot,
  );
}

/** The panel's minimum, or a lower value where there is one; and a bit of room above the highest. */
function yRange(low, high, minimum) {
  const bottom = minimum === undefined ? low : Math.min(low, minimum);
  const top = Math.max(high, bottom);
  return [bottom, top === bottom ? bottom + 1 : top + (top - bottom) * 0.06];
}

function drawStat(frame, panel) {
  const format = unitOf(panel);
  const stats = element(frame, "div", "stats", "");
  for (const { name, values } of panel.series) {
    const last = values.findLast((value) => value !== null);
    element(stats, "div", "value", format(last)).style.color = thresholdColour(panel.defaults.thresholds, last);
    if (panel.series.length > 1 || name !== panel.title) {
      element(stats, "div", "", name);
    }
  }
}

function thresholdColour(thresholds, value) {
  const steps = thresholds?.steps ?? [{ color: "green", value: null }];
  return THRESHOLDS[steps.findLast((step) => step.value === null || value >= step.value).color];
}

const header = element(document.body, "header", "", "");
element(header, "b", "", DATA.title);
element(header, "span", "", `${clock(DATA.times[0], 8)} to ${clock(DATA.times.at(-1), 8)} UTC`);
element(header, "div", "", DATA.events.map(({ time, text }) => `${clock(time, 8)} ${text}`).join("  ·  "));

for (const panel of DATA.panels) {
  if (panel.type === "row") {
    at(element(document.body, "div", "row", panel.title), panel);
    continue;
  }
  const frame = element(at(element(document.body, "div", "panel", ""), panel), "div", "frame", "");
  element(frame, "div", "title", panel.title);
  if (panel.series.every(({ values }) => values.every((value) => value === null))) {
    element(frame, "div", "empty", "No data");
  } else if (panel.type === "stat") {
    drawStat(frame, panel);
  } else {
    drawTimeseries(frame, panel);
  }
}
