import { codedError, shown } from "./errors.ts";

const step = /(?:^|\.)(?:"([^"]+)"|([^."[\]]+))|\[(\d{1,6})\]/y;

/** Reads a path into values, such as `orders.image`, `jobs[0].image` or `"my.chart".image`. Fails with ARGUMENT_INVALID. */
export function parseValuesPath(text: string): (string | number)[] {
  const path: (string | number)[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const from = step.lastIndex;
    const found = step.exec(text);
    if (!found || step.lastIndex === from) throw wrong(text);
    const [, quoted, plain, index] = found;
    path.push(index === undefined ? (quoted ?? plain ?? "") : Number(index));
  }
  if (path.length === 0) throw wrong(text);
  return path;
}

function wrong(text: string): Error {
  return codedError(
    "ARGUMENT_INVALID",
    `path: ${shown(text)} is not a path into values`,
    'Write it as in orders.image, jobs[0].image or "my.chart".image.',
  );
}
