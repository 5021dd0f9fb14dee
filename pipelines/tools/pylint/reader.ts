import { z } from "zod";
import type { Finding, Severity } from "#pipelines/findings/finding.ts";
import { contradictory, jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const kinds = ["fatal", "error", "warning", "refactor", "convention", "info"] as const;

const id = z.string().regex(/^[A-Z]\d{4}$/);
const shared = {
  type: z.enum(kinds),
  symbol: z.string().regex(/^[a-z0-9-]+$/),
  message: z.string(),
  path: z.string(),
  line: z.int().min(0),
};
const report = z.object({ messages: z.array(z.object({ ...shared, messageId: id })) });
const oldReport = z.array(z.object({ ...shared, "message-id": id }));

type Message = z.output<typeof report>["messages"][number];

const severities: Readonly<Record<(typeof kinds)[number], Severity>> = {
  fatal: "HIGH",
  error: "HIGH",
  warning: "MEDIUM",
  refactor: "LOW",
  convention: "LOW",
  info: "LOW",
};

/** The path in pylint's messages about its own settings. */
const settings = "Command line or configuration file";

/**
 * Reads pylint's messages, printed with `--output-format=json2`. If it has messages but ends with 0, its own
 * settings (`fail-under`, `fail-on`) accept them: they are then notes.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode 0 if its settings accept the messages.
 * @param place where pylint ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for anything but a report of pylint; REPORT_CONTRADICTORY when it found
 *   nothing but did not end with 0.
 */
export function readPylint(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  return findingsOf(jsonReport(text, file, report).messages, file, exitCode, place);
}

/** Reads the messages of pylint before 3.0, printed with `--output-format=json`, as `readPylint` does. */
export function readOldPylint(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const messages = jsonReport(text, file, oldReport).map((each) => ({
    ...each,
    messageId: each["message-id"],
  }));
  return findingsOf(messages, file, exitCode, place);
}

function findingsOf(
  messages: readonly Message[],
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  if (messages.length === 0 && exitCode !== 0) {
    throw contradictory(
      file,
      `it has no message, but pylint ended with exit code ${exitCode}`,
      "Read output.txt in the reports.",
    );
  }
  return messages.map(({ type, symbol, message, messageId, path, line }) => ({
    tool: "pylint",
    kind: exitCode === 0 ? "note" : "lint",
    rule: messageId,
    severity: severities[type],
    advisory: `https://pylint.readthedocs.io/en/stable/user_guide/messages/${categoryOf(type)}/${symbol}.html`,
    ...(path === settings ? { message } : locate(message, path, line, place)),
  }));
}

function categoryOf(type: (typeof kinds)[number]): string {
  return type === "info" ? "information" : type;
}
