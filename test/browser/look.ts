import { readdir, readFile, writeFile } from "node:fs/promises";
import puppeteer, { type Page } from "puppeteer-core";
import type { Look, Use } from "./looks.ts";

/**
 * Looks at every page of /pages in a real Chromium, at a phone's and a desk's width, light and dark, and uses its filters
 * by keyboard. Runs in the container that `browser.ts` makes; leaves looks.json and the screenshots in /looks.
 */
const widths = { phone: 360, desk: 1280 };
const axe = await readFile("/look/node_modules/axe-core/axe.min.js", "utf8");
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  protocolTimeout: 120_000,
});

async function open(name: string, width: number, scheme: string): Promise<[page: Page, noise: string[]]> {
  const page = await browser.newPage();
  const url = `file:///pages/${name}.html`;
  const noise: string[] = [];
  page.on("console", (message) => noise.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${String(error)}`));
  page.on("dialog", (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) noise.push(`request: ${request.url()}`);
  });
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url, { waitUntil: "load" });
  return [page, noise];
}

const number = async (page: Page, script: string) => Number(await page.evaluate(script));
const text = async (page: Page, script: string) => String(await page.evaluate(script));

async function look(name: string, device: keyof typeof widths, scheme: "light" | "dark"): Promise<Look> {
  const start = performance.now();
  const [page, noise] = await open(name, widths[device], scheme);
  const seconds = (performance.now() - start) / 1000;
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
  const large = (await number(page, "document.documentElement.outerHTML.length")) > 1_000_000;
  if (!large) await page.evaluate(axe);
  const seen: Look = {
    name,
    device,
    scheme,
    seconds,
    verdict: await text(page, "document.querySelector('h1').textContent"),
    verdictBottom: await number(page, "document.querySelector('h1').getBoundingClientRect().bottom"),
    overflow: await number(page, "document.documentElement.scrollWidth - innerWidth"),
    clipped: await number(
      page,
      "[...document.querySelectorAll('h1, th, td, p, li, summary')].filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1).length",
    ),
    background: await text(page, "getComputedStyle(document.body).backgroundColor"),
    rows: await number(page, "document.querySelectorAll('#rows tr').length"),
    bars: await number(page, "document.querySelectorAll('svg.bar').length"),
    faults: large
      ? []
      : JSON.parse(
          await text(
            page,
            `axe.run({ runOnly: ["wcag2a", "wcag2aa"] }).then(({ violations }) =>
              JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes[0].html)))`,
          ),
        ),
    noise,
  };
  await page.screenshot({ path: `/looks/${name}-${device}-${scheme}.png`, fullPage: !large });
  await page.close();
  return seen;
}

/** Filters and turns pages as a reader does who has a keyboard alone. */
async function use(name: string): Promise<Use> {
  const [page, noise] = await open(name, widths.desk, "light");
  const shown = () => text(page, "document.getElementById('shown').textContent");
  const column = async (at: number): Promise<string[]> =>
    JSON.parse(
      await text(
        page,
        `JSON.stringify([...document.querySelectorAll("#rows tr")].map((row) => row.children[${at}].textContent))`,
      ),
    );
  const settle = async (work: () => Promise<unknown>) => {
    const before = await shown();
    const start = performance.now();
    await work();
    await page.waitForFunction(`document.getElementById("shown").textContent !== ${JSON.stringify(before)}`);
    return (performance.now() - start) / 1000;
  };
  const choose = (filter: string, value: string) =>
    settle(() => page.select(`select[name=${filter}]`, value));
  const first = await shown();
  const slash = await (async () => {
    await page.keyboard.press("/");
    return text(page, "document.activeElement.name");
  })();
  const textSeconds = await settle(() => page.keyboard.type("needle"));
  const byText = { shown: await shown(), rules: await column(1) };
  await settle(async () => {
    for (let index = 0; index < 6; index++) await page.keyboard.press("Backspace");
  });
  const options = JSON.parse(
    await text(
      page,
      `JSON.stringify([...document.querySelectorAll("select")].map((select) => [select.name, [...select.options].map(({ text }) => text)]))`,
    ),
  );
  await choose("severity", "=CRITICAL");
  const bySeverity = { shown: await shown(), severities: await column(0) };
  await choose("severity", "");
  await choose("service", "=orders");
  const byService = { shown: await shown() };
  await choose("service", "");
  await choose("tool", "=bandit");
  const byTool = { shown: await shown(), tools: await column(5) };
  await choose("tool", "");
  await choose("status", "=waived");
  const byStatus = { shown: await shown(), messages: await column(3) };
  await choose("status", "");
  let next = "";
  if (await page.$("#pages:not([hidden])")) {
    await page.focus("#after");
    await settle(() => page.keyboard.press("Enter"));
    next = await shown();
  }
  await page.close();
  return {
    name,
    first,
    slash,
    textSeconds,
    byText,
    bySeverity,
    byService,
    byTool,
    byStatus,
    next,
    options,
    noise,
  };
}

const names = (await readdir("/pages")).map((file) => file.replace(/\.html$/, "")).sort();
const looks: Look[] = [];
for (const name of names) {
  for (const device of ["phone", "desk"] as const) {
    for (const scheme of ["light", "dark"] as const) looks.push(await look(name, device, scheme));
  }
}
const uses: Use[] = [];
for (const name of names.filter((each) => each === "failed" || each === "many")) uses.push(await use(name));
await writeFile("/looks/looks.json", JSON.stringify({ looks, uses }));
await browser.close();
