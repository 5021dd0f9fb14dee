import type { Scalar } from "yaml";

// Words that some YAML readers do not read as text. kustomize's own reader follows YAML 1.1.
const otherThanText = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity)$/i;
const version = /^\d+\.\d+\.\d+(?:[.-][\w.-]*)?$/;

/** Says whether every YAML reader reads a tag, name or digest as text if it has no quotes. */
export function plainIsText(value: string): boolean {
  return version.test(value) || (/^[A-Za-z]/.test(value) && !otherThanText.test(value));
}

/** Writes a value in the quotes that were there before; without quotes only if it stays text. */
export function scalarText(value: string, style: Scalar.Type | undefined | null): string {
  if (style === "QUOTE_SINGLE") return `'${value}'`;
  if (style === "QUOTE_DOUBLE") return `"${value}"`;
  return plainIsText(value) ? value : `"${value}"`;
}
