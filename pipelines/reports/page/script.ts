import { rowsShown } from "./findings.ts";

/**
 * The script of `index.html`: it filters the findings and turns their pages. It inserts text only as text. Without
 * it, the page shows everything except the later pages of findings.
 */
export const pageScript = `
"use strict";
(() => {
  const source = document.getElementById("data");
  if (source === null) return;
  const data = JSON.parse(source.textContent);
  const { strings } = data;
  const size = ${rowsShown};
  const form = document.getElementById("filters");
  const rows = document.getElementById("rows");
  const [shown, pages, before, after] = ["shown", "pages", "before", "after"].map((id) => document.getElementById(id));
  const count = data.rule.length;
  let found = Array.from({ length: count }, (_, index) => index);
  let page = 0;
  let words;

  const textOf = (column, index) => strings[data[column][index]];
  const textsOf = (column, index) => data[column][index].map((number) => strings[number]);
  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const row = (index) => {
    const made = element("tr");
    const severity = textOf("severity", index);
    const rule = element("td");
    const name = element("code", textOf("rule", index));
    const advisory = textOf("advisory", index);
    if (advisory) {
      const link = element("a");
      link.href = advisory;
      link.rel = "noreferrer";
      link.append(name);
      rule.append(link);
    } else rule.append(name);
    const where = element("td", "", "where");
    for (const place of textsOf("where", index)) where.append(element("code", place));
    const what = element("td", textOf("message", index), "prose");
    const statusText = textOf("statusText", index);
    if (statusText) what.append(" ", element("small", statusText));
    const fix = element("td", textOf("fix", index));
    fix.dataset.label = "Fix";
    const tools = element("td", textsOf("tool", index).join(", "), "check");
    tools.dataset.label = "Seen by";
    made.append(element("td", severity, severity), rule, where, what, fix, tools);
    return made;
  };

  const status = () => {
    const first = page * size;
    const last = Math.min(found.length, first + size);
    const of = found.length === count ? String(count) : found.length + " that match, of " + count;
    shown.textContent = found.length === 0 ? "None of " + count + " matches." : first + 1 + " to " + last + " of " + of;
    pages.hidden = found.length <= size;
    before.disabled = page === 0;
    after.disabled = last >= found.length;
  };

  const draw = () => {
    const first = page * size;
    rows.replaceChildren(...found.slice(first, first + size).map(row));
    status();
  };

  const haystack = (index) => {
    words ??= [];
    words[index] ??= [textOf("rule", index), textOf("message", index), textOf("statusText", index), textOf("fix", index),
      ...textsOf("where", index), ...textsOf("tool", index), ...textsOf("service", index)].join("\\n").toLowerCase();
    return words[index];
  };

  const filter = () => {
    const wanted = (name) => form.elements[name].value;
    const numberOf = (name) => (wanted(name) === "" ? undefined : strings.indexOf(wanted(name).slice(1)));
    const [severity, service, tool, status] = ["severity", "service", "tool", "status"].map(numberOf);
    const needles = wanted("text").toLowerCase().split(/\\s+/).filter((word) => word !== "");
    found = [];
    for (let index = 0; index < count; index++) {
      if (severity !== undefined && data.severity[index] !== severity) continue;
      if (status !== undefined && data.status[index] !== status) continue;
      if (service !== undefined && !data.service[index].includes(service)) continue;
      if (tool !== undefined && !data.tool[index].includes(tool)) continue;
      if (needles.length > 0 && !needles.every((needle) => haystack(index).includes(needle))) continue;
      found.push(index);
    }
    page = 0;
    draw();
  };

  const turn = (by) => {
    page += by;
    draw();
    document.getElementById("findings").scrollIntoView();
  };

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 100);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  before.addEventListener("click", () => turn(-1));
  after.addEventListener("click", () => turn(1));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    form.elements.text.focus();
  });
  form.hidden = false;
  status();
})();
`;
