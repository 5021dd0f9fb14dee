import { SlipwayError } from "#pipelines/errors/errors.ts";
import { lastWords } from "#pipelines/errors/explain.ts";
import type { FailedCommand } from "#pipelines/readers/before.ts";
import { printable } from "#pipelines/text/printable.ts";

/** The error for a command before the tests that failed. */
export class NotPrepared extends SlipwayError {
  readonly command: string;
  /** Whether a command that changes a database failed, and was there. */
  readonly isMigration: boolean;

  constructor({ command, exitCode }: FailedCommand, name: string, output: string) {
    super(
      "TESTS_NOT_PREPARED",
      `${name}: the command \`${printable(command)}\` before the tests ended with exit code ${exitCode}: ${lastWords(output)}`,
      "Correct the command, in `test.before` of slipway.yaml or in the workflow that it is from. If a program is missing, add its package to `test.packages`.",
    );
    this.command = command;
    const isThere = exitCode !== 126 && exitCode !== 127;
    this.isMigration =
      isThere &&
      /(?:^|\s)(?:alembic|flask|django-admin|\S*manage\.py)\s(?:.*\s)?(?:upgrade|migrate)\b/.test(command);
  }
}
