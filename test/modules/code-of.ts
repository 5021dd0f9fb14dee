/** The code with which an action fails; "none" if it does not. */
export function codeOf(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    return (
      /^([A-Z_]+): .+\. .+\.$/s.exec(error instanceof Error ? error.message : "")?.[1] ?? `no code: ${error}`
    );
  }
}
