import type { Check } from "#pipelines/findings/evidence.ts";
import { type Html, html } from "./html.ts";

/** The most tests that are shown; all of them are in the JUnit reports and in summary.json. */
const mostShown = 500;

/** A test and its output. */
interface Told {
  readonly name: string;
  /** The check, and other facts for a quick look. */
  readonly aside: string;
  readonly message: string;
}

/** The failed tests, each with its output, and the tests that passed only after a retry. */
export function testsSection(checks: readonly Check[]): Html {
  const failures = checks.flatMap(({ name: check, evidence }) =>
    (evidence.tests?.failures ?? []).map(({ name, message }) => ({ name, aside: check, message })),
  );
  const flaky = checks.flatMap(({ name: check, evidence }) =>
    (evidence.tests?.flaky ?? []).map(({ name, retries, message }) => ({
      name,
      aside: `${check}, ${retries === 1 ? "a retry" : `${retries} retries`}`,
      message,
    })),
  );
  return html`${list("Test failures", failures)}
${list("Flaky tests", flaky)}`;
}

function list(title: string, tests: readonly Told[]): Html {
  if (tests.length === 0) return html``;
  const shown = tests.slice(0, mostShown).map(
    (
      { name, aside, message },
      index,
    ) => html`<details${index === 0 && tests.length <= 3 ? html` open` : undefined}>
<summary>${name} <small>${aside}</small></summary>
<pre tabindex="0">${message}</pre>
</details>
`,
  );
  const more = tests.length - mostShown;
  return html`<h2>${title} (${tests.length})</h2>
${shown}${more > 0 ? html`<p>${more} more are in <a href="./summary.json">summary.json</a>.</p>` : undefined}`;
}
