import { recordedBeside } from "../../recorded.ts";

/** A report as the real tool wrote it; see recorded/README.md. */
export const recorded = recordedBeside(import.meta.url);
