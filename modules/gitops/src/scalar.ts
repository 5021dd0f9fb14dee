import type { Scalar } from "yaml";

// Words and digits that some YAML reader takes for something else than text. kustomize's own reader follows YAML 1.1.
const otherThanText = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity)$/i;
const version = /^\d+\.\d+\.\d+(?:[.-][\w.-]*)?$/;

/** Says whether a tag, name or digest is text to every YAML reader when written without quotes. */
export function plainIsText(value: string): boolean {
  return version.test(value) || (/^[A-Za-z]/.test(value) && !otherThanText.test(value));
}

/** Writes a value in the quotes that were there before; without quotes only where it stays text. */
export function scalarText(value: string, style: Scalar.Type | undefined | null): string {
  if (style === "QUOTE_SINGLE") return `'${value}'`;
  if (style === "QUOTE_DOUBLE") return `"${value}"`;
  return plainIsText(value) ? value : `"${value}"`;
}
