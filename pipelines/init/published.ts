/** Where this Slipway is had from: what the files for CI systems, and the comments, name. Set at each release. */
export const published = {
  repository: "OWNER/slipway",
  version: "v0.1.0",
  /** The commit of that version; zeros until there is one. */
  commit: "0".repeat(40),
} as const;
